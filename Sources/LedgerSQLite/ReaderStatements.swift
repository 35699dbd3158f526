import Foundation
import Ports

/// The prepared statements of each reading connection, so that a question does not begin with preparing two dozen of them.
///
/// A statement keeps the memory of its connection alive: a pointer that is known here is the connection that it was made
/// on, also when the pool has let go of it. Each is used on its own connection's queue only; the lock guards the list.
final class ReaderStatements: @unchecked Sendable {
    private let lock = NSLock()
    private var known: [OpaquePointer: HotStatements] = [:]
    private var isClosed = false

    func statements(on connection: OpaquePointer) throws -> HotStatements {
        lock.lock()
        defer { lock.unlock() }
        if isClosed { throw LedgerError.closing }
        if let statements = known[connection] { return statements }
        let made = try HotStatements(connection)
        known[connection] = made
        return made
    }

    /// For good: a question that comes between this and the connections' end would leave statements behind, and a
    /// connection with statements cannot be closed. One that is being answered keeps its own until it is done.
    func close() {
        lock.lock()
        defer { lock.unlock() }
        isClosed = true
        known = [:]
    }
}
