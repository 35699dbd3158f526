import CampaignModel
import Ports
import Testing

@testable import Engine

@Suite("Which event is an occasion of which campaign")
struct TriggerBookTests {
    private static func text(_ id: String, _ trigger: String, _ more: String = "", variants: Int = 1) -> String {
        let arms = (0..<variants).map {
            """
              - name: v\($0)
                weight: \(100 / variants)
                messages: [{applet_coupon: {activity: "7301", coupon: "992\($0)"}}]
            """
        }.joined(separator: "\n")
        return """
            campaign: \(id)
            trigger: {\(trigger)}
            variants:
            \(arms)
            \(more)\(TriggeredTests.head)
            """
    }

    private static func word(
        _ kind: EventKind, _ world: ConversationWorld, of openID: String = "p", said: String = "", from: [String] = []
    ) -> EventWord {
        var word = EventWord(
            identity: Array("\(kind.code) \(openID)".utf8), kind: kind, app: world.account.app,
            account: world.account.id, openID: openID, at: world.now, source: .callback)
        word.context.text = said
        word.context.enteredFrom = from
        return word
    }

    private static func hear(
        _ word: EventWord, _ runs: [RunRecord], _ world: ConversationWorld, isFirst: Bool = true
    ) throws -> [Enrolment] {
        try world.setup.enrolling(word, isFirst, runs.map { Listener(run: $0.id, revision: $0.revision) })
    }

    @Test("only the event that the file names, told of a person and not of an account of the house")
    func kinds() async throws {
        let world = try await ConversationWorld()
        let run = try await world.campaign(Self.text("welcome", "on: entered"))
        let heard = try Self.hear(Self.word(.entered, world), [run], world)
        #expect(heard == [Enrolment(run: run.id, due: world.now, variant: 0, heldOut: nil)])
        for kind in EventKind.allCases where kind != .entered {
            #expect(try Self.hear(Self.word(kind, world), [run], world).isEmpty, "\(kind)")
        }
        for account in ["_flagship", "_outlet"] {
            #expect(try Self.hear(Self.word(.entered, world, of: account), [run], world).isEmpty)
        }
    }

    @Test("its turn comes after the file's delay")
    func due() async throws {
        let world = try await ConversationWorld()
        let later = try await world.campaign(Self.text("later", "on: entered, right: proactive, after: 2h"))
        let next = try await world.campaign(Self.text("next", "on: entered, right: proactive, after: 1d at 20:00"))
        let heard = try Self.hear(Self.word(.entered, world), [later, next], world)
        #expect(heard.map(\.run) == [later.id, next.id])
        #expect(heard.map { $0.due.text() }.map { $0.prefix(13) } == ["2026-11-20 14", "2026-11-21 20"])
        #expect(heard[0].due == world.now + .hours(2))
    }

    @Test("the first time, or not the first, or whichever it is")
    func first() async throws {
        let world = try await ConversationWorld()
        for (condition, first, again) in [
            ("", 1, 1), (", where: {first_time: true}", 1, 0), (", where: {first_time: false}", 0, 1),
        ] {
            let run = try await world.campaign(Self.text("w\(first)\(again)", "on: entered\(condition)"))
            #expect(try Self.hear(Self.word(.entered, world), [run], world, isFirst: true).count == first)
            #expect(try Self.hear(Self.word(.entered, world), [run], world, isFirst: false).count == again)
        }
    }

    @Test("of several places where somebody may come from one is enough; who tells none comes from nowhere")
    func places() async throws {
        let world = try await ConversationWorld()
        let run = try await world.campaign(Self.text("welcome", "on: entered, where: {entered_from: [ad, 12]}"))
        for (from, count) in [(["ad"], 1), (["video", "12"], 1), (["video"], 0), ([], 0), (["1"], 0)] {
            #expect(try Self.hear(Self.word(.entered, world, from: from), [run], world).count == count, "\(from)")
        }
    }

    @Test("the longest keyword answers, of equals the older campaign, and a campaign without any answers the rest")
    func keywords() async throws {
        let world = try await ConversationWorld()
        let older = try await world.campaign(Self.text("older", "on: replied, keywords: [优惠, 券]"))
        let younger = try await world.campaign(Self.text("younger", "on: replied, keywords: [价格, 优惠券]"))
        let rest = try await world.campaign(Self.text("rest", "on: replied"))
        let noted = try await world.campaign(Self.text("noted", "on: replied, right: proactive"))
        let all = [older, younger, rest, noted]
        for (said, run) in [
            ("有优惠吗", older), ("优惠券在哪", younger), ("价格？", younger), ("价格优惠", older), ("你好", rest), ("", rest),
        ] {
            // Whatever is answered, who is written to unasked for having written is written to as well.
            for listeners in [all, all.reversed()] {
                let heard = try Self.hear(Self.word(.replied, world, said: said), listeners, world).map(\.run)
                #expect(Set(heard) == [run.id, noted.id] && heard.count == 2, "\(said)")
            }
        }
        #expect(try Self.hear(Self.word(.replied, world, said: "你好"), [older, younger], world).isEmpty)
    }

    @Test("everybody gets their own variant and the file's share nothing, by the same draw as in a list")
    func shares() async throws {
        let world = try await ConversationWorld()
        let run = try await world.campaign(Self.text("welcome", "on: entered", "holdout: 20%\n", variants: 2))
        var arms = [0, 0]
        var heldOut = 0
        for number in 0..<400 {
            let heard = try #require(try Self.hear(Self.word(.entered, world, of: "p\(number)"), [run], world).first)
            let again = try Self.hear(Self.word(.entered, world, of: "p\(number)"), [run], world).first
            #expect(again == heard, "drawn once")
            if let out = heard.heldOut {
                heldOut += 1
                #expect(!out.byHouse && out.variant == heard.variant)
            } else {
                arms[heard.variant] += 1
            }
        }
        // 80 of 400 and 160 each are expected; five deviations are 40.
        #expect((40...120).contains(heldOut) && arms.allSatisfy { (110...210).contains($0) }, "\(heldOut) \(arms)")
    }

    @Test("who enters is served before who asked, whatever their priorities; both before what comes unasked")
    func order() async throws {
        let world = try await ConversationWorld(people: ["b"])
        try await world.campaign(Self.text("asked", "on: replied", "priority: 1\n"))
        try await world.campaign(Self.text("entered", "on: entered", "priority: 9\n"))
        world.isDown = true
        world.say("你好", "b")
        world.enter("a")
        try await world.pass(.seconds(2))
        try await world.restart()
        try await world.pass(.seconds(5))
        #expect(try world.sent().map(\.run) == ["entered", "asked"])
        try world.check()
    }

    @Test("who comes from an ad is welcomed as such; who comes from nowhere is not")
    func fromAnAd() async throws {
        let world = try await ConversationWorld()
        try await world.campaign(Self.text("welcome", "on: entered, where: {entered_from: [ad]}"))
        world.enter("a", ad: "7001")
        world.enter("b")
        try await world.pass(.seconds(5))
        #expect(try world.sent().map(\.person) == ["a"])
        try world.check()
    }
}
