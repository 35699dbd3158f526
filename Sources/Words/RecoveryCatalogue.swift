import CampaignModel

/// What backup and restore say, and why a ledger is not taken at its word.
extension Catalogue {
    package enum Recovery {
        package static func doubt(_ doubt: LedgerDoubt) -> Sentence {
            switch doubt {
            case .isBackup(let madeAt):
                Sentence(
                    zh: "这个账本是 \(madeAt.minuteText()) 的备份：之后发过谁，里面没有。",
                    en: """
                        This ledger is a backup of \(madeAt.minuteText()): what was sent after it is not in it.
                        """)
            case .sealMissing:
                Sentence(
                    zh: "这个账本在别处用过，它的封签（curfew.seal）不在这里：可能是一份拷贝，而原来的还在发送。",
                    en: """
                        This ledger was in use elsewhere, and its seal (curfew.seal) is not here: it may be a copy, while \
                        the one it was copied from goes on sending.
                        """)
            case .otherLedger:
                Sentence(
                    zh: "这里的封签属于另一个账本：原来的账本被换掉或删除了，今天联系过谁已无从得知。",
                    en: """
                        The seal here belongs to another ledger: that one was replaced or deleted, and with it the record \
                        of who was contacted.
                        """)
            case .otherMachine:
                Sentence(
                    zh: "这个账本来自另一台机器：可能是一份拷贝，而那边还在发送。",
                    en: "This ledger comes from another machine: it may be a copy, while that one goes on sending.")
            case .otherFile:
                Sentence(
                    zh: "账本文件不是封签记下的那一个：整个目录可能是一份拷贝，而原来的还在发送。",
                    en: """
                        The ledger's file is not the one that its seal was put on: the directory may be a copy, while the \
                        one it was copied from goes on sending.
                        """)
            case .older(let knownUntil, let sealedAt):
                Sentence(
                    zh: "这个账本是旧的：它只知道到 \(knownUntil.minuteText())，而封签见过 \(sealedAt.minuteText()) 的它。",
                    en: """
                        This is an older state of the ledger: it knows until \(knownUntil.minuteText()), and its seal has seen it \
                        at \(sealedAt.minuteText()).
                        """)
            }
        }

        package static let acceptHint = Sentence(
            zh: """
                什么也没有发送，什么也没有改动。
                如果更新的账本还在，请放回它。如果没有，先确认再没有别的 curfew 在用同一批账号，然后运行：
                  curfew restore --accept
                它会把这段未知的时间当作可能发送过：当时已开始的场次不再发送剩下的人，各账号到次日零点前不发送。
                """,
            en: """
                Nothing was sent and nothing was changed.
                If a later ledger still exists, put that one back. If not, make sure that no other curfew uses these \
                accounts, then run:
                  curfew restore --accept
                Whatever may have been sent in the unknown time is then never sent again: the rest of the runs that had \
                begun is skipped, and no account sends before the next day.
                """)

        package static func backedUp(_ path: String, bytes: Int, runs: Int, attempts: Int, head: String) -> Sentence {
            Sentence(
                zh: """
                    已备份并逐页检查：\(path)（\(bytes) 字节，\(runs) 个场次，\(attempts) 次发送，审计链头 \(head)）
                    里面有用户标识：像账本一样保管；按规则 24，到期要删除。
                    """,
                en: """
                    Backed up and checked page by page: \(path) (\(bytes) bytes, \(runs) runs, \(attempts) attempts, audit \
                    head \(head))
                    It holds personal ids: keep it as you keep the ledger, and delete it when its time is over (rule 24).
                    """)
        }
        package static func exists(_ path: String) -> Sentence {
            Sentence(zh: "\(path) 已经存在，没有覆盖它。", en: "\(path) exists and was left as it is.")
        }
        package static func failed(_ path: String, _ why: Sentence) -> Sentence {
            Sentence(zh: "\(path)：\(why.zh)。什么也没有留下。", en: "\(path): \(why.en). Nothing was left behind.")
        }
        package static func tooOld(_ path: String) -> Sentence {
            Sentence(
                zh: "\(path) 来自旧版本。先用新版本启动一次 curfew serve，再备份。",
                en: "\(path) is of an older version. Start `curfew serve` of this version once, then back up.")
        }
        package static func notSound(_ path: String, _ why: Sentence) -> Sentence {
            Sentence(
                zh: "\(path) 不是完好的账本：\(why.zh)。现有的账本没有动。",
                en: "\(path) is no sound ledger: \(why.en). The present one was left as it is.")
        }
        package static func inPlace(_ path: String) -> Sentence {
            Sentence(
                zh: "\(path) 已有账本，它知道得可能更多，所以没有动它。确实要换掉就加 --over，它会改名保留。",
                en: """
                    There is a ledger at \(path), and it may know more, so it was left as it is. To replace it all the \
                    same add --over; it is kept under another name.
                    """)
        }
        package static func restored(_ path: String, kept: String?) -> Sentence {
            Sentence(
                zh: "已恢复到 \(path)。" + (kept.map { "原来的账本改名为 \($0)。" } ?? ""),
                en: "Restored to \(path)." + (kept.map { " The one before is now \($0)." } ?? ""))
        }
        package static let nothingToAccept = Sentence(
            zh: "这个账本没有疑问，不需要确认。", en: "There is no doubt about this ledger; nothing to accept.")
        package static func accepted(
            from: Moment, until: Moment, runs: Int, people: Int, accounts: Int, closedUntil: Moment, held: Int
        ) -> Sentence {
            Sentence(
                zh: """
                    已确认。\(from.minuteText()) 到 \(until.minuteText()) 之间发过谁不得而知：
                      \(runs) 个当时已开始的场次不再发送，其中 \(people) 人可能已联系过，跳过
                      \(accounts) 个账号在 \(closedUntil.minuteText()) 之前不发送
                      每个人的授权在下次联系前都会向平台重新核实
                      全部发送已停止，\(held) 个已批准而还没开始的场次已暂停：这段时间里谁叫停、取消或暂停过什么，账本不知道
                    这段时间里的退订、拒收、取消、暂停和账号冻结都丢失了：请从记录里补上（curfew deny、cancel、account freeze），
                    然后 curfew go，再逐个 curfew resume 该发的场次。这段时间里投放的文件不要再投一次。
                    """,
                en: """
                    Accepted. Nobody knows what was sent between \(from.minuteText()) and \(until.minuteText()):
                      \(runs) runs that had begun send no more; \(people) people of theirs may have been contacted and are skipped
                      \(accounts) accounts send nothing before \(closedUntil.minuteText())
                      everybody's authorisation is asked for again before the next contact
                      everything is stopped, and \(held) approved runs that had not begun are paused: nobody knows what was \
                    stopped, cancelled or paused in that time
                    Opt-outs, denials, cancels, pauses and freezes of that time are lost: enter them from your records (`curfew \
                    deny`, `cancel`, `account freeze`), then `curfew go`, and `curfew resume` each run that shall be sent. Do not \
                    drop files of that time again.
                    """)
        }
        package static func busy(_ path: String, pid: String) -> Sentence {
            Sentence(
                zh: "\(path) 正被 \(pid) 使用。先停下 curfew serve。",
                en: "\(path) is held by \(pid). Stop `curfew serve` first.")
        }
    }
}
