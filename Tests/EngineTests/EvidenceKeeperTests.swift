import Answers
import CampaignModel
import Channels
import Foundation
import Ports
import Testing
import Wire

@testable import Engine

@Suite("The keeper of evidence")
struct EvidenceKeeperTests {
    /// What the platform would post, signed with the app's secret.
    private func callback(
        _ event: String, from: String, to: String, _ content: String, key: String = "ck"
    ) -> (body: [UInt8], signature: String) {
        let body = Array(
            #"{"event":"\#(event)","client_key":"\#(key)","from_user_id":"\#(from)","to_user_id":"\#(to)","content":\#(content)}"#
                .utf8)
        return (body, CallbackSignature.of(body, secret: Secret(bytes: [2])))
    }

    private func message(_ id: String, at: Moment, source: String = "", text: String = "") -> String {
        #"{"server_message_id":"\#(id)","create_time":\#(at.milliseconds),"message_type":"text","source":"\#(source)","text":"\#(text)"}"#
    }

    private func post(_ world: EngineWorld, _ each: (body: [UInt8], signature: String), times: Int = 1) throws {
        let door = EventDoor(world.setup)
        for _ in 0..<times { #expect(try door.receive(each.body, signature: each.signature) == .taken) }
    }

    @Test("a lost reply is unknown until the echo settles it, told a hundred times over")
    func echo() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"])
        try await world.serve(.lost(.timedOut))
        #expect(try world.sum(run).unknown == 2)
        let keeper = EvidenceKeeper(world.setup)
        let echo = callback("im_send_msg", from: "_flagship", to: "a", message("@1", at: world.now, source: "ck"))
        try post(world, echo, times: 100)
        #expect(try world.ledger.arrivalsStanding().waiting == 1)
        _ = try await keeper.step(at: world.now)
        #expect(try world.sum(run).accepted == 1 && world.sum(run).unknown == 1)
        // What staff typed proves nothing about our message.
        try post(world, callback("im_send_msg", from: "_flagship", to: "b", message("@2", at: world.now)))
        _ = try await keeper.step(at: world.now)
        #expect(try world.sum(run).unknown == 1)
        #expect(try world.ledger.events(EventQuestion(kinds: [.answered])).count == 1)
        try world.check()
    }

    @Test("an opt-out by reply counts before the first byte of what is started already")
    func optOut() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"])
        try await world.step()
        try post(
            world, callback("im_receive_msg", from: "a", to: "_flagship", message("@r", at: world.now, text: "ＴＤ")))
        _ = try await EvidenceKeeper(world.setup).step(at: world.now)
        for exchange in world.sends.waiting {
            let isOfA = String(decoding: exchange.request.body, as: UTF8.self).contains(#""to_user_id":"a""#)
            #expect(exchange.lastLook?() == (isOfA ? .optedOut : nil))
        }
        #expect(try world.ledger.denied(app: world.account().app).count == 1)
        #expect(try world.place(run, "a").facts.person.isDenied)
        // Nothing was credited yet: whether the contact is one is not known while it is on the wire.
        #expect(try world.ledger.results(of: run.id).isEmpty)
    }

