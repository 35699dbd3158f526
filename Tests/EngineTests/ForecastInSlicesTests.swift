import CampaignModel
import Ports
import SendingRules
import Testing

@testable import Engine

extension EngineWorld {
    /// What would become of a run beside all others that are approved, made at once.
    func forecast(of run: RunRecord) throws -> RunForecast {
        var world = ForecastWorld(
            setup.ledger, limits: setup.limits, doubt: setup.clock.doubt, from: now,
            pace: { [setup] in setup.account(named: $0)?.pace ?? PaceSpec(count: 1, per: .second) })
        world.house = setup.holdout
        try world.add(run)
        try world.addRuns { $0.id == run.id }
        return try world.forecast()[0]
    }
}

@Suite("A forecast is made in slices beside those who are written to")
struct ForecastInSlicesTests {
    /// A clock on which each piece takes `each`.
    private func slowSetup(_ world: EngineWorld, each: Duration) -> EngineSetup {
        var setup = world.setup
        setup.clock = SlowClock(world.clock, each: each)
        return setup
    }

    private func approved(
        _ id: String, _ people: Range<Int>, in world: EngineWorld, start: Moment? = nil
    ) async throws -> RunRecord {
        let people = EngineWorld.people(people)
        try world.authorize(people)
        let schedule = Schedule(start: start ?? world.now, validity: .days(3))
        let run = try world.admit(world.campaign(id, schedule: schedule), people).run
        try world.approve(run)
        _ = try await Planner(world.setup).step(at: world.now)
        return try world.reread(run)
    }

    @Test("it says what it says when it is made at once, whatever is sent between two slices")
    func same() async throws {
        var limits = RuleLimits()
        limits.usersPerDay = 60
        let world = try await EngineWorld(pace: "1/s,burst=1", limits: limits)
        let first = try await approved("first", 0..<50, in: world)
        let second = try await approved("second", 40..<90, in: world)
        let atOnce = [try world.forecast(of: first), try world.forecast(of: second)]
        #expect(atOnce.contains { $0.days.count == 2 })
        let keeper = ForecastKeeper(slowSetup(world, each: .milliseconds(15)))
        // Two pieces a step: the contacts so far, and a run each.
        _ = try await keeper.step(at: world.now)
        _ = try await keeper.step(at: world.now)
        var steps = 2
        while try world.ledger.forecast(of: second.id) == nil {
            try await world.serve()
            world.clock.pass(.seconds(1))
            _ = try await keeper.step(at: world.now)
            steps += 1
            try #require(steps < 1000)
        }
        #expect(steps > 40)
        #expect(try world.sum(first).accepted + world.sum(second).accepted > 30)
        #expect(try [first, second].map { try world.ledger.forecast(of: $0.id) } == atOnce)
        try world.check()
    }

    @Test("whoever is written to while the ledger is being read is foretold today, not put off to tomorrow")
    func whileReading() async throws {
        let world = try await EngineWorld()
        let first = try await approved("first", 0..<20, in: world)
        let second = try await approved("second", 20..<40, in: world)
        let keeper = ForecastKeeper(slowSetup(world, each: .milliseconds(100)))
        // One piece a step.
        for _ in 0..<2 {
            _ = try await keeper.step(at: world.now)
            try await world.serve()
        }
        #expect(try world.sum(first).accepted == 20 && world.sum(second).accepted == 20)
        while try await keeper.step(at: world.now) != nil {}
        for run in [first, second] {
            let forecast = try #require(try world.ledger.forecast(of: run.id))
            #expect(forecast.holds && forecast.before + forecast.sentTotal == 20 && forecast.laterDays == 0)
        }
    }

    @Test("a stop waits for a slice: what was not told is made again at the next start")
    func stop() async throws {
        let world = try await EngineWorld(pace: "1/s,burst=1")
        let later = try await approved("later", 0..<200, in: world, start: world.now + .hours(2))
        let atOnce = try world.forecast(of: later)
        let keeper = ForecastKeeper(slowSetup(world, each: .milliseconds(5)))
        for _ in 0..<5 {
            let before = world.clock.monotonic()
            // Nobody is written to yet: it comes back at once.
            #expect(try await keeper.step(at: world.now) == world.now)
            #expect(world.clock.monotonic() - before <= .milliseconds(60))
        }
        #expect(try world.ledger.forecast(of: later.id) == nil)
        #expect(try await ForecastKeeper(world.setup).step(at: world.now) == world.now)
        #expect(try world.ledger.forecast(of: later.id) == atOnce)
    }

    @Test("beside somebody who is written to it works a fifth of the time")
    func polite() async throws {
        let world = try await EngineWorld(pace: "1/s,burst=1")
        let run = try await approved("now", 0..<200, in: world)
        #expect(run.state == .running)
        let keeper = ForecastKeeper(slowSetup(world, each: .milliseconds(2)))
        var (worked, all) = (Duration.zero, Duration.zero)
        while try world.ledger.forecast(of: run.id) == nil {
            let before = world.clock.monotonic()
            let wake = try #require(try await keeper.step(at: world.now))
            let slice = world.clock.monotonic() - before
            #expect(slice <= .milliseconds(30))
            worked += slice
            all += max(wake.since(world.now), slice)
        }
        #expect(worked > .milliseconds(400) && worked / all < 0.25)
    }

    @Test("one forecast answers for every run that lacks its own, and for one that comes meanwhile the next")
    func together() async throws {
        let world = try await EngineWorld(pace: "1/s,burst=1")
        let start = world.now + .hours(2)
        let first = try await approved("first", 0..<30, in: world, start: start)
        let second = try await approved("second", 30..<60, in: world, start: start)
        let atOnce = [try world.forecast(of: first), try world.forecast(of: second)]
        let keeper = ForecastKeeper(slowSetup(world, each: .milliseconds(30)))
        _ = try await keeper.step(at: world.now)
        let third = try await approved("third", 60..<90, in: world, start: start)
        while try world.ledger.forecast(of: second.id) == nil { _ = try await keeper.step(at: world.now) }
        #expect(try [first, second].map { try world.ledger.forecast(of: $0.id) } == atOnce)
        #expect(try world.ledger.forecast(of: third.id) == nil)
        while try await keeper.step(at: world.now) != nil {}
        #expect(try world.ledger.forecast(of: third.id) == world.forecast(of: third))
    }

    @Test("a run that is being sent has its forecast, however many people are planned")
    func crowd() async throws {
        let world = try await EngineWorld()
        var campaign = world.campaign("crowd")
        // Who is held out is planned and costs no time here.
        campaign.holdout = Share(tenThousandths: 9990)
        let people = EngineWorld.people(0..<100_500)
        let run = try world.admit(campaign, people).run
        try world.authorize(Array(people.prefix(10_000)))
        try world.approve(run)
        _ = try await Planner(world.setup).step(at: world.now)
        #expect(try world.reread(run).state == .running && world.sum(run).audience == 100_500)
        _ = try await ForecastKeeper(world.setup).step(at: world.now)
        let forecast = try #require(try world.ledger.forecast(of: run.id))
        #expect(forecast.holds && forecast.audience == 100_500 && forecast.sentTotal > 0)
    }
}
