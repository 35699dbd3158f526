import CampaignModel
import Ports
import Testing

@testable import LedgerSQLite

@Suite("Runs come by pages, and a revision that was read once is not decoded again")
struct RunPagesTests {
    private func pages(
        _ world: LedgerWorld, of size: Int, includingEnded: Bool = true, between: (Int) throws -> Void = { _ in }
    ) throws -> [String] {
        var names: [String] = []
        var after: RunCursor?
        var number = 0
        while true {
            let page = try world.ledger.runs(after: after, includingEnded: includingEnded, limit: size)
            names += page.map(\.name)
            guard page.count == size, let last = page.last else { return names }
            // As it comes back from whoever asked.
            after = RunCursor(RunCursor(last).text)
            number += 1
            try between(number)
        }
    }

    @Test(
        "page after page is everybody once, whatever the size, also where starts are the same",
        arguments: [1, 2, 3, 100])
    func everybody(_ size: Int) throws {
        let world = try LedgerWorld(.sqlite)
        for (number, hours) in [3, 1, 1, 2, 1].enumerated() {
            _ = try world.ledger.admit(
                world.demand("c\(number)", [.init("l\(number)", ["a"])], start: world.now + .hours(Int64(hours))))
        }
        let all = try world.ledger.runs(includingEnded: true).map(\.name)
        #expect(try pages(world, of: size) == all)
    }

    @Test("what ends, begins or is added between two pages moves nobody else")
    func stable() throws {
        let world = try LedgerWorld(.sqlite)
        var runs: [RunRecord] = []
        for number in 0..<6 {
            runs.append(
                try world.ledger.admit(
                    world.demand(
                        "c\(number)", [.init("l\(number)", ["a"])], start: world.now + .hours(Int64(number)))
                ).run)
        }
        let seen = try pages(world, of: 2, includingEnded: false) { page in
            guard page == 1 else { return }
            // One that was shown, one that would be shown next, and a new one before both.
            try world.act(.cancel, runs[0])
            try world.act(.cancel, runs[2])
            _ = try world.ledger.admit(world.demand("early", [.init("early", ["a"])], start: world.now))
        }
        #expect(seen == [0, 1, 3, 4, 5].map { runs[$0].name })
    }

    @Test("a cursor is what a page gave, or nothing", arguments: ["", "1", "a.b", "1.2.3", "1.", ".2", "1 .2"])
    func noCursor(_ text: String) { #expect(RunCursor(text) == nil) }

    @Test("a revision is decoded once; approvals and the end of its texts show at once")
    func keptRevisions() throws {
        let world = try LedgerWorld(.sqlite)
        let ledger = try #require(world.ledger as? LedgerSQLite)
        let admission = try ledger.admit(world.demand("sale", [.init("l", ["a", "b"], bad: 1)]))
        let first = try ledger.revision(admission.run.revision)
        let before = ledger.revisions.decoded
        for _ in 0..<5 { _ = try ledger.revisionRecord(first.id) }
        #expect(ledger.revisions.decoded == before)
        #expect(first.rowsRead == 3 && first.rowsBad == 1 && first.approvedBy.isEmpty)
        try world.act(.approve, admission.run, by: "review")
        let approved = try ledger.revision(first.id)
        #expect(approved.approvedBy == ["review"] && approved.approvedAt == world.now)
        #expect(approved.campaign == first.campaign && approved.rowsRead == 3 && ledger.revisions.decoded == before)
        // Age takes the texts: nothing of them is told from memory.
        try world.act(.cancel, admission.run)
        world.now = world.now + .days(200)
        for _ in 0..<20 {
            _ = try ledger.prune(
                PruneDemand(
                    now: world.now, term: world.term, contentsBefore: world.now - .days(90),
                    recordsBefore: world.now - .days(180)))
        }
        let aged = try ledger.revision(first.id)
        #expect(aged.isErased && aged.campaign != first.campaign)
    }

    @Test("of many revisions the latest are kept")
    func bounded() throws {
        let world = try LedgerWorld(.sqlite)
        let ledger = try #require(world.ledger as? LedgerSQLite)
        let count = KeptRevisions.keptMax + 10
        var ids: [RevisionID] = []
        for number in 0..<count {
            ids.append(try ledger.admit(world.demand("c\(number)", [.init("l", ["a"])])).run.revision)
        }
        for id in ids { _ = try ledger.revision(id) }
        let before = ledger.revisions.decoded
        _ = try ledger.revision(ids[count - 1])
        #expect(ledger.revisions.decoded == before)
        _ = try ledger.revision(ids[0])
        #expect(ledger.revisions.decoded == before + 1)
    }
}
