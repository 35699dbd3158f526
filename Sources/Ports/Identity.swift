import CampaignModel

/// The configuration has another name for an app or an account that the ledger knows.
package struct Renaming: Sendable, Equatable {
    package enum Kind: String, Sendable { case app, account }
    package var kind: Kind
    package var id: Int64
    package var from: String
    package var to: String
    package init(_ kind: Kind, id: Int64, from: String, to: String) {
        (self.kind, self.id, self.from, self.to) = (kind, id, from, to)
    }
    /// As the audit calls it.
    package var subject: String { "\(kind.rawValue) #\(id)" }
}

/// The configuration contradicts what the ledger knows of who is who. Its author's fault; nothing was changed.
package enum IdentityDoubt: Error, Equatable {
    case accountNameTaken(String, knownAs: String, now: String)
    case accountMoved(String, openID: String, from: String, to: String)
    case appNameTaken(String, knownAs: String, now: String)
}
