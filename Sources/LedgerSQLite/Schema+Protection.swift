extension Schema {
    /// What no erasure and no slip may write over: who approved what, what was approved, and by which name the platform
    /// and the house know an account. A ban, a cap and a deny list hang on these.
    static let protection = """
        CREATE TRIGGER approval_is_kept BEFORE UPDATE OF revision, person, digest ON approval
        BEGIN SELECT RAISE(ABORT, 'an approval is not changed'); END;
        CREATE TRIGGER revision_is_kept BEFORE UPDATE OF campaign, number, digest, app, account, file_name ON revision
        BEGIN SELECT RAISE(ABORT, 'a revision is not changed'); END;
        CREATE TRIGGER revision_content_is_kept BEFORE UPDATE OF content, source ON revision WHEN NEW.pruned = 0
        BEGIN SELECT RAISE(ABORT, 'what was approved is not changed'); END;
        CREATE TRIGGER campaign_is_kept BEFORE UPDATE ON campaign
        BEGIN SELECT RAISE(ABORT, 'a campaign is not changed'); END;
        CREATE TRIGGER run_is_kept BEFORE UPDATE OF name, revision, test ON run
        BEGIN SELECT RAISE(ABORT, 'a run is not renamed'); END;
        -- A mistyped one may be corrected as long as nothing was done by it.
        CREATE TRIGGER account_is_kept BEFORE UPDATE OF open_id ON account
        WHEN NEW.open_id IS NOT OLD.open_id AND EXISTS (SELECT 1 FROM run WHERE account = OLD.id)
        BEGIN SELECT RAISE(ABORT, 'an account is its open_id'); END;
        CREATE TRIGGER account_is_nobody BEFORE UPDATE OF name, open_id ON account
        WHEN NEW.name LIKE 'erased:%' OR NEW.open_id LIKE 'erased:%'
        BEGIN SELECT RAISE(ABORT, 'an account is not erased'); END;
        CREATE TRIGGER app_is_nobody BEFORE UPDATE OF name ON app WHEN NEW.name LIKE 'erased:%'
        BEGIN SELECT RAISE(ABORT, 'an app is not erased'); END;
        -- Test contacts: counted by day, and asked for by whoever must not send the same again.
        CREATE INDEX run_test_of_account ON run (account, created) WHERE test = 1;
        CREATE INDEX run_test_of_revision ON run (revision) WHERE test = 1;
        """
}
