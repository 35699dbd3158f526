import Ports
import Synchronization

/// One write a second at most, however often somebody asks how the ledger is: the port is open to everybody on the machine.
package final class WriteProbe: Sendable {
    private static let interval: Duration = .seconds(1)
    private let last = Mutex<(at: Duration, failure: (any Error)?)?>(nil)

    package init() {}

    /// - Throws: why the ledger took no write, now or within the last second.
    func pass(_ ledger: any MetricsLedger, _ clock: any Clock) throws {
        let now = clock.monotonic()
        if let known = last.withLock({ $0 }), now - known.at < Self.interval {
            if let failure = known.failure { throw failure }
            return
        }
        do {
            try ledger.proveWritable(at: clock.now())
            last.withLock { $0 = (now, nil) }
        } catch {
            last.withLock { $0 = (now, error) }
            throw error
        }
    }
}
