import CampaignModel
import LedgerSQLite
import Ports
import Testing

@Suite("What is decided for many is written in slices, and nobody waits for more than one of them")
struct LongWriteTests {
    private static let many = LedgerWorld.people(0..<5000)

    private func slice(_ world: LedgerWorld) throws -> WrittenSlice? {
        try world.ledger.writeSlice(at: world.now, term: world.term)
    }

    /// - Returns: how many slices were left.
    @discardableResult
    private func finish(_ world: LedgerWorld) throws -> Int {
        var slices = 0
        while try slice(world) != nil { slices += 1 }
        return slices
    }

    private func exported(_ run: RunRecord, _ world: LedgerWorld) throws -> [String: Int] {
        var places: [String: Int] = [:]
        var after: ExportCursor?
        repeat {
            let page = try world.ledger.exportPage(run: run.id, after: after, limit: 1000)
            for row in page.rows { places["\(row.place) \(row.reason)", default: 0] += 1 }
            after = page.next
        } while after != nil
        return places
    }

    private func plan(_ world: LedgerWorld, _ id: String, place: (String) -> Placement) throws -> RunRecord {
        let admission = try world.ledger.admit(world.demand(id, [.init("list-\(id)", Self.many)]))
        try world.act(.approve, admission.run, by: "review")
        try world.plan(admission.run, place: place)
        return try world.reread(admission.run)
    }

