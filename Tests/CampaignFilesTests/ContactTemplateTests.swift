import CampaignModel
import Mustache
import Testing

@testable import CampaignFiles

@Suite("A variant becomes messages for one person")
struct ContactTemplateTests {
    private let context = RenderContext(
        appID: "tt01", mediaIDs: ["abc": "media-1"], accounts: ["helpdesk": .init(appID: "tt02", openID: "_000help")])

    private func template(_ messages: [MessageTemplate], _ fields: [Field] = []) throws -> ContactTemplate {
        try ContactTemplate(
            variant: Variant(name: "a", weight: .whole, messages: messages), fields: fields, context: context)
    }

    @Test("All five kinds of message")
    func kinds() throws {
        let template = try template(
            [
                .text("{{ nickname }},你好"), .image(file: "p.png", digest: "abc"),
                .appletCard(
                    template: "card-001", path: "pages/a",
                    query: [QueryItem(name: "z", value: "1"), QueryItem(name: "city", value: "{{城市}}")]),
                .appletCoupon(activity: "7301", coupon: "9920"), .authorizationCard(account: "helpdesk"),
            ], [Field(name: "nickname"), Field(name: "城市")])
        #expect(template.fieldNames == ["nickname", "城市"])
        let rendering = template.render { ["nickname": "小满", "城市": "杭\"州\\"][$0] }
        #expect(
            rendering
                == .messages([
                    .text("小满,你好"), .image(mediaID: "media-1"),
                    .appletCard(
                        templateID: "card-001", appID: "tt01", path: "pages/a",
                        query: "{\"city\":\"杭\\\"州\\\\\",\"z\":\"1\"}"),
                    .appletCoupon(activityID: "7301", couponMetaID: "9920"),
                    .authorizationCard(appID: "tt01", ownerAppID: "tt02", ownerOpenID: "_000help"),
                ]))
    }

    @Test("A card without parameters has an empty object")
    func noQuery() throws {
        let rendering = try template([.appletCard(template: "c", path: "p", query: [])]).render { _ in nil }
        #expect(rendering == .messages([.appletCard(templateID: "c", appID: "tt01", path: "p", query: "{}")]))
    }

    @Test("A person without a value gets the default, or is named as lacking the field")
    func defaults() throws {
        let withDefault = try template([.text("{{n}}!")], [Field(name: "n", defaultValue: "朋友")])
        #expect(withDefault.render { _ in nil } == .messages([.text("朋友!")]))
        #expect(withDefault.render { _ in "" } == .messages([.text("朋友!")]))
        let without = try template([.text("{{n}}!")], [Field(name: "n")])
        #expect(without.render { _ in "" } == .missing(field: "n"))
    }

    @Test("What programs write where there is no value is none, and names that only look so are names")
    func noValues() throws {
        let template = try template([.text("{{n}}!")], [Field(name: "n", defaultValue: "朋友")])
        for word in [
            "NULL", "null", "(null)", "<null>", "None", "nan", "NaN", "undefined", "N/A", "n/a", "[object Object]", "-",
            "--",
            "—", "/", "??", "????",
        ] {
            #expect(template.render { _ in word } == .messages([.text("朋友!")]), "\(word)")
        }
        for name in ["无", "Nan Nan", "nana", "?", "？？", "Null先生", "-小满-", "NA", "none of your business"] {
            #expect(template.render { _ in name } == .messages([.text(name + "!")]), "\(name)")
        }
    }

    @Test("A value is never read as a template, and nothing is escaped for a browser")
    func values() throws {
        let template = try template(
            [.text("{{n}} & <b>")], [Field(name: "n"), Field(name: "secret", defaultValue: "x")])
        #expect(template.render { _ in "{{secret}}" } == .messages([.text("{{secret}} & <b>")]))
    }

    @Test("A text that fields made too long is not sent")
    func tooLong() throws {
        let template = try template([.text("{{n}}")], [Field(name: "n")])
        #expect(template.render { _ in String(repeating: "长", count: 1000) } != .tooLong(index: 0))
        #expect(template.render { _ in String(repeating: "长", count: 1001) } == .tooLong(index: 0))
    }

    @Test("What cannot be rendered for anybody is said before the first person")
    func faults() {
        #expect(throws: ContactTemplate.Fault.imageNotUploaded(file: "p.png")) {
            try template([.image(file: "p.png", digest: "other")])
        }
        #expect(throws: ContactTemplate.Fault.imageNotUploaded(file: "p.png")) {
            try template([.image(file: "p.png", digest: nil)])
        }
        #expect(throws: ContactTemplate.Fault.accountUnknown(name: "x")) {
            try template([.authorizationCard(account: "x")])
        }
        #expect(throws: ContactTemplate.Fault.fieldUnknown(name: "n")) { try template([.text("{{n}}")]) }
        #expect(throws: ContactTemplate.Fault.templateNotReadable(tag: "{{#n}}")) { try template([.text("{{#n}}")]) }
    }

    @Test(
        "Joining pieces gives what Mustache gives",
        arguments: [
            "{{n}}", "a{{n}}b{{m}}", " {{n}} ", "{{ n }}\n{{m}}\n", "双11 {{n}}!", "x } y { z {{n}}", "\n{{n}}\n\n",
            "{n} {{n}}",
            "{{n}}{{n}}", "plain", "a\r\n{{n}}\r\nb",
        ])
    func mustache(_ text: String) throws {
        let rendering = try template([.text(text)], [Field(name: "n"), Field(name: "m")]).render {
            $0 == "n" ? "<小满>" : "&"
        }
        // The pragma's own line is no part of the text.
        let expected = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}\n" + text).render(["n": "<小满>", "m": "&"])
        #expect(rendering == .messages([.text(expected)]))
    }
}
