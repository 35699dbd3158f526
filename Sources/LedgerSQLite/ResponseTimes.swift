import CampaignModel
import Store

/// How long people wait until staff answers, counted as events come, in whatever order they come: a question begins with
/// somebody's first message that nothing was answered to yet, and ends with the first answer after it, however late. More
/// messages before the answer are the same question, and an answer to nobody's question is none.
///
/// Kept for the account as a whole and for each run by the replies that are credited to it, under the question's own
/// moment. A change looks at an event's neighbours only: no conversation is read again from its beginning.
struct ResponseTimes {
    let db: any Session
    let recipient: Int64

    private struct Scope {
        /// 0: everything that was said to the account.
        var run: Int64
        var account: Int64
    }
    private struct Point {
        var at: Int64
        var id: Int64
        var isAnswer: Bool
    }

    // MARK: - Events

    /// Somebody wrote to the account.
    func asks(_ id: Int64, at: Int64, account: Int64) throws {
        try ask(Point(at: at, id: id, isAnswer: false), Scope(run: 0, account: account))
    }

    /// The message counts for a run.
    func asks(_ id: Int64, at: Int64, run: Int64) throws {
        guard let account = try account(of: run) else { return }
        try ask(Point(at: at, id: id, isAnswer: false), Scope(run: run, account: account))
    }

    /// The message counts for its run no longer. Called while its row still names it.
    func leaves(_ id: Int64, at: Int64) throws {
        let run = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT run FROM event WHERE id = ? AND run > 0"), arguments: [id])
        guard let run, let account = try account(of: run) else { return }
        let scope = Scope(run: run, account: account)
        let point = Point(at: at, id: id, isAnswer: false)
        if let before = try neighbour(of: point, scope, isAfter: false), !before.isAnswer { return }
        let next = try neighbour(of: point, scope, isAfter: true)
        let answer = try next.flatMap { $0.isAnswer ? $0 : try self.answer(to: $0, scope) }
        try count(point, answer, scope, by: -1)
        if let next, !next.isAnswer { try count(next, answer, scope, by: 1) }
    }

    /// Staff wrote to the person.
    func answers(_ id: Int64, at: Int64, account: Int64) throws {
        let point = Point(at: at, id: id, isAnswer: true)
        let whole = Scope(run: 0, account: account)
        let last = try self.last(before: point, whole)
        let runs = try Int64.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT DISTINCT e.run FROM event e CROSS JOIN run r ON r.id = e.run AND r.account = ?2
                    WHERE e.recipient = ?1 AND e.kind = 3 AND e.run > 0 AND (e.at, e.id) > (?3, ?4)
                        AND (e.at, e.id) < (?5, ?6) ORDER BY 1
                    """),
            arguments: [recipient, account, last?.at ?? Int64.min, last?.id ?? 0, at, id])
        for scope in [whole] + runs.map({ Scope(run: $0, account: account) }) {
            guard let question = try first(after: last, before: point, scope) else { continue }
            let next = try neighbour(of: point, scope, isAfter: true)
            let later = try next.flatMap { $0.isAnswer ? $0 : try answer(to: $0, scope) }
            try count(question, later, scope, by: -1)
            try count(question, point, scope, by: 1)
            // What was said after it, and was the same question until now, is one of its own.
            if let next, !next.isAnswer { try count(next, later, scope, by: 1) }
        }
    }

    private func ask(_ point: Point, _ scope: Scope) throws {
        if let before = try neighbour(of: point, scope, isAfter: false), !before.isAnswer { return }
        let next = try neighbour(of: point, scope, isAfter: true)
        let answer = try next.flatMap { $0.isAnswer ? $0 : try self.answer(to: $0, scope) }
        // It was told late: the question had begun with the next message until now.
        if let next, !next.isAnswer { try count(next, answer, scope, by: -1) }
        try count(point, answer, scope, by: 1)
    }

    // MARK: - Neighbours

    private static let inScope =
        "((?2 = 0 AND e.account = ?3 AND e.kind IN (3, 8)) OR (?2 > 0 AND (e.kind = 3 AND e.run = ?2 OR e.kind = 8 AND e.account = ?3)))"

    private func point(_ row: StoredRow) -> Point {
        Point(at: row["at"], id: row["id"], isAnswer: row["kind"] == EventKind.answered.rawValue)
    }

    private func neighbour(of point: Point, _ scope: Scope, isAfter: Bool) throws -> Point? {
        let (sign, order) = isAfter ? (">", "ASC") : ("<", "DESC")
        return try StoredRow.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT e.kind, e.at, e.id FROM event e WHERE e.recipient = ?1 AND \(Self.inScope)
                        AND (e.at, e.id) \(sign) (?4, ?5) ORDER BY e.at \(order), e.id \(order) LIMIT 1
                    """), arguments: [recipient, scope.run, scope.account, point.at, point.id]
        ).map(self.point)
    }

    /// The first answer after a message.
    private func answer(to message: Point, _ scope: Scope) throws -> Point? {
        try StoredRow.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT kind, at, id FROM event WHERE recipient = ? AND account = ? AND kind = 8 AND (at, id) > (?, ?)
                    ORDER BY at, id LIMIT 1
                    """), arguments: [recipient, scope.account, message.at, message.id]
        ).map(point)
    }

    private func last(before answer: Point, _ scope: Scope) throws -> Point? {
        try StoredRow.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT kind, at, id FROM event WHERE recipient = ? AND account = ? AND kind = 8 AND (at, id) < (?, ?)
                    ORDER BY at DESC, id DESC LIMIT 1
                    """), arguments: [recipient, scope.account, answer.at, answer.id]
        ).map(point)
    }

    /// The first message after one answer and before the next.
    private func first(after last: Point?, before answer: Point, _ scope: Scope) throws -> Point? {
        try StoredRow.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT e.kind, e.at, e.id FROM event e WHERE e.recipient = ?1 AND e.kind = 3 AND \(Self.inScope)
                        AND (e.at, e.id) > (?4, ?5) AND (e.at, e.id) < (?6, ?7) ORDER BY e.at, e.id LIMIT 1
                    """),
            arguments: [
                recipient, scope.run, scope.account, last?.at ?? Int64.min, last?.id ?? 0, answer.at, answer.id,
            ]
        ).map(point)
    }

    private func account(of run: Int64) throws -> Int64? {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT account FROM run WHERE id = ?"), arguments: [run])
    }

    // MARK: - Counting

    private func count(_ question: Point, _ answer: Point?, _ scope: Scope, by sign: Int) throws {
        let waited = answer.map { $0.at - question.at }
        let isAnswered = waited.map { $0 <= AnswerLimit.longest.wholeMilliseconds } ?? false
        try db.cachedStatement(
            sql: """
                INSERT INTO response (account, run, quarter, questions, answered, waited) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                ON CONFLICT (account, run, quarter) DO UPDATE SET questions = response.questions + ?4, answered = response.answered + ?5, waited = response.waited + ?6
                """
        ).execute(arguments: [
            scope.account, scope.run, Moment(question.at).quarter, sign, isAnswered ? sign : 0,
            isAnswered ? Int64(sign) * (waited ?? 0) : 0,
        ])
    }
}
