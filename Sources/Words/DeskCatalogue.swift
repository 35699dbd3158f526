import CampaignModel

/// What the desk answers when it refuses, and how a decision is put into words.
extension Catalogue {
    package enum Desk {
        package static func runNotFound(_ name: String) -> Sentence {
            Sentence(
                zh: "没有名为 \(name) 的场次。用 curfew runs 查看全部。", en: "There is no run \(name). `curfew runs` lists them all."
            )
        }
        package static func personNotFound(_ openID: String) -> Sentence {
            Sentence(
                zh: "这个账号从来没有遇到过 \(openID)：不在名单里，也没有授权记录。",
                en: "\(openID) was never seen: in no list, and without any authorisation.")
        }
        package static func tokenExpired(_ person: String, _ end: String) -> Sentence {
            Sentence(
                zh: "\(person) 的令牌在 \(end) 失效了。什么都没有做；请用 curfew people token 生成新的。",
                en: "The token of \(person) ended at \(end). Nothing was done; make a new one with curfew people token."
            )
        }
        package static let unproved = Sentence(
            zh: "无法确认你是谁。请用 --token-file 给出自己的令牌文件。",
            en: "You did not prove who you are. Give your token with --token-file.")
        package static let nameNotTrusted = Sentence(
            zh: "只有演练（平台地址是本机）并且配置了 trust_as 时才接受 --as。",
            en: "--as is accepted only on a rehearsal against a local platform, with trust_as in the configuration.")
        package static func unknownPerson(_ name: String) -> Sentence {
            Sentence(zh: "配置里没有 \(name) 这个人。", en: "The configuration knows nobody called \(name).")
        }
        /// - Parameter roles: those of which one is needed, as the configuration writes them.
        package static func roleMissing(_ name: String, roles: [String]) -> Sentence {
            Sentence(
                zh: "\(name) 不能做这件事：需要角色 \(roles.joined(separator: " 或 "))。什么都没有改变。",
                en: "\(name) may not do this: it takes the role \(roles.joined(separator: " or ")). Nothing was changed.")
        }
        package static func ambiguous(_ name: String, runs: [(name: String, state: RunState)]) -> Sentence {
            func list(_ language: Language) -> String {
                runs.map { "\n  \($0.name) · \(Catalogue.runState($0.state).text(in: language))" }.joined()
            }
            return Sentence(
                zh: "\(name) 有不止一个场次，请写全名：\(list(.zh))",
                en: "\(name) has more than one run; write one's full name:\(list(.en))")
        }
        package static func sayWhich(run: String, digest: String) -> Sentence {
            Sentence(
                zh: "这个活动改过：现在待审核的是 \(run)（指纹 \(digest.prefix(12))）。看过之后，请用场次全名审核：curfew approve \(run)",
                en: """
                    The campaign was changed: \(run) waits for approval now (digest \(digest.prefix(12))). Look at it, then \
                    approve it by its full name: curfew approve \(run)
                    """)
        }
        package static func notATestPerson(_ account: String) -> Sentence {
            Sentence(
                zh: "这个 open_id 不在 \(account) 的 test_people 里，没有发送。试发只发给配置里的同事。",
                en: """
                    This open_id is not among the test_people of \(account); nothing was sent. A test-send reaches only \
                    colleagues who stand in the configuration.
                    """)
        }
        package static func testsUsed(_ account: String, perDay: Int) -> Sentence {
            Sentence(
                zh: "\(account) 今天的 \(perDay) 次试发已用完，明天再试。没有发送。",
                en: "\(account) has used its \(perDay) test-sends of today; nothing was sent. Try again tomorrow.")
        }
        package static func notYourCampaign(_ name: String) -> Sentence {
            Sentence(
                zh: "\(name) 不是这个活动的作者，不能试发。", en: "\(name) did not write this campaign and cannot test-send it.")
        }
        package static let badOpenID = Sentence(
            zh: "open_id 要有 1 到 128 个字符。", en: "An open_id has 1 to 128 characters.")
        package static func ownFile(_ name: String) -> Sentence {
            Sentence(zh: "\(name) 是作者，不能审核自己的文件，请换一个人。", en: "\(name) wrote this file; somebody else must review it.")
        }
        package static func accountNotFound(_ name: String) -> Sentence {
            Sentence(zh: "配置里没有账号 \(name)。", en: "The configuration knows no account \(name).")
        }
        package static func banned(_ name: String) -> Sentence {
            Sentence(
                zh: "平台封禁了 \(name)，任何命令都不能恢复它。", en: "The platform banned \(name); no command undoes that.")
        }
        package static func frozen(_ name: String) -> Sentence {
            Sentence(
                zh: "\(name) 被冻结了。先向平台申诉，再用 curfew account appeal \(name) 记录下来，账号才会恢复。",
                en: "\(name) is frozen. Appeal at the platform and record it with curfew account appeal \(name); that opens it.")
        }
        package static func notHeld(_ name: String) -> Sentence {
            Sentence(zh: "\(name) 没有被暂停，没有什么可以恢复的。", en: "\(name) is not held; there is nothing to release.")
        }
        package static func alreadyDenied(_ account: String?) -> Sentence {
            let (zh, en) = account.map { ("账号 \($0) 的", " of account \($0)") } ?? ("", "")
            return Sentence(
                zh: "这个人早已在\(zh)不再联系名单里，什么都没有改变。",
                en: "The person is on the deny list\(en) already; nothing was changed.")
        }
        package static func notDenied(_ account: String?) -> Sentence {
            let (zh, en) = account.map { ("账号 \($0) 的", " of account \($0)") } ?? ("全部账号的", " of all accounts")
            return Sentence(
                zh: "这个人不在\(zh)不再联系名单里（或已被删除），什么都没有改变。只在某个账号名单里的，请加 --account。",
                en: "The person is not on the deny list\(en) (or was erased); nothing was changed. For a denial of one account add --account.")
        }
        package static let heldAlready = Sentence(
            zh: "这个场次已经挂起：批准以后也不会开始，直到有人 resume。什么都没有改变。",
            en: "The run is held already: an approval starts nothing until somebody resumes it. Nothing was changed.")
        package static func notPossible(_ act: String, state: Sentence) -> Sentence {
            Sentence(
                zh: "这个场次现在是「\(state.zh)」，不能\(Audit.act(act).zh)。",
                en: "The run is “\(state.en)”; \(act) makes no sense now.")
        }
        package static func changedMeanwhile(_ digest: String) -> Sentence {
            Sentence(
                zh: "你看到的不是现在的版本（现在是 \(digest.prefix(12))）。请重新查看再审核。",
                en: "You saw another version (it is \(digest.prefix(12)) now). Look again before you approve.")
        }
        package static func missing(_ what: String) -> Sentence {
            Sentence(zh: "缺少 \(what)。", en: "\(what) is missing.")
        }
        package static func badCursor(_ text: String) -> Sentence {
            Sentence(
                zh: "“\(text)”不是上一页给出的 next。请从第一页重新开始。",
                en: "\(text) is no next of an earlier page. Begin with the first page again.")
        }
        package static func badMoment(_ text: String) -> Sentence {
            Sentence(
                zh: "看不懂时间 \(text)，例如 2026-11-20T20:00:00+08:00。",
                en: "\(text) is no moment; write 2026-11-20T20:00:00+08:00.")
        }
        package static let noUnknown = Sentence(
            zh: "这个人在这个场次里没有结果不明的发送。", en: "This person has no unknown attempt in this run.")
        package static func unknownVariant(_ name: String) -> Sentence {
            Sentence(zh: "没有名为 \(name) 的版本。", en: "There is no variant \(name).")
        }
        package static let stopNotWritten = Sentence(
            zh: "已经全部停止，现在什么都不会发出。但账本暂时写不进去（多半是磁盘满了），停止还没有记下来：有空间后会自动记下；在那之前重启会恢复发送。",
            en: """
                Everything is stopped: nothing leaves now. But the ledger takes no writes (its disk is probably full), so the \
                stop is not written down yet: that happens by itself as soon as there is room; a restart before then goes on sending.
                """)
        package static let busy = Sentence(
            zh: "账本暂时不能写入，什么都没有改变，请稍后再试。", en: "The ledger cannot be written right now; nothing was changed. Try again."
        )
    }

