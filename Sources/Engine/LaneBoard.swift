import CampaignModel
import Synchronization

/// What the dispatcher knows of its lanes beside the ledger, for whoever asks why one is slow: written by it with each
/// step that changed something, read by the desk.
package final class LaneBoard: Sendable {
    package struct Mood: Sendable, Equatable {
        /// Of the set pace; nil: the whole of it.
        package var pacePercent: Int?
        /// Nothing is tried before it: too many failures in a row.
        package var breakerUntil: Moment?
        package init(pacePercent: Int? = nil, breakerUntil: Moment? = nil) {
            self.pacePercent = pacePercent
            self.breakerUntil = breakerUntil
        }
    }
    private let moods = Mutex<[Lane: Mood]>([:])

    package init() {}

    func note(_ mood: Mood, of lane: Lane) { moods.withLock { $0[lane] = mood == Mood() ? nil : mood } }

    /// Of an account: the worse of its lanes.
    func mood(of account: AccountID) -> Mood {
        moods.withLock { moods in
            ChannelKind.allCases.compactMap { moods[Lane(account: account, channel: $0)] }
                .reduce(Mood()) { worse, mood in
                    Mood(
                        pacePercent: [worse.pacePercent, mood.pacePercent].compactMap { $0 }.min(),
                        breakerUntil: [worse.breakerUntil, mood.breakerUntil].compactMap { $0 }.max())
                }
        }
    }
}

/// Pauses that double from `first` up to `longest`: for everything that asks again by itself, so that being woken by
/// somebody else, or by its own answer, never makes it ask at once.
struct GrowingPause {
    let first: Duration
    let longest: Duration
    private(set) var failures = 0
    /// nil: nothing failed lately.
    private(set) var until: Moment?

    init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    mutating func fail(at now: Moment) {
        let pause = min(first.wholeMilliseconds << Int64(min(failures, 16)), longest.wholeMilliseconds)
        failures += 1
        until = now + .milliseconds(pause)
    }

    func isOver(at now: Moment) -> Bool { until.map { now >= $0 } ?? true }
}

/// Images whose upload failed, for whoever asks what a run waits for.
package final class ImageBoard: Sendable {
    package struct Trouble: Sendable {
        package var tries: Int
        package var why: Sentence
        package var next: Moment
        package init(tries: Int, why: Sentence, next: Moment) {
            self.tries = tries
            self.why = why
            self.next = next
        }
    }
    struct Key: Hashable {
        let digest: String
        let app: AppID
    }
    private let troubles = Mutex<[Key: Trouble]>([:])

    package init() {}

    func note(_ trouble: Trouble?, of key: Key) { troubles.withLock { $0[key] = trouble } }
    func trouble(digest: String, app: AppID) -> Trouble? {
        troubles.withLock { $0[Key(digest: digest, app: app)] }
    }
}
