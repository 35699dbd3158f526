import CampaignModel

/// What a forecast says, and how it is set against what happened.
extension Catalogue {
    package enum Forecast {
        package static let title = Sentence(zh: "预测", en: "Forecast")
        package static let comparison = Sentence(zh: "预测与实际", en: "Forecast against actual")
        package static let forecast = Sentence(zh: "预测", en: "forecast")
        package static let actual = Sentence(zh: "实际（次）", en: "actual starts")
        package static let noLedger = Sentence(
            zh: "没有账本：假定所有人都已授权，也没有别的场次。",
            en: "No ledger: everybody is taken to have authorised, and no other run to be there.")
        package static let noPeopleYet = Sentence(zh: "没有可发送的人。", en: "Nobody to write to.")

        /// Before the account's authorised users were read.
        package static func unasked(_ people: Int) -> Sentence {
            Sentence(
                zh: "其中 \(people) 人的授权情况还没有从平台读到：读到之后预测会变，已授权的人会计入发送。",
                en: "The authorisations of \(people) people have not been read from the platform yet: once they are, the forecast changes, and whoever has authorised is counted as written to.")
        }
        package static func sum(audience: Int, holdout: Int, before: Int, sent: Int, left: Int) -> Sentence {
            let (zh, en) = before > 0 ? (" + 此前已处理 \(before)", " + before \(before)") : ("", "")
            return Sentence(
                zh: "受众 \(audience) = 对照 \(holdout)\(zh) + 将发送 \(sent) + 不发送 \(left)",
                en: "audience \(audience) = holdout \(holdout)\(en) + will be sent \(sent) + left out \(left)")
        }
        package static func span(first: String, last: String) -> Sentence {
            Sentence(zh: "第一条 \(first)，最后一条 \(last)", en: "first \(first), last \(last)")
        }
        package static func day(_ day: String, people: Int, messages: Int) -> Sentence {
            Sentence(zh: "\(day)：\(people) 人，\(messages) 条", en: "\(day): \(people) people, \(messages) messages")
        }
        package static func laterDays(_ people: Int, ends: String) -> Sentence {
            Sentence(
                zh: "有 \(people) 人落到第二天或以后，\(ends) 结束。",
                en: "\(people) people fall after the first day; it ends on \(ends).")
        }
        package static func closing(at: String, reason: Sentence, until: String?) -> Sentence {
            Sentence(
                zh: "\(at) 起：\(reason.zh)" + (until.map { "（\($0) 再开）" } ?? "（需要有人处理）"),
                en: "from \(at): \(reason.en)" + (until.map { " (opens \($0))" } ?? " (somebody has to act)"))
        }
        package static func slowed(at: String, perHour: Int) -> Sentence {
            Sentence(
                zh: "\(at) 起放慢到每小时 \(perHour) 条（一小时内发送较多，平稳发送）。",
                en: "From \(at) slowed to \(perHour) messages an hour, because the hour before was busy.")
        }
        /// - Parameters:
        ///   - from: the earliest look that could call a winner; nil: not known.
        ///   - isHeld: without a winner a person decides.
        package static func test(_ people: Int, from: String?, decideBy: String, isHeld: Bool) -> Sentence {
            let early = (zh: from.map { "最早 \($0)，" } ?? "", en: from.map { "at \($0) at the earliest, " } ?? "")
            return isHeld
                ? Sentence(
                    zh: "有 \(people) 人的版本由实验决定：\(early.zh)最晚 \(decideBy)；没有胜者时要有人决定，这里按不发送预测。",
                    en: "\(people) people get the variant that the test decides, \(early.en)at \(decideBy) at the latest. "
                        + "Without a winner a person decides: forecast as left out.")
                : Sentence(
                    zh: "有 \(people) 人的版本由实验决定：\(early.zh)最晚 \(decideBy)；这里按最晚的时间预测。",
                    en: "\(people) people get the variant that the test decides, \(early.en)at \(decideBy) at the latest: "
                        + "forecast from then on.")
        }
        /// A bandit's.
        package static func batches(_ people: Int, decideBy: String) -> Sentence {
            Sentence(
                zh: "有 \(people) 人的版本由实验一批一批决定，最晚 \(decideBy)。",
                en: "\(people) people get the variant that the test decides batch by batch, at \(decideBy) at the latest.")
        }
        package static func latestStart(_ at: String) -> Sentence {
            Sentence(zh: "最晚 \(at) 开始还来得及。", en: "It still fits when it starts at \(at), not later.")
        }
        package static let doesNotFit = Sentence(
            zh: "按现在的安排发不完。", en: "As it stands it does not fit.")
        package static func latestContact(_ at: String) -> Sentence {
            Sentence(
                zh: "最后一次联系最晚在 \(at) 开始（收尾时间减去超时和时钟误差）。",
                en: "The last contact may start at \(at): the closing less time-out and clock doubt.")
        }
        package static func lost(_ people: Int, to run: String) -> Sentence {
            Sentence(
                zh: "有 \(people) 个名额让给了 \(run)。",
                en: people == 1 ? "1 place goes to \(run)." : "\(people) places go to \(run).")
        }
        package static func yielded(_ people: Int, to run: String) -> Sentence {
            Sentence(
                zh: "有 \(people) 人当天的联系归 \(run)。", en: "\(people) people: their contact of the day belongs to \(run)")
        }
        package static func change(_ kind: String, _ value: String) -> Sentence {
            switch kind {
            case "start_earlier":
                Sentence(zh: "最省事的办法：\(value) 或更早开始。", en: "Cheapest change: start at \(value) or earlier.")
            case "widen_window":
                Sentence(zh: "最省事的办法：时段放宽到 window: \(value)。", en: "Cheapest change: widen it to window: \(value).")
            case "extend_validity":
                Sentence(
                    zh: "最省事的办法：valid_until 延长 \(value)。", en: "Cheapest change: let valid_until be \(value) later.")
            case "raise_pace":
                Sentence(
                    zh: "最省事的办法：把账号的速度调到 pace: \(value)。", en: "Cheapest change: raise the account's pace to \(value).")
            case "qualify":
                Sentence(
                    zh: "最省事的办法：登记每天 \(value) 条的资质。",
                    en: "Cheapest change: register a qualification for \(value) messages a day.")
            default:
                Sentence(zh: "最省事的办法：受众不超过 \(value) 人。", en: "Cheapest change: no more than \(value) people.")
            }
        }
        package static func actualTotals(forecast: Int, started: Int) -> Sentence {
            Sentence(
                zh: "批准时预测 \(forecast) 人；已发起 \(started) 次，重试也算在内。",
                en: "\(forecast) people forecast at approval; \(started) starts, retries included.")
        }
    }
}
