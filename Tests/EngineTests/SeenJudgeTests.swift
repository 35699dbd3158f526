import CampaignModel
import Experiments
import Ports
import SendingRules
import Testing

@testable import Engine

/// What a look reads, when it is taken, and who hears of it. What follows from its figures is `Judgement`'s business.
@Suite("The judge looks with the file's own eyes")
struct SeenJudgeTests {
    private func request(
        _ world: EngineWorld, wait: Duration = .hours(2), decideBy: Duration = .hours(6),
        wish: ExperimentRequest.Inconclusive = .control, method: ExperimentRequest.Method? = nil
    ) -> ExperimentRequest {
        var request = ExperimentRequest(
            share: Share(tenThousandths: 5000), metric: .replied, wait: wait, decideBy: world.now + decideBy,
            onInconclusive: wish, optedOutMax: Share(tenThousandths: 120), reportedMax: Share(tenThousandths: 7))
        request.method = method
        return request
    }

    private func campaign(_ world: EngineWorld, _ request: ExperimentRequest) -> Campaign {
        var campaign = world.campaign("split")
        campaign.variants = [("a", 3000), ("b", 7000)].map {
            Variant(name: $0.0, weight: Share(tenThousandths: $0.1), messages: [.text($0.0)])
        }
        campaign.experiment = request
        return campaign
    }

    private func planned(_ campaign: Campaign, _ world: EngineWorld, people: Int = 40) async throws -> RunRecord {
        let people = EngineWorld.people(0..<people)
        let run = try world.approve(world.admit(campaign, people).run)
        try world.authorize(people)
        _ = try await Planner(world.setup).step(at: world.now)
        return try world.reread(run)
    }

    private func looks(_ world: EngineWorld, _ run: RunRecord) throws -> [TestLook] {
        try world.ledger.looks(of: run.id).map { try Judge.value(TestLook.self, $0.seen) }
    }

    private func step(_ judge: Judge, _ world: EngineWorld) async throws -> Moment? {
        try await judge.step(at: world.now)
    }

