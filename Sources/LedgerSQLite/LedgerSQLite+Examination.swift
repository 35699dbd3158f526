import CampaignModel
import Ports
import Store
import StoreSQLite

/// What an examiner asks of a ledger that has been through something: every attempt, and the file's own word on itself.
extension LedgerSQLite {
    /// Every attempt there is, oldest first. A walk over the whole table: for tests and fault rehearsals.
    package func attempts() throws -> [AttemptRecord] {
        try inRead { db in
            try StoredRow.fetchAll(db, sql: Self.attemptSQL() + " ORDER BY a.started, a.recipient, a.number")
                .map(Self.attempt)
        }
    }

    /// How many attempts there are, counted no further than asked.
    package func attemptCount(atMost limit: Int) throws -> Int {
        try inRead { db in
            try Int.fetchOne(
                db.cachedStatement(sql: "SELECT count(*) FROM (SELECT 1 FROM attempt LIMIT ?)"), arguments: [limit])
                ?? 0
        }
    }
}

// MARK: - Before a start

extension LedgerSQLite {
    /// When an earlier daemon stopped because the disk failed it: reads the whole file and says what is wrong with it. The
    /// mark goes when nothing is.
    /// - Returns: why the ledger was under suspicion, nil when it was not.
    /// - Throws: `LedgerError.corrupt` when the suspicion was right. The mark stays.
    package func clearSuspicion() throws -> String? {
        guard let file, let reason = file.suspicion else { return nil }
        let found = try damage(full: true) + violations()
        if !found.isEmpty { throw LedgerError.corrupt(found.prefix(5).joined(separator: "; ")) }
        file.clearSuspicion()
        return reason
    }

    /// As a clean close leaves it; for rehearsals that copy a ledger.
    package static func noteClosed(_ path: String) { StoreSQLite.noteClosed(path) }

    /// How far a log's damage can be told from a crash; for the rehearsal that damages it.
    package static func provableEnd(ofLog bytes: [UInt8]) -> Int { StoreSQLite.provableEnd(ofLog: bytes) }
}
