import Foundation

/// The prepared statements of each reading connection, so that a question does not begin with preparing two dozen of them.
///
/// A statement keeps the memory of its connection alive: a pointer that is known here is the connection that it was made
/// on, also when the pool has let go of it. Each is used on its own connection's queue only; the lock guards the list.
final class ReaderStatements: @unchecked Sendable {
    private let lock = NSLock()
    private var known: [OpaquePointer: HotStatements] = [:]

    func statements(on connection: OpaquePointer) throws -> HotStatements {
        lock.lock()
        defer { lock.unlock() }
        if let statements = known[connection] { return statements }
        let made = try HotStatements(connection)
        known[connection] = made
        return made
    }

    /// With nobody inside the gate: a connection with statements cannot be closed.
    func end() {
        lock.lock()
        defer { lock.unlock() }
        known = [:]
    }
}
