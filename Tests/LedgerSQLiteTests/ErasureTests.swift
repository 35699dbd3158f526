import CampaignModel
import Foundation
import GRDB
import Ports
import Testing

@testable import LedgerSQLite

@Suite("Taking a person out of everything")
struct ErasureTests {
    private static let person = "_000erase-me-please"

    /// People in two lists, some contacted; the one in question has been sent to, waits in a second run, and is known by
    /// consent.
    private func world() throws -> (LedgerWorld, RunRecord) {
        let world = try LedgerWorld(.sqlite)
        let people = [Self.person] + LedgerWorld.people(0..<300)
        try world.authorize(people)
        let run = try world.run("sale", people)
        let first = try world.start([run], limit: 1).started[0]
        #expect(first.candidate.openID == Self.person)
        try world.settle([.of(first, .accepted)])
        _ = try world.run("second", people)
        return (world, run)
    }

    private func erase(_ world: LedgerWorld, _ openID: String = person) throws -> EraseReceipt {
        try world.ledger.erase(
            EraseDemand(now: world.now, term: world.term, person: "operator", openID: openID))
    }

    /// Every byte of every file beside the ledger.
    private func holds(_ world: LedgerWorld, _ text: String = person) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: world.folder).sorted().filter { name in
            let bytes = try Data(contentsOf: URL(fileURLWithPath: world.folder + "/" + name))
            return bytes.range(of: Data(text.utf8)) != nil
        }
    }

    @Test("afterwards the id is in no file, the sums are as before, and nobody else is missed")
    func erased() throws {
        let (world, run) = try world()
        #expect(try !holds(world).isEmpty, "a search that cannot find anything proves nothing")
        let before = try world.ledger.sum(of: run.id)
        let receipt = try erase(world)
        #expect(receipt.wasKnown && receipt.recipients.count == 2, "once an app")
        #expect(try holds(world) == [])
        #expect(try world.ledger.sum(of: run.id) == before)
        #expect(try world.ledger.facts(run: run.id, openID: Self.person, at: world.now) == nil)
        #expect(try world.ledger.facts(run: run.id, openID: "p0", at: world.now) != nil)
        #expect(try world.ledger.violations().isEmpty)
        #expect(try world.ledger.verifyAudit(noted: nil) == .whole(world.ledger.auditHead()))
        #expect(try world.ledger.denied(app: world.account().app).count == 1)
        #expect(try world.ledger.auditRows(limit: 1)[0].subject == "person \(receipt.digest)")
    }

    @Test("a later list, walk, test or denial does not bring the person back, and nobody takes them off the list")
    func noWayBack() throws {
        let (world, _) = try world()
        _ = try erase(world)
        let run = try world.run("third", [Self.person, "new-1", "new-2"])
        #expect(try world.ledger.sum(of: run.id).audience == 3)
        try world.authorize([Self.person])
        for act in [ListDemand.Act.allow, .undeny] {
            try world.ledger.list(
                ListDemand(
                    now: world.now, term: world.term, act: act, app: world.account().app, account: nil,
                    openIDs: [Self.person], person: "operator"))
        }
        #expect(try world.ledger.denied(app: world.account().app).count == 1)
        let started = try world.start([run]).started.map(\.candidate.openID)
        #expect(started.contains("new-1") && !started.contains(Self.person))
        #expect(try holds(world) == [])
    }

    @Test("nobody is erased who was never seen, and no name of an account, an app, a campaign, a run or a person")
    func obstacles() throws {
        let (world, run) = try world()
        let head = try world.ledger.auditHead()
        for (word, obstacle) in [
            ("nobody-yet", ErasureObstacle.nobody), ("", .nobody), ("flagship", .nameOfOurs),
            ("_flagship", .nameOfOurs),
            ("tt01", .nameOfOurs), ("sale", .nameOfOurs), (run.name, .nameOfOurs), ("review", .nameOfOurs),
            ("marketing", .nameOfOurs),
        ] {
            #expect(try world.ledger.obstacle(toErasing: word) == obstacle, "\(word)")
            #expect(throws: obstacle) { try erase(world, word) }
        }
        #expect(try world.ledger.auditHead() == head)
        #expect(try RawSQL(world).number("SELECT count(*) FROM erased") == 0)
    }

    @Test("a restored backup erases again whom it has back, from the digests noted beside it")
    func restored() throws {
        let (world, _) = try world()
        let file = world.folder + "/backup.db"
        _ = try #require(world.ledger as? LedgerSQLite).backUp(to: file, at: world.now)
        let receipt = try erase(world)
        let restored = try LedgerSQLite(path: file)
        let term = try restored.beginReign(node: "test", at: world.now)
        #expect(try restored.applyErasures([receipt.digest], at: world.now, term: term) == 1)
        #expect(try restored.applyErasures([receipt.digest], at: world.now, term: term) == 0)
        #expect(try restored.violations().isEmpty)
        try restored.close()
        #expect(try holds(world) == [])
    }
}

