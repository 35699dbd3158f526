import CampaignModel
import Ports
import Store

/// The platform's echo of a message, held against what the ledger knows of that person's day (`ledger.md`, the end of the
/// outcome table): our message id, else the same account, person, our client key as source, and day.
extension EvidenceWork {
    fileprivate struct Try {
        let day: Int32
        let number: Int
        let outcome: OutcomeKind?
        let started: Moment
        let ids: [String]
        let isAnswer: Bool

        var mayHaveArrived: Bool {
            switch outcome {
            case nil, .accepted, .unknown: true
            case .rejected, .refusedForNow, .notSent: false
            }
        }
    }

    mutating func take(_ word: EchoWord) throws {
        guard let recipient = try known(word.openID, app: word.app) else {
            if let otherwise = word.otherwise { return try take(otherwise) }
            result.strangers += 1
            return
        }
        let day = PlatformDay(containing: min(word.at, now)).number
        // The id counts on the days beside it too: two clocks do not turn midnight at once.
        let byID = try (day - 1...day + 1).lazy.flatMap { try attempts(recipient, word.account, day: $0) }
            .first { !word.messageID.isEmpty && $0.ids.contains(word.messageID) }
        if let byID { return try use(word, for: byID, recipient) }
        guard word.isOurs else {
            if let otherwise = word.otherwise { try take(otherwise) }
            return
        }
        let candidates = try attempts(recipient, word.account, day: day)
        // Rule 5 leaves one contact that keeps its place: unknown, open or accepted. Whatever else was tried on that day
        // was definitely refused or never left. Of several, as answers make them, nobody knows which it is.
        let arrived = candidates.filter(\.mayHaveArrived)
        guard let kept = arrived.last else {
            result.strayEchoes += 1
            return
        }
        if arrived.count > 1, arrived.contains(where: \.isAnswer) {
            result.repeated += 1
            return
        }
        try use(word, for: kept, recipient)
    }

    private mutating func use(_ word: EchoWord, for found: Try, _ recipient: Int64) throws {
        switch found.outcome {
        case .unknown:
            guard now < found.started + finalAfter else {
                result.outdated += 1
                return
            }
            try settle(found, recipient, word.account)
            try keep(word, recipient, day: found.day, number: found.number)
        case nil: try keep(word, recipient, day: found.day, number: nil)
        case .accepted: result.repeated += 1
        case .rejected, .refusedForNow, .notSent: result.strayEchoes += 1
        }
    }

    /// Any one message of the contact proves the contact. Quota stays where it is: an unknown has kept all of it.
    private mutating func settle(_ found: Try, _ recipient: Int64, _ account: AccountID) throws {
        let key: Arguments = [found.day, recipient, account.rawValue, found.number]
        guard
            let row = try StoredRow.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT run, variant, reason FROM attempt
                        WHERE day = ? AND recipient = ? AND account = ? AND number = ? AND outcome = 5
                        """), arguments: key)
        else { return }
        let run = RunID(rawValue: row["run"])
        changes.count(
            run: run, variant: row["variant"], .unknown, (row["reason"] as Int?).flatMap { Reason(rawValue: $0) },
            by: -1)
        changes.count(run: run, variant: row["variant"], .accepted, by: 1)
        try db.execute(
            sql: """
                UPDATE attempt SET outcome = 1, reason = NULL, settled = ?
                WHERE day = ? AND recipient = ? AND account = ? AND number = ?
                """, arguments: [now.milliseconds] + key)
        try db.execute(
            sql: "DELETE FROM unknown_attempt WHERE day = ? AND recipient = ? AND account = ? AND number = ?",
            arguments: key)
        result.proved.append(
            AttemptKey(
                day: PlatformDay(number: found.day), recipient: RecipientID(rawValue: recipient), account: account,
                number: Int32(found.number)))
    }

    /// An echo may come before the reply is given up: it waits beside the attempt until that has an outcome.
    private func keep(_ word: EchoWord, _ recipient: Int64, day: Int32, number: Int?) throws {
        try db.execute(
            sql: """
                INSERT INTO echo (day, recipient, account, message_id, at, received, number)
                VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (day, recipient, account, message_id) DO UPDATE SET number = excluded.number
                """,
            arguments: [
                day, recipient, word.account.rawValue, word.messageID, word.at.milliseconds, now.milliseconds, number,
            ])
    }

    mutating func useWaitingEchoes(limit: Int) throws {
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT day, recipient, account, message_id FROM echo WHERE number IS NULL
                    ORDER BY day, recipient, account LIMIT ?
                    """), arguments: [limit])
        for (place, row) in rows.enumerated() {
            let key: Arguments = [
                row["day"] as Int32, row["recipient"] as Int64, row["account"] as Int64, row["message_id"] as String,
            ]
            let why = try alone(at: place) { try $0.use(waiting: row, key) }
            if why != nil { try forget(key) }
        }
    }

    private mutating func use(waiting row: StoredRow, _ key: Arguments) throws {
        let (day, recipient): (Int32, Int64) = (row["day"], row["recipient"])
        let account = AccountID(rawValue: row["account"])
        let found = try attempts(recipient, account, day: day)
        if found.contains(where: { $0.outcome == nil }) { return }
        let isOneOfSeveral = found.count(where: \.mayHaveArrived) > 1 && found.contains(where: \.isAnswer)
        let unknown = isOneOfSeveral ? nil : found.last { $0.outcome == .unknown }
        if let unknown, now < unknown.started + finalAfter {
            try settle(unknown, recipient, account)
            try db.execute(
                sql: "UPDATE echo SET number = ? WHERE day = ? AND recipient = ? AND account = ? AND message_id = ?",
                arguments: [unknown.number] + key)
            return
        }
        // The reply came after all, or nothing can be proved any more.
        if !found.contains(where: { $0.outcome == .accepted }) { result.strayEchoes += 1 }
        try forget(key)
    }

    private func forget(_ key: Arguments) throws {
        try db.execute(
            sql: "DELETE FROM echo WHERE day = ? AND recipient = ? AND account = ? AND message_id = ?", arguments: key)
    }

    /// Whoever came too early is looked at again while there is anybody.
    mutating func countWaiting() throws {
        result.waiting =
            try Int.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT (SELECT count(*) FROM event WHERE run IS NULL)
                            + (SELECT count(*) FROM echo WHERE number IS NULL)
                        """)) ?? 0
    }

    private func attempts(_ recipient: Int64, _ account: AccountID, day: Int32) throws -> [Try] {
        try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT day, number, outcome, started, message_ids, segment FROM attempt
                    WHERE day = ? AND recipient = ? AND account = ? ORDER BY number
                    """), arguments: [day, recipient, account.rawValue]
        ).map { row in
            Try(
                day: row["day"], number: row["number"],
                outcome: (row["outcome"] as Int?).flatMap { OutcomeKind(rawValue: $0) },
                started: Moment(row["started"] as Int64),
                ids: (row["message_ids"] as String? ?? "").split(separator: "\n").map(String.init),
                isAnswer: (row["segment"] as Int64) < 0)
        }
    }
}
