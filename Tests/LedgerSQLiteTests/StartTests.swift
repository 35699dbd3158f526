import CampaignModel
import Ports
import SendingRules
import Testing

@Suite("Starting contacts")
struct StartTests {
    @Test("every attempt is durable before the start returns", arguments: LedgerMaker.allCases)
    func durable(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", LedgerWorld.people(0..<9))
        let result = try world.start([run], limit: 5, messages: [2])
        #expect(result.started.count == 5)
        let look = try world.secondLook()
        let sum = try look.sum(of: run.id)
        #expect(sum.open == 5 && sum.pending == 4 && sum.holds)
        let lane = try look.laneFacts(world.account().id, at: world.now)
        #expect(lane.people == 5 && lane.messages == 10)
        for delivery in result.started {
            let record = try #require(try look.facts(run: run.id, openID: delivery.candidate.openID, at: world.now))
            #expect(record.place == .attempted && record.attempts.map(\.key) == [delivery.key])
            #expect(record.attempts[0].outcome == nil && record.attempts[0].deadline == world.now + .seconds(10))
        }
        try world.check()
    }

    @Test(
        "never more than the limit, over several runs, and each turn keeps to its own", arguments: LedgerMaker.allCases)
    func limits(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let first = try world.run("one", LedgerWorld.people(0..<10, "a"))
        let second = try world.run("two", LedgerWorld.people(0..<10, "b"))
        let result = try world.start([first, second], limit: 7, turnLimit: 5)
        #expect(result.started.count == 7)
        #expect(try world.ledger.sum(of: first.id).open == 5 && world.ledger.sum(of: second.id).open == 2)
        #expect(try world.start([first, second], limit: 0).started.isEmpty)
        try world.check()
    }

