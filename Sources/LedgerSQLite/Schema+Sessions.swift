extension Schema {
    /// Browsers that somebody logged in with: what they hold is known by its digest, so that who reads the file is nobody.
    /// And beside a refusal its note: what the author is told.
    static let sessions = """
        CREATE TABLE session (
            -- A number is one session's for good: the audit names it after its end.
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            secret BLOB NOT NULL UNIQUE CHECK (length(secret) = 32),
            person TEXT NOT NULL,
            binding BLOB NOT NULL,
            began INTEGER NOT NULL,
            seen INTEGER NOT NULL,
            proved INTEGER NOT NULL,
            agent TEXT NOT NULL CHECK (length(agent) <= 200)
        ) STRICT;
        ALTER TABLE approval ADD COLUMN note TEXT NOT NULL DEFAULT '';
        """

    /// What proves people, as a digest under this ledger's key. A row of the configuration's own token is there for its end.
    static let personTokens = """
        CREATE TABLE person_token (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            token BLOB NOT NULL UNIQUE CHECK (length(token) = 32),
            person TEXT NOT NULL,
            is_issued INTEGER NOT NULL CHECK (is_issued IN (0, 1)),
            made INTEGER NOT NULL,
            made_by TEXT NOT NULL,
            expires INTEGER,
            ended INTEGER
        ) STRICT;
        CREATE INDEX person_token_person ON person_token (person);
        """
}
