import Answers
import CampaignModel
import GRDB
import Ports
import Testing

@testable import Engine

@Suite("A request that is sent again")
struct RepeatTests {
    private struct Broken: Error {}

    private func key(_ text: String, _ body: String = "q", route: String = "/v1/people") -> RepeatKey {
        RepeatKey(route: route, text: text, body: Array(body.utf8))
    }

    @Test("is done once and gets the first answer, also after a crash, and for a day")
    func once() async throws {
        let world = try await EngineWorld()
        var done = 0
        func ask(_ key: RepeatKey, as token: String = "token-operator") throws -> String {
            let answer = try Desk(world.setup).once(key, as: .token(token)) {
                done += 1
                return PeopleReceipt(rows: done, changed: 0)
            }
            return "\(answer.answer.rows)" + (answer.isReplayed ? " again" : "")
        }
        #expect(try ask(key("a")) == "1")
        #expect(try ask(key("a")) == "1 again")
        try await world.crashAndRestart()
        #expect(try ask(key("a")) == "1 again")
        // Another key, another address, another person: other requests.
        #expect(try ask(key("b")) == "2")
        #expect(try ask(key("a", route: "/v1/events")) == "3")
        #expect(try ask(key("a"), as: "token-review") == "4")
        world.clock.pass(.hours(24) + .seconds(1))
        #expect(try ask(key("a")) == "5")
        #expect(try world.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM kept_answer") } == 1)
    }

    @Test("the same key with another question is a mistake")
    func reused() async throws {
        let world = try await EngineWorld()
        let desk = Desk(world.setup)
        _ = try desk.once(key("a"), as: .token("token-operator")) { PeopleReceipt(rows: 1, changed: 0) }
        #expect {
            _ = try desk.once(key("a", "other"), as: .token("token-operator")) { PeopleReceipt(rows: 1, changed: 0) }
        } throws: { ($0 as? DeskRefusal)?.code == "idempotency_key_reused" }
    }

    @Test("what fails is not remembered, and nothing of it is kept")
    func failed() async throws {
        let world = try await EngineWorld()
        let desk = Desk(world.setup)
        #expect(throws: Broken.self) {
            _ = try desk.once(key("a"), as: .token("token-operator")) { () throws -> PeopleReceipt in
                _ = try world.ledger.setStop(true, person: "operator", at: world.now, term: world.setup.term)
                throw Broken()
            }
        }
        #expect(try !world.ledger.isStopped())
        let answer = try desk.once(key("a"), as: .token("token-operator")) { PeopleReceipt(rows: 7, changed: 0) }
        #expect(answer.answer.rows == 7 && !answer.isReplayed)
    }

    @Test("nobody's key is looked at")
    func unproved() async throws {
        let world = try await EngineWorld()
        #expect {
            _ = try Desk(world.setup).once(key("a"), as: .nobody) { PeopleReceipt(rows: 1, changed: 0) }
        } throws: { ($0 as? DeskRefusal)?.kind == .unproved }
    }

    @Test("an export is read anew, and its key still stands for that question alone")
    func export() async throws {
        let world = try await EngineWorld()
        let desk = Desk(world.setup)
        var done = 0
        func ask(_ body: String) throws -> Bool {
            try desk.once(key("a", body), as: .token("token-operator")) {
                done += 1
                return ExportPage(rows: [], next: nil)
            }.isReplayed
        }
        for _ in 0..<2 { #expect(try !ask("q")) }
        #expect(done == 2)
        #expect { _ = try ask("other") } throws: { ($0 as? DeskRefusal)?.code == "idempotency_key_reused" }
        #expect(try world.read { try Int.fetchOne($0, sql: "SELECT sum(length(body)) FROM kept_answer") } == 0)
    }
}

