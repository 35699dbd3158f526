import Answers
import CampaignFiles
import CampaignModel
import Channels
import Ports
import SendingRules
import Testing

@testable import Engine

@Suite("What holds a run or a file is held for groups, for slow answers and for pictures too")
struct StandingToldTests {
    @Test("an account that writes to groups alone pauses half an hour, and an hour at the next refusal for risk")
    func groups() async throws {
        let world = try await EngineWorld()
        let yaml = IntakeTests.yaml(files: "groups.csv").replacing(
            "account: flagship\n", with: "account: flagship\nchannel: group-message\n"
        ).replacing("      - applet_card: {template: card-001, path: pages/sale/index}\n", with: "").replacing(
            "2026-11-20 20:00", with: "2026-11-20 10:00")
        world.tray.drop("sale.yaml", yaml)
        world.tray.drop("groups.csv", "group_id,kind\ng1,live\ng2,live\ng3,live\n")
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        let run = try #require(
            try world.ledger.runs(includingEnded: true).first, "\(world.tray.text("sale.report.txt") ?? "")")
        _ = try Desk(world.setup).act(ActRequest(act: .approve, run: run.name), as: .token("token-review"))
        _ = try await Planner(world.setup).step(at: world.now)
        let dispatcher = Dispatcher(
            world.setup, mailbox: world.sends, channel: AllChannels(baseURL: world.setup.address), seed: 1)
        func refused() async throws -> LaneHold? {
            world.setup.bells.dispatcher.ring()
            _ = try await dispatcher.step(at: world.now)
            #expect(world.sends.answerAll(.refused(28_001_052)) > 0)
            _ = try await dispatcher.step(at: world.now)
            return try world.ledger.laneFacts(world.account().id, at: world.now).hold
        }
        let first = world.now
        #expect(try await refused() == LaneHold(reason: .platformRisk, until: first + .minutes(30)))
        world.clock.set(first + .minutes(40))
        #expect(try await refused()?.until == world.now + .hours(1))
    }

    @Test("a consent walk that took an hour does not make the start a missed one")
    func walkLate() async throws {
        let world = try await EngineWorld()
        let start = world.now + .hours(1)
        let run = try world.admit(
            world.campaign(
                "all", schedule: Schedule(start: start), audience: AudienceRequest(source: .authorized)), []
        ).run
        try world.approve(run)
        let planner = Planner(world.setup)
        world.clock.set(start)
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == .scheduled)
        world.clock.set(start + .hours(1))
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == .scheduled)
        try world.authorize(["a", "b"])
        try world.ledger.finishWalk(
            account: world.account().id, started: world.now, at: world.now, term: world.setup.term)
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == .running && world.sum(run).pending == 2)
    }

    @Test("a token that came an hour late costs nobody of the run")
    func tokenLate() async throws {
        let world = try await EngineWorld()
        let start = world.now + .hours(1)
        let run = try world.admit(world.campaign("sale", schedule: Schedule(start: start)), ["a", "b"]).run
        try world.approve(run)
        try await world.crashAndRestart(withTokens: false)
        try world.authorize(["a", "b"])
        world.clock.set(start)
        _ = try await Planner(world.setup).step(at: world.now)
        try await world.serve()
        #expect(world.sends.leftTotal == 0)
        world.clock.set(start + .hours(1))
        _ = try await Planner(world.setup).step(at: world.now)
        try await world.grantTokens("late")
        world.setup.bells.dispatcher.ring()
        try await world.serve()
        #expect(try world.sum(run).accepted == 2)
    }

    @Test(
        "a picture that is none, is cut or of another kind never reaches a reviewer: its set is refused with its name",
        arguments: [
            ([UInt8]("hello".utf8), "not_an_image"), ([], "image_empty"), ([UInt8]("GIF89a\u{1}".utf8), "not_an_image"),
            ([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], "image_cut"),
        ])
    func pictures(_ bytes: [UInt8], _ code: String) async throws {
        let world = try await EngineWorld()
        let yaml = IntakeTests.yaml().replacing("- text: \"hello\"", with: "- image: poster.png")
        world.tray.drop("sale.yaml", yaml)
        world.tray.drop("vip.csv", IntakeTests.list)
        world.tray.drop("poster.png", bytes)
        _ = try await Intake(world.setup, tray: world.tray).step(at: world.now)
        #expect(try world.ledger.runs(includingEnded: true).isEmpty)
        let report = try #require(world.tray.text("sale.report.txt"))
        #expect(report.contains("[\(code)]") && report.contains("poster.png"), "\(report)")
        #expect(world.tray.names.contains("poster.png"))
    }
}
