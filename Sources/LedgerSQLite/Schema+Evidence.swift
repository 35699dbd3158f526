extension Schema {
    /// Counted with every status: without it a week of arrivals would be read each time.
    static let arrivalsSetAside = """
        CREATE INDEX arrival_set_aside ON arrival (id) WHERE done IS NOT NULL AND length(body) > 0;
        """

    /// What comes in from outside, and what it was credited to.
    static let evidence = """
        -- As it came, before anybody worked on it. `body` is emptied once it is done, unless it could not be understood.
        CREATE TABLE arrival (
            id INTEGER PRIMARY KEY,
            app INTEGER NOT NULL,
            source INTEGER NOT NULL CHECK (source BETWEEN 1 AND 3),
            digest BLOB NOT NULL UNIQUE,
            received INTEGER NOT NULL,
            body BLOB NOT NULL,
            done INTEGER,
            note TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE INDEX arrival_open ON arrival (id) WHERE done IS NULL;
        CREATE INDEX arrival_done ON arrival (done) WHERE done IS NOT NULL;
        -- Facts. `account` 0: the app's; `recipient` 0: the account's own. The identity makes a repeat nothing.
        CREATE TABLE event (
            id INTEGER PRIMARY KEY,
            identity BLOB NOT NULL UNIQUE,
            kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 12),
            app INTEGER NOT NULL,
            account INTEGER NOT NULL,
            recipient INTEGER NOT NULL,
            at INTEGER NOT NULL,
            received INTEGER NOT NULL,
            amount INTEGER,
            source INTEGER NOT NULL,
            -- The contact it is credited to; 0: none. NULL: not judged yet, because the contact is still on the wire.
            run INTEGER DEFAULT 0,
            variant INTEGER,
            touched INTEGER
        ) STRICT;
        CREATE INDEX event_of_person ON event (recipient, at);
        CREATE INDEX event_of_run ON event (run, at) WHERE run > 0;
        CREATE INDEX event_uncredited ON event (id) WHERE run IS NULL;
        CREATE INDEX event_of_account ON event (account, kind, at);
        -- One person's conversions in one run: what `result` counts.
        CREATE TABLE credit (
            run INTEGER NOT NULL,
            recipient INTEGER NOT NULL,
            conversion INTEGER NOT NULL CHECK (conversion BETWEEN 1 AND 7),
            variant INTEGER NOT NULL,
            events INTEGER NOT NULL CHECK (events >= 1),
            amount INTEGER NOT NULL,
            PRIMARY KEY (run, recipient, conversion)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE result (
            run INTEGER NOT NULL,
            variant INTEGER NOT NULL,
            conversion INTEGER NOT NULL,
            people INTEGER NOT NULL CHECK (people >= 0),
            events INTEGER NOT NULL CHECK (events >= 0),
            amount INTEGER NOT NULL,
            PRIMARY KEY (run, variant, conversion)
        ) STRICT, WITHOUT ROWID;
        -- Quarters of an hour on Shanghai's wall.
        CREATE TABLE account_activity (
            account INTEGER NOT NULL,
            day INTEGER NOT NULL,
            slot INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 95),
            kind INTEGER NOT NULL,
            events INTEGER NOT NULL CHECK (events >= 0),
            PRIMARY KEY (account, day, slot, kind)
        ) STRICT, WITHOUT ROWID;
        -- How a person came to an account, and when they last wrote to it: conditions of `where` read these.
        CREATE TABLE acquaintance (
            account INTEGER NOT NULL,
            recipient INTEGER NOT NULL,
            entered_from TEXT NOT NULL DEFAULT '',
            said INTEGER NOT NULL DEFAULT 0,
            replied INTEGER,
            PRIMARY KEY (account, recipient)
        ) STRICT, WITHOUT ROWID;
        -- The platform's word that a message arrived, kept while an attempt may still need it.
        CREATE TABLE echo (
            day INTEGER NOT NULL,
            recipient INTEGER NOT NULL,
            account INTEGER NOT NULL,
            message_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            received INTEGER NOT NULL,
            -- The attempt it settled; NULL: none yet.
            number INTEGER,
            PRIMARY KEY (day, recipient, account, message_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX echo_unused ON echo (day) WHERE number IS NULL;
        """
}
