import CampaignModel
import Foundation
import Ports
import Store

extension LedgerSQLite: PagesLedger {
    /// Newest runs that are looked through for one person, and days of contacts: bounds, so that a page costs the same with
    /// years behind it.
    private static let runsLookedAt = 500
    private static let contactDays: Int32 = 30
    private static let eventsMax = 20

    package func people(_ question: PlacedQuestion) throws -> [PlacedPerson] {
        let source =
            switch question.place {
            // Of a triggered run a row a person: the pages go on by the person.
            case .skipped:
                """
                SELECT recipient, reason, at FROM skipped WHERE run = ?1 UNION ALL
                SELECT recipient, reason, ended AS at FROM (
                    SELECT recipient, reason, ended, row_number() OVER (PARTITION BY recipient ORDER BY ended DESC) AS place
                    FROM occasion WHERE run = ?1 AND state = 4 AND (?3 IS NULL OR reason = ?3)) o WHERE o.place = 1
                """
            case .waiting:
                """
                SELECT recipient, reason, until AS at FROM waiting WHERE run = ?1 UNION ALL
                SELECT recipient, reason, until AS at FROM (
                    SELECT recipient, reason, until, row_number() OVER (PARTITION BY recipient ORDER BY until) AS place
                    FROM occasion WHERE run = ?1 AND state = 1 AND (?3 IS NULL OR reason = ?3)) o WHERE o.place = 1
                """
            case .holdout: "SELECT recipient, NULL AS reason, NULL AS at FROM holdout WHERE run = ?1"
            case .unknown:
                """
                SELECT u.recipient, NULL AS reason, a.started AS at FROM unknown_attempt u
                CROSS JOIN attempt a USING (day, recipient, account, number) WHERE a.run = ?1
                """
            }
        return try inRead { db in
            try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT q.recipient, q.reason, q.at, p.open_id FROM (\(source)) q
                        JOIN recipient p ON p.id = q.recipient
                        WHERE q.recipient > ?2 AND (?3 IS NULL OR q.reason = ?3) ORDER BY q.recipient LIMIT ?4
                        """),
                arguments: [
                    question.run.rawValue, question.after.rawValue, question.reason?.rawValue, question.limit,
                ]
            ).map { row in
                PlacedPerson(
                    recipient: RecipientID(rawValue: row["recipient"]), openID: row["open_id"],
                    reason: (row["reason"] as Int?).flatMap { Reason(rawValue: $0) },
                    at: (row["at"] as Int64?).map { Moment($0) })
            }
        }
    }

    package func find(_ search: RunSearch) throws -> [RunRecord] {
        try inRead { db in
            try Self.records(
                db.cachedStatement(
                    sql: Self.runSQL + """
                         WHERE r.test = 0 AND (?1 IS NULL OR r.state = ?1)
                            AND (?2 = '' OR instr(lower(r.name), ?2) > 0 OR instr(lower(
                                CASE WHEN json_valid(v.content) THEN json_extract(v.content, '$.title') END), ?2) > 0)
                            AND (?3 IS NULL OR (r.starts, r.id) < (SELECT starts, id FROM run WHERE id = ?3))
                        ORDER BY r.starts DESC, r.id DESC LIMIT ?4
                        """),
                arguments: [
                    search.state?.rawValue, search.text.lowercased(), search.after?.rawValue, search.limit,
                ])
        }
    }

    package func known(openID: String) throws -> [KnownPerson] {
        try inRead { db in
            try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT p.id, a.name AS app FROM app a JOIN recipient p ON p.app = a.id AND p.open_id = ?
                        ORDER BY a.id
                        """), arguments: [openID]
            ).map { row in
                let id: Int64 = row["id"]
                return KnownPerson(
                    recipient: RecipientID(rawValue: id), app: row["app"], consents: try Self.consents(of: id, db),
                    listings: try Self.listings(of: id, db), events: try Self.events(of: id, db))
            }
        }
    }

    private static func consents(of recipient: Int64, _ db: any Session) throws -> [(account: String, consent: Consent)]
    {
        try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT n.name, c.* FROM account n JOIN consent c ON c.account = n.id AND c.recipient = ?
                    ORDER BY n.id
                    """), arguments: [recipient]
        ).map { row in (row["name"], try consent(row)) }
    }

    private static func listings(of recipient: Int64, _ db: any Session) throws -> [KnownPerson.Listing] {
        try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT l.list, l.since, l.person, n.name FROM listed l LEFT JOIN account n ON n.id = l.account
                    WHERE l.recipient = ? ORDER BY l.list, l.account
                    """), arguments: [recipient]
        ).map { row in
            KnownPerson.Listing(
                denies: row["list"] == 1, account: row["name"], since: Moment(row["since"] as Int64),
                person: row["person"])
        }
    }

    private static func events(of recipient: Int64, _ db: any Session) throws -> [(kind: String, at: Moment)] {
        try StoredRow.fetchAll(
            db.cachedStatement(sql: "SELECT kind, at FROM event WHERE recipient = ? ORDER BY at DESC LIMIT ?"),
            arguments: [recipient, eventsMax]
        ).compactMap { row in
            EventKind(rawValue: row["kind"]).map { ($0.code, Moment(row["at"] as Int64)) }
        }
    }

    package func runs(of recipient: RecipientID, at now: Moment, limit: Int) throws -> [RunRecord] {
        let today = PlatformDay(containing: now).number
        return try inRead { db in
            try Self.records(
                db.cachedStatement(
                    sql: Self.runSQL + """
                         WHERE r.test = 0 AND r.id > (SELECT coalesce(max(id), 0) FROM run) - \(Self.runsLookedAt) AND (
                            EXISTS (SELECT 1 FROM revision_audience m JOIN member e ON e.audience = m.audience
                                AND e.recipient = ?1 WHERE m.revision = r.revision AND m.excludes = 0)
                            OR EXISTS (SELECT 1 FROM waiting w WHERE w.run = r.id AND w.recipient = ?1)
                            OR EXISTS (SELECT 1 FROM skipped s WHERE s.run = r.id AND s.recipient = ?1)
                            OR EXISTS (SELECT 1 FROM holdout h WHERE h.run = r.id AND h.recipient = ?1)
                            OR r.id IN (\(Self.contactSQL("c.run"))))
                        ORDER BY r.starts DESC, r.id DESC LIMIT ?3
                        """), arguments: [recipient.rawValue, today, limit])
        }
    }

    package func contacts(of recipient: RecipientID, at now: Moment, limit: Int) throws -> [AttemptRecord] {
        let today = PlatformDay(containing: now).number
        return try inRead { db in
            try StoredRow.fetchAll(
                db,
                sql: Self.attemptSQL()
                    + """
                     WHERE a.recipient = ?1 AND a.day IN (\(Self.daysSQL)) ORDER BY a.started DESC LIMIT ?3
                    """, arguments: [recipient.rawValue, today, limit]
            ).map(Self.attempt)
        }
    }

    /// Day by day, as the key of the attempts begins with the day.
    private static let daysSQL = """
        WITH RECURSIVE d (day) AS (SELECT ?2 + 1 UNION ALL SELECT day - 1 FROM d WHERE day > ?2 - \(contactDays))
        SELECT day FROM d
        """
    private static func contactSQL(_ what: String) -> String {
        "SELECT \(what) FROM attempt c WHERE c.recipient = ?1 AND c.day IN (\(daysSQL))"
    }

    package func auditRows(about subject: String, limit: Int) throws -> [AuditRow] {
        try inRead { db in
            try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: "SELECT * FROM audit WHERE subject = ? ORDER BY seq DESC LIMIT ?"),
                arguments: [subject, limit]
            ).map(Self.auditRow)
        }
    }

    package func auditRows(before: Int64?, limit: Int) throws -> [AuditRow] {
        try inRead { db in
            try StoredRow.fetchAll(
                db.cachedStatement(sql: "SELECT * FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?"),
                arguments: [before ?? Int64.max, limit]
            ).map(Self.auditRow)
        }
    }

    package func recordDrop(_ demand: DropDemand) throws {
        try inWrite(term: demand.term) { db, _ in
            for file in demand.files {
                try Self.audit(db, at: demand.now, demand.person, demand.act, file.name, file.mark)
            }
        }
    }
}
