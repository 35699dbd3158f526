import CampaignModel
import Ports
import Store

extension LedgerSQLite {
    package func record(_ page: ConsentPage) throws {
        try inWrite(term: page.term) { db, _ in
            let app = try Self.app(of: page.account, db)
            for person in page.people {
                guard let recipient = try Self.living(person.openID, app: app, db) else { continue }
                try db.cachedStatement(
                    sql: """
                        INSERT INTO consent (account, recipient, state, source, granted, expires, checked, stock)
                        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5, CASE ?3 WHEN 1 THEN CAST(?7 AS INTEGER) END)
                        ON CONFLICT (account, recipient) DO UPDATE SET state = excluded.state, checked = excluded.checked,
                            expires = coalesce(excluded.expires, consent.expires),
                            granted = CASE WHEN consent.state = 1 THEN consent.granted ELSE excluded.granted END,
                            stock = CASE WHEN excluded.stock IS NULL THEN consent.stock WHEN consent.stock IS NULL THEN excluded.stock
                                WHEN consent.state <> 1 THEN consent.stock + excluded.stock ELSE consent.stock END,
                            source = excluded.source
                        WHERE excluded.checked >= consent.checked
                        """
                ).execute(arguments: [
                    page.account.rawValue, recipient, person.state.rawValue, person.source, page.now.milliseconds,
                    person.expires?.milliseconds, page.stockPerAuthorization,
                ])
                if page.answersQuestions {
                    try Self.wakeWaiting(recipient, account: page.account, at: page.now, db)
                }
            }
        }
    }

    /// Whoever waited for this answer is due at once. The plus signs keep SQLite from the index of reasons, which holds
    /// everybody who waits: one look by key for each live run of the account is enough.
    static func wakeWaiting(_ recipient: Int64, account: AccountID, at now: Moment, _ db: any Session) throws {
        try db.cachedStatement(
            sql: """
                UPDATE occasion SET until = ?1 WHERE +state = 1 AND recipient = ?2 AND reason = ?3 AND +until > ?1
                    AND campaign IN (SELECT v.campaign FROM run r JOIN revision v ON v.id = r.revision
                                     WHERE r.\(Fragment.isLive) AND r.spends = 3 AND r.account = ?4)
                    AND +run IN (SELECT id FROM run WHERE \(Fragment.isLive) AND spends = 3 AND account = ?4)
                """
        ).execute(arguments: [now.milliseconds, recipient, Reason.consentCheck.rawValue, account.rawValue])
        for table in ["waiting", "holdout"] {
            try db.cachedStatement(
                sql: """
                    UPDATE \(table) SET until = ?1 WHERE recipient = ?2 AND +reason = ?3 AND +until > ?1
                        AND run IN (SELECT id FROM run WHERE \(Fragment.isLive) AND account = ?4)
                    """
            ).execute(arguments: [
                now.milliseconds, recipient, Reason.consentCheck.rawValue, account.rawValue,
            ])
        }
    }

    package func finishWalk(account: AccountID, started: Moment, at now: Moment, term: Term) throws {
        var met: Int64 = 0
        while let last = try forget(after: met, account: account, unseenSince: started, at: now, term) {
            met = last
            try pace.between(wrote: true)
        }
        try runInSlices(
            """
            UPDATE waiting SET until = ?1 WHERE reason = ?2 AND until > ?1
                AND run IN (SELECT id FROM run WHERE account = ?3) LIMIT \(Slices.rows)
            """, [now.milliseconds, Reason.consentCheck.rawValue, account.rawValue], term: term)
        try inWrite(term: term) { db, _ in
            try db.execute(
                sql: "UPDATE account SET last_walk = ?1 WHERE id = ?2",
                arguments: [now.milliseconds, account.rawValue])
        }
    }

    package func accountsAtWork() throws -> Set<AccountID> {
        try inRead { db in
            Set(
                try Int64.fetchAll(db.cachedStatement(sql: "SELECT DISTINCT account FROM run WHERE \(Fragment.isLive)"))
                    .map { AccountID(rawValue: $0) })
        }
    }

