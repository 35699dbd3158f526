import Synchronization

/// How much the door for events holds at once. What is beyond it is refused at once and tried again by whoever sent it;
/// nothing waits in a line that only grows.
final class EventPlaces: Sendable {
    /// Bodies longer than this, or of unknown length, are rare and dear.
    static let largeFrom = 64 << 10

    private struct State {
        var queued = 0
        var large = 0
        var guesses = 0
    }
    private let state = Mutex(State())
    private let queuedMax: Int
    private let largeMax: Int
    private let guessesMax: Int

    init(queuedMax: Int = 64, largeMax: Int = 4, guessesMax: Int = 32) {
        (self.guessesMax, self.queuedMax, self.largeMax) = (guessesMax, queuedMax, largeMax)
    }

    func takeQueued() -> Bool {
        state.withLock { state in
            guard state.queued < queuedMax else { return false }
            state.queued += 1
            return true
        }
    }

    func leaveQueued() { state.withLock { $0.queued -= 1 } }

    func takeLarge() -> Bool {
        state.withLock { state in
            guard state.large < largeMax else { return false }
            state.large += 1
            return true
        }
    }

    func leaveLarge() { state.withLock { $0.large -= 1 } }

    /// Keys that were nobody's and wait for their answer. While all places are taken no key is looked at, so that guessing in
    /// parallel gains nothing, and what waits keeps no callback out.
    var hasPlaceForGuess: Bool { state.withLock { $0.guesses < guessesMax } }
    func enterGuess() { state.withLock { $0.guesses += 1 } }
    func leaveGuess() { state.withLock { $0.guesses -= 1 } }
}
