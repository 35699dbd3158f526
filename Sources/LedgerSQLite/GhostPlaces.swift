import CampaignModel
import GRDB
import Ports

/// Where the people who are held out stand among those who are written to: each before the first person who follows them
/// in the run's order, so that their turn comes at the moment at which it would have come.
enum GhostPlaces {
    static let notHeld = 0
    static let heldByCampaign = 1
    static let heldByHouse = 2

    /// Makes `held` of the stage's `ordered`: with each person how many come before them in their own part of the plan.
    static func gather(in scratch: Database) throws {
        let undecided = LedgerSQLite.undecidedVariant
        try scratch.execute(
            sql: """
                CREATE TABLE held AS SELECT recipient, variant, audience, slot, held, before FROM (
                    SELECT recipient, variant, audience, slot, held, coalesce(sum(held = \(notHeld)) OVER (
                        PARTITION BY variant = \(undecided), CASE WHEN variant <> \(undecided) THEN slot END
                        ORDER BY rowid ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
                    FROM ordered
                    -- Without anybody held out the whole order need not be walked through.
                    WHERE EXISTS (SELECT 1 FROM ordered WHERE held > \(notHeld)))
                WHERE held > \(notHeld) ORDER BY recipient
                """)
    }

    /// Writes them down, in key order. A best time at which nobody is written to gives nobody a turn.
    static func copy(run: RunID, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO holdout (run, recipient, segment, position, variant, audience, by_house)
                SELECT ?1, h.recipient,
                       CASE h.variant WHEN \(LedgerSQLite.undecidedVariant) THEN 0 ELSE s.id END,
                       -- Behind everybody there is nobody to come before: they have their turn with the last one.
                       CASE WHEN h.variant <> \(LedgerSQLite.undecidedVariant) AND h.before >= s.size
                            THEN max(s.size - 1, 0) ELSE h.before END,
                       h.variant, h.audience, h.held = \(heldByHouse)
                FROM stage.held h LEFT JOIN segment s ON s.run = ?1 AND s.slot IS h.slot ORDER BY h.recipient
                """, arguments: [run.rawValue])
    }

    /// Those who waited for the run's test get their turns in the segment that was made of the rest from `first` up to and
    /// with `last`.
    /// - Parameters:
    ///   - last: nil: the whole rest.
    ///   - arm: by open_id.
    static func enter(
        _ segment: Int64, size: Int, of run: RunID, first: Int64, last: Int64?, _ db: Database,
        arm: (String) -> Int
    ) throws {
        let held = try GRDB.Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT h.recipient, h.position, r.open_id FROM holdout h JOIN recipient r ON r.id = h.recipient
                    WHERE h.run = ?1 AND h.segment = 0 AND h.position <= ?2
                    """), arguments: [run.rawValue, last ?? .max])
        let update = try db.cachedStatement(
            sql: "UPDATE holdout SET segment = ?3, position = ?4, variant = ?5 WHERE run = ?1 AND recipient = ?2")
        for row in held {
            let position = min(max((row["position"] as Int64) - first, 0), Int64(max(size - 1, 0)))
            try update.execute(arguments: [
                run.rawValue, row["recipient"] as Int64, segment, position, arm(row["open_id"]),
            ])
        }
    }

    /// The run is over: whoever's turn did not come would have been left out like everybody else.
    static func close(run: RunID, reason: Reason, _ db: Database, _ changes: inout Changes) throws {
        try db.execute(
            sql: """
                UPDATE holdout SET reason = coalesce(reason, ?2), segment = -1, until = NULL
                WHERE run = ?1 AND (segment IS NOT NULL OR until IS NOT NULL)
                """, arguments: [run.rawValue, reason.rawValue])
        guard db.changesCount > 0 else { return }
        let closed = try GRDB.Row.fetchAll(
            db.cachedStatement(
                sql: "SELECT reason, count(*) AS people FROM holdout WHERE run = ? AND segment = -1 GROUP BY reason"),
            arguments: [run.rawValue])
        for row in closed {
            changes.count(run: run, variant: -1, .ghost, Reason(rawValue: row["reason"]), by: row["people"])
        }
        try db.execute(
            sql: "UPDATE holdout SET segment = NULL WHERE run = ? AND segment = -1", arguments: [run.rawValue])
    }
}
