import CampaignModel
import Foundation
import Ports
import Store

/// An event that was just taken, and the campaigns that listen to it: in the very transaction, so that no event is here
/// without its occasions, and none has them twice.
extension EvidenceWork {
    mutating func enrol(_ word: EventWord, event: Int64, recipient: Int64, at: Moment) throws {
        guard let enrolling else { return }
        let listeners = try listeners(to: word, at: at)
        guard !listeners.isEmpty else { return }
        let isFirst = try Bool.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT NOT EXISTS (
                        SELECT 1 FROM event WHERE recipient = ? AND +kind = ? AND +account = ? AND id <> ?)
                    """),
            arguments: [recipient, word.kind.rawValue, word.account?.rawValue ?? 0, event])!
        for enrolment in try enrolling(word, isFirst, listeners) {
            try write(enrolment, word, event: event, recipient: recipient, at: at)
        }
    }

    /// Runs that were approved by then, also those that are paused: what happens meanwhile waits, and grows stale.
    private func listeners(to word: EventWord, at: Moment) throws -> [Listener] {
        try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT id, revision FROM run WHERE listens = ?2 AND state <= 4 AND hears_from <= ?3 AND ?3 < valid_until
                        AND account IN (SELECT id FROM account WHERE app = ?4 AND (?1 IS NULL OR id = ?1)) ORDER BY id
                    """),
            arguments: [word.account?.rawValue, word.kind.rawValue, at.milliseconds, word.app.rawValue]
        ).map { Listener(run: RunID(rawValue: $0["id"]), revision: RevisionID(rawValue: $0["revision"])) }
    }

    private mutating func write(
        _ enrolment: Enrolment, _ word: EventWord, event: Int64, recipient: Int64, at: Moment
    ) throws {
        let isHeldOut = enrolment.heldOut != nil
        try db.cachedStatement(
            sql: """
                INSERT INTO occasion (run, campaign, account, recipient, digest, event, spends, at, due, variant, state,
                                      until, reason)
                SELECT r.id, v.campaign, r.account, ?2, ?3, ?4, r.spends, ?5, ?6, ?7, ?8, ?6, ?9
                FROM run r JOIN revision v ON v.id = r.revision WHERE r.id = ?1
                ON CONFLICT DO NOTHING
                """
        ).execute(arguments: [
            enrolment.run.rawValue, recipient,
            Data(word.context.content.isEmpty ? word.identity : word.context.content),
            event, at.milliseconds, enrolment.due.milliseconds, enrolment.variant,
            (isHeldOut ? OccasionRecord.State.heldOut : .waiting).rawValue,
            isHeldOut ? nil : Reason.occasionWaits.rawValue,
        ])
        guard db.changesCount > 0 else { return }
        result.occasions += 1
        try db.cachedStatement(sql: "UPDATE run SET audience = audience + 1 WHERE id = ?")
            .execute(arguments: [enrolment.run.rawValue])
        guard let heldOut = enrolment.heldOut else {
            changes.count(run: enrolment.run, variant: enrolment.variant, .waiting, .occasionWaits, by: 1)
            return
        }
        changes.count(run: enrolment.run, variant: -1, .holdout, by: 1)
        // Their turn is pretended when it would have come; once a person, as figures count people.
        try db.cachedStatement(
            sql: """
                INSERT INTO holdout (run, recipient, variant, by_house, until) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """
        ).execute(arguments: [
            enrolment.run.rawValue, recipient, enrolment.variant, heldOut.byHouse, enrolment.due.milliseconds,
        ])
    }
}

