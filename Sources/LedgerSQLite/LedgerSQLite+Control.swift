import CampaignModel
import Foundation
import Ports
import SendingRules
import Store

extension LedgerSQLite {
    package func beginReign(node: String, at now: Moment) throws -> Term {
        try inWrite { db in
            try db.execute(
                sql: "UPDATE reign SET term = term + 1, node = ?, began = ?", arguments: [node, now.milliseconds])
            return Term(number: try Int64.fetchOne(db.cachedStatement(sql: "SELECT term FROM reign"))!)
        }
    }

    package func act(_ demand: ActDemand) throws -> (run: RunRecord, open: Int) {
        try inWrite(term: demand.term) { db, hot in
            let run = try Self.run(demand.run.rawValue, db)
            switch demand.act {
            case .approve, .reject: try review(run, demand, db)
            case .pause: try move(run, .pause, why: demand.reason, at: demand.now, db)
            case .resume where demand.reason == .awaitingReview: try awaitApproval(run, db)
            case .resume: try move(run, .resume, at: demand.now, db)
            case .cancel:
                try close(run, as: .cancelled, reason: .cancelled, at: demand.now, db, hot)
                // A change that is taken back before anybody judged it is no change.
                if run.state == .inReview { try resumeWhatStoodAside(for: run, at: demand.now, db) }
            }
            try Self.audit(
                db, at: demand.now, demand.person, demand.act.rawValue, run.name,
                demand.digest ?? demand.reason?.code ?? "")
            return (try Self.run(demand.run.rawValue, db), try Self.open(of: demand.run.rawValue, db))
        }
    }

    /// One row bound to the digest; the same person's second word replaces nothing and is refused by the key.
    private func review(_ run: RunRecord, _ demand: ActDemand, _ db: any Session) throws {
        let revision = try Self.revision(run.revision.rawValue, db)
        let approves = demand.act == .approve
        // Approved once, and asked again since: it goes on where it was.
        let isAskedAnew =
            approves && run.isApproved && run.state == .paused && revision.approvedBy.count < demand.approvalsNeeded
        let next =
            isAskedAnew
            ? RunState.paused
            : RunLifecycle.state(after: approves ? .approve : .reject, in: run.state, isHeld: run.isHeld)
        guard let next, demand.digest == nil || demand.digest == revision.digest else {
            throw LedgerError.notPossible(state: run.state)
        }
        try db.execute(
            sql: """
                INSERT INTO approval (revision, person, approves, digest, at, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                \(approves ? "" : "ON CONFLICT (revision, person) DO UPDATE SET approves = 0, at = ?5, note = ?6")
                """,
            arguments: [
                revision.id.rawValue, demand.person, approves, revision.digest, demand.now.milliseconds, demand.note,
            ])
        if approves {
            // One of two: the run stays in review, and the same person's second word is refused by the key.
            let given = try Int.fetchOne(
                db.cachedStatement(
                    sql: "SELECT count(*) FROM approval WHERE revision = ? AND approves = 1 AND digest = ?"),
                arguments: [revision.id.rawValue, revision.digest])!
            guard given >= demand.approvalsNeeded else { return }
            try db.execute(
                sql: "UPDATE revision SET approved = 1 WHERE id = ?", arguments: [revision.id.rawValue])
        }
        if isAskedAnew { return try resumeWhatAwaits(revision.id, demand, db) }
        try Self.setState(run, next, at: demand.now, db)
        if approves {
            try db.execute(
                sql: "UPDATE run SET hears_from = ? WHERE id = ? AND listens IS NOT NULL",
                arguments: [demand.now.milliseconds, run.id.rawValue])
        }
        try settleOlderRevisions(of: run, approves: approves, demand, db)
    }

    /// An approval is of the revision: every occurrence of it that waited for the missing one goes on.
    private func resumeWhatAwaits(_ revision: RevisionID, _ demand: ActDemand, _ db: any Session) throws {
        let waiting = try Int64.fetchAll(
            db,
            sql: "SELECT id FROM run WHERE revision = ? AND state = ? AND why = ? ORDER BY id",
            arguments: [revision.rawValue, RunState.paused.rawValue, Reason.awaitingReview.rawValue])
        for id in waiting {
            let run = try Self.run(id, db)
            try move(run, .resume, at: demand.now, db)
            try Self.audit(db, at: demand.now, demand.person, "resume", run.name, demand.digest ?? "")
        }
    }

