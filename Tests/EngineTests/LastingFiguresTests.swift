import Answers
import CampaignModel
import Experiments
import Foundation
import Ports
import Reports
import SendingRules
import Testing

@testable import Engine

@Suite("Figures that last")
struct LastingFiguresTests {
    private static var wide: RuleLimits {
        var limits = RuleLimits()
        limits.usersPerDay = 100_000
        limits.batchMessagesPerDay = 100_000
        return limits
    }
    private let openIDs = (0..<600).map { "_000person\($0)" }

    private func served(_ campaign: Campaign, _ people: [String], _ world: EngineWorld) async throws -> RunRecord {
        let run = try world.admit(campaign, people).run
        try world.approve(run)
        try world.authorize(people)
        _ = try await Planner(world.setup).step(at: world.now)
        for _ in 0..<4 {
            world.clock.set(world.now + .seconds(2))
            try await world.serve(rounds: 20)
        }
        return try world.reread(run)
    }

    private func take(
        _ kind: EventKind, _ people: some Sequence<String>, _ world: EngineWorld, after: Duration = .zero
    ) throws {
        let evidence = people.map { openID in
            Evidence.event(
                EventWord(
                    identity: Array("\(kind.code) \(openID) \((world.now + after).milliseconds)".utf8), kind: kind,
                    app: world.account().app, account: world.account().id, openID: openID, at: world.now + after,
                    amount: kind == .ordered ? 1990 : nil, source: .callback))
        }
        _ = try world.ledger.apply(
            EvidenceDemand(now: world.now + after, term: world.setup.term, evidence: evidence))
    }

    private func prune(_ world: EngineWorld, at now: Moment) throws {
        for _ in 0..<200 {
            let step = try world.ledger.prune(
                PruneDemand(
                    now: now, term: world.setup.term, contentsBefore: now - .days(90), recordsBefore: now - .days(180)))
            if step.isDone { return }
        }
        Issue.record("it never ends")
    }

    private func end(_ run: RunRecord, _ world: EngineWorld) throws {
        _ = try world.ledger.end(
            EndDemand(now: world.now, term: world.setup.term, run: run.id, state: .finished, reason: .expired))
    }

    private func rate(_ figures: RunFigures, _ name: String) -> RunFigures.Rate? {
        figures.rates.first { $0.figure == name }
    }

    /// As a program reads them: to the byte.
    private func bytes(_ figures: RunFigures) throws -> String {
        var figures = figures
        // The one thing that is new: when it was erased.
        figures.erased = nil
        return try Judge.text(figures)
    }

