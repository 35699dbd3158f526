import CampaignModel
import Experiments
import Ports
import SendingRules
import Testing

@testable import Engine

/// A service that names a moment too late sends late; one that names it too early asks a ledger of millions for nothing.
@Suite("When planner, judge and dispatcher want to look again, to the millisecond")
struct NextLookTests {
    @Test("the planner looks again at the start, five seconds after it, and then when the run is over")
    func planner() async throws {
        let world = try await EngineWorld()
        let start = world.now + .hours(2)
        let run = try world.admit(world.campaign("sale", schedule: Schedule(start: start)), ["a", "b"]).run
        try world.approve(run)
        let planner = Planner(world.setup)
        #expect(try await planner.step(at: world.now) == start)
        world.clock.set(start)
        #expect(try await planner.step(at: world.now) == start + .seconds(5))
        world.clock.set(start + .seconds(5))
        // Two people are pending: nothing is over before midnight.
        #expect(try await planner.step(at: world.now) == Moment(iso8601: "2026-11-21T00:00:00+08:00"))
        #expect(try world.reread(run).state == .running)
    }

    @Test(
        "whoever waits for an image or for the run before is looked at every five seconds, and no start is missed by it"
    )
    func held() async throws {
        let world = try await EngineWorld()
        let image = [MessageTemplate.image(file: "poster.png", digest: "d1")]
        let run = try world.admit(world.campaign("sale", messages: image), ["a"]).run
        try world.approve(run)
        let planner = Planner(world.setup)
        #expect(try await planner.step(at: world.now) == world.now + .seconds(5))
        world.clock.pass(.hours(3))
        #expect(try await planner.step(at: world.now) == world.now + .seconds(5))
        #expect(try world.reread(run).state == .scheduled)
    }

    @Test("a bandit's batch waits as the file says, and a quarter of an hour at least")
    func batches() {
        func wait(_ wait: Duration) -> Duration {
            Judge.batchWait(
                ExperimentRequest(
                    share: Share(tenThousandths: 2000), metric: .replied, wait: wait,
                    decideBy: EngineWorld.morning + .hours(6), onInconclusive: .control))
        }
        #expect(wait(.hours(2)) == .hours(2) && wait(.minutes(15)) == .minutes(15) && wait(.minutes(1)) == .minutes(15))
    }

    @Test("while its share is served a test is looked at each minute, then when its wait is over")
    func judge() async throws {
        let world = try await EngineWorld()
        var campaign = world.campaign("split")
        let half = Share(tenThousandths: 5000)
        campaign.variants = ["a", "b"].map { Variant(name: $0, weight: half, messages: [.text($0)]) }
        campaign.experiment = ExperimentRequest(
            share: Share(tenThousandths: 5000), metric: .replied, wait: .hours(2), decideBy: world.now + .hours(6),
            onInconclusive: .control)
        let people = EngineWorld.people(0..<40)
        let run = try world.admit(campaign, people).run
        try world.approve(run)
        try world.authorize(people)
        let judge = Judge(world.setup)
        #expect(try await judge.step(at: world.now) == nil, "nothing is planned")
        _ = try await Planner(world.setup).step(at: world.now)
        #expect(try await judge.step(at: world.now) == world.now + .minutes(1))
        try await world.serve()
        let served = try #require(try world.ledger.openTest(of: run.id)?.lastStart)
        world.clock.pass(.minutes(1))
        #expect(try await judge.step(at: world.now) == served + .hours(2))
        // Before that nobody looks, after it each quarter of an hour: a few people say nothing.
        world.clock.set(served + .hours(2) - .milliseconds(1))
        #expect(try await judge.step(at: world.now) == served + .hours(2))
        #expect(try world.ledger.looks(of: run.id).isEmpty)
        world.clock.set(served + .hours(2))
        #expect(try await judge.step(at: world.now) == served + .hours(2) + .minutes(15))
        #expect(try world.ledger.looks(of: run.id).map(\.decides) == [false])
        world.clock.set(EngineWorld.morning + .hours(6))
        _ = try await judge.step(at: world.now)
        #expect(try world.ledger.looks(of: run.id).map(\.decides) == [false, true])
        #expect(try await judge.step(at: world.now) == nil, "it is decided")
    }

    @Test("whoever was left out gives their place to the next at once; with nobody left nothing is asked again")
    func leftOut() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"])
        try world.ledger.record(
            ConsentPage(
                now: world.now, term: world.setup.term, account: world.account().id,
                people: ["a", "b"].map { .init(openID: $0, state: .withdrawn, source: "test") },
                answersQuestions: false))
        #expect(try await world.step() == world.now)
        let next = try await world.step()
        #expect(next != world.now)
        #expect(try world.sum(run).skipped == [.authorizationWithdrawn: 2])
        try world.check()
    }

    @Test("a lane whose day is full goes on when the next one has opened, and not a millisecond before")
    func closed() async throws {
        var limits = RuleLimits()
        limits.batchMessagesPerDay = 2
        let world = try await EngineWorld(limits: limits)
        let run = try world.run("sale", ["a", "b", "c"])
        try await world.serve()
        #expect(try world.sum(run).accepted == 2 && world.sum(run).pending == 1)
        world.clock.set(Moment(iso8601: "2026-11-21T07:59:59.999+08:00")!)
        try await world.serve()
        #expect(try world.sum(run).accepted == 2)
        world.clock.set(Moment(iso8601: "2026-11-21T08:00:00+08:00")!)
        try await world.grantTokens("morning")
        try await world.serve()
        #expect(try world.sum(run).accepted == 3)
        try world.check()
    }
}
