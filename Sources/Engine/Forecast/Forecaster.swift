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
        /// Rules 12 and 21. Cards of the day on which the forecast looks.
        package var window: PersonWindow?
        package var promptsToday: UInt8 = 0
        package var promptsRefused: UInt8 = 0
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

    /// - Parameters:
    ///   - contacts: who was contacted today before `now`, by app: key and account.
    ///   - watched: told of every contact as it would be started.
    /// - Returns: one forecast an ask, in the order of the asks.
    package func forecast(
        _ asks: [Ask], contacts: [AppID: [(key: Int32, account: AccountID)]] = [:], from now: Moment,
        watched: ((Contact) -> Void)? = nil
    ) -> [RunForecast] {
        var forecasts: [Int: RunForecast] = [:]
        let byApp = Dictionary(grouping: asks.indices) { asks[$0].app }
        for (app, indices) in byApp.sorted(by: { $0.key < $1.key }) {
            let gate = Gate(limits: limits, clock: clock)
            var lanes = Dictionary(grouping: indices) { asks[$0].lane.account }.sorted { $0.key < $1.key }
                .map { LaneWalk(gate: gate, asks: $0.value.map { ($0, asks[$0]) }, from: now) }
            var book = ContactBook(countsWeek: limits.contactsPerWeek != nil)
            for index in indices { book.know(asks[index].contactDays) }
            book.watched = watched
            for (key, account) in contacts[app] ?? [] { book.note(key, by: account, on: PlatformDay(containing: now)) }
            walk(&lanes, &book, from: now)
            for lane in lanes {
                for (index, forecast) in lane.finished(limits: limits, clock: clock, from: now) {
                    forecasts[index] = forecast
                }
            }
        }
        return asks.indices.compactMap { forecasts[$0] }
    }

    /// The lane whose moment is the earliest takes the next step; of two at the same moment the one that comes first.
    private func walk(_ lanes: inout [LaneWalk], _ book: inout ContactBook, from now: Moment) {
        var queue = WakeQueue(lanes.indices.map { (now, $0) })
        while let (moment, index) = queue.first {
            if let next = lanes[index].step(&book, at: moment) {
                queue.replaceFirst(with: (max(next, moment), index))
            } else {
                queue.removeFirst()
            }
        }
    }
}

/// The earliest of some moments: a binary heap, because two hundred lanes take a million steps.
private struct WakeQueue {
    private var heap: [(moment: Moment, index: Int)]

    init(_ entries: [(Moment, Int)]) {
        heap = entries.map { (moment: $0.0, index: $0.1) }.sorted { ($0.moment, $0.index) < ($1.moment, $1.index) }
    }

    var first: (moment: Moment, index: Int)? { heap.first }

    mutating func replaceFirst(with entry: (Moment, Int)) {
        heap[0] = entry
        sink()
    }

    mutating func removeFirst() {
        heap[0] = heap[heap.count - 1]
        heap.removeLast()
        sink()
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && comes(child, before: least) {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func comes(_ left: Int, before right: Int) -> Bool {
        (heap[left].moment, heap[left].index) < (heap[right].moment, heap[right].index)
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

    init(countsWeek: Bool) { self.countsWeek = countsWeek }

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
