import CampaignModel
import GRDB
import Ports

extension LedgerSQLite {
    package func results(of run: RunID, startedBefore moment: Moment) throws -> [Int: [Conversion: Int]] {
        try inRead { db in
            var people: [Int: [Conversion: Int]] = [:]
            // Somebody's conversions in one run follow from one contact: a person is contacted once in it.
            let rows = try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT c.variant, c.conversion, count(*) AS people FROM credit c
                        WHERE c.run = ?1 AND (SELECT touched FROM event e WHERE e.recipient = c.recipient AND e.run = ?1
                                              LIMIT 1) < ?2
                        GROUP BY 1, 2 ORDER BY 1, 2
                        """), arguments: [run.rawValue, moment.milliseconds])
            for row in rows {
                guard let conversion = Conversion(rawValue: row["conversion"]) else { continue }
                people[row["variant"], default: [:]][conversion] = row["people"]
            }
            return people
        }
    }

    package func reached(by one: RunID, and other: RunID) throws -> ReachedBoth {
        try inRead { db in
            func people(_ run: RunID) -> String {
                """
                SELECT recipient FROM attempt
                WHERE day >= (SELECT began / 86400000 - 1 FROM run WHERE id = \(run.rawValue))
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
