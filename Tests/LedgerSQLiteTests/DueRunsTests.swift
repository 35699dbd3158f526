import CampaignModel
import Ports
import Testing

@Suite("With which runs something is to be done")
struct DueRunsTests {
    private func admit(
        _ id: String, in world: LedgerWorld, start: Moment, until: Moment, approves: Bool = true
    ) throws -> RunRecord {
        let run = try world.ledger.admit(
            world.demand(id, [.init("list-\(id)", ["a"])], start: start, validUntil: until)
        ).run
        if approves { try world.act(.approve, run, by: "review") }
        return try world.reread(run)
    }

    @Test(
        "those that wait are counted and not read; the next start or end of them is known",
        arguments: LedgerMaker.allCases)
    func due(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let now = world.now
        let later = try admit("later", in: world, start: now + .hours(3), until: now + .days(2))
        let sooner = try admit("sooner", in: world, start: now + .hours(2), until: now + .days(1))
        _ = try admit("unseen", in: world, start: now - .hours(1), until: now + .minutes(90), approves: false)
        let running = try world.run("running", ["b"], validUntil: now + .minutes(10))
        func due(_ moment: Moment) throws -> [String] { try world.ledger.dueRuns(at: moment).runs.map(\.name) }
        #expect(try due(now) == [running.name])
        #expect(try world.ledger.dueRuns(at: now).next == now + .minutes(90))
        #expect(try world.ledger.dueRuns(at: now + .minutes(91)).next == sooner.start)
        #expect(
            try due(now + .minutes(91)) == ["unseen", "running"].compactMap { try world.ledger.run(named: $0)?.name })
        #expect(try due(now + .hours(2)).contains(sooner.name))
        #expect(try !due(now + .hours(2)).contains(later.name))
        #expect(try Set(due(now + .days(3))).count == 4)
    }

    @Test("whoever begins to wait or has ceased to changes the mark", arguments: LedgerMaker.allCases)
    func mark(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        func mark() throws -> Int64 { try world.ledger.dueRuns(at: world.now).waitingMark }
        var marks = [try mark()]
        let first = try admit("first", in: world, start: world.now + .hours(3), until: world.now + .days(2))
        marks.append(try mark())
        _ = try admit("unseen", in: world, start: world.now + .hours(3), until: world.now + .days(2), approves: false)
        #expect(try mark() == marks.last)
        _ = try admit("second", in: world, start: world.now + .hours(1), until: world.now + .days(2))
        marks.append(try mark())
        try world.act(.pause, first)
        marks.append(try mark())
        #expect(Set(marks).count == 4)
    }
}
