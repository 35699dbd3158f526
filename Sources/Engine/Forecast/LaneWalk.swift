import CampaignFiles
import CampaignModel
import Ports
import SendingRules

/// One lane of a forecast, walked through moment after moment as the dispatcher would serve it.
struct LaneWalk {
    private let gate: Gate
    private var lane: LaneFacts
    private let laneAtStart: LaneFacts
    private var throttle: Throttle
    private let pace: PaceSpec
    private var runs: [RunWalk]
    private var closedUntil: Moment?
    /// The batch that one start transaction takes at most (rule 4).
    private let batch: Int

    init(gate: Gate, asks: [(index: Int, ask: Forecaster.Ask)], from now: Moment) {
        self.gate = gate
        let ask = asks[0].ask
        lane = ask.lane
        laneAtStart = ask.lane
        pace = ask.pace
        throttle = Throttle(perSecond: ask.pace.perSecond, burst: ask.pace.burst)
        batch = gate.limits.batchSize
        // By age, as the ledger numbers them: it decides among equals. What is not in the ledger comes last.
        let aged = asks.sorted { left, right in
            (left.ask.run?.id.rawValue ?? .max, left.index) < (right.ask.run?.id.rawValue ?? .max, right.index)
        }
        runs = aged.enumerated().map {
            RunWalk(
                $0.element.ask, index: $0.element.index, number: $0.offset, from: now, isAlone: aged.count == 1)
        }
    }

    /// One step at `now`.
    /// - Returns: the next moment at which something can happen; nil: never again.
    mutating func step(_ book: inout ContactBook, at now: Moment) -> Moment? {
        let today = PlatformDay(containing: now)
        if today > lane.day {
            lane.day = today
            lane.people = 0
            lane.messages = 0
        }
        for index in runs.indices where !runs[index].isOver && now >= runs[index].facts.validUntil {
            runs[index].expire()
        }
        for index in runs.indices where !runs[index].isOver { runs[index].look(at: now) }
        guard runs.contains(where: { !$0.isOver }) else { return nil }
        if let closedUntil, now < closedUntil { return closedUntil }
        let due = min(throttle.due(at: now), batch)
        guard due > 0 else { return throttle.nextDue(at: now) }
        var wake: Moment?
        let claims = claims(limit: due, at: now, &wake)
        guard !claims.isEmpty else {
            return runs.contains { !$0.isOver } ? wake.map { max($0, now + .milliseconds(1)) } : nil
        }
        let turns =
            claims.count == 1
            ? [Sharing.Turn(run: claims[0].run, limit: min(claims[0].wants, due))]
            : Sharing.turns(claims, limit: due, at: now)
        var started = 0
        for turn in turns where started < due && closedUntil.map({ now >= $0 }) ?? true {
            started += serve(Int(turn.run.rawValue), limit: min(turn.limit, due - started), &book, at: now)
        }
        throttle.take(started, at: now)
        if let closedUntil, now < closedUntil { return closedUntil }
        return throttle.nextDue(at: now)
    }

    /// The runs that could use a slot now. Whoever cannot is asked again at `wake`.
    private mutating func claims(limit: Int, at now: Moment, _ wake: inout Moment?) -> [Sharing.Claim] {
        var claims: [Sharing.Claim] = []
        func wakeAt(_ moment: Moment?) {
            guard let moment else { return }
            wake = wake.map { min($0, moment) } ?? moment
        }
        for index in runs.indices where !runs[index].isOver {
            wakeAt(runs[index].facts.validUntil)
            if let held = runs[index].heldUntil, now < held {
                wakeAt(held)
                continue
            }
            if let refusal = gate.judgeRun(runs[index].facts, runs[index].terms, at: now).first {
                if refusal.changesAt == nil { runs[index].close(refusal.reason) }
                runs[index].heldUntil = refusal.changesAt
                wakeAt(refusal.changesAt)
                continue
            }
            runs[index].heldUntil = nil
            guard runs[index].isReady(at: now) else {
                wakeAt(runs[index].nextReady(after: now))
                continue
            }
            let wants = runs[index].wants(limit: limit, quiet: gate.limits.quiet, at: now)
            guard wants.now > 0 else {
                wakeAt(wants.next)
                wakeAt(runs[index].nextLook)
                continue
            }
            claims.append(runs[index].claim(wants: wants.now))
        }
        return claims
    }

    private mutating func serve(_ index: Int, limit: Int, _ book: inout ContactBook, at now: Moment) -> Int {
        var started = 0
        while started < limit, let taken = runs[index].take(at: now) {
            let person = taken.person
            let verdict = judge(person, index, book, at: now)
            switch verdict.decision {
            case .admit(let variant):
                guard person.missing & (1 << UInt32(variant)) == 0 else {
                    runs[index].leave(.fieldMissing)
                    continue
                }
                start(person, index, verdict, variant, &book, at: now)
                started += 1
            case .skip(let reason): runs[index].leave(reason)
            // Neither yes nor no: the platform has not been asked.
            case .checkConsent: runs[index].leave(.consentCheck)
            case .defer(let refusal):
                runs[index].wait(person, until: refusal.changesAt ?? runs[index].facts.validUntil, refusal.reason)
            case .holdRun(let refusal):
                runs[index].putBack(taken)
                guard let until = refusal.changesAt else {
                    runs[index].closeForGood(refusal.reason, at: now)
                    return started
                }
                runs[index].heldUntil = until
                return started
            case .holdLane(let refusal):
                runs[index].putBack(taken)
                close(refusal, messages: runs[index].terms.messages(of: verdict.variant), at: now)
                return started
            }
        }
        return started
    }

