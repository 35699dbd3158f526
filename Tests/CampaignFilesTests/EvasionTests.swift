import CampaignModel
import Foundation
import Testing

@testable import CampaignFiles

/// What people do to a word or a link so that a machine passes it over and a reader does not.
@Suite("The review reads what a reader reads")
struct EvasionTests {
    static let words = SensitiveWords.shipped

    private static func between(_ word: String, _ sign: String) -> String {
        word.map(String.init).joined(separator: sign)
    }

    /// The name of a trick, and how it is done.
    static let tricks: [(name: String, by: @Sendable (String) -> String)] = [
        ("plain", { $0 }), ("blanks", { between($0, " ") }), ("wide blanks", { between($0, "　　　　　　　　　　　") }),
        ("zero width", { between($0, "\u{200B}\u{200D}\u{2060}") }), ("a Hangul filler", { between($0, "\u{3164}") }),
        ("half-width filler", { between($0, "\u{FFA0}\u{115F}\u{1160}") }),
        ("a blank of Braille", { between($0, "\u{2800}") }),
        ("selectors", { between($0, "\u{FE0F}\u{E0101}") }), ("accents", { between($0, "\u{0301}\u{0336}\u{20DD}") }),
        ("a row of dashes", { between($0, "---------------------") }), ("dots", { between($0, "……。。。…") }),
        ("stars and strokes", { between($0, "*-_~|/+") }), ("emoji", { between($0, "😀👍🏽") }),
        ("the other direction", { "\u{202D}" + between($0, "\u{202C}\u{202D}") }), ("lines", { between($0, "\n") }),
        ("soft hyphens", { between($0, "\u{AD}") }), ("tags", { between($0, "\u{E0041}\u{E007F}") }),
        ("long marks", { between($0, "ー") }), ("brackets", { $0.map { "【\($0)】" }.joined() }),
    ]

    static let chinese = ["赌博", "六合彩", "办假证", "高利贷", "裸聊", "加微信", "史上最低"]

    @Test("a Chinese word is found through every trick", arguments: chinese, tricks.map(\.name))
    func chineseWords(_ word: String, _ name: String) throws {
        let trick = try #require(Self.tricks.first { $0.name == name })
        let text = "朋友们," + trick.by(word) + "。"
        #expect(Self.words.hits(in: text).map(\.word).contains(word), "\(text)")
    }

    @Test(
        "and in other characters: traditional, variant, compatible, look-alike",
        arguments: [
            ("賭博", "赌博"), ("博彩平臺", "博彩"), ("槍支彈藥", "枪支弹药"), ("傳銷", "传销"), ("洗錢", "洗钱"), ("高利貸", "高利贷"), ("裸貸", "裸贷"),
            ("代開發票", "代开发票"), ("辦假證", "办假证"),
            ("毒品", "毒品"), ("色情視頻", "色情"), ("刷單返利", "刷单返利"), ("殺豬盤", "杀猪盘"), ("貸款", "贷款"), ("彩票", "彩票"),
            ("內部價", "内部价"), ("史上最低價", "史上最低"), ("國家級", "国家级"), ("第一品牌", "第一品牌"), ("穩賺", "稳赚"), ("無風險", "无风险"),
            ("百分百有效", "百分百有效"), ("加薇信", "加薇信"), ("➕微信", "加微信"), ("⼊⼝裸聊", "裸聊"), ("澳門賭場", "澳门赌场"), ("治癒", "治愈"),
            ("抗癌", "抗癌"),
            ("支付寶轉賬", "支付宝转账"),
        ])
    func otherCharacters(_ text: String, _ word: String) {
        let found = Self.words.hits(in: "来," + text + "吧").map(\.word)
        #expect(found.contains(word), "\(text): \(found)")
    }

    @Test(
        "a Latin word is found in whatever letters it is written",
        arguments: [
            "WECHAT", "WeChat", "ｗｅｃｈａｔ", "ＷＥＣＨＡＴ", "ⓦⓔⓒⓗⓐⓣ", "Ⓦⓔⓒⓗⓐⓣ", "𝐰𝐞𝐜𝐡𝐚𝐭", "𝓌ℯ𝒸𝒽𝒶𝓉", "𝚠𝚎𝚌𝚑𝚊𝚝", "𝔴𝔢𝔠𝔥𝔞𝔱",
            "wесhаt", "ѡесһат", "ᴡᴇᴄʜᴀᴛ", "ωεchατ", "wéçhât", "w̶e̶c̶h̶a̶t̶", "w.e.c.h.a.t", "w e c h a t", "w-e-c-h-a-t",
            "we\u{200B}chat", "we\u{AD}chat", "we\u{3164}chat", "we-chat", "we.chat", "we_chat", "🅦🅔🅒🅗🅐🅣", "🆆🅴🅲🅷🅰🆃",
            "🇼🇪🇨🇭🇦🇹", "⒲⒠⒞⒣⒜⒯", "ʷᵉᶜʰᵃᵗ", "ẉẹcḥạṭ", "wⅇchat", "ꮃеⲥhat",
        ])
    func latinWords(_ text: String) {
        #expect(Self.words.hits(in: "加 \(text) 吧").map(\.word).contains("wechat"), "\(text)")
    }

