import Dispatch
import Ports
import Synchronization

/// The pace of long steps: notes for the watchdog that the step goes on, ends it when the daemon stops, and, while
/// messages leave, gives the ledger's writer back for as long as a slice held it.
package final class StepPace: WorkPace {
    /// About what a slice takes: whoever sends then has half of the writer.
    private static let rest: DispatchTimeInterval = .milliseconds(10)

    private let isSending: @Sendable () -> Bool
    private let isStopping = Atomic(false)
    private let stopped = DispatchSemaphore(value: 0)

    /// - Parameter isSending: whether something is on the wire now. Any thread.
    package init(isSending: @escaping @Sendable () -> Bool) { self.isSending = isSending }

    package func between(wrote: Bool) throws {
        StepProgress.current?.note()
        if wrote, isSending(), !isStopping.load(ordering: .relaxed) {
            // A stop ends the rest, and that of the next one after it.
            if stopped.wait(timeout: .now() + Self.rest) == .success { stopped.signal() }
        }
        if isStopping.load(ordering: .sequentiallyConsistent) { throw WorkInterrupted() }
    }

    /// Every long step under way ends at its next piece. Any thread.
    package func stop() {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        stopped.signal()
    }
}

/// That the step under way goes on, for whoever watches how long it takes.
final class StepProgress: Sendable {
    @TaskLocal static var current: StepProgress?
    private let clock: any Clock
    private let last: Mutex<Duration?> = Mutex(nil)

    init(clock: any Clock) { self.clock = clock }

    func note() {
        let now = clock.monotonic()
        last.withLock { $0 = now }
    }

    /// Monotonic; nil: nothing was noted since the step began.
    var noted: Duration? { last.withLock { $0 } }
    func begin() { last.withLock { $0 = nil } }
}
