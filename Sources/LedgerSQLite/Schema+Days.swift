/// What the questions about a day need: who stands where in a plan, what each run took of its lane in each quarter of an
/// hour, who yielded to whom, what was forecast, and when people are lively.
extension Schema {
    static let days = """
        -- How the positions were ordered: 0 unknown, 1 by `PlanOrder` with the key, 2 as listed. Somebody's position is
        -- found by halving; an index over (segment, recipient) would cost each plan a second tree in random order.
        ALTER TABLE segment ADD COLUMN ordering INTEGER NOT NULL DEFAULT 0 CHECK (ordering BETWEEN 0 AND 2);
        ALTER TABLE segment ADD COLUMN shuffle_key INTEGER;
        -- Best time: minutes since midnight in Shanghai before which the segment is not served on any day.
        ALTER TABLE segment ADD COLUMN slot INTEGER CHECK (slot BETWEEN 0 AND 1439);
        -- quarter: 900 s since 1970. What was started; what was given back later is in `counter`.
        CREATE TABLE tally (
            account INTEGER NOT NULL,
            quarter INTEGER NOT NULL,
            run INTEGER NOT NULL,
            people INTEGER NOT NULL CHECK (people >= 0),
            messages INTEGER NOT NULL CHECK (messages >= 0),
            PRIMARY KEY (account, quarter, run)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO tally SELECT account, started / 900000, run, sum(keeps), sum(messages) FROM attempt GROUP BY 1, 2, 3;
        -- People of `run` whose contact of a day went to `winner`, or is promised to it.
        CREATE TABLE contest (
            run INTEGER NOT NULL,
            winner INTEGER NOT NULL,
            people INTEGER NOT NULL CHECK (people >= 0),
            PRIMARY KEY (run, winner)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE run_forecast (
            run INTEGER PRIMARY KEY REFERENCES run,
            at INTEGER NOT NULL,
            content TEXT NOT NULL
        ) STRICT;
        -- slot: quarter of the day in Shanghai, 0 … 95. recipient 0: everybody of the account together.
        CREATE TABLE activity (
            account INTEGER NOT NULL,
            recipient INTEGER NOT NULL,
            slot INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 95),
            seen INTEGER NOT NULL CHECK (seen > 0),
            last INTEGER NOT NULL,
            PRIMARY KEY (account, recipient, slot)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX audit_subject ON audit (subject, seq);
        """
}
