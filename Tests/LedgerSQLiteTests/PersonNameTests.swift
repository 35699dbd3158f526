import GRDB
import LedgerSQLite
import Ports
import Testing

@Suite("A person is who holds the token")
struct PersonNameTests {
    private func start(_ world: LedgerWorld, _ people: [(String, String)]) throws -> [String: Set<String>] {
        try #require(world.ledger as? LedgerSQLite).formerNames(
            of: people.map { ($0.0, Array($0.1.utf8)) }, at: world.now, term: world.term)
    }

    @Test("whoever comes back under another name is known by the token, told once, and nobody else is taken for them")
    func renamed() throws {
        let world = try LedgerWorld(.sqlite)
        #expect(try start(world, [("li", "token-1"), ("wang", "token-2"), ("guest", "")]).isEmpty)
        #expect(try start(world, [("li", "token-1"), ("wang", "token-2")]).isEmpty)
        #expect(try start(world, [("li-hua", "token-1"), ("wang", "token-2")]) == ["li-hua": ["li"]])
        let told = { try RawSQL(world).number("SELECT count(*) FROM audit WHERE act = 'rename'") }
        #expect(try told() == 1)
        #expect(try start(world, [("li-hua", "token-1")]) == ["li-hua": ["li"]])
        #expect(try told() == 1)
        // A new token is all that is known of whoever holds it; nobody without one is like another.
        #expect(try start(world, [("li-hua", "token-3"), ("guest", ""), ("visitor", "")]).isEmpty)
        // Two who change names with each other were both called both.
        #expect(
            try start(world, [("wang", "token-1"), ("li", "token-2")]) == ["wang": ["li", "li-hua"], "li": ["wang"]])
    }

    @Test("tokens made for a person go with the person, and nobody inherits them with the name")
    func madeTokens() throws {
        for (after, left) in [([("li-hua", "token-1")], "li-hua"), ([("li-hua", "token-1"), ("li", "token-9")], nil)] {
            let world = try LedgerWorld(.sqlite)
            _ = try start(world, [("li", "token-1")])
            let raw = RawSQL(world)
            try raw.run(
                """
                INSERT INTO person_token (token, person, is_issued, made, made_by)
                VALUES (CAST('0123456789abcdef0123456789abcdef' AS BLOB), 'li', 1, 0, 'ops')
                """)
            _ = try start(world, after)
            let living = "SELECT count(*) FROM person_token WHERE ended IS NULL"
            #expect(try raw.number(living) == (left == nil ? 0 : 1))
            #expect(try raw.number(living + " AND person = 'li-hua'") == (left == nil ? 0 : 1))
        }
    }

    @Test("no token stands in the ledger, not even a short one's plain digest")
    func secret() throws {
        let (one, other) = (try LedgerWorld(.sqlite, hasOwnKey: true), try LedgerWorld(.sqlite, hasOwnKey: true))
        for world in [one, other] { _ = try start(world, [("li", "token-1")]) }
        let kept = try [one, other].map { world in
            try DatabaseQueue(path: world.folder + "/ledger.db").read {
                try String.fetchOne($0, sql: "SELECT hex(token) FROM person_name")
            }
        }
        #expect(kept[0] != nil && kept[0] != kept[1], "each ledger has a key of its own")
    }
}
