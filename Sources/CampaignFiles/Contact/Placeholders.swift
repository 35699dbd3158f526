import Foundation

/// What was meant to be filled in and would be sent as it stands: `{nickname}`, `${nickname}`, `｛｛nickname｝｝`, `%nickname%`.
enum Placeholders {
    struct Found: Equatable {
        let tag: String
        let name: String
        /// A field of the file has this name: nobody means the braces themselves.
        let isDeclared: Bool
    }

    private static let nameCharactersMax = 40
    /// Braces of every width and direction, and those that look like them.
    private static let opening: Set<Character> = ["{", "｛", "﹛", "︷", "⦃", "❴"]
    private static let closing: Set<Character> = ["}", "｝", "﹜", "︸", "⦄", "❵"]
    /// Only the name of a field makes a mistake of these.
    private static let otherPairs: [(Character, Character)] = [
        ("[", "]"), ("【", "】"), ("<", ">"), ("%", "%"), ("《", "》"), ("＜", "＞"), ("％", "％"),
        ("#", "#"), ("@", "@"), ("［", "］"), ("〖", "〗"), ("「", "」"),
    ]
    /// Of programming languages; nobody says them.
    private static let formats = ["%s", "%d", "%@", "%1$s", "%1$@", "<%="]

    /// `50%discount` is none.
    private static func stands(_ format: String, in text: String) -> Bool {
        guard let range = text.range(of: format) else { return false }
        let before = range.lowerBound == text.startIndex ? nil : text[text.index(before: range.lowerBound)]
        let after = text[range.upperBound...].first
        return before?.isNumber != true && after.map { $0.isASCII && $0.isLetter } != true
    }

    /// The first one; one that names a field comes first.
    static func first(in text: String, fields: [String]) -> Found? {
        let text = withoutTags(text)
        let found =
            between(text, open: { opening.contains($0) }, close: { closing.contains($0) })
            + otherPairs.flatMap { pair in
                between(text, open: { $0 == pair.0 }, close: { $0 == pair.1 }).filter { fields.contains($0.name) }
            }
        let judged = found.filter { TemplateText.isFieldName($0.name) }
            .map { Found(tag: $0.tag, name: $0.name, isDeclared: fields.contains($0.name)) }
        if let named = judged.first(where: \.isDeclared) ?? dollar(in: text, fields) { return named }
        return judged.first
            ?? formats.first(where: { stands($0, in: text) }).map {
                Found(tag: $0, name: "nickname", isDeclared: false)
            }
    }

    /// `$nickname`, `__nickname__`
    private static func dollar(in text: String, _ fields: [String]) -> Found? {
        for field in fields {
            for tag in ["__\(field)__", "$\(field)", "＄\(field)"] where text.contains(tag) {
                return Found(tag: tag, name: field, isDeclared: true)
            }
        }
        return nil
    }

    /// Without what is filled in.
    private static func withoutTags(_ text: String) -> String {
        guard case .success(let template) = TemplateText.parse(text) else { return text }
        return template.pieces.map { piece in
            switch piece {
            case .literal(let literal): literal
            case .field: " "
            }
        }.joined()
    }

    private static func between(
        _ text: String, open isOpen: (Character) -> Bool, close isClose: (Character) -> Bool
    ) -> [(tag: String, name: String)] {
        var found: [(tag: String, name: String)] = []
        var start: String.Index?
        for index in text.indices {
            let character = text[index]
            if isClose(character), let begin = start, begin < index {
                let name = String(text[text.index(after: begin)..<index].filter { UnseenCharacters.isSeen(String($0)) })
                if (1...nameCharactersMax).contains(name.count) { found.append((String(text[begin...index]), name)) }
                start = nil
            } else if isOpen(character) {
                start = index
            }
        }
        return found
    }
}
