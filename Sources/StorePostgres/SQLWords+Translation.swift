extension SQLWords {
    /// - Returns: how many values the text takes.
    mutating func numberParameters() -> Int {
        var highest = 0
        for index in words.indices where words[index].kind == .parameter {
            // Safe because what follows the mark is digits or nothing.
            let number = Int(words[index].text.dropFirst()) ?? highest + 1
            highest = max(highest, number)
            words[index] = Word(kind: .number, text: "$\(number)")
        }
        return highest
    }

    mutating func translate() {
        if begins(with: ["CREATE", "TABLE"]) || begins(with: ["CREATE", "TEMP", "TABLE"]) {
            translateTable()
            orderTexts()
        }
        if begins(with: ["ALTER", "TABLE"]) { orderTexts() }
        dropHints()
        nameParts()
        for index in words.indices { translateWord(index) }
        translateJSON()
        translateCasts()
        translateComparisons()
        limitChanges()
        insertOrIgnore()
        fillEmptyLists()
    }

    /// `IN ()`: nobody. The lists are of numbers.
    private mutating func fillEmptyLists() {
        for index in words.indices.reversed() where words[index].upper == "IN" {
            guard let open = significant(index + 1), isWord(open, "("), isWord(significant(open + 1), ")") else {
                continue
            }
            words.insert(Word(kind: .word, text: "SELECT NULL::bigint WHERE FALSE"), at: open + 1)
        }
    }

    private static let names = [
        "INTEGER": "bigint", "BLOB": "bytea", "REAL": "double precision", "INSTR": "strpos", "IFNULL": "coalesce",
        "JSON_OBJECT": "json_build_object", "LIKE": "ILIKE", "CHAR": "chr",
    ]

    private mutating func translateWord(_ index: Int) {
        switch words[index].kind {
        case .blob: words[index].text = "'\\x\(words[index].text.dropFirst(2).dropLast())'::bytea"
        case .mark where words[index].text == "==": words[index].text = "="
        case .word:
            let upper = words[index].upper
            if upper == "MAX" || upper == "MIN", isWord(significant(index + 1), "("),
                hasSeveral(significant(index + 1)!)
            {
                words[index].text = upper == "MAX" ? "greatest" : "least"
            } else if let name = Self.names[upper] {
                words[index].text = name
            }
        case .space, .number, .string, .parameter, .mark: break
        }
    }

    /// Whether there is more than one argument: then it is no aggregate.
    private func hasSeveral(_ open: Int) -> Bool {
        var depth = 0
        for index in open..<close(open) {
            switch words[index].text {
            case "(": depth += 1
            case ")": depth -= 1
            case "," where depth == 1: return true
            default: break
            }
        }
        return false
    }

    /// `CROSS JOIN … ON`, `INDEXED BY`, `NOT INDEXED`: in which order to look is the server's own matter.
    private mutating func dropHints() {
        var index = 0
        while index < words.count {
            if let end = sequence(index, ["NOT", "INDEXED"]), words[index].kind != .space {
                words.removeSubrange(index..<end)
            } else if let end = sequence(index, ["INDEXED", "BY"]), words[index].kind != .space,
                let name = significant(end)
            {
                words.removeSubrange(index...name)
            } else if words[index].upper == "CROSS", let end = sequence(index, ["CROSS", "JOIN"]),
                isConditioned(from: end)
            {
                words.remove(at: index)
            }
            index += 1
        }
    }

    /// What is asked of a question has a name, whether anybody calls it by it or not.
    private mutating func nameParts() {
        for index in words.indices.reversed() where ["FROM", "JOIN"].contains(words[index].upper) {
            guard let open = significant(index + 1), words[open].text == "(", let first = significant(open + 1),
                ["SELECT", "WITH", "VALUES", "("].contains(words[first].upper)
            else { continue }
            let end = close(open)
            if let next = significant(end + 1), words[next].kind == .word, !Self.followers.contains(words[next].upper) {
                continue
            }
            words.insert(Word(kind: .word, text: " AS part"), at: end + 1)
        }
    }

    private static let followers: Set = [
        "WHERE", "GROUP", "ORDER", "LIMIT", "UNION", "EXCEPT", "HAVING", "WINDOW", "ON", "USING", "JOIN", "CROSS",
        "LEFT",
        "INNER",
    ]

    /// Whether a condition follows the table that is joined.
    private func isConditioned(from start: Int) -> Bool {
        guard var at = significant(start) else { return false }
        if words[at].text == "(" { at = close(at) }
        var next = significant(at + 1)
        if isWord(next, "AS") { next = significant(next! + 1) }
        for _ in 0..<2 {
            if isWord(next, "ON") || isWord(next, "USING") { return true }
            next = next.flatMap { significant($0 + 1) }
        }
        return false
    }

    /// `a IS b` for values that may be NULL.
    private mutating func translateComparisons() {
        for index in words.indices where words[index].upper == "IS" {
            guard var next = significant(index + 1) else { continue }
            let isNot = words[next].upper == "NOT"
            if isNot { next = significant(next + 1)! }
            guard !["NULL", "DISTINCT", "TRUE", "FALSE"].contains(words[next].upper) else { continue }
            words[index].text = isNot ? "IS DISTINCT FROM" : "IS NOT DISTINCT FROM"
            if isNot { words[significant(index + 1)!].text = "" }
        }
    }

    /// `DELETE … ORDER BY … LIMIT` and `UPDATE … LIMIT` pick their rows by where they lie.
    private mutating func limitChanges() {
        guard let after = sequence(0, ["DELETE", "FROM"]) ?? sequence(0, ["UPDATE"]), let table = significant(after),
            let condition = outermost("WHERE", from: table), outermost("LIMIT", from: condition) != nil
        else { return }
        words.insert(Word(kind: .word, text: "WHERE ctid IN (SELECT ctid FROM \(words[table].text) "), at: condition)
        words.append(Word(kind: .mark, text: ")"))
    }

    /// Where a word stands that is in no brackets.
    private func outermost(_ word: String, from start: Int) -> Int? {
        var depth = 0
        for index in start..<words.count {
            if words[index].text == "(" { depth += 1 }
            if words[index].text == ")" { depth -= 1 }
            if depth == 0, words[index].upper == word { return index }
        }
        return nil
    }

    /// The arguments of the call whose bracket opens at `open`.
    private func arguments(_ open: Int) -> [String] {
        var (depth, found, current) = (0, [String](), "")
        for index in open..<close(open) {
            let text = words[index].text
            if text == "(" { depth += 1 }
            if text == ")" { depth -= 1 }
            if text == ",", depth == 1 {
                found.append(current)
                current = ""
            } else if index > open {
                current += text
            }
        }
        return found + [current]
    }

    /// What stands under a key: everything as text, as the ledger says itself what it takes it for.
    private mutating func translateJSON() {
        for index in words.indices.reversed() where ["JSON_EXTRACT", "JSON_EACH"].contains(words[index].upper) {
            guard let open = significant(index + 1), isWord(open, "(") else { continue }
            let arguments = arguments(open).map { $0.trimmingPrefix(while: \.isWhitespace) }
            let key = arguments.count > 1 ? arguments[1].replacing("$.", with: "") : ""
            let text =
                if words[index].upper == "JSON_EXTRACT" {
                    "((\(arguments[0]))::jsonb ->> \(key))"
                } else if key.isEmpty {
                    "jsonb_array_elements_text((\(arguments[0]))::jsonb) AS each (value)"
                } else {
                    "jsonb_array_elements_text((\(arguments[0]))::jsonb -> \(key)) AS each (value)"
                }
            words.replaceSubrange(index...close(open), with: [Word(kind: .word, text: text)])
        }
    }

    /// A text as its bytes: a cast would read escapes in it.
    private mutating func translateCasts() {
        for index in words.indices.reversed() where index < words.count && words[index].upper == "CAST" {
            guard let open = significant(index + 1), isWord(open, "(") else { continue }
            let end = close(open)
            let inner = words[(open + 1)..<end]
            guard let type = inner.last(where: { $0.kind != .space }), type.text == "bytea",
                let cut = inner.lastIndex(where: { $0.upper == "AS" })
            else { continue }
            let text = words[(open + 1)..<cut].map(\.text).joined()
            words.replaceSubrange(index...end, with: [Word(kind: .word, text: "convert_to(\(text), 'UTF8')")])
        }
    }

    private mutating func insertOrIgnore() {
        guard let start = significant(0), let end = sequence(start, ["INSERT", "OR", "IGNORE"]) else { return }
        words.replaceSubrange(start..<end, with: [Word(kind: .word, text: "INSERT")])
        words.append(Word(kind: .word, text: " ON CONFLICT DO NOTHING"))
    }

    // MARK: - Tables

    /// Texts are ordered and told apart by their bytes, whatever language the database was made for.
    private mutating func orderTexts() {
        for index in words.indices where words[index].upper == "TEXT" {
            let before = words[..<index].last { $0.kind != .space }
            if before?.upper != "AS" { words[index].text = "text COLLATE \"C\"" }
        }
    }

    /// Without `STRICT` and `WITHOUT ROWID`; a number that is the key is drawn by the server, and a table without one has
    /// the order in which its rows came.
    private mutating func translateTable() {
        var isKeyed = false
        var index = 0
        while index < words.count {
            if let end = sequence(index, ["INTEGER", "PRIMARY", "KEY"]), words[index].kind != .space {
                let draws = "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"
                words.replaceSubrange(index..<end, with: [Word(kind: .word, text: draws)])
                isKeyed = true
            } else if let end = sequence(index, ["WITHOUT", "ROWID"]), words[index].kind != .space {
                words.replaceSubrange(index..<end, with: [])
                isKeyed = true
            }
            if index < words.count, ["STRICT", "AUTOINCREMENT"].contains(words[index].upper) { words[index].text = "" }
            index += 1
        }
        // A comma between options that are gone.
        if let last = words.lastIndex(where: { $0.kind != .space && !$0.text.isEmpty }), words[last].text == "," {
            words[last].text = ""
        }
        guard !isKeyed, let open = words.firstIndex(where: { $0.text == "(" }) else { return }
        words.insert(Word(kind: .word, text: ", rowid bigint GENERATED BY DEFAULT AS IDENTITY UNIQUE"), at: close(open))
    }
}

