import Synchronization

/// The ledger's one text as PostgreSQL reads it. What SQLite calls otherwise, or leaves out, and nothing of what it means.
///
/// A text is read as words, so that nothing inside of a string or a comment is taken for one.
enum Dialect {
    /// - Returns: with `$1` for `?1`, and how many values it takes.
    static func statement(_ sql: String) -> (text: String, parameters: Int) {
        var words = SQLWords(sql)
        let parameters = words.numberParameters()
        words.translate()
        return (words.text, parameters)
    }

    /// A statement in pieces, with a value between each two of them.
    struct Pieces {
        let parameters: Int
        /// The table of a single insert.
        let table: String?
        private var texts = [""]
        private var values: [Int] = []

        init(_ sql: String) {
            let made = Dialect.statement(sql)
            parameters = made.parameters
            table = Dialect.insertedTable(sql)
            var isValue = false
            for word in SQLWords(made.text).words {
                if isValue, word.kind == .number, let number = Int(word.text) {
                    texts[texts.count - 1].removeLast()
                    values.append(number)
                    texts.append("")
                } else {
                    texts[texts.count - 1] += word.text
                }
                isValue = word.kind == .mark && word.text == "$"
            }
        }

        /// NULL is written where it is one: of a value that is none the server cannot tell the type.
        func text(isNull: (Int) -> Bool) -> String {
            var text = texts[0]
            for (number, next) in zip(values, texts.dropFirst()) {
                text += (isNull(number) ? "NULL" : "$\(number)") + next
            }
            return text
        }
    }

    /// Translated once, for all connections.
    static func pieces(of sql: String) -> Pieces {
        if let known = known.withLock({ $0[sql] }) { return known }
        let made = Pieces(sql)
        known.withLock { known in
            if known.count >= knownMax { known = [:] }
            known[sql] = made
        }
        return made
    }
    private static let known = Mutex<[String: Pieces]>([:])
    /// Texts with numbers in them are new ones each time.
    private static let knownMax = 2000

    /// The table of a single `INSERT INTO`.
    static func insertedTable(_ sql: String) -> String? {
        let words = SQLWords(sql)
        guard let end = words.sequence(0, ["INSERT", "INTO"]), let name = words.significant(end),
            words.statements.count == 1
        else { return nil }
        return words.words[name].text
    }

    /// Several statements, among them those that make tables.
    static func script(_ sql: String) -> String {
        SQLWords(sql).statements.map { statement in
            var statement = statement
            if statement.begins(with: ["CREATE", "TRIGGER"]) { return Trigger(statement).text }
            // It goes with its function.
            if let end = statement.sequence(0, ["DROP", "TRIGGER"]), let name = statement.significant(end) {
                return "DROP FUNCTION \(Trigger.function(of: statement.words[name].text)) CASCADE"
            }
            statement.translate()
            return statement.text
        }.joined(separator: ";\n")
    }
}

/// A text of SQL in words.
struct SQLWords {
    enum Kind { case space, word, number, string, blob, parameter, mark }
    struct Word {
        var kind: Kind
        var text: String
        var upper: String { text.uppercased() }
    }
    var words: [Word]

    init(words: [Word]) { self.words = words }

    init(_ sql: String) {
        words = []
        var rest = Substring(sql)
        while let word = Self.next(&rest) { words.append(word) }
    }

    var text: String { words.map(\.text).joined() }

    private static func next(_ rest: inout Substring) -> Word? {
        guard let first = rest.first else { return nil }
        func take(_ kind: Kind, _ end: Substring.Index) -> Word {
            defer { rest = rest[end...] }
            return Word(kind: kind, text: String(rest[..<end]))
        }
        func run(_ isIn: (Character) -> Bool) -> Substring.Index {
            rest.dropFirst().firstIndex { !isIn($0) } ?? rest.endIndex
        }
        func quoted(_ start: Substring.Index, _ mark: Character) -> Substring.Index {
            var at = rest.index(after: start)
            while at < rest.endIndex {
                let after = rest.index(after: at)
                if rest[at] == mark {
                    guard after < rest.endIndex, rest[after] == mark else { return after }
                    at = rest.index(after: after)
                } else {
                    at = after
                }
            }
            return rest.endIndex
        }
        if first.isWhitespace { return take(.space, run(\.isWhitespace)) }
        if rest.hasPrefix("--") { return take(.space, rest.firstIndex(of: "\n") ?? rest.endIndex) }
        if first == "'" { return take(.string, quoted(rest.startIndex, "'")) }
        if first == "\"" { return take(.word, quoted(rest.startIndex, "\"")) }
        if (first == "x" || first == "X"), rest.dropFirst().first == "'" {
            return take(.blob, quoted(rest.index(after: rest.startIndex), "'"))
        }
        if first == "?" { return take(.parameter, run(\.isNumber)) }
        if first.isNumber { return take(.number, run { $0.isNumber || $0 == "." }) }
        if first.isLetter || first == "_" { return take(.word, run { $0.isLetter || $0.isNumber || $0 == "_" }) }
        for mark in ["||", "<>", "<=", ">=", "!=", "=="] where rest.hasPrefix(mark) {
            return take(.mark, rest.index(rest.startIndex, offsetBy: 2))
        }
        return take(.mark, rest.index(after: rest.startIndex))
    }

    // MARK: - Finding

    /// The next word at or behind `at` that is no space.
    func significant(_ at: Int) -> Int? { words[min(at, words.count)...].firstIndex { $0.kind != .space } }

    func isWord(_ at: Int?, _ text: String) -> Bool {
        guard let at, at < words.count else { return false }
        return words[at].upper == text
    }

    /// Where `texts` stand one after the other; nil: they do not, from `at` on.
    func sequence(_ at: Int, _ texts: [String]) -> Int? {
        var next = at
        for text in texts {
            guard let found = significant(next), isWord(found, text) else { return nil }
            next = found + 1
        }
        return next
    }

    func begins(with texts: [String]) -> Bool { sequence(0, texts) != nil }

    /// Behind the bracket that closes the one at `at`.
    func close(_ at: Int) -> Int {
        var depth = 0
        for index in at..<words.count {
            if words[index].text == "(" { depth += 1 }
            if words[index].text == ")" { depth -= 1 }
            if depth == 0 { return index }
        }
        return words.count - 1
    }

    /// Apart at their semicolons; what a trigger does stays in one piece.
    var statements: [SQLWords] {
        var found: [SQLWords] = []
        var current: [Word] = []
        for word in words {
            if word.text == ";" {
                let statement = SQLWords(words: current)
                if statement.begins(with: ["CREATE", "TRIGGER"]),
                    current.last(where: { $0.kind != .space })?.upper != "END"
                {
                    current.append(word)
                    continue
                }
                if statement.significant(0) != nil { found.append(statement) }
                current = []
            } else {
                current.append(word)
            }
        }
        let last = SQLWords(words: current)
        if last.significant(0) != nil { found.append(last) }
        return found
    }
}