    @Test(
        "skipped, deferred and asked-about people have a row, and nobody behind them is passed",
        arguments: LedgerMaker.allCases)
    func rows(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["skip", "defer", "ask", "go", "behind"])
        let result = try world.start([run], limit: 1) { candidate, _ in
            switch candidate.openID {
            case "skip": .no(.skip, .denied, candidate)
            case "defer": .no(.defer, .alreadyContactedToday, candidate, changesAt: world.now + .hours(14))
            case "ask": .no(.checkConsent, .consentCheck, candidate)
            default: .yes(candidate)
            }
        }
        #expect(result.skipped == 1 && result.deferred == 2 && result.started.count == 1)
        #expect(try world.place(run, "skip") == .skipped(.denied, at: world.now))
        #expect(try world.place(run, "defer") == .waiting(until: world.now + .hours(14), .alreadyContactedToday))
        #expect(try world.place(run, "ask") == .waiting(until: world.now + .minutes(10), .consentCheck))
        #expect(try world.place(run, "go") == .attempted)
        #expect(try world.place(run, "behind") == .pending)
        #expect(try world.ledger.laneFacts(world.account().id, at: world.now).people == 1)
        try world.check()
    }

    @Test("a closed lane touches nobody", arguments: LedgerMaker.allCases)
    func closedLane(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a", "b", "c"])
        let other = try world.run("other", ["d"])
        var judged = 0
        let result = try world.start([run, other]) { candidate, _ in
            judged += 1
            return candidate.openID == "b"
                ? .no(.holdLane, .quietHours, candidate, changesAt: world.now + .hours(1)) : .yes(candidate)
        }
        #expect(judged == 2 && result.closed?.reason == .quietHours && result.started.count == 1)
        #expect(result.drained.isEmpty)
        #expect(try world.place(run, "b") == .pending && world.place(other, "d") == .pending)
        try world.check()
    }

    @Test("a held run lets the next run of the lane go on", arguments: LedgerMaker.allCases)
    func heldRun(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let held = try world.run("held", ["a", "b"])
        let free = try world.run("free", ["c"])
        let result = try world.start([held, free]) { candidate, _ in
            candidate.run == held.id ? .no(.holdRun, .outsideWindow, candidate) : .yes(candidate)
        }
        #expect(result.heldRuns.keys.sorted() == [held.id] && result.started.count == 1 && result.drained == [free.id])
        #expect(try world.ledger.sum(of: held.id).pending == 2)
    }

    @Test("who waits and is due comes before who never had a turn", arguments: LedgerMaker.allCases)
    func waitingFirst(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a", "b", "c", "d"])
        try world.start([run], limit: 1) { candidate, _ in
            candidate.openID < "c"
                ? .no(
                    .defer, .platformBusy, candidate, changesAt: world.now + .minutes(candidate.openID == "a" ? 9 : 5))
                : .yes(candidate)
        }
        world.now = world.now + .minutes(5)
        #expect(try world.start([run], limit: 1).started.map(\.candidate.openID) == ["b"])
        world.now = world.now + .minutes(5)
        #expect(try world.start([run]).started.map(\.candidate.openID) == ["a", "d"])
        try world.check()
    }

    @Test(
        "who is put off again makes room for the next one who waits, not for a position",
        arguments: LedgerMaker.allCases)
    func waitingAgain(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a", "b", "c", "d", "e"])
        try world.start([run], limit: 1) { candidate, _ in
            candidate.openID < "d"
                ? .no(.defer, .platformBusy, candidate, changesAt: world.now + .minutes(5)) : .yes(candidate)
        }
        world.now = world.now + .minutes(5)
        let result = try world.start([run], limit: 1) { candidate, _ in
            candidate.openID < "c"
                ? .no(.defer, .platformBusy, candidate, changesAt: world.now + .minutes(9)) : .yes(candidate)
        }
        #expect(result.started.map(\.candidate.openID) == ["c"] && result.passed.isEmpty)
        #expect(try world.place(run, "e") == .pending)
        let last = try world.start([run], limit: 1)
        #expect(last.started.map(\.candidate.openID) == ["e"] && last.passed == [run.id: 1])
        try world.check()
    }

    @Test("a run says that it ran dry only when nobody is left and nobody is due", arguments: LedgerMaker.allCases)
    func drained(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a", "b"])
        #expect(try world.start([run], limit: 1).drained.isEmpty)
        #expect(try world.start([run], limit: 5).drained == [run.id])
    }

    @Test("counted stock is taken by the start and given back by what was not sent", arguments: LedgerMaker.allCases)
    func stock(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        try world.authorize(["a", "b"])
        try RawSQL(world).run("UPDATE consent SET stock = 2")
        func stock(_ openID: String, _ run: RunRecord) throws -> Int? {
            try world.record(run, openID).facts.person.consent?.stock
        }
        let run = try world.run("sale", ["a", "b"])
        let started = try world.start([run]).started
        #expect(try stock("a", run) == 1 && stock("b", run) == 1)
        let tomorrow = world.now + .days(1)
        try world.settle([
            .of(
                started[0], .refusedForNow, .wait(until: tomorrow, .platformPersonLimit), keepsPerson: true,
                returnedMessages: 1),
            .of(started[1], .unknown, reason: .network),
        ])
        // The person's day stays used, the platform says so; the send itself was none.
        #expect(try stock("a", run) == 2 && stock("b", run) == 1)
        try world.ledger.resolve(
            ResolveDemand(
                now: world.now, term: world.term, run: run.id, openID: "b", accepted: false, person: "operator"))
        #expect(try stock("b", run) == 2)
        try world.check()
    }

    @Test("a cap is exact over many small starts, returns and restarts", arguments: LedgerMaker.allCases)
    func exactCap(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        try world.authorize(LedgerWorld.people(0..<60))
        var limits = RuleLimits()
        limits.usersPerDay = 20
        let gate = Gate(limits: limits, clock: ClockFacts())
        let run = try world.run("sale", LedgerWorld.people(0..<60))
        let terms = RunTerms(world.campaign("sale"), owners: [:])
        var returned = 0
        for batch in 0..<30 {
            let result = try world.start([run], limit: 3) { gate.judge($0, $1, terms, at: world.now) }
            var ends: [Settlement] = []
            for (index, delivery) in result.started.enumerated() {
                if batch < 4 && index == 0 {
                    returned += 1
                    ends.append(.of(delivery, .rejected, reason: .platformRecipientGone))
                } else {
                    ends.append(.of(delivery, batch % 3 == 0 ? .unknown : .accepted))
                }
            }
            try world.settle(ends)
            if batch % 5 == 4 { try world.restart() }
            try world.check()
        }
        let lane = try world.ledger.laneFacts(world.account().id, at: world.now)
        #expect(lane.people == 20 && lane.messages == 20 && returned == 4)
        let sum = try world.ledger.sum(of: run.id)
        #expect(sum.accepted + sum.unknown == 20 && sum.rejected == 4 && sum.pending == 36)
    }

    @Test("a second account of the app cannot contact the same person on the same day", arguments: LedgerMaker.allCases)
    func oneContactPerApp(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        for account in ["flagship", "outlet"] { try world.authorize(["a"], account: account) }
        let gate = Gate(limits: RuleLimits(), clock: ClockFacts())
        let terms = RunTerms(world.campaign("x"), owners: [:])
        let first = try world.run("one", ["a"])
        let second = try world.run("two", ["a"], account: "outlet")
        func go(_ run: RunRecord, _ account: String) throws -> StartResult {
            try world.start([run], account: account) { gate.judge($0, $1, terms, at: world.now) }
        }
        #expect(try go(first, "flagship").started.count == 1)
        #expect(try go(second, "outlet").deferred == 1)
        let midnight = PlatformDay(containing: world.now).next.start
        #expect(try world.place(second, "a") == .waiting(until: midnight, .alreadyContactedToday))
        world.now = midnight + .hours(9)
        #expect(try go(second, "outlet").started.count == 1)
        try world.check()
    }

    @Test("attempts of a day are numbered, and a new day begins at one", arguments: LedgerMaker.allCases)
    func numbers(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a"])
        var numbers: [Int32] = []
        for hours in [0, 0, 0, 20, 0] as [Int64] {
            world.now = world.now + .hours(hours)
            let started = try world.start([run]).started
            numbers += started.map(\.key.number)
            try world.settle(started.map { .of($0, .refusedForNow, .wait(until: world.now, .platformBusy)) })
        }
        #expect(numbers == [1, 2, 3, 1, 2])
        #expect(try world.record(run, "a").attempts.count == 5)
        try world.check()
    }

    @Test("a clock put back more than a minute closes the lane until it has caught up", arguments: LedgerMaker.allCases)
    func clockPutBack(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", LedgerWorld.people(0..<4), start: world.now - .hours(1))
        let gate = Gate(limits: RuleLimits(), clock: ClockFacts())
        let terms = RunTerms(world.campaign("x"), owners: [:])
        func go() throws -> StartResult {
            try world.start([run], limit: 1) { gate.judge($0, $1, terms, at: world.now) }
        }
        try world.authorize(LedgerWorld.people(0..<4))
        let highest = world.now
        #expect(try go().started.count == 1)
        world.now = highest - .minutes(1)
        #expect(try go().started.count == 1)
        world.now = highest - .minutes(1) - .milliseconds(1)
        let closed = try go()
        #expect(
            closed.started.isEmpty && closed.closed?.reason == .clockUntrusted && closed.closed?.changesAt == highest)
        // Also after a restart: the highest wall is in the file.
        try world.restart()
        #expect(try go().closed?.reason == .clockUntrusted)
        world.now = highest
        #expect(try go().started.count == 1)
    }

    @Test("an allow list lets in who stands on it, and a denial wins", arguments: LedgerMaker.allCases)
    func lists(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker, allowListFor: "outlet")
        func list(_ act: ListDemand.Act, _ openID: String, account: String?) throws {
            try world.ledger.list(
                ListDemand(
                    now: world.now, term: world.term, act: act, app: world.account().app,
                    account: account.map { world.account($0).id }, openIDs: [openID], person: "operator"))
        }
        for openID in ["on", "both"] { try list(.allow, openID, account: "outlet") }
        try list(.deny, "both", account: nil)
        try list(.deny, "here", account: "flagship")
        let run = try world.run("sale", ["on", "both", "off", "here"], account: "outlet")
        var seen: [String: [Bool?]] = [:]
        try world.start([run], account: "outlet") { candidate, facts in
            seen[candidate.openID] = [facts.person.isOnAllowList, facts.person.isDenied]
            return .no(.skip, .denied, candidate)
        }
        #expect(seen == ["on": [true, false], "both": [true, true], "off": [false, false], "here": [false, false]])
        // Only a denial for every account stops at the last look.
        #expect(try world.ledger.denied(app: world.account().app).count == 1)
        try list(.undeny, "both", account: nil)
        #expect(try world.ledger.denied(app: world.account().app).isEmpty)
    }
}
