import CampaignModel
import Foundation
import Ports
import Store

extension LedgerSQLite: ExportLedger {
    package func exportPage(run id: RunID, after: ExportCursor?, limit: Int) throws -> ExportPage {
        try inRead { db in
            let run = try Self.run(id.rawValue, db)
            if run.isTriggered { return try Self.occasionPage(run, after: after?.position ?? 0, limit: limit, db) }
            let variants = try Self.revision(run.revision.rawValue, db).campaign.variants.map(\.name)
            var rows: [(ExportCursor, StoredRow)] = []
            if after?.segment != -1 {
                rows = try StoredRow.fetchAll(
                    db.cachedStatement(sql: Self.planned),
                    arguments: [id.rawValue, after?.segment ?? 0, after?.position ?? -1, limit]
                ).map { (ExportCursor(segment: $0["segment"], position: $0["position"]), $0) }
            }
            if rows.count < limit {
                let from = after?.segment == -1 ? after?.position ?? 0 : 0
                rows += try StoredRow.fetchAll(
                    db.cachedStatement(
                        sql: """
                            SELECT h.recipient AS position, r.open_id FROM holdout h JOIN recipient r ON r.id = h.recipient
                            WHERE h.run = ? AND h.recipient > ? AND ? = 1 ORDER BY h.recipient LIMIT ?
                            """), arguments: [id.rawValue, from, run.isPlanned, limit - rows.count]
                ).map { (ExportCursor(segment: -1, position: $0["position"]), $0) }
            }
            var attempts = try LastAttempts(of: run, db)
            let closing = try Self.closing(id, db)
            return ExportPage(
                rows: try rows.map { cursor, row in
                    let isHeld = cursor.segment == -1
                    let last = try isHeld || row["untouched"] ? nil : attempts.last(of: row["recipient"])
                    return Self.exported(row, last, isHeld: isHeld, variants, closing)
                },
                next: rows.count < limit ? nil : rows.last?.0)
        }
    }

    /// `(segment, position) > (?2, ?3)` says the same and is no bound of the key: each page would walk its segment from
    /// its first person, a million people 124 s.
    private static let planned = """
        SELECT p.segment, p.position, p.recipient, p.variant, r.open_id, w.reason AS waits, k.reason AS skipped,
               p.position >= s.next AS untouched
        FROM segment s CROSS JOIN plan p ON p.segment = s.id CROSS JOIN recipient r ON r.id = p.recipient
        LEFT JOIN waiting w ON w.run = ?1 AND w.recipient = p.recipient
        LEFT JOIN skipped k ON k.run = ?1 AND k.recipient = p.recipient
        WHERE s.run = ?1 AND s.id >= ?2 AND p.position < s.size
            AND p.position > CASE WHEN s.id = ?2 THEN ?3 ELSE -1 END
        ORDER BY s.id, p.position LIMIT ?4
        """

    private static func exported(
        _ row: StoredRow, _ last: StoredRow?, isHeld: Bool, _ variants: [String], _ closing: Reason?
    ) -> ExportPage.Row {
        if isHeld {
            return .init(openID: row["open_id"], variant: "", place: "holdout", reason: "", started: "", messages: 0)
        }
        let started = (last?["started"] as Int64?).map { Moment($0) }
        let outcome = (last?["outcome"] as Int?).flatMap { OutcomeKind(rawValue: $0) }
        var place = outcome?.code ?? (started == nil ? "pending" : "open")
        var reason = last?["reason"] as Int?
        if let skipped = row["skipped"] as Int? { (place, reason) = ("skipped", skipped) }
        if let waits = row["waits"] as Int? { (place, reason) = ("waiting", waits) }
        if let closing, place == "pending" || place == "waiting" { (place, reason) = ("skipped", closing.rawValue) }
        return line(row, variants, place, reason, started: started, last)
    }

    private static func line(
        _ row: StoredRow, _ variants: [String], _ place: String, _ reason: Int?, started: Moment?, _ last: StoredRow?
    ) -> ExportPage.Row {
        let variant: Int = row["variant"]
        return .init(
            openID: row["open_id"], variant: variants.indices.contains(variant) ? variants[variant] : "?", place: place,
            reason: reason.flatMap { Reason(rawValue: $0) }?.code ?? "", started: started?.iso8601 ?? "",
            messages: last?["messages"] as Int? ?? 0)
    }

