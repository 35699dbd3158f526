import Foundation

/// Names of the figures, as reports and pages show them.
extension Catalogue {
    package enum Figures {
        package static let openRate = Sentence(zh: "打开率", en: "Open rate")
        package static let replyRate = Sentence(zh: "回复率", en: "Reply rate")
        package static let clickRate = Sentence(zh: "卡片点击率", en: "Card click rate")
        package static let clickToConsult = Sentence(zh: "点击→咨询 流失", en: "Lost from click to consultation")
        package static let consultToOrder = Sentence(zh: "咨询→下单 流失", en: "Lost from consultation to order")
        package static let optedOut = Sentence(zh: "退订", en: "Opted out")
        package static let reported = Sentence(zh: "举报", en: "Reported")
        package static let notMeasured = Sentence(zh: "未测量", en: "not measured")
        package static let nobody = Sentence(zh: "数据不够", en: "not enough data")
        package static let figure = Sentence(zh: "指标", en: "Figure")
        package static let value = Sentence(zh: "数值", en: "Value")
        package static let usual = Sentence(zh: "参考范围", en: "Usual range")
        package static let everybody = Sentence(zh: "全部", en: "Everybody")
        package static let whereEverybodyIs = Sentence(zh: "每个人都在哪里", en: "Where everybody is")
        package static let whenSent = Sentence(zh: "什么时候发的（每 15 分钟）", en: "When it was sent (quarters of an hour)")
        package static let byVariant = Sentence(zh: "各版本", en: "By variant")
        package static let test = Sentence(zh: "实验", en: "The test")
        package static let interval = Sentence(
            zh: "横线是 95% 区间，点是测到的比例。", en: "The bar is the 95 % interval, the dot what was measured.")
        package static let reach = Sentence(
            zh: "打开 = 进入会话、点击卡片或回复；平台不报告已读。触达 = 已送达 + 结果未知。",
            en:
                "Opened: entered the conversation, clicked the card or replied; the platform reports no reads. Reached: accepted and unknown."
        )
        package static let printed = Sentence(
            zh: "这个页面不连接网络，可以直接打印。", en: "This page needs no network and prints as it is.")

        package static func percent(_ share: Double) -> String { String(format: "%.1f%%", share * 100) }
    }
}
