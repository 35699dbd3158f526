/// Ledger identities. Each is its own type: a run can never stand where a recipient belongs.
package protocol LedgerIdentity: Hashable, Comparable, Sendable, Codable, RawRepresentable<Int64> {
    init(rawValue: Int64)
}
extension LedgerIdentity {
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A mini-program on the platform: credit, trial, tokens and open_ids belong to it.
package struct AppID: LedgerIdentity {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}
/// The sender on the platform (there called an operator).
package struct AccountID: LedgerIdentity {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}
/// One addressee, as one app sees it.
package struct RecipientID: LedgerIdentity {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}
package struct RevisionID: LedgerIdentity {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}
/// One occurrence of a campaign.
package struct RunID: LedgerIdentity {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}
/// A part of a run whose positions were written in one transaction: the test share, the rest.
package struct SegmentID: LedgerIdentity {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}
/// A set of rows read from audience files, known by the digest of their content.
package struct AudienceID: LedgerIdentity {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// How a message travels.
package enum ChannelKind: String, Sendable, Codable, CaseIterable {
    case privateMessage = "private-message"
    case groupMessage = "group-message"
    /// Answers to what a person did (`Trigger.Right`): a lane of their own, which no file names.
    case reply

    /// What a file may ask for.
    package static let inFiles: [ChannelKind] = [.privateMessage, .groupMessage]
}

/// Account × channel: what windows, throttles and breakers govern.
package struct Lane: Hashable, Comparable, Sendable, Codable {
    package let account: AccountID
    package let channel: ChannelKind
    package init(account: AccountID, channel: ChannelKind) { (self.account, self.channel) = (account, channel) }
    /// By the account alone: hardly any has two channels, and a channel's name takes longer to hash than to compare.
    package func hash(into hasher: inout Hasher) { hasher.combine(account) }
    package static func < (left: Lane, right: Lane) -> Bool {
        (left.account, left.channel.rawValue) < (right.account, right.channel.rawValue)
    }
}

/// Names one attempt, and is its ledger key: (platform day, recipient, account, n).
package struct AttemptKey: Hashable, Sendable, Codable {
    package let day: PlatformDay
    package let recipient: RecipientID
    package let account: AccountID
    /// 1 for the first attempt of this account at this person on this day; a retry on the same day is 2, and so on.
    package let number: Int32
    package init(day: PlatformDay, recipient: RecipientID, account: AccountID, number: Int32) {
        (self.day, self.recipient, self.account, self.number) = (day, recipient, account, number)
    }
}

/// The daemon's reign over a ledger: raised by one at every start. A write that carries an older term is void.
package struct Term: Hashable, Comparable, Sendable, Codable {
    package let number: Int64
    package init(number: Int64) { self.number = number }
    package static func < (left: Term, right: Term) -> Bool { left.number < right.number }
}
