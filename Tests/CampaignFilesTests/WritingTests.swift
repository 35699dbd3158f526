import CampaignModel
import Foundation
import Testing
import Words

@testable import CampaignFiles

@Suite("What was written is what was meant")
struct WritingTests {
    private func variants(_ message: String, card: String = "{activity: 1, coupon: 2}") -> String {
        "  - name: a\n    messages:\n      - \(message)\n      - applet_coupon: \(card)\n"
    }

    private func read(text: String) -> CampaignReading {
        Fixtures.read(
            Fixtures.campaign(
                head: "fields: {nickname: {default: 朋友}, 昵称: {default: 朋友}}\n",
                variants: variants("text: \"{{nickname}} {{昵称}} \(text)\"")))
    }

    @Test(
        "a hashtag that YAML takes for a comment is told, where people are shown the text",
        arguments: [
            ("text: 今天 #双11 开始", true, false), ("text: 第1名 # 恭喜", false, true), ("text: \"今天 #双11 开始\"", false, false),
            ("text: 今天#双11", false, false), ("text: 你好  #", false, false), ("text: 你好   # 给人看的", false, false),
            ("text: 你好   #双11", true, false),
        ])
    func hashtags(_ text: String, isError: Bool, isWarning: Bool) {
        let variants =
            "  - name: a\n    messages:\n      - \(text)\n      - applet_coupon: {activity: 7301, coupon: 9920}  #券\n"
        let reading = Fixtures.read(Fixtures.campaign(variants: variants))
        #expect(Fixtures.codes(reading) == (isError || isWarning ? ["hash_cuts_text"] : []))
        #expect((reading.campaign == nil) == isError)
    }

    @Test("a comment behind a date, a number or a name is a comment")
    func comments() {
        #expect(Fixtures.codes(Fixtures.read(Fixtures.campaign(schedule: "  start: 2026-11-20 20:00 #晚上\n"))) == [])
        let titled = Fixtures.campaign().replacing("title: 双11 预热", with: "title: 周年庆 #会员日")
        #expect(Fixtures.codes(Fixtures.read(titled)) == ["hash_cuts_text"])
        let card =
            "  - name: a\n    messages:\n      - applet_card:\n          template: t\n          path: p\n          query:\n            city: 杭 #州\n"
        #expect(Fixtures.codes(Fixtures.read(Fixtures.campaign(variants: card))) == ["hash_cuts_text"])
    }

    @Test("a text or a title of which nothing shows is empty")
    func unseenTexts() {
        let text =
            "  - name: a\n    messages:\n      - text: \"\\u200b\"\n      - applet_coupon: {activity: 7301, coupon: 9920}\n"
        #expect(Fixtures.codes(Fixtures.read(Fixtures.campaign(variants: text))).contains("empty_text"))
        let titled = Fixtures.campaign().replacing("title: 双11 预热", with: "title: \"\\u200b\"")
        #expect(Fixtures.codes(Fixtures.read(titled)).contains("empty_text"))
    }

    @Test(
        "what programs and other systems write for a value is told",
        arguments: [
            "$nickname", "#nickname#", "@nickname@", "__nickname__", "⦃nickname⦄", "❴nickname❵", "﹛nickname﹜",
            "︷nickname︸",
            "{\u{200B}nickname}", "%s", "%1$s", "<%= nickname %>",
        ])
    func otherPlaceholders(_ text: String) {
        #expect(Placeholders.first(in: text + "你好", fields: ["nickname"]) != nil)
    }

    @Test(
        "and ordinary texts hold none",
        arguments: ["今天 #双11# 开始", "满100减20%", "价格$99", "a_b__c", "50%discount", "100% satisfied", "@小满 来了", "[笑]"])
    func noPlaceholders(_ text: String) {
        #expect(Placeholders.first(in: text, fields: ["nickname"]) == nil)
    }

    @Test(
        "braces that would be sent as they stand are refused when they name a field, whatever braces they are",
        arguments: [
            "{nickname}", "${nickname}", "{ nickname }", "｛nickname｝", "｛｛nickname｝｝", "{nickname｝", "#{nickname}",
            "％nickname％",
            "%nickname%", "[nickname]", "<nickname>", "【nickname】", "《nickname》", "＜nickname＞", "{昵称}", "【昵称】", "$｛昵称｝",
        ])
    func placeholders(_ text: String) throws {
        let reading = read(text: text)
        #expect(Fixtures.codes(reading) == ["bad_template"], "\(reading.text(in: .en))")
        let hint = try #require(reading.problems[0].hint?.en)
        #expect(hint.contains("{{nickname}}") || hint.contains("{{昵称}}"))
    }

    @Test("and are warned of when they may be meant", arguments: ["{name}", "${user}", "{姓名}", "｛称呼｝"])
    func doubtful(_ text: String) {
        let reading = read(text: text)
        #expect(Fixtures.codes(reading) == ["placeholder"] && reading.campaign != nil)
    }

