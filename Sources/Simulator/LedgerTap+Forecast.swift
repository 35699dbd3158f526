import CampaignModel
import Ports

/// Forecasts and best times: passed on, with the same walls as every other verb.
extension LedgerTap {
    func rehearsePlan(
        _ demand: PlanDemand, _ look: ForecastLook, place: (PlanCandidate) throws -> Placement,
        each: (ForecastPerson) throws -> Void
    ) throws -> PlanResult { try read { try inner.rehearsePlan(demand, look, place: place, each: each) } }
    func peopleLeft(of run: RunID, _ look: ForecastLook, each: (ForecastPerson) throws -> Void) throws {
        try read { try inner.peopleLeft(of: run, look, each: each) }
    }
    func testStanding(of run: RunID) throws -> TestStanding? { try read { try inner.testStanding(of: run) } }
    func contacts(
        app: AppID, at now: Moment, after: RecipientID?, limit: Int
    ) throws -> [(recipient: RecipientID, account: AccountID)] {
        try read { try inner.contacts(app: app, at: now, after: after, limit: limit) }
    }
    func forecastPerson(openID: String, app: AppID, account: AccountID, _ look: ForecastLook) throws -> ForecastPerson?
    {
        try read { try inner.forecastPerson(openID: openID, app: app, account: account, look) }
    }
    func foretoldRuns() throws -> Set<RunID> { try read { try inner.foretoldRuns() } }
    func forecast(of run: RunID) throws -> RunForecast? { try read { try inner.forecast(of: run) } }
    func tallies(of account: AccountID, from: Moment, to: Moment) throws -> [LaneTally] {
        try read { try inner.tallies(of: account, from: from, to: to) }
    }
    func runRecord(_ id: RunID) throws -> RunRecord { try read { try inner.runRecord(id) } }
    func liveRuns(on lane: Lane) throws -> [RunRecord] { try read { try inner.liveRuns(on: lane) } }
    func contests(of run: RunID) throws -> [(winner: String, people: Int)] {
        try read { try inner.contests(of: run) }
    }
    func activity(of recipient: RecipientID?, account: AccountID) throws -> [(slot: Int, seen: Int)] {
        try read { try inner.activity(of: recipient, account: account) }
    }

    func keepForecast(_ forecast: RunForecast, of run: RunID, at now: Moment, term: Term) throws {
        try alone({ try inner.keepForecast(forecast, of: run, at: now, term: fenced(term)) }) { _ in .other }
    }
}
