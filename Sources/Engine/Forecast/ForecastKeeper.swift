import CampaignModel
import Logging
import Ports
import SendingRules

/// Keeps the forecast of a run as it stood when the run was approved, beside everything else that was approved then. A
/// service of its own, because a forecast of a million people takes seconds, and a start that is due waits for nobody.
package actor ForecastKeeper: Stepper {
    package nonisolated let name = "forecaster"
    /// After one that could not be made.
    private static let retryInterval: Duration = .minutes(10)
    /// A run that began this long ago is past being foretold.
    private static let lateMax: Duration = .minutes(10)
    /// With more people planned than this a forecast takes seconds of a core, which belong to those who are being written
    /// to: a run that is sending already goes without.
    private static let besideMax = 100_000

    private let setup: EngineSetup
    /// Forecasts that could not be made, and when they are tried again.
    private var failed: [RunID: Moment] = [:]

    package init(_ setup: EngineSetup) { self.setup = setup }

    /// One run a step, the one that starts first, so that whoever stops the daemon waits for one forecast at most. The
    /// planner rings for each run that it sees scheduled; without a ring there is nothing to do.
    package func step(at now: Moment) async throws -> Moment? {
        failed = failed.filter { now < $0.value }
        let live = try setup.ledger.liveRuns()
        let planned = try live.filter(\.isPlanned).reduce(0) { try $0 + setup.ledger.sum(of: $1.id).audience }
        let isCrowded = planned > Self.besideMax
        for run in live.filter({ wants($0, isCrowded, at: now) }).sorted(by: { Self.comes($0, before: $1) })
        where try setup.ledger.forecast(of: run.id) == nil {
            try setup.reigning { try keep(run, at: now) }
            return now
        }
        return failed.values.min()
    }

    private func wants(_ run: RunRecord, _ isCrowded: Bool, at now: Moment) -> Bool {
        guard !run.isTest, failed[run.id] == nil else { return false }
        switch run.state {
        case .scheduled: return true
        // Approved when it was due already: the planner did not wait.
        case .running: return !isCrowded && run.began.map { now < $0 + Self.lateMax } ?? true
        case .inReview, .paused, .finished, .cancelled, .expired, .superseded, .rejected: return false
        }
    }

    private static func comes(_ left: RunRecord, before right: RunRecord) -> Bool {
        (left.start, left.id) < (right.start, right.id)
    }

    /// A forecast that cannot be made stops nothing: sending does not depend on it.
    private func keep(_ run: RunRecord, at now: Moment) throws {
        do {
            try setup.ledger.keepForecast(Self.forecast(run, setup, at: now), of: run.id, at: now, term: setup.term)
        } catch LedgerError.fenced(let current) {
            throw LedgerError.fenced(current: current)
        } catch LedgerError.corrupt(let why) {
            throw LedgerError.corrupt(why)
        } catch {
            failed[run.id] = now + Self.retryInterval
            setup.logger.warning("forecast not kept", metadata: ["run": "\(run.name)", "why": "\(error)"])
        }
    }

    /// What would become of a run beside all others that are approved.
    static func forecast(_ run: RunRecord, _ setup: EngineSetup, at now: Moment) throws -> RunForecast {
        var world = try ForecastWorld(
            setup.ledger, limits: setup.limits, doubt: setup.clock.doubt, from: now,
            pace: { name in setup.account(named: name)?.pace ?? PaceSpec(count: 1, per: .second) })
        world.house = setup.holdout
        try world.add(run)
        try world.addRuns { $0.id == run.id }
        return try world.forecast()[0]
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
