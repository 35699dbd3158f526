import Answers
import CampaignModel
import LedgerSQLite
import Ports
import Reports
import SendingRules
import Testing
import Words

@testable import Engine

@Suite("Why something that happened led to no message yet")
struct OccasionWhyTests {
    private func explain(
        _ world: ConversationWorld, _ person: String, _ language: Language = .en
    ) throws -> Explanation {
        try DeskReading(world.setup).explain(
            ExplainQuestion(run: "", openID: person, event: "last", language: language))
    }

    @Test("in the night the night is named, and that by the morning it will be too old; no moment of it is promised")
    func night() async throws {
        let world = try await ConversationWorld(at: Moment(iso8601: "2026-11-20T22:05:00", defaultZone: .shanghai)!)
        try await world.campaign(TriggeredTests.welcome)
        try await world.campaign(
            TriggeredTests.follow("  on: entered\n  fresh: 20h").replacing("campaign: follow", with: "campaign: late"))
        world.enter("p1")
        try await world.pass(.seconds(5))
        let told = try explain(world, "p1")
        #expect(told.place == "waiting" && told.nextAllowed == nil)
        #expect(told.rules.contains { $0.rule == "quiet_hours" && !$0.allows })
        #expect(told.answer.contains("Quiet hours") && told.answer.contains("Too old"), "\(told.answer)")
        #expect(try explain(world, "p1", .zh).answer.contains("夜间静默时段"))
        // What is fresh for longer may wait for the morning, and says so.
        let late = try DeskReading(world.setup).explain(
            ExplainQuestion(run: "late", openID: "p1", event: "last", language: .en))
        #expect(late.answer.contains("authoris") || late.nextAllowed?.contains("T08:00") == true, "\(late)")
    }

    @Test("a run that is paused, an account that is held and a stop are each named, with no moment that is over")
    func held() async throws {
        let world = try await ConversationWorld()
        let offers = try await world.campaign(TriggeredTests.offers)
        let term = world.setup.term
        _ = try world.ledger.act(
            ActDemand(now: world.now, term: term, run: offers.id, act: .pause, person: "marketing"))
        world.say("优惠", "p1")
        try await world.pass(.seconds(5))
        let paused = try explain(world, "p1")
        #expect(paused.answer.contains("This run is paused") && paused.nextAllowed == nil, "\(paused.answer)")
        _ = try world.ledger.act(
            ActDemand(now: world.now, term: term, run: offers.id, act: .resume, person: "marketing"))
        let until = world.now + .minutes(5)
        try world.ledger.hold(
            account: world.account.id, LaneHold(reason: .platformRisk, until: until), by: "curfew", at: world.now,
            term: term)
        let risk = try explain(world, "p1")
        #expect(risk.answer.contains("risk control") && risk.nextAllowed == until.iso8601, "\(risk)")
        _ = try world.ledger.setStop(true, person: "marketing", at: world.now, term: term)
        let stopped = try explain(world, "p1")
        #expect(stopped.nextAllowed == nil && stopped.rules.contains { $0.rule == "stopped_by_operator" && !$0.allows })
    }

    @Test("who has opted out since is told that nothing will come, whatever else holds")
    func optedOut() async throws {
        let world = try await ConversationWorld()
        try await world.campaign(TriggeredTests.offers)
        world.isDown = true
        world.say("优惠", "p1")
        world.say("退订", "p1")
        _ = try world.ledger.setStop(true, person: "marketing", at: world.now, term: world.setup.term)
        world.isDown = false
        try await world.pass(.seconds(5))
        let told = try explain(world, "p1")
        #expect(told.answer.contains("deny list"), "\(told.answer)")
    }

    @Test("where another one's longer word answered, nobody is told that no campaign listens")
    func longerWord() async throws {
        let world = try await ConversationWorld()
        try await world.campaign(TriggeredTests.offers)
        world.say("在吗", "p1")
        try await world.pass(.seconds(5))
        let told = try explain(world, "p1")
        #expect(told.place == "not_in_run" && told.answer.contains("longer word"), "\(told.answer)")
    }

    @Test("a changed file in review leaves the report true: nobody is pending, and what was sent is not unsent")
    func changed() async throws {
        let world = try await ConversationWorld()
        let offers = try await world.campaign(TriggeredTests.offers)
        for person in 0..<9 {
            world.say("优惠", "p\(person)")
            try await world.pass(.seconds(3))
        }
        #expect(try world.sum(offers).accepted == 9)
        try await world.campaign(
            TriggeredTests.offers.replacing("pages/sale", with: "pages/new"), revision: 2, approved: false)
        let report = try DeskReading(world.setup).report(run: "offers")
        #expect(report.variants.map(\.sum.pending) == [0] && report.variants.map(\.sum.audience) == [9])
        #expect(report.summary.sum.ofOccasions == true && report.summary.state == "paused")
        let text = ReportText.render(report, in: .zh)
        #expect(!text.contains("-9") && !text.contains("机器审核还没有做完"), "\(text)")
        let alone = try DeskReading(world.setup).report(run: offers.name)
        #expect(alone.variants.map(\.sum.holds) == [true])
    }

    @Test("an answer gave no place of the account's day to anybody")
    func noSharing() async throws {
        let world = try await ConversationWorld()
        let offers = try await world.campaign(TriggeredTests.offers)
        world.say("优惠", "p1")
        try await world.pass(.seconds(5))
        #expect(try LaneStory(ledger: world.ledger, run: offers, now: world.now).sharing().isEmpty)
    }

    @Test("whom a text of the campaign wrote to long ago does not get it from a later one, whatever was erased by age")
    func neverAgain() async throws {
        let world = try await ConversationWorld()
        let first = try await world.campaign(TriggeredTests.welcome)
        world.enter("p1")
        try await world.pass(.seconds(5))
        #expect(try world.sum(first).accepted == 1)
        let second = try await world.campaign(
            TriggeredTests.welcome.replacing("9920", with: "9921"), revision: 2, approved: false)
        try await world.approve(second)
        for _ in 0..<20 {
            let step = try world.ledger.prune(
                PruneDemand(
                    now: world.now, term: world.setup.term, contentsBefore: world.now,
                    recordsBefore: world.now + .days(1)))
            if step.isDone { break }
        }
        #expect(try world.ledger.run(named: first.name)?.isErased == false)
        world.enter("p1")
        try await world.pass(.minutes(1))
        #expect(try world.sent("welcome", to: "p1") == 1)
        #expect(try world.sum(second).skipped[.againNotBefore] == 1)
    }
}
