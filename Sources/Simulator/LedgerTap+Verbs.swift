import CampaignModel
import Ports

/// The verbs that change something, each with what the auditor is told. A mutation changes what goes in or comes out.
extension LedgerTap {
    /// A planted version that forgets the fence writes under whatever term stands.
    func fenced(_ term: Term) -> Term {
        ground.mutation == .forgetsFence ? ground.auditor.reigningTerm ?? term : term
    }

    /// Verbs outside `together` die before their commit too.
    func alone<Result>(_ body: () throws -> Result, note: (Result) -> LedgerNote?) throws -> Result {
        try write(
            {
                // A bracket of its own, so that a crash before the commit can take it back.
                try inner.together {
                    let result = try body()
                    if let note = note(result) { try crashBefore([note]) }
                    return result
                }
            }, note: note)
    }

    /// The same for verbs that build a stage, which must not run inside a transaction: they die before they begin.
    private func staged<Result>(_ kind: FaultKind, _ body: () throws -> Result, note: (Result) -> LedgerNote?) throws
        -> Result
    {
        try write(
            {
                if ground.strikes(kind) {
                    life.die(of: kind)
                    throw LifeOver()
                }
                return try body()
            }, note: note)
    }

    // MARK: - Deliveries

    func start(_ demand: StartDemand, admit: (Candidate, Facts) -> Verdict) throws -> StartResult {
        var demand = demand
        demand.term = fenced(demand.term)
        let planted = PlantedGate(ground, demand)
        return try write({ try inner.start(demand) { planted.judge($0, $1, admit) } }) {
            .started($0, demand.lane, now: demand.now)
        }
    }

    func settle(_ demand: SettleDemand) throws -> SettleResult {
        var demand = demand
        demand.term = fenced(demand.term)
        if ground.mutation == .retriesUnknown {
            demand.settlements = demand.settlements.map { Self.retried($0, at: demand.now) }
        }
        let result = try write({ try inner.settle(demand) }) { _ in .settled(demand.settlements) }
        if result.late > 0 { ground.auditor.sawLateSettlement(result.late, life, at: ground.clock) }
        if ground.mutation == .losesWaitingRow, demand.settlements.contains(where: \.waits) {
            ground.losesWaitingRow = true
        }
        return result
    }

    private static func retried(_ settlement: Settlement, at now: Moment) -> Settlement {
        guard settlement.outcome == .unknown else { return settlement }
        var changed = settlement
        changed.outcome = .refusedForNow
        changed.returnsPerson = true
        changed.next = .wait(until: now + .minutes(1), .network)
        return changed
    }

    func rescue(at now: Moment, term: Term) throws -> Int {
        try alone({ try inner.rescue(at: now, term: term) }) { .rescued($0) }
    }

    func work(at now: Moment) throws -> [LaneWork] { try read { try inner.work(at: now) } }

    // MARK: - Campaigns

    func register(
        _ apps: [AppRegistration], at now: Moment, term: Term, told: (Renaming) -> Void
    ) throws -> [String: AccountRecord] {
        try write({ try inner.register(apps, at: now, term: fenced(term), told: told) }) { _ in .other }
    }

    func admit(_ demand: RevisionDemand) throws -> RevisionAdmission {
        var demand = demand
        demand.term = fenced(demand.term)
        return try staged(.crashBeforeAdmit, { try inner.admit(demand) }) { .admitted($0) }
    }

    func addTest(_ demand: TestDemand) throws -> RunRecord {
        var demand = demand
        demand.term = fenced(demand.term)
        return try alone({ try inner.addTest(demand) }) { .testAdded($0) }
    }

    func plan(_ demand: PlanDemand, place: (PlanCandidate) throws -> Placement) throws -> PlanResult {
        var demand = demand
        demand.term = fenced(demand.term)
        return try staged(.crashBeforePlan, { try inner.plan(demand, place: place) }) { .planned(demand.run, $0) }
    }

    func addOccurrence(_ demand: OccurrenceDemand) throws -> RunRecord {
        var demand = demand
        demand.term = fenced(demand.term)
        return try alone({ try inner.addOccurrence(demand) }) { .occurrence($0) }
    }

    func end(_ demand: EndDemand) throws -> RunState {
        var demand = demand
        demand.term = fenced(demand.term)
        return try alone({ try inner.end(demand) }) { .ended(demand.run, $0) }
    }

    func writeSlice(at now: Moment, term: Term) throws -> WrittenSlice? {
        try alone({ try inner.writeSlice(at: now, term: fenced(term)) }) { _ in .other }
    }

    func meet(run: RunID, at now: Moment, term: Term) throws {
        try alone({ try inner.meet(run: run, at: now, term: fenced(term)) }) { _ in .other }
    }

    // MARK: - Consent

    func record(_ page: ConsentPage) throws {
        var page = page
        page.term = fenced(page.term)
        try alone({ try inner.record(page) }) { _ in .consent(page) }
    }

