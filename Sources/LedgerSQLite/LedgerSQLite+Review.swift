import CampaignModel
import Foundation
import Ports
import Store

extension LedgerSQLite: ReviewLedger {
    package func machineReview(of revision: RevisionID) throws -> MachineReview? {
        try machineReview(of: revision, where: "1", [])
    }

    package func machineReview(of revision: RevisionID, under terms: String) throws -> MachineReview? {
        try machineReview(of: revision, where: "terms = ?", [terms])
    }

    private func machineReview(
        of revision: RevisionID, where condition: String, _ arguments: Arguments
    ) throws -> MachineReview? {
        try inRead { db in
            let text = try String.fetchOne(
                db.cachedStatement(sql: "SELECT review FROM machine_review WHERE revision = ? AND \(condition)"),
                arguments: [revision.rawValue] + arguments)
            return try text.map { try JSONDecoder().decode(MachineReview.self, from: Data($0.utf8)) }
        }
    }

    package func record(_ demand: MachineReviewDemand) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(demand.review), as: UTF8.self)
        try inWrite(term: demand.term) { db, _ in
            try db.execute(
                sql: """
                    INSERT INTO machine_review (revision, at, review, terms) VALUES (?1, ?2, ?3, ?4)
                    ON CONFLICT (revision) DO UPDATE SET at = ?2, review = ?3, terms = ?4
                        WHERE machine_review.terms IS NOT ?4
                    """,
                arguments: [demand.revision.rawValue, demand.now.milliseconds, text, demand.terms])
            guard db.changesCount > 0 else { return }
            let revision = try Self.revision(demand.revision.rawValue, db)
            try Self.audit(
                db, at: demand.now, "curfew", demand.review.isRefused ? "machine-review refused" : "machine-review",
                "\(revision.campaign.id) #\(revision.number)",
                "\(revision.digest) needs \(demand.review.approvalsNeeded)")
        }
    }

    package func revisionsToReview(under terms: String) throws -> [RevisionID] {
        try inRead { db in
            try Int64.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT DISTINCT r.revision FROM run r
                        LEFT JOIN machine_review m ON m.revision = r.revision
                        WHERE r.\(Fragment.isLive) AND m.terms IS NOT ?2
                            AND (m.revision IS NOT NULL OR r.state = ?1)
                        ORDER BY r.revision
                        """), arguments: [RunState.inReview.rawValue, terms]
            ).map { RevisionID(rawValue: $0) }
        }
    }

    package func predecessor(of revision: RevisionID) throws -> RevisionID? {
        try inRead { db in
            try Int64.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT v.id FROM revision v JOIN revision mine ON mine.campaign = v.campaign
                        WHERE mine.id = ? AND v.number < mine.number ORDER BY v.approved DESC, v.number DESC LIMIT 1
                        """), arguments: [revision.rawValue]
            ).map { RevisionID(rawValue: $0) }
        }
    }

    package func reviewPage(_ demand: ReviewPageDemand) throws -> ReviewPage? {
        try inRead { db in
            let world = try ReviewWorld(demand, db)
            return try world.page(demand, db)
        }
    }

    package func gone(
        from predecessor: RevisionID, in revision: RevisionID, samples: Int
    ) throws -> (Int, [String]) {
        try inRead { db in
            let old = try Self.lists(of: predecessor.rawValue, excludes: false, db)
            let new = try Self.lists(of: revision.rawValue, excludes: false, db)
            let excludes = try Self.lists(of: revision.rawValue, excludes: true, db)
            guard !old.isEmpty, old != new || !excludes.isEmpty else { return (0, []) }
            let base = """
                FROM (SELECT DISTINCT recipient FROM member WHERE audience IN (\(Self.text(old)))) o
                WHERE NOT EXISTS (SELECT 1 FROM member n WHERE n.audience IN (\(Self.text(new)))
                                  AND n.recipient = o.recipient)
                   OR EXISTS (SELECT 1 FROM member x WHERE x.audience IN (\(Self.text(excludes)))
                              AND x.recipient = o.recipient)
                """
            let count = try Int.fetchOne(db, sql: "SELECT count(*) \(base)")!
            let names = try String.fetchAll(
                db,
                sql:
                    "SELECT (SELECT open_id FROM recipient WHERE id = o.recipient) \(base) ORDER BY o.recipient LIMIT ?",
                arguments: [samples])
            return (count, names)
        }
    }

    static func lists(of revision: Int64, excludes: Bool, _ db: any Session) throws -> [Int64] {
        try Int64.fetchAll(
            db.cachedStatement(
                sql: "SELECT audience FROM revision_audience WHERE revision = ? AND excludes = ? ORDER BY position"),
            arguments: [revision, excludes])
    }

    static func text(_ ids: [Int64]) -> String { ids.map(String.init).joined(separator: ", ") }
}

