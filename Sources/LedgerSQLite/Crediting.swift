import CampaignModel
import Foundation
import Ports
import Store

/// An event on its way to the contact it is credited to.
struct CreditedEvent {
    let id: Int64
    let kind: EventKind
    let recipient: Int64
    /// 0: the app's, which any of its accounts may have earned.
    let account: Int64
    let at: Moment
    let amount: Int64

    init(id: Int64, kind: EventKind, recipient: Int64, account: Int64, at: Moment, amount: Int64) {
        self.id = id
        self.kind = kind
        self.recipient = recipient
        self.account = account
        self.at = at
        self.amount = amount
    }

    init(_ row: StoredRow) throws {
        try self.init(
            id: row["id"], kind: Stored.value(row["kind"], "event.kind"), recipient: row["recipient"],
            account: row["account"], at: Moment(row["at"] as Int64), amount: row["amount"])
    }
}

/// Last touch: an event belongs to the latest contact before it that may have reached the person and whose campaign's
/// window still covers it. It is credited once; what it is credited to depends on its own moment, never on when it came.
struct Crediting {
    /// The platform tells whole seconds: an event may seem to precede the contact that led to it by less than one. What led
    /// to a contact does precede it, and is never a result of it.
    private static let grain: Duration = .seconds(1)

    private enum Touch {
        case none
        /// The contact is on the wire: nobody knows yet whether it was one.
        case open(started: Int64)
        case contact(run: Int64, part: Part, started: Int64)
    }
    /// Where a contact stands in the figures of its run: in which arm, planned with whom, and whether it was made after
    /// the test had been decided.
    private struct Part {
        var variant: Int
        var segment: Int64 = 0
        var isLater = false
    }

    private var windows: [Int64: AttributionWindows] = [:]
    private var decisions: [Int64: Int64?] = [:]

    mutating func credit(_ event: CreditedEvent, _ db: any Session) throws {
        var last: Int64 = 0
        switch try touch(for: event, db) {
        case .none: try place(event, run: 0, variant: nil, touched: nil, db)
        case .open(let started):
            last = started
            try place(event, run: nil, variant: nil, touched: nil, db)
        case .contact(let run, let part, let started):
            last = started
            try place(event, run: run, variant: part.variant, touched: started, db)
            for conversion in event.kind.conversions { try count(event, run, part, conversion, db) }
        }
        try pretend(event, after: last, db)
    }