    @Test("im_authorize is consent, a later withdrawal wins, an older one that comes late does not")
    func consent() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["x"])
        let keeper = EvidenceKeeper(world.setup)
        func word(_ status: Int, _ at: Moment) -> (body: [UInt8], signature: String) {
            callback(
                "im_authorize", from: "x", to: "_flagship",
                #"{"create_time":1,"update_time":\#(at.milliseconds / 1000),"operation_type":1,"auth_status":\#(status)}"#
            )
        }
        world.clock.pass(.minutes(10))
        try post(world, word(2, world.now - .minutes(1)))
        try post(world, word(1, world.now - .minutes(2)))
        _ = try await keeper.step(at: world.now)
        #expect(try world.place(run, "x").facts.person.consent?.state == .withdrawn)
        try post(world, word(1, world.now))
        _ = try await keeper.step(at: world.now)
        #expect(try world.place(run, "x").facts.person.consent?.state == .authorized)
    }

    @Test("with counted stock an authorisation is worth its sends, once, however often it is told")
    func countedStock() async throws {
        let world = try await EngineWorld()
        world.changeSetup { $0.stockPerAuthorization = 2 }
        let run = try world.run("sale", ["x"])
        let keeper = EvidenceKeeper(world.setup)
        func told(_ at: Moment, times: Int) async throws -> Int? {
            let content = #"{"update_time":\#(at.milliseconds / 1000),"operation_type":1,"auth_status":1}"#
            try post(world, callback("im_authorize", from: "x", to: "_flagship", content), times: times)
            _ = try await keeper.step(at: world.now)
            return try world.place(run, "x").facts.person.consent?.stock
        }
        world.clock.pass(.minutes(1))
        #expect(try await told(world.now, times: 3) == 2)
        try await world.serve()
        #expect(try world.sum(run).accepted == 1)
        #expect(try world.place(run, "x").facts.person.consent?.stock == 1)
        world.clock.pass(.minutes(1))
        #expect(try await told(world.now, times: 2) == 3)
        try world.check()
    }

    @Test("an account that takes its permission away is stopped, down to what is started and has not left")
    func unbound() async throws {
        let world = try await EngineWorld()
        _ = try world.run("sale", ["a"])
        try await world.step()
        let waiting = try #require(world.sends.waiting.first)
        let other = #"{"scopes":["video.list.bind"],"timestamp":1763600000}"#
        let ours = #"{"scopes":["im.direct_message.bind"],"timestamp":1763600000}"#
        for (content, holds) in [(other, false), (ours, true)] {
            try post(world, callback("contract_unauthorize", from: "_flagship", to: "", content))
            _ = try await EvidenceKeeper(world.setup).step(at: world.now)
            #expect((try world.ledger.accounts()[0].hold?.reason == .accountNotBound) == holds)
            #expect(waiting.lastLook?() == (holds ? .stopped : nil))
        }
        let desk = Desk(world.setup)
        _ = try desk.act(ActRequest(act: .release, account: "flagship"), as: .token("token-operator"))
        #expect(waiting.lastLook?() == nil)
    }

    @Test("forged, another app's, and the check of the address")
    func refused() async throws {
        let world = try await EngineWorld()
        let door = EventDoor(world.setup)
        let good = callback("im_send_msg", from: "_flagship", to: "a", message("@1", at: world.now))
        #expect(throws: CallbackRefusal.unsigned) { try door.receive(good.body, signature: "00") }
        #expect(throws: CallbackRefusal.unsigned) { try door.receive(good.body, signature: nil) }
        let foreign = callback("im_send_msg", from: "_flagship", to: "a", message("@1", at: world.now), key: "other")
        #expect(throws: CallbackRefusal.unsigned) { try door.receive(foreign.body, signature: foreign.signature) }
        let check = callback("verify_webhook", from: "", to: "", #"{"challenge":4711}"#)
        #expect(try door.receive(check.body, signature: check.signature) == .challenge(4711))
        #expect(try door.receive(check.body, signature: nil) == .challenge(4711))
        #expect(try world.ledger.arrivalsStanding().waiting == 0)
    }

    @Test("lines of partners: good ones count once, bad ones are named")
    func lines() async throws {
        let world = try await EngineWorld()
        world.setupPartner("shop", key: "k")
        let run = try world.run("sale", ["a"])
        try await world.serve()
        world.clock.pass(.hours(1))
        let csv = """
            open_id,kind,at,amount,id
            a,ordered,2026-11-20T10:30:00,12.50,o1
            a,ordered,2026-11-20T10:31:00,0.5,o2
            a,bought,2026-11-20T10:31:00,1,o3
            a,ordered,yesterday,1,o4
            a,ordered,2026-11-20T10:31:00,1.234,o5
            a,ordered,2027-11-20T10:31:00,1,o6
            stranger,ordered,2026-11-20T10:31:00,1,o7
            """
        let door = EventDoor(world.setup)
        #expect(throws: DeskRefusal.self) { try door.partnerEvents(Array(csv.utf8), isCSV: true, key: "wrong") }
        for turn in 0..<2 {
            let receipt = try door.partnerEvents(Array(csv.utf8), isCSV: true, key: "k")
            #expect(receipt.taken == (turn == 0 ? 2 : 0) && receipt.repeated == (turn == 0 ? 0 : 2))
            #expect(receipt.strangers == 1)
            #expect(receipt.bad.map(\.line) == [4, 5, 6, 7])
            #expect(receipt.bad.map(\.reason) == [.unknownKind, .badMoment, .badAmount, .inFuture])
        }
        // The same order told as JSON is the same order.
        let json = #"{"open_id":"a","kind":"ordered","at":"2026-11-20 10:30:00","amount":12.5,"id":"o1"}"#
        #expect(try door.partnerEvents(Array(json.utf8), isCSV: false, key: "k").repeated == 1)
        #expect(
            try world.ledger.results(of: run.id)[0]?[.ordered] == ResultCount(people: 1, events: 2, amount: 1300))
        try world.check()
    }
}

extension EngineWorld {
    func setupPartner(_ name: String, key: String) {
        changeSetup { $0.partners = [PartnerSetup(name: name, key: Secret(bytes: Array(key.utf8)))] }
    }
}
