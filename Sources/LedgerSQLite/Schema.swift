import Store

/// The tables, by named migrations, forward only. Semantics: at most one writer reigns, quota is taken where the attempt
/// is written, and nothing that can be a constraint is left to code.
enum Schema {
    static var migrations: Migrations {
        var migrations = Migrations()
        migrations.add("1 the ledger") { db in
            for statement in [reign, people, campaigns, delivery, accounts] { try db.execute(sql: statement) }
        }
        migrations.add("2 what a change did to older runs") { db in try db.execute(sql: changedRuns) }
        migrations.add("3 which ledger this is") { db in try db.execute(sql: instance) }
        migrations.add("4 the audit is a chain") { db in try AuditChain.build(db) }
        migrations.add("5 what the questions about a day need") { db in try db.execute(sql: days) }
        migrations.add("6 the machine's review") { db in try db.execute(sql: machineReview) }
        migrations.add("7 how accounts stand") { db in try db.execute(sql: accountStanding) }
        migrations.add("8 what people want taken back") { db in try db.execute(sql: recall) }
        migrations.add("9 evidence and events") { db in try db.execute(sql: evidence) }
        migrations.add("10 who was erased, what was pruned") { db in try db.execute(sql: erasure) }
        migrations.add("11 who of a run waits for its test") { db in try db.execute(sql: experiments) }
        migrations.add("12 when the held out would have been written to") { db in
            try db.execute(sql: ghosts)
        }
        migrations.add("13 lists that are being copied") { db in
            // The term that copies the list; NULL: it is whole, and revisions may name it.
            try db.execute(sql: "ALTER TABLE audience ADD COLUMN draft INTEGER")
        }
        migrations.add("14 what became of every row of a list") { db in try db.execute(sql: rowSums) }
        migrations.add("15 figures that outlive the rows they came from") { db in try keepFigures(db) }
        migrations.add("16 whose a name is") { db in try db.execute(sql: identity) }
        migrations.add("17 why a run stands") { db in try db.execute(sql: runStanding) }
        migrations.add("18 what was paused while it waited for review") { db in
            try db.execute(sql: heldRuns)
        }
        migrations.add("19 which arrivals were set aside") { db in try db.execute(sql: arrivalsSetAside) }
        migrations.add("20 what became of orders") { db in try db.execute(sql: orderChanges) }
        migrations.add("21 what no erasure reaches") { db in try db.execute(sql: protection) }
        migrations.add("22 who is logged in, and why a run was refused") { db in
            try db.execute(sql: sessions)
        }
        migrations.add("23 attempts lie as they start") { db in try db.execute(sql: attemptsInOrder) }
        migrations.add("24 what is written in slices") { db in try db.execute(sql: slices) }
        migrations.add("25 how accounts were held") { db in try keepHolds(db) }
        migrations.add("26 sums that only grow") { db in try db.execute(sql: totals) }
        migrations.add("27 as what events know an app") { db in try db.execute(sql: firstNames) }
        migrations.add("28 whom a token has named") { db in try db.execute(sql: tokenNames) }
        migrations.add("29 answers that are given again") { db in try db.execute(sql: keptAnswers) }
        migrations.add("30 what people are told") { db in try db.execute(sql: notices) }
        migrations.add("31 what a machine's review holds for") { db in try db.execute(sql: reviewTerms) }
        migrations.add("32 what happened, and what it was an occasion of") { db in
            try db.execute(sql: occasions)
        }
        migrations.add("33 tokens made while a daemon runs") { db in try db.execute(sql: personTokens) }
        migrations.add("34 sums without lists") { db in try db.execute(sql: totalsWithoutLists) }
        migrations.add("35 what became of orders that come later") { db in try db.execute(sql: changesAhead) }
        return migrations
    }

    /// Why the people of a run that is over are skipped, as long as some of them have not been moved, and up to whom of those
    /// held out; the arm that the rest of a judged test gets, and the segment that it gets it in.
    private static let slices = """
        ALTER TABLE run ADD COLUMN closing INTEGER;
        ALTER TABLE run ADD COLUMN closed_to INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX run_starts ON run (starts);
        CREATE INDEX run_closing ON run (id) WHERE closing IS NOT NULL;
        ALTER TABLE undecided_rest ADD COLUMN arm INTEGER;
        ALTER TABLE undecided_rest ADD COLUMN segment INTEGER;
        """

    /// Who may write. The term is raised at every start; a statement of an older reign finds another number and stops.
    private static let reign = """
        CREATE TABLE reign (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            term INTEGER NOT NULL,
            node TEXT NOT NULL,
            began INTEGER NOT NULL,
            highest_wall INTEGER NOT NULL,
            stopped INTEGER NOT NULL DEFAULT 0 CHECK (stopped IN (0, 1))
        ) STRICT;
        INSERT INTO reign VALUES (1, 0, '', 0, 0, 0);
        CREATE TABLE audit (
            seq INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            person TEXT NOT NULL,
            act TEXT NOT NULL,
            subject TEXT NOT NULL,
            detail TEXT NOT NULL
        ) STRICT;
        """

