/// SQL that makes many runs of two: each copy has a campaign, a revision, an approval and a review of its own, and whoever
/// was written to is somebody else on one of a hundred days.
enum BenchRunCopies {
    static func sql(live: Int, ended: Int, accounts: Int = 1) -> String {
        """
        PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; PRAGMA foreign_keys = OFF;
        BEGIN;
        CREATE TEMP TABLE copy AS
            SELECT 'live-' || n AS name, n, 1 AS seed FROM (\(numbers(live)))
            UNION ALL SELECT 'past-' || n, n, 0 FROM (\(numbers(ended)));
        CREATE TEMP TABLE origin AS
            SELECT r.id AS run, v.id AS revision, c.name, r.state <= 4 AS seed FROM run r JOIN revision v ON v.id = r.revision
            JOIN campaign c ON c.id = v.campaign;
        INSERT INTO campaign (name, author) SELECT name, 'bench' FROM copy;
        CREATE TEMP TABLE made AS
            SELECT copy.*, c.id AS campaign, o.run AS seed_run, o.revision AS seed_revision, o.name AS seed_name
            FROM copy JOIN campaign c ON c.name = copy.name JOIN origin o ON o.seed = copy.seed;
        INSERT INTO revision (id, campaign, number, digest, app, account, content, source, file_name, notes, people, admitted,
                              approved)
            SELECT 1000000 + m.campaign, m.campaign, 1, m.name, v.app, v.account,
                   replace(v.content, '"' || m.seed_name || '"', '"' || m.name || '"'), v.source, m.name || '.yaml', v.notes,
                   v.people, v.admitted, v.approved
            FROM made m JOIN revision v ON v.id = m.seed_revision;
        INSERT INTO revision_audience SELECT 1000000 + m.campaign, a.excludes, a.position, a.audience
            FROM made m JOIN revision_audience a ON a.revision = m.seed_revision;
        INSERT INTO approval (revision, person, approves, digest, at)
            SELECT 1000000 + m.campaign, a.person, a.approves, m.name, a.at
            FROM made m JOIN approval a ON a.revision = m.seed_revision;
        INSERT INTO machine_review SELECT 1000000 + m.campaign, w.at, w.review
            FROM made m JOIN machine_review w ON w.revision = m.seed_revision;
        INSERT INTO run (id, name, revision, account, channel, state, starts, valid_until, priority, planned, audience,
                         created, began, ended)
            SELECT 1000000 + m.campaign, m.name || '@20260101-2000', 1000000 + m.campaign, r.account, r.channel, r.state,
                   r.starts + iif(m.seed, n % 600 * 60000, -n % 100 * 86400000),
                   r.valid_until + iif(m.seed, n % 600 * 60000, -n % 100 * 86400000), r.priority, r.planned, r.audience,
                   r.created - iif(m.seed, 0, n % 100 * 86400000), r.began - n % 100 * 86400000,
                   r.ended - n % 100 * 86400000
            FROM made m JOIN run r ON r.id = m.seed_run;
        INSERT INTO run_forecast SELECT 1000000 + m.campaign, f.at, f.content
            FROM made m JOIN run_forecast f ON f.run = m.seed_run;
        INSERT INTO rollup SELECT 1000000 + m.campaign, l.variant, l.kind, l.reason, l.count
            FROM made m JOIN rollup l ON l.run = m.seed_run;
        \(past)
        UPDATE run SET account = (SELECT min(id) FROM account) + id % \(accounts) WHERE state <= 4;
        COMMIT;
        PRAGMA journal_mode = WAL;
        """
    }

    /// Whoever was written to, and what became of it.
    private static let past = """
        CREATE TEMP TABLE past AS SELECT * FROM made WHERE seed = 0;
        INSERT INTO recipient SELECT 1000000 + campaign, 1, printf('_past%012d', campaign) FROM past;
        INSERT INTO segment (id, run, size, next, planned_at)
            SELECT 1000000 + p.campaign, 1000000 + p.campaign, s.size, s.next, s.planned_at
            FROM past p JOIN segment s ON s.run = p.seed_run;
        INSERT INTO plan SELECT 1000000 + p.campaign, l.position, 1000000 + p.campaign, l.variant, l.audience
            FROM past p JOIN segment s ON s.run = p.seed_run JOIN plan l ON l.segment = s.id;
        INSERT INTO part_reach SELECT 1000000 + p.campaign, 1000000 + p.campaign, h.variant, h.people
            FROM past p JOIN part_reach h ON h.run = p.seed_run;
        INSERT INTO attempt (day, recipient, account, number, run, segment, position, variant, sent_variant, messages, tries,
                             term, started, deadline, keeps, returned, outcome, reason, message_ids, settled)
            SELECT a.day - n % 100, 1000000 + p.campaign, a.account, a.number, 1000000 + p.campaign, 1000000 + p.campaign,
                   a.position, a.variant, a.sent_variant, a.messages, a.tries, a.term, a.started - n % 100 * 86400000,
                   a.deadline - n % 100 * 86400000, a.keeps, a.returned, a.outcome, a.reason, a.message_ids,
                   a.settled - n % 100 * 86400000
            FROM past p JOIN attempt a ON a.run = p.seed_run ORDER BY n % 100 DESC;
        DELETE FROM counter;
        INSERT INTO counter (day, account, people, messages) SELECT day, account, sum(keeps), sum(messages - returned) FROM attempt GROUP BY 1, 2;
        DELETE FROM tally;
        INSERT INTO tally SELECT account, started / 900000, run, sum(keeps), sum(messages) FROM attempt GROUP BY 1, 2, 3;
        """

    /// One to `count` less one: the first is there already.
    private static func numbers(_ count: Int) -> String {
        """
        WITH RECURSIVE c(n) AS (SELECT 1 WHERE \(count) > 1 UNION ALL SELECT n + 1 FROM c WHERE n < \(count - 1))
        SELECT n FROM c
        """
    }
}
