import CampaignModel
import Foundation
import Ports
import Store

extension LedgerSQLite {
    package func take(_ demand: ArrivalDemand) throws -> Int {
        try inWrite(term: demand.term) { db, _ in
            var taken = 0
            let insert = try db.cachedStatement(
                sql: """
                    INSERT INTO arrival (app, source, digest, received, body) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """)
            for arrival in demand.arrivals {
                try insert.execute(arguments: [
                    arrival.app.rawValue, arrival.source.rawValue, Data(arrival.digest), demand.now.milliseconds,
                    Data(arrival.body),
                ])
                taken += db.changesCount
            }
            return taken
        }
    }

    package func arrivals(limit: Int) throws -> [Arrival] {
        try inRead { db in
            try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: "SELECT id, app, source, received, body FROM arrival WHERE done IS NULL ORDER BY id LIMIT ?"),
                arguments: [limit]
            ).map { row in
                try Arrival(
                    id: row["id"], app: AppID(rawValue: row["app"]),
                    source: Stored.value(row["source"], "arrival.source"), received: Moment(row["received"] as Int64),
                    body: Array(row["body"] as Data))
            }
        }
    }

    package func apply(_ demand: EvidenceDemand) throws -> EvidenceResult {
        try inWrite(term: demand.term) { db, hot in
            var work = EvidenceWork(
                db: db, hot: hot, now: demand.now, finalAfter: demand.unknownFinalAfter,
                stockPerAuthorization: demand.stockPerAuthorization)
            work.enrolling = demand.enrol
            for (place, step) in demand.steps.enumerated() {
                let why = try work.alone(at: place) { work in
                    for evidence in step.evidence { try take(evidence, &work, term: demand.term) }
                }
                guard var conclusion = step.conclusion else { continue }
                if let why {
                    conclusion.note = "set aside: \(why)"
                    conclusion.keepsBody = true
                }
                try work.conclude(conclusion)
            }
            return work.result
        }
    }

    private func take(_ evidence: Evidence, _ work: inout EvidenceWork, term: Term) throws {
        switch evidence {
        case .event(let word): try work.take(word)
        case .consent(let word): try work.take(word)
        case .echo(let word): try work.take(word)
        case .binding(let word): try take(word, &work, term: term)
        case .order(let word): try work.take(word)
        }
    }

    package func catchUp(_ demand: CatchUpDemand) throws -> EvidenceResult {
        try inWrite(term: demand.term) { db, hot in
            var work = EvidenceWork(
                db: db, hot: hot, now: demand.now, finalAfter: demand.unknownFinalAfter, stockPerAuthorization: nil)
            try work.creditWaiting(limit: demand.limit)
            try work.useWaitingEchoes(limit: demand.limit)
            try work.countWaiting()
            return work.result
        }
    }

    package func sweepArrivals(before: Moment, setAsideBefore: Moment, limit: Int, term: Term) throws -> Int {
        try inWrite(term: term) { db, _ in
            try db.execute(
                sql: """
                    DELETE FROM arrival WHERE id IN
                        (SELECT id FROM arrival WHERE done < ? AND (length(body) = 0 OR done < ?) LIMIT ?)
                    """, arguments: [before.milliseconds, setAsideBefore.milliseconds, limit])
            return db.changesCount
        }
    }

    /// The account's permission is gone until somebody releases it; a word that is older than a grant changes nothing.
    private func take(_ word: BindingWord, _ work: inout EvidenceWork, term: Term) throws {
        let isNew = try work.insert(
            identity: word.identity, kind: word.granted ? .bound : .unbound, app: word.app, account: word.account,
            recipient: 0, at: word.at, amount: nil, source: .callback)
        guard isNew != nil, !word.granted else { return }
        let granted = try Int64.fetchOne(
            work.db, sql: "SELECT max(at) FROM event WHERE account = ? AND kind = ?",
            arguments: [word.account.rawValue, EventKind.bound.rawValue])
        // The platform tells whole seconds. Of a yes and a no within one, the no is believed.
        if let granted, granted > word.at.milliseconds + 999 {
            work.result.outdated += 1
            return
        }
        try hold(
            account: word.account, LaneHold(reason: .accountNotBound, until: nil), by: "platform", at: work.now,
            term: term)
        work.result.stopped.append(word.account)
    }
}