    /// The same rule for whoever was held out: had they been written to at the moment at which they would have been, and
    /// nothing later, the event would count for that campaign. It is counted beside the true contact that it belongs to
    /// and takes nothing from it; and once, however often the event is looked at.
    private mutating func pretend(_ event: CreditedEvent, after last: Int64, _ db: any Session) throws {
        let latest = event.at + Self.grain
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT h.run, h.sent FROM holdout h CROSS JOIN run r ON r.id = h.run
                    WHERE h.recipient = ?1 AND h.sent > ?2 AND h.sent <= ?3 AND (?4 = 0 OR r.account = ?4)
                        AND (h.sent <= ?5 OR NOT EXISTS (SELECT 1 FROM occasion o WHERE o.event = ?6 AND o.run = h.run))
                    ORDER BY h.sent DESC
                    """),
            arguments: [
                event.recipient, max(last, (event.at - AttributionWindows.max).milliseconds), latest.milliseconds,
                event.account, event.at.milliseconds, event.id,
            ])
        for row in rows {
            let window = try windows(of: row["run"], db).window(for: event.kind) ?? .zero
            guard event.at.since(Moment(row["sent"] as Int64)) <= window else { continue }
            try db.cachedStatement(sql: "UPDATE event SET ghost = ?2 WHERE id = ?1 AND ghost IS NULL")
                .execute(arguments: [event.id, row["run"] as Int64])
            guard db.changesCount > 0 else { return }
            for conversion in event.kind.conversions {
                try count(event, row["run"], Part(variant: -1), conversion, db)
            }
            return
        }
    }

    /// A contact turned out never to have been made: what was credited to it goes to whatever was the last touch then.
    mutating func creditAgain(recipient: Int64, run: Int64, _ db: any Session) throws {
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT id, kind, recipient, account, at, coalesce(amount, 0) AS amount, variant FROM event
                    WHERE recipient = ? AND run = ? ORDER BY id
                    """), arguments: [recipient, run])
        for row in rows {
            let event = try CreditedEvent(row)
            for conversion in event.kind.conversions { try takeBack(event, run, row["variant"], conversion, db) }
        }
        for row in rows { try credit(CreditedEvent(row), db) }
    }

    // MARK: - The touch

    private mutating func touch(for event: CreditedEvent, _ db: any Session) throws -> Touch {
        let latest = event.at + Self.grain
        let first = PlatformDay(containing: event.at - AttributionWindows.max).number
        var day = PlatformDay(containing: latest).number
        let statement = try db.cachedStatement(
            sql: """
                SELECT run, variant, segment, started, outcome FROM attempt
                WHERE day = ?1 AND recipient = ?2 AND (?3 = 0 OR account = ?3) AND started <= ?4
                    AND (outcome IS NULL OR outcome IN (1, 5))
                    AND (segment > 0 OR NOT EXISTS (SELECT 1 FROM occasion o WHERE o.id = position AND o.event = ?5))
                ORDER BY started DESC
                """)
        while day >= first {
            for row in try StoredRow.fetchAll(
                statement, arguments: [day, event.recipient, event.account, latest.milliseconds, event.id])
            {
                let started: Int64 = row["started"]
                let window = try windows(of: row["run"], db).window(for: event.kind) ?? .zero
                guard event.at.since(Moment(started)) <= window else { continue }
                guard row["outcome"] as Int? != nil else { return .open(started: started) }
                var part = Part(variant: row["variant"], segment: row["segment"])
                part.isLater = try decision(of: row["run"], db).map { started >= $0 } ?? false
                return .contact(run: row["run"], part: part, started: started)
            }
            day -= 1
        }
        return .none
    }

    private mutating func windows(of run: Int64, _ db: any Session) throws -> AttributionWindows {
        if let known = windows[run] { return known }
        let record = try LedgerSQLite.run(run, db)
        let found = try LedgerSQLite.revision(record.revision.rawValue, db).campaign.attribution ?? .standard
        windows[run] = found
        return found
    }

    /// When the run's test was decided; nil: not yet, or it has none.
    private mutating func decision(of run: Int64, _ db: any Session) throws -> Int64? {
        if let known = decisions[run] { return known }
        let at = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT min(at) FROM look WHERE run = ? AND decides = 1"), arguments: [run])
        decisions[run] = .some(at)
        return at
    }

    // MARK: - Counting

    private func place(_ event: CreditedEvent, run: Int64?, variant: Int?, touched: Int64?, _ db: any Session) throws {
        let responses = event.kind == .replied ? ResponseTimes(db: db, recipient: event.recipient) : nil
        try responses?.leaves(event.id, at: event.at.milliseconds)
        try db.cachedStatement(sql: "UPDATE event SET run = ?2, variant = ?3, touched = ?4 WHERE id = ?1")
            .execute(arguments: [event.id, run, variant, touched])
        if let run, run > 0 { try responses?.asks(event.id, at: event.at.milliseconds, run: run) }
    }

    private func count(_ event: CreditedEvent, _ run: Int64, _ part: Part, _ conversion: Conversion, _ db: any Session)
        throws
    {
        let amount = conversion == .ordered ? event.amount : 0
        try db.cachedStatement(
            sql: """
                UPDATE credit SET events = events + 1, amount = amount + ?4
                WHERE run = ?1 AND recipient = ?2 AND conversion = ?3
                """
        ).execute(arguments: [run, event.recipient, conversion.rawValue, amount])
        let isFirst = db.changesCount == 0
        if isFirst {
            try db.cachedStatement(
                sql: """
                    INSERT INTO credit (run, recipient, conversion, variant, events, amount, segment, later)
                    VALUES (?, ?, ?, ?, 1, ?, ?, ?)
                    """
            ).execute(arguments: [
                run, event.recipient, conversion.rawValue, part.variant, amount, part.segment, part.isLater,
            ])
            try change(event.recipient, run, part, conversion, by: 1, db)
        }
        try db.cachedStatement(
            sql: """
                INSERT INTO result (run, variant, conversion, people, events, amount) VALUES (?1, ?2, ?3, ?4, 1, ?5)
                ON CONFLICT (run, variant, conversion) DO UPDATE SET people = result.people + ?4, events = result.events + 1, amount = result.amount + ?5
                """
        ).execute(arguments: [run, part.variant, conversion.rawValue, isFirst ? 1 : 0, amount])
    }

    private func takeBack(
        _ event: CreditedEvent, _ run: Int64, _ variant: Int, _ conversion: Conversion, _ db: any Session
    ) throws {
        let amount = conversion == .ordered ? event.amount : 0
        let credit = try StoredRow.fetchOne(
            db.cachedStatement(
                sql: "SELECT events, segment, later FROM credit WHERE run = ? AND recipient = ? AND conversion = ?"),
            arguments: [run, event.recipient, conversion.rawValue])
        let isLast = credit.map { $0["events"] == 1 } ?? false
        if isLast, let credit {
            try db.execute(
                sql: "DELETE FROM credit WHERE run = ? AND recipient = ? AND conversion = ?",
                arguments: [run, event.recipient, conversion.rawValue])
            let part = Part(variant: variant, segment: credit["segment"], isLater: credit["later"])
            try change(event.recipient, run, part, conversion, by: -1, db)
        } else {
            try db.execute(
                sql: """
                    UPDATE credit SET events = events - 1, amount = amount - ?
                    WHERE run = ? AND recipient = ? AND conversion = ?
                    """, arguments: [amount, run, event.recipient, conversion.rawValue])
        }
        try db.execute(
            sql: """
                UPDATE result SET people = people - ?4, events = events - 1, amount = amount - ?5
                WHERE run = ?1 AND variant = ?2 AND conversion = ?3
                """, arguments: [run, variant, conversion.rawValue, isLast ? 1 : 0, amount])
    }

    /// One person more, or less, in their part of the run; and in a step of the funnel, when they stand on both its sides.
    private func change(
        _ recipient: Int64, _ run: Int64, _ part: Part, _ conversion: Conversion, by people: Int, _ db: any Session
    ) throws {
        // Whoever is held out is in no part of what was sent.
        guard part.variant >= 0 else { return }
        var figures = [conversion.rawValue]
        for step in FunnelStep.allCases {
            guard let other = step.other(than: conversion) else { continue }
            let isThere = try Bool.fetchOne(
                db.cachedStatement(
                    sql: "SELECT EXISTS (SELECT 1 FROM credit WHERE run = ? AND recipient = ? AND conversion = ?)"),
                arguments: [run, recipient, other.rawValue])
            if isThere == true { figures.append(step.rawValue) }
        }
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO part_result (run, segment, later, variant, figure, people) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                ON CONFLICT (run, segment, later, variant, figure) DO UPDATE SET people = part_result.people + ?6
                """)
        for figure in figures {
            try statement.execute(arguments: [run, part.segment, part.isLater, part.variant, figure, people])
        }
    }
}
