import Foundation
import GRDB
import GRDBSQLite
import Glibc
import Ports
import Store

/// The file and its log.
extension StoreSQLite {
    /// Moves the log whole into the file while there is a writer to do it: GRDB closes the writer before its readers, and
    /// the last to leave could not. Not on a disk that failed once. A log that is in use or has no room to go stays, and is
    /// read at the next opening, as after a crash.
    /// - Throws: what wounded the ledger, now or before.
    func moveLog() throws {
        do { try forgetOverwritten(isPatient: true) } catch let error as LedgerError {
            if case .corrupt = error { throw error }
        }
    }

    /// Moves the log whole into the file and cuts it. Readers let go of old pages within their five seconds.
    @discardableResult
    package func forgetOverwritten(isPatient: Bool) throws -> Bool {
        do {
            try wound.refuse()
            // Most of it while others write.
            _ = try mover.pass()
            return try pool.writeWithoutTransaction { db in
                if !isPatient { sqlite3_busy_timeout(db.sqliteConnection, 20) }
                defer { if !isPatient { sqlite3_busy_timeout(db.sqliteConnection, 5000) } }
                do {
                    _ = try db.checkpoint(.truncate)
                    return true
                } catch let error as DatabaseError where !isPatient && error.resultCode == .SQLITE_BUSY {
                    return false
                }
            }
        } catch let error as DatabaseError {
            throw noted(SQLiteRefusal.error(error))
        } catch let error as LedgerError {
            throw noted(error)
        }
    }

    package static func isEmpty(logOf path: String) -> Bool {
        var status = stat()
        return stat(path + "-wal", &status) != 0 || status.st_size == 0
    }

    /// Whoever was rung by `Options.onLongLog` calls this, on a thread that nobody waits for.
    package func moveLongLog() throws {
        do {
            try wound.refuse()
            let left = try mover.pass()
            guard left < wound.checkpointPages else { return }
            try pool.writeWithoutTransaction { _ = try LogMover.move($0) }
        } catch let error as DatabaseError {
            throw noted(SQLiteRefusal.error(error))
        }
    }

    /// What is written every day is taken from free pages: a twentieth of the file stays, and never less than a megabyte.
    private static let freePagesMin = 256

    /// nought in a file that cannot: one that was made before, and not compacted since.
    package func freePages() throws -> Int {
        try read { session in
            func pragma(_ name: String) throws -> Int { try Int.fetchOne(session, sql: "PRAGMA \(name)") ?? 0 }
            guard try pragma("auto_vacuum") == 2 else { return 0 }
            return max(try pragma("freelist_count") - max(pragma("page_count") / 20, Self.freePagesMin), 0)
        }
    }

    package func giveBack(pages: Int, _ session: any Session) throws {
        try session.execute(sql: "PRAGMA incremental_vacuum(\(pages))")
    }

    /// SQLite's own check of the file.
    package func damage(full: Bool, atMost limit: Int) throws -> [String] {
        try read { session in
            let check = full ? "integrity_check" : "quick_check"
            return try String.fetchAll(session, sql: "PRAGMA \(check)(\(limit))").filter { $0 != "ok" }
        }
    }

    /// Writes a copy into the file at `path`, while others write: SQLite's backup interface takes one state of it.
    /// - Parameter finish: is asked on the copy before it is checked.
    /// - Throws: `LedgerError.corrupt` when the copy is not sound.
    package func copy<Result>(
        to path: String, atMost complaints: Int, _ finish: (any Session) throws -> Result
    ) throws -> Result {
        do {
            let copy = try DatabaseQueue(path: path)
            try pool.backup(to: copy)
            let result = try copy.writeWithoutTransaction { db in
                let session = SQLiteSession(db)
                defer { session.forget() }
                // One file, without a log beside it.
                try session.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;")
                let result = try finish(session)
                let damage = try String.fetchAll(session, sql: "PRAGMA integrity_check(\(complaints))")
                guard damage == ["ok"] else { throw LedgerError.corrupt(damage.joined(separator: "; ")) }
                return result
            }
            try copy.close()
            return result
        } catch let error as DatabaseError {
            throw SQLiteRefusal.error(error)
        }
    }

    // MARK: - Before a start

    /// Looks at the files before SQLite opens, and so perhaps changes, them.
    /// - Throws: `LedgerError.corrupt` when bits have changed since they were written.
    static func examineFiles(of path: String) throws {
        if let damage = LogExamination.damage(ofLogAt: path + "-wal") { throw LedgerError.corrupt(damage) }
        // The digest is mute as soon as anything was moved from a log into the file.
        if ClosedFileDigest.isBroken(of: path) {
            throw LedgerError.corrupt("the file is not what it was when it was closed (ledger.digest)")
        }
    }

    /// It holds personal ids: its owner's alone, whatever the folder's rights and the process's mask are. SQLite gives
    /// its log the rights of the file.
    static func keepPrivate(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw LedgerError.storage("\(path): \(String(cString: strerror(errno)))") }
        Glibc.close(descriptor)
        for name in [path, path + "-wal", path + "-shm"] {
            var status = stat()
            guard lstat(name, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 != 0 else {
                continue
            }
            guard chmod(name, status.st_mode & 0o700) == 0 else {
                throw LedgerError.storage("\(name): \(String(cString: strerror(errno)))")
            }
        }
    }

    /// When an earlier daemon stopped because the disk failed it: why, and what takes the mark away.
    package var suspicion: String? { SuspicionMark.reason(at: SuspicionMark.path(beside: path)) }
    package func clearSuspicion() { unlink(SuspicionMark.path(beside: path)) }

    /// As a clean close leaves it; for rehearsals that copy a ledger.
    package static func noteClosed(_ path: String) { ClosedFileDigest.write(of: path) }

    /// How far a log's damage can be told from a crash; for the rehearsal that damages it.
    package static func provableEnd(ofLog bytes: [UInt8]) -> Int { LogExamination.provableEnd(of: bytes) }
}
