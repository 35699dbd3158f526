import CampaignModel
import Ports
import Store

extension LedgerSQLite {
    package func ghosts(of run: RunID) throws -> GhostCount {
        try inRead { db in
            var count = GhostCount()
            let rows = try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT reason, sum(count) AS people FROM rollup
                        WHERE run = ? AND kind = \(RollupKind.ghost.rawValue) GROUP BY reason
                        """), arguments: [run.rawValue])
            for row in rows {
                if let reason = Reason(rawValue: row["reason"]) {
                    count.leftOut[reason, default: 0] += row["people"]
                } else {
                    count.sent += row["people"]
                }
            }
            return count
        }
    }

    package func contacted(by run: RunID) throws -> [Int: ContactedPeople]? {
        try inRead { db in
            try Self.run(run.rawValue, db).isTriggered ? Self.contacted(by: run.rawValue, db) : nil
        }
    }

    /// Counted when somebody asks, because most runs write to a person once and need no second figure; kept in `result`
    /// as a conversion of its own from the moment at which the people are erased.
    static func contacted(by run: Int64, _ db: any Session) throws -> [Int: ContactedPeople] {
        var counts: [Int: ContactedPeople] = [:]
        let kept = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: "SELECT variant, people, events FROM result WHERE run = ? AND conversion = \(contactedPeople)"),
            arguments: [run])
        for row in kept { counts[row["variant"]] = ContactedPeople(reached: row["people"], letThrough: row["events"]) }
        if !kept.isEmpty { return counts }
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT o.variant, count(DISTINCT CASE WHEN a.outcome <> 2 THEN o.recipient END) AS reached,
                           count(DISTINCT o.recipient) AS through
                    FROM occasion o CROSS JOIN attempt a ON a.day = (o.started + 28800000) / 86400000
                        AND a.recipient = o.recipient AND a.run = o.run AND a.segment <= 0 AND a.position = o.id
                        AND a.outcome IN (1, 2, 5)
                    WHERE o.run = ? AND o.state = 3 GROUP BY o.variant
                    """), arguments: [run])
        for row in rows {
            counts[row["variant"]] = ContactedPeople(reached: row["reached"], letThrough: row["through"])
        }
        return counts
    }

    /// No conversion: the people of a variant, once nobody can count them any more.
    static let contactedPeople = 100

    package func batches(of run: RunID, _ conversion: Conversion) throws -> [[Int: BatchArm]] {
        try inRead { db in
            let segments = try Int64.fetchAll(
                db.cachedStatement(sql: "SELECT id FROM segment WHERE run = ? AND size > 0 ORDER BY id"),
                arguments: [run.rawValue])
            var arms: [Int64: [Int: BatchArm]] = [:]
            for row in try StoredRow.fetchAll(
                db.cachedStatement(sql: "SELECT segment, variant, people FROM part_reach WHERE run = ?"),
                arguments: [run.rawValue])
            {
                arms[row["segment"], default: [:]][row["variant"]] = BatchArm(people: row["people"], conversions: 0)
            }
            for row in try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: "SELECT segment, variant, people FROM part_result WHERE run = ? AND figure = ?"),
                arguments: [run.rawValue, conversion.rawValue])
            {
                arms[row["segment"]]?[row["variant"]]?.conversions += row["people"]
            }
            return segments.map { arms[$0] ?? [:] }
        }
    }

    package func houseHoldout(from: Moment, to: Moment) throws -> HouseHoldoutCount {
        try inRead { db in
            let question = HouseQuestion(from: from, to: to)
            var count = HouseHoldoutCount()
            count.erasedUntil = try question.erased(db)
            guard count.erasedUntil == nil else { return count }
            count.isMeasured = try Bool.fetchOne(
                db, sql: question.filled(HouseQuestion.measured), arguments: [EventKind.ordered.rawValue])!
            count.held = try Int.fetchOne(db, sql: question.people(HouseQuestion.held))!
            count.sent = try Int.fetchOne(db, sql: question.people(question.contacted))!
            (count.heldOrdered, count.heldAmount) = try question.ordered(after: question.heldBefore, db)
            (count.sentOrdered, count.sentAmount) = try question.ordered(after: question.contactedBefore, db)
            return count
        }
    }
}

