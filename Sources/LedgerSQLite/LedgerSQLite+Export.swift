import CampaignModel
import Foundation
import GRDB
import Ports

extension LedgerSQLite: ExportLedger {
    package func exportPage(run id: RunID, after: ExportCursor?, limit: Int) throws -> ExportPage {
        try inRead { db in
            let run = try Self.run(id.rawValue, db)
            let variants = try Self.revision(run.revision.rawValue, db).campaign.variants.map(\.name)
            var rows: [(ExportCursor, GRDB.Row)] = []
            if after?.segment != -1 {
                rows = try GRDB.Row.fetchAll(
                    db, sql: try Self.planned(run, db),
                    arguments: [id.rawValue, after?.segment ?? 0, after?.position ?? -1, limit]
                ).map { (ExportCursor(segment: $0["segment"], position: $0["position"]), $0) }
            }
            if rows.count < limit {
                let from = after?.segment == -1 ? after?.position ?? 0 : 0
                rows += try GRDB.Row.fetchAll(
                    db.cachedStatement(
                        sql: """
                            SELECT h.recipient AS position, r.open_id FROM holdout h JOIN recipient r ON r.id = h.recipient
                            WHERE h.run = ? AND h.recipient > ? ORDER BY h.recipient LIMIT ?
                            """), arguments: [id.rawValue, from, limit - rows.count]
                ).map { (ExportCursor(segment: -1, position: $0["position"]), $0) }
            }
            return ExportPage(
                rows: rows.map { Self.exported($0.1, isHeld: $0.0.segment == -1, variants) },
                next: rows.count < limit ? nil : rows.last?.0)
        }
    }

    /// The last attempt is looked up day by day of the run's life: its table has no index by run.
    private static func planned(_ run: RunRecord, _ db: Database) throws -> String {
        let newest = try Int32.fetchOne(db.cachedStatement(sql: "SELECT max(day) FROM attempt")) ?? 0
        let first = run.began.map { PlatformDay(containing: $0).number } ?? newest
        let days = first <= newest ? (first...newest).map(String.init).joined(separator: ",") : "0"
        func last(_ column: String) -> String {
            """
            (SELECT a.\(column) FROM attempt a WHERE a.day IN (\(days)) AND a.recipient = p.recipient AND a.run = ?1
             ORDER BY a.day DESC, a.number DESC LIMIT 1)
            """
        }
        return """
            SELECT p.segment, p.position, p.variant, r.open_id, p.position >= s.next AS untouched,
                   w.reason AS waits, k.reason AS skipped,
                   \(last("started")) AS started, \(last("outcome")) AS outcome, \(last("reason")) AS reason,
                   \(last("messages")) AS messages
            FROM segment s CROSS JOIN plan p ON p.segment = s.id CROSS JOIN recipient r ON r.id = p.recipient
            LEFT JOIN waiting w ON w.run = ?1 AND w.recipient = p.recipient
            LEFT JOIN skipped k ON k.run = ?1 AND k.recipient = p.recipient
            WHERE s.run = ?1 AND p.position < s.size AND (p.segment, p.position) > (?2, ?3) ORDER BY p.segment, p.position LIMIT ?4
            """
    }

    private static func exported(_ row: GRDB.Row, isHeld: Bool, _ variants: [String]) -> ExportPage.Row {
        if isHeld {
            return .init(openID: row["open_id"], variant: "", place: "holdout", reason: "", started: "", messages: 0)
        }
        let started = (row["started"] as Int64?).map { Moment($0) }
        let outcome = (row["outcome"] as Int?).flatMap { OutcomeKind(rawValue: $0) }
        var place = outcome?.code ?? (started == nil ? "pending" : "open")
        var reason = row["reason"] as Int?
        if let skipped = row["skipped"] as Int? { (place, reason) = ("skipped", skipped) }
        if let waits = row["waits"] as Int? { (place, reason) = ("waiting", waits) }
        let variant: Int = row["variant"]
        return .init(
            openID: row["open_id"], variant: variants.indices.contains(variant) ? variants[variant] : "?", place: place,
            reason: reason.flatMap { Reason(rawValue: $0) }?.code ?? "", started: started?.iso8601 ?? "",
            messages: row["messages"] as Int? ?? 0)
    }

    package func noteExport(run: RunID, person: String, at now: Moment, term: Term) throws {
        try inWrite(term: term) { db, _ in
            try Self.audit(db, at: now, person, "export", try Self.run(run.rawValue, db).name, "")
        }
    }
}
