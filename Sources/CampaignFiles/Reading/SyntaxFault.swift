import CampaignModel
import Foundation
import Words
import Yams

/// A file that is no YAML at all, explained: the parser's own words are for programmers, so the usual causes on a
/// Chinese keyboard are looked for around the place first.
struct SyntaxFault {
    let error: any Error
    let text: [Unicode.Scalar]
    let lineStarts: [Int]

    func report(to findings: Findings) {
        let fullWidthLines = reportFullWidthColons(to: findings)
        switch error {
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            let place = Place(line: mark.line, column: mark.column)
            report(problem, at: place, explained: fullWidthLines.contains { abs($0 - mark.line) <= 1 }, to: findings)
        case YamlError.reader(let problem, let offset, _, _):
            findings.error(at: place(atByte: offset ?? 0), "bad_syntax", Catalogue.Files.syntax(problem))
        default:
            findings.error(at: .start, "bad_syntax", Catalogue.Files.syntax("\(error)"))
        }
    }

    private func place(atByte offset: Int) -> Place {
        var (bytes, index) = (0, 0)
        while index < text.count, bytes < offset {
            bytes += UTF8.width(text[index])
            index += 1
        }
        let line = lineStarts.lastIndex { $0 <= index } ?? 0
        return Place(line: line + 1, column: index - (lineStarts.indices.contains(line) ? lineStarts[line] : 0) + 1)
    }

    private func report(_ problem: String, at place: Place, explained: Bool, to findings: Findings) {
        if problem.contains("another document") {
            findings.error(
                at: place, "many_documents", Catalogue.Files.manyDocuments, hint: Catalogue.FilesHints.splitFile)
        } else if problem.contains("alias") || looksLikeAnchor(near: place) {
            findings.error(
                at: place, "alias_not_allowed", Catalogue.Files.alias, hint: Catalogue.FilesHints.writeItOut)
        } else if problem.contains("nesting") || problem.contains("exceeded max") {
            findings.error(at: place, "too_deep", Catalogue.Files.tooDeep(limit: FileLimits.yamlDepthMax))
        } else if !explained {
            findings.error(at: place, "bad_syntax", Catalogue.Files.syntax(problem), hint: hint(near: place))
        }
    }

    private func hint(near place: Place) -> Sentence? {
        for number in [place.line, place.line - 1] {
            let line = line(number)
            if line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") { return Catalogue.FilesHints.tab }
            if let hint = FullWidth.hint(for: line) { return hint }
            if line.contains(": >") || line.contains(": <") { return Catalogue.FilesHints.quoteOperator }
        }
        return Catalogue.FilesHints.quote
    }

    /// `key：value` at the start of a line. Every such line is said, not only the one the parser stumbled over.
    private func reportFullWidthColons(to findings: Findings) -> [Int] {
        var lines: [Int] = []
        for number in 1...lineStarts.count {
            let line = line(number)
            let key = line.drop { $0 == " " || $0 == "-" }.prefix { $0.isASCII && ($0.isLetter || $0 == "_") }
            guard !key.isEmpty, key.endIndex < line.endIndex, line[key.endIndex] == "：" else { continue }
            let column = line.unicodeScalars.distance(from: line.startIndex, to: key.endIndex) + 1
            findings.error(
                at: Place(line: number, column: column), "full_width_punctuation", Catalogue.Files.fullWidthColon,
                hint: Catalogue.FilesHints.fullWidth("：", plain: ": "))
            lines.append(number)
        }
        return lines
    }

    private func looksLikeAnchor(near place: Place) -> Bool {
        [place.line, place.line - 1].contains { number in
            let words = line(number).split(whereSeparator: { " [{,-".contains($0) })
            return words.contains { $0.unicodeScalars.first?.value == 0xF8F0 && $0.unicodeScalars.count > 1 }
        }
    }

    private func line(_ number: Int) -> String {
        guard lineStarts.indices.contains(number - 1) else { return "" }
        let start = lineStarts[number - 1]
        let end = lineStarts.indices.contains(number) ? lineStarts[number] : text.count
        return String(String.UnicodeScalarView(text[start..<end].filter { $0 != "\n" && $0 != "\r" }))
    }
}
