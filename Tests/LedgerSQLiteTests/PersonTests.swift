import CampaignModel
import GRDB
import Ports
import Testing

@Suite("What the ledger knows about one person in one run")
struct PersonTests {
    private func ask(_ world: LedgerWorld, _ run: RunRecord, _ openID: String, at: Moment? = nil) throws -> PersonRecord
    {
        try #require(
            try world.ledger.person(
                PersonQuestion(run: run.id, openID: openID, at: at ?? world.now, now: world.now)))
    }

    /// The positions as the start transaction walks them.
    private func order(_ world: LedgerWorld, _ run: RunRecord) throws -> [String] {
        var served: [String] = []
        try world.start([run]) { candidate, _ in
            served.append(candidate.openID)
            return .no(.holdRun, .runPaused, candidate)
        }
        return served
    }

    @Test(
        "everybody's place is found, whatever the order and however many lists, and nobody else has one",
        arguments: [AudienceRequest.Order.shuffled, .listed])
    func places(order: AudienceRequest.Order) throws {
        let world = try LedgerWorld(.sqlite)
        let first = LedgerWorld.people(0..<40).reversed() + ["z", "m"]
        let second = ["m", "y"] + LedgerWorld.people(35..<60)
        let admission = try world.ledger.admit(world.demand("sale", [.init("l1", first), .init("l2", second)]))
        try world.act(.approve, admission.run, by: "review")
        try world.plan(admission.run, key: 12345, order: order) { $0 == "p7" ? .excluded : .variant(0) }
        var ahead: [Int] = []
        for openID in Set(first + second).sorted() where openID != "p7" {
            let record = try ask(world, admission.run, openID)
            #expect(record.place == .pending)
            #expect(record.candidate.openID == openID && record.candidate.position == Int64(record.ahead ?? -1))
            ahead.append(record.ahead ?? -1)
        }
        #expect(ahead.sorted() == Array(0..<62))
        #expect(try ask(world, admission.run, "p7").place == .leftOut(isExcluded: false, isReplaced: false))
        let other = try world.ledger.admit(world.demand("other", [.init("l3", ["stranger"])]))
        try world.act(.approve, other.run, by: "review")
        #expect(try ask(world, admission.run, "stranger").place == .notInRun)
    }

    @Test("a plan of before, of which nobody knows the order, is looked through")
    func oldPlan() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<20))
        try DatabaseQueue(path: world.folder + "/ledger.db").write {
            try $0.execute(sql: "UPDATE segment SET ordering = 0, shuffle_key = NULL")
        }
        for openID in LedgerWorld.people(0..<20) { #expect(try ask(world, run, openID).place == .pending) }
    }

    @Test("at a moment of the past an attempt that ended later was open, and one that began later was not there")
    func attemptsOfThePast() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b"])
        try world.authorize(["a", "b"])
        let before = world.now
        world.now = world.now + .minutes(20)
        let started = try world.start([run], limit: 1)
        let open = world.now + .seconds(1)
        world.now = world.now + .seconds(5)
        try world.settle(started.started.map { Settlement.of($0, .accepted) })
        world.now = world.now + .minutes(30)
        let who = started.started[0].candidate.openID
        #expect(try ask(world, run, who).place == .attempted)

        let past = try ask(world, run, who, at: before)
        #expect(past.place == .pending && past.attempts.isEmpty && past.contactsToday.isEmpty)
        #expect(past.facts.person.contactsByAccount == 0 && past.facts.lane.people == 0)

        let then = try ask(world, run, who, at: open)
        #expect(then.place == .attempted && then.attempts.map(\.outcome) == [nil])
        #expect(then.facts.person.contactsByAccount == 1)
        #expect(then.gaps.contains(.lanePeopleBetween(0, 1)))
        #expect(then.laneUse.map(\.people) == [1] && then.laneUse.map(\.runName) == [run.name])

        let later = try ask(world, run, who, at: open + .minutes(15))
        #expect(later.facts.lane.people == 1 && later.attempts.map(\.outcome) == [.accepted])
    }

    @Test("what gave its place back used nothing of the account's day, in the story as in the counter")
    func usedOfTheDay() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b", "c"])
        try world.authorize(["a", "b", "c"])
        let started = try world.start([run], limit: 3).started
        try world.settle([
            Settlement.of(started[0], .accepted),
            Settlement.of(started[1], .rejected, keepsPerson: false),
            Settlement.of(started[2], .accepted),
        ])
        let record = try ask(world, run, "a")
        #expect(record.facts.lane.people == 2)
        #expect(record.laneUse.map(\.people) == [2])
        #expect(record.laneUse.map(\.messages) == [record.facts.lane.messages])
    }

    @Test("the run, the switch and the account stand as they stood at the moment")
    func statesOfThePast() throws {
        let world = try LedgerWorld(.sqlite)
        let begin = world.now
        func pass() { world.now = world.now + .minutes(1) }
        pass()
        let run = try world.run("sale", ["a"])
        let running = world.now
        pass()
        try world.act(.pause, run, by: "operator")
        let paused = world.now
        pass()
        try world.act(.resume, run, by: "operator")
        _ = try world.ledger.setStop(true, person: "operator", at: world.now, term: world.term)
        try world.ledger.hold(
            account: world.account().id, LaneHold(reason: .platformRisk, until: world.now + .hours(1)),
            by: "platform", at: world.now, term: world.term)
        let closed = world.now
        pass()
        _ = try world.ledger.setStop(false, person: "operator", at: world.now, term: world.term)
        try world.ledger.hold(account: world.account().id, nil, by: "operator", at: world.now, term: world.term)
        pass()
        func facts(_ at: Moment) throws -> Facts { try ask(world, run, "a", at: at).facts }
        #expect(try facts(begin).run.state == .inReview && !facts(begin).run.isApproved)
        #expect(try facts(running).run.state == .running && facts(running).run.isApproved)
        #expect(try facts(paused).run.state == .paused)
        #expect(try facts(paused).lane.hold == nil && !facts(paused).lane.allStopped)
        #expect(try facts(closed).run.state == .running && facts(closed).lane.allStopped)
        #expect(try facts(closed).lane.hold == LaneHold(reason: .platformRisk, until: closed + .hours(1)))
        #expect(try facts(world.now).lane.hold == nil && !facts(world.now).lane.allStopped)
        let gaps = try ask(world, run, "a", at: begin).gaps
        #expect(gaps.contains(.notPlannedYet(until: running)) && gaps.contains(.settingsOfToday))
    }

    @Test("what the platform said only later is named as not known, what stood before is taken")
    func consentOfThePast() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a"])
        let before = world.now
        world.now = world.now + .hours(1)
        try world.authorize(["a"])
        let known = world.now
        world.now = world.now + .hours(1)
        try world.authorize(["a"])
        #expect(try ask(world, run, "a", at: before).gaps.contains(.consentBefore(world.now)))
        let standing = try ask(world, run, "a", at: known + .minutes(1))
        #expect(!standing.gaps.contains(.consentBefore(world.now)))
        #expect(standing.facts.person.consent?.checked == known + .minutes(1))
    }

    @Test("of a moment ahead it is said that nothing else is taken to happen, of now nothing")
    func ahead() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a"])
        #expect(try ask(world, run, "a", at: world.now + .days(1)).gaps == [.future])
        #expect(try ask(world, run, "a").gaps.isEmpty)
    }

    @Test("the unknown ones are counted as they are listed, also after one is resolved")
    func unknownCount() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b", "c"])
        try world.authorize(["a", "b", "c"])
        let started = try world.start([run])
        try world.settle(started.started.map { Settlement.of($0, .unknown) })
        #expect(try world.ledger.unknownCount() == 3)
        try world.ledger.resolve(
            ResolveDemand(
                now: world.now, term: world.term, run: run.id, openID: "b", accepted: true, person: "operator"))
        #expect(try world.ledger.unknownCount() == world.ledger.unknowns(limit: 10).count)
    }
}
