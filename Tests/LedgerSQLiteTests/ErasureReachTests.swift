import CampaignModel
import Foundation
import GRDB
import Ports
import Testing

@testable import LedgerSQLite

@Suite("How far an erasure reaches")
struct ErasureReachTests {
    /// Every row of every table that is no person's, as text.
    private func everything(_ world: LedgerWorld) throws -> [String: [String]] {
        try DatabaseQueue(path: world.folder + "/ledger.db").read { db in
            var rows: [String: [String]] = [:]
            let tables = try String.fetchAll(
                db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            let changing = PersonalTable.names.union(["audit", "erased", "reign", "instance"])
            for table in tables.sorted() where !changing.contains(table) {
                rows[table] = try GRDB.Row.fetchAll(db, sql: "SELECT * FROM \"\(table)\"").map { "\($0)" }.sorted()
            }
            return rows
        }
    }

    /// A ledger in which every word of `words` is a person and also stands everywhere else that text can stand.
    private func world(_ words: [String]) throws -> LedgerWorld {
        let world = try LedgerWorld(.sqlite)
        let raw = RawSQL(world)
        let run = try world.run("sale", words + ["somebody"])
        try world.ledger.record(
            MachineReviewDemand(
                now: world.now, term: world.term, revision: run.revision,
                review: MachineReview(
                    people: 100, held: 5000,
                    findings: [.init(.sensitiveWord, .note, subject: "a", count: 5000, sample: "somebody", line: 100)]),
                terms: "terms")
        )
        for word in words {
            try raw.run(
                "INSERT INTO complaint (account, kind, at, person, note) VALUES (1, 1, 1, '\(word)', '\(word)')")
            try raw.run(
                """
                INSERT INTO arrival (app, source, digest, received, body) VALUES (1, 1, CAST('\(word)' AS BLOB), 1,
                    CAST('{"from_user_id":"somebody","n":\(Int(word) ?? 0),"content":"{\\"text\\":\\"please \(word) me\\"}"}' AS BLOB))
                """)
            try raw.run("INSERT INTO strategy VALUES (1, '\(word)', '\(word)', '\(word)', 1)")
            try raw.run("INSERT INTO card_template VALUES (1, '\(word)', 1)")
        }
        return world
    }

    @Test("who is named among another's values is taken out of them, and nobody with a longer id is")
    func namedByOthers() throws {
        let world = try LedgerWorld(.sqlite)
        let (anna, longer) = ("_000anna01", "_000anna012")
        _ = try world.run("sale", [anna, longer, "bert", "carl"])
        let raw = RawSQL(world)
        func set(_ openID: String, _ fields: String) throws {
            try raw.run(
                """
                UPDATE member SET fields = CAST('\(fields)' AS BLOB)
                WHERE recipient = (SELECT id FROM recipient WHERE open_id = '\(openID)')
                """)
        }
        try set("bert", "Bert\u{1F}\(anna)\u{1F}3")
        try set("carl", "Carl\u{1F}\(longer)\u{1F}")
        _ = try world.ledger.erase(
            EraseDemand(now: world.now, term: world.term, person: "operator", openID: anna))
        let fields = try DatabaseQueue(path: world.folder + "/ledger.db").read { db in
            try Data.fetchAll(
                db,
                sql:
                    "SELECT fields FROM member m JOIN recipient r ON r.id = m.recipient WHERE length(open_id) = 4 ORDER BY open_id"
            )
        }
        #expect(
            fields.map { String(decoding: $0, as: UTF8.self) } == ["Bert\u{1F}\u{1F}3", "Carl\u{1F}\(longer)\u{1F}"])
    }

    @Test(
        "a word that is also a person changes nothing but that person",
        arguments: ["review-word", "100", "5000", "a", "approve", "text", "zh"])
    func words(word: String) throws {
        let world = try world([word])
        let before = try everything(world)
        let runs = try world.ledger.runs(includingEnded: true)
        _ = try world.ledger.erase(
            EraseDemand(now: world.now, term: world.term, person: "operator", openID: word))
        var after = try everything(world)
        if WholeID.isTelling(word) { after["complaint"] = before["complaint"] }
        #expect(after == before)
        // Whatever is stored can still be read.
        for run in runs {
            _ = try world.ledger.revisionRecord(run.revision)
            _ = try world.ledger.machineReview(of: run.revision)
            #expect(try world.ledger.sum(of: run.id).holds)
        }
        #expect(try world.ledger.violations().isEmpty)
        #expect(try RawSQL(world).number("SELECT count(*) FROM recipient WHERE open_id = '\(word)'") == 0)
        #expect(try RawSQL(world).number("SELECT count(*) FROM recipient WHERE open_id = 'somebody'") == 1)
    }

    @Test("a person is taken out of the samples of a review, of remarks, and of what came in and is not read yet")
    func columns() throws {
        let person = "_000erase-me-please"
        let world = try world([person])
        let run = try #require(try world.ledger.runs(includingEnded: true).first)
        let raw = RawSQL(world)
        try raw.run("DELETE FROM machine_review")
        var change = RevisionChange(since: 1, lines: [])
        change.add(person, to: .new)
        try world.ledger.record(
            MachineReviewDemand(
                now: world.now, term: world.term, revision: run.revision,
                review: MachineReview(
                    people: 1, held: 0, findings: [.init(.fieldMissing, .note, sample: person)], change: change),
                terms: "terms"))
        try raw.run(
            "INSERT INTO arrival (app, source, digest, received, body) VALUES (1, 1, x'01', 1, CAST('{\"from_user_id\":\"\\u005f000erase-me-please\"}' AS BLOB))"
        )
        _ = try world.ledger.erase(
            EraseDemand(now: world.now, term: world.term, person: "operator", openID: person))
        let review = try #require(try world.ledger.machineReview(of: run.revision))
        #expect(review.findings[0].sample?.hasPrefix("erased:") == true)
        #expect(review.change?.samples["new"]?.allSatisfy { $0.hasPrefix("erased:") } == true)
        #expect(try raw.number("SELECT count(*) FROM complaint WHERE note LIKE 'erased:%'") == 1)
        #expect(try raw.number("SELECT count(*) FROM arrival WHERE length(body) = 0 AND note = 'erased'") == 2)
    }

    @Test(
        "approvals, texts, names of accounts, apps, campaigns and runs cannot be written over by anybody",
        arguments: [
            "UPDATE approval SET person = 'x'", "UPDATE approval SET digest = 'x'",
            "UPDATE revision SET content = '{}'", "UPDATE revision SET source = x''",
            "UPDATE revision SET digest = 'x'",
            "UPDATE campaign SET name = 'x'", "UPDATE campaign SET author = 'x'", "UPDATE run SET name = 'x'",
            "UPDATE account SET open_id = 'x'", "UPDATE account SET name = 'erased:1'",
            "UPDATE app SET name = 'erased:1'",
        ])
    func protected(statement: String) throws {
        let world = try LedgerWorld(.sqlite)
        _ = try world.run("sale", ["a"])
        #expect(throws: DatabaseError.self) { try RawSQL(world).run(statement) }
    }
}
