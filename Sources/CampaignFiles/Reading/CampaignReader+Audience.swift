import CampaignModel
import Words

extension CampaignReader {
    /// What is known of people who are not in a file: the only columns `where` can name for `source: authorized`.
    static let authorizedColumns = ["authorized_since", "entered_from", "last_contacted", "replied"]

    func audience(in reader: MappingReader) -> AudienceRequest? {
        let source: AudienceRequest.Source = reader.choice("source") ?? .files
        let files = audienceFiles("files", in: reader)
        let exclude = audienceFiles("exclude", in: reader)
        switch source {
        case .files:
            if !reader.has("files") {
                findings.error(at: reader.place, "files_missing", Catalogue.Files.filesMissing)
            }
        case .authorized:
            if reader.has("files") {
                findings.error(at: reader.place(of: "files"), "files_not_used", Catalogue.Files.filesNotUsed)
            }
        }
        return AudienceRequest(
            source: source, files: files, exclude: exclude, conditions: conditions(in: reader, source: source),
            max: reader.integer("max"), order: reader.choice("order") ?? .shuffled,
            strict: reader.boolean("strict") ?? false)
    }

    private func audienceFiles(_ key: String, in reader: MappingReader) -> [String] {
        var names: [String] = []
        for node in reader.list(key) ?? [] {
            guard let name = fileName(node, key: key, reader: reader) else { continue }
            let parts = name.value.split { $0 == "，" || $0 == "、" }
            if parts.count > 1, parts.allSatisfy({ AudienceFormat(fileName: String($0)) != nil }) {
                findings.error(
                    at: name.place, "full_width_punctuation", Catalogue.Files.fullWidthIn(key, value: name.value),
                    hint: Catalogue.FilesHints.listComma)
            } else if AudienceFormat(fileName: name.value) == nil {
                findings.error(
                    at: name.place, "bad_audience_type", Catalogue.Files.badAudienceType(name.value),
                    hint: FullWidth.hint(for: name.value) ?? Catalogue.FilesHints.audienceTypes)
            }
            if names.contains(name.value) {
                findings.error(at: name.place, "duplicate_name", Catalogue.Files.duplicateName(name.value))
            }
            names.append(name.value)
        }
        return names
    }

    // MARK: where

    private func conditions(in reader: MappingReader, source: AudienceRequest.Source) -> [Condition] {
        reader.anyKeys("where").compactMap { entry in
            if source == .authorized, !Self.authorizedColumns.contains(entry.key) {
                let near = DidYouMean.nearest(to: entry.key, among: Self.authorizedColumns)
                findings.error(
                    at: entry.keyPlace, "unknown_condition", Catalogue.Files.unknownCondition(entry.key),
                    hint: near.map(Catalogue.FilesHints.didYouMean))
                return nil
            }
            return test(entry, reader: reader).map { Condition(column: entry.key, test: $0) }
        }
    }

    /// `[杭州，上海]` is one word, which nobody's city is.
    private func warnOfComma(_ text: Located<String>) {
        guard let comma = text.value.first(where: { $0 == "，" || $0 == "、" }) else { return }
        findings.warning(
            at: text.place, "full_width_punctuation", Catalogue.Files.fullWidthIn("where", value: text.value),
            hint: comma == "，" ? FullWidth.hint(for: "，") : Catalogue.FilesHints.listComma)
    }

    private func test(_ entry: YamlNode.Entry, reader: MappingReader) -> Condition.Test? {
        switch entry.value.content {
        case .list(let nodes):
            let found = nodes.compactMap { reader.verbatim($0, key: entry.key) }
            for word in found { warnOfComma(word) }
            let words = found.map(\.value)
            guard !words.isEmpty else {
                findings.error(
                    at: entry.value.place, "bad_condition", Catalogue.Files.badCondition(entry.key, value: "[]"))
                return nil
            }
            return .oneOf(words)
        case .text, .mapping:
            guard let text = reader.verbatim(entry.value, key: entry.key) else { return nil }
            warnOfComma(text)
            guard !ConditionText.beginsFullWidth(text.value), let test = ConditionText.test(text.value) else {
                findings.error(
                    at: text.place, "bad_condition", Catalogue.Files.badCondition(entry.key, value: text.value),
                    hint: FullWidth.hint(for: text.value) ?? Catalogue.FilesHints.quoteOperator)
                return nil
            }
            return test
        }
    }
}

/// `杭州`, `!= 杭州`, `>= 2`, `< 2026-10-01` → a test.
enum ConditionText {
    private static let operators = [">=", "<=", "!=", "==", ">", "<", "="]

    /// `＞= 2` would be a word that nobody's value is.
    static func beginsFullWidth(_ text: String) -> Bool { text.first.map { "＞＜＝！≥≤≠".contains($0) } ?? false }

    static func test(_ text: String) -> Condition.Test? {
        guard let sign = operators.first(where: { text.hasPrefix($0) }) else { return .equals(text) }
        let rest = text.dropFirst(sign.count).drop { $0 == " " }
        guard !rest.isEmpty, !operators.contains(where: { rest.hasPrefix($0) }) else { return nil }
        let operand = String(rest)
        switch sign {
        case "=", "==": return .equals(operand)
        case "!=": return .notEquals(operand)
        default: break
        }
        if let number = CellNumber.value(of: Array(operand.utf8)) { return compare(sign, number) }
        return Moment(iso8601: operand, defaultZone: .shanghai).map {
            compare(sign, $0, isDate: operand.utf8.count == 10)
        }
    }

    private static func compare(_ sign: String, _ number: Double) -> Condition.Test {
        switch sign {
        case ">=": .greaterOrEqual(number)
        case ">": .greater(number)
        case "<=": .lessOrEqual(number)
        default: .less(number)
        }
    }

    /// `after` includes its moment and `before` excludes it, as every span here is half-open; a date alone is its whole
    /// day in Shanghai, so that `<= 2026-10-01` takes in that day.
    private static func compare(_ sign: String, _ moment: Moment, isDate: Bool) -> Condition.Test {
        let next = moment + (isDate ? .days(1) : .milliseconds(1))
        return switch sign {
        case ">=": .after(moment)
        case ">": .after(next)
        case "<=": .before(next)
        default: .before(moment)
        }
    }
}
