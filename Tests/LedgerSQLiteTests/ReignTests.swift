import CampaignModel
import Ports
import Testing

@Suite("One reign after another")
struct ReignTests {
    @Test(
        "open attempts of an older reign become unknown, keep their quota and are never sent again",
        arguments: LedgerMaker.allCases)
    func rescue(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", LedgerWorld.people(0..<5))
        try world.start([run], limit: 3)
        try world.restart()
        #expect(try world.ledger.rescue(at: world.now, term: world.term) == 3)
        let sum = try world.ledger.sum(of: run.id)
        #expect(sum.unknown == 3 && sum.open == 0 && sum.pending == 2)
        #expect(try world.ledger.laneFacts(world.account().id, at: world.now).people == 3)
        #expect(try world.ledger.unknowns(limit: 10).allSatisfy { $0.reason == .orphaned })
        #expect(try world.start([run]).started.map(\.candidate.openID) == ["p3", "p4"])
        try world.check()
    }

    @Test(
        "a retry that was open when its process was killed is the one that becomes unknown",
        arguments: LedgerMaker.allCases)
    func killedRetry(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a"])
        let first = try world.start([run]).started[0]
        try world.settle([.of(first, .refusedForNow, .wait(until: world.now, .platformBusy), reason: .platformBusy)])
        try world.start([run])
        try world.restart()
        #expect(try world.ledger.rescue(at: world.now, term: world.term) == 1)
        #expect(try world.record(run, "a").attempts.map(\.outcome) == [.refusedForNow, .unknown])
        #expect(try world.start([run]).started.isEmpty)
        try world.check()
    }

    @Test("an attempt of the present reign is left alone", arguments: LedgerMaker.allCases)
    func presentReign(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a", "b"])
        try world.start([run], limit: 1)
        try world.restart()
        let ours = try world.start([run], limit: 1).started[0]
        #expect(try world.ledger.rescue(at: world.now, term: world.term) == 1)
        #expect(try world.ledger.rescue(at: world.now, term: world.term) == 0)
        #expect(try world.record(run, ours.candidate.openID).attempts[0].outcome == nil)
        #expect(try world.settle([.of(ours, .accepted)]).settled == 1)
        try world.check()
    }

    /// Every verb that writes, with the term of a reign that is over.
    enum Verb: String, CaseIterable, CustomTestStringConvertible {
        case start, settle, rescue, register, admit, addTest, plan, addOccurrence, end, record, finishWalk, list
        case act, setStop, hold, resolve, rememberImage, keepImage
        var testDescription: String { rawValue }
    }

