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
        } else if let (place, value) = unquoted(before: place) {
            findings.error(at: place, "bad_syntax", Catalogue.Files.needsQuotes(value))
        } else if let place = openQuote(before: place) {
            findings.error(
                at: place, "bad_syntax", Catalogue.Files.syntax("unexpected end of stream"),
                hint: Catalogue.FilesHints.quote)
        } else if !explained {
            findings.error(at: place, "bad_syntax", Catalogue.Files.syntax(problem), hint: hint(near: place))
        }
    }

    /// A text that begins like a list, a mapping or a tag and goes on as a text: `{{nickname}},hello`, `[双11]开抢`.
    private func unquoted(before place: Place) -> (Place, String)? {
        for number in [place.line, place.line - 1, place.line - 2] where number >= 1 {
            guard let (value, column) = value(inLine: number) else { continue }
            let isText: Bool
            switch value.first {
            case "!": isText = value.count > 1 && !(value.dropFirst().first?.isASCII ?? true)
            case "{" where value.hasPrefix("{{"): isText = true
            case "{": isText = goesOn(value, behind: "}")
            case "[": isText = goesOn(value, behind: "]")
            default: isText = false
            }
            if isText { return (Place(line: number, column: column), value) }
        }
        return nil
    }

    private func goesOn(_ value: String, behind closing: Character) -> Bool {
        guard let end = value.lastIndex(of: closing) else { return false }
        let rest = value[value.index(after: end)...].drop { $0 == " " }
        return rest.first.map { !",]}#:".contains($0) } ?? false
    }

    /// The quote that was never closed stands far above the line over which the parser stumbles.
    private func openQuote(before place: Place) -> Place? {
        for number in 1..<max(place.line, 1) {
            guard let (value, column) = value(inLine: number), value.first == "\"" else { continue }
            var isOpen = true
            var isEscaped = false
            for character in value.dropFirst() where isOpen {
                if character == "\"", !isEscaped { isOpen = false }
                isEscaped = character == "\\" && !isEscaped
            }
            if isOpen { return Place(line: number, column: column) }
        }
        return nil
    }

    /// What stands behind the line's key or dash, and where.
    private func value(inLine number: Int) -> (value: String, column: Int)? {
        let line = line(number)
        var rest = line[...]
        while true {
            rest = rest.drop { $0 == " " }
            if rest.hasPrefix("- ") {
                rest = rest.dropFirst(2)
                continue
            }
            let key = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
            guard !key.isEmpty, rest[key.endIndex...].hasPrefix(": ") else { break }
            rest = rest[key.endIndex...].dropFirst(2)
        }
        guard !rest.isEmpty, rest.startIndex > line.startIndex else { return nil }
        return (String(rest), line.unicodeScalars.distance(from: line.startIndex, to: rest.startIndex) + 1)
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
