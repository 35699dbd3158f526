import Store

extension Schema {
    /// A review holds for the words and limits that it was made with. One without them was made by an earlier program.
    static let reviewTerms = "ALTER TABLE machine_review ADD COLUMN terms TEXT;"

    /// The machine's review, once a revision: what it found, as the value that prints it.
    static let machineReview = """
        CREATE TABLE machine_review (
            revision INTEGER PRIMARY KEY REFERENCES revision,
            at INTEGER NOT NULL,
            review TEXT NOT NULL
        ) STRICT;
        """

    /// A pause of a run that waits for its review: the approval leads to `paused`. Reports are asked for by file.
    static let heldRuns = """
        ALTER TABLE run ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1));
        CREATE INDEX revision_file ON revision (file_name);
        CREATE INDEX revision_digest ON revision (digest, pruned);
        CREATE INDEX run_ended ON run (ended) WHERE ended IS NOT NULL;
        """
}
