import CampaignModel
import Foundation
import Glibc
import Ports
import Store
import StoreSQLite

/// What `curfew doctor` and `curfew backup` ask of the file.
extension LedgerSQLite {
    private static let complaintsMax = 20

    /// SQLite's own check of the file; empty when it is sound.
    /// - Parameter full: compare every index with its table as well, which takes several times as long.
    package func damage(full: Bool) throws -> [String] {
        try store.damage(full: full, atMost: Self.complaintsMax)
    }

    /// The latest migration that the file went through, and whether all of this version's are in.
    package func schema() throws -> (latest: String, isCurrent: Bool) {
        let (done, isCurrent) = try store.migrations()
        return (done.last ?? "none", isCurrent)
    }

    /// Unknown attempts that began before `moment`: those that should be settled by now.
    package func unknowns(olderThan moment: Moment) throws -> Int {
        try inRead { db in
            try Int.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT count(*) FROM unknown_attempt u CROSS JOIN attempt a USING (day, recipient, account, number)
                        WHERE a.started < ?
                        """), arguments: [moment.milliseconds]) ?? 0
        }
    }

    /// Writes a copy that can be restored, while the daemon goes on: SQLite's backup interface takes one state of it.
    ///
    /// The copy says of itself that it is one, and when it was made, so that whoever puts it in a ledger's place is
    /// asked first. It is checked page by page before it gets its name.
    /// - Throws: `LedgerError.storage` when the disk refuses, `.corrupt` when the copy is not sound. Nothing is left.
    package func backUp(to path: String, at now: Moment) throws -> BackupReceipt {
        let part = path + ".part"
        unlink(part)
        let descriptor = Glibc.open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw LedgerError.storage("\(part): \(String(cString: strerror(errno)))") }
        Glibc.close(descriptor)
        do {
            let receipt = try copy(to: part, at: now)
            try FileFlush.flush(part)
            guard rename(part, path) == 0 else {
                throw LedgerError.storage("\(path): \(String(cString: strerror(errno)))")
            }
            try FileFlush.flush((path as NSString).deletingLastPathComponent)
            return receipt
        } catch {
            unlink(part)
            throw error
        }
    }

    private func copy(to part: String, at now: Moment) throws -> BackupReceipt {
        guard let file else { throw LedgerError.storage("a ledger in a PostgreSQL is backed up with its server") }
        return try file.copy(to: part, atMost: Self.complaintsMax) { db in
            try db.execute(sql: "UPDATE instance SET copied_at = ?", arguments: [now.milliseconds])
            let pages = try Int.fetchOne(
                db.cachedStatement(sql: "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"))
            return BackupReceipt(
                bytes: pages ?? 0, runs: try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM run")) ?? 0,
                attempts: try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM attempt")) ?? 0,
                audit: try Self.auditHead(db))
        }
    }
}

package struct BackupReceipt: Sendable, Equatable {
    package var bytes: Int
    package var runs: Int
    package var attempts: Int
    package var audit: AuditHead
}

enum FileFlush {
    /// A file's content, or a folder's names, to the disk.
    static func flush(_ path: String) throws {
        let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw LedgerError.storage("\(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw LedgerError.storage("\(path): \(String(cString: strerror(errno)))") }
    }
}
