import CampaignModel
import Foundation
import Ports
import Store
import StoreSQLite

extension LedgerSQLite {
    package func admit(_ demand: RevisionDemand) throws -> RevisionAdmission {
        if let known = try knownAdmission(demand) { return known }
        let stage = try Stage(folder: stageFolder, name: "revision-\(demand.digest.prefix(16))")
        do {
            let known = try knownAudiences(of: demand)
            for feed in demand.audiences + demand.excludes {
                if let count = known[feed.digest] { try feed.check(count) }
            }
            let erased = try inRead { try ErasedPeople($0) }
            let lists = try stage.write { db in try stageAudiences(demand, known: known, erased, db) }
            let drafts = try lists.map { try draft($0, of: demand, from: stage, erased) }
            stage.discard()
            let people = try inRead { db in
                try db.inPieces(pace) { try Self.people(of: demand, drafts: drafts, db) }
            }
            return try inWrite(term: demand.term) { db, _ in
                try Self.expect(erased, db)
                for draft in drafts {
                    try db.execute(sql: "UPDATE audience SET draft = NULL WHERE id = ?", arguments: [draft.id])
                }
                let revision = try Self.insertRevision(demand, people: people, db)
                try Self.standAside(for: demand, newRevision: revision, db)
                let run = try Self.insertRun(
                    revision: revision, campaign: demand.campaign, account: demand.account,
                    occurrence: demand.occurrence, validUntil: demand.validUntil, at: demand.now, db)
                try Self.inheritHold(run: run, of: demand.campaign.id, db)
                try Self.audit(db, at: demand.now, demand.campaign.author, "admit", demand.campaign.id, demand.digest)
                return try Self.admission(revision: revision, run: run, isNew: true, db)
            }
        } catch {
            stage.discard()
            throw error
        }
    }

