/// The functions of a file: what they are called, where they begin and end.
struct SwiftFunction {
    var name: String
    /// Position of `func`, `init`, `deinit` or `subscript` among the tokens.
    var position: Int
    var firstLine: Int
    var lastLine: Int
    /// Positions of the braces around the body.
    var body: ClosedRange<Int>
    var hasParameters: Bool
}

extension SwiftTokens {
    /// Every function with a body. Requirements of protocols have none.
    var functions: [SwiftFunction] {
        tokens.indices.compactMap { position in
            let isMember = text(position - 1) == "."
            switch text(position) {
            case "func": return function(named: text(position + 1), at: position, parametersAfter: position + 2)
            case "init", "subscript":
                let next = text(position + 1)
                guard !isMember, ["(", "<", "?", "!"].contains(next) else { return nil }
                return function(named: text(position), at: position, parametersAfter: position + 1)
            default: return nil
            }
        }
    }

    /// Words that begin the next declaration: a signature that meets one had no body.
    private static let declarationWords: Set<String> = [
        "func", "var", "let", "init", "subscript", "associatedtype", "struct", "enum", "class", "protocol", "extension",
        "static", "mutating", "package", "private", "fileprivate", "public", "typealias", "case", "deinit", "actor",
        "import", "nonmutating", "@", "}",
    ]

    private func function(named name: String, at position: Int, parametersAfter start: Int) -> SwiftFunction? {
        // Past the generic parameters, whose brackets the tokens do not pair, to the parameters.
        var open = start
        while open < tokens.count, text(open) != "(" {
            if text(open) == "{" || text(open) == "}" { return nil }
            open += 1
        }
        guard var cursor = closing(of: open) else { return nil }
        let hasParameters = cursor > open + 1
        cursor += 1
        while cursor < tokens.count, text(cursor) != "{" {
            if text(cursor) == "(" || text(cursor) == "[" {
                guard let close = closing(of: cursor) else { return nil }
                cursor = close + 1
                continue
            }
            if Self.declarationWords.contains(text(cursor)) && text(cursor) != "@" { return nil }
            cursor += 1
        }
        guard cursor < tokens.count, let end = closing(of: cursor) else { return nil }
        return SwiftFunction(
            name: name, position: position, firstLine: tokens[position].line, lastLine: tokens[end].line,
            body: cursor...end, hasParameters: hasParameters)
    }

    /// Positions of the `func` words that a `@Test` attribute stands before.
    var testedFunctions: Set<Int> {
        var tested: Set<Int> = []
        for position in tokens.indices where reads(["@", "Test"], at: position) {
            var cursor = position + 2
            if text(cursor) == "(", let close = closing(of: cursor) { cursor = close + 1 }
            while cursor < tokens.count, text(cursor) != "func" {
                if text(cursor) == "{" || text(cursor) == "}" { break }
                cursor = text(cursor) == "(" ? (closing(of: cursor) ?? cursor) + 1 : cursor + 1
            }
            if text(cursor) == "func" { tested.insert(cursor) }
        }
        return tested
    }
}
