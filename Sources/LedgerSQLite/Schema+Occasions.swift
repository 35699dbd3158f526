/// What happened, and what it was an occasion of.
extension Schema {
    static let occasions = """
        -- As the platform names them: an answer has to. `said`: of the text, so that the same one three times running is
        -- seen; the text itself is never kept. `ad`: what the platform told about the ad, whole.
        ALTER TABLE event ADD COLUMN message TEXT;
        ALTER TABLE event ADD COLUMN conversation TEXT;
        ALTER TABLE event ADD COLUMN said INTEGER;
        ALTER TABLE event ADD COLUMN ad TEXT;
        -- Messages of the day that answered somebody: nothing of the account's people and batches.
        ALTER TABLE counter ADD COLUMN answers INTEGER NOT NULL DEFAULT 0 CHECK (answers >= 0);
        -- Of a triggered run: the kind of event, the right that it spends (1 enter, 2 reply, 3 proactive), and since when it
        -- hears, which is its approval.
        ALTER TABLE run ADD COLUMN listens INTEGER;
        ALTER TABLE run ADD COLUMN spends INTEGER CHECK (spends BETWEEN 1 AND 3);
        ALTER TABLE run ADD COLUMN hears_from INTEGER;
        CREATE INDEX run_listens ON run (account, listens) WHERE listens IS NOT NULL AND state <= 4;
        -- The key makes a repeat nothing: the same word of the same person for the same campaign, whatever id it carries and
        -- in whichever revision it is told again. An attempt names its occasion by `position`, in a segment of 0 or below.
        CREATE TABLE occasion (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES run,
            campaign INTEGER NOT NULL,
            account INTEGER NOT NULL,
            recipient INTEGER NOT NULL,
            digest BLOB NOT NULL,
            event INTEGER NOT NULL,
            spends INTEGER NOT NULL CHECK (spends BETWEEN 1 AND 3),
            at INTEGER NOT NULL,
            due INTEGER NOT NULL,
            variant INTEGER NOT NULL,
            -- 1 waits, 2 open, 3 ended as its last attempt did, 4 skipped, 5 held out.
            state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5),
            until INTEGER NOT NULL,
            reason INTEGER,
            tries INTEGER NOT NULL DEFAULT 0,
            messages INTEGER NOT NULL DEFAULT 0,
            -- Of the last attempt that may have left.
            started INTEGER,
            ended INTEGER,
            UNIQUE (campaign, recipient, digest)
        ) STRICT;
        CREATE INDEX occasion_due ON occasion (run, until) WHERE state = 1;
        CREATE INDEX occasion_started ON occasion (recipient, started) WHERE started IS NOT NULL;
        CREATE INDEX occasion_of_event ON occasion (event);
        CREATE INDEX occasion_of_run ON occasion (run, state);
        """
}
