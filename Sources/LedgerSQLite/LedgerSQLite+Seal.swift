import CampaignModel
import Digests
import Foundation
import Ports
import SendingRules
import Store

extension LedgerSQLite: SealLedger {
    package func mark() throws -> LedgerMark { try inRead { try Self.mark($0) } }

    private static func mark(_ db: any Session) throws -> LedgerMark {
        let row = try StoredRow.fetchOne(
            db.cachedStatement(sql: "SELECT i.*, r.term, r.began FROM instance i, reign r"))!
        let copiedAt = (row["copied_at"] as Int64?).map { Moment($0) }
        return LedgerMark(
            ledger: (row["name"] as Data).hexadecimal, isSealed: row["sealed"], term: row["term"],
            beat: row["beat"], knownUntil: copiedAt ?? Moment(max(row["beat_at"] as Int64, row["began"] as Int64)),
            copiedAt: copiedAt, audit: try auditHead(db))
    }

    package func beat(at now: Moment, term: Term) throws -> LedgerMark? {
        try inWrite(term: term) { db, _ in
            guard db.totalChangesCount != changesAtBeat else { return nil }
            try db.execute(sql: "UPDATE instance SET beat = beat + 1, beat_at = ?", arguments: [now.milliseconds])
            changesAtBeat = db.totalChangesCount
            return try Self.mark(db)
        }
    }

    package func confirmSeal() throws {
        let isNew = try inWrite { db in
            try db.execute(sql: "UPDATE instance SET sealed = 1 WHERE sealed = 0")
            return db.changesCount > 0
        }
        // Out of the log and into the file, so that the file copied alone says it too.
        if isNew { try emptyLog() }
    }

    // MARK: - A ledger in doubt

    package func accept(_ demand: AcceptDemand) throws -> AcceptReceipt {
        try inWrite { db in
            let mark = try Self.mark(db)
            let now = demand.now
            let from = min(mark.knownUntil, now)
            let until = max(now, mark.knownUntil, demand.seal?.at ?? now)
            let closedUntil = PlatformDay(containing: until).next.start
            let hot = try hotStatements(db)
            let closed = try closeRunsInDoubt(begunBy: until, at: now, db, hot)
            let accounts = try Int64.fetchAll(db.cachedStatement(sql: "SELECT id FROM account ORDER BY id"))
            for account in accounts {
                try Self.strengthenHold(account, LaneHold(reason: .ledgerRestored, until: closedUntil), db)
            }
            let held = try holdWhatMayHaveBeenStopped(at: now, by: demand.person, db)
            // Who withdrew meanwhile is known to the platform: every consent is asked for again before its next use.
            try db.execute(sql: "UPDATE consent SET checked = 0; UPDATE account SET last_walk = NULL;")
            try Self.settleInstance(from: from, until: until, at: now, demand.seal, db)
            try Self.audit(
                db, at: now, demand.person, "accept a ledger in doubt", "everything",
                "unknown \(from.iso8601) to \(until.iso8601): \(closed.runs) runs, \(closed.people) people")
            return AcceptReceipt(
                unknownFrom: from, unknownUntil: until, runs: closed.runs, people: closed.people,
                accounts: accounts.count, closedUntil: closedUntil,
                held: held)
        }
    }

    /// What people stopped, cancelled, paused or froze in the lost time is forgotten, and nobody may find out by what is sent:
    /// everything stands until a person says go, and each run that had not begun until a person resumes it.
    private func holdWhatMayHaveBeenStopped(at now: Moment, by person: String, _ db: any Session) throws -> Int {
        try db.execute(sql: "UPDATE reign SET stopped = 1")
        try Self.audit(db, at: now, person, "stop-all", "everything", "accepting a ledger in doubt")
        let ids = try Int64.fetchAll(
            db.cachedStatement(
                sql: "SELECT id FROM run WHERE state = \(RunState.scheduled.rawValue) AND valid_until > ? ORDER BY id"),
            arguments: [now.milliseconds])
        for id in ids {
            let run = try Self.run(id, db)
            try Self.setState(run, .paused, why: .ledgerRestored, at: now, db)
            try Self.audit(db, at: now, person, "pause", run.name, Reason.ledgerRestored.code)
        }
        return ids.count
    }

    /// A new name: the ledger that went on elsewhere, or the one that this replaces, is another from here on.
    private static func settleInstance(
        from: Moment, until: Moment, at now: Moment, _ seal: LedgerSeal?, _ db: any Session
    ) throws {
        try db.execute(
            sql: """
                UPDATE instance SET name = randomblob(16), copied_at = NULL, beat = max(beat, ?1) + 1, beat_at = ?2,
                       unknown_from = min(coalesce(unknown_from, ?3), ?3), unknown_until = ?4
                """,
            arguments: [seal?.beat ?? 0, now.milliseconds, from.milliseconds, until.milliseconds])
        try db.execute(sql: "UPDATE reign SET term = max(term, ?)", arguments: [seal?.term ?? 0])
    }

    /// Whoever was pending or waiting may have been contacted: nobody knows, so nobody is contacted again in this run.
    /// The run then ends by its own rules, and what repeats goes on with its next occurrence.
    private func closeRunsInDoubt(
        begunBy moment: Moment, at now: Moment, _ db: any Session, _ hot: HotStatements
    ) throws -> (runs: Int, people: Int) {
        let ids = try Int64.fetchAll(
            db.cachedStatement(sql: "SELECT id FROM run WHERE \(Fragment.isLive) AND starts <= ? ORDER BY id"),
            arguments: [moment.milliseconds])
        var people = 0
        for id in ids {
            let run = try Self.run(id, db)
            if run.isPlanned {
                let sum = try Self.sum(of: id, db)
                people += sum.pending + sum.waitingTotal
                try skipEverybody(in: run, reason: .perhapsContacted, at: now, db, hot)
            }
            try db.execute(
                sql: "UPDATE run SET valid_until = min(valid_until, ?) WHERE id = ?",
                arguments: [now.milliseconds, id])
        }
        return (ids.count, people)
    }
}
