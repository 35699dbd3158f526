extension Schema {
    /// Whose id was replaced by its digest, for ever; and which runs and revisions are nothing but counts any more.
    /// `pruned` 1: their rows are being taken away, step by step; 2: they are gone.
    static let erasure = """
        CREATE TABLE erased (
            digest TEXT PRIMARY KEY CHECK (length(digest) = 32),
            at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        ALTER TABLE run ADD COLUMN pruned INTEGER NOT NULL DEFAULT 0 CHECK (pruned BETWEEN 0 AND 2);
        ALTER TABLE revision ADD COLUMN pruned INTEGER NOT NULL DEFAULT 0 CHECK (pruned BETWEEN 0 AND 2);
        ALTER TABLE instance ADD COLUMN pruned_before INTEGER NOT NULL DEFAULT 0;
        """
}
