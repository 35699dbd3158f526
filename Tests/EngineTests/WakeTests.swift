import CampaignModel
import Ports
import SendingRules
import Testing

@testable import Engine

@Suite("Nobody is woken for nothing, and a start waits for nobody")
struct WakeTests {
    private func run(_ campaign: Campaign, _ people: [String], _ world: EngineWorld) async throws -> RunRecord {
        try world.authorize(people, account: campaign.account)
        let run = try world.admit(campaign, people).run
        try world.approve(run)
        _ = try await Planner(world.setup).step(at: world.now)
        return try world.reread(run)
    }

    /// From wake to wake, as the loop would; replies come at once.
    /// - Returns: the moments at which the dispatcher had nobody to start.
    private func idle(_ world: EngineWorld, until end: Moment) async throws -> [Moment] {
        var idle: [Moment] = []
        while world.now < end {
            let before = world.sends.leftTotal
            var wake = try await world.step()
            while world.sends.answerAll(.accepted) > 0 { wake = try await world.step() }
            if world.sends.leftTotal == before { idle.append(world.now) }
            world.clock.set(min(max(wake ?? end, world.now), end))
        }
        return idle
    }

    @Test("between the best times of its people a run wakes nobody")
    func best() async throws {
        let world = try await EngineWorld()
        var schedule = Schedule(start: world.now, sendTime: .best)
        schedule.validity = .endOfDay
        let people = EngineWorld.people(0..<40)
        let run = try await run(world.campaign("evening", schedule: schedule), people, world)
        let idle = try await idle(world, until: world.now + .minutes(11 * 60 + 55))
        #expect(try world.sum(run).accepted == 40)
        // Ten hours and eight slots of the evening: a look at the beginning, and one after each slot that ran dry.
        #expect(idle.count <= 12, "\(idle.map(\.iso8601))")
        try world.check()
    }

    @Test("a run that is spread wakes the dispatcher when the next one is due, and only then")
    func spread() async throws {
        let world = try await EngineWorld()
        let people = EngineWorld.people(0..<60)
        let schedule = Schedule(
            start: world.now, window: DayWindow(fromMinute: 10 * 60, toMinute: 20 * 60), sendTime: .spread)
        let run = try await run(world.campaign("day", schedule: schedule), people, world)
        let start = world.now
        let idle = try await idle(world, until: start + .hours(5))
        #expect(try world.sum(run).accepted == 30)
        #expect(idle.count <= 3, "\(idle.map(\.iso8601))")
        _ = try await self.idle(world, until: start + .hours(10))
        #expect(try world.sum(run).accepted == 60)
        try world.check()
    }

    @Test("whoever waits in a spread run that has dealt everybody out is not kept until its window closes")
    func spreadRetry() async throws {
        let world = try await EngineWorld()
        let schedule = Schedule(
            start: world.now, window: DayWindow(fromMinute: 10 * 60, toMinute: 20 * 60), sendTime: .spread)
        let run = try await run(world.campaign("day", schedule: schedule), ["a"], world)
        world.clock.pass(.seconds(1))
        try await world.step()
        #expect(world.sends.answerAll(.notLeft(.connectFailed)) == 1)
        _ = try await idle(world, until: world.now + .minutes(5))
        #expect(try world.sum(run).accepted == 1)
    }

    @Test("a run that is outside of its window keeps nobody's day from the runs behind it")
    func closedRival() async throws {
        let world = try await EngineWorld(pace: "1/s,burst=1")
        try world.authorize(["a", "b", "c"])
        let morning = Schedule(
            start: world.now, window: DayWindow(fromMinute: 9 * 60, toMinute: 10 * 60 + 1), validity: .days(3))
        let first = try await run(world.campaign("first", schedule: morning, priority: 1), ["b", "a", "c"], world)
        world.clock.pass(.seconds(58))
        try await world.serve(rounds: 1)
        world.clock.pass(.seconds(2))
        // The window has closed over two of its people, and nobody has looked since.
        let second = try await run(world.campaign("second", priority: 9), ["a"], world)
        try await world.serve(rounds: 3)
        #expect(try world.place(second, "a").place == .attempted)
        #expect(try world.sum(first).accepted == 1)
    }

    @Test("a run that is due starts without its forecast, which is kept all the same")
    func dueStart() async throws {
        let world = try await EngineWorld()
        let people = EngineWorld.people(0..<20)
        let keeper = ForecastKeeper(world.setup)
        #expect(try await keeper.step(at: world.now) == nil)
        let run = try await run(world.campaign("now"), people, world)
        #expect(run.state == .running)
        #expect(try world.ledger.forecast(of: run.id) == nil)
        #expect(try await keeper.step(at: world.now) == world.now)
        #expect(try world.ledger.forecast(of: run.id)?.sentTotal == 20)
        #expect(try await keeper.step(at: world.now) == nil)
    }

    @Test("the planner rings for the forecast of a run once, when it is approved")
    func ring() async throws {
        let world = try await EngineWorld()
        let run = try world.admit(
            world.campaign("later", schedule: Schedule(start: world.now + .hours(2))), ["a"]
        ).run
        let planner = Planner(world.setup)
        _ = world.setup.bells.forecasts.take()
        _ = try await planner.step(at: world.now)
        #expect(!world.setup.bells.forecasts.take())
        try world.approve(run)
        _ = try await planner.step(at: world.now)
        #expect(world.setup.bells.forecasts.take())
        _ = try await planner.step(at: world.now)
        #expect(!world.setup.bells.forecasts.take())
    }
}
