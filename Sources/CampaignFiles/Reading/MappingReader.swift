import CampaignModel
import Words

/// A value and where it stands.
struct Located<Value> {
    let value: Value
    let place: Place
}

/// One mapping of the file against its shape. Creating it says what is unknown, repeated, empty or missing; the getters
/// check types and ranges from the same row that the schema is made from.
struct MappingReader {
    let shape: Shape
    let place: Place
    let findings: Findings
    private let entries: [String: YamlNode.Entry]

    init?(_ node: YamlNode, named name: String, shape: Shape, findings: Findings) {
        guard case .mapping(let all) = node.content else {
            if node.isNull, shape.rows.allSatisfy({ !$0.required }) {
                self.init(entries: [:], shape: shape, place: node.place, findings: findings)
                return
            }
            findings.error(
                at: node.place, "wrong_type",
                Catalogue.Files.wrongType(name, expected: Catalogue.FilesHints.Expected.mapping),
                hint: Self.fullWidthHint(node))
            return nil
        }
        var entries: [String: YamlNode.Entry] = [:]
        for entry in all {
            guard let row = shape.row(entry.key) else {
                let isOn = shape.row("on") != nil && ["true", "True", "TRUE"].contains(entry.key)
                if shape.name == "trigger", entry.key == "share" {
                    findings.error(at: entry.keyPlace, "not_supported", Catalogue.Triggers.notSupported)
                    continue
                }
                let hint =
                    isOn ? Catalogue.FilesHints.quoteKey("on") : DidYouMean.hint(for: entry.key, among: shape.keys)
                findings.error(at: entry.keyPlace, "unknown_key", Catalogue.Files.unknownKey(entry.key), hint: hint)
                continue
            }
            if let first = entries[entry.key] {
                findings.error(
                    at: entry.keyPlace, "duplicate_key",
                    Catalogue.Files.duplicateKey(entry.key, firstLine: first.keyPlace.line))
                continue
            }
            if entry.value.isNull, !Self.mayBeEmpty(row.kind) {
                findings.error(at: entry.keyPlace, "missing_value", Catalogue.Files.missingValue(entry.key))
            }
            entries[entry.key] = entry
        }
        self.init(entries: entries, shape: shape, place: node.place, findings: findings)
    }

    private init(entries: [String: YamlNode.Entry], shape: Shape, place: Place, findings: Findings) {
        (self.entries, self.shape, self.place, self.findings) = (entries, shape, place, findings)
        for row in shape.rows where row.required && entries[row.key] == nil {
            if let substitute = row.substitute, entries[substitute] != nil { continue }
            findings.error(at: place, "missing_key", Catalogue.Files.missingKey(row.key))
        }
    }

    // MARK: Nodes

    /// nil when the key is absent or has no value (which was said already).
    func node(_ key: String) -> YamlNode? {
        precondition(shape.row(key) != nil, "the shape has no key \(key)")
        guard let value = entries[key]?.value, !value.isNull || Self.mayBeEmpty(row(key).kind) else { return nil }
        return value
    }

    func has(_ key: String) -> Bool { entries[key] != nil }

    /// Of the key, else of the mapping.
    func place(of key: String) -> Place { entries[key]?.keyPlace ?? place }

    /// The keys that stand there, in the shape's order.
    var presentKeys: [String] { shape.keys.filter { entries[$0] != nil } }

    func mapping(_ key: String) -> MappingReader? {
        guard case .mapping(let inner) = row(key).kind, let node = node(key) else { return nil }
        return MappingReader(node, named: key, shape: inner, findings: findings)
    }

    /// The entries of a mapping whose keys the writer chooses, in the order of the file, repeated ones left out.
    func anyKeys(_ key: String) -> [YamlNode.Entry] {
        guard case .anyKeys(_, let limit, _) = row(key).kind, let node = node(key), !node.isNull else { return [] }
        guard case .mapping(let all) = node.content else {
            wrongType(key, node, Catalogue.FilesHints.Expected.mapping)
            return []
        }
        if all.count > limit {
            findings.error(at: node.place, "too_many", Catalogue.Files.listSize(key, from: 0, to: limit))
        }
        var first: [String: Place] = [:]
        return all.prefix(limit).filter { entry in
            guard let earlier = first[entry.key] else {
                first[entry.key] = entry.keyPlace
                return true
            }
            findings.error(
                at: entry.keyPlace, "duplicate_key",
                Catalogue.Files.duplicateKey(entry.key, firstLine: earlier.line))
            return false
        }
    }