    /// The answer of `explain` in one sentence.
    package enum Explain {
        package static let holdout = Sentence(zh: "在对照组，按设计不发送。", en: "In the holdout: by design not written to.")
        package static let notInRun = Sentence(zh: "不在这个场次里。", en: "Not part of this run.")
        package static let openNow = Sentence(zh: "正在发送。", en: "On the wire right now.")
        package static let allowedNow = Sentence(
            zh: "所有规则都允许，轮到就发送。", en: "Every rule allows it; sent when its turn comes.")
        package static func accepted(_ at: String) -> Sentence {
            Sentence(zh: "\(at) 已送达。", en: "Delivered at \(at).")
        }
        package static func ended(_ outcome: Sentence, _ at: String) -> Sentence {
            Sentence(zh: "\(at)：\(outcome.zh)。", en: "\(at): \(outcome.en).")
        }
        package static func skipped(_ reason: Sentence, _ at: String) -> Sentence {
            Sentence(zh: "\(at) 跳过：\(reason.zh)", en: "Skipped at \(at): \(reason.en)")
        }
        package static func waits(_ reason: Sentence, _ next: String?) -> Sentence {
            Sentence(
                zh: "还没有发送：\(reason.zh)" + (next.map { "（最早 \($0)）" } ?? "（需要有人处理）"),
                en: "Not sent yet: \(reason.en)" + (next.map { " (not before \($0))" } ?? " (somebody has to act)"))
        }
        package static func willBeSkipped(_ reason: Sentence) -> Sentence {
            Sentence(
                zh: "不会发送：\(reason.zh)。轮到时会跳过。", en: "Will not be sent: \(reason.en). Left out when its turn comes.")
        }
        package static func usedBy(run: String, at: String) -> Sentence {
            Sentence(
                zh: "今天的一次联系已用于 \(run)（\(at)）。", en: "The one contact of the day went to \(run) at \(at).")
        }
    }
}
