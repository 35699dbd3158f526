extension Schema {
    /// Sums that only grow, and how many people of an account stand how. Kept by triggers: whoever changes a roll-up, a tally
    /// or a consent, in whichever transaction, cannot forget them, and a change costs them once a batch, not once a person.
    static let totals = """
        CREATE TABLE total (
            account INTEGER NOT NULL,
            channel TEXT NOT NULL,
            test INTEGER NOT NULL CHECK (test IN (0, 1)),
            kind INTEGER NOT NULL,
            detail INTEGER NOT NULL,
            count INTEGER NOT NULL CHECK (count >= 0),
            PRIMARY KEY (account, channel, test, kind, detail)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO total
            SELECT r.account, r.channel, r.test, b.kind, b.reason, sum(b.count) FROM rollup b JOIN run r ON r.id = b.run
            WHERE b.kind IN (1, 2, 5, 11, 12) AND b.count > 0 GROUP BY 1, 2, 3, 4, 5;
        INSERT INTO total
            SELECT r.account, r.channel, r.test, 10, 0, sum(b.count) FROM rollup b JOIN run r ON r.id = b.run
            WHERE b.kind IN (1, 2, 5, 10) AND b.count > 0 GROUP BY 1, 2, 3;
        INSERT INTO total
            SELECT t.account, r.channel, r.test, 100, 0, sum(t.messages) FROM tally t JOIN run r ON r.id = t.run
            GROUP BY 1, 2, 3;
        INSERT INTO total SELECT account, '', 0, 200, kind, count(*) FROM event GROUP BY 1, 4, 5;

        CREATE TRIGGER rollup_made AFTER INSERT ON rollup
            WHEN NEW.count > 0 AND NEW.kind IN (1, 2, 5, 10, 11, 12) BEGIN
            INSERT INTO total SELECT account, channel, test, NEW.kind, NEW.reason, NEW.count FROM run WHERE id = NEW.run
                ON CONFLICT (account, channel, test, kind, detail) DO UPDATE SET count = total.count + excluded.count;
        END;
        CREATE TRIGGER rollup_grown AFTER UPDATE OF count ON rollup
            WHEN NEW.count > OLD.count AND NEW.kind IN (1, 2, 5, 10, 11, 12) BEGIN
            INSERT INTO total SELECT account, channel, test, NEW.kind, NEW.reason, NEW.count - OLD.count
                FROM run WHERE id = NEW.run
                ON CONFLICT (account, channel, test, kind, detail) DO UPDATE SET count = total.count + excluded.count;
        END;
        -- The night of rule 1, whatever the configuration says and whoever let the message pass: 22:00 is the 88th quarter.
        CREATE TRIGGER tally_made AFTER INSERT ON tally BEGIN
            INSERT INTO total SELECT account, channel, test, 100, 0, NEW.messages FROM run WHERE id = NEW.run
                ON CONFLICT (account, channel, test, kind, detail) DO UPDATE SET count = total.count + excluded.count;
            INSERT INTO total SELECT account, channel, test, 101, 0, NEW.messages FROM run
                WHERE id = NEW.run AND (NEW.quarter + 32) % 96 NOT BETWEEN 32 AND 87
                ON CONFLICT (account, channel, test, kind, detail) DO UPDATE SET count = total.count + excluded.count;
        END;
        CREATE TRIGGER tally_grown AFTER UPDATE OF messages ON tally WHEN NEW.messages > OLD.messages BEGIN
            INSERT INTO total SELECT account, channel, test, 100, 0, NEW.messages - OLD.messages
                FROM run WHERE id = NEW.run
                ON CONFLICT (account, channel, test, kind, detail) DO UPDATE SET count = total.count + excluded.count;
            INSERT INTO total SELECT account, channel, test, 101, 0, NEW.messages - OLD.messages FROM run
                WHERE id = NEW.run AND (NEW.quarter + 32) % 96 NOT BETWEEN 32 AND 87
                ON CONFLICT (account, channel, test, kind, detail) DO UPDATE SET count = total.count + excluded.count;
        END;
        CREATE TRIGGER event_told AFTER INSERT ON event BEGIN
            INSERT INTO total VALUES (NEW.account, '', 0, 200, NEW.kind, 1)
                ON CONFLICT (account, channel, test, kind, detail) DO UPDATE SET count = total.count + 1;
        END;
        CREATE TRIGGER arrival_put_aside AFTER UPDATE OF done ON arrival
            WHEN OLD.done IS NULL AND NEW.done IS NOT NULL AND length(NEW.body) > 0 BEGIN
            INSERT INTO total VALUES (0, '', 0, 201, 0, 1) ON CONFLICT (account, channel, test, kind, detail) DO UPDATE SET count = total.count + 1;
        END;

        CREATE TABLE consent_count (
            account INTEGER NOT NULL,
            state INTEGER NOT NULL,
            people INTEGER NOT NULL,
            PRIMARY KEY (account, state)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO consent_count SELECT account, state, count(*) FROM consent GROUP BY 1, 2;
        CREATE TRIGGER consent_made AFTER INSERT ON consent BEGIN
            INSERT INTO consent_count VALUES (NEW.account, NEW.state, 1)
                ON CONFLICT (account, state) DO UPDATE SET people = consent_count.people + 1;
        END;
        CREATE TRIGGER consent_changed AFTER UPDATE OF state ON consent WHEN NEW.state <> OLD.state BEGIN
            UPDATE consent_count SET people = people - 1 WHERE account = OLD.account AND state = OLD.state;
            INSERT INTO consent_count VALUES (NEW.account, NEW.state, 1)
                ON CONFLICT (account, state) DO UPDATE SET people = consent_count.people + 1;
        END;
        CREATE TRIGGER consent_gone AFTER DELETE ON consent BEGIN
            UPDATE consent_count SET people = people - 1 WHERE account = OLD.account AND state = OLD.state;
        END;

        -- Written to learn whether the disk takes writes.
        ALTER TABLE instance ADD COLUMN proved_at INTEGER NOT NULL DEFAULT 0;
        """

    /// The sums of roll-ups by triggers that ask about a kind without a list. `IN` with more than two values is a table of
    /// its own, made anew each time a trigger runs: eighty kilobytes taken from the system and given back, six times a
    /// batch, which was a tenth of what a message cost.
    static let totalsWithoutLists = """
        DROP TRIGGER rollup_made;
        DROP TRIGGER rollup_grown;
        CREATE TRIGGER rollup_made AFTER INSERT ON rollup
            WHEN NEW.count > 0 AND (NEW.kind BETWEEN 1 AND 2 OR NEW.kind = 5 OR NEW.kind BETWEEN 10 AND 12) BEGIN
            INSERT INTO total SELECT account, channel, test, NEW.kind, NEW.reason, NEW.count FROM run WHERE id = NEW.run
                ON CONFLICT (account, channel, test, kind, detail) DO UPDATE SET count = total.count + excluded.count;
        END;
        CREATE TRIGGER rollup_grown AFTER UPDATE OF count ON rollup
            WHEN NEW.count > OLD.count
                AND (NEW.kind BETWEEN 1 AND 2 OR NEW.kind = 5 OR NEW.kind BETWEEN 10 AND 12) BEGIN
            INSERT INTO total SELECT account, channel, test, NEW.kind, NEW.reason, NEW.count - OLD.count
                FROM run WHERE id = NEW.run
                ON CONFLICT (account, channel, test, kind, detail) DO UPDATE SET count = total.count + excluded.count;
        END;
        """
}
