import CampaignModel
import Ports
import Store

/// What figures are made of once the rows that name people are gone: counted when an event is credited, never read back
/// from rows that have an end. A ledger that was kept before is filled from the rows that it still has.
extension Schema {
    static func keepFigures(_ db: any Session) throws {
        for statement in [measured, parts, filledParts, responses, filledResponses, age, signsOfLife] {
            try db.execute(sql: statement)
        }
    }

    private static let measured = """
        -- From when to when a source told of what. `account` 0: the app's.
        CREATE TABLE measured (
            app INTEGER NOT NULL,
            account INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            PRIMARY KEY (app, account, kind)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO measured SELECT app, account, kind, min(first), max(last) FROM (
            SELECT app, account, kind, min(at) AS first, max(at) AS last FROM event GROUP BY 1, 2, 3
            UNION ALL
            SELECT a.app, y.account, y.kind, min(y.day * 86400000 - 28800000 + y.slot * 900000),
                   max(y.day * 86400000 - 28800000 + y.slot * 900000)
            FROM account_activity y JOIN account a ON a.id = y.account GROUP BY 1, 2, 3
            UNION ALL
            -- Whose the app's lines were is known while their rows are there; else every app may have told them.
            SELECT p.id, 0, y.kind, min(y.day * 86400000 - 28800000 + y.slot * 900000),
                   max(y.day * 86400000 - 28800000 + y.slot * 900000)
            FROM account_activity y CROSS JOIN app p
            WHERE y.account = 0 AND NOT EXISTS (
                SELECT 1 FROM event e WHERE e.account = 0 AND e.kind = y.kind AND e.app <> p.id)
            GROUP BY 1, 3)
        GROUP BY 1, 2, 3;
        """

    /// `figure`: a `Conversion`'s number, or a `FunnelStep`'s. `later` 1: of a contact after the test was decided.
    private static let parts = """
        ALTER TABLE credit ADD COLUMN segment INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE credit ADD COLUMN later INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE part_result (
            run INTEGER NOT NULL,
            segment INTEGER NOT NULL,
            later INTEGER NOT NULL,
            variant INTEGER NOT NULL,
            figure INTEGER NOT NULL,
            people INTEGER NOT NULL,
            PRIMARY KEY (run, segment, later, variant, figure)
        ) STRICT, WITHOUT ROWID;
        -- Accepted and unknown.
        CREATE TABLE part_reach (
            run INTEGER NOT NULL,
            segment INTEGER NOT NULL,
            variant INTEGER NOT NULL,
            people INTEGER NOT NULL,
            PRIMARY KEY (run, segment, variant)
        ) STRICT, WITHOUT ROWID;
        """

    private static let filledParts = """
        UPDATE credit SET segment = coalesce((
                SELECT a.segment FROM event e CROSS JOIN attempt a
                    ON a.day = (e.touched + 28800000) / 86400000 AND a.recipient = e.recipient AND a.run = e.run
                WHERE e.recipient = credit.recipient AND e.run = credit.run LIMIT 1), 0),
            later = coalesce((
                SELECT CASE WHEN e.touched >= (SELECT min(at) FROM look k WHERE k.run = e.run AND k.decides = 1)
                    THEN 1 ELSE 0 END FROM event e
                WHERE e.recipient = credit.recipient AND e.run = credit.run LIMIT 1), 0)
        WHERE variant >= 0;
        INSERT INTO part_result SELECT run, segment, later, variant, conversion, count(*) FROM credit
            WHERE variant >= 0 GROUP BY 1, 2, 3, 4, 5;
        INSERT INTO part_result SELECT c.run, c.segment, c.later, c.variant,
                   CASE c.conversion WHEN \(FunnelStep.clickToConsult.from.rawValue)
                       THEN \(FunnelStep.clickToConsult.rawValue) ELSE \(FunnelStep.consultToOrder.rawValue) END, count(*)
            FROM credit c WHERE c.variant >= 0 AND EXISTS (
                SELECT 1 FROM credit n WHERE n.run = c.run AND n.recipient = c.recipient
                    AND (c.conversion, n.conversion) IN (VALUES
                        (\(FunnelStep.clickToConsult.from.rawValue), \(FunnelStep.clickToConsult.to.rawValue)),
                        (\(FunnelStep.consultToOrder.from.rawValue), \(FunnelStep.consultToOrder.to.rawValue))))
            GROUP BY 1, 2, 3, 4, 5;
        -- A run of one part has what the roll-ups say of it. Only runs of several are looked for among the attempts, from the
        -- day of the first of them on: all of a million took a second before the doors opened.
        INSERT INTO part_reach SELECT b.run, s.id, b.variant, sum(b.count) FROM rollup b
            JOIN segment s ON s.run = b.run JOIN run r ON r.id = b.run
            WHERE b.kind IN (1, 5) AND b.count > 0 AND r.pruned = 0
                AND (SELECT count(*) FROM segment x WHERE x.run = b.run) = 1 GROUP BY 1, 2, 3;
        INSERT INTO part_reach
            WITH several AS MATERIALIZED (SELECT run FROM segment GROUP BY run HAVING count(*) > 1)
            SELECT run, segment, variant, count(*) FROM attempt
            WHERE day >= (SELECT min(began) / 86400000 - 1 FROM run WHERE id IN (SELECT run FROM several))
                AND run IN (SELECT run FROM several)
                AND outcome IN (1, 5) GROUP BY 1, 2, 3;
        """

