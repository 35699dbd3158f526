import CampaignModel
import Foundation
import GRDB
import Ports
import Store
import Testing

@testable import LedgerSQLite
@testable import StoreSQLite

/// A connection of its own to a world's file: for what only a file can show, and for damage.
struct RawSQL {
    private let path: String
    /// Not in a file: through the ledger's own connection, there is no other that knows the dialect.
    private let elsewhere: LedgerSQLite?

    init(_ world: LedgerWorld) {
        path = world.folder + "/ledger.db"
        elsewhere = world.maker == .sqlite ? nil : world.ledger as? LedgerSQLite
    }

    func run(_ sql: String) throws {
        if let elsewhere { return try elsewhere.inWrite { try $0.execute(sql: sql) } }
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        try DatabaseQueue(path: path, configuration: configuration).write { try $0.execute(sql: sql) }
    }
    func number(_ sql: String) throws -> Int {
        if let elsewhere {
            return try elsewhere.inRead { Int(try StoredRow.fetchOne($0, sql: sql)?[0] as Int64? ?? 0) }
        }
        return try DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: sql) ?? 0 }
    }
}

@Suite("The ledger's file")
struct SQLiteFileTests {
    @Test("the ledger is its owner's alone, in a folder that is open to others too, and when it was not")
    func ownersAlone() throws {
        let folder = NSTemporaryDirectory() + "curfew-mode-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/ledger.db"
        func modes() throws -> [Int] {
            try [path, path + "-wal", path + "-shm"].compactMap {
                try FileManager.default.attributesOfItem(atPath: $0)[.posixPermissions] as? Int
            }
        }
        let before = umask(0o022)
        defer { umask(before) }
        let ledger = try LedgerSQLite(path: path)
        _ = try ledger.beginReign(node: "test", at: LedgerWorld.morning)
        #expect(try modes() == [0o600, 0o600, 0o600])
        try ledger.close()
        #expect(chmod(path, 0o644) == 0)
        let again = try LedgerSQLite(path: path)
        _ = try again.beginReign(node: "test", at: LedgerWorld.morning)
        #expect(try modes() == [0o600, 0o600, 0o600])
        try again.close()
    }

