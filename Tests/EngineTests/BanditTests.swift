import Answers
import CampaignModel
import Experiments
import Ports
import SendingRules
import Testing
import Words

@testable import Engine

@Suite("A bandit")
struct BanditTests {
    private static var wide: RuleLimits {
        var limits = RuleLimits()
        limits.usersPerDay = 100_000
        limits.batchMessagesPerDay = 100_000
        return limits
    }
    private let openIDs = (0..<2200).map { "_000person\($0)" }

    private func campaign(_ world: EngineWorld, optedOutMax: Share? = nil) -> Campaign {
        var campaign = world.campaign("many")
        campaign.variants = ["a", "b", "c", "d", "e"].map {
            Variant(name: $0, weight: Share(tenThousandths: 2000), messages: [.text($0)])
        }
        campaign.experiment = ExperimentRequest(
            share: Share(tenThousandths: 2000), metric: .replied, wait: .minutes(15), decideBy: world.now + .hours(6),
            onInconclusive: .leader, optedOutMax: optedOutMax)
        campaign.experiment?.method = .bandit
        return campaign
    }

    private func planned(_ campaign: Campaign, _ world: EngineWorld) async throws -> RunRecord {
        let run = try world.admit(campaign, openIDs).run
        try world.approve(run)
        try world.authorize(openIDs)
        _ = try await Planner(world.setup).step(at: world.now)
        return try world.reread(run)
    }

    private func serve(_ world: EngineWorld) async throws {
        for _ in 0..<4 {
            world.clock.set(world.now + .seconds(2))
            try await world.serve(rounds: 20)
        }
    }

    /// Who got which arm, by the shares that were written down: people are served in the order of their list.
    private func people(of arm: Int, _ world: EngineWorld, _ run: RunRecord) throws -> [String] {
        try world.ledger.looks(of: run.id).enumerated().flatMap { index, look -> [String] in
            let shares = try shares(look).map(Share.init(tenThousandths:))
            guard !shares.isEmpty else { return [] }
            let draw = Bandit.assignment(campaign: "many", batch: index + 1, shares: shares)
            return openIDs.dropFirst(index * 500).prefix(500).filter { draw.arm(of: $0) == arm }
        }
    }

    /// Every so many of those who got an arm do something, each person once.
    private func happen(_ kind: EventKind, _ world: EngineWorld, _ run: RunRecord, arm: Int, every: Int) throws {
        let people = try people(of: arm, world, run).enumerated().filter { $0.offset % every == 0 }.map(\.element)
        let evidence = people.map { openID in
            Evidence.event(
                EventWord(
                    identity: Array("\(kind.code) \(openID)".utf8), kind: kind, app: world.account().app,
                    account: world.account().id, openID: openID, at: world.now, source: .callback))
        }
        _ = try world.ledger.apply(EvidenceDemand(now: world.now, term: world.setup.term, evidence: evidence))
    }

    private func shares(_ look: LookRecord) throws -> [Int] {
        guard case .batch(let shares) = try Judge.value(Judgement.self, look.found).action else { return [] }
        return shares
    }

    @Test("batches of 500, drawn by what was seen before, each with its shares written down, until nobody is left")
    func batches() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        let run = try await planned(campaign(world), world)
        let judge = Judge(world.setup)
        var sent: [Int] = []
        for _ in 0..<7 {
            _ = try await judge.step(at: world.now)
            try await serve(world)
            sent.append(try world.sum(run).accepted)
            try happen(.replied, world, run, arm: 4, every: 4)
            for arm in 0..<4 { try happen(.replied, world, run, arm: arm, every: 20) }
            // Too early for the next batch: people need their time to answer.
            _ = try await judge.step(at: world.now + .minutes(10))
            world.clock.set(world.now + .minutes(16))
        }
        #expect(sent == [500, 1000, 1500, 2000, 2200, 2200, 2200])
        let looks = try world.ledger.looks(of: run.id)
        #expect(looks.count == 5 && looks.allSatisfy { !$0.decides })
        #expect(try looks.allSatisfy { try Judge.isSound($0) })
        let drawn = try looks.map { try shares($0) }
        #expect(drawn[0] == [2000, 2000, 2000, 2000, 2000])
        #expect(drawn.allSatisfy { $0.reduce(0, +) == 10_000 && $0.allSatisfy { $0 >= 100 } })
        #expect(drawn[4][4] > 8000)
        #expect(try people(of: 4, world, run).count == world.ledger.sums(ofRunByVariant: run.id)[4]?.accepted)
        let sums = try world.ledger.sums(ofRunByVariant: run.id)
        #expect(try #require(sums[4]).accepted > 1000)
        #expect(try world.ledger.undecided(of: run.id) == nil)
        try world.check()
    }

    @Test("an arm that drives people away gets nobody more, and at decide_by the leader of the others gets the rest")
    func guardrail() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        let run = try await planned(campaign(world, optedOutMax: Share(tenThousandths: 500)), world)
        let judge = Judge(world.setup)
        _ = try await judge.step(at: world.now)
        try await serve(world)
        try happen(.replied, world, run, arm: 4, every: 2)
        try happen(.replied, world, run, arm: 3, every: 4)
        try happen(.optedOut, world, run, arm: 4, every: 5)
        world.clock.set(world.now + .minutes(16))
        _ = try await judge.step(at: world.now)
        let second = try #require(try world.ledger.looks(of: run.id).last)
        let drawn = try shares(second)
        #expect(drawn[4] == 0 && drawn.reduce(0, +) == 10_000 && drawn.max() == drawn[3])
        try await serve(world)
        world.clock.set(EngineWorld.morning + .hours(6))
        _ = try await judge.step(at: world.now)
        let last = try #require(try world.ledger.looks(of: run.id).last)
        let found = try Judge.value(Judgement.self, last.found)
        #expect(last.decides && found.action == .send(arm: 3))
        // Whoever reads that the rest gets another than the leader reads why.
        let told = try #require(try DeskReading(world.setup).report(run: run.name).summary.test?.sentence)
        #expect(told.lowercased().contains("more people left or complained than allowed"), "\(told)")
        #expect(told.hasSuffix(Catalogue.Test.sends("d").en), "\(told)")
        try await serve(world)
        #expect(try world.sum(run).accepted == 2200)
        try world.check()
    }
}
