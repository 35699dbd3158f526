import CampaignModel
import Ports
import SendingRules
import Testing

@Suite("A start tells the gate all that the gate asks for")
struct FactsStartTests {
    private func start(
        _ world: LedgerWorld, _ run: RunRecord, countsWeek: Bool = false, keeps: Duration = .hours(1),
        _ look: (Candidate, Facts) -> Void = { _, _ in }
    ) throws -> StartResult {
        var demand = StartDemand(
            now: world.now, term: world.term, lane: world.lane(),
            turns: [.init(run: run.id, limit: 9, messages: [1])], limit: 9, deadline: world.now + .seconds(10))
        (demand.countsWeek, demand.keepsMinutes) = (countsWeek, keeps)
        return try world.ledger.start(demand) { candidate, facts in
            look(candidate, facts)
            return .yes(candidate)
        }
    }

    private func accept(_ world: LedgerWorld, _ result: StartResult) throws {
        try world.settle(result.started.map { .of($0, .accepted) })
    }

    @Test("the days of a week on which somebody was written to are told where they count, and cost nothing elsewhere")
    func week() throws {
        let world = try LedgerWorld(.sqlite)
        let first = PlatformDay(containing: world.now)
        try accept(world, try start(world, try world.run("first", ["a"])))
        world.now = world.now + .days(2)
        for counts in [true, false] {
            var days: [PlatformDay]?
            let run = try world.run("second \(counts)", ["a"])
            _ = try world.ledger.start(
                {
                    var demand = StartDemand(
                        now: world.now, term: world.term, lane: world.lane(),
                        turns: [.init(run: run.id, limit: 9, messages: [1])], limit: 9,
                        deadline: world.now + .seconds(10))
                    demand.countsWeek = counts
                    return demand
                }()
            ) { candidate, facts in
                days = facts.person.contactDays
                return .no(.skip, .denied, candidate)
            }
            #expect(days == (counts ? [first] : []))
        }
    }

    @Test("the minutes of an account's starts are kept as long as they are asked for", arguments: [true, false])
    func minutes(isLong: Bool) throws {
        let world = try LedgerWorld(.sqlite)
        let keeps: Duration = isLong ? .hours(24) : .hours(1)
        let began = world.now
        _ = try start(world, try world.run("first", ["a"]), keeps: keeps)
        world.now = began + .hours(3)
        _ = try start(world, try world.run("second", ["b", "c"]), keeps: keeps)
        world.now = began + .hours(5)
        let recent = try world.ledger.laneFacts(world.account().id, at: world.now).recent
        #expect(recent.messages(within: .hours(24), at: world.now) == (isLong ? 3 : 2))
        #expect(recent.people(within: .hours(24), at: world.now) == (isLong ? 3 : 2))
        #expect(recent.messages(within: .hours(1), at: world.now) == 0)
    }