@Suite("Every table with a person in it")
struct PersonalTableTests {
    private static let person = "_000somebody-else-entirely"

    private struct Column {
        let table: String
        let name: String
        let type: String
    }

    private func columns(_ world: LedgerWorld) throws -> [Column] {
        try DatabaseQueue(path: world.folder + "/ledger.db").read { db in
            try GRDB.Row.fetchAll(
                db,
                sql: """
                    SELECT m.name AS "table", c.name, c.type FROM sqlite_master m, pragma_table_info(m.name) c
                    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'grdb_%'
                    ORDER BY m.name, c.cid
                    """
            ).map { Column(table: $0["table"], name: $0["name"], type: $0["type"]) }
        }
    }

    @Test("has its say about erasure and retention: a new one that is forgotten fails here")
    func complete() throws {
        let columns = try columns(LedgerWorld(.sqlite))
        let known: Set<String> = ["account"]  // Its open_id is the account's own.
        let withPeople = Set(columns.filter { PersonalTable.columns.contains($0.name) }.map(\.table))
        #expect(withPeople.subtracting(known).subtracting(PersonalTable.names).sorted() == [])
        #expect(PersonalTable.names.subtracting(columns.map(\.table)).sorted() == [], "tables that are no more")
        #expect(withPeople.subtracting(known).isDisjoint(with: PersonalTable.withoutPeople))
        // Every table of text says whether people may stand in it: none is searched on a guess, none is forgotten.
        let said = PersonalTable.names.union(PersonalColumn.tables).union(PersonalTable.withoutPeople)
        let texts = columns.filter { ["TEXT", "BLOB"].contains($0.type) }
        #expect(Set(texts.map(\.table)).subtracting(said).sorted() == [], "say what an erasure does to these")
        #expect(PersonalTable.withoutPeople.subtracting(columns.map(\.table)).sorted() == [], "tables that are no more")
        for column in PersonalColumn.all {
            #expect(texts.contains { $0.table == column.table && $0.name == column.name })
        }
    }

    /// One row of the person in every table that has none yet, filled in by the columns' names.
    private func fill(_ world: LedgerWorld, _ run: RunRecord) throws -> Int {
        let raw = RawSQL(world)
        let id = try raw.number("SELECT id FROM recipient WHERE open_id = '\(Self.person)'")
        let segment = try raw.number("SELECT id FROM segment WHERE run = \(run.id.rawValue)")
        let values: [String: Int64] = [
            "recipient": Int64(id), "account": world.account().id.rawValue, "run": run.id.rawValue,
            "segment": Int64(segment), "day": Int64(PlatformDay(containing: world.now).number),
            "at": world.now.milliseconds, "last": world.now.milliseconds, "said": world.now.milliseconds,
            "replied": world.now.milliseconds, "app": world.account().app.rawValue, "state": 1, "position": 9999,
        ]
        for table in PersonalTable.all where table.name != "recipient" {
            let isThere = try raw.number("SELECT EXISTS (SELECT 1 FROM \(table.name) WHERE recipient = \(id))")
            if isThere == 1 { continue }
            let columns = try columns(world).filter { $0.table == table.name }
            let row = columns.map { column -> String in
                switch column.type {
                case "TEXT": "'x'"
                case "BLOB": "x'00'"
                default: table.name == "event" && column.name == "id" ? "NULL" : "\(values[column.name] ?? 1)"
                }
            }
            try raw.run("INSERT INTO \(table.name) VALUES (\(row.joined(separator: ", ")))")
        }
        return id
    }

