import CampaignModel

/// What the reader of a file must know of the world outside it.
package struct FileContext: Sendable {
    /// Names of `people` in the configuration that may write campaigns.
    package var authors: [String]
    package var accounts: [KnownAccount]
    /// The moment of the check: what has passed by now is said.
    package var now: Moment
    /// Rule 14a: what messages are searched for.
    package var words: SensitiveWords
    /// Without a configuration nobody knows the authors and accounts: a file's own are taken at their word.
    package var isWorldKnown = true
    /// Whether whoever writes this asks to be left alone: such a word answers nobody.
    package var isOptOut: @Sendable (String) -> Bool = { _ in false }

    package init(authors: [String], accounts: [KnownAccount], now: Moment, words: SensitiveWords = .shipped) {
        (self.words, self.authors, self.accounts, self.now) = (words, authors, accounts, now)
    }

    func account(named name: String) -> KnownAccount? { accounts.first { $0.name == name } }
}

/// One configured account, as far as a file's content depends on it.
package struct KnownAccount: Sendable, Equatable {
    package var name: String
    package var kind: AccountKind
    /// A brand account may ask for the authorisation of a staff account, a staff account only for its own (rule 11).
    package var role: AccountRole
    package var openID: String
    /// Its app's id; empty when nobody knows it.
    package var app: String

    package init(name: String, kind: AccountKind, role: AccountRole, openID: String, app: String = "") {
        (self.app, self.name, self.kind, self.role, self.openID) = (app, name, kind, role, openID)
    }
}
