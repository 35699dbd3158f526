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

/// Who may do what at the desk, role by role. Whoever is proved may stop, and may go on with what was approved; what
/// changes the record of what happened, or opens what was closed for a reason, is for operators and reviewers.
package enum RoleRule {
    package enum Deed: String, Sendable, CaseIterable {
        /// Approve and reject have a rule of their own: `ReviewRule`.
        case review
        case stop
        case goOn
        case deny
        case settleUnknown
        case recall
        case undeny
        case openAccount
        /// Takes a person out of everything, for good.
        case erase
        /// Freeze, report, bind, qualify, credit, and everything else that is recorded about an account.
        case tendAccount
        /// What is known of single people.
        case learnPeople
        case export
    }

    package static func mayDo(_ deed: Deed, roles: [PersonRole]) -> Bool {
        switch deed {
        case .review, .stop, .goOn, .deny: true
        case .settleUnknown, .recall, .undeny, .openAccount, .erase:
            roles.contains(.operator) || roles.contains(.reviewer)
        case .tendAccount, .learnPeople, .export: roles.contains(.operator)
        }
    }
}
