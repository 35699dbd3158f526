import Foundation
import GRDB
import Glibc
import Ports
import Store

/// A scratch database beside the ledger in which large sets are read, deduplicated and put in order *before* the writer
/// is taken. The ledger then copies from it in key order, a slice a transaction: memory stays flat, and whoever else wants
/// the writer waits for a slice at most.
package final class Stage {
    private let path: String
    private let queue: DatabaseQueue
    /// Only touched on the queue.
    private var session: SQLiteSession?

    package init(folder: String, name: String) throws {
        path = (folder as NSString).appendingPathComponent("stage-\(name).tmp")
        Self.remove(path)
        var configuration = Configuration()
        configuration.label = "curfew.stage"
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.inDatabase { db in
                // Scratch: whatever a crash leaves is deleted at the next start.
                try db.execute(sql: "PRAGMA journal_mode = OFF")
                try db.execute(sql: "PRAGMA synchronous = OFF")
                try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
                try db.execute(sql: "PRAGMA cache_size = -4096")
                try db.execute(sql: "PRAGMA temp_store = FILE")
            }
        } catch let error as DatabaseError {
            throw SQLiteRefusal.error(error)
        }
    }

    package func write<Result>(_ body: (any Session) throws -> Result) throws -> Result {
        do {
            return try queue.inDatabase { db in
                var result: Result?
                try db.inTransaction(.exclusive) {
                    result = try body(session(db))
                    return .commit
                }
                return result!
            }
        } catch let error as DatabaseError {
            throw SQLiteRefusal.error(error)
        }
    }

    package func read<Result>(_ body: (any Session) throws -> Result) throws -> Result {
        do { return try queue.inDatabase { try body(session($0)) } } catch let error as DatabaseError {
            throw SQLiteRefusal.error(error)
        }
    }

    private func session(_ db: Database) -> SQLiteSession {
        if let session { return session }
        let made = SQLiteSession(db)
        session = made
        return made
    }

    package func discard() {
        session?.forget()
        // Safe because a queue that is closed already has nothing left to close.
        try? queue.close()
        Self.remove(path)
    }

    private static func remove(_ path: String) {
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(path + suffix) }
    }

    /// A crash may have left scratch files; nothing in them was ever promised to anybody.
    static func removeLeft(in folder: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)
        for name in names where name.hasPrefix("stage-") && name.hasSuffix(".tmp") {
            Stage.remove((folder as NSString).appendingPathComponent(name))
        }
    }
}
