import CampaignModel
import LedgerSQLite
import Ports
import Testing

@Suite("What acts leave to tell")
struct NoticeRowTests {
    private func ledger(_ world: LedgerWorld) throws -> any NoticeLedger {
        try #require(world.ledger as? any NoticeLedger)
    }

    private func listen(_ world: LedgerWorld, _ names: [String] = ["ops"], isTaken: [Bool] = [true, false]) throws {
        try ledger(world).setTargets(
            NoticeTargetsDemand(
                now: world.now, term: world.term, targets: names.map { ($0, isTaken) },
                dropBefore: world.now - .days(14)))
    }

    private func claim(
        _ world: LedgerWorld, _ target: String = "ops", isPage: Bool = false, most: Int = 100
    ) throws -> NoticeBatch? {
        try ledger(world).claim(
            NoticeClaim(now: world.now, term: world.term, target: target, isPage: isPage, limit: 100) {
                min($0.count, most)
            })
    }

    private func told(_ world: LedgerWorld, _ batch: NoticeBatch) throws {
        try ledger(world).settle(NoticeEnd(now: world.now, term: world.term, batch: batch))
    }

    @Test("a run's whole life is told with its figures, in the order in which it happened")
    func life() throws {
        let world = try LedgerWorld(.sqlite)
        try listen(world)
        let run = try world.run("sale", ["p0", "p1", "p2"])
        let started = try world.start([run]).started
        try world.settle([
            .of(started[0], .accepted), .of(started[1], .rejected, reason: .platformRecipientGone),
            .of(started[2], .unknown, reason: .network),
        ])
        _ = try world.ledger.end(
            EndDemand(now: world.now, term: world.term, run: run.id, state: .finished, reason: .expired))
        let batch = try #require(try claim(world))
        #expect(batch.notices.map(\.kind) == [.inReview, .approved, .started, .finished])
        #expect(batch.notices.allSatisfy { $0.run == run.name && $0.at == world.now })
        #expect(batch.notices[0].person == "marketing" && batch.notices[0].figures == ["people": 3])
        #expect(batch.notices[1].person == "review")
        #expect(
            batch.notices[3].figures == ["accepted": 1, "rejected": 1, "unknown": 1, "skipped": 0, "held_out": 0])
        #expect(try claim(world, isPage: true) == nil)
    }

    @Test("what stops an account or everything is a page; a machine's pause says why, a person's is theirs")
    func stops() throws {
        let world = try LedgerWorld(.sqlite)
        try listen(world)
        let run = try world.run("sale", ["p0"])
        try told(world, try #require(try claim(world)))
        func pause(_ person: String, _ reason: Reason?) throws {
            _ = try world.ledger.act(
                ActDemand(now: world.now, term: world.term, run: run.id, act: .pause, person: person, reason: reason))
            _ = try world.ledger.act(
                ActDemand(now: world.now, term: world.term, run: run.id, act: .resume, person: "operator"))
        }
        try pause("operator", nil)
        try pause("curfew", .platformContentRefused)
        let account = world.account().id
        try world.ledger.hold(
            account: account, LaneHold(reason: .platformQuota, until: world.now + .hours(1)), by: "curfew",
            at: world.now, term: world.term)
        try world.ledger.hold(
            account: account, LaneHold(reason: .platformNeedsHuman, until: nil), by: "curfew", at: world.now,
            term: world.term)
        _ = try world.ledger.setStop(true, person: "operator", at: world.now, term: world.term)
        let plain = try #require(try claim(world))
        #expect(plain.notices.map(\.kind) == [.pausedByMachine])
        #expect(plain.notices[0].code == Reason.platformContentRefused.code)
        let pages = try #require(try claim(world, isPage: true))
        #expect(pages.notices.map(\.kind) == [.accountStopped, .stoppedAll])
        #expect(pages.notices[0].account == "flagship" && pages.notices[0].code == Reason.platformNeedsHuman.code)
    }

    @Test("without a target nothing is kept, and a new one is told nothing of before")
    func nobody() throws {
        let world = try LedgerWorld(.sqlite)
        _ = try world.run("early", ["p0"])
        try listen(world)
        #expect(try claim(world) == nil)
        _ = try world.ledger.setStop(true, person: "operator", at: world.now, term: world.term)
        _ = try world.run("late", ["p1"])
        try listen(world, ["ops", "new"], isTaken: [true, false])
        #expect(try claim(world, "new") == nil && claim(world, "new", isPage: true) == nil)
        #expect(try #require(try claim(world)).notices.allSatisfy { $0.run.hasPrefix("late") })
        // Who was taken out of the configuration is forgotten, and nothing is kept for nobody.
        try listen(world, [])
        _ = try world.run("nobody", ["p2"])
        try listen(world)
        #expect(try claim(world) == nil)
    }

    @Test("a message is the same after every failure and crash, and what comes meanwhile waits for the next")
    func same() throws {
        let world = try LedgerWorld(.sqlite)
        try listen(world)
        _ = try world.run("first", ["p0"])
        let batch = try #require(try claim(world, most: 2))
        #expect(batch.notices.map(\.kind) == [.inReview, .approved] && batch.tries == 1)
        _ = try world.run("second", ["p1"])
        try world.restart()
        let again = try #require(try claim(world))
        #expect(again.id == batch.id && again.notices == batch.notices && again.tries == 2)
        try ledger(world).settle(
            NoticeEnd(now: world.now, term: world.term, batch: again, failure: ("busy", world.now + .minutes(1))))
        let record = try #require(try ledger(world).noticeTargets().first)
        #expect(record.failure == "busy" && record.notBefore == world.now + .minutes(1) && record.failedTotal == 1)
        #expect(record.waiting == 6 && record.oldestWaiting == world.now)
        let third = try #require(try claim(world))
        #expect(third.id == batch.id && third.tries == 3)
        try told(world, third)
        // The same end twice is one.
        try told(world, third)
        let next = try #require(try claim(world))
        #expect(next.id != batch.id && next.notices.map(\.run).contains { $0.hasPrefix("second") } && next.tries == 1)
        #expect(next.notices.first?.kind == .started)
    }

    @Test("a message that became too old while it was tried makes room for the next")
    func old() throws {
        let world = try LedgerWorld(.sqlite)
        try listen(world)
        _ = try world.run("first", ["p0"])
        #expect(try claim(world) != nil)
        world.now = world.now + .days(15)
        try listen(world)
        #expect(try claim(world) == nil)
        _ = try world.ledger.setStop(true, person: "operator", at: world.now, term: world.term)
        #expect(try claim(world, isPage: true) != nil)
    }

    @Test("a note is told with the rejection, and stays in the house when it names somebody who is written to")
    func notes() throws {
        let world = try LedgerWorld(.sqlite)
        try listen(world)
        for (id, note) in [("plain", "too long, p77 is fine"), ("naming", "p0：请勿发给他")] {
            let run = try world.ledger.admit(world.demand(id, [.init("list-\(id)", ["p0"])])).run
            var demand = ActDemand(now: world.now, term: world.term, run: run.id, act: .reject, person: "review")
            demand.note = note
            _ = try world.ledger.act(demand)
        }
        let batch = try #require(try claim(world))
        #expect(batch.notices.filter { $0.kind == .rejected }.map(\.note) == ["too long, p77 is fine", ""])
    }

    @Test("a condition is told when it begins and when it grows, not while it lasts, nor when it flickers")
    func conditions() throws {
        let world = try LedgerWorld(.sqlite)
        try listen(world)
        func note(_ value: Int) throws -> Int {
            let held =
                value == 0 ? [] : [ConditionsDemand.Condition(name: "unknown", kind: .unknownAppeared, value: value)]
            return try ledger(world).note(
                ConditionsDemand(now: world.now, term: world.term, conditions: held, calm: .hours(1)))
        }
        #expect(try [note(2), note(2), note(3), note(1), note(2)] == [1, 0, 1, 0, 1])
        #expect(try [note(0), note(5)] == [0, 0])
        world.now = world.now + .hours(2)
        #expect(try [note(5), note(0)] == [0, 0])
        world.now = world.now + .hours(2)
        #expect(try note(1) == 1)
    }

    @Test("a test goes to its target alone, as a page, and lifts the pause of a failure")
    func tests() throws {
        let world = try LedgerWorld(.sqlite)
        try listen(world, ["ops", "other"])
        _ = try world.ledger.setStop(true, person: "operator", at: world.now, term: world.term)
        let batch = try #require(try claim(world, isPage: true))
        try ledger(world).settle(
            NoticeEnd(now: world.now, term: world.term, batch: batch, failure: ("410", world.now + .days(900))))
        let id = try ledger(world).addTestNotice(
            TestNoticeDemand(now: world.now, term: world.term, target: "ops", person: "operator"))
        #expect(try ledger(world).noticeTargets().allSatisfy { $0.notBefore == nil })
        try told(world, try #require(try claim(world, isPage: true)))
        let test = try #require(try claim(world, isPage: true))
        #expect(test.notices.map(\.kind) == [.test] && test.last == id)
        #expect(try #require(try claim(world, "other", isPage: true)).notices.map(\.kind) == [.stoppedAll])
    }
}