/// One transaction's worth of evidence: takes words, keeps what they change, and writes the roll-ups with each step.
struct EvidenceWork {
    let db: any Session
    let hot: HotStatements
    let now: Moment
    let finalAfter: Duration
    let stockPerAuthorization: Int?
    var result = EvidenceResult()
    var changes = Changes()
    /// The place in the demand of the step that is being taken.
    var step = 0
    var crediting = Crediting()
    /// nil: nobody listens.
    var enrolling: Enrolling?
    /// What happened before has been erased by age; nil: not asked yet.
    private var erasedBefore: Int64?

    init(db: any Session, hot: HotStatements, now: Moment, finalAfter: Duration, stockPerAuthorization: Int?) {
        self.db = db
        self.hot = hot
        self.now = now
        self.finalAfter = finalAfter
        self.stockPerAuthorization = stockPerAuthorization
    }

    /// What `body` does holds or is undone as one, in the tables and here.
    /// - Returns: why it was undone; nil: it holds.
    mutating func alone(at place: Int, _ body: (inout EvidenceWork) throws -> Void) throws -> String? {
        var attempt = self
        attempt.step = place
        let why = try LedgerSQLite.alone(db) {
            try body(&attempt)
            try attempt.changes.write(hot)
            attempt.changes = Changes()
        }
        if let why {
            result.refused.append(RefusedStep(place: place, why: why))
        } else {
            self = attempt
        }
        return why
    }

    func conclude(_ conclusion: EvidenceDemand.Conclusion) throws {
        try db.cachedStatement(
            sql: "UPDATE arrival SET done = ?2, note = ?3, body = CASE ?4 WHEN 1 THEN body ELSE x'' END WHERE id = ?1"
        ).execute(arguments: [conclusion.arrival, now.milliseconds, conclusion.note, conclusion.keepsBody])
    }

    // MARK: - Events

    private mutating func isErased(_ at: Moment) throws -> Bool {
        let before =
            try erasedBefore ?? Int64.fetchOne(db.cachedStatement(sql: "SELECT events_before FROM instance")) ?? 0
        erasedBefore = before
        return at.milliseconds < before
    }

    /// Of whom something is told. Of what partners tell, somebody whom nobody ever wrote to or listed is no person of ours.
    /// - Parameter isWelcome: of whomever it is, and however old.
    /// - Returns: nil: nothing is kept of it, and that is counted.
    mutating func whose(_ openID: String, _ app: AppID, at: Moment, isWelcome: Bool) throws -> Int64? {
        if !isWelcome, try isErased(at) {
            result.tooOld.append(step)
            return nil
        }
        let recipient =
            isWelcome ? try LedgerSQLite.living(openID, app: app.rawValue, db) : try known(openID, app: app)
        if recipient == nil { result.strangers += 1 }
        return recipient
    }

    mutating func take(_ word: EventWord) throws {
        // Whoever wants to be left alone is remembered before any list names them.
        let isWelcome = word.source == .callback || word.kind == .optedOut
        guard let recipient = try whose(word.openID, word.app, at: word.at, isWelcome: isWelcome) else { return }
        let at = min(word.at, now)
        let isOfTouch = !word.kind.conversions.isEmpty
        guard
            let id = try insert(
                identity: word.identity, kind: word.kind, app: word.app, account: word.account, recipient: recipient,
                at: at, amount: word.amount, source: word.source, context: word.context)
        else {
            result.repeated += 1
            if word.kind == .ordered, try !isTold(word.identity, amount: word.amount) {
                result.otherAmounts.append(step)
            }
            return
        }
        result.taken += 1
        if word.kind == .optedOut { try deny(recipient, word) }
        if let account = word.account {
            let responses = ResponseTimes(db: db, recipient: recipient)
            if word.kind == .replied {
                try noteReply(recipient, account, at: at)
                try responses.asks(id, at: at.milliseconds, account: account.rawValue)
            } else if word.kind == .answered {
                try responses.answers(id, at: at.milliseconds, account: account.rawValue)
            }
        }
        try noteActivity(word, recipient, at: at)
        try enrol(word, event: id, recipient: recipient, at: at)
        guard isOfTouch else { return }
        let event = CreditedEvent(
            id: id, kind: word.kind, recipient: recipient, account: word.account?.rawValue ?? 0, at: at,
            amount: word.amount ?? 0)
        // What somebody asked for holds, also where the figures cannot take it.
        if try LedgerSQLite.alone(db, { try crediting.credit(event, db) }) != nil { result.uncredited += 1 }
        if word.kind == .ordered { try applyChangesAhead(of: word.identity, recipient: recipient) }
    }