    @Test(
        "letters between the characters of a word ask for a person, whatever list it is of",
        arguments: [("赌x博", "赌博"), ("加v微x信", "加微信"), ("传VI销", "传销"), ("裸a聊b群", "裸聊"), ("贷ab款", "贷款")])
    func hidden(_ text: String, _ word: String) {
        #expect(Self.words.hits(in: text).contains { $0.word == word && $0.list == .review })
    }

    static let links = [
        "http://evil.top", "https://evil.top/x", "HTTPS://EVIL.TOP/X", "evil.top/x", "evil.top", "EVIL.TOP",
        "www.evil.top", "www.evil",
        "taobao://item?id=1", "tbopen://m.taobao.com", "weixin://dl/chat", "alipays://platformapi",
        "snssdk1128://user/1",
        "ftp://evil.io", "hxxp://evil.io", "http:／／evil.top", "ｈｔｔｐ：／／evil.top", "ｈｔｔｐｓ：／／ｅｖｉｌ．ｃｏｍ／ｘ", "evil。com",
        "evil。top/x", "evil．top", "evil｡cn", "evil․com", "evil . com", "evil .com", "evil[.]com", "evil(.)com",
        "evil（.）com",
        "evil 点 com", "evil点com", "evil(dot)com", "evil[dot]com", "evil dot com", "e\u{200B}vil.t\u{200B}op",
        "еvil.тop", "ⓔⓥⓘⓛ.ⓒⓞⓜ",
        "𝐞𝐯𝐢𝐥.𝐜𝐨𝐦", "evil.com:8080", "evil.co", "t.cn/abc", "dwz.cn/x", "163.com", "1.2.3.4/x", "1.2.3.4:80",
        "m.evil.shop", "evil.xn--fiqs8s",
        "evil.中国", "evil.中國", "商城.网店", "evil.vip", "evil.app", "evil.live/1", "a-b.club", "evil.it/x", "evil.me/u",
        "me@evil.com",
        "http:\\\\evil.top", "http : // evil.top", "//evil.top/x", "evil.top?u=1", "evil.top,", "evil.top.",
        "看evil.top吧", "点evil.top/x领券",
        "evil.top\u{FE0F}", "ev\u{AD}il.top", "evil.t\u{3164}op",
    ]

    @Test("a link is found with a scheme or without, in whatever signs", arguments: links)
    func link(_ text: String) {
        #expect(OutsideLink.first(in: "今天 \(text) 见") != nil || OutsideLink.first(in: text) != nil, "\(text)")
    }

    @Test(
        "in a card's path and parameters too, escaped once or twice",
        arguments: [
            "pages/web?url=https://evil.top", "pages/web?url=https%3A%2F%2Fevil.top%2Fx",
            "pages/web?url=https%253A%252F%252Fevil.top",
            "evil.top%2Fx", "taobao%3A%2F%2Fitem", "%65vil.top/x", "100%&u=http%3A//evil.top",
        ])
    func parameters(_ text: String) {
        #expect(OutsideLink.first(inParameter: text) != nil)
        for (path, query) in [(text, "a"), ("pages/index", text)] {
            let variant = Variant(
                name: "a", weight: .whole,
                messages: [.appletCard(template: "t", path: path, query: [QueryItem(name: "u", value: query)])])
            #expect(review(variant).findings.contains { $0.code == .externalLink && $0.weight == .secondPerson })
        }
    }

    private func review(_ variant: Variant) -> MachineReview {
        var review = ContentReview(
            ContentReviewTests.campaign([variant]), words: Self.words, context: RenderContext(appID: "x"))
        ContentReviewTests.look(&review, "u1", [:])
        return review.result(twoPeopleFrom: 100)
    }

    @Test(
        "what is parted over messages, or stands in what a card shows, is read as one",
        arguments: [
            (["赌", "博"], "pages/a", "x", true), (["来赌", "博吧"], "pages/a", "x", true), (["来玩赌"], "pages/a", "博", false),
            ([], "pages/赌博", "x", true), ([], "pages/%E8%B5%8C%E5%8D%9A", "x", true), ([], "p", "赌博", true),
            ([], "p", "%E8%B5%8C%E5%8D%9A", true), ([], "p", "賭\u{3164}博", true), (["周五好"], "pages/sale", "a", false),
        ])
    func joined(_ texts: [String], _ path: String, _ query: String, _ isRefused: Bool) {
        let card = MessageTemplate.appletCard(
            template: "t", path: path, query: [QueryItem(name: "q", value: query)])
        let variant = Variant(name: "a", weight: .whole, messages: texts.map(MessageTemplate.text) + [card])
        #expect(review(variant).isRefused == isRefused)
    }

    @Test("a link that goes on in the next message is one; two sentences that meet are none")
    func across() {
        #expect(OutsideLink.across(["请看 evil", ".top/x"]) != nil)
        #expect(OutsideLink.across(["http:", "//evil"]) != nil)
        #expect(OutsideLink.across(["See you soon.", "Top offers"]) == nil)
        #expect(OutsideLink.across(["see you soon.", "top offers"]) == nil)
        #expect(OutsideLink.across(["evil.top/x"]) == nil)
    }
}
