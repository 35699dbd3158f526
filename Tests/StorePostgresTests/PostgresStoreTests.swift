import Foundation
import Ports
import PostgresForTests
import Store
import Testing

@testable import StorePostgres

@Suite("A store in a PostgreSQL")
struct PostgresStoreTests {
    private static func opened(_ name: String, _ steps: [Migration] = []) throws -> StorePostgres {
        var migrations = Migrations()
        for step in steps { migrations.add(step.name, step.body) }
        return try StorePostgres(
            PostgresServer.shared.get().database(name), password: nil, migrations: migrations)
    }

    private static let things = Migration("1 things") { session in
        try session.execute(
            sql: """
                CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL, bytes BLOB, number INTEGER) STRICT;
                CREATE TABLE kept (name TEXT NOT NULL PRIMARY KEY, count INTEGER NOT NULL CHECK (count >= 0))
                    STRICT, WITHOUT ROWID;
                CREATE TRIGGER thing_is_kept BEFORE UPDATE OF name ON thing WHEN NEW.name IS NOT OLD.name
                BEGIN SELECT RAISE(ABORT, 'a thing is not renamed'); END;
                CREATE TRIGGER thing_made AFTER INSERT ON thing BEGIN
                    INSERT INTO kept VALUES (NEW.name, 1) ON CONFLICT (name) DO UPDATE SET count = kept.count + 1;
                END;
                """)
    }

