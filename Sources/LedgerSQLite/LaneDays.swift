import CampaignModel
import Ports
import Store

/// What the runs of a lane took of its days, by quarters of an hour: a few dozen rows a run and day, whatever the number of
/// people.
enum LaneDays {
    /// Quarters of the day of `moment` up to and with the one it lies in.
    static func use(of account: AccountID, upTo moment: Moment, _ db: any Session) throws -> [LaneUse] {
        let day = PlatformDay(containing: moment)
        let back = try givenBack(of: account, on: day, upTo: moment, db)
        let uses = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT t.run, r.name, sum(t.people) AS people, sum(t.messages) AS messages,
                           min(t.quarter) AS first, max(t.quarter) AS last
                    FROM tally t JOIN run r ON r.id = t.run
                    WHERE t.account = ? AND t.quarter BETWEEN ? AND ?
                    GROUP BY t.run, r.name ORDER BY people DESC, t.run
                    """), arguments: [account.rawValue, day.start.quarter, moment.quarter]
        ).map { row in
            let run = RunID(rawValue: row["run"])
            return LaneUse(
                run: run, runName: row["name"], people: row["people"] as Int - (back[run]?.people ?? 0),
                messages: row["messages"] as Int - (back[run]?.messages ?? 0), from: Moment(quarter: row["first"]),
                to: Moment(quarter: (row["last"] as Int64) + 1))
        }
        return uses.sorted { ($1.people, $0.run) < ($0.people, $1.run) }
    }

    /// What was started on the day and had given its place back by then: it used nothing of it.
    private static func givenBack(
        of account: AccountID, on day: PlatformDay, upTo moment: Moment, _ db: any Session
    ) throws -> [RunID: (people: Int, messages: Int)] {
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT run, sum(CASE WHEN keeps = 0 THEN 1 ELSE 0 END) AS people, sum(returned) AS messages FROM attempt
                    WHERE day = ? AND account = ? AND segment >= 0 AND (keeps = 0 OR returned > 0) AND settled <= ?
                    GROUP BY run
                    """), arguments: [day.number, account.rawValue, moment.milliseconds])
        var back: [RunID: (people: Int, messages: Int)] = [:]
        for row in rows { back[RunID(rawValue: row["run"])] = (row["people"], row["messages"]) }
        return back
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