/// Both sides of the house's holdout over a span of days. Whoever is held out of everything counts from the first moment
/// at which a campaign would have written to them; everybody else from the first at which one did.
private struct HouseQuestion {
    static let orders = """
        account IN (SELECT 0 UNION ALL SELECT id FROM account) AND kind = \(EventKind.ordered.rawValue) AND recipient > 0
        """
    /// The platform tells whole seconds.
    private static let grain = 1000
    static let held = """
        SELECT recipient FROM holdout WHERE by_house = 1 AND sent >= {from} AND sent < {to} AND \(ofPeople("holdout"))
        """

    let from: Moment
    let to: Moment
    /// A contact is found by its day first.
    private let days: String
    private let firstDay: String

    init(from: Moment, to: Moment) {
        self.from = from
        self.to = to
        let span = PlatformDay(containing: from).number...PlatformDay(containing: to).number
        days = span.map(String.init).joined(separator: ", ")
        firstDay = String(span.lowerBound)
    }

    /// Neither a test nor a message to groups: a group orders nothing, and stands on one side only.
    private static func ofPeople(_ row: String) -> String {
        """
        NOT EXISTS (SELECT 1 FROM run r WHERE r.id = \(row).run
            AND (r.test = 1 OR r.channel = '\(ChannelKind.groupMessage.rawValue)'))
        """
    }

    var contacted: String {
        """
        SELECT attempt.recipient FROM attempt WHERE \(AttemptWalk.since(firstDay)) AND attempt.started >= {from}
            AND attempt.started < {to} AND attempt.outcome IN (1, 5) AND \(Self.ofPeople("attempt"))
        EXCEPT \(Self.held)
        """
    }

    func people(_ sql: String) -> String { filled("SELECT count(DISTINCT recipient) FROM (\(sql))") }

    var heldBefore: String {
        """
        EXISTS (SELECT 1 FROM holdout h WHERE h.recipient = e.recipient AND h.by_house = 1 AND h.sent >= {from}
                AND h.sent <= e.at + \(Self.grain))
        """
    }

    var contactedBefore: String {
        """
        e.recipient NOT IN (\(Self.held))
        AND EXISTS (SELECT 1 FROM attempt a WHERE a.day IN (\(days)) AND a.recipient = e.recipient
                    AND a.started >= {from} AND a.started <= e.at + \(Self.grain) AND a.outcome IN (1, 5)
                    AND \(Self.ofPeople("a")))
        """
    }

    func ordered(after touch: String, _ db: any Session) throws -> (people: Int, amount: Int64) {
        let row = try StoredRow.fetchOne(
            db,
            sql: filled(
                """
                SELECT count(DISTINCT e.recipient) AS people, coalesce(sum(e.amount), 0) AS amount FROM event e
                WHERE \(Self.orders) AND e.at >= {from} AND e.at < {to} AND \(touch)
                """))!
        return (row["people"], row["amount"])
    }

    /// Until when what the question needs has been erased by age; nil: all of it is there.
    func erased(_ db: any Session) throws -> Moment? {
        let events = try Int64.fetchOne(db, sql: "SELECT events_before FROM instance") ?? 0
        let runs = try Int64.fetchOne(
            db,
            sql: filled(
                "SELECT max(ended) FROM run WHERE pruned > 0 AND test = 0 AND planned = 1 AND began < {to} AND ended >= {from}"
            )
        )
        let until = max(events > from.milliseconds ? events : 0, runs ?? 0)
        return until > 0 ? Moment(until) : nil
    }

    static let measured =
        "SELECT EXISTS (SELECT 1 FROM measured WHERE kind = ? AND first < {to} AND last >= {from} - \(Measured.silence.wholeMilliseconds))"

    func filled(_ sql: String) -> String {
        sql.replacing("{from}", with: String(from.milliseconds)).replacing("{to}", with: String(to.milliseconds))
    }
}