    /// The entries of a list, its size checked.
    func list(_ key: String) -> [YamlNode]? {
        guard let node = node(key) else { return nil }
        switch row(key).kind {
        case .list(_, let count):
            guard case .list(let nodes) = node.content else {
                wrongType(key, node, Catalogue.FilesHints.Expected.list)
                return nil
            }
            if !count.contains(nodes.count) {
                let code = key == "messages" ? "messages_per_contact" : "list_size"
                let message = Catalogue.Files.listSize(key, from: count.lowerBound, to: count.upperBound)
                findings.error(at: place(of: key), code, message)
            }
            return Array(nodes.prefix(count.upperBound))
        case .oneOrMore:
            guard case .list(let nodes) = node.content else { return [node] }
            if nodes.isEmpty {
                findings.error(
                    at: place(of: key), "empty_value", Catalogue.Files.emptyValue(key),
                    hint: Catalogue.FilesHints.fillOrRemove)
            }
            return nodes
        case .text, .integer, .boolean, .choice, .share, .bound, .weight, .moment, .date, .duration, .window, .mapping,
            .anyKeys, .either:
            preconditionFailure("\(key) is no list")
        }
    }

    // MARK: Values

    func text(_ key: String) -> Located<String>? {
        guard let node = node(key), let text = verbatim(node, key: key) else { return nil }
        guard case .text(let form) = row(key).kind else { return text }
        return checked(text, key: key, as: form)
    }

    /// A text against its form; said and nil when it does not fit.
    func checked(_ text: Located<String>, key: String, as form: TextForm) -> Located<String>? {
        if let limit = form.charactersMax, text.value.count > limit {
            findings.error(at: text.place, "text_too_long", Catalogue.Files.textTooLong(key, limit: limit))
            return nil
        }
        if let unseen = UnseenCharacters.first(in: text.value, lines: form.mayHoldLines) {
            findings.error(at: text.place, "bad_character", Catalogue.Files.unseenCharacter(key, code: unseen))
            return nil
        }
        if !form.mayBeBlank, text.value.allSatisfy(\.isWhitespace) {
            findings.error(
                at: text.place, "empty_value", Catalogue.Files.emptyValue(key), hint: Catalogue.FilesHints.fillOrRemove)
            return nil
        }
        if case .opaque = form, let hint = FullWidth.hint(for: text.value) {
            findings.error(
                at: text.place, "full_width_punctuation", Catalogue.Files.fullWidthIn(key, value: text.value),
                hint: hint)
            return nil
        }
        return text
    }

    /// A text as it was written; says so when the node is none.
    func verbatim(_ node: YamlNode, key: String) -> Located<String>? {
        guard case .text(let text, _) = node.content, !node.isNull else {
            wrongType(key, node, Catalogue.FilesHints.Expected.text)
            return nil
        }
        return Located(value: text, place: node.place)
    }

    func integer(_ key: String) -> Int? {
        guard case .integer(let range) = row(key).kind, let node = node(key) else { return nil }
        guard case .text(let text, let quoted) = node.content else {
            wrongType(key, node, Catalogue.FilesHints.Expected.integer)
            return nil
        }
        let digits = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard !quoted, digits, text == "0" || !text.hasPrefix("0"), let value = Int(text) else {
            let hint = quoted ? Catalogue.FilesHints.removeQuotes : Catalogue.FilesHints.plainNumber
            wrongType(key, node, Catalogue.FilesHints.Expected.integer, hint: FullWidth.hint(for: text) ?? hint)
            return nil
        }
        guard range.contains(value) else {
            findings.error(
                at: node.place, "out_of_range",
                Catalogue.Files.outOfRange(key, from: range.lowerBound, to: range.upperBound))
            return nil
        }
        return value
    }

    func boolean(_ key: String) -> Bool? {
        guard let node = node(key) else { return nil }
        guard case .text(let text, quoted: false) = node.content, ["true", "false"].contains(text.lowercased()) else {
            wrongType(key, node, Catalogue.FilesHints.Expected.boolean)
            return nil
        }
        return text.lowercased() == "true"
    }

