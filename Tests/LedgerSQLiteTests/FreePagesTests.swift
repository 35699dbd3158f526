import CampaignModel
import Foundation
import GRDB
import LedgerSQLite
import Ports
import Testing

@Suite("What age has erased leaves the file")
struct FreePagesTests {
    private static let text = "a-text-that-nobody-else-would-write-9d1f"

    private func prune(_ world: LedgerWorld, at now: Moment) throws -> PruneReceipt {
        var total = PruneReceipt()
        for _ in 0..<2000 {
            let step = try world.ledger.prune(
                PruneDemand(
                    now: now, term: world.term, contentsBefore: now - .days(90), recordsBefore: now - .days(180)))
            if step.isDone { return total }
            total.rows += step.rows
            total.pages += step.pages
        }
        Issue.record("it never ends")
        return total
    }

    /// In the file and in its log, as a thief would look.
    private func holds(_ word: String, _ world: LedgerWorld) throws -> Bool {
        try ["ledger.db", "ledger.db-wal"].contains { name in
            let path = world.folder + "/" + name
            guard FileManager.default.fileExists(atPath: path) else { return false }
            return try Data(contentsOf: URL(fileURLWithPath: path)).range(of: Data(word.utf8)) != nil
        }
    }

    @Test("a message's text is in no byte of the file or its log once it is erased, while the daemon goes on")
    func textIsGone() throws {
        let world = try LedgerWorld(.sqlite)
        var demand = world.demand("sale", [.init("list", LedgerWorld.people(0..<20), fields: Self.text + "-field")])
        demand.campaign.variants[0].messages = [.text(Self.text)]
        demand.source = Array("title: x\ntext: \(Self.text)-source\n".utf8)
        let admission = try world.ledger.admit(demand)
        try world.act(.approve, admission.run, by: "review")
        try world.plan(admission.run)
        let run = try world.reread(admission.run)
        try world.settle(try world.start([run]).started.map { .of($0, .accepted) })
        _ = try world.end(run, .expired, .expired)
        #expect(try holds(Self.text, world))
        _ = try prune(world, at: world.now + .days(91))
        #expect(try !holds(Self.text, world))
        #expect(try world.ledger.sum(of: run.id).accepted == 20)
    }

    @Test("pages that the erased rows took go back to the disk, a slice at a time, and the ledger stays whole")
    func fileShrinks() throws {
        let world = try LedgerWorld(.sqlite)
        let raw = RawSQL(world)
        #expect(try raw.number("PRAGMA auto_vacuum") == 2)
        let padding = String(repeating: "x", count: 900)
        let admission = try world.ledger.admit(
            world.demand("sale", [.init("list", LedgerWorld.people(0..<12_000), fields: padding)]))
        try world.act(.approve, admission.run, by: "review")
        try world.plan(admission.run)
        let run = try world.reread(admission.run)
        _ = try world.end(run, .cancelled, .cancelled)
        let before = try raw.number("PRAGMA page_count")
        let receipt = try prune(world, at: world.now + .days(181))
        let after = try raw.number("PRAGMA page_count")
        #expect(receipt.pages > 500 && after <= before - receipt.pages && after < before / 2)
        #expect(try raw.number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") == 1)
        #expect(try raw.number("PRAGMA freelist_count") <= max(after / 20, 256) + 1)
        try world.check()
    }
}
