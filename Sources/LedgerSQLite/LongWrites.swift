import CampaignModel
import Ports
import Store

/// What is too large for one transaction: the people of a run that is over, and those who waited for a test that is judged.
///
/// The transaction that decides leaves a mark (`run.closing`, `undecided_rest.arm`) and nobody is started against it from
/// then on. The people follow in slices, each whole in itself: whoever has moved is counted where they are now, everybody
/// else where they were, and questions about the run see them where they will be. A kill between two slices loses nobody:
/// the mark is still there, and whoever starts next goes on.
extension LedgerSQLite {
    package func writeSlice(at now: Moment, term: Term) throws -> WrittenSlice? {
        guard try inRead({ try Self.unfinished($0) != nil }) else { return nil }
        let slice = try inWrite(term: term) { db, hot -> WrittenSlice? in
            guard let unfinished = try Self.unfinished(db) else { return nil }
            switch unfinished {
            case .close(let run): try closeSlice(of: run, at: now, db, hot)
            case .rest(let run): try restSlice(of: run, at: now, db, hot)
            }
            return WrittenSlice(run: unfinished.run, isLast: try Self.unfinished(db) == nil)
        }
        try pace.between(wrote: true)
        return slice
    }

    private enum Unfinished {
        case close(RunID)
        case rest(RunID)
        var run: RunID {
            switch self {
            case .close(let run), .rest(let run): run
            }
        }
    }

