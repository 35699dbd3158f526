import GRDB
import GRDBSQLite
import Ports

/// What SQLite's refusals mean to a ledger.
enum SQLiteRefusal {
    static func error(on connection: OpaquePointer, _ code: Int32) -> LedgerError {
        // An error before the statement ran has its extended code at the connection only.
        let extended = sqlite3_extended_errcode(connection)
        return error(
            extended & 0xFF == code & 0xFF ? extended : code, String(cString: sqlite3_errmsg(connection)))
    }

    static func error(_ error: DatabaseError) -> LedgerError {
        self.error(error.extendedResultCode.rawValue, error.message ?? "\(error.resultCode)")
    }

    static func error(_ extendedCode: Int32, _ message: String) -> LedgerError {
        switch extendedCode & 0xFF {
        // The row is at fault, and not what it lies on.
        case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG: .refusedRow(message)
        case SQLITE_ERROR where ["integer overflow", "malformed JSON"].contains(message): .refusedRow(message)
        // What the kernel dropped cannot be known: trying again would report a durability that is not there.
        case SQLITE_IOERR where isWounding(extendedCode): .corrupt(message)
        case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt(message)
        default: .storage(message)
        }
    }

    /// Whether an error of SQLite leaves unknown what is on the disk. A full disk does not, nor does a lock or a piece of
    /// shared memory that could not be had: nothing was kept, and trying again is right.
    static func isWounding(_ extendedCode: Int32) -> Bool {
        let code = ResultCode(rawValue: extendedCode)
        let harmless: [ResultCode] = [
            .SQLITE_IOERR_SHMSIZE, .SQLITE_IOERR_SHMOPEN, .SQLITE_IOERR_SHMMAP, .SQLITE_IOERR_SHMLOCK,
            .SQLITE_IOERR_NOMEM, .SQLITE_IOERR_LOCK, .SQLITE_IOERR_RDLOCK, .SQLITE_IOERR_UNLOCK,
            .SQLITE_IOERR_CHECKRESERVEDLOCK, .SQLITE_IOERR_BLOCKED, .SQLITE_IOERR_GETTEMPPATH,
        ]
        return code.primaryResultCode == .SQLITE_IOERR && !harmless.contains(code)
    }
}
