import GRDBSQLite
import Ports
import Store

/// One connection, with the statements that were prepared on it.
final class SQLiteSession: Session {
    let connection: OpaquePointer
    private var kept: [String: PreparedStatement] = [:]
    var companion: AnyObject?

    init(_ connection: OpaquePointer) { self.connection = connection }

    /// A connection with statements cannot be closed, nor its file be made anew.
    func forget() {
        companion = nil
        kept = [:]
    }

    func prepare(_ sql: String) throws -> any Statement { try made(sql, isKept: false) }

    func cachedStatement(sql: String) throws -> any Statement {
        if let known = kept[sql] { return known }
        let made = try made(sql, isKept: true)
        kept[sql] = made
        return made
    }

    private func made(_ sql: String, isKept: Bool) throws -> PreparedStatement {
        guard let made = try PreparedStatement(connection, sql, isKept: isKept) else {
            throw LedgerError.storage("no statement: \(sql)")
        }
        return made
    }

    func execute(sql: String, arguments: Arguments) throws {
        var used = 0
        try sql.withCString { start in
            var next: UnsafePointer<CChar>? = start
            while let here = next, here.pointee != 0 {
                guard let statement = try PreparedStatement(connection, here, isKept: false, tail: &next) else {
                    continue
                }
                arguments.bind(to: statement, from: used)
                used += statement.parameterCount
                while try statement.step() {}
            }
        }
        precondition(used == arguments.values.count, "\(arguments.values.count) values for \(sql)")
    }

    var changesCount: Int { Int(sqlite3_changes(connection)) }
    var totalChangesCount: Int { Int(sqlite3_total_changes(connection)) }
    var lastInsertedRowID: Int64 { sqlite3_last_insert_rowid(connection) }
}