    private func world() throws -> (LedgerWorld, RunRecord) {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", [Self.person, "another"])
        let started = try world.start([run], limit: 2).started
        try world.settle(started.map { .of($0, .accepted) })
        _ = try world.end(run, .expired, .expired)
        return (world, run)
    }

    @Test("an erased person's rows are gone, emptied, or a place in a sum, as the table's line says")
    func erased() throws {
        let (world, run) = try world()
        let id = try fill(world, run)
        _ = try world.ledger.erase(
            EraseDemand(now: world.now, term: world.term, person: "operator", openID: Self.person))
        let raw = RawSQL(world)
        for table in PersonalTable.all where table.name != "recipient" {
            let rows = try raw.number("SELECT count(*) FROM \(table.name) WHERE recipient = \(id)")
            switch table.erasure {
            case .goes: #expect(rows == 0, "\(table.name)")
            case .stays, .emptied: #expect(rows > 0, "\(table.name)")
            }
        }
        #expect(try raw.number("SELECT count(*) FROM recall WHERE message_id LIKE 'erased:%' AND state = 4") == 1)
        #expect(try raw.number("SELECT count(*) FROM attempt WHERE recipient = \(id) AND message_ids IS NOT NULL") == 0)
        #expect(try raw.number("SELECT count(*) FROM listed WHERE recipient = \(id)") == 1)
        #expect(try raw.number("SELECT length(fields) FROM member WHERE recipient = \(id)") == 0)
    }

    @Test("after half a year everybody's rows are gone but those that say whom we may write to")
    func pruned() throws {
        let (world, run) = try world()
        _ = try fill(world, run)
        let now = world.now + .days(181)
        var isDone = false
        for _ in 0..<200 where !isDone {
            isDone = try world.ledger.prune(
                PruneDemand(
                    now: now, term: world.term, contentsBefore: now - .days(90), recordsBefore: now - .days(180),
                    rowsMax: 3)
            ).isDone
        }
        #expect(isDone)
        let raw = RawSQL(world)
        for table in PersonalTable.all {
            let rows = try raw.number("SELECT count(*) FROM \(table.name)")
            if case .lasting = table.retention {
                #expect(rows > 0, "\(table.name)")
            } else {
                #expect(rows == 0, "\(table.name)")
            }
        }
    }

    @Test("a short id takes nothing from a longer one")
    func wholeWord() throws {
        let world = try LedgerWorld(.sqlite)
        _ = try world.run("sale", LedgerWorld.people(0..<20))
        let raw = RawSQL(world)
        _ = try world.ledger.erase(
            EraseDemand(now: world.now, term: world.term, person: "operator", openID: "p1"))
        #expect(try raw.number("SELECT count(*) FROM recipient WHERE open_id LIKE 'p1_'") == 10)
        #expect(try world.ledger.isPartOfAnotherID("p1"))
        #expect(try !world.ledger.isPartOfAnotherID("p1-nobody"))
    }

    @Test("what the platform or a walk says of an erased person afterwards is not written down")
    func deaf() throws {
        let world = try LedgerWorld(.sqlite)
        try world.authorize([Self.person])
        _ = try world.ledger.erase(
            EraseDemand(now: world.now, term: world.term, person: "operator", openID: Self.person))
        try world.authorize([Self.person])
        let raw = RawSQL(world)
        #expect(try raw.number("SELECT count(*) FROM consent") == 0)
        let body = Array("{\"from\":\"\(Self.person)\"}".utf8)
        _ = try world.ledger.take(
            ArrivalDemand(
                now: world.now, term: world.term,
                arrivals: [NewArrival(app: world.account().app, source: .callback, digest: [1], body: body)]))
        let result = try world.ledger.apply(
            EvidenceDemand(
                now: world.now, term: world.term,
                evidence: [
                    .event(
                        EventWord(
                            identity: [1], kind: .replied, app: world.account().app, account: world.account().id,
                            openID: Self.person, at: world.now, source: .callback))
                ]))
        #expect(result.strangers == 1 && result.taken == 0)
        #expect(try raw.number("SELECT count(*) FROM event") == 0)
        // An arrival that was still unread is emptied by a second word.
        _ = try world.ledger.erase(
            EraseDemand(now: world.now, term: world.term, person: "operator", openID: Self.person))
        #expect(try world.ledger.arrivals(limit: 9).isEmpty)
        #expect(try raw.number("SELECT count(*) FROM arrival WHERE length(body) = 0 AND note = 'erased'") == 1)
    }
}

