import Foundation
import GRDB
import Ports

/// Moves what stands in the log into the file beside the writer, so that whoever sends does not wait for it: thousands of
/// pages in random places, and a sync. The writer waits for the last few only, because the log can begin anew just when
/// nothing of it is left to move.
final class LogMover: @unchecked Sendable {
    /// Two passes: what was written during the first is a small part of what the first moved.
    private static let passes = 2

    private let path: String
    // Guarded by the lock.
    private var connection: DatabaseQueue?
    private var isClosed = false
    private let lock = NSLock()

    init(path: String) { self.path = path }

    /// - Returns: pages that are left in the log, because they came meanwhile, or because somebody still reads older ones.
    func pass() throws -> Int {
        var left = 0
        for _ in 0..<Self.passes {
            guard let queue = try queue() else { return 0 }
            left = try queue.inDatabase { try Self.move($0) }
        }
        return left
    }

    /// - Returns: pages that are left.
    static func move(_ db: Database) throws -> Int {
        do {
            let result = try db.checkpoint(.passive)
            return max(0, result.walFrameCount - result.checkpointedFrameCount)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            // Somebody else is moving them.
            return 0
        }
    }

    func close() throws {
        let queue = lock.withLock {
            isClosed = true
            defer { connection = nil }
            return connection
        }
        try queue?.close()
    }

    private func queue() throws -> DatabaseQueue? {
        try lock.withLock {
            if isClosed { return nil }
            if let connection { return connection }
            var configuration = Configuration()
            configuration.label = "curfew.log"
            configuration.busyMode = .timeout(5)
            configuration.prepareDatabase { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                try db.execute(sql: "PRAGMA cache_size = -64")
            }
            let made = try DatabaseQueue(path: path, configuration: configuration)
            // A connection that has read nothing knows nothing of a log.
            _ = try made.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM reign") }
            connection = made
            return made
        }
    }
}