    /// Who resumes what lacks an approval lifts their own pause: only the approval is missing then.
    private func awaitApproval(_ run: RunRecord, _ db: any Session) throws {
        guard run.state == .paused else { throw LedgerError.notPossible(state: run.state) }
        try db.execute(
            sql: "UPDATE run SET stood_aside = 0, why = ? WHERE id = ?",
            arguments: [Reason.awaitingReview.rawValue, run.id.rawValue])
    }

    /// Approved: what the older revisions had not sent is superseded, also what a person has resumed meanwhile.
    /// Rejected: it goes on as it was, and what a person had paused stays paused.
    private func settleOlderRevisions(
        of run: RunRecord, approves: Bool, _ demand: ActDemand, _ db: any Session
    ) throws {
        guard approves else { return try resumeWhatStoodAside(for: run, at: demand.now, db) }
        for id in try Self.olderRuns(than: run, "r.\(Fragment.isLive)", db) {
            try Self.moveOccasions(from: RunID(rawValue: id), to: run.id, db, hotStatements(db))
            try close(Self.run(id, db), as: .superseded, reason: .superseded, at: demand.now, db, hotStatements(db))
            try db.execute(
                sql: "UPDATE run SET replaced_by = ? WHERE id = ? AND test = 0", arguments: [run.id.rawValue, id])
        }
    }

    private func resumeWhatStoodAside(for run: RunRecord, at now: Moment, _ db: any Session) throws {
        for id in try Self.olderRuns(than: run, "r.state = \(RunState.paused.rawValue) AND r.stood_aside = 1", db) {
            try move(Self.run(id, db), .resume, at: now, db)
        }
    }