    /// A test's rest first: its people can be written to.
    private static func unfinished(_ db: any Session) throws -> Unfinished? {
        let rest = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT run FROM undecided_rest WHERE arm >= 0 ORDER BY run LIMIT 1"))
        if let rest { return .rest(RunID(rawValue: rest)) }
        return try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM run WHERE closing IS NOT NULL ORDER BY id LIMIT 1")
        ).map { .close(RunID(rawValue: $0)) }
    }

    // MARK: - Ends of runs

    /// Whoever waits or is pending becomes skipped. Attempts on the wire end as they end: a refusal for now that comes
    /// back to a closed run is skipped when it is settled. A run of a few people is closed whole at once.
    func close(
        _ run: RunRecord, as state: RunState, reason: Reason, at now: Moment, _ db: any Session, _ hot: HotStatements
    ) throws {
        guard !run.state.isOver else { throw LedgerError.notPossible(state: run.state) }
        try Self.setState(run, state, why: reason, at: now, db)
        // Whoever has no arm yet gets the place of one, so that they end like everybody else.
        try db.execute(
            sql: "UPDATE undecided_rest SET arm = ?, segment = NULL WHERE run = ?",
            arguments: [Self.undecidedVariant, run.id.rawValue])
        try beginClosing(run.id, reason: reason, at: now, db, hot)
    }

    /// - Precondition: the run is over.
    func beginClosing(
        _ run: RunID, reason: Reason, at now: Moment, _ db: any Session, _ hot: HotStatements
    ) throws {
        try db.execute(
            sql: "UPDATE run SET closing = ?, closed_to = 0 WHERE id = ?", arguments: [reason.rawValue, run.rawValue])
        try closeSlice(of: run, at: now, db, hot)
    }

    private func closeSlice(of id: RunID, at now: Moment, _ db: any Session, _ hot: HotStatements) throws {
        guard let reason = try Self.closing(id, db) else { return }
        var closing = Closing(run: try Self.run(id.rawValue, db), reason: reason, now: now, db: db)
        let isDone = try closing.write { room in
            try moveRest(of: id, upTo: room, into: Self.restSegment(of: id, db), at: now, db, hot) { _ in
                Self.undecidedVariant
            }
        }
        try closing.changes.write(hot)
        if isDone { try db.execute(sql: "UPDATE run SET closing = NULL WHERE id = ?", arguments: [id.rawValue]) }
    }

    /// Whoever waits or is pending, at once: for a ledger that nobody else works on.
    func skipEverybody(
        in run: RunRecord, reason: Reason, at now: Moment, _ db: any Session, _ hot: HotStatements
    ) throws {
        var closing = Closing(run: run, reason: reason, now: now, db: db, room: Int(Int32.max))
        try closing.skipEverybody()
        try closing.changes.write(hot)
    }

    /// Why the people of a run that is over are skipped, while some of them have not been moved yet.
    static func closing(_ run: RunID, _ db: any Session) throws -> Reason? {
        guard
            let stored = try Int.fetchOne(
                db.cachedStatement(sql: "SELECT closing FROM run WHERE id = ?"), arguments: [run.rawValue])
        else { return nil }
        return try Stored.value(stored, "run.closing")
    }

    // MARK: - The rest of a test

    /// The rest gets this arm: from now on nobody can decide otherwise.
    func sendRest(of run: RunID, arm: Int, at now: Moment, _ db: any Session, _ hot: HotStatements) throws {
        try db.execute(
            sql: "UPDATE undecided_rest SET arm = ?, segment = NULL WHERE run = ?", arguments: [arm, run.rawValue])
        try restSlice(of: run, at: now, db, hot)
    }

    private func restSlice(of run: RunID, at now: Moment, _ db: any Session, _ hot: HotStatements) throws {
        guard
            let arm = try Int.fetchOne(
                db.cachedStatement(sql: "SELECT arm FROM undecided_rest WHERE run = ?"), arguments: [run.rawValue])
        else { return }
        try moveRest(
            of: run, upTo: Int(Slices.rows), into: Self.restSegment(of: run, db), at: now, db, hot
        ) { _ in arm }
    }

    private static func restSegment(of run: RunID, _ db: any Session) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT segment FROM undecided_rest WHERE run = ?"), arguments: [run.rawValue])
    }

    /// The next people of the rest, in their order, get places behind those that `segment` has, with an arm each.
    /// - Parameters:
    ///   - known: nil: a segment of their own, in which the next slice goes on.
    ///   - arm: by open_id.
    /// - Returns: how many have moved.
    @discardableResult
    func moveRest(
        of run: RunID, upTo people: Int, into known: Int64?, at now: Moment, _ db: any Session, _ hot: HotStatements,
        arm: (String) -> Int
    ) throws -> Int {
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT u.position, u.recipient, u.audience, r.open_id FROM undecided u
                    JOIN recipient r ON r.id = u.recipient WHERE u.run = ? ORDER BY u.position LIMIT ?
                    """), arguments: [run.rawValue, people])
        guard let first = rows.first?["position"] as Int64?, let last = rows.last?["position"] as Int64? else {
            try db.execute(sql: "DELETE FROM undecided_rest WHERE run = ?", arguments: [run.rawValue])
            return 0
        }
        let (segment, size) = try Self.segment(known, for: run, at: now, db)
        let insert = try db.cachedStatement(
            sql: "INSERT INTO plan (segment, position, recipient, variant, audience) VALUES (?, ?, ?, ?, ?)")
        var changes = Changes()
        for (offset, row) in rows.enumerated() {
            let arm = arm(row["open_id"])
            try insert.execute(arguments: [
                segment, size + Int64(offset), row["recipient"] as Int64, arm, row["audience"] as Int64,
            ])
            changes.count(run: run, variant: arm, .planned, by: 1)
        }
        changes.count(run: run, variant: Self.undecidedVariant, .planned, by: -rows.count)
        try db.execute(
            sql: "UPDATE segment SET size = size + ? WHERE id = ?", arguments: [rows.count, segment])
        try db.execute(
            sql: "DELETE FROM undecided WHERE run = ? AND position <= ?", arguments: [run.rawValue, last])
        try db.execute(
            sql: "UPDATE undecided_rest SET size = size - ?, segment = ? WHERE run = ?",
            arguments: [rows.count, segment, run.rawValue])
        try db.execute(sql: "DELETE FROM undecided_rest WHERE run = ? AND size = 0", arguments: [run.rawValue])
        let isLast = db.changesCount > 0
        try GhostPlaces.enter(
            segment, places: size..<size + Int64(rows.count), of: run, first: first, last: isLast ? nil : last, db,
            arm: arm)
        try changes.write(hot)
        return rows.count
    }

    private static func segment(
        _ known: Int64?, for run: RunID, at now: Moment, _ db: any Session
    ) throws -> (id: Int64, size: Int64) {
        if let known {
            let size = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT size FROM segment WHERE id = ?"), arguments: [known])
            if let size { return (known, size) }
        }
        try db.execute(
            sql: """
                INSERT INTO segment (run, size, planned_at, ordering, shuffle_key)
                SELECT run, 0, ?2, ordering, shuffle_key FROM undecided_rest WHERE run = ?1
                """, arguments: [run.rawValue, now.milliseconds])
        return (db.lastInsertedRowID, 0)
    }
}

/// One slice of the end of a run: who waits, who has no arm yet, who is pending, who is held out, and whom others kept
/// waiting because of it. Lives inside one transaction.
private struct Closing {
    let run: RunRecord
    let reason: Reason
    let now: Moment
    let db: any Session
    var changes = Changes()
    /// Rows that this transaction may still move.
    private var room: Int

    init(run: RunRecord, reason: Reason, now: Moment, db: any Session, room: Int = Int(Slices.rows)) {
        self.room = room
        self.run = run
        self.reason = reason
        self.now = now
        self.db = db
    }

    /// - Parameter moveRest: gives at most so many of those without an arm a place; returns how many.
    /// - Returns: true when nobody is left.
    mutating func write(moveRest: (Int) throws -> Int) throws -> Bool {
        try skipWaiting()
        if room > 0 { try skipOccasions() }
        if room > 0, run.isPlanned { room -= try moveRest(room) }
        while room > 0, try skipPending() {}
        // A run that was never planned has at most the draft of a plan.
        while room > 0, run.isPlanned, try closeHeldOut() {}
        for table in ["waiting", "holdout"] where room > 0 { try release(from: table) }
        return room > 0
    }

    mutating func skipEverybody() throws {
        try skipWaiting()
        try skipOccasions()
        while try skipPending() {}
    }

    private mutating func skipWaiting() throws {
        let waiting = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: "SELECT recipient, variant, reason FROM waiting WHERE run = ? ORDER BY recipient LIMIT ?"),
            arguments: [run.id.rawValue, room])
        guard let last = waiting.last?["recipient"] as Int64? else { return }
        for row in waiting {
            changes.count(run: run.id, variant: row["variant"], .waiting, Reason(rawValue: row["reason"]), by: -1)
            changes.count(run: run.id, variant: row["variant"], .skipped, reason, by: 1)
        }
        try db.execute(
            sql: """
                INSERT INTO skipped (run, recipient, variant, reason, at)
                SELECT run, recipient, variant, ?1, ?2 FROM waiting WHERE run = ?3 AND recipient <= ?4
                """, arguments: [reason.rawValue, now.milliseconds, run.id.rawValue, last])
        try db.execute(
            sql: "DELETE FROM waiting WHERE run = ? AND recipient <= ?", arguments: [run.id.rawValue, last])
        room -= waiting.count
    }

    private mutating func skipOccasions() throws {
        let waiting = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: "SELECT id, variant, reason FROM occasion WHERE run = ? AND state = 1 ORDER BY id LIMIT ?"),
            arguments: [run.id.rawValue, room])
        guard let last = waiting.last?["id"] as Int64? else { return }
        for row in waiting {
            changes.count(run: run.id, variant: row["variant"], .waiting, Reason(rawValue: row["reason"]), by: -1)
            changes.count(run: run.id, variant: row["variant"], .skipped, reason, by: 1)
        }
        try db.execute(
            sql: "UPDATE occasion SET state = 4, reason = ?, ended = ? WHERE run = ? AND state = 1 AND id <= ?",
            arguments: [reason.rawValue, now.milliseconds, run.id.rawValue, last])
        room -= waiting.count
    }

    /// - Returns: false when nobody is pending.
    private mutating func skipPending() throws -> Bool {
        let segment = try StoredRow.fetchOne(
            db.cachedStatement(
                sql: "SELECT id, next, size FROM segment WHERE run = ? AND next < size ORDER BY id LIMIT 1"),
            arguments: [run.id.rawValue])
        guard let segment else { return false }
        let (id, next) = (segment["id"] as Int64, segment["next"] as Int64)
        let end = min(segment["size"] as Int64, next + Int64(room))
        let pending = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT variant, count(*) AS people FROM plan WHERE segment = ? AND position >= ? AND position < ?
                    GROUP BY variant
                    """), arguments: [id, next, end])
        for row in pending {
            changes.count(run: run.id, variant: row["variant"], .skipped, reason, by: row["people"])
        }
        try db.execute(
            sql: """
                INSERT INTO skipped (run, recipient, variant, reason, at)
                SELECT ?1, recipient, variant, ?2, ?3 FROM plan WHERE segment = ?4 AND position >= ?5 AND position < ?6
                """, arguments: [run.id.rawValue, reason.rawValue, now.milliseconds, id, next, end])
        try db.execute(sql: "UPDATE segment SET next = ? WHERE id = ?", arguments: [end, id])
        room -= Int(end - next)
        return true
    }

    /// - Returns: false when every row was looked at.
    private mutating func closeHeldOut() throws -> Bool {
        let from = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT closed_to FROM run WHERE id = ?"), arguments: [run.id.rawValue])
        let looked = try GhostPlaces.close(run.id, after: from ?? 0, limit: room, reason: reason, db, &changes)
        guard let to = looked.to else { return false }
        try db.execute(sql: "UPDATE run SET closed_to = ? WHERE id = ?", arguments: [to, run.id.rawValue])
        room -= looked.rows
        return true
    }

    /// Whoever of the same account was kept for a run that is over is due at once. The gate asks anew who is promised to
    /// whom, so that being due too often costs a look and no more.
    private mutating func release(from table: String) throws {
        try db.execute(
            sql: """
                UPDATE \(table) SET until = ?1 WHERE reason = ?2 AND until > ?1
                    AND run IN (SELECT id FROM run WHERE \(Fragment.isLive) AND account = ?3 AND id <> ?4)
                LIMIT ?5
                """,
            arguments: [
                now.milliseconds, Reason.promisedToOtherRun.rawValue, run.lane.account.rawValue, run.id.rawValue, room,
            ])
        room -= db.changesCount
    }
}