    /// A word of an enumeration whose raw values are the row's choices.
    func choice<Word: RawRepresentable<String>>(_ key: String, as type: Word.Type = Word.self) -> Word? {
        guard let word = choice(key) else { return nil }
        let found = Word(rawValue: word)
        precondition(found != nil, "the choices of \(key) and \(Word.self) differ")
        return found
    }

    func choice(_ key: String) -> String? {
        guard case .choice(let words) = row(key).kind, let text = text(key) else { return nil }
        return choice(text, key: key, words: words)
    }

    func choice(_ text: Located<String>, key: String, words: [String]) -> String? {
        guard words.contains(text.value) else {
            let hint = DidYouMean.hint(for: text.value, among: words)
            findings.error(
                at: text.place, "not_a_choice",
                Catalogue.Files.notAChoice(key, value: text.value, choices: words), hint: hint)
            return nil
        }
        return text.value
    }

    func share(_ key: String) -> Share? {
        guard let text = text(key) else { return nil }
        let isBound = if case .bound = row(key).kind { true } else { false }
        guard let share = isBound ? Written.bound(text.value) : Written.share(text.value) else {
            findings.error(
                at: text.place, "bad_share", Catalogue.Files.badShare(key, value: text.value),
                hint: FullWidth.hint(for: text.value))
            return nil
        }
        return share
    }

    func duration(_ key: String) -> Duration? {
        guard let text = text(key) else { return nil }
        guard let duration = Written.duration(text.value) else {
            findings.error(
                at: text.place, "bad_duration", Catalogue.Files.badDuration(key, value: text.value),
                hint: FullWidth.hint(for: text.value))
            return nil
        }
        return duration
    }

    func moment(_ key: String, zone: Zone, dateOnly: Written.DateOnly) -> Located<Moment>? {
        guard let text = text(key) else { return nil }
        return Written.moment(text, key: key, zone: zone, dateOnly: dateOnly, findings: findings)
    }

    // MARK: Parts

    func wrongType(_ key: String, _ node: YamlNode, _ expected: Sentence, hint: Sentence? = nil) {
        findings.error(
            at: node.place, "wrong_type", Catalogue.Files.wrongType(key, expected: expected),
            hint: hint ?? Self.fullWidthHint(node))
    }

    private func row(_ key: String) -> KeyRow {
        guard let row = shape.row(key) else { preconditionFailure("the shape has no key \(key)") }
        return row
    }

    /// `nickname:` without anything declares a field without a default.
    private static func mayBeEmpty(_ kind: ValueKind) -> Bool {
        switch kind {
        case .anyKeys: true
        case .mapping(let shape): shape.rows.allSatisfy { !$0.required }
        case .text, .integer, .boolean, .choice, .share, .bound, .weight, .moment, .date, .duration, .window, .list,
            .oneOrMore, .either:
            false
        }
    }

    private static func fullWidthHint(_ node: YamlNode) -> Sentence? {
        guard case .text(let text, _) = node.content else { return nil }
        return FullWidth.hint(for: text)
    }
}

/// The nearest known word.
enum DidYouMean {
    private static let wordCharactersMax = 40

    static func hint(for word: String, among known: [String]) -> Sentence? {
        if let fullWidth = FullWidth.hint(for: word) { return fullWidth }
        if let near = nearest(to: word, among: known) { return Catalogue.FilesHints.didYouMean(near) }
        return known.isEmpty ? nil : Catalogue.FilesHints.known(known)
    }

    static func nearest(to word: String, among known: [String]) -> String? {
        guard word.count <= wordCharactersMax else { return nil }
        let plain = simplified(word)
        let scored = known.map { (word: $0, distance: distance(plain, simplified($0))) }
        guard let best = scored.min(by: { ($0.distance, $0.word) < ($1.distance, $1.word) }) else { return nil }
        return best.distance <= max(1, plain.count / 3) && best.distance < best.word.count ? best.word : nil
    }

    private static func simplified(_ word: String) -> [Character] {
        word.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }.map { $0 }
    }

    /// Edits, a swap of neighbours counting as one (optimal string alignment).
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var rows = Array(repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
        for i in 0...a.count { rows[i][0] = i }
        for j in 0...b.count { rows[0][j] = j }
        for i in 1...a.count {
            for j in 1...b.count {
                let cost = a[i - 1] == b[j - 1] ? 0 : 1
                rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
                }
            }
        }
        return rows[a.count][b.count]
    }
}
