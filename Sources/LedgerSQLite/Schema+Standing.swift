/// Whose a name is, and why a run stands as it stands.
extension Schema {
    /// Accounts and apps are known by what the platform calls them; their names in the configuration may change.
    static let identity = """
        ALTER TABLE app ADD COLUMN client_key TEXT;
        CREATE UNIQUE INDEX app_client_key ON app (client_key) WHERE client_key IS NOT NULL;
        ALTER TABLE account ADD COLUMN configured INTEGER NOT NULL DEFAULT 1 CHECK (configured IN (0, 1));
        -- Who was called so since when: an approved card names the account that had the name then.
        CREATE TABLE account_name (
            name TEXT NOT NULL,
            since INTEGER NOT NULL,
            account INTEGER NOT NULL REFERENCES account,
            PRIMARY KEY (name, since)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO account_name (name, since, account) SELECT name, 0, id FROM account;
        -- An account that was renamed before this became a second one: what was closed stays closed under both names.
        UPDATE account SET
            banned = coalesce(banned, (SELECT min(o.banned) FROM account o
                WHERE o.app = account.app AND o.open_id = account.open_id)),
            frozen = coalesce(frozen, (SELECT min(o.frozen) FROM account o
                WHERE o.app = account.app AND o.open_id = account.open_id));
        INSERT OR IGNORE INTO listed (recipient, list, account, since, person)
            SELECT l.recipient, l.list, a.id, l.since, l.person FROM listed l JOIN account o ON o.id = l.account
            JOIN account a ON a.app = o.app AND a.open_id = o.open_id AND a.id <> o.id WHERE l.list = 1;
        """

    /// What is told twice is known by a digest that names the app. The name must not change when the label does.
    static let firstNames = """
        ALTER TABLE app ADD COLUMN known_as TEXT;
        UPDATE app SET known_as = name;
        """

    /// A person is who holds the token; the name in the configuration is a label like any other. The token itself is nowhere.
    static let tokenNames = """
        CREATE TABLE person_name (
            token BLOB NOT NULL CHECK (length(token) = 32),
            name TEXT NOT NULL,
            since INTEGER NOT NULL,
            PRIMARY KEY (token, name)
        ) STRICT, WITHOUT ROWID;
        """

    /// A pause and an end have a reason, and a start that a person or a rival held up is no missed one.
    static let runStanding = """
        ALTER TABLE run ADD COLUMN why INTEGER;
        -- When a person, or a change that was taken back, let it go on.
        ALTER TABLE run ADD COLUMN freed INTEGER;
        -- The first look at it after its start that came in time.
        ALTER TABLE run ADD COLUMN met INTEGER;
        """
}