    @Test(
        "a cancelled run of many is over at once, for everybody who asks; a stop, a settlement and a kill come between")
    func cancelled() throws {
        let world = try LedgerWorld(.sqlite)
        try world.authorize(Self.many + ["early"])
        let run = try world.run("sale", Self.many, holdout: ["p17", "p4711"])
        let early = try world.run("early", ["early"])
        let started = try world.start([run], limit: 3).started
        // Who waits is moved like whoever is pending.
        _ = try world.start([run], limit: 10) { candidate, _ in
            .no(.defer, .recipientDnd, candidate, changesAt: world.now + .hours(1))
        }
        world.now = world.now + .minutes(1)
        let after = try world.act(.cancel, run)
        #expect(after.run.state == .cancelled && after.open == 3)
        var final = try world.ledger.sum(of: run.id)
        #expect(final.skipped == [.cancelled: 4995] && final.open == 3 && final.pending == 0 && final.waiting.isEmpty)
        let asked = ["p0": "open", "p5": "skipped", "p4999": "skipped"]
        for (person, place) in asked {
            switch try world.place(run, person) {
            case .skipped(let reason, let at): #expect(place == "skipped" && reason == .cancelled && at == world.now)
            case let other: #expect(place == "open" && other == .attempted)
            }
        }
        let places = try exported(run, world)
        #expect(places == ["skipped cancelled": 4995, "open ": 3, "holdout ": 2])
        try world.check()

        world.pace.afterSlice = { [unowned world] number in
            guard number == 1 else { return }
            _ = try world.ledger.setStop(true, person: "operator", at: world.now, term: world.term)
            #expect(try world.ledger.isStopped())
            _ = try world.ledger.setStop(false, person: "operator", at: world.now, term: world.term)
            #expect(try world.settle(started.map { .of($0, .accepted) }).settled == 3)
            #expect(try world.start([early]).started.count == 1)
            let late = try world.start([run]) { candidate, facts in
                facts.run.state.isOver ? .no(.skip, .cancelled, candidate) : .yes(candidate)
            }
            #expect(late.started.isEmpty, "nobody of it is started any more")
            try world.check()
        }
        #expect(try slice(world) == WrittenSlice(run: run.id, isLast: false))
        world.pace.afterSlice = nil
        let old = world.term
        try world.restart()
        #expect(throws: LedgerError.fenced(current: world.term)) {
            try world.ledger.writeSlice(at: world.now, term: old)
        }
        _ = try world.ledger.rescue(at: world.now, term: world.term)
        #expect(try finish(world) > 0)
        final.open = 0
        final.accepted = 3
        #expect(try world.ledger.sum(of: run.id) == final)
        #expect(try exported(run, world) == ["skipped cancelled": 4995, "accepted ": 3, "holdout ": 2])
        #expect(try world.ledger.ghosts(of: run.id).leftOut == [.recipientDnd: 1, .cancelled: 1])
        try world.check()
    }

    @Test("a missed start of many counts everybody at once, and goes on after a kill")
    func missed() throws {
        let world = try LedgerWorld(.sqlite)
        let admission = try world.ledger.admit(world.demand("sale", [.init("l", Self.many)]))
        try world.act(.approve, admission.run, by: "review")
        var demand = PlanDemand(
            now: world.now, term: world.term, run: admission.run.id, shuffleKey: 1, order: .listed, source: .files,
            peopleMax: nil)
        demand.ends = (.expired, .startMissed)
        // The copying of the plan has its slices as well.
        #expect(try world.ledger.plan(demand) { _ in .variant(0) }.audience == 5000)
        #expect(try world.reread(admission.run).state == .expired)
        #expect(try world.ledger.sum(of: admission.run.id).skipped == [.startMissed: 5000])
        #expect(try slice(world)?.isLast == false)
        try world.restart()
        #expect(try finish(world) == 1)
        #expect(try world.ledger.sum(of: admission.run.id).skipped == [.startMissed: 5000])
        try world.check()
    }

    @Test("the rest of a judged test gets its arm in slices: the first are written to while the last are moved")
    func judged() throws {
        let world = try LedgerWorld(.sqlite)
        try world.authorize(Self.many)
        let run = try plan(world, "sale") { person in
            if person.hasSuffix("99") { return .heldOut(HeldOut(byHouse: false, variant: nil)) }
            return person.hasSuffix("7") ? .variant(0) : .undecided
        }
        let (tested, held) = (500, 50)
        #expect(try world.start([run], limit: 5000).started.count == tested)
        try world.ledger.record(
            LookDemand(
                now: world.now, term: world.term, run: run.id, seen: "{}", found: "{}", decides: true, sends: 1))
        #expect(try world.ledger.openTest(of: run.id) == nil && world.ledger.undecided(of: run.id) == nil)
        #expect(try world.ledger.sum(of: run.id).pending == 5000 - tested - held)
        try world.check()
        let first = try world.start([run], limit: 5000).started
        #expect(first.count == 2000 && first.allSatisfy { $0.variant == 1 })
        #expect(try world.end(run, .finished, .expired) == .running, "the others have not had their turn")

        #expect(try slice(world) == WrittenSlice(run: run.id, isLast: false))
        try world.check()
        try world.restart()
        #expect(try finish(world) == 1)
        var reached = first.count
        while case let more = try world.start([run], limit: 5000).started.count, more > 0 { reached += more }
        #expect(reached == 5000 - tested - held)
        #expect(try world.ledger.ghosts(of: run.id).sent == held, "whoever is held out had their turn among them")
        // One part of the run, however many slices it took.
        #expect(try world.ledger.batches(of: run.id, .replied).count == 2)
        try world.check()
    }

    @Test("a run that is cancelled while the rest of its test is moved loses nobody")
    func cancelledWhileJudged() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try plan(world, "sale") { $0.hasSuffix("7") ? .variant(0) : .undecided }
        try world.ledger.record(
            LookDemand(
                now: world.now, term: world.term, run: run.id, seen: "{}", found: "{}", decides: true, sends: 1))
        try world.act(.cancel, run)
        #expect(try world.ledger.sum(of: run.id).skipped == [.cancelled: 5000])
        try world.check()
        try finish(world)
        #expect(try world.ledger.sum(of: run.id).skipped == [.cancelled: 5000])
        #expect(try exported(run, world) == ["skipped cancelled": 5000])
        try world.check()
    }

    @Test("whoever a whole walk did not meet is forgotten in slices")
    func walked() throws {
        let world = try LedgerWorld(.sqlite)
        try world.authorize(Self.many)
        world.now = world.now + .hours(1)
        try world.authorize(["p3"])
        var stops = 0
        world.pace.afterSlice = { [unowned world] _ in
            stops += 1
            _ = try world.ledger.setStop(true, person: "operator", at: world.now, term: world.term)
        }
        let account = world.account().id
        func walk() throws {
            try world.ledger.finishWalk(account: account, started: world.now, at: world.now, term: world.term)
        }
        try walk()
        let isStopped = try world.ledger.isStopped()
        #expect(stops == 3 && isStopped)
        let consents = try #require(world.ledger as? LedgerSQLite).consents(of: account)
        #expect(consents.values.count { $0.state == .authorized } == 1 && consents["p3"]?.state == .authorized)
        #expect(try world.ledger.accounts().first { $0.id == account }?.lastWalk == world.now)
    }
}
