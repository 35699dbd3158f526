/// One line of a partner's events, or a callback of the platform that was written down elsewhere with its signature.
package struct EventLine: Sendable, Equatable, Codable {
    /// Where it stood, from 1.
    package var line: Int
    package var openID: String
    package var kind: EventKind
    /// nil: not said. Only an opt-out may leave it out, and then it is as old as its arrival.
    package var at: Moment?
    package var account: String?
    package var app: String?
    /// In fen.
    package var amount: Int64?
    /// The partner's own number of it; without one, all the rest together is its identity.
    package var id: String?
    /// Not an order of its own: what it changes in one that is known. The kind is `ordered` then.
    package var change: OrderChange?
    package init(
        line: Int, openID: String, kind: EventKind, at: Moment?, account: String? = nil, app: String? = nil,
        amount: Int64? = nil, id: String? = nil
    ) {
        (self.line, self.openID, self.kind, self.at) = (line, openID, kind, at)
        (self.account, self.app, self.amount, self.id) = (account, app, amount, id)
    }
}

extension EventLine {
    /// In fen: twelve digits of yuan, as a file may write them.
    package static let amountMax: Int64 = 99_999_999_999_999

    /// What cannot be in any line, whoever brings it. Consent is the platform's alone to tell, and so is what an account is
    /// bound to.
    package var fault: BadEventLine.Reason? {
        if !PersonID.isUsable(openID) { return .badOpenID }
        if kind.conversions.isEmpty && kind != .answered { return .unknownKind }
        if let amount, !(0...Self.amountMax).contains(amount) { return .badAmount }
        if let change, id == nil || (change.kind == .corrected && amount == nil) { return .changeWithoutIDs }
        return nil
    }
}

/// On the wire: the kind by its code, the moment as RFC 3339.
extension EventLine {
    private enum CodingKeys: String, CodingKey { case line, openID, kind, at, account, app, amount, id, change }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let code = try fields.decode(String.self, forKey: .kind)
        guard let kind = EventKind(code: code) else {
            throw DecodingError.dataCorruptedError(forKey: .kind, in: fields, debugDescription: "no kind of event")
        }
        let moment = try fields.decodeIfPresent(String.self, forKey: .at).map { text in
            guard let moment = Moment(iso8601: text, defaultZone: .shanghai) else {
                throw DecodingError.dataCorruptedError(forKey: .at, in: fields, debugDescription: "no moment")
            }
            return moment
        }
        self.init(
            line: try fields.decode(Int.self, forKey: .line), openID: try fields.decode(String.self, forKey: .openID),
            kind: kind, at: moment, account: try fields.decodeIfPresent(String.self, forKey: .account),
            app: try fields.decodeIfPresent(String.self, forKey: .app),
            amount: try fields.decodeIfPresent(Int64.self, forKey: .amount),
            id: try fields.decodeIfPresent(String.self, forKey: .id))
        change = try fields.decodeIfPresent(OrderChange.self, forKey: .change)
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(line, forKey: .line)
        try fields.encode(openID, forKey: .openID)
        try fields.encode(kind.code, forKey: .kind)
        try fields.encodeIfPresent(at?.iso8601, forKey: .at)
        try fields.encodeIfPresent(account, forKey: .account)
        try fields.encodeIfPresent(app, forKey: .app)
        try fields.encodeIfPresent(amount, forKey: .amount)
        try fields.encodeIfPresent(id, forKey: .id)
        try fields.encodeIfPresent(change, forKey: .change)
    }
}

/// Money of an order that was given back, or an amount that was told wrong at first.
package struct OrderChange: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// The line's amount was given back; without an amount, all of it.
        case refunded
        /// The line's amount is what the order was worth.
        case corrected
    }
    package var kind: Kind
    /// The partner's number of the order.
    package var order: String
    package init(kind: Kind, order: String) { (self.kind, self.order) = (kind, order) }
}

/// A callback that somebody else received and wrote down: proved by its signature, as at the door.
package struct CallbackLine: Sendable, Equatable, Codable {
    package var line: Int
    package var signature: String
    package var body: String
    package init(line: Int, signature: String, body: String) {
        (self.line, self.signature, self.body) = (line, signature, body)
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
        /// The ledger could not keep it: the line alone was left out.
        case notKept = "not_kept"
        /// The order is known with another amount, which stays.
        case otherAmount = "other_amount"
        /// A refund or correction of an order that nobody has told.
        case unknownOrder = "unknown_order"
        /// More is given back than the order was worth; the line counts, and the order is worth nothing.
        case refundAboveOrder = "refund_above_order"
        /// Older than what is kept of events.
        case tooOld = "too_old"
        /// A refund or correction without a number of its own, or without that of the order.
        case changeWithoutIDs = "change_without_ids"
        /// Of an opt-out something else is wrong: it counts all the same, at every app where its own cannot be told.
        case optOutCounted = "opt_out_counted"
    }
    package var line: Int
    package var reason: Reason
    package init(line: Int, reason: Reason) { (self.line, self.reason) = (line, reason) }
}
