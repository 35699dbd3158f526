import CampaignModel
import Foundation
import Words
import Yams

/// Bytes → one YAML node, or findings. Hostile until parsed: size, encoding, anchors, tags, documents and depth are
/// bounded here, so that what follows walks a small tree.
struct YamlDocument {
    private let findings: Findings
    /// The text with every `&` replaced by `maskedAmpersand`, one scalar for one, so that places stay right.
    ///
    /// Yams hands out no event stream, and composing a file with aliases is where "billion laughs" begins. Without `&`
    /// there are no anchors; an alias to nothing is an error by itself. A scanner that tells anchors from ampersands in
    /// quotes beforehand was refused: it would have to be as right as the parser it protects.
    private var masked: [Unicode.Scalar]
    private let lineStarts: [Int]
    /// First occurrences of repeated keys: the scalar that `markDuplicate` replaced, by place.
    private var duplicates: [Place: Unicode.Scalar] = [:]

    private static let maskedAmpersand: Unicode.Scalar = "\u{F8F0}"
    /// Private-use marks for repeated keys; as many repetitions are told apart.
    private static let duplicateMarks = Array(0xF800..<0xF840).compactMap { Unicode.Scalar(UInt32($0)) }
    /// So much text is composed for one file, over and over: a large file of repeated keys would take seconds.
    private static let composedMax = 1 << 20

    /// nil when there is nothing to go on with; the findings then say why.
    static func compose(_ bytes: [UInt8], findings: Findings) -> YamlNode? {
        guard bytes.count <= FileLimits.campaignBytesMax else {
            findings.error(
                at: .start, "file_too_large", Catalogue.Files.tooLarge(limitKiB: FileLimits.campaignBytesMax / 1024),
                hint: Catalogue.FilesHints.shortenFile)
            return nil
        }
        guard let text = SourceText.decode(bytes, findings: findings) else { return nil }
        var document = YamlDocument(text, findings: findings)
        return document.compose()
    }

    private init(_ text: [Unicode.Scalar], findings: Findings) {
        self.findings = findings
        masked = text.map { $0 == "&" ? Self.maskedAmpersand : $0 }
        lineStarts = SourceText.lineStarts(text)
    }

    private mutating func compose() -> YamlNode? {
        // Yams stops at the first mapping with repeated keys. Marking the first occurrence and composing again finds
        // every repetition *and* lets all other checks run.
        var repeated: (key: String, place: Place)?
        for mark in Self.duplicateMarks.prefix(max(2, Self.composedMax / max(1, masked.count))) {
            let text = String(String.UnicodeScalarView(masked))
            do {
                let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
                guard let root = try parser.singleRoot() else {
                    findings.error(at: .start, "empty_file", Catalogue.Files.empty)
                    return nil
                }
                return convert(root, depth: 1)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                let place = Place(line: context.mark.line, column: context.mark.column)
                repeated = (keys.first.map(restored) ?? "", place)
                guard markDuplicate(at: place, with: mark) else { break }
            } catch {
                SyntaxFault(error: error, text: masked, lineStarts: lineStarts).report(to: findings)
                return nil
            }
        }
        if let repeated {
            findings.error(
                at: repeated.place, "duplicate_key",
                Catalogue.Files.duplicateKey(repeated.key, firstLine: repeated.place.line))
        }
        return nil
    }

    /// Replaces the first scalar of the key at `place`; false when there is none to replace.
    private mutating func markDuplicate(at place: Place, with mark: Unicode.Scalar) -> Bool {
        guard lineStarts.indices.contains(place.line - 1) else { return false }
        var index = lineStarts[place.line - 1] + place.column - 1
        if index < masked.count, masked[index] == "\"" || masked[index] == "'" { index += 1 }
        guard index < masked.count, !"\"'\\\n\r?".unicodeScalars.contains(masked[index]) else { return false }
        duplicates[place] = masked[index]
        masked[index] = mark
        return true
    }

    // MARK: From Yams' nodes to ours

    /// Keys whose values people are shown: there a `#` is as likely a hashtag as a comment.
    private static let spoken: Set<String> = ["text", "title", "default"]

