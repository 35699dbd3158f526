import Answers
import CampaignModel
import Ports
import Testing

@testable import Engine

@Suite("The planner")
struct PlannerTests {
    private func daily(_ start: Moment, overlap: Schedule.Overlap = .skip, validity: Schedule.Validity = .endOfDay)
        -> Schedule
    {
        Schedule(start: start, recurrence: Recurrence(frequency: .daily), overlap: overlap, validity: validity)
    }

    @Test("a run begins at its start, not before, and only when approved")
    func begins() async throws {
        let world = try await EngineWorld()
        let start = world.now + .hours(2)
        let run = try world.admit(world.campaign("sale", schedule: Schedule(start: start)), ["a", "b"]).run
        let planner = Planner(world.setup)
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == .inReview)
        try world.approve(run)
        #expect(try await planner.step(at: world.now) == start)
        world.clock.set(start - .milliseconds(1))
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == .scheduled)
        world.clock.set(start)
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == .running && world.sum(run).pending == 2)
        try world.check()
    }

    @Test("a list whose columns cannot be read just now leaves nobody out: the plan is made when they can be")
    func columnsUnreadable() async throws {
        let world = try await EngineWorld()
        let audience = AudienceRequest(
            source: .files, files: ["a.csv"], conditions: [Condition(column: "nickname", test: .equals("Ann"))],
            order: .listed)
        let run = try world.admit(world.campaign("sale", audience: audience), ["a", "b"], fields: "Ann").run
        try world.approve(run)
        let planner = Planner(world.setup)
        try world.damage("ALTER TABLE audience RENAME COLUMN columns TO unreadable")
        // Safe because what the planner does with the error is seen in the run.
        _ = try? await planner.step(at: world.now)
        #expect(try !world.reread(run).isPlanned)
        try world.damage("ALTER TABLE audience RENAME COLUMN unreadable TO columns")
        _ = try await planner.step(at: world.now)
        #expect(try world.sum(run).audience == 2 && world.reread(run).excluded == 0)
        try world.check()
    }

    struct Missed: CustomTestStringConvertible {
        var rule: Schedule.MissedStart
        var late: Duration
        var state: RunState
        var testDescription: String { "\(rule), \(late) late: \(state.code)" }
    }
    static let missed: [Missed] = [
        Missed(rule: .skip, late: .minutes(10), state: .running),
        Missed(rule: .skip, late: .minutes(10) + .milliseconds(1), state: .expired),
        Missed(rule: .late(atMost: .minutes(30)), late: .minutes(30), state: .running),
        Missed(rule: .late(atMost: .minutes(30)), late: .minutes(30) + .milliseconds(1), state: .expired),
        Missed(rule: .nextWindow, late: .hours(3), state: .running),
    ]

    @Test("what becomes of a start that passed while nobody could plan it", arguments: missed)
    func missedStart(_ missed: Missed) async throws {
        let world = try await EngineWorld()
        let start = world.now + .hours(1)
        let run = try world.admit(
            world.campaign("sale", schedule: Schedule(start: start, ifMissed: missed.rule)), ["a"]
        ).run
        try world.approve(run)
        world.clock.set(start + missed.late)
        _ = try await Planner(world.setup).step(at: world.now)
        #expect(try world.reread(run).state == missed.state)
    }

    @Test("an approval that comes after the start is no missed start")
    func lateApproval() async throws {
        let world = try await EngineWorld()
        let run = try world.admit(world.campaign("sale"), ["a"]).run
        world.clock.pass(.hours(2))
        try world.approve(run)
        world.clock.pass(.minutes(5))
        _ = try await Planner(world.setup).step(at: world.now)
        #expect(try world.reread(run).state == .running)
    }

    @Test("a repeated campaign gets its next occurrence, once, and its own night between")
    func nextOccurrence() async throws {
        let world = try await EngineWorld()
        let first = try world.admit(world.campaign("daily", schedule: daily(world.now)), ["a"]).run
        try world.approve(first)
        let planner = Planner(world.setup)
        for _ in 0..<3 { _ = try await planner.step(at: world.now) }
        let runs = try world.ledger.runs(includingEnded: true)
        #expect(runs.map(\.state) == [.running, .scheduled])
        #expect(runs[1].start == first.start + .days(1))
        // The first one's day ends; the second begins in its turn.
        world.clock.set(first.start + .days(1))
        _ = try await planner.step(at: world.now)
        _ = try await planner.step(at: world.now)
        #expect(try world.ledger.runs(includingEnded: true).map(\.state) == [.expired, .running, .scheduled])
        try world.check()
    }

    static let overlaps: [(Schedule.Overlap, [RunState])] = [
        (.skip, [.running, .superseded]), (.supersede, [.superseded, .running]), (.queue, [.running, .scheduled]),
    ]

    @Test(
        "a pause holds the whole series: what came due meanwhile goes by its overlap, and is no missed start",
        arguments: overlaps)
    func pausedSeries(_ overlap: Schedule.Overlap, _ states: [RunState]) async throws {
        let world = try await EngineWorld()
        let run = try world.admit(
            world.campaign("daily", schedule: daily(world.now + .hours(1), overlap: overlap, validity: .days(3))), ["a"]
        ).run
        try world.approve(run)
        let planner = Planner(world.setup)
        func act(_ act: ActRequest.Act) throws {
            _ = try Desk(world.setup).act(ActRequest(act: act, run: run.name), as: .token("token-operator"))
        }
        try act(.pause)
        for _ in 0..<26 {
            world.clock.pass(.hours(1))
            _ = try await planner.step(at: world.now)
        }
        #expect(try world.ledger.occurrences(of: "daily").map(\.state) == [.paused])
        try act(.resume)
        for _ in 0..<4 {
            _ = try await planner.step(at: world.now)
            world.clock.pass(.seconds(6))
        }
        #expect(try Array(world.ledger.occurrences(of: "daily").map(\.state).prefix(2)) == states)
        #expect(try !world.ledger.occurrences(of: "daily").contains { $0.why == .startMissed })
    }

    @Test("what becomes of an occurrence while the one before is unfinished", arguments: overlaps)
    func overlap(_ overlap: Schedule.Overlap, _ states: [RunState]) async throws {
        let world = try await EngineWorld()
        let schedule = daily(world.now, overlap: overlap, validity: .days(3))
        let first = try world.admit(world.campaign("daily", schedule: schedule), ["a"]).run
        try world.approve(first)
        let planner = Planner(world.setup)
        _ = try await planner.step(at: world.now)
        world.clock.set(first.start + .days(1))
        for _ in 0..<2 { _ = try await planner.step(at: world.now) }
        #expect(try world.ledger.runs(includingEnded: true).prefix(2).map(\.state) == states)
        try world.check()
    }

    private func testContact(_ world: EngineWorld, _ revision: RevisionID) throws -> RunRecord {
        try world.ledger.addTest(
            TestDemand(
                now: world.now, term: world.setup.term, revision: revision, openID: "tester", variant: 0,
                validUntil: world.now + .days(2), person: "operator"))
    }

    @Test("a test contact that still waits does not push the campaign aside")
    func waitingTest() async throws {
        let world = try await EngineWorld()
        let start = world.now + .hours(1)
        let admission = try world.admit(world.campaign("sale", schedule: Schedule(start: start)), ["a"])
        let test = try testContact(world, admission.revision.id)
        try world.approve(admission.run)
        world.clock.set(start)
        _ = try await Planner(world.setup).step(at: world.now)
        #expect(try world.reread(test).state == .running)
        #expect(try world.reread(admission.run).state == .running)
    }

    @Test("a test contact does not bring back a series that was cancelled")
    func testOfCancelled() async throws {
        let world = try await EngineWorld()
        let admission = try world.admit(world.campaign("daily", schedule: daily(world.now + .hours(1))), ["a"])
        try world.approve(admission.run)
        _ = try world.ledger.act(
            ActDemand(now: world.now, term: world.setup.term, run: admission.run.id, act: .cancel, person: "operator"))
        let test = try testContact(world, admission.revision.id)
        let planner = Planner(world.setup)
        _ = try await planner.step(at: world.now)
        world.clock.set(test.validUntil)
        _ = try await planner.step(at: world.now)
        #expect(try world.ledger.runs(includingEnded: true).allSatisfy(\.state.isOver))
    }

    @Test("an end and a start that were both slept through come in their order")
    func sleptThrough() async throws {
        let world = try await EngineWorld()
        let first = try world.admit(world.campaign("daily", schedule: daily(world.now)), ["a"]).run
        try world.approve(first)
        _ = try await Planner(world.setup).step(at: world.now)
        world.clock.set(first.start + .days(1) + .minutes(5))
        _ = try await Planner(world.setup).step(at: world.now)
        #expect(try world.ledger.runs(includingEnded: true).map(\.state) == [.expired, .running, .scheduled])
    }

    @Test("a served run finishes, and an unknown does not keep it open")
    func finishes() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["a", "b"])
        try await world.step()
        let planner = Planner(world.setup)
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == .running)
        world.sends.answer { $0.request.recipient == "a" ? .accepted : .lost(.timedOut) }
        try await world.step()
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == .finished)
    }

    @Test("at the end of its validity a run expires with whoever is left, paused or not")
    func expires() async throws {
        let world = try await EngineWorld(concurrency: 1)
        let run = try world.run("sale", ["a", "b", "c"])
        let paused = try world.run("paused", ["d"])
        _ = try world.ledger.act(
            ActDemand(now: world.now, term: world.setup.term, run: paused.id, act: .pause, person: "o"))
        try await world.serve(.accepted, rounds: 1)
        world.clock.set(run.validUntil)
        _ = try await Planner(world.setup).step(at: world.now)
        #expect(try world.reread(run).state == .expired && world.reread(paused).state == .expired)
        #expect(try world.sum(paused).skipped == [.expired: 1])
        #expect(try world.sum(run).skippedTotal + world.sum(run).accepted + world.sum(run).open == 3)
        try world.check()
    }

    @Test("a run with an image waits until the platform has it")
    func waitsForImage() async throws {
        let world = try await EngineWorld()
        let image = [MessageTemplate.image(file: "poster.png", digest: "d1")]
        let run = try world.admit(world.campaign("sale", messages: image), ["a"]).run
        try world.approve(run)
        let planner = Planner(world.setup)
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == .scheduled)
        try world.ledger.rememberImage(
            digest: "d1", app: world.account().app, mediaID: "m1", at: world.now, term: world.setup.term)
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == .running)
    }

    @Test("an audience of everyone waits for the first walk of the account")
    func waitsForWalk() async throws {
        let world = try await EngineWorld()
        let everyone = AudienceRequest(source: .authorized)
        let run = try world.admit(world.campaign("all", audience: everyone), []).run
        try world.approve(run)
        let planner = Planner(world.setup)
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == .scheduled)
        try world.authorize(["a", "b"])
        try world.ledger.finishWalk(
            account: world.account().id, started: world.now, at: world.now, term: world.setup.term)
        _ = try await planner.step(at: world.now)
        #expect(try world.sum(run).audience == 2)
    }
}
