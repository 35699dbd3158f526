import CampaignFiles
import CampaignModel
import Ports
import SendingRules

/// Answers before approval what would be sent when, and who would be left out and why: the same gate, the same sharing
/// and the same pacing as the dispatcher, on a wall that is only walked through.
///
/// Lanes of one app are walked together, moment by moment, because a person whom one account has written to today is not
/// written to by another. A closed lane advances to its next opening without judging anybody behind the cap.
package struct Forecaster {
    /// A person of a run, with what is known of them.
    package struct Person: Sendable {
        /// Who they are within the app: the ledger's number, or a negative one for somebody it has never seen.
        package var key: Int32
        package var arm: Int16
        /// Bit *i*: the text of arm *i* has a field that this person lacks.
        package var missing: UInt32
        /// Minutes since midnight in Shanghai before which they are not served; −1: at any time.
        package var slot: Int16
        package var isDenied: Bool
        package var isOnAllowList: Bool?
        package var consent: Consent?
        /// nil: a person.
        package var group: GroupFacts?
        /// Waits for the test: the arm is the control's, by which nobody is counted twice.
        package var isByTest = false
        /// Rule 21.
        package var window: PersonWindow?
        package init(
            key: Int32, arm: Int = 0, consent: Consent?, missing: UInt32 = 0, slot: Int? = nil, isDenied: Bool = false,
            isOnAllowList: Bool? = nil
        ) {
            self.key = key
            self.arm = Int16(arm)
            self.missing = missing
            self.slot = Int16(slot ?? -1)
            self.isDenied = isDenied
            self.isOnAllowList = isOnAllowList
            self.consent = consent
        }
    }

    /// One run on its lane.
    package struct Ask: Sendable {
        package var campaign: Campaign
        /// nil: of a file that is not in the ledger.
        package var run: RunRecord?
        package var accountName: String
        package var app: AppID
        package var lane: LaneFacts
        package var pace: PaceSpec
        package var start: Moment
        package var validUntil: Moment
        /// In the order of the plan.
        package var people: [Person]
        /// Who waits for the run's test, in the order of the plan.
        package var rest: [Person] = []
        /// The last start of the test share or the last batch, where it has begun.
        package var lastTestStart: Moment?
        /// A look was inconclusive and a person decides.
        package var isTestHeld = false
        /// Who waits already, by when they are due.
        package var waiting: [(until: Moment, person: Person)] = []
        /// Rule 29, where it has a number: by key, the days of the last week on which the app wrote to somebody.
        package var contactDays: [Int32: [PlatformDay]] = [:]
        /// Rule 12: the accounts that its cards ask for, and by key what somebody was shown on the day of the forecast.
        package var owners: [String: AccountID] = [:]
        package var prompts: [Int32: [AccountID: PromptCount]] = [:]
        package var counts = PlanResult()
        package var rowsRead = 0
        package var bad = 0

        package init(
            campaign: Campaign, run: RunRecord? = nil, app: AppID, lane: LaneFacts, pace: PaceSpec, start: Moment,
            people: [Person]
        ) {
            self.campaign = campaign
            self.run = run
            self.app = app
            self.lane = lane
            self.pace = pace
            self.start = start
            self.people = people
            accountName = campaign.account
            validUntil = run?.validUntil ?? campaign.schedule.end(ofOccurrence: start)
            counts.audience = people.count
        }

        var peopleCount: Int { people.count + rest.count + waiting.count }

        mutating func forgetPeople() {
            people = []
            rest = []
            waiting = []
            contactDays = [:]
            prompts = [:]
        }
    }

    private let limits: RuleLimits
    private let clock: ClockFacts

    package init(limits: RuleLimits, doubt: Duration) {
        self.limits = limits
        clock = ClockFacts(doubt: doubt, speed: 1)
    }

    /// One contact that would be started.
    package struct Contact: Sendable, Equatable {
        /// Of the asks.
        package var ask: Int
        package var key: Int32
        package var variant: Int
        package var at: Moment
        /// The variant is the test's to decide: what stands here is the control.
        package var isByTest = false
    }

    /// Somebody who was contacted today.
    package struct Met: Sendable, Equatable {
        package var key: Int32
        package var account: AccountID
        package init(key: Int32, account: AccountID) {
            self.key = key
            self.account = account
        }
    }

    /// At once, for whoever has nothing else to do.
    /// - Returns: one forecast an ask, in the order of the asks.
    package func forecast(
        _ asks: [Ask], contacts: [AppID: [Met]] = [:], from now: Moment, watched: ((Contact) -> Void)? = nil
    ) -> [RunForecast] {
        var walk = walk(asks, contacts: contacts, from: now, watched: watched)
        var answers: [Int: RunForecast] = [:]
        while let piece = walk.next() {
            if case .answer(let ask, let forecast) = piece { answers[ask] = forecast }
        }
        return asks.indices.compactMap { answers[$0] }
    }

    /// - Parameters:
    ///   - contacts: who was contacted today before `now`, by app.
    ///   - watched: told of every contact as it would be started.
    package func walk(
        _ asks: [Ask], contacts: [AppID: [Met]] = [:], from now: Moment, watched: ((Contact) -> Void)? = nil
    ) -> ForecastWalk {
        ForecastWalk(limits: limits, clock: clock, asks: asks, contacts: contacts, from: now, watched: watched)
    }
}

