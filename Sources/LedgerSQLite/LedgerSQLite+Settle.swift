import CampaignModel
import Ports
import Store

extension LedgerSQLite {
    package func settle(_ demand: SettleDemand) throws -> SettleResult {
        try inWrite(term: demand.term) { db, hot in
            var result = SettleResult()
            guard demand.oneByOne else {
                try settle(demand.settlements, of: demand, into: &result, hot)
                return result
            }
            for settlement in demand.settlements {
                var attempt = result
                let why = try Self.alone(db) { try settle([settlement], of: demand, into: &attempt, hot) }
                if let why { result.refused.append(why) } else { result = attempt }
            }
            return result
        }
    }

    private func settle(
        _ settlements: [Settlement], of demand: SettleDemand, into result: inout SettleResult, _ hot: HotStatements
    ) throws {
        var changes = Changes()
        for settlement in settlements {
            guard try write(settlement, hot, at: demand.now, term: demand.term) else {
                result.late += 1
                continue
            }
            if settlement.outcome == .unknown { try Self.noteUnknown(settlement.key, hot) }
            try giveBack(settlement, hot, &changes)
            try moveOn(settlement, hot, &changes, at: demand.now)
            result.settled += 1
        }
        try changes.write(hot)
    }

    /// False when the attempt has an outcome already or belongs to another reign: a late word changes nothing.
    private func write(_ settlement: Settlement, _ hot: HotStatements, at now: Moment, term: Term) throws -> Bool {
        let row = hot.settleAttempt
        row.bind(1, Int64(settlement.key.day.number))
        row.bind(2, settlement.key.recipient.rawValue)
        row.bind(3, settlement.key.account.rawValue)
        row.bind(4, Int64(settlement.key.number))
        row.bind(5, settlement.outcome.rawValue)
        row.bind(6, settlement.reason.map { Int64($0.rawValue) })
        row.bind(7, settlement.returnsPerson || settlement.segment.isOfAnswer ? 0 : 1)
        row.bind(8, settlement.returnedMessages)
        if settlement.messageIDs.isEmpty {
            row.bindNull(9)
        } else {
            let ids = settlement.messageIDs
            row.bind(9, text: ids.count == 1 ? ids[0] : ids.joined(separator: "\n"))
        }
        if settlement.messageCodes.isEmpty {
            row.bindNull(10)
        } else {
            row.bind(10, text: settlement.messageCodes.map(String.init).joined(separator: ","))
        }
        if settlement.logID.isEmpty { row.bindNull(11) } else { row.bind(11, text: settlement.logID) }
        row.bind(12, now.milliseconds)
        row.bind(13, term.number)
        return try row.run() == 1
    }

    /// Always to the attempt's own day: a refusal after midnight does not make room in the new one.
    private func giveBack(_ settlement: Settlement, _ hot: HotStatements, _ changes: inout Changes) throws {
        if settlement.segment.isOfAnswer {
            changes.take(
                day: settlement.key.day, account: settlement.key.account, people: 0, messages: 0,
                answers: -settlement.returnedMessages)
            return try takePromptsBack(settlement, hot)
        }
        var people = 0
        if settlement.returnsPerson {
            var person = PersonFacts(consent: nil, day: settlement.key.day)
            _ = try LaneReader.contacts(hot, settlement.key.recipient, settlement.key.account, into: &person)
            if person.contactsByAccount == 0 { people = -1 }
        }
        if people != 0 || settlement.returnedMessages != 0 {
            changes.take(
                day: settlement.key.day, account: settlement.key.account, people: people,
                messages: -settlement.returnedMessages)
        }
        if Self.returnsStock(settlement.outcome) {
            hot.takeStock.bind(1, settlement.key.account.rawValue)
            hot.takeStock.bind(2, settlement.key.recipient.rawValue)
            hot.takeStock.bind(3, 1)
            try hot.takeStock.run()
        }
        try takePromptsBack(settlement, hot)
    }

    /// A card that certainly was never shown keeps nobody's next one back.
    private func takePromptsBack(_ settlement: Settlement, _ hot: HotStatements) throws {
        guard Self.returnsStock(settlement.outcome) else { return }
        for owner in settlement.prompts {
            try hot.accounts.takePromptBack(for: owner, settlement.key.recipient, day: settlement.key.day)
        }
    }