    /// The new row's id; nil when the event is known.
    func insert(
        identity: [UInt8], kind: EventKind, app: AppID, account: AccountID?, recipient: Int64, at: Moment,
        amount: Int64?, source: ArrivalSource, context: EventContext = EventContext()
    ) throws -> Int64? {
        try db.cachedStatement(
            sql: """
                INSERT INTO event (identity, kind, app, account, recipient, at, received, amount, source, message,
                                   conversation, said, ad)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''), nullif(?, ''), ?, nullif(?, ''))
                ON CONFLICT DO NOTHING
                """
        ).execute(arguments: [
            Data(identity), kind.rawValue, app.rawValue, account?.rawValue ?? 0, recipient, at.milliseconds,
            now.milliseconds, amount, source.rawValue, context.message, context.conversation, context.said,
            context.ad,
        ])
        guard db.changesCount > 0 else { return nil }
        let id = db.lastInsertedRowID
        try db.cachedStatement(
            sql: """
                INSERT INTO measured (app, account, kind, first, last) VALUES (?1, ?2, ?3, ?4, ?4)
                ON CONFLICT (app, account, kind) DO UPDATE SET first = min(measured.first, ?4), last = max(measured.last, ?4)
                """
        ).execute(arguments: [app.rawValue, account?.rawValue ?? 0, kind.rawValue, at.milliseconds])
        return id
    }