    @Test("a ledger that is closed in the middle of questions closes without a complaint, every time")
    func closedWhileAsked() async throws {
        for _ in 0..<40 {
            let world = try LedgerWorld(.sqlite)
            let run = try world.run("sale", ["a"])
            let ledger = try #require(world.ledger as? LedgerSQLite)
            let account = world.account().id
            let now = world.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        // Whoever asks while it closes may get no answer.
                        for _ in 0..<50 {
                            _ = try? ledger.laneFacts(account, at: now)
                            _ = try? ledger.facts(run: run.id, openID: "a", at: now)
                        }
                    }
                }
                group.addTask { try ledger.close() }
                try await group.waitForAll()
            }
        }
    }

    @Test("the writer syncs fully, also when the file is opened again")
    func fullSync() throws {
        let world = try LedgerWorld(.sqlite)
        for _ in 0..<2 {
            #expect(try (world.ledger as? LedgerSQLite)?.synchronousMode() == 2)
            try world.reopen()
        }
        #expect(try RawSQL(world).number("SELECT count(*) FROM pragma_journal_mode() WHERE journal_mode = 'wal'") == 1)
    }

    @Test("a file of a newer version is refused and left as it is")
    func newerSchema() throws {
        let world = try LedgerWorld(.sqlite)
        try RawSQL(world).run("INSERT INTO grdb_migrations VALUES ('999 from the future')")
        let path = world.folder + "/ledger.db"
        #expect(throws: LedgerError.newerSchema(path)) { try LedgerSQLite(path: path) }
        #expect(try RawSQL(world).number("SELECT count(*) FROM app") == 2)
    }

    @Test("a file of the first version is brought forward with its rows")
    func migrates() throws {
        let folder = NSTemporaryDirectory() + "curfew-old-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer {
            // Safe because a folder that stays behind in the temporary directory harms nobody.
            try? FileManager.default.removeItem(atPath: folder)
        }
        let path = folder + "/ledger.db"
        let old = try DatabaseQueue(path: path)
        try Schema.migrator.migrate(old, upTo: "1 the ledger")
        try old.write { try $0.execute(sql: "INSERT INTO app (name, in_trial) VALUES ('tt01', 0)") }
        try old.close()
        let ledger = try LedgerSQLite(path: path)
        let term = try ledger.beginReign(node: "test", at: LedgerWorld.morning)
        let accounts = try ledger.register(
            [AppRegistration(name: "tt01", accounts: [AccountRegistration(name: "a", openID: "_a")])],
            at: LedgerWorld.morning, term: term)
        #expect(accounts["a"]?.app == AppID(rawValue: 1))
        #expect(try ledger.violations().isEmpty)
    }

    @Test("lists whose bad rows were counted twice are put right, and so are the duplicates of their runs")
    func rowsPutRight() throws {
        let folder = NSTemporaryDirectory() + "curfew-rows-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer {
            // Safe because a folder that stays behind in the temporary directory harms nobody.
            try? FileManager.default.removeItem(atPath: folder)
        }
        let path = folder + "/ledger.db"
        let old = try DatabaseQueue(path: path)
        try Schema.migrator.migrate(old, upTo: "12 when the held out would have been written to")
        // Six rows: three people, one of them twice, and two bad ones that stood among the read ones twice.
        try old.write { db in
            try db.execute(
                sql: """
                    INSERT INTO app (id, name, in_trial) VALUES (1, 'tt01', 0);
                    INSERT INTO audience VALUES (1, 1, 'd', 'open_id', 8, 2, 3);
                    INSERT INTO campaign VALUES (1, 'sale', 'marketing');
                    INSERT INTO revision (id, campaign, number, digest, app, account, content, source, file_name, notes, admitted)
                        VALUES (1, 1, 1, 'd', 1, 1, '{}', x'', 'sale.yaml', '[]', 0);
                    INSERT INTO revision_audience VALUES (1, 0, 0, 1);
                    INSERT INTO run (name, revision, account, channel, state, starts, valid_until, priority, planned, audience,
                                     duplicates, created) VALUES ('sale@1', 1, 1, 'private-message', 5, 0, 1, 5, 1, 3, 3, 0);
                    """)
        }
        try old.close()
        let ledger = try LedgerSQLite(path: path)
        let rows = try ledger.inRead { db in
            try StoredRow.fetchOne(
                db,
                sql: """
                    SELECT a.rows_read, a.rows_bad, a.duplicates, a.people, r.duplicates AS run, r.beyond_max
                    FROM audience a, run r
                    """)
        }
        #expect(rows?.map { $0.1 } == [6, 2, 1, 3, 1, 0].map { StoredValue.int($0) })
    }

    @Test("what is no ledger is refused as damaged, not overwritten")
    func noLedger() throws {
        let path = NSTemporaryDirectory() + "curfew-garbage-" + UUID().uuidString
        let garbage = Data(repeating: 0x5A, count: 8192)
        try garbage.write(to: URL(fileURLWithPath: path))
        defer { unlink(path) }
        #expect { try LedgerSQLite(path: path) } throws: { error in
            if case .corrupt? = error as? LedgerError { true } else { false }
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == garbage)
    }

    @Test("scratch files of a crash are removed at the next opening, and nothing else is")
    func scratch() throws {
        let world = try LedgerWorld(.sqlite)
        let names = ["stage-plan-7.tmp", "stage-revision-ab.tmp", "stage-kept.csv", "notes.tmp"]
        for name in names { try Data([1]).write(to: URL(fileURLWithPath: world.folder + "/" + name)) }
        try world.reopen()
        let left = try FileManager.default.contentsOfDirectory(atPath: world.folder)
        #expect(
            !left.contains(names[0]) && !left.contains(names[1]) && left.contains(names[2]) && left.contains(names[3]))
    }

    @Test("the file that another opened goes on where it was")
    func sameFile() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<4))
        try world.start([run], limit: 2)
        let term = world.term
        try world.restart()
        #expect(term < world.term)
        #expect(try world.ledger.sum(of: run.id).open == 2)
        #expect(try world.start([run]).started.count == 2)
    }

    @Test("a scratch database that cannot be written is the disk's fault, and nothing is taken")
    func noRoomForScratch() throws {
        let world = try LedgerWorld(.sqlite)
        let demand = world.demand("sale", [.init("l", ["a"])], digest: "0123456789abcdef")
        let blocked = world.folder + "/stage-revision-0123456789abcdef.tmp"
        try FileManager.default.createDirectory(atPath: blocked, withIntermediateDirectories: true)
        #expect { try world.ledger.admit(demand) } throws: { error in
            if case .storage? = error as? LedgerError { true } else { false }
        }
        #expect(try world.ledger.runs(includingEnded: true).isEmpty)
    }
}

