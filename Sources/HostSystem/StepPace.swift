import Dispatch
import Ports
import Synchronization

/// The pace of long steps: notes for the watchdog that the step goes on, ends it when the daemon stops, and, while
/// messages leave, rests after each piece for twice as long as it took, which leaves whoever sends two thirds of the
/// ledger's writer and of the processor. As long as it took left half of the writer, and of that some went to others who
/// write: sending fell below half. Several long steps share that one third: each rests for the others' pieces too.
///
/// Refused: a lower priority for the threads of long steps. One that holds the writer while everybody else has the
/// processor holds everybody up, and an ordinary user's thread cannot raise its priority again for that while.
package final class StepPace: EndingPace {
    /// After a slice that held the writer, and where nobody knows how long a piece took.
    private static let restMin: Duration = .milliseconds(10)
    /// What took longer was held up by others.
    private static let restMax: Duration = .milliseconds(100)

    private let isSending: @Sendable () -> Bool
    private let isStopping = Atomic(false)
    /// Long steps that rest now.
    private let resting = Atomic(0)
    private let stopped = DispatchSemaphore(value: 0)

    /// - Parameter isSending: whether something is on the wire now. Any thread.
    package init(isSending: @escaping @Sendable () -> Bool) { self.isSending = isSending }

    package var isEnding: Bool { isStopping.load(ordering: .relaxed) }

    package func between(wrote: Bool) throws {
        let piece = StepProgress.current?.note()
        if isSending(), !isStopping.load(ordering: .relaxed) {
            let others = resting.wrappingAdd(1, ordering: .relaxed).oldValue
            defer { _ = resting.wrappingSubtract(1, ordering: .relaxed) }
            let rest = Self.rest(after: piece, wrote: wrote, beside: others)
            // A stop ends the rest, and that of the next one after it.
            if rest > .zero, stopped.wait(timeout: .now() + .nanoseconds(Int(rest / .nanoseconds(1)))) == .success {
                stopped.signal()
            }
            StepProgress.current?.note()
        }
        if isStopping.load(ordering: .sequentiallyConsistent) { throw WorkInterrupted() }
    }

    /// - Parameter others: long steps beside this one.
    static func rest(after piece: Duration?, wrote: Bool, beside others: Int) -> Duration {
        let piece = min(piece ?? .zero, restMax)
        return max(piece * (3 * (others + 1) - 1), wrote ? restMin : .zero)
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

    /// - Returns: how long ago the note before was; nil: it is the first since the step began.
    @discardableResult
    func note() -> Duration? {
        let now = clock.monotonic()
        return last.withLock { last in
            defer { last = now }
            return last.map { now - $0 }
        }
    }

    /// Monotonic; nil: nothing was noted since the step began.
    var noted: Duration? { last.withLock { $0 } }
    func begin() { last.withLock { $0 = nil } }
}
