import CampaignModel
import Foundation
import Ports
import Store

extension LedgerSQLite: AccountLedger {
    package func tend(_ demand: AccountDemand, freezes: (Complaints) -> Bool) throws -> AccountFile {
        try inWrite(term: demand.term) { db, _ in
            try Self.carryOut(demand, db)
            let complaints = try Self.complaints(of: demand.account, db)
            try Self.audit(
                db, at: demand.now, demand.person, demand.act.code, "account #\(demand.account.rawValue)",
                Self.detail(of: demand))
            let frozen = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT frozen FROM account WHERE id = ?"), arguments: [demand.account.rawValue]
            )
            if frozen == nil, demand.act.isComplaint, freezes(complaints) {
                try Self.freeze(demand.account, at: demand.now, db)
                try Self.audit(
                    db, at: demand.now, "curfew", "freeze", "account #\(demand.account.rawValue)",
                    "\(complaints.reports) reports, \(complaints.violations) violations")
            }
            return try Self.file(of: demand.account, history: 20, db)
        }
    }

    private static func carryOut(_ demand: AccountDemand, _ db: any Session) throws {
        let account = demand.account.rawValue
        switch demand.act {
        case .freeze:
            try freeze(demand.account, at: demand.now, db)
            try mustChange(db)
        case .appeal: try appeal(demand.account, db)
        case .qualify(let qualification, let document):
            try db.execute(
                sql: """
                    INSERT INTO qualification
                    (account, id, document, valid_from, valid_to, messages_per_day, recorded, person)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (account, id) DO UPDATE SET document = excluded.document, valid_from = excluded.valid_from,
                        valid_to = excluded.valid_to, messages_per_day = excluded.messages_per_day,
                        recorded = excluded.recorded, person = excluded.person
                    """,
                arguments: [
                    account, qualification.id, document, qualification.validFrom.milliseconds,
                    qualification.validTo.milliseconds, qualification.messagesPerDay, demand.now.milliseconds,
                    demand.person,
                ])
        case .disqualify(let id):
            try db.execute(sql: "DELETE FROM qualification WHERE account = ? AND id = ?", arguments: [account, id])
            guard db.changesCount > 0 else { throw AccountObstacle.unknownQualification(id) }
        case .credit(let score):
            try db.execute(
                sql: "UPDATE app SET credit = ? WHERE id = (SELECT app FROM account WHERE id = ?)",
                arguments: [score, account])
        case .report(let count):
            for _ in 0..<count { try complain(1, demand, db) }
        case .violation: try complain(2, demand, db)
        case .bind(let bound):
            try db.execute(
                sql: "UPDATE account SET bound = ?1 WHERE id = ?2 AND bound <> ?1", arguments: [bound, account])
            try mustChange(db)
        case .ban:
            try ban(demand.account, at: demand.now, db)
            try mustChange(db)
        case .template(let id, let approved):
            try db.execute(
                sql: """
                    INSERT INTO card_template (app, id, approved) VALUES ((SELECT app FROM account WHERE id = ?), ?, ?)
                    ON CONFLICT (app, id) DO UPDATE SET approved = excluded.approved
                    WHERE card_template.approved <> excluded.approved
                    """, arguments: [account, id, approved])
            try mustChange(db)
        }
    }

    private static func mustChange(_ db: any Session) throws {
        guard db.changesCount > 0 else { throw AccountObstacle.unchanged }
    }

    private static func detail(of demand: AccountDemand) -> String {
        let what: String =
            switch demand.act {
            case .freeze, .appeal, .violation, .bind, .ban: ""
            case .qualify(let qualification, let document):
                "\(qualification.id): \(qualification.messagesPerDay) a day, \(qualification.validFrom.iso8601) to \(qualification.validTo.iso8601), document \(document)"
            case .disqualify(let id): id
            case .credit(let score): String(score)
            case .report(let count): "\(count)"
            case .template(let id, let approved): "\(id) \(approved ? "approved" : "not approved")"
            }
        return [what, demand.note].filter { !$0.isEmpty }.joined(separator: "; ")
    }

    private static func complain(_ kind: Int, _ demand: AccountDemand, _ db: any Session) throws {
        try db.execute(
            sql: "INSERT INTO complaint (account, kind, at, person, note) VALUES (?, ?, ?, ?, ?)",
            arguments: [demand.account.rawValue, kind, demand.now.milliseconds, demand.person, demand.note])
    }

    private static func freeze(_ account: AccountID, at now: Moment, _ db: any Session) throws {
        try db.execute(
            sql: "UPDATE account SET frozen = ? WHERE id = ? AND frozen IS NULL",
            arguments: [now.milliseconds, account.rawValue])
    }

    private static func appeal(_ account: AccountID, _ db: any Session) throws {
        let row = try StoredRow.fetchOne(
            db.cachedStatement(sql: "SELECT frozen, banned FROM account WHERE id = ?"), arguments: [account.rawValue])
        if (row?["banned"] as Int64?) != nil { throw AccountObstacle.banned }
        guard (row?["frozen"] as Int64?) != nil else { throw AccountObstacle.notFrozen }
        try db.execute(sql: "UPDATE account SET frozen = NULL WHERE id = ?", arguments: [account.rawValue])
        try db.execute(
            sql: "UPDATE complaint SET spent = 1 WHERE account = ? AND spent = 0", arguments: [account.rawValue])
    }

    /// The first word stands: the schema lets nobody change it.
    static func ban(_ account: AccountID, at now: Moment, _ db: any Session) throws {
        try db.execute(
            sql: "UPDATE account SET banned = ? WHERE id = ? AND banned IS NULL",
            arguments: [now.milliseconds, account.rawValue])
    }

    /// What the configuration says of a profile. A score that somebody has recorded since stands until the configuration
    /// says another one than before.
    static func registerProfiles(of app: AppRegistration, _ db: any Session) throws {
        if let credit = app.credit {
            try db.execute(
                sql: """
                    UPDATE app SET credit = CASE WHEN credit_configured IS ?1 THEN credit ELSE ?1 END,
                        credit_configured = ?1 WHERE name = ?2
                    """, arguments: [credit, app.name])
        }
        for account in app.accounts {
            try db.execute(
                sql: "UPDATE account SET slowed_per_hour = ? WHERE name = ?",
                arguments: [account.slowedPerHour, account.name])
        }
    }

    // MARK: - Reading

    package func accountFile(_ account: AccountID, history: Int) throws -> AccountFile {
        try inRead { db in try Self.file(of: account, history: history, db) }
    }

    private static func file(of account: AccountID, history: Int, _ db: any Session) throws -> AccountFile {
        guard let record = try accountRecords(db).first(where: { $0.id == account }) else {
            throw LedgerError.unknownAccount("#\(account.rawValue)")
        }
        var qualifications =
            record.qualification.map {
                [AccountFile.QualificationRecord(qualification: $0, document: "", person: "configuration")]
            } ?? []
        qualifications += try StoredRow.fetchAll(
            db.cachedStatement(sql: "SELECT * FROM qualification WHERE account = ? ORDER BY valid_from, id"),
            arguments: [account.rawValue]
        ).map { row in
            .init(
                qualification: Qualification(
                    id: row["id"], validFrom: Moment(row["valid_from"] as Int64),
                    validTo: Moment(row["valid_to"] as Int64), messagesPerDay: row["messages_per_day"]),
                document: row["document"], person: row["person"])
        }
        let acts = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: "SELECT at, person, act, detail FROM audit WHERE subject = ? ORDER BY seq DESC LIMIT ?"),
            arguments: ["account #\(account.rawValue)", history]
        ).map { row in
            AccountFile.Act(
                at: Moment(row["at"] as Int64), person: row["person"], act: row["act"], detail: row["detail"])
        }
        let templates = try StoredRow.fetchAll(
            db.cachedStatement(sql: "SELECT id, approved FROM card_template WHERE app = ? ORDER BY id"),
            arguments: [record.app.rawValue]
        ).map { (id: $0["id"] as String, approved: $0["approved"] as Bool) }
        return AccountFile(
            record: record, qualifications: qualifications, complaints: try complaints(of: account, db),
            templates: templates, history: acts)
    }

    private static func complaints(of account: AccountID, _ db: any Session) throws -> Complaints {
        let row = try StoredRow.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT count(*) FILTER (WHERE kind = 1) AS reports, count(*) FILTER (WHERE kind = 2) AS violations
                    FROM complaint WHERE account = ? AND spent = 0
                    """), arguments: [account.rawValue])!
        return Complaints(reports: row["reports"], violations: row["violations"])
    }

    // MARK: - Strategies

    package func strategies(of app: AppID) throws -> [Strategy] {
        try inRead { db in
            try StoredRow.fetchAll(
                db.cachedStatement(sql: "SELECT * FROM strategy WHERE app = ? ORDER BY entry, behaviour, page"),
                arguments: [app.rawValue]
            ).map { Strategy(entry: $0["entry"], behaviour: $0["behaviour"], page: $0["page"], enabled: $0["enabled"]) }
        }
    }

    package func set(_ demand: StrategyDemand, mayEnable: (Int) -> Bool) throws {
        let strategy = demand.strategy
        let key: Arguments = [demand.app.rawValue, strategy.entry, strategy.behaviour, strategy.page]
        try inWrite(term: demand.term) { db, _ in
            if demand.removes {
                try db.execute(
                    sql: "DELETE FROM strategy WHERE app = ? AND entry = ? AND behaviour = ? AND page = ?",
                    arguments: key)
            } else {
                let others = try Int.fetchOne(
                    db.cachedStatement(
                        sql: """
                            SELECT count(*) FROM strategy WHERE app = ?1 AND enabled = 1
                            AND NOT (entry = ?2 AND behaviour = ?3 AND page = ?4)
                            """), arguments: key)!
                if strategy.enabled, !mayEnable(others) { throw AccountObstacle.strategiesLimit }
                try db.execute(
                    sql: """
                        INSERT INTO strategy (app, entry, behaviour, page, enabled) VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT (app, entry, behaviour, page) DO UPDATE SET enabled = excluded.enabled
                        """, arguments: key + [strategy.enabled])
            }
            try Self.audit(
                db, at: demand.now, demand.person,
                demand.removes ? "strategy removed" : strategy.enabled ? "strategy enabled" : "strategy disabled",
                "app #\(demand.app.rawValue)", "\(strategy.entry) × \(strategy.behaviour) × \(strategy.page)")
        }
    }

    // MARK: - People

    package func learn(_ demand: PeopleDemand) throws -> Int {
        try inWrite(term: demand.term) { db, hot in
            let app = try Self.app(of: demand.account, db)
            var changed = 0
            for person in demand.people {
                let before = db.totalChangesCount
                guard let recipient = try Self.living(person.openID, app: app, db) else { continue }
                try Self.learnHours(person, recipient, db)
                try Self.learnConsent(person, recipient, demand.account, db)
                if let cards = person.cards {
                    try hot.accounts.notePrompts(
                        for: demand.account, RecipientID(rawValue: recipient), day: cards.day, shown: cards.shown,
                        refused: cards.refused)
                }
                if db.totalChangesCount > before { changed += 1 }
            }
            try Self.audit(
                db, at: demand.now, demand.person, "audience import", "account #\(demand.account.rawValue)",
                "\(demand.people.count) people")
            return changed
        }
    }

    private static func learnHours(_ person: PeopleDemand.Known, _ recipient: Int64, _ db: any Session) throws {
        guard person.zone != nil || person.quiet != nil else { return }
        try db.cachedStatement(
            sql: """
                INSERT INTO person_window (recipient, zone, quiet_from, quiet_to) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (recipient) DO UPDATE SET zone = coalesce(excluded.zone, person_window.zone),
                    quiet_from = CASE WHEN ?5 = 1 THEN excluded.quiet_from ELSE person_window.quiet_from END,
                    quiet_to = CASE WHEN ?5 = 1 THEN excluded.quiet_to ELSE person_window.quiet_to END
                """
        ).execute(arguments: [
            recipient, person.zone?.identifier, person.quiet??.fromMinute, person.quiet??.toMinute,
            person.quiet != nil,
        ])
    }

    /// Being in a list is no consent: a person of whom the platform has said nothing is asked about before any contact.
    private static func learnConsent(
        _ person: PeopleDemand.Known, _ recipient: Int64, _ account: AccountID, _ db: any Session
    ) throws {
        guard person.mutualFollow != nil || person.stock != nil else { return }
        try db.cachedStatement(
            sql: """
                INSERT INTO consent (account, recipient, state, source, granted, checked, stock, mutual)
                VALUES (?1, ?2, 0, 'import', 0, 0, ?3, ?4)
                ON CONFLICT (account, recipient) DO UPDATE SET stock = coalesce(excluded.stock, consent.stock),
                    mutual = coalesce(excluded.mutual, consent.mutual)
                """
        ).execute(arguments: [account.rawValue, recipient, person.stock, person.mutualFollow])
    }
}

extension AccountDemand.Act {
    fileprivate var isComplaint: Bool {
        switch self {
        case .report, .violation: true
        case .freeze, .appeal, .qualify, .disqualify, .credit, .bind, .ban, .template: false
        }
    }
}
