import CampaignModel
import GRDB
import Ports

extension LedgerSQLite {
    package func results(of run: RunID) throws -> [Int: [Conversion: ResultCount]] {
        try inRead { db in
            var results: [Int: [Conversion: ResultCount]] = [:]
            let rows = try GRDB.Row.fetchAll(
                db.cachedStatement(sql: "SELECT variant, conversion, people, events, amount FROM result WHERE run = ?"),
                arguments: [run.rawValue])
            for row in rows {
                guard let conversion = Conversion(rawValue: row["conversion"]) else { continue }
                results[row["variant"], default: [:]][conversion] = ResultCount(
                    people: row["people"], events: row["events"], amount: row["amount"])
            }
            return results
        }
    }

    package func activity(_ question: ActivityQuestion) throws -> [ActivityCount] {
        try inRead { db in
            let first = PlatformDay(containing: question.from)
            let rows = try GRDB.Row.fetchAll(
                db,
                sql: """
                    SELECT \(question.account == nil ? "0 AS account" : "account"), day, slot, kind, sum(events) AS events
                    FROM account_activity
                    WHERE \(question.account == nil ? "1" : "account = \(question.account!.rawValue)")
                        AND day BETWEEN ? AND ? \(Self.kinds(question.kinds))
                    GROUP BY 1, day, slot, kind ORDER BY day, slot, kind
                    """, arguments: [first.number, PlatformDay(containing: question.to).number])
            return rows.compactMap { row in
                guard let kind = EventKind(rawValue: row["kind"]) else { return nil }
                let count = ActivityCount(
                    account: question.account, day: PlatformDay(number: row["day"]), slot: row["slot"], kind: kind,
                    events: row["events"])
                let begins = count.day.start + .minutes(Int64(count.slot) * 15)
                return begins + .minutes(15) > question.from && begins < question.to ? count : nil
            }
        }
    }

    package func events(_ question: EventQuestion) throws -> [EventRecord] {
        try inRead { db in
            var conditions = ["at >= \(question.from.milliseconds)", "at < \(question.to.milliseconds)"]
            if let recipient = question.recipient { conditions.append("recipient = \(recipient.rawValue)") }
            if let account = question.account { conditions.append("account = \(account.rawValue)") }
            if let run = question.run { conditions.append("run = \(run.rawValue) AND run > 0") }
            let rows = try GRDB.Row.fetchAll(
                db,
                sql: """
                    SELECT kind, account, recipient, at, received, amount, run, variant, touched FROM event
                    WHERE \(conditions.joined(separator: " AND ")) \(Self.kinds(question.kinds))
                    ORDER BY at, id LIMIT ?
                    """, arguments: [question.limit])
            return rows.compactMap(Self.event)
        }
    }

    package func measuredKinds(account: AccountID) throws -> Set<EventKind> {
        try inRead { db in try Self.measuredKinds(account, db) }
    }

    static func measuredKinds(_ account: AccountID, _ db: Database) throws -> Set<EventKind> {
        Set(
            try EventKind.allCases.filter { kind in
                try Bool.fetchOne(
                    db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM event WHERE account IN (?, 0) AND kind = ?)"),
                    arguments: [account.rawValue, kind.rawValue]) ?? false
            })
    }

    package func arrivalsWaiting() throws -> Int {
        try inRead { try Int.fetchOne($0, sql: "SELECT count(*) FROM arrival WHERE done IS NULL") ?? 0 }
    }

    private static func event(_ row: GRDB.Row) -> EventRecord? {
        guard let kind = EventKind(rawValue: row["kind"]) else { return nil }
        func id(_ column: String) -> Int64? { (row[column] as Int64?).flatMap { $0 == 0 ? nil : $0 } }
        return EventRecord(
            kind: kind, account: id("account").map { AccountID(rawValue: $0) },
            recipient: id("recipient").map { RecipientID(rawValue: $0) }, at: Moment(row["at"] as Int64),
            received: Moment(row["received"] as Int64), amount: row["amount"],
            run: id("run").map { RunID(rawValue: $0) }, variant: row["variant"],
            touched: (row["touched"] as Int64?).map { Moment($0) })
    }

    private static func kinds(_ kinds: [EventKind]) -> String {
        kinds.isEmpty ? "" : "AND kind IN (\(kinds.map { String($0.rawValue) }.joined(separator: ", ")))"
    }
}
