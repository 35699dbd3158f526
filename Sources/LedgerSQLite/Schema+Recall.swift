import Store

extension Schema {
    /// One row a message that somebody wants taken back. States are `RecallState`'s numbers.
    static let recall = """
        CREATE TABLE recall (
            run INTEGER NOT NULL REFERENCES run,
            recipient INTEGER NOT NULL,
            message_id TEXT NOT NULL,
            state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5),
            code INTEGER,
            tries INTEGER NOT NULL DEFAULT 0,
            not_before INTEGER NOT NULL,
            asked INTEGER NOT NULL,
            settled INTEGER,
            PRIMARY KEY (run, recipient, message_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX recall_due ON recall (not_before) WHERE state = 1;
        """
}
