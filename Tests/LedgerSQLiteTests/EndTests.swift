import CampaignModel
import Ports
import Testing

@Suite("Pausing, resuming and ending runs")
struct EndTests {
    /// One accepted, one unknown, one waiting, one skipped, one open, two pending, one held out.
    private func motley(_ maker: LedgerMaker) throws -> (LedgerWorld, RunRecord, open: StartedDelivery) {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", LedgerWorld.people(0..<8), holdout: ["p7"])
        let started = try world.start([run], limit: 4) { candidate, _ in
            candidate.openID == "p3" ? .no(.skip, .denied, candidate) : .yes(candidate)
        }.started
        try world.settle([
            .of(started[0], .accepted), .of(started[1], .unknown, reason: .network),
            .of(
                started[2], .refusedForNow, .wait(until: world.now + .minutes(5), .platformBusy), reason: .platformBusy),
        ])
        return (world, run, started[3])
    }

    @Test("whoever waits or is pending becomes skipped with the reason of the end", arguments: LedgerMaker.allCases)
    func ends(_ maker: LedgerMaker) throws {
        for (state, reason) in [
            (RunState.cancelled, Reason.cancelled), (.expired, .expired), (.superseded, .superseded),
        ] {
            let (world, run, open) = try motley(maker)
            #expect(try world.end(run, state, reason) == state)
            var sum = try world.ledger.sum(of: run.id)
            #expect(
                sum.skipped == [.denied: 1, reason: 3] && sum.open == 1 && sum.pending == 0 && sum.waitingTotal == 0)
            #expect(try world.reread(run).ended == world.now)
            try world.check()
            // What was on the wire still ends as it ends.
            try world.settle([.of(open, .accepted)])
            sum = try world.ledger.sum(of: run.id)
            #expect(sum.accepted == 2 && sum.isSettled)
            #expect(try world.start([run]).started.isEmpty)
            #expect(throws: LedgerError.notPossible(state: state)) { try world.act(.resume, run) }
            #expect(try world.end(run, .finished, .expired) == state)
            try world.check()
        }
    }

    @Test(
        "a run cannot finish while somebody waits, is open or pending; an unknown does not block it",
        arguments: LedgerMaker.allCases)
    func finish(_ maker: LedgerMaker) throws {
        let (world, run, open) = try motley(maker)
        #expect(try world.end(run, .finished, .expired) == .running)
        let rest = try world.start([run]).started
        #expect(rest.map(\.candidate.openID) == ["p5", "p6"])
        try world.settle(rest.map { .of($0, .accepted) })
        #expect(try world.end(run, .finished, .expired) == .running)
        try world.settle([.of(open, .accepted)])
        #expect(try world.end(run, .finished, .expired) == .running)
        world.now = world.now + .minutes(5)
        try world.settle(try world.start([run]).started.map { .of($0, .accepted) })
        #expect(try world.end(run, .finished, .expired) == .finished)
        #expect(try world.ledger.sum(of: run.id).unknown == 1)
        try world.check()
    }

    @Test("a pause says how many are on the wire, and a resume goes on where it was", arguments: LedgerMaker.allCases)
    func pause(_ maker: LedgerMaker) throws {
        let (world, run, _) = try motley(maker)
        let paused = try world.act(.pause, run)
        #expect(paused.run.state == .paused && paused.open == 1)
        #expect(try world.ledger.work(at: world.now).isEmpty)
        #expect(throws: LedgerError.notPossible(state: .paused)) { try world.act(.pause, run) }
        #expect(try world.act(.resume, run).run.state == .running)
        #expect(try world.start([run]).started.count == 2)
        try world.check()
    }

    @Test("a paused run that was never planned resumes to its schedule", arguments: LedgerMaker.allCases)
    func pausedBeforePlan(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.ledger.admit(world.demand("sale", [.init("l", ["a"])])).run
        // Before its review a pause is remembered beside the state, once, until it is taken back.
        let held = try world.act(.pause, run).run
        #expect(held.state == .inReview && held.isHeld)
        #expect(throws: LedgerError.notPossible(state: .inReview)) { try world.act(.pause, run) }
        let free = try world.act(.resume, run).run
        #expect(free.state == .inReview && !free.isHeld)
        #expect(throws: LedgerError.notPossible(state: .inReview)) { try world.act(.resume, run) }
        #expect(try world.act(.approve, run, by: "review").run.state == .scheduled)
        try world.act(.pause, run)
        #expect(throws: LedgerError.notPossible(state: .paused)) { try world.plan(run) }
        #expect(try world.act(.resume, run).run.state == .scheduled)
    }

    @Test("a change that is cancelled before its review lets the old run go on", arguments: LedgerMaker.allCases)
    func cancelledChange(_ maker: LedgerMaker) throws {
        let (world, run, _) = try motley(maker)
        let change = try world.ledger.admit(world.demand("sale", [.init("l2", ["x"])]))
        try world.act(.cancel, change.run)
        #expect(try world.reread(run).state == .running)
        try world.check()
    }

    @Test(
        "a test contact is one person, passes the gate and is counted like any other", arguments: LedgerMaker.allCases)
    func testContact(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let admission = try world.ledger.admit(world.demand("sale", [.init("l", ["a", "b"], fields: "Ann")]))
        world.now = world.now + .seconds(1)
        let test = try world.ledger.addTest(
            TestDemand(
                now: world.now, term: world.term, revision: admission.revision.id, openID: "a", variant: 0,
                validUntil: world.now + .days(1), person: "operator"))
        let delivery = try world.start([test]) { candidate, facts in
            #expect(facts.run.isApproved && String(decoding: candidate.fields, as: UTF8.self) == "Ann")
            return .yes(candidate)
        }.started[0]
        try world.settle([.of(delivery, .accepted)])
        #expect(try world.ledger.laneFacts(world.account().id, at: world.now).people == 1)
        // The review is still to come, and the campaign's own run takes everybody.
        try world.act(.approve, admission.run, by: "review")
        #expect(try world.plan(admission.run).audience == 2)
        try world.check()
    }

    @Test("work names running runs that have somebody left, by lane", arguments: LedgerMaker.allCases)
    func work(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let first = try world.run("one", ["a", "b"])
        let second = try world.run("two", ["c"])
        let other = try world.run("three", ["d"], account: "outlet")
        _ = try world.ledger.admit(world.demand("four", [.init("l4", ["e"])]))
        try world.start([second])
        try world.start([first], limit: 1) { candidate, _ in
            candidate.openID == "a"
                ? .no(.defer, .pacing, candidate, changesAt: world.now + .minutes(3)) : .yes(candidate)
        }
        let work = try world.ledger.work(at: world.now)
        #expect(work.map(\.lane) == [world.lane(), world.lane("outlet")])
        #expect(work[0].runs.map(\.run) == [first.id] && work[1].runs.map(\.run) == [other.id])
        #expect(work[0].runs[0].pending == 0 && work[0].runs[0].nextWaiting == world.now + .minutes(3))
    }
}

