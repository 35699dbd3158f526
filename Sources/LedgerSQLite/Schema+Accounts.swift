/// How accounts stand, what they started lately, and what is known of single people beside their consent.
extension Schema {
    static let accountStanding = """
        ALTER TABLE account ADD COLUMN banned INTEGER;
        ALTER TABLE account ADD COLUMN frozen INTEGER;
        ALTER TABLE account ADD COLUMN slowed_per_hour INTEGER CHECK (slowed_per_hour > 0);
        UPDATE account SET banned = coalesce((SELECT max(at) FROM audit), 0) WHERE hold_reason = 66;
        CREATE TRIGGER a_ban_is_final BEFORE UPDATE OF banned ON account
            WHEN OLD.banned IS NOT NULL AND NEW.banned IS NOT OLD.banned
            BEGIN SELECT RAISE(ABORT, 'a ban is final'); END;
        ALTER TABLE app ADD COLUMN credit INTEGER NOT NULL DEFAULT 100 CHECK (credit BETWEEN 0 AND 100);
        -- What the configuration said last: it counts again only when somebody changes it there.
        ALTER TABLE app ADD COLUMN credit_configured INTEGER;
        CREATE TABLE qualification (
            account INTEGER NOT NULL REFERENCES account,
            id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 64),
            document TEXT NOT NULL,
            valid_from INTEGER NOT NULL,
            valid_to INTEGER NOT NULL CHECK (valid_to > valid_from),
            messages_per_day INTEGER NOT NULL CHECK (messages_per_day > 0),
            recorded INTEGER NOT NULL,
            person TEXT NOT NULL,
            PRIMARY KEY (account, id)
        ) STRICT, WITHOUT ROWID;
        -- kind 1: somebody reported the account, 2: it broke a content rule. An appeal that is granted spends them.
        CREATE TABLE complaint (
            id INTEGER PRIMARY KEY,
            account INTEGER NOT NULL REFERENCES account,
            kind INTEGER NOT NULL CHECK (kind IN (1, 2)),
            at INTEGER NOT NULL,
            person TEXT NOT NULL,
            note TEXT NOT NULL,
            spent INTEGER NOT NULL DEFAULT 0 CHECK (spent IN (0, 1))
        ) STRICT;
        CREATE INDEX complaint_open ON complaint (account) WHERE spent = 0;
        -- minute: 60 s since 1970. What was started; nothing is taken off when an attempt is given back.
        CREATE TABLE lane_minute (
            account INTEGER NOT NULL,
            minute INTEGER NOT NULL,
            people INTEGER NOT NULL CHECK (people >= 0),
            messages INTEGER NOT NULL CHECK (messages >= 0),
            slowed_until INTEGER,
            PRIMARY KEY (account, minute)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE person_window (
            recipient INTEGER PRIMARY KEY REFERENCES recipient,
            zone TEXT,
            quiet_from INTEGER CHECK (quiet_from BETWEEN 0 AND 1439),
            quiet_to INTEGER CHECK (quiet_to BETWEEN 0 AND 1440),
            CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
        ) STRICT;
        CREATE TABLE prompt (
            account INTEGER NOT NULL,
            recipient INTEGER NOT NULL,
            day INTEGER NOT NULL,
            shown INTEGER NOT NULL CHECK (shown >= 0),
            refused INTEGER NOT NULL CHECK (refused >= 0),
            PRIMARY KEY (account, recipient, day)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE strategy (
            app INTEGER NOT NULL REFERENCES app,
            entry TEXT NOT NULL,
            behaviour TEXT NOT NULL,
            page TEXT NOT NULL,
            enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
            PRIMARY KEY (app, entry, behaviour, page)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE card_template (
            app INTEGER NOT NULL REFERENCES app,
            id TEXT NOT NULL,
            approved INTEGER NOT NULL CHECK (approved IN (0, 1)),
            PRIMARY KEY (app, id)
        ) STRICT, WITHOUT ROWID;
        """
}
