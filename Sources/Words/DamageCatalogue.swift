import CampaignModel

/// What the daemon says when its ledger or the disk under it fails.
extension Catalogue {
    package enum Damage {
        /// - Parameter why: in the store's own words.
        package static func ledgerDamaged(_ path: String, why: String) -> Sentence {
            Sentence(
                zh: """
                    账本 \(path) 已损坏或磁盘出错：\(why)。已停止发送，没有改动任何数据。请先复制整个状态目录留证，\
                    检查磁盘，再按 Deploy/README.md 的“恢复”一节用最近的备份恢复。
                    """,
                en: """
                    The ledger \(path) is damaged or its disk fails: \(why). Sending has stopped and nothing was repaired. \
                    Copy the whole state directory away, look at the disk, then restore the newest backup as Deploy/README.md \
                    says under "Restore".
                    """)
        }

        /// In the status, while a full disk or the like holds everything up.
        package static func storageTrouble(_ why: String) -> Sentence {
            Sentence(
                zh: "磁盘拒绝写入（\(why.inChinese)）：暂停发送，空间恢复后自动继续。",
                en: "The disk refuses writes (\(why)): nothing is sent; it goes on by itself when there is room again.")
        }
    }
}
