import CampaignModel
import Ports
import Store

extension LedgerSQLite: MetricsLedger {
    package func proveWritable(at now: Moment) throws {
        // Another value than before: a page that did not change would not be written.
        try inWrite { db in
            try db.execute(
                sql: "UPDATE instance SET proved_at = max(?, proved_at + 1)", arguments: [now.milliseconds])
        }
    }

    package func totals(_ question: TotalsQuestion) throws -> LedgerTotals {
        try inRead { db in
            var totals = LedgerTotals()
            totals.counts = try Self.counts(db)
            totals.runs = try Self.runPeople(question, db)
            let living = try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: "SELECT state, count(*) AS runs FROM run WHERE \(Fragment.isLive) AND test = 0 GROUP BY 1"))
            for row in living { totals.living[try Stored.value(row["state"], "run.state")] = row["runs"] }
            totals.consents = try StoredRow.fetchAll(
                db.cachedStatement(sql: "SELECT account, state, people FROM consent_count")
            ).map { row in
                LedgerTotals.Consents(
                    account: AccountID(rawValue: row["account"]),
                    state: try Stored.value(row["state"], "consent_count.state"), people: row["people"])
            }
            totals.oldestUnknown = try Int64.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT min(a.started) FROM unknown_attempt u
                        CROSS JOIN attempt a USING (day, recipient, account, number)
                        """)
            ).map { Moment($0) }
            totals.lastArrival = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT received FROM arrival ORDER BY id DESC LIMIT 1")
            ).map { Moment($0) }
            return totals
        }
    }

    private static func counts(_ db: any Session) throws -> [LedgerTotals.Count] {
        let rows = try StoredRow.fetchCursor(
            db.cachedStatement(sql: "SELECT account, channel, test, kind, detail, count FROM total"))
        var counts: [LedgerTotals.Count] = []
        while let row = try rows.next() {
            guard let kind = LedgerTotals.Count.Kind(rawValue: row["kind"]) else { continue }
            counts.append(
                .init(
                    account: AccountID(rawValue: row["account"]), channel: row["channel"], isTest: row["test"],
                    kind: kind, detail: row["detail"], count: row["count"]))
        }
        return counts
    }

    /// Those that work or wait for somebody before those that only wait for their start; then the last that ended.
    private static func runPeople(_ question: TotalsQuestion, _ db: any Session) throws -> [LedgerTotals.RunPeople] {
        let living = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT id, name, state FROM run WHERE \(Fragment.isLive) AND test = 0
                    ORDER BY state = ?1, starts, id LIMIT ?2
                    """), arguments: [RunState.scheduled.rawValue, question.runsMax])
        let ended = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT id, name, state FROM run WHERE ended > ?1 AND test = 0 AND NOT (\(Fragment.isLive))
                    ORDER BY ended DESC LIMIT ?2
                    """), arguments: [question.endedSince.milliseconds, question.runsMax - living.count])
        let forecast = try db.cachedStatement(
            sql: """
                SELECT CASE WHEN CAST(json_extract(content, '$.fits') AS TEXT) IN ('1', 'true') THEN 0 ELSE max(1, coalesce((
                    SELECT sum(CAST(json_extract(value, '$.count') AS INTEGER)) FROM json_each(content, '$.leftOut')
                    WHERE json_extract(value, '$.reason') = ?2), 0)) END FROM run_forecast WHERE run = ?1
                """)
        return try (living + ended).map { row in
            let id: Int64 = row["id"]
            let unserved = try StoredRow.fetchOne(forecast, arguments: [id, Reason.expired.code])
            return LedgerTotals.RunPeople(
                run: row["name"], state: try Stored.value(row["state"], "run.state"), sum: try sum(of: id, db),
                unserved: unserved.map { $0[0] })
        }
    }
}
