import Digests
import Foundation
import Ports
import Store

/// How a row of the audit is bound to the one before it.
///
/// SHA-256 without a key: whoever can write the file could read a key in it. What the chain proves, it proves against a
/// head that was noted elsewhere: the seal beside the ledger holds one, and `curfew audit verify` prints one.
enum AuditChain {
    static let root = [UInt8](repeating: 0, count: 32)

    struct Content {
        var seq: Int64
        var at: Int64
        var person: String
        var act: String
        var subject: String
        var detail: String

        init(_ row: StoredRow) {
            seq = row["seq"]
            at = row["at"]
            person = row["person"]
            act = row["act"]
            subject = row["subject"]
            detail = row["detail"]
        }

        init(seq: Int64, at: Int64, person: String, act: String, subject: String, detail: String) {
            self.seq = seq
            self.at = at
            self.person = person
            self.act = act
            self.subject = subject
            self.detail = detail
        }

        /// Every field with its length before it: a word moved from one field to the next is another content.
        func digest(after previous: [UInt8]) -> [UInt8] {
            var digest = Digest()
            digest.update(previous)
            for number in [seq, at] { withUnsafeBytes(of: number.bigEndian) { digest.update($0) } }
            for text in [person, act, subject, detail] {
                withUnsafeBytes(of: UInt64(text.utf8.count).bigEndian) { digest.update($0) }
                digest.update(text)
            }
            return digest.finish()
        }

        func insert(after previous: [UInt8], into table: String, _ db: any Session) throws {
            try db.execute(
                sql: """
                    INSERT INTO \(table) (seq, at, person, act, subject, detail, digest) VALUES (?, ?, ?, ?, ?, ?, ?)
                    """, arguments: [seq, at, person, act, subject, detail, Data(digest(after: previous))])
        }
    }

    /// The migration: rows that were written before there was a chain are bound as they are found.
    static func build(_ db: any Session) throws {
        try db.execute(sql: Schema.chainedAudit)
        var previous = root
        var count: Int64 = 0
        let rows = try StoredRow.fetchCursor(db, sql: "SELECT * FROM audit ORDER BY seq")
        while let row = try rows.next() {
            count += 1
            var content = Content(row)
            content.seq = count
            try content.insert(after: previous, into: "audit_chain", db)
            previous = content.digest(after: previous)
        }
        try db.execute(sql: "DROP TABLE audit; ALTER TABLE audit_chain RENAME TO audit;")
        try db.execute(sql: Schema.auditTriggers)
    }

    static func head(_ db: any Session) throws -> (seq: Int64, digest: [UInt8]) {
        let last = try StoredRow.fetchOne(
            db.cachedStatement(sql: "SELECT seq, digest FROM audit ORDER BY seq DESC LIMIT 1"))
        guard let last else { return (0, root) }
        return (last["seq"], Array(last["digest"] as Data))
    }
}
