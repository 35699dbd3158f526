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
            en:
                "This ledger is of a version without the chain. Start `curfew serve` of this version once; it builds it."
        )
        package static let when = Sentence(zh: "时间", en: "when")
        package static let who = Sentence(zh: "谁", en: "who")
        package static let act = Sentence(zh: "做了什么", en: "act")
        package static let subject = Sentence(zh: "对象", en: "subject")
        package static let detail = Sentence(zh: "细节", en: "detail")
        package static func unreadable(_ path: String, _ why: Sentence) -> Sentence {
            Sentence(zh: "打不开账本 \(path)：\(why.zh)", en: "The ledger \(path) cannot be read: \(why.en)")
        }
    }
}
