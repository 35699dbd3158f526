import CampaignModel
import GRDB
import Ports

extension LedgerSQLite {
    /// What the schema cannot hold by itself: counters against attempts, roll-ups against rows, the sum of every run,
    /// and that nobody stands in two places. Runs at start, in `doctor`, and in every test world.
    package func violations() throws -> [String] {
        try inRead { db in
            var found: [String] = []
            for check in Self.checks {
                for row in try GRDB.Row.fetchAll(db, sql: check.sql) {
                    found.append("\(check.name): \(row.map { "\($0.0)=\($0.1)" }.joined(separator: " "))")
                }
            }
            for run in try Int64.fetchAll(db, sql: "SELECT id FROM run WHERE planned = 1") {
                let sum = try Self.sum(of: run, db)
                if !sum.holds { found.append("sum of run #\(run): \(sum.audience) ≠ \(sum.accountedFor)") }
            }
            return found
        }
    }

    /// Each names rows that must not exist.
    private static let checks: [(name: String, sql: String)] = [
        (
            "counter",
            """
            WITH counted AS (
                SELECT day, account, count(DISTINCT CASE keeps WHEN 1 THEN recipient END) AS people,
                       sum(messages - returned) AS messages
                FROM attempt GROUP BY day, account)
            SELECT c.day, c.account, c.people, c.messages, x.people AS people_counted, x.messages AS messages_counted
            FROM counter c LEFT JOIN counted x ON x.day = c.day AND x.account = c.account
            WHERE c.people <> coalesce(x.people, 0) OR c.messages <> coalesce(x.messages, 0)
            """
        ),
        (
            "attempts without counter",
            """
            SELECT DISTINCT a.day, a.account FROM attempt a
            WHERE NOT EXISTS (SELECT 1 FROM counter c WHERE c.day = a.day AND c.account = a.account)
            """
        ),
        (
            "open roll-up",
            """
            SELECT r.run, sum(r.count) AS rolled, (SELECT count(*) FROM attempt a INDEXED BY attempt_open
                WHERE a.outcome IS NULL AND a.run = r.run) AS open
            FROM rollup r WHERE r.kind = 10 GROUP BY r.run HAVING rolled <> open
            """
        ),
        (
            "waiting roll-up",
            """
            SELECT r.run, r.reason, sum(r.count) AS rolled, (SELECT count(*) FROM waiting w
                WHERE w.run = r.run AND w.reason = r.reason) AS rows
            FROM rollup r WHERE r.kind = 11 GROUP BY r.run, r.reason HAVING rolled <> rows
            """
        ),
        (
            "skipped roll-up",
            """
            SELECT r.run, r.reason, sum(r.count) AS rolled, (SELECT count(*) FROM skipped s
                WHERE s.run = r.run AND s.reason = r.reason) AS rows
            FROM rollup r WHERE r.kind = 12 GROUP BY r.run, r.reason HAVING rolled <> rows
            """
        ),
        (
            "accepted roll-up",
            """
            SELECT r.run, sum(r.count) AS rolled, (SELECT count(*) FROM attempt a
                WHERE a.run = r.run AND a.outcome = 1) AS rows
            FROM rollup r WHERE r.kind = 1 GROUP BY r.run HAVING rolled <> rows
            """
        ),
        (
            "waits and is skipped",
            "SELECT w.run, w.recipient FROM waiting w JOIN skipped s ON s.run = w.run AND s.recipient = w.recipient"
        ),
        (
            "one contact a day kept twice by one account",
            """
            SELECT day, recipient, account, count(*) AS kept FROM attempt WHERE keeps = 1
            GROUP BY day, recipient, account HAVING kept > 1
            """
        ),
    ]
}
