import CampaignModel

/// What `curfew audit` says.
extension Catalogue {
    package enum Audit {
        package static let empty = Sentence(zh: "审计记录还是空的。", en: "The audit is empty.")
        package static func whole(rows: Int64, head: String) -> Sentence {
            Sentence(
                zh: "审计链完整：\(rows) 条。链头 \(head)\n把链头抄到别处，以后用 --head 核对，就能发现事后的改动。",
                en: """
                    The audit is whole: \(rows) rows. Head \(head)
                    Note the head elsewhere; with --head a later change is found.
                    """)
        }
        package static func broken(_ seq: Int64) -> Sentence {
            Sentence(
                zh: "审计链从第 \(seq) 条开始断裂：这一条或它之前的某一条被改动、删除或插入过。之前的各条仍可信。请保留账本文件，查清谁能写它。",
                en: """
                    The audit is broken from row \(seq) on: a row was changed, removed or put in. The rows before it are \
                    as they were written. Keep the ledger's file and find out who could write to it.
                    """)
        }
        package static func notTheNoted(noted: String, found: String) -> Sentence {
            Sentence(
                zh: "审计链自身完整，但不是记下的那一条：应为 \(noted)，现在是 \(found)。末尾有记录被删除，或者整条链被重写。",
                en: """
                    The audit is whole in itself but not the one that was noted: \(noted) was noted, \(found) is here. \
                    Rows at its end are missing, or all of it was written anew.
                    """)
        }
        package static let tooOld = Sentence(
            zh: "这个账本来自没有审计链的旧版本。用新版本启动一次 curfew serve，审计链就会建立。",
            en: "This ledger is of a version without the chain. Start `curfew serve` of this version once; it builds it.")
        package static let when = Sentence(zh: "时间", en: "when")
        package static let who = Sentence(zh: "谁", en: "who")
        package static let act = Sentence(zh: "做了什么", en: "act")
        package static let subject = Sentence(zh: "对象", en: "subject")
        package static let detail = Sentence(zh: "细节", en: "detail")
        private static let acts = [
            "accept a ledger in doubt": "接受存疑的账本", "admit": "收下", "allow": "加入允许名单", "appeal": "申诉",
            "approve": "批准", "audience import": "导入人群", "ban": "封禁", "bind": "绑定", "cancel": "取消", "credit": "信用分",
            "deny": "不再发送", "disallow": "移出允许名单", "disqualify": "撤销资质", "drop": "投放文件", "erase": "删除",
            "erase again": "再次删除", "export": "导出", "freeze": "冻结", "go": "恢复发送", "hold": "暂停账号",
            "log-in": "登录", "machine-review": "机器审核通过", "machine-review refused": "机器审核未通过", "pause": "暂停",
            "qualify": "登记资质", "recall": "撤回", "reject": "驳回", "release": "账号恢复", "rename": "改名",
            "report": "举报", "resolve": "确认结果", "resolve accepted": "确认：已送达", "resolve not-sent": "确认：未发出",
            "resume": "恢复", "stop": "全部停止", "stop-all": "全部停止", "strategy disabled": "停用入口策略",
            "strategy enabled": "启用入口策略", "strategy removed": "删除入口策略", "template": "卡片模板",
            "test-send": "测试发送", "token end": "作废令牌", "token issue": "生成令牌", "token replaced": "更换令牌", "unbind": "解除绑定",
            "undeny": "可以再发送", "un-deny": "可以再发送", "log-out": "退出登录", "violation": "违规",
        ]
        /// An act as the audit keeps it; its English word is the command itself.
        package static func act(_ code: String) -> Sentence { Sentence(zh: acts[code] ?? code, en: code) }
        /// Of the acts whose details the program words itself; what a person wrote stands as it is.
        private static let details: [String: [(en: String, zh: String)]] = [
            "token issue": [
                ("token #", "令牌 #"), (" until ", " 有效到 "), ("; ", "；另有 "), (" others end ", " 个在此时作废："),
            ],
            "token end": [
                ("token #", "令牌 #"), (" tokens; not under people any more", " 个令牌；此人已不在 people 里"), (" tokens", " 个令牌"),
            ],
            "token replaced": [("in the configuration's file", "在配置的文件里")],
            "recall": [(" messages", " 条消息")], "erase": [("everywhere", "所有地方")],
            "hold": [(" until a person acts", " 到有人处理为止"), (" until ", " 到 ")],
            "machine-review": [(" needs ", " 需要批准人数 ")], "machine-review refused": [(" needs ", " 需要批准人数 ")],
            "template": [(" not approved", " 未通过"), (" approved", " 已通过")],
            "qualify": [(" a day, ", " 条/天，"), (" to ", " 至 "), (", document ", "，文件 ")],
            "stop-all": [("accepting a ledger in doubt", "接受存疑的账本")],
        ]
        /// - Parameter act: as the audit keeps it.
        package static func detail(_ text: String, of act: String) -> Sentence {
            // Behind these stands a person's own note.
            let hasNote = act == "template" || act == "qualify"
            let end = hasNote ? text.firstRange(of: "; ")?.lowerBound ?? text.endIndex : text.endIndex
            let own = (details[act] ?? []).reduce(String(text[..<end])) { $0.replacing($1.en, with: $1.zh) }
            return Sentence(zh: own + text[end...], en: text)
        }
        /// What an act was about.
        package static func subject(_ text: String) -> Sentence {
            let kinds = [("person ", "人员 "), ("account #", "账号 #"), ("session #", "登录 #")]
            guard text != "everything" else { return Sentence(zh: "全部", en: text) }
            guard let kind = kinds.first(where: { text.hasPrefix($0.0) }) else { return Sentence(zh: text, en: text) }
            return Sentence(zh: kind.1 + text.dropFirst(kind.0.count), en: text)
        }
        package static func unreadable(_ path: String, _ why: Sentence) -> Sentence {
            Sentence(zh: "打不开账本 \(path)：\(why.zh)", en: "The ledger \(path) cannot be read: \(why.en)")
        }
    }
}
