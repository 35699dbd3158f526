import Answers
import CampaignModel
import Experiments
import Foundation
import Ports
import SendingRules
import Testing

@testable import Engine

@Suite("Every why-not has an answer")
struct ExplanationTests {
    private func explain(
        _ world: EngineWorld, _ run: RunRecord, _ openID: String, at: Moment? = nil, in language: Language = .en
    ) throws -> Explanation {
        try DeskReading(world.setup).explain(
            ExplainQuestion(run: run.name, openID: openID, at: at?.iso8601, language: language))
    }

    @Test("the draw can be checked: its bucket lies in the range that it names, and the range belongs to the variant")
    func draws() async throws {
        let world = try await EngineWorld()
        var campaign = world.campaign("sale")
        campaign.holdout = Share(tenThousandths: 2000)
        campaign.variants = [
            Variant(name: "a", weight: Share(tenThousandths: 3333), messages: [.text("a")]),
            Variant(name: "b", weight: Share(tenThousandths: 6667), messages: [.text("b")]),
        ]
        let people = EngineWorld.people(0..<60)
        let run = try world.admit(campaign, people).run
        try world.approve(run)
        _ = try await Planner(world.setup).step(at: world.now)
        let assignment = Assignment(campaign)
        for openID in people {
            let answer = try explain(world, run, openID)
            #expect(answer.draws.allSatisfy { $0.bucket >= $0.from && $0.bucket < $0.to })
            #expect(answer.draws.allSatisfy { Int($0.second % 10_000) == $0.bucket && $0.value == openID })
            #expect(answer.draws.first?.seed == "sale:holdout")
            if assignment.isHeldOut(openID) {
                #expect(answer.place == "holdout" && answer.draws.map(\.result) == ["holdout"])
            } else {
                let name = campaign.variants[assignment.arm(of: openID)].name
                #expect(answer.draws.map(\.result) == ["", name] && answer.variant == name)
                #expect(answer.assignment.contains("sale:split"))
            }
        }
    }

    @Test("whose day is used reads which run used it and when, in the language asked for")
    func usedDay() async throws {
        let world = try await EngineWorld()
        let first = try world.run("first", ["anna"])
        try await world.serve()
        world.clock.pass(.minutes(1))
        let second = try world.run("second", ["anna", "bert"], priority: 9)
        let answer = try explain(world, second, "anna")
        #expect(answer.answer.contains(first.name) && answer.answer.contains("10:00"))
        #expect(answer.contactsToday.map(\.run) == [first.name])
        #expect(answer.laneToday.map(\.run) == [first.name] && answer.laneToday.map(\.people) == [1])
        let rule = try #require(answer.rules.first { $0.rule == Reason.alreadyContactedToday.code })
        #expect(!rule.allows && rule.observed == "1" && rule.limit == "1" && rule.remedy?.isEmpty == false)
        let chinese = try explain(world, second, "anna", in: .zh)
        #expect(chinese.answer.contains("今天的一次联系") && chinese.rules.map(\.rule) == answer.rules.map(\.rule))
        #expect(try explain(world, second, "bert").ahead == 1)
    }

    @Test("what never ends by itself is said before what does: who has opted out does not wait for the morning")
    func lasting() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["anna", "bert"])
        _ = try Desk(world.setup).act(ActRequest(act: .deny, openID: "anna"), as: .token("token-operator"))
        world.clock.pass(.hours(13))
        #expect(try explain(world, run, "anna").answer.hasPrefix("Will not be sent: On the deny list"))
        #expect(try explain(world, run, "anna", in: .zh).answer.hasPrefix("不会发送：在拒收名单里"))
        #expect(try explain(world, run, "bert").answer.hasPrefix("Not sent yet:"))
    }

    @Test("whoever was written to in the first millisecond of the morning is never explained by the night before")
    func firstMillisecond() async throws {
        let world = try await EngineWorld(at: Moment(iso8601: "2026-11-20T08:00:00+08:00")!)
        let run = try world.run("sale", ["anna"])
        try await world.serve()
        #expect(try world.sum(run).accepted == 1)
        world.clock.set(run.validUntil)
        _ = try await Planner(world.setup).step(at: world.now)
        let answer = try explain(world, run, "anna")
        #expect(answer.rules.allSatisfy(\.allows) && answer.rules.contains { $0.rule == Reason.quietHours.code })
        #expect(answer.rules.allSatisfy { $0.remedy == nil } && answer.notKnown.contains { $0.contains("minute") })
    }

    @Test("a moment of the past shows what stood then, and says what is not known")
    func past() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", ["anna"])
        let before = world.now
        world.clock.pass(.minutes(30))
        try await world.serve()
        world.clock.pass(.hours(1))
        let then = try explain(world, run, "anna", at: before)
        #expect(then.place == "pending" && then.attempts.isEmpty && !then.notKnown.isEmpty)
        #expect(try explain(world, run, "anna").place == "accepted")
        #expect(try explain(world, run, "anna").notKnown.isEmpty)
        #expect(try explain(world, run, "anna", at: world.now + .days(1)).notKnown.count == 1)
    }
}
