import CampaignModel
import Ports
import Testing

@Suite("Writing down who takes part")
struct PlanTests {
    /// Admitted and approved, not planned.
    private func ready(_ world: LedgerWorld, _ id: String, _ openIDs: [String]) throws -> RunRecord {
        let admission = try world.ledger.admit(world.demand(id, [.init("l-\(id)", openIDs)]))
        return try world.act(.approve, admission.run, by: "review").run
    }

    /// The order in which a run would be served.
    private func order(_ world: LedgerWorld, _ run: RunRecord) throws -> [String] {
        var served: [String] = []
        try world.start([run]) { candidate, _ in
            served.append(candidate.openID)
            return .no(.skip, .denied, candidate)
        }
        return served
    }

    @Test("a shuffled order is the same for the same key and another for another key", arguments: LedgerMaker.allCases)
    func shuffled(_ maker: LedgerMaker) throws {
        let people = LedgerWorld.people(0..<200)
        func order(_ key: UInt64) throws -> [String] {
            let world = try LedgerWorld(maker)
            let run = try ready(world, "sale", people)
            try world.plan(run, key: key, order: .shuffled)
            return try self.order(world, run)
        }
        let first = try order(7)
        #expect(try order(7) == first)
        #expect(try order(8) != first)
        #expect(first != people && first.sorted() == people.sorted())
    }

    @Test("a listed order is the file's, file after file", arguments: LedgerMaker.allCases)
    func listed(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let admission = try world.ledger.admit(
            world.demand("sale", [.init("l1", ["z", "m", "a"]), .init("l2", ["y", "m", "b"])]))
        try world.act(.approve, admission.run, by: "review")
        try world.plan(admission.run, order: .listed)
        #expect(try order(world, admission.run) == ["z", "m", "a", "y", "b"])
    }

    @Test("no more people than the file's own limit take part", arguments: LedgerMaker.allCases)
    func limited(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try ready(world, "sale", LedgerWorld.people(0..<10))
        #expect(try world.plan(run, max: 4) == PlanResult(audience: 4, beyondMax: 6))
        #expect(try order(world, run) == ["p0", "p1", "p2", "p3"])
        try world.check()
    }

    @Test(
        "who is held out stands in the ledger, has a turn among the others, and is never started",
        arguments: LedgerMaker.allCases)
    func heldOut(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try ready(world, "sale", LedgerWorld.people(0..<6))
        let result = try world.plan(run) { $0 == "p2" || $0 == "p4" ? .holdout : $0 == "p5" ? .excluded : .variant(0) }
        #expect(result == PlanResult(audience: 5, holdout: 2, excluded: 1))
        #expect(try world.place(run, "p2") == .holdout)
        #expect(try world.place(run, "p5") == .leftOut(isExcluded: false, isReplaced: false))
        let started = try world.start([run]).started
        #expect(started.map(\.candidate.openID) == ["p0", "p1", "p3"])
        #expect(try world.ledger.ghosts(of: run.id).sent == 2)
        #expect(try world.ledger.sum(of: run.id).holdout == 2)
        try world.check()
    }

    @Test("variants are counted where they were placed", arguments: LedgerMaker.allCases)
    func variants(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try ready(world, "sale", LedgerWorld.people(0..<5))
        try world.plan(run) { $0 < "p3" ? .variant(0) : .variant(1) }
        let sums = try world.ledger.sums(ofRunByVariant: run.id)
        #expect(sums[0]?.audience == 3 && sums[0]?.pending == 3 && sums[1]?.audience == 2)
    }

    @Test("a run is planned once, and only when it is approved", arguments: LedgerMaker.allCases)
    func once(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let admission = try world.ledger.admit(world.demand("sale", [.init("l", ["a"])]))
        #expect(throws: LedgerError.notPossible(state: .inReview)) { try world.plan(admission.run) }
        try world.act(.approve, admission.run, by: "review")
        try world.plan(admission.run)
        #expect(throws: LedgerError.notPossible(state: .running)) { try world.plan(admission.run) }
        #expect(try world.ledger.sum(of: admission.run.id).audience == 1)
        try world.check()
    }

    @Test("everyone who authorised the account, and nobody who did not", arguments: LedgerMaker.allCases)
    func authorized(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        try world.authorize(["a", "b", "c"])
        try world.authorize(["d"], account: "outlet")
        world.now = world.now + .hours(1)
        let started = world.now
        try world.authorize(["a", "c"])
        try world.ledger.finishWalk(
            account: world.account().id, started: started, at: world.now + .seconds(1), term: world.term)
        let admission = try world.ledger.admit(world.demand("sale", []))
        try world.act(.approve, admission.run, by: "review")
        var seen: [String: String] = [:]
        _ = try world.ledger.plan(
            PlanDemand(
                now: world.now, term: world.term, run: admission.run.id, shuffleKey: 1, order: .listed,
                source: .authorized, peopleMax: nil)
        ) { person in
            seen[String(decoding: person.openID, as: UTF8.self)] = String(decoding: person.fields, as: UTF8.self)
            return .variant(0)
        }
        // Since when; the last contact, where they came from and their last reply, of which nobody has any.
        let since = "2026-11-20T10:00:00+08:00\u{1F}\u{1F}\u{1F}"
        #expect(seen == ["a": since, "c": since])
        try world.check()
    }

    @Test(
        "a plan that fails in the middle leaves the run unplanned and no scratch file", arguments: LedgerMaker.allCases)
    func failed(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try ready(world, "sale", ["a"])
        let old = world.term
        try world.restart()
        #expect(throws: LedgerError.fenced(current: world.term)) {
            try world.ledger.plan(
                PlanDemand(
                    now: world.now, term: old, run: run.id, shuffleKey: 1, order: .listed, source: .files,
                    peopleMax: nil)
            ) { _ in .variant(0) }
        }
        #expect(try world.reread(run).isPlanned == false)
        #expect(try world.plan(run).audience == 1)
    }
}