/// What one page of a review is read with. Read anew for each page: a page is one short transaction, so that a walk over a
/// million people never holds an old snapshot of the ledger open.
private struct ReviewWorld {
    private let account: Int64
    private let isAuthorized: Bool
    private let lists: [Int64]
    private let excludes: [Int64]
    private let before: [Int64]
    private let isBeforeAuthorized: Bool
    /// Runs whose contacts an approval would leave alone, and the days on which they may have written.
    private let runs: [Int64]
    private let days: ClosedRange<Int32>?
    /// Those of the last seven days on which anybody was written to.
    private let week: [Int32]

    init(_ demand: ReviewPageDemand, _ db: any Session) throws {
        let revision = try LedgerSQLite.revision(demand.revision.rawValue, db)
        account = revision.account.rawValue
        week = try Int32.fetchAll(
            db.cachedStatement(
                sql: """
                    WITH RECURSIVE past (day) AS (SELECT ?1 - 6 UNION ALL SELECT day + 1 FROM past WHERE day < ?1)
                    SELECT day FROM past WHERE EXISTS (SELECT 1 FROM attempt a WHERE a.day = past.day)
                    """), arguments: [demand.day.number])
        isAuthorized = revision.campaign.audience.source == .authorized
        lists = try LedgerSQLite.lists(of: demand.revision.rawValue, excludes: false, db)
        excludes = try LedgerSQLite.lists(of: demand.revision.rawValue, excludes: true, db)
        guard let predecessor = demand.predecessor else {
            (before, isBeforeAuthorized, runs, days) = ([], false, [], nil)
            return
        }
        before = try LedgerSQLite.lists(of: predecessor.rawValue, excludes: false, db)
        isBeforeAuthorized =
            try LedgerSQLite.revision(predecessor.rawValue, db).campaign.audience.source == .authorized
        let replaced = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT r.id, r.began FROM run r JOIN revision v ON v.id = r.revision
                    JOIN revision mine ON mine.id = ?1 AND mine.campaign = v.campaign AND v.number < mine.number
                    WHERE r.test = 0 AND r.began IS NOT NULL AND (?2 = 0 OR r.starts IN
                        (SELECT starts FROM run WHERE revision = ?1))
                    ORDER BY r.id
                    """), arguments: [demand.revision.rawValue, revision.campaign.schedule.recurrence != nil])
        runs = replaced.map { $0["id"] }
        let last = try Int32.fetchOne(db.cachedStatement(sql: "SELECT max(day) FROM attempt"))
        let first = replaced.map { PlatformDay(containing: Moment($0["began"] as Int64)).number }.min()
        days = first.flatMap { first in last.flatMap { first <= $0 ? first...$0 : nil } }
    }

    func page(_ demand: ReviewPageDemand, _ db: any Session) throws -> ReviewPage? {
        var list = demand.cursor.list
        var after = demand.cursor.after
        while list < (isAuthorized ? 1 : lists.count) {
            let people = try isAuthorized ? authorized(after, demand.limit, db) : members(list, after, demand.limit, db)
            guard let last = people.last else {
                list += 1
                after = ReviewCursor.start.after
                continue
            }
            return ReviewPage(
                audience: isAuthorized ? nil : AudienceID(rawValue: lists[list]), people: people.map(\.person),
                next: ReviewCursor(list: list, after: last.recipient))
        }
        return nil
    }

    private typealias Found = (recipient: RecipientID, person: ReviewPage.Person)

    private func members(_ list: Int, _ after: RecipientID, _ limit: Int, _ db: any Session) throws -> [Found] {
        try StoredRow.fetchAll(
            db,
            sql: """
                SELECT m.recipient, m.ordinal, m.fields, r.open_id, c.mutual FROM member m
                CROSS JOIN recipient r ON r.id = m.recipient
                LEFT JOIN consent c ON c.account = ?1 AND c.recipient = m.recipient
                WHERE m.audience = ?2 AND m.recipient > ?3 \(leftOut("m.recipient", earlier: Array(lists[..<list])))
                ORDER BY m.recipient LIMIT ?4
                """, arguments: [account, lists[list], after.rawValue, limit]
        ).map { try found($0, db) }
    }

    private func authorized(_ after: RecipientID, _ limit: Int, _ db: any Session) throws -> [Found] {
        try StoredRow.fetchAll(
            db,
            sql: """
                SELECT c.recipient, 0 AS ordinal, r.open_id, c.mutual,
                       CAST(strftime('%Y-%m-%dT%H:%M:%S+08:00', c.granted / 1000, 'unixepoch', '+8 hours')
                            || char(31) AS BLOB) AS fields
                FROM consent c CROSS JOIN recipient r ON r.id = c.recipient
                WHERE c.account = ?1 AND c.state = 1 AND c.recipient > ?2 \(leftOut("c.recipient", earlier: []))
                ORDER BY c.recipient LIMIT ?3
                """, arguments: [account, after.rawValue, limit]
        ).map { try found($0, db) }
    }

    private func leftOut(_ column: String, earlier: [Int64]) -> String {
        let out = earlier + excludes
        guard !out.isEmpty else { return "" }
        return """
            AND NOT EXISTS (SELECT 1 FROM member x WHERE x.audience IN (\(LedgerSQLite.text(out)))
                            AND x.recipient = \(column))
            """
    }

    private func found(_ row: StoredRow, _ db: any Session) throws -> Found {
        let recipient: Int64 = row["recipient"]
        return (
            RecipientID(rawValue: recipient),
            ReviewPage.Person(
                openID: row["open_id"], line: row["ordinal"], fields: Array(row["fields"] as Data),
                isMutualFollow: row["mutual"], before: try earlier(recipient, db),
                isContacted: try isContacted(recipient, db), contactsInWeek: try contactsInWeek(recipient, db))
        )
    }

    private func earlier(_ recipient: Int64, _ db: any Session) throws -> (fields: [UInt8], audience: AudienceID?)? {
        if isBeforeAuthorized { return ([], nil) }
        for list in before {
            let fields = try db.cachedStatement(sql: "SELECT fields FROM member WHERE audience = ? AND recipient = ?")
            let data = try Data.fetchOne(fields, arguments: [list, recipient])
            if let data { return (Array(data), AudienceID(rawValue: list)) }
        }
        return nil
    }

    private func contactsInWeek(_ recipient: Int64, _ db: any Session) throws -> Int {
        let statement = try db.cachedStatement(
            sql: "SELECT count(*) FROM attempt WHERE day = ? AND recipient = ? AND keeps = 1")
        return try week.reduce(0) { try $0 + Int.fetchOne(statement, arguments: [$1, recipient])! }
    }

    private func isContacted(_ recipient: Int64, _ db: any Session) throws -> Bool {
        guard let days, !runs.isEmpty else { return false }
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM attempt WHERE day = ? AND recipient = ?
                    AND run IN (\(LedgerSQLite.text(runs))) AND (outcome IS NULL OR outcome IN (1, 2, 5)))
                """)
        for day in days where try Bool.fetchOne(statement, arguments: [day, recipient])! { return true }
        return false
    }
}
