import Store

extension Schema {
    /// Which ledger this is, so that a copy or an older state of it is told from the one that was last here.
    ///
    /// `beat` rises while the daemon works and is noted outside the database as well; `copied_at` is set in a copy that
    /// `curfew backup` made, and in no other. What lies between `unknown_from` and `unknown_until` was lost with the
    /// ledger that a restored one replaced.
    static let instance = """
        CREATE TABLE instance (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            name BLOB NOT NULL CHECK (length(name) = 16),
            person_key BLOB NOT NULL CHECK (length(person_key) = 32),
            sealed INTEGER NOT NULL DEFAULT 0 CHECK (sealed IN (0, 1)),
            beat INTEGER NOT NULL DEFAULT 0,
            beat_at INTEGER NOT NULL DEFAULT 0,
            copied_at INTEGER,
            unknown_from INTEGER,
            unknown_until INTEGER
        ) STRICT;
        INSERT INTO instance (id, name, person_key) VALUES (1, randomblob(16), randomblob(32));
        -- An occurrence that began while nobody knows what was sent may have been sent: it ends before it is planned.
        CREATE TRIGGER run_of_lost_time AFTER INSERT ON run
        WHEN NEW.starts <= (SELECT unknown_until FROM instance) AND NEW.starts >= (SELECT unknown_from FROM instance)
        BEGIN UPDATE run SET valid_until = min(valid_until, NEW.starts) WHERE id = NEW.id; END;
        """

    /// Rows are added at the end and stay as they are, whoever asks. The first trigger also stops `INSERT OR REPLACE`,
    /// which would take a row away without any trigger for deletions.
    static let chainedAudit = """
        CREATE TABLE audit_chain (
            seq INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            person TEXT NOT NULL,
            act TEXT NOT NULL,
            subject TEXT NOT NULL,
            detail TEXT NOT NULL,
            digest BLOB NOT NULL CHECK (length(digest) = 32)
        ) STRICT;
        """
    static let auditTriggers = """
        CREATE TRIGGER audit_grows_at_its_end BEFORE INSERT ON audit
        WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit)
        BEGIN SELECT RAISE(ABORT, 'the audit grows at its end only'); END;
        CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit is not changed'); END;
        CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit is not deleted from'); END;
        """
}