    /// Whom the walk did not meet has withdrawn. A slice of them; looked for outside of the writer.
    /// - Returns: the last of the slice; nil: nobody is left.
    private func forget(
        after: Int64, account: AccountID, unseenSince started: Moment, at now: Moment, _ term: Term
    ) throws -> Int64? {
        let people = try inRead { db in
            try Int64.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT recipient FROM consent WHERE account = ? AND recipient > ? AND state = 1 AND checked < ?
                        ORDER BY recipient LIMIT \(Slices.rows)
                        """), arguments: [account.rawValue, after, started.milliseconds])
        }
        guard let last = people.last else { return nil }
        try inWrite(term: term) { db, _ in
            let forget = try db.cachedStatement(
                sql: """
                    UPDATE consent SET state = 0, checked = ?1, source = 'walk'
                    WHERE account = ?2 AND recipient = ?4 AND state = 1 AND checked < ?3
                    """)
            for person in people {
                try forget.execute(arguments: [now.milliseconds, account.rawValue, started.milliseconds, person])
            }
        }
        return last
    }

    package func consentQuestions(limit: Int, at now: Moment) throws -> [ConsentQuestion] {
        try inRead { db in
            let rows = try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT r.account, w.recipient, p.open_id FROM (
                            SELECT run, recipient, until FROM waiting WHERE reason = ?1 AND until > ?2
                            UNION ALL
                            SELECT o.run, o.recipient, o.until FROM run l CROSS JOIN occasion o ON o.run = l.id
                            WHERE l.state = ?3 AND l.spends = 3 AND o.state = 1 AND o.until > ?2 AND o.reason = ?1
                            -- Whoever is held out is judged by the same evidence.
                            UNION ALL
                            SELECT h.run, h.recipient, h.until FROM run l CROSS JOIN holdout h ON h.run = l.id
                            WHERE l.state = ?3 AND h.until > ?2 AND h.reason = ?1) w
                        JOIN run r ON r.id = w.run JOIN recipient p ON p.id = w.recipient
                        WHERE r.state = ?3 AND p.open_id NOT LIKE 'erased:%'
                        GROUP BY r.account, w.recipient, p.open_id ORDER BY min(w.until), w.recipient LIMIT ?4
                        """),
                arguments: [
                    Reason.consentCheck.rawValue, now.milliseconds, RunState.running.rawValue, limit,
                ])
            return rows.map {
                ConsentQuestion(
                    account: AccountID(rawValue: $0["account"]), recipient: RecipientID(rawValue: $0["recipient"]),
                    openID: $0["open_id"])
            }
        }
    }

    @discardableResult
    package func list(_ demand: ListDemand) throws -> Int {
        try inWrite(term: demand.term) { db, _ in
            var changed = 0
            let kind = demand.act == .deny || demand.act == .undeny ? 1 : 2
            for openID in demand.openIDs {
                let recipient = try Self.recipient(openID, app: demand.app.rawValue, db)
                switch demand.act {
                case .deny, .allow:
                    try db.execute(
                        sql: """
                            INSERT INTO listed (recipient, list, account, since, person) VALUES (?, ?, ?, ?, ?)
                            ON CONFLICT DO NOTHING
                            """,
                        arguments: [
                            recipient, kind, demand.account?.rawValue ?? 0, demand.now.milliseconds, demand.person,
                        ])
                    changed += db.changesCount
                case .undeny, .disallow:
                    if try Self.isErased(recipient, db) { continue }
                    try db.execute(
                        sql: "DELETE FROM listed WHERE recipient = ? AND list = ? AND account = ?",
                        arguments: [recipient, kind, demand.account?.rawValue ?? 0])
                    changed += db.changesCount
                }
            }
            guard changed > 0 else { return 0 }
            try Self.audit(
                db, at: demand.now, demand.person, demand.act.rawValue, "\(demand.openIDs.count) people",
                try Self.listing(demand, db))
            return changed
        }
    }

    static func app(of account: AccountID, _ db: any Session) throws -> Int64 {
        guard
            let app = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT app FROM account WHERE id = ?"), arguments: [account.rawValue])
        else { throw LedgerError.unknownAccount("#\(account.rawValue)") }
        return app
    }
}
