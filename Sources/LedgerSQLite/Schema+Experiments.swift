/// Who of a run has no arm yet, and every look at its test.
extension Schema {
    static let experiments = """
        -- The rest of a run whose test is not decided, in the order in which it will be served.
        CREATE TABLE undecided_rest (
            run INTEGER PRIMARY KEY REFERENCES run,
            size INTEGER NOT NULL,
            ordering INTEGER NOT NULL,
            shuffle_key INTEGER
        ) STRICT;
        CREATE TABLE undecided (
            run INTEGER NOT NULL,
            position INTEGER NOT NULL,
            recipient INTEGER NOT NULL,
            audience INTEGER NOT NULL,
            PRIMARY KEY (run, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE look (
            run INTEGER NOT NULL REFERENCES run,
            number INTEGER NOT NULL CHECK (number >= 1),
            at INTEGER NOT NULL,
            term INTEGER NOT NULL,
            seen TEXT NOT NULL,
            found TEXT NOT NULL,
            decides INTEGER NOT NULL CHECK (decides IN (0, 1)),
            PRIMARY KEY (run, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER look_is_not_changed BEFORE UPDATE ON look
        BEGIN SELECT RAISE(ABORT, 'a look is not changed'); END;
        CREATE TRIGGER look_is_not_deleted BEFORE DELETE ON look
        BEGIN SELECT RAISE(ABORT, 'a look is not deleted'); END;
        """
}
