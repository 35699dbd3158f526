import Answers
import CampaignModel
import Ports
import SendingRules
import Testing

@testable import Engine

@Suite("A look at the real thing")
struct TestSendTests {
    private func world() async throws -> EngineWorld {
        let world = try await EngineWorld()
        world.changeSetup {
            $0.testPeople = ["flagship": ["tester", "second"]]
            $0.people.append(
                PersonSetup(name: "wang", roles: [.author], token: Secret(bytes: Array("token-wang".utf8))))
            $0.people.append(
                PersonSetup(name: "writer", roles: [.author], token: Secret(bytes: Array("token-writer".utf8))))
        }
        try world.authorize(["tester", "second", "a"])
        return world
    }

    private func send(
        _ world: EngineWorld, _ run: RunRecord, to openID: String = "tester", as token: String = "token-review",
        variant: String? = nil
    ) -> (receipt: ActReceipt?, code: String) {
        do {
            let receipt = try Desk(world.setup).testSend(
                TestSendRequest(run: run.name, openID: openID, variant: variant), as: .token(token))
            return (receipt, "sent")
        } catch { return (nil, (error as? DeskRefusal)?.code ?? "\(error)") }
    }

    @Test("it reaches configured people only, and an author looks only at what they wrote")
    func people() async throws {
        let world = try await world()
        let run = try world.admit(world.campaign("sale"), ["a"]).run
        #expect(send(world, run, to: "a").code == "not_a_test_person")
        #expect(send(world, run, to: "").code == "bad_value")
        #expect(send(world, run, to: String(repeating: "x", count: 129)).code == "bad_value")
        #expect(send(world, run, as: "token-wang").code == "not_your_campaign")
        #expect(send(world, run, as: "token-marketing").code == "sent")
        #expect(send(world, run, as: "token-operator").code == "sent")
        #expect(send(world, run, as: "nobody's").code == "unproved")
        let outlet = try world.admit(world.campaign("other", account: "outlet"), ["a"]).run
        #expect(send(world, outlet).code == "not_a_test_person", "by account")
    }

    @Test("twenty a day and account, and twenty again the next day; who asked and whom it reached is on file")
    func cap() async throws {
        let world = try await world()
        let run = try world.admit(world.campaign("sale"), ["a"]).run
        for _ in 0..<20 { #expect(send(world, run).code == "sent") }
        #expect(send(world, run).code == "tests_of_the_day_used")
        let refusal = #expect(throws: DeskRefusal.self) {
            try Desk(world.setup).testSend(
                TestSendRequest(run: run.name, openID: "tester", variant: nil), as: .token("token-review"))
        }
        #expect(refusal?.nextAllowed == PlatformDay(containing: world.now).next.start)
        let row = try #require(try world.ledger.auditRows(limit: 1).first)
        #expect(row.act == "test-send" && row.person == "review" && row.subject == "sale")
        #expect(row.detail.hasPrefix("#1 variant 1 to ") && row.detail.count > 40 && !row.detail.contains("tester"))
        world.clock.pass(.days(1))
        #expect(send(world, run).code == "sent")
    }

    @Test("it goes at once, whatever the campaign's own hours and its start are, and never in the night")
    func atOnce() async throws {
        let world = try await world()
        var schedule = Schedule(start: world.now + .days(2), validity: .days(3))
        schedule.window = DayWindow(fromMinute: 20 * 60, toMinute: 21 * 60)
        schedule.sendTime = .spread
        let run = try world.admit(world.campaign("sale", schedule: schedule), ["a"]).run
        let test = try #require(try world.ledger.run(named: send(world, run).receipt?.run ?? ""))
        try await world.serve()
        #expect(try world.sum(test).accepted == 1)
        #expect(try world.sum(run).accepted == 0 && world.reread(run).state == .inReview)
        world.clock.set(world.now + .hours(13))
        let late = try #require(try world.ledger.run(named: send(world, run, to: "second").receipt?.run ?? ""))
        try await world.serve()
        #expect(try world.sum(late).pending == 1)
        try world.check()
    }

    @Test("whoever had the same content by a test is left out by the campaign, and gets what is new to them")
    func alreadyTested() async throws {
        let world = try await world()
        let run = try world.admit(world.campaign("sale"), ["tester", "second", "a"]).run
        _ = send(world, run)
        try await world.serve()
        // The next day, so that nobody's day is used up.
        world.clock.pass(.days(1))
        try world.authorize(["tester", "second", "a"])
        try await world.grantTokens("next")
        let later = Desk(world.setup)
        _ = try later.act(ActRequest(act: .approve, run: run.name), as: .token("token-review"))
        _ = try await Planner(world.setup).step(at: world.now)
        try await world.serve()
        #expect(try world.sum(run).skipped == [.alreadyTested: 1] && world.sum(run).accepted == 2)
        let answer = try later.explain(ExplainQuestion(run: run.name, openID: "tester", language: .en))
        #expect(answer.place == "skipped" && answer.answer.contains("test-send"))
        // Another text is another message.
        world.clock.pass(.days(1))
        try await world.grantTokens("third")
        let other = try world.run("other", ["tester"], messages: [.text("something else")])
        try await world.serve()
        #expect(try world.sum(other).accepted == 1)
        try world.check()
    }

    @Test("a test that reached nobody keeps nobody from the campaign")
    func reachedNobody() async throws {
        let world = try await world()
        let run = try world.admit(world.campaign("sale"), ["tester"]).run
        _ = send(world, run)
        try await world.serve(.refused(28_001_045))
        world.clock.pass(.days(1))
        try world.authorize(["tester"])
        try await world.grantTokens("next")
        _ = try Desk(world.setup).act(ActRequest(act: .approve, run: run.name), as: .token("token-review"))
        _ = try await Planner(world.setup).step(at: world.now)
        try await world.serve()
        #expect(try world.sum(run).accepted == 1)
    }
}
