import CampaignModel

/// What `curfew doctor` says of the daemon's tokens, and of a daemon that does not answer.
extension Catalogue.Doctor {
    package static let tokensUnseen = Sentence(
        zh: "令牌只在运行中的 curfew serve 里：没有去要，因为多要一个会让正在用的那个提前失效",
        en: "only a running curfew serve has tokens: none was asked for, because a second one would cut the first short"
    )
    package static let tokensReady = Sentence(zh: "每个账号的令牌都有效", en: "every account has a token that counts")
    package static func tokenAwaited(_ account: String) -> Sentence {
        Sentence(
            zh: "账号 \(account) 的令牌正在向平台要：还没有就先不发送",
            en: "account \(account)'s token is being asked of the platform: nothing is sent before it is there")
    }
    package static func tokenStopped(_ account: String, code: Int?) -> Sentence {
        let what = code.map { " (\($0))" } ?? ""
        return Sentence(
            zh: "平台不给账号 \(account) 令牌\(what)：请检查 client_secret 和授权，然后 curfew account release \(account)",
            en: """
                the platform gives account \(account) no token\(what): look at client_secret and at the account's \
                authorisation, then curfew account release \(account)
                """)
    }
    package static func daemonSilent(_ socket: String) -> Sentence {
        Sentence(
            zh: "服务占着账本，但在 \(socket) 不回答：它可能正在启动或停止；一直这样请看日志",
            en: "the daemon holds the ledger and does not answer at \(socket): it may be starting or stopping; if it stays so, read its log")
    }
    /// In one line of a table; `Recovery.acceptHint` is the whole.
    package static let acceptInShort = Sentence(
        zh: "更新的账本还在就放回它；不在则运行 curfew restore --accept",
        en: "If a later ledger still exists, put that one back; if not, run curfew restore --accept.")
}
