import CampaignFiles
import CampaignModel
import Ports
import SendingRules

/// One run of a lane that is walked through: who is left, who waits, what became of the others.
struct RunWalk {
    /// Of the ask.
    let index: Int
    let name: String
    let campaign: Campaign
    let terms: RunTerms
    let facts: RunFacts
    let ask: (start: Moment, validUntil: Moment)
    var forecast: RunForecast
    var heldUntil: Moment?

    private let people: [Forecaster.Person]
    /// Half-open ranges of `people` that open at a time of day; −1: at any.
    private var segments: [(slot: Int16, next: Int, end: Int)] = []
    /// By when they are due, earliest first.
    private var waiting: [(until: Moment, reason: Reason, people: [Forecaster.Person])] = []
    private var slots: [Int64: Int] = [:]
    private var days: [Int32: (people: Int, messages: Int)] = [:]
    private var left: [Reason: Int] = [:]
    private var servedNow = 0
    private let servedBefore: Int
    /// Whoever has not had their turn, and until when they wait: asked by the runs that come later. Empty where no other
    /// run is on the lane.
    private var awaited: [Int32: Moment] = [:]
    private let isAlone: Bool

    init(_ ask: Forecaster.Ask, index: Int, number: Int, from now: Moment, isAlone: Bool) {
        self.isAlone = isAlone
        self.index = index
        campaign = ask.campaign
        name = ask.run?.name ?? ask.campaign.id
        terms = RunTerms(ask.campaign)
        // Whatever the run's state is today: the question is what happens once it is approved.
        facts = RunFacts(
            run: RunID(rawValue: Int64(number)), state: .running, isApproved: true, start: ask.start,
            validUntil: ask.validUntil)
        self.ask = (ask.start, ask.validUntil)
        forecast = RunForecast(
            campaign: ask.campaign.id, run: ask.run?.name, account: ask.accountName, at: now.iso8601)
        forecast.rowsRead = ask.rowsRead
        forecast.bad = ask.bad
        forecast.duplicates = ask.counts.duplicates
        forecast.excluded = ask.counts.excluded
        forecast.audience = ask.counts.audience
        forecast.holdout = ask.counts.holdout
        servedBefore = ask.counts.audience - ask.counts.holdout - ask.people.count - ask.waiting.count
        forecast.before = servedBefore
        let hasSlots = ask.people.contains { $0.slot >= 0 }
        people = hasSlots ? Self.bySlot(ask.people) : ask.people
        var from = 0
        while from < people.count {
            let slot = people[from].slot
            let to = hasSlots ? people[from...].firstIndex { $0.slot != slot } ?? people.count : people.count
            segments.append((slot, from, to))
            from = to
        }
        if !isAlone { for person in ask.people { awaited[person.key] = .distantPast } }
        for entry in ask.waiting { wait(entry.person, until: entry.until, .platformBusy) }
    }

    /// Sorted by slot without disturbing the order within one.
    private static func bySlot(_ people: [Forecaster.Person]) -> [Forecaster.Person] {
        let order = people.indices.sorted { (people[$0].slot, $0) < (people[$1].slot, $1) }
        return order.map { people[$0] }
    }

    var isOver: Bool { segments.isEmpty && waiting.isEmpty }

    func claim(wants: Int) -> Sharing.Claim {
        Sharing.Claim(
            run: facts.run, priority: campaign.priority, start: facts.start, validUntil: facts.validUntil,
            served: servedBefore + servedNow, wants: wants)
    }

    // MARK: - Whose turn it is

    private func isOpen(_ slot: Int16, at now: Moment) -> Bool { Int64(slot) * 60_000 <= now.shanghaiTimeOfDay }

    func isReady(at now: Moment) -> Bool {
        if let first = waiting.first, first.until <= now { return true }
        return segments.contains { isOpen($0.slot, at: now) }
    }

    func nextReady(after now: Moment) -> Moment? {
        let midnight = PlatformDay(containing: now).start
        let opening = segments.filter { !isOpen($0.slot, at: now) }.map { midnight + .minutes(Int64($0.slot)) }.min()
        return [waiting.first?.until, opening].compactMap { $0 }.min()
    }

    mutating func wants(limit: Int, quiet: DayWindow, at now: Moment) -> Int {
        switch campaign.schedule.sendTime {
        case .soon, .best: return limit
        case .spread:
            let closing = campaign.schedule.windowEnd(onDayOf: facts.start, quiet: quiet)
            let pending = segments.reduce(0) { $0 + $1.end - $1.next }
            let due = Spread.due(
                total: forecast.audience, started: forecast.audience - pending, from: facts.start,
                to: min(facts.validUntil, closing), at: now)
            return min(limit, due)
        }
    }

