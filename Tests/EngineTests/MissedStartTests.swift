import Answers
import CampaignModel
import Ports
import Testing

@testable import Engine

@Suite("A start that was held up is no missed start, and a missed one is told")
struct MissedStartTests {
    private static let start = EngineWorld.morning + .hours(10)
    private static let late: Duration = .hours(1)

    private func act(_ world: EngineWorld, _ act: ActDemand.Act, _ run: RunRecord) throws {
        _ = try world.ledger.act(
            ActDemand(now: world.now, term: world.setup.term, run: run.id, act: act, person: "operator"))
    }

    private func approved(
        _ world: EngineWorld, _ people: [String] = ["a", "b"], messages: [MessageTemplate] = [.text("hello")],
        audience: AudienceRequest? = nil
    ) throws -> RunRecord {
        let run = try world.admit(
            world.campaign("sale", messages: messages, schedule: Schedule(start: Self.start), audience: audience),
            people
        ).run
        return try world.approve(run)
    }

    @Test("paused over the start by a person and resumed later, it is sent")
    func pausedOverTheStart() async throws {
        let world = try await EngineWorld()
        let run = try approved(world)
        let planner = Planner(world.setup)
        world.clock.set(Self.start - .minutes(10))
        try act(world, .pause, run)
        world.clock.set(Self.start + Self.late)
        _ = try await planner.step(at: world.now)
        try act(world, .resume, run)
        world.clock.pass(.seconds(3))
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == .running && world.sum(run).pending == 2)
    }

    @Test("under a stop of everything no start is missed, also when the process was down over it")
    func stoppedOverTheStart() async throws {
        let world = try await EngineWorld()
        let run = try approved(world)
        world.clock.set(Self.start - .minutes(15))
        _ = try Desk(world.setup).act(ActRequest(act: .stopAll), as: .token("token-operator"))
        world.clock.set(Self.start + Self.late)
        try await world.crashAndRestart()
        _ = try await Planner(world.setup).step(at: world.now)
        _ = try Desk(world.setup).act(ActRequest(act: .go), as: .token("token-operator"))
        try world.authorize(["a", "b"])
        try await world.serve()
        #expect(try world.reread(run).state != .expired && world.sum(run).accepted == 2)
    }

    @Test("a change that was dropped before the start and rejected after it leaves the approved run to be sent")
    func stoodAside() async throws {
        let world = try await EngineWorld()
        let run = try approved(world)
        world.clock.set(Self.start - .minutes(5))
        let change = try world.admit(
            world.campaign("sale", messages: [.text("other")], schedule: Schedule(start: Self.start)), ["a"]
        ).run
        #expect(try world.reread(run).state == .paused)
        world.clock.set(Self.start + Self.late)
        try act(world, .reject, change)
        _ = try await Planner(world.setup).step(at: world.now)
        #expect(try world.reread(run).state == .running)
    }

    @Test("a queued occurrence waits until the way is free, with the default for missed starts")
    func queued() async throws {
        let world = try await EngineWorld()
        let schedule = Schedule(
            start: world.now, recurrence: Recurrence(frequency: .daily), overlap: .queue, validity: .days(3))
        let first = try world.admit(world.campaign("daily", schedule: schedule), ["a"]).run
        try world.approve(first)
        let planner = Planner(world.setup)
        _ = try await planner.step(at: world.now)
        world.clock.set(first.start + .days(1))
        for _ in 0..<3 {
            _ = try await planner.step(at: world.now)
            world.clock.pass(.hours(1))
        }
        let second = try #require(try world.ledger.runs(includingEnded: true).dropFirst().first)
        #expect(second.state == .scheduled)
        let why = try #require(try DeskReading(world.setup).report(run: second.name).summary.why)
        #expect(why.sentence.contains(first.name))
        try act(world, .cancel, first)
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(second).state == .running && world.sum(second).pending == 1)
    }

    @Test("an image that took an hour to upload does not make the start a missed one")
    func imageLate() async throws {
        let world = try await EngineWorld()
        let run = try approved(world, messages: [.image(file: "poster.png", digest: "d1")])
        let planner = Planner(world.setup)
        world.clock.set(Self.start)
        _ = try await planner.step(at: world.now)
        world.clock.pass(Self.late)
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == .scheduled)
        try world.ledger.rememberImage(
            digest: "d1", app: world.account().app, mediaID: "m1", at: world.now, term: world.setup.term)
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == .running)
    }

    @Test("a rehearsal whose wall runs hours between two looks misses no start")
    func rehearsed() async throws {
        let world = try await EngineWorld()
        let run = try approved(world)
        let planner = Planner(world.setup)
        _ = try await planner.step(at: world.now)
        world.clock.set(Self.start + Self.late)
        world.clock.passReal(.milliseconds(50))
        _ = try await planner.step(at: world.now)
        #expect(try world.reread(run).state == .running)
    }

    @Test("a start that nobody looked at is missed: everybody stands in the sum for it, and it is said everywhere")
    func missed() async throws {
        let world = try await EngineWorld()
        let run = try approved(world)
        world.clock.set(Self.start + Self.late)
        _ = try await Planner(world.setup).step(at: world.now)
        let after = try world.reread(run)
        #expect(after.state == .expired && after.why == .startMissed)
        #expect(try world.sum(run).audience == 2 && world.sum(run).skipped == [.startMissed: 2])
        let desk = DeskReading(world.setup)
        let why = try #require(try desk.report(run: run.name).summary.why)
        #expect(why.reason == "start_missed" && why.sentence.contains("20:00") && why.sentence.contains("21:00"))
        let told = try desk.explain(ExplainQuestion(run: run.name, openID: "a", language: .en))
        #expect(told.place == "skipped" && told.answer.contains("start was missed"))
        try world.check()
    }

    @Test("explain knows who is on the list before the plan, and who is beyond the number that takes part")
    func listed() async throws {
        let world = try await EngineWorld()
        let run = try approved(
            world, ["a", "b", "c"], audience: AudienceRequest(source: .files, files: ["a.csv"], max: 2, order: .listed))
        let desk = DeskReading(world.setup)
        let before = try desk.explain(ExplainQuestion(run: run.name, openID: "c", language: .en))
        #expect(before.place == "listed" && before.answer.contains("20:00"))
        world.clock.set(Self.start)
        _ = try await Planner(world.setup).step(at: world.now)
        let after = try desk.explain(ExplainQuestion(run: run.name, openID: "c", language: .en))
        #expect(after.place == "left_out" && after.answer.contains("max: 2"))
        #expect(try desk.explain(ExplainQuestion(run: run.name, openID: "a", language: .en)).place == "pending")
    }
}