    /// Each send takes one, and a send that certainly was none gives it back; also where the person's day stays used
    /// because the platform says so.
    private static func returnsStock(_ outcome: OutcomeKind) -> Bool {
        switch outcome {
        case .rejected, .refusedForNow, .notSent: true
        case .accepted, .unknown: false
        }
    }

    private func moveOn(
        _ settlement: Settlement, _ hot: HotStatements, _ changes: inout Changes, at now: Moment
    ) throws {
        changes.count(run: settlement.run, variant: settlement.variant, .open, by: -1)
        switch settlement.next {
        case .end:
            let kind: RollupKind =
                switch settlement.outcome {
                case .accepted: .accepted
                case .rejected: .rejected
                case .unknown: .unknown
                case .notSent, .refusedForNow:
                    preconditionFailure("an attempt that may be tried again is no end of a delivery")
                }
            changes.count(run: settlement.run, variant: settlement.variant, kind, settlement.reason, by: 1)
            if kind != .rejected {
                changes.reach(run: settlement.run, segment: settlement.segment, variant: settlement.variant, by: 1)
            }
            if let occasion = settlement.occasion {
                try OccasionRow.end(hot, occasion, as: .ended, settlement.reason, at: now)
            }
        case .wait(let until, let reason):
            // A refusal for now that comes back to a run which has ended meanwhile has nothing left to wait for.
            if let end = try Self.endReason(of: settlement.run, hot) {
                try skip(settlement, end, hot, &changes, at: now)
                return
            }
            if let occasion = settlement.occasion {
                try OccasionRow.wait(hot, occasion, tries: settlement.tries, until: until, reason: reason)
            } else {
                try WaitingRow.put(
                    hot, run: settlement.run, key: settlement.key.recipient, segment: settlement.segment,
                    position: settlement.position, variant: settlement.variant, audience: settlement.audience,
                    tries: settlement.tries, until: until, reason: reason)
            }
            changes.count(run: settlement.run, variant: settlement.variant, .waiting, reason, by: 1)
        case .skip(let reason): try skip(settlement, reason, hot, &changes, at: now)
        }
    }

    private func skip(
        _ settlement: Settlement, _ reason: Reason, _ hot: HotStatements, _ changes: inout Changes, at now: Moment
    ) throws {
        changes.count(run: settlement.run, variant: settlement.variant, .skipped, reason, by: 1)
        if let occasion = settlement.occasion {
            return try OccasionRow.end(hot, occasion, as: .skipped, reason, at: now)
        }
        let skipped = hot.insertSkipped
        skipped.bind(1, settlement.run.rawValue)
        skipped.bind(2, settlement.key.recipient.rawValue)
        skipped.bind(3, settlement.variant)
        skipped.bind(4, reason.rawValue)
        skipped.bind(5, now.milliseconds)
        try skipped.run()
    }

    private static func endReason(of run: RunID, _ hot: HotStatements) throws -> Reason? {
        switch try LaneReader.run(hot, run).state {
        case .inReview, .scheduled, .running, .paused: nil
        case .cancelled, .rejected: .cancelled
        case .superseded: .superseded
        case .finished, .expired: .expired
        }
    }

    /// Nothing but attempts without outcome is in doubt: what lies before `next` has a row, what lies behind was never
    /// started. They keep their quota and are never sent again by the machine.
    package func rescue(at now: Moment, term: Term) throws -> Int {
        try inWrite(term: term) { db, hot in
            let orphans = try Self.openAttempts(db).filter { ($0["term"] as Int64) < term.number }
            var changes = Changes()
            for orphan in orphans {
                let key = AttemptKey(
                    day: PlatformDay(number: orphan["day"]), recipient: RecipientID(rawValue: orphan["recipient"]),
                    account: AccountID(rawValue: orphan["account"]), number: orphan["number"])
                try db.execute(
                    sql: """
                        UPDATE attempt SET outcome = ?, reason = ?, settled = ?
                        WHERE day = ? AND recipient = ? AND account = ? AND number = ? AND outcome IS NULL
                        """,
                    arguments: [
                        OutcomeKind.unknown.rawValue, Reason.orphaned.rawValue, now.milliseconds, key.day.number,
                        key.recipient.rawValue, key.account.rawValue, key.number,
                    ])
                try Self.noteUnknown(key, hot)
                if (orphan["segment"] as Int64) <= 0 {
                    try OccasionRow.end(
                        hot, OccasionID(rawValue: orphan["position"]), as: .ended, .orphaned, at: now)
                }
                let run = RunID(rawValue: orphan["run"])
                changes.count(run: run, variant: orphan["variant"], .open, by: -1)
                changes.count(run: run, variant: orphan["variant"], .unknown, .orphaned, by: 1)
                changes.reach(
                    run: run, segment: SegmentID(rawValue: orphan["segment"]), variant: orphan["variant"], by: 1)
            }
            try changes.write(hot)
            return orphans.count
        }
    }