    /// The same content twice is one campaign. Another author's id is refused before anything is read.
    private func knownAdmission(_ demand: RevisionDemand) throws -> RevisionAdmission? {
        try inWrite(term: demand.term) { db, _ in
            let author = try String.fetchOne(
                db.cachedStatement(sql: "SELECT author FROM campaign WHERE name = ?"), arguments: [demand.campaign.id])
            if let author, author != demand.campaign.author { throw LedgerError.campaignTaken(author: author) }
            let known = try StoredRow.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT v.id AS revision, max(r.id) AS run,
                            v.number = (SELECT max(number) FROM revision l WHERE l.campaign = v.campaign) AS is_last
                        FROM revision v JOIN campaign c ON c.id = v.campaign
                        JOIN run r ON r.revision = v.id AND r.test = 0 WHERE c.name = ? AND v.digest = ? GROUP BY v.id
                        """), arguments: [demand.campaign.id, demand.digest])
            guard let known else { return nil }
            var admission = try Self.admission(revision: known["revision"], run: known["run"], isNew: false, db)
            let state = admission.run.state
            admission.isCurrent = known["is_last"] && (!state.isOver || state == .finished)
            return admission
        }
    }

    // MARK: - Audiences

    /// Of the lists that are named, and of no others: there may have been thousands.
    private func knownAudiences(of demand: RevisionDemand) throws -> [String: AudienceCount] {
        try inRead { db in
            var known: [String: AudienceCount] = [:]
            for digest in Set((demand.audiences + demand.excludes).map(\.digest)) {
                let row = try StoredRow.fetchOne(
                    db.cachedStatement(
                        sql: """
                            SELECT columns, rows_read, rows_bad FROM audience
                            WHERE app = ? AND digest = ? AND draft IS NULL
                            """), arguments: [demand.app.rawValue, digest])
                guard let row else { continue }
                let columns = (row["columns"] as String).split(separator: "\u{1F}", omittingEmptySubsequences: false)
                known[digest] = AudienceCount(
                    read: row["rows_read"], bad: row["rows_bad"], columns: columns.map { String($0) })
            }
            return known
        }
    }

    // MARK: - Revision and run

    /// As a revision's columns hold it: JSON with its keys in order.
    static func stored(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static func insertRevision(_ demand: RevisionDemand, people: Int, _ db: any Session) throws -> Int64 {
        try db.execute(
            sql: "INSERT INTO campaign (name, author) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
            arguments: [demand.campaign.id, demand.campaign.author])
        let content = try stored(demand.campaign)
        let notes = try stored(demand.notes())
        try db.execute(
            sql: """
                INSERT INTO revision (campaign, number, digest, app, account, content, source, file_name,
                                      notes, admitted, people)
                SELECT c.id, (SELECT 1 + coalesce(max(number), 0) FROM revision v WHERE v.campaign = c.id),
                       ?, ?, ?, ?, ?, ?, ?, ?, ? FROM campaign c WHERE c.name = ?
                """,
            arguments: [
                demand.digest, demand.app.rawValue, demand.account.rawValue, content, Data(demand.source),
                demand.fileName, notes, demand.now.milliseconds, people, demand.campaign.id,
            ])
        let revision = db.lastInsertedRowID
        for (excludes, feeds) in [(0, demand.audiences), (1, demand.excludes)] {
            for (position, feed) in feeds.enumerated() {
                try db.execute(
                    sql: """
                        INSERT INTO revision_audience (revision, excludes, position, audience)
                        SELECT ?, ?, ?, id FROM audience WHERE app = ? AND digest = ?
                        """, arguments: [revision, excludes, position, demand.app.rawValue, feed.digest])
            }
        }
        return revision
    }

    package func audienceDigests(campaign: String) throws -> [String: String] {
        try inRead { db in
            let latest = try Int64.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT v.id FROM revision v JOIN campaign c ON c.id = v.campaign WHERE c.name = ?
                        ORDER BY v.number DESC LIMIT 1
                        """), arguments: [campaign])
            guard let latest else { return [:] }
            let request = try Self.revision(latest, db).campaign.audience
            let rows = try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT ra.excludes, a.digest FROM revision_audience ra JOIN audience a ON a.id = ra.audience
                        WHERE ra.revision = ? ORDER BY ra.excludes, ra.position
                        """), arguments: [latest])
            let names = request.files + request.exclude
            return Dictionary(zip(names, rows.map { $0["digest"] }), uniquingKeysWith: { first, _ in first })
        }
    }

    package func addTest(_ demand: TestDemand) throws -> RunRecord {
        try inWrite(term: demand.term) { db, hot in
            let revision = try Self.revision(demand.revision.rawValue, db)
            try Self.countTest(of: revision.account, demand, db)
            let recipient = try Self.recipient(demand.openID, app: revision.app.rawValue, db)
            let starts = try Self.freeStart(of: demand.revision, at: demand.now, db)
            try db.execute(
                sql: """
                    INSERT INTO run (name, revision, account, channel, state, starts, valid_until, priority, planned,
                                     test, audience, created, began)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, 1, 1, 1, ?6, ?6)
                    """,
                arguments: [
                    "\(revision.campaign.id)@test-\(starts)", demand.revision.rawValue,
                    revision.account.rawValue, revision.campaign.laneChannel.rawValue, RunState.running.rawValue,
                    starts, demand.validUntil.milliseconds,
                ])
            let run = db.lastInsertedRowID
            try db.execute(
                sql: "INSERT INTO segment (run, size, planned_at) VALUES (?, 1, ?)",
                arguments: [run, demand.now.milliseconds])
            try db.execute(
                sql: """
                    INSERT INTO plan (segment, position, recipient, variant, audience)
                    SELECT ?1, 0, ?2, ?3, coalesce((SELECT m.audience FROM member m JOIN revision_audience ra
                        ON ra.audience = m.audience WHERE ra.revision = ?4 AND ra.excludes = 0 AND m.recipient = ?2
                        ORDER BY ra.position LIMIT 1), 0)
                    """,
                arguments: [db.lastInsertedRowID, recipient, demand.variant, demand.revision.rawValue])
            var changes = Changes()
            changes.count(run: RunID(rawValue: run), variant: demand.variant, .planned, by: 1)
            try changes.write(hot)
            try Self.audit(
                db, at: demand.now, demand.person, "test-send", revision.campaign.id,
                "#\(revision.number) variant \(demand.variant + 1) to \(Self.personDigest(of: recipient, db))")
            return try Self.run(run, db)
        }
    }

    private static func countTest(of account: AccountID, _ demand: TestDemand, _ db: any Session) throws {
        let today = PlatformDay(containing: demand.now)
        let count = try Int.fetchOne(
            db.cachedStatement(
                sql: "SELECT count(*) FROM run WHERE test = 1 AND account = ? AND created >= ? AND created < ?"),
            arguments: [account.rawValue, today.start.milliseconds, today.next.start.milliseconds])!
        guard count < demand.perDayMax else { throw TestsUsedUp() }
    }

    /// The latest millisecond up to now at which no run of the revision starts. Never a whole second: occurrences start at
    /// those, and one that is scheduled later must find its own free.
    private static func freeStart(of revision: RevisionID, at now: Moment, _ db: any Session) throws -> Int64 {
        var starts = now.milliseconds
        while true {
            let isTaken = try Bool.fetchOne(
                db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM run WHERE revision = ? AND starts = ?)"),
                arguments: [revision.rawValue, starts])!
            if !isTaken, starts % 1000 != 0 { return starts }
            starts -= 1
        }
    }

    /// A change of the same campaign pauses what is unsent until it is approved or rejected. What was paused before is
    /// not marked: a rejection must not resume it.
    private static func standAside(for demand: RevisionDemand, newRevision: Int64, _ db: any Session) throws {
        try db.execute(
            sql: """
                UPDATE run SET stood_aside = CASE WHEN state IN (?1, ?3) THEN stood_aside ELSE 1 END,
                               state = CASE state WHEN ?1 THEN ?2 ELSE ?3 END,
                               ended = CASE state WHEN ?1 THEN ?4 ELSE NULL END
                WHERE \(Fragment.isLive) AND revision IN (
                    SELECT v.id FROM revision v JOIN campaign c ON c.id = v.campaign WHERE c.name = ?5 AND v.id <> ?6)
                """,
            arguments: [
                RunState.inReview.rawValue, RunState.superseded.rawValue, RunState.paused.rawValue,
                demand.now.milliseconds, demand.campaign.id, newRevision,
            ])
    }

    /// Paused in review, then changed: the change waits for the same person to say go on.
    private static func inheritHold(run: Int64, of campaign: String, _ db: any Session) throws {
        try db.execute(
            sql: """
                UPDATE run SET held = 1 WHERE id = ?1 AND state = ?2 AND EXISTS (
                    SELECT 1 FROM run r JOIN revision v ON v.id = r.revision JOIN campaign c ON c.id = v.campaign
                    WHERE c.name = ?3 AND r.id <> ?1 AND r.held = 1)
                """, arguments: [run, RunState.inReview.rawValue, campaign])
        try db.execute(
            sql: """
                UPDATE run SET held = 0 WHERE held = 1 AND id <> ?1 AND state > 4 AND revision IN (
                    SELECT v.id FROM revision v JOIN campaign c ON c.id = v.campaign WHERE c.name = ?2)
                """, arguments: [run, campaign])
    }

    static func insertRun(
        revision: Int64, campaign: Campaign, account: AccountID, occurrence: Moment, validUntil: Moment,
        at now: Moment, _ db: any Session
    ) throws -> Int64 {
        let approved = try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT approved FROM revision WHERE id = ?"), arguments: [revision])!
        let number = try Int.fetchOne(
            db.cachedStatement(sql: "SELECT number FROM revision WHERE id = ?"), arguments: [revision])!
        let wall = campaign.schedule.zone.civil(occurrence)
        let day = wall.dateText.filter { $0 != "-" }
        let time = wall.timeText.prefix(5).filter { $0 != ":" }
        let name = "\(campaign.id)@\(day)-\(time)" + (number > 1 ? ".r\(number)" : "")
        let state: RunState = approved ? .scheduled : .inReview
        try db.execute(
            sql: """
                INSERT INTO run (name, revision, account, channel, state, starts, valid_until, priority, created, listens,
                                 spends)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (revision, starts) DO NOTHING
                """,
            arguments: [
                name, revision, account.rawValue, campaign.laneChannel.rawValue, state.rawValue,
                occurrence.milliseconds, validUntil.milliseconds, campaign.priority, now.milliseconds,
                campaign.trigger?.on.rawValue, campaign.trigger?.right.stored,
            ])
        return try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM run WHERE revision = ? AND starts = ?"),
            arguments: [revision, occurrence.milliseconds])!
    }

    package func addOccurrence(_ demand: OccurrenceDemand) throws -> RunRecord {
        try inWrite(term: demand.term) { db, _ in
            let revision = try Self.revision(demand.revision.rawValue, db)
            let change = try Self.change(of: revision.id, db)
            if change == .approved { return try Self.lastRun(of: revision.id, db) }
            let isKnown = try Bool.fetchOne(
                db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM run WHERE revision = ? AND starts = ?)"),
                arguments: [demand.revision.rawValue, demand.occurrence.milliseconds])!
            let run = try Self.insertRun(
                revision: demand.revision.rawValue, campaign: revision.campaign, account: revision.account,
                occurrence: demand.occurrence, validUntil: demand.validUntil, at: demand.now, db)
            if let freed = demand.freed, !isKnown {
                try db.execute(sql: "UPDATE run SET freed = ? WHERE id = ?", arguments: [freed.milliseconds, run])
            }
            if change == .inReview, !isKnown {
                try db.execute(
                    sql: "UPDATE run SET state = ?, stood_aside = 1 WHERE id = ? AND state = ?",
                    arguments: [RunState.paused.rawValue, run, RunState.scheduled.rawValue])
            }
            return try Self.run(run, db)
        }
    }

    private enum Change { case inReview, approved }

    /// What has become of a later revision of the same campaign: an old text makes no new occurrence past an approved
    /// one, and stands aside for one that waits for its review.
    private static func change(of revision: RevisionID, _ db: any Session) throws -> Change? {
        let row = try StoredRow.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT coalesce(max(v.approved), 0) AS approved, coalesce(max(CASE WHEN r.state = ?2 THEN 1 ELSE 0 END), 0) AS in_review
                    FROM revision v JOIN revision mine ON mine.campaign = v.campaign AND mine.number < v.number
                    LEFT JOIN run r ON r.revision = v.id WHERE mine.id = ?1
                    """), arguments: [revision.rawValue, RunState.inReview.rawValue])!
        if row["approved"] == 1 { return .approved }
        return row["in_review"] == 1 ? .inReview : nil
    }

    private static func lastRun(of revision: RevisionID, _ db: any Session) throws -> RunRecord {
        let id = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM run WHERE revision = ? AND test = 0 ORDER BY starts DESC LIMIT 1"),
            arguments: [revision.rawValue])
        guard let id else { throw LedgerError.unknownRun("revision #\(revision.rawValue)") }
        return try run(id, db)
    }

    private static func admission(
        revision: Int64, run: Int64, isNew: Bool, _ db: any Session
    ) throws -> RevisionAdmission {
        let row = try StoredRow.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT coalesce(sum(rows_read), 0) AS rows_read, coalesce(sum(rows_bad), 0) AS bad
                    FROM revision_audience ra JOIN audience a ON a.id = ra.audience
                    WHERE ra.revision = ? AND ra.excludes = 0
                    """), arguments: [revision])!
        let record = try Self.revision(revision, db)
        return RevisionAdmission(
            revision: record, run: try Self.run(run, db), isNew: isNew,
            counts: AudienceCount(read: row["rows_read"], bad: row["bad"]), distinct: record.people)
    }
}
