import CampaignModel

/// Who may do what at the desk: one table, act by act. Whoever is proved may stop and may say that a person wants no more
/// messages; what lets messages leave again, and what was closed for a reason, is for operators.
package enum RoleRule {
    package enum Deed: String, Sendable, CaseIterable {
        case approve
        case reject
        case pause
        case resume
        case cancel
        case stopAll
        case go
        case resolve
        case deny
        case undeny
        case release
        case recall
        /// Takes a person out of everything, for good.
        case erase
        /// To configured test people only; an author's own campaigns only: `TestRule`.
        case testSend
        /// Freeze, report, bind, qualify, credit, and everything else that is recorded about an account.
        case tendAccount
        case strategy
        /// What is known of single people.
        case learnPeople
        case export
        case importEvents
        /// Gives files to a page and hands them in: as their author.
        case drop
        /// Tries a target of notices.
        case testNotice
        /// Makes and ends what proves people.
        case tendTokens
    }

    /// The whole of it. A deed that is missing here is nobody's, and a test fails for it.
    package static let table: [Deed: Set<PersonRole>] = [
        .approve: [.reviewer],
        .reject: [.reviewer],
        .pause: [.author, .reviewer, .operator],
        .cancel: [.author, .reviewer, .operator],
        .stopAll: [.author, .reviewer, .operator],
        .deny: [.author, .reviewer, .operator],
        .testSend: [.author, .reviewer, .operator],
        .resume: [.operator],
        .go: [.operator],
        .resolve: [.reviewer, .operator],
        .undeny: [.reviewer, .operator],
        .release: [.reviewer, .operator],
        .recall: [.reviewer, .operator],
        .erase: [.reviewer, .operator],
        .importEvents: [.reviewer, .operator],
        .tendAccount: [.operator],
        .strategy: [.operator],
        .learnPeople: [.operator],
        .export: [.operator],
        .drop: [.author],
        .testNotice: [.operator],
        .tendTokens: [.operator],
    ]

    package static func roles(for deed: Deed) -> Set<PersonRole> { table[deed] ?? [] }

    package static func mayDo(_ deed: Deed, roles: [PersonRole]) -> Bool {
        !Self.roles(for: deed).isDisjoint(with: roles)
    }
}

/// Rule 33: a look at the real thing, not a way around the review.
package enum TestRule {
    /// Of one account, in one platform day.
    package static let perDayMax = 20

    /// Whoever is nothing but an author looks at what they wrote, not at what others did.
    package static func mayTest(person: String, roles: [PersonRole], author: String) -> Bool {
        person == author || roles.contains(.reviewer) || roles.contains(.operator)
    }
}
