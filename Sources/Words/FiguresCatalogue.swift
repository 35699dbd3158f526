import CampaignModel
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
        package static let orderRate = Sentence(zh: "下单率", en: "Order rate")
        package static let orderAmount = Sentence(zh: "订单金额", en: "Order amount")
        package static let answerTime = Sentence(zh: "平均回复用户的时间", en: "Mean response time")
        package static let figures = Sentence(zh: "指标", en: "Figures")
        package static let figure = Sentence(zh: "指标", en: "Figure")
        package static let variant = Sentence(zh: "版本", en: "Variant")
        package static let reached = Sentence(zh: "触达", en: "Reached")
        package static let assigned = Sentence(zh: "分到", en: "Assigned")
        package static let best = Sentence(zh: "最好的概率", en: "Likely best")
        package static let against = Sentence(zh: "比基准版", en: "Against control")
        package static let difference = Sentence(zh: "差多少（百分点，95% 区间）", en: "Difference (points, 95 %)")
        package static let day = Sentence(zh: "日期", en: "Day")
        package static let hour = Sentence(zh: "小时", en: "Hour")
        package static let byDay = Sentence(zh: "按天", en: "By day")
        package static let byHour = Sentence(zh: "按小时", en: "By hour")
        package static let usualHours = "20:00–22:00"
        package static let kinds: [Sentence] = [
            Sentence(zh: "打开", en: "opened"), Sentence(zh: "点击", en: "clicked"), Sentence(zh: "回复", en: "replied"),
            Sentence(zh: "咨询", en: "consulted"), Sentence(zh: "下单", en: "ordered"),
            Sentence(zh: "退订", en: "opted out"),
        ]
        package static func bestQuarter(_ clock: String?) -> Sentence {
            clock.map {
                Sentence(
                    zh: "大家最常在 \($0) 前后看消息（前后 15 分钟；一般是 \(usualHours)）。",
                    en: "People look most around \($0) (± 15 minutes; usual: \(usualHours)).")
            }
                ?? Sentence(
                    zh: "数据不够，还看不出大家什么时候看消息（一般是 \(usualHours)）。",
                    en: "Not enough data to say when people look (usual: \(usualHours)).")
        }
        package static func line(_ name: String, isTest: Bool?) -> Sentence {
            switch isTest {
            case true?: Sentence(zh: "「\(name)」实验部分", en: "\(name), in the test")
            case false?: Sentence(zh: "「\(name)」实验之后发的", en: "\(name), sent after the test")
            case nil: Sentence(zh: "「\(name)」", en: name)
            }
        }
        package static let laterNote = Sentence(
            zh: "实验之后发的人收到得晚，反应的时间也短：不要和实验部分直接比较。",
            en: "Whoever was sent to after the test got it later and had less time: do not hold them against the test.")
        package static func overlap(_ one: String, _ other: String, both: Int, either: Int, share: Double?) -> Sentence {
            Sentence(
                zh: "\(one) 与 \(other)：两次都触达 \(both) 人，合计触达 \(either) 人，重合度 \(share.map(percent) ?? "数据不够")。",
                en: "\(one) and \(other): both reached \(both) of the \(either) people that either reached, an overlap of \(share.map(percent) ?? "– (not enough data)").")
        }
        package static func measuredFrom(_ name: String, _ moment: String) -> Sentence {
            Sentence(
                zh: "\(name)：从 \(moment) 起才有来源，之前发生的没有算进去。",
                en: "\(name): a source told of it only from \(moment) on; what happened before is not in it.")
        }
        package static let occurrences = Sentence(zh: "每一次", en: "Each occurrence")
        package static func total(_ count: Int) -> Sentence {
            Sentence(zh: "\(count) 次合计", en: "All \(count) occurrences together")
        }
        package static func nameOne(_ campaign: String, of runs: [String]) -> Sentence {
            let list = runs.suffix(20).joined(separator: "\n  ")
            return Sentence(
                zh: "\(campaign) 有 \(runs.count) 次，请写出是哪一次（最近的在最后）：\n  \(list)",
                en: "\(campaign) has \(runs.count) occurrences: name one of them (the latest stand last):\n  \(list)")
        }
        package static let answerLimit = Sentence(
            zh: "回复时间：每个问题算到之后的第一条人工回复，不管哪一天；超过 30 天的不算回复。",
            en: "Response time: from each question to staff's first answer after it, on whatever day; after 30 days it is none.")
        package static func minutes(_ minutes: Double) -> Sentence {
            let text = String(format: "%.1f", minutes)
            return Sentence(zh: "\(text) 分钟", en: "\(text) min")
        }
        package static func answered(_ answered: Int, of questions: Int) -> Sentence {
            Sentence(zh: "\(questions) 个问题，回答了 \(answered) 个", en: "\(answered) of \(questions) questions answered")
        }
        package static func yuan(_ fen: Int64) -> Sentence {
            let text = String(format: "%.2f", Double(fen) / 100)
            return Sentence(zh: "¥\(text)", en: "¥\(text)")
        }

        package static let value = Sentence(zh: "数值", en: "Value")
        package static let usual = Sentence(zh: "参考范围", en: "Usual range")
        package static let whereEverybodyIs = Sentence(zh: "每个人都在哪里", en: "Where everybody is")
        package static let whenSent = Sentence(zh: "什么时候发的（每 15 分钟）", en: "When it was sent (quarters of an hour)")
        package static let byVariant = Sentence(zh: "各版本", en: "By variant")
        package static let test = Sentence(zh: "实验", en: "The test")
        package static let interval = Sentence(
            zh: "横线是 95% 区间，点是测到的比例。", en: "The bar is the 95 % interval, the dot what was measured.")
        package static let reach = Sentence(
            zh: "打开 = 进入会话、点击卡片或回复；平台不报告已读。触达 = 已送达 + 结果不明。",
            en: "Opened: entered the conversation, clicked the card or replied; the platform reports no reads. Reached: accepted and unknown.")
        package static let whatWasSaid = Sentence(zh: "各版本的内容", en: "What was said")
        package static let asOf = Sentence(zh: "制表", en: "as of")
        package static let printed = Sentence(
            zh: "这个页面不连接网络，可以直接打印。", en: "This page needs no network and prints as it is.")

        package static func percent(_ share: Double) -> String { String(format: "%.1f%%", share * 100) }
    }
}
