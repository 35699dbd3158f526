import CampaignModel
import Foundation
import GRDB
import Ports
import Testing

@testable import LedgerSQLite

@Suite("The audit is a chain")
struct AuditTests {
    /// A world in which five things were done by people.
    private func world(hasOwnKey: Bool = false) throws -> LedgerWorld {
        let world = try LedgerWorld(.sqlite, hasOwnKey: hasOwnKey)
        let run = try world.run("sale", ["a", "b"])
        try world.act(.pause, run, by: "operator")
        try world.act(.resume, run, by: "operator")
        try world.ledger.list(
            ListDemand(
                now: world.now, term: world.term, act: .deny, app: world.account().app, account: nil,
                openIDs: ["secret-person"], person: "operator"))
        return world
    }

    /// Damage by somebody who can write the file: triggers are only in the way of those who respect them.
    private func forge(_ world: LedgerWorld, _ sql: String) throws {
        let raw = RawSQL(world)
        for trigger in ["audit_grows_at_its_end", "audit_is_not_changed", "audit_is_not_deleted"] {
            try raw.run("DROP TRIGGER IF EXISTS \(trigger)")
        }
        try raw.run(sql)
    }

    @Test("what people did stands in it, in order, and people they did it to as keyed digests only")
    func rows() throws {
        let world = try world()
        let rows = try world.ledger.auditRows(limit: nil)
        #expect(rows.map(\.seq) == Array(1...Int64(rows.count)))
        #expect(rows.suffix(3).map(\.act) == ["pause", "resume", "deny"])
        #expect(!rows.contains { "\($0)".contains("secret-person") })
        #expect(try world.ledger.auditRows(limit: 1).map(\.act) == ["deny"])
        let other = try self.world(hasOwnKey: true)
        #expect(try other.ledger.auditRows(limit: 1)[0].detail != rows.last?.detail, "the key is this ledger's own")
    }

    @Test("an untouched chain is whole, and its head is the last row's digest")
    func whole() throws {
        let world = try world()
        let head = try world.ledger.auditHead()
        #expect(try world.ledger.verifyAudit(noted: nil) == .whole(head))
        #expect(try world.ledger.auditRows(limit: 1)[0].digest == head.digest)
        try world.act(.pause, try world.ledger.run(named: "sale")!, by: "operator")
        #expect(try world.ledger.verifyAudit(noted: head) == .whole(world.ledger.auditHead()))
        #expect(AuditHead(text: head.text) == head)
    }

    @Test(
        "every forgery is found at its first row",
        arguments: [
            ("UPDATE audit SET person = 'nobody' WHERE seq = 2", 2),
            ("UPDATE audit SET at = at + 1 WHERE seq = 3", 3),
            ("UPDATE audit SET act = act || subject, subject = '' WHERE seq = 1", 1),
            ("DELETE FROM audit WHERE seq = 2", 2),
            ("UPDATE audit SET seq = -seq WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3", -2),
            ("UPDATE audit SET digest = (SELECT digest FROM audit WHERE seq = 1) WHERE seq = 2", 2),
        ])
    func forgeries(sql: String, first: Int64) throws {
        let world = try world()
        try forge(world, sql)
        #expect(try world.ledger.verifyAudit(noted: nil) == .broken(seq: first))
    }

    @Test("rows cut off at the end are found against a head that was noted elsewhere")
    func cut() throws {
        let world = try world()
        let head = try world.ledger.auditHead()
        try forge(world, "DELETE FROM audit WHERE seq = \(head.seq)")
        let found = try world.ledger.auditHead()
        #expect(try world.ledger.verifyAudit(noted: nil) == .whole(found))
        #expect(try world.ledger.verifyAudit(noted: head) == .notTheNoted(head, found: found))
    }

    @Test(
        "the database itself refuses to change, delete, replace or put in rows",
        arguments: [
            "UPDATE audit SET person = 'x' WHERE seq = 1", "DELETE FROM audit WHERE seq = 1",
            "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 1",
            "INSERT INTO audit SELECT seq + 90, at, person, act, subject, detail, digest FROM audit WHERE seq = 1",
        ])
    func appendOnly(sql: String) throws {
        let world = try world()
        #expect(throws: DatabaseError.self) { try RawSQL(world).run(sql) }
        #expect(try world.ledger.verifyAudit(noted: nil) == .whole(world.ledger.auditHead()))
    }

    @Test("rows that were written before there was a chain are bound as they are found")
    func migrates() throws {
        let folder = NSTemporaryDirectory() + "curfew-audit-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer {
            // Safe because a folder that stays behind in the temporary directory harms nobody.
            try? FileManager.default.removeItem(atPath: folder)
        }
        let old = try DatabaseQueue(path: folder + "/ledger.db")
        try Schema.migrator.migrate(old, upTo: "2 what a change did to older runs")
        try old.write { db in
            for act in ["approve", "pause", "cancel"] {
                try db.execute(
                    sql: "INSERT INTO audit (at, person, act, subject, detail) VALUES (5, 'review', ?, 'sale', '')",
                    arguments: [act])
            }
        }
        try old.close()
        let ledger = try LedgerSQLite(path: folder + "/ledger.db")
        #expect(try ledger.auditRows(limit: nil).map(\.act) == ["approve", "pause", "cancel"])
        #expect(try ledger.verifyAudit(noted: nil) == .whole(ledger.auditHead()))
        let term = try ledger.beginReign(node: "test", at: LedgerWorld.morning)
        _ = try ledger.setStop(true, person: "operator", at: LedgerWorld.morning, term: term)
        #expect(try ledger.auditHead().seq == 4)
        #expect(try ledger.verifyAudit(noted: nil) == .whole(ledger.auditHead()))
    }
}
