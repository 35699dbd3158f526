import CampaignModel
import Testing

@testable import CampaignFiles

/// The other half of a search: what it must leave alone. A false alarm costs a second person, or refuses a campaign.
@Suite("Ordinary texts pass the review")
struct OrdinaryTextTests {
    static let texts = [
        "周五好,这周的优惠券到了。", "双11 预热开始了,会员专享价已为你保留。", "老顾客提前购:今天下单,双11 当天发货。", "杭州门店的冬季新品上架了。",
        "全场满300减40,满500减80,今晚8点开始。", "您的包裹预计明天下午送达,请保持电话畅通。", "本周六上午10:00,西湖店有新品试吃。",
        "新款羽绒服 5 折起,尺码齐全。", "会员日双倍积分,1.5倍起。", "买2送1,仅限门店。", "咖啡第二杯半价,9.9元起。", "尺寸:1.2m x 0.8m。",
        "早8点到晚10点营业。", "上午 9.30 开门。", "版本 2.1.3 已更新。", "联系人:王先生 13800000000。", "宣传销售一体的团队。", "特色情人节礼物到店。",
        "现代简约风,全套现货。", "预约炮制中药的老师傅。", "这款手机跑分测试第几?", "保本店正品,假一赔十。", "加VIP群享会员价。", "全新 VIP 会员日。",
        "本店TV.4K系列新品。", "A/B 两款任选。", "买A.送B.", "请按 1.2.3. 的顺序操作。", "Hello.Welcome to our store.",
        "Sale.Top picks for you.",
        "See you at 8 p.m. today.", "e.g. coats, i.e. warm ones.", "Open 9 a.m. to 10 p.m.", "Vitamin D. Top quality.",
        "No.1 choice? Ask us.",
        "U.S. sizes available.", "Ph.D. level tutoring.", "Thanks.It was great.", "The sale is on.It ends Sunday.",
        "See README.md for rules.",
        "Price 3.99 to 5.99.", "Ratio 16:9, and/or 4:3.", "Visit us: 2/F, 88 Nanjing Road.", "Time: 20:00-22:00.",
        "50/50 chance.", "24/7 open.",
        "下载抖音APP。更多优惠等你。", "关注我们的APP。top榜单每周更新。", "在App Store.搜索我们。", "优惠截至12.31。", "11.20-11.25 全店包邮。",
        "满200.减20.", "使用时间:2026.11.20。", "地址:文一西路1.5公里处。", "客服在线时间 9:00~21:00。", "亲爱的朋友,您有3张券未使用。",
        "感谢支持,祝您生活愉快!", "下单备注“双11”。", "🎉新品🎉 上新啦!", "【通知】门店搬迁至湖滨银泰。", "库存紧张,先到先得。", "新人礼包已到账,7天内有效。",
        "生日快乐!送你一份小礼物。", "您关注的主播今晚8点直播。", "春节放假安排:1.28-2.4。", "快递已发出,单号 SF1234567890。", "问卷只需2分钟。",
        "试用装免费领,每人限1份。", "天冷了,记得添衣。", "雨天路滑,注意安全。", "周末亲子活动报名中。", "停车场在B2层。", "请带身份证入场。",
        "您的积分将于12月31日过期。", "课程回放已上传,可在小程序查看。", "维修师傅明天10点上门。", "点击下方卡片查看详情。", "回复TD退订。", "退订回T。",
        "更加微妙的口感。", "加微辣还是不辣?", "加微笑就打折。", "点单请点.菜单在桌上。", "重返现场,再看一遍演出。", "提现在线下门店办理?请致电。",
        "奖学金名单已公布,中奖学金的同学请领取。", "Wi-Fi 已升级。", "KN95 口罩到货。", "T恤 S/M/L/XL 均有。", "5G 手机新品。", "尺码 3XL. 颜色黑。",
        "赌城的博物馆展览。", "加油,微信小程序同步更新。",
    ]

    @Test("no link is seen where none is", arguments: texts)
    func links(_ text: String) { #expect(OutsideLink.first(in: text) == nil) }

    @Test("no word is seen where none is", arguments: texts)
    func words(_ text: String) {
        #expect(SensitiveWords.shipped.hits(in: text).map(\.word) == [])
    }
}
