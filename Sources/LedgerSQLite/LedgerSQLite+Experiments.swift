import CampaignModel
import Ports
import Store

extension LedgerSQLite {
    /// What the plan and the roll-ups call the arm of those who have none yet.
    static let undecidedVariant = -2

    package func undecided(of run: RunID) throws -> Int? {
        try inRead {
            try Int.fetchOne(
                $0, sql: "SELECT size FROM undecided_rest WHERE run = ? AND arm IS NULL", arguments: [run.rawValue])
        }
    }

    package func openTest(of run: RunID) throws -> OpenTest? {
        try inRead { db -> OpenTest? in
            guard
                let undecided = try Int.fetchOne(
                    db.cachedStatement(sql: "SELECT size FROM undecided_rest WHERE run = ? AND arm IS NULL"),
                    arguments: [run.rawValue])
            else { return nil }
            let total = try Self.sum(of: run.rawValue, db)
            // Asked every minute while the share is served: the attempts are walked over when it is.
            let isServed = total.open == 0 && total.waitingTotal == 0 && total.pending == undecided
            return OpenTest(
                undecided: undecided, isServed: isServed, lastStart: isServed ? try Self.lastStart(of: run, db) : nil,
                arms: try Self.arms(of: Self.run(run.rawValue, db), db))
        }
    }

    /// By the run's days alone: the attempts of other runs on them are walked over as well.
    static func lastStart(of run: RunID, _ db: any Session) throws -> Moment? {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT max(started) FROM attempt
                    WHERE \(AttemptWalk.since("(SELECT began / 86400000 - 1 FROM run WHERE id = ?1)")) AND run = ?1
                    """), arguments: [run.rawValue]
        ).map { Moment($0) }
    }

    private static func arms(of record: RunRecord, _ db: any Session) throws -> [Int: OpenTest.Arm] {
        let run = record.id.rawValue
        let kinds = try measured(record.lane.account, db).kinds(
            from: record.began ?? record.start, to: .distantFuture)
        let measured = Conversion.allCases.filter { $0.isMeasured(by: kinds) }
        var arms: [Int: OpenTest.Arm] = [:]
        for (variant, sum) in try sums(of: run, db) where variant >= 0 {
            var arm = OpenTest.Arm()
            arm.assigned = sum.audience
            arm.delivered = sum.accepted + sum.unknown
            for conversion in measured { arm.people[conversion] = 0 }
            arms[variant] = arm
        }
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(sql: "SELECT variant, conversion, people FROM result WHERE run = ?"), arguments: [run])
        for row in rows {
            guard let conversion = Conversion(rawValue: row["conversion"]), measured.contains(conversion) else {
                continue
            }
            arms[row["variant"]]?.people[conversion] = row["people"]
        }
        return arms
    }

    package func record(_ look: LookDemand) throws {
        try inWrite(term: look.term) { db, hot in
            try db.execute(
                sql: """
                    INSERT INTO look (run, number, at, term, seen, found, decides)
                    SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5, ?6 FROM look WHERE run = ?1
                    """,
                arguments: [
                    look.run.rawValue, look.now.milliseconds, look.term.number, look.seen, look.found, look.decides,
                ])
            guard look.sends != nil || look.batch != nil else { return }
            let run = try Self.run(look.run.rawValue, db)
            guard !run.state.isOver else { throw LedgerError.notPossible(state: run.state) }
            if let batch = look.batch {
                try moveRest(of: look.run, upTo: batch.people, into: nil, at: look.now, db, hot, arm: batch.arm)
            }
            if let arm = look.sends { try sendRest(of: look.run, arm: arm, at: look.now, db, hot) }
        }
    }

    package func looks(of run: RunID) throws -> [LookRecord] {
        try inRead { db in
            try StoredRow.fetchAll(
                db.cachedStatement(sql: "SELECT * FROM look WHERE run = ? ORDER BY number"), arguments: [run.rawValue]
            )
            .map { row in
                LookRecord(
                    number: row["number"], at: Moment(row["at"] as Int64), seen: row["seen"],
                    found: row["found"], decides: row["decides"])
            }
        }
    }

    package func starts(of run: RunID) throws -> [QuarterCount] {
        try inRead { db in
            try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT quarter, people FROM tally WHERE account = (SELECT account FROM run WHERE id = ?1)
                            AND quarter >= (SELECT began / 900000 FROM run WHERE id = ?1) AND run = ?1 ORDER BY quarter
                        """), arguments: [run.rawValue]
            ).map { QuarterCount(from: Moment(quarter: $0["quarter"]), people: $0["people"]) }
        }
    }

    static func isUndecided(_ person: RecipientID, in run: RunID, _ db: any Session) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM undecided WHERE run = ? AND recipient = ?)"),
            arguments: [run.rawValue, person.rawValue])!
    }
}
