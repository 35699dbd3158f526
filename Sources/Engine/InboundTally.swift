import Answers
import CampaignModel
import Ports
import Synchronization

/// Requests that the door for events did not take, counted since the start; and when it is time for a line about them.
package final class InboundTally: Sendable {
    private struct State {
        var counts: [TurnedAway: Int] = [:]
        var untold: [TurnedAway: Int] = [:]
        var lastTold: Duration?
    }
    /// A stranger who knocks a thousand times a second gets one line a minute.
    private static let toldEvery: Duration = .minutes(1)

    private let state = Mutex(State())

    package init() {}

    package var counts: [TurnedAway: Int] { state.withLock { $0.counts } }

    /// - Returns: what came since the last line, when another one is due.
    func note(_ why: TurnedAway, at monotonic: Duration) -> [TurnedAway: Int]? {
        state.withLock { state in
            state.counts[why, default: 0] += 1
            state.untold[why, default: 0] += 1
            if let lastTold = state.lastTold, monotonic - lastTold < Self.toldEvery { return nil }
            state.lastTold = monotonic
            defer { state.untold = [:] }
            return state.untold
        }
    }
}
