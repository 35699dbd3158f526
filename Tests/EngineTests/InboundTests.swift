import Answers
import CampaignModel
import Channels
import Foundation
import Ports
import Testing
import Words

@testable import Engine

@Suite("What comes in from the platform")
struct InboundTests {
    /// Signed as the platform signs.
    private func post(_ world: EngineWorld, _ body: String) throws -> CallbackReceipt {
        let bytes = Array(body.utf8)
        return try EventDoor(world.setup).receive(
            bytes, signature: CallbackSignature.of(bytes, secret: Secret(bytes: [2])))
    }

    private func event(_ name: String, from: String?, to: String? = "_flagship", _ content: String) -> String {
        let parts = [("from_user_id", from), ("to_user_id", to)].compactMap { key, value in
            value.map { "\"\(key)\":\"\($0)\"," }
        }
        return #"{"event":"\#(name)","client_key":"ck",\#(parts.joined())"content":\#(content)}"#
    }

    private func optOut(_ person: String?, _ rest: String = "", text: String = "退订") -> String {
        event("im_receive_msg", from: person, #"{"message_type":"text","text":"\#(text)"\#(rest)}"#)
    }

    private func work(_ world: EngineWorld) async throws {
        _ = try await EvidenceKeeper(world.setup).step(at: world.now)
    }

    // MARK: - One bad arrival

    static let nobody: [(name: String, from: String?, to: String?, content: String)] = [
        ("im_receive_msg", nil, "_flagship", #"{"text":"hi","server_message_id":"@1","create_time":1795140000}"#),
        ("im_receive_msg", "", "_flagship", #"{"text":"退订","server_message_id":"@1","create_time":1795140000}"#),
        (
            "im_receive_msg", String(repeating: "x", count: 129), "_flagship",
            #"{"text":"退订","server_message_id":"@1","create_time":1795140000}"#
        ),
        ("im_receive_msg", "a b", "_flagship", #"{"text":"退订","server_message_id":"@1","create_time":1795140000}"#),
        ("im_send_msg", "_flagship", "", #"{"server_message_id":"@1","create_time":1795140000}"#),
        ("im_authorize", "", "_flagship", #"{"auth_status":1,"update_time":1795140000}"#),
        ("im_authorize", "x", "_flagship", #"{"auth_status":9,"update_time":1795140000}"#),
        ("im_enter_direct_msg", "", "_flagship", #"{"server_message_id":"@1","create_time":1795140000}"#),
    ]

    @Test("one signed callback without a usable person holds nobody, is counted and told", arguments: 0..<nobody.count)
    func noPerson(_ index: Int) async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"])
        let bad = Self.nobody[index]
        #expect(try post(world, event(bad.name, from: bad.from, to: bad.to, bad.content)) == .taken)
        #expect(try post(world, optOut("a")) == .taken)
        try await work(world)
        #expect(try world.place(run, "a").facts.person.isDenied)
        #expect(try world.ledger.arrivalsStanding() == ArrivalsStanding(setAside: 1))
        let line = try #require(try DeskReading(world.setup).status().inbound)
        #expect(line.sentences == [Catalogue.Inbound.setAside(1)])
        try world.check()
    }

    @Test("callbacks that nobody works on are told with their age")
    func waiting() async throws {
        let world = try await EngineWorld()
        _ = try post(world, optOut("a"))
        #expect(try DeskReading(world.setup).status().inbound?.sentences == [])
        world.clock.pass(.minutes(3))
        let line = try #require(try DeskReading(world.setup).status().inbound)
        #expect(line.waiting == 1 && line.oldestSeconds == 180)
        #expect(line.sentences == [Catalogue.Inbound.waiting(1, since: "2026-11-20 10:00")])
    }

    @Test("monitors are told what waits, what was set aside, what came in, what was turned away")
    func figures() async throws {
        let world = try await EngineWorld()
        func value(_ name: String, _ label: (String, String)? = nil) throws -> Double? {
            let family = try Desk(world.setup).figures().first { $0.name == name }
            return family?.samples.first { sample in
                label.map { label in sample.labels.contains { $0 == label } } ?? true
            }?.value
        }
        #expect(try value("curfew_webhook_backlog") == 0 && value("curfew_webhook_backlog_oldest_seconds") == 0)
        _ = try post(world, optOut("a"))
        _ = try post(world, event("im_receive_msg", from: "", #"{"text":"hi"}"#))
        world.clock.pass(.minutes(3))
        #expect(try value("curfew_webhook_backlog") == 2 && value("curfew_webhook_backlog_oldest_seconds") == 180)
        #expect(try value("curfew_webhook_set_aside") == 0)
        try await work(world)
        #expect(try value("curfew_webhook_backlog") == 0 && value("curfew_webhook_backlog_oldest_seconds") == 0)
        #expect(try value("curfew_webhook_set_aside") == 1)
        #expect(try value("curfew_webhook_events_total", ("event", "opted_out")) == 1)
        #expect(try value("curfew_webhook_events_total", ("result", "set_aside")) == 1)
        #expect(try value("curfew_webhook_last_seconds") == Double(EngineWorld.morning.milliseconds / 1000))
        for why in [TurnedAway.unsigned, .malformed, .malformed] { EventDoor(world.setup).turnedAway(why) }
        #expect(try value("curfew_webhook_turned_away_total", ("why", "unsigned")) == 1)
        #expect(try value("curfew_webhook_turned_away_total", ("why", "malformed")) == 2)
        #expect(try value("curfew_webhook_turned_away_total", ("why", "busy")) == nil)
    }

    // MARK: - Any form

    @Test(
        "a signed opt-out needs sender, account and text only",
        arguments: [
            "", #","create_time":null"#, #","create_time":"2026-11-20T10:00:00+08:00","server_message_id":"@1""#,
            #","create_time":1795140000000,"server_message_id":null"#,
            #","create_time":1795140000000,"server_message_id":17012345678901234567"#,
            #","create_time":{},"server_message_id":[]"#, #","create_time":-5"#, #","create_time":"soon""#,
            #","create_time":4102444800"#, #","text":"twice""#,
        ])
    func anyForm(_ rest: String) async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"])
        for _ in 0..<2 {
            #expect(try post(world, optOut("a", rest)) == .taken)
            try await work(world)
        }
        #expect(try world.place(run, "a").facts.person.isDenied)
        let events = try world.ledger.events(EventQuestion(kinds: [.optedOut]))
        #expect(events.count == 1 && events[0].at <= world.now)
    }

    @Test("where the app has one account, that is the one that is meant")
    func onlyAccount() async throws {
        let world = try await EngineWorld()
        world.changeSetup { $0.accounts = $0.accounts.filter { $0.record.name == "flagship" } }
        let run = try world.run("sale", ["a"])
        let body = event("im_receive_msg", from: "a", to: nil, #"{"text":"退订"}"#)
        #expect(try post(world, body) == .taken)
        try await work(world)
        #expect(try world.place(run, "a").facts.person.isDenied)
        let line = EventLine(line: 1, openID: "a", kind: .answered, at: world.now)
        guard
            case .success(.event(let word)) = EvidenceReader(setup: world.setup).word(
                of: line, source: .file, at: world.now)
        else {
            Issue.record("the line is refused")
            return
        }
        #expect(word.account == world.account().id)
    }

    @Test(
        "a signed event of any name and content is taken",
        arguments: [
            #""plain words""#, "[1]", "5", "null", "true", "{}", #""{""#, #"{"a":1,"a":2}"#,
        ])
    func anyContent(_ content: String) async throws {
        let world = try await EngineWorld()
        #expect(try post(world, #"{"event":"new_thing","client_key":"ck","content":\#(content)}"#) == .taken)
        #expect(try post(world, content) == .taken)
        try await work(world)
        #expect(try world.ledger.arrivalsStanding() == ArrivalsStanding())
    }

    @Test(
        "whatever is signed is kept: what cannot be read is set aside alone, counted, and cut",
        arguments: [
            Array("{} {}".utf8), [0xcd, 0xcb, 0xb6, 0xa9], [0xff, 0xfe, 0x7b, 0, 0x7d, 0],
            [UInt8](repeating: 0x78, count: 100_000),
        ] as [[UInt8]])
    func unreadable(_ body: [UInt8]) async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        let signature = CallbackSignature.of(body, secret: Secret(bytes: [2]))
        #expect(try EventDoor(world.setup).receive(body, signature: signature) == .taken)
        #expect(try post(world, optOut("a")) == .taken)
        #expect(try world.ledger.arrivals(limit: 9).allSatisfy { $0.body.count <= 16 << 10 })
        try await work(world)
        #expect(try world.ledger.arrivalsStanding() == ArrivalsStanding(setAside: 1))
        #expect(try world.place(run, "a").facts.person.isDenied)
    }

    @Test("a stop counts wherever in the message it stands", arguments: 0..<4)
    func anyPlace(_ index: Int) async throws {
        let long = String(repeating: "好的，谢谢。", count: 200)
        let content = [
            #"{"text":"\#(long)退订"}"#, #"{"text":"","content":{"text":"退订"}}"#,
            #"{"text":"好","content":"退订"}"#, #""\#(long)退订""#,
        ][index]
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"])
        #expect(try post(world, event("im_receive_msg", from: "a", content)) == .taken)
        try await work(world)
        #expect(try world.place(run, "a").facts.person.isDenied)
        #expect(try !world.place(run, "b").facts.person.isDenied)
    }

    @Test("a stop to an account of the app that is not configured is the app's; another reply there is nobody's")
    func elsewhere() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"])
        for to in ["_gone", "_gone"] {
            #expect(try post(world, event("im_receive_msg", from: "a", to: to, #"{"text":"退订"}"#)) == .taken)
        }
        #expect(try post(world, event("im_receive_msg", from: "b", to: "_gone", #"{"text":"好"}"#)) == .taken)
        try await work(world)
        #expect(try world.place(run, "a").facts.person.isDenied)
        #expect(try !world.place(run, "b").facts.person.isDenied)
        #expect(try world.ledger.events(EventQuestion(kinds: [.optedOut])).count == 1)
        #expect(try world.ledger.arrivalsStanding() == ArrivalsStanding())
    }

    @Test("a second word after an hour counts though it says neither when nor which it is")
    func again() async throws {
        let world = try await EngineWorld()
        let taken = event("contract_unauthorize", from: "_flagship", to: nil, "{}")
        let desk = Desk(world.setup)
        for _ in 0..<2 {
            #expect(try post(world, taken) == .taken)
            try await work(world)
            #expect(try world.ledger.accounts()[0].hold?.reason == .accountNotBound)
            _ = try desk.act(ActRequest(act: .release, account: "flagship"), as: .token("token-operator"))
            // A repeat by the platform is the same word still.
            world.clock.pass(.seconds(20))
            #expect(try post(world, taken) == .taken)
            try await work(world)
            #expect(try world.ledger.accounts()[0].hold == nil)
            world.clock.pass(.hours(1))
        }
    }

    @Test("a yes from the future is as old as its arrival: a later no outweighs it")
    func future() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["x"])
        let far = world.now + .days(400)
        func told(_ name: String, _ from: String, _ content: String) async throws {
            #expect(try post(world, event(name, from: from, content)) == .taken)
            try await work(world)
            world.clock.pass(.minutes(1))
        }
        let future = far.milliseconds / 1000
        try await told("im_authorize", "x", #"{"auth_status":1,"update_time":\#(future)}"#)
        #expect(try world.place(run, "x").facts.person.consent?.state == .authorized)
        let seconds = world.now.milliseconds / 1000
        try await told("im_authorize", "x", #"{"auth_status":2,"update_time":\#(seconds)}"#)
        #expect(try world.place(run, "x").facts.person.consent?.state == .withdrawn)
        try await told("contract_authorize", "_flagship", #"{"timestamp":\#(future)}"#)
        try await told("contract_unauthorize", "_flagship", #"{"timestamp":\#(world.now.milliseconds / 1000)}"#)
        #expect(try world.ledger.accounts()[0].hold?.reason == .accountNotBound)
    }

    // MARK: - Orders

    private func trade(_ order: String, fen: Int?, from person: String?, at seconds: Int = 1_795_140_000) -> String {
        let paid = fen.map {
            #"{"action":"pay_success","order":{"order_id":"\#(order)","pay_amount":\#($0),"pay_time":\#(seconds)}}"#
        }
        return event(
            paid == nil ? "life_trade_certificate_notify" : "life_trade_order_notify", from: person, to: nil,
            paid
                ?? #"{"action":"refund_success","msg_time":\#(seconds),"certificate":{"certificate_id":"c1","order_id":"\#(order)"}}"#
        )
    }

    @Test(
        "the platform's word of an order is credited as a partner's is, once by the shop's number, and taken back whole"
    )
    func orders() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        try await world.serve()
        world.clock.pass(.hours(3))
        let paid = Int(world.now.milliseconds / 1000) - 60
        let line = EventLine(
            line: 1, openID: "a", kind: .ordered, at: world.now - .minutes(1), amount: 5300, id: "80001")
        for _ in 0..<2 {
            #expect(try post(world, trade("80001", fen: 5300, from: "a", at: paid)) == .taken)
            try await work(world)
            #expect(try EventDoor(world.setup).take([line], callbacks: [], source: .file).repeated == 1)
            #expect(
                try world.ledger.results(of: run.id)[0]?[.ordered] == ResultCount(people: 1, events: 1, amount: 5300))
        }
        #expect(try post(world, trade("80001", fen: nil, from: "a", at: paid + 30)) == .taken)
        try await work(world)
        #expect(try world.ledger.results(of: run.id)[0]?[.ordered]?.amount == 0)
        try world.check()
    }

    @Test(
        "callbacks of an order come in any order, also to somebody who was never written to", arguments: ["a", "new"])
    func refundFirst(_ person: String) async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a"])
        try await world.serve()
        world.clock.pass(.hours(3))
        let paid = Int(world.now.milliseconds / 1000) - 60
        for body in [
            trade("80001", fen: nil, from: person, at: paid), trade("80001", fen: 5300, from: person, at: paid),
        ] {
            #expect(try post(world, body) == .taken)
            try await work(world)
        }
        let counted = try world.ledger.results(of: run.id)[0]?[.ordered]
        #expect(counted == (person == "a" ? ResultCount(people: 1, events: 1, amount: 0) : nil))
        #expect(try world.ledger.arrivalsStanding() == ArrivalsStanding())
        try world.check()
    }

    @Test("an order of nobody, or of an impossible amount, is set aside alone", arguments: [true, false])
    func badOrder(_ isNobody: Bool) async throws {
        let world = try await EngineWorld()
        #expect(try post(world, trade("80001", fen: isNobody ? 5300 : -1, from: isNobody ? nil : "a")) == .taken)
        #expect(try post(world, optOut("b")) == .taken)
        try await work(world)
        #expect(try world.ledger.arrivalsStanding() == ArrivalsStanding(setAside: 1))
    }

    // MARK: - Lines

    @Test("an opt-out in a file counts with any moment and with none, twice told is once")
    func lines() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b", "c"])
        let lines = [
            EventLine(line: 2, openID: "a", kind: .optedOut, at: nil),
            EventLine(line: 3, openID: "b", kind: .optedOut, at: world.now + .days(300)),
            EventLine(line: 4, openID: "c", kind: .replied, at: nil),
            EventLine(line: 5, openID: "c", kind: .replied, at: world.now + .days(300)),
        ]
        let door = EventDoor(world.setup)
        for turn in 0..<2 {
            let receipt = try door.take(lines, callbacks: [], source: .file)
            #expect(receipt.taken == (turn == 0 ? 2 : 0) && receipt.repeated == (turn == 0 ? 0 : 2))
            #expect(receipt.bad.map(\.line) == [4, 5] && receipt.bad.map(\.reason) == [.badMoment, .inFuture])
            world.clock.pass(.hours(1))
        }
        for person in ["a", "b"] { #expect(try world.place(run, person).facts.person.isDenied) }
    }

    @Test("a line that cannot be kept is named, and the others are taken")
    func badLine() async throws {
        let world = try await EngineWorld()
        let lines = [
            EventLine(line: 2, openID: "a", kind: .optedOut, at: nil),
            EventLine(line: 3, openID: String(repeating: "x", count: 129), kind: .optedOut, at: nil),
            EventLine(line: 4, openID: "b", kind: .optedOut, at: nil),
        ]
        let receipt = try EventDoor(world.setup).take(lines, callbacks: [], source: .file)
        #expect(receipt.taken == 2 && receipt.bad == [BadEventLine(line: 3, reason: .badOpenID)])
    }

    // MARK: - Turned away

    @Test("who is turned away is counted, and told once a minute")
    func turnedAway() {
        let tally = InboundTally()
        #expect(tally.note(.unsigned, at: .seconds(100)) == [.unsigned: 1])
        for second in 101..<160 { #expect(tally.note(.unsigned, at: .seconds(second)) == nil) }
        #expect(tally.note(.malformed, at: .seconds(160)) == [.unsigned: 59, .malformed: 1])
        #expect(tally.counts == [.unsigned: 60, .malformed: 1])
    }
}
