import CampaignModel
import Ports
import Store

/// Where the people who are held out stand among those who are written to: each before the first person who follows them
/// in the run's order, so that their turn comes at the moment at which it would have come.
enum GhostPlaces {
    static let notHeld = 0
    static let heldByCampaign = 1
    static let heldByHouse = 2

    /// Makes `held` of the stage's `ordered`: with each person how many come before them in their own part of the plan.
    static func gather(in scratch: any Session) throws {
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

    /// As the draft of a plan is copied, a slice at a time.
    struct Copy {
        let run: RunID
        /// The draft's segments: by slot, how many people they hold.
        let segments: [(id: Int64, slot: Int?, size: Int64)]

        static let select = "SELECT recipient, variant, audience, held, before, slot FROM held"
        static let insert = """
            INSERT INTO holdout (run, recipient, segment, position, variant, audience, by_house)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """

        func put(_ row: any Statement, with enter: any Statement) throws {
            let (variant, before) = (row.int(1), row.int(4))
            let slot = row.optionalInt(5).map { Int($0) }
            let waits = variant == LedgerSQLite.undecidedVariant
            // A best time at which nobody is written to gives nobody a turn.
            let segment = waits ? nil : segments.first { $0.slot == slot }
            enter.bind(1, run.rawValue)
            enter.bind(2, row.int(0))
            enter.bind(3, waits ? 0 : segment?.id)
            // Behind everybody there is nobody to come before: they have their turn with the last one.
            enter.bind(4, segment.map { min(before, max($0.size - 1, 0)) } ?? before)
            enter.bind(5, variant)
            enter.bind(6, row.int(2))
            enter.bind(7, row.int(3) == Int64(heldByHouse) ? 1 : 0)
            try enter.run()
        }
    }

    /// Those who waited for the run's test get their turns among the people who got `places` in a segment: those of the rest
    /// from `first` up to and with `last`.
    /// - Parameters:
    ///   - last: nil: the whole rest.
    ///   - arm: by open_id.
    static func enter(
        _ segment: Int64, places: Range<Int64>, of run: RunID, first: Int64, last: Int64?, _ db: any Session,
        arm: (String) -> Int
    ) throws {
        let held = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT h.recipient, h.position, r.open_id FROM holdout h JOIN recipient r ON r.id = h.recipient
                    WHERE h.run = ?1 AND h.segment = 0 AND h.position <= ?2
                    """), arguments: [run.rawValue, last ?? .max])
        let update = try db.cachedStatement(
            sql: "UPDATE holdout SET segment = ?3, position = ?4, variant = ?5 WHERE run = ?1 AND recipient = ?2")
        for row in held {
            let offset = min(max((row["position"] as Int64) - first, 0), Int64(places.count) - 1)
            try update.execute(arguments: [
                run.rawValue, row["recipient"] as Int64, segment, places.lowerBound + offset, arm(row["open_id"]),
            ])
        }
    }

    /// The run is over: whoever's turn did not come would have been left out like everybody else.
    /// - Parameter after: the last of the people who were looked at before.
    /// - Returns: the last one now, and how many were looked at; nil: nobody was left.
    static func close(
        _ run: RunID, after: Int64, limit: Int, reason: Reason, _ db: any Session, _ changes: inout Changes
    ) throws -> (to: Int64?, rows: Int) {
        let looked = try StoredRow.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT max(recipient) AS last, count(*) AS people FROM (
                        SELECT recipient FROM holdout WHERE run = ? AND recipient > ? ORDER BY recipient LIMIT ?)
                    """), arguments: [run.rawValue, after, limit])
        guard let looked, let last = looked["last"] as Int64? else { return (nil, 0) }
        let open = "run = ?1 AND recipient > ?2 AND recipient <= ?3 AND (segment IS NOT NULL OR until IS NOT NULL)"
        let key: Arguments = [run.rawValue, after, last, reason.rawValue]
        let closed = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT coalesce(reason, ?4) AS why, count(*) AS people FROM holdout WHERE \(open) GROUP BY why
                    """), arguments: key)
        for row in closed {
            changes.count(run: run, variant: -1, .ghost, Reason(rawValue: row["why"]), by: row["people"])
        }
        try db.execute(
            sql: "UPDATE holdout SET reason = coalesce(reason, ?4), segment = NULL, until = NULL WHERE \(open)",
            arguments: key)
        return (last, looked["people"])
    }
}
