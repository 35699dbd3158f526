import CampaignModel

/// The configuration has another name for an app or an account that the ledger knows.
package struct Renaming: Sendable, Equatable {
    package enum Kind: String, Sendable { case app, account }
    package var kind: Kind
    package var id: Int64
    package var from: String
    package var to: String
    package init(_ kind: Kind, id: Int64, from: String, to: String) {
        self.kind = kind
        self.id = id
        self.from = from
        self.to = to
    }
    /// As the audit calls it.
    package var subject: String { "\(kind.rawValue) #\(id)" }
    package var sentence: Sentence {
        switch kind {
        case .app: Catalogue.Stand.appRenamed(from: from, to: to)
        case .account: Catalogue.Stand.accountRenamed(from: from, to: to)
        }
    }
}

/// The configuration contradicts what the ledger knows of who is who. Its author's fault; nothing was changed.
package enum IdentityDoubt: Error, Equatable {
    case accountNameTaken(String, knownAs: String, now: String)
    case accountMoved(String, openID: String, from: String, to: String)
    case appNameTaken(String, knownAs: String, now: String)

    package var sentence: Sentence {
        switch self {
        case .accountNameTaken(let name, let known, let now):
            Catalogue.Stand.accountNameTaken(name, knownAs: known, now: now)
        case .accountMoved(let name, let openID, let old, let new):
            Catalogue.Stand.accountMoved(name, openID: openID, from: old, to: new)
        case .appNameTaken(let name, let known, let now): Catalogue.Stand.appNameTaken(name, knownAs: known, now: now)
        }
    }
}
