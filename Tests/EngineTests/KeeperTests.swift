import CampaignModel
import Channels
import Ports
import Testing
import Wire

@testable import Engine

@Suite("Keeping the platform's word on consent")
struct ConsentKeeperTests {
    private static func page(_ people: [String], next: String?) -> ExchangeResult {
        let list = people.map { #"{"target_open_id":"\#($0)"}"# }.joined(separator: ",")
        let more = next.map { #","has_more":true,"next_cursor":"\#($0)""# } ?? #","has_more":false"#
        return .json(#"{"err_no":0,"data":{"auth_user_list":[\#(list)]\#(more)}}"#)
    }

    /// A campaign of three people of whom nothing is known yet.
    private func world() async throws -> (EngineWorld, RunRecord, ConsentKeeper, HandMailbox) {
        let world = try await EngineWorld()
        let run = try world.admit(world.campaign("sale"), ["a", "b", "c"]).run
        try world.approve(run)
        _ = try await Planner(world.setup).step(at: world.now)
        let box = HandMailbox()
        return (world, run, ConsentKeeper(world.setup, mailbox: box), box)
    }

    @Test("a walk goes page by page, and whoever it does not name is left out")
    func walk() async throws {
        let (world, run, keeper, box) = try await world()
        _ = try await keeper.step(at: world.now)
        var cursors: [String] = []
        for next in ["10", "20", nil] as [String?] {
            box.answer { exchange in
                cursors.append(exchange.request.text)
                return Self.page(next == nil ? ["c"] : next == "10" ? ["a", "z"] : [], next: next)
            }
            _ = try await keeper.step(at: world.now)
        }
        #expect(cursors.map { $0.contains(#""cursor":"0""#) } == [true, false, false])
        #expect(cursors[1].contains("10") && cursors[2].contains("20"))
        try await world.serve()
        let sum = try world.sum(run)
        #expect(sum.accepted == 2 && sum.skipped == [.notAuthorized: 1])
        // Twice a day, not more.
        world.clock.pass(.hours(11))
        _ = try await keeper.step(at: world.now)
        #expect(box.waiting.isEmpty)
        try world.check()
    }

    @Test("somebody who withdrew between two walks is not written to")
    func withdrawn() async throws {
        let (world, run, keeper, box) = try await world()
        world.clock.set(world.now - .hours(1))
        try world.authorize(["a", "b", "c"])
        world.clock.pass(.hours(1))
        _ = try await keeper.step(at: world.now)
        box.answerAll(Self.page(["a", "c"], next: nil))
        _ = try await keeper.step(at: world.now)
        try await world.serve()
        let sum = try world.sum(run)
        #expect(sum.accepted == 2 && sum.skipped == [.notAuthorized: 1])
    }

    @Test("a walk that breaks off says nothing about those it had not reached")
    func brokenWalk() async throws {
        let (world, run, keeper, box) = try await world()
        _ = try await keeper.step(at: world.now)
        box.answerAll(Self.page(["a"], next: "10"))
        _ = try await keeper.step(at: world.now)
        box.answerAll(.lost(.timedOut))
        _ = try await keeper.step(at: world.now)
        try await world.serve()
        let sum = try world.sum(run)
        #expect(sum.accepted == 1 && sum.waiting == [.consentCheck: 2])
        // The walk begins anew after a minute.
        world.clock.pass(.minutes(1))
        _ = try await keeper.step(at: world.now)
        #expect(box.waiting.contains { $0.request.text.contains(#""cursor":"0""#) })
    }

    @Test("one question a person, and the answer decides")
    func questions() async throws {
        let (world, run, keeper, box) = try await world()
        _ = try await keeper.step(at: world.now)
        box.answerAll(.lost(.timedOut))
        _ = try await keeper.step(at: world.now)
        try await world.serve()
        #expect(try world.sum(run).waiting == [.consentCheck: 3])
        _ = try await keeper.step(at: world.now)
        _ = try await keeper.step(at: world.now)
        #expect(box.waiting.count == 3)
        box.answer { exchange in
            .json(#"{"err_no":0,"data":{"status":\#(exchange.request.text.contains(#""c_open_id":"b""#) ? 2 : 1)}}"#)
        }
        _ = try await keeper.step(at: world.now)
        try await world.serve()
        let sum = try world.sum(run)
        #expect(sum.accepted == 2 && sum.skipped == [.notAuthorized: 1])
        try world.check()
    }

    @Test("a question without an answer loses nobody")
    func lostQuestion() async throws {
        let (world, run, keeper, box) = try await world()
        _ = try await keeper.step(at: world.now)
        box.answerAll(.lost(.timedOut))
        _ = try await keeper.step(at: world.now)
        try await world.serve()
        for _ in 0..<3 {
            _ = try await keeper.step(at: world.now)
            box.answerAll(.lost(.connectionLost))
            _ = try await keeper.step(at: world.now)
            world.clock.pass(.minutes(10))
            try await world.serve()
        }
        #expect(try world.sum(run).waiting == [.consentCheck: 3] && world.sends.leftTotal == 0)
        try world.check()
    }

    @Test("nobody's users are asked for while there is nothing to send")
    func idle() async throws {
        let world = try await EngineWorld()
        let box = HandMailbox()
        let keeper = ConsentKeeper(world.setup, mailbox: box)
        _ = try await keeper.step(at: world.now)
        #expect(box.waiting.isEmpty)
    }
}

@Suite("Keeping tokens")
struct TokenKeeperTests {
    @Test("one question an owner, whoever waits for it, and none while it is good")
    func oneQuestion() async throws {
        let world = try await EngineWorld()
        #expect(try await world.grantTokens("x") == 0)
        // The app and two accounts, before the day of the tokens is over.
        world.clock.pass(.hours(22))
        #expect(try await world.grantTokens("y") == 3)
        #expect(try await world.grantTokens("z") == 0)
    }

    @Test("a lost question is asked again, later and later, and sending waits")
    func lostQuestion() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        world.clock.pass(.days(1))
        try world.authorize(["a"])
        var asked: [Int] = []
        for _ in 0..<12 {
            _ = try await world.tokenKeeper.step(at: world.now)
            asked.append(world.tokens.answerAll(.lost(.timedOut)))
            _ = try await world.tokenKeeper.step(at: world.now)
            world.clock.pass(.seconds(5))
        }
        #expect(asked.first == 3 && asked.reduce(0, +) <= 12)
        try await world.serve()
        #expect(world.sends.leftTotal == 0)
        #expect(try world.place(run, "a").place == .pending)
        world.clock.pass(.minutes(5))
        try await world.grantTokens("late")
        world.setup.bells.dispatcher.ring()
        try await world.serve()
        #expect(try world.sum(run).accepted == 1)
    }
}

@Suite("Keeping images")
struct ImageKeeperTests {
    private static let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]

    @Test("an image is uploaded once per content, after the approval, and again when the upload failed")
    func upload() async throws {
        let world = try await EngineWorld()
        try world.ledger.keepImage(digest: "d1", content: Self.png, at: world.now, term: world.setup.term)
        let image = [MessageTemplate.image(file: "poster.png", digest: "d1")]
        let box = HandMailbox()
        let keeper = ImageKeeper(world.setup, mailbox: box)
        let first = try world.admit(world.campaign("one", messages: image), ["a"]).run
        let second = try world.admit(world.campaign("two", messages: image), ["b"]).run
        _ = try await keeper.step(at: world.now)
        #expect(box.waiting.isEmpty, "what nobody approved is not uploaded")
        for run in [first, second] { try world.approve(run) }
        for _ in 0..<2 { _ = try await keeper.step(at: world.now) }
        #expect(box.waiting.count == 1)
        box.answerAll(.refused(28_001_005))
        _ = try await keeper.step(at: world.now)
        world.clock.pass(.seconds(10))
        _ = try await keeper.step(at: world.now)
        #expect(box.answerAll(.json(#"{"err_no":0,"data":{"image_id":"m1"}}"#)) == 1)
        _ = try await keeper.step(at: world.now)
        #expect(try world.ledger.image(digest: "d1", app: world.account().app) == "m1")
        #expect(box.waiting.isEmpty)
    }
}
