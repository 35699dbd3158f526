import CampaignModel
import Ports
import SendingRules
import Testing

@Suite("What the lane is told of its people and its work, column by column")
struct ServedRowTests {
    /// Two lists, each with a nickname of its own: three people in a listed order.
    private func twoLists(_ world: LedgerWorld) throws -> RunRecord {
        let admission = try world.ledger.admit(
            world.demand(
                "sale",
                [
                    .init("l1", ["a", "b"], fields: "a\u{1F}小满"), .init("l2", ["c"], fields: "c\u{1F}木木"),
                ]))
        try world.act(.approve, admission.run, by: "review")
        try world.plan(admission.run) { .variant($0 == "b" ? 1 : 0) }
        return try world.reread(admission.run)
    }

    @Test(
        "a candidate is their place, their list's values, their variant and how often they were tried, also when they waited"
    )
    func candidates() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try twoLists(world)
        var seen: [Candidate] = []
        try world.start([run], messages: [1, 1]) { candidate, _ in
            seen.append(candidate)
            return .no(.defer, .platformBusy, candidate, changesAt: world.now + .minutes(1))
        }
        #expect(seen.map(\.openID) == ["a", "b", "c"] && seen.map(\.position) == [0, 1, 2])
        #expect(seen.map(\.variant) == [0, 1, 0] && seen.map(\.tries) == [0, 0, 0])
        #expect(seen.map { String(decoding: $0.fields, as: UTF8.self) } == ["a\u{1F}小满", "a\u{1F}小满", "c\u{1F}木木"])
        #expect(seen[0].audience != nil && seen[0].audience == seen[1].audience && seen[2].audience != nil)
        #expect(seen[0].audience != seen[2].audience && seen.allSatisfy { $0.run == run.id })
        world.now = world.now + .minutes(1)
        let started = try world.start([run], messages: [1, 1]).started.map(\.candidate)
        // Whoever waited is who they were.
        #expect(started.map { "\($0)" } == seen.map { "\($0)" } && started.count == 3)
        try world.settle(
            try world.start([run]).started.map {
                .of($0, .notSent, .wait(until: world.now, .network), reason: .network)
            })
        try world.check()
    }

    @Test("a try counts once it was one, and who comes back is tried under the next number")
    func tries() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a"])
        for number in 0..<3 {
            let started = try #require(try world.start([run]).started.first)
            #expect(started.candidate.tries == number && started.candidate.position == 0)
            try world.settle([
                .of(started, .refusedForNow, .wait(until: world.now, .platformBusy), reason: .platformBusy)
            ])
        }
        #expect(try world.record(run, "a").attempts.count == 3)
        #expect(try world.ledger.sum(of: run.id).waiting == [.platformBusy: 1])
        try world.check()
    }

    @Test("the work of a lane is its running runs with whom they have left, whom they passed, and who is due next")
    func work() throws {
        let world = try LedgerWorld(.sqlite)
        let first = try world.run("first", LedgerWorld.people(0..<3))
        let second = try world.run("second", ["x", "y"], validUntil: world.now + .hours(5))
        let other = try world.run("other", ["z"], account: "outlet")
        func work(_ run: RunRecord, _ audience: Int, pending: Int, passed: Int, next: Moment? = nil) -> LaneWork.RunWork
        {
            LaneWork.RunWork(
                run: run.id, revision: run.revision, priority: 5, start: run.start, validUntil: run.validUntil,
                audience: audience, planned: audience, pending: pending, passed: passed, nextWaiting: next)
        }
        let lanes = { try world.ledger.work(at: world.now) }
        let outlet = LaneWork(lane: world.lane("outlet"), runs: [work(other, 1, pending: 1, passed: 0)])
        #expect(
            try lanes() == [
                LaneWork(
                    lane: world.lane(),
                    runs: [work(first, 3, pending: 3, passed: 0), work(second, 2, pending: 2, passed: 0)]), outlet,
            ])
        try world.settle(try world.start([first], limit: 1).started.map { .of($0, .accepted) })
        let later = world.now + .minutes(7)
        try world.start([second], limit: 1, turnLimit: 1) { candidate, _ in
            candidate.openID == "x" ? .no(.defer, .platformBusy, candidate, changesAt: later) : .yes(candidate)
        }
        #expect(
            try lanes() == [
                LaneWork(
                    lane: world.lane(),
                    runs: [work(first, 3, pending: 2, passed: 1), work(second, 2, pending: 0, passed: 2, next: later)]),
                outlet,
            ])
        // What is paused, or has nobody left, is no work.
        try world.act(.pause, second)
        try world.settle(try world.start([first]).started.map { .of($0, .accepted) })
        #expect(try lanes() == [outlet])
        try world.check()
    }

    @Test("a run of nobody is planned all the same, and has no work")
    func nobody() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("empty", [])
        #expect(run.isPlanned && run.state == .running)
        #expect(try world.ledger.work(at: world.now).isEmpty)
        let sum = try world.ledger.sum(of: run.id)
        #expect(sum.audience == 0 && sum.isSettled)
        #expect(try world.start([run]).started.isEmpty)
        try world.check()
    }

    @Test("what becomes of the held out is counted apart from every variant")
    func ghosts() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b", "c", "d"], holdout: ["b", "c", "d"])
        try world.start([run]) { candidate, _ in
            switch candidate.openID {
            case "b": .no(.skip, .denied, candidate)
            case "c": .no(.defer, .platformBusy, candidate, changesAt: world.now + .hours(1))
            default: .yes(candidate)
            }
        }
        let ghosts = try world.ledger.ghosts(of: run.id)
        #expect(ghosts.sent == 1 && ghosts.leftOut == [.denied: 1])
        #expect(try world.ledger.sums(ofRunByVariant: run.id).keys.sorted() == [-1, 0])
        try world.check()
    }

    @Test("an event that names no account is earned by whichever account of the app wrote last")
    func noAccount() throws {
        let world = try LedgerWorld(.sqlite)
        let mine = try world.run("mine", ["a"])
        try world.settle(try world.start([mine]).started.map { .of($0, .accepted) })
        world.now = world.now + .hours(1)
        let other = try world.run("other", ["a"], account: "outlet")
        try world.settle(try world.start([other], account: "outlet").started.map { .of($0, .accepted) })
        world.now = world.now + .hours(1)
        _ = try world.apply([EvidenceTests.word(.ordered, "a", world, account: nil, amount: 500)])
        #expect(try world.ledger.results(of: other.id)[0]?[.ordered] == ResultCount(people: 1, events: 1, amount: 500))
        #expect(try world.ledger.results(of: mine.id)[0]?[.ordered] == nil)
        // One that names it is that account's own.
        _ = try world.apply([EvidenceTests.word(.ordered, "a", world, id: "2", account: "flagship", amount: 7)])
        #expect(try world.ledger.results(of: mine.id)[0]?[.ordered] == ResultCount(people: 1, events: 1, amount: 7))
        try world.check()
    }

    @Test("what an attempt's end says is kept as it was said: ids, codes and the log's number, or none of them")
    func ends() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b"])
        let started = try world.start([run]).started
        world.now = world.now + .seconds(3)
        try world.settle([
            .of(started[0], .accepted, ids: ["@1", "@2"]), .of(started[1], .rejected, reason: .platformRecipientGone),
        ])
        let (first, second) = (try world.record(run, "a").attempts[0], try world.record(run, "b").attempts[0])
        #expect(first.messageIDs == ["@1", "@2"] && first.outcome == .accepted && first.keepsPerson)
        #expect(first.settled == world.now && first.started == world.now - .seconds(3) && first.reason == nil)
        #expect(second.messageIDs == [] && second.codes == [] && second.logID == "" && !second.keepsPerson)
        #expect(second.outcome == .rejected && second.reason == .platformRecipientGone)
        try world.check()
    }

    @Test("a card that certainly was not shown is given back to the account it asked for", arguments: [true, false])
    func promptsBack(isSent: Bool) throws {
        let world = try LedgerWorld(.sqlite)
        let staff = world.account("outlet").id
        let run = try world.run("sale", ["a"])
        let started = try world.ledger.start(
            StartDemand(
                now: world.now, term: world.term, lane: world.lane(),
                turns: [.init(run: run.id, limit: 9, messages: [2], prompts: [[staff, staff]])], limit: 9,
                deadline: world.now + .seconds(10))
        ) { candidate, _ in .yes(candidate) }.started
        try world.settle([
            isSent
                ? .of(started[0], .unknown, reason: .network)
                : .of(started[0], .notSent, .wait(until: world.now, .network), reason: .network)
        ])
        let person = try world.ledger.forecastPerson(
            openID: "a", app: world.account().app, account: world.account().id,
            ForecastLook(now: world.now, countsWeek: false, owners: [staff]))
        #expect(person?.prompts[staff]?.today == (isSent ? 2 : 0))
        try world.check()
    }
}