/// Who was contacted on which day, by whom: rule 5, for everybody of one app.
struct ContactBook {
    private struct Entry {
        var day: Int32
        var account: Int64
        var byApp: UInt8
        var byAccount: UInt8
    }
    private var known: [Entry] = []
    private var strangers: [Entry] = []
    private let countsWeek: Bool
    private var weeks: [Int32: [PlatformDay]] = [:]
    var watched: ((Forecaster.Contact) -> Void)?

    /// Rule 12, of the few who were shown a card, or would be on the way.
    private var cards: [Int32: [AccountID: PromptCount]] = [:]
    private var cardsDay: PlatformDay

    init(countsWeek: Bool, day: PlatformDay) {
        self.countsWeek = countsWeek
        cardsDay = day
    }

    mutating func know(_ prompts: [Int32: [AccountID: PromptCount]]) {
        cards.merge(prompts) { known, more in known.merging(more) { first, _ in first } }
    }

    /// Refusals to come are not known today: those that are known hold for the whole forecast.
    func prompts(of key: Int32, on day: PlatformDay) -> [AccountID: PromptCount] {
        let shown = cards[key] ?? [:]
        return day == cardsDay ? shown : shown.mapValues { PromptCount(refused: $0.refused) }
    }

    mutating func show(_ owners: [AccountID], to key: Int32, on day: PlatformDay) {
        if owners.isEmpty { return }
        if day != cardsDay {
            cardsDay = day
            cards = cards.mapValues { $0.mapValues { PromptCount(refused: $0.refused) } }
        }
        for owner in owners { cards[key, default: [:]][owner, default: PromptCount()].today += 1 }
    }

    mutating func know(_ days: [Int32: [PlatformDay]]) { weeks.merge(days) { first, _ in first } }

    /// Rule 29: the contacts of the seven days up to `day`, oldest first.
    func contactDays(of key: Int32, upTo day: PlatformDay) -> [PlatformDay] {
        countsWeek ? (weeks[key] ?? []).filter { day.number - $0.number < 7 } : []
    }

    mutating func start(_ contact: Forecaster.Contact, by account: AccountID, on day: PlatformDay) {
        note(contact.key, by: account, on: day)
        if countsWeek { weeks[contact.key, default: []].append(day) }
        watched?(contact)
    }

    mutating func note(_ key: Int32, by account: AccountID, on day: PlatformDay) {
        func put(_ entries: inout [Entry], _ index: Int) {
            if index >= entries.count {
                let none = Entry(day: .min, account: 0, byApp: 0, byAccount: 0)
                entries.append(
                    contentsOf: repeatElement(none, count: max(index + 1, entries.count * 2) - entries.count))
            }
            var entry = entries[index]
            if entry.day != day.number { entry = Entry(day: day.number, account: 0, byApp: 0, byAccount: 0) }
            entry.byApp &+= 1
            entry.byAccount = entry.account == account.rawValue ? entry.byAccount &+ 1 : 1
            entry.account = account.rawValue
            entries[index] = entry
        }
        if key >= 0 { put(&known, Int(key)) } else { put(&strangers, Int(-(key + 1))) }
    }

    func contacts(of key: Int32, by account: AccountID, on day: PlatformDay) -> (byAccount: Int, byApp: Int) {
        let entry: Entry?
        if key >= 0 {
            entry = Int(key) < known.count ? known[Int(key)] : nil
        } else {
            entry = Int(-(key + 1)) < strangers.count ? strangers[Int(-(key + 1))] : nil
        }
        guard let entry, entry.day == day.number else { return (0, 0) }
        return (entry.account == account.rawValue ? Int(entry.byAccount) : 0, Int(entry.byApp))
    }
}