/// `CREATE TRIGGER name BEFORE UPDATE OF a, b ON t WHEN … BEGIN …; END` as a function and what calls it.
struct Trigger {
    let text: String

    init(_ words: SQLWords) {
        func significant(_ at: Int) -> Int { words.significant(at)! }
        let name = significant(words.sequence(0, ["CREATE", "TRIGGER"])!)
        let all = words.words
        let on = all[name...].firstIndex { $0.upper == "ON" }!
        let table = significant(on + 1)
        let begin = all[table...].firstIndex { $0.upper == "BEGIN" }!
        let end = all.lastIndex { $0.upper == "END" }!
        let when = significant(table + 1)
        var condition: String?
        if words.isWord(when, "WHEN") {
            var asked = SQLWords(words: Array(all[(when + 1)..<begin]))
            asked.translate()
            condition = asked.text
        }
        let body = SQLWords(words: Array(all[(begin + 1)..<end])).statements.map(Self.step).joined(separator: " ")
        let called = Self.function(of: all[name].text)
        let event = all[(name + 1)...table].map(\.text).joined()
        text = """
            CREATE FUNCTION \(called)() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
            \(condition.map { "IF \($0) THEN \(body) END IF;" } ?? body)
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW; END $body$;
            CREATE TRIGGER \(all[name].text)\(event) FOR EACH ROW EXECUTE FUNCTION \(called)()
            """
    }

    static func function(of trigger: String) -> String { "\(trigger)_does" }

    private static func step(_ words: SQLWords) -> String {
        var words = words
        if let open = words.sequence(0, ["SELECT", "RAISE", "(", "ABORT", ","]), let why = words.significant(open) {
            return
                "RAISE EXCEPTION USING MESSAGE = \(words.words[why].text), ERRCODE = 'integrity_constraint_violation';"
        }
        words.translate()
        return words.text + ";"
    }
}
