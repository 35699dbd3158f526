import CampaignModel
import Testing

@testable import CampaignFiles

/// Word by word, in lists of the test's own: one that is lost from the shipped ones is a campaign that passes unread.
@Suite("Each shipped word is found, each innocent one is not, and what looks like a link is judged letter by letter")
struct ReviewWordTests {
    private static func words(_ text: String) -> [String] {
        text.split(whereSeparator: { $0 == "|" || $0 == "\n" }).map(String.init)
    }
    private func hits(_ text: String) -> [SensitiveWords.Hit] { SensitiveWords.shipped.hits(in: text) }

    private static let block = words(
        """
        赌博|博彩|赌球|六合彩|时时彩|百家乐|网络赌场|澳门赌场|毒品|冰毒|海洛因|迷药|迷魂药|枪支弹药|仿真枪
        管制刀具|代开发票|假发票|办假证|假文凭|代办学历|裸聊|色情|成人视频|约炮|援交|一夜情|高利贷|裸贷|套现
        刷单返利|刷单兼职|杀猪盘|传销|洗钱|跑分
        赌搏|赌bo|高刂贷|高利贝代|贝者博
        """)
    private static let review = words(
        """
        国家级|最高级|最佳|第一品牌|全网最低|全国第一|销量第一|史上最低|绝无仅有|独一无二|百分百有效|100%有效
        永久有效|零风险|无风险|稳赚|保本|保收益|国家认证|驰名商标|根治|包治|治愈|特效药|抗癌|无副作用|速效减肥
        丰胸|壮阳|贷款|免息|返现|返利|提现|中奖|彩票|内部价|清仓甩卖|加微信|加薇信|加威信|加徽信|微信号|薇信号
        加v|加微|vx|v信|扣扣号|加扣扣|wechat|weixin|加qq|扫码加群|私下交易|支付宝转账|最后一天|错过不再
        再不买就没了|guaranteed|risk free|no risk
        加我微信|加一下微信|加下微信|加个微信|加老板微信|加客服微信|加店主微信|加你微信|加您微信|微信同号|wx同号|vx同号|v同号|wei xin|w3ixin|vvx|威信号
        徽信号|扫码进群|加q群|加qq群|qq号|qq群|0风险|〇风险|最后1天|独1无2|全网蕞低|蕞低价|百分之百有效|百分之百收益|n0 risk|guar anteed|贷kuan|dubo
        """)
    private static let innocent = words(
        """
        宣传销售|宣传销量|特色情|角色情|出色情|景色情|本色情|夜色情|洗钱包|全套现货|套现场|全套现|重返现|返现场
        往返利|提现在|保本店|保本地|保本公司|保本次|保本品|手机跑分|跑分测|跑分数|预约炮|特约炮|现代开发票
        借贷款式|中奖学金|中奖状|加微笑|加微波|加微距|加微量|加微甜|加微辣|加微型|加微醺|加微风|加微课|加微调
        更加微|愈加微|略加微|一夜情人|毒品牌|色情绪|六合彩虹|仿真枪手|治愈系|治愈心|加v领|权威信号
        """)

    @Test("a blocked word refuses, wherever it stands", arguments: block)
    func blocked(word: String) {
        #expect(hits("好，\(word)，好").contains { $0.word == word && $0.list == .block && $0.found == word })
    }

    @Test("a word that a second person looks at asks for one", arguments: review)
    func reviewed(word: String) {
        #expect(hits("好，\(word)，好").contains { $0.word == word && $0.list == .review && $0.found == word })
    }

    @Test("an ordinary word that holds one of them is left alone", arguments: innocent)
    func innocents(word: String) {
        #expect(hits("好，\(word)，好") == [])
    }

    @Test("the lists hold nothing else")
    func counts() {
        #expect(Set(ShippedWords.block) == Set(Self.block) && Set(ShippedWords.review) == Set(Self.review))
        #expect(Set(ShippedWords.innocent) == Set(Self.innocent))
    }

    // MARK: - Links, letter by letter

