extension Schema {
    /// What people are to be told. Acts leave it by triggers: whoever ends a run, holds an account or writes an act into the
    /// audit, in whichever transaction, cannot forget it. Without a target nothing is written.
    static let notices = """
        CREATE TABLE notice (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            run TEXT NOT NULL DEFAULT '',
            account TEXT NOT NULL DEFAULT '',
            person TEXT NOT NULL DEFAULT '',
            code TEXT NOT NULL DEFAULT '',
            figures TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(figures)),
            -- For this one alone; NULL: for everybody.
            target TEXT
        ) STRICT;
        CREATE TABLE notice_target (
            name TEXT NOT NULL,
            page INTEGER NOT NULL CHECK (page IN (0, 1)),
            told INTEGER NOT NULL,
            -- The last notice of the message that is under way.
            upto INTEGER CHECK (upto > told),
            tries INTEGER NOT NULL DEFAULT 0,
            not_before INTEGER,
            last_try INTEGER,
            last_told INTEGER,
            last_failure INTEGER,
            failure TEXT NOT NULL DEFAULT '',
            told_total INTEGER NOT NULL DEFAULT 0,
            failed_total INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (name, page)
        ) STRICT, WITHOUT ROWID;
        -- value 0: it does not hold any more.
        CREATE TABLE notice_condition (
            name TEXT PRIMARY KEY,
            value INTEGER NOT NULL,
            held INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TRIGGER run_waits_for_review AFTER INSERT ON run
            WHEN NEW.state = 1 AND NEW.test = 0 AND EXISTS (SELECT 1 FROM notice_target) BEGIN
            INSERT INTO notice (at, kind, run, account, person, figures)
                SELECT NEW.created, 1, NEW.name, coalesce((SELECT name FROM account WHERE id = NEW.account), ''),
                    c.author, json_object('people', v.people)
                FROM revision v JOIN campaign c ON c.id = v.campaign WHERE v.id = NEW.revision;
        END;
        CREATE TRIGGER run_has_started AFTER UPDATE OF state ON run
            WHEN NEW.state = 3 AND OLD.state = 2 AND OLD.planned = 0 AND NEW.test = 0
                AND EXISTS (SELECT 1 FROM notice_target) BEGIN
            INSERT INTO notice (at, kind, run, account, figures) VALUES (
                coalesce(NEW.began, NEW.starts), 4, NEW.name,
                coalesce((SELECT name FROM account WHERE id = NEW.account), ''), json_object('people', NEW.audience));
        END;
        CREATE TRIGGER run_has_ended AFTER UPDATE OF state ON run
            WHEN NEW.state IN (5, 7) AND OLD.state < 5 AND NEW.test = 0 AND EXISTS (SELECT 1 FROM notice_target) BEGIN
            INSERT INTO notice (at, kind, run, account, figures) VALUES (
                coalesce(NEW.ended, NEW.starts), CASE NEW.state WHEN 5 THEN 5 ELSE 6 END, NEW.name,
                coalesce((SELECT name FROM account WHERE id = NEW.account), ''),
                json_object(
                    'accepted', (SELECT coalesce(sum(count), 0) FROM rollup WHERE run = NEW.id AND kind = 1),
                    'rejected', (SELECT coalesce(sum(count), 0) FROM rollup WHERE run = NEW.id AND kind = 2),
                    'unknown', (SELECT coalesce(sum(count), 0) FROM rollup WHERE run = NEW.id AND kind = 5),
                    'skipped', (SELECT coalesce(sum(count), 0) FROM rollup WHERE run = NEW.id AND kind = 12),
                    'held_out', (SELECT coalesce(sum(count), 0) FROM rollup WHERE run = NEW.id AND kind = 13)));
        END;
        CREATE TRIGGER account_waits_for_somebody AFTER INSERT ON account_hold
            WHEN NEW.reason IS NOT NULL AND NEW.until IS NULL AND EXISTS (SELECT 1 FROM notice_target) BEGIN
            INSERT INTO notice (at, kind, account, code) SELECT NEW.at, 8, name, CAST(NEW.reason AS TEXT)
                FROM account WHERE id = NEW.account;
        END;
        CREATE TRIGGER account_froze AFTER UPDATE OF frozen ON account
            WHEN NEW.frozen IS NOT NULL AND OLD.frozen IS NULL AND EXISTS (SELECT 1 FROM notice_target) BEGIN
            INSERT INTO notice (at, kind, account) VALUES (NEW.frozen, 9, NEW.name);
        END;
        CREATE TRIGGER act_to_tell AFTER INSERT ON audit
            WHEN (NEW.act IN ('approve', 'reject', 'stop-all', 'go') OR (NEW.act = 'pause' AND NEW.person = 'curfew'))
                AND EXISTS (SELECT 1 FROM notice_target) BEGIN
            INSERT INTO notice (at, kind, run, person, code) VALUES (
                NEW.at,
                CASE NEW.act WHEN 'approve' THEN 2 WHEN 'reject' THEN 3 WHEN 'pause' THEN 7 WHEN 'stop-all' THEN 10
                    ELSE 11 END,
                CASE WHEN NEW.act IN ('stop-all', 'go') THEN '' ELSE NEW.subject END, NEW.person,
                CASE NEW.act WHEN 'pause' THEN NEW.detail ELSE '' END);
        END;
        """
}