    /// open_ids are per app; everything else uses the integer.
    private static let people = """
        CREATE TABLE app (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            in_trial INTEGER NOT NULL CHECK (in_trial IN (0, 1))
        ) STRICT;
        CREATE TABLE recipient (
            id INTEGER PRIMARY KEY,
            app INTEGER NOT NULL REFERENCES app,
            open_id TEXT NOT NULL CHECK (length(open_id) BETWEEN 1 AND 128),
            UNIQUE (app, open_id)
        ) STRICT;
        CREATE TABLE consent (
            account INTEGER NOT NULL,
            recipient INTEGER NOT NULL,
            state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
            source TEXT NOT NULL,
            granted INTEGER NOT NULL,
            expires INTEGER,
            checked INTEGER NOT NULL,
            stock INTEGER CHECK (stock >= 0),
            mutual INTEGER CHECK (mutual IN (0, 1)),
            PRIMARY KEY (account, recipient)
        ) STRICT, WITHOUT ROWID;
        -- account 0: every account of the app. list 1 denies, 2 allows; deny wins.
        CREATE TABLE listed (
            recipient INTEGER NOT NULL,
            list INTEGER NOT NULL CHECK (list IN (1, 2)),
            account INTEGER NOT NULL,
            since INTEGER NOT NULL,
            person TEXT NOT NULL,
            PRIMARY KEY (recipient, list, account)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE audience (
            id INTEGER PRIMARY KEY,
            app INTEGER NOT NULL REFERENCES app,
            digest TEXT NOT NULL,
            columns TEXT NOT NULL,
            rows_read INTEGER NOT NULL,
            rows_bad INTEGER NOT NULL,
            people INTEGER NOT NULL,
            UNIQUE (app, digest)
        ) STRICT;
        CREATE TABLE member (
            audience INTEGER NOT NULL,
            recipient INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            fields BLOB NOT NULL,
            PRIMARY KEY (audience, recipient)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE image (
            digest TEXT NOT NULL,
            app INTEGER NOT NULL,
            media_id TEXT NOT NULL,
            uploaded INTEGER NOT NULL,
            PRIMARY KEY (digest, app)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE image_content (
            digest TEXT PRIMARY KEY,
            content BLOB NOT NULL,
            kept INTEGER NOT NULL
        ) STRICT;
        """

    private static let campaigns = """
        CREATE TABLE campaign (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            author TEXT NOT NULL
        ) STRICT;
        CREATE TABLE revision (
            id INTEGER PRIMARY KEY,
            campaign INTEGER NOT NULL REFERENCES campaign,
            number INTEGER NOT NULL,
            digest TEXT NOT NULL,
            app INTEGER NOT NULL REFERENCES app,
            account INTEGER NOT NULL,
            content TEXT NOT NULL,
            source BLOB NOT NULL,
            file_name TEXT NOT NULL,
            notes TEXT NOT NULL,
            people INTEGER NOT NULL DEFAULT 0,
            admitted INTEGER NOT NULL,
            approved INTEGER NOT NULL DEFAULT 0 CHECK (approved IN (0, 1)),
            UNIQUE (campaign, digest),
            UNIQUE (campaign, number)
        ) STRICT;
        CREATE TABLE revision_audience (
            revision INTEGER NOT NULL REFERENCES revision,
            excludes INTEGER NOT NULL CHECK (excludes IN (0, 1)),
            position INTEGER NOT NULL,
            audience INTEGER NOT NULL REFERENCES audience,
            PRIMARY KEY (revision, excludes, position)
        ) STRICT, WITHOUT ROWID;
        -- One row bound to the digest of content, audience, schedule and account.
        CREATE TABLE approval (
            revision INTEGER NOT NULL REFERENCES revision,
            person TEXT NOT NULL,
            approves INTEGER NOT NULL CHECK (approves IN (0, 1)),
            digest TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (revision, person)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE run (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            revision INTEGER NOT NULL REFERENCES revision,
            account INTEGER NOT NULL,
            channel TEXT NOT NULL,
            state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 9),
            starts INTEGER NOT NULL,
            valid_until INTEGER NOT NULL,
            priority INTEGER NOT NULL,
            planned INTEGER NOT NULL DEFAULT 0 CHECK (planned IN (0, 1)),
            -- A run of one person whom somebody named, for a look before the review.
            test INTEGER NOT NULL DEFAULT 0 CHECK (test IN (0, 1)),
            audience INTEGER NOT NULL DEFAULT 0,
            duplicates INTEGER NOT NULL DEFAULT 0,
            excluded INTEGER NOT NULL DEFAULT 0,
            created INTEGER NOT NULL,
            began INTEGER,
            ended INTEGER,
            UNIQUE (revision, starts)
        ) STRICT;
        CREATE INDEX run_live ON run (starts) WHERE state <= 4;
        """