    @Test("whoever got the very content as a test is known to have it, and nobody else is")
    func tested() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["tester", "other"])
        let test = try world.ledger.addTest(
            TestDemand(
                now: world.now, term: world.term, revision: run.revision, openID: "tester", variant: 0,
                validUntil: world.now + .hours(9), person: "review"))
        try accept(world, try start(world, test))
        var has: [String: Bool] = [:]
        _ = try start(world, run) { has[$0.openID] = $1.person.hasTestedContent }
        #expect(has == ["tester": true, "other": false])
    }

    @Test("who has the person's day already is named, and counted as the one who won them, once")
    func contactedBy() throws {
        let world = try LedgerWorld(.sqlite)
        let first = try world.run("first", ["a"])
        let second = try world.run("second", ["a", "b"])
        try accept(world, try start(world, first))
        for _ in 0..<2 {
            var by: [String: RunID] = [:]
            try world.start([second]) { candidate, facts in
                by[candidate.openID] = facts.person.contactedBy
                return candidate.openID == "a"
                    ? .no(.defer, .alreadyContactedToday, candidate, changesAt: world.now) : .yes(candidate)
            }
            #expect(by == ["a": first.id])
        }
        let contests = try world.ledger.contests(of: second.id)
        #expect(contests.map(\.winner) == [first.name] && contests.map(\.people) == [1])
        // Put off for another reason is nobody's gain.
        let third = try world.run("third", ["a"])
        try world.start([third]) { candidate, _ in .no(.defer, .platformBusy, candidate, changesAt: world.now) }
        #expect(try world.ledger.contests(of: third.id).isEmpty)
    }

    @Test("each attempt stands with the how-manyth try of its person it is")
    func tries() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a"])
        for number in 1...3 {
            try world.settle(
                try start(world, run).started.map { .of($0, .refusedForNow, .wait(until: world.now, .platformBusy)) })
            #expect(try RawSQL(world).number("SELECT max(tries) FROM attempt") == number)
        }
        #expect(try RawSQL(world).number("SELECT min(tries) FROM attempt") == 1)
    }

    @Test("what a run starts stands in the quarter of an hour in which it left")
    func quarters() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<5))
        let began = world.now
        try world.start([run], limit: 2)
        world.now = began + .minutes(15) - .milliseconds(1)
        try world.start([run], limit: 1)
        world.now = began + .minutes(15)
        try world.start([run], limit: 2)
        #expect(
            try world.ledger.starts(of: run.id) == [
                QuarterCount(from: began, people: 3), QuarterCount(from: began + .minutes(15), people: 2),
            ])
    }

    // MARK: - Best times

    /// Everybody's best time is eight in the evening: the run may send in no other quarter.
    private func evening(_ world: LedgerWorld, earliest: Int? = nil) throws -> RunRecord {
        let admission = try world.ledger.admit(
            world.demand("evening", [.init("l", ["a", "b", "c"])], validUntil: world.now + .days(3)))
        try world.act(.approve, admission.run, by: "review")
        _ = try world.ledger.plan(
            PlanDemand(
                now: world.now, term: world.term, run: admission.run.id, shuffleKey: 1, order: .listed, source: .files,
                peopleMax: nil, best: BestTimeDemand(open: [80], earliest: earliest))
        ) { _ in .variant(0) }
        return try world.reread(admission.run)
    }

    @Test("nobody is started before their best time of the day, to the millisecond, and the work says when that is")
    func bestTime() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try evening(world)
        let eight = Moment(iso8601: "2026-11-20T20:00:00+08:00")!
        let work = try #require(try world.ledger.work(at: world.now).first?.runs.first)
        #expect(work.nextWaiting == eight && work.planned == 3 && work.pending == 0 && work.passed == 0)
        world.now = eight - .milliseconds(1)
        #expect(try start(world, run).started.isEmpty)
        world.now = eight
        #expect(try world.ledger.work(at: world.now).first?.runs.first?.pending == 3)
        #expect(try world.start([run], limit: 1).started.map(\.candidate.openID) == ["a"])
        // Whose time has come and gone is started until the day is over, and not in the next morning.
        let next = try #require(try world.ledger.work(at: world.now).first?.runs.first)
        #expect(next.nextWaiting == nil && next.pending == 2 && next.passed == 1)
        world.now = Moment(iso8601: "2026-11-21T10:00:00+08:00")!
        #expect(try start(world, run).started.isEmpty)
        #expect(
            try world.ledger.work(at: world.now).first?.runs.first?.nextWaiting
                == Moment(iso8601: "2026-11-21T20:00:00+08:00"))
        try world.check()
    }

    @Test("whose best time is over on the only day of the run goes as soon as it begins")
    func bestTimeOver() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try evening(world, earliest: 81)
        #expect(try start(world, run).started.count == 3)
        let other = try LedgerWorld(.sqlite)
        #expect(try start(other, try evening(other, earliest: 80)).started.isEmpty)
    }
}
