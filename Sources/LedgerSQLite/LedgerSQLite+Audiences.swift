import CampaignModel
import Ports
import Store
import StoreSQLite

/// A list that was read into the stage: which of its rows are its own, and how the reading went.
struct StagedList {
    var digest: String
    var count: AudienceCount
    /// Rows of people who stood in an earlier row of it.
    var duplicates = 0
    /// Row numbers of `person`, in order of open_id; nil: not one good row.
    var rows: ClosedRange<Int64>?
}

/// A list in the ledger that no revision names yet.
struct DraftAudience {
    var id: Int64
    var digest: String
}

extension LedgerSQLite {
    /// After this many rows of a list whoever reads it looks up.
    private static let rowsBetween = 10_000

    /// Whoever was erased while the lists were read may stand in the stage: it is read again.
    static func expect(_ erased: ErasedPeople, _ db: any Session) throws {
        let count = try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM erased"))
        guard count == erased.count else {
            throw LedgerError.storage("somebody was erased while the lists were read")
        }
    }

    /// Reads every file that the ledger does not know yet into the stage, and leaves there, in order of open_id, one
    /// row a person and file: the first of them wins.
    func stageAudiences(
        _ demand: RevisionDemand, known: [String: AudienceCount], _ erased: ErasedPeople, _ db: any Session
    ) throws -> [StagedList] {
        try db.execute(
            sql: """
                CREATE TABLE line (feed INTEGER NOT NULL, open_id TEXT NOT NULL, ordinal INTEGER NOT NULL,
                                   fields BLOB NOT NULL)
                """)
        let insert = try db.prepare("INSERT INTO line VALUES (?1, ?2, ?3, ?4)")
        var lists: [StagedList] = []
        var rows = 0
        for feed in demand.audiences + demand.excludes
        where known[feed.digest] == nil && !lists.contains(where: { $0.digest == feed.digest }) {
            let number = lists.count
            let count = try feed.read { openID, fields, ordinal in
                rows += 1
                if rows.isMultiple(of: Self.rowsBetween) {
                    try self.pace.between(wrote: false)
                    try demand.between()
                }
                insert.bind(1, number)
                insert.bind(3, ordinal)
                if var tombstone = erased.tombstone(for: openID) {
                    try tombstone.withUTF8 { digest in
                        insert.bind(2, textBytes: digest)
                        insert.bind(4, blob: UnsafeBufferPointer(start: nil, count: 0))
                        try insert.run()
                    }
                    return
                }
                insert.bind(2, textBytes: openID)
                insert.bind(4, blob: fields)
                try insert.run()
            }
            lists.append(StagedList(digest: feed.digest, count: count))
        }
        try db.inPieces(pace) {
            try db.execute(
                sql: """
                    CREATE TABLE person AS
                    SELECT feed, open_id, min(ordinal) AS ordinal, fields, count(*) - 1 AS repeats FROM line
                    GROUP BY feed, open_id ORDER BY feed, open_id
                    """)
            try db.execute(sql: "DROP TABLE line")
        }
        let ranges = try StoredRow.fetchAll(
            db,
            sql: """
                SELECT feed, min(rowid) AS first, max(rowid) AS last, sum(repeats) AS repeats FROM person GROUP BY feed
                """)
        for row in ranges {
            lists[row["feed"]].rows = (row["first"] as Int64)...(row["last"] as Int64)
            lists[row["feed"]].duplicates = row["repeats"]
        }
        return lists
    }

    /// Copies one list into the ledger as a draft. Sorted into sorted: both B-trees of `recipient` and `member` grow at
    /// their right edge.
    func draft(
        _ list: StagedList, of demand: RevisionDemand, from stage: Stage, _ erased: ErasedPeople
    ) throws -> DraftAudience {
        let left = try inRead { db in
            try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT id FROM audience WHERE app = ? AND digest = ? AND draft IS NOT NULL"),
                arguments: [demand.app.rawValue, list.digest])
        }
        if let left { try removeDraft(audience: left) }
        let people = list.rows.map { $0.upperBound - $0.lowerBound + 1 } ?? 0
        let id = try inWrite(term: demand.term) { db, _ in
            try db.execute(
                sql: """
                    INSERT INTO audience (app, digest, columns, rows_read, rows_bad, people, duplicates, draft)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    demand.app.rawValue, list.digest, list.count.columns.joined(separator: "\u{1F}"), list.count.read,
                    list.count.bad, people, list.duplicates, demand.term.number,
                ])
            return db.lastInsertedRowID
        }
        if let rows = list.rows {
            try Slices.walk(from: rows.lowerBound, through: rows.upperBound, pace) { slice in
                try copy(slice, of: stage, into: id, demand, erased)
                try demand.between()
            }
        }
        return DraftAudience(id: id, digest: list.digest)
    }

    private func copy(
        _ slice: ClosedRange<Int64>, of stage: Stage, into audience: Int64, _ demand: RevisionDemand,
        _ erased: ErasedPeople
    ) throws {
        try inWrite(term: demand.term) { db, _ in
            try Self.expect(erased, db)
            let enter = try db.prepare("INSERT INTO recipient (app, open_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
            let join = try db.prepare(
                """
                INSERT INTO member (audience, recipient, ordinal, fields)
                VALUES (?3, (SELECT id FROM recipient WHERE app = ?1 AND open_id = ?2), ?4, ?5)
                """)
            try stage.read { scratch in
                let rows = try scratch.prepare(
                    "SELECT open_id, ordinal, fields FROM person WHERE rowid BETWEEN ?1 AND ?2 ORDER BY rowid")
                rows.bind(1, slice.lowerBound)
                rows.bind(2, slice.upperBound)
                while try rows.step() {
                    for statement in [enter, join] {
                        statement.bind(1, demand.app.rawValue)
                        statement.bind(2, textBytes: rows.buffer(0))
                    }
                    try enter.run()
                    join.bind(3, audience)
                    join.bind(4, rows.int(1))
                    join.bind(5, blob: rows.buffer(2))
                    try join.run()
                }
            }
        }
    }

    /// How many different people a revision's lists hold. Counted before the last transaction, because lists never
    /// change: a million people in two files would be counted while everybody waits.
    static func people(of demand: RevisionDemand, drafts: [DraftAudience], _ db: any Session) throws -> Int {
        var lists: [Int64] = []
        for feed in demand.audiences {
            let drafted = drafts.first { $0.digest == feed.digest }?.id
            let id =
                try drafted
                ?? Int64.fetchOne(
                    db.cachedStatement(sql: "SELECT id FROM audience WHERE app = ? AND digest = ?"),
                    arguments: [demand.app.rawValue, feed.digest])
            if let id { lists.append(id) }
        }
        let names = lists.map(String.init).joined(separator: ", ")
        return try Int.fetchOne(
            db,
            sql: lists.count == 1
                ? "SELECT people FROM audience WHERE id = \(names)"
                : "SELECT count(DISTINCT recipient) FROM member WHERE audience IN (\(names))") ?? 0
    }
}
