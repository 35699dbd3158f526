import CampaignModel
import Foundation
import GRDB
import Ports
import Testing

@testable import LedgerSQLite

@Suite("Backups, and what a restored one may not do")
struct RestoreTests {
    private func sqlite(_ world: LedgerWorld) throws -> LedgerSQLite { try #require(world.ledger as? LedgerSQLite) }

    @Test("a backup is taken beside a writer, is sound, says when it was made, and is its owner's alone")
    func backup() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<5))
        let first = try world.start([run], limit: 2).started[0]
        let file = world.folder + "/backup.db"
        let receipt = try sqlite(world).backUp(to: file, at: world.now)
        try world.settle([.of(first, .accepted)])
        #expect(receipt.attempts == 2 && receipt.runs == 1)
        #expect(receipt.audit == (try world.ledger.auditHead()))
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
        #expect(!FileManager.default.fileExists(atPath: file + "-wal"))
        var options = LedgerSQLite.Options()
        options.readOnly = true
        let copy = try LedgerSQLite(path: file, options: options)
        #expect(try copy.sum(of: run.id).open == 2)
        #expect(try copy.mark().copiedAt == world.now)
        #expect(try copy.damage(full: true).isEmpty && copy.violations().isEmpty)
        #expect(try world.ledger.mark().copiedAt == nil)
    }

    @Test("a backup that cannot be written leaves nothing behind")
    func noRoom() throws {
        let world = try LedgerWorld(.sqlite)
        let folder = world.folder + "/target"
        try FileManager.default.createDirectory(atPath: folder + "/b.db", withIntermediateDirectories: true)
        #expect(throws: LedgerError.self) { try sqlite(world).backUp(to: folder + "/b.db", at: world.now) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["b.db"])
    }

    @Test("flipped bits are found by the check of the file")
    func flipped() throws {
        let world = try LedgerWorld(.sqlite)
        _ = try world.run("sale", LedgerWorld.people(0..<400))
        let file = world.folder + "/backup.db"
        _ = try sqlite(world).backUp(to: file, at: world.now)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        // The page of a table's interior is not the first one, and its first byte says what kind it is.
        let page = 4096 * 9
        bytes[page] ^= 0xFF
        try bytes.write(to: URL(fileURLWithPath: file))
        var options = LedgerSQLite.Options()
        options.readOnly = true
        let found: Bool
        do { found = try !LedgerSQLite(path: file, options: options).damage(full: false).isEmpty } catch LedgerError
            .corrupt
        { found = true }
        #expect(found)
    }

    @Test("what may have been sent after the backup is never sent again, and nobody else loses anything")
    func accepted() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<4))
        let first = try world.start([run], limit: 1).started[0]
        try world.settle([.of(first, .accepted)])
        let inReview = try world.ledger.admit(world.demand("later", [.init("l9", ["x"])])).run
        let file = world.folder + "/backup.db"
        _ = try sqlite(world).backUp(to: file, at: world.now)
        // Lost: two more were contacted.
        try world.start([run], limit: 2)

        let restored = try LedgerSQLite(path: file)
        let now = world.now + .hours(2)
        let receipt = try restored.accept(AcceptDemand(now: now, person: "operator", seal: nil))
        #expect(receipt.runs == 2 && receipt.people == 3 && receipt.accounts == 3)
        #expect(receipt.unknownFrom == world.now && receipt.unknownUntil == now)
        #expect(receipt.closedUntil == PlatformDay(containing: now).next.start)
        let sum = try restored.sum(of: run.id)
        #expect(sum.accepted == 1 && sum.skipped[.perhapsContacted] == 3 && sum.isSettled && sum.holds)
        #expect(try restored.run(named: inReview.name)?.validUntil == now)
        #expect(
            try restored.laneFacts(world.account().id, at: now).hold
                == LaneHold(reason: .ledgerRestored, until: receipt.closedUntil))
        #expect(try restored.violations().isEmpty)
        #expect(try restored.auditRows(limit: 1)[0].person == "operator")
        #expect(try restored.verifyAudit(noted: nil) == .whole(restored.auditHead()))
        #expect(try restored.mark().copiedAt == nil)
        #expect(try restored.mark().ledger != world.ledger.mark().ledger, "the one that went on is another")
    }

    @Test(
        "what people stopped after the backup stays stopped: everything stands, and runs that had not begun are paused")
    func stoppedMeanwhile() throws {
        let world = try LedgerWorld(.sqlite)
        let later = try world.run("later", ["a"], start: world.now + .days(1), validUntil: world.now + .days(3))
        #expect(try world.reread(later).state == .scheduled || world.reread(later).state == .running)
        let waiting = try world.ledger.admit(
            world.demand(
                "tomorrow", [.init("l8", ["x"])], start: world.now + .days(1), validUntil: world.now + .days(3))
        ).run
        try world.act(.approve, waiting, by: "review")
        let file = world.folder + "/backup.db"
        _ = try sqlite(world).backUp(to: file, at: world.now)
        // Lost: both were cancelled, and everything was stopped.
        try world.act(.cancel, waiting)

        let restored = try LedgerSQLite(path: file)
        let receipt = try restored.accept(AcceptDemand(now: world.now + .hours(2), person: "operator", seal: nil))
        let run = try #require(try restored.run(named: waiting.name))
        #expect(try restored.isStopped() && receipt.held >= 1)
        #expect(run.state == .paused && run.why == .ledgerRestored)
        #expect(try restored.violations().isEmpty)
        let term = try restored.beginReign(node: "test", at: world.now + .hours(2))
        let demand = ActDemand(
            now: world.now + .hours(2), term: term, run: run.id, act: .resume, person: "operator")
        #expect(try restored.act(demand).run.state == .scheduled, "a person who knows better resumes it")
    }

    @Test("every authorisation is asked for again before its next use")
    func consentIsAskedAgain() throws {
        let world = try LedgerWorld(.sqlite)
        try world.authorize(["a"])
        let ledger = try sqlite(world)
        let run = try world.run("sale", ["a"])
        _ = try ledger.accept(AcceptDemand(now: world.now, person: "operator", seal: nil))
        let checked = try ledger.facts(run: run.id, openID: "a", at: world.now)?.facts.person.consent?.checked
        #expect(checked == Moment(milliseconds: 0))
    }

    @Test("an occurrence that began in the lost time ends before it is planned; a later one is like any other")
    func lostOccurrences() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a"])
        let ledger = try sqlite(world)
        let now = world.now + .days(3)
        _ = try ledger.accept(AcceptDemand(now: now, person: "operator", seal: nil))
        func occurrence(_ start: Moment) throws -> RunRecord {
            try ledger.addOccurrence(
                OccurrenceDemand(
                    now: now, term: world.term, revision: run.revision, occurrence: start,
                    validUntil: start + .days(9)))
        }
        #expect(try occurrence(world.now + .days(2)).validUntil == world.now + .days(2))
        #expect(try occurrence(world.now + .days(4)).validUntil == world.now + .days(13))
    }

    @Test("an accepted ledger is ahead of the seal that refused it")
    func overtakesTheSeal() throws {
        let world = try LedgerWorld(.sqlite)
        let ledger = try sqlite(world)
        let seal = LedgerSeal(
            ledger: "other", place: SealPlace(machine: "m", file: 1), term: 90, beat: 700, at: world.now + .hours(1),
            audit: .empty)
        let receipt = try ledger.accept(AcceptDemand(now: world.now, person: "operator", seal: seal))
        #expect(receipt.unknownUntil == seal.at, "the seal has seen a later moment than the clock shows")
        let mark = try ledger.mark()
        #expect(mark.term >= 90 && mark.beat > 700)
    }

    @Test("a beat is raised when something was written, and not otherwise")
    func beats() throws {
        let world = try LedgerWorld(.sqlite)
        let first = try #require(try world.ledger.beat(at: world.now, term: world.term))
        #expect(try world.ledger.beat(at: world.now, term: world.term) == nil)
        _ = try world.ledger.setStop(true, person: "o", at: world.now, term: world.term)
        let second = try #require(try world.ledger.beat(at: world.now + .minutes(1), term: world.term))
        #expect(second.beat == first.beat + 1 && second.audit.seq == first.audit.seq + 1)
        #expect(second.knownUntil == world.now + .minutes(1))
        try world.restart()
        #expect(throws: LedgerError.fenced(current: world.term)) {
            try world.ledger.beat(at: world.now, term: Term(number: 1))
        }
    }

    @Test("a migration that is broken off leaves the ledger as it was, and the next start finishes it")
    func interruptedMigration() throws {
        let folder = NSTemporaryDirectory() + "curfew-half-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer {
            // Safe because a folder that stays behind in the temporary directory harms nobody.
            try? FileManager.default.removeItem(atPath: folder)
        }
        let path = folder + "/ledger.db"
        let old = try DatabaseQueue(path: path)
        try Schema.migrator.migrate(old, upTo: "3 which ledger this is")
        // Something stands in the way of the next one, after its first statements went through.
        try old.write { db in
            try db.execute(sql: "INSERT INTO audit (at, person, act, subject, detail) VALUES (1, 'p', 'a', 's', 'd')")
            try db.execute(sql: "CREATE TRIGGER audit_is_not_deleted AFTER INSERT ON app BEGIN SELECT 1; END")
        }
        try old.close()
        #expect(throws: LedgerError.self) { try LedgerSQLite(path: path) }
        let look = try DatabaseQueue(path: path)
        #expect(try look.read { try Schema.migrator.completedMigrations($0) }.last == "3 which ledger this is")
        #expect(try look.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM audit") } == 1)
        #expect(try look.read { try !$0.tableExists("audit_chain") })
        try look.write { try $0.execute(sql: "DROP TRIGGER audit_is_not_deleted") }
        try look.close()
        #expect(try LedgerSQLite(path: path).auditRows(limit: nil).map(\.act) == ["a"])
    }
}
