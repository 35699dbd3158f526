import CampaignModel
import Ports
import Store
import Synchronization

extension LedgerSQLite: ReportLedger {
    package var changes: Int { store.changeCount }

    package func reportStamps(endedAfter moment: Moment) throws -> [ReportStamp] {
        try inRead { db in
            // Two halves, each by its own index: what is live, and what ended lately.
            let live = try StoredRow.fetchAll(
                db.cachedStatement(sql: Self.stampSQL + " WHERE r.\(Fragment.isLive) AND r.test = 0"))
            let ended = try StoredRow.fetchAll(
                db.cachedStatement(sql: Self.stampSQL + " WHERE r.ended > ? AND r.test = 0"),
                arguments: [moment.milliseconds])
            return try (live + ended).map(Self.stamp)
        }
    }

    private static let markNames = [
        "held", "planned", "cut", "approvals", "places", "looks", "review", "told", "recalled",
    ]
    private static let stampSQL = """
        SELECT r.id, r.revision, v.file_name, r.state, r.ended, r.held, r.planned, r.duplicates + r.excluded AS cut,
            (SELECT count(*) FROM approval a WHERE a.revision = r.revision) AS approvals,
            (SELECT coalesce(sum(o.count * (o.kind * 8191 + o.variant * 131 + o.reason + 1)), 0)
                FROM rollup o WHERE o.run = r.id) AS places,
            (SELECT count(*) FROM look l WHERE l.run = r.id) AS looks,
            (SELECT m.at FROM machine_review m WHERE m.revision = r.revision) AS review,
            (SELECT max(e.at) FROM event e WHERE e.run = r.id AND e.run > 0) AS told,
            (SELECT sum(c.state * 31 + c.tries) FROM recall c WHERE c.run = r.id) AS recalled
        FROM run r JOIN revision v ON v.id = r.revision
        """

    private static func stamp(_ row: StoredRow) throws -> ReportStamp {
        try ReportStamp(
            run: RunID(rawValue: row["id"]), revision: RevisionID(rawValue: row["revision"]),
            fileName: row["file_name"], state: Stored.value(row["state"], "run.state"),
            ended: (row["ended"] as Int64?).map { Moment($0) },
            marks: markNames.map { row[$0] as Int64? ?? 0 })
    }

    package func run(_ id: RunID) throws -> RunRecord { try inRead { try Self.run(id.rawValue, $0) } }

    package func standing(ofFile name: String) throws -> FileStanding? {
        try inRead { db in
            let row = try StoredRow.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT max(CASE WHEN r.\(Fragment.isLive) THEN 1 ELSE 0 END) AS live, max(r.ended) AS ended FROM revision v
                        JOIN run r ON r.revision = v.id WHERE v.file_name = ? AND r.test = 0
                        """), arguments: [name])
            guard let row, let live = row["live"] as Bool? else { return nil }
            return FileStanding(isLive: live, ended: (row["ended"] as Int64?).map { Moment($0) })
        }
    }

    package func isContentGone(digest: String) throws -> Bool? {
        try inRead { db in
            try Bool.fetchOne(
                db.cachedStatement(
                    sql:
                        "SELECT pruned = 2 FROM revision WHERE digest >= ?1 AND digest < ?1 || 'g' ORDER BY pruned LIMIT 1"
                ),
                arguments: [digest])
        }
    }
}
