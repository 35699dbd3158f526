import CampaignModel
import Foundation
import Ports
import Store
import Synchronization

extension LedgerSQLite {
    /// What stands in a text's place when its time is over.
    private static let gone = "…"

    private enum Overdue {
        case contents(revision: Int64)
        case records(run: Int64)
        /// A list whose copying a kill cut off.
        case draft(audience: Int64)
        /// Rows that belong to no run: a condition, and the key by which a bounded number of them is taken.
        case rows(table: String, key: String, condition: String)
    }

    /// Contents first, then records. Each call is one transaction of bounded size; a process that dies between two goes
    /// on where it was, because the mark is set before the first row goes. What is due is looked for outside of the writer.
    package func prune(_ demand: PruneDemand) throws -> PruneReceipt {
        guard let overdue = try inRead({ try Self.overdue(demand, $0) }) else { return try giveBack(demand) }
        logIsStale.withLock { $0 = true }
        if case .draft(let audience) = overdue {
            try removeDraft(audience: audience)
            return PruneReceipt(rows: 1)
        }
        var found: [OldAttempt] = []
        var people: [Int: ContactedPeople] = [:]
        if case .records(let run) = overdue {
            people = try contacted(by: RunID(rawValue: run)) ?? [:]
            found = try inRead { try attempts(of: run, demand, $0) }
        }
        return try inWrite(term: demand.term) { db, _ in
            var receipt = PruneReceipt()
            switch overdue {
            case .contents(let revision):
                receipt.rows = try Self.pruneContents(of: revision, demand, db)
                if receipt.rows == 0 { receipt.revisions = 1 }
            case .records(let run):
                receipt.rows = try Self.pruneRecords(of: run, found, people, demand, db)
                if receipt.rows == 0 { receipt.runs = 1 }
            case .draft: break
            case .rows(let table, let key, let condition):
                if table == "event" {
                    try db.execute(
                        sql: "UPDATE instance SET events_before = max(events_before, ?)",
                        arguments: [demand.recordsBefore.milliseconds])
                }
                receipt.rows = try Self.delete(table, key: key, condition, [], demand, db)
            }
            return receipt
        }
    }

    /// When nothing is old enough any more: the file's free pages go back to the disk, a slice a call, and at the end the
    /// log is emptied, whose old pages hold what was just erased.
    private func giveBack(_ demand: PruneDemand) throws -> PruneReceipt {
        var receipt = PruneReceipt()
        let free = try store.freePages()
        if free > 0 {
            receipt.pages = try inWrite(term: demand.term) { db, _ in
                let slice = min(free, Self.pagesInSlice)
                try store.giveBack(pages: slice, db)
                return slice
            }
            logIsStale.withLock { $0 = true }
        } else if logIsStale.withLock({ $0 }) {
            let isEmptied = try emptyLog(isPatient: false)
            logIsStale.withLock { $0 = !isEmptied }
        }
        return receipt
    }