    @Test(
        "and left alone when they are only braces",
        arguments: ["{1}", "{}", "{ }", "a { b", "【新品】", "<3", "50%~60%", "[图]"])
    func braces(_ text: String) { #expect(read(text: text).problems.isEmpty) }

    @Test(
        "a key that is there holds something",
        arguments: [
            ("title: 双11 预热", "title: \"\""), ("title: 双11 预热", "title: \"  \""),
            ("title: 双11 预热", "title: \"\u{3000}\""),
            ("author: marketing", "author: \"\""), ("coupon: 9920", "coupon: \"\""), ("coupon: 9920", "coupon: \" \""),
            ("activity: 7301", "activity: ''"),
        ])
    func blanks(_ old: String, _ new: String) {
        let reading = Fixtures.read(Fixtures.campaign().replacingOccurrences(of: old, with: new))
        #expect(Fixtures.codes(reading).contains("empty_value"), "\(reading.text(in: .en))")
        #expect(reading.campaign == nil && reading.problems.allSatisfy { $0.hint != nil })
    }

    @Test(
        "control characters are refused wherever a text stands, and a line break where there is one line",
        arguments: [
            ("title: 双11 预热", #"title: "a\u0007b""#), ("title: 双11 预热", #"title: "a\nb""#),
            ("title: 双11 预热", #"title: "a\tb""#),
            ("title: 双11 预热", #"title: "a\u202Eb""#), ("title: 双11 预热", #"title: "a\eb""#),
            ("title: 双11 预热", #"title: "a\0b""#),
            ("coupon: 9920", #"coupon: "99\u200E20""#), ("author: marketing", #"author: "marketing\x7F""#),
            ("campaign: warmup", #"campaign: "warm\u0000up""#),
        ])
    func controls(_ old: String, _ new: String) {
        let reading = Fixtures.read(Fixtures.campaign().replacingOccurrences(of: old, with: new))
        #expect(Fixtures.codes(reading).contains("bad_character"), "\(reading.text(in: .en))")
    }

    @Test("a message may have lines, and no bell")
    func messages() {
        #expect(read(text: #"a\nb"#).problems.isEmpty)
        #expect(read(text: "👨\u{200D}👩\u{FE0F}").problems.isEmpty)
        for sign in [#"\a"#, #"\r"#, #"\u2028"#, #"\u202D"#] {
            #expect(Fixtures.codes(read(text: sign)).contains("bad_character"))
        }
    }

    @Test(
        "signs of a Chinese keyboard where none belong are named",
        arguments: [
            ("where: {orders: \"＞= 2\"}", "bad_condition"), ("where: {orders: \"≥ 2\"}", "bad_condition"),
            ("where: {orders: \"！= 2\"}", "bad_condition"),
            ("where: {city: [杭州，上海]}", "full_width_punctuation"), ("where: {city: 杭州、上海}", "full_width_punctuation"),
            ("exclude: [a.csv，b.csv]", "full_width_punctuation"), ("max: ２０", "wrong_type"),
            ("order: shuffled；", "not_a_choice"),
        ])
    func keyboard(_ line: String, _ code: String) throws {
        let reading = Fixtures.read(Fixtures.campaign(audience: "  files: [vip.csv]\n  \(line)\n"))
        let problem = try #require(reading.problems.first { $0.code == code }, "\(reading.text(in: .en))")
        #expect(problem.hint != nil)
    }

    @Test("an identifier in full-width quotes is none, and a text wholly in them is asked about")
    func quotes() {
        let card = Fixtures.read(
            Fixtures.campaign(
                variants: "  - name: a\n    messages:\n      - applet_card: {template: “card-001”, path: pages/a}\n"))
        #expect(Fixtures.codes(card) == ["full_width_punctuation"] && card.campaign == nil)
        let text = Fixtures.read(Fixtures.campaign(variants: variants("text: “周五好”")))
        #expect(Fixtures.codes(text) == ["full_width_punctuation"] && text.campaign != nil)
        #expect(Fixtures.read(Fixtures.campaign(variants: variants("text: 他说“好”"))).problems.isEmpty)
    }

    @Test("`on` that a tool turned into `true` gets its own hint")
    func on() throws {
        let reading = Fixtures.read(
            Fixtures.campaign(schedule: "  start: 2026-11-20 20:00\n  repeat: weekly\n  true: [fri]\n"))
        #expect(Fixtures.codes(reading) == ["unknown_key"])
        #expect(reading.problems[0].hint == Catalogue.FilesHints.quoteKey("on"))
        let quoted = Fixtures.read(
            Fixtures.campaign(schedule: "  start: 2026-11-20 20:00\n  repeat: weekly\n  \"on\": [fri]\n"))
        #expect(quoted.problems.isEmpty)
    }

    @Test(
        "a zone may go by any of its names, and by no abbreviation",
        arguments: [
            ("Asia/Kolkata", true), ("Asia/Calcutta", true), ("Asia/Chongqing", true), ("Asia/Urumqi", true),
            ("US/Eastern", true),
            ("Europe/Kyiv", true), ("America/Argentina/Buenos_Aires", true), ("UTC", true), ("Asia/Beijing", false),
            ("CST", false),
            ("GMT+8", false), ("UTC+8", false), ("+08:00", false), ("asia/shanghai", false), ("Mars/Olympus", false),
            ("Asia/", false),
        ])
    func zones(_ name: String, _ isKnown: Bool) {
        #expect((Zone(identifier: name) != nil) == isKnown)
    }

    @Test(
        "a span of a namespace ends at 100 % or before",
        arguments: [
            ("100%", true), ("100.00%", true), ("50%", true), ("100.01%", false), ("101%", false), ("0%", false),
        ])
    func namespaces(_ end: String, _ isTaken: Bool) {
        let weights = ["a", "b"].map {
            "  - name: \($0)\n    weight: 50\n    messages: [{applet_coupon: {activity: 1, coupon: 2}}]\n"
        }
        let reading = Fixtures.read(
            Fixtures.campaign(
                variants: weights.joined(),
                tail:
                    "experiment:\n  metric: replied\n  decide_by: 2026-11-20 23:00\n  on_inconclusive: hold\n  namespace: {name: winter, from: 50%, to: \(end)}\n"
            ))
        let isWhole = end == "50%"
        #expect((reading.campaign != nil) == (isTaken && !isWhole), "\(reading.text(in: .en))")
    }

    @Test(
        "without a configuration a file's author and accounts are taken at their word, however its lines end or its names are quoted",
        arguments: ["\n", "\r\n"], ["somebody", "\"somebody\"", "'somebody' # me"])
    func strangers(_ lineEnd: String, _ name: String) throws {
        var context = Fixtures.context
        context.authors = []
        context.accounts = []
        context.isWorldKnown = false
        let text = Fixtures.campaign(account: name, variants: variants("authorization_card: {account: staff-3}"))
            .replacingOccurrences(of: "author: marketing", with: "author: \(name)")
            .replacingOccurrences(of: "\n", with: lineEnd)
        let reading = Fixtures.read(text, context: context)
        #expect(reading.problems.isEmpty, "\(reading.text(in: .en))")
        #expect(reading.campaign?.author == "somebody" && reading.campaign?.account == "somebody")
    }
}

@Suite("What is called a picture is one")
struct ImageContentTests {
    static let png = try! Fixtures.bytes("examples/poster.png")
    static let jpeg: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC0, 0, 4, 1, 2, 0xFF, 0xDA, 0, 4, 1, 2]
        + Array(repeating: 7, count: 50)
        + [0xFF, 0xD9]
    static let webp: [UInt8] =
        Array("RIFF".utf8) + [20, 0, 0, 0] + Array("WEBPVP8 ".utf8) + Array(repeating: 1, count: 12)
    static let bmp: [UInt8] =
        Array("BM".utf8) + [60, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0] + Array(repeating: 0, count: 42)

    private func code(_ bytes: [UInt8]) -> String? { ImageContent.fault(of: bytes, named: "p.png")?.code }

    @Test("the four kinds are taken, also with something after their end")
    func whole() {
        for picture in [Self.png, Self.jpeg, Self.webp, Self.bmp] {
            #expect(code(picture) == nil)
            #expect(code(picture + [0, 0, 0]) == nil)
        }
    }

    @Test("a picture that is cut anywhere is refused")
    func cut() {
        for picture in [Self.png, Self.jpeg, Self.webp, Self.bmp] {
            for length in stride(from: 1, to: picture.count, by: max(1, picture.count / 97)) {
                #expect(code(Array(picture.prefix(length))) != nil, "\(length) of \(picture.count)")
            }
            #expect(code(Array(picture.dropLast())) == "image_cut")
        }
    }

    @Test(
        "what is none is said to be none",
        arguments: [
            ("", "image_empty"), ("hello", "not_an_image"), ("open_id,nickname\na,b\n", "not_an_image"),
            ("GIF89a\u{1}", "not_an_image"),
            ("GIF87a", "not_an_image"), ("<svg xmlns=\"x\"/>", "not_an_image"), ("BM", "not_an_image"),
            ("BMW is a car, and no picture of one", "not_an_image"), ("RIFF", "not_an_image"),
            ("%PDF-1.7", "not_an_image"), ("<!DOCTYPE html>", "not_an_image"),
        ])
    func none(_ text: String, _ expected: String) { #expect(code(Array(text.utf8)) == expected) }

    @Test("a GIF is called one, and too large a picture too large")
    func others() {
        #expect(ImageContent.fault(of: Array("GIF89a".utf8), named: "p.png")?.sentence.en.contains("GIF") == true)
        #expect(code(Array(repeating: 0, count: ImageContent.bytesMax + 1)) == "image_too_large")
    }
}