    @Test(
        "a scheme is two letters and more before its colon, a name has something before and behind its dot",
        arguments: [
            ("ab://x", true), ("看ab://x", true), ("a://x", false), ("看a://x", false), ("a看://x", false),
            ("://x", false),
            ("ab:/x", false), ("ab:x", false), ("ab: / /x", true), (".com/x", false), ("看.com/x", true),
            ("evil.", false),
            (".", false), (".中国", false), ("店.中国", true), ("找@www.evil 见", true), ("1.2.3.4", false),
            ("1.2.3.4/", true),
            ("1.2.3.4:8", true), ("1.2.3.4:x", false), ("1.2.3.4567/x", false), ("1.2.3/x", false),
            ("1.2.3.4.5/x", true),
            ("evil.top:8", true), ("evil.top", true), ("evil.it", false), ("evil.it:", false), ("evil.it:8", true),
            ("evil.it/", true), ("9.9.vip", false), ("a9.9.vip", false), ("9.a9.vip", true), ("9.9.com", true),
            ("Hello.World", false),
            ("evil.Top", false), ("evil.TOP", true), ("APP。top", false), ("app。top", true), ("app。vip", false),
            ("99。top", false), ("店。中国", false), ("www.x", true), ("ww.x", false), ("evil.dot", true),
            ("a dotcom", false), ("a dot com", true), ("a点com", true), ("点com", false), ("a。。com", false),
        ])
    func links(text: String, isLink: Bool) {
        #expect((OutsideLink.first(in: text) != nil) == isLink, "\(OutsideLink.first(in: text) ?? "nothing")")
    }

    // MARK: - Phones

    @Test(
        "a Chinese mobile number is eleven digits that begin with 13 to 19, with 86 in front or without",
        arguments: [
            ("13800000000", true), ("12800000000", false), ("19900000000", true), ("23800000000", false),
            ("1380000000", false), ("138000000000", false), ("8613800000000", true), ("+8613800000000", true),
            ("+13800000000", true), ("8713800000000", false), ("861380000000", false), ("1380000000x", false),
            ("8612800000000", false), ("_0001380000", false), ("", false),
        ])
    func phones(id: String, isPhone: Bool) {
        var review = ContentReview(
            ContentReviewTests.campaign([
                Variant(name: "a", weight: .whole, messages: [ContentReviewTests.card])
            ]), words: .none, context: RenderContext(appID: "x"))
        ContentReviewTests.look(&review, id, [:])
        ContentReviewTests.look(&review, "_000", [:])
        let found = review.result(twoPeopleFrom: 100).findings.filter { $0.code == .phoneNumbers }
        #expect(found.map(\.count) == (isPhone ? [1] : []))
        #expect(found.allSatisfy { $0.weight == .secondPerson })
    }

    @Test("a list of nothing but numbers is refused")
    func onlyPhones() {
        var review = ContentReview(
            ContentReviewTests.campaign([
                Variant(name: "a", weight: .whole, messages: [ContentReviewTests.card])
            ]), words: .none, context: RenderContext(appID: "x"))
        ContentReviewTests.look(&review, "13800000000", [:])
        ContentReviewTests.look(&review, "8613900000000", [:])
        let found = review.result(twoPeopleFrom: 100).findings.filter { $0.code == .phoneNumbers }
        #expect(found.map(\.weight) == [.refuses] && found.map(\.count) == [2])
    }

    // MARK: - What is not seen, what is escaped

    @Test(
        "a character that nobody sees is named by four digits and more",
        arguments: [
            ("a\u{7}", "U+0007"), ("a\u{0}b", "U+0000"), ("\u{1F}", "U+001F"), ("\u{7F}", "U+007F"),
            ("\u{9F}", "U+009F"),
            ("\u{200E}", "U+200E"), ("\u{200F}", "U+200F"), ("\u{202A}", "U+202A"), ("\u{202E}", "U+202E"),
            ("\u{2066}", "U+2066"), ("\u{2069}", "U+2069"), ("\u{2028}", "U+2028"), ("\u{2029}", "U+2029"),
            ("\u{FEFF}", "U+FEFF"), ("\t", "U+0009"), ("\r", "U+000D"), (" ", nil), ("~", nil), ("\u{A0}", nil),
            ("\u{200D}", nil), ("\u{2065}", nil), ("\u{206A}", nil), ("\u{202F}", nil), ("\u{2029}\u{7}", "U+2029"),
        ] as [(String, String?)])
    func unseen(text: String, name: String?) {
        #expect(UnseenCharacters.first(in: text, lines: false) == name)
        #expect(UnseenCharacters.first(in: text, lines: true) == name)
        #expect(UnseenCharacters.first(in: "\n" + text, lines: true) == name)
        #expect(UnseenCharacters.first(in: "\n", lines: false) == "U+000A")
    }

    @Test("escapes of JSON are made where JSON needs them, and nowhere else")
    func escapes() {
        #expect(JSONText.escaped("小 b/\u{7F}") == "小 b/\u{7F}")
        #expect(JSONText.escaped("a b\"\\\n\r\t\u{0}\u{8}\u{1F}小") == #"a b\"\\\n\r\t\u0000\u0008\u001f小"#)
        #expect(PercentEscapes.decoded("%E8%B5%8c%2F%2f%zz%4") == "赌//%zz%4")
        #expect(PercentEscapes.decoded("%41%5a%7E%%41%4") == "AZ~%A%4" && PercentEscapes.decoded("a") == "a")
    }
}
