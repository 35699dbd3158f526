import CampaignModel
import Ports
import SendingRules
import Testing

@Suite("What a start and an end leave in the ledger, figure by figure")
struct LaneRowTests {
    @Test("everybody of one start is judged by what the ones before them took")
    func withinOneStart() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<3), variant: { $0 == "p1" ? 1 : 0 })
        var seen: [[Int]] = []
        var slowed: [Moment?] = []
        try world.start([run], messages: [2, 3]) { candidate, facts in
            seen.append([
                facts.lane.people, facts.lane.messages, facts.lane.recent.messages(within: .hours(1), at: world.now),
                facts.lane.recent.people(within: .hours(1), at: world.now),
            ])
            slowed.append(facts.lane.slowedUntil)
            var verdict = Verdict.yes(candidate)
            verdict.slowedUntil = world.now + .seconds(candidate.openID == "p2" ? 9 : 4)
            return verdict
        }
        #expect(seen == [[0, 0, 0, 0], [1, 2, 2, 1], [2, 5, 5, 2]])
        #expect(slowed == [nil, world.now + .seconds(4), world.now + .seconds(4)])
        // And so is whoever comes later, also after a restart.
        try world.restart()
        let lane = try world.ledger.laneFacts(world.account().id, at: world.now)
        #expect(lane.people == 3 && lane.messages == 7 && lane.slowedUntil == world.now + .seconds(9))
        #expect(lane.recent.messages(within: .hours(1), at: world.now) == 7)
        #expect(try world.ledger.laneFacts(world.account("outlet").id, at: world.now).people == 0)
        try world.check()
    }

    @Test("what is sent may be another variant than was planned, and the messages of what is sent are taken")
    func fallback() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b"], variant: { $0 == "b" ? 1 : 0 })
        let started = try world.start([run], messages: [3, 1]) { candidate, _ in
            Verdict(variant: candidate.openID == "a" ? 1 : 7)
        }.started
        #expect(started.map(\.variant) == [1, 7] && started.map(\.candidate.variant) == [0, 1])
        // A variant that the turn does not know is one message.
        #expect(started.map(\.messages) == [1, 1])
        #expect(try world.record(run, "a").attempts.map(\.variant) == [1])
        let sums = try world.ledger.sums(ofRunByVariant: run.id)
        #expect(sums[0]?.open == 1 && sums[1]?.open == 1)
        try world.settle(started.map { .of($0, .accepted) })
        #expect(try world.ledger.sums(ofRunByVariant: run.id)[0]?.accepted == 1)
        try world.check()
    }

    @Test("whoever is put off without a moment waits for the end of the run; a reason that changes is counted once")
    func putOff() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b"], validUntil: world.now + .hours(30))
        try world.start([run]) { candidate, _ in .no(.defer, .imageNotUploaded, candidate) }
        #expect(try world.place(run, "a") == .waiting(until: world.now + .hours(30), .imageNotUploaded))
        world.now = world.now + .hours(30)
        try world.start([run]) { candidate, _ in
            .no(.defer, .platformBusy, candidate, changesAt: world.now + .minutes(1))
        }
        let sum = try world.ledger.sum(of: run.id)
        #expect(sum.waiting == [.platformBusy: 2] && sum.pending == 0)
        #expect(try world.place(run, "b") == .waiting(until: world.now + .minutes(1), .platformBusy))
        world.now = world.now + .minutes(1) - .milliseconds(1)
        #expect(try world.start([run]).started.isEmpty)
        world.now = world.now + .milliseconds(1)
        let result = try world.start([run], limit: 1)
        #expect(result.started.count == 1 && result.drained.isEmpty && result.passed.isEmpty)
        #expect(try world.start([run]) { candidate, _ in .no(.skip, .denied, candidate) }.skipped == 1)
        #expect(try world.ledger.sum(of: run.id).waitingTotal == 0)
        try world.check()
    }

    @Test("a crowd of people who are left out does not hold the writer: two thousand at a time, and the rest next")
    func examined() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<2010))
        func go() throws -> StartResult { try world.start([run]) { candidate, _ in .no(.skip, .denied, candidate) } }
        let first = try go()
        #expect(first.skipped == 2000 && first.drained.isEmpty && first.passed == [run.id: 2000])
        let second = try go()
        #expect(second.skipped == 10 && second.drained == [run.id] && second.passed == [run.id: 10])
        #expect(try go().passed.isEmpty)
        try world.check()
    }

    @Test("cards that were shown are counted for the person, the account and the day; what is not shown is not")
    func prompts() throws {
        let world = try LedgerWorld(.sqlite)
        let staff = world.account("outlet").id
        let run = try world.run("sale", ["a", "b"], validUntil: world.now + .days(3), variant: { $0 == "b" ? 1 : 0 })
        _ = try world.ledger.start(
            StartDemand(
                now: world.now, term: world.term, lane: world.lane(),
                turns: [.init(run: run.id, limit: 9, messages: [2, 1], prompts: [[staff, staff], []])], limit: 9,
                deadline: world.now + .seconds(10))
        ) { candidate, _ in .yes(candidate) }
        func shown(_ openID: String) throws -> Int? {
            try world.ledger.forecastPerson(
                openID: openID, app: world.account().app, account: world.account().id,
                ForecastLook(now: world.now, countsWeek: false, owners: [staff]))?.prompts[staff]?.today
        }
        #expect(try shown("a") == 2)
        #expect(try shown("b") == 0)
        world.now = world.now + .days(1)
        #expect(try shown("a") == 0)
    }

    @Test("whom another run of the lane comes first for is told, and who took the day counts as the winner, once")
    func rivals() throws {
        let world = try LedgerWorld(.sqlite)
        let first = try world.run("first", ["a", "b"])
        let second = try world.run("second", ["a", "c"])
        var promised: [String: RunID?] = [:]
        func go(_ rivals: [RunID]) throws {
            _ = try world.ledger.start(
                StartDemand(
                    now: world.now, term: world.term, lane: world.lane(),
                    turns: [.init(run: second.id, limit: 9, messages: [1], rivals: rivals)], limit: 9,
                    deadline: world.now + .seconds(10))
            ) { candidate, facts in
                promised[candidate.openID] = facts.person.promisedTo
                return .no(.defer, .promisedToOtherRun, candidate, changesAt: world.now)
            }
        }
        try go([first.id])
        #expect(promised["a"] == first.id && promised["c"] == .some(nil))
        try go([first.id])
        let contests = try world.ledger.contests(of: second.id)
        #expect(contests.map(\.people) == [1] && contests.map(\.winner) == [first.name])
        try go([])
        #expect(promised["a"] == .some(nil))
    }

    @Test("a place in the day is given back when nothing of the account keeps it, and not before")
    func secondContact() throws {
        let world = try LedgerWorld(.sqlite)
        let first = try world.run("first", ["a"])
        let second = try world.run("second", ["a"])
        try world.settle(try world.start([first]).started.map { .of($0, .accepted) })
        let again = try world.start([second], messages: [2]).started
        // One person, two contacts of one day.
        #expect(try world.ledger.laneFacts(world.account().id, at: world.now).people == 1)
        try world.settle(again.map { .of($0, .rejected, reason: .platformRecipientGone) })
        let lane = try world.ledger.laneFacts(world.account().id, at: world.now)
        #expect(lane.people == 1 && lane.messages == 1)
        try world.check()
    }

    @Test("what the platform answered stands with the attempt, word for word, and nothing where it said nothing")
    func answers() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b", "c"])
        let started = try world.start([run], messages: [3]).started
        func settlement(_ index: Int, _ outcome: OutcomeKind, _ answer: Answer, _ reason: Reason?) -> Settlement {
            Settlement(
                started[index], outcome: outcome, reason: reason, returnsPerson: outcome == .rejected,
                returnedMessages: outcome == .rejected ? 3 : outcome == .accepted ? 1 : 0, answer: answer, next: .end)
        }
        try world.settle([
            settlement(
                0, .accepted,
                Answer(sight: .partialSuccess, messageIDs: ["m1", "m2"], messageCodes: [0, 0, 7], logID: "L1"),
                .platformPartial),
            settlement(1, .rejected, Answer(sight: .refusal(code: 28_001_007), logID: ""), .platformContentRefused),
            settlement(2, .unknown, Answer(sight: .noAnswer(.timedOut)), .network),
        ])
        func attempt(_ openID: String) throws -> AttemptRecord { try world.record(run, openID).attempts[0] }
        let (a, b, c) = (try attempt("a"), try attempt("b"), try attempt("c"))
        #expect(
            a.messageIDs == ["m1", "m2"] && a.codes == [0, 0, 7] && a.logID == "L1" && a.reason == .platformPartial)
        #expect(b.messageIDs == [] && b.codes == [28_001_007] && b.logID == "" && !b.keepsPerson && a.keepsPerson)
        #expect(c.codes == [] && c.outcome == .unknown && c.reason == .network && c.keepsPerson)
        #expect(try world.ledger.unknowns(limit: 9).map(\.openID) == ["c"])
        // 9 were taken; one of a and all of b came back.
        #expect(try world.ledger.laneFacts(world.account().id, at: world.now).messages == 5)
        try world.check()
    }

    @Test("each end of a delivery is counted as what it is, by its variant, and moves nobody else")
    func ends() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<6), variant: { $0 < "p3" ? 0 : 1 })
        let started = try world.start([run]).started
        let later = world.now + .hours(1)
        try world.settle([
            .of(started[0], .accepted), .of(started[1], .rejected, reason: .platformRecipientGone),
            .of(started[2], .unknown, reason: .network),
            .of(started[3], .refusedForNow, .wait(until: later, .platformBusy), reason: .platformBusy),
            .of(started[4], .notSent, .skip(.denied), reason: .denied),
        ])
        let sum = try world.ledger.sum(of: run.id)
        #expect(sum.accepted == 1 && sum.rejected == 1 && sum.unknown == 1 && sum.waitingTotal == 1 && sum.open == 1)
        #expect(sum.skipped == [.denied: 1])
        let sums = try world.ledger.sums(ofRunByVariant: run.id)
        #expect(sums[0]?.accepted == 1 && sums[0]?.rejected == 1 && sums[0]?.unknown == 1)
        #expect(sums[1]?.waiting == [.platformBusy: 1] && sums[1]?.skipped == [.denied: 1] && sums[1]?.open == 1)
        #expect(try world.place(run, "p3") == .waiting(until: later, .platformBusy))
        #expect(try world.place(run, "p4") == .skipped(.denied, at: world.now))
        #expect(try world.ledger.laneFacts(world.account().id, at: world.now).people == 3)
        try world.check()
    }

    @Test("after a crash every open contact of the old reign is unknown, on whatever day it left, and no other")
    func rescue() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<5), validUntil: world.now + .days(5))
        world.now = PlatformDay(containing: world.now).next.start - .seconds(1)
        try world.start([run], limit: 1)
        world.now = world.now + .seconds(2)
        let second = try world.start([run], limit: 2).started
        try world.settle([.of(second[0], .accepted)])
        try world.restart()
        try world.start([run], limit: 1)
        #expect(try world.ledger.rescue(at: world.now, term: world.term) == 2)
        let sum = try world.ledger.sum(of: run.id)
        #expect(sum.unknown == 2 && sum.accepted == 1 && sum.open == 1 && sum.pending == 1)
        let attempt = try world.record(run, "p0").attempts[0]
        #expect(attempt.outcome == .unknown && attempt.reason == .orphaned && attempt.keepsPerson)
        #expect(attempt.settled == world.now)
        #expect(try world.ledger.unknowns(limit: 9).count == 2)
        #expect(try world.ledger.rescue(at: world.now, term: world.term) == 0)
        try world.check()
    }

    @Test("what a lane has to do: who never had a turn, who had, and when the first of those who wait is due")
    func work() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<5))
        let other = try world.run("other", ["x"], account: "outlet")
        let paused = try world.run("paused", ["y"])
        try world.act(.pause, paused)
        try world.start([run], limit: 1) { candidate, _ in
            switch candidate.openID {
            case "p0": .no(.defer, .platformBusy, candidate, changesAt: world.now + .minutes(9))
            case "p1": .no(.defer, .platformBusy, candidate, changesAt: world.now + .minutes(5))
            default: .yes(candidate)
            }
        }
        let work = try world.ledger.work(at: world.now)
        #expect(work.map(\.lane) == [world.lane(), world.lane("outlet")])
        let mine = try #require(work.first?.runs)
        #expect(mine.map(\.run) == [run.id] && mine[0].planned == 5 && mine[0].pending == 2 && mine[0].passed == 3)
        #expect(mine[0].nextWaiting == world.now + .minutes(5) && mine[0].audience == 5 && !mine[0].isTest)
        #expect(mine[0].start == run.start && mine[0].validUntil == run.validUntil && mine[0].priority == 5)
        #expect(work[1].runs.map(\.run) == [other.id] && work[1].runs[0].nextWaiting == nil)
        try world.settle(try world.start([other], account: "outlet").started.map { .of($0, .accepted) })
        #expect(try world.ledger.work(at: world.now).map(\.lane) == [world.lane()])
    }

    @Test("a plan leaves out the excluded files and whom a replaced run reached, and counts each by its own name")
    func planCounts() throws {
        let world = try LedgerWorld(.sqlite)
        let demand = world.demand(
            "sale", [.init("l1", ["a", "b", "c", "a"]), .init("l2", ["c", "d", "staff"])],
            excludes: [.init("x1", ["staff", "nobody"]), .init("x2", ["b"])])
        let admission = try world.ledger.admit(demand)
        try world.act(.approve, admission.run, by: "review")
        let result = try world.plan(admission.run)
        #expect(result == PlanResult(audience: 3, excluded: 2, duplicates: 2))
        let run = try world.reread(admission.run)
        #expect(try world.place(run, "staff") == .leftOut(isExcluded: true, isReplaced: false))
        #expect(try world.place(run, "b") == .leftOut(isExcluded: true, isReplaced: false))
        #expect(try world.start([run]).started.map(\.candidate.openID) == ["a", "c", "d"])
        try world.check()
    }
}
