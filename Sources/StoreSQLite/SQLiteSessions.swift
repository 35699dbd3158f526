import Foundation
import GRDB
import Ports

/// The session of each connection, so that a question does not begin with preparing what it asks.
///
/// A statement keeps the memory of its connection alive: a pointer that is known here is the connection that its statements
/// were made on, also when the pool has let go of it. Each is used on its own connection's queue only; the lock guards the
/// list.
final class SQLiteSessions: @unchecked Sendable {
    private let lock = NSLock()
    private var known: [OpaquePointer: SQLiteSession] = [:]
    private var isEnded = false

    /// - Throws: `LedgerError.closing`: from then on nothing is prepared that would keep the connection open.
    func session(on database: Database) throws -> SQLiteSession {
        lock.lock()
        defer { lock.unlock() }
        if isEnded { throw LedgerError.closing }
        let connection = database.sqliteConnection!
        if let session = known[connection] { return session }
        let made = SQLiteSession(connection)
        known[connection] = made
        return made
    }

    /// With nobody inside the gate, on the writer's queue.
    func end() {
        lock.lock()
        defer { lock.unlock() }
        isEnded = true
        for session in known.values { session.forget() }
        known = [:]
    }
}

extension SQLiteSession {
    convenience init(_ database: Database) { self.init(database.sqliteConnection!) }
}