@Suite("What is older than it may be")
struct PruneTests {
    private func prune(_ world: LedgerWorld, at now: Moment, rows: Int = 7) throws -> PruneReceipt {
        var total = PruneReceipt()
        for _ in 0..<500 {
            let step = try world.ledger.prune(
                PruneDemand(
                    now: now, term: world.term, contentsBefore: now - .days(90), recordsBefore: now - .days(180),
                    rowsMax: rows))
            #expect(try world.ledger.violations().isEmpty, "whole after every step")
            if step.isDone { return total }
            total.rows += step.rows
            total.runs += step.runs
            total.revisions += step.revisions
            // A kill at every step: the next one is taken by another reign.
            try world.restart()
        }
        Issue.record("it never ends")
        return total
    }

    private func ended() throws -> (LedgerWorld, RunRecord) {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<20, "someone-"))
        let started = try world.start([run], limit: 12).started
        try world.settle(started.prefix(9).map { .of($0, .accepted) })
        try world.settle(started.suffix(3).map { .of($0, .unknown) })
        _ = try world.end(run, .expired, .expired)
        return (world, run)
    }

    @Test("nothing goes before its time")
    func young() throws {
        let (world, _) = try ended()
        #expect(try prune(world, at: world.now + .days(89)).isDone)
    }

    @Test("after ninety days texts and fields are gone, and who was contacted is still known")
    func contents() throws {
        let (world, run) = try ended()
        let sum = try world.ledger.sum(of: run.id)
        let receipt = try prune(world, at: world.now + .days(91))
        #expect(receipt.revisions == 1 && receipt.runs == 0 && receipt.rows == 20)
        #expect(try world.ledger.revision(run.revision).campaign.variants[0].messages == [.text("…")])
        #expect(try RawSQL(world).number("SELECT count(*) FROM member") == 0)
        #expect(try RawSQL(world).number("SELECT count(*) FROM attempt") == 12)
        #expect(try world.ledger.sum(of: run.id) == sum)
    }

    @Test("after half a year only counts are left, and they are the same")
    func records() throws {
        let (world, run) = try ended()
        let sum = try world.ledger.sum(of: run.id)
        let receipt = try prune(world, at: world.now + .days(181))
        #expect(receipt.revisions == 1 && receipt.runs == 1)
        for table in ["attempt", "unknown_attempt", "plan", "skipped", "holdout", "member"] {
            #expect(try RawSQL(world).number("SELECT count(*) FROM \(table)") == 0, "\(table)")
        }
        #expect(try world.ledger.sum(of: run.id) == sum)
        #expect(sum.accepted == 9 && sum.unknown == 3 && sum.skipped[.expired] == 8)
    }

    @Test("what was erased by age is not counted a second time when it is told again, but an opt-out still counts")
    func toldAgain() throws {
        let (world, _) = try ended()
        func tell(_ kind: EventKind, _ openID: String, at: Moment) throws -> EvidenceResult {
            try world.ledger.apply(
                EvidenceDemand(
                    now: world.now, term: world.term,
                    evidence: [
                        .event(
                            EventWord(
                                identity: Array("\(kind)\(openID)".utf8), kind: kind, app: world.account().app,
                                account: world.account().id, openID: openID, at: at, source: .file))
                    ]))
        }
        let then = world.now
        #expect(try tell(.clicked, "someone-1", at: then).taken == 1)
        world.now = then + .days(181)
        _ = try prune(world, at: world.now)
        let again = try tell(.clicked, "someone-1", at: then)
        #expect(again.taken == 0 && again.tooOld == [0])
        #expect(try tell(.optedOut, "someone-2", at: then).taken == 1)
        #expect(try tell(.clicked, "someone-1", at: world.now).tooOld.isEmpty)
    }

    @Test("a living run and a list that another campaign still uses are left alone")
    func shared() throws {
        let (world, _) = try ended()
        let alive = try world.run("alive", ["a", "b"])
        _ = try prune(world, at: world.now + .days(400))
        #expect(try world.ledger.sum(of: alive.id).pending == 2)
        #expect(try RawSQL(world).number("SELECT count(*) FROM member") == 2)
        #expect(try world.ledger.revision(alive.revision).campaign.variants[0].messages == [.text("hello")])
    }
}