extension LedgerSQLite {
    /// A changed file is approved: what still waits for the old text moves to the new one, where both listen to the same and
    /// spend the same. The rest is superseded with its run.
    static func moveOccasions(from old: RunID, to new: RunID, _ db: any Session, _ hot: HotStatements) throws {
        let isSame = try Bool.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT o.listens = n.listens AND o.spends = n.spends AND o.account = n.account FROM run o, run n
                    WHERE o.id = ? AND n.id = ?
                    """), arguments: [old.rawValue, new.rawValue])
        guard isSame == true else { return }
        // What happened under the old text and is told only now is an occasion of the new one; the key makes a repeat nothing.
        try db.execute(
            sql: """
                UPDATE run SET hears_from = min(hears_from, coalesce((SELECT hears_from FROM run WHERE id = ?1), hears_from))
                WHERE id = ?2
                """, arguments: [old.rawValue, new.rawValue])
        let arms = try revision(run(new.rawValue, db).revision.rawValue, db).campaign.variants.count
        var changes = Changes()
        var moved = 0
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: "SELECT variant, reason, count(*) AS n FROM occasion WHERE run = ? AND state = 1 GROUP BY 1, 2"),
            arguments: [old.rawValue])
        for row in rows {
            let (variant, count): (Int, Int) = (row["variant"], row["n"])
            let reason = Reason(rawValue: row["reason"])
            changes.count(run: old, variant: variant, .waiting, reason, by: -count)
            changes.count(run: new, variant: variant < arms ? variant : 0, .waiting, reason, by: count)
            moved += count
        }
        guard moved > 0 else { return }
        try db.execute(
            sql: """
                UPDATE occasion SET run = ?2, variant = CASE WHEN variant < ?3 THEN variant ELSE 0 END
                WHERE run = ?1 AND state = 1
                """, arguments: [old.rawValue, new.rawValue, arms])
        for (run, count) in [(old, -moved), (new, moved)] {
            try db.execute(
                sql: "UPDATE run SET audience = audience + ? WHERE id = ?", arguments: [count, run.rawValue])
        }
        try changes.write(hot)
    }

    package func happenings(openID: String, app: AppID, limit: Int) throws -> [ToldEvent] {
        try inRead { db in
            let recipient = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT id FROM recipient WHERE app = ? AND open_id = ?"),
                arguments: [app.rawValue, openID])
            guard let recipient else { return [] }
            return try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT id, kind, account, at, received, message FROM event
                        WHERE recipient = ? AND kind IN (1, 2, 3, 4, 5, 9) ORDER BY at DESC, id DESC LIMIT ?
                        """), arguments: [recipient, limit]
            ).map { row in
                let account: Int64 = row["account"]
                return ToldEvent(
                    event: row["id"], kind: try Stored.value(row["kind"], "event.kind"),
                    account: account == 0 ? nil : AccountID(rawValue: account), at: Moment(row["at"] as Int64),
                    received: Moment(row["received"] as Int64), message: row["message"] ?? "",
                    occasions: try Self.occasions(of: row["id"], db))
            }
        }
    }

    package func authorised(account: AccountID) throws -> Set<RecipientID> {
        try inRead { db in
            Set(
                try Int64.fetchAll(
                    db.cachedStatement(sql: "SELECT recipient FROM consent WHERE account = ? AND state = 1"),
                    arguments: [account.rawValue]
                ).map { RecipientID(rawValue: $0) })
        }
    }

    /// Of an occasion, by the day on which it started; nil: nothing of it ever left.
    static func lastAttempt(ofOccasion row: StoredRow, _ db: any Session) throws -> StoredRow? {
        guard let started = row["started"] as Int64? else { return nil }
        return try StoredRow.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT outcome, reason, messages FROM attempt
                    WHERE day = ? AND recipient = ? AND run = ? AND segment <= 0 AND position = ?
                    ORDER BY number DESC LIMIT 1
                    """),
            arguments: [
                PlatformDay(containing: Moment(started)).number, row["recipient"] as Int64, row["run"] as Int64,
                row["id"] as Int64,
            ])
    }

    private static func occasions(of event: Int64, _ db: any Session) throws -> [OccasionRecord] {
        try StoredRow.fetchAll(
            db.cachedStatement(
                sql: "SELECT o.*, r.name FROM occasion o JOIN run r ON r.id = o.run WHERE o.event = ? ORDER BY o.id"),
            arguments: [event]
        ).map { row in
            func moment(_ column: String) -> Moment? { (row[column] as Int64?).map { Moment($0) } }
            let outcome = try lastAttempt(ofOccasion: row, db)?["outcome"] as Int?
            return OccasionRecord(
                id: OccasionID(rawValue: row["id"]), run: RunID(rawValue: row["run"]), runName: row["name"],
                state: try Stored.value(row["state"], "occasion.state"), due: Moment(row["due"] as Int64),
                until: Moment(row["until"] as Int64), reason: (row["reason"] as Int?).flatMap { Reason(rawValue: $0) },
                started: moment("started"), outcome: outcome.flatMap { OutcomeKind(rawValue: $0) },
                ended: moment("ended"))
        }
    }
}
