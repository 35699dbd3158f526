import CampaignModel
import Foundation
import Ports
import Words

/// The parser's help and complaints in Chinese. The parser knows English only, and on a page that is wide enough each
/// text has a line of its own: so it is put into Chinese line by line, and broken for the terminal afterwards.
struct HelpText {
    /// Wide enough that no text is broken.
    static let columnsOfParser = 100_000
    /// Where the texts beside names begin.
    static let indent = 26

    private typealias Words = Catalogue.Parser

    let chinese: String
    /// English texts that nobody has put into Chinese.
    private(set) var missing: [String] = []

    /// - Parameters:
    ///   - english: as the parser renders it for `columnsOfParser`.
    ///   - columns: of the terminal.
    init(_ english: String, columns: Int) {
        var missing: [String] = []
        var lines: [String] = []
        for line in english.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            lines += Self.line(line, columns, &missing)
        }
        chinese = lines.joined(separator: "\n")
        self.missing = missing
    }

    private static func line(_ line: String, _ columns: Int, _ missing: inout [String]) -> [String] {
        let text = line.drop { $0 == " " }
        let indent = line.count - text.count
        if text.isEmpty { return [""] }
        for (words, isUsage) in [(Words.overview, false), (Words.usage, true), (Words.usageAgain, true)]
        where line.hasPrefix(words.en) {
            let rest = String(line.dropFirst(words.en.count))
            let told =
                isUsage ? rest.replacing(Words.subcommand.en, with: Words.subcommand.zh) : Self.text(rest, &missing)
            return broken(words.zh + told, indent: 0, hanging: 6, columns)
        }
        if line.hasPrefix(Words.error.en) {
            return broken(Words.error.zh + complaint(String(line.dropFirst(Words.error.en.count))), indent: 0, columns)
        }
        if line.hasPrefix(Words.help.en) {
            return [Words.help.zh + labelled(line.dropFirst(Words.help.en.count), &missing)]
        }
        if text.hasPrefix("See '"), let end = text.lastIndex(of: "'") {
            let command = text[text.index(text.startIndex, offsetBy: 5)..<end]
            return [Words.see(String(command).replacing(Words.subcommand.en, with: Words.subcommand.zh))]
        }
        if indent == 0, line.hasSuffix(":"), let heading = Words.headings[String(line.dropLast())] {
            return ["\(heading)："]
        }
        // A command to type stays as it is.
        if text.hasPrefix("curfew ") { return [line] }
        if let whole = Catalogue.Help.chinese(String(text)) {
            return broken(whole, indent: indent, hanging: indent, columns)
        }
        if indent == 2, let gap = text.range(of: "  ") {
            let label = "  " + text[..<gap.lowerBound]
            let about = Self.text(String(text[gap.upperBound...].drop { $0 == " " }), &missing)
            return beside(label, about, columns)
        }
        // A name alone: its text is on the next line.
        if indent == 2, text.hasPrefix("-") || text.hasPrefix("<") { return [line] }
        let told = Self.text(String(text), &missing)
        return broken(told, indent: indent, hanging: indent, columns)
    }

    /// `--user <user>  The person.`
    private static func labelled(_ line: Substring, _ missing: inout [String]) -> String {
        guard let gap = line.range(of: "  ") else { return String(line) }
        return line[..<gap.lowerBound] + "  " + text(String(line[gap.upperBound...]), &missing)
    }

    /// A text with what the parser adds behind it: values, and what holds unless said.
    private static func text(_ english: String, _ missing: inout [String]) -> String {
        if let whole = Catalogue.Help.chinese(english) { return whole }
        var text = Substring(english)
        var tail = ""
        if text.hasSuffix(")"), let open = text.range(of: "(", options: .backwards) {
            for part in text[open.upperBound...].dropLast().split(separator: "; ") {
                if part.hasPrefix("values: ") { tail += Words.values(String(part.dropFirst(8))) }
                if part.hasPrefix("default: ") { tail += Words.initially(String(part.dropFirst(9))) }
            }
            if !tail.isEmpty { text = text[..<open.lowerBound] }
        }
        let words = text.trimmingCharacters(in: .whitespaces)
        if words.isEmpty { return tail }
        guard let told = Catalogue.Help.chinese(words) else {
            missing.append(words)
            return english
        }
        return told + tail
    }

    /// What the parser found wrong, or what a command did, which is in the reader's language already.
    static func complaint(_ english: String) -> String {
        for template in Words.templates {
            if let told = filled(template.zh, with: parts(of: english, by: template.en)) { return told }
        }
        return english
    }

    /// What stands for each `%`; nil: another form.
    private static func parts(of text: String, by template: String) -> [Substring]? {
        let fixed = template.split(separator: "%", omittingEmptySubsequences: false)
        guard text.hasPrefix(fixed[0]) else { return nil }
        var rest = text.dropFirst(fixed[0].count)
        var parts: [Substring] = []
        for (index, piece) in fixed.dropFirst().enumerated() {
            let isLast = index == fixed.count - 2
            if piece.isEmpty, isLast {
                parts.append(rest)
                return parts
            }
            guard let found = rest.range(of: piece, options: isLast ? .backwards : []),
                !isLast || found.upperBound == rest.endIndex
            else { return nil }
            parts.append(rest[..<found.lowerBound])
            rest = rest[found.upperBound...]
        }
        return rest.isEmpty ? parts : nil
    }

    private static func filled(_ template: String, with parts: [Substring]?) -> String? {
        guard let parts else { return nil }
        var left = parts[...]
        return template.reduce(into: "") { told, sign in
            if sign == "%", let part = left.popFirst() { told += part } else { told.append(sign) }
        }
    }
}
