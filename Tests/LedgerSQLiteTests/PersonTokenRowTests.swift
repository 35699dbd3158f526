import CampaignModel
import Ports
import Testing

@Suite("Tokens that were made or ended while the daemon ran")
struct PersonTokenRowTests {
    private static func bytes(_ token: String) -> [UInt8] { Array(token.utf8) }

    @discardableResult
    private static func issue(
        _ world: LedgerWorld, _ person: String, _ token: String, overlap: Duration = .zero, configured: String? = nil,
        days: Int64 = 30
    ) throws -> PersonToken {
        try world.ledger.issue(
            TokenIssue(
                now: world.now, term: world.term, person: person, token: bytes(token), expires: world.now + .days(days),
                by: "ops", othersEnd: world.now + overlap, configured: configured.map(bytes), names: []))
    }

    private static func end(
        _ world: LedgerWorld, _ person: String, id: Int64? = nil, configured: String? = nil
    ) throws -> Int {
        try world.ledger.endTokens(
            TokenEnd(
                now: world.now, term: world.term, person: person, id: id, configured: configured.map(bytes), by: "ops"))
    }

    private static func kept(_ world: LedgerWorld, _ token: String) throws -> PersonToken? {
        try world.ledger.personToken(of: bytes(token))
    }

    @Test("one that was made is known by itself alone, with who made it, for whom and until when")
    func made() throws {
        let world = try LedgerWorld(.sqlite)
        let made = try Self.issue(world, "li", "one")
        let kept = try #require(try Self.kept(world, "one"))
        #expect(kept == made && kept.person == "li" && kept.madeBy == "ops" && kept.isIssued && kept.ended == nil)
        #expect(kept.made == world.now && kept.expires == world.now + .days(30))
        #expect(kept.isLive(at: world.now + .days(30) - .milliseconds(1)) && !kept.isLive(at: world.now + .days(30)))
        #expect(try Self.kept(world, "two") == nil && Self.kept(world, "") == nil)
        #expect(kept.digest != Self.bytes("one"))
        let other = try Self.issue(world, "wang", "two")
        #expect(try world.ledger.personTokens().map(\.id) == [other.id, made.id], "the newest first")
        let rows = try world.ledger.auditRows(limit: nil).filter { $0.act == "token issue" }
        #expect(Set(rows.map(\.subject)) == ["person li", "person wang"] && rows.allSatisfy { $0.person == "ops" })
    }

    @Test("a new one ends whatever proves the same person: the configuration's too, and nobody else's")
    func replaces() throws {
        let world = try LedgerWorld(.sqlite)
        try Self.issue(world, "li", "one")
        try Self.issue(world, "wang", "other")
        try Self.issue(world, "li", "two", configured: "written")
        #expect(try Self.kept(world, "one")?.ended == world.now && Self.kept(world, "two")?.ended == nil)
        let written = try #require(try Self.kept(world, "written"))
        #expect(written.ended == world.now && !written.isIssued && written.expires == nil && written.person == "li")
        #expect(try Self.kept(world, "other")?.ended == nil)
    }

    @Test("an overlap ends the others so much later, and lengthens nothing that ends before")
    func overlap() throws {
        let world = try LedgerWorld(.sqlite)
        try Self.issue(world, "li", "one")
        try Self.issue(world, "li", "two", overlap: .hours(2), configured: "written")
        let end = world.now + .hours(2)
        #expect(try Self.kept(world, "one")?.ended == end && Self.kept(world, "written")?.ended == end)
        // A longer overlap afterwards gives the old ones no more time; a shorter one takes it.
        try Self.issue(world, "li", "three", overlap: .hours(9), configured: "written")
        #expect(try Self.kept(world, "one")?.ended == end && Self.kept(world, "written")?.ended == end)
        #expect(try Self.kept(world, "two")?.ended == world.now + .hours(9))
        try Self.issue(world, "li", "four", overlap: .hours(1), configured: "written")
        #expect(try Self.kept(world, "one")?.ended == world.now + .hours(1))
        #expect(try Self.kept(world, "written")?.ended == world.now + .hours(1))
    }

