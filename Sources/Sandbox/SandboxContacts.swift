/// One person whom an account has written to on one day, as the platform saw it.
package struct SandboxContact: Sendable, Hashable {
    /// Days since 1970-01-01 in Shanghai.
    package let day: Int
    package let account: String
    package let openID: String
}

extension SandboxPlatform {
    /// Everybody who was ever written to, by name: what a daemon's ledger is held against, person by person. Sorted by
    /// day, account and person.
    package var contacts: [SandboxContact] {
        accounts.flatMap { account in
            account.days.flatMap { day, book in
                book.people.map { SandboxContact(day: day, account: account.openID, openID: people.name($0)) }
            }
        }.sorted { ($0.day, $0.account, $0.openID) < ($1.day, $1.account, $1.openID) }
    }
}
