import CampaignModel
import Foundation
import Ports
import SendingRules
import Store
import StoreSQLite

extension LedgerSQLite {
    package func plan(_ demand: PlanDemand, place: (PlanCandidate) throws -> Placement) throws -> PlanResult {
        let stage = try Stage(folder: stageFolder, name: "plan-\(demand.run.rawValue)")
        defer { stage.discard() }
        var draft = PlanDraft(demand)
        let sources = try inRead { db in try PlanSources.read(demand, db) }
        try stage.write { scratch in
            try inRead { db in
                try db.inPieces(pace) { try draft.gather(sources, from: db, into: scratch, place) }
            }
            try scratch.inPieces(pace) { try draft.order(in: scratch) }
        }
        let mayPlan = sources.state == .scheduled || (sources.state == .paused && demand.ends != nil)
        guard mayPlan, !sources.isPlanned else {
            throw LedgerError.notPossible(state: sources.state)
        }
        try removeDraft(planOf: demand.run.rawValue)
        try draft.copyPlaces(from: stage, into: self)
        try draft.copyHeldOut(from: stage, into: self)
        return try inWrite(term: demand.term) { db, hot in
            let result = try draft.finish(db, hot, sources)
            if let end = demand.ends {
                try close(
                    Self.run(demand.run.rawValue, db), as: end.state, reason: end.reason, at: demand.now, db, hot)
            }
            return result
        }
    }
}

/// Where a run's people come from.
struct PlanSources {
    let app: Int64
    let account: Int64
    let state: RunState
    let isPlanned: Bool
    let audiences: [Int64]
    let excludes: [Int64]
    /// Runs that this one replaces: whoever they contacted stays contacted. Those of the same occurrence, and for a single
    /// one all that led to it, whatever their start was.
    let replaced: [(run: Int64, firstDay: Int32)]

    static func read(_ demand: PlanDemand, _ db: any Session) throws -> PlanSources {
        guard
            let row = try StoredRow.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT r.state, r.planned, r.account, r.starts, v.app, v.campaign, v.id AS revision
                        FROM run r JOIN revision v ON v.id = r.revision WHERE r.id = ?
                        """), arguments: [demand.run.rawValue])
        else { throw LedgerError.unknownRun("#\(demand.run.rawValue)") }
        func audiences(_ excludes: Int) throws -> [Int64] {
            try Int64.fetchAll(
                db.cachedStatement(
                    sql: "SELECT audience FROM revision_audience WHERE revision = ? AND excludes = ? ORDER BY position"),
                arguments: [row["revision"] as Int64, excludes])
        }
        let repeats = try LedgerSQLite.revision(row["revision"], db).campaign.schedule.recurrence != nil
        let replaced = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    WITH RECURSIVE chain(run) AS (
                        SELECT id FROM run WHERE replaced_by = ?3
                        UNION SELECT r.id FROM run r JOIN chain c ON r.replaced_by = c.run)
                    SELECT r.id, r.began FROM run r JOIN revision v ON v.id = r.revision
                    WHERE v.campaign = ?1 AND r.id <> ?3 AND r.began IS NOT NULL AND r.test = 0
                        AND (r.starts = ?2 OR (?4 = 0 AND r.id IN (SELECT run FROM chain)))
                    """),
            arguments: [row["campaign"] as Int64, row["starts"] as Int64, demand.run.rawValue, repeats])
        return PlanSources(
            app: row["app"], account: row["account"], state: try Stored.value(row["state"], "run.state"),
            isPlanned: row["planned"], audiences: try audiences(0), excludes: try audiences(1),
            replaced: replaced.map {
                ($0["id"], PlatformDay(containing: Moment($0["began"] as Int64)).number)
            })
    }
}

/// A plan in the making: gathered and ordered in the stage, then copied.
struct PlanDraft {
    private let demand: PlanDemand
    private var result = PlanResult()
    private var best: BestTimeReader?
    /// What was copied as a draft: segments of no size yet, so that nobody sees half a plan.
    private var segments: [(id: Int64, slot: Int?, size: Int64)] = []
    private var planned: [(variant: Int, people: Int)] = []

    init(_ demand: PlanDemand) { self.demand = demand }

