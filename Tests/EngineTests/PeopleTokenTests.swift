import Answers
import CampaignModel
import Digests
import Ports
import SendingRules
import Synchronization
import Testing
import Words

@testable import Engine

@Suite("Tokens are made, replaced and ended while the daemon runs")
struct PeopleTokenTests {
    private static func world() async throws -> EngineWorld {
        let world = try await EngineWorld()
        let count = Mutex<UInt8>(0)
        world.changeSetup { setup in
            setup.freshSecret = {
                count.withLock { $0 += 1 }
                return Array(repeating: count.withLock { $0 }, count: 32)
            }
        }
        return world
    }

    private static func code(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "done"
        } catch { return (error as? DeskRefusal)?.code ?? "\(error)" }
    }

    private static let ops = Identity.token("token-operator")

    private static func issue(
        _ desk: Desk, _ person: String, days: Int? = nil, overlap: Int? = nil, as identity: Identity = Self.ops
    ) throws -> TokenReceipt {
        try desk.tend(
            TokenRequest(act: .issue, person: person, days: days, overlapHours: overlap), as: identity)
    }

    private static func name(_ desk: Desk, _ token: String?) -> String {
        do { return try desk.caller(.token(token ?? "")).person } catch {
            return (error as? DeskRefusal)?.code ?? "\(error)"
        }
    }

    @Test("a new token proves its person at once; the configuration's and every session of it are refused from then on")
    func replaces() async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        let session = Identity.session(
            try desk.logIn(as: .token("token-review"), agent: "", replacing: .nobody).secret)
        let made = try Self.issue(desk, "review")
        #expect(made.token?.utf8.count == 64 && made.expires == (world.clock.now() + .days(180)).iso8601)
        #expect(Self.name(desk, made.token) == "review")
        #expect(Self.name(desk, "token-review") == "token_ended")
        #expect(Self.code { _ = try desk.session(of: session) } == "unproved")
        #expect(try desk.sessions(as: .vouched("operator")).isEmpty, "an ended login is not listed as one")
        // After a restart the configuration still has the old one.
        #expect(Self.name(Desk(world.setup), "token-review") == "token_ended")
        let next = try Self.issue(desk, "review")
        #expect(Self.name(desk, made.token) == "token_ended" && Self.name(desk, next.token) == "review")
    }

    @Test("with an overlap the old one goes on for so long, and its sessions with it, and not a moment longer")
    func overlaps() async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        let old = Identity.session(
            try desk.logIn(as: .token("token-review"), agent: "", replacing: .nobody).secret)
        let made = try Self.issue(desk, "review", overlap: 2)
        #expect(made.othersEnd == (world.clock.now() + .hours(2)).iso8601)
        let new = Identity.session(
            try desk.logIn(as: .token(made.token ?? ""), agent: "", replacing: .nobody).secret)
        world.clock.pass(.hours(2) - .milliseconds(1))
        #expect(Self.name(desk, "token-review") == "review")
        #expect(Self.code { _ = try desk.session(of: old) } == "done")
        world.clock.pass(.milliseconds(1))
        #expect(Self.name(desk, "token-review") == "token_ended")
        #expect(Self.code { _ = try desk.session(of: old) } == "unproved")
        #expect(Self.code { _ = try desk.session(of: new) } == "done")
    }

    @Test("a token ends on its day, and the session that it began ends with it")
    func expires() async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        let made = try Self.issue(desk, "review", days: 1)
        let session = Identity.session(
            try desk.logIn(as: .token(made.token ?? ""), agent: "", replacing: .nobody).secret)
        #expect(try desk.caller(.token(made.token ?? "")).tokenExpires == made.expires)
        for _ in 0..<2 {
            world.clock.pass(.hours(11))
            #expect(Self.code { _ = try desk.session(of: session) } == "done")
        }
        world.clock.pass(.hours(2))
        #expect(Self.name(desk, made.token) == "token_expired")
        #expect(Self.code { _ = try desk.session(of: session) } == "unproved")
    }

    @Test("the ledger holds no token, the audit names who made it for whom, and a renamed person stays themself")
    func kept() async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        let made = try Self.issue(desk, "review")
        let token = try #require(made.token)
        let kept = try world.ledger.personTokens()
        #expect(kept.count == 2 && !kept.contains { $0.digest == Digest.of(token.utf8) })
        let rows = try world.ledger.auditRows(limit: nil).filter { $0.act == "token issue" }
        #expect(rows.map(\.person) == ["operator"] && rows.map(\.subject) == ["person review"])
        #expect(rows.allSatisfy { !$0.detail.contains(token) })
        let holder = try #require(try desk.tokens(as: Self.ops).first { $0.person == "review" })
        #expect(holder.tokens.map(\.live) == [true, false] && holder.tokens.map(\.id) == [made.id, nil])
    }

    @Test("only operators tend tokens, a login must give its own once more, and nonsense is refused")
    func refused() async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        #expect(Self.code { _ = try Self.issue(desk, "review", as: .token("token-review")) } == "not_operator")
        #expect(Self.code { _ = try desk.tokens(as: .token("token-review")) } == "not_operator")
        #expect(Self.code { _ = try Self.issue(desk, "nobody") } == "unknown_person")
        for (days, overlap) in [(0, 0), (731, 0), (-1, 0), (1, -1), (1, 169)] {
            #expect(Self.code { _ = try Self.issue(desk, "review", days: days, overlap: overlap) } == "bad_value")
        }
        let session = Identity.session(
            try desk.logIn(as: Self.ops, agent: "", replacing: .nobody).secret)
        #expect(Self.code { _ = try Self.issue(desk, "second", as: session) } == "done")
        world.clock.pass(.minutes(11))
        #expect(Self.code { _ = try Self.issue(desk, "second", as: session) } == "second_proof")
        #expect(Self.code { _ = try desk.tokens(as: session) } == "done")
    }

    @Test("whoever leaves is shut out at once; the last operator's token stays")
    func ends() async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        func end(_ person: String, _ id: Int64? = nil) -> String {
            Self.code { _ = try desk.tend(TokenRequest(act: .end, person: person, token: id), as: Self.ops) }
        }
        #expect(end("review") == "done" && end("review") == "no_token")
        #expect(Self.name(desk, "token-review") == "token_ended")
        #expect(end("operator") == "last_operator")
        let made = try Self.issue(desk, "operator", overlap: 1)
        #expect(end("operator") == "last_operator" && end("operator", made.id) == "last_operator")
        #expect(Self.name(desk, "token-operator") == "operator")
        #expect(end("second", made.id) == "no_token", "a number is one person's")
    }

    @Test("a token that was replaced in its file is the one that counts, and an ended one stays ended")
    func replacedInFile() async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        let session = Identity.session(
            try desk.logIn(as: .token("token-review"), agent: "", replacing: .nobody).secret)
        try world.ledger.replaced(
            TokenReplacement(
                now: world.clock.now(), term: world.setup.term, person: "review", old: Array("token-review".utf8),
                new: Array("token-new".utf8), names: []))
        world.setup.roll.replace(Secret(bytes: Array("token-new".utf8)), of: "review")
        #expect(Self.name(desk, "token-new") == "review" && Self.name(desk, "token-review") == "token_ended")
        #expect(Self.code { _ = try desk.session(of: session) } == "unproved")
    }

    @Test("whom a trusted proxy names is that person, with no second proof of ours; a stranger is nobody")
    func vouched() async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        let sheet = try desk.session(of: .vouched("operator"))
        #expect(sheet.person == "operator" && sheet.deeds.contains("go") && sheet.unproved.isEmpty)
        #expect(Self.code { _ = try Self.issue(desk, "second", as: .vouched("operator")) } == "done")
        #expect(Self.code { _ = try Self.issue(desk, "second", as: .vouched("review")) } == "not_operator")
        #expect(Self.code { _ = try desk.session(of: .vouched("nobody")) } == "unknown_person")
        #expect(Self.code { _ = try desk.logIn(as: .vouched("review"), agent: "", replacing: .nobody) } == "unproved")
    }

    @Test("whom a proxy names is refused once their tokens were ended, until there is a new one")
    func vouchedEnded() async throws {
        let world = try await Self.world()
        let desk = Desk(world.setup)
        func end(_ person: String) -> String {
            Self.code { _ = try desk.tend(TokenRequest(act: .end, person: person), as: Self.ops) }
        }
        func look(_ person: String) -> String { Self.code { _ = try desk.session(of: .vouched(person)) } }
        #expect(look("review") == "done" && look("guest") == "done")
        #expect(end("review") == "done" && look("review") == "token_ended")
        let made = try Self.issue(desk, "review", days: 1)
        #expect(look("review") == "done")
        // A token that ran out is no end: the proxy proves by itself.
        world.clock.pass(.hours(48))
        #expect(Self.name(desk, made.token) == "token_expired" && look("review") == "done")
        // Who never had a token can be ended as well.
        #expect(end("guest") == "done" && look("guest") == "token_ended" && end("guest") == "no_token")
        _ = try Self.issue(desk, "guest")
        #expect(look("guest") == "done")
    }

    @Test("what was made for somebody who is no longer under people proves nobody who comes later by that name")
    func strangers() async throws {
        let world = try await Self.world()
        let made = try Self.issue(Desk(world.setup), "second")
        let all = world.setup.people.map(\.name)
        #expect(
            try world.ledger.endTokens(ofOthersThan: all, at: world.clock.now(), term: world.setup.term).isEmpty)
        #expect(
            try world.ledger.endTokens(
                ofOthersThan: all.filter { $0 != "second" }, at: world.clock.now(), term: world.setup.term)
                == ["second"])
        #expect(Self.name(Desk(world.setup), made.token) == "token_ended")
        #expect(
            try world.ledger.auditRows(limit: nil).contains { $0.subject == "person second" && $0.person == "curfew" })
    }

    @Test("a figure out of range names the option, and the details of the audit are told in both languages")
    func words() async throws {
        let sentence = Catalogue.Tokens.outOfRange(
            Catalogue.Tokens.overlap, option: "--overlap", key: "overlapHours", 0...168)
        #expect(sentence.zh.contains("--overlap") && sentence.en.contains("--overlap"))
        let world = try await Self.world()
        _ = try Self.issue(Desk(world.setup), "review")
        _ = try Desk(world.setup).tend(TokenRequest(act: .end, person: "review"), as: Self.ops)
        for row in try world.ledger.auditRows(limit: nil) where row.act.hasPrefix("token") {
            let detail = Catalogue.Audit.detail(row.detail, of: row.act)
            #expect(!detail.zh.contains("until") && !detail.zh.contains("tokens") && detail.en == row.detail)
            #expect(Catalogue.Audit.subject(row.subject).zh.hasPrefix("人员 "))
        }
        #expect(Catalogue.Audit.detail("tokens", of: "reject").zh == "tokens", "what a person wrote stands as it is")
    }
}
