import CampaignModel
import GRDB
import Ports

/// What an examiner asks of a ledger that has been through something: every attempt, and the file's own word on itself.
extension LedgerSQLite {
    /// Every attempt there is, oldest first. A walk over the whole table: for tests and fault rehearsals.
    package func attempts() throws -> [AttemptRecord] {
        try inRead { db in
            try GRDB.Row.fetchAll(db, sql: Self.attemptSQL() + " ORDER BY a.started, a.recipient, a.number")
                .map(Self.attempt)
        }
    }

    /// SQLite's own examination of every page, key and constraint: what is wrong, one line each; empty when all is whole.
    /// Reads the whole file: some seconds for a million deliveries.
    package func damage() throws -> [String] {
        try inRead { db in
            try String.fetchAll(db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
        }
    }
}
