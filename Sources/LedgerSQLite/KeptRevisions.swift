import CampaignModel
import Ports
import Store
import Synchronization

/// Revisions that were read and decoded before: what was admitted never changes, and the services ask for the same few with
/// every ring. Who approved or refused, and whether age has taken the texts, is read anew each time.
final class KeptRevisions: Sendable {
    /// A campaign of many texts is some ten kilobytes.
    static let keptMax = 256

    private struct Shelf {
        var records: [Int64: RevisionRecord] = [:]
        /// The oldest first.
        var order: [Int64] = []
        var decoded = 0
    }
    private let shelf = Mutex(Shelf())

    /// How often one was read whole.
    var decoded: Int { shelf.withLock { $0.decoded } }

    func record(_ id: Int64, _ db: any Session) throws -> RevisionRecord {
        guard let kept = shelf.withLock({ $0.records[id] }) else { return try read(id, db) }
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT v.pruned, a.person, a.at FROM revision v
                    LEFT JOIN approval a ON a.revision = v.id AND a.approves = 1 WHERE v.id = ? ORDER BY a.at
                    """), arguments: [id])
        // Texts that age has taken stand for themselves: nobody keeps what the ledger may not.
        guard let first = rows.first, first["pruned"] as Int == 0 else {
            forget(id)
            return try LedgerSQLite.revision(id, db)
        }
        var record = kept
        record.approvedBy = rows.compactMap { $0["person"] }
        record.approvedAt = (rows.last?["at"] as Int64?).map { Moment($0) }
        record.rejection = try LedgerSQLite.rejection(of: id, db)
        return record
    }

    private func read(_ id: Int64, _ db: any Session) throws -> RevisionRecord {
        let record = try LedgerSQLite.revision(id, db)
        shelf.withLock { shelf in
            shelf.decoded += 1
            guard !record.isErased, shelf.records.updateValue(record, forKey: id) == nil else { return }
            shelf.order.append(id)
            if shelf.order.count > Self.keptMax { shelf.records[shelf.order.removeFirst()] = nil }
        }
        return record
    }

    private func forget(_ id: Int64) {
        shelf.withLock { shelf in
            guard shelf.records.removeValue(forKey: id) != nil else { return }
            shelf.order.removeAll { $0 == id }
        }
    }
}
