extension Schema {
    /// Each term of the sum of rows is kept by itself. Until here a list's bad rows were counted twice among those read, and
    /// the repeated ones were what the others left over: that much too many.
    static let rowSums = """
        ALTER TABLE audience ADD COLUMN duplicates INTEGER NOT NULL DEFAULT 0 CHECK (duplicates >= 0);
        ALTER TABLE run ADD COLUMN beyond_max INTEGER NOT NULL DEFAULT 0 CHECK (beyond_max >= 0);
        UPDATE audience SET rows_read = rows_read - rows_bad;
        UPDATE audience SET duplicates = max(0, rows_read - rows_bad - people);
        UPDATE run SET duplicates = max(0, duplicates - (
            SELECT coalesce(sum(a.rows_bad), 0) FROM revision_audience ra JOIN audience a ON a.id = ra.audience
            WHERE ra.revision = run.revision AND ra.excludes = 0)) WHERE planned = 1 AND test = 0;
        """
}
