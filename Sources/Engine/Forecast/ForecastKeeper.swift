import CampaignModel
import Logging
import Ports
import SendingRules

/// Keeps the forecast of a run as it stood when the run was approved, beside everything else that was approved then.
struct ForecastKeeper {
    private let setup: EngineSetup

    init(_ setup: EngineSetup) { self.setup = setup }

    /// Makes and keeps it once. A forecast that cannot be made stops nothing: sending does not depend on it.
    func keep(_ run: RunRecord, at now: Moment) {
        guard !run.isTest, !run.isPlanned else { return }
        do {
            guard try setup.ledger.forecast(of: run.id) == nil, let forecast = try forecast(run, at: now) else {
                return
            }
            try setup.ledger.keepForecast(forecast, of: run.id, at: now, term: setup.term)
        } catch {
            setup.logger.warning("forecast not kept", metadata: ["run": "\(run.name)", "why": "\(error)"])
        }
    }

    /// What would become of a run beside all others that are approved.
    func forecast(_ run: RunRecord, at now: Moment) throws -> RunForecast? {
        let setup = setup
        var world = try ForecastWorld(
            setup.ledger, limits: setup.limits, doubt: setup.clock.doubt, from: now,
            pace: { name in setup.account(named: name)?.pace ?? PaceSpec(count: 1, per: .second) })
        world.house = setup.holdout
        try world.add(run)
        try world.addRuns { $0.id == run.id }
        return try world.forecast().first
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
