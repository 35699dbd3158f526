import CampaignModel
import Ports
import Words

extension Catalogue.Explain {
    /// What the ledger cannot know about another moment than now.
    package static func gap(_ gap: FactGap) -> Sentence {
        switch gap {
        case .future:
            Sentence(
                zh: "这是将来的时间：假定到那时没有别的发送，也没有人改动。",
                en: "This moment lies ahead: nothing else is taken to happen until then.")
        case .notPlannedYet(let until):
            Sentence(
                zh: "那时名单还没有排定（\(until.minuteText()) 才排定），位置和分组是后来的。",
                en:
                    "The people had not been written down yet (that was at \(until.minuteText())); place and variant came later."
            )
        case .lanePeopleBetween(let low, let high):
            Sentence(
                zh: "账号的人数按一刻钟记账：那一刻钟开始时是 \(low)，结束时是 \(high)。",
                en:
                    "The account's count is kept by quarters of an hour: \(low) at the beginning of that one, \(high) at its end."
            )
        case .givenBack(let people):
            Sentence(
                zh: "那一天有 \(people) 个名额后来退回，退回的时刻没有记在计数里。",
                en: "\(people) places of that day were given back later; the count does not keep at which moment.")
        case .consentBefore(let moment):
            Sentence(
                zh: "平台在 \(moment.minuteText()) 之前对授权的答复没有保留，这里用的是后来的答复。",
                en:
                    "What the platform said about the consent before \(moment.minuteText()) is not kept; this is its later word."
            )
        case .waitingThen:
            Sentence(
                zh: "那时此人可能在等待；当时等的是什么没有保留。", en: "The person may have been waiting then; what for is not kept.")
        case .minuteOfLane:
            Sentence(
                zh: "账号的用量按分钟计：同一分钟里在此人之后发出的也算在上面的数里，当时的数更小。",
                en:
                    "The account's use is kept by the minute: what left after this person within the same minute is in the figures above, which were smaller then."
            )
        case .settingsOfToday:
            Sentence(
                zh: "上限、时区和资质按今天的设置判断。", en: "Limits, zone and documents are judged as they are set today.")
        }
    }
}
