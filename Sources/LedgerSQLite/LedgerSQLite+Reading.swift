import CampaignModel
import Foundation
import Ports
import Store

extension LedgerSQLite {
    package func liveRuns() throws -> [RunRecord] {
        try inRead { db in
            try Self.records(
                db.cachedStatement(sql: Self.runSQL + " WHERE r.\(Fragment.isLive) ORDER BY r.starts, r.id"))
        }
    }

    package func liveRunsWithImages() throws -> [RunRecord] {
        try inRead { db in
            // As a message's kind stands in the stored campaign; in anybody's words the quotes are escaped.
            try Self.records(
                db.cachedStatement(
                    sql: Self.runSQL + """
                         WHERE r.\(Fragment.isLive) AND instr(v.content, '"image"') > 0 ORDER BY r.starts, r.id
                        """))
        }
    }

    package func dueRuns(at now: Moment) throws -> DueRuns {
        try inRead { db in
            let key: Arguments = [
                now.milliseconds, RunState.running.rawValue, RunState.scheduled.rawValue,
            ]
            let runs = try Self.records(
                db.cachedStatement(
                    sql: Self.runSQL + """
                         WHERE r.\(Fragment.isLive) AND (r.valid_until <= ?1 OR r.state = ?2 OR (r.state = ?3 AND r.starts <= ?1))
                        ORDER BY r.starts, r.id
                        """), arguments: key)
            let others = try StoredRow.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT min(CASE WHEN state = ?3 AND starts > ?1 THEN min(starts, valid_until)
                                        WHEN valid_until > ?1 THEN valid_until END) AS next,
                               count(*) FILTER (WHERE state = ?3) AS waiting, coalesce(sum(id) FILTER (WHERE state = ?3), 0) AS ids
                        FROM run WHERE \(Fragment.isLive) AND state <> ?2
                        """), arguments: key)!
            return DueRuns(
                runs: runs, next: (others["next"] as Int64?).map { Moment($0) },
                waitingMark: others["waiting"] as Int64 &* 1_000_003 &+ Int64(others["ids"] as Double))
        }
    }

    package func runs(includingEnded: Bool) throws -> [RunRecord] {
        try inRead { db in
            let living = includingEnded ? "" : " WHERE r.\(Fragment.isLive)"
            return try Self.records(db.cachedStatement(sql: Self.runSQL + living + " ORDER BY r.starts, r.id"))
        }
    }

    package func runs(after: RunCursor?, includingEnded: Bool, limit: Int) throws -> [RunRecord] {
        try inRead { db in
            // Chosen before anything is joined. Starts and numbers of runs never change, so that a page is where it was.
            try Self.records(
                db.cachedStatement(
                    sql: Self.runSQL + """
                         WHERE r.id IN (
                            SELECT id FROM run WHERE (starts, id) > (?1, ?2) AND test = 0
                                \(includingEnded ? "" : "AND \(Fragment.isLive)")
                            ORDER BY starts, id LIMIT ?3)
                        ORDER BY r.starts, r.id
                        """),
                arguments: [after?.starts.milliseconds ?? .min, after?.id.rawValue ?? 0, limit])
        }
    }

    package func run(named name: String) throws -> RunRecord? {
        try inRead { db in
            let id = try Int64.fetchOne(db.cachedStatement(sql: "SELECT id FROM run WHERE name = ?"), arguments: [name])
            if let id { return try Self.run(id, db) }
            let latest = try Int64.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT r.id FROM run r JOIN revision v ON v.id = r.revision JOIN campaign c ON c.id = v.campaign
                        WHERE c.name = ? AND r.test = 0 ORDER BY r.\(Fragment.isLive) DESC,
                            CASE WHEN r.\(Fragment.isLive) THEN r.starts ELSE -r.starts END, r.id DESC LIMIT 1
                        """), arguments: [name])
            return try latest.map { try Self.run($0, db) }
        }
    }

    package func runs(ofCampaign id: String) throws -> [RunRecord] {
        try inRead { db in
            try Int64.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT r.id FROM campaign c JOIN revision v ON v.campaign = c.id JOIN run r ON r.revision = v.id
                        WHERE c.name = ? AND r.test = 0 ORDER BY r.starts, r.id
                        """), arguments: [id]
            ).map { try Self.run($0, db) }
        }
    }

    package func livingRuns(limit: Int) throws -> (runs: [RunRecord], total: Int) {
        try inRead { db in
            // Chosen before anything is joined: of ten thousand a hundred are read.
            let runs = try Self.records(
                db.cachedStatement(
                    sql: Self.runSQL + """
                         WHERE r.id IN (
                            SELECT id FROM run WHERE \(Fragment.isLive) AND test = 0 ORDER BY state = ?1, starts, id LIMIT ?2)
                        ORDER BY r.state = ?1, r.starts, r.id
                        """), arguments: [RunState.scheduled.rawValue, limit])
            let total = try Int.fetchOne(
                db.cachedStatement(sql: "SELECT count(*) FROM run WHERE \(Fragment.isLive) AND test = 0"))!
            return (runs, total)
        }
    }

    package func occurrences(of campaign: String) throws -> [RunRecord] {
        try inRead { db in
            try Self.records(
                db.cachedStatement(
                    sql: Self.runSQL + """
                         JOIN campaign c ON c.id = v.campaign
                        WHERE c.name = ? AND r.test = 0 AND (r.planned = 1 OR r.state NOT IN (?, ?, ?))
                        ORDER BY r.starts, r.id
                        """),
                arguments: [
                    campaign, RunState.superseded.rawValue, RunState.rejected.rawValue, RunState.cancelled.rawValue,
                ])
        }
    }

    package func revision(_ id: RevisionID) throws -> RevisionRecord { try revisionRecord(id) }

    package func revisionRecord(_ id: RevisionID) throws -> RevisionRecord {
        try inRead { try revisions.record(id.rawValue, $0) }
    }

    package func rejectedChange(of id: RevisionID) throws -> Rejection? {
        try inRead { db in
            let newest = try Int64.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT n.id FROM revision v JOIN revision n ON n.campaign = v.campaign AND n.number > v.number
                        WHERE v.id = ? ORDER BY n.number DESC LIMIT 1
                        """), arguments: [id.rawValue])
            return try newest.flatMap { try Self.rejection(of: $0, db) }
        }
    }

    package func sum(of run: RunID) throws -> ConservationSum { try inRead { try Self.sum(of: run.rawValue, $0) } }

    package func sums(ofRunByVariant run: RunID) throws -> [Int: ConservationSum] {
        try inRead { try Self.sums(of: run.rawValue, $0) }
    }

    package func accounts() throws -> [AccountRecord] {
        try inRead { try Self.accountRecords($0) }
    }

    static func accountRecords(_ db: any Session) throws -> [AccountRecord] {
        try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT a.*, p.name AS app_name, p.known_as AS app_known_as,
                        (SELECT n.name FROM account_name n WHERE n.account = a.id ORDER BY n.since LIMIT 1) AS known_as
                    FROM account a JOIN app p ON p.id = a.app ORDER BY a.id
                    """
            )
        ).map(account)
    }

    package func columns(of audience: AudienceID) throws -> [String] {
        try inRead { db in
            guard
                let text = try String.fetchOne(
                    db.cachedStatement(sql: "SELECT columns FROM audience WHERE id = ?"), arguments: [audience.rawValue]
                )
            else { throw LedgerError.corrupt("there is no list #\(audience.rawValue)") }
            return text.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
        }
    }

    package func samples(of revision: RevisionID, limit: Int) throws -> [SamplePerson] {
        try inRead { db in
            let base = """
                FROM member m JOIN recipient r ON r.id = m.recipient WHERE m.audience =
                    (SELECT audience FROM revision_audience WHERE revision = ? AND excludes = 0 ORDER BY position LIMIT 1)
                    AND r.open_id NOT LIKE 'erased:%'
                """
            // The first, the longest and the emptiest: what a reviewer has to see.
            let orders = ["m.ordinal", "length(m.fields) DESC, m.ordinal", "length(m.fields), m.ordinal"]
            var people: [SamplePerson] = []
            for order in orders.prefix(limit) {
                let row = try StoredRow.fetchOne(
                    db, sql: "SELECT r.open_id, m.fields, m.audience \(base) ORDER BY \(order) LIMIT 1",
                    arguments: [revision.rawValue])
                guard let row, !people.contains(where: { $0.openID == row["open_id"] }) else { continue }
                people.append(
                    SamplePerson(
                        openID: row["open_id"], fields: Array(row["fields"] as Data),
                        audience: AudienceID(rawValue: row["audience"])))
            }
            return people
        }
    }

    package func denied(app: AppID) throws -> [RecipientID] {
        try inRead { db in
            try Int64.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT DISTINCT l.recipient FROM listed l JOIN recipient r ON r.id = l.recipient
                        WHERE l.list = 1 AND l.account = 0 AND r.app = ? ORDER BY l.recipient
                        """), arguments: [app.rawValue]
            ).map { RecipientID(rawValue: $0) }
        }
    }

    /// What is known of everybody's consent towards one account, by open_id: for the forecast, which asks about all.
    package func consents(of account: AccountID) throws -> [String: Consent] {
        try inRead { db in
            var consents: [String: Consent] = [:]
            let rows = try StoredRow.fetchCursor(
                db,
                sql: """
                    SELECT r.open_id, c.state, c.expires, c.checked, c.stock, c.mutual FROM consent c
                    CROSS JOIN recipient r ON r.id = c.recipient WHERE c.account = ?
                    """, arguments: [account.rawValue])
            while let row = try rows.next() {
                consents[row["open_id"]] = try Self.consent(row)
            }
            return consents
        }
    }

    package func unknowns(limit: Int) throws -> [AttemptRecord] {
        try inRead { db in
            try StoredRow.fetchAll(
                db,
                sql: Self.attemptSQL(
                    from: "unknown_attempt u CROSS JOIN attempt a USING (day, recipient, account, number)")
                    + " ORDER BY a.started LIMIT ?",
                arguments: [limit]
            ).map(Self.attempt)
        }
    }

    package func unknownCount() throws -> Int {
        try inRead { db in
            try Int.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT coalesce(sum(b.count), 0) FROM rollup b JOIN run r ON r.id = b.run
                        WHERE b.kind = \(RollupKind.unknown.rawValue) AND b.count > 0 AND r.pruned = 0
                        """))!
        }
    }

    // MARK: - Rows to values

    static func attemptSQL(from source: String = "attempt a") -> String {
        """
        SELECT a.*, p.open_id, r.name AS run_name, n.name AS account_name FROM \(source)
        JOIN recipient p ON p.id = a.recipient JOIN run r ON r.id = a.run JOIN account n ON n.id = a.account
        """
    }

    static func attempt(_ row: StoredRow) -> AttemptRecord {
        var record = AttemptRecord(
            key: AttemptKey(
                day: PlatformDay(number: row["day"]), recipient: RecipientID(rawValue: row["recipient"]),
                account: AccountID(rawValue: row["account"]), number: row["number"]),
            run: RunID(rawValue: row["run"]), runName: row["run_name"], accountName: row["account_name"],
            openID: row["open_id"], variant: row["sent_variant"], messages: row["messages"],
            started: Moment(row["started"] as Int64), deadline: Moment(row["deadline"] as Int64),
            outcome: (row["outcome"] as Int?).flatMap { OutcomeKind(rawValue: $0) },
            reason: (row["reason"] as Int?).flatMap { Reason(rawValue: $0) }, keepsPerson: row["keeps"],
            messageIDs: (row["message_ids"] as String? ?? "").split(separator: "\n").map(String.init),
            logID: row["log_id"] ?? "", settled: (row["settled"] as Int64?).map { Moment($0) })
        record.codes = (row["codes"] as String? ?? "").split(separator: ",").compactMap { Int($0) }
        return record
    }

    private static func account(_ row: StoredRow) throws -> AccountRecord {
        var record = AccountRecord(
            id: AccountID(rawValue: row["id"]), app: AppID(rawValue: row["app"]), appName: row["app_name"],
            name: row["name"], openID: row["open_id"], kind: try Stored.value(row["kind"], "account.kind"),
            role: try Stored.value(row["role"], "account.role"), zone: try Stored.zone(row["zone"], "account.zone"),
            qualification: LaneReader.decodeQualification(row["qualification"] ?? ""),
            hold: (row["hold_reason"] as Int?).flatMap { Reason(rawValue: $0) }.map {
                LaneHold(reason: $0, until: (row["hold_until"] as Int64?).map { Moment($0) })
            }, lastWalk: (row["last_walk"] as Int64?).map { Moment($0) })
        record.isConfigured = row["configured"]
        record.knownAs = row["known_as"] ?? record.name
        record.appKnownAs = row["app_known_as"] ?? record.appName
        return record
    }

    static let runSQL = """
        SELECT r.id, r.name, r.revision, r.account, r.channel, r.state, r.starts, r.valid_until, r.planned, v.approved,
            r.test, r.priority, r.duplicates, r.excluded, r.beyond_max, r.began, r.ended, r.pruned, r.pruned_at, r.why,
            r.freed, r.met, n.name, n.configured, r.held, r.listens
        FROM run r JOIN revision v ON v.id = r.revision JOIN account n ON n.id = r.account
        """

    static func run(_ id: Int64, _ db: any Session) throws -> RunRecord {
        guard let run = try records(db.cachedStatement(sql: runSQL + " WHERE r.id = ?"), arguments: [id]).first else {
            throw LedgerError.unknownRun("#\(id)")
        }
        return run
    }

    /// Of a statement that begins with `runSQL`. Columns by their place, from the row that SQLite stands on: ten thousand
    /// runs are read whenever one of them changes, and looking two dozen names up in a copy of each was most of it.
    static func records(_ statement: any Statement, arguments: Arguments = []) throws -> [RunRecord] {
        var runs: [RunRecord] = []
        let rows = try StoredRow.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() { runs.append(try record(row)) }
        return runs
    }

    private static func record(_ row: StoredRow) throws -> RunRecord {
        func moment(_ place: Int) -> Moment? { (row[place] as Int64?).map { Moment($0) } }
        var run = RunRecord(
            id: RunID(rawValue: row[0]), name: row[1], revision: RevisionID(rawValue: row[2]),
            lane: Lane(account: AccountID(rawValue: row[3]), channel: try Stored.value(row[4], "run.channel")),
            state: try Stored.value(row[5], "run.state"), start: Moment(row[6] as Int64),
            validUntil: Moment(row[7] as Int64), isPlanned: row[8], isApproved: row[9], isTest: row[10],
            priority: row[11], duplicates: row[12], excluded: row[13], beyondMax: row[14], began: moment(15),
            ended: moment(16))
        run.isErased = row[17] as Int > 0
        run.erasedAt = moment(18)
        run.why = (row[19] as Int?).flatMap { Reason(rawValue: $0) }
        run.freed = moment(20)
        run.met = moment(21)
        run.accountName = row[22]
        run.isConfigured = row[23]
        run.isHeld = row[24]
        run.isTriggered = row[25] as Int? != nil
        return run
    }

    static func revision(_ id: Int64, _ db: any Session) throws -> RevisionRecord {
        guard
            let row = try StoredRow.fetchOne(
                db.cachedStatement(sql: "SELECT * FROM revision WHERE id = ?"), arguments: [id])
        else {
            throw LedgerError.unknownRun("revision #\(id)")
        }
        let campaign = try JSONDecoder().decode(Campaign.self, from: Data((row["content"] as String).utf8))
        let approvals = try StoredRow.fetchAll(
            db.cachedStatement(sql: "SELECT person, at FROM approval WHERE revision = ? AND approves = 1 ORDER BY at"),
            arguments: [id])
        let rows = try StoredRow.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT coalesce(sum(rows_read), 0) AS rows_read, coalesce(sum(rows_bad), 0) AS bad
                    FROM revision_audience ra JOIN audience a ON a.id = ra.audience
                    WHERE ra.revision = ? AND ra.excludes = 0
                    """), arguments: [id])!
        var record = RevisionRecord(
            id: RevisionID(rawValue: id), number: row["number"], campaign: campaign,
            account: AccountID(rawValue: row["account"]), app: AppID(rawValue: row["app"]), digest: row["digest"],
            fileName: row["file_name"], admitted: Moment(row["admitted"] as Int64),
            approvedBy: approvals.map { $0["person"] },
            approvedAt: (approvals.last?["at"] as Int64?).map { Moment($0) },
            rowsRead: rows["rows_read"], rowsBad: rows["bad"], people: row["people"],
            notes: try JSONDecoder().decode([RevisionNote].self, from: Data((row["notes"] as String).utf8)))
        record.rejection = try rejection(of: id, db)
        for owner in campaign.cardOwners {
            record.owners[owner] = try accountID(named: owner, at: record.admitted, db)
        }
        record.isErased = row["pruned"] as Int > 0
        record.erasedAt = (row["pruned_at"] as Int64?).map { Moment($0) }
        return record
    }

    static func rejection(of revision: Int64, _ db: any Session) throws -> Rejection? {
        try StoredRow.fetchOne(
            db.cachedStatement(
                sql:
                    "SELECT person, at, note FROM approval WHERE revision = ? AND approves = 0 ORDER BY at DESC LIMIT 1"
            ),
            arguments: [revision]
        ).map { Rejection(person: $0["person"], at: Moment($0["at"] as Int64).iso8601, note: $0["note"]) }
    }

    // MARK: - The sum

    static func sum(of run: Int64, _ db: any Session) throws -> ConservationSum {
        var total = try countedSums(of: run, db).sorted { $0.key < $1.key }.reduce(ConservationSum()) { $0 + $1.value }
        // The two sides are kept by different writes: the audience when the run was planned, the pending by `next`.
        total.audience =
            try Int.fetchOne(db.cachedStatement(sql: "SELECT audience FROM run WHERE id = ?"), arguments: [run]) ?? 0
        total.pending = try Int.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT coalesce((SELECT sum(size - next) FROM segment WHERE run = ?1), 0)
                        + coalesce((SELECT size FROM undecided_rest WHERE run = ?1), 0)
                    """), arguments: [run])!
        if let reason = try closing(RunID(rawValue: run), db) { total.skipLeft(reason) }
        return total
    }

    static func sums(of run: Int64, _ db: any Session) throws -> [Int: ConservationSum] {
        let reason = try closing(RunID(rawValue: run), db)
        return try countedSums(of: run, db).mapValues { sum in
            var sum = sum
            if let reason { sum.skipLeft(reason) }
            return sum
        }
    }

    private static func countedSums(of run: Int64, _ db: any Session) throws -> [Int: ConservationSum] {
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(sql: "SELECT variant, kind, reason, count FROM rollup WHERE run = ?"), arguments: [run])
        var sums: [Int: ConservationSum] = [:]
        // Nobody is planned where people come by themselves: whoever came is the whole.
        let isPlanned = rows.contains { ($0["kind"] as Int) == RollupKind.planned.rawValue }
        for row in rows {
            let count: Int = row["count"]
            func reason() throws -> Reason { try Stored.value(row["reason"], "rollup.reason") }
            var sum = sums[row["variant"]] ?? ConservationSum()
            switch RollupKind(rawValue: row["kind"]) {
            case .accepted: sum.accepted += count
            case .rejected: sum.rejected += count
            case .unknown: sum.unknown += count
            case .open: sum.open += count
            case .waiting where count > 0: try sum.waiting[reason(), default: 0] += count
            case .skipped where count > 0: try sum.skipped[reason(), default: 0] += count
            case .holdout: sum.holdout += count
            case .planned: sum.audience += count
            // Whoever is held out is counted once; what would have become of them is no place in the sum.
            case .waiting, .skipped, .ghost, nil: break
            }
            sums[row["variant"]] = sum
        }
        return sums.mapValues { sum in
            var sum = sum
            sum.audience = isPlanned ? sum.audience + sum.holdout : sum.accountedFor
            sum.pending = sum.audience - sum.accountedFor
            return sum
        }
    }

    static func open(of run: Int64, _ db: any Session) throws -> Int {
        try Int.fetchOne(
            db.cachedStatement(
                sql: "SELECT coalesce(sum(count), 0) FROM rollup WHERE run = ? AND kind = \(RollupKind.open.rawValue)"),
            arguments: [run])!
    }
}

extension ConservationSum {
    /// Of a run that is over: whoever was not moved yet is where they will be.
    fileprivate mutating func skipLeft(_ reason: Reason) {
        let left = pending + waitingTotal
        if left > 0 { skipped[reason, default: 0] += left }
        pending = 0
        waiting = [:]
    }
}
