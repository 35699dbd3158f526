import CampaignModel
import Foundation
import Ports
import Store

extension LedgerSQLite: RecallLedger {
    package func askRecall(_ demand: RecallDemand) throws -> Int {
        try inWrite(term: demand.term) { db, _ in
            let run = try Self.run(demand.run.rawValue, db)
            // Some may have been told their id since.
            try db.execute(
                sql: "DELETE FROM recall WHERE run = ? AND state = ?",
                arguments: [run.id.rawValue, RecallState.withoutID.rawValue])
            for (recipient, ids, nameless) in try Self.delivered(by: run, db) {
                // What the platform gave no id cannot be asked for, and is counted so: a row each, told apart by a number.
                for id in ids + (0..<nameless).map({ $0 == 0 ? "" : Self.namelessMark + String($0 + 1) }) {
                    try db.execute(
                        sql: """
                            INSERT INTO recall (run, recipient, message_id, state, not_before, asked)
                            VALUES (?1, ?2, ?3, ?4, ?5, ?5)
                            ON CONFLICT (run, recipient, message_id) DO UPDATE SET state = ?4, tries = 0, settled = NULL, not_before = ?5,
                                code = CASE recall.state WHEN 4 THEN \(Self.answerLost) END WHERE recall.state IN (3, 4)
                            """,
                        arguments: [
                            run.id.rawValue, recipient, id,
                            (id.isEmpty || id.hasPrefix(Self.namelessMark) ? RecallState.withoutID : .asked).rawValue,
                            demand.now.milliseconds,
                        ])
                }
            }
            let asked = try Int.fetchOne(
                db.cachedStatement(sql: "SELECT count(*) FROM recall WHERE run = ? AND state = ?"),
                arguments: [run.id.rawValue, RecallState.asked.rawValue])!
            try Self.audit(db, at: demand.now, demand.person, "recall", run.name, "\(asked) messages")
            return asked
        }
    }

    /// By the days of the run's life: attempts have no index by run, which every start and settlement would pay for.
    private static func delivered(
        by run: RunRecord, _ db: any Session
    ) throws -> [(recipient: Int64, ids: [String], nameless: Int)] {
        guard let began = run.began else { return [] }
        return try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT recipient, message_ids, messages - returned AS delivered FROM attempt
                    WHERE \(AttemptWalk.since("?1")) AND run = ?2 AND outcome = ?3
                    """),
            arguments: [
                PlatformDay(containing: began).number, run.id.rawValue, OutcomeKind.accepted.rawValue,
            ]
        ).map { row in
            let ids = (row["message_ids"] as String? ?? "").split(separator: "\n").map { String($0) }
            return (row["recipient"], ids, max(row["delivered"] as Int - ids.count, 0))
        }
    }

    /// No id of the platform's begins so.
    private static let namelessMark = "\u{1}"

    package func recallsDue(limit: Int, at now: Moment) throws -> [RecallItem] {
        try inRead { db in
            try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT c.run, c.recipient, c.message_id, c.tries, c.code, p.open_id, r.account, r.channel FROM recall c
                        JOIN run r ON r.id = c.run JOIN recipient p ON p.id = c.recipient
                        WHERE c.state = 1 AND c.not_before <= ? ORDER BY c.not_before, c.run, c.recipient LIMIT ?
                        """), arguments: [now.milliseconds, limit]
            ).map { row in
                RecallItem(
                    run: RunID(rawValue: row["run"]), recipient: RecipientID(rawValue: row["recipient"]),
                    openID: row["open_id"],
                    lane: Lane(
                        account: AccountID(rawValue: row["account"]),
                        channel: try Stored.value(row["channel"], "run.channel")),
                    messageID: row["message_id"], tries: row["tries"],
                    answerLost: row["code"] as Int? == Self.answerLost)
            }
        }
    }

    package func nextRecall() throws -> Moment? {
        try inRead { db in
            try Int64.fetchOne(db.cachedStatement(sql: "SELECT min(not_before) FROM recall WHERE state = 1"))
                .map(Moment.init(milliseconds:))
        }
    }

    /// Stands for the platform's code while one is asked for whose answer nobody knows.
    private static let answerLost = 0

    package func noteRecallsLeaving(_ items: [RecallItem], term: Term) throws {
        try inWrite(term: term) { db, _ in
            let statement = try db.cachedStatement(
                sql: "UPDATE recall SET code = ? WHERE run = ? AND recipient = ? AND message_id = ? AND state = 1")
            for item in items {
                try statement.execute(arguments: [
                    Self.answerLost, item.run.rawValue, item.recipient.rawValue, item.messageID,
                ])
            }
        }
    }

    package func settleRecall(_ settlement: RecallSettlement) throws {
        try inWrite(term: settlement.term) { db, _ in
            try db.execute(
                sql: """
                    UPDATE recall SET state = ?1, code = ?2, tries = tries + 1, not_before = coalesce(?3, not_before),
                        settled = CASE ?1 WHEN 1 THEN NULL ELSE ?4 END
                    WHERE run = ?5 AND recipient = ?6 AND message_id = ?7 AND state = 1
                    """,
                arguments: [
                    settlement.state.rawValue,
                    settlement.state == .asked ? (settlement.answerLost ? Self.answerLost : nil) : settlement.code,
                    settlement.notBefore?.milliseconds,
                    settlement.now.milliseconds, settlement.item.run.rawValue, settlement.item.recipient.rawValue,
                    settlement.item.messageID,
                ])
        }
    }

    package func recallCounts(of run: RunID) throws -> RecallCounts? {
        try inRead { db in
            // Once its people are erased by age, what was counted then.
            let isErased = try Bool.fetchOne(
                db.cachedStatement(sql: "SELECT pruned > 0 FROM run WHERE id = ?"), arguments: [run.rawValue])
            let rows = try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: isErased == true
                        ? "SELECT state, messages FROM recalled WHERE run = ?"
                        : "SELECT state, count(*) AS messages FROM recall WHERE run = ? GROUP BY state"),
                arguments: [run.rawValue])
            guard !rows.isEmpty else { return nil }
            var counts: [RecallState: Int] = [:]
            for row in rows {
                if let state = RecallState(rawValue: row["state"]) { counts[state] = row["messages"] }
            }
            return RecallCounts(counts)
        }
    }

    package func recalls(of run: RunID, recipient: RecipientID) throws -> [RecallState] {
        try inRead { db in
            try Int.fetchAll(
                db.cachedStatement(sql: "SELECT state FROM recall WHERE run = ? AND recipient = ? ORDER BY message_id"),
                arguments: [run.rawValue, recipient.rawValue]
            ).compactMap { RecallState(rawValue: $0) }
        }
    }
}