    /// Attempts without an outcome: as many as the roll-ups say, from the last one back. After a clean stop there are none
    /// and nothing is read; after a crash they are among the last rows of the table.
    private static func openAttempts(_ db: any Session) throws -> [StoredRow] {
        try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT day, recipient, account, number, run, segment, position, variant, term FROM attempt
                    WHERE outcome IS NULL ORDER BY rowid DESC LIMIT ?
                    """), arguments: [try openCount(db)])
    }

    static func openCount(_ db: any Session) throws -> Int {
        try Int.fetchOne(
            db.cachedStatement(
                sql: "SELECT coalesce(sum(count), 0) FROM rollup WHERE kind = \(RollupKind.open.rawValue)"))!
    }

    private static func noteUnknown(_ key: AttemptKey, _ hot: HotStatements) throws {
        let row = hot.insertUnknown
        row.bind(1, Int64(key.day.number))
        row.bind(2, key.recipient.rawValue)
        row.bind(3, key.account.rawValue)
        row.bind(4, Int64(key.number))
        try row.run()
    }

    package func work(at now: Moment) throws -> [LaneWork] {
        try inWrite { db in
            let rows = try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT r.id, r.revision, r.account, r.channel, r.priority, r.starts, r.valid_until, r.audience, r.test, r.spends,
                               (SELECT coalesce(sum(size), 0) FROM segment s WHERE s.run = r.id) AS size,
                               (SELECT coalesce(sum(size - next), 0) FROM segment s
                                WHERE s.run = r.id AND (s.slot IS NULL OR s.slot <= ?2)) AS pending,
                               (SELECT coalesce(sum(next), 0) FROM segment s WHERE s.run = r.id) AS passed,
                               (SELECT min(s.slot) FROM segment s
                                WHERE s.run = r.id AND s.next < s.size AND s.slot > ?2) AS next_slot,
                               CASE WHEN r.spends IS NULL THEN (SELECT min(until) FROM waiting w WHERE w.run = r.id)
                                   ELSE (SELECT min(until) FROM (
                                       SELECT min(o.until) AS until FROM occasion o WHERE o.run = r.id AND o.state = 1
                                       UNION ALL SELECT min(h.until) FROM holdout h
                                           WHERE h.run = r.id AND h.until IS NOT NULL)) END AS next_waiting
                        FROM run r WHERE r.\(Fragment.isLive) AND r.state = ?1 ORDER BY r.account, r.channel, r.id
                        """), arguments: [RunState.running.rawValue, now.shanghaiTimeOfDay / 60_000])
            var lanes: [LaneWork] = []
            for row in rows {
                let lane = Lane(
                    account: AccountID(rawValue: row["account"]),
                    channel: try Stored.value(row["channel"], "run.channel"))
                var work = LaneWork.RunWork(
                    run: RunID(rawValue: row["id"]), revision: RevisionID(rawValue: row["revision"]),
                    priority: row["priority"], start: Moment(row["starts"] as Int64),
                    validUntil: Moment(row["valid_until"] as Int64), audience: row["audience"],
                    planned: row["size"], pending: row["pending"], passed: row["passed"],
                    nextWaiting: Self.nextDue(row, at: now))
                work.isTest = row["test"]
                work.right = try (row["spends"] as Int64?).map { try Trigger.Right(stored: $0) }
                if work.pending == 0 && work.nextWaiting == nil { continue }
                if lanes.last?.lane == lane {
                    lanes[lanes.count - 1].runs.append(work)
                } else {
                    lanes.append(LaneWork(lane: lane, runs: [work]))
                }
            }
            return lanes
        }
    }

    private static func nextDue(_ row: StoredRow, at now: Moment) -> Moment? {
        let slot = (row["next_slot"] as Int64?).map { PlatformDay(containing: now).start + .minutes($0) }
        return [(row["next_waiting"] as Int64?).map { Moment($0) }, slot].compactMap { $0 }.min()
    }
}
