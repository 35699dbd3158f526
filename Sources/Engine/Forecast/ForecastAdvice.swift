import CampaignFiles
import CampaignModel
import Ports
import SendingRules

/// How many contacts a lane can start between two moments beside the runs that come first: quarters of an hour that are
/// open, at the lane's pace, under the caps of each day. No person is judged: this is the arithmetic of "does it fit".
struct LaneCapacity {
    /// What can be changed about it.
    struct Terms {
        var window: DayWindow?
        var zone: Zone
        var perSecond: Double
        /// Messages of one contact, on average.
        var messages: Double
        var messagesPerDay: Int?
    }

    /// No advice looks further than this.
    static let daysMax = 31

    private let limits: RuleLimits
    private let quiet: QuietHours
    private let margin: Duration
    private let lane: LaneFacts
    private let before: [RunWalk]
    let messagesPerDay: Int?
    /// Rule 16: what a busy lane is slowed to; nil: the rule is not judged.
    private let slowedMessagesPerSecond: Double?

    init(limits: RuleLimits, clock: ClockFacts, lane: LaneFacts, gate: Gate, before: [RunWalk], now: Moment) {
        self.limits = limits
        quiet = QuietHours(limits.quiet)
        margin = clock.margin(timeout: limits.requestTimeout)
        self.lane = lane
        self.before = before
        messagesPerDay = gate.messagesPerDay(of: lane, at: now)
        slowedMessagesPerSecond = limits.riskMessagesPerHour.map { _ in Double(gate.slowedPerHour(lane)) / 3600 }
    }

    func isOpen(_ terms: Terms, at moment: Moment) -> Bool {
        if quiet.opening(at: moment, margin: margin, zone: lane.zone) != nil { return false }
        return terms.window.map { SendWindow.opening(of: $0, zone: terms.zone, at: moment) == nil } ?? true
    }

    /// Minutes of each quarter in which a contact may start, from `from` on.
    func openMinutes(_ terms: Terms, from: Int64, to: Int64) -> [Int] {
        guard from < to else { return [] }
        return (from..<to).map { quarter in
            let first = Moment(quarter: quarter)
            let ends = [first, first + .minutes(15) - .milliseconds(1)].map { isOpen(terms, at: $0) }
            // Nearly every boundary is a quarter's: only a quarter that changes within is looked through.
            if ends == [true, true] { return 15 }
            if ends == [false, false] { return 0 }
            return (Int64(0)..<15).count { minute in
                let start = first + .minutes(minute)
                return isOpen(terms, at: start) && isOpen(terms, at: start + .minutes(1) - .milliseconds(1))
            }
        }
    }

    /// - Parameter minutes: of `openMinutes`, beginning with the quarter `origin`.
    func contacts(_ terms: Terms, minutes: [Int], origin: Int64, from: Int64) -> Int {
        let perSecond = slowedMessagesPerSecond.map { min(terms.perSecond, $0 / max(terms.messages, 1)) }
        var total = 0
        var day: Int32?
        var room = 0
        for quarter in max(from, origin)..<(origin + Int64(minutes.count)) {
            let today = PlatformDay(containing: Moment(quarter: quarter)).number
            if today != day {
                day = today
                room = self.room(on: today, terms)
            }
            let open = Double(minutes[Int(quarter - origin)]) * 60 * (perSecond ?? terms.perSecond)
            let taken = before.reduce(0) { $0 + $1.sent(inQuarter: quarter) }
            let here = min(max(Int(open.rounded(.down)) - taken, 0), room)
            room -= here
            total += here
        }
        return total
    }

    private func room(on day: Int32, _ terms: Terms) -> Int {
        let taken = before.reduce((people: 0, messages: 0)) { sum, run in
            let sent = run.sent(onDay: day)
            return (sum.people + sent.people, sum.messages + sent.messages)
        }
        let isFirst = day == lane.day.number
        let people = limits.usersPerDay - taken.people - (isFirst ? lane.people : 0)
        guard let cap = terms.messagesPerDay else { return max(people, 0) }
        let messages = Double(cap - taken.messages - (isFirst ? lane.messages : 0)) / max(terms.messages, 1)
        return max(min(people, Int(messages.rounded(.down))), 0)
    }
}

/// The latest start that still fits, and, where it does not fit, the cheapest change that would make it.
struct ForecastAdvice {
    let capacity: LaneCapacity
    let run: RunWalk
    let pace: PaceSpec
    let now: Moment

    private var needed: Int { run.sentTotal + run.unserved }
    private var terms: LaneCapacity.Terms {
        LaneCapacity.Terms(
            window: run.terms.window, zone: run.terms.zone, perSecond: pace.perSecond,
            messages: run.sentTotal > 0
                ? Double(run.messagesTotal) / Double(run.sentTotal) : Double(run.terms.messagesMin),
            messagesPerDay: capacity.messagesPerDay)
    }
    private var end: Moment { min(run.ask.validUntil, max(run.ask.start, now) + .days(Int64(LaneCapacity.daysMax))) }

