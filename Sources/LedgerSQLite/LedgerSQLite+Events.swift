import CampaignModel
import Ports
import Store

extension LedgerSQLite {
    package func results(of run: RunID) throws -> [Int: [Conversion: ResultCount]] {
        try inRead { db in
            var results: [Int: [Conversion: ResultCount]] = [:]
            let rows = try StoredRow.fetchAll(
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
            let rows = try StoredRow.fetchAll(
                db,
                sql: """
                    SELECT \(question.account == nil ? "0 AS account" : "account"), day, slot, kind, sum(events) AS events
                    FROM account_activity
                    WHERE \(question.account == nil ? "TRUE" : "account = \(question.account!.rawValue)")
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
            if let app = question.app {
                conditions.append("(SELECT app FROM recipient p WHERE p.id = recipient) = \(app.rawValue)")
            }
            if let run = question.run { conditions.append("run = \(run.rawValue) AND run > 0") }
            let rows = try StoredRow.fetchAll(
                db,
                sql: """
                    SELECT kind, account, recipient, at, received, amount, run, variant, touched FROM event
                    WHERE \(conditions.joined(separator: " AND ")) \(Self.kinds(question.kinds))
                    ORDER BY at, id LIMIT ?
                    """, arguments: [question.limit])
            return rows.compactMap(Self.event)
        }
    }

    package func measured(account: AccountID) throws -> Measured {
        try inRead { db in try Self.measured(account, db) }
    }

    /// What names no account is the app's, and of each of its accounts.
    static func measured(_ account: AccountID, _ db: any Session) throws -> Measured {
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT m.kind, min(m.first) AS first, max(m.last) AS last FROM measured m
                    WHERE m.app = (SELECT app FROM account WHERE id = ?1) AND m.account IN (?1, 0) GROUP BY m.kind
                    """), arguments: [account.rawValue])
        var spans: [EventKind: Measured.Span] = [:]
        for row in rows {
            guard let kind = EventKind(rawValue: row["kind"]) else { continue }
            spans[kind] = Measured.Span(first: Moment(row["first"] as Int64), last: Moment(row["last"] as Int64))
        }
        return Measured(spans)
    }

    package func responses(_ question: ResponseQuestion) throws -> ResponseCount {
        try inRead { db in
            let row = try StoredRow.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT coalesce(sum(questions), 0) AS questions, coalesce(sum(answered), 0) AS answered,
                               coalesce(sum(waited), 0) AS waited FROM response
                        WHERE account = ? AND run = ? AND quarter >= ? AND quarter < ?
                        """),
                arguments: [
                    question.account.rawValue, question.run?.rawValue ?? 0, question.from.quarter,
                    (question.to - .milliseconds(1)).quarter + 1,
                ])!
            var count = ResponseCount()
            count.questions = row["questions"]
            count.answered = row["answered"]
            count.waited = .milliseconds(row["waited"] as Int64)
            return count
        }
    }

    package func arrivalsStanding() throws -> ArrivalsStanding {
        try inRead { db in
            let row = try StoredRow.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT (SELECT count(*) FROM arrival WHERE done IS NULL) AS waiting,
                            (SELECT received FROM arrival WHERE done IS NULL ORDER BY id LIMIT 1) AS oldest,
                            (SELECT count(*) FROM arrival WHERE done IS NOT NULL AND length(body) > 0) AS set_aside
                        """))
            guard let row else { return ArrivalsStanding() }
            return ArrivalsStanding(
                waiting: row["waiting"], oldest: (row["oldest"] as Int64?).map { Moment($0) },
                setAside: row["set_aside"])
        }
    }

    private static func event(_ row: StoredRow) -> EventRecord? {
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
