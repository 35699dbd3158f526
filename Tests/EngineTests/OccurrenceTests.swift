import Answers
import CampaignModel
import Ports
import SendingRules
import Testing

@testable import Engine

@Suite("A question by a campaign's id is answered from the occurrence in which the person stands")
struct OccurrenceTests {
    /// Three daily occurrences: the first is served, the second has not begun, the third comes later.
    private func world() async throws -> (EngineWorld, RunRecord) {
        let world = try await EngineWorld()
        let schedule = Schedule(start: world.now, recurrence: Recurrence(frequency: .daily))
        let campaign = world.campaign("daily", schedule: schedule)
        try world.authorize(["p0", "p1"])
        let run = try world.approve(try world.admit(campaign, ["p0", "p1"]).run)
        _ = try await Planner(world.setup).step(at: world.now)
        try await world.serve()
        _ = try await Planner(world.setup).step(at: world.now)
        return (world, run)
    }

    private func explain(_ openID: String, _ world: EngineWorld) throws -> Explanation {
        try DeskReading(world.setup).explain(ExplainQuestion(run: "daily", openID: openID, language: .en))
    }

    @Test("whoever was written to yesterday is not told that the next run has not begun")
    func stands() async throws {
        let (world, run) = try await world()
        let occurrences = try world.ledger.occurrences(of: "daily")
        #expect(occurrences.count == 2)
        let explanation = try explain("p0", world)
        #expect(explanation.run == run.name && explanation.place == "accepted")
        let story = try #require(explanation.occurrences)
        #expect(story.places == ["accepted": 1, "listed": 1])
        #expect(story.each.map(\.run) == occurrences.map(\.name))
        #expect(story.each.map(\.place) == ["accepted", "listed"])
    }

    @Test("the report's file keeps what came of the occurrence before when the next one stands in it")
    func file() async throws {
        let (world, run) = try await world()
        let reporter = Reporter(world.setup, tray: world.tray)
        _ = try await reporter.step(at: world.now)
        let text = try #require(world.tray.text("daily.report.txt"))
        let next = try #require(try world.ledger.occurrences(of: "daily").last)
        #expect(text.contains(next.name) && text.contains("Other occurrences"))
        #expect(text.contains("\(run.name) · finished") && text.contains("delivered 2"), "\(text)")
        // The next one is called off: what was delivered stays told.
        _ = try Desk(world.setup).act(ActRequest(act: .cancel, run: "daily"), as: .token("token-operator"))
        world.clock.pass(.seconds(3))
        _ = try await reporter.step(at: world.now)
        #expect(world.tray.text("daily.report.txt")?.contains("delivered 2") == true)
        // And its id means the one that was served.
        #expect(try DeskReading(world.setup).report(run: "daily").summary.run == run.name)
        #expect(try RunFigures(named: "daily", world.ledger, in: .en).run == run.name)
    }

    @Test("the id of a campaign whose occurrences were all called off means the latest, and is never refused")
    func calledOff() async throws {
        let world = try await EngineWorld()
        let schedule = Schedule(start: world.now + .hours(1), recurrence: Recurrence(frequency: .daily))
        let first = try world.admit(world.campaign("daily", schedule: schedule), ["a"]).run
        try world.approve(first)
        let second = try world.ledger.addOccurrence(
            OccurrenceDemand(
                now: world.now, term: world.setup.term, revision: first.revision, occurrence: world.now + .hours(25),
                validUntil: world.now + .days(3)))
        let refusal = try #require(throws: DeskRefusal.self) {
            try Desk(world.setup).act(ActRequest(act: .pause, run: "daily"), as: .token("token-operator"))
        }
        #expect(refusal.sentence.zh.contains("\(first.name) · ") && !refusal.sentence.zh.contains("[scheduled]"))
        for run in [first, second] {
            _ = try world.ledger.end(
                EndDemand(
                    now: world.now, term: world.setup.term, run: run.id, state: .cancelled, reason: .cancelled))
        }
        #expect(try DeskReading(world.setup).report(run: "daily").summary.run == second.name)
    }

    @Test("a run's own name means that run alone")
    func byName() async throws {
        let (world, run) = try await world()
        let next = try #require(try world.ledger.occurrences(of: "daily").last)
        let reading = DeskReading(world.setup)
        let one = try reading.explain(ExplainQuestion(run: next.name, openID: "p0", language: .en))
        #expect(one.run == next.name && one.place == "listed" && one.occurrences == nil)
        #expect(next.name != run.name)
    }

    @Test("somebody whom nobody knows is named, whatever the number of occurrences")
    func stranger() async throws {
        let (world, _) = try await world()
        let refusal = try #require(throws: DeskRefusal.self) { try explain("nobody", world) }
        #expect(refusal.code == "person_not_found")
    }
}
