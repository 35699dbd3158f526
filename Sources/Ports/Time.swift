import CampaignModel

/// The two clocks of the world. Rules read the wall; timeouts and leases read the monotonic one.
package protocol Clock: Sendable {
    /// The wall. On a rehearsal this is the virtual wall.
    func now() -> Moment
    /// Never goes back, counts suspended time, real even on a rehearsal.
    func monotonic() -> Duration
    /// How many wall seconds pass in a real one: 1, except on a rehearsal.
    func speed() -> Double
    /// True when days are rehearsed: every page and report says so.
    var isRehearsal: Bool { get }
    /// Bound on the wall's error, as far as it is known. Margins are `(timeout + doubt) × speed`.
    var doubt: Duration { get }
    /// As `monotonic`, without the time that the machine slept.
    func awake() -> Duration
    /// Whether the kernel says that the wall follows a time source; nil: it does not say.
    func isSynchronised() -> Bool?
}

extension Clock {
    package func awake() -> Duration { monotonic() }
    package func isSynchronised() -> Bool? { nil }
}

/// What long work asks between two of its pieces: it lets the others go first, and does not go on when it has to stop.
package protocol WorkPace: Sendable {
    /// - Parameter wrote: the piece held the ledger's writer, so that whoever waits for it comes next.
    /// - Throws: `WorkInterrupted` when the service has been asked to stop. What was not finished is begun anew.
    func between(wrote: Bool) throws
}

/// A pace that knows whether the service is on its way out.
package protocol EndingPace: WorkPace {
    var isEnding: Bool { get }
}

package struct WorkInterrupted: Error {
    package init() {}
}

/// For a ledger that nobody else waits for: a test, a command of its own.
package struct Unhurried: WorkPace {
    package init() {}
    package func between(wrote: Bool) {}
}

/// A service is something that can take one step. Nothing else loops or sleeps.
package protocol Stepper: Sendable {
    /// Stable, for logs and metrics.
    var name: String { get }
    /// Does what is due at `now` and says when it wants the next step; nil means only when woken.
    mutating func step(at now: Moment) async throws -> Moment?
}