    /// Reads every person once, asks where they belong, and writes them down with the key of their order.
    mutating func gather(
        _ sources: PlanSources, from db: any Session, into scratch: any Session,
        _ place: (PlanCandidate) throws -> Placement
    ) throws {
        try scratch.execute(
            sql: """
                CREATE TABLE draft (sort_key INTEGER NOT NULL, ordinal INTEGER NOT NULL, recipient INTEGER NOT NULL,
                                    variant INTEGER NOT NULL, audience INTEGER NOT NULL, slot INTEGER,
                                    held INTEGER NOT NULL)
                """)
        let insert = try scratch.prepare("INSERT INTO draft VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
        best = try BestTimeReader(demand.best, account: sources.account, key: demand.shuffleKey, db)
        switch demand.source {
        case .files:
            for (index, audience) in sources.audiences.enumerated() {
                let rows = try db.prepare(Self.membersSQL(sources, earlier: Array(sources.audiences[..<index])))
                rows.bind(1, audience)
                try walk(rows, audience: audience, number: index, insert, place)
                let duplicates = try Self.duplicates(of: audience, earlier: Array(sources.audiences[..<index]), db)
                result.duplicates += duplicates
                result.excluded += try Self.excludedCount(
                    of: audience, sources, earlier: Array(sources.audiences[..<index]), db)
            }
        case .authorized:
            let rows = try db.prepare(Self.authorizedSQL(sources))
            rows.bind(1, sources.account)
            try walk(rows, audience: 0, number: 0, insert, place)
        }
    }

    private mutating func walk(
        _ rows: any Statement, audience: Int64, number: Int, _ insert: any Statement,
        _ place: (PlanCandidate) throws -> Placement
    ) throws {
        let order = PlanOrder(key: demand.shuffleKey)
        while try rows.step() {
            let recipient = rows.int(0)
            let person = PlanCandidate(
                openID: rows.buffer(2), fields: rows.buffer(3),
                audience: audience == 0 ? nil : AudienceID(rawValue: audience))
            let variant: Int
            var held = GhostPlaces.notHeld
            switch try place(person) {
            case .excluded:
                result.excluded += 1
                continue
            case .heldOut(let place):
                variant = place.variant ?? LedgerSQLite.undecidedVariant
                held = place.byHouse ? GhostPlaces.heldByHouse : GhostPlaces.heldByCampaign
            case .undecided: variant = LedgerSQLite.undecidedVariant
            case .variant(let index): variant = index
            }
            let key: Int64 =
                switch demand.order {
                case .shuffled: order.place(of: rows.buffer(2))
                case .listed: Int64(number)
                }
            insert.bind(1, key)
            insert.bind(2, rows.int(1))
            insert.bind(3, recipient)
            insert.bind(4, variant)
            insert.bind(5, audience)
            insert.bind(6, try best?.minutes(of: recipient, openID: rows.buffer(2)).map { Int64($0) })
            insert.bind(7, held)
            try insert.run()
        }
    }

    /// One table in the final order; people beyond the approved number are left out from its end.
    mutating func order(in scratch: any Session) throws {
        try scratch.execute(
            sql: """
                CREATE TABLE ordered AS SELECT recipient, variant, audience, slot, held FROM draft
                ORDER BY sort_key, ordinal, recipient LIMIT ?
                """, arguments: [demand.peopleMax ?? -1])
        result.audience = try Int.fetchOne(scratch, sql: "SELECT count(*) FROM ordered")!
        result.beyondMax = try Int.fetchOne(
            scratch, sql: "SELECT count(*) FROM (SELECT 1 FROM draft LIMIT -1 OFFSET ?)",
            arguments: [demand.peopleMax ?? Int.max])!
        try scratch.execute(sql: "DROP TABLE draft")
        try scratch.execute(
            sql:
                "CREATE TABLE placed AS SELECT recipient, variant, audience, slot FROM ordered WHERE variant >= 0 AND held = 0 ORDER BY slot, rowid"
        )
        try GhostPlaces.gather(in: scratch)
        try scratch.execute(
            sql: """
                CREATE TABLE later AS SELECT recipient, audience FROM ordered
                WHERE variant = \(LedgerSQLite.undecidedVariant) AND held = 0 ORDER BY rowid
                """)
        result.undecided = try Int.fetchOne(scratch, sql: "SELECT count(*) FROM later")!
        result.holdout = try Int.fetchOne(scratch, sql: "SELECT count(*) FROM held")!
        planned = try StoredRow.fetchAll(
            scratch, sql: "SELECT variant, count(*) AS people FROM placed GROUP BY variant"
        )
        .map { ($0["variant"], $0["people"]) }
        try scratch.execute(sql: "DROP TABLE ordered")
    }

    /// Makes the draft whole.
    func finish(_ db: any Session, _ hot: HotStatements, _ sources: PlanSources) throws -> PlanResult {
        let state = try Int.fetchOne(
            db.cachedStatement(sql: "SELECT state FROM run WHERE id = ? AND planned = 0"),
            arguments: [demand.run.rawValue])
        let isPaused = state == RunState.paused.rawValue && demand.ends != nil
        guard state == RunState.scheduled.rawValue || isPaused else {
            throw LedgerError.notPossible(state: sources.state)
        }
        for segment in segments {
            try db.execute(sql: "UPDATE segment SET size = ? WHERE id = ?", arguments: [segment.size, segment.id])
        }
        var changes = Changes()
        try copyUndecided(db, &changes)
        changes.count(run: demand.run, variant: -1, .holdout, by: result.holdout)
        for arm in planned { changes.count(run: demand.run, variant: arm.variant, .planned, by: arm.people) }
        try changes.write(hot)
        try db.execute(
            sql: """
                UPDATE run SET planned = 1, state = ?, began = ?, audience = audience + ?, duplicates = ?, excluded = ?,
                               beyond_max = ?
                WHERE id = ?
                """,
            arguments: [
                RunState.running.rawValue, demand.now.milliseconds, result.audience, result.duplicates,
                result.excluded, result.beyondMax, demand.run.rawValue,
            ])
        return result
    }

    /// They get their segment when the test is judged; until then they stand apart, where nothing can start them.
    private func copyUndecided(_ db: any Session, _ changes: inout Changes) throws {
        guard result.undecided > 0 else { return }
        try db.execute(
            sql: "INSERT INTO undecided_rest (run, size, ordering, shuffle_key) VALUES (?, ?, ?, ?)",
            arguments: [
                demand.run.rawValue, result.undecided, PlanPlaces.Ordering(demand.order).rawValue,
                Int64(bitPattern: demand.shuffleKey),
            ])
        changes.count(run: demand.run, variant: LedgerSQLite.undecidedVariant, .planned, by: result.undecided)
    }

    /// One segment; by best time one a slot, and an earlier one of the people who wait for none. The rows lie by slot.
    mutating func copyPlaces(from stage: Stage, into ledger: LedgerSQLite) throws {
        var groups = try stage.read { scratch in
            try StoredRow.fetchAll(
                scratch,
                sql: "SELECT slot, count(*) AS people, min(rowid) AS first FROM placed GROUP BY slot ORDER BY slot"
            ).map { (slot: $0["slot"] as Int?, people: $0["people"] as Int, first: $0["first"] as Int64) }
        }
        if groups.isEmpty { groups = [(nil, 0, 1)] }
        for group in groups {
            let segment = try ledger.inWrite(term: demand.term) { db, _ in
                try db.execute(
                    sql: """
                        INSERT INTO segment (run, size, planned_at, ordering, shuffle_key, slot)
                        VALUES (?, 0, ?, ?, ?, ?)
                        """,
                    arguments: [
                        demand.run.rawValue, demand.now.milliseconds, PlanPlaces.Ordering(demand.order).rawValue,
                        Int64(bitPattern: demand.shuffleKey), group.slot,
                    ])
                return db.lastInsertedRowID
            }
            segments.append((segment, group.slot, Int64(group.people)))
            try copyRows(
                "SELECT rowid - \(group.first), recipient, variant, audience FROM placed", through: group.people,
                after: group.first - 1, from: stage, into: ledger,
                "INSERT INTO plan (segment, position, recipient, variant, audience) VALUES (\(segment), ?1, ?2, ?3, ?4)"
            )
        }
        try copyRows(
            "SELECT rowid - 1, recipient, NULL, audience FROM later", through: result.undecided, after: 0, from: stage,
            into: ledger,
            """
            INSERT INTO undecided (run, position, recipient, audience) VALUES (\(demand.run.rawValue), ?1, ?2, ?4)
            """)
    }

    /// Whoever is held out, in key order. Nobody asks for them before the run is planned.
    func copyHeldOut(from stage: Stage, into ledger: LedgerSQLite) throws {
        let copy = GhostPlaces.Copy(run: demand.run, segments: segments)
        try copyRows(
            GhostPlaces.Copy.select, through: result.holdout, after: 0, from: stage, into: ledger,
            GhostPlaces.Copy.insert
        ) { try copy.put($0, with: $1) }
    }

    /// - Parameters:
    ///   - after: the row number before the first of `count` rows.
    ///   - put: enters one row; four numbers as they are, unless said otherwise.
    private func copyRows(
        _ select: String, through count: Int, after offset: Int64, from stage: Stage, into ledger: LedgerSQLite,
        _ insert: String, put: (any Statement, any Statement) throws -> Void = Self.putNumbers
    ) throws {
        try Slices.walk(from: offset + 1, through: offset + Int64(count), ledger.pace) { slice in
            try ledger.inWrite(term: demand.term) { db, _ in
                let enter = try db.prepare(insert)
                try stage.read { scratch in
                    let rows = try scratch.prepare(select + " WHERE rowid BETWEEN ?1 AND ?2 ORDER BY rowid")
                    rows.bind(1, slice.lowerBound)
                    rows.bind(2, slice.upperBound)
                    while try rows.step() { try put(rows, enter) }
                }
            }
        }
    }

    private static func putNumbers(_ row: any Statement, with enter: any Statement) throws {
        for column: Int32 in 0..<4 { enter.bind(column + 1, row.int(column)) }
        try enter.run()
    }

    // MARK: - SQL of who takes part

    private static func list(_ ids: [Int64]) -> String { ids.map(String.init).joined(separator: ", ") }

    /// Left out: the files of `exclude`, and whoever a replaced run has contacted.
    private static func exclusion(_ sources: PlanSources, column: String) -> String {
        var sql = ""
        if !sources.excludes.isEmpty {
            sql += """
                 AND NOT EXISTS (SELECT 1 FROM member x WHERE x.audience IN (\(list(sources.excludes)))
                                 AND x.recipient = \(column))
                """
        }
        for replaced in sources.replaced {
            sql += """
                 AND \(column) NOT IN (SELECT recipient FROM attempt
                                       WHERE \(AttemptWalk.since(String(replaced.firstDay)))
                                       AND run = \(replaced.run) AND (outcome IS NULL OR \(Fragment.isFinal)))
                 AND \(column) NOT IN (SELECT recipient FROM holdout WHERE run = \(replaced.run))
                """
        }
        return sql
    }

    /// Everybody who authorised the account ?1. The values are those of `PlanCandidate.authorizedColumns`, in their order.
    static func authorizedSQL(_ sources: PlanSources) -> String {
        """
        SELECT c.recipient AS recipient, c.recipient AS ordinal, r.open_id,
               strftime('%Y-%m-%dT%H:%M:%S+08:00', c.granted / 1000, 'unixepoch', '+8 hours') || char(31)
               || coalesce(strftime('%Y-%m-%dT%H:%M:%S+08:00', l.at / 1000, 'unixepoch', '+8 hours'), '')
               || char(31) || coalesce(k.entered_from, '') || char(31)
               || coalesce(strftime('%Y-%m-%dT%H:%M:%S+08:00', k.replied / 1000, 'unixepoch', '+8 hours'), '')
        FROM consent c CROSS JOIN recipient r ON r.id = c.recipient
        LEFT JOIN acquaintance k ON k.account = ?1 AND k.recipient = c.recipient
        LEFT JOIN (SELECT recipient, max(started) AS at FROM attempt WHERE account = ?1 AND keeps = 1
                   GROUP BY recipient) l ON l.recipient = c.recipient
        WHERE c.account = ?1 AND c.state = 1 \(exclusion(sources, column: "c.recipient"))
        """
    }

    private static func notEarlier(_ earlier: [Int64]) -> String {
        earlier.isEmpty
            ? ""
            : """
             AND NOT EXISTS (SELECT 1 FROM member e WHERE e.audience IN (\(list(earlier)))
                             AND e.recipient = m.recipient)
            """
    }

    static func membersSQL(_ sources: PlanSources, earlier: [Int64]) -> String {
        """
        SELECT m.recipient, m.ordinal, r.open_id, m.fields FROM member m
        CROSS JOIN recipient r ON r.id = m.recipient
        WHERE m.audience = ?1 \(notEarlier(earlier)) \(exclusion(sources, column: "m.recipient"))
        """
    }

    /// Rows of the file that were no new person: repeated within it, or already in an earlier file.
    static func duplicates(of audience: Int64, earlier: [Int64], _ db: any Session) throws -> Int {
        let within = try Int.fetchOne(
            db.cachedStatement(sql: "SELECT duplicates FROM audience WHERE id = ?"),
            arguments: [audience])!
        guard !earlier.isEmpty else { return within }
        let across = try Int.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM member m WHERE m.audience = ?1 AND EXISTS
                    (SELECT 1 FROM member e WHERE e.audience IN (\(list(earlier))) AND e.recipient = m.recipient)
                """, arguments: [audience])!
        return within + across
    }

    static func excludedCount(
        of audience: Int64, _ sources: PlanSources, earlier: [Int64], _ db: any Session
    ) throws -> Int {
        let rule = exclusion(sources, column: "m.recipient")
        guard !rule.isEmpty else { return 0 }
        return try Int.fetchOne(
            db,
            sql: "SELECT count(*) FROM member m WHERE m.audience = ?1 \(notEarlier(earlier)) AND NOT (TRUE \(rule))",
            arguments: [audience])!
    }
}
