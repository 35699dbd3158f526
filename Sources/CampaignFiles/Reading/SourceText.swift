import CampaignModel
import Foundation
import Words

/// Bytes of a campaign file → its scalars. Campaign files are UTF-8, with or without a mark; what a Chinese Windows saves
/// instead gets a hint that says how to save it right. (Audiences are converted instead: there nobody edits by hand.)
enum SourceText {
    static func decode(_ bytes: [UInt8], findings: Findings) -> [Unicode.Scalar]? {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) || looksLikeUTF16(bytes) {
            findings.error(at: .start, "not_utf8", Catalogue.Files.notUTF8, hint: Catalogue.FilesHints.utf16)
            return nil
        }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        guard let text = String(validating: body, as: UTF8.self) else {
            let hint = GBK.canRead(body) ? Catalogue.FilesHints.gbk : Catalogue.FilesHints.saveAsUTF8
            findings.error(at: firstInvalid(body), "not_utf8", Catalogue.Files.notUTF8, hint: hint)
            return nil
        }
        let scalars = Array(text.unicodeScalars)
        guard scalars.contains(where: { !$0.properties.isWhitespace }) else {
            findings.error(at: .start, "empty_file", Catalogue.Files.empty)
            return nil
        }
        return hasOnlyText(scalars, findings: findings) ? scalars : nil
    }

    /// Index of the first scalar of each line.
    static func lineStarts(_ text: [Unicode.Scalar]) -> [Int] {
        var starts = [0]
        for (index, scalar) in text.enumerated() where isLineBreak(scalar) {
            if scalar == "\r", index + 1 < text.count, text[index + 1] == "\n" { continue }
            starts.append(index + 1)
        }
        return starts
    }

    static func place(of index: Int, lineStarts: [Int]) -> Place {
        let line = lineStarts.lastIndex { $0 <= index } ?? 0
        return Place(line: line + 1, column: index - lineStarts[line] + 1)
    }

    /// The breaks that libyaml counts.
    private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\r" || scalar == "\u{85}" || scalar == "\u{2028}" || scalar == "\u{2029}"
    }

    private static func looksLikeUTF16(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 2 && (bytes[0] == 0) != (bytes[1] == 0)
    }

    /// No control characters, none of the private-use range that `YamlDocument` keeps for its marks, and not the sign that
    /// stands where a character was lost.
    private static func hasOnlyText(_ scalars: [Unicode.Scalar], findings: Findings) -> Bool {
        let starts = lineStarts(scalars)
        var clean = true
        for (index, scalar) in scalars.enumerated() {
            let value = scalar.value
            let control = value < 0x20 && scalar != "\t" && scalar != "\n" && scalar != "\r"
            let reserved = (0xF800...0xF8FF).contains(value) || (0xFFFD...0xFFFF).contains(value) || value == 0xFEFF
            guard control || reserved || (0x7F...0x9F).contains(value) && value != 0x85 else { continue }
            let code = "U+" + String(value, radix: 16, uppercase: true)
            findings.error(
                at: place(of: index, lineStarts: starts), "bad_character", Catalogue.Files.badCharacter(code))
            clean = false
        }
        return clean
    }

    private static func firstInvalid(_ body: ArraySlice<UInt8>) -> Place {
        var (line, column) = (1, 1)
        var decoder = UTF8()
        var iterator = body.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            column += 1
            if scalar == "\n" { (line, column) = (line + 1, 1) }
        }
        return Place(line: line, column: column)
    }
}

/// Characters of a Chinese keyboard where YAML needs the plain ones.
enum FullWidth {
    private static let plain: [(Character, String)] = [
        ("：", ": "), ("，", ", "), ("“", "\""), ("”", "\""), ("‘", "'"), ("’", "'"), ("【", "["), ("】", "]"),
        ("｛", "{"), ("｝", "}"), ("％", "%"), ("－", "-"), ("—", "-"), ("–", "-"), ("～", "-"), ("　", " "), ("＃", "#"),
        ("＝", "="), ("＞", ">"),
        ("＜", "<"), ("！", "!"), ("／", "/"), ("．", "."), ("＿", "_"), ("＆", "&"), ("＊", "*"), ("＂", "\""), ("（", "("),
        ("）", ")"),
        ("≥", ">="), ("≤", "<="), ("≠", "!="),
    ]

    static var signs: [Character] { plain.map(\.0) }

    /// A hint when `text` holds one of them, or full-width digits.
    static func hint(for text: String) -> Sentence? {
        for character in text {
            if let value = character.unicodeScalars.first?.value, [0xA0, 0x2007, 0x202F].contains(value) {
                return Catalogue.FilesHints.otherBlank
            }
            if let found = plain.first(where: { $0.0 == character }) {
                return Catalogue.FilesHints.fullWidth(character, plain: found.1)
            }
            if let value = character.unicodeScalars.first?.value, (0xFF10...0xFF19).contains(value) {
                return Catalogue.FilesHints.fullWidth(character, plain: String(value - 0xFF10))
            }
        }
        return nil
    }
}