    /// An unquoted text ends where a blank and a `#` stand; the rest is left out, and nobody is told by YAML.
    private func checkComment(behind text: String, at place: Place) {
        guard lineStarts.indices.contains(place.line - 1) else { return }
        let start = lineStarts[place.line - 1] + place.column - 1
        let line = masked[min(start, masked.count)...].prefix { $0 != "\n" && $0 != "\r" }
        let said = Array(text.unicodeScalars)
        guard line.starts(with: said) else { return }
        let behind = line.dropFirst(said.count)
        let rest = behind.drop { $0 == " " || $0 == "\t" }
        guard rest.count > 1, rest.first == "#" else { return }
        // Set apart on both sides, as in a column of comments, it is one.
        if behind.count - rest.count > 1, rest[rest.startIndex + 1] == " " { return }
        let cut = restored(String(String.UnicodeScalarView(rest)).trimmingCharacters(in: .whitespaces))
        let message = Catalogue.Files.hashCuts(String(cut.prefix(40)))
        if rest[rest.startIndex + 1] == " " {
            findings.warning(at: place, "hash_cuts_text", message)
        } else {
            findings.error(at: place, "hash_cuts_text", message)
        }
    }

    private func convert(_ node: Node, depth: Int, key: String = "") -> YamlNode? {
        let place = place(of: node)
        guard depth <= FileLimits.yamlDepthMax else {
            findings.error(at: place, "too_deep", Catalogue.Files.tooDeep(limit: FileLimits.yamlDepthMax))
            return nil
        }
        switch node {
        case .scalar(let scalar):
            guard isPlainTag(scalar.tag, at: place) else { return nil }
            let quoted = scalar.style != .plain && scalar.style != .any
            if !quoted, scalar.string.unicodeScalars.first == Self.maskedAmpersand {
                findings.error(
                    at: place, "alias_not_allowed", Catalogue.Files.alias, hint: Catalogue.FilesHints.writeItOut)
                return nil
            }
            if scalar.style == .singleQuoted, Self.spoken.contains(key), scalar.string.contains("\\n") {
                findings.warning(at: place, "plain_escape", Catalogue.Files.plainEscape("\\n"))
            }
            if !quoted, Self.spoken.contains(key) { checkComment(behind: scalar.string, at: place) }
            return YamlNode(content: .text(restored(scalar.string), quoted: quoted), place: place)
        case .sequence(let sequence):
            guard isPlainTag(sequence.tag, at: place) else { return nil }
            return YamlNode(content: .list(sequence.compactMap { convert($0, depth: depth + 1) }), place: place)
        case .mapping(let mapping):
            guard isPlainTag(mapping.tag, at: place) else { return nil }
            return YamlNode(content: .mapping(entries(of: mapping, depth: depth, key: key)), place: place)
        case .alias:
            findings.error(
                at: place, "alias_not_allowed", Catalogue.Files.alias, hint: Catalogue.FilesHints.writeItOut)
            return nil
        }
    }

    private func entries(of mapping: Node.Mapping, depth: Int, key parent: String) -> [YamlNode.Entry] {
        var entries: [YamlNode.Entry] = []
        for (key, value) in mapping {
            let keyPlace = place(of: key)
            guard case .scalar(let scalar) = key else {
                findings.error(at: keyPlace, "key_not_text", Catalogue.Files.keyNotText)
                continue
            }
            let isMark = scalar.style == .plain && scalar.string.unicodeScalars.first == Self.maskedAmpersand
            guard !isMark else {
                findings.error(
                    at: keyPlace, "alias_not_allowed", Catalogue.Files.alias, hint: Catalogue.FilesHints.writeItOut)
                continue
            }
            var name = scalar.string
            if let original = duplicates[keyPlace] {
                name.unicodeScalars.replaceSubrange(
                    name.startIndex..<name.unicodeScalars.index(after: name.startIndex), with: [original])
            }
            // A card's parameters have names of their own.
            let role = parent == "query" ? "text" : name
            guard let value = convert(value, depth: depth + 1, key: role) else { continue }
            entries.append(YamlNode.Entry(key: restored(name), keyPlace: keyPlace, value: value))
        }
        return entries
    }

    /// `!!str` and its like change nothing here; every other tag asks for something this format does not have.
    private func isPlainTag(_ tag: Tag, at place: Place) -> Bool {
        let name = tag.rawValue
        let plain: [Tag.Name] = [.implicit, .str, .seq, .map, .nonSpecific]
        guard plain.contains(where: { $0.rawValue == name }) else {
            findings.error(at: place, "tag_not_allowed", Catalogue.Files.tag(String(name.prefix(40))))
            return false
        }
        return true
    }

    private func place(of node: Node) -> Place {
        guard let mark = node.mark else { return .start }
        return Place(line: mark.line, column: mark.column)
    }

    private func restored(_ text: String) -> String {
        guard text.unicodeScalars.contains(Self.maskedAmpersand) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == Self.maskedAmpersand ? "&" : $0 }))
    }
}
