import CampaignModel
import Foundation
import Ports
import Store

extension Schema {
    /// What became of an order's amount after it was told. The first row of an order is the amount it came with; what it is
    /// worth now follows from all of them, in whatever order they came.
    static let orderChanges = """
        CREATE TABLE order_change (
            identity BLOB PRIMARY KEY,
            event INTEGER NOT NULL,
            -- 0: as told at first; 1: given back; 2: the right amount.
            kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
            -- In fen; NULL: all of it.
            amount INTEGER CHECK (amount >= 0),
            at INTEGER NOT NULL,
            received INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX order_change_of ON order_change (event, at);
        CREATE TRIGGER order_change_goes AFTER DELETE ON event WHEN OLD.kind = 5 BEGIN
            DELETE FROM order_change WHERE event = OLD.id;
        END;
        """
}

extension EvidenceWork {
    private struct Order {
        let id: Int64
        let amount: Int64
        let run: Int64
        let variant: Int?
        let ghost: Int64
        let recipient: Int64
    }

    mutating func take(_ word: OrderWord) throws {
        guard let order = try order(word.order) else {
            result.unknownOrders.append(step)
            return
        }
        try note(identity: Data("first \(order.id)".utf8), order, kind: 0, amount: order.amount, at: .distantPast)
        try note(
            identity: Data(word.identity), order, kind: word.kind == .refunded ? 1 : 2, amount: word.amount, at: word.at
        )
        guard db.changesCount > 0 else {
            result.repeated += 1
            return
        }
        result.taken += 1
        let worth = try worth(of: order)
        try db.execute(sql: "UPDATE event SET amount = ? WHERE id = ?", arguments: [worth, order.id])
        // Whoever it is credited to gets the difference; one that still waits is credited with what it is worth then.
        for (run, variant) in [(order.run, order.variant), (order.ghost, -1)] where run > 0 {
            guard let variant else { continue }
            try add(worth - order.amount, run: run, variant: variant, recipient: order.recipient)
        }
    }

    private func order(_ identity: [UInt8]) throws -> Order? {
        try StoredRow.fetchOne(
            db.cachedStatement(
                sql: "SELECT id, amount, run, variant, ghost, recipient FROM event WHERE identity = ? AND kind = ?"),
            arguments: [Data(identity), EventKind.ordered.rawValue]
        ).map { row in
            Order(
                id: row["id"], amount: row["amount"] as Int64? ?? 0, run: row["run"] as Int64? ?? 0,
                variant: row["variant"], ghost: row["ghost"] as Int64? ?? 0, recipient: row["recipient"])
        }
    }

    private func note(identity: Data, _ order: Order, kind: Int, amount: Int64?, at: Moment) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO order_change (identity, event, kind, amount, at, received) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """
        ).execute(arguments: [identity, order.id, kind, amount, at.milliseconds, now.milliseconds])
    }

    /// The latest amount that it is said to have, without what was given back; never less than nothing.
    private func worth(of order: Order) throws -> Int64 {
        var amount: Int64 = 0
        var givenBack: Int64 = 0
        var isAllGivenBack = false
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: "SELECT kind, amount FROM order_change WHERE event = ? ORDER BY at, received, identity"),
            arguments: [order.id])
        for row in rows {
            switch (row["kind"] as Int, row["amount"] as Int64?) {
            case (1, nil): isAllGivenBack = true
            case (1, let part?): givenBack = givenBack.addingReportingOverflow(part).partialValue
            case (_, let whole): amount = whole ?? amount
            }
        }
        return isAllGivenBack ? 0 : max(0, amount - givenBack)
    }

    private func add(_ difference: Int64, run: Int64, variant: Int, recipient: Int64) throws {
        guard difference != 0 else { return }
        try db.execute(
            sql: "UPDATE credit SET amount = amount + ? WHERE run = ? AND recipient = ? AND conversion = ?",
            arguments: [difference, run, recipient, Conversion.ordered.rawValue])
        try db.execute(
            sql: "UPDATE result SET amount = amount + ? WHERE run = ? AND variant = ? AND conversion = ?",
            arguments: [difference, run, variant, Conversion.ordered.rawValue])
    }

    /// Whether an order that is known came with this amount, or has it now.
    func isTold(_ identity: [UInt8], amount: Int64?) throws -> Bool {
        guard let order = try order(identity) else { return true }
        let first = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT amount FROM order_change WHERE event = ? AND kind = 0"),
            arguments: [order.id])
        return [order.amount, first ?? order.amount].contains(amount ?? 0)
    }
}
