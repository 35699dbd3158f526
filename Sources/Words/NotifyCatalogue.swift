import CampaignModel

/// What people are told who never see a shell: one sentence a notice, and the words around them.
extension Catalogue {
    package enum Notify {
        package static func sentence(_ notice: Notice) -> Sentence {
            switch notice.kind {
            case .inReview, .approved, .rejected, .started, .finished, .expired, .pausedByMachine, .willNotFit:
                ofRun(notice)
            case .accountStopped, .accountFrozen, .stoppedAll, .goesOn, .test, .unknownAppeared, .clockInDoubt,
                .diskNearlyFull, .ledgerTrouble, .webhookSilent, .backupOld, .manyOptOuts, .daySummary:
                ofHouse(notice)
            }
        }

        private static func ofRun(_ notice: Notice) -> Sentence {
            let run = notice.run
            func count(_ name: String) -> String { String(notice.figures[name] ?? 0) }
            switch notice.kind {
            case .inReview:
                return Sentence(
                    zh: "\(run) 等待审核：作者 \(notice.person)，名单 \(count("people")) 人。",
                    en: "\(run) waits for review: by \(notice.person), a list of \(count("people")) people.")
            case .approved:
                return Sentence(zh: "\(notice.person) 批准了 \(run)。", en: "\(notice.person) approved \(run).")
            case .rejected:
                let note = notice.note.isEmpty ? Sentence(zh: "", en: "") : quoted(notice.note)
                let isMachine = notice.person == "machine review"
                return Sentence(
                    zh: "\(isMachine ? "系统审核" : notice.person) 拒绝了 \(run)。\(note.zh)",
                    en: "\(isMachine ? "The machine's review" : notice.person) rejected \(run).\(note.en)")
            case .started:
                return Sentence(
                    zh: "\(run) 开始发送，共 \(count("people")) 人。",
                    en: "\(run) has started, \(count("people")) people in all.")
            case .finished:
                return Sentence(zh: "\(run) 已完成：\(sum(notice).zh)。", en: "\(run) is finished: \(sum(notice).en).")
            case .expired:
                return Sentence(
                    zh: "\(run) 已过有效期，还没联系的人不再发送：\(sum(notice).zh)。",
                    en: "\(run) has expired; whoever was not written to is left out. So far: \(sum(notice).en).")
            case .pausedByMachine:
                let reason = why(notice.code)
                return Sentence(
                    zh: "系统暂停了 \(run)：\(reason.zh)。请改文案后再投放，或由操作员恢复。",
                    en: "\(run) was paused by the machine: \(reason.en). Change the text and drop it again, or resume it.")
            case .willNotFit:
                return Sentence(
                    zh: "\(run) 按现在的安排，有 \(count("unserved")) 人来不及发。请看报告里的建议。",
                    en: "As it stands, \(run) has no moment for \(count("unserved")) of its people. Its report says what helps.")
            case .accountStopped, .accountFrozen, .stoppedAll, .goesOn, .test, .unknownAppeared, .clockInDoubt,
                .diskNearlyFull, .ledgerTrouble, .webhookSilent, .backupOld, .manyOptOuts, .daySummary:
                preconditionFailure("it is of no run")
            }
        }

        private static func ofHouse(_ notice: Notice) -> Sentence {
            func count(_ name: String) -> String { String(notice.figures[name] ?? 0) }
            switch notice.kind {
            case .accountStopped:
                let reason = why(notice.code)
                return Sentence(
                    zh: "账号 \(notice.account) 停止发送，要人处理后才会继续：\(reason.zh)。",
                    en: "Account \(notice.account) sends nothing before somebody acts: \(reason.en).")
            case .accountFrozen:
                return Sentence(
                    zh: "账号 \(notice.account) 被冻结，要记录一次申诉后才会继续。",
                    en: "Account \(notice.account) is frozen until somebody records an appeal.")
            case .stoppedAll:
                return Sentence(zh: "\(notice.person) 停止了全部发送。", en: "\(notice.person) stopped all sending.")
            case .goesOn:
                return Sentence(zh: "\(notice.person) 恢复了发送。", en: "\(notice.person) let sending go on.")
            case .unknownAppeared:
                return Sentence(
                    zh: "有 \(count("unknown")) 条发送结果不明，系统不会重发，请人核对：curfew status。",
                    en: "\(count("unknown")) contacts have no known outcome. They are never repeated; somebody has to look.")
            case .clockInDoubt, .diskNearlyFull, .ledgerTrouble, .webhookSilent, .backupOld, .manyOptOuts, .daySummary:
                return ofWatch(notice)
            case .test:
                return Sentence(
                    zh: "这是 \(notice.person) 发的测试通知，收到就说明配置正确。",
                    en: "\(notice.person) tries this target. If you read this, it works.")
            case .inReview, .approved, .rejected, .started, .finished, .expired, .pausedByMachine, .willNotFit:
                preconditionFailure("it is of a run")
            }
        }

        /// What is looked at, not done.
        private static func ofWatch(_ notice: Notice) -> Sentence {
            func count(_ name: String) -> String { String(notice.figures[name] ?? 0) }
            switch notice.kind {
            case .clockInDoubt:
                return Sentence(
                    zh: "本机时钟不可信（\(notice.code)），发送已停住，请检查时间同步。",
                    en: "The machine's clock is in doubt (\(notice.code)); nothing is sent. Look at its synchronisation.")
            case .diskNearlyFull:
                return Sentence(
                    zh: "账本所在的磁盘快满了，只剩 \(count("free_megabytes")) MB；写满后什么都不会发送。",
                    en: "The ledger's disk has \(count("free_megabytes")) MB left. When it is full, nothing is sent.")
            case .ledgerTrouble:
                return Sentence(
                    zh: "账本写不进去，什么都没有发送：请检查磁盘空间和服务日志。",
                    en: "The ledger takes no writes, and nothing is sent: look at the disk's room and the service's log.")
            case .webhookSilent:
                return Sentence(
                    zh: "平台已有 \(count("hours")) 小时没有回调，退订可能收不到：请检查回调地址。",
                    en: "The platform has told nothing for \(count("hours")) hours; opt-outs may be missing. Look at the webhook.")
            case .backupOld:
                return Sentence(
                    zh: "上一次通过检查的备份是 \(count("hours")) 小时以前。",
                    en: "The last backup that was checked is \(count("hours")) hours old.")
            case .manyOptOuts:
                return Sentence(
                    zh: "一小时内有 \(count("opt_outs")) 人退订，请看看正在发的内容。",
                    en: "\(count("opt_outs")) people opted out within an hour. Look at what is being sent.")
            case .daySummary:
                return Sentence(
                    zh: "\(notice.code) 共联系 \(count("people")) 人，发出 \(count("messages")) 条。",
                    en: "On \(notice.code) \(count("people")) people were written to, with \(count("messages")) messages.")
            case .inReview, .approved, .rejected, .started, .finished, .expired, .pausedByMachine, .willNotFit,
                .accountStopped, .accountFrozen, .stoppedAll, .goesOn, .test, .unknownAppeared:
                preconditionFailure("somebody did it")
            }
        }

        private static func sum(_ notice: Notice) -> Sentence {
            func count(_ name: String) -> String { String(notice.figures[name] ?? 0) }
            return Sentence(
                zh: """
                    送达 \(count("accepted"))，被拒 \(count("rejected"))，结果不明 \(count("unknown"))，\
                    跳过 \(count("skipped"))，对照组 \(count("held_out"))
                    """,
                en: """
                    \(count("accepted")) delivered, \(count("rejected")) rejected, \(count("unknown")) unknown, \
                    \(count("skipped")) left out, \(count("held_out")) held out
                    """)
        }

        private static func quoted(_ note: String) -> Sentence { Sentence(zh: "意见：\(note)", en: " Note: \(note)") }

        private static func why(_ code: String) -> Sentence {
            Reason(code: code).map { Catalogue.reason($0) } ?? Sentence(zh: code, en: code)
        }

        /// The first line of every message: robots can be set to want a word.
        package static func heading(count: Int) -> Sentence {
            Sentence(zh: "Curfew · \(count) 条通知", en: "Curfew · \(count) \(count == 1 ? "notice" : "notices")")
        }
        package static let targets = Sentence(zh: "通知", en: "Notices")
        package static let tryNow = Sentence(zh: "发一条试试", en: "Try it")
        package static let rehearsal = Sentence(zh: "演练", en: "rehearsal")
        package static func link(_ address: String) -> Sentence {
            Sentence(zh: "页面：\(address)", en: "Page: \(address)")
        }

        // MARK: - How a target stands

        package static func failing(_ target: String, waiting: Int, why: String) -> Sentence {
            Sentence(
                zh: "通知 \(target) 发不出去，有 \(waiting) 条在等：\(why)。请核对配置后运行 curfew notify test \(target)。",
                en: """
                    Notices to \(target) do not get through, \(waiting) wait: \(why). Look at its configuration, then run: \
                    curfew notify test \(target).
                    """)
        }
        package static func unknownTarget(_ name: String) -> Sentence {
            Sentence(zh: "配置里没有叫 \(name) 的通知对象。", en: "The configuration has no target of notices called \(name).")
        }
        package static let noTargets = Sentence(
            zh: "没有配置通知对象：见 curfew.yaml 的 notify。",
            en: "No targets of notices are configured: see notify in curfew.yaml.")
        package static func told(_ target: String) -> Sentence {
            Sentence(zh: "\(target) 收下了测试通知。", en: "\(target) took the notice.")
        }
        package static func notTold(_ target: String, why: String) -> Sentence {
            Sentence(
                zh: "\(target) 没有收下：\(why)。通知会留着，稍后再试。",
                en: "\(target) did not take it: \(why). It is kept, and tried again later.")
        }
        package static func noWord(_ target: String) -> Sentence {
            Sentence(
                zh: "\(target) 还没有回音，稍后请看 curfew notify list。",
                en: "No word from \(target) yet: see curfew notify list later.")
        }
        package static func line(
            _ target: String, kind: String, waiting: Int, told: String?, failed: String?, why: String
        ) -> Sentence {
            let never = Sentence(zh: "从未", en: "never")
            return Sentence(
                zh: "\(target) · \(kind) · 等待 \(waiting) · 上次成功 \(told ?? never.zh)"
                    + (failed.map { " · 上次失败 \($0)：\(why)" } ?? ""),
                en: "\(target) · \(kind) · \(waiting) waiting · last told \(told ?? never.en)"
                    + (failed.map { " · last failed \($0): \(why)" } ?? ""))
        }

        // MARK: - The configuration

        package static func badAddress(_ target: String, kind: NoticeTargetSettings.Kind) -> Sentence {
            let wanted = kind == .mail ? "smtps://host:465, smtp://host:587" : "https://…"
            return Sentence(
                zh: "notify.targets 的 \(target)：秘密文件里的地址不能用，要写成 \(wanted)。",
                en: "notify.targets, \(target): the address in its secret cannot be used; it must look like \(wanted).")
        }
        package static func mailNeeds(_ target: String) -> Sentence {
            Sentence(
                zh: "notify.targets 的 \(target)：mail 要写 from 和 to；有 user 就要有 secrets。",
                en: "notify.targets, \(target): mail needs from and to, and a user needs secrets.")
        }
        package static func mailAddress(_ target: String, _ address: String) -> Sentence {
            Sentence(
                zh: "notify.targets 的 \(target)：\(address) 不是邮箱地址。",
                en: "notify.targets, \(target): \(address) is no mail address.")
        }
        package static func webhookNeeds(_ target: String) -> Sentence {
            Sentence(
                zh: "notify.targets 的 \(target)：webhook 要有 secrets，用来签名。",
                en: "notify.targets, \(target): a webhook needs secrets to sign with.")
        }
    }

    /// Who is told what happens.
    static let notifyKeys = [
        SettingKey(
            "notify", .block, .structure, zh: "通知：不看命令行的人怎么知道发生了什么",
            en: "Notices: how people hear of what happens who never see a shell"),
        SettingKey("notify.targets", .blocks(countMax: 20), .structure, zh: "通知对象", en: "Who is told"),
        SettingKey(
            "notify.targets[].name", .text(lengthMax: nameLengthMax), .required(example: "ops-room"),
            zh: "名称；curfew notify test 用它", en: "Its name, for curfew notify test"),
        SettingKey(
            "notify.targets[].kind", .oneOf(NoticeTargetSettings.Kind.allCases.map(\.rawValue)),
            .required(example: "feishu"),
            zh: "飞书、钉钉、企业微信群机器人，Standard Webhooks，或邮件",
            en: "A robot of Feishu, DingTalk or WeCom, Standard Webhooks, or mail"),
        SettingKey(
            "notify.targets[].address", .secret, .required(example: "\"credential:ops-room\""),
            zh: "完整地址所在（里面有密钥）；邮件写 smtps://主机:465",
            en: "Where its whole address lies, which holds its key; for mail smtps://host:465"),
        SettingKey(
            "notify.targets[].secrets", .secrets, .optional(example: "[\"credential:ops-room-sign\"]"),
            zh: "签名密钥所在（飞书、钉钉、webhook；webhook 更换期间可写两个）；邮件是密码",
            en: "Where its signing secret lies (feishu, dingtalk, webhook; two of a webhook while one is replaced); mail: the password"),
        SettingKey(
            "notify.targets[].level", .oneOf(NoticeTargetSettings.Level.allCases.map(\.rawValue)), .defaultsTo("all"),
            zh: "all 全部（夜里只发要紧的）；page 只发要紧的",
            en: "all of it (at night only what cannot wait), or only what cannot wait: page"),
        SettingKey(
            "notify.targets[].user", .text(lengthMax: 256), .optional(example: "curfew@example.com"),
            zh: "邮件服务器的用户名", en: "The mail server's user"),
        SettingKey(
            "notify.targets[].from", .text(lengthMax: 256), .optional(example: "curfew@example.com"),
            zh: "发件人", en: "Whom mail is from"),
        SettingKey(
            "notify.targets[].to", .texts(lengthMax: 256, countMax: 20), .optional(example: "[ops@example.com]"),
            zh: "收件人", en: "Whom it is to"),
    ]
}