    /// What the start transaction does for whom the gate admits.
    private mutating func start(
        _ person: Forecaster.Person, _ index: Int, _ verdict: Verdict, _ variant: Int, _ book: inout ContactBook,
        at now: Moment
    ) {
        let met = book.contacts(of: person.key, by: lane.account, on: lane.day)
        let messages = runs[index].terms.messages(of: variant)
        let people = met.byAccount == 0 ? 1 : 0
        lane.people += people
        lane.messages += messages
        lane.recent.add(people: people, messages: messages, at: now)
        lane.slowedUntil = verdict.slowedUntil
        book.start(
            .init(ask: runs[index].index, key: person.key, variant: variant, at: now, isByTest: person.isByTest),
            by: lane.account, on: lane.day)
        book.show(runs[index].terms.prompts(of: variant), to: person.key, on: lane.day)
        runs[index].send(messages: messages, at: now)
    }

    private func judge(
        _ person: Forecaster.Person, _ index: Int, _ book: ContactBook, at now: Moment
    ) -> Verdict {
        let candidate = Candidate(
            run: runs[index].facts.run, segment: SegmentID(rawValue: 0), position: 0,
            recipient: RecipientID(rawValue: 0),
            openID: "", variant: Int(person.arm), tries: 0, fields: [], audience: nil)
        let contacts = book.contacts(of: person.key, by: lane.account, on: lane.day)
        var consent = person.consent
        // The platform is asked again before evidence grows old; what it says then is what it says now.
        consent?.checked = now
        var met = PersonFacts(
            consent: consent, contactsByAccount: contacts.byAccount, contactsByApp: contacts.byApp, day: lane.day,
            isDenied: person.isDenied, isOnAllowList: person.isOnAllowList)
        met.group = person.group
        met.window = person.window
        met.prompts = book.prompts(of: person.key, on: lane.day)
        met.contactDays = book.contactDays(of: person.key, upTo: lane.day)
        if runs.count > 1, contacts.byApp == 0 { met.promisedTo = rival(of: index, for: person.key, at: now) }
        let facts = Facts(lane: lane, run: runs[index].facts, person: met)
        return gate.judge(candidate, facts, runs[index].terms, at: now)
    }

    /// As the dispatcher asks it: a run that has begun, comes first, may still send today, and has the person before it.
    private func rival(of index: Int, for key: Int32, at now: Moment) -> RunID? {
        let own = runs[index].claim(wants: .max)
        let dayEnd = lane.day.next.start
        return runs.first { other in
            other.index != runs[index].index && other.facts.start <= now && other.awaits(key, before: dayEnd)
                && canStart(other, before: dayEnd, at: now)
                && Sharing.precedes(other.claim(wants: .max), own, at: now)
        }?.facts.run
    }

    private func canStart(_ other: RunWalk, before dayEnd: Moment, at now: Moment) -> Bool {
        gate.nextStart(of: other.facts, other.terms, zone: lane.zone, at: now).map { $0 < dayEnd } ?? false
    }

    private mutating func close(_ refusal: Refusal, messages: Int, at now: Moment) {
        if refusal.reason == .riskThrottled, let until = refusal.changesAt {
            // A lane that is slowed closes after each message: that is its pace and no news.
            closedUntil = max(until, now + .milliseconds(1))
            for index in runs.indices where !runs[index].isOver && now >= runs[index].facts.start {
                runs[index].noteSlowed(perHour: gate.slowedPerHour(lane), at: now)
            }
            return
        }
        let next = refusal.changesAt == nil ? nil : gate.nextOpening(of: lane, messages: messages, at: now)
        for index in runs.indices where !runs[index].isOver && now >= runs[index].facts.start {
            runs[index].forecast.closings.append(
                .init(at: now.iso8601, reason: refusal.reason.code, until: next?.iso8601))
        }
        guard let next else {
            // A person or the platform must act first, and a forecast does not know when.
            for index in runs.indices { runs[index].close(refusal.reason) }
            closedUntil = .distantFuture
            return
        }
        closedUntil = max(next, now + .milliseconds(1))
    }

    // MARK: - What came of it

    var runCount: Int { runs.count }

    /// - Parameter number: of the lane's runs.
    func answer(
        of number: Int, limits: RuleLimits, clock: ClockFacts, from now: Moment
    ) -> (ask: Int, RunForecast) {
        let run = runs[number]
        var forecast = run.finished(at: now)
        let claim = run.claim(wants: .max)
        let before = runs.filter {
            $0.index != run.index && Sharing.precedes($0.claim(wants: .max), claim, at: now)
        }
        let names = Dictionary(uniqueKeysWithValues: runs.map { ($0.facts.run, $0.name) })
        forecast.lost = SharingLosses.losses(
            unserved: run.unserved,
            taken: before.map { .init(run: $0.facts.run, people: $0.started(while: run)) }
        ).map { .init(run: names[$0.run] ?? "?", people: $0.people) }
        let capacity = LaneCapacity(
            limits: limits, clock: clock, lane: laneAtStart, gate: gate, before: before, now: now)
        ForecastAdvice(capacity: capacity, run: run, pace: pace, now: now).put(&forecast)
        return (run.index, forecast)
    }
}
