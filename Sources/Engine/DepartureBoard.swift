import CampaignModel
import Ports
import SendingRules
import Synchronization

/// What each request looks at once more, in memory, right before its first byte: the stop switch, paused runs, opted-out
/// people, its deadline on both clocks, and the quiet hours. Asked on the transport's thread; written to by people's
/// acts before they become durable, so that a stop stops what is already started.
package final class DepartureBoard: Sendable {
    private struct Closed {
        var all = false
        /// Who stopped everything while the ledger took no writes: it is not written down yet.
        var owed: String?
        var runs: Set<RunID> = []
        var people: Set<RecipientID> = []
        var accounts: Set<AccountID> = []
    }
    private let closed = Mutex(Closed())
    private let clock: any Clock
    private let quietHours: QuietHours
    private let requestTimeout: Duration

    package init(clock: any Clock, limits: RuleLimits) {
        self.clock = clock
        quietHours = QuietHours(limits.quiet)
        requestTimeout = limits.requestTimeout
    }

    package func stopAll(_ stopped: Bool) {
        closed.withLock { closed in
            closed.all = stopped
            closed.owed = nil
        }
    }
    func owe(stopBy person: String) { closed.withLock { $0.owed = person } }
    var owedStop: String? { closed.withLock { $0.owed } }
    /// Nothing leaves, whatever the ledger says.
    var isStopped: Bool { closed.withLock { $0.all } }
    package func close(_ run: RunID) { closed.withLock { _ = $0.runs.insert(run) } }
    package func open(_ run: RunID) { closed.withLock { _ = $0.runs.remove(run) } }
    package func closeAccount(_ account: AccountID) { closed.withLock { _ = $0.accounts.insert(account) } }
    package func openAccount(_ account: AccountID) { closed.withLock { _ = $0.accounts.remove(account) } }
    package func deny(_ person: RecipientID) { closed.withLock { _ = $0.people.insert(person) } }
    package func permit(_ person: RecipientID) { closed.withLock { _ = $0.people.remove(person) } }

    /// The last look. nil: the first byte may leave.
    func obstacle(_ departure: Departure) -> Obstacle? {
        let now = clock.now()
        guard now <= departure.deadline, clock.monotonic() <= departure.monotonicDeadline else {
            return .deadlinePassed
        }
        let facts = ClockFacts(doubt: clock.doubt, speed: clock.speed())
        let margin = facts.margin(timeout: requestTimeout)
        if quietHours.opening(at: now, margin: margin, lead: facts.lead, zone: departure.zone) != nil {
            return .deadlinePassed
        }
        return closed.withLock { closed in
            if closed.people.contains(departure.recipient) { return .optedOut }
            let isStopped =
                closed.all || closed.runs.contains(departure.run) || closed.accounts.contains(departure.account)
            return isStopped ? .stopped : nil
        }
    }
}

/// One started contact on its way to the wire.
struct Departure: Sendable {
    let run: RunID
    let account: AccountID
    let recipient: RecipientID
    let zone: Zone
    let deadline: Moment
    let monotonicDeadline: Duration
}
