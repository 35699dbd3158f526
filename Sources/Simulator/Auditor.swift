import CampaignModel
import Ports

/// Holds the service against its promises, with a small model of its own: what became durable, what left, what the
/// platform took. It shares no rule with the service; where both must agree, it counts by itself.
struct Auditor {
    /// An attempt as the auditor knows it.
    struct Attempt {
        let run: RunID
        let account: AccountID
        let person: String
        let day: Int64
        let life: Int
        let messages: Int
        var departures = 0
        var isTaken = false
        /// What came back was beyond doubt; nil: nothing came back yet.
        var endedClearly: Bool?
        var outcome: OutcomeKind?
        var keepsPerson = true
        var returned = 0
    }
    /// What a run's rows must add up to.
    struct RunBook {
        var name = ""
        var audience = 0
        var holdout = 0
        var isPlanned = false
        var open = 0
        var accepted = 0
        var rejected = 0
        var unknown = 0
    }
    struct Link: Hashable {
        let account: AccountID
        let person: String
        let life: Int
    }
    struct AccountDay: Hashable {
        let account: AccountID
        let day: Int64
    }
    /// A day of an account: people that keep their place, each with how many attempts keep it, and messages.
    struct Tally {
        var people: [String: Int] = [:]
        var messages = 0
    }
    struct PersonDay: Hashable {
        let scope: String
        let person: String
        let day: Int64
    }
    struct Word {
        var isYes: Bool
        var at: Moment
    }

    let town: Town
    private(set) var violations: [Violation] = []
    private(set) var marks: Set<Mark> = []
    var attempts: [AttemptKey: Attempt] = [:]
    var latest: [Link: AttemptKey] = [:]
    /// By run and person, all attempts in their order.
    var history: [RunID: [String: [AttemptKey]]] = [:]
    var runs: [RunID: RunBook] = [:]
    var tallies: [AccountDay: Tally] = [:]
    /// What the platform took: by account and by app, by person and day.
    var taken: [PersonDay: Int] = [:]
    var takenByCampaign: [PersonDay: Int] = [:]
    var takenTally: [AccountDay: Tally] = [:]
    /// The platform's last word about a person's consent that became durable.
    var words: [AccountID: [String: Word]] = [:]
    var accounts: [AccountID: Town.Account] = [:]
    var accountIDs: [String: AccountID] = [:]
    var reigningLife = 0
    var reigningTerm: Term?
    /// Acts that a person was told are done.
    var deniedEverywhere: Set<String> = []
    var stoppedRuns: Set<RunID> = []
    var isStopped = false
    var sawFull = false
    /// Of what was told and became durable.
    var identities: Set<[UInt8]> = []
    /// Runs whose test is decided.
    var decided: Set<RunID> = []

    /// Beyond this many the rest says nothing new.
    private static let violationsMax = 50

    init(_ town: Town) { self.town = town }

    mutating func violate(_ promise: Promise, at now: Moment, _ what: String) {
        guard violations.count < Self.violationsMax else { return }
        violations.append(Violation(promise: promise, at: now, what: what))
    }

    mutating func mark(_ mark: Mark) { marks.insert(mark) }

    mutating func know(_ records: [AccountRecord]) {
        for record in records {
            guard let account = town.accounts.first(where: { $0.name == record.name }) else { continue }
            accounts[record.id] = account
            accountIDs[account.openID] = record.id
        }
    }

    // MARK: - The wire

    /// A first byte leaves.
    mutating func departed(_ flight: Flight, at now: Moment) {
        guard let contact = flight.contact else {
            return violate(.noDuplicate, at: now, "a send left that nobody can read")
        }
        let end = now + town.limits.requestTimeout
        if now.isNight || end.isNight || end.dayNumber != now.dayNumber {
            violate(.quietHours, at: now, "a send to \(contact.person) left that may arrive at \(end.text())")
        }
        // So near that the next second would have been too late.
        if end.timeOfDay >= 79_199_000 { mark(.boundaryOfNight) }
        guard let account = accountIDs[contact.account],
            let key = latest[Link(account: account, person: contact.person, life: flight.life.number)],
            var attempt = attempts[key]
        else {
            return violate(.noDuplicate, at: now, "a send to \(contact.person) left without a durable attempt")
        }
        flight.attempt = key
        attempt.departures += 1
        attempts[key] = attempt
        if attempt.departures > 1 {
            violate(.noDuplicate, at: now, "a send to \(contact.person) left \(attempt.departures) times for one row")
        }
        if deniedEverywhere.contains(contact.person) {
            violate(.consentKept, at: now, "a send to \(contact.person) left after the opt-out was confirmed")
        }
        if isStopped || stoppedRuns.contains(attempt.run) {
            let what = isStopped ? "everything" : runs[attempt.run]?.name ?? "a run"
            violate(.stopHolds, at: now, "a send to \(contact.person) left after \(what) was stopped")
        }
    }

    /// A send reached the platform, which took it or refused it.
    mutating func arrived(_ flight: Flight, taken isTaken: Bool, at now: Moment) {
        guard let contact = flight.contact else { return }
        if now.isNight { violate(.quietHours, at: now, "a send to \(contact.person) arrived") }
        guard isTaken, let account = accountIDs[contact.account], let owner = accounts[account] else { return }
        flight.isTaken = true
        if let key = flight.attempt { attempts[key]?.isTaken = true }
        let day = now.dayNumber
        for scope in ["account " + contact.account, "app " + owner.app] {
            let place = PersonDay(scope: scope, person: contact.person, day: day)
            taken[place, default: 0] += 1
            if taken[place] == 2 {
                violate(.capsKept, at: now, "\(contact.person) was written to twice in a day by \(scope)")
            }
        }
        // A campaign that repeats may come again on another day, and a test be asked for again; every other one never.
        let isTest = flight.attempt.flatMap { attempts[$0].flatMap { runs[$0.run] }?.name.contains("@test-") } ?? false
        let repeats = isTest || contact.token.hasPrefix("d")
        let campaign = PersonDay(
            scope: "\(contact.account) \(contact.token)\(isTest ? " test" : "")", person: contact.person,
            day: repeats ? day : 0)
        takenByCampaign[campaign, default: 0] += 1
        if takenByCampaign[campaign] == 2 {
            violate(.noDuplicate, at: now, "\(contact.person) got \(contact.token) twice")
        }
        let accountDay = AccountDay(account: account, day: day)
        takenTally[accountDay, default: Tally()].people[contact.person, default: 0] += 1
        // Of whoever takes only a part the platform takes the first message and refuses the rest.
        takenTally[accountDay, default: Tally()].messages += contact.person.hasSuffix("-partial") ? 1 : contact.messages
        let tally = takenTally[accountDay] ?? Tally()
        if tally.people.count > town.limits.usersPerDay {
            violate(.capsKept, at: now, "\(owner.name) wrote to \(tally.people.count) people")
        }
        if tally.messages > owner.messagesPerDay {
            violate(.capsKept, at: now, "\(owner.name) sent \(tally.messages) of \(owner.messagesPerDay) messages")
        }
    }

    /// What came back was handed to the service.
    mutating func ended(_ flight: Flight) {
        if let key = flight.attempt { attempts[key]?.endedClearly = flight.isClear }
    }

    /// People and messages of an account that are on the wire.
    func openOn(_ account: AccountID) -> (people: Int, messages: Int) {
        var open = (people: 0, messages: 0)
        for attempt in attempts.values where attempt.account == account && attempt.outcome == nil {
            open.people += 1
            open.messages += attempt.messages
        }
        return open
    }

    mutating func sawDiskFull() { sawFull = true }
}
