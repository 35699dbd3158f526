import CampaignModel
import Foundation
import GRDB
import Ports
import SendingRules
import Testing

@testable import LedgerSQLite

/// What an earlier version left is opened by this one and goes on. `Upgrades/` holds a ledger in the middle of its work as
/// each version wrote it, from the first that did: `make upgrade-fixture` writes the newest one's.
@Suite("A ledger of an earlier version")
struct UpgradeTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Upgrades")
    /// The oldest file that is there: before it nobody kept any.
    private static var firstKept: Int {
        // Safe because a folder without files is one in which nothing was kept yet.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".sql") }.compactMap { Int($0.dropLast(4)) }.min() ?? .max
    }
    private static let versions = Schema.migrator.migrations
    static let kept: [Int] = versions.compactMap(number).filter { $0 >= firstKept }

    private static func number(_ version: String) -> Int? {
        version.split(separator: " ").first.flatMap { Int($0) }
    }
    private static func file(_ number: Int) -> URL { folder.appendingPathComponent("\(number).sql") }

    /// Where everybody of the run stands that each file holds.
    private static var sum: ConservationSum {
        var sum = ConservationSum()
        sum.audience = 8
        sum.holdout = 1
        sum.accepted = 1
        sum.rejected = 1
        sum.unknown = 1
        sum.waiting = [.platformBusy: 1]
        sum.skipped = [.denied: 1]
        sum.open = 1
        sum.pending = 1
        return sum
    }

    @Test(
        "the newest version is kept as well",
        .enabled(if: ProcessInfo.processInfo.environment["CURFEW_KEEP"] == nil, "it is being written"))
    func complete() {
        // From the first one on none is missing.
        for number in Self.kept {
            #expect(
                FileManager.default.fileExists(atPath: Self.file(number).path),
                "make upgrade-fixture writes Tests/LedgerSQLiteTests/Upgrades/\(number).sql")
        }
    }

    @Test("of every version that was kept goes on where it stood", arguments: kept)
    func goesOn(number: Int) throws {
        // Safe because a missing one is the other test's finding.
        guard let sql = try? String(contentsOf: Self.file(number), encoding: .utf8) else { return }
        let world = try LedgerWorld(.sqlite) { path in
            let old = try DatabaseQueue(path: path)
            try old.write { try $0.execute(sql: sql) }
            try old.close()
        }
        let run = try #require(try world.ledger.run(named: "sale"))
        #expect(try world.ledger.sum(of: run.id) == Self.sum && run.state == .running)
        try world.check()
        // What the old daemon had on the wire is unknown, and nobody of it is written to again.
        #expect(try world.ledger.rescue(at: world.now, term: world.term) == 1)
        world.now = world.now + .hours(1)
        let started = try world.start([run]).started
        #expect(started.count == 1)
        try world.settle(started.map { Settlement.of($0, .accepted, .end, ids: ["m9"]) })
        let after = try world.ledger.sum(of: run.id)
        #expect(after.accepted == 2 && after.unknown == 2 && after.open == 0 && after.pending == 0 && after.holds)
        try world.check()
        #expect(try world.ledger.auditRows(limit: nil).contains { $0.act == "approve" })
        if case .whole = try (world.ledger as? LedgerSQLite)?.verifyAudit(noted: nil) {
        } else {
            Issue.record("the audit's chain is broken")
        }
    }

    @Test("of every version, with nothing but its apps, is brought forward and serves a campaign", arguments: versions)
    func everyVersion(version: String) throws {
        let world = try LedgerWorld(.sqlite) { path in
            let old = try DatabaseQueue(path: path)
            try Schema.migrator.migrate(old, upTo: version)
            try old.write { try $0.execute(sql: "INSERT INTO app (name, in_trial) VALUES ('tt01', 0)") }
            try old.close()
        }
        #expect(world.account().app == AppID(rawValue: 1))
        let run = try world.run("sale", ["a", "b"])
        let started = try world.start([run]).started
        try world.settle(started.map { Settlement.of($0, .accepted, .end, ids: ["m"]) })
        #expect(try world.ledger.sum(of: run.id).accepted == 2)
        try world.check()
    }

    @Test(
        "of this version is written down for those to come",
        .enabled(if: ProcessInfo.processInfo.environment["CURFEW_KEEP"] != nil, "make upgrade-fixture"))
    func keep() throws {
        let world = try LedgerWorld(.sqlite, hasOwnKey: true)
        try world.authorize(LedgerWorld.people(0..<8))
        let run = try world.run("sale", LedgerWorld.people(0..<8), holdout: ["p7"])
        let started = try world.start([run], limit: 6).started
        let ends: [(OutcomeKind, Settlement.Next)] = [
            (.accepted, .end), (.rejected, .end), (.unknown, .end),
            (.refusedForNow, .wait(until: world.now + .minutes(90), .platformBusy)), (.refusedForNow, .skip(.denied)),
        ]
        try world.settle(
            zip(started, ends).enumerated().map { number, ended in
                let (delivery, end) = ended
                return Settlement.of(delivery, end.0, end.1, reason: .platformUnclear, ids: ["m\(number)"])
            })
        #expect(try world.ledger.sum(of: run.id) == Self.sum)
        let newest = try #require(Self.versions.last.flatMap(Self.number))
        try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
        try Self.dump(world.folder + "/ledger.db").write(to: Self.file(newest), atomically: true, encoding: .utf8)
    }

    /// As SQL: tables with their rows, then what hangs on them, so that no trigger fires.
    private static func dump(_ path: String) throws -> String {
        try DatabaseQueue(path: path).read { db in
            var lines: [String] = []
            let parts = try GRDB.Row.fetchAll(
                db, sql: "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
            for part in parts where part["type"] == "table" && part["name"] != "sqlite_sequence" {
                let name: String = part["name"]
                lines.append("\(part["sql"] as String);")
                let columns = try String.fetchAll(
                    db, sql: "SELECT name FROM pragma_table_xinfo('\(name)') WHERE hidden = 0")
                let values = columns.map { "quote(\"\($0)\")" }.joined(separator: " || ',' || ")
                for row in try String.fetchAll(db, sql: "SELECT \(values) FROM \"\(name)\"") {
                    let names = columns.map { "\"\($0)\"" }.joined(separator: ",")
                    lines.append("INSERT INTO \"\(name)\" (\(names)) VALUES (\(row));")
                }
            }
            for row in try GRDB.Row.fetchAll(db, sql: "SELECT name, seq FROM sqlite_sequence") {
                lines.append("DELETE FROM sqlite_sequence WHERE name = '\(row["name"] as String)';")
                lines.append(
                    "INSERT INTO sqlite_sequence VALUES ('\(row["name"] as String)', \(row["seq"] as Int64));")
            }
            for part in parts where part["type"] != "table" { lines.append("\(part["sql"] as String);") }
            return lines.joined(separator: "\n") + "\n"
        }
    }
}
