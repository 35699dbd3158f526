import Answers
import CampaignModel
import Channels
import Ports
import SendingRules
import Testing

@testable import Engine

@Suite("Accounts at the desk, and what the dispatcher makes of it")
struct AccountDeskTests {
    private static func tend(
        _ world: EngineWorld, _ act: AccountRequest.Act, note: String = "", as token: String = "token-operator",
        _ change: (inout AccountRequest) -> Void = { _ in }
    ) throws -> AccountSheet {
        var request = AccountRequest(account: "flagship", act: act, note: note)
        change(&request)
        return try Desk(world.setup).tend(request, as: .token(token))
    }

    private static func code(_ body: () throws -> AccountSheet) -> String? {
        do { _ = try body() } catch let refusal as DeskRefusal { return refusal.code } catch { return "\(error)" }
        return nil
    }

    @Test("only a proved operator tends accounts")
    func roles() async throws {
        let world = try await EngineWorld()
        #expect(Self.code { try Self.tend(world, .freeze, as: "token-review") } == "not_operator")
        #expect(Self.code { try Self.tend(world, .freeze, as: "token-marketing") } == "not_operator")
        #expect(Self.code { try Self.tend(world, .freeze, as: "wrong") } == "unproved")
        #expect(Self.code { try Self.tend(world, .freeze) } == nil)
    }

