import CampaignModel
import Testing

@testable import CampaignFiles

@Suite("Ways around the review that a reader would not miss")
struct AwayTests {
    @Test(
        "whoever asks people to leave, with somebody between or a number behind, is looked at by a second person",
        arguments: [
            "加我微信", "加一下微信", "加下微信", "加個微信", "加老板微信", "加客服微信", "微信同号", "wx同号", "v同号", "微信：abc123", "微信 abc12345",
            "wx abc12345",
            "QQ 12345678", "QQ号", "wei xin", "w3ixin", "vvx", "威信号", "扫码进群", "加Q群", "赌1博", "0风险", "〇风险", "最后1天", "最后①天",
            "独1无2", "全网蕞低",
            "百分之百有效", "n0 risk", "guar anteed", "贷kuan", "dubo",
        ])
    func away(_ text: String) {
        #expect(!SensitiveWords.shipped.hits(in: "好，" + text + "，好").isEmpty)
    }

    @Test(
        "a blocked word behind markup or in look-alike characters is blocked",
        arguments: ["赌<br>博", "赌&nbsp;博", "赌<b></b>博", "髙利贷", "赌愽", "赌搏", "高刂贷", "高利贝代", "贝者博", "赌bo"])
    func blocked(_ text: String) {
        #expect(SensitiveWords.shipped.hits(in: "好，" + text + "，好").contains { $0.list == .block })
    }

    @Test(
        "ordinary texts that come near stay alone",
        arguments: [
            "一夜情人节", "防病毒品牌", "色情绪板", "六合彩虹糖", "仿真枪手办", "治愈系插画", "治愈心情的下午茶", "加V领毛衣", "微信小程序同步更新", "微信支付满100减5",
            "QQ音乐会员",
            "1 < 2 > 0", "A&B;", "第3天 5 折", "权威信号", "wx2 型号", "400-123-4567", "订单 20261120138000011",
            "满 138 减 20，11 月 11 日", "12800001111",
        ])
    func ordinary(_ text: String) {
        #expect(SensitiveWords.shipped.hits(in: text).map(\.word) == [])
    }

    @Test(
        "a link letter by letter, with other dots, a script's or a shop's password is a link",
        arguments: [
            ("e x a m p l e . c o m", true), ("h t t p : / / a . c o m", true), ("example·com", true),
            ("example•com", true), ("example‧com", true), ("javascript:alert(1)", true), ("data:text/html,x", true),
            ("￥abc123XYZ￥", true), ("$abCD1234$", true), ("复制 ￥AbCdEfGh12￥ 打开", true),
            ("Hello·World", false), ("约翰·史密斯", false), ("￥100￥", false), ("￥12345678￥", false), ("A B C D E F", false),
            ("data: text", false), ("x y z 1 2 3 4", false), ("买 A 送 B，a b c", false),
        ])
    func links(_ text: String, _ isLink: Bool) {
        #expect((OutsideLink.first(in: text) != nil) == isLink, "\(OutsideLink.first(in: text) ?? "none")")
    }
}
