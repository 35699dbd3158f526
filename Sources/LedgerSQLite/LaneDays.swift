import CampaignModel
import Ports
import Store

/// What the runs of a lane took of its days, by quarters of an hour: a few dozen rows a run and day, whatever the number of
/// people.
enum LaneDays {
    /// Quarters of the day of `moment` up to and with the one it lies in.
    static func use(of account: AccountID, upTo moment: Moment, _ db: any Session) throws -> [LaneUse] {
        let day = PlatformDay(containing: moment)
        return try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT t.run, r.name, sum(t.people) AS people, sum(t.messages) AS messages,
                           min(t.quarter) AS first, max(t.quarter) AS last
                    FROM tally t JOIN run r ON r.id = t.run
                    WHERE t.account = ? AND t.quarter BETWEEN ? AND ?
                    GROUP BY t.run ORDER BY people DESC, t.run
                    """), arguments: [account.rawValue, day.start.quarter, moment.quarter]
        ).map { row in
            LaneUse(
                run: RunID(rawValue: row["run"]), runName: row["name"], people: row["people"],
                messages: row["messages"], from: Moment(quarter: row["first"]),
                to: Moment(quarter: (row["last"] as Int64) + 1))
        }
    }

    /// People and messages started on the day of `moment` before its quarter of an hour, and in it.
    static func started(
        by account: AccountID, around moment: Moment, _ db: any Session
    ) throws -> (before: (people: Int, messages: Int), during: (people: Int, messages: Int)) {
        let row = try StoredRow.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT coalesce(sum(people) FILTER (WHERE quarter < ?3), 0) AS people,
                           coalesce(sum(messages) FILTER (WHERE quarter < ?3), 0) AS messages,
                           coalesce(sum(people) FILTER (WHERE quarter = ?3), 0) AS people_now,
                           coalesce(sum(messages) FILTER (WHERE quarter = ?3), 0) AS messages_now
                    FROM tally WHERE account = ?1 AND quarter BETWEEN ?2 AND ?3
                    """),
            arguments: [account.rawValue, PlatformDay(containing: moment).start.quarter, moment.quarter])!
        return ((row["people"], row["messages"]), (row["people_now"], row["messages_now"]))
    }
}
