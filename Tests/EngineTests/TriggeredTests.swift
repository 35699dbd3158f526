import Answers
import CampaignFiles
import CampaignModel
import Foundation
import LedgerSQLite
import Ports
import Reports
import SendingRules
import Testing

@testable import Engine

@Suite("When something happens")
struct TriggeredTests {
    static let head = """
        author: marketing
        account: flagship
        title: t
        until: 2026-12-31

        """
    static let welcome =
        """
        campaign: welcome
        trigger: {on: entered}
        variants:
          - name: a
            messages: [{applet_coupon: {activity: "7301", coupon: "9920"}}]

        """ + head
    static let offers =
        """
        campaign: offers
        trigger: {on: replied, keywords: [优惠, 券]}
        variants:
          - name: a
            messages: [{applet_card: {template: card-001, path: pages/sale}}]

        """ + head
    static func follow(_ lines: String) -> String {
        """
        campaign: follow
        trigger:
          right: proactive
        \(lines)
        variants:
          - name: a
            messages: [{text: hello}, {applet_coupon: {activity: "7301", coupon: "9920"}}]

        """ + head
    }

    @Test("who enters gets the coupon, who asks for 优惠 the card, and a person who takes over is not talked over")
    func whole() async throws {
        let world = try await ConversationWorld()
        let welcome = try await world.campaign(Self.welcome)
        let offers = try await world.campaign(Self.offers)
        world.enter("p1")
        try await world.pass(.seconds(5))
        #expect(try world.sent("welcome", to: "p1") == 1)
        // Nobody asked for anything yet; full width and case are folded, and what says nothing gets nothing.
        world.say("在吗", "p1")
        try await world.pass(.seconds(5))
        #expect(try world.sent("offers", to: "p1") == 0)
        world.say("有 优 惠 吗？", "p1")
        try await world.pass(.seconds(5))
        #expect(try world.sent("offers", to: "p1") == 1)
        try await world.restart()
        world.writeByHand("p1")
        try await world.pass(.seconds(20))
        world.say("还有别的优惠吗", "p1")
        try await world.pass(.minutes(5))
        #expect(try world.sent("offers", to: "p1") == 1)
        #expect(try world.sum(offers).skipped[.personHasTakenOver] == 1)
        try await world.pass(.minutes(30))
        world.say("明天还有优惠吗", "p1")
        try await world.pass(.seconds(5))
        #expect(try world.sent("offers", to: "p1") == 2)
        // An opt-out wins over the keyword beside it, and over everything after it.
        world.enter("p2")
        try await world.pass(.seconds(5))
        world.say("退订", "p2")
        try await world.pass(.seconds(5))
        world.say("优惠", "p2")
        try await world.pass(.minutes(5))
        #expect(try world.sent("offers", to: "p2") == 0)
        #expect(try world.sum(offers).skipped[.denied] == 1)
        let sum = try world.sum(welcome)
        #expect(sum.audience == 2 && sum.accepted == 2)
        #expect(try world.sent().allSatisfy { $0.outcome == OutcomeKind.accepted.rawValue })
        try world.check()
    }

    @Test("the same events told again, in any order and after a kill, make no second contact")
    func again() async throws {
        let world = try await ConversationWorld()
        let welcome = try await world.campaign(Self.welcome)
        let offers = try await world.campaign(Self.offers)
        for person in 0..<20 {
            world.enter("p\(person)")
            world.say("优惠 \(person)", "p\(person)")
            try await world.pass(.seconds(2))
        }
        try await world.pass(.minutes(2))
        let before = try world.sent()
        #expect(before.count == 40)
        let told = world.told
        try await world.tellAgain(told.reversed())
        try await world.restart()
        try await world.tellAgain(told + told)
        try await world.pass(.minutes(15))
        #expect(try world.sent() == before)
        #expect(try world.sum(welcome).audience == 20 && world.sum(offers).audience == 20)
        try world.check()
    }

