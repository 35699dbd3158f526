import CampaignModel
import Ports
import Store

extension LedgerSQLite {
    package func parts(of run: RunID) throws -> [RunPart] {
        try inRead { db in
            var parts: [RunPart] = []
            let rows = try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT segment, later, variant, figure, people FROM part_result WHERE run = ?
                        ORDER BY segment, later, variant, figure
                        """), arguments: [run.rawValue])
            for row in rows {
                let part = RunPart(
                    segment: SegmentID(rawValue: row["segment"]), isLater: row["later"], variant: row["variant"])
                if parts.last.map({ ($0.segment, $0.isLater, $0.variant) == (part.segment, part.isLater, part.variant) }
                )
                    != true
                {
                    parts.append(part)
                }
                if let conversion = Conversion(rawValue: row["figure"]) {
                    parts[parts.count - 1].people[conversion] = row["people"]
                } else if let step = FunnelStep(rawValue: row["figure"]) {
                    parts[parts.count - 1].steps[step] = row["people"]
                }
            }
            return parts
        }
    }

    package func reached(by one: RunID, and other: RunID) throws -> ReachedBoth {
        try inRead { db in
            func people(_ run: RunID) -> String {
                """
                SELECT recipient FROM attempt
                WHERE \(AttemptWalk.since("(SELECT began / 86400000 - 1 FROM run WHERE id = \(run.rawValue))"))
                    AND run = \(run.rawValue) AND outcome IN (1, 5)
                """
            }
            func count(_ sql: String) throws -> Int {
                try Int.fetchOne(db, sql: "SELECT count(*) FROM (\(sql))")!
            }
            return ReachedBoth(
                one: try count("SELECT DISTINCT recipient FROM (\(people(one)))"),
                other: try count("SELECT DISTINCT recipient FROM (\(people(other)))"),
                both: try count("\(people(one)) INTERSECT \(people(other))"))
        }
    }
}
