import CampaignModel
import Ports
import Testing

@Suite("Writing down how contacts ended")
struct SettleTests {
    /// One row of the outcome table as the ledger sees it: the outcome, what becomes of the delivery, and whether the
    /// person's place in the day is kept.
    struct End: CustomTestStringConvertible {
        var outcome: OutcomeKind
        var next: Next
        var keepsPerson: Bool
        enum Next { case end, wait, skip }
        var testDescription: String { "\(outcome.code), \(next)" }
    }
    static let ends: [End] = [
        End(outcome: .accepted, next: .end, keepsPerson: true),
        End(outcome: .rejected, next: .end, keepsPerson: false),
        End(outcome: .unknown, next: .end, keepsPerson: true),
        End(outcome: .refusedForNow, next: .wait, keepsPerson: false),
        End(outcome: .refusedForNow, next: .wait, keepsPerson: true),
        End(outcome: .refusedForNow, next: .skip, keepsPerson: false),
        End(outcome: .notSent, next: .wait, keepsPerson: false),
        End(outcome: .notSent, next: .skip, keepsPerson: false),
    ]

    @Test(
        "every outcome has its place in the sum, and gives back what the table says", arguments: LedgerMaker.allCases,
        ends)
    func outcomes(_ maker: LedgerMaker, _ end: End) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a", "b"])
        let delivery = try world.start([run], limit: 1, messages: [3]).started[0]
        let later = world.now + .minutes(7)
        let next: Settlement.Next =
            switch end.next {
            case .end: .end
            case .wait: .wait(until: later, .platformBusy)
            case .skip: .skip(.denied)
            }
        let settlement = Settlement.of(
            delivery, end.outcome, next, reason: .platformUnclear, keepsPerson: end.keepsPerson, ids: ["m1", "m2"])
        #expect(try world.settle([settlement]).settled == 1)
        var expected = ConservationSum()
        expected.audience = 2
        expected.pending = 1
        switch (end.next, end.outcome) {
        case (.wait, _): expected.waiting = [.platformBusy: 1]
        case (.skip, _): expected.skipped = [.denied: 1]
        case (.end, .accepted): expected.accepted = 1
        case (.end, .rejected): expected.rejected = 1
        case (.end, _): expected.unknown = 1
        }
        #expect(try world.ledger.sum(of: run.id) == expected)
        let lane = try world.ledger.laneFacts(world.account().id, at: world.now)
        #expect(lane.people == (end.keepsPerson ? 1 : 0))
        #expect(lane.messages == (end.outcome == .accepted || end.outcome == .unknown ? 3 : 0))
        let attempt = try world.record(run, "a").attempts[0]
        #expect(attempt.outcome == end.outcome && attempt.keepsPerson == end.keepsPerson)
        #expect(attempt.messageIDs == ["m1", "m2"] && attempt.settled == world.now)
        try world.check()
    }

    @Test("what comes back after midnight goes back to the day it was taken from", arguments: LedgerMaker.allCases)
    func afterMidnight(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a", "b"], validUntil: world.now + .days(5))
        let evening = PlatformDay(containing: world.now).next.start - .seconds(2)
        world.now = evening
        let first = try world.start([run], limit: 1).started
        world.now = evening + .seconds(4)
        let second = try world.start([run], limit: 1).started
        try world.settle([.of(first[0], .refusedForNow, .wait(until: world.now + .hours(9), .platformBusy))])
        #expect(try world.ledger.laneFacts(world.account().id, at: evening).people == 0)
        #expect(try world.ledger.laneFacts(world.account().id, at: world.now).people == 1)
        #expect(first[0].key.day.next == second[0].key.day)
        try world.check()
    }

    @Test("a late word changes nothing: settled already, or of an older reign", arguments: LedgerMaker.allCases)
    func late(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a", "b"])
        let started = try world.start([run]).started
        try world.settle([.of(started[0], .accepted)])
        let again = try world.settle([.of(started[0], .rejected, reason: .platformRecipientGone)])
        #expect(again.settled == 0 && again.late == 1)
        try world.restart()
        // Before the rescue and after it: the attempt belongs to another term.
        #expect(try world.settle([.of(started[1], .accepted)]).late == 1)
        #expect(try world.ledger.rescue(at: world.now, term: world.term) == 1)
        #expect(try world.settle([.of(started[1], .accepted)]).late == 1)
        let sum = try world.ledger.sum(of: run.id)
        #expect(sum.accepted == 1 && sum.unknown == 1)
        #expect(try world.ledger.laneFacts(world.account().id, at: world.now).people == 2)
        try world.check()
    }

    @Test("the same end twice in one batch counts once", arguments: LedgerMaker.allCases)
    func twiceInOneBatch(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a"])
        let delivery = try world.start([run]).started[0]
        let refused = Settlement.of(delivery, .refusedForNow, .wait(until: world.now, .platformBusy))
        let result = try world.settle([refused, refused])
        #expect(result.settled == 1 && result.late == 1)
        try world.check()
    }

    @Test("a partial success keeps the person and returns only the refused messages", arguments: LedgerMaker.allCases)
    func partial(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a"])
        let delivery = try world.start([run], messages: [3]).started[0]
        try world.settle([.of(delivery, .accepted, reason: .platformPartial, returnedMessages: 2)])
        let lane = try world.ledger.laneFacts(world.account().id, at: world.now)
        #expect(lane.people == 1 && lane.messages == 1)
        #expect(try world.ledger.sum(of: run.id).accepted == 1)
        try world.check()
    }

    @Test(
        "a refusal for now that comes back to a run which is over is skipped with the run's reason",
        arguments: LedgerMaker.allCases)
    func overMeanwhile(_ maker: LedgerMaker) throws {
        for (state, reason) in [
            (RunState.cancelled, Reason.cancelled), (.superseded, .superseded), (.expired, .expired),
        ] {
            let world = try LedgerWorld(maker)
            let run = try world.run("sale", ["a", "b"])
            let delivery = try world.start([run], limit: 1).started[0]
            #expect(try world.end(run, state, reason) == state)
            #expect(try world.ledger.sum(of: run.id).open == 1)
            try world.settle([.of(delivery, .refusedForNow, .wait(until: world.now, .platformBusy))])
            #expect(try world.ledger.sum(of: run.id).skipped == [reason: 2])
            #expect(try world.ledger.sum(of: run.id).isSettled)
            try world.check()
        }
    }

    @Test(
        "each retry is a row of its own, and the delivery counts its tries over days", arguments: LedgerMaker.allCases)
    func retries(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a"], validUntil: world.now + .days(3))
        for day in 0..<3 {
            let delivery = try world.start([run]).started[0]
            #expect(delivery.candidate.tries == day)
            try world.settle([.of(delivery, .refusedForNow, .wait(until: world.now + .days(1), .platformQuota))])
            world.now = world.now + .days(1)
        }
        let record = try world.record(run, "a")
        #expect(record.attempts.map(\.outcome) == [.refusedForNow, .refusedForNow, .refusedForNow])
        #expect(Set(record.attempts.map(\.key)).count == 3)
        try world.check()
    }

    @Test("a deferral does not count as a try", arguments: LedgerMaker.allCases)
    func deferralIsNoTry(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a"])
        for _ in 0..<3 {
            try world.start([run]) { candidate, _ in .no(.defer, .pacing, candidate, changesAt: world.now) }
        }
        #expect(try world.start([run]).started[0].candidate.tries == 0)
        try world.check()
    }
}

