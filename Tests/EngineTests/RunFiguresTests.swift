import CampaignModel
import Experiments
import Ports
import SendingRules
import Testing
import Words

@testable import Engine

@Suite("Figures of a run and of an account")
struct RunFiguresTests {
    private static var wide: RuleLimits {
        var limits = RuleLimits()
        limits.usersPerDay = 100_000
        limits.batchMessagesPerDay = 100_000
        return limits
    }
    private let openIDs = (0..<3000).map { "_000person\($0)" }

    /// Planned by the campaign's own draw, and everybody written to who is not held out.
    private func served(_ campaign: Campaign, _ people: [String], _ world: EngineWorld) async throws -> RunRecord {
        let run = try world.admit(campaign, people).run
        try world.approve(run)
        try world.authorize(people)
        _ = try await Planner(world.setup).step(at: world.now)
        for _ in 0..<12 {
            world.clock.set(world.now + .seconds(2))
            try await world.serve(rounds: 20)
        }
        return try world.reread(run)
    }

    private func take(
        _ kind: EventKind, _ people: some Sequence<String>, _ world: EngineWorld, after: Duration = .zero,
        amount: Int64? = nil
    ) throws {
        let evidence = people.map { openID in
            Evidence.event(
                EventWord(
                    identity: Array("\(kind.code) \(openID) \(after)".utf8), kind: kind, app: world.account().app,
                    account: kind == .ordered ? nil : world.account().id, openID: openID, at: world.now + after,
                    amount: amount, source: .callback))
        }
        _ = try world.ledger.apply(
            EvidenceDemand(now: world.now + after, term: world.setup.term, evidence: evidence))
    }

    private func rate(_ figures: RunFigures, _ name: String) -> RunFigures.Rate? {
        figures.rates.first { $0.figure == name }
    }

    @Test("orders of people held out count against those of people who were sent to, whatever led to them")
    func holdout() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        var campaign = world.campaign("sale")
        campaign.holdout = Share(tenThousandths: 3000)
        let run = try await served(campaign, openIDs, world)
        let assignment = Assignment(campaign)
        let held = openIDs.filter { assignment.isHeldOut($0) }
        let sent = openIDs.filter { !assignment.isHeldOut($0) }
        try take(.ordered, held.prefix(20), world, after: .hours(1), amount: 1000)
        try take(.ordered, sent.prefix(150), world, after: .hours(1), amount: 1000)
        let figures = try RunFigures(run: run, world.ledger, in: .zh)
        let compared = try #require(figures.holdout)
        #expect(compared.held == held.count && compared.pretended == held.count && compared.sent == sent.count)
        let orders = try #require(compared.lines.first { $0.figure == "ordered" })
        #expect(orders.heldPeople == 20 && orders.sentPeople == 150)
        let lift = (150 / Double(sent.count)) / (20 / Double(held.count)) - 1
        #expect(abs(try #require(orders.lift) - lift) < 1e-12)
        #expect(compared.sentences(in: .zh).joined().contains("不发的 \(Catalogue.Figures.percent(orders.heldRate))"))
        // Nothing of those held out is credited to the run.
        #expect(figures.orderAmount == 150_000 && rate(figures, "order_rate")?.part == 150)
        try world.check()
    }

    @Test("what nobody ever told of is not measured; what is measured and did not happen is zero")
    func notMeasured() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        let people = Array(openIDs.prefix(200))
        let run = try await served(world.campaign("sale"), people, world)
        let before = try RunFigures(run: run, world.ledger, in: .en)
        #expect(before.rates.allSatisfy { $0.part == nil && $0.value == nil } && before.orderAmount == nil)
        try take(.replied, ["_000stranger"], world)
        let after = try RunFigures(run: run, world.ledger, in: .en)
        #expect(rate(after, "reply_rate")?.part == 0 && rate(after, "opted_out")?.part == 0)
        #expect(rate(after, "reported")?.part == nil && after.holdout == nil)
    }

    @Test("staff's answers are timed, an account's day is counted by the hour, and two runs share whom they share")
    func account() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        let first = try await served(world.campaign("first"), Array(openIDs.prefix(300)), world)
        try take(.replied, openIDs.prefix(120), world, after: .minutes(1))
        try take(.answered, openIDs.prefix(60), world, after: .minutes(4))
        let figures = try RunFigures(run: first, world.ledger, in: .en)
        #expect(figures.answers.questions == 120 && figures.answers.answered == 60)
        #expect(figures.answers.meanMinutes == 3)
        let account = try AccountFigures(
            world.account(), from: world.now - .days(1), to: world.now + .days(1), world.ledger)
        #expect(account.days.map(\.replied) == [120] && account.hours.map(\.hour) == [10])
        #expect(account.bestQuarter == "10:00" && account.answers.meanMinutes == 3)
        world.clock.set(world.now + .days(1))
        try await world.crashAndRestart()
        let second = try await served(world.campaign("second"), Array(openIDs[200..<400]), world)
        let reached = try world.ledger.reached(by: first.id, and: second.id)
        #expect(reached == ReachedBoth(one: 300, other: 200, both: 100))
    }
}