@Suite("The ledger's own check")
struct ViolationTests {
    /// A contradiction that no verb could make, and a word of the sentence that must name it.
    struct Damage: CustomTestStringConvertible {
        var sql: String
        var names: String
        var testDescription: String { sql }
    }
    static let damages: [Damage] = [
        Damage(sql: "UPDATE counter SET people = people + 1", names: "counter"),
        Damage(sql: "UPDATE counter SET messages = messages - 1", names: "counter"),
        Damage(sql: "DELETE FROM counter", names: "without counter"),
        Damage(sql: "INSERT INTO counter VALUES (1, 1, 5, 5, 0)", names: "counter"),
        Damage(sql: "UPDATE rollup SET count = count + 1 WHERE kind = 1", names: "roll-up"),
        Damage(sql: "UPDATE rollup SET count = count - 1 WHERE kind = 5", names: "roll-up"),
        Damage(sql: "DELETE FROM rollup WHERE kind = 10", names: "roll-up"),
        Damage(sql: "UPDATE attempt SET outcome = 1 WHERE outcome IS NULL", names: "roll-up"),
        Damage(sql: "UPDATE attempt SET outcome = 2, reason = 67 WHERE outcome = 5", names: "roll-up"),
        Damage(sql: "DELETE FROM waiting", names: "roll-up"),
        Damage(sql: "UPDATE waiting SET reason = 5", names: "roll-up"),
        Damage(sql: "DELETE FROM skipped", names: "roll-up"),
        Damage(
            sql: "INSERT INTO waiting SELECT run, recipient + 900, segment, 0, 0, 0, 0, 1, 4 FROM waiting",
            names: "roll-up"),
        Damage(
            sql: "INSERT INTO skipped SELECT run, recipient, variant, 26, 1 FROM waiting", names: "waits and is skipped"
        ),
        Damage(
            sql:
                "INSERT INTO waiting SELECT run, recipient, segment, 0, 0, 0, 0, 1, 4 FROM attempt WHERE outcome IS NULL",
            names: "waits and is open"),
        Damage(sql: "UPDATE segment SET next = next - 1", names: "sum of run"),
        Damage(sql: "UPDATE segment SET next = size", names: "sum of run"),
        Damage(sql: "UPDATE run SET audience = audience + 1", names: "sum of run"),
        Damage(sql: "DELETE FROM holdout", names: "holdout"),
        Damage(sql: "DELETE FROM plan WHERE position = 1", names: "segment"),
        Damage(
            sql: """
                INSERT INTO attempt SELECT day, recipient, account, number + 7, run, segment, position, variant,
                sent_variant, messages, tries, term, started, deadline, 1, 0, 1, NULL, NULL, NULL, NULL, settled
                FROM attempt WHERE outcome = 1
                """, names: "kept twice"),
    ]

    @Test("it finds every planted contradiction", arguments: damages)
    func finds(_ damage: Damage) throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<8), holdout: ["p7"])
        let started = try world.start([run], limit: 4) { candidate, _ in
            candidate.openID == "p3" ? .no(.skip, .denied, candidate) : .yes(candidate)
        }.started
        try world.settle([
            .of(started[0], .accepted), .of(started[1], .unknown, reason: .network),
            .of(started[2], .refusedForNow, .wait(until: world.now, .platformBusy), reason: .platformBusy),
        ])
        try world.check()
        try RawSQL(world).run(damage.sql)
        let found = try world.ledger.violations()
        #expect(found.contains { $0.contains(damage.names) }, "\(found)")
    }
}

@Suite("How the hot statements find their rows")
struct QueryPlanTests {
    /// Single rows of settings, of which there is one or a handful: a scan of them is a look.
    private static let smallTables = ["reign", "listed"]

    private static func statements(of ledger: LedgerSQLite) throws -> [(name: String, sql: String)] {
        var statements: [(name: String, sql: String)] = []
        try ledger.inWrite { db in
            let hot = try HotStatements(db)
            let parts: [Any] = [hot, hot.ghosts, hot.occasions]
            for child in parts.flatMap({ Array(Mirror(reflecting: $0).children) }) {
                guard let name = child.label, let statement = child.value as? PreparedStatement else { continue }
                statements.append((name, statement.sql))
            }
        }
        return statements
    }

    @Test("no hot statement and no trigger of one makes a table of its own each time it runs")
    func noTables() throws {
        let world = try LedgerWorld(.sqlite)
        let ledger = try #require(world.ledger as? LedgerSQLite)
        let statements = try Self.statements(of: ledger)
        #expect(statements.count >= 20)
        try ledger.inRead { db in
            for (name, sql) in statements {
                let program = try db.prepare("EXPLAIN " + sql)
                while try program.step() { #expect(program.text(1) != "OpenEphemeral", "\(name)") }
            }
        }
    }

    @Test("every hot statement goes by keys: no scan, no sorting aside")
    func keysOnly() throws {
        let world = try LedgerWorld(.sqlite)
        _ = try world.run("sale", LedgerWorld.people(0..<50))
        let ledger = try #require(world.ledger as? LedgerSQLite)
        let statements = try Self.statements(of: ledger)
        #expect(statements.count >= 20)
        try ledger.inRead { db in
            for (name, sql) in statements {
                for step in try Self.steps(of: sql, db) {
                    #expect(!step.contains("TEMP B-TREE"), "\(name): \(step)")
                    let scans = step.hasPrefix("SCAN") && !step.hasPrefix("SCAN CONSTANT ROW")
                    #expect(!scans || Self.smallTables.contains { step.contains($0) }, "\(name): \(step)")
                }
            }
        }
    }

    private static func steps(of sql: String, _ db: any Session) throws -> [String] {
        let statement = try db.prepare("EXPLAIN QUERY PLAN " + sql)
        var steps: [String] = []
        while try statement.step() { steps.append(statement.text(3)) }
        return steps
    }
}
