import CampaignModel

extension Catalogue {
    package enum Recall {
        package static let title = Sentence(zh: "撤回", en: "Recall")
        /// By `RecallState.code`; a code of another version stands as it is.
        package static func state(_ code: String) -> Sentence {
            guard let state = RecallState.allCases.first(where: { $0.code == code }) else {
                return Sentence(zh: code, en: code)
            }
            return switch state {
            case .asked: Sentence(zh: "已请平台撤回，等待答复", en: "asked for, not answered yet")
            case .recalled: Sentence(zh: "已撤回", en: "taken back")
            case .refused: Sentence(zh: "平台拒绝撤回", en: "the platform refused to take it back")
            case .unknown: Sentence(zh: "撤回结果不明", en: "whether it was taken back is unknown")
            case .withoutID: Sentence(zh: "没有消息编号，无法撤回", en: "it has no id and cannot be taken back")
            }
        }
        package static func counts(_ counts: RecallCounts) -> Sentence {
            Sentence(
                zh: "已撤回 \(counts.recalled)，平台拒绝 \(counts.refused)，结果不明 \(counts.unknown)，"
                    + "没有消息编号 \(counts.withoutID)，等待答复 \(counts.asked)。名额不退回。",
                en: "taken back \(counts.recalled), refused by the platform \(counts.refused), unknown "
                    + "\(counts.unknown), without an id \(counts.withoutID), not answered yet \(counts.asked). "
                    + "No quota returns.")
        }
        package static func asked(_ messages: Int) -> Sentence {
            Sentence(
                zh: "已记录：正在请平台撤回 \(messages) 条消息，结果见报告。没发完的部分已暂停。",
                en: "Recorded: the platform is asked to take back \(messages) messages; the report tells what became of them. What was not sent is paused.")
        }
        package static let nothing = Sentence(
            zh: "这一场没有可以撤回的消息：没有已送达的，或都已撤回。什么都没有改变；要停下没发的，用 pause 或 cancel。",
            en: "Nothing of this run can be taken back: nothing was delivered, or all of it is taken back already. Nothing was changed; what is not sent is held by pause and ended by cancel.")
    }
}
