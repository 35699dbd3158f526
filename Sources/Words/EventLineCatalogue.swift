import CampaignModel

extension Catalogue {
    package static func badEventLine(_ reason: BadEventLine.Reason) -> Sentence {
        switch reason {
        case .unreadable: Sentence(zh: "这一行读不懂。", en: "The line cannot be read.")
        case .unknownKind:
            Sentence(
                zh: "没有这种事件；可用 entered、clicked、replied、consulted、ordered、refunded、corrected、reported、opted_out、answered。",
                en: """
                    No such kind; there are entered, clicked, replied, consulted, ordered, refunded, corrected, reported, \
                    opted_out, answered.
                    """
            )
        case .badMoment:
            Sentence(
                zh: "时间写法不对，例如 2026-11-20 20:15 或 2026/11/20 20:15。",
                en: "Not a moment, as 2026-11-20 20:15 or 2026/11/20 20:15 is.")
        case .inFuture: Sentence(zh: "时间在将来。", en: "The moment lies in the future.")
        case .badAmount: Sentence(zh: "金额写法不对,以元计,例如 12.50。", en: "Not an amount in yuan, as 12.50 is.")
        case .badOpenID: Sentence(zh: "缺少 open_id 或写法不对。", en: "The open_id is missing or malformed.")
        case .unknownAccount: Sentence(zh: "没有这个账号或小程序。", en: "No such account or app.")
        case .whichApp:
            Sentence(zh: "有多个小程序:请写 account 或 app。", en: "There are several apps: name the account or the app.")
        case .badSignature: Sentence(zh: "签名不对。", en: "The signature is wrong.")
        case .otherAmount:
            Sentence(
                zh: "这个订单号已经收过，金额不同，保留原来的金额。要改金额请写一行 corrected，退款写一行 refunded。",
                en: """
                    This order is known with another amount, which stays. Write a line `corrected` to change it, or \
                    `refunded` for money given back.
                    """)
        case .unknownOrder:
            Sentence(
                zh: "还没有收到过这个订单。这一行先记下，等订单到了再算；请导入订单本身。",
                en: "No such order is known yet. The line is kept and counts when the order comes; import the order.")
        case .refundAboveOrder:
            Sentence(
                zh: "退款合计超过了订单金额：这一行已收下，订单按 0 元计。请核对。",
                en: "More is given back than the order was worth: the line counts, and the order is worth 0. Compare with the source.")
        case .tooOld:
            Sentence(
                zh: "这件事早于记录的保存期限；当时的记录已按期限删除，再导入会重复计数，所以没有记录。",
                en: "It is older than what is kept of events; told again it would count twice, so it was left out.")
        case .optOutCounted:
            Sentence(
                zh: "这一行有错，但这是退订，已经生效。", en: "Something in the line is wrong; it is an opt-out, and it counts.")
        case .changeWithoutIDs:
            Sentence(
                zh: "退款和改金额的行需要自己的编号（id 列）和订单的编号（order 列）；corrected 还需要金额。",
                en: """
                    A refund or a correction needs a number of its own (column id) and the order's (column order); a \
                    correction also an amount.
                    """)
        case .notKept:
            Sentence(
                zh: "账本收不下这一行，只跳过这一行，其他行不受影响。", en: "The ledger could not keep this line; it alone was left out.")
        }
    }

    package static func eventsTaken(_ taken: Int, repeated: Int, strangers: Int, bad: Int) -> Sentence {
        Sentence(
            zh: "收下 \(taken) 条,重复 \(repeated) 条,不认识的人 \(strangers) 条,有问题 \(bad) 行。",
            en: "\(taken) taken, \(repeated) known before, \(strangers) of people nobody knows, \(bad) bad lines.")
    }

    package static func unknownIsFinal(since: String) -> Sentence {
        Sentence(
            zh: "这条结果不明已超过 24 小时（\(since)），不再改动：一直按结果不明计数并显示。",
            en: "This unknown is older than 24 hours (\(since)) and final: it stays unknown, counted and shown.")
    }
}
