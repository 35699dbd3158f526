import CampaignModel
import Testing
import Words

@testable import CampaignFiles

@Suite("The machine's review of what people would get")
struct ContentReviewTests {
    static let words = SensitiveWords(block: ["赌博"], review: ["vx"])

    static func campaign(_ variants: [Variant], fields: [Field] = []) -> Campaign {
        Campaign(
            id: "c", author: "m", account: "flagship", title: "t", audience: AudienceRequest(source: .files),
            schedule: Schedule(start: Fixtures.now), fields: fields, variants: variants)
    }
    static let card = MessageTemplate.appletCard(template: "t1", path: "p", query: [])

    static func look(
        _ review: inout ContentReview, _ openID: String, _ fields: [String: String], arm: Int? = 0, line: Int = 2,
        mutual: Bool? = nil
    ) {
        review.look(at: .init(openID: openID, line: line, arm: arm, isMutualFollow: mutual)) { fields[$0] }
    }

    @Test("a person's own value makes a word, alone or together with the text around it")
    func personal() {
        let variant = Variant(name: "a", weight: .whole, messages: [.text("赌{{n}}"), Self.card])
        var review = ContentReview(
            Self.campaign([variant], fields: [Field(name: "n")]), words: Self.words, context: RenderContext(appID: "x"))
        Self.look(&review, "u1", ["n": "城"])
        Self.look(&review, "u2", ["n": "博"], line: 3)
        Self.look(&review, "u3", ["n": "博 VX"], line: 4)
        let result = review.result(twoPeopleFrom: 100)
        #expect(result.isRefused && result.people == 3)
        #expect(
            result.findings.prefix(2) == [
                .init(.sensitiveWord, .refuses, variant: "a", subject: "赌博", people: 2, sample: "u2", line: 3),
                .init(.sensitiveWord, .secondPerson, variant: "a", subject: "vx", people: 1, sample: "u3", line: 4),
            ])
        #expect(!"\(result.impersonal)".contains("u2"))
    }

    @Test("people who lack a field are counted in their own variant only; a default lacks nobody")
    func gaps() {
        let variants = [
            Variant(name: "a", weight: .whole, messages: [.text("{{n}} {{d}}"), Self.card]),
            Variant(name: "b", weight: .zero, messages: [Self.card]),
        ]
        var review = ContentReview(
            Self.campaign(variants, fields: [Field(name: "n"), Field(name: "d", defaultValue: "朋友")]),
            words: Self.words, context: RenderContext(appID: "x"))
        Self.look(&review, "u1", [:])
        Self.look(&review, "u2", [:], arm: 1)
        Self.look(&review, "u3", ["n": "x"])
        Self.look(&review, "u4", [:], arm: nil)
        let result = review.result(twoPeopleFrom: 100)
        #expect((result.people, result.held) == (3, 1))
        let gaps = result.findings.filter { $0.code == .fieldMissing }
        #expect(gaps == [.init(.fieldMissing, .note, variant: "a", subject: "n", people: 1, sample: "u1", line: 2)])
        #expect(result.approvalsNeeded == 1)
    }

    @Test(
        "links and large audiences ask for a second person, and the size counts whoever takes part",
        arguments: [
            (1, 2), (2, 2), (3, 1),
        ])
    func size(_ twoPeopleFrom: Int, _ needed: Int) {
        var review = ContentReview(
            Self.campaign([Variant(name: "a", weight: .whole, messages: [Self.card])]), words: Self.words,
            context: RenderContext(appID: "x"))
        for person in ["u1", "u2"] { Self.look(&review, person, [:]) }
        #expect(review.result(twoPeopleFrom: twoPeopleFrom).approvalsNeeded == needed)
        var linked = ContentReview(
            Self.campaign([Variant(name: "a", weight: .whole, messages: [.text("see https://x.cn/a"), Self.card])]),
            words: Self.words, context: RenderContext(appID: "x"))
        Self.look(&linked, "u1", [:])
        #expect(linked.result(twoPeopleFrom: 100).findings.first?.code == .externalLink)
    }

    @Test(
        "everyone who authorises is counted by the file's limit, because the list grows after the approval",
        arguments: [
            (Int?.none, 2), (.some(100), 2), (.some(99), 1),
        ])
    func authorized(_ max: Int?, _ needed: Int) {
        var campaign = Self.campaign([Variant(name: "a", weight: .whole, messages: [Self.card])])
        campaign.audience = AudienceRequest(source: .authorized, max: max)
        let review = ContentReview(campaign, words: Self.words, context: RenderContext(appID: "x"))
        #expect(review.result(twoPeopleFrom: 100).approvalsNeeded == needed)
    }

    @Test("an image counts who gets the fallback, and who nothing")
    func images() {
        let image = MessageTemplate.image(file: "p.png", digest: nil)
        var variants = [
            Variant(name: "a", weight: .whole, messages: [image, Self.card], fallback: "b"),
            Variant(name: "b", weight: .zero, messages: [Self.card]),
        ]
        func findings() -> [MachineReview.Finding] {
            var review = ContentReview(Self.campaign(variants), words: Self.words, context: RenderContext(appID: "x"))
            Self.look(&review, "u1", [:])
            Self.look(&review, "u2", [:], mutual: true)
            Self.look(&review, "u3", [:], mutual: false)
            return review.result(twoPeopleFrom: 9).findings.filter { $0.people != nil }
        }
        #expect(findings().map(\.code) == [.imageFallback] && findings().map(\.people) == [2])
        variants[0].fallback = nil
        #expect(findings().map(\.code) == [.imageSkips] && findings().map(\.people) == [2])
    }

    @Test(
        "who may ask whom for authorisation",
        arguments: [
            ("flagship", "flagship", true), ("flagship", "helpdesk", true), ("flagship", "outlet", false),
            ("helpdesk", "helpdesk", true), ("helpdesk", "flagship", false), ("helpdesk", "other", false),
        ])
    func cardOwner(_ sender: String, _ asked: String, _ isAllowed: Bool) {
        var context = Fixtures.context
        context.accounts += [
            KnownAccount(name: "outlet", kind: .enterprise, role: .brand, openID: "_000outlet"),
            KnownAccount(name: "other", kind: .enterprise, role: .staff, openID: "_000other"),
        ]
        let reading = Fixtures.read(
            Fixtures.campaign(
                account: sender,
                variants: "  - name: a\n    messages:\n      - authorization_card: {account: \(asked)}\n"),
            context: context)
        #expect(Fixtures.codes(reading) == (isAllowed ? [] : ["authorization_card_owner"]))
    }

    @Test("the difference names what changed, and texts line by line")
    func difference() {
        let old = Self.campaign([Variant(name: "a", weight: .whole, messages: [.text("旧"), Self.card])])
        var new = old
        #expect(CampaignDifference.lines(from: old, to: new) == [Catalogue.Review.sameContent])
        new.title = "新标题"
        new.variants[0].messages[0] = .text("新")
        new.variants.append(Variant(name: "b", weight: .zero, messages: [Self.card]))
        let lines = CampaignDifference.lines(from: old, to: new).map(\.zh)
        #expect(lines == ["标题：t → 新标题", "版本 a：", "- 「旧」", "+ 「新」", "新增版本 b", "+ [applet_card t1 → p ]"])
    }
}