    /// quarter: 900 s since 1970, of the question. `run` 0: everything that was said to the account.
    private static let responses = """
        CREATE TABLE response (
            account INTEGER NOT NULL,
            run INTEGER NOT NULL,
            quarter INTEGER NOT NULL,
            questions INTEGER NOT NULL,
            answered INTEGER NOT NULL,
            waited INTEGER NOT NULL,
            PRIMARY KEY (account, run, quarter)
        ) STRICT, WITHOUT ROWID;
        """

    private static let filledResponses = """
        INSERT INTO response
        WITH scoped AS (
            SELECT 0 AS run, account, recipient, at, id, kind FROM event
            WHERE kind IN (3, 8) AND account > 0 AND recipient > 0
            UNION ALL
            SELECT s.run, s.account, e.recipient, e.at, e.id, e.kind
            FROM (SELECT DISTINCT e.run, r.account, e.recipient FROM event e JOIN run r ON r.id = e.run
                  WHERE e.kind = 3 AND e.run > 0) s
            CROSS JOIN event e ON e.recipient = s.recipient
                AND ((e.kind = 3 AND e.run = s.run) OR (e.kind = 8 AND e.account = s.account))),
        told AS (
            SELECT run, account, at, kind, lag(kind) OVER person AS before,
                   min(CASE kind WHEN 8 THEN at END) OVER (
                       PARTITION BY run, account, recipient ORDER BY at, id
                       ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) - at AS waited
            FROM scoped WINDOW person AS (PARTITION BY run, account, recipient ORDER BY at, id))
        SELECT account, run, at / 900000, count(*), sum(CASE WHEN waited <= \(AnswerLimit.longest.wholeMilliseconds) THEN 1 ELSE 0 END),
               sum(CASE WHEN waited <= \(AnswerLimit.longest.wholeMilliseconds) THEN waited ELSE 0 END)
        FROM told WHERE kind = 3 AND coalesce(before, 8) = 8 GROUP BY 1, 2, 3;
        """

    /// When rows were taken away, and what is kept of what they said.
    private static let age = """
        ALTER TABLE run ADD COLUMN pruned_at INTEGER;
        ALTER TABLE revision ADD COLUMN pruned_at INTEGER;
        -- Events of single people before this moment are gone.
        ALTER TABLE instance ADD COLUMN events_before INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE recalled (
            run INTEGER NOT NULL,
            state INTEGER NOT NULL,
            messages INTEGER NOT NULL,
            PRIMARY KEY (run, state)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX rollup_unknown ON rollup (count) WHERE kind = 5;
        """

    /// Orders, consultations, reports and opt-outs were counted as signs of life once.
    private static let signsOfLife = """
        -- With its key: each row of `activity` looks here.
        CREATE TEMP TABLE no_sign (
            account INTEGER NOT NULL,
            recipient INTEGER NOT NULL,
            slot INTEGER NOT NULL,
            times INTEGER NOT NULL,
            PRIMARY KEY (account, recipient, slot)
        ) WITHOUT ROWID;
        INSERT INTO no_sign SELECT account, recipient, (at + 28800000) % 86400000 / 900000, count(*) FROM event
            WHERE kind IN (4, 5, 6, 7) AND account > 0 AND recipient > 0 GROUP BY 1, 2, 3;
        INSERT INTO no_sign SELECT account, 0, slot, sum(events) FROM account_activity
            WHERE kind IN (4, 5, 6, 7) AND account > 0 GROUP BY 1, 3;
        DELETE FROM activity WHERE seen <= (
            SELECT times FROM no_sign n WHERE n.account = activity.account AND n.recipient = activity.recipient
                AND n.slot = activity.slot);
        UPDATE activity SET seen = seen - n.times FROM no_sign n
            WHERE n.account = activity.account AND n.recipient = activity.recipient AND n.slot = activity.slot;
        DROP TABLE no_sign;
        """
}
