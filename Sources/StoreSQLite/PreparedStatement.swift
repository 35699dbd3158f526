import Foundation
import GRDBSQLite
import Glibc
import Ports
import Store

/// One prepared statement, spoken to through SQLite's own interface: a GRDB cached statement costs 0.6 µs a row more, which
/// is a quarter of what the ledger may cost a message.
final class PreparedStatement: Statement {
    private let handle: OpaquePointer
    private let connection: OpaquePointer
    let parameterCount: Int
    private(set) lazy var columns = ColumnNames(
        (0..<sqlite3_column_count(handle)).map { String(cString: sqlite3_column_name(handle, $0)) })

    /// - Parameter tail: where the next statement of the same text begins.
    init?(
        _ connection: OpaquePointer, _ sql: UnsafePointer<CChar>, isKept: Bool,
        tail: UnsafeMutablePointer<UnsafePointer<CChar>?>? = nil
    ) throws {
        var handle: OpaquePointer?
        let flags = isKept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
        let code = sqlite3_prepare_v3(connection, sql, -1, flags, &handle, tail)
        guard code == SQLITE_OK else { throw SQLiteRefusal.error(on: connection, code) }
        // A comment, or white space.
        guard let handle else { return nil }
        self.handle = handle
        self.connection = connection
        parameterCount = Int(sqlite3_bind_parameter_count(handle))
    }

    deinit { sqlite3_finalize(handle) }

    var sql: String { String(cString: sqlite3_sql(handle)) }

    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }
    func bind(_ index: Int32, real: Double) { sqlite3_bind_double(handle, index, real) }
    func bindNull(_ index: Int32) { sqlite3_bind_null(handle, index) }

    func bind(_ index: Int32, textBytes bytes: UnsafeBufferPointer<UInt8>) {
        bytes.withMemoryRebound(to: CChar.self) { characters in
            _ = sqlite3_bind_text(
                handle, index, characters.baseAddress ?? UnsafePointer(Self.empty), Int32(bytes.count), Self.transient)
        }
    }
    func bind(_ index: Int32, blob: UnsafeBufferPointer<UInt8>) {
        if blob.isEmpty {
            sqlite3_bind_zeroblob(handle, index, 0)
        } else {
            sqlite3_bind_blob(handle, index, blob.baseAddress, Int32(blob.count), Self.transient)
        }
    }

    func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            let error = SQLiteRefusal.error(on: connection, code)
            sqlite3_reset(handle)
            throw error
        }
    }

    @discardableResult
    func run() throws -> Int {
        defer { sqlite3_reset(handle) }
        _ = try step()
        return Int(sqlite3_changes(connection))
    }

    func reset() { sqlite3_reset(handle) }

    func int(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
    func real(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }
    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
    func text(_ column: Int32) -> String {
        guard let characters = sqlite3_column_text(handle, column) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: characters, count: count), as: UTF8.self)
    }
    func buffer(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        guard let start = sqlite3_column_blob(handle, column) else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(
            start: start.assumingMemoryBound(to: UInt8.self), count: Int(sqlite3_column_bytes(handle, column)))
    }
    func value(_ column: Int32) -> StoredValue {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: .int(int(column))
        case SQLITE_FLOAT: .real(real(column))
        case SQLITE_TEXT: .text(text(column))
        case SQLITE_BLOB: .bytes(Data(buffer(column)))
        default: .null
        }
    }

    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    nonisolated(unsafe) private static let empty = strdup("")!
}
