import CampaignModel
import Ports

/// Accounts, what people were taught to us, evidence and events: passed on, with the same walls as every other verb.
extension LedgerTap {
    func accountFile(_ account: AccountID, history: Int) throws -> AccountFile {
        try read { try inner.accountFile(account, history: history) }
    }
    func strategies(of app: AppID) throws -> [Strategy] { try read { try inner.strategies(of: app) } }
    func results(of run: RunID) throws -> [Int: [Conversion: ResultCount]] {
        try read { try inner.results(of: run) }
    }
    func activity(_ question: ActivityQuestion) throws -> [ActivityCount] { try read { try inner.activity(question) } }
    func events(_ question: EventQuestion) throws -> [EventRecord] { try read { try inner.events(question) } }
    func measured(account: AccountID) throws -> Measured { try read { try inner.measured(account: account) } }
    func responses(_ question: ResponseQuestion) throws -> ResponseCount {
        try read { try inner.responses(question) }
    }
    func happenings(openID: String, app: AppID, limit: Int) throws -> [ToldEvent] {
        try read { try inner.happenings(openID: openID, app: app, limit: limit) }
    }
    func authorised(account: AccountID) throws -> Set<RecipientID> {
        try read { try inner.authorised(account: account) }
    }
    func arrivalsStanding() throws -> ArrivalsStanding { try read { try inner.arrivalsStanding() } }
    func arrivals(limit: Int) throws -> [Arrival] { try read { try inner.arrivals(limit: limit) } }

    func tend(_ demand: AccountDemand, freezes: (Complaints) -> Bool) throws -> AccountFile {
        var demand = demand
        demand.term = fenced(demand.term)
        return try alone({ try inner.tend(demand, freezes: freezes) }) { _ in .other }
    }
    func set(_ demand: StrategyDemand, mayEnable: (Int) -> Bool) throws {
        var demand = demand
        demand.term = fenced(demand.term)
        try alone({ try inner.set(demand, mayEnable: mayEnable) }) { _ in .other }
    }
    func learn(_ demand: PeopleDemand) throws -> Int {
        var demand = demand
        demand.term = fenced(demand.term)
        return try alone({ try inner.learn(demand) }) { _ in .other }
    }
    func take(_ demand: ArrivalDemand) throws -> Int {
        var demand = demand
        demand.term = fenced(demand.term)
        return try alone({ try inner.take(demand) }) { .arrived($0) }
    }
    func apply(_ demand: EvidenceDemand) throws -> EvidenceResult {
        var demand = demand
        demand.term = fenced(demand.term)
        return try alone({ try inner.apply(demand) }) { .told(demand.evidence, $0, now: demand.now) }
    }
    func catchUp(_ demand: CatchUpDemand) throws -> EvidenceResult {
        var demand = demand
        demand.term = fenced(demand.term)
        return try alone({ try inner.catchUp(demand) }) { .told([], $0, now: demand.now) }
    }
    func sweepArrivals(before: Moment, setAsideBefore: Moment, limit: Int, term: Term) throws -> Int {
        try alone({
            try inner.sweepArrivals(before: before, setAsideBefore: setAsideBefore, limit: limit, term: fenced(term))
        }) { _ in .other }
    }

    func exportPage(run: RunID, after: ExportCursor?, limit: Int) throws -> ExportPage {
        try read { try inner.exportPage(run: run, after: after, limit: limit) }
    }
    func noteExport(run: RunID, person: String, at now: Moment, term: Term) throws {
        try alone({ try inner.noteExport(run: run, person: person, at: now, term: fenced(term)) }) { _ in .other }
    }

    // MARK: - The seal, erasure, retention

    func mark() throws -> LedgerMark { try read { try inner.mark() } }
    func beat(at now: Moment, term: Term) throws -> LedgerMark? {
        try alone({ try inner.beat(at: now, term: fenced(term)) }) { _ in .other }
    }
    func confirmSeal() throws { try alone({ try inner.confirmSeal() }) { _ in .other } }
    func accept(_ demand: AcceptDemand) throws -> AcceptReceipt {
        try alone({ try inner.accept(demand) }) { _ in .other }
    }
    func erasureDigest(of openID: String) throws -> String { try read { try inner.erasureDigest(of: openID) } }
    func isPartOfAnotherID(_ openID: String) throws -> Bool { try read { try inner.isPartOfAnotherID(openID) } }
    /// Not inside a bracket, as the next two: the log cannot be emptied under an open transaction.
    func erase(_ demand: EraseDemand) throws -> EraseReceipt {
        var demand = demand
        demand.term = fenced(demand.term)
        return try write({ try inner.erase(demand) }) { _ in .other }
    }
    func obstacle(toErasing openID: String) throws -> ErasureObstacle? {
        try read { try inner.obstacle(toErasing: openID) }
    }
    func applyErasures(_ digests: [String], at now: Moment, term: Term) throws -> Int {
        try write({ try inner.applyErasures(digests, at: now, term: fenced(term)) }) { _ in .other }
    }
    func compact() throws { try write({ try inner.compact() }) { _ in .other } }
    func prune(_ demand: PruneDemand) throws -> PruneReceipt {
        var demand = demand
        demand.term = fenced(demand.term)
        return try alone({ try inner.prune(demand) }) { _ in .other }
    }
}