    @Test("every write of an older reign is void and changes nothing", arguments: LedgerMaker.allCases, Verb.allCases)
    func fenced(_ maker: LedgerMaker, _ verb: Verb) throws {
        let world = try LedgerWorld(maker)
        try world.authorize(["p0"])
        let run = try world.run("sale", LedgerWorld.people(0..<4))
        let unplanned = try world.ledger.admit(world.demand("later", [.init("l9", ["a"])])).run
        try world.act(.approve, unplanned, by: "review")
        let inReview = try world.ledger.admit(world.demand("third", [.init("l8", ["a"])])).run
        let delivery = try world.start([run], limit: 1).started[0]
        let old = world.term
        try world.restart()
        func picture() throws -> String {
            let runs = try world.ledger.runs(includingEnded: true).map { run in
                "\(run) \(try world.ledger.sum(of: run.id))"
            }
            return """
                \(runs) \(try world.ledger.accounts()) \(try world.ledger.laneFacts(world.account().id, at: world.now))
                \(try world.ledger.isStopped()) \(try world.ledger.denied(app: world.account().app))
                \(try world.ledger.image(digest: "i", app: world.account().app) ?? "-")
                \(String(describing: try world.ledger.imageContent(digest: "i")))
                \(try world.record(run, "p0"))
                """
        }
        let before = try picture()
        #expect(throws: LedgerError.fenced(current: world.term)) {
            try write(verb, world, old, run: run, unplanned: unplanned, inReview: inReview, delivery)
        }
        #expect(try picture() == before)
        try world.check()
    }

    private func write(
        _ verb: Verb, _ world: LedgerWorld, _ old: Term, run: RunRecord, unplanned: RunRecord, inReview: RunRecord,
        _ delivery: StartedDelivery
    ) throws {
        let (ledger, now, account) = (world.ledger, world.now, world.account())
        switch verb {
        case .start:
            _ = try ledger.start(
                StartDemand(
                    now: now, term: old, lane: world.lane(), turns: [.init(run: run.id, limit: 5, messages: [1])],
                    limit: 5, deadline: now)
            ) { candidate, _ in .yes(candidate) }
        case .settle: try world.settle([.of(delivery, .accepted)], term: old)
        case .rescue: _ = try ledger.rescue(at: now, term: old)
        case .register: _ = try ledger.register([AppRegistration(name: "tt03", accounts: [])], at: now, term: old)
        case .admit:
            var demand = world.demand("new", [.init("n", ["x"])])
            demand.term = old
            _ = try ledger.admit(demand)
        case .addTest:
            _ = try ledger.addTest(
                TestDemand(
                    now: now, term: old, revision: run.revision, openID: "x", variant: 0, validUntil: now, person: "o"))
        case .plan:
            _ = try ledger.plan(
                PlanDemand(
                    now: now, term: old, run: unplanned.id, shuffleKey: 1, order: .listed, source: .files,
                    peopleMax: nil)
            ) { _ in .variant(0) }
        case .addOccurrence:
            _ = try ledger.addOccurrence(
                OccurrenceDemand(
                    now: now, term: old, revision: run.revision, occurrence: now + .days(1), validUntil: now + .days(2))
            )
        case .end:
            _ = try ledger.end(EndDemand(now: now, term: old, run: run.id, state: .expired, reason: .expired))
        case .record:
            try ledger.record(
                ConsentPage(
                    now: now, term: old, account: account.id,
                    people: [.init(openID: "p0", state: .withdrawn, source: "x")], answersQuestions: true))
        case .finishWalk: try ledger.finishWalk(account: account.id, started: now + .days(1), at: now, term: old)
        case .list:
            try ledger.list(
                ListDemand(
                    now: now, term: old, act: .deny, app: account.app, account: nil, openIDs: ["p0"], person: "o"))
        case .act: _ = try ledger.act(ActDemand(now: now, term: old, run: inReview.id, act: .approve, person: "r"))
        case .setStop: _ = try ledger.setStop(true, person: "o", at: now, term: old)
        case .hold:
            try ledger.hold(
                account: account.id, LaneHold(reason: .platformBanned, until: nil), by: "platform", at: now, term: old)
        case .resolve:
            try ledger.resolve(
                ResolveDemand(now: now, term: old, run: run.id, openID: "p0", accepted: true, person: "o"))
        case .rememberImage:
            try ledger.rememberImage(digest: "i", app: account.app, mediaID: "m", at: now, term: old)
        case .keepImage: try ledger.keepImage(digest: "i", content: [1], at: now, term: old)
        }
    }

    @Test("verbs taken together are kept together or not at all", arguments: LedgerMaker.allCases)
    func together(_ maker: LedgerMaker) throws {
        struct Stop: Error {}
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a", "b"])
        let first = try world.start([run], limit: 1).started[0]
        #expect(throws: Stop.self) {
            try world.ledger.together {
                try world.settle([.of(first, .accepted)])
                try world.start([run])
                throw Stop()
            }
        }
        let sum = try world.ledger.sum(of: run.id)
        #expect(sum.open == 1 && sum.accepted == 0 && sum.pending == 1)
        try world.check()
        // The connection is as good as before.
        #expect(try world.settle([.of(first, .accepted)]).settled == 1)
    }
}

@Suite("Holds and switches")
struct HoldTests {
    @Test("a hold never shortens another, and only a release opens", arguments: LedgerMaker.allCases)
    func strongestHold(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        func hold(_ hold: LaneHold?) throws -> LaneHold? {
            try world.ledger.hold(account: world.account().id, hold, by: "platform", at: world.now, term: world.term)
            return try world.ledger.laneFacts(world.account().id, at: world.now).hold
        }
        let risk = LaneHold(reason: .platformRisk, until: world.now + .minutes(30))
        let quota = LaneHold(reason: .platformQuota, until: world.now + .hours(14))
        let banned = LaneHold(reason: .platformBanned, until: nil)
        #expect(try hold(risk) == risk)
        #expect(try hold(quota) == quota)
        #expect(try hold(risk) == quota)
        #expect(try hold(banned) == banned)
        #expect(try hold(quota) == banned)
        #expect(try hold(nil) == nil)
        #expect(try hold(risk) == risk)
    }

    @Test("the stop switch is durable and says how many are on the wire", arguments: LedgerMaker.allCases)
    func stopSwitch(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a", "b"])
        try world.start([run])
        #expect(try world.ledger.setStop(true, person: "operator", at: world.now, term: world.term) == 2)
        try world.restart()
        #expect(try world.ledger.isStopped())
        #expect(try world.ledger.laneFacts(world.account().id, at: world.now).allStopped)
    }
}
