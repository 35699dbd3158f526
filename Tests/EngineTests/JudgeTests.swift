import Answers
import CampaignModel
import Experiments
import Ports
import Reports
import SendingRules
import Testing

@testable import Engine

@Suite("The judge")
struct JudgeTests {
    /// The day's caps are not what is looked at here.
    private static var wide: RuleLimits {
        var limits = RuleLimits()
        limits.usersPerDay = 100_000
        limits.batchMessagesPerDay = 100_000
        return limits
    }
    private let openIDs = (0..<8000).map { "_000person\($0)" }

    private func campaign(
        _ world: EngineWorld, wish: ExperimentRequest.Inconclusive = .control, optedOutMax: Share? = nil,
        share: Int = 2500
    ) -> Campaign {
        var campaign = world.campaign("split")
        let half = Share(tenThousandths: 5000)
        campaign.variants = ["a", "b"].map { Variant(name: $0, weight: half, messages: [.text($0)]) }
        campaign.experiment = ExperimentRequest(
            share: Share(tenThousandths: share), metric: .replied, wait: .hours(2), decideBy: world.now + .hours(6),
            onInconclusive: wish, optedOutMax: optedOutMax)
        return campaign
    }

    /// Approved, planned, and the test share served to its end.
    private func served(_ campaign: Campaign, _ world: EngineWorld, _ people: [String]) async throws -> RunRecord {
        let run = try world.admit(campaign, people).run
        try world.approve(run)
        try world.authorize(people)
        _ = try await Planner(world.setup).step(at: world.now)
        for _ in 0..<20 {
            world.clock.set(world.now + .seconds(2))
            try await world.serve(rounds: 20)
        }
        return try world.reread(run)
    }

    /// So many people of each arm reply, and so many want to be left alone, through the door that events come in by.
    /// Who did so before does it again: a person counts once.
    private func count(
        _ run: RunRecord, _ replies: [Int], optedOut: [Int] = [], _ people: [String], _ world: EngineWorld
    ) throws {
        let assignment = Assignment(try world.ledger.revision(run.revision).campaign)
        let share = TestShare(campaign: "split", share: Share(tenThousandths: 2500))
        var evidence: [Evidence] = []
        for (kind, counts) in [(EventKind.replied, replies), (.optedOut, optedOut)] {
            for (variant, number) in counts.enumerated() {
                let arm = people.filter { share.contains($0) && assignment.arm(of: $0) == variant }
                for openID in arm.prefix(number) {
                    evidence.append(
                        .event(
                            EventWord(
                                identity: Array("\(kind.code) \(openID)".utf8), kind: kind, app: world.account().app,
                                account: world.account().id, openID: openID, at: world.now, source: .callback)))
                }
            }
        }
        _ = try world.ledger.apply(EvidenceDemand(now: world.now, term: world.setup.term, evidence: evidence))
    }

