import CampaignModel

/// Triggered campaigns: what a file says, what is wrong with it, and why something that happened led to no message.
extension Catalogue {
    package enum Triggers {
        package static let name = Sentence(zh: "触发", en: "trigger")
        package static let none = Sentence(zh: "–", en: "–")

        // MARK: What a file says

        package static func told(_ trigger: Trigger) -> Sentence {
            let event = self.event(trigger)
            let right = self.right(trigger.right)
            let delay = self.delay(trigger.delay)
            let unless = trigger.unless.map { kind($0) }
            let until = trigger.until.minuteText()
            return Sentence(
                zh: "当\(event.zh)时，\(delay.zh)发送一次（\(right.zh)）"
                    + (unless.isEmpty ? "" : "，除非其间\(unless.map(\.zh).joined(separator: "、"))")
                    + "；\(again(trigger.again).zh)；超过 \(short(trigger.fresh)) 不再发送；到 \(until) 为止。同一会话十分钟内自动发满 3 条或一天满 10 条就停下，等人工回复或 24 小时",
                en: "When somebody \(event.en), one contact \(delay.en) (\(right.en))"
                    + (unless.isEmpty ? "" : ", unless meanwhile: \(unless.map(\.en).joined(separator: ", "))")
                    + "; \(again(trigger.again).en); not sent when more than \(short(trigger.fresh)) late; until \(until). After 3 automatic contacts of a conversation in ten minutes, or 10 in a day, it is silent until a person writes or 24 hours are over"
            )
        }

        private static func event(_ trigger: Trigger) -> Sentence {
            var sentence = kind(trigger.on)
            if !trigger.keywords.isEmpty {
                sentence = Sentence(
                    zh: sentence.zh + "（含“\(trigger.keywords.joined(separator: "”“"))”）",
                    en: sentence.en + " (with “\(trigger.keywords.joined(separator: "”, “"))”)")
            }
            if !trigger.enteredFrom.isEmpty {
                let places = trigger.enteredFrom.joined(separator: ", ")
                sentence = Sentence(zh: sentence.zh + "（来自 \(places)）", en: sentence.en + " (from \(places))")
            }
            guard let isFirst = trigger.isFirst else { return sentence }
            return isFirst
                ? Sentence(zh: "第一次" + sentence.zh, en: sentence.en + " for the first time")
                : Sentence(zh: "再次" + sentence.zh, en: sentence.en + " again")
        }

        package static func kind(_ kind: EventKind) -> Sentence {
            switch kind {
            case .entered: Sentence(zh: "进入会话", en: "enters the conversation")
            case .clicked: Sentence(zh: "点击卡片", en: "clicks a card")
            case .replied: Sentence(zh: "发来消息", en: "writes")
            case .consulted: Sentence(zh: "咨询", en: "asks for advice")
            case .ordered: Sentence(zh: "下单", en: "orders")
            case .reported: Sentence(zh: "举报", en: "reports the account")
            case .optedOut: Sentence(zh: "退订", en: "opts out")
            case .answered: Sentence(zh: "人工已回复", en: "is answered by a person")
            case .authorized: Sentence(zh: "授权私信", en: "authorises the account")
            case .withdrew: Sentence(zh: "取消授权", en: "withdraws the authorisation")
            case .bound: Sentence(zh: "绑定账号", en: "binds the account")
            case .unbound: Sentence(zh: "解绑账号", en: "unbinds the account")
            }
        }

        private static func right(_ right: Trigger.Right) -> Sentence {
            switch right {
            case .enter: Sentence(zh: "用进入会话后 30 秒内的发送权", en: "by the right of an entrance, 30 seconds")
            case .reply: Sentence(zh: "用对方来消息后 24 小时内的回复权", en: "by the right to reply, 24 hours")
            case .proactive: Sentence(zh: "用每天一次的主动私信", en: "as the day's proactive message")
            }
        }

        private static func delay(_ delay: Trigger.Delay) -> Sentence {
            switch delay {
            case .after(.zero): Sentence(zh: "马上", en: "at once")
            case .after(let span): Sentence(zh: "\(short(span)) 后", en: "\(short(span)) later")
            case .days(let days, let minute):
                Sentence(zh: "\(days) 天后 \(clock(minute)) ", en: "\(days) d later at \(clock(minute))")
            }
        }

        private static func again(_ again: Trigger.Again) -> Sentence {
            switch again {
            case .never: Sentence(zh: "每人只发一次", en: "once a person")
            case .every: Sentence(zh: "每次都发", en: "every time")
            case .after(let span): Sentence(zh: "同一人 \(short(span)) 内不再发", en: "not again within \(short(span))")
            }
        }

        private static func clock(_ minute: Int) -> String {
            "\(Moment.padded(minute / 60, to: 2)):\(Moment.padded(minute % 60, to: 2))"
        }

        /// `30m`, `2h`, as files write it.
        private static func short(_ span: Duration) -> String {
            let seconds = span.wholeMilliseconds / 1000
            for (unit, length) in [("d", Int64(86_400)), ("h", 3600), ("m", 60)]
            where seconds > 0 && seconds % length == 0 {
                return "\(seconds / length)\(unit)"
            }
            return "\(seconds)s"
        }

        // MARK: What is wrong with a file

        package static let untilAlone = Sentence(
            zh: "“until”写在最外层只用于 trigger；普通活动用 schedule 里的 until 或 valid_until。",
            en: "An outer “until” belongs to a trigger; a scheduled campaign has `until` or `valid_until` in its schedule.")
        package static func notBeside(_ key: String) -> Sentence {
            Sentence(
                zh: "有 trigger 的活动不能再写“\(key)”：发给谁、什么时候发由发生的事决定。",
                en: "A campaign with a trigger has no “\(key)”: what happens says whom and when.")
        }
        package static let notToGroups = Sentence(
            zh: "trigger 只能用于私信，不能发到群里。", en: "A trigger sends private messages; it cannot write to groups.")
        package static let notSupported = Sentence(
            zh: "“share”还不支持：账号每天的额度目前不能为触发活动预留。请删掉这一行。",
            en: "“share” is not supported yet: no part of the account's day can be kept for a triggered campaign. Remove the line.")
        package static func rightNotGiven(_ right: String, on: String) -> Sentence {
            Sentence(
                zh: "“on: \(on)”得不到“right: \(right)”：enter 要有 entered，reply 要有 replied。",
                en: "“on: \(on)” does not give “right: \(right)”: enter comes with entered, reply with replied.")
        }
        package static func notWith(_ key: String, on: String) -> Sentence {
            Sentence(
                zh: "“\(key)”不能和“on: \(on)”一起用。", en: "“\(key)” means nothing with “on: \(on)”.")
        }
        package static func emptyKeyword(_ word: String) -> Sentence {
            Sentence(
                zh: "关键词“\(word)”里没有字，永远不会出现。",
                en: "The keyword “\(word)” has no letter in it and would never be found.")
        }
        package static func idleKeyword(_ word: String) -> Sentence {
            Sentence(
                zh: "关键词“\(word)”本身就是退订的话，退订永远优先：写这个词的人不会收到任何回答。请删掉它。",
                en: "The keyword “\(word)” is an opt-out by itself, and an opt-out always wins: whoever writes it is never answered. Remove it.")
        }
        package static func twiceKeyword(_ word: String, _ first: String) -> Sentence {
            Sentence(
                zh: "关键词“\(word)”和“\(first)”是同一个词（全角、大小写、空格不算），留一个就够。",
                en: "The keywords “\(word)” and “\(first)” are the same word (width, case and blanks aside); one will do.")
        }
        package static func unknownScene(_ word: String) -> Sentence {
            Sentence(
                zh: "entered_from 不能是“\(word)”：平台只说得出 ad（广告）、video（视频）或场景编号。",
                en: "entered_from cannot be “\(word)”: the platform tells ad, video, or a scene's number.")
        }
        package static func badDelay(_ value: String) -> Sentence {
            Sentence(
                zh: "after 不能是“\(value)”：应写成 0s、30m、2h 或 1d at 20:00（08:00–21:59）。",
                en: "after cannot be “\(value)”: write 0s, 30m, 2h or 1d at 20:00 (08:00–21:59).")
        }
        package static func delayBeyondRight(_ right: String) -> Sentence {
            Sentence(
                zh: right == "enter" ? "进入会话的发送权只有 30 秒，after 只能是 0s。" : "回复权只有 24 小时，after 要短于 23h，也不能写几点。",
                en: right == "enter"
                    ? "The right of an entrance lasts 30 seconds: after can only be 0s."
                    : "The right to reply lasts 24 hours: after must be under 23h and names no time of day.")
        }
        package static let everyNeedsReply = Sentence(
            zh: "“again: every”只能用于 right: reply。", en: "“again: every” goes with right: reply only.")
        package static func badAgain(_ value: String) -> Sentence {
            Sentence(
                zh: "again 不能是“\(value)”：应写成 never、every 或 after 7d。",
                en: "again cannot be “\(value)”: write never, every or after 7d.")
        }
        package static func freshBeyondRight(_ right: String, most: String) -> Sentence {
            Sentence(
                zh: "fresh 超过了 \(right) 发送权的期限：最多 \(most)。",
                en: "fresh is beyond the right “\(right)”: at most \(most).")
        }
        package static func fieldNeedsDefault(_ name: String) -> Sentence {
            Sentence(
                zh: "字段“\(name)”要有默认值：触发的活动没有名单，所有人都会缺少它。",
                en: "The field “\(name)” needs a default: a triggered campaign has no list, and everybody would lack it.")
        }
        package static func oneMessage(_ variant: String) -> Sentence {
            Sentence(
                zh: "版本“\(variant)”：enter 和 reply 一次只能发一条消息。",
                en: "Variant “\(variant)”: an answer by enter or reply holds one message.")
        }
        package static let cycle = Sentence(
            zh: "这个活动会自己触发自己：它在授权后发送，而消息又请人授权。",
            en: "This campaign would be its own cause: it sends on an authorisation, and its message asks for one.")
        package static let noTest = Sentence(
            zh: "回答类的触发活动不能试发：没有人进入会话或来消息，平台就不允许发。用 right: proactive 的可以。",
            en: "An answer cannot be test-sent: without somebody who enters or writes the platform lets nothing through. With right: proactive it can.")
        package static let finding = Sentence(
            zh: "由发生的事触发，批准的人数没有上限", en: "is sent whenever it happens: the approval has no limit of people")
        package static func noWhatIf(_ run: String) -> Sentence {
            Sentence(
                zh: "\(run) 由发生的事触发，没有名单可以推算。",
                en: "\(run) waits for something to happen: there is no list to try other times with.")
        }
        package static let rehearsal = Sentence(zh: "上周的事会怎样", en: "What it would have made of last week")
        package static let laterThanNow = Sentence(zh: "还没到时间", en: "not due yet")

        package static func rehearsed(occasions: Int, sent: Int, others: [String], isAtMost: Bool) -> Sentence {
            guard occasions > 0 else {
                return Sentence(
                    zh: "最近 7 天没有这样的事发生过。", en: "Nothing of the kind has happened in the last seven days.")
            }
            let zh = others.isEmpty ? "" : "；不会发：" + others.joined(separator: "、")
            let en = others.isEmpty ? "" : "; not sent: " + others.joined(separator: ", ")
            return Sentence(
                zh: "最近 7 天发生 \(occasions) 次，\(isAtMost ? "最多" : "")会发 \(sent) 次\(zh)。"
                    + (isAtMost ? "（消息原文不保存，关键词和来源按都符合计算。）" : ""),
                en: "\(occasions) times in the last seven days: it would have sent \(isAtMost ? "at most " : "")\(sent)\(en)."
                    + (isAtMost ? " (Texts are not kept: every word and place that it asks for was taken as met.)" : "")
            )
        }
        package static let occasions = Sentence(zh: "触发次数", en: "occasions")

        // MARK: Why there was no message

        static let reasons: [Reason: Sentence] = [
            .stale: Sentence(zh: "轮到时已经太晚，不再发送", en: "Too old when its turn came; never sent"),
            .rightOver: Sentence(
                zh: "平台给的发送时限已过，或事件没有说明消息编号",
                en: "The platform's time to answer was over, or the event named no message"),
            .rightUsedUp: Sentence(
                zh: "这次进入或来消息可以回的条数已用完", en: "What this entrance or message lets us send is used up"),
            .loopGuard: Sentence(
                zh: "短时间内自动回得太多，先停下，等人工回复或 24 小时",
                en: "Too many automatic contacts; silent until a person writes or 24 hours are over"),
            .sameTextAgain: Sentence(
                zh: "对方连续发来同样的内容，不再自动回", en: "The same text came several times running; not answered again"),
            .personHasTakenOver: Sentence(zh: "人工已接手，30 分钟内不自动发", en: "A person has taken over; silent for 30 minutes"),
            .unlessHappened: Sentence(
                zh: "其间发生了活动写明不再发送的事", en: "What the file names under `unless` happened meanwhile"),
            .againNotBefore: Sentence(zh: "此人已收到过，还没到可以再发的时候", en: "Had it already, and may not have it again yet"),
            .occasionWaits: Sentence(zh: "还没到发送的时刻，或正在排队", en: "Its moment has not come, or it is in line"),
        ]

        // MARK: explain --event

        package static func event(_ kind: EventKind, at: String, id: String) -> Sentence {
            let word = self.kind(kind)
            return Sentence(zh: "事件 \(id)：\(at) \(word.zh)", en: "Event \(id): \(at) \(word.en)")
        }
        package static let noEvent = Sentence(
            zh: "没有找到此人的这个事件。事件编号可以是平台的消息编号、列表里的编号，或 last（最近一个）。",
            en: "No such event of this person. An event is named by the platform's message id, its number, or last.")
        package static let runOrEvent = Sentence(
            zh: "要写 --run（哪一场）或 --event（哪个事件）。", en: "Name a run with --run or an event with --event.")
        package static let nobodyListens = Sentence(
            zh: "没有活动把它当作时机：当时没有已批准的触发活动在等它，或它的话里没有关键词，或另一个活动更长的关键词回了它，或同一件事已经算过。",
            en: "No campaign took it as an occasion: none that was approved at the time listens, none's words are in it, another one's longer word answered it, or the same had counted before.")
        package static func occasion(_ run: String, _ what: Sentence) -> Sentence {
            Sentence(zh: "\(run)：\(what.zh)", en: "\(run): \(what.en)")
        }
        package static func sent(_ at: String, _ outcome: Sentence) -> Sentence {
            Sentence(zh: "\(at) 发出，\(outcome.zh)", en: "started \(at), \(outcome.en)")
        }
        package static func skipped(_ at: String, due: String, _ reason: Sentence) -> Sentence {
            Sentence(
                zh: "没有发送：\(reason.zh)（应在 \(due)，轮到时是 \(at)）",
                en: "not sent: \(reason.en) (due \(due), looked at \(at))")
        }
        package static func waits(until: String, _ reason: Sentence) -> Sentence {
            Sentence(zh: "等到 \(until)：\(reason.zh)", en: "waits until \(until): \(reason.en)")
        }
        /// - Parameter end: why it will not be sent any more when it could.
        package static func tooLate(_ why: Sentence, _ end: Sentence, at: String) -> Sentence {
            Sentence(
                zh: "现在不能发：\(why.zh)；到 \(at) 时将被跳过：\(end.zh)。",
                en: "Cannot be sent now: \(why.en); at \(at) it will be left out: \(end.en).")
        }
        package static let heldOut = Sentence(zh: "在对照组，特意不发", en: "held out on purpose")
    }
}

