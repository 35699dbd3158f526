import CampaignModel
import Foundation
import Store

extension Schema {
    /// Each hold of an account and each release, as numbers: a question about another moment read them out of the words that
    /// the record of acts keeps for people. What was written before is read out of those words here, for the last time.
    static func keepHolds(_ db: any Session) throws {
        try db.execute(
            sql: """
                CREATE TABLE account_hold (
                    id INTEGER PRIMARY KEY,
                    account INTEGER NOT NULL,
                    at INTEGER NOT NULL,
                    -- NULL: released.
                    reason INTEGER,
                    -- NULL: until a person acts.
                    until INTEGER
                ) STRICT;
                CREATE INDEX account_hold_of ON account_hold (account, at);
                """)
        let rows = try StoredRow.fetchAll(
            db,
            sql: """
                SELECT at, act, subject, detail FROM audit
                WHERE act IN ('hold', 'release') AND subject LIKE 'account #%' ORDER BY seq
                """)
        for row in rows {
            guard let account = Int64((row["subject"] as String).dropFirst("account #".count)) else { continue }
            let detail: String = row["detail"]
            let parts = detail.components(separatedBy: " until ")
            let reason = parts.first.flatMap { Reason(code: $0) }
            guard row["act"] == "release" || reason != nil else { continue }
            try db.execute(
                sql: "INSERT INTO account_hold (account, at, reason, until) VALUES (?, ?, ?, ?)",
                arguments: [
                    account, row["at"] as Int64, row["act"] == "release" ? nil : reason?.rawValue,
                    parts.count == 2 ? Moment(iso8601: parts[1])?.milliseconds : nil,
                ])
        }
    }
}
