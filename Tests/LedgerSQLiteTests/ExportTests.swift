import CampaignModel
import Ports
import Testing

@Suite("Lists that leave the house")
struct ExportTests {
    @Test("everybody of a run stands in the list once, at the place that the sum counts them in, whatever the page")
    func pages() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<12), holdout: ["p3", "p7"])
        try world.start([run], limit: 4) { candidate, _ in
            switch candidate.openID {
            case "p0": .no(.skip, .denied, candidate)
            case "p1": .no(.defer, .alreadyContactedToday, candidate, changesAt: world.now + .hours(20))
            default: .yes(candidate)
            }
        }
        for limit in [1, 3, 5, 12, 100] {
            var rows: [ExportPage.Row] = []
            var after: ExportCursor?
            repeat {
                let page = try world.ledger.exportPage(run: run.id, after: after, limit: limit)
                rows += page.rows
                after = page.next
            } while after != nil
            #expect(rows.map(\.openID).sorted() == LedgerWorld.people(0..<12).sorted())
            let sum = try world.ledger.sum(of: run.id)
            func count(_ place: String) -> Int { rows.count { $0.place == place } }
            #expect(count("holdout") == sum.holdout && count("open") == sum.open && count("pending") == sum.pending)
            #expect(count("skipped") == 1 && count("waiting") == 1)
            #expect(rows.first { $0.openID == "p0" }?.reason == "denied")
            #expect(rows.first { $0.openID == "p1" }?.reason == "already_contacted_today")
            #expect(
                rows.filter { $0.place == "open" }.allSatisfy { $0.started == world.now.iso8601 && $0.variant == "a" })
        }
    }

    @Test("people whom an app has contacted often in seven days are counted for the reviewer, others are not")
    func often() throws {
        let world = try LedgerWorld(.sqlite)
        for day in 0..<3 {
            world.now = LedgerWorld.morning + .days(Int64(day))
            let run = try world.run("c\(day)", day == 1 ? ["p1"] : ["p1", "p2"])
            try world.start([run])
        }
        let run = try world.run("next", ["p1", "p2", "p9"])
        func often(_ atLeast: Int, _ days: Int64 = 0) throws -> Int {
            let page = try world.ledger.reviewPage(
                ReviewPageDemand(
                    revision: run.revision, predecessor: nil, cursor: .start, limit: 10,
                    day: PlatformDay(containing: world.now + .days(days))))
            return try #require(page).people.filter { $0.contactsInWeek >= atLeast }.count
        }
        #expect(try often(1) == 2 && often(2) == 2 && often(3) == 1 && often(4) == 0)
        #expect(try often(3, 4) == 1 && often(3, 5) == 0)
    }
}
