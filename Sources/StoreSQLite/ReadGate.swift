import Foundation
import Ports

/// Who is asking the ledger something now. Closing waits for them and lets nobody in any more: a question that begins
/// beside the end of its connection would be asked of memory that is somebody else's.
final class ReadGate: @unchecked Sendable {
    private let condition = NSCondition()
    // Guarded by the condition.
    private var inside = 0
    private var isClosed = false

    /// - Throws: `LedgerError.closing`. Who is inside already may go on asking.
    func pass<Result>(_ body: () throws -> Result) throws -> Result {
        condition.lock()
        let isIn = !isClosed
        if isIn { inside += 1 }
        condition.unlock()
        guard isIn else { throw LedgerError.closing }
        defer {
            condition.lock()
            inside -= 1
            if inside == 0 { condition.broadcast() }
            condition.unlock()
        }
        return try body()
    }

    var isShut: Bool {
        condition.lock()
        defer { condition.unlock() }
        return isClosed
    }

    /// Returns when the last one is out.
    func close() {
        condition.lock()
        isClosed = true
        while inside > 0 { condition.wait() }
        condition.unlock()
    }
}
