import GRDB

extension Schema {
    /// The machine's review, once a revision: what it found, as the value that prints it.
    static let machineReview = """
        CREATE TABLE machine_review (
            revision INTEGER PRIMARY KEY REFERENCES revision,
            at INTEGER NOT NULL,
            review TEXT NOT NULL
        ) STRICT;
        """
}
