import Hummingbird
import Logging
import Synchronization

/// Slows whoever guesses at tokens, and tells of it: each failed proof is answered later than the one before, up to a limit,
/// and one line in a while says how many there were. Acts of people who are proved never wait.
package final class ProofBrake: Sendable {
    private static let stepMilliseconds: Int64 = 250
    private static let waitMax: Duration = .seconds(10)
    private static let linePause: Duration = .seconds(10)

    private struct State {
        /// Up to here the answers to failed proofs are spread.
        var until: Duration = .zero
        var failures = 0
        var lastLine: Duration?
    }
    private let state = Mutex(State())
    private let now: @Sendable () -> Duration
    private let wait: @Sendable (Duration) async -> Void

    /// - Parameters:
    ///   - now: monotonic.
    ///   - wait: real time, ended early by shutdown.
    package init(now: @escaping @Sendable () -> Duration, wait: @escaping @Sendable (Duration) async -> Void) {
        (self.now, self.wait) = (now, wait)
    }

    func failed(_ logger: Logger) async {
        let (delay, told) = note(at: now())
        if let told {
            logger.warning("proofs of identity failed", metadata: ["count": "\(told)"])
        }
        await wait(delay)
    }

    /// - Returns: how long the answer waits, and how many failures a line tells of now; nil: no line.
    package func note(at now: Duration) -> (delay: Duration, told: Int?) {
        state.withLock { state in
            state.until = min(max(state.until, now) + .milliseconds(Self.stepMilliseconds), now + Self.waitMax)
            state.failures += 1
            guard state.lastLine.map({ now - $0 >= Self.linePause }) ?? true else { return (state.until - now, nil) }
            state.lastLine = now
            defer { state.failures = 0 }
            return (state.until - now, state.failures)
        }
    }
}
