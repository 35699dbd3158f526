import CampaignModel

/// What is said about what comes in from the platform and from partners, and was not worked on.
extension Catalogue {
    package enum Inbound {
        /// - Parameter since: when the oldest of them came.
        package static func waiting(_ count: Int, since: String) -> Sentence {
            Sentence(
                zh: "有 \(count) 条平台回调还没处理，最早的一条到达于 \(since)：退订和撤回可能晚生效，请看服务日志。",
                en: """
                    \(count) callbacks of the platform are not worked on yet, the oldest since \(since): opt-outs and \
                    withdrawals may count late. Look at the service's log.
                    """)
        }

        package static func setAside(_ count: Int) -> Sentence {
            Sentence(
                zh: "有 \(count) 条平台回调看不懂，已单独存放，其余不受影响：服务日志写着编号和原因。",
                en: """
                    \(count) callbacks of the platform could not be understood and were set aside, each alone: the service's \
                    log has their numbers and why.
                    """)
        }

        package static func turnedAway(_ count: Int) -> Sentence {
            Sentence(
                zh: "回调入口拒绝了 \(count) 个请求（服务启动以来）：签名不对或不是 JSON。多了请核对 webhook 密钥。",
                en: """
                    The door for callbacks turned \(count) requests away since the service started: wrongly signed, or no \
                    JSON. If there are many, compare the webhook secret.
                    """)
        }

        package static let noneTaken = Sentence(zh: "这里不收事件。", en: "No events are taken here.")
        package static let nobodysKey = Sentence(zh: "密钥不对。", en: "Nobody's key.")

        /// An act that the ledger's own rules do not allow. The disk is well.
        package static let notKept = Sentence(
            zh: "账本收不下这些内容（例如标识太长或为空），什么都没有改变。请检查输入。",
            en: "The ledger cannot keep this (an id that is too long or empty, for one); nothing was changed. Look at what you gave.")
    }
}
