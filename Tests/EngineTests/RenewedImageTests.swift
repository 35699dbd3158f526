import Answers
import CampaignModel
import Channels
import Ports
import SendingRules
import Testing
import Wire

@testable import Engine

@Suite("Images and templates that the platform does not take")
struct RenewedImageTests {
    private static let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]
    private static let image = [MessageTemplate.image(file: "poster.png", digest: "d1")]

    private func imageWorld() async throws -> (EngineWorld, RunRecord, ImageKeeper, HandMailbox) {
        let world = try await EngineWorld()
        try world.ledger.keepImage(digest: "d1", content: Self.png, at: world.now, term: world.setup.term)
        let run = try world.approve(world.admit(world.campaign("sale", messages: Self.image), ["a", "b"]).run)
        let box = HandMailbox()
        return (world, run, ImageKeeper(world.setup, mailbox: box), box)
    }

    @Test(
        "a refused upload waits longer each time, whoever rings meanwhile, and the run says what it waits for",
        arguments: [ExchangeResult.refused(28_001_005), .lost(.connectionLost), .json("", status: 502)])
    func refusedUpload(_ result: ExchangeResult) async throws {
        let (world, run, keeper, box) = try await imageWorld()
        var asked = 0
        for _ in 0..<600 {
            world.setup.bells.images.ring()
            _ = try await keeper.step(at: world.now)
            asked += box.answerAll(result)
            world.clock.pass(.seconds(1))
        }
        // At 0, 10, 30, 70, 150 and 310 seconds.
        #expect(asked == 6)
        let why = try #require(try DeskReading(world.setup).report(run: run.name).summary.why)
        #expect(why.reason == "image_not_uploaded" && why.sentence.contains("poster.png") && why.until != nil)
        _ = try await keeper.step(at: world.now)
        #expect(try await keeper.step(at: world.now).map { $0 > world.now } == true)
    }

    private func follow(_ world: EngineWorld, _ people: [String]) throws {
        try world.authorize(people)
        _ = try world.ledger.learn(
            PeopleDemand(
                now: world.now, term: world.setup.term, account: world.account().id,
                people: people.map {
                    var known = PeopleDemand.Known(openID: $0)
                    known.mutualFollow = true
                    return known
                }, person: "operator"))
    }

    @Test("an image that the platform has forgotten is uploaded again, and nobody is spent on finding out")
    func forgotten() async throws {
        let (world, run, keeper, box) = try await imageWorld()
        func upload(_ id: String) async throws {
            _ = try await keeper.step(at: world.now)
            box.answerAll(.json(#"{"err_no":0,"data":{"image_id":"\#(id)"}}"#))
            _ = try await keeper.step(at: world.now)
        }
        try await upload("m1")
        _ = try await Planner(world.setup).step(at: world.now)
        world.clock.pass(.hours(2))
        try await world.grantTokens("later")
        try follow(world, ["a", "b"])
        world.setup.bells.dispatcher.ring()
        try await world.serve(.refused(28_001_007), rounds: 1)
        #expect(try world.reread(run).state == .running)
        #expect(try world.sum(run).waiting == [.imageNotUploaded: 2] && world.sum(run).rejected == 0)
        #expect(try world.ledger.image(digest: "d1", app: world.account().app) == nil)
        try await upload("m2")
        world.clock.pass(.seconds(2))
        try await world.step()
        #expect(world.sends.waiting.allSatisfy { $0.request.text.contains("m2") } && world.sends.waiting.count == 2)
        world.sends.answerAll(.accepted)
        try await world.step()
        #expect(try world.sum(run).accepted == 2)
        try world.check()
    }

    @Test("content that is refused with a fresh image pauses the run, which says so with reason and code")
    func contentRefused() async throws {
        let (world, run, keeper, box) = try await imageWorld()
        _ = try await keeper.step(at: world.now)
        box.answerAll(.json(#"{"err_no":0,"data":{"image_id":"m1"}}"#))
        _ = try await keeper.step(at: world.now)
        _ = try await Planner(world.setup).step(at: world.now)
        try follow(world, ["a", "b"])
        world.setup.bells.dispatcher.ring()
        try await world.serve(.refused(28_001_038), rounds: 1)
        #expect(try world.reread(run).state == .paused)
        let desk = DeskReading(world.setup)
        let why = try #require(try desk.report(run: run.name).summary.why)
        #expect(why.reason == "platform_content_refused" && why.sentence.contains("2 people"))
        let told = try desk.explain(ExplainQuestion(run: run.name, openID: "a", language: .en))
        #expect(told.answer.contains("platform_content_refused 28001038"))
        #expect(told.answer.contains("The platform refused the content"))
    }

    @Test("a template that is recorded as refused stops a run that sends, at the gate")
    func templateRefused() async throws {
        let world = try await EngineWorld()
        let card = [MessageTemplate.appletCard(template: "card-001", path: "a", query: [])]
        let run = try world.run("sale", ["a", "b"], messages: card)
        func record(_ approved: Bool) throws {
            _ = try world.ledger.tend(
                AccountDemand(
                    now: world.now, term: world.setup.term, account: world.account().id,
                    act: .template(id: "card-001", approved: approved), note: "", person: "operator")
            ) { _ in false }
            world.setup.bells.dispatcher.ring()
        }
        try record(false)
        try await world.serve()
        #expect(world.sends.leftTotal == 0)
        let why = try #require(try DeskReading(world.setup).report(run: run.name).summary.why)
        #expect(why.reason == "template_not_approved" && why.sentence.contains("card-001"))
        try record(true)
        try await world.serve()
        #expect(try world.sum(run).accepted == 2)
    }

    @Test("questions about consent that fail wait and grow, though their own answers ring")
    func consentQuestions() async throws {
        let world = try await EngineWorld()
        _ = try world.admit(world.campaign("sale"), ["a"])
        let run = try world.approve(#require(try world.ledger.runs(includingEnded: false).first))
        _ = try await Planner(world.setup).step(at: world.now)
        let box = HandMailbox()
        let keeper = ConsentKeeper(world.setup, mailbox: box)
        // The walk fails as well: then people are asked about one by one.
        _ = try await keeper.step(at: world.now)
        box.answerAll(.lost(.timedOut))
        _ = try await keeper.step(at: world.now)
        try await world.serve()
        #expect(try world.sum(run).waiting == [.consentCheck: 1])
        var asked = 0
        for _ in 0..<50 {
            _ = try await keeper.step(at: world.now)
            asked += box.answer { $0.request.url.contains("status") ? .lost(.connectionLost) : nil }
            world.clock.pass(.seconds(1))
        }
        // At 0, 5, 15 and 35 seconds.
        #expect(asked == 4)
    }
}