    @Test(
        "values come back as they went: numbers, texts, bytes and none",
        .enabled(if: PostgresServer.isThere, "needs PostgreSQL 15 or newer"))
    func values() throws {
        let store = try Self.opened("values", [Self.things])
        try store.write { db in
            try db.execute(
                sql: "INSERT INTO thing (name, bytes, number) VALUES (?, ?, ?)",
                arguments: ["名", Data([0, 1, 255]), Int64.max])
            #expect(db.lastInsertedRowID == 1)
            #expect(db.changesCount == 1)
            try db.execute(
                sql: "INSERT INTO thing (name, bytes, number) VALUES (?2, ?1, ?3)", arguments: [Data(), "", nil])
        }
        let rows = try store.read {
            try StoredRow.fetchAll($0, sql: "SELECT name, bytes, number FROM thing ORDER BY id")
        }
        #expect(
            rows.map(\.values) == [
                [.text("名"), .bytes(Data([0, 1, 255])), .int(.max)], [.text(""), .bytes(Data()), .null],
            ])
        let sums = try store.read { db in
            try StoredRow.fetchOne(
                db,
                sql: """
                    SELECT sum(id), -sum(id) * 100000, avg(id), count(*), EXISTS (SELECT 1 FROM thing), max(id, 7),
                           instr(name, '名') FROM thing WHERE id < ? GROUP BY name, id ORDER BY 1 DESC LIMIT 1
                    """, arguments: [2])
        }
        #expect(sums?.values == [.int(1), .int(-100_000), .int(1), .int(1), .int(1), .int(7), .int(1)])
        try store.close()
    }

    @Test(
        "a statement is asked again with other values, and with none where there was one",
        .enabled(if: PostgresServer.isThere, "needs PostgreSQL 15 or newer"))
    func again() throws {
        let store = try Self.opened("again", [Self.things])
        try store.write { db in
            let insert = try db.cachedStatement(sql: "INSERT INTO thing (name, number) VALUES (?1, ?2)")
            for number in [1, 2, nil, 4] as [Int64?] {
                insert.bind(1, text: "a")
                insert.bind(2, number)
                #expect(try insert.run() == 1)
            }
            #expect(try Int.fetchOne(db, sql: "SELECT count FROM kept WHERE name = 'a'") == 4)
            let find = try db.cachedStatement(sql: "SELECT count(*) FROM thing WHERE number IS ?")
            #expect(try Int.fetchOne(find, arguments: [2]) == 1)
            #expect(try Int.fetchOne(find, arguments: [nil as Int64?]) == 1)
        }
        try store.close()
    }

    @Test(
        "what breaks a rule is refused as such, is undone alone, and the rest stands",
        .enabled(if: PostgresServer.isThere, "needs PostgreSQL 15 or newer"))
    func refused() throws {
        let store = try Self.opened("refused", [Self.things])
        try store.write { db in
            try db.execute(sql: "INSERT INTO kept VALUES ('a', 1)")
            #expect(throws: LedgerError.self) {
                try db.inSavepoint { try db.execute(sql: "UPDATE kept SET count = ?", arguments: [-1]) }
            }
            try db.execute(sql: "INSERT INTO kept VALUES ('b', 2)")
        }
        #expect(throws: LedgerError.refusedRow("a thing is not renamed")) {
            try store.write { db in
                try db.execute(sql: "INSERT INTO thing (name) VALUES ('c')")
                try db.execute(sql: "UPDATE thing SET name = 'd'")
            }
        }
        #expect(try store.read { try String.fetchAll($0, sql: "SELECT name FROM kept ORDER BY name") } == ["a", "b"])
        try store.close()
    }

    @Test(
        "a failure that somebody goes over is no commit",
        .enabled(if: PostgresServer.isThere, "needs PostgreSQL 15 or newer"))
    func swallowed() throws {
        let store = try Self.opened("swallowed", [Self.things])
        #expect(throws: LedgerError.self) {
            try store.write { db in
                try db.execute(sql: "INSERT INTO kept VALUES ('a', 1)")
                // Safe because the test is about just this.
                try? db.execute(sql: "INSERT INTO kept VALUES ('a', 1)")
            }
        }
        #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM kept") } == 0)
        #expect(store.trouble != nil)
        try store.write { try $0.execute(sql: "INSERT INTO kept VALUES ('a', 1)") }
        #expect(store.trouble == nil)
        try store.close()
    }

    @Test(
        "a connection that is lost is made anew, and the server says what had become of the transaction",
        .enabled(if: PostgresServer.isThere, "needs PostgreSQL 15 or newer"))
    func lost() throws {
        let target = try PostgresServer.shared.get().database("lost")
        var migrations = Migrations()
        migrations.add(Self.things.name, Self.things.body)
        let store = try StorePostgres(target, password: nil, migrations: migrations)
        let other = try PostgresConnection(target, password: nil)
        func end(where condition: String) throws {
            try other.script(
                """
                SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                WHERE datname = 'lost' AND pid <> pg_backend_pid() AND \(condition)
                """)
        }
        #expect(throws: LedgerError.self) {
            try store.write { db in
                try db.execute(sql: "INSERT INTO kept VALUES ('a', 1)")
                try end(where: "state = 'idle in transaction'")
            }
        }
        #expect(store.trouble != nil)
        try store.write { try $0.execute(sql: "INSERT INTO kept VALUES ('b', 1)") }
        #expect(try store.read { try String.fetchAll($0, sql: "SELECT name FROM kept") } == ["b"])
        // Between two transactions nobody notices.
        try end(where: "TRUE")
        #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM kept") } == 1)
        try store.write { try $0.execute(sql: "UPDATE kept SET count = 2") }
        try other.script("BEGIN; INSERT INTO kept VALUES ('c', 1)")
        let number = try other.script("SELECT pg_current_xact_id_if_assigned()").text(0, 0)
        try other.commit()
        #expect(try PostgresConnection(target, password: nil).fate(of: number) == "committed")
        try store.close()
    }

    @Test(
        "a read is one moment, whatever is written meanwhile",
        .enabled(if: PostgresServer.isThere, "needs PostgreSQL 15 or newer"))
    func moment() throws {
        let store = try Self.opened("moment", [Self.things])
        try store.read { db in
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM kept") == 0)
            try store.write { try $0.execute(sql: "INSERT INTO kept VALUES ('a', 1)") }
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM kept") == 0)
            #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM kept") } == 0)
        }
        #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM kept") } == 1)
        try store.close()
    }

    @Test(
        "a schema of a newer version is refused", .enabled(if: PostgresServer.isThere, "needs PostgreSQL 15 or newer"))
    func newer() throws {
        let target = try PostgresServer.shared.get().database("newer")
        var migrations = Migrations()
        migrations.add(Self.things.name, Self.things.body)
        let store = try StorePostgres(target, password: nil, migrations: migrations)
        #expect(try store.migrations().done == ["1 things"])
        try store.close()
        #expect(throws: LedgerError.newerSchema(target)) {
            try StorePostgres(target, password: nil, migrations: Migrations())
        }
    }

    @Test(
        "what SQLite calls otherwise",
        arguments: [
            ("SELECT a FROM b WHERE c = ?2 AND d = ?1", "SELECT a FROM b WHERE c = $2 AND d = $1"),
            ("SELECT '?' || ? -- ?", "SELECT '?' || $1 -- ?"),
            ("SELECT 1 FROM a CROSS JOIN b ON b.id = a.id", "SELECT 1 FROM a  JOIN b ON b.id = a.id"),
            ("SELECT 1 FROM a CROSS JOIN b", "SELECT 1 FROM a CROSS JOIN b"),
            ("SELECT max(a), max(a, min(b, 2)) FROM c", "SELECT max(a), greatest(a, least(b, 2)) FROM c"),
            (
                "SELECT a IS ?, b IS NOT ?, c IS NULL",
                "SELECT a IS NOT DISTINCT FROM $1, b IS DISTINCT FROM  $2, c IS NULL"
            ),
            (
                "DELETE FROM a WHERE b = ? ORDER BY c LIMIT 5",
                "DELETE FROM a WHERE ctid IN (SELECT ctid FROM a WHERE b = $1 ORDER BY c LIMIT 5)"
            ),
            (
                "UPDATE a SET b = (SELECT 1 LIMIT 1) WHERE c = ? LIMIT ?",
                "UPDATE a SET b = (SELECT 1 LIMIT 1) WHERE ctid IN (SELECT ctid FROM a WHERE c = $1 LIMIT $2)"
            ),
            ("SELECT id FROM a WHERE b IN ()", "SELECT id FROM a WHERE b IN (SELECT NULL::bigint WHERE FALSE)"),
            ("SELECT x'00FF', CAST(a AS INTEGER)", "SELECT '\\x00FF'::bytea, CAST(a AS bigint)"),
            ("INSERT OR IGNORE INTO a VALUES (1)", "INSERT INTO a VALUES (1) ON CONFLICT DO NOTHING"),
        ])
    func dialect(text: String, inPostgres: String) { #expect(Dialect.statement(text).text == inPostgres) }
}
