import CampaignModel
import Foundation

/// What campaigns did beyond what people would have done anyway.
extension Catalogue {
    package enum Holdout {
        package static let title = Sentence(
            zh: "活动多带来了多少（和不发的人相比）", en: "What the campaign added (against the people held out)")
        package static let houseTitle = Sentence(
            zh: "所有活动多带来了多少（和长期不发的人相比）", en: "What all campaigns added (against the house's holdout)")

        package static func sides(held: Int, pretended: Int, sent: Int) -> Sentence {
            Sentence(
                zh: "留出不发的 \(held) 人里，有 \(pretended) 人按同样的规则本来会收到，从轮到他们的那一刻算起；发了的 \(sent) 人从发送的那一刻算起。两边用同样长的时间比较。",
                en: "Of the \(held) people held out, \(pretended) would have been written to by the same rules. They count from the moment of their turn, the \(sent) who were written to from theirs, for the same length of time.")
        }
        package static func line(
            _ figure: String, sent: (people: Int, of: Int), held: (people: Int, of: Int)
        ) -> Sentence {
            let name = Test.metricTitle(figure)
            return Sentence(
                zh: "\(name.zh)：发的 \(rate(sent))（\(counts(sent))），不发的 \(rate(held))（\(counts(held))）。",
                en: "\(name.en): \(rate(sent)) (\(counts(sent))) with the campaign, \(rate(held)) (\(counts(held))) without.")
        }
        /// - Parameters:
        ///   - low, high: of the difference of the two shares; nil: there is too little to compare.
        ///   - people, acted: what a comparison takes, on each side and on both together.
        package static func difference(low: Double?, high: Double?, people: Int, acted: Int) -> Sentence {
            guard let low, let high else {
                return Sentence(
                    zh: "先不比较：每边至少要有 \(people) 人，两边合计至少 \(acted) 人有反应。",
                    en: " Not compared yet: it takes \(people) people on each side, and \(acted) who acted on both together.")
            }
            let middle = (low + high) / 2
            let span = (thousandth(low), thousandth(high))
            if low <= 0, high >= 0 {
                return Sentence(
                    zh: "每 1000 人相差 \(span.0) 到 \(span.1) 人（95% 区间）：可能没有差别。",
                    en: " Between \(span.0) and \(span.1) people in 1,000 (95 % interval): there may be no difference.")
            }
            let size = thousandth(abs(middle))
            return middle > 0
                ? Sentence(
                    zh: "每发 1000 人大约多 \(size) 人（95% 区间 \(span.0) 到 \(span.1)）。",
                    en: " About \(size) more in every 1,000 people (95 % interval \(span.0) to \(span.1)).")
                : Sentence(
                    zh: "每发 1000 人大约少 \(size) 人（95% 区间 \(span.0) 到 \(span.1)）。",
                    en: " About \(size) fewer in every 1,000 people (95 % interval \(span.0) to \(span.1)).")
        }
        /// - Parameters sent, held: fen a person.
        package static func amounts(sent: Double, held: Double) -> Sentence {
            Sentence(
                zh: "平均每人下单金额：发的 \(yuan(sent))，不发的 \(yuan(held))。",
                en: "Order amount a person: \(yuan(sent)) with the campaign, \(yuan(held)) without.")
        }

        package static func house(held: Int, sent: Int) -> Sentence {
            Sentence(
                zh: "长期不发的人里，有 \(held) 人本来至少会收到一次活动；收到过活动的有 \(sent) 人。从各自的第一次算起，之后下的单都算，不管订单从哪里来。",
                en: "\(held) people of the house's holdout would have heard from a campaign at least once, and \(sent) others did. Each counts from their first time on, with every order after it, whatever led to it.")
        }
        package static let with = Sentence(zh: "发的", en: "Written to")
        package static let without = Sentence(zh: "不发的", en: "Held out")
        package static let nobodyHeld = Sentence(
            zh: "这段时间里没有人因为长期不发而被留出：在配置里设置 holdout.percent，以后的活动就会留出。",
            en: "Nobody was held back by the house's holdout in this time: set holdout.percent in the configuration, and later campaigns will hold people back.")
        package static let noOrders = Sentence(
            zh: "订单没有来源，所以未测量：请导入订单事件。", en: "Orders have no source, so nothing was measured: import order events.")

        private static func rate(_ side: (people: Int, of: Int)) -> String {
            Figures.percent(side.of > 0 ? Double(side.people) / Double(side.of) : 0)
        }
        private static func counts(_ side: (people: Int, of: Int)) -> String { "\(side.people) / \(side.of)" }
        private static func thousandth(_ share: Double) -> String { String(format: "%.0f", share * 1000) }
        private static func yuan(_ fen: Double) -> String { String(format: "¥%.2f", fen / 100) }
    }
}

extension Sentence {
    package static func + (left: Sentence, right: Sentence) -> Sentence {
        Sentence(zh: left.zh + right.zh, en: left.en + right.en)
    }
}
