import CampaignModel

/// Rule 17: when reports and violations freeze an account.
package enum FreezeRule {
    package static let reportsMin = 3
    package static let violationsMin = 1

    package static func freezes(reports: Int, violations: Int) -> Bool {
        reports >= reportsMin && violations >= violationsMin
    }
}

/// Rule 13: entry strategies of one app.
package enum StrategyRule {
    package static let enabledMax = 20

    package static func mayEnable(alreadyEnabled: Int) -> Bool { alreadyEnabled < enabledMax }
}

/// Rule 28, the card's part: from the first template on record, one that is not approved is refused.
package enum TemplateRule {
    /// The first of `used` that may not be sent; nil when all may.
    package static func refused(of used: [String], known: [CardTemplate]) -> String? {
        known.isEmpty ? nil : used.first { id in !known.contains { $0.id == id && $0.isApproved } }
    }
}

/// Rule 29, the reviewer's part: from so many contacts in seven days on, one more is worth a warning.
package enum OftenRule {
    package static let warnsFrom = 3
}

/// Rule 25: lists of people leave the house only for enterprise accounts.
package enum ExportRule {
    package static func mayExport(_ kind: AccountKind) -> Bool {
        switch kind {
        case .personal: false
        case .enterprise: true
        }
    }
}
