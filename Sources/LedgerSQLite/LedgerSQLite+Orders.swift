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

    /// What became of an order that nobody has told of yet: the platform's callbacks come in any order.
    static let changesAhead = """
        CREATE TABLE order_change_ahead (
            recipient INTEGER NOT NULL,
            identity BLOB NOT NULL,
            -- The identity of the order's own event.
            of BLOB NOT NULL,
            kind INTEGER NOT NULL CHECK (kind IN (1, 2)),
            amount INTEGER CHECK (amount >= 0),
            at INTEGER NOT NULL,
            -- The how manieth of this order.
            told INTEGER NOT NULL,
            PRIMARY KEY (recipient, identity)
        ) STRICT, WITHOUT ROWID;
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

    private struct Change {
        let identity: Data
        /// 1: given back; 2: the right amount.
        let kind: Int
        let amount: Int64?
        let at: Moment
    }

    mutating func take(_ word: OrderWord) throws {
        let change = Change(
            identity: Data(word.identity), kind: word.kind == .refunded ? 1 : 2, amount: word.amount, at: word.at)
        guard let order = try order(word.order) else { return try keep(change, aheadOf: word) }
        if try apply(change, to: order) { result.taken += 1 } else { result.repeated += 1 }
    }

    /// Until the order comes; of somebody whom nobody wrote to, none will be kept.
    private mutating func keep(_ change: Change, aheadOf word: OrderWord) throws {
        let isWelcome = word.source == .callback
        guard let recipient = try whose(word.openID, word.app, at: word.at, isWelcome: isWelcome) else { return }
        try db.cachedStatement(
            sql: """
                INSERT INTO order_change_ahead (recipient, identity, of, kind, amount, at, told)
                SELECT ?1, ?2, ?3, ?4, ?5, ?6, count(*) FROM order_change_ahead WHERE recipient = ?1 AND of = ?3
                ON CONFLICT DO NOTHING
                """
        ).execute(arguments: [
            recipient, change.identity, Data(word.order), change.kind, change.amount, change.at.milliseconds,
        ])
        if db.changesCount > 0 { result.unknownOrders.append(step) } else { result.repeated += 1 }
    }

    /// An order has just been taken: what was told of it before counts now.
    mutating func applyChangesAhead(of identity: [UInt8], recipient: Int64) throws {
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT identity, kind, amount, at FROM order_change_ahead WHERE recipient = ? AND of = ?
                    ORDER BY told
                    """),
            arguments: [recipient, Data(identity)])
        guard !rows.isEmpty else { return }
        for row in rows {
            guard let order = try order(identity) else { return }
            let change = Change(
                identity: row["identity"], kind: row["kind"], amount: row["amount"], at: Moment(row["at"] as Int64))
            _ = try apply(change, to: order)
        }
        try db.cachedStatement(sql: "DELETE FROM order_change_ahead WHERE recipient = ? AND of = ?")
            .execute(arguments: [recipient, Data(identity)])
    }

    /// - Returns: false when it is known.
    private mutating func apply(_ change: Change, to order: Order) throws -> Bool {
        try note(identity: Data("first \(order.id)".utf8), order, kind: 0, amount: order.amount, at: .distantPast)
        try note(identity: change.identity, order, kind: change.kind, amount: change.amount, at: change.at)
        guard db.changesCount > 0 else { return false }
        let (worth, isAbove) = try worth(of: order)
        if isAbove, change.kind == 1, result.overRefunded.last != step { result.overRefunded.append(step) }
        try db.execute(sql: "UPDATE event SET amount = ? WHERE id = ?", arguments: [worth, order.id])
        // Whoever it is credited to gets the difference; one that still waits is credited with what it is worth then.
        for (run, variant) in [(order.run, order.variant), (order.ghost, -1)] where run > 0 {
            guard let variant else { continue }
            try add(worth - order.amount, run: run, variant: variant, recipient: order.recipient)
        }
        return true
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

    /// What is said of one moment counts in the order in which it was told: the lines of a file come at one moment of ours.
    private func note(identity: Data, _ order: Order, kind: Int, amount: Int64?, at: Moment) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO order_change (identity, event, kind, amount, at, received)
                SELECT ?1, ?2, ?3, ?4, ?5, max(?6, coalesce(max(received), 0) + 1) FROM order_change WHERE event = ?2
                ON CONFLICT DO NOTHING
                """
        ).execute(arguments: [identity, order.id, kind, amount, at.milliseconds, now.milliseconds])
    }

    /// The latest amount that it is said to have, without what was given back; never less than nothing. Whoever names the
    /// right amount after all of it was given back knows more: a refund without an amount is the most that it can be.
    /// - Returns: also whether more was given back than there was.
    private func worth(of order: Order) throws -> (worth: Int64, isAbove: Bool) {
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
            case (_, let whole): (amount, isAllGivenBack) = (whole ?? amount, false)
            }
        }
        return (isAllGivenBack ? 0 : max(0, amount - givenBack), givenBack > amount)
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
