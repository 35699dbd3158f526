import Store

extension Schema {
    /// Attempts lie in the order in which they start, beside a small index by day and person. By their key, shuffled people
    /// touched a page each, once when they were started and once more when they were settled: half of all that was
    /// written.
    ///
    /// They are copied in the order of the key, whose beginning is the day: nothing has to be sorted, and from then on the
    /// rows of a day lie together as well.
    static let attemptsInOrder = """
        CREATE TABLE attempt_in_order (
            day INTEGER NOT NULL,
            recipient INTEGER NOT NULL,
            account INTEGER NOT NULL,
            number INTEGER NOT NULL CHECK (number >= 1),
            run INTEGER NOT NULL,
            segment INTEGER NOT NULL,
            position INTEGER NOT NULL,
            variant INTEGER NOT NULL,
            sent_variant INTEGER NOT NULL,
            messages INTEGER NOT NULL CHECK (messages BETWEEN 1 AND 3),
            tries INTEGER NOT NULL,
            term INTEGER NOT NULL,
            started INTEGER NOT NULL,
            deadline INTEGER NOT NULL,
            -- 1 while the attempt keeps its place in the person's and the account's day.
            keeps INTEGER NOT NULL CHECK (keeps IN (0, 1)),
            returned INTEGER NOT NULL DEFAULT 0 CHECK (returned BETWEEN 0 AND messages),
            outcome INTEGER CHECK (outcome BETWEEN 1 AND 5),
            reason INTEGER,
            message_ids TEXT,
            codes TEXT,
            log_id TEXT,
            settled INTEGER,
            PRIMARY KEY (day, recipient, account, number)
        ) STRICT;
        INSERT INTO attempt_in_order SELECT * FROM attempt ORDER BY day, recipient, account, number;
        DROP TABLE attempt;
        ALTER TABLE attempt_in_order RENAME TO attempt;
        """
}

/// SQL for whoever walks over all attempts of some days. By the index alone each row would be looked up by itself.
enum AttemptWalk {
    /// A condition on `attempt`: from this day on, as one stretch of the table. The plus signs keep SQLite from looking
    /// through the table for the first row, and from the index for all others.
    static func since(_ day: String) -> String {
        """
        (attempt.rowid >= (SELECT min(+first.rowid) FROM attempt first WHERE first.day >= \(day))
            AND +attempt.day >= \(day))
        """
    }
}
