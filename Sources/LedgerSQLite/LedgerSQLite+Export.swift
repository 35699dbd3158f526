import CampaignModel
import Foundation
import Ports
import Store

extension LedgerSQLite: ExportLedger {
    package func exportPage(run id: RunID, after: ExportCursor?, limit: Int) throws -> ExportPage {
        try inRead { db in
            let run = try Self.run(id.rawValue, db)
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
                            WHERE h.run = ? AND h.recipient > ? AND ? ORDER BY h.recipient LIMIT ?
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
        let variant: Int = row["variant"]
        return .init(
            openID: row["open_id"], variant: variants.indices.contains(variant) ? variants[variant] : "?", place: place,
            reason: reason.flatMap { Reason(rawValue: $0) }?.code ?? "", started: started?.iso8601 ?? "",
            messages: last?["messages"] as Int? ?? 0)
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