@Suite("Unknowns that a person settles")
struct ResolveTests {
    private func unknown(_ maker: LedgerMaker) throws -> (LedgerWorld, RunRecord) {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", ["a", "b"])
        let started = try world.start([run], messages: [2]).started
        try world.settle([.of(started[0], .unknown, reason: .network), .of(started[1], .accepted)])
        return (world, run)
    }
    private func resolve(_ world: LedgerWorld, _ run: RunRecord, accepted: Bool) throws {
        try world.ledger.resolve(
            ResolveDemand(
                now: world.now, term: world.term, run: run.id, openID: "a", accepted: accepted, person: "operator"))
    }

    @Test("accepted keeps the quota", arguments: LedgerMaker.allCases)
    func accepted(_ maker: LedgerMaker) throws {
        let (world, run) = try unknown(maker)
        #expect(try world.ledger.unknowns(limit: 10).map(\.openID) == ["a"])
        try resolve(world, run, accepted: true)
        #expect(try world.ledger.sum(of: run.id).accepted == 2)
        #expect(try world.ledger.laneFacts(world.account().id, at: world.now).messages == 4)
        #expect(try world.ledger.unknowns(limit: 10).isEmpty)
        try world.check()
    }

    @Test("not sent gives everything back to its own day, and is never sent again", arguments: LedgerMaker.allCases)
    func notSent(_ maker: LedgerMaker) throws {
        let (world, run) = try unknown(maker)
        let day = world.now
        world.now = world.now + .days(2)
        try resolve(world, run, accepted: false)
        let sum = try world.ledger.sum(of: run.id)
        #expect(sum.unknown == 0 && sum.skippedTotal == 1 && sum.isSettled)
        let lane = try world.ledger.laneFacts(world.account().id, at: day)
        #expect(lane.people == 1 && lane.messages == 2)
        #expect(try world.start([run]).started.isEmpty)
        try world.check()
    }

    @Test("what is no unknown cannot be settled by a person", arguments: LedgerMaker.allCases)
    func nothingToSettle(_ maker: LedgerMaker) throws {
        let (world, run) = try unknown(maker)
        try resolve(world, run, accepted: false)
        #expect(throws: LedgerError.self) { try resolve(world, run, accepted: true) }
        try world.check()
    }
}