    @Test("each metric counts its own conversions, and each guardrail its own complaints")
    func figures() async throws {
        let world = try await EngineWorld()
        var campaign = campaign(world, request(world))
        campaign.variants.append(Variant(name: "c", weight: .zero, messages: [.text("c")]))
        var arm = OpenTest.Arm()
        (arm.assigned, arm.delivered) = (900, 800)
        arm.people = [.opened: 10, .replied: 20, .consulted: 30, .ordered: 40, .optedOut: 50, .reported: 60]
        var unmeasured = OpenTest.Arm()
        (unmeasured.assigned, unmeasured.delivered) = (70, 60)
        let test = OpenTest(undecided: 1, isServed: true, lastStart: nil, arms: [0: arm, 1: unmeasured])
        for (metric, count) in [
            (ExperimentRequest.Metric.opened, 10), (.replied, 20), (.consulted, 30), (.ordered, 40),
        ] {
            #expect(
                Judge.figures(of: test, campaign, metric) == [
                    ArmFigures(
                        name: "a", weight: Share(tenThousandths: 3000), assigned: 900, delivered: 800,
                        conversions: count, optedOut: 50, reported: 60),
                    // What nobody measures is not zero, and an arm that nobody is in is not left out.
                    ArmFigures(
                        name: "b", weight: Share(tenThousandths: 7000), assigned: 70, delivered: 60, conversions: 0),
                    ArmFigures(name: "c", weight: .zero, assigned: 0, delivered: 0, conversions: 0),
                ], "\(metric)")
        }
    }

    @Test("a look holds the file's limits and wish, and the last one says that it is the last")
    func seen() async throws {
        for wish in [ExperimentRequest.Inconclusive.leader, .hold, .control] {
            let world = try await EngineWorld()
            let run = try await planned(campaign(world, request(world, wish: wish)), world)
            try await world.serve()
            let judge = Judge(world.setup)
            world.clock.set(EngineWorld.morning + .hours(2))
            _ = try await step(judge, world)
            world.clock.set(EngineWorld.morning + .hours(6) - .milliseconds(1))
            _ = try await step(judge, world)
            world.clock.set(EngineWorld.morning + .hours(6))
            _ = try await step(judge, world)
            let looks = try looks(world, run)
            #expect(looks.map(\.isLast) == [false, true] && looks.map(\.kind) == [.planned, .planned])
            for look in looks {
                #expect(look.onInconclusive == wish && look.arms.map(\.name) == ["a", "b"])
                #expect(look.optedOutMax == Share(tenThousandths: 120))
                #expect(look.reportedMax == Share(tenThousandths: 7))
            }
            // Whatever is found, it decides: a person's wish is carried out, or a person decides.
            #expect(try world.ledger.looks(of: run.id).map(\.decides) == [false, true])
            #expect(try world.ledger.openTest(of: run.id) == nil || wish == .hold)
            let found = try Judge.value(Judgement.self, world.ledger.looks(of: run.id)[1].found)
            if wish == .control { #expect(found.action == .send(arm: 0)) }
            if wish == .hold { #expect(found.action == .hold) }
        }
    }

    /// Whether a look that found this was the planned one: only what could have called a winner is.
    static let spent: [(Judgement.Finding, isSpent: Bool)] = [
        (.brokenSplit, false), (.fewDelivered, false), (.fewConversions, false), (.noClearLeader, true),
        (.winner, true), (.vetoed, true), (.explores, true),
    ]

    @Test("the planned look is spent by the first one that had enough to call a winner, and by no other")
    func spentLook() async throws {
        #expect(Set(Self.spent.map(\.0)) == Set(Judgement.Finding.allCases))
        for (finding, isSpent) in Self.spent {
            let world = try await EngineWorld()
            let run = try await planned(campaign(world, request(world)), world)
            try await world.serve()
            // What an earlier look saw and found, as it stands in the ledger.
            let arms = ["a", "b"].map {
                ArmFigures(name: $0, weight: Share(tenThousandths: 5000), assigned: 9, delivered: 9, conversions: 1)
            }
            let seen = TestLook(kind: .planned, isLast: false, arms: arms, onInconclusive: .control)
            var found = Judgement(of: seen)
            (found.finding, found.action) = (finding, .wait)
            try world.ledger.record(
                LookDemand(
                    now: world.now, term: world.setup.term, run: run.id, seen: Judge.text(seen),
                    found: Judge.text(found), decides: false, sends: nil))
            world.clock.pass(.hours(2))
            _ = try await step(Judge(world.setup), world)
            let kinds = try looks(world, run).map(\.kind)
            #expect(kinds == [.planned, isSpent ? .later : .planned], "\(finding)")
        }
    }

    @Test(
        "a look that is written down is told to whoever sends, clears up and reports; one that saw nothing new is not")
    func bells() async throws {
        let world = try await EngineWorld()
        _ = try await planned(campaign(world, request(world)), world)
        try await world.serve()
        let judge = Judge(world.setup)
        world.clock.pass(.hours(2))
        _ = world.setup.bells.takeRung()
        _ = try await step(judge, world)
        #expect(world.setup.bells.takeRung() == ["dispatcher", "finisher", "reports"])
        world.clock.pass(.minutes(15))
        #expect(try await step(judge, world) == world.now + .minutes(15))
        #expect(world.setup.bells.takeRung() == [])
    }

    @Test("nobody looks at a run that is paused, and its pause is noticed to end within a minute")
    func paused() async throws {
        let world = try await EngineWorld()
        let run = try await planned(campaign(world, request(world)), world)
        try await world.serve()
        func act(_ act: ActDemand.Act) throws {
            _ = try world.ledger.act(
                ActDemand(now: world.now, term: world.setup.term, run: run.id, act: act, person: "operator"))
        }
        try act(.pause)
        let judge = Judge(world.setup)
        world.clock.pass(.hours(3))
        #expect(try await step(judge, world) == world.now + .minutes(1))
        #expect(try looks(world, run).isEmpty)
        try act(.resume)
        world.clock.pass(.minutes(1))
        _ = try await step(judge, world)
        #expect(try looks(world, run).count == 1)
    }

    @Test("a wait that is longer than the test may last ends with it")
    func decideByFirst() async throws {
        let world = try await EngineWorld()
        let run = try await planned(campaign(world, request(world, wait: .hours(9))), world)
        try await world.serve()
        let judge = Judge(world.setup)
        let end = EngineWorld.morning + .hours(6)
        #expect(try await step(judge, world) == end)
        world.clock.set(end - .milliseconds(1))
        #expect(try await step(judge, world) == end)
        #expect(try looks(world, run).isEmpty)
        world.clock.set(end)
        _ = try await step(judge, world)
        #expect(try world.ledger.looks(of: run.id).map(\.decides) == [true])
        // The look that decided was the last: nothing is looked at again, whatever happens.
        world.clock.pass(.hours(1))
        #expect(try await step(judge, world) == nil)
        #expect(try looks(world, run).count == 1)
    }

    @Test("between two looks lies a quarter of an hour, or what is left until the test must be decided")
    func lastQuarter() async throws {
        let world = try await EngineWorld()
        _ = try await planned(campaign(world, request(world, wait: .hours(5) + .minutes(50))), world)
        try await world.serve()
        let judge = Judge(world.setup)
        _ = try await step(judge, world)
        world.clock.pass(.hours(5) + .minutes(50))
        #expect(try await step(judge, world) == EngineWorld.morning + .hours(6))
    }

    @Test("at the end a test is decided though its share was never served")
    func unserved() async throws {
        for method in [nil, ExperimentRequest.Method.bandit] {
            let world = try await EngineWorld()
            let run = try await planned(
                campaign(world, request(world, method: method)), world, people: method == nil ? 40 : 600)
            let judge = Judge(world.setup)
            #expect(try await step(judge, world) == world.now + .minutes(1))
            world.clock.pass(.hours(5))
            _ = try await step(judge, world)
            #expect(try world.ledger.looks(of: run.id).map(\.decides) == (method == nil ? [] : [false]))
            world.clock.set(EngineWorld.morning + .hours(6))
            _ = try await step(judge, world)
            #expect(try world.ledger.looks(of: run.id).map(\.decides) == (method == nil ? [true] : [false, true]))
            #expect(try world.ledger.openTest(of: run.id) == nil)
        }
    }

    @Test("a bandit's next batch comes when the last one is served and had its time, to the millisecond")
    func batches() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        var campaign = campaign(world, request(world, wait: .minutes(30), wish: .leader, method: .bandit))
        campaign.schedule.validity = .days(3)
        let run = try await planned(campaign, world, people: 1100)
        let judge = Judge(world.setup)
        _ = world.setup.bells.takeRung()
        _ = try await step(judge, world)
        #expect(world.setup.bells.takeRung() == ["dispatcher", "finisher", "reports"])
        #expect(try looks(world, run).count == 1)
        // 500 people have an arm, and not one of them was written to.
        #expect(try world.ledger.undecided(of: run.id) == 600)
        _ = try await step(judge, world)
        #expect(try looks(world, run).count == 1)
        for _ in 0..<4 {
            world.clock.pass(.seconds(2))
            try await world.serve(rounds: 20)
        }
        let served = try #require(try world.ledger.openTest(of: run.id)?.lastStart)
        #expect(try await step(judge, world) == served + .minutes(30))
        world.clock.set(served + .minutes(30) - .milliseconds(1))
        #expect(try await step(judge, world) == served + .minutes(30))
        #expect(try looks(world, run).count == 1)
        world.clock.set(served + .minutes(30))
        _ = try await step(judge, world)
        #expect(try world.ledger.undecided(of: run.id) == 100)
        for look in try looks(world, run) {
            #expect(look.kind == .batch && !look.isLast && look.onInconclusive == .leader)
            #expect(look.optedOutMax == Share(tenThousandths: 120) && look.reportedMax == Share(tenThousandths: 7))
        }
        #expect(try world.ledger.looks(of: run.id).map(\.decides) == [false, false])
        try world.check()
    }

    private static var wide: RuleLimits {
        var limits = RuleLimits()
        (limits.usersPerDay, limits.batchMessagesPerDay) = (100_000, 100_000)
        return limits
    }

    @Test("a row whose finding does not follow from its figures is not sound")
    func sound() throws {
        let look = TestLook(
            kind: .planned, isLast: true,
            arms: ["a", "b"].map {
                ArmFigures(name: $0, weight: Share(tenThousandths: 5000), assigned: 9, delivered: 9, conversions: 1)
            }, onInconclusive: .control)
        var found = Judgement(of: look)
        func record() throws -> LookRecord {
            LookRecord(
                number: 1, at: EngineWorld.morning, seen: try Judge.text(look), found: try Judge.text(found),
                decides: true)
        }
        #expect(try Judge.isSound(record()))
        found.action = .send(arm: 1)
        #expect(try !Judge.isSound(record()))
    }

    @Test("a judge of an older reign writes no look")
    func olderReign() async throws {
        let world = try await EngineWorld()
        let run = try await planned(campaign(world, request(world)), world)
        try await world.serve()
        world.clock.pass(.hours(2))
        let judge = Judge(world.setup)
        _ = try world.ledger.beginReign(node: "another", at: world.now)
        await #expect(throws: ReignLost.self) { _ = try await step(judge, world) }
        #expect(try looks(world, run).isEmpty)
    }
}
