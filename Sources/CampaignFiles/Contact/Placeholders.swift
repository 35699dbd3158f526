/// What was meant to be filled in and would be sent as it stands: `{nickname}`, `${nickname}`, `｛｛nickname｝｝`, `%nickname%`.
enum Placeholders {
    struct Found: Equatable {
        let tag: String
        let name: String
        /// A field of the file has this name: nobody means the braces themselves.
        let isDeclared: Bool
    }

    private static let nameCharactersMax = 40
    /// Only the name of a field makes a mistake of these.
    private static let otherPairs: [(Character, Character)] = [
        ("[", "]"), ("【", "】"), ("<", ">"), ("%", "%"), ("《", "》"), ("＜", "＞"), ("％", "％"),
    ]

    /// The first one; one that names a field comes first.
    static func first(in text: String, fields: [String]) -> Found? {
        let text = withoutTags(text)
        let found =
            between(text, open: { "{｛".contains($0) }, close: { "}｝".contains($0) })
            + otherPairs.flatMap { pair in
                between(text, open: { $0 == pair.0 }, close: { $0 == pair.1 }).filter { fields.contains($0.name) }
            }
        let judged = found.filter { TemplateText.isFieldName($0.name) }
            .map { Found(tag: $0.tag, name: $0.name, isDeclared: fields.contains($0.name)) }
        return judged.first(where: \.isDeclared) ?? judged.first
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
                let name = String(text[text.index(after: begin)..<index].filter { !$0.isWhitespace })
                if (1...nameCharactersMax).contains(name.count) { found.append((String(text[begin...index]), name)) }
                start = nil
            } else if isOpen(character) {
                start = index
            }
        }
        return found
    }
}
