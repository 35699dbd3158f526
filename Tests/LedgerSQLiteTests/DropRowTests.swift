import CampaignModel
import Ports
import Testing

@Suite("Whose a dropped file is")
struct DropRowTests {
    @Test("stands in the audit however much was written down since, the newest word first")
    func longAgo() throws {
        let world = try LedgerWorld(.sqlite)
        func drop(_ person: String, _ mark: String) throws {
            try world.ledger.recordDrop(
                DropDemand(
                    now: world.now, term: world.term, person: person, files: [.init(name: "sale.yaml", mark: mark)]))
        }
        try drop("li", "d1")
        try drop("li", "d2")
        try RawSQL(world).run(
            """
            INSERT INTO audit (seq, at, person, act, subject, detail, digest)
            WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 5001)
            SELECT (SELECT max(seq) FROM audit) + n, 0, 'ops', 'stop', 'all', '', zeroblob(32) FROM n
            """)
        let rows = try world.ledger.auditRows(about: "sale.yaml", limit: 2)
        #expect(rows.map(\.detail) == ["d2", "d1"])
        #expect(rows.map(\.person) == ["li", "li"] && rows.map(\.act) == ["drop", "drop"])
        #expect(try world.ledger.auditRows(about: "sale.yaml", limit: 1).map(\.detail) == ["d2"])
    }
}
