import CampaignModel

/// What the pretend platform says to people: its audit.
extension Catalogue {
    package struct SandboxTotals: Sendable {
        let sends: Int
        let accepted: Int
        let partial: Int
        let silent: Int
        let people: Int
        let messages: Int

        package init(sends: Int, accepted: Int, partial: Int, silent: Int, people: Int, messages: Int) {
            (self.sends, self.accepted, self.partial) = (sends, accepted, partial)
            (self.silent, self.people, self.messages) = (silent, people, messages)
        }
    }

    package static func sandboxTotals(_ totals: SandboxTotals) -> Sentence {
        Sentence(
            zh: "沙箱平台共收到 \(totals.sends) 次发送请求：接受 \(totals.accepted)，部分接受 \(totals.partial)，"
                + "已接收但未给出有效回执 \(totals.silent)；触达 \(totals.people) 人，\(totals.messages) 条消息",
            en: "the sandbox saw \(totals.sends) sends: \(totals.accepted) accepted, \(totals.partial) in part, "
                + "\(totals.silent) taken without a valid answer; \(totals.people) people, \(totals.messages) messages")
    }

    package static func sandboxRefused(code: Int, count: Int) -> Sentence {
        Sentence(zh: "拒绝（错误码 \(code)）\(count) 次", en: "refused with \(code): \(count)")
    }

    package static func sandboxDay(_ day: String, account: String, people: Int, messages: Int) -> Sentence {
        Sentence(
            zh: "\(day) 账号 \(account)：\(people) 人，\(messages) 条消息",
            en: "\(day) account \(account): \(people) people, \(messages) messages")
    }

    package static func sandboxBreaches(_ count: Int) -> Sentence {
        Sentence(zh: "违规 \(count) 次", en: "breaches: \(count)")
    }

    private static let conversationBreaches: [String: Sentence] = [
        "right_unknown": Sentence(
            zh: "回复没有对应此人的任何进入或消息", en: "an answer that names no entrance and no message of this person"),
        "right_over": Sentence(
            zh: "超过了进入后 30 秒或来消息后 24 小时", en: "later than 30 seconds after the entrance or a day after the message"),
        "right_used_up": Sentence(
            zh: "超过了这次进入或消息可回的条数", en: "more answers than the entrance or message allows"),
        "answers_itself": Sentence(
            zh: "十分钟内自动回了三条以上，或一天十条以上", en: "more than three automatic messages in ten minutes, or ten in a day"),
        "talked_over": Sentence(
            zh: "人工接手后半小时内仍在自动回复", en: "an automatic message within half an hour after a person wrote"),
    ]

    /// - Parameter kind: a `SandboxBreach.Kind` by its stable name; the sandbox's own words, not the gate's reasons.
    package static func sandboxBreach(_ kind: String, account: String, recipient: String, arrival: String) -> Sentence {
        let rule: Sentence =
            switch kind {
            case "quiet_hours":
                Sentence(zh: "在 22:00–08:00 静默时段内到达", en: "arrived in the quiet hours 22:00–08:00")
            case "second_contact":
                Sentence(zh: "同一账号当天第二次联系该用户", en: "second contact of this person by this account in one day")
            case "second_contact_in_app":
                Sentence(
                    zh: "同一应用的另一账号当天已联系过该用户",
                    en: "another account of the app had contacted this person on this day")
            case "users_cap":
                Sentence(zh: "超过账号每日可触达用户数", en: "one person more than the account may contact in a day")
            case "messages_cap":
                Sentence(zh: "超过账号每日可发消息条数", en: "more messages than the account may send in a day")
            case "not_authorised":
                Sentence(zh: "该用户未授权此账号", en: "this person has not authorised this account")
            case "duplicate":
                Sentence(zh: "与已接收的请求完全相同", en: "the very request that had been taken before")
            case "image_without_mutual_follow":
                Sentence(zh: "向非互关用户发送图片", en: "an image for somebody who is no mutual follower")
            case "group_unknown":
                Sentence(zh: "账号不在这个群里", en: "the account is in no such group")
            case "group_too_large":
                Sentence(zh: "群人数超过这类群的上限", en: "the group has more members than its kind may have")
            case "group_admins_only":
                Sentence(zh: "群里只有管理员可以发言", en: "only admins may write in this group")
            case "content_shape":
                Sentence(
                    zh: "内容不符合要求（1–3 条且至少一张卡片）",
                    en: "not 1–3 messages of the allowed kinds with a card among them")
            case "hourly_pace":
                Sentence(zh: "个人号一小时内发送过快", en: "a personal account at full speed beyond what an hour bears")
            case "deaf_to_refusal":
                Sentence(
                    zh: "平台已告知账号冻结或封禁后仍在发送",
                    en: "still sent well after the platform said that the account is frozen or banned")
            case "prompt_exposure":
                Sentence(
                    zh: "同一天向同一人展示授权卡片超过三次", en: "an authorisation card shown more than three times in a day")
            case "credit_score":
                Sentence(zh: "小程序信用分过低时发送", en: "sent for an app whose credit score is too low")
            default:
                conversationBreaches[kind] ?? Sentence(zh: kind, en: kind)
            }
        return Sentence(
            zh: "\(arrival) 账号 \(account) → 用户 \(recipient)：\(rule.zh)",
            en: "\(arrival) account \(account) to \(recipient): \(rule.en)")
    }
}
