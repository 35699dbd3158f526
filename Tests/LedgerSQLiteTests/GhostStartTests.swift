import CampaignModel
import Ports
import SendingRules
import Testing

/// People who are held out are judged like everybody else, at the moment at which their turn would have come, and take
/// nothing from anybody.
@Suite("A start judges the held out without touching anybody")
struct GhostStartTests {
    /// Everybody whom a start judged, in order.
    @discardableResult
    private func judged(
        _ world: LedgerWorld, _ run: RunRecord, account: String = "flagship", limit: Int = 500,
        _ verdict: (Candidate) -> Verdict = { .yes($0) }
    ) throws -> [String] {
        var seen: [String] = []
        try world.start([run], account: account, limit: limit) { candidate, _ in
            seen.append(candidate.openID)
            return verdict(candidate)
        }
        return seen
    }

    @Test(
        "each has their turn before the next one who follows them in the list, and those behind everybody with the last"
    )
    func turns() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", LedgerWorld.people(0..<7), holdout: ["p0", "p3", "p6"])
        // Nobody's turn comes before it comes: two may start, and the third of them is behind p3.
        #expect(try judged(world, run, limit: 2) == ["p0", "p1", "p2"])
        #expect(try judged(world, run, limit: 1) == ["p3", "p4"])
        #expect(try judged(world, run) == ["p6", "p5"])
        #expect(try judged(world, run) == [])
        #expect(try world.ledger.ghosts(of: run.id).sent == 3)
        try world.check()
    }

    @Test(
        "a crowd of them is judged five hundred at a time, and whoever follows them waits until they all had their turn"
    )
    func crowd() throws {
        let world = try LedgerWorld(.sqlite)
        let people = (0..<1003).map { "p\(1000 + $0)" }
        let run = try world.run("sale", people, holdout: Set(people.dropLast(2)))
        #expect(try judged(world, run) == Array(people[..<500]))
        #expect(try judged(world, run) == Array(people[500..<1000]))
        #expect(try judged(world, run) == Array(people[1000...]))
        #expect(try world.ledger.ghosts(of: run.id).sent == 1001)
        #expect(try world.ledger.sum(of: run.id).open == 2)
        try world.check()
    }

    @Test("they take no place of the day, no stock, no turn, and have no attempt")
    func takesNothing() throws {
        let world = try LedgerWorld(.sqlite)
        try world.authorize(["a", "b"], stock: 3)
        let run = try world.run("sale", ["a", "b"], holdout: ["a"])
        var lanes: [[Int]] = []
        let result = try world.start([run], messages: [2]) { candidate, facts in
            lanes.append([facts.lane.people, facts.lane.messages])
            return .yes(candidate)
        }
        #expect(lanes == [[0, 0], [0, 0]])
        #expect(result.started.map(\.candidate.openID) == ["b"] && result.passed == [run.id: 1])
        #expect(result.skipped == 0 && result.deferred == 0 && result.drained == [run.id])
        let lane = try world.ledger.laneFacts(world.account().id, at: world.now)
        #expect(lane.people == 1 && lane.messages == 2)
        let (held, sent) = (try world.record(run, "a"), try world.record(run, "b"))
        #expect(held.place == .holdout && held.attempts.isEmpty && held.facts.person.consent?.stock == 3)
        #expect(sent.attempts.count == 1 && sent.facts.person.consent?.stock == 2)
        try world.check()
    }

    @Test("a closed lane or a held run leaves their turn to come")
    func closed() throws {
        for effect in [Refusal.Effect.holdLane, .holdRun] {
            let world = try LedgerWorld(.sqlite)
            let run = try world.run("sale", ["a", "b", "c"], holdout: ["a"])
            let first = try judged(world, run) { .no(effect, .quietHours, $0, changesAt: world.now + .hours(1)) }
            #expect(first == ["a", "b"])
            #expect(try world.ledger.ghosts(of: run.id).sent == 0)
            #expect(try judged(world, run) == ["a", "b", "c"])
            #expect(try world.ledger.ghosts(of: run.id).sent == 1)
            try world.check()
        }
    }

    @Test("who is put off is judged again when it is time, once, before those who never had a turn")
    func later() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b", "c"], holdout: ["a"])
        let due = world.now + .minutes(7)
        #expect(
            try judged(world, run, limit: 1) {
                $0.openID == "a" ? .no(.defer, .platformBusy, $0, changesAt: due) : .yes($0)
            } == ["a", "b"])
        world.now = due - .milliseconds(1)
        #expect(try judged(world, run, limit: 0).isEmpty)
        #expect(try world.ledger.ghosts(of: run.id).sent == 0)
        world.now = due
        #expect(try judged(world, run) == ["a", "c"])
        #expect(try world.ledger.ghosts(of: run.id).sent == 1)
        #expect(try judged(world, run) == [])
        try world.check()
    }

    @Test("who is put off without a moment waits for the run's end, who is asked about for ten minutes")
    func untilWhen() throws {
        for (effect, wait) in [(Refusal.Effect.defer, Duration.hours(30)), (.checkConsent, .minutes(10))] {
            let world = try LedgerWorld(.sqlite)
            let run = try world.run("sale", ["a", "b"], validUntil: world.now + .hours(30), holdout: ["a"])
            let start = world.now
            try judged(world, run, limit: 1) { $0.openID == "a" ? .no(effect, .consentCheck, $0) : .yes($0) }
            world.now = start + wait - .milliseconds(1)
            #expect(try judged(world, run) == [])
            world.now = start + wait
            #expect(try judged(world, run) == ["a"])
        }
    }

    @Test("who is left out is counted by the reason, and not judged again")
    func leftOut() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b", "c"], holdout: ["a", "b"])
        try judged(world, run) { $0.openID == "c" ? .yes($0) : .no(.skip, .denied, $0) }
        let ghosts = try world.ledger.ghosts(of: run.id)
        #expect(ghosts.sent == 0 && ghosts.leftOut == [.denied: 2])
        #expect(try judged(world, run) == [])
        #expect(try world.ledger.sum(of: run.id).holdout == 2)
        try world.check()
    }

    @Test("whoever would have been written to today would not be written to again, by this account or another")
    func pretended() throws {
        let world = try LedgerWorld(.sqlite)
        let first = try world.run("first", ["a", "x"], validUntil: world.now + .days(5), holdout: ["a"])
        try judged(world, first)
        func contacts(_ id: String, _ account: String) throws -> [Int]? {
            let run = try world.run(
                id, ["a", "y\(id)"], account: account, validUntil: world.now + .days(5), holdout: ["a"])
            var found: [Int]?
            try world.start([run], account: account) { candidate, facts in
                if candidate.openID == "a" {
                    found = [facts.person.contactsByAccount, facts.person.contactsByApp]
                }
                // Nobody is judged to be written to: the next question is about the first one alone.
                return .no(.skip, .denied, candidate)
            }
            return found
        }
        #expect(try contacts("second", "flagship") == [1, 1])
        #expect(try contacts("third", "outlet") == [0, 1])
        let midnight = PlatformDay(containing: world.now).next.start
        world.now = midnight - .milliseconds(1)
        #expect(try contacts("fourth", "flagship") == [1, 1])
        world.now = midnight
        #expect(try contacts("fifth", "flagship") == [0, 0])
        // A true contact of the same person is none of theirs.
        var real: [Int] = []
        let sent = try world.run("real", ["a"], validUntil: world.now + .days(5))
        try world.start([sent]) { candidate, facts in
            real = [facts.person.contactsByAccount, facts.person.contactsByApp]
            return .yes(candidate)
        }
        #expect(real == [0, 0])
        try world.check()
    }

    @Test("an answer about consent is an answer about them too, and they are asked about while their run is served")
    func asked() throws {
        let world = try LedgerWorld(.sqlite)
        let run = try world.run("sale", ["a", "b"], holdout: ["a"])
        try judged(world, run) { .no(.checkConsent, .consentCheck, $0) }
        func asked() throws -> Set<String> {
            Set(try world.ledger.consentQuestions(limit: 9, at: world.now).map(\.openID))
        }
        #expect(try asked() == ["a", "b"])
        try world.act(.pause, run)
        #expect(try asked() == [])
        try world.act(.resume, run)
        world.now = world.now + .minutes(1)
        try world.ledger.record(
            ConsentPage(
                now: world.now, term: world.term, account: world.account().id,
                people: [.init(openID: "a", state: .authorized, source: "status")], answersQuestions: true))
        #expect(try asked() == ["b"])
        #expect(try judged(world, run) == ["a"])
        #expect(try world.ledger.ghosts(of: run.id).sent == 1)
    }
}