    @Test("half a year later a run's page is the same to the byte, and says when its people were erased")
    func sameBytes() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        var campaign = world.campaign("sale")
        let half = Share(tenThousandths: 5000)
        campaign.variants = ["a", "b"].map { Variant(name: $0, weight: half, messages: [.text($0)]) }
        campaign.holdout = Share(tenThousandths: 1000)
        let run = try await served(campaign, openIDs, world)
        try take(.replied, openIDs.prefix(120), world, after: .minutes(1))
        try take(.clicked, openIDs.prefix(60), world, after: .minutes(2))
        try take(.consulted, openIDs.prefix(80), world, after: .minutes(3))
        try take(.ordered, openIDs.prefix(90), world, after: .hours(30))
        try take(.answered, openIDs.prefix(40), world, after: .hours(40))
        world.clock.set(world.now + .days(9))
        try end(run, world)
        let before = try RunFigures(run: try world.reread(run), world.ledger, in: .en)
        let account = try AccountFigures(
            world.account(), from: EngineWorld.morning, to: EngineWorld.morning + .days(9), world.ledger)
        #expect(before.erased == nil)
        #expect(try #require(before.answers.answered) > 20)
        let later = world.now + .days(200)
        try prune(world, at: later)
        let after = try RunFigures(run: try world.reread(run), world.ledger, in: .en)
        #expect(try bytes(after) == bytes(before))
        #expect(after.erased == later.iso8601)
        let again = try AccountFigures(
            world.account(), from: EngineWorld.morning, to: EngineWorld.morning + .days(9), world.ledger)
        #expect(try Judge.text(again) == Judge.text(account))
        let report = try DeskReading(world.setup).report(run: run.name)
        #expect(report.summary.peopleErased == later.iso8601 && report.summary.textsErased == later.iso8601)
        let text = ReportText.render(report, in: .en)
        #expect(text.contains("erased by age on") && text.contains("the counts above were kept"))
    }

    @Test("why one person was not written to cannot be told half a year later, and is refused by a code of its own")
    func explained() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        let run = try await served(world.campaign("sale"), Array(openIDs.prefix(20)), world)
        let question = ExplainQuestion(run: run.name, openID: openIDs[0], language: .en)
        #expect(try DeskReading(world.setup).explain(question).place == "accepted")
        try end(run, world)
        let later = world.now + .days(181)
        try prune(world, at: later)
        let refusal = #expect(throws: DeskRefusal.self) { try DeskReading(world.setup).explain(question) }
        #expect(refusal?.code == "erased_by_age" && refusal?.sentence.en.contains(later.minuteText()) == true)
    }

    @Test("an order that is told a month later, for another campaign, does not make an old run's rate a nought")
    func backwards() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        let people = Array(openIDs.prefix(50))
        let old = try await served(world.campaign("old"), people, world)
        try end(old, world)
        world.clock.set(world.now + .days(30))
        try await world.crashAndRestart()
        let new = try await served(world.campaign("new"), people, world)
        try take(.ordered, people.prefix(5), world, after: .hours(1))
        let reread = try RunFigures(run: world.reread(old), world.ledger, in: .en)
        let order = try #require(rate(reread, "order_rate"))
        #expect(order.part == nil && order.value == nil && reread.orderAmount == nil)
        #expect(order.measuredFrom == (world.now + .hours(1)).iso8601, "and from when on it is")
        let measured = try #require(rate(RunFigures(run: world.reread(new), world.ledger, in: .en), "order_rate"))
        #expect(measured.part == 5 && measured.whole == 50)
    }

    @Test("the funnel loses those of a step who never came to the next, however many came there another way")
    func funnel() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        let run = try await served(world.campaign("sale"), openIDs, world)
        try take(.clicked, openIDs.prefix(137), world, after: .minutes(1))
        // 10 of those who clicked, and 190 who never did.
        try take(.consulted, openIDs[127..<327], world, after: .minutes(2))
        try take(.ordered, openIDs[317..<320], world, after: .minutes(3))
        let figures = try RunFigures(run: run, world.ledger, in: .en)
        let asked = try #require(rate(figures, "click_to_consult_drop"))
        #expect(asked.part == 127 && asked.whole == 137)
        let ordered = try #require(rate(figures, "consult_to_order_drop"))
        #expect(ordered.part == 197 && ordered.whole == 200)
        #expect(figures.variants[0].rates.first { $0.figure == "click_to_consult_drop" }?.part == 127)
    }

    @Test("an answer counts for its question on whatever day it came, until thirty days are over")
    func lateAnswers() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        let run = try await served(world.campaign("sale"), Array(openIDs.prefix(10)), world)
        try take(.replied, openIDs.prefix(3), world, after: .minutes(1))
        try take(.answered, openIDs.prefix(1), world, after: .minutes(11))
        try take(.answered, openIDs[1..<2], world, after: .days(4) + .minutes(1))
        try take(.answered, openIDs[2..<3], world, after: .days(31) + .minutes(1))
        let figures = try RunFigures(run: run, world.ledger, in: .en)
        #expect(figures.answers.questions == 3 && figures.answers.answered == 2)
        #expect(figures.answers.meanMinutes == Double(10 + 4 * 24 * 60) / 2)
    }

    // MARK: - Occurrences

    @Test("a campaign's id stands for all its occurrences together and for each, in figures and in the report")
    func occurrences() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        var campaign = world.campaign(
            "weekly",
            schedule: Schedule(
                start: world.now, recurrence: Recurrence(frequency: .daily), validity: .endOfDay))
        campaign.author = "marketing"
        let people = Array(openIDs.prefix(40))
        let first = try await served(campaign, people, world)
        try take(.replied, people.prefix(10), world, after: .minutes(1))
        try end(first, world)
        world.clock.set(EngineWorld.morning + .days(1))
        try await world.crashAndRestart()
        try world.authorize(people)
        // The planner has written it down when the first one began.
        let second = try world.ledger.occurrences(of: "weekly")[1]
        _ = try await Planner(world.setup).step(at: world.now)
        for _ in 0..<4 {
            world.clock.set(world.now + .seconds(2))
            try await world.serve(rounds: 20)
        }
        try take(.replied, people[5..<25], world, after: .minutes(1))
        let third = try world.ledger.occurrences(of: "weekly")[2]
        let total = try RunFigures(named: "weekly", world.ledger, in: .en)
        #expect(total.run == "weekly" && total.occurrences?.map(\.run) == [first.name, second.name, third.name])
        let reply = try #require(rate(total, "reply_rate"))
        #expect(reply.part == 30 && reply.whole == 80 && total.sum.accepted == 80)
        #expect(total.variants.map(\.reached) == [80] && total.answers.questions == 30)
        let report = try DeskReading(world.setup).report(run: "weekly")
        #expect(report.summary.run == "weekly" && report.summary.sum.accepted == 80 && report.summary.sum.holds)
        #expect(report.occurrences?.map(\.summary.sum.accepted) == [40, 40, 0])
        #expect(report.variants.map(\.sum.accepted) == [80])
        #expect(report.rowsRead == 80 && report.rows.holds, "the third is not planned: its rows are in no sum")
        #expect(try DeskReading(world.setup).report(run: second.name).occurrences == nil)
        #expect(ReportText.render(report, in: .en).contains(second.name))
    }

    @Test(
        "whoever takes a list is in the audit once, and once more with every cursor that no page of theirs gave",
        arguments: [(0, -2), (0, -1), (1, -1), (0, 0), (1, 0), (-1, 0), (-1, -5), (-9, 3)] as [(Int64, Int64)])
    func exportTraces(segment: Int64, position: Int64) async throws {
        let world = try await EngineWorld(limits: Self.wide)
        let run = try world.run("sale", (0..<1001).map { "_000person\($0)" })
        func traces() throws -> Int {
            try world.ledger.auditRows(about: run.name, limit: 50).count {
                $0.act == "export" && $0.person == "operator"
            }
        }
        let operatorProof = Identity.token("token-operator")
        let desk = Desk(world.setup)
        var request = ExportRequest(run: run.name)
        let first = try desk.export(request, as: operatorProof)
        #expect(try traces() == 1)
        let next: ExportCursor = try #require(first.next)
        request.after = next
        #expect(try desk.export(request, as: operatorProof).rows.count == 1)
        #expect(try traces() == 1, "the second page of the same list")
        request.after = ExportCursor(segment: segment, position: position)
        _ = try desk.export(request, as: operatorProof)
        #expect(try traces() == 2)
    }

    @Test("an export by a campaign's id lists everybody of each occurrence, and names those that age has erased")
    func exported() async throws {
        let world = try await EngineWorld(limits: Self.wide)
        let people = Array(openIDs.prefix(12))
        let first = try await served(
            world.campaign(
                "weekly",
                schedule: Schedule(
                    start: world.now, recurrence: Recurrence(frequency: .daily), validity: .endOfDay)), people, world)
        try end(first, world)
        world.clock.set(EngineWorld.morning + .days(1))
        try await world.crashAndRestart()
        try world.authorize(people)
        // The planner has written it down when the first one began.
        let second = try world.ledger.occurrences(of: "weekly")[1]
        _ = try await Planner(world.setup).step(at: world.now)
        try await world.serve(rounds: 20)
        func all(_ name: String) throws -> (rows: [ExportPage.Row], erased: [ExportPage.ErasedRun]) {
            let desk = Desk(world.setup)
            let operatorProof = Identity.token("token-operator")
            var request = ExportRequest(run: name)
            var all: (rows: [ExportPage.Row], erased: [ExportPage.ErasedRun]) = ([], [])
            repeat {
                let page = try desk.export(request, as: operatorProof)
                all.rows += page.rows
                all.erased += page.erased ?? []
                request.after = page.next
            } while request.after != nil
            return all
        }
        #expect(try all("weekly").rows.map(\.run) == people.map { _ in first.name } + people.map { _ in second.name })
        #expect(try all(second.name).rows.map(\.openID) == people && all(second.name).rows.allSatisfy { $0.run == nil })
        let later = world.now + .days(180) - .hours(1)
        try prune(world, at: later)
        let kept = try all("weekly")
        #expect(kept.rows.allSatisfy { $0.run == second.name } && kept.rows.count == 12)
        #expect(kept.erased == [.init(run: first.name, at: later.iso8601)])
        #expect(try all(first.name).erased.count == 1 && all(first.name).rows.isEmpty)
    }
}