    func finishWalk(account: AccountID, started: Moment, at now: Moment, term: Term) throws {
        try alone({ try inner.finishWalk(account: account, started: started, at: now, term: fenced(term)) }) { _ in
            .walked(account, started: started, now: now)
        }
    }

    func list(_ demand: ListDemand) throws -> Int {
        var demand = demand
        demand.term = fenced(demand.term)
        return try alone({ try inner.list(demand) }) { _ in .listed(demand) }
    }

    // MARK: - Control

    func beginReign(node: String, at now: Moment) throws -> Term {
        try alone({ try inner.beginReign(node: node, at: now) }) { .reign($0) }
    }

    func act(_ demand: ActDemand) throws -> (run: RunRecord, open: Int) {
        var demand = demand
        demand.term = fenced(demand.term)
        return try alone({ try inner.act(demand) }) { .acted(demand, $0.run) }
    }

    func setStop(_ stopped: Bool, person: String, at now: Moment, term: Term) throws -> Int {
        try alone({ try inner.setStop(stopped, person: person, at: now, term: fenced(term)) }) { _ in .stopped(stopped)
        }
    }

    // The simulated house has no browser: nothing of these is told to the auditor.
    func begin(_ demand: SessionDemand) throws -> SessionRecord { try inner.begin(demand) }
    func mark(_ demand: SessionMark) throws { try inner.mark(demand) }
    func endSessions(_ ids: [Int64], term: Term) throws { try inner.endSessions(ids, term: term) }
    func issue(_ demand: TokenIssue) throws -> PersonToken { try inner.issue(demand) }
    func endTokens(_ demand: TokenEnd) throws -> Int { try inner.endTokens(demand) }
    func endTokens(ofOthersThan people: [String], at now: Moment, term: Term) throws -> [String] {
        try inner.endTokens(ofOthersThan: people, at: now, term: term)
    }
    func replaced(_ demand: TokenReplacement) throws { try inner.replaced(demand) }
    func recordDrop(_ demand: DropDemand) throws { try inner.recordDrop(demand) }

    func hold(account: AccountID, _ hold: LaneHold?, by person: String, at now: Moment, term: Term) throws {
        try alone({ try inner.hold(account: account, hold, by: person, at: now, term: fenced(term)) }) { _ in
            .held(account, hold)
        }
    }

    func resolve(_ demand: ResolveDemand) throws {
        var demand = demand
        demand.term = fenced(demand.term)
        try alone({ try inner.resolve(demand) }) { _ in .resolved(demand) }
        if ground.mutation == .returnsToToday, !demand.accepted {
            try plantReturnToToday(demand)
        }
    }

    /// The place that was given back is taken again on the attempt's day, and given to the day of the resolution.
    private func plantReturnToToday(_ demand: ResolveDemand) throws {
        guard let (account, day, messages) = ground.auditor.resolvedPlace(demand) else { return }
        let today = PlatformDay(containing: demand.now).number
        guard today != day else { return }
        try place.damage(
            """
            UPDATE counter SET people = people + 1, messages = messages + \(messages)
            WHERE account = \(account.rawValue) AND day = \(day);
            UPDATE counter SET people = max(people - 1, 0), messages = max(messages - \(messages), 0)
            WHERE account = \(account.rawValue) AND day = \(today);
            """)
    }

    func record(_ demand: MachineReviewDemand) throws {
        var demand = demand
        demand.term = fenced(demand.term)
        try alone({ try inner.record(demand) }) { _ in .other }
    }

    func askRecall(_ demand: RecallDemand) throws -> Int {
        var demand = demand
        demand.term = fenced(demand.term)
        return try alone({ try inner.askRecall(demand) }) { _ in .other }
    }

    func noteRecallsLeaving(_ items: [RecallItem], term: Term) throws {
        try alone({ try inner.noteRecallsLeaving(items, term: fenced(term)) }) { _ in .other }
    }
    func settleRecall(_ settlement: RecallSettlement) throws {
        var settlement = settlement
        settlement.term = fenced(settlement.term)
        try alone({ try inner.settleRecall(settlement) }) { _ in .other }
    }

    func rememberImage(digest: String, app: AppID, mediaID: String, at now: Moment, term: Term) throws {
        try write({
            try inner.rememberImage(digest: digest, app: app, mediaID: mediaID, at: now, term: fenced(term))
        }) { _ in .other }
    }

    func forgetImages(digests: [String], app: AppID, uploadedUpTo uploaded: Moment, term: Term) throws {
        try write({
            try inner.forgetImages(digests: digests, app: app, uploadedUpTo: uploaded, term: fenced(term))
        }) { _ in .other }
    }

    func keepImage(digest: String, content: [UInt8], at now: Moment, term: Term) throws {
        try write({ try inner.keepImage(digest: digest, content: content, at: now, term: fenced(term)) }) { _ in .other
        }
    }
}

extension Settlement {
    var waits: Bool {
        switch next {
        case .wait: true
        case .end, .skip: false
        }
    }
}