    func known(_ openID: String, app: AppID) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM recipient WHERE app = ? AND open_id = ?"),
            arguments: [app.rawValue, openID])
    }

    /// On the deny list of every account of the app: who says stop to one of them means the sender.
    private mutating func deny(_ recipient: Int64, _ word: EventWord) throws {
        try db.execute(
            sql: """
                INSERT INTO listed (recipient, list, account, since, person) VALUES (?, 1, 0, ?, ?)
                ON CONFLICT DO NOTHING
                """,
            arguments: [recipient, now.milliseconds, word.words.isEmpty ? "event" : "reply: \(word.words)"])
        guard db.changesCount > 0 else { return }
        result.denied.append(RecipientID(rawValue: recipient))
    }

    private func noteReply(_ recipient: Int64, _ account: AccountID, at: Moment) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO acquaintance (account, recipient, replied) VALUES (?1, ?2, ?3)
                ON CONFLICT (account, recipient) DO UPDATE SET replied = max(coalesce(acquaintance.replied, 0), excluded.replied)
                """
        ).execute(arguments: [account.rawValue, recipient, at.milliseconds])
    }

    private func noteActivity(_ word: EventWord, _ recipient: Int64, at: Moment) throws {
        let slot = at.shanghaiTimeOfDay / 900_000
        try db.cachedStatement(
            sql: """
                INSERT INTO account_activity (account, day, slot, kind, events) VALUES (?, ?, ?, ?, 1)
                ON CONFLICT (account, day, slot, kind) DO UPDATE SET events = account_activity.events + 1
                """
        ).execute(arguments: [
            word.account?.rawValue ?? 0, PlatformDay(containing: at).number, slot, word.kind.rawValue,
        ])
        // What people did by themselves says when they look; what staff did says when staff does.
        guard let account = word.account, word.kind.isSignOfLife else { return }
        try LedgerSQLite.note(ActivitySign(account: account, recipient: RecipientID(rawValue: recipient), at: at), db)
    }

    mutating func creditWaiting(limit: Int) throws {
        let rows = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT id, kind, recipient, account, at, coalesce(amount, 0) AS amount FROM event
                    WHERE run IS NULL ORDER BY id LIMIT ?
                    """), arguments: [limit])
        for (place, row) in rows.enumerated() {
            let why = try alone(at: place) { try $0.crediting.credit(CreditedEvent(row), $0.db) }
            guard why != nil else { continue }
            // Nobody's, or it would be looked at before all others for ever.
            try db.execute(sql: "UPDATE event SET run = 0 WHERE id = ?", arguments: [row["id"] as Int64])
        }
    }

    // MARK: - Consent

    /// `checked` is the moment the platform speaks of, not the one at which we heard of it: a late word is as old as what
    /// it says, and evidence older than a day is asked for again.
    mutating func take(_ word: ConsentWord) throws {
        guard let recipient = try LedgerSQLite.living(word.openID, app: word.app.rawValue, db) else {
            result.strangers += 1
            return
        }
        let isNew = try insert(
            identity: word.identity, kind: word.authorized ? .authorized : .withdrew, app: word.app,
            account: word.account, recipient: recipient, at: min(word.said, now), amount: nil, source: .callback)
        guard let isNew else {
            result.repeated += 1
            return
        }
        result.taken += 1
        if word.authorized {
            let event = EventWord(
                identity: word.identity, kind: .authorized, app: word.app, account: word.account, openID: word.openID,
                at: word.said, source: .callback)
            try enrol(event, event: isNew, recipient: recipient, at: min(word.said, now))
        }
        // The platform tells whole seconds. Of a yes and a no within one, the no is believed.
        let said = word.authorized ? min(word.said, now) : min(word.said + .milliseconds(999), now)
        let row = try StoredRow.fetchOne(
            db.cachedStatement(
                sql: "SELECT state, granted, checked, stock FROM consent WHERE account = ? AND recipient = ?"),
            arguments: [word.account.rawValue, recipient])
        if let row, row["checked"] as Int64 > said.milliseconds {
            result.outdated += 1
            return
        }
        let wasAuthorized = row.map { ($0["state"] as Int) == Consent.State.authorized.rawValue } ?? false
        var stock: Int? = row?["stock"]
        let granted: Int64 = row?["granted"] ?? 0
        if word.authorized, let worth = stockPerAuthorization {
            if let left = stock {
                // What the walk has seen and counted already is this very authorisation, told late.
                if !wasAuthorized || said.milliseconds > granted { stock = left + worth }
            } else {
                stock = worth
            }
        }
        try db.execute(
            sql: """
                INSERT INTO consent (account, recipient, state, source, granted, expires, checked, stock)
                VALUES (?1, ?2, ?3, 'event', ?4, ?5, ?6, ?7)
                ON CONFLICT (account, recipient) DO UPDATE SET state = excluded.state, source = excluded.source, granted = excluded.granted,
                    expires = coalesce(excluded.expires, consent.expires), checked = excluded.checked, stock = excluded.stock
                """,
            arguments: [
                word.account.rawValue, recipient,
                (word.authorized ? Consent.State.authorized : .withdrawn).rawValue,
                word.authorized && (!wasAuthorized || stockPerAuthorization != nil) ? said.milliseconds : granted,
                word.expires?.milliseconds, said.milliseconds, stock,
            ])
        try noteEntrance(recipient, word, at: said)
        try LedgerSQLite.wakeWaiting(recipient, account: word.account, at: now, db)
        result.consents += 1
    }

    private func noteEntrance(_ recipient: Int64, _ word: ConsentWord, at said: Moment) throws {
        guard word.authorized, !word.enteredFrom.isEmpty else { return }
        try db.execute(
            sql: """
                INSERT INTO acquaintance (account, recipient, entered_from, said) VALUES (?, ?, ?, ?)
                ON CONFLICT (account, recipient) DO UPDATE SET entered_from = excluded.entered_from, said = excluded.said
                WHERE excluded.said >= acquaintance.said
                """, arguments: [word.account.rawValue, recipient, word.enteredFrom, said.milliseconds])
    }
}
