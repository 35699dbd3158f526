import CampaignModel
import Ports
import SendingRules
import Store

/// Finds the plan row of one person. The plan's key is its order, so the place is found by halving: twenty look-ups in a
/// million rows, and planning pays nothing for it.
struct PlanPlaces {
    /// How a segment's positions were ordered, as the ledger stores it.
    enum Ordering: Int {
        case unknown = 0
        case shuffled = 1
        case listed = 2

        init(_ order: AudienceRequest.Order) {
            switch order {
            case .shuffled: self = .shuffled
            case .listed: self = .listed
            }
        }
    }

    struct Place {
        var segment: SegmentID
        var position: Int64
        var variant: Int
        var audience: Int64
        /// How many come before in the segment and have no row elsewhere; negative when the person's turn was.
        var ahead: Int64
        /// Minutes since midnight in Shanghai before which the segment is not served.
        var slot: Int?
    }

    private struct Segment {
        var id: Int64
        var size: Int64
        var next: Int64
        var ordering: Ordering
        var order: PlanOrder
        var slot: Int?
    }

    private let db: any Session
    private let run: Int64
    private let revision: Int64
    private let person: Int64
    private let openID: String

    static func find(_ person: RecipientID, openID: String, in run: RunRecord, _ db: any Session) throws -> Place? {
        try PlanPlaces(
            db: db, run: run.id.rawValue, revision: run.revision.rawValue, person: person.rawValue, openID: openID
        ).find()
    }

    private func find() throws -> Place? {
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT id, size, next, ordering, shuffle_key, slot FROM segment WHERE run = ? ORDER BY id
                    """), arguments: [run])
        let segments = try rows.map { row in
            Segment(
                id: row["id"], size: row["size"], next: row["next"],
                ordering: try Stored.value(row["ordering"], "segment.ordering"),
                order: PlanOrder(key: UInt64(bitPattern: row["shuffle_key"] as Int64? ?? 0)), slot: row["slot"])
        }
        for segment in segments {
            if let place = try halve(segment) { return place }
        }
        // Nobody in the lists is nobody in the plan. Who is in a list and was not found was left out by a condition, or
        // the order was disturbed since (a person erased): only a look at every row can tell the two apart.
        guard try isListed() || segments.contains(where: { $0.ordering == .unknown }) else { return nil }
        for segment in segments {
            if let place = try scan(segment) { return place }
        }
        return nil
    }

    private func isListed() throws -> Bool {
        let audiences = try audiences()
        return try audiences.isEmpty || audiences.contains { try ordinal(of: person, in: $0) != nil }
    }

    private func audiences() throws -> [Int64] {
        try Int64.fetchAll(
            db.cachedStatement(
                sql: "SELECT audience FROM revision_audience WHERE revision = ? AND excludes = 0 ORDER BY position"),
            arguments: [revision])
    }

    private func ordinal(of person: Int64, in audience: Int64) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT ordinal FROM member WHERE audience = ? AND recipient = ?"),
            arguments: [audience, person])
    }

    // MARK: - Looking

    private func halve(_ segment: Segment) throws -> Place? {
        switch segment.ordering {
        case .unknown: return nil
        case .shuffled:
            let wanted = segment.order.place(of: openID.utf8)
            return try halve(segment) { row in
                segment.order.place(of: try self.openID(of: row["recipient"]).utf8) < wanted
            } isBeyond: { row in
                segment.order.place(of: try self.openID(of: row["recipient"]).utf8) > wanted
            }
        case .listed:
            let audiences = try audiences()
            func key(_ person: Int64, _ audience: Int64) throws -> (Int, Int64) {
                guard let number = audiences.firstIndex(of: audience) else { return (0, person) }
                return (number, try ordinal(of: person, in: audience) ?? 0)
            }
            let home = try audiences.first { try ordinal(of: person, in: $0) != nil } ?? 0
            let wanted = try key(person, home)
            return try halve(segment) { row in
                try key(row["recipient"], row["audience"]) < wanted
            } isBeyond: { row in
                try key(row["recipient"], row["audience"]) > wanted
            }
        }
    }

    private func openID(of person: Int64) throws -> String {
        try String.fetchOne(
            db.cachedStatement(sql: "SELECT open_id FROM recipient WHERE id = ?"), arguments: [person]) ?? ""
    }

    private func halve(
        _ segment: Segment, isBefore: (StoredRow) throws -> Bool, isBeyond: (StoredRow) throws -> Bool
    ) throws -> Place? {
        var low: Int64 = 0
        var high = segment.size
        while low < high {
            let middle = low + (high - low) / 2
            guard let row = try row(at: middle, segment) else { return nil }
            if try isBefore(row) { low = middle + 1 } else { high = middle }
        }
        while low < segment.size, let row = try row(at: low, segment) {
            if row["recipient"] as Int64 == person { return place(row, segment) }
            if try isBeyond(row) { return nil }
            low += 1
        }
        return nil
    }

    private func row(at position: Int64, _ segment: Segment) throws -> StoredRow? {
        try StoredRow.fetchOne(
            db.cachedStatement(
                sql: "SELECT position, recipient, variant, audience FROM plan WHERE segment = ? AND position = ?"),
            arguments: [segment.id, position])
    }

    private func scan(_ segment: Segment) throws -> Place? {
        try StoredRow.fetchOne(
            db.cachedStatement(
                sql: "SELECT position, recipient, variant, audience FROM plan WHERE segment = ? AND recipient = ?"),
            arguments: [segment.id, person]
        ).map { place($0, segment) }
    }

    private func place(_ row: StoredRow, _ segment: Segment) -> Place {
        Place(
            segment: SegmentID(rawValue: segment.id), position: row["position"], variant: row["variant"],
            audience: row["audience"], ahead: (row["position"] as Int64) - segment.next, slot: segment.slot)
    }
}
