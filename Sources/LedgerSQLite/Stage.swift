import CampaignModel
import Foundation
import GRDB
import GRDBSQLite
import Glibc
import Ports

/// A scratch database beside the ledger in which large sets are read, deduplicated and put in order *before* the writer
/// is taken. The ledger then copies from it in key order, a slice a transaction: memory stays flat, and whoever else wants
/// the writer waits for a slice at most.
final class Stage {
    let path: String
    private let queue: DatabaseQueue

    init(folder: String, name: String) throws {
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
            throw LedgerSQLite.translated(error)
        }
    }

    func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
        do {
            return try queue.inDatabase { db in
                var result: Result?
                try db.inTransaction(.exclusive) {
                    result = try body(db)
                    return .commit
                }
                return result!
            }
        } catch let error as DatabaseError {
            throw LedgerSQLite.translated(error)
        }
    }

    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        do { return try queue.inDatabase(body) } catch let error as DatabaseError {
            throw LedgerSQLite.translated(error)
        }
    }

    func discard() {
        // Safe because a queue that is closed already has nothing left to close.
        try? queue.close()
        Self.remove(path)
    }

    static func remove(_ path: String) {
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(path + suffix) }
    }
}

extension LedgerSQLite {
    /// A crash may have left scratch files; nothing in them was ever promised to anybody.
    func removeLeftStages() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: stageFolder.isEmpty ? "." : stageFolder)
        for name in names where name.hasPrefix("stage-") && name.hasSuffix(".tmp") {
            Stage.remove((stageFolder as NSString).appendingPathComponent(name))
        }
    }
}
