import CampaignModel
import Foundation
import Ports
import Store

extension Schema {
    /// `name` is a digest over who asked, where and under which key; `body` names no person.
    static let keptAnswers = """
        CREATE TABLE kept_answer (
            name BLOB PRIMARY KEY CHECK (length(name) = 32),
            fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
            body BLOB NOT NULL,
            at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX kept_answer_age ON kept_answer (at);
        """
}

extension LedgerSQLite: RepeatLedger {
    package func keptAnswer(_ name: [UInt8], since: Moment) throws -> KeptAnswer? {
        // On the writer: the answer of a moment ago counts, and the question is part of the transaction that asks it.
        try inWrite { db in
            let row = try StoredRow.fetchOne(
                db.cachedStatement(sql: "SELECT fingerprint, body, at FROM kept_answer WHERE name = ? AND at >= ?"),
                arguments: [Data(name), since.milliseconds])
            return row.map {
                KeptAnswer(
                    fingerprint: Array($0["fingerprint"] as Data), body: Array($0["body"] as Data),
                    at: Moment($0["at"] as Int64))
            }
        }
    }

    package func keep(_ answer: KeptAnswer, as name: [UInt8], forgetting before: Moment, term: Term) throws {
        try inWrite(term: term) { db, _ in
            try db.execute(sql: "DELETE FROM kept_answer WHERE at < ?", arguments: [before.milliseconds])
            try db.execute(
                sql: """
                    INSERT INTO kept_answer (name, fingerprint, body, at) VALUES (?, ?, ?, ?)
                    ON CONFLICT (name) DO UPDATE SET fingerprint = excluded.fingerprint, body = excluded.body, at = excluded.at
                    """,
                arguments: [Data(name), Data(answer.fingerprint), Data(answer.body), answer.at.milliseconds])
        }
    }
}
