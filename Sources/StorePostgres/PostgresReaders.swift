import Foundation
import Ports

/// Connections that read. A thread that asks within a question of its own gets the same one.
final class PostgresReaders: @unchecked Sendable {
    private let condition = NSCondition()
    private let maximum: Int
    private let make: @Sendable () throws -> PostgresSession
    // Guarded by the condition.
    private var idle: [PostgresSession] = []
    private var busy: [pthread_t: PostgresSession] = [:]
    private var isClosed = false

    init(maximum: Int, make: @escaping @Sendable () throws -> PostgresSession) {
        self.maximum = maximum
        self.make = make
    }

    /// - Parameters:
    ///   - opening: begins a transaction, which ends without a trace.
    ///   - body: is told whether the session's transaction was open already.
    func with<Result>(
        _ opening: String, _ body: (PostgresSession, _ isOpen: Bool) throws -> Result
    ) throws -> Result {
        let thread = pthread_self()
        condition.lock()
        if let mine = busy[thread] {
            condition.unlock()
            return try body(mine, true)
        }
        while busy.count >= maximum, !isClosed { condition.wait() }
        if isClosed {
            condition.unlock()
            throw LedgerError.closing
        }
        var session: PostgresSession
        do { session = try idle.popLast() ?? make() } catch {
            condition.unlock()
            throw error
        }
        busy[thread] = session
        condition.unlock()
        defer {
            condition.lock()
            busy[thread] = nil
            if session.connection.isAlive, !isClosed { idle.append(session) }
            condition.broadcast()
            condition.unlock()
        }
        do { try session.connection.script(opening) } catch {
            // A server that was started anew has forgotten who was there before.
            guard !session.connection.isAlive else { throw error }
            session = try make()
            condition.withLock { busy[thread] = session }
            try session.connection.script(opening)
        }
        // Safe because nothing of it is kept, however it ends.
        defer { _ = try? session.connection.script("ROLLBACK") }
        return try body(session, false)
    }

    /// Returns when the last one has its answer.
    func close() {
        condition.lock()
        isClosed = true
        while !busy.isEmpty { condition.wait() }
        idle = []
        condition.unlock()
    }
}
