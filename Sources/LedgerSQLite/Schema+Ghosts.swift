/// When people who are held out would have been written to.
extension Schema {
    static let ghosts = """
        -- One of four stands at a time: the turn has not come (`segment`), a rule said later (`until`, `reason`), they
        -- would have been written to (`sent`), they would have been left out (`reason` alone). All empty: planned before
        -- this was known.
        -- segment 0: their turn comes with those who wait for the run's test, at this position among them.
        ALTER TABLE holdout ADD COLUMN segment INTEGER;
        -- Judged before the person of the plan who has it.
        ALTER TABLE holdout ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE holdout ADD COLUMN variant INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE holdout ADD COLUMN audience INTEGER NOT NULL DEFAULT 0;
        -- No campaign of the house writes to them.
        ALTER TABLE holdout ADD COLUMN by_house INTEGER NOT NULL DEFAULT 0 CHECK (by_house IN (0, 1));
        ALTER TABLE holdout ADD COLUMN until INTEGER;
        ALTER TABLE holdout ADD COLUMN reason INTEGER;
        ALTER TABLE holdout ADD COLUMN sent INTEGER;
        CREATE INDEX holdout_turn ON holdout (segment, position) WHERE segment IS NOT NULL;
        CREATE INDEX holdout_waits ON holdout (run, until) WHERE until IS NOT NULL;
        CREATE INDEX holdout_sent ON holdout (recipient, sent) WHERE sent IS NOT NULL;
        -- The run whose pretended contact it is credited to, beside the true one that `run` names.
        ALTER TABLE event ADD COLUMN ghost INTEGER;
        """
}