    /// From when on an earlier start is looked for: a campaign of another year has nothing to do with today.
    private var first: Moment { max(now, max(run.ask.start, now) - .days(Int64(LaneCapacity.daysMax))) }

    func put(_ forecast: inout RunForecast) {
        guard needed > 0, !run.isClosed else { return }
        let origin = first.quarter
        let minutes = capacity.openMinutes(terms, from: origin, to: end.quarter + 1)
        if let last = minutes.lastIndex(where: { $0 > 0 }) {
            forecast.latestContact = latestContact(inQuarter: origin + Int64(last)).iso8601
        }
        let latest = latestStart(minutes, origin)
        if forecast.fits {
            // What was walked through is worth more than what was added up: where it fits, its own start does.
            let own = max(run.ask.start, now)
            forecast.latestStart = run.hasBegun ? nil : max(latest ?? own, own).iso8601
            return
        }
        forecast.latestStart = latest?.iso8601
        forecast.change = change(latest: latest)
    }

    /// The last millisecond of the quarter at which the whole of a request still fits in before the closing.
    private func latestContact(inQuarter quarter: Int64) -> Moment {
        var low = Moment(quarter: quarter).milliseconds
        var high = min(Moment(quarter: quarter + 1), end).milliseconds - 1
        while low < high {
            let middle = low + (high - low + 1) / 2
            if capacity.isOpen(terms, at: Moment(milliseconds: middle)) { low = middle } else { high = middle - 1 }
        }
        return Moment(milliseconds: low)
    }

    /// The later the start, the less fits: found by halving.
    private func latestStart(_ minutes: [Int], _ origin: Int64) -> Moment? {
        func fits(_ quarter: Int64) -> Bool {
            capacity.contacts(terms, minutes: minutes, origin: origin, from: quarter) >= needed
        }
        guard !run.hasBegun, fits(origin) else { return nil }
        var low = origin
        var high = end.quarter
        while low < high {
            let middle = low + (high - low + 1) / 2
            if fits(middle) { low = middle } else { high = middle - 1 }
        }
        return max(Moment(quarter: low), first)
    }

    // MARK: - The cheapest change

    /// From what costs nobody anything to what leaves people out. Each is tried alone.
    private func change(latest: Moment?) -> RunForecast.Change? {
        if let latest, latest < run.ask.start { return .init(kind: .startEarlier, value: latest.iso8601) }
        if let window = widerWindow() { return .init(kind: .widenWindow, value: window) }
        if let days = longerValidity() { return .init(kind: .extendValidity, value: "+\(days)d") }
        if let pace = quickerPace() { return .init(kind: .raisePace, value: "\(pace)/s") }
        if let messages = qualification() { return .init(kind: .qualify, value: "\(messages)") }
        let room = contacts(terms, until: end)
        return room > 0 && room < needed ? .init(kind: .fewerPeople, value: "\(room)") : nil
    }

    private func contacts(_ terms: LaneCapacity.Terms, until end: Moment) -> Int {
        let from = max(run.ask.start, now).quarter
        let minutes = capacity.openMinutes(terms, from: from, to: (end - .milliseconds(1)).quarter + 1)
        return capacity.contacts(terms, minutes: minutes, origin: from, from: from)
    }

    private func widerWindow() -> String? {
        guard let window = run.terms.window else { return nil }
        let evening = DayWindow(fromMinute: window.fromMinute, toMinute: 22 * 60)
        let wholeDay = DayWindow(fromMinute: 8 * 60, toMinute: 22 * 60)
        for wider in [evening, wholeDay] where wider != window {
            var terms = terms
            terms.window = wider
            if contacts(terms, until: end) >= needed { return wider.text("-") }
        }
        return nil
    }

    private func longerValidity() -> Int? {
        (1...LaneCapacity.daysMax).first { days in
            contacts(terms, until: run.ask.validUntil + .days(Int64(days))) >= needed
        }
    }

    private func quickerPace() -> Int? {
        least(from: Int(pace.perSecond.rounded(.down)) + 1, to: 500) { perSecond in
            var terms = terms
            terms.perSecond = Double(perSecond)
            return terms
        }
    }

    private func qualification() -> Int? {
        guard let cap = capacity.messagesPerDay else { return nil }
        return least(from: cap + 1, to: 15_000) { messages in
            var terms = terms
            terms.messagesPerDay = messages
            return terms
        }
    }

    private func least(from: Int, to: Int, _ terms: (Int) -> LaneCapacity.Terms) -> Int? {
        guard from <= to, contacts(terms(to), until: end) >= needed else { return nil }
        var (low, high) = (from, to)
        while low < high {
            let middle = (low + high) / 2
            if contacts(terms(middle), until: end) >= needed { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