    /// A paused run alone does not say who paused it, and a superseded one not by whom: a rejection resumes only what the
    /// change itself had paused, and a plan leaves out whom the runs it replaces have contacted, whatever their start.
    private static let changedRuns = """
        ALTER TABLE run ADD COLUMN stood_aside INTEGER NOT NULL DEFAULT 0 CHECK (stood_aside IN (0, 1));
        ALTER TABLE run ADD COLUMN replaced_by INTEGER REFERENCES run;
        CREATE INDEX run_replaced ON run (replaced_by) WHERE replaced_by IS NOT NULL;
        """

    private static let delivery = """
        CREATE TABLE segment (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES run,
            size INTEGER NOT NULL,
            -- Everything before it has a row elsewhere; everything from it on was never started.
            next INTEGER NOT NULL DEFAULT 0 CHECK (next BETWEEN 0 AND size),
            planned_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX segment_of_run ON segment (run);
        CREATE TABLE plan (
            segment INTEGER NOT NULL,
            position INTEGER NOT NULL,
            recipient INTEGER NOT NULL,
            variant INTEGER NOT NULL,
            -- 0: from the authorised list, without columns.
            audience INTEGER NOT NULL,
            PRIMARY KEY (segment, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE holdout (
            run INTEGER NOT NULL,
            recipient INTEGER NOT NULL,
            PRIMARY KEY (run, recipient)
        ) STRICT, WITHOUT ROWID;
        -- The durable intent and the contact record in one. Its key's prefix answers "was this person contacted today,
        -- by this account, by any account of the app?"
        CREATE TABLE attempt (
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
        ) STRICT, WITHOUT ROWID;
        -- The unknown ones, by a table of their own. A partial index on the outcome would make every settlement rewrite
        -- its whole row and two trees: measured, more than half of what a settlement costs.
        CREATE TABLE unknown_attempt (
            day INTEGER NOT NULL,
            recipient INTEGER NOT NULL,
            account INTEGER NOT NULL,
            number INTEGER NOT NULL,
            PRIMARY KEY (day, recipient, account, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE waiting (
            run INTEGER NOT NULL,
            recipient INTEGER NOT NULL,
            segment INTEGER NOT NULL,
            position INTEGER NOT NULL,
            variant INTEGER NOT NULL,
            audience INTEGER NOT NULL,
            tries INTEGER NOT NULL,
            until INTEGER NOT NULL,
            reason INTEGER NOT NULL,
            PRIMARY KEY (run, recipient)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX waiting_due ON waiting (run, until);
        CREATE INDEX waiting_reason ON waiting (reason, until);
        CREATE TABLE skipped (
            run INTEGER NOT NULL,
            recipient INTEGER NOT NULL,
            variant INTEGER NOT NULL,
            reason INTEGER NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (run, recipient)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE counter (
            day INTEGER NOT NULL,
            account INTEGER NOT NULL,
            people INTEGER NOT NULL CHECK (people >= 0),
            messages INTEGER NOT NULL CHECK (messages >= 0),
            PRIMARY KEY (day, account)
        ) STRICT, WITHOUT ROWID;
        -- kind: 1 accepted, 2 rejected, 5 unknown, 10 open, 11 waiting, 12 skipped, 13 holdout, 14 planned, 15 ghost.
        CREATE TABLE rollup (
            run INTEGER NOT NULL,
            variant INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            reason INTEGER NOT NULL,
            count INTEGER NOT NULL CHECK (count >= 0),
            PRIMARY KEY (run, variant, kind, reason)
        ) STRICT, WITHOUT ROWID;
        """

    private static let accounts = """
        CREATE TABLE account (
            id INTEGER PRIMARY KEY,
            app INTEGER NOT NULL REFERENCES app,
            name TEXT NOT NULL UNIQUE,
            open_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            role TEXT NOT NULL,
            zone TEXT NOT NULL,
            bound INTEGER NOT NULL DEFAULT 1 CHECK (bound IN (0, 1)),
            keeps_allow_list INTEGER NOT NULL DEFAULT 0 CHECK (keeps_allow_list IN (0, 1)),
            qualification TEXT,
            hold_reason INTEGER,
            hold_until INTEGER,
            last_walk INTEGER
        ) STRICT;
        """
}

/// What a roll-up row counts. The first three are `OutcomeKind`'s numbers.
enum RollupKind: Int {
    case accepted = 1
    case rejected = 2
    case unknown = 5
    case open = 10
    case waiting = 11
    case skipped = 12
    case holdout = 13
    case planned = 14
    /// Held out, and judged when their turn came: by reason what kept them, without one would have been written to.
    case ghost = 15
}
