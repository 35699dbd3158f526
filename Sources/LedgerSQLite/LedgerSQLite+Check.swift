import CampaignModel
import Ports
import Store

extension LedgerSQLite {
    /// What the schema cannot hold by itself: counters against attempts, roll-ups against rows, the sum of every run,
    /// and that nobody stands in two places. Runs at start, in `doctor`, and in every test world.
    package func violations() throws -> [String] {
        try inRead { db in try db.inPieces(pace) { try Self.violations(db, pace) } }
    }

    private static func violations(_ db: any Session, _ pace: any WorkPace) throws -> [String] {
        var found: [String] = []
        for check in checks {
            // Also between two that are short each: a stop is heard however small the ledger is.
            try pace.between(wrote: false)
            for row in try StoredRow.fetchAll(db, sql: check.sql) {
                found.append("\(check.name): \(row.map { "\($0.0)=\($0.1)" }.joined(separator: " "))")
            }
        }
        for run in try Int64.fetchAll(db.cachedStatement(sql: "SELECT id FROM run WHERE planned = 1")) {
            let sum = try sum(of: run, db)
            if !sum.holds { found.append("sum of run #\(run): \(sum.audience) ≠ \(sum.accountedFor)") }
        }
        return found
    }

    /// Each names rows that must not exist.
    private static let checks: [(name: String, sql: String)] = [
        (
            "counter",
            """
            WITH counted AS (
                SELECT day, account, count(DISTINCT CASE keeps WHEN 1 THEN recipient END) AS people,
                       sum(CASE WHEN segment >= 0 THEN messages - returned ELSE 0 END) AS messages,
                       sum(CASE WHEN segment < 0 THEN messages - returned ELSE 0 END) AS answers
                FROM attempt NOT INDEXED GROUP BY day, account)
            SELECT c.day, c.account, c.people, c.messages, c.answers, x.people AS people_counted,
                   x.messages AS messages_counted, x.answers AS answers_counted
            FROM counter c LEFT JOIN counted x ON x.day = c.day AND x.account = c.account
            WHERE (c.people <> coalesce(x.people, 0) OR c.messages <> coalesce(x.messages, 0)
                    OR c.answers <> coalesce(x.answers, 0))
                AND c.day >= (SELECT pruned_before FROM instance)
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
            // Both sides in one pass: a row without its roll-up shows as a roll-up without its row does.
            "roll-up",
            """
            SELECT run, variant, kind, reason, sum(n) AS difference FROM (
                SELECT run, variant, kind, reason, count AS n FROM rollup WHERE kind NOT IN (13, 14, 15)
                UNION ALL
                SELECT run, variant, coalesce(outcome, 10), CASE WHEN outcome IS NULL THEN 0 ELSE coalesce(reason, 0) END,
                       -count(*) FROM attempt WHERE outcome IS NULL OR \(Fragment.isFinal) GROUP BY 1, 2, 3, 4
                UNION ALL SELECT run, variant, 11, reason, -count(*) FROM waiting GROUP BY 1, 2, 4
                UNION ALL SELECT run, variant, 12, reason, -count(*) FROM skipped GROUP BY 1, 2, 4
                UNION ALL SELECT run, variant, 11, reason, -count(*) FROM occasion WHERE state = 1 GROUP BY 1, 2, 4
                UNION ALL SELECT run, variant, 12, reason, -count(*) FROM occasion WHERE state = 4 GROUP BY 1, 2, 4)
            WHERE run NOT IN (SELECT id FROM run WHERE pruned > 0 OR planned = 0)
            GROUP BY run, variant, kind, reason HAVING sum(n) <> 0
            """
        ),
        (
            "holdout and plan",
            """
            SELECT * FROM (
                SELECT r.id AS run, r.audience,
                       (SELECT count(*) FROM holdout h WHERE h.run = r.id) AS left_out,
                       (SELECT coalesce(sum(size), 0) FROM segment s WHERE s.run = r.id)
                    + (SELECT count(*) FROM undecided u WHERE u.run = r.id) AS placed
                FROM run r WHERE r.planned = 1 AND r.pruned = 0 AND r.listens IS NULL) q
            WHERE q.audience <> q.left_out + q.placed
            """
        ),
        (
            "occasions of a run",
            """
            SELECT * FROM (
                SELECT r.id AS run, r.audience, (SELECT count(*) FROM occasion o WHERE o.run = r.id) AS rows
                FROM run r WHERE r.listens IS NOT NULL AND r.pruned = 0) q
            WHERE q.audience <> q.rows
            """
        ),
        (
            "an open occasion and its attempt",
            """
            SELECT o.id AS occasion FROM occasion o WHERE o.state = 2 AND NOT EXISTS (
                SELECT 1 FROM attempt a WHERE a.outcome IS NULL AND a.segment <= 0 AND a.position = o.id)
            """
        ),
        (
            "rows of a list",
            """
            SELECT id AS audience, rows_read, rows_bad, duplicates, people FROM audience
            WHERE rows_read <> rows_bad + duplicates + people
            """
        ),
        (
            "rows of a run",
            """
            SELECT r.id AS run, l.rows_read, l.bad, r.duplicates, r.excluded, r.beyond_max, r.audience FROM run r
            JOIN (SELECT ra.revision, sum(a.rows_read) AS rows_read, sum(a.rows_bad) AS bad
                  FROM revision_audience ra JOIN audience a ON a.id = ra.audience WHERE ra.excludes = 0
                  GROUP BY ra.revision) l ON l.revision = r.revision
            WHERE r.planned = 1 AND r.test = 0
                AND l.rows_read <> l.bad + r.duplicates + r.excluded + r.beyond_max + r.audience
            """
        ),
        (
            "held out and their turns",
            """
            SELECT run, reason, sum(n) AS difference FROM (
                SELECT run, reason, count AS n FROM rollup WHERE kind = 15
                UNION ALL SELECT run, coalesce(reason, 0), -count(*) FROM holdout
                          WHERE segment IS NULL AND until IS NULL AND (sent IS NOT NULL OR reason IS NOT NULL) GROUP BY 1, 2)
            WHERE run NOT IN (SELECT id FROM run WHERE pruned > 0 OR planned = 0)
            GROUP BY run, reason HAVING sum(n) <> 0
            """
        ),
        (
            "held out and written to",
            """
            SELECT a.run, a.recipient FROM attempt a
            CROSS JOIN holdout h ON h.run = a.run AND h.recipient = a.recipient
            """
        ),
        (
            "undecided people",
            """
            SELECT * FROM (
                SELECT u.run, u.size, (SELECT count(*) FROM undecided p WHERE p.run = u.run) AS rows
                FROM undecided_rest u) q
            WHERE q.size <> q.rows
            """
        ),
        (
            "size of a segment",
            """
            SELECT * FROM (
                SELECT s.id AS segment, s.size, (SELECT count(*) FROM plan p WHERE p.segment = s.id) AS rows
                FROM segment s WHERE s.run NOT IN (SELECT id FROM run WHERE pruned > 0 OR planned = 0)) q
            WHERE q.size <> q.rows
            """
        ),
        (
            "waits and is open",
            """
            SELECT w.run, w.recipient FROM attempt a
            CROSS JOIN waiting w ON w.run = a.run AND w.recipient = a.recipient WHERE a.outcome IS NULL
            """
        ),
        (
            "unknown and not listed",
            """
            SELECT day, recipient, account, number FROM attempt WHERE outcome = 5
            EXCEPT SELECT day, recipient, account, number FROM unknown_attempt
            """
        ),
        (
            "listed and not unknown",
            """
            SELECT day, recipient, account, number FROM unknown_attempt
            EXCEPT SELECT day, recipient, account, number FROM attempt WHERE outcome = 5
            """
        ),
        (
            "waits and is skipped",
            "SELECT w.run, w.recipient FROM waiting w JOIN skipped s ON s.run = w.run AND s.recipient = w.recipient"
        ),
        (
            // The other way round is no fault: whoever is erased leaves the counts behind.
            "credited and not counted",
            """
            SELECT run, variant, conversion FROM (
                SELECT run, variant, conversion, people, events, amount FROM result
                UNION ALL SELECT run, variant, conversion, -count(*), -sum(events), -sum(amount) FROM credit GROUP BY 1, 2, 3)
            GROUP BY run, variant, conversion HAVING sum(people) < 0 OR sum(events) < 0 OR sum(amount) < 0
            """
        ),
        (
            "counted in parts and not in the run",
            """
            SELECT run, variant, conversion FROM (
                SELECT run, variant, conversion, people FROM result WHERE variant >= 0
                UNION ALL SELECT run, variant, figure, -people FROM part_result WHERE figure < 10)
            GROUP BY run, variant, conversion HAVING sum(people) < 0
            """
        ),
        (
            "credited and not counted in its part",
            """
            SELECT run, segment, later, variant, figure FROM (
                SELECT run, segment, later, variant, figure, people FROM part_result WHERE figure < 10
                UNION ALL SELECT run, segment, later, variant, conversion, -count(*) FROM credit
                          WHERE variant >= 0 GROUP BY 1, 2, 3, 4, 5)
            GROUP BY run, segment, later, variant, figure HAVING sum(people) < 0
            """
        ),
        (
            "reached in parts and in the run",
            """
            SELECT run, variant, sum(n) AS difference FROM (
                SELECT run, variant, count AS n FROM rollup WHERE kind IN (1, 5)
                UNION ALL SELECT run, variant, -people FROM part_reach)
            WHERE run NOT IN (SELECT id FROM run WHERE pruned > 0)
            GROUP BY run, variant HAVING sum(n) <> 0
            """
        ),
        (
            "one contact a day kept twice by one account",
            """
            SELECT day, recipient, account, count(*) AS kept FROM attempt NOT INDEXED WHERE keeps = 1
            GROUP BY day, recipient, account HAVING count(*) > 1
            """
        ),
    ]
}