    mutating func take(at now: Moment) -> Forecaster.Person? {
        if let first = waiting.first, first.until <= now {
            let person = waiting[0].people.removeLast()
            if waiting[0].people.isEmpty { waiting.removeFirst() }
            if !isAlone { awaited[person.key] = nil }
            return person
        }
        guard let open = segments.firstIndex(where: { isOpen($0.slot, at: now) }) else { return nil }
        let person = people[segments[open].next]
        segments[open].next += 1
        if segments[open].next == segments[open].end { segments.remove(at: open) }
        if !isAlone { awaited[person.key] = nil }
        return person
    }

    /// The lane closed at this person: nobody is touched.
    mutating func putBack(_ person: Forecaster.Person) {
        wait(person, until: .distantPast, .pacing)
    }

    func awaits(_ key: Int32, before dayEnd: Moment) -> Bool { awaited[key].map { $0 < dayEnd } ?? false }

    mutating func noteSlowed(perHour: Int, at now: Moment) {
        if forecast.slowed == nil { forecast.slowed = .init(at: now.iso8601, perHour: perHour) }
    }

    mutating func wait(_ person: Forecaster.Person, until: Moment, _ reason: Reason) {
        if !isAlone { awaited[person.key] = until }
        if let index = waiting.firstIndex(where: { $0.until == until && $0.reason == reason }) {
            waiting[index].people.append(person)
            return
        }
        let index = waiting.firstIndex { $0.until > until } ?? waiting.endIndex
        waiting.insert((until, reason, [person]), at: index)
    }

    // MARK: - What becomes of people

    mutating func send(messages: Int, at now: Moment) {
        servedNow += 1
        slots[now.quarter, default: 0] += 1
        let day = PlatformDay(containing: now).number
        let old = days[day] ?? (0, 0)
        days[day] = (old.people + 1, old.messages + messages)
        if forecast.first == nil { forecast.first = now.iso8601 }
        last = now
    }
    private var last: Moment?

    mutating func leave(_ reason: Reason) { left[reason, default: 0] += 1 }

    /// Its end has come: whoever waits is left out for what they waited for, whoever was never reached is expired.
    mutating func expire() {
        for group in waiting {
            let reason = group.reason == .pacing || group.reason == .platformBusy ? .expired : group.reason
            left[reason, default: 0] += group.people.count
            late += group.people.count
        }
        let pending = segments.reduce(0) { $0 + $1.end - $1.next }
        if pending > 0 { left[.expired, default: 0] += pending }
        late += pending
        waiting = []
        segments = []
        awaited = [:]
    }
    /// People whom only time kept from being written to.
    private var late = 0

    /// Nothing more will be sent before somebody acts.
    mutating func close(_ reason: Reason) {
        let count = waiting.reduce(0) { $0 + $1.people.count } + segments.reduce(0) { $0 + $1.end - $1.next }
        if count > 0 { left[reason, default: 0] += count }
        late += count
        waiting = []
        segments = []
        awaited = [:]
    }

    var unserved: Int { late }
    var sentTotal: Int { servedNow }
    var messagesTotal: Int { days.values.reduce(0) { $0 + $1.messages } }
    var hasBegun: Bool { servedBefore > 0 }
    func sent(inQuarter quarter: Int64) -> Int { slots[quarter] ?? 0 }
    func sent(onDay day: Int32) -> (people: Int, messages: Int) { days[day] ?? (0, 0) }

    /// How many this run started while `other` was ready.
    func started(while other: RunWalk) -> Int {
        let span = other.facts.start.quarter...max(other.facts.start.quarter, other.facts.validUntil.quarter)
        return slots.reduce(0) { $0 + (span.contains($1.key) ? $1.value : 0) }
    }

    func finished(at now: Moment) -> RunForecast {
        var forecast = forecast
        forecast.sent = slots.sorted { $0.key < $1.key }.map {
            .init(from: Moment(quarter: $0.key).iso8601, people: $0.value)
        }
        forecast.days = days.sorted { $0.key < $1.key }.map { day, sent in
            let wall = Zone.shanghai.civil(PlatformDay(number: day).start)
            return .init(day: wall.dateText, people: sent.people, messages: sent.messages)
        }
        forecast.sentTotal = servedNow
        forecast.messagesTotal = messagesTotal
        forecast.leftOut = left.filter { $0.value > 0 }.sorted { $0.key.rawValue < $1.key.rawValue }.map {
            .init(reason: $0.key.code, count: $0.value)
        }
        forecast.last = last?.iso8601
        forecast.fits = late == 0
        return forecast
    }
}