    /// One row for each time that something happened, in the order in which it was told. By the row's number, which stays
    /// while an occasion waits, leaves and ends between two pages; each state by itself, because the index of a run's
    /// occasions is by state and a walk in order of their numbers would pass every other run's.
    private static func occasionPage(
        _ run: RunRecord, after: Int64, limit: Int, _ db: any Session
    ) throws -> ExportPage {
        let variants = try revision(run.revision.rawValue, db).campaign.variants.map(\.name)
        let closing = try closing(run.id, db)
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(sql: ofState), arguments: [run.id.rawValue, after, limit])
        return ExportPage(
            rows: try rows.map { try exported(occasion: $0, variants, closing, db) },
            next: rows.count < limit ? nil : rows.last.map { ExportCursor(segment: 0, position: $0["id"]) })
    }

    private static let ofState = """
        SELECT o.*, r.open_id FROM (\(numbers) ORDER BY id LIMIT ?3) AS page CROSS JOIN occasion o ON o.id = page.id
            CROSS JOIN recipient r ON r.id = o.recipient ORDER BY o.id
        """
    private static let numbers = (1...5).map { state in
        """
        SELECT id FROM (SELECT id FROM occasion WHERE run = ?1 AND state = \(state) AND id > ?2 ORDER BY id LIMIT ?3)
        AS s\(state)
        """
    }.joined(separator: " UNION ALL ")

    private static func exported(
        occasion row: StoredRow, _ variants: [String], _ closing: Reason?, _ db: any Session
    ) throws -> ExportPage.Row {
        let state: OccasionRecord.State = try Stored.value(row["state"], "occasion.state")
        let last = try lastAttempt(ofOccasion: row, db)
        let outcome = (last?["outcome"] as Int?).flatMap { OutcomeKind(rawValue: $0) }
        var (place, reason) = (outcome?.code ?? "open", last?["reason"] as Int?)
        switch state {
        case .waiting: (place, reason) = closing == nil ? ("waiting", row["reason"]) : ("skipped", closing?.rawValue)
        case .skipped: (place, reason) = ("skipped", row["reason"])
        case .heldOut: (place, reason) = ("holdout", nil)
        case .open, .ended: break
        }
        let started = (row["started"] as Int64?).map { Moment($0) }
        var exported = line(row, variants, place, reason, started: started, last)
        if state == .heldOut { exported.variant = "" }
        exported.happened = Moment(row["at"] as Int64).iso8601
        return exported
    }

    package func noteExport(run: RunID, person: String, at now: Moment, term: Term) throws {
        try inWrite(term: term) { db, _ in
            try Self.audit(db, at: now, person, "export", try Self.run(run.rawValue, db).name, "")
        }
    }
}

/// The last attempt of each person of a run. Its table has no index by run: it is found by day, on the days on which the
/// run started somebody. People are asked for in the order in which they were served, so the day of the one before is
/// tried first; whoever has an end there has no later attempt in the run.
private struct LastAttempts {
    private let run: Int64
    /// The newest first.
    private let days: [Int32]
    private var hint: Int32?
    private let statement: any Statement

    init(of run: RunRecord, _ db: any Session) throws {
        self.run = run.id.rawValue
        days = try Int32.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT DISTINCT (quarter * 900000 + 28800000) / 86400000 AS day FROM tally
                    WHERE account = ? AND quarter >= ? AND run = ? ORDER BY day DESC
                    """),
            arguments: [run.lane.account.rawValue, (run.began ?? run.start).quarter, run.id.rawValue])
        statement = try db.cachedStatement(
            sql: """
                SELECT started, outcome, reason, messages FROM attempt WHERE day = ? AND recipient = ? AND run = ?
                ORDER BY number DESC LIMIT 1
                """)
    }

    mutating func last(of recipient: Int64) throws -> StoredRow? {
        if let hint, let found = try attempt(of: recipient, on: hint), Self.isFinal(found["outcome"]) { return found }
        for day in days {
            guard let found = try attempt(of: recipient, on: day) else { continue }
            hint = day
            return found
        }
        return nil
    }

    private func attempt(of recipient: Int64, on day: Int32) throws -> StoredRow? {
        try StoredRow.fetchOne(statement, arguments: [day, recipient, run])
    }

    /// Nothing was tried again after it: it is open, or it ended.
    private static func isFinal(_ outcome: Int?) -> Bool {
        guard let outcome = outcome.flatMap({ OutcomeKind(rawValue: $0) }) else { return true }
        switch outcome {
        case .accepted, .rejected, .unknown: return true
        case .refusedForNow, .notSent: return false
        }
    }
}
