import CampaignModel
import Dispatch
import Ports
import Synchronization

/// A plain thread that looks whether the daemon lives. It needs nothing of what it watches: neither the shared pool nor
/// any of the threads that steps may block.
final class Watchdog: Sendable {
    private let done = DispatchSemaphore(value: 0)

    /// - Parameter look: gets what the last one gave, at first true.
    init(every interval: Duration, look: @escaping @Sendable (Bool) -> Bool) {
        let milliseconds = max(1, Int(interval.wholeMilliseconds))
        PlainThread.start("watchdog") { [done] in
            var wasAlive = true
            repeat {
                wasAlive = look(wasAlive)
            } while done.wait(timeout: .now() + .milliseconds(milliseconds))
                == .timedOut
        }
    }

    func stop() { done.signal() }
}

/// Whether threads without steppers still take work.
final class ThreadProbe: Sendable {
    private let threads: NamedThreads
    private let clock: any Clock
    /// Monotonic; nil: the last probe was answered.
    private let asked: Mutex<Duration?> = Mutex(nil)

    init(_ threads: NamedThreads, clock: any Clock) { (self.threads, self.clock) = (threads, clock) }

    var unansweredSince: Duration? { asked.withLock { $0 } }

    /// Asks again, unless it still waits for the last answer.
    func probe() {
        let now = clock.monotonic()
        let isFirst = asked.withLock { asked in
            guard asked == nil else { return false }
            asked = now
            return true
        }
        guard isFirst else { return }
        _ = Task(executorPreference: threads) { self.asked.withLock { $0 = nil } }
    }
}
