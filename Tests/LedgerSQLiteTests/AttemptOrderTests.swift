import CampaignModel
import Foundation
import GRDB
import Ports
import Store
import Synchronization
import Testing

@testable import LedgerSQLite
@testable import StoreSQLite

@Suite("What is written for a contact, and when it is moved")
struct AttemptOrderTests {
    // MARK: - Attempts in the order in which they start

    /// Everything that stands in a row, in the order of the key.
    private func rows(_ world: LedgerWorld) throws -> [String] {
        try DatabaseQueue(path: world.folder + "/ledger.db").read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM attempt ORDER BY day, recipient, account, number")
                .map { row in row.map { "\($0.0)=\($0.1)" }.joined(separator: " ") }
        }
    }

    /// As the version before kept it: one tree, by day and person.
    private func bringBack(_ world: LedgerWorld) throws {
        let old = try DatabaseQueue()
        try Schema.migrator.migrate(old, upTo: "21 what no erasure reaches")
        let table = try old.read {
            try String.fetchOne($0, sql: "SELECT sql FROM sqlite_schema WHERE name = 'attempt'")
        }
        let sql = try #require(table)
        #expect(sql.hasSuffix("WITHOUT ROWID"))
        try RawSQL(world).run(
            """
            ALTER TABLE attempt RENAME TO newer;
            \(sql);
            INSERT INTO attempt SELECT * FROM newer;
            DROP TABLE newer;
            DELETE FROM grdb_migrations WHERE identifier LIKE '23 %';
            """)
    }

    @Test("a ledger of the version before is brought forward with every row, and what was open is found after it")
    func migrates() throws {
        let world = try LedgerWorld(.sqlite)
        let people = LedgerWorld.people(0..<30)
        let run = try world.run("sale", people)
        let first = try world.start([run], limit: 20).started
        try world.settle(
            first.prefix(12).enumerated().map { index, delivery in
                index % 3 == 0
                    ? .of(delivery, .unknown, reason: .network)
                    : index % 3 == 1
                        ? .of(delivery, .refusedForNow, .wait(until: world.now + .minutes(1), .platformBusy))
                        : .of(delivery, .accepted, ids: ["m\(index)", "n\(index)"])
            })
        world.now = world.now + .minutes(2)
        try world.start([run], limit: 3)
        let before = try rows(world)
        #expect(before.count > 20)
        try (world.ledger as? LedgerSQLite)?.close()
        try bringBack(world)
        #expect(try rows(world) == before)
        try world.restart()
        #expect(try rows(world) == before)
        try world.check()
        let open = try world.ledger.sum(of: run.id).open
        #expect(open == 11)
        #expect(try world.ledger.rescue(at: world.now, term: world.term) == open)
        #expect(try world.ledger.rescue(at: world.now, term: world.term) == 0)
        try world.check()
    }

    @Test("what is open is found among thousands that ended, in whatever order those were started")
    func openOnes() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<40))
        let early = try world.start([run], limit: 10).started
        let late = try world.start([run], limit: 30).started
        try world.settle((early.dropFirst(3) + late.dropLast(2)).map { .of($0, .accepted) })
        try world.restart()
        #expect(try world.ledger.rescue(at: world.now, term: world.term) == 5)
        #expect(try world.ledger.unknowns(limit: 10).count == 5)
        try world.check()
    }

    /// Frames of the log are what a commit writes; a page is written twice where it is also moved.
    @Test("thirty-two shuffled people a commit cost less than one page and a half each to start and settle")
    func pages() throws {
        let world = try LedgerWorld(.sqlite)
        let people = LedgerWorld.people(0..<6000)
        try world.authorize(people)
        let admission = try world.ledger.admit(world.demand("sale", [.init("list", people)]))
        try world.act(.approve, admission.run, by: "review")
        try world.plan(admission.run, key: 7, order: .shuffled)
        let run = try world.reread(admission.run)
        try (world.ledger as? LedgerSQLite)?.close()
        try world.reopen(logPages: 1_000_000)
        func size() throws -> Int {
            try FileManager.default.attributesOfItem(atPath: world.folder + "/ledger.db-wal")[.size] as? Int ?? 0
        }
        var open: [StartedDelivery] = []
        var contacts = 0
        let before = try size()
        repeat {
            try world.ledger.together {
                try world.settle(open.map { .of($0, .accepted, ids: ["@" + String(repeating: "m", count: 40)]) })
                open = try world.start([run], limit: 32).started
            }
            contacts += open.count
        } while !open.isEmpty
        let frames = try (size() - before) / (4096 + 24)
        #expect(contacts == 6000)
        #expect(frames * 2 < contacts * 3, "\(frames) pages for \(contacts) contacts")
        try world.check()
    }

    // MARK: - The log

    @Test("a long log rings, is moved beside the writer, and begins anew")
    func longLog() throws {
        let world = try LedgerWorld(.sqlite)
        try (world.ledger as? LedgerSQLite)?.close()
        let rings = Mutex(0)
        try world.reopen(logPages: 40) { rings.withLock { $0 += 1 } }
        let ledger = try #require(world.ledger as? LedgerSQLite)
        let run = try world.run("sale", LedgerWorld.people(0..<2000))
        #expect(rings.withLock { $0 } > 0)
        // Nothing was moved by whoever wrote: a copy of the file alone knows nothing of it.
        func known() throws -> Int {
            let copy = world.folder + "/copy.db"
            try? FileManager.default.removeItem(atPath: copy)
            try FileManager.default.copyItem(atPath: world.folder + "/ledger.db", toPath: copy)
            return try DatabaseQueue(path: copy).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM run") ?? 0 }
        }
        let before = rings.withLock { $0 }
        try ledger.moveLongLog()
        #expect(try known() == 1)
        // From the first page again: forty more before anybody is rung.
        try world.start([run], limit: 1)
        #expect(rings.withLock { $0 } == before)
        try world.check()
        try ledger.close()
    }

    @Test("the bell is rung once a length, and again when half of it has come on top, until the log begins anew")
    func rings() {
        let wound = LedgerWound(markPath: "/nowhere", checkpointPages: 100) {}
        let seen: [(pages: Int32, rings: Bool)] = [
            (100, true), (101, false), (149, false), (150, true), (199, false), (205, true), (255, true),
            (100, true), (120, false), (150, true),
        ]
        for (pages, rings) in seen { #expect(wound.rings(at: pages) == rings, "\(pages)") }
    }

    // MARK: - Long questions

    private struct Stopping: WorkPace {
        func between(wrote: Bool) throws { throw WorkInterrupted() }
    }

    @Test("a stop ends a long question in its middle, and the connection goes on")
    func stopped() throws {
        let long =
            "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 500000) SELECT count(*) FROM c"
        try DatabaseQueue().inDatabase { (db: Database) throws -> Void in
            let session = SQLiteSession(db)
            #expect(throws: WorkInterrupted.self) {
                try session.inPieces(Stopping()) { try Int.fetchOne(session, sql: long) }
            }
            #expect(try Int.fetchOne(session, sql: long) == 500_000)
        }
    }

    @Test("a stop ends the walk over the whole ledger; what it would have found is found the next time")
    func examination() throws {
        let world = try LedgerWorld(.sqlite)
        _ = try world.run("sale", ["a", "b"])
        try RawSQL(world).run("UPDATE run SET audience = audience + 1")
        let stopping = try #require(try LedgerMaker.sqlite.open(in: world.folder, pace: Stopping()) as? LedgerSQLite)
        #expect(throws: WorkInterrupted.self) { try stopping.violations() }
        try stopping.close()
        #expect(try (world.ledger as? LedgerSQLite)?.violations().contains("sum of run #1: 3 ≠ 2") == true)
    }

    @Test("several questions as one see one moment")
    func asOne() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b"])
        let other = try world.secondLook()
        let (first, second) = try world.ledger.asOne {
            let first = try world.ledger.sum(of: run.id)
            _ = try other.setStop(true, person: "operator", at: world.now, term: world.term)
            _ = try other.start(
                StartDemand(
                    now: world.now, term: world.term, lane: world.lane(),
                    turns: [.init(run: run.id, limit: 1, messages: [1])], limit: 1, deadline: world.now + .seconds(9))
            ) { candidate, _ in .yes(candidate) }
            return (first, try world.ledger.sum(of: run.id))
        }
        #expect(first == second && first.pending == 2)
        #expect(try world.ledger.sum(of: run.id).open == 1)
    }
}
