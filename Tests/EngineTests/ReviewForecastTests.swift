import Answers
import CampaignFiles
import CampaignModel
import Ports
import Testing

@testable import Engine

@Suite("What a reviewer decides by")
struct ReviewForecastTests {
    private func drop(_ world: EngineWorld, _ yaml: String, _ list: String) async throws -> RunRecord {
        world.tray.drop("sale.yaml", yaml)
        world.tray.drop("vip.csv", list)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        let reviewer = Reviewer(world.setup)
        for _ in 0..<20 where try await reviewer.step(at: world.now) != nil {}
        let keeper = ForecastKeeper(world.setup)
        for _ in 0..<200 where try await keeper.step(at: world.now) != nil {}
        return try #require(try world.ledger.runs(includingEnded: true).last)
    }

    private func report(_ world: EngineWorld) async throws -> String {
        world.clock.pass(.seconds(3))
        _ = try await Reporter(world.setup, tray: world.tray).step(at: world.now)
        return world.tray.text("sale.report.txt") ?? ""
    }

    private func refusal(_ world: EngineWorld, _ run: RunRecord) -> String {
        do {
            _ = try Desk(world.setup).act(ActRequest(act: .approve, run: run.name), as: .token("token-review"))
            return "approved"
        } catch let refusal as DeskRefusal { return refusal.code } catch { return "\(error)" }
    }

    @Test("the report before approval holds the forecast: who would get it, who would be left out, and why")
    func waterfall() async throws {
        let world = try await EngineWorld()
        try world.authorize(["p0"])
        try walked(world)
        let run = try await drop(world, IntakeTests.yaml(), "open_id,nickname\np0,Ann\np1,Bo\np1,Bo again\n\u{0},x\n")
        let text = try await report(world)
        #expect(text.contains("bad 1 + duplicate 1 + excluded 0"), "\(text)")
        #expect(
            text.contains("audience 2 = holdout 0 + will be sent 1 + left out 1") && text.contains("[not_authorized]"))
        #expect(refusal(world, run) == "approved")
        #expect(try await report(world).contains("will be sent") == false)
    }

    private func walked(_ world: EngineWorld) throws {
        try world.ledger.finishWalk(
            account: world.account().id, started: world.now, at: world.now, term: world.setup.term)
    }

    @Test("the report that was written before the forecast was made gets it without any change of the run")
    func written() async throws {
        let world = try await EngineWorld()
        let people = EngineWorld.people(0..<4)
        try world.authorize(people)
        _ = try world.admit(world.campaign("sale"), people)
        let reporter = Reporter(world.setup, tray: world.tray)
        _ = try await reporter.step(at: world.now)
        #expect(world.tray.text("sale.report.txt")?.contains("will be sent") == false)
        let keeper = ForecastKeeper(world.setup)
        for _ in 0..<200 where try await keeper.step(at: world.now) != nil {}
        world.clock.pass(.seconds(3))
        _ = try await reporter.step(at: world.now)
        #expect(world.tray.text("sale.report.txt")?.contains("will be sent 4") == true)
    }

    @Test("before its users were read nobody is called unauthorised, and once they are the forecast is made again")
    func unread() async throws {
        let world = try await EngineWorld()
        let run = try await drop(world, IntakeTests.yaml(), "open_id,nickname\np0,Ann\np1,Bo\n")
        let text = try await report(world)
        #expect(text.contains("[consent_check]") && text.contains("authorisations of 2 people have not been read"))
        #expect(!text.contains("[not_authorized]") && !text.contains("Nobody to write to"), "\(text)")
        try world.authorize(["p0"])
        try walked(world)
        let keeper = ForecastKeeper(world.setup)
        for _ in 0..<200 where try await keeper.step(at: world.now) != nil {}
        let again = try await report(world)
        #expect(again.contains("will be sent 1 + left out 1") && again.contains("[not_authorized]"), "\(again)")
        let made = try #require(world.setup.foretold.forecast(of: run.id)?.at)
        for _ in 0..<5 { _ = try await keeper.step(at: world.now) }
        #expect(world.setup.foretold.forecast(of: run.id)?.at == made, "not without end")
    }

    @Test("each run in review is foretold as if it alone were approved")
    func alone() async throws {
        let world = try await EngineWorld()
        let people = EngineWorld.people(0..<4)
        try world.authorize(people)
        let runs = try ["one", "two"].map { try world.admit(world.campaign($0), people).run }
        let keeper = ForecastKeeper(world.setup)
        for _ in 0..<200 where try await keeper.step(at: world.now) != nil {}
        for run in runs { #expect(world.setup.foretold.forecast(of: run.id)?.sentTotal == 4) }
    }

    @Test("a set whose people are all left out for good cannot be approved, and says why")
    func nobody() async throws {
        let world = try await EngineWorld()
        try world.authorize(["p0", "p1"])
        let yaml = IntakeTests.yaml(text: "hi {{nickname}}", more: "fields:\n  nickname: {}")
        let run = try await drop(world, yaml, "open_id,nickname\np0,\np1,\n")
        #expect(refusal(world, run) == "reaches_nobody")
        #expect(try world.reread(run).state == .inReview)
    }

    @Test("people whom the platform was not asked about yet may still be approved")
    func unasked() async throws {
        let world = try await EngineWorld()
        let run = try world.admit(world.campaign("sale"), ["x", "y"]).run
        #expect(refusal(world, run) == "approved")
    }

    @Test(
        "a set that reaches nobody by its own conditions, or names telephone numbers only, is refused by the machine",
        arguments: [
            ("  where: {nickname: [Zoe]}\n", "open_id,nickname\np0,Ann\n", "[nobody]"),
            ("", "open_id,nickname\n13800000001,Ann\n8613900000002,Bo\n+8615000000003,Cy\n", "[phone_numbers]"),
        ])
    func refused(_ line: String, _ list: String, _ code: String) async throws {
        let world = try await EngineWorld()
        let yaml = IntakeTests.yaml().replacing("  files: [vip.csv]\n", with: "  files: [vip.csv]\n" + line)
        let run = try await drop(world, yaml, list)
        #expect(run.state == .rejected)
        #expect(try await report(world).contains(code))
    }

    @Test("a few telephone numbers ask for a second person")
    func phones() async throws {
        let world = try await EngineWorld()
        let run = try world.admit(world.campaign("sale"), ["13800000001", "p1", "12800000001", "138000000012"]).run
        let review = try Reviewer.review(of: run.revision, world.setup, at: world.now)
        #expect(review.approvalsNeeded == 2)
        #expect(review.findings.first { $0.code == .phoneNumbers }?.count == 1)
    }

    @Test("under `max` the review counts whom the plan takes, the holdout among them", arguments: [1, 50, 100, 250])
    func limit(_ most: Int) async throws {
        let world = try await EngineWorld()
        let people = EngineWorld.people(0..<200)
        try world.authorize(people)
        var campaign = world.campaign(
            "sale", audience: AudienceRequest(source: .files, files: ["a.csv"], max: most, order: .shuffled))
        campaign.holdout = Share(tenThousandths: 1300)
        let run = try world.admit(campaign, people).run
        let review = try Reviewer.review(of: run.revision, world.setup, at: world.now)
        var asked = ForecastWorld(
            world.ledger, limits: world.setup.limits, doubt: world.clock.doubt, from: world.now,
            pace: { name in world.setup.account(named: name)!.pace })
        try asked.add(run)
        let forecast = try #require(try asked.forecast().first)
        #expect(review.people + review.held == min(most, 200))
        #expect(review.held == forecast.holdout && review.people == forecast.audience - forecast.holdout)
    }
}
