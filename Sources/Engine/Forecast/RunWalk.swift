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

    /// A half-open range of `people` that opens at a time of day; −1: at any.
    private struct Segment {
        let slot: Int16
        var next: Int
        let end: Int
    }
    private var people: [Forecaster.Person] = []
    /// In the order of the plan, which is the order in which they are served.
    private var segments: [Segment] = []
    /// Everybody before it had their turn.
    private var firstLive = 0
    private var waiting = WaitingWalk()
    private var rest: RestWalk
    /// Positions of the plan, and those of them that have had their turn.
    private var planned: Int
    private var passed: Int
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
        terms = RunTerms(ask.campaign, owners: ask.owners)
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
        forecast.beyondMax = ask.counts.beyondMax
        forecast.audience = ask.counts.audience
        forecast.holdout = ask.counts.holdout
        rest = RestWalk(ask)
        planned = ask.counts.audience - ask.counts.holdout - ask.rest.count
        passed = planned - ask.people.count
        servedBefore = passed - ask.waiting.count
        forecast.before = servedBefore
        addSegments(of: ask.people)
        for entry in ask.waiting { wait(entry.person, until: entry.until, .platformBusy) }
    }

    /// By slot, without disturbing the order within one.
    private mutating func addSegments(of people: [Forecaster.Person]) {
        var from = self.people.count
        let ordered = people.contains { $0.slot >= 0 } ? Self.bySlot(people) : people
        if self.people.isEmpty { self.people = ordered } else { self.people += ordered }
        while from < self.people.count {
            let slot = self.people[from].slot
            let to = slot < 0 ? nil : self.people[from...].firstIndex { $0.slot != slot }
            segments.append(Segment(slot: slot, next: from, end: to ?? self.people.count))
            from = to ?? self.people.count
        }
        if !isAlone { for person in people { awaited[person.key] = .distantPast } }
    }

    private static func bySlot(_ people: [Forecaster.Person]) -> [Forecaster.Person] {
        let order = people.indices.sorted { (people[$0].slot, $0) < (people[$1].slot, $1) }
        return order.map { people[$0] }
    }

    private var pending: Int { planned - passed }
    var isOver: Bool { pending == 0 && waiting.isEmpty && rest.isEmpty }

    func claim(wants: Int) -> Sharing.Claim {
        Sharing.Claim(
            run: facts.run, priority: campaign.priority, start: facts.start, validUntil: facts.validUntil,
            served: passed, wants: wants)
    }

    // MARK: - Whose turn it is

    private func isOpen(_ slot: Int16, at now: Moment) -> Bool { Int64(slot) * 60_000 <= now.shanghaiTimeOfDay }

    private func openSegment(at now: Moment) -> Int? {
        segments[firstLive...].firstIndex { $0.next < $0.end && isOpen($0.slot, at: now) }
    }

    func isReady(at now: Moment) -> Bool {
        if waiting.isDue(at: now) { return true }
        return openSegment(at: now) != nil
    }

    func nextReady(after now: Moment) -> Moment? {
        let midnight = PlatformDay(containing: now).start
        let opening = segments[firstLive...].filter { $0.next < $0.end && !isOpen($0.slot, at: now) }
            .map { midnight + .minutes(Int64($0.slot)) }.min()
        return [waiting.next, opening, nextLook].compactMap { $0 }.min()
    }

    /// As the dispatcher counts: how many may start now, and, where nobody may, when the next one may.
    func wants(limit: Int, quiet: DayWindow, at now: Moment) -> (now: Int, next: Moment?) {
        switch campaign.schedule.sendTime {
        case .soon, .best: return (limit, nil)
        case .spread:
            guard passed < planned else { return (limit, nil) }
            let closing = min(facts.validUntil, campaign.schedule.windowEnd(onDayOf: facts.start, quiet: quiet))
            let due = Spread.due(total: planned, started: passed, from: facts.start, to: closing, at: now)
            return (
                min(limit, due), Spread.nextDue(total: planned, started: passed, from: facts.start, to: closing)
            )
        }
    }

    /// Somebody whose turn it is, and where they came from.
    struct Taken {
        let person: Forecaster.Person
        fileprivate let place: Place
        fileprivate enum Place {
            case plan(segment: Int)
            case waiting(until: Moment, Reason)
        }
    }

    mutating func take(at now: Moment) -> Taken? {
        if let first = waiting.take(at: now) {
            if !isAlone { awaited[first.person.key] = nil }
            return Taken(person: first.person, place: .waiting(until: first.until, first.reason))
        }
        guard let open = openSegment(at: now) else { return nil }
        let person = people[segments[open].next]
        segments[open].next += 1
        passed += 1
        while firstLive < segments.count, segments[firstLive].next == segments[firstLive].end { firstLive += 1 }
        if !isAlone { awaited[person.key] = nil }
        return Taken(person: person, place: .plan(segment: open))
    }

    /// The lane or the run closed at this person: nobody is touched.
    mutating func putBack(_ taken: Taken) {
        switch taken.place {
        case .waiting(let until, let reason): wait(taken.person, until: until, reason)
        case .plan(let segment):
            segments[segment].next -= 1
            firstLive = min(firstLive, segment)
            passed -= 1
            if !isAlone { awaited[taken.person.key] = .distantPast }
        }
    }

    // MARK: - The rest of a test

    /// Whoever waits for the test: planned when the judge looks, in the plan's order, behind everybody else.
    mutating func look(at now: Moment) {
        guard !rest.isEmpty, now >= facts.start else { return }
        let opened = rest.look(isServed: pending == 0 && waiting.isEmpty, at: now)
        planned += opened.count
        addSegments(of: opened)
    }

    var nextLook: Moment? { rest.nextLook(isServed: pending == 0 && waiting.isEmpty, start: facts.start) }

    func awaits(_ key: Int32, before dayEnd: Moment) -> Bool { awaited[key].map { $0 < dayEnd } ?? false }

    mutating func noteSlowed(perHour: Int, at now: Moment) {
        if forecast.slowed == nil { forecast.slowed = .init(at: now.iso8601, perHour: perHour) }
    }

    mutating func wait(_ person: Forecaster.Person, until: Moment, _ reason: Reason) {
        if !isAlone { awaited[person.key] = until }
        waiting.add(person, until: until, reason)
    }

    // MARK: - What becomes of people

    mutating func send(messages: Int, at now: Moment) {
        servedNow += 1
        rest.noteStart(at: now)
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
        for (reason, count) in waiting.counts {
            let reason = reason == .pacing || reason == .platformBusy ? .expired : reason
            left[reason, default: 0] += count
            late += count
        }
        left[.expired, default: 0] += pending + rest.count
        // Whom only the test kept is not whom an earlier start would reach.
        late += pending
        empty()
    }
    /// People whom only time kept from being written to.
    private var late = 0
    /// No other start, hours or pace would change what became of it.
    private(set) var isClosed = false

    /// Nothing more will be sent before somebody acts.
    mutating func close(_ reason: Reason) {
        let count = waiting.count + pending + rest.count
        isClosed = true
        if count > 0 { left[reason, default: 0] += count }
        late += count
        empty()
    }

    /// The same of this run alone, with the moment at which somebody would have had to act.
    mutating func closeForGood(_ reason: Reason, at now: Moment) {
        forecast.closings.append(.init(at: now.iso8601, reason: reason.code, until: nil))
        close(reason)
    }

    private mutating func empty() {
        waiting = WaitingWalk()
        rest.removeAll()
        passed = planned
        segments = []
        people = []
        firstLive = 0
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
        forecast.test = rest.said(of: facts)
        forecast.fits = late == 0
        return forecast
    }
}
