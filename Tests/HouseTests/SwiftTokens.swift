/// A Swift file as the house rules read it: words and signs of the code with their lines, comments apart, the text of
/// string literals gone (but not the code inside their interpolations). Enough to judge style; not a parser.
struct SwiftTokens {
    struct Token: Equatable {
        /// A word, a number, one sign, or `""` for a string literal.
        var text: String
        var line: Int
        /// Nothing but code stands directly before it.
        var followsDirectly: Bool
    }

    private(set) var tokens: [Token] = []
    /// Line → the text of the comments that begin or continue there, without their slashes.
    private(set) var comments: [Int: String] = [:]
    private(set) var lineCount = 0

    private var bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var lastTokenEnd = -1

    init(_ source: String) {
        bytes = Array(source.utf8)
        lex(untilClosingParenthesis: false)
        lineCount = line - (bytes.last == UInt8(ascii: "\n") ? 1 : 0)
        bytes = []
    }

    private func peek(_ offset: Int = 0) -> Unicode.Scalar {
        index + offset < bytes.count ? Unicode.Scalar(bytes[index + offset]) : "\0"
    }

    private mutating func advance() {
        if bytes[index] == UInt8(ascii: "\n") { line += 1 }
        index += 1
    }

    private mutating func add(_ text: String, from start: Int, line: Int) {
        tokens.append(Token(text: text, line: line, followsDirectly: lastTokenEnd == start))
        lastTokenEnd = index
    }

    private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "_"
            || scalar.value >= 0x80
    }

    /// - Parameter untilClosingParenthesis: true inside an interpolation, which ends at its own parenthesis.
    private mutating func lex(untilClosingParenthesis: Bool) {
        var depth = 0
        while index < bytes.count {
            let scalar = peek()
            if scalar == "/" && peek(1) == "/" {
                lineComment()
            } else if scalar == "/" && peek(1) == "*" {
                blockComment()
            } else if scalar == "\"" || (scalar == "#" && (peek(1) == "\"" || peek(1) == "#")) {
                string()
            } else if Self.isWordPart(scalar) {
                let (start, startLine) = (index, line)
                while index < bytes.count, Self.isWordPart(peek()) { advance() }
                add(String(decoding: bytes[start..<index], as: UTF8.self), from: start, line: startLine)
            } else if scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\r" {
                advance()
            } else {
                if scalar == "(" { depth += 1 }
                if scalar == ")" {
                    if untilClosingParenthesis && depth == 0 { return }
                    depth -= 1
                }
                let (start, startLine) = (index, line)
                advance()
                add(String(scalar), from: start, line: startLine)
            }
        }
    }

    private mutating func lineComment() {
        let start = index
        while index < bytes.count, peek() != "\n" { advance() }
        comments[line, default: ""] += Self.commentText(bytes[start..<index])
    }

    private mutating func blockComment() {
        var depth = 0
        var start = index
        repeat {
            if peek() == "/" && peek(1) == "*" {
                depth += 1
                advance()
            } else if peek() == "*" && peek(1) == "/" {
                depth -= 1
                advance()
            } else if peek() == "\n" {
                comments[line, default: ""] += Self.commentText(bytes[start..<index])
                start = index + 1
            }
            advance()
        } while depth > 0 && index < bytes.count
        comments[line, default: ""] += Self.commentText(bytes[min(start, index)..<index])
    }

    private static func commentText(_ bytes: ArraySlice<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        return String(text.drop { "/* \t".contains($0) })
    }

    /// Skips a literal of any kind: plain, raw, of many lines. What it interpolates is read as code.
    private mutating func string() {
        let (start, startLine) = (index, line)
        var pounds = 0
        while peek() == "#" {
            pounds += 1
            advance()
        }
        guard peek() == "\"" else { return }
        let isLong = peek(1) == "\"" && peek(2) == "\""
        for _ in 0..<(isLong ? 3 : 1) { advance() }
        add("\"\"", from: start, line: startLine)
        while index < bytes.count {
            if peek() == "\\", (1...max(pounds, 1)).allSatisfy({ pounds == 0 || peek($0) == "#" }) {
                for _ in 0...pounds where index < bytes.count { advance() }
                if peek() == "(" {
                    advance()
                    lex(untilClosingParenthesis: true)
                }
                if index < bytes.count { advance() }
            } else if peek() == "\"", endsLiteral(isLong: isLong, pounds: pounds) {
                for _ in 0..<((isLong ? 3 : 1) + pounds) { advance() }
                lastTokenEnd = index
                return
            } else {
                advance()
            }
        }
    }

    private func endsLiteral(isLong: Bool, pounds: Int) -> Bool {
        let quotes = isLong ? 3 : 1
        return (0..<quotes).allSatisfy { peek($0) == "\"" } && (0..<pounds).allSatisfy { peek(quotes + $0) == "#" }
    }
}

extension SwiftTokens {
    func text(_ position: Int) -> String { tokens.indices.contains(position) ? tokens[position].text : "" }

    /// Whether the tokens from `position` on read as `words`.
    func reads(_ words: [String], at position: Int) -> Bool {
        words.indices.allSatisfy { text(position + $0) == words[$0] }
    }

    /// The position of the sign that closes the bracket at `open`; `nil` when the file ends before.
    func closing(of open: Int) -> Int? {
        let pairs = ["(": ")", "{": "}", "[": "]"]
        guard let close = pairs[text(open)] else { return nil }
        var depth = 0
        for position in open..<tokens.count {
            if text(position) == text(open) { depth += 1 }
            if text(position) == close { depth -= 1 }
            if depth == 0 { return position }
        }
        return nil
    }
}