    /// Some ten milliseconds.
    private static let pagesInSlice = 500
    private static func overdue(_ demand: PruneDemand, _ db: any Session) throws -> Overdue? {
        let draft = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM audience WHERE draft < ?"), arguments: [demand.term.number])
        if let draft { return .draft(audience: draft) }
        if let revision = try revisionToPrune(demand, db) { return .contents(revision: revision) }
        if let run = try runToPrune(demand, db) { return .records(run: run) }
        let day = PlatformDay(containing: demand.recordsBefore).number
        var aged: [(table: String, key: String, condition: String)] = [
            // What came in and could not be understood, or was left behind by a sweep: it may say anything.
            ("arrival", "id", "done IS NOT NULL AND done < \(demand.contentsBefore.milliseconds)")
        ]
        for table in PersonalTable.all {
            guard case .age(let condition) = table.retention else { continue }
            aged.append((table.name, table.key, condition(day, demand.recordsBefore.milliseconds)))
        }
        for (table, key, condition) in aged {
            let isThere = try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM \(table) WHERE \(condition))")
            if isThere == true { return .rows(table: table, key: key, condition: condition) }
        }
        return nil
    }

    /// At most so many rows as one transaction may take.
    private static func delete(
        _ table: String, key: String, _ condition: String, _ arguments: Arguments, _ demand: PruneDemand,
        _ db: any Session
    ) throws -> Int {
        try db.execute(
            sql: """
                DELETE FROM \(table) WHERE (\(key)) IN
                    (SELECT \(key) FROM \(table) WHERE \(condition) LIMIT \(demand.rowsMax))
                """, arguments: arguments)
        return db.changesCount
    }

    // MARK: - Contents

    /// A revision all of whose runs have been over for long enough; the one that is half done first.
    private static func revisionToPrune(_ demand: PruneDemand, _ db: any Session) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT v.id FROM revision v WHERE v.pruned < 2 AND NOT EXISTS (
                        SELECT 1 FROM run r WHERE r.revision = v.id AND (r.ended IS NULL OR r.ended >= ?1))
                    AND v.admitted < ?1 ORDER BY v.pruned DESC, v.id LIMIT 1
                    """), arguments: [demand.contentsBefore.milliseconds])
    }

    /// - Returns: how many people's fields went; 0 when the revision is done.
    private static func pruneContents(of revision: Int64, _ demand: PruneDemand, _ db: any Session) throws -> Int {
        var campaign = try Self.revision(revision, db).campaign
        let images = campaign.variants.flatMap(\.messages).compactMap { message -> String? in
            if case .image(_, let digest) = message { digest } else { nil }
        }
        campaign.variants = campaign.variants.map { variant in
            var variant = variant
            variant.messages = variant.messages.map { if case .text = $0 { .text(gone) } else { $0 } }
            return variant
        }
        try db.execute(
            sql: """
                UPDATE revision SET content = ?, source = x'', notes = '[]', pruned = 1, pruned_at = coalesce(pruned_at, ?)
                WHERE id = ?
                """, arguments: [try Self.stored(campaign), demand.now.milliseconds, revision])
        // It quotes words, links and people.
        try db.execute(sql: "DELETE FROM machine_review WHERE revision = ?", arguments: [revision])
        // Lists that a later revision still uses stay; the others lose their people, and with them their name: the same
        // file dropped again is read again.
        let lists = try Int64.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT DISTINCT ra.audience FROM revision_audience ra WHERE ra.revision = ?1 AND NOT EXISTS (
                        SELECT 1 FROM revision_audience o JOIN revision v ON v.id = o.revision
                        WHERE o.audience = ra.audience AND v.pruned = 0)
                    """), arguments: [revision])
        for list in lists {
            try db.execute(
                sql: "UPDATE audience SET digest = 'pruned:' || id WHERE id = ? AND digest NOT LIKE 'pruned:%'",
                arguments: [list])
            let count = try delete("member", key: "audience, recipient", "audience = ?", [list], demand, db)
            if count > 0 { return count }
        }
        for digest in images where try !isImageUsed(digest, db) {
            try db.execute(sql: "DELETE FROM image_content WHERE digest = ?", arguments: [digest])
        }
        try db.execute(sql: "UPDATE revision SET pruned = 2 WHERE id = ?", arguments: [revision])
        return 0
    }

    private static func isImageUsed(_ digest: String, _ db: any Session) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(
                sql: "SELECT EXISTS (SELECT 1 FROM revision WHERE pruned = 0 AND instr(content, ?) > 0)"),
            arguments: [digest])!
    }

    // MARK: - Records

    /// What a triggered run did stays while a later text of its campaign lives: whom it wrote to may not have it again.
    private static func runToPrune(_ demand: PruneDemand, _ db: any Session) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT id FROM run WHERE pruned < 2 AND ended < ?1 AND NOT EXISTS (
                        SELECT 1 FROM rollup o WHERE o.run = run.id AND o.kind = ?2 AND o.count > 0)
                    AND (listens IS NULL OR NOT EXISTS (
                        SELECT 1 FROM revision m JOIN revision n ON n.campaign = m.campaign
                        JOIN run l ON l.revision = n.id WHERE m.id = run.revision AND l.\(Fragment.isLive)))
                    ORDER BY pruned DESC, id LIMIT 1
                    """), arguments: [demand.recordsBefore.milliseconds, RollupKind.open.rawValue])
    }

    /// Everything that names a person goes; roll-ups, counters and the run itself stay. An attempt that is still open
    /// keeps its run: its end has to find its row.
    /// - Returns: how many rows went; 0 when the run is done.
    private static func pruneRecords(
        of run: Int64, _ attempts: [OldAttempt], _ people: [Int: ContactedPeople], _ demand: PruneDemand,
        _ db: any Session
    ) throws -> Int {
        try db.execute(
            sql: "UPDATE run SET pruned = 1, pruned_at = ? WHERE id = ? AND pruned = 0",
            arguments: [demand.now.milliseconds, run])
        if db.changesCount > 0 {
            // Nobody recalls anything of a run this old: what became of its messages is final.
            try db.execute(
                sql: "INSERT INTO recalled SELECT run, state, count(*) FROM recall WHERE run = ? GROUP BY run, state",
                arguments: [run])
            for (variant, count) in people {
                try db.execute(
                    sql: """
                        INSERT INTO result (run, variant, conversion, people, events, amount) VALUES (?, ?, ?, ?, ?, 0)
                        """,
                    arguments: [run, variant, Self.contactedPeople, count.reached, count.letThrough])
            }
        }
        let day = PlatformDay(containing: demand.recordsBefore).next.number
        try db.execute(sql: "UPDATE instance SET pruned_before = max(pruned_before, ?)", arguments: [day])
        if !attempts.isEmpty { return try prune(attempts, db) }
        for table in PersonalTable.all {
            guard case .run(let condition) = table.retention else { continue }
            let count = try delete(table.name, key: table.key, condition, [run], demand, db)
            if count > 0 { return count }
        }
        try db.execute(sql: "UPDATE run SET pruned = 2 WHERE id = ?", arguments: [run])
        return 0
    }

    private static func prune(_ attempts: [OldAttempt], _ db: any Session) throws -> Int {
        let row = try db.cachedStatement(sql: "DELETE FROM attempt WHERE rowid = ?")
        let unknown = try db.cachedStatement(
            sql: "DELETE FROM unknown_attempt WHERE day = ? AND recipient = ? AND account = ? AND number = ?")
        for attempt in attempts {
            try row.execute(arguments: [attempt.place])
            try unknown.execute(arguments: attempt.key)
        }
        return attempts.count
    }

    /// There is no index by run: the rows of the days that the run lasted lie together and are walked over, outside of the
    /// writer, from where the call before came to; and once more from the beginning, for what a writer failed to take.
    private func attempts(of run: Int64, _ demand: PruneDemand, _ db: any Session) throws -> [OldAttempt] {
        let known = pruned.withLock { $0?.run == run ? $0 : nil }
        if known?.isDone == true { return [] }
        guard var stretch = try known ?? PrunedStretch(of: run, db) else { return [] }
        var rows = try stretch.rows(demand.rowsMax, db)
        if rows.isEmpty, known != nil, let whole = try PrunedStretch(of: run, db) {
            stretch = whole
            rows = try stretch.rows(demand.rowsMax, db)
        }
        if let last = rows.last?["rowid"] as Int64? { stretch.next = last + 1 } else { stretch.isDone = true }
        pruned.withLock { [stretch] in $0 = stretch }
        return rows.map { row in
            OldAttempt(
                place: row["rowid"],
                key: [
                    row["day"] as Int32, row["recipient"] as Int64, row["account"] as Int64, row["number"] as Int32,
                ])
        }
    }
}

/// An attempt that goes: where it lies, and its key, by which it may stand among the unknown ones.
private struct OldAttempt {
    let place: Int64
    let key: Arguments
}

/// The rows of the days of a run whose attempts are being erased, from where the erasing has come to.
struct PrunedStretch: Sendable {
    let run: Int64
    var next: Int64
    let last: Int64
    /// A walk from the beginning found nothing.
    var isDone = false

    /// nil: nobody was written to on those days.
    init?(of run: Int64, _ db: any Session) throws {
        let row = try StoredRow.fetchOne(
            db.cachedStatement(sql: "SELECT min(created, starts) AS first, ended FROM run WHERE id = ?"),
            arguments: [run])!
        let days = [row["first"] as Int64, row["ended"] as Int64].map { PlatformDay(containing: Moment($0)).number }
        let stretch = try StoredRow.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT min(+rowid) AS first, max(+rowid) AS last FROM attempt WHERE day BETWEEN ? AND ?
                    """), arguments: [days[0], days[1]])
        guard let first = stretch?["first"] as Int64?, let last = stretch?["last"] as Int64? else { return nil }
        self.run = run
        next = first
        self.last = last
    }

    func rows(_ limit: Int, _ db: any Session) throws -> [StoredRow] {
        try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT rowid, day, recipient, account, number FROM attempt
                    WHERE rowid BETWEEN ? AND ? AND run = ? ORDER BY rowid LIMIT ?
                    """), arguments: [next, last, run, limit])
    }
}
