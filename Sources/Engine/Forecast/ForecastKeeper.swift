import CampaignModel
import Logging
import Ports
import SendingRules

/// Keeps the forecast of a run as it stood when the run was approved, beside everything else that was approved then, and
/// makes one of each run in review for whoever has to decide: beside what is approved, as if it alone were added. A
/// service of its own that works in slices, because a forecast of a million people takes seconds: neither a start that is
/// due nor a stop waits for them.
package actor ForecastKeeper: Stepper {
    package nonisolated let name = "forecaster"
    /// After one that could not be made.
    private static let retryInterval: Duration = .minutes(10)
    /// A run that began this long ago is past being foretold.
    private static let lateMax: Duration = .minutes(10)
    /// A step is over after this long, or a piece later, and with it whatever a stop waits for.
    private static let stepMax: Duration = .milliseconds(50)
    /// The same while somebody is written to: four times as long is then left to those who send.
    private static let stepMaxBeside: Duration = .milliseconds(20)
    private static let pauses = 4

    private let setup: EngineSetup
    private var work: ForecastWork?
    /// Whose forecast is wanted of the work.
    private var wanted: [RunRecord] = []
    /// Live runs whose forecast stands in the ledger; nil: not asked yet.
    private var kept: Set<RunID>?
    /// Forecasts that could not be made, and when they are tried again.
    private var failed: [RunID: Moment] = [:]

    package init(_ setup: EngineSetup) { self.setup = setup }

    /// The planner rings for each run that it sees scheduled; without a ring there is nothing to do. What is approved while
    /// a forecast is being made has the next one.
    package func step(at now: Moment) async throws -> Moment? {
        failed = failed.filter { now < $0.value }
        if work == nil { try begin(at: now) }
        guard let isBeside = work?.isBesideSending(at: now) else { return failed.values.min() }
        let began = setup.clock.monotonic()
        try setup.reigning { try goOn(until: began + (isBeside ? Self.stepMaxBeside : Self.stepMax), at: now) }
        guard work != nil, isBeside else { return now }
        let spent = setup.clock.monotonic() - began
        return setup.wall(in: spent * (1 + Self.pauses), after: now)
    }

    /// One forecast answers for all runs that lack theirs: they are asked about beside the same others.
    private func begin(at now: Moment) throws {
        let live = try setup.ledger.liveRuns()
        let known = try kept ?? setup.ledger.foretoldRuns()
        kept = known.intersection(live.map(\.id))
        let approved = live.filter(ForecastWorld.takesSlots)
        wanted = live.filter { wants($0, at: now) && !isKept($0.id) }
        if !wanted.isEmpty { return work = ForecastWork(setup, of: approved, at: now) }
        let inReview = live.filter { $0.state == .inReview && !$0.isTest && !$0.isTriggered }
        setup.foretold.keep(only: Set(inReview.map(\.id)))
        guard let next = try inReview.first(where: { try failed[$0.id] == nil && isForetoldAnew($0) }) else { return }
        wanted = [next]
        work = ForecastWork(setup, of: approved + [next], at: now)
    }

    /// It has none, or it was made before the account's authorised users were known and they were read since.
    private func isForetoldAnew(_ run: RunRecord) throws -> Bool {
        guard let forecast = setup.foretold.forecast(of: run.id) else { return true }
        guard forecast.unasked > 0, let made = Moment(iso8601: forecast.at) else { return false }
        let walk = try setup.ledger.accounts().first { $0.id == run.lane.account }?.lastWalk
        return walk.map { made < $0 } ?? false
    }

    private func wants(_ run: RunRecord, at now: Moment) -> Bool {
        guard !run.isTest, !run.isTriggered, failed[run.id] == nil else { return false }
        switch run.state {
        case .scheduled: return true
        // Approved when it was due already: the planner did not wait.
        case .running: return run.began.map { now < $0 + Self.lateMax } ?? true
        case .inReview, .paused, .finished, .cancelled, .expired, .superseded, .rejected: return false
        }
    }

    private func isKept(_ run: RunID) -> Bool { kept?.contains(run) == true }

    /// A forecast that cannot be made stops nothing: sending does not depend on it.
    private func goOn(until deadline: Duration, at now: Moment) throws {
        do {
            repeat {
                guard let piece = try work?.next() else { return work = nil }
                if case .answer(let run, let forecast) = piece { try keep(forecast, of: run) }
            } while setup.clock.monotonic() < deadline
        } catch LedgerError.fenced(let current) {
            throw LedgerError.fenced(current: current)
        } catch LedgerError.corrupt(let why) {
            throw LedgerError.corrupt(why)
        } catch {
            work = nil
            for run in wanted where !isKept(run.id) {
                failed[run.id] = now + Self.retryInterval
                setup.logger.warning("forecast not kept", metadata: ["run": "\(run.name)", "why": "\(error)"])
            }
        }
    }

    private func keep(_ forecast: RunForecast, of run: RunRecord) throws {
        guard let moment = work?.moment, wanted.contains(where: { $0.id == run.id }) else { return }
        if run.state == .inReview {
            setup.foretold.put(forecast, of: run.id)
            return setup.bells.reports.ring()
        }
        try setup.ledger.keepForecast(forecast, of: run.id, at: moment, term: setup.term)
        kept?.insert(run.id)
    }
}

extension BestTimeDemand {
    /// nil: the run is not planned by best times, or no slot of its day is open.
    init?(_ campaign: Campaign, _ run: RunRecord, quiet: DayWindow, at now: Moment) {
        guard campaign.schedule.sendTime == .best else { return nil }
        let begin = max(run.start, now)
        let open = BestTime.openSlots(
            window: campaign.schedule.window, zone: campaign.schedule.zone, quiet: quiet, on: begin)
        guard !open.isEmpty else { return nil }
        // On a single day a slot that has passed will not come again: its people are not left out for it.
        let isOnlyDay = run.validUntil <= PlatformDay(containing: begin).next.start
        self.init(open: open, earliest: isOnlyDay ? BestTime.slot(of: begin) : nil)
    }
}