    @Test("only the test share is sent; the rest waits undecided, and the sum holds all the while")
    func onlyTheShare() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        let run = try await served(campaign(world), world, openIDs)
        let sum = try world.sum(run)
        #expect(abs(sum.accepted - 2000) < 150 && sum.pending == 8000 - sum.accepted && sum.holds)
        let test = try #require(try world.ledger.openTest(of: run.id))
        #expect(test.isServed && test.undecided == sum.pending)
        #expect(test.arms.values.reduce(0) { $0 + $1.assigned } == sum.accepted)
        let share = TestShare(campaign: "split", share: Share(tenThousandths: 2500))
        let outside = try #require(openIDs.first { !share.contains($0) })
        #expect(try world.place(run, outside).place == .pending)
        let explained = try DeskReading(world.setup).explain(
            ExplainQuestion(run: run.name, openID: outside, at: nil, language: .zh))
        #expect(explained.answer.contains("在等实验结果") && explained.variant.isEmpty)
        try world.check()
    }

    @Test("after the wait, and not before, the winner goes to the rest, and the look that says so is kept")
    func winnerToTheRest() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        let run = try await served(campaign(world), world, openIDs)
        try count(run, [150, 260], openIDs, world)
        let judge = Judge(world.setup)
        _ = try await judge.step(at: world.now)
        #expect(try world.ledger.looks(of: run.id).isEmpty)
        world.clock.set(world.now + .hours(2))
        _ = try await judge.step(at: world.now)
        let looks = try world.ledger.looks(of: run.id)
        #expect(looks.count == 1 && looks[0].decides)
        #expect(try Judge.isSound(looks[0]))
        #expect(try world.ledger.openTest(of: run.id) == nil)
        let finisher = Finisher(world.setup)
        while try await finisher.step(at: world.now) != nil {}
        let before = try world.sum(run)
        for _ in 0..<40 {
            world.clock.set(world.now + .seconds(2))
            try await world.serve(rounds: 20)
        }
        let sums = try world.ledger.sums(ofRunByVariant: run.id)
        #expect(try world.sum(run).accepted == 8000)
        let (control, winner) = (try #require(sums[0]).accepted, try #require(sums[1]).accepted)
        #expect(winner == 8000 - control)
        #expect(before.pending > 5000)
        let figures = try RunFigures(run: world.reread(run), world.ledger, in: .zh)
        // The winner's line of the test is not thinned out by those who have only just been written to.
        #expect(figures.variants.map(\.isTest) == [true, true, false])
        #expect(figures.variants.map { $0.rates.first { $0.figure == "reply_rate" }?.part } == [150, 260, 0])
        #expect(figures.variants.reduce(0) { $0 + $1.reached } == 8000)
        #expect(figures.rates.first { $0.figure == "reply_rate" }?.part == 410)
        #expect(figures.rates.filter { $0.part == nil }.map(\.figure).contains("order_rate"))
        try world.check()
        #expect(throws: (any Error).self) { try world.damage("UPDATE look SET found = '{}'") }
        let story = try #require(try TestStory(run: run, campaign(world), looks, in: .zh))
        #expect(story.sends == "b" && story.recomputed && story.lines(in: .zh)[0].contains("「b」胜出"))
        #expect(story.arms[0].reported == nil && story.lines(in: .en).joined().contains("not measured"))
    }

    @Test("what is not clear is looked at again, each change once, and ends at decide_by as the file asked")
    func inconclusive() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        let run = try await served(campaign(world), world, openIDs)
        try count(run, [200, 205], openIDs, world)
        let judge = Judge(world.setup)
        world.clock.set(world.now + .hours(2))
        _ = try await judge.step(at: world.now)
        world.clock.set(world.now + .minutes(15))
        _ = try await judge.step(at: world.now)
        #expect(try world.ledger.looks(of: run.id).count == 1)
        try count(run, [201, 210], openIDs, world)
        world.clock.set(world.now + .minutes(15))
        _ = try await judge.step(at: world.now)
        let looks = try world.ledger.looks(of: run.id)
        #expect(looks.count == 2 && looks.allSatisfy { !$0.decides })
        #expect(try Judge.value(TestLook.self, looks[1].seen).kind == .later)
        world.clock.set(EngineWorld.morning + .hours(6))
        _ = try await judge.step(at: world.now)
        let last = try #require(try world.ledger.looks(of: run.id).last)
        let found = try Judge.value(Judgement.self, last.found)
        #expect(last.decides && found.action == .send(arm: 0))
        try world.check()
    }

    @Test("a vetoed winner and `hold` leave the rest alone, and an ended run skips them")
    func held() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        let limit = Share(tenThousandths: 100)
        let run = try await served(campaign(world, wish: .hold, optedOutMax: limit), world, openIDs)
        try count(run, [150, 260], optedOut: [2, 80], openIDs, world)
        world.clock.set(EngineWorld.morning + .hours(6))
        let judge = Judge(world.setup)
        _ = try await judge.step(at: world.now)
        let look = try #require(try world.ledger.looks(of: run.id).last)
        #expect(try Judge.value(Judgement.self, look.found).finding == .vetoed && look.decides)
        _ = try await judge.step(at: world.now + .hours(1))
        #expect(try world.ledger.looks(of: run.id).count == 1)
        let report = try DeskReading(world.setup).report(run: run.name)
        #expect(report.summary.test?.holds == true)
        #expect(ReportText.render(report, in: .zh).contains("实验停下了，等人处理"))
        _ = try world.ledger.end(
            EndDemand(now: world.now, term: world.setup.term, run: run.id, state: .cancelled, reason: .cancelled))
        let sum = try world.sum(run)
        #expect(sum.pending == 0 && sum.skipped[.cancelled] ?? 0 > 5000)
        try world.check()
    }
}