@Suite("What a caller writes about people")
struct CallerWordsTests {
    private static func code(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "done"
        } catch { return (error as? DeskRefusal)?.code ?? "\(error)" }
    }

    @Test("an account that nobody has does not stand for all of them")
    func misspelt() async throws {
        let world = try await EngineWorld()
        let desk = Desk(world.setup)
        let operatorToken = Identity.token("token-operator")
        _ = try desk.act(.init(act: .deny, openID: "somebody"), as: operatorToken)
        for act in [ActRequest.Act.undeny, .deny] {
            let code = Self.code {
                _ = try desk.act(.init(act: act, openID: "somebody", account: "flagshop"), as: operatorToken)
            }
            #expect(code == "account_not_found")
        }
        #expect(try world.ledger.denied(app: world.setup.apps[0].id).count == 1)
    }

    @Test("what is no id of the platform's goes on no list", arguments: ["", "a b", "中", "erased:1", "a\nb"])
    func ids(openID: String) async throws {
        let desk = Desk(try await EngineWorld().setup)
        #expect(
            Self.code { _ = try desk.act(.init(act: .deny, openID: openID), as: .token("token-operator")) }
                == "bad_value")
    }

    @Test(
        "a line tells nothing that only the platform can tell, and nothing that no order is",
        arguments: [
            (EventKind.authorized, Int64?.none, "u", BadEventLine.Reason.unknownKind), (.bound, nil, "u", .unknownKind),
            (.withdrew, nil, "u", .unknownKind), (.ordered, -1, "u", .badAmount),
            (.ordered, EventLine.amountMax + 1, "u", .badAmount), (.replied, nil, "", .badOpenID),
            (.replied, nil, "a b", .badOpenID),
        ])
    func lines(kind: EventKind, amount: Int64?, openID: String, reason: BadEventLine.Reason) async throws {
        let world = try await EngineWorld()
        let line = EventLine(
            line: 7, openID: openID, kind: kind, at: world.now, account: nil, app: nil, amount: amount, id: "o")
        let receipt = try Desk(world.setup).takeEvents(
            EventsRequest(events: [line], callbacks: []), as: .token("token-operator"))
        #expect(receipt.taken == 0 && receipt.bad == [BadEventLine(line: 7, reason: reason)])
    }

    @Test("whoever names what they saw means that, whatever they want done with it")
    func condition() async throws {
        let world = try await EngineWorld()
        _ = try world.admit(world.campaign("sale"), ["a"])
        let desk = Desk(world.setup)
        let run = try desk.run("sale", for: nil)
        for act in [ActRequest.Act.pause, .cancel, .reject] {
            let code = Self.code {
                _ = try desk.act(.init(act: act, run: run.run, digest: "other"), as: .token("token-review"))
            }
            #expect(code == "changed")
        }
        let done = try desk.act(.init(act: .pause, run: run.run, digest: run.digest), as: .token("token-review"))
        #expect(done.run == run.run)
    }

    @Test("a request holds no more lines than one transaction may take")
    func many() async throws {
        let world = try await EngineWorld()
        let line = EventLine(
            line: 1, openID: "u", kind: .replied, at: world.now, account: nil, app: nil, amount: nil, id: nil)
        let request = EventsRequest(
            events: Array(repeating: line, count: EventsRequest.eventsMax + 1), callbacks: [])
        #expect(
            Self.code { _ = try Desk(world.setup).takeEvents(request, as: .token("token-operator")) } == "too_many_rows"
        )
    }
}

@Suite("A token that ends")
struct TokenEndTests {
    private static func code(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "done"
        } catch { return (error as? DeskRefusal)?.code ?? "\(error)" }
    }

    @Test("proves whose it is up to its end, and nobody from then on: neither an act nor a session made of it")
    func ends() async throws {
        let world = try await EngineWorld()
        let end = world.now + .hours(2)
        world.changeSetup { setup in
            setup.freshSecret = { Array(repeating: 7, count: 32) }
            for index in setup.people.indices where setup.people[index].name == "review" {
                setup.people[index].tokenExpires = end
            }
        }
        let desk = Desk(world.setup)
        let caller = try desk.caller(.token("token-review"))
        #expect(caller.person == "review" && caller.tokenExpires == end.iso8601)
        #expect(caller.deeds.contains("approve") && !caller.deeds.contains("go"))
        let session = try desk.logIn(as: .token("token-review"), agent: "", replacing: .nobody)
        world.clock.pass(.hours(2) - .milliseconds(1))
        #expect(Self.code { _ = try desk.caller(.token("token-review")) } == "done")
        world.clock.pass(.milliseconds(1))
        #expect(Self.code { _ = try desk.caller(.token("token-review")) } == "token_expired")
        #expect(
            Self.code { _ = try desk.act(.init(act: .stopAll), as: .token("token-review")) } == "token_expired")
        #expect(Self.code { _ = try desk.session(of: .session(session.secret)) } == "unproved")
        // Nobody else's ends with it.
        #expect(Self.code { _ = try desk.caller(.token("token-operator")) } == "done")
    }

    @Test("whoever calls learns their own row of the table of roles, and nobody's without a proof")
    func callers() async throws {
        let desk = Desk(try await EngineWorld().setup)
        for identity in [Identity.nobody, .token(""), .token("token-nobody"), .name("review")] {
            #expect(Self.code { _ = try desk.caller(identity) } != "done")
        }
        #expect(try desk.caller(.token("token-operator")).roles.contains("operator"))
    }
}
