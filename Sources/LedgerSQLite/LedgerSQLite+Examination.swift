import CampaignModel
import Foundation
import GRDB
import Glibc
import Ports

/// What an examiner asks of a ledger that has been through something: every attempt, and the file's own word on itself.
extension LedgerSQLite {
    /// Every attempt there is, oldest first. A walk over the whole table: for tests and fault rehearsals.
    package func attempts() throws -> [AttemptRecord] {
        try inRead { db in
            try GRDB.Row.fetchAll(db, sql: Self.attemptSQL() + " ORDER BY a.started, a.recipient, a.number")
                .map(Self.attempt)
        }
    }

    /// How many attempts there are, counted no further than asked.
    package func attemptCount(atMost limit: Int) throws -> Int {
        try inRead { db in
            try Int.fetchOne(
                db.cachedStatement(sql: "SELECT count(*) FROM (SELECT 1 FROM attempt LIMIT ?)"), arguments: [limit])
                ?? 0
        }
    }
}

// MARK: - Before a start

extension LedgerSQLite {
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

    /// When an earlier daemon stopped because the disk failed it: reads the whole file and says what is wrong with it. The
    /// mark goes when nothing is.
    /// - Returns: why the ledger was under suspicion, nil when it was not.
    /// - Throws: `LedgerError.corrupt` when the suspicion was right. The mark stays.
    package func clearSuspicion() throws -> String? {
        let mark = SuspicionMark.path(beside: path)
        guard let reason = SuspicionMark.reason(at: mark) else { return nil }
        let found = try damage(full: true) + violations()
        if !found.isEmpty { throw LedgerError.corrupt(found.prefix(5).joined(separator: "; ")) }
        unlink(mark)
        return reason
    }

    /// As a clean close leaves it; for rehearsals that copy a ledger.
    package static func noteClosed(_ path: String) { ClosedFileDigest.write(of: path) }

    /// How far a log's damage can be told from a crash; for the rehearsal that damages it.
    package static func provableEnd(ofLog bytes: [UInt8]) -> Int { LogExamination.provableEnd(of: bytes) }
}