@Suite("The platform's word on consent")
struct ConsentTests {
    @Test("whoever a complete walk did not name is not authorised", arguments: LedgerMaker.allCases)
    func walk(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        try world.authorize(["stays", "left", "answered"])
        world.now = world.now + .hours(12)
        let started = world.now
        world.now = world.now + .seconds(1)
        try world.authorize(["stays"])
        // A status call that is younger than the walk's beginning outweighs the walk's silence.
        try world.ledger.record(
            ConsentPage(
                now: world.now, term: world.term, account: world.account().id,
                people: [.init(openID: "answered", state: .authorized, source: "status")], answersQuestions: true))
        world.now = world.now + .seconds(1)
        try world.ledger.finishWalk(account: world.account().id, started: started, at: world.now, term: world.term)
        let run = try world.run("sale", ["stays", "left", "answered"])
        func state(_ openID: String) throws -> Consent.State? {
            try world.record(run, openID).facts.person.consent?.state
        }
        #expect(
            try state("stays") == .authorized && state("left") == Consent.State.none && state("answered") == .authorized
        )
        #expect(try world.ledger.accounts().first { $0.name == "flagship" }?.lastWalk == world.now)
    }

    @Test("an older word does not overwrite a younger one", arguments: LedgerMaker.allCases)
    func order(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        func say(_ state: Consent.State, at moment: Moment) throws {
            try world.ledger.record(
                ConsentPage(
                    now: moment, term: world.term, account: world.account().id,
                    people: [.init(openID: "a", state: state, source: "x")], answersQuestions: false))
        }
        try say(.withdrawn, at: world.now + .hours(1))
        try say(.authorized, at: world.now)
        let run = try world.run("sale", ["a"])
        #expect(try world.record(run, "a").facts.person.consent?.state == .withdrawn)
    }

    @Test("people who wait for an answer are asked about once, and are due with it", arguments: LedgerMaker.allCases)
    func questions(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let runs = [try world.run("one", ["a", "b"]), try world.run("two", ["a"])]
        try world.start(runs) { candidate, _ in .no(.checkConsent, .consentCheck, candidate) }
        let asked = try world.ledger.consentQuestions(limit: 10, at: world.now)
        #expect(asked.map(\.openID) == ["a", "b"])
        world.now = world.now + .seconds(5)
        try world.ledger.record(
            ConsentPage(
                now: world.now, term: world.term, account: world.account().id,
                people: [.init(openID: "a", state: .authorized, source: "status")], answersQuestions: true))
        #expect(try world.ledger.consentQuestions(limit: 10, at: world.now).map(\.openID) == ["b"])
        for run in runs { #expect(try world.place(run, "a") == .waiting(until: world.now, .consentCheck)) }
        #expect(try world.start(runs).started.map(\.candidate.openID) == ["a", "a"])
        try world.act(.pause, runs[0])
        #expect(try world.ledger.consentQuestions(limit: 10, at: world.now).isEmpty)
    }
}