extension Catalogue.FileKeys {
    package static let trigger = Sentence(
        zh: "发生某事时发送，代替 audience 和 schedule。", en: "Send when something happens, in place of audience and schedule.")
    package static let triggerUntil = Sentence(
        zh: "trigger 监听到这一天（含）或这一刻为止。", en: "The last day, inclusive, or the moment until which a trigger listens.")
    package static let triggerOn = Sentence(
        zh: "什么事：authorized 授权、entered 进入会话、replied 来消息、clicked 点击、consulted 咨询、ordered 下单。",
        en: "What happens: authorized, entered, replied, clicked, consulted or ordered.")
    package static let triggerKeywords = Sentence(
        zh: "replied 时：消息里有其中一个词；不分全半角、大小写；几个活动都符合时最长的词得胜。",
        en: "With replied: one of these stands in the message, whatever its width and case; of several campaigns the longest word wins.")
    package static let triggerWhere = Sentence(zh: "还要满足的条件。", en: "What must hold besides.")
    package static let triggerRight = Sentence(
        zh: "用哪种发送权：enter（进入后 30 秒）、reply（来消息后 24 小时）、proactive（每天一次的主动私信）。",
        en: "Which right is spent: enter (30 s), reply (24 h) or proactive (once a day).")
    package static let triggerAfter = Sentence(
        zh: "事发多久以后：0s、30m，或 1d at 20:00。", en: "How long after the event: 0s, 30m, or 1d at 20:00.")
    package static let triggerUnless = Sentence(
        zh: "其间发生了这些事就不发（answered 是人工回复）。", en: "Not sent when one of these happened since (answered: by a person).")
    package static let triggerAgain = Sentence(
        zh: "同一个人能否再发：never、after 7d，every 只用于 reply。",
        en: "Whether the same person gets it again: never, after 7d, or every (reply only).")
    package static let triggerFresh = Sentence(
        zh: "轮到时晚了这么久就不再发。", en: "Not sent when its turn comes later than this.")
    package static let triggerEnteredFrom = Sentence(
        zh: "从哪里进入：ad 广告、video 视频，或平台的场景编号。",
        en: "Where an entrance comes from: ad, video, or the platform's number of the scene.")
    package static let triggerFirstTime = Sentence(
        zh: "true：此人第一次；false：不是第一次。", en: "true: the person's first one; false: not the first.")
}