    private static func olderRuns(than run: RunRecord, _ condition: String, _ db: any Session) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: """
                SELECT r.id FROM run r JOIN revision v ON v.id = r.revision
                WHERE \(condition) AND v.id < ?1 AND v.campaign = (SELECT campaign FROM revision WHERE id = ?1)
                ORDER BY r.id
                """, arguments: [run.revision.rawValue])
    }

    private func move(
        _ run: RunRecord, _ act: RunLifecycle.Act, why: Reason? = nil, at now: Moment, _ db: any Session
    ) throws {
        if act == .pause, run.state == .paused, try Self.makeFirm(run, why, db) { return }
        guard let next = RunLifecycle.state(after: act, in: run.state, isPlanned: run.isPlanned, isHeld: run.isHeld)
        else { throw LedgerError.notPossible(state: run.state) }
        try Self.setState(run, next, why: why, at: now, db)
        if run.state == .inReview, act == .pause || act == .resume {
            try db.execute(
                sql: "UPDATE run SET held = ? WHERE id = ?", arguments: [act == .pause, run.id.rawValue])
        }
        guard act == .resume else { return }
        try db.execute(sql: "UPDATE run SET freed = ? WHERE id = ?", arguments: [now.milliseconds, run.id.rawValue])
    }

    /// What merely stands aside for a change would go on when the change is rejected; whoever pauses it means it.
    /// - Returns: false when a person had paused it already.
    private static func makeFirm(_ run: RunRecord, _ why: Reason?, _ db: any Session) throws -> Bool {
        try db.execute(
            sql: "UPDATE run SET stood_aside = 0, why = ?2 WHERE id = ?1 AND stood_aside = 1",
            arguments: [run.id.rawValue, why?.rawValue])
        return db.changesCount > 0
    }

    static func setState(
        _ run: RunRecord, _ state: RunState, why: Reason? = nil, at now: Moment, _ db: any Session
    ) throws {
        try db.execute(
            sql: "UPDATE run SET state = ?, ended = ?, stood_aside = 0, held = 0, why = ? WHERE id = ?",
            arguments: [
                state.rawValue, state.isOver ? now.milliseconds : nil, why?.rawValue, run.id.rawValue,
            ])
    }

    package func meet(run: RunID, at now: Moment, term: Term) throws {
        try inWrite(term: term) { db, _ in
            try db.execute(
                sql: "UPDATE run SET met = ? WHERE id = ? AND met IS NULL", arguments: [now.milliseconds, run.rawValue])
        }
    }

    // MARK: - Ends of runs

    package func end(_ demand: EndDemand) throws -> RunState {
        try inWrite(term: demand.term) { db, hot in
            let run = try Self.run(demand.run.rawValue, db)
            if run.state.isOver { return run.state }
            if demand.state == .finished {
                guard try Self.sum(of: demand.run.rawValue, db).isSettled else { return run.state }
                try move(run, .finish, at: demand.now, db)
                try beginClosing(run.id, reason: .expired, at: demand.now, db, hot)
                return .finished
            }
            try close(run, as: demand.state, reason: demand.reason, at: demand.now, db, hot)
            // A change that nobody judged in time changes nothing: what it had paused goes on.
            if run.state == .inReview { try resumeWhatStoodAside(for: run, at: demand.now, db) }
            return demand.state
        }
    }

    // MARK: - Switches and holds

    package func setStop(_ stopped: Bool, person: String, at now: Moment, term: Term) throws -> Int {
        try inWrite(term: term) { db, _ in
            try db.execute(sql: "UPDATE reign SET stopped = ?", arguments: [stopped])
            try Self.audit(db, at: now, person, stopped ? "stop-all" : "go", "everything", "")
            return try Self.openCount(db)
        }
    }

    package func isStopped() throws -> Bool {
        try inRead { try Bool.fetchOne($0, sql: "SELECT stopped FROM reign")! }
    }

    package func hold(account: AccountID, _ hold: LaneHold?, by person: String, at now: Moment, term: Term) throws {
        try inWrite(term: term) { db, _ in
            if hold?.reason == .platformBanned { try Self.ban(account, at: now, db) }
            try Self.strengthenHold(account.rawValue, hold, db)
            guard db.changesCount > 0 else { return }
            try db.execute(
                sql: "INSERT INTO account_hold (account, at, reason, until) VALUES (?, ?, ?, ?)",
                arguments: [
                    account.rawValue, now.milliseconds, hold?.reason.rawValue, hold?.until?.milliseconds,
                ])
            try Self.audit(
                db, at: now, person, hold == nil ? "release" : "hold", "account #\(account.rawValue)",
                hold.map { "\($0.reason.code) until \($0.until?.iso8601 ?? "a person acts")" } ?? "")
        }
    }

    /// A hold never shortens another: an account that a person has to look at is not opened at midnight because an answer
    /// behind it said "today's quota is used". Only a release opens.
    static func strengthenHold(_ account: Int64, _ hold: LaneHold?, _ db: any Session) throws {
        try db.execute(
            sql: """
                UPDATE account SET hold_reason = ?1, hold_until = ?2 WHERE id = ?3 AND (
                    ?1 IS NULL OR hold_reason IS NULL
                    OR (hold_until IS NOT NULL AND (?2 IS NULL OR ?2 > hold_until)))
                """,
            arguments: [hold?.reason.rawValue, hold?.until?.milliseconds, account])
    }

    package func resolve(_ demand: ResolveDemand) throws {
        try inWrite(term: demand.term) { db, hot in
            let row = try StoredRow.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT a.* FROM unknown_attempt u CROSS JOIN attempt a USING (day, recipient, account, number)
                        JOIN recipient p ON p.id = a.recipient WHERE a.run = ? AND p.open_id = ?
                        """), arguments: [demand.run.rawValue, demand.openID])
            guard let row else { throw LedgerError.unknownRun("no unknown attempt of this person in this run") }
            if let final = demand.finalAfter.map({ Moment(row["started"] as Int64) + $0 }), demand.now >= final {
                throw UnknownIsFinal(since: final)
            }
            let variant: Int = row["variant"]
            let reason: Int? = row["reason"]
            var changes = Changes()
            changes.count(run: demand.run, variant: variant, .unknown, reason.flatMap { Reason(rawValue: $0) }, by: -1)
            if demand.accepted {
                changes.count(run: demand.run, variant: variant, .accepted, by: 1)
            } else {
                changes.count(run: demand.run, variant: variant, .skipped, .settledNotSent, by: 1)
                changes.reach(
                    run: demand.run, segment: SegmentID(rawValue: row["segment"]), variant: variant, by: -1)
                try skipUnclear(row, hot, at: demand.now, db)
                try giveBack(row, hot, &changes)
            }
            try db.execute(
                sql: """
                    UPDATE attempt SET outcome = ?, reason = NULL, keeps = ?, returned = ?, settled = ?
                    WHERE day = ? AND recipient = ? AND account = ? AND number = ?
                    """,
                arguments: [
                    demand.accepted ? OutcomeKind.accepted.rawValue : OutcomeKind.notSent.rawValue,
                    demand.accepted && (row["segment"] as Int64) >= 0,
                    demand.accepted ? 0 : row["messages"] as Int, demand.now.milliseconds, row["day"] as Int,
                    row["recipient"] as Int64, row["account"] as Int64, row["number"] as Int,
                ])
            try db.execute(
                sql: "DELETE FROM unknown_attempt WHERE day = ? AND recipient = ? AND account = ? AND number = ?",
                arguments: [
                    row["day"] as Int, row["recipient"] as Int64, row["account"] as Int64, row["number"] as Int,
                ])
            try changes.write(hot)
            if !demand.accepted {
                var crediting = Crediting()
                try crediting.creditAgain(recipient: row["recipient"], run: demand.run.rawValue, db)
            }
            try Self.audit(
                db, at: demand.now, demand.person, demand.accepted ? "resolve accepted" : "resolve not-sent",
                try Self.run(demand.run.rawValue, db).name, "person \(try Self.personDigest(of: row["recipient"], db))")
        }
    }

    /// It was not sent after all, and is not tried again.
    private func skipUnclear(_ row: StoredRow, _ hot: HotStatements, at now: Moment, _ db: any Session) throws {
        if (row["segment"] as Int64) <= 0 {
            return try OccasionRow.end(
                hot, OccasionID(rawValue: row["position"]), as: .skipped, .settledNotSent, at: now)
        }
        try db.execute(
            sql: "INSERT INTO skipped (run, recipient, variant, reason, at) VALUES (?, ?, ?, ?, ?)",
            arguments: [
                row["run"] as Int64, row["recipient"] as Int64, row["variant"] as Int, Reason.settledNotSent.rawValue,
                now.milliseconds,
            ])
    }

    /// Everything that an attempt took which was not sent after all.
    private func giveBack(_ row: StoredRow, _ hot: HotStatements, _ changes: inout Changes) throws {
        let account = AccountID(rawValue: row["account"])
        let (day, messages) = (PlatformDay(number: row["day"]), row["messages"] as Int - row["returned"] as Int)
        if (row["segment"] as Int64) < 0 {
            return changes.take(day: day, account: account, people: 0, messages: 0, answers: -messages)
        }
        changes.take(day: day, account: account, people: -1, messages: -messages)
        hot.takeStock.bind(1, account.rawValue)
        hot.takeStock.bind(2, row["recipient"] as Int64)
        hot.takeStock.bind(3, 1)
        try hot.takeStock.run()
    }

    // MARK: - Images

    package func rememberImage(digest: String, app: AppID, mediaID: String, at now: Moment, term: Term) throws {
        try inWrite(term: term) { db, _ in
            try db.execute(
                sql: """
                    INSERT INTO image (digest, app, media_id, uploaded) VALUES (?, ?, ?, ?)
                    ON CONFLICT (digest, app) DO UPDATE SET media_id = excluded.media_id, uploaded = excluded.uploaded
                    """, arguments: [digest, app.rawValue, mediaID, now.milliseconds])
        }
    }

    package func uploadedImage(digest: String, app: AppID) throws -> UploadedImage? {
        try inRead { db in
            try StoredRow.fetchOne(
                db.cachedStatement(sql: "SELECT media_id, uploaded FROM image WHERE digest = ? AND app = ?"),
                arguments: [digest, app.rawValue]
            ).map { UploadedImage(mediaID: $0["media_id"], uploaded: Moment($0["uploaded"] as Int64)) }
        }
    }

    package func forgetImages(digests: [String], app: AppID, uploadedUpTo uploaded: Moment, term: Term) throws {
        try inWrite(term: term) { db, _ in
            for digest in digests {
                try db.execute(
                    sql: "DELETE FROM image WHERE digest = ? AND app = ? AND uploaded <= ?",
                    arguments: [digest, app.rawValue, uploaded.milliseconds])
            }
        }
    }

    package func keepImage(digest: String, content: [UInt8], at now: Moment, term: Term) throws {
        try inWrite(term: term) { db, _ in
            try db.execute(
                sql: "INSERT INTO image_content (digest, content, kept) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                arguments: [digest, Data(content), now.milliseconds])
        }
    }

    package func imageContent(digest: String) throws -> [UInt8]? {
        try inRead {
            try Data.fetchOne($0, sql: "SELECT content FROM image_content WHERE digest = ?", arguments: [digest])
                .map { Array($0) }
        }
    }
}
