import CampaignModel
import GRDB
import Ports

extension LedgerSQLite {
    /// The next people of the rest, in their order, become a segment of their own with an arm each.
    static func plan(
        _ batch: LookDemand.Batch, of run: RunID, at now: Moment, _ db: Database, _ hot: HotStatements
    ) throws {
        let people = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT u.position, u.recipient, u.audience, r.open_id FROM undecided u
                    JOIN recipient r ON r.id = u.recipient WHERE u.run = ? ORDER BY u.position LIMIT ?
                    """), arguments: [run.rawValue, batch.people])
        guard let last = people.last?["position"] as Int64?, let first = people.first?["position"] as Int64? else {
            return
        }
        try db.execute(
            sql: """
                INSERT INTO segment (run, size, planned_at, ordering, shuffle_key)
                SELECT run, ?2, ?3, ordering, shuffle_key FROM undecided_rest WHERE run = ?1
                """, arguments: [run.rawValue, people.count, now.milliseconds])
        let segment = db.lastInsertedRowID
        let insert = try db.cachedStatement(
            sql: "INSERT INTO plan (segment, position, recipient, variant, audience) VALUES (?, ?, ?, ?, ?)")
        var changes = Changes()
        for (position, row) in people.enumerated() {
            let arm = batch.arm(row["open_id"])
            try insert.execute(arguments: [
                segment, position, row["recipient"] as Int64, arm, row["audience"] as Int64,
            ])
            changes.count(run: run, variant: arm, .planned, by: 1)
        }
        let isLast = people.count < batch.people
        try GhostPlaces.enter(
            segment, size: people.count, of: run, first: first, last: isLast ? nil : last, db, arm: batch.arm)
        changes.count(run: run, variant: undecidedVariant, .planned, by: -people.count)
        try db.execute(
            sql: "DELETE FROM undecided WHERE run = ? AND position <= ?", arguments: [run.rawValue, last])
        try db.execute(
            sql: "UPDATE undecided_rest SET size = size - ? WHERE run = ?", arguments: [people.count, run.rawValue])
        try db.execute(sql: "DELETE FROM undecided_rest WHERE run = ? AND size = 0", arguments: [run.rawValue])
        try changes.write(hot)
    }
}
