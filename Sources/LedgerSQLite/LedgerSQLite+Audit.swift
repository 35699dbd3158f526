import CampaignModel
import Digests
import Foundation
import Ports
import Store

extension LedgerSQLite: AuditLedger {
    /// How many people's digests a row names; a longer list says how many more there were.
    private static let digestsMax = 20

    package func auditRows(limit: Int?) throws -> [AuditRow] {
        try inRead { db in
            try StoredRow.fetchAll(
                db.cachedStatement(sql: "SELECT * FROM (SELECT * FROM audit ORDER BY seq DESC LIMIT ?) ORDER BY seq"),
                arguments: [limit ?? -1]
            ).map(Self.auditRow)
        }
    }

    static func auditRow(_ row: StoredRow) -> AuditRow {
        AuditRow(
            seq: row["seq"], at: Moment(row["at"]).iso8601, person: row["person"], act: row["act"],
            subject: row["subject"], detail: row["detail"], digest: (row["digest"] as Data).hexadecimal)
    }

    package func auditHead() throws -> AuditHead { try inRead { try Self.auditHead($0) } }

    static func auditHead(_ db: any Session) throws -> AuditHead {
        let head = try AuditChain.head(db)
        return AuditHead(seq: head.seq, digest: head.digest.hexadecimal)
    }

    package func verifyAudit(noted: AuditHead?) throws -> AuditVerdict {
        try inRead { db in
            var previous = AuditChain.root
            var count: Int64 = 0
            var atNoted = noted?.seq == 0 ? AuditHead.empty : nil
            let rows = try StoredRow.fetchCursor(db, sql: "SELECT * FROM audit ORDER BY seq")
            while let row = try rows.next() {
                count += 1
                let content = AuditChain.Content(row)
                let digest = content.digest(after: previous)
                guard content.seq == count, digest == Array(row["digest"] as Data) else {
                    return .broken(seq: min(content.seq, count))
                }
                previous = digest
                if noted?.seq == count { atNoted = AuditHead(seq: count, digest: digest.hexadecimal) }
            }
            let found = AuditHead(seq: count, digest: previous.hexadecimal)
            if let noted, atNoted != noted { return .notTheNoted(noted, found: found) }
            return .whole(found)
        }
    }

    /// Adds one row to the chain. Person ids never go in as they are: `personDigest`.
    static func audit(
        _ db: any Session, at now: Moment, _ person: String, _ act: String, _ subject: String, _ detail: String
    ) throws {
        let head = try AuditChain.head(db)
        let content = AuditChain.Content(
            seq: head.seq + 1, at: now.milliseconds, person: person, act: act, subject: subject, detail: detail)
        try content.insert(after: head.digest, into: "audit", db)
    }

    // MARK: - People in the audit

    /// Who is meant, for somebody who has the open_id and this ledger; nothing for anybody who has only the row. An
    /// erased person stays a digest that leads nowhere.
    static func personDigest(openID: String, app: String, key: [UInt8]) -> String {
        KeyedDigest.of(Array("\(app):\(openID)".utf8), key: key).prefix(16).hexadecimal
    }

    static func personDigest(of recipient: Int64, _ db: any Session) throws -> String {
        let row = try StoredRow.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT a.name AS app, p.open_id FROM recipient p JOIN app a ON a.id = p.app WHERE p.id = ?
                    """), arguments: [recipient])
        guard let row else { return "#\(recipient)" }
        return personDigest(openID: row["open_id"], app: row["app"], key: try personKey(db))
    }

    static func personKey(_ db: any Session) throws -> [UInt8] {
        Array(try Data.fetchOne(db.cachedStatement(sql: "SELECT person_key FROM instance"))!)
    }

    static func listing(_ demand: ListDemand, _ db: any Session) throws -> String {
        let key = try personKey(db)
        let app = try String.fetchOne(
            db.cachedStatement(sql: "SELECT name FROM app WHERE id = ?"), arguments: [demand.app.rawValue])
        let people = demand.openIDs.prefix(digestsMax).map {
            personDigest(openID: $0, app: app ?? "", key: key)
        }
        let more = demand.openIDs.count > digestsMax ? " +\(demand.openIDs.count - digestsMax)" : ""
        let place = demand.account.map { "account #\($0.rawValue)" } ?? "everywhere"
        return "\(place): \(people.joined(separator: " "))\(more)"
    }
}
