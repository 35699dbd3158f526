// How the ledger asks: a type, a statement, its values.

extension Statement {
    /// Runs it for what it changes.
    package func execute(arguments: Arguments = []) throws {
        precondition(arguments.values.count == parameterCount, "\(arguments.values.count) values for \(sql)")
        reset()
        arguments.bind(to: self)
        defer { reset() }
        // What it may return is nobody's.
        while try step() {}
    }

    /// Each row while the statement stands on it. `body` returns false to see no more of them.
    package func each(_ arguments: Arguments, _ body: () throws -> Bool) throws {
        precondition(arguments.values.count == parameterCount, "\(arguments.values.count) values for \(sql)")
        reset()
        arguments.bind(to: self)
        defer { reset() }
        while try step() { if try !body() { return } }
    }
}

extension ColumnValue {
    /// The first column of the first row.
    /// - Returns: nil when there is no row, or NULL in it.
    package static func fetchOne(_ statement: any Statement, arguments: Arguments = []) throws -> Self? {
        var found: Self?
        try statement.each(arguments) {
            found = try optional(statement)
            return false
        }
        return found
    }
    package static func fetchOne(_ session: any Session, sql: String, arguments: Arguments = []) throws -> Self? {
        try fetchOne(session.prepare(sql), arguments: arguments)
    }

    /// The first column of every row.
    package static func fetchAll(_ statement: any Statement, arguments: Arguments = []) throws -> [Self] {
        var found: [Self] = []
        try statement.each(arguments) {
            guard let value = try optional(statement) else { preconditionFailure("NULL from \(statement.sql)") }
            found.append(value)
            return true
        }
        return found
    }
    package static func fetchAll(_ session: any Session, sql: String, arguments: Arguments = []) throws -> [Self] {
        try fetchAll(session.prepare(sql), arguments: arguments)
    }

    package static func fetchCursor(
        _ session: any Session, sql: String, arguments: Arguments = []
    ) throws -> Cursor<Self> {
        Cursor(try session.prepare(sql), arguments) { statement in
            guard let value = try optional(statement) else { preconditionFailure("NULL from \(statement.sql)") }
            return value
        }
    }

    private static func optional(_ statement: any Statement) throws -> Self? {
        if statement.isNull(0) { return nil }
        guard let value = read(statement, 0) else {
            preconditionFailure("\(statement.value(0)) is no \(Self.self): \(statement.sql)")
        }
        return value
    }
}

extension ColumnValue where Self: Hashable {
    package static func fetchSet(_ statement: any Statement, arguments: Arguments = []) throws -> Set<Self> {
        try Set(fetchAll(statement, arguments: arguments))
    }
    package static func fetchSet(_ session: any Session, sql: String, arguments: Arguments = []) throws -> Set<Self> {
        try Set(fetchAll(session, sql: sql, arguments: arguments))
    }
}

extension StoredRow {
    package static func fetchOne(_ statement: any Statement, arguments: Arguments = []) throws -> StoredRow? {
        var found: StoredRow?
        try statement.each(arguments) {
            found = StoredRow(statement)
            return false
        }
        return found
    }
    package static func fetchOne(
        _ session: any Session, sql: String, arguments: Arguments = []
    ) throws -> StoredRow? {
        try fetchOne(session.prepare(sql), arguments: arguments)
    }

    package static func fetchAll(_ statement: any Statement, arguments: Arguments = []) throws -> [StoredRow] {
        var found: [StoredRow] = []
        try statement.each(arguments) {
            found.append(StoredRow(statement))
            return true
        }
        return found
    }
    package static func fetchAll(
        _ session: any Session, sql: String, arguments: Arguments = []
    ) throws -> [StoredRow] {
        try fetchAll(session.prepare(sql), arguments: arguments)
    }

    package static func fetchCursor(
        _ statement: any Statement, arguments: Arguments = []
    ) throws -> Cursor<StoredRow> {
        Cursor(statement, arguments, StoredRow.init)
    }
    package static func fetchCursor(
        _ session: any Session, sql: String, arguments: Arguments = []
    ) throws -> Cursor<StoredRow> {
        try fetchCursor(session.prepare(sql), arguments: arguments)
    }
}

/// Rows one at a time: a walk over a table that would not fit into memory.
package final class Cursor<Element> {
    private let statement: any Statement
    private let make: (any Statement) throws -> Element

    init(_ statement: any Statement, _ arguments: Arguments, _ make: @escaping (any Statement) throws -> Element) {
        self.statement = statement
        self.make = make
        statement.reset()
        arguments.bind(to: statement)
    }

    deinit { statement.reset() }

    package func next() throws -> Element? { try statement.step() ? make(statement) : nil }
}
