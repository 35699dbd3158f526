import CampaignModel
import GRDB
import Ports
import Testing

@testable import LedgerSQLite

@Suite("Sums that only grow")
struct TotalsTests {
    private func totals(_ world: LedgerWorld, runsMax: Int = 300) throws -> LedgerTotals {
        try #require(world.ledger as? any MetricsLedger).totals(
            TotalsQuestion(runsMax: runsMax, endedSince: world.now - .hours(24)))
    }

    private func sums(_ world: LedgerWorld) throws -> [String: Int] {
        try totals(world).counts.reduce(into: [:]) { $0["\($1.kind) \($1.detail)", default: 0] += $1.count }
    }

    @Test("what is started, ends, waits and is left out is counted once, and a restart changes nothing")
    func counted() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<8))
        let started = try world.start([run], messages: [2]) { candidate, _ in
            switch candidate.openID {
            case "p6": .no(.skip, .denied, candidate)
            case "p7": .no(.defer, .alreadyContactedToday, candidate, changesAt: world.now + .hours(20))
            default: .yes(candidate)
            }
        }.started
        #expect(started.count == 6)
        try world.settle(
            [
                .of(started[0], .accepted), .of(started[1], .accepted),
                .of(started[2], .rejected, reason: .platformRecipientGone),
                .of(started[3], .unknown, reason: .network),
            ])
        let before = try sums(world)
        #expect(before["started 0"] == 6 && before["messages 0"] == 12 && before["atNight 0"] == nil)
        #expect(before["accepted 0"] == 2 && before["rejected \(Reason.platformRecipientGone.rawValue)"] == 1)
        #expect(before["unknown \(Reason.network.rawValue)"] == 1)
        #expect(before["leftOut \(Reason.denied.rawValue)"] == 1)
        #expect(before["putOff \(Reason.alreadyContactedToday.rawValue)"] == 1)
        try world.restart()
        #expect(try sums(world) == before)
        // The two that were open end as unknown, and nothing is counted again.
        #expect(try world.ledger.rescue(at: world.now, term: world.term) == 2)
        var after = before
        after["unknown \(Reason.orphaned.rawValue)"] = 2
        #expect(try sums(world) == after)
        try world.check()
    }

    /// As the version before counted: with lists in its triggers.
    private func bringBack(_ world: LedgerWorld) throws {
        let old = try DatabaseQueue()
        try Schema.migrator.migrate(old, upTo: "31 what a machine's review holds for")
        let triggers = try old.read {
            try String.fetchAll(
                $0, sql: "SELECT sql FROM sqlite_schema WHERE name IN ('rollup_made', 'rollup_grown')")
        }
        #expect(triggers.count == 2 && triggers.allSatisfy { $0.contains("IN (1, 2, 5, 10, 11, 12)") })
        try RawSQL(world).run(
            """
            DROP TRIGGER rollup_made;
            DROP TRIGGER rollup_grown;
            \(triggers.joined(separator: ";\n"));
            DELETE FROM grdb_migrations WHERE identifier LIKE '% sums without lists';
            """)
    }

    @Test("a ledger of the version before counts on from where it was, each kind as before")
    func broughtForward() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<9))
        let first = try world.start([run], limit: 5).started
        try world.settle([.of(first[0], .accepted), .of(first[1], .rejected, reason: .platformRecipientGone)])
        let before = try sums(world)
        try (world.ledger as? LedgerSQLite)?.close()
        try bringBack(world)
        try world.restart()
        #expect(try sums(world) == before)
        #expect(try world.ledger.rescue(at: world.now, term: world.term) == 3)
        let second = try world.start([run]) { candidate, _ in
            candidate.openID == "p8" ? .no(.skip, .denied, candidate) : .yes(candidate)
        }.started
        try world.settle([
            .of(second[0], .accepted), .of(second[1], .unknown, reason: .network),
            .of(second[2], .refusedForNow, .wait(until: world.now + .minutes(1), .platformBusy)),
        ])
        let after = try sums(world)
        #expect(after["started 0"] == 8 && after["accepted 0"] == 2)
        #expect(after["rejected \(Reason.platformRecipientGone.rawValue)"] == 1)
        #expect(after["unknown \(Reason.orphaned.rawValue)"] == 3 && after["unknown \(Reason.network.rawValue)"] == 1)
        #expect(after["putOff \(Reason.platformBusy.rawValue)"] == 1)
        #expect(after["leftOut \(Reason.denied.rawValue)"] == 1)
        try world.check()
    }

    @Test("a sum never falls when a person's fate is settled later")
    func settledLater() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["p0"])
        let started = try world.start([run]).started
        try world.settle([.of(started[0], .unknown, reason: .network)])
        try world.ledger.resolve(
            ResolveDemand(
                now: world.now, term: world.term, run: run.id, openID: "p0", accepted: true, person: "operator",
                finalAfter: .hours(24)))
        let sums = try sums(world)
        #expect(sums.filter { $0.key.hasPrefix("unknown") }.map(\.value) == [1])
        #expect(sums.filter { $0.key.hasPrefix("accepted") }.map(\.value) == [1])
        #expect(try totals(world).oldestUnknown == nil)
    }

    @Test(
        "a message that starts at night is counted as one, whoever let it pass",
        arguments: [
            ("2026-11-20T21:59:00", 0), ("2026-11-20T22:00:00", 2), ("2026-11-21T00:00:00", 2),
            ("2026-11-21T07:59:00", 2), ("2026-11-21T08:00:00", 0),
        ])
    func night(at text: String, messages: Int) throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["p0"])
        world.now = try #require(Moment(iso8601: text, defaultZone: .shanghai))
        #expect(try world.start([run], messages: [2]).started.count == 1)
        #expect(try sums(world)["atNight 0", default: 0] == messages)
        #expect(try sums(world)["messages 0"] == 2)
    }

    @Test("consents are counted by how they stand, also when they change and go")
    func consents() throws {
        let world = try LedgerWorld(.sqlite)
        try world.authorize(LedgerWorld.people(0..<5))
        try world.authorize(LedgerWorld.people(0..<3))
        try world.ledger.record(
            ConsentPage(
                now: world.now, term: world.term, account: world.account().id,
                people: [.init(openID: "p1", state: .withdrawn, source: "event")], answersQuestions: false))
        let counts = try totals(world).consents.map { "\($0.state) \($0.people)" }
        #expect(counts.sorted() == ["authorized 4", "withdrawn 1"])
    }

    @Test("the series of runs are bounded; a run that ended leaves after a day")
    func runs() throws {
        let world = try LedgerWorld(.sqlite)
        let first = try world.run("first", ["p0"])
        _ = try world.run("second", ["p1"])
        let far = try world.ledger.admit(world.demand("far", [.init("l", ["p2"])], start: world.now + .days(3))).run
        try world.act(.approve, far, by: "review")
        #expect(try totals(world).runs.map(\.run).last == far.name)
        #expect(try totals(world, runsMax: 2).runs.count == 2)
        _ = try world.end(first, .cancelled, .cancelled)
        #expect(try totals(world).runs.map(\.state).last == .cancelled)
        #expect(try totals(world).living.values.reduce(0, +) == 2)
        world.now = world.now + .hours(25)
        #expect(try totals(world).runs.count == 2)
    }

    @Test("a ledger of before begins with what its rows say")
    func older() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<4))
        let started = try world.start([run]).started
        try world.settle(started.prefix(3).map { .of($0, .accepted) })
        try world.authorize(["p1", "p2"])
        let before = try sums(world)
        let queue = try DatabaseQueue(path: world.folder + "/ledger.db")
        try queue.write { db in
            for trigger in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'") {
                try db.execute(sql: "DROP TRIGGER \(trigger)")
            }
            try db.execute(
                sql: """
                    DROP TABLE total; DROP TABLE consent_count;
                    ALTER TABLE instance DROP COLUMN proved_at;
                    DELETE FROM grdb_migrations WHERE identifier LIKE '26 %';
                    """)
        }
        try queue.close()
        try world.reopen()
        #expect(try sums(world) == before)
        #expect(try totals(world).consents.map(\.people) == [2])
    }

    @Test("a write is proved by writing")
    func proved() throws {
        let world = try LedgerWorld(.sqlite)
        let ledger = try #require(world.ledger as? LedgerSQLite)
        func at() throws -> Int64? {
            try DatabaseQueue(path: world.folder + "/ledger.db").read {
                try Int64.fetchOne($0, sql: "SELECT proved_at FROM instance")
            }
        }
        try ledger.proveWritable(at: world.now)
        let first = try #require(try at())
        try ledger.proveWritable(at: world.now)
        #expect(try at() == first + 1)
    }
}
