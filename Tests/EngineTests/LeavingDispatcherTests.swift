import CampaignModel
import Channels
import Ports
import SendingRules
import Synchronization
import Testing
import Wire

@testable import Engine

@Suite("What leaves is what was promised")
struct LeavingDispatcherTests {
    private func messagesToday(_ world: EngineWorld, _ account: String = "flagship") throws -> Int {
        try world.ledger.laneFacts(world.account(account).id, at: world.now).messages
    }

    /// Wall seconds in a real one, and how long a started contact may take to leave by the wall.
    static let speeds: [(speed: Double, limit: Duration)] = [
        (1, .seconds(10)), (60, .minutes(10)), (0.5, .seconds(10)),
    ]

    @Test("a contact has ten real seconds to leave, however fast the wall runs", arguments: speeds)
    func deadline(_ speed: Double, _ limit: Duration) async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        world.clock.wind(speed)
        try await world.step()
        #expect(try world.place(run, "a").attempts.map(\.deadline) == [world.now + limit])
        // The real ten seconds are over, and the wall stands where it stood.
        world.clock.passReal(.seconds(10))
        #expect(world.sends.waiting.first?.lastLook?() == nil)
        world.clock.passReal(.milliseconds(1))
        #expect(world.sends.waiting.first?.lastLook?() == .deadlinePassed)
    }

    @Test("each account writes in its own name, and waits for a reply as long as the limit says")
    func ownName() async throws {
        var limits = RuleLimits()
        limits.requestTimeout = .seconds(3)
        let world = try await EngineWorld(limits: limits)
        try world.run("ours", ["a"])
        try world.run("theirs", ["b"], account: "outlet")
        try await world.step()
        let sent = world.sends.waiting.sorted { $0.request.recipient < $1.request.recipient }
        #expect(sent.map(\.request.recipient) == ["a", "b"])
        #expect(sent.map { $0.request.url.hasSuffix("/im/send/msg/?open_id=_flagship") } == [true, false])
        #expect(sent.map { $0.request.url.hasSuffix("/im/send/msg/?open_id=_outlet") } == [false, true])
        #expect(sent.allSatisfy { $0.timeout == .seconds(3) && $0.responseBytesMax == 65_536 })
        #expect(sent.allSatisfy { $0.request.text.contains("hello") })
        #expect(Set(sent.map(\.id)).count == 2)
    }

    private func campaign(_ world: EngineWorld, _ arms: [(weight: Int, messages: [MessageTemplate])]) -> Campaign {
        var campaign = world.campaign("sale")
        campaign.variants = arms.enumerated().map { index, arm in
            Variant(
                name: "v\(index)", weight: Share(tenThousandths: arm.weight), messages: arm.messages,
                fallback: index == 0 && arms.count > 1 ? "v1" : nil)
        }
        return campaign
    }

    @Test("each variant takes as many messages of the day as it has")
    func countsOfVariants() async throws {
        let world = try await EngineWorld()
        let people = EngineWorld.people(0..<40)
        try world.authorize(people)
        let three = [MessageTemplate.text("1"), .text("2"), .text("3")]
        let run = try world.approve(
            world.admit(campaign(world, [(5000, [.text("one")]), (5000, three)]), people).run)
        _ = try await Planner(world.setup).step(at: world.now)
        let long = try world.planned(run).filter { $0.variant == 1 }.count
        #expect(long > 5 && long < 35)
        try await world.serve()
        #expect(try world.sum(run).accepted == 40)
        #expect(try messagesToday(world) == 40 + 2 * long)
        try world.check()
    }

    @Test("whoever may not get the image gets the fallback, and takes what the fallback has")
    func countsOfFallback() async throws {
        let world = try await EngineWorld()
        try world.authorize(["stranger", "friend"])
        var friend = PeopleDemand.Known(openID: "friend")
        friend.mutualFollow = true
        _ = try world.ledger.learn(
            PeopleDemand(
                now: world.now, term: world.setup.term, account: world.account().id, people: [friend],
                person: "operator"))
        let picture: [MessageTemplate] = [.image(file: "poster.png", digest: "d1"), .text("1"), .text("2")]
        try world.ledger.rememberImage(
            digest: "d1", app: world.account().app, mediaID: "m1", at: world.now, term: world.setup.term)
        let run = try world.approve(
            world.admit(campaign(world, [(10_000, picture), (0, [.text("words alone")])]), ["stranger", "friend"]).run)
        _ = try await Planner(world.setup).step(at: world.now)
        try await world.step()
        let (stranger, friendly) = (
            try world.place(run, "stranger").attempts[0], try world.place(run, "friend").attempts[0]
        )
        #expect(stranger.variant == 1 && stranger.messages == 1)
        #expect(friendly.variant == 0 && friendly.messages == 3)
        #expect(try messagesToday(world) == 4)
        for exchange in world.sends.waiting {
            #expect(exchange.request.text.contains("m1") == (exchange.request.recipient == "friend"))
            #expect(exchange.request.text.contains("words alone") == (exchange.request.recipient == "stranger"))
        }
    }

    private func shown(_ world: EngineWorld) throws -> Int? {
        let staff = world.account("outlet").id
        return try world.ledger.forecastPerson(
            openID: "a", app: world.account().app, account: world.account().id,
            ForecastLook(now: world.now, countsWeek: false, owners: [staff]))?.prompts[staff]?.today
    }

    @Test("of an account's authorisation cards somebody sees three a day, whoever sends them")
    func cards() async throws {
        var limits = RuleLimits()
        (limits.contactsPerAccountAndDay, limits.contactsPerAppAndDay) = (9, 9)
        let world = try await EngineWorld(limits: limits)
        let card = [MessageTemplate.text("hello"), .authorizationCard(account: "outlet")]
        var runs: [RunRecord] = []
        for number in 1...5 {
            runs.append(try world.run("sale\(number)", ["a"], messages: card))
            try await world.serve()
            #expect(try shown(world) == min(number, 3))
        }
        #expect(try runs.map { try world.sum($0).accepted } == [1, 1, 1, 0, 0])
    }

    @Test("a card that never left was not seen")
    func cardBack() async throws {
        let world = try await EngineWorld()
        try world.run("sale", ["a"], messages: [.text("hello"), .authorizationCard(account: "outlet")])
        try await world.step()
        #expect(try shown(world) == 1)
        world.sends.answerAll(.notLeft(.connectFailed))
        try await world.step()
        #expect(try shown(world) == 0)
    }

    /// Cannot write to one person, as with content that fits no request.
    private struct Choosy: Channel {
        let inner: PrivateMessageChannel
        func request(for contact: RenderedContact, token: AccessToken) throws -> HTTPRequest {
            if contact.recipient == "b" { throw ContactDefect.emptyRecipient }
            return try inner.request(for: contact, token: token)
        }
        func answer(from response: HTTPResponse, recipient: String, messages: Int) -> Answer {
            inner.answer(from: response, recipient: recipient, messages: messages)
        }
    }

    @Test("whoever cannot be written to is left out with a reason at once, takes nothing, and stops nobody else")
    func notRenderable() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b", "c"])
        let channel = Choosy(inner: PrivateMessageChannel(baseURL: world.setup.address))
        let dispatcher = Dispatcher(world.setup, mailbox: world.sends, channel: channel, seed: 1)
        #expect(try await dispatcher.step(at: world.now) == world.now)
        #expect(world.sends.waiting.map(\.request.recipient) == ["a", "c"])
        #expect(await dispatcher.inFlight == 2)
        _ = try await dispatcher.step(at: world.now)
        #expect(try world.sum(run).skipped == [.notRenderable: 1])
        #expect(try messagesToday(world) == 2)
        world.sends.answerAll(.accepted)
        _ = try await dispatcher.step(at: world.now)
        #expect(try world.sum(run).accepted == 2)
        try world.check()
    }

    @Test("the moments between which a process can die come in their order, and retries have one of their own")
    func checkpoints() async throws {
        let world = try await EngineWorld()
        let reached = Mutex<[Checkpoint]>([])
        world.changeSetup { $0.checkpoint = { point in reached.withLock { $0.append(point) } } }
        let dispatcher = Dispatcher(
            world.setup, mailbox: world.sends, channel: PrivateMessageChannel(baseURL: world.setup.address), seed: 1)
        func step() async throws -> [Checkpoint] {
            reached.withLock { $0 = [] }
            _ = try await dispatcher.step(at: world.now)
            return reached.withLock { $0 }
        }
        #expect(try await step() == [])
        try world.run("sale", ["a"])
        #expect(try await step() == [.afterStart, .afterDeparture])
        world.sends.answerAll(.notLeft(.connectFailed))
        #expect(try await step() == [.afterReply, .afterSettle])
        world.clock.pass(.seconds(30))
        #expect(try await step() == [.afterStart, .afterRetryStart, .afterDeparture])
    }

    @Test("an exchange is measured from the hand-over to its end, a transaction from its beginning to its end")
    func meters() async throws {
        let world = try await EngineWorld()
        try world.run("sale", ["a", "b"])
        try await world.step()
        #expect(world.setup.meters.exchanges.reading.count == 0 && world.setup.meters.starts.reading.count == 1)
        world.sends.letGo()
        world.clock.passReal(.milliseconds(200))
        world.sends.answerAll(.accepted)
        try await world.step()
        let exchanges = world.setup.meters.exchanges.reading
        #expect(exchanges.count == 2 && abs(exchanges.seconds - 0.4) < 1e-9)
        #expect(world.setup.meters.starts.reading.count == 2)
    }
}
