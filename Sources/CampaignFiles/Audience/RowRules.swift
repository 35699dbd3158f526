import CampaignModel

/// What the rows of a list must hold beside an id, by whom the list is of.
package enum RowRules: String, Sendable {
    case people
    /// Rule 23: a group of no known kind, or with a number of members that is none, cannot be judged and is no group of ours.
    case groups

    package init(_ channel: ChannelKind) {
        switch channel {
        case .privateMessage, .reply: self = .people
        case .groupMessage: self = .groups
        }
    }

    func fault(of row: borrowing AudienceRow) -> BadRowReason? {
        switch self {
        case .people: return nil
        case .groups:
            // The ledger marks it as a group's, and its ids have a length.
            guard row.openID.count + GroupIdentity.mark.utf8.count <= FileLimits.openIDBytesMax else {
                return .badOpenID
            }
            // A list of groups that are left out needs no kinds.
            if row.index(of: GroupFacts.kindColumn) != nil,
                text(GroupFacts.kindColumn, of: row).flatMap({ GroupKind(written: $0) }) == nil
            {
                return .unknownGroupKind
            }
            if let members = text(GroupFacts.membersColumn, of: row), GroupFacts.members(written: members) == nil {
                return .badMembers
            }
            return nil
        }
    }

    private func text(_ column: String, of row: borrowing AudienceRow) -> String? {
        guard let index = row.index(of: column), let text = row.text(index), !text.isEmpty else { return nil }
        return text
    }
}
