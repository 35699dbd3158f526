import CampaignModel
import Foundation
import Ports
import Store

extension LedgerSQLite {
    package func laneFacts(_ account: AccountID, at now: Moment) throws -> LaneFacts {
        try inRead { db in
            try LaneReader.read(hotStatements(db), account: account, at: now).facts
        }
    }

    package func facts(run id: RunID, openID: String, at now: Moment) throws -> PersonRecord? {
        try person(PersonQuestion(run: id, openID: openID, at: now, now: now))
    }

    package func person(_ question: PersonQuestion) throws -> PersonRecord? {
        let (now, openID) = (question.at, question.openID)
        return try inRead { db in
            let run = try Self.run(question.run.rawValue, db)
            let app = try Self.app(of: run.lane.account, db)
            let recipient = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT id FROM recipient WHERE app = ? AND open_id = ?"),
                arguments: [app, openID])
            guard let recipient else { return nil }
            let hot = try hotStatements(db)
            var (lane, keepsAllowList) = try LaneReader.read(hot, account: run.lane.account, at: now)
            if now < (try hot.reign().highestWall) - .minutes(1) { lane.hold = try Self.holdInPast(run, db) }
            let person = RecipientID(rawValue: recipient)
            var facts = PersonFacts(
                consent: try Self.consent(run.lane.account, person, db), day: PlatformDay(containing: now))
            _ = try LaneReader.contacts(hot, person, run.lane.account, into: &facts)
            try LaneReader.lists(hot, person, run.lane.account, keepsAllowList: keepsAllowList, into: &facts)
            let owners = try revisions.record(run.revision.rawValue, db).owners.values
            try PersonalFacts(hot, week: true).fill(&facts, person, asking: owners, hot)
            let attempts = try Self.attempts(of: run, person, db)
            let planned = try PlanPlaces.find(person, openID: openID, in: run, db)
            facts.hasTestedContent = try TestedPeople(of: run.id, isTest: run.isTest, db)
                .has(person, variant: planned?.variant ?? 0)
            var record = PersonRecord(
                place: try Self.place(
                    of: person, in: run, hasAttempts: !attempts.isEmpty, isPlanned: planned != nil, db),
                candidate: try Self.candidate(person, openID: openID, in: run, planned, db),
                facts: Facts(lane: lane, run: try LaneReader.run(hot, run.id), person: facts), attempts: attempts,
                contactsToday: try Self.contacts(of: person, on: PlatformDay(containing: now), db))
            if case .pending = record.place, let ahead = planned?.ahead, ahead >= 0 { record.ahead = Int(ahead) }
            record.laneUse = try LaneDays.use(of: run.lane.account, upTo: now, db)
            if let occasion = question.occasion,
                let row = try hot.occasions.row(of: occasion, run.id, account: run.lane.account)
            {
                record.candidate = row.candidate
                record.facts.person.occasion = row.occasion
                if var told = row.occasion, let key = row.occasionKey(of: run.lane.account) {
                    try hot.occasions.fill(&told, key, at: now)
                    record.facts.person.occasion = told
                }
            }
            try MomentView(question: question, run: run, person: person, db: db).put(&record)
            return record
        }
    }

    /// Asking about the past is no clock in doubt: the account's own hold stands as it is stored.
    private static func holdInPast(_ run: RunRecord, _ db: any Session) throws -> LaneHold? {
        let row = try StoredRow.fetchOne(
            db.cachedStatement(sql: "SELECT hold_reason, hold_until FROM account WHERE id = ?"),
            arguments: [run.lane.account.rawValue])
        return (row?["hold_reason"] as Int?).flatMap { Reason(rawValue: $0) }.map {
            LaneHold(reason: $0, until: (row?["hold_until"] as Int64?).map { Moment($0) })
        }
    }

    private static func consent(_ account: AccountID, _ person: RecipientID, _ db: any Session) throws -> Consent? {
        try StoredRow.fetchOne(
            db.cachedStatement(sql: "SELECT * FROM consent WHERE account = ? AND recipient = ?"),
            arguments: [account.rawValue, person.rawValue]
        ).map(consent)
    }

    /// A row with the columns of `consent`, whatever stands beside them.
    static func consent(_ row: StoredRow) throws -> Consent {
        Consent(
            state: try Stored.value(row["state"], "consent.state"),
            expires: (row["expires"] as Int64?).map { Moment($0) }, checked: Moment(row["checked"] as Int64),
            stock: row["stock"], isMutualFollow: row["mutual"])
    }

    private static func place(
        of person: RecipientID, in run: RunRecord, hasAttempts: Bool, isPlanned: Bool, _ db: any Session
    ) throws -> PersonRecord.Place {
        let key: Arguments = [run.id.rawValue, person.rawValue]
        // The draft of a plan is nobody's yet.
        if try run.isPlanned
            && Bool.fetchOne(
                db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM holdout WHERE run = ? AND recipient = ?)"),
                arguments: key)!
        {
            return .holdout
        }
        if let row = try StoredRow.fetchOne(
            db.cachedStatement(sql: "SELECT until, reason FROM waiting WHERE run = ? AND recipient = ?"), arguments: key
        ) {
            if let why = try closing(run.id, db) { return .skipped(why, at: run.ended ?? run.validUntil) }
            return .waiting(
                until: Moment(row["until"] as Int64), try Stored.value(row["reason"], "waiting.reason"))
        }
        if let row = try StoredRow.fetchOne(
            db.cachedStatement(sql: "SELECT reason, at FROM skipped WHERE run = ? AND recipient = ?"), arguments: key)
        {
            return .skipped(try Stored.value(row["reason"], "skipped.reason"), at: Moment(row["at"] as Int64))
        }
        if hasAttempts { return .attempted }
        if try isPlanned || isUndecided(person, in: run.id, db) {
            return try closing(run.id, db).map { .skipped($0, at: run.ended ?? run.validUntil) } ?? .pending
        }
        return try listing(of: person, in: run, db)
    }

    /// Of somebody who has no row in the run: on one of its lists, and not planned (yet), or left out of the plan.
    private static func listing(
        of person: RecipientID, in run: RunRecord, _ db: any Session
    ) throws -> PersonRecord.Place {
        guard try listedIn(person, in: run, db) != nil else { return .notInRun }
        guard run.isPlanned else { return .listed }
        let isExcluded = try Bool.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM revision_audience ra JOIN member m ON m.audience = ra.audience
                        WHERE ra.revision = ? AND ra.excludes = 1 AND m.recipient = ?)
                    """), arguments: [run.revision.rawValue, person.rawValue])!
        let isReplaced = try Bool.fetchOne(
            db.cachedStatement(
                sql: """
                    WITH RECURSIVE chain(run) AS (
                        SELECT id FROM run WHERE replaced_by = ?1
                        UNION SELECT r.id FROM run r JOIN chain c ON r.replaced_by = c.run)
                    SELECT EXISTS (SELECT 1 FROM attempt a JOIN chain c ON c.run = a.run
                        WHERE a.recipient = ?2 AND a.keeps = 1 AND a.day >= ?3 AND a.day <= ?4)
                    """),
            arguments: [
                run.id.rawValue, person.rawValue, PlatformDay(containing: run.start).number - 30,
                PlatformDay(containing: run.began ?? run.start).number,
            ])!
        return .leftOut(isExcluded: isExcluded, isReplaced: isReplaced)
    }

    /// The list that names somebody; 0: the authorised users. nil: none.
    private static func listedIn(_ person: RecipientID, in run: RunRecord, _ db: any Session) throws -> Int64? {
        let listed = try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT m.audience FROM revision_audience ra JOIN member m ON m.audience = ra.audience
                    WHERE ra.revision = ? AND ra.excludes = 0 AND m.recipient = ? ORDER BY ra.position LIMIT 1
                    """), arguments: [run.revision.rawValue, person.rawValue])
        if let listed { return listed }
        guard try revision(run.revision.rawValue, db).campaign.audience.source == .authorized else { return nil }
        let isAuthorized = try Bool.fetchOne(
            db.cachedStatement(
                sql: "SELECT EXISTS (SELECT 1 FROM consent WHERE account = ? AND recipient = ? AND state = 1)"),
            arguments: [run.lane.account.rawValue, person.rawValue])!
        return isAuthorized ? 0 : nil
    }

    private static func candidate(
        _ person: RecipientID, openID: String, in run: RunRecord, _ planned: PlanPlaces.Place?, _ db: any Session
    ) throws -> Candidate {
        let audience = try planned?.audience ?? listedIn(person, in: run, db) ?? 0
        let fields = try Data.fetchOne(
            db.cachedStatement(sql: "SELECT fields FROM member WHERE audience = ? AND recipient = ?"),
            arguments: [audience, person.rawValue])
        return Candidate(
            run: run.id, segment: planned?.segment ?? SegmentID(rawValue: 0), position: planned?.position ?? -1,
            recipient: person, openID: openID, variant: planned?.variant ?? 0, tries: 0,
            fields: fields.map { Array($0) } ?? [], audience: audience == 0 ? nil : AudienceID(rawValue: audience))
    }

    /// By the key's prefix, day after day of the run's life: no index of its own, and a few look-ups at most.
    private static func attempts(of run: RunRecord, _ person: RecipientID, _ db: any Session) throws -> [AttemptRecord]
    {
        guard let began = run.began else { return [] }
        let last = try Int32.fetchOne(db.cachedStatement(sql: "SELECT max(day) FROM attempt")) ?? 0
        let first = PlatformDay(containing: began).number
        guard first <= last else { return [] }
        return try (first...last).flatMap { day in
            try StoredRow.fetchAll(
                db,
                sql: attemptSQL() + " WHERE a.day = ? AND a.recipient = ? AND a.run = ? ORDER BY a.number",
                arguments: [day, person.rawValue, run.id.rawValue]
            ).map(attempt)
        }
    }

    private static func contacts(
        of person: RecipientID, on day: PlatformDay, _ db: any Session
    ) throws -> [AttemptRecord] {
        try StoredRow.fetchAll(
            db, sql: attemptSQL() + " WHERE a.day = ? AND a.recipient = ? AND a.keeps = 1 ORDER BY a.started",
            arguments: [day.number, person.rawValue]
        ).map(attempt)
    }
}