    @Test("a frozen account stops what is on its way, starts nothing, and goes on after the appeal")
    func freeze() async throws {
        let world = try await EngineWorld(concurrency: 4)
        let run = try world.run("sale", EngineWorld.people(0..<10))
        try await world.step()
        let sheet = try Self.tend(world, .freeze, note: "restricted in the workbench")
        #expect(sheet.state == "account_frozen" && sheet.history.first?.detail == "restricted in the workbench")
        let departure = Departure(
            run: run.id, account: world.account().id, recipient: RecipientID(rawValue: 1), zone: .shanghai,
            deadline: world.now + .seconds(10), monotonicDeadline: .seconds(100_000))
        #expect(world.setup.board.obstacle(departure) == .stopped)
        try await world.serve()
        // Those who had started did not leave: they wait, and nobody behind them was touched.
        let held = try world.sum(run)
        #expect(held.accepted == 0 && held.waitingTotal == 4 && held.pending == 6)
        #expect(Self.code { try Self.tend(world, .appeal) } == "missing_word")
        let release = ActRequest(act: .release, account: "flagship")
        let refusal = #expect(throws: DeskRefusal.self) {
            try Desk(world.setup).act(release, as: .token("token-operator"))
        }
        #expect(refusal?.code == "account_frozen")
        world.clock.pass(.hours(3))
        #expect(try Self.tend(world, .appeal, note: "granted").state == "open")
        #expect(world.setup.board.obstacle(departure) != .stopped)
        try await world.serve()
        #expect(try world.sum(run).accepted == 10)
        try world.check()
    }

    @Test("a ban outlives appeal, release and restart")
    func ban() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", EngineWorld.people(0..<3))
        #expect(try Self.tend(world, .ban).state == "account_banned")
        #expect(Self.code { try Self.tend(world, .appeal, note: "please") } == "account_banned")
        #expect(throws: DeskRefusal.self) {
            try Desk(world.setup).act(ActRequest(act: .release, account: "flagship"), as: .token("token-operator"))
        }
        try await world.crashAndRestart()
        try await world.serve()
        #expect(try world.sum(run).pending == 3)
        #expect(try DeskReading(world.setup).account("flagship").bannedSince != nil)
    }

    @Test("a low score holds every account of the app until a higher one is recorded")
    func credit() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", EngineWorld.people(0..<3), account: "outlet")
        #expect(try Self.tend(world, .credit) { $0.score = 79 }.state == "credit_score")
        try await world.serve()
        #expect(try world.sum(run).pending == 3)
        _ = try Self.tend(world, .credit) { $0.score = 80 }
        try await world.serve()
        #expect(try world.sum(run).accepted == 3)
        #expect(Self.code { try Self.tend(world, .credit) { $0.score = 101 } } == "bad_credit")
    }

    @Test("beyond fifty messages in an hour a lane goes on at one a second, over a restart too")
    func slowed() async throws {
        var limits = RuleLimits()
        limits.riskMessagesPerHour = 50
        let world = try await EngineWorld(concurrency: 200, limits: limits)
        let run = try world.run("sale", EngineWorld.people(0..<80))
        try await world.serve()
        #expect(try world.sum(run).accepted == 50)
        try await world.crashAndRestart()
        for second in 1...20 {
            world.clock.pass(.seconds(1))
            try await world.serve()
            #expect(try world.sum(run).accepted == 50 + second)
        }
        world.clock.pass(.minutes(61))
        try await world.serve()
        #expect(try world.sum(run).accepted == 80)
        #expect(try DeskReading(world.setup).account("flagship").hourlyLimit == 50)
    }

    @Test("a wall that is set by hand holds marketing until somebody says go")
    func clock() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", EngineWorld.people(0..<3))
        var setup = world.setup
        setup.watch = ClockWatch(clock: world.clock, watches: true)
        let dispatcher = Dispatcher(
            setup, mailbox: world.sends, channel: PrivateMessageChannel(baseURL: setup.address), seed: 9)
        // Nobody on this machine steers the wall: somebody vouches for it first.
        #expect(setup.watch.look() == .untold)
        setup.watch.believe()
        #expect(setup.watch.look() == nil)
        world.clock.set(world.now + .hours(2))
        _ = try await dispatcher.step(at: world.now)
        #expect(try world.sum(run).pending == 3)
        let reading = DeskReading(setup)
        #expect(try reading.account("flagship").state == "clock_untrusted")
        _ = try Desk(setup).act(ActRequest(act: .go), as: .token("token-operator"))
        _ = try await dispatcher.step(at: world.now)
        #expect(try world.sum(run).open == 3)
    }

    @Test(
        "what operators write of people is read strictly",
        arguments: [
            ("22:30-07:00", nil), ("00:00-23:59", nil), ("none", nil), ("22:30", "bad_value"),
            ("24:00-07:00", "bad_value"),
            ("07:00-07:00", "bad_value"), ("7-8", "bad_value"), ("22:60-07:00", "bad_value"),
            ("-1:00-07:00", "bad_value"),
        ] as [(String, String?)])
    func hours(dnd: String, code: String?) {
        var row = PeopleDemand.Row(openID: "p1")
        row.dnd = dnd
        do {
            let known = try PeopleReader.known(row, today: PlatformDay(number: 1))
            #expect(code == nil && (known.quiet != nil))
        } catch let refusal as DeskRefusal { #expect(refusal.code == code) } catch { Issue.record(error) }
    }

    @Test("an imported do-not-disturb window defers that person, and explain says until when")
    func deferred() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["p1", "p2"])
        var row = PeopleDemand.Row(openID: "p1")
        row.dnd = "09:00-12:30"
        let receipt = try Desk(world.setup).learn(
            PeopleRequest(account: "flagship", rows: [row]), as: .token("token-operator"))
        #expect(receipt.rows == 1 && receipt.changed == 1)
        try await world.serve()
        #expect(try world.sum(run).accepted == 1)
        let explanation = try DeskReading(world.setup).explain(
            ExplainQuestion(run: run.name, openID: "p1", language: .zh))
        let line = explanation.rules.first { $0.rule == "recipient_dnd" }
        #expect(line?.allows == false && line?.limit == "09:00–12:30")
        #expect(explanation.nextAllowed == Moment(iso8601: "2026-11-20T12:30:00+08:00")?.iso8601)
        world.clock.pass(.hours(3))
        try await world.serve()
        #expect(try world.sum(run).accepted == 2)
    }
}
