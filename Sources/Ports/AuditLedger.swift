import CampaignModel

/// What people did and what happened to accounts, as a chain: each row carries a digest over itself and the row before.
package protocol AuditLedger: Sendable {
    /// Newest last. `limit` rows from the end, or all without one.
    func auditRows(limit: Int?) throws -> [AuditRow]
    /// The last row's place and digest: note it somewhere else, and nobody can change what lies before it unseen.
    func auditHead() throws -> AuditHead
    /// Reads the whole chain. `noted` is a head that was noted elsewhere, if there is one.
    func verifyAudit(noted: AuditHead?) throws -> AuditVerdict
}

package struct AuditRow: Sendable, Equatable, Encodable {
    package var seq: Int64
    /// ISO 8601 on Shanghai's wall.
    package var at: String
    package var person: String
    package var act: String
    package var subject: String
    package var detail: String
    /// Lower-case hex of SHA-256.
    package var digest: String
    package init(seq: Int64, at: String, person: String, act: String, subject: String, detail: String, digest: String) {
        (self.seq, self.at, self.person, self.act) = (seq, at, person, act)
        (self.subject, self.detail, self.digest) = (subject, detail, digest)
    }
}

package enum AuditVerdict: Sendable, Equatable {
    case whole(AuditHead)
    /// The first row whose digest is not that of its content and the row before; rows before it are as they were written.
    case broken(seq: Int64)
    /// The chain is whole in itself but not the one that was noted: rows at its end are missing, or it was written anew.
    case notTheNoted(AuditHead, found: AuditHead)
}
