/// The kinds of groups on the platform, and how many members each may have (rule 23).
package enum GroupKind: String, Sendable, Codable, CaseIterable {
    case fans, enterprise, live

    /// nil: unlimited.
    package var membersMax: Int? {
        switch self {
        case .fans: 200
        case .enterprise: 500
        case .live: nil
        }
    }

    /// As a list may write it, in either language.
    package init?(written text: String) {
        switch text.lowercased() {
        case "fans", "fan", "粉丝群", "粉丝": self = .fans
        case "enterprise", "企业群", "企业": self = .enterprise
        case "live", "直播群", "直播": self = .live
        default: return nil
        }
    }
}

/// A group is no person, although the platform may give both the same id: in the ledger its id carries a mark, so that it
/// shares nobody's day, list or contact.
package enum GroupIdentity {
    package static let mark = "group:"

    /// As the ledger holds it.
    package static func stored(_ id: String, in channel: ChannelKind) -> String {
        switch channel {
        case .privateMessage, .reply: id
        case .groupMessage: id.hasPrefix(mark) ? id : mark + id
        }
    }

    /// As the platform knows it.
    package static func plain(_ stored: String) -> String {
        stored.hasPrefix(mark) ? String(stored.dropFirst(mark.count)) : stored
    }
}

/// What is known of one group: from the columns of its list, because the platform's own list of groups says no more than
/// their ids. What is not known counts as no.
package struct GroupFacts: Sendable, Equatable {
    package var kind: GroupKind?
    package var members: Int?
    /// Only the owner and admins may write.
    package var isAdminsOnly: Bool
    /// The account is owner or admin of the group.
    package var isAdmin: Bool

    package init(kind: GroupKind?, members: Int?, isAdminsOnly: Bool, isAdmin: Bool) {
        (self.kind, self.members, self.isAdminsOnly, self.isAdmin) = (kind, members, isAdminsOnly, isAdmin)
    }

    /// Columns of a list of groups, besides `group_id`.
    package static let kindColumn = "kind"
    package static let membersColumn = "members"
    package static let adminsOnlyColumn = "admins_only"
    package static let roleColumn = "role"

    /// Digits alone: a number that somebody wrote for people, like `250人`, is none that a limit can be compared with.
    package static func members(written text: String) -> Int? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }

    /// - Parameter value: the row's value of a column; nil when it is empty or missing.
    package init(value: (String) -> String?) {
        kind = value(Self.kindColumn).flatMap { GroupKind(written: $0) }
        members = value(Self.membersColumn).flatMap { Self.members(written: $0) }
        // Anything but a plain no, or nothing, means yes: a group that might refuse is not written to by a member.
        isAdminsOnly =
            value(Self.adminsOnlyColumn).map { !["no", "false", "0", "否"].contains($0.lowercased()) } ?? false
        isAdmin = value(Self.roleColumn).map { ["owner", "admin", "群主", "管理员"].contains($0.lowercased()) } ?? false
    }
}
