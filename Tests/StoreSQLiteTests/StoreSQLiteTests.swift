import Foundation
import Ports
import Store
import Testing

@testable import StoreSQLite

@Suite("A store in a file")
struct StoreSQLiteTests {
    private final class World {
        let folder: String
        let store: StoreSQLite

        init() throws {
            folder = NSTemporaryDirectory() + "curfew-store-" + UUID().uuidString
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            var migrations = Migrations()
            migrations.add("1 things") { session in
                try session.execute(
                    sql: """
                        CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL, bytes BLOB, number INTEGER) STRICT;
                        -- A comment between two.
                        CREATE TABLE kept (name TEXT PRIMARY KEY, count INTEGER NOT NULL CHECK (count >= 0)) STRICT;
                        """)
            }
            store = try StoreSQLite(path: folder + "/store.db", migrations: migrations)
        }

        // Safe because a folder that stays behind in the temporary directory harms nobody.
        deinit { try? FileManager.default.removeItem(atPath: folder) }
    }

    @Test("values come back as they went: numbers, texts, bytes and none")
    func values() throws {
        let store = try World().store
        try store.write { db in
            try db.execute(
                sql: "INSERT INTO thing (name, bytes, number) VALUES (?, ?, ?)",
                arguments: ["名", Data([0, 1, 255]), Int64.max])
            #expect(db.lastInsertedRowID == 1)
            #expect(db.changesCount == 1)
            try db.execute(
                sql: "INSERT INTO thing (name, bytes, number) VALUES (?2, ?1, ?3)", arguments: [Data(), "", nil])
        }
        let rows = try store.read { db in
            try StoredRow.fetchAll(db, sql: "SELECT name, bytes, number, 0.5 FROM thing ORDER BY id")
        }
        #expect(
            rows.map(\.values) == [
                [.text("名"), .bytes(Data([0, 1, 255])), .int(.max), .real(0.5)],
                [.text(""), .bytes(Data()), .null, .real(0.5)],
            ])
        #expect(rows[0]["number"] == Int64.max)
        #expect(rows[1]["number"] as Int? == nil)
        try store.close()
    }

    @Test("several statements share their values, each what it asks for")
    func several() throws {
        let store = try World().store
        try store.write { db in
            try db.execute(
                sql: "INSERT INTO kept VALUES (?, ?); UPDATE kept SET count = count + ?;", arguments: ["a", 1, 2])
        }
        #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count FROM kept") } == 3)
        try store.close()
    }

    @Test("what breaks a rule is the row's fault, is undone alone, and the rest stands")
    func refused() throws {
        let store = try World().store
        try store.write { db in
            try db.execute(sql: "INSERT INTO kept VALUES ('a', 1)")
            #expect(throws: LedgerError.refusedRow("CHECK constraint failed: count >= 0")) {
                try db.inSavepoint { try db.execute(sql: "UPDATE kept SET count = ?", arguments: [-1]) }
            }
            try db.execute(sql: "INSERT INTO kept VALUES ('b', 2)")
        }
        #expect(throws: LedgerError.self) { try store.write { try $0.execute(sql: "INSERT INTO nothing VALUES (1)") } }
        #expect(try store.read { try String.fetchAll($0, sql: "SELECT name FROM kept ORDER BY name") } == ["a", "b"])
        try store.close()
    }

    @Test("a read is one moment, whatever is written meanwhile, and a read within it the same")
    func moment() throws {
        let store = try World().store
        func count() throws -> Int? { try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM kept") } }
        try store.read { db in
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM kept") == 0)
            try store.write { try $0.execute(sql: "INSERT INTO kept VALUES ('a', 1)") }
            #expect(try count() == 0)
        }
        #expect(try count() == 1)
        try store.close()
    }

    @Test("a store that is closed answers nobody, and its file is whole without a log")
    func closed() throws {
        let world = try World()
        try world.store.write { try $0.execute(sql: "INSERT INTO kept VALUES ('a', 1)") }
        // Kept with its connection until the end.
        _ = try world.store.read { try Int.fetchOne($0.cachedStatement(sql: "SELECT count(*) FROM kept")) }
        try world.store.close()
        #expect(throws: LedgerError.closing) { try world.store.read { _ in } }
        #expect(StoreSQLite.isEmpty(logOf: world.folder + "/store.db"))
    }
}
