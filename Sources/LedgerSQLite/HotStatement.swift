import GRDBSQLite
import Glibc
import Ports

/// One prepared statement of the hot path, spoken to through SQLite's own interface: a GRDB cached statement costs
/// 0.6 µs a row more, which is a quarter of what the ledger may cost a message.
final class HotStatement {
    private let handle: OpaquePointer
    private let connection: OpaquePointer

    init(_ connection: OpaquePointer, _ sql: String) throws {
        var handle: OpaquePointer?
        guard sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil) == SQLITE_OK,
            let handle
        else { throw LedgerError.storage("cannot prepare: \(String(cString: sqlite3_errmsg(connection)))") }
        self.handle = handle
        self.connection = connection
    }

    deinit { sqlite3_finalize(handle) }

    /// As it was prepared: for the test that holds every hot statement to its keys.
    var sql: String { String(cString: sqlite3_sql(handle)) }

    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }
    func bind(_ index: Int32, _ value: Int) { sqlite3_bind_int64(handle, index, Int64(value)) }
    func bindNull(_ index: Int32) { sqlite3_bind_null(handle, index) }
    func bind(_ index: Int32, _ value: Int64?) {
        if let value { bind(index, value) } else { bindNull(index) }
    }

    /// SQLite copies the bytes.
    func bind(_ index: Int32, text: String) {
        var text = text
        text.withUTF8 { bytes in bind(index, textBytes: bytes) }
    }
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

    /// True while there is a row.
    func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            let message = String(cString: sqlite3_errmsg(connection))
            sqlite3_reset(handle)
            if [SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG].contains(code & 0xFF) {
                throw LedgerError.refusedRow(message)
            }
            throw [SQLITE_CORRUPT, SQLITE_NOTADB].contains(code & 0xFF) || LedgerSQLite.isWounding(code)
                ? LedgerError.corrupt(message) : LedgerError.storage(message)
        }
    }

    /// Runs a statement that returns no rows, and makes it ready for the next time.
    @discardableResult
    func run() throws -> Int {
        defer { sqlite3_reset(handle) }
        _ = try step()
        return Int(sqlite3_changes(connection))
    }

    func reset() { sqlite3_reset(handle) }

    func int(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
    func optionalInt(_ column: Int32) -> Int64? {
        sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : sqlite3_column_int64(handle, column)
    }
    func text(_ column: Int32) -> String {
        guard let characters = sqlite3_column_text(handle, column) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: characters, count: count), as: UTF8.self)
    }
    func bytes(_ column: Int32) -> [UInt8] { Array(buffer(column)) }
    /// Valid until the next step, reset or conversion of the column.
    func buffer(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        guard let start = sqlite3_column_blob(handle, column) else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(
            start: start.assumingMemoryBound(to: UInt8.self), count: Int(sqlite3_column_bytes(handle, column)))
    }

    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    nonisolated(unsafe) private static let empty = strdup("")!
}
