import CampaignModel
import Foundation

/// What is said about a test of variants: before it is sent, while it waits, and when it is judged.
extension Catalogue {
    package enum Test {
        package static let title = Sentence(zh: "实验", en: "Test")
        package static let ahead = Sentence(zh: "实验能看出多大的差别", en: "What the test can find")
        package static let none = Sentence(
            zh: "这一场没有实验，或者还没有看过结果。", en: "This run has no test, or nobody has looked at it yet.")
        package static func noAccount(_ name: String) -> Sentence {
            Sentence(zh: "没有叫「\(name)」的账号。", en: "There is no account called \(name).")
        }
        package static let held = Sentence(zh: "实验停下了，等人处理。", en: "The test holds until a person acts.")
        package static func waitsForTest(decideBy: String) -> Sentence {
            Sentence(
                zh: "在等实验结果：先发给一部分人，结果出来后（最晚 \(decideBy)）再决定发哪个版本。",
                en: "Waits for the test: some people are written to first, and what the others get is decided afterwards, by \(decideBy) at the latest.")
        }
        /// - Parameter waiting: people who get nothing before the test is judged.
        package static func beingServed(waiting: Int, minutes: Int, decideBy: String) -> Sentence {
            let isHours = minutes % 60 == 0
            let wait = isHours ? minutes / 60 : minutes
            return Sentence(
                zh: "先发一部分人；发完再等 \(wait) \(isHours ? "小时" : "分钟")看结果，最晚 \(decideBy) 决定。在那之前，其余 \(waiting) 人先不发。",
                en: "Some people are written to first; \(wait) \(isHours ? "h" : "min") after the last of them it is judged, by \(decideBy) at the latest. Until then the other \(waiting) get nothing.")
        }
        package static func banditNeedsVariants(_ least: Int) -> Sentence {
            Sentence(
                zh: "method: bandit 至少要有 \(least) 个版本；版本少的时候用 test。",
                en: "method: bandit needs at least \(least) variants; with fewer, use test.")
        }
        /// - Parameter isOver: the batch that was dealt is the last one.
        package static func explores(_ shares: [(name: String, share: Double)], isOver: Bool) -> Sentence {
            let list = shares.map { "\($0.name) \(Figures.percent($0.share))" }
            let (zh, en) = (list.joined(separator: "、"), list.joined(separator: ", "))
            return isOver
                ? Sentence(zh: "按表现分配：最后一批各版本的比例是 \(zh)。", en: "Sent by what was seen: the last batch got \(en).")
                : Sentence(
                    zh: "按表现分配：下一批各版本的比例是 \(zh)。", en: "Sent by what is seen so far: the next batch gets \(en).")
        }
        package static let nobodyYet = Sentence(zh: "还没有人收到，谈不上谁领先。", en: "Nobody was reached yet, so none leads.")
        package static func unsafeEverywhere(_ leader: String) -> Sentence {
            Sentence(
                zh: "所有版本的退订或举报都超过上限（领先的是「\(leader)」）。",
                en: "More people left or complained than allowed with every variant (\(leader) leads).")
        }
        package static let emptyNamespace = Sentence(
            zh: "namespace 的 to 必须大于 from。", en: "In namespace, to must be greater than from.")
        package static let waitCrossesNight = Sentence(
            zh: "等待时间会进入夜间（22:00–08:00）：即使那时已经决定，其余的人也要到 08:00 以后才收到。",
            en: "The wait runs into the night (22:00–08:00): whatever is decided then, the others get their message from 08:00 on.")
        package static func notInTime(
            people: Int, aDay: Int, served: String?, ready: String?, decideBy: String
        ) -> Sentence {
            Sentence(
                zh: "实验来不及决定：要先发给 \(people) 人，而账号每天最多联系 \(aDay) 人，最早 \(served ?? "一年以后") 发完、\(ready ?? "一年以后") 才能判断，晚于 decide_by（\(decideBy)）。请减小 share、推迟 decide_by，或登记资质。",
                en: "The test cannot be decided in time: \(people) people must be written to first, the account may contact \(aDay) a day, so they are served by \(served ?? "more than a year from now") and judged by \(ready ?? "more than a year from now"), after decide_by (\(decideBy)). Use a smaller share, a later decide_by, or register a qualification.")
        }
        package static func inTime(people: Int, aDay: Int, ready: String) -> Sentence {
            Sentence(
                zh: "先发给 \(people) 人（账号每天最多联系 \(aDay) 人），最早 \(ready) 可以判断。",
                en: "\(people) people are written to first (the account may contact \(aDay) a day); judged at the earliest at \(ready).")
        }
        package static func control(_ name: String) -> Sentence {
            Sentence(zh: "\(name)（基准）", en: "\(name) (control)")
        }
        package static let brokenSplit = Sentence(
            zh: "分组比例不对：各组人数与权重不符，出现这种情况的机会不到千分之一。这次的数字都不能用，请先找出原因。",
            en: "The split is broken: the arms' sizes do not fit their weights, which chance does less than once in a thousand. No figure of this test can be used; find the cause first.")
        package static func fewDelivered(least: Int, needed: Int) -> Sentence {
            Sentence(
                zh: "数据不够：最少的一组只触达 \(least) 人，至少要 \(needed) 人。",
                en: "Not enough data: the smallest arm reached \(least) people, and \(needed) are needed.")
        }
        package static func fewConversions(least: Int, needed: Int) -> Sentence {
            Sentence(
                zh: "数据不够：最少的一组只有 \(least) 个人有反应，至少要 \(needed) 个。",
                en: "Not enough data: the smallest arm has \(least) people who responded, and \(needed) are needed.")
        }
        package static func noClearLeader(_ name: String, best: Double) -> Sentence {
            Sentence(
                zh: "还不能断定：「\(name)」暂时领先（最好的概率 \(chance(best))），但差别可能只是偶然。",
                en: "Not clear: \(name) leads (\(chance(best)) likely to be the best), but chance alone could show this.")
        }
        package static func winner(_ name: String, best: Double) -> Sentence {
            Sentence(
                zh: "「\(name)」胜出（最好的概率 \(chance(best))）。", en: "\(name) wins (\(chance(best)) likely to be the best)."
            )
        }
        package static func vetoed(_ name: String) -> Sentence {
            Sentence(
                zh: "「\(name)」指标最好，但退订或举报超过上限，所以不采用。",
                en: "\(name) is best by the metric, but more people left or complained than allowed, so it is not used."
            )
        }
        /// Beside another finding: these get nobody more, and are never what everybody else gets.
        package static func stopped(_ names: [String]) -> Sentence {
            let zh = names.map { "「\($0)」" }.joined(separator: "、")
            return Sentence(
                zh: "\(zh)的退订或举报超过上限，已经停用。",
                en: "More people left or complained than allowed with \(names.joined(separator: ", ")), so nobody else gets it.")
        }
        package static let armStopped = Sentence(
            zh: "退订或举报超过上限，已停用", en: "stopped: more people left or complained than allowed")
        package static func leads(_ name: String, best: Double) -> Sentence {
            Sentence(
                zh: "「\(name)」暂时领先（最好的概率 \(chance(best))）。",
                en: "\(name) leads so far (\(chance(best)) likely to be the best).")
        }
        package static let looksAgain = Sentence(zh: "稍后再看。", en: "It is looked at again later.")
        package static let holds = Sentence(
            zh: "其余的人先不发送，等人处理：取消这一场，或者放入改好的活动文件。",
            en: "Nobody else is sent to until a person acts: cancel the run, or drop a mended campaign file.")
        package static func sends(_ name: String) -> Sentence {
            Sentence(zh: "其余的人收到「\(name)」。", en: "Everybody else gets \(name).")
        }
        package static func arm(
            _ name: String, isControl: Bool, assigned: Int, delivered: Int, conversions: Int, rate: Double,
            metric: String
        ) -> Sentence {
            let words = metricWords(metric)
            return Sentence(
                zh: "「\(name)」\(isControl ? "（基准）" : "")：分到 \(assigned) 人，触达 \(delivered) 人，\(words.zh) \(conversions) 人（\(Figures.percent(rate))）",
                en: "\(name)\(isControl ? " (control)" : ""): \(assigned) assigned, \(delivered) reached, \(conversions) \(words.en) (\(Figures.percent(rate)))")
        }
        package static func guardrails(optedOut: Int?, reported: Int?) -> Sentence {
            Sentence(
                zh: "退订 \(optedOut.map { "\($0) 人" } ?? "未测量")，举报 \(reported.map { "\($0) 人" } ?? "未测量")",
                en: "opted out: \(optedOut.map(String.init) ?? "not measured"), reported: \(reported.map(String.init) ?? "not measured")")
        }
        package static func belief(best: Double, loss: Double) -> Sentence {
            Sentence(
                zh: "是最好的概率 \(chance(best))；选它预计损失 \(points(loss)) 个百分点",
                en: "\(chance(best)) likely to be the best; choosing it is expected to cost \(points(loss)) points")
        }
        package static func lift(_ lift: Double, from: Double, to: Double, p: Double?) -> Sentence {
            let value = p.map(small) ?? "= –"
            return Sentence(
                zh: "比基准版 \(signed(lift))；差 \(points(from)) 到 \(points(to)) 个百分点（95% 区间），p \(value)",
                en: "\(signed(lift)) against the control; \(points(from)) to \(points(to)) points (95 % interval), p \(value)")
        }
        package static func weighted(_ rate: Double, metric: String) -> Sentence {
            let words = metricWords(metric)
            return Sentence(
                zh: "按每批比例加权的\(words.zh)率 \(Figures.percent(rate))",
                en: "\(words.en), weighted by batch: \(Figures.percent(rate))")
        }
        package static let weightedNote = Sentence(
            zh: "各批的分配比例随结果变化，直接相除会偏向运气好的版本；加权的数按发送前记下的比例折算，只看这个版本有份的批次，没有这种偏差，但波动更大。",
            en: "The shares of each batch follow from the ones before, so a plain rate flatters whoever was lucky early; the weighted one uses the shares noted before each batch was sent, over the batches in which the variant had one, is not biased, and varies more.")
        package static func split(assigned: Double?, delivered: Double?) -> Sentence {
            func word(_ p: Double?) -> String { p.map { String(format: "%.4f", $0) } ?? "–" }
            return Sentence(
                zh: "分组检查：分配 p = \(word(assigned))，触达 p = \(word(delivered))（低于 0.001 就停）",
                en: "Split: p = \(word(assigned)) by assignment, \(word(delivered)) by delivery (below 0.001 stops it)")
        }
        package static func kept(look: Int, at: String, isSound: Bool) -> Sentence {
            Sentence(
                zh: "第 \(look) 次查看，\(at)；\(isSound ? "用保存的数字重算，结果逐字节相同。" : "重算结果与保存的不同！")",
                en: "Look \(look), \(at); \(isSound ? "computed again from what is kept: the same to the byte." : "computed again it comes out DIFFERENT.")")
        }
        package static func size(least: Int, needed: Int) -> Sentence {
            least < needed
                ? Sentence(
                    zh: "最小的一组大约 \(least) 人，不到 \(needed) 人：这次实验判不出胜负，会按 on_inconclusive 处理。",
                    en: "The smallest arm gets about \(least) people, fewer than \(needed): this test cannot find a winner and will end by on_inconclusive.")
                : Sentence(zh: "最小的一组大约 \(least) 人。", en: "The smallest arm gets about \(least) people.")
        }
        package static func power(rate: Double, found: Double, smallest: Double?) -> Sentence {
            let times = Int((found * 100).rounded())
            let least = smallest.map(signed) ?? "–"
            return Sentence(
                zh: "如果基准版有 \(Figures.percent(rate)) 的人有反应：真实提升 +29% 时，100 次里能看出 \(times) 次；八成把握能看出的最小提升是 \(least)。",
                en: "If \(Figures.percent(rate)) of the control respond: a true +29 % is found \(times) times in 100, and the smallest lift found 80 times in 100 is \(least).")
        }

        /// As a heading.
        package static func metricTitle(_ metric: String) -> Sentence {
            let words = metricWords(metric)
            return Sentence(zh: words.zh, en: words.en.prefix(1).uppercased() + words.en.dropFirst())
        }
        package static func metricWords(_ metric: String) -> Sentence {
            switch metric {
            case "opened": Sentence(zh: "打开", en: "opened")
            case "replied": Sentence(zh: "回复", en: "replied")
            case "consulted": Sentence(zh: "咨询", en: "consulted")
            case "ordered": Sentence(zh: "下单", en: "ordered")
            case let other: Sentence(zh: other, en: other)
            }
        }
        /// Never 0 % and never 100 %: a belief is not a fact.
        package static func chance(_ share: Double) -> String {
            if share > 0.999 { return ">99.9%" }
            return share < 0.001 ? "<0.1%" : Figures.percent(share)
        }
        private static func small(_ p: Double) -> String { p < 0.0001 ? "< 0.0001" : String(format: "= %.4f", p) }
        package static func signed(_ share: Double) -> String { String(format: "%+.1f%%", share * 100) }
        package static func points(_ share: Double) -> String { String(format: "%.2f", share * 100) }
    }
}