    @Test("by its number one token of one person ends, once; without a number all of them")
    func ends() throws {
        let world = try LedgerWorld(.sqlite)
        let one = try Self.issue(world, "li", "one")
        let two = try Self.issue(world, "li", "two", overlap: .hours(9))
        let other = try Self.issue(world, "wang", "other")
        #expect(try Self.end(world, "wang", id: one.id) == 0 && Self.end(world, "li", id: other.id) == 0)
        #expect(try Self.end(world, "li", id: one.id) == 1 && Self.end(world, "li", id: one.id) == 0)
        #expect(try Self.kept(world, "one")?.ended == world.now && Self.kept(world, "two")?.ended == nil)
        #expect(try Self.end(world, "li", configured: "written") == 2)
        #expect(try Self.kept(world, "two")?.ended == world.now && Self.kept(world, "written")?.ended == world.now)
        #expect(try Self.end(world, "li", configured: "written") == 0)
        #expect(try Self.kept(world, "other")?.ended == nil)
        // What ended by its day ends no more.
        let short = try Self.issue(world, "chen", "short", days: 1)
        world.now = world.now + .days(1)
        #expect(try Self.end(world, "chen", id: short.id) == 0 && Self.end(world, "chen") == 0)
        let rows = try world.ledger.auditRows(limit: nil).filter { $0.act == "token end" }
        #expect(rows.count == 2 && rows.allSatisfy { $0.subject == "person li" })
        #expect(Set(rows.map(\.detail)) == ["token #\(one.id)", "2 tokens"] && two.id != one.id)
    }

    @Test("another token in the configuration's file ends the one before, and nothing that was made here")
    func replaced() throws {
        let world = try LedgerWorld(.sqlite)
        try Self.issue(world, "li", "made", overlap: .hours(1))
        for old in [nil, "before"] {
            try world.ledger.replaced(
                TokenReplacement(
                    now: world.now, term: world.term, person: "li", old: old.map(Self.bytes), new: Self.bytes("after"),
                    names: []))
        }
        #expect(try Self.kept(world, "before")?.ended == world.now && Self.kept(world, "after") == nil)
        #expect(try Self.kept(world, "made")?.ended == nil)
        let rows = try world.ledger.auditRows(limit: nil).filter { $0.act == "token replaced" }
        #expect(rows.count == 2 && rows.allSatisfy { $0.person == "curfew" && $0.subject == "person li" })
    }

    @Test("what ends at once ends the person's logins; an overlap leaves them, and so does another's end")
    func sessions() throws {
        let world = try LedgerWorld(.sqlite)
        let raw = RawSQL(world)
        func logIn() throws {
            try raw.run("DELETE FROM session")
            for person in ["li", "wang"] { try raw.run(Self.session(person)) }
        }
        func left() throws -> [Int] {
            try ["li", "wang"].map { try raw.number("SELECT count(*) FROM session WHERE person = '\($0)'") }
        }
        try logIn()
        let made = try Self.issue(world, "li", "one", overlap: .hours(1))
        #expect(try left() == [1, 1])
        try Self.issue(world, "li", "two")
        #expect(try left() == [0, 1])
        try logIn()
        #expect(try Self.end(world, "li", id: made.id) == 0 && left() == [1, 1])
        #expect(try Self.end(world, "li") == 1 && left() == [0, 1])
        try logIn()
        try world.ledger.replaced(
            TokenReplacement(
                now: world.now, term: world.term, person: "li", old: Self.bytes("a"), new: Self.bytes("b"), names: []))
        #expect(try left() == [0, 1])
    }

    private static func session(_ person: String) -> String {
        """
        INSERT INTO session (secret, person, binding, began, seen, proved, agent)
        VALUES (CAST(substr('\(person)' || '0123456789abcdef0123456789abcdef', 1, 32) AS BLOB), '\(person)', x'00', 0, 0, 0, '')
        """
    }
}
