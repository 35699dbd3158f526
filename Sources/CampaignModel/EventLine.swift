/// One line of a partner's events, or a callback of the platform that was written down elsewhere with its signature.
package struct EventLine: Sendable, Equatable, Codable {
    /// Where it stood, from 1.
    package var line: Int
    package var openID: String
    package var kind: EventKind
    package var at: Moment
    package var account: String?
    package var app: String?
    /// In fen.
    package var amount: Int64?
    /// The partner's own number of it; without one, all the rest together is its identity.
    package var id: String?
    package init(
        line: Int, openID: String, kind: EventKind, at: Moment, account: String? = nil, app: String? = nil,
        amount: Int64? = nil, id: String? = nil
    ) {
        self.line = line
        self.openID = openID
        self.kind = kind
        self.at = at
        self.account = account
        self.app = app
        self.amount = amount
        self.id = id
    }
}

/// A callback that somebody else received and wrote down: proved by its signature, as at the door.
package struct CallbackLine: Sendable, Equatable, Codable {
    package var line: Int
    package var signature: String
    package var body: String
    package init(line: Int, signature: String, body: String) {
        self.line = line
        self.signature = signature
        self.body = body
    }
}

/// A line that was left out, and why. It never stops the good ones.
package struct BadEventLine: Sendable, Equatable, Codable {
    package enum Reason: String, Sendable, Codable, CaseIterable {
        case unreadable
        case unknownKind = "unknown_kind"
        case badMoment = "bad_moment"
        case inFuture = "in_future"
        case badAmount = "bad_amount"
        case badOpenID = "bad_open_id"
        case unknownAccount = "unknown_account"
        case whichApp = "which_app"
        case badSignature = "bad_signature"
    }
    package var line: Int
    package var reason: Reason
    package init(line: Int, reason: Reason) {
        self.line = line
        self.reason = reason
    }
}

extension Catalogue {
    package static func badEventLine(_ reason: BadEventLine.Reason) -> Sentence {
        switch reason {
        case .unreadable: Sentence(zh: "这一行读不懂。", en: "The line cannot be read.")
        case .unknownKind:
            Sentence(
                zh: "没有这种事件;可用 entered、clicked、replied、consulted、ordered、reported、opted_out、answered。",
                en:
                    "No such kind; there are entered, clicked, replied, consulted, ordered, reported, opted_out, answered."
            )
        case .badMoment: Sentence(zh: "时间写法不对,例如 2026-11-20T20:15:00。", en: "Not a moment, as 2026-11-20T20:15:00 is.")
        case .inFuture: Sentence(zh: "时间在将来。", en: "The moment lies in the future.")
        case .badAmount: Sentence(zh: "金额写法不对,以元计,例如 12.50。", en: "Not an amount in yuan, as 12.50 is.")
        case .badOpenID: Sentence(zh: "缺少 open_id 或写法不对。", en: "The open_id is missing or malformed.")
        case .unknownAccount: Sentence(zh: "没有这个账号或小程序。", en: "No such account or app.")
        case .whichApp:
            Sentence(zh: "有多个小程序:请写 account 或 app。", en: "There are several apps: name the account or the app.")
        case .badSignature: Sentence(zh: "签名不对。", en: "The signature is wrong.")
        }
    }

    package static func eventsTaken(_ taken: Int, repeated: Int, strangers: Int, bad: Int) -> Sentence {
        Sentence(
            zh: "收下 \(taken) 条,重复 \(repeated) 条,不认识的人 \(strangers) 条,有问题 \(bad) 行。",
            en: "\(taken) taken, \(repeated) known before, \(strangers) of people nobody knows, \(bad) bad lines.")
    }

    package static func unknownIsFinal(since: String) -> Sentence {
        Sentence(
            zh: "这条结果未知已超过 24 小时(\(since)),不再改动:一直按未知计数并显示。",
            en: "This unknown is older than 24 hours (\(since)) and final: it stays unknown, counted and shown.")
    }
}