    @Test("after six hours down nothing stale is sent, and the first who comes then is answered at once")
    func down() async throws {
        let world = try await ConversationWorld()
        let welcome = try await world.campaign(Self.welcome)
        world.isDown = true
        for person in 0..<50 { world.enter("p\(person)") }
        try await world.pass(.hours(6))
        try await world.restart()
        world.enter("fresh")
        let came = world.now
        try await world.pass(.seconds(10))
        #expect(try world.sent() == [.init(run: "welcome", person: "fresh", outcome: 1)])
        #expect(try world.sum(welcome).skipped == [.stale: 50])
        let contact = try #require(try world.ledger.happenings(openID: "fresh", app: world.account.app, limit: 1).first)
        let started = try #require(contact.occasions.first?.started)
        #expect(started.since(came) <= .seconds(3))
        // Whoever asks hears of it, by the platform's id, by the event's number, or of the last one.
        let desk = Desk(world.setup)
        for name in ["last", "@enter-1"] {
            let person = name == "last" ? "fresh" : "p0"
            for language in [Language.zh, .en] {
                let told = try desk.explain(
                    ExplainQuestion(run: "", openID: person, event: name, language: language))
                #expect(told.place == (person == "fresh" ? "accepted" : "skipped"), "\(told.answer)")
                #expect(told.answer.contains(welcome.name))
            }
        }
        #expect(throws: DeskRefusal.self) {
            try desk.explain(ExplainQuestion(run: "", openID: "p0", event: "@enter-9", language: .en))
        }
        let report = ReportText.sumLine(try desk.report(run: welcome.name).summary.sum, in: .en)
        #expect(report.hasPrefix("occasions 51 = holdout 0 + "), "\(report)")
        try world.check()
    }

    @Test("an export has a row for each time, at the place that the sum counts it in, whatever the page")
    func listed() async throws {
        let world = try await ConversationWorld()
        let offers = try await world.campaign(Self.offers)
        let welcome = try await world.campaign(Self.welcome)
        for round in 0..<4 {
            world.enter("e\(round)")
            world.say("优惠 第\(round)次", "p1")
            try await world.pass(.seconds(20))
        }
        world.isDown = true
        world.say("有优惠吗", "p9")
        try await world.pass(.seconds(20))
        for limit in [1, 2, 3, 100] {
            for run in [offers, welcome] {
                var rows: [ExportPage.Row] = []
                var after: ExportCursor?
                repeat {
                    let page = try world.ledger.exportPage(run: run.id, after: after, limit: limit)
                    rows += page.rows
                    after = page.next
                } while after != nil
                let sum = try world.sum(run)
                func count(_ place: String) -> Int { rows.count { $0.place == place } }
                #expect(rows.count == sum.audience && count("accepted") == sum.accepted, "\(rows)")
                #expect(count("skipped") == sum.skipped.values.reduce(0, +))
                #expect(count("waiting") == sum.waiting.values.reduce(0, +))
                guard run.id == offers.id else { continue }
                let ofOne = rows.filter { $0.openID == "p1" }
                #expect(ofOne.map(\.place) == ["accepted", "accepted", "accepted", "skipped"])
                #expect(ofOne.last?.reason == "loop_guard" && ofOne.last?.started == "" && ofOne[0].variant == "a")
                #expect(ofOne.map(\.messages) == [1, 1, 1, 0])
                #expect(ofOne.allSatisfy { $0.happened?.hasPrefix("2026-11-20T12:0") == true })
            }
        }
    }

    @Test("no answer leaves at night, whatever its right, and the morning sends nothing stale")
    func night() async throws {
        let world = try await ConversationWorld(at: Moment(iso8601: "2026-11-20T22:30:00", defaultZone: .shanghai)!)
        let welcome = try await world.campaign(Self.welcome)
        let offers = try await world.campaign(Self.offers)
        world.enter("p1")
        world.say("优惠", "p1")
        try await world.pass(.minutes(5))
        #expect(try world.sum(welcome).waiting == [.occasionWaits: 1])
        try await world.pass(.hours(10))
        #expect(try world.sent().isEmpty)
        #expect(try world.sum(welcome).skipped == [.stale: 1] && world.sum(offers).skipped == [.stale: 1])
        // The last moment of the evening at which a whole request still fits is open; the one after is not.
        try await world.pass(.hours(13))
        world.clock.set(Moment(iso8601: "2026-11-21T21:59:57", defaultZone: .shanghai)!)
        world.enter("p2")
        try await world.pass(.minutes(10))
        #expect(try world.sent("welcome", to: "p2") == 0)
        try world.check()
    }

    @Test("a machine that answers every message is answered three times, and the same words twice")
    func loops() async throws {
        let world = try await ConversationWorld()
        let offers = try await world.campaign(Self.offers)
        for round in 0..<12 {
            world.say("优惠 第\(round)次", "bot")
            try await world.pass(.seconds(20))
        }
        #expect(try world.sent("offers", to: "bot") == 3)
        #expect(try world.sum(offers).skipped == [.loopGuard: 9])
        // Silent until a day is over, or somebody of the house writes.
        try await world.pass(.hours(3))
        world.say("优惠 三小时后", "bot")
        try await world.pass(.seconds(20))
        #expect(try world.sent("offers", to: "bot") == 3)
        world.writeByHand("bot")
        try await world.pass(.minutes(31))
        world.say("优惠 人工之后", "bot")
        try await world.pass(.seconds(20))
        #expect(try world.sent("offers", to: "bot") == 4)
        for _ in 0..<4 {
            world.say("优惠！", "parrot")
            try await world.pass(.minutes(11))
        }
        #expect(try world.sent("offers", to: "parrot") == 2)
        #expect(try world.sum(offers).skipped[.sameTextAgain] == 2)
        try world.check()
    }

    @Test("two accounts of the house never talk to each other")
    func ours() async throws {
        let world = try await ConversationWorld()
        let offers = try await world.campaign(Self.offers)
        world.say("优惠", "_outlet")
        try await world.pass(.seconds(20))
        #expect(try world.sum(offers).audience == 0)
        try world.check()
    }

    @Test("the longest keyword wins, and only one campaign answers")
    func longest() async throws {
        let world = try await ConversationWorld()
        try await world.campaign(Self.offers)
        try await world.campaign(
            Self.offers.replacing("campaign: offers", with: "campaign: coupons").replacing(
                "[优惠, 券]", with: "[优惠券]"))
        world.say("优惠券在哪", "p1")
        try await world.pass(.seconds(5))
        #expect(try world.sent().map(\.run) == ["coupons"])
        world.say("优惠在哪", "p1")
        try await world.pass(.seconds(5))
        #expect(try world.sent().map(\.run) == ["coupons", "offers"])
        try world.check()
    }

    @Test("who orders meanwhile is not reminded; who does not is, once, at its hour, within the account's day")
    func unless() async throws {
        let people = ["buyer", "thinker"]
        let world = try await ConversationWorld(people: people)
        let run = try await world.campaign(
            Self.follow("  on: entered\n  after: 1d at 20:00\n  unless: [ordered]\n  again: after 7d"))
        for person in people { world.enter(person) }
        try await world.pass(.hours(2))
        let order = EventLine(
            line: 1, openID: "buyer", kind: .ordered, at: world.now, account: "flagship", amount: 100, id: "o1")
        _ = try EventDoor(world.setup).take([order], callbacks: [], source: .partner)
        try await world.pass(.hours(31))
        #expect(try world.sent() == [.init(run: "follow", person: "thinker", outcome: 1)])
        #expect(try world.sum(run).skipped == [.unlessHappened: 1])
        let happening = try #require(
            try world.ledger.happenings(openID: "thinker", app: world.account.app, limit: 1).first)
        let started = try #require(happening.occasions.first?.started)
        #expect(started.text() == "2026-11-21 20:00:00")
        // Enters again within the week: judged by the last start, when its turn comes.
        world.enter("thinker")
        try await world.pass(.days(2))
        #expect(try world.sum(run).skipped == [.unlessHappened: 1, .againNotBefore: 1])
        try world.check()
    }

    @Test("only what happens after the approval counts, and what waits moves to an approved change")
    func revisions() async throws {
        let world = try await ConversationWorld(people: ["early", "late"])
        let text = Self.follow("  on: entered\n  after: 2h")
        let first = try await world.campaign(text, approved: false)
        world.enter("early")
        try await world.pass(.minutes(1))
        try await world.approve(first)
        #expect(try world.sum(first).audience == 0)
        world.enter("late")
        try await world.pass(.minutes(1))
        #expect(try world.sum(first).waiting == [.occasionWaits: 1])
        let second = try await world.campaign(
            text.replacing("hello", with: "hello again"), revision: 2, approved: false)
        try await world.pass(.minutes(1))
        try await world.approve(second)
        #expect(try world.sum(first).audience == 0 && world.sum(second).waiting == [.occasionWaits: 1])
        try world.check()
        try await world.pass(.hours(3))
        #expect(try world.sent() == [.init(run: "follow", person: "late", outcome: 1)])
        // Listening to something else, the old occasions end with their run.
        world.enter("early")
        try await world.pass(.minutes(1))
        let third = try await world.campaign(
            Self.follow("  on: replied\n  after: 2h"), revision: 3, approved: false)
        try await world.approve(third)
        #expect(try world.sum(second).skipped == [.superseded: 1])
        try world.check()
    }

    @Test("what happened under the old text and is told after the change is an occasion of the new one")
    func toldLate() async throws {
        let world = try await ConversationWorld(people: ["late"])
        let text = Self.follow("  on: clicked\n  after: 2h")
        let first = try await world.campaign(text)
        try await world.pass(.hours(1))
        let then = world.now
        try await world.pass(.minutes(1))
        let second = try await world.campaign(
            text.replacing("hello", with: "hello again"), revision: 2, approved: false)
        try await world.approve(second)
        let click = EventLine(line: 1, openID: "late", kind: .clicked, at: then, account: "flagship")
        _ = try EventDoor(world.setup).take([click], callbacks: [], source: .partner)
        #expect(try world.sum(first).audience == 0 && world.sum(second).waiting == [.occasionWaits: 1])
        try world.check()
    }

    @Test("before anybody approves, last week's events are taken through the file by the rules that will judge it")
    func rehearsed() async throws {
        let world = try await ConversationWorld(people: ["p0", "p1", "p2", "buyer"])
        // Whoever authorised the account is asked for from the first file on, approved or not.
        _ = try await world.campaign(Self.follow("  on: entered\n  after: 2h"), approved: false)
        for person in ["p0", "p1", "buyer", "stranger"] { world.enter(person) }
        try await world.pass(.hours(1))
        world.enter("p0")
        let order = EventLine(
            line: 1, openID: "buyer", kind: .ordered, at: world.now, account: "flagship", amount: 100, id: "o1")
        _ = try EventDoor(world.setup).take([order], callbacks: [], source: .partner)
        try await world.pass(.minutes(1))
        world.clock.set(Moment(iso8601: "2026-11-20T23:00:00", defaultZone: .shanghai)!)
        world.enter("p2")
        try await world.pass(.days(2))
        func rehearse(_ text: String) throws -> TriggerRehearsal {
            let reading = CampaignReader.parse(
                bytes: Array(text.utf8), fileName: "trigger.yaml", context: world.context)
            let campaign = try #require(reading.campaign)
            let rehearsal = try TriggerRehearsal(
                campaign, world.ledger, limits: RuleLimits(), doubt: .zero, at: world.now)
            return try #require(rehearsal)
        }
        let welcome = try rehearse(Self.welcome)
        #expect(welcome.occasions == 6 && welcome.sent == 4 && !welcome.isAtMost)
        #expect(welcome.skipped.map(\.reason) == [.stale, .againNotBefore])
        let follow = try rehearse(
            Self.follow("  on: entered\n  after: 1d at 20:00\n  unless: [ordered]\n  again: after 7d"))
        #expect(follow.sent == 3)
        #expect(Set(follow.skipped.map(\.reason)) == [.againNotBefore, .unlessHappened, .notAuthorized])
        #expect(try world.sent().isEmpty)
        #expect(
            welcome.lines(in: .en)[0].hasPrefix("6 times in the last seven days: it would have sent 4; not sent: 1 "))
    }

    @Test("an order that names no account is of every account of the app: before the approval as after it")
    func withoutAccount() async throws {
        let world = try await ConversationWorld(people: ["buyer"])
        let text = Self.follow("  on: ordered\n  after: 2h")
        let run = try await world.campaign(text, approved: false)
        world.enter("buyer")
        try await world.pass(.hours(1))
        func order(_ id: String) throws {
            let line = EventLine(line: 1, openID: "buyer", kind: .ordered, at: world.now, amount: 100, id: id)
            #expect(try EventDoor(world.setup).take([line], callbacks: [], source: .partner).taken == 1)
        }
        try order("o1")
        try await world.pass(.hours(3))
        let campaign = try #require(
            CampaignReader.parse(bytes: Array(text.utf8), fileName: "trigger.yaml", context: world.context).campaign)
        let rehearsal = try #require(
            try TriggerRehearsal(campaign, world.ledger, limits: RuleLimits(), doubt: .zero, at: world.now))
        #expect(rehearsal.occasions == 1 && rehearsal.sent == 1, "\(rehearsal.skipped)")
        try await world.approve(run)
        try order("o2")
        try await world.pass(.hours(3))
        #expect(try world.sent("follow", to: "buyer") == 1)
        try world.check()
    }

    @Test("a share is held out by the same draw as everywhere, and its clock starts when the contact would have")
    func holdout() async throws {
        let world = try await ConversationWorld()
        let run = try await world.campaign(Self.welcome + "holdout: 40%\n")
        for person in 0..<60 {
            world.enter("p\(person)")
            try await world.pass(.seconds(1))
        }
        try await world.pass(.seconds(30))
        let sum = try world.sum(run)
        #expect(sum.audience == 60 && sum.holdout > 10 && sum.holdout < 40 && sum.accepted == 60 - sum.holdout)
        // Everybody held out had their pretended moment.
        #expect(try world.ghosts() == sum.holdout)
        try world.check()
    }

    @Test("a lost answer is unknown and never sent again; the end of the campaign ends its sum")
    func unknown() async throws {
        let world = try await ConversationWorld()
        let run = try await world.campaign(Self.welcome)
        world.enter("p-garbage")
        try await world.pass(.seconds(5))
        world.enter("p-busy")
        try await world.pass(.minutes(2))
        let sum = try world.sum(run)
        // Unknown, until the platform tells of the message itself.
        #expect(sum.audience == 2 && sum.unknown + sum.accepted == 1 && sum.waitingTotal == 0, "\(sum)")
        // Who could not be answered in time is left alone, and whose answer was lost is not asked again.
        #expect(sum.skippedTotal == 1 && sum.skipped.keys.allSatisfy { [.stale, .rightOver].contains($0) }, "\(sum)")
        #expect(try world.sent("welcome", to: "p-garbage") == 1)
        try await world.pass(.days(45))
        #expect(try world.sent("welcome", to: "p-garbage") == 1)
        #expect(try world.ledger.run(named: run.name)?.state.isOver == true)
        try world.check()
    }

    @Test("two thousand who enter at once: all but a few are answered in time, the rest never")
    func storm() async throws {
        let world = try await ConversationWorld()
        let run = try await world.campaign(Self.welcome)
        for person in 0..<2000 { world.enter("p\(person)") }
        try await world.pass(.minutes(2))
        let sum = try world.sum(run)
        #expect(sum.audience == 2000 && sum.accepted + (sum.skipped[.stale] ?? 0) == 2000)
        #expect(sum.accepted >= 1980)
        try world.check()
    }
}
