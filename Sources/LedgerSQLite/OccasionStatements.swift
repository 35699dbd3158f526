import CampaignModel
import Ports
import Store

/// The statements about occasions, beside the hot ones because they run inside the same transactions. A run that listens to
/// nothing never asks them.
struct OccasionStatements {
    let readDue: any Statement
    let readGhost: any Statement
    let readOne: any Statement
    let readContacts: any Statement
    let readLast: any Statement
    let readSince: any Statement
    let readSaid: any Statement
    let putOpen: any Statement
    let putWaiting: any Statement
    let putEnd: any Statement

    init(_ session: any Session) throws {
        // A plus keeps a column out of the choice of an index: a person's rows are few, an account's are all.
        func prepare(_ sql: String) throws -> any Statement { try session.prepare(sql) }
        // The newest first, by when their turn came: of fifty thousand who enter in one minute the old ones are stale before
        // it. By the index alone, so that neither those who wait for tomorrow nor a sorting is paid for.
        readDue = try prepare(
            Self.row + " WHERE o.run = ?1 AND o.state = 1 AND o.until <= ?3 ORDER BY o.until DESC, o.id DESC LIMIT ?4")
        readGhost = try prepare(
            Self.row
                + """
                 WHERE o.id = (SELECT min(+x.id) FROM occasion x
                               WHERE +x.run = ?1 AND x.campaign = ?3 AND x.recipient = ?4 AND +x.state = 5)
                """)
        readOne = try prepare(Self.row + " WHERE o.id = ?1")
        readContacts = try prepare(
            """
            SELECT event, spends, messages, started FROM occasion
            WHERE recipient = ?1 AND started >= ?3 AND account = ?2 ORDER BY started, id
            """)
        readLast = try prepare("SELECT max(started) FROM occasion WHERE campaign = ?1 AND recipient = ?2")
        readSince = try prepare(
            """
            SELECT kind, at FROM event WHERE recipient = ?1 AND at >= ?3 AND +account IN (0, ?2)
            """)
        readSaid = try prepare(
            """
            SELECT said FROM event WHERE recipient = ?1 AND at <= ?3 AND +account = ?2 AND +kind = 3
            ORDER BY at DESC, id DESC LIMIT 16
            """)
        putOpen = try prepare(
            """
            UPDATE occasion SET state = 2, reason = NULL, started = ?2, messages = ?3, tries = ?4 WHERE id = ?1
            """)
        putWaiting = try prepare(
            "UPDATE occasion SET state = 1, until = ?2, reason = ?3, tries = ?4, started = NULL WHERE id = ?1")
        putEnd = try prepare(
            """
            UPDATE occasion SET state = ?2, reason = ?3, ended = ?4, started = CASE ?2 WHEN 4 THEN NULL ELSE started END
            WHERE id = ?1
            """)
    }

    /// The first twelve are those of the plan's statement: the same row is made of them.
    private static let row =
        """
        SELECT o.id, o.recipient, o.variant, o.tries, r.open_id, NULL, 0,
               c.state, c.expires, c.checked, c.stock, c.mutual,
               o.reason, o.event, o.at, o.due, e.message, e.conversation, o.campaign, o.spends
        FROM occasion o CROSS JOIN recipient r ON r.id = o.recipient
        LEFT JOIN event e ON e.id = o.event
        LEFT JOIN consent c ON c.account = ?2 AND c.recipient = o.recipient
        """

    /// One of them, for whoever asks why.
    func row(of occasion: OccasionID, _ run: RunID, account: AccountID) throws -> CandidateRow? {
        readOne.bind(1, occasion.rawValue)
        readOne.bind(2, account.rawValue)
        defer { readOne.reset() }
        return try readOne.step() ? try CandidateRow(occasion: readOne, run) : nil
    }

    /// Everything about the conversation that the rules look at.
    func fill(_ facts: inout OccasionFacts, _ key: OccasionKey, at now: Moment) throws {
        let dayAgo = now - .hours(24)
        readContacts.bind(1, key.recipient.rawValue)
        readContacts.bind(2, key.account.rawValue)
        readContacts.bind(3, dayAgo.milliseconds)
        defer { readContacts.reset() }
        while try readContacts.step() {
            facts.contacts.append(
                .init(
                    event: readContacts.int(0), right: try Trigger.Right(stored: readContacts.int(1)),
                    messages: Int(readContacts.int(2)), started: Moment(readContacts.int(3))))
        }
        readLast.bind(1, key.campaign)
        readLast.bind(2, key.recipient.rawValue)
        defer { readLast.reset() }
        if try readLast.step() { facts.lastStarted = readLast.optionalInt(0).map { Moment($0) } }
        readSince.bind(1, key.recipient.rawValue)
        readSince.bind(2, key.account.rawValue)
        readSince.bind(3, min(dayAgo, facts.happened).milliseconds)
        defer { readSince.reset() }
        while try readSince.step() {
            let kind: EventKind = try Stored.value(Int(readSince.int(0)), "event.kind")
            let at = Moment(readSince.int(1))
            if at > facts.happened { facts.since.insert(kind) }
            if kind == .answered, at >= dayAgo { facts.answered = max(at, facts.answered ?? at) }
        }
        if key.right == .reply { facts.sameText = try sameText(key, upTo: facts.happened) }
    }

    /// How many times running the person wrote what they wrote last.
    private func sameText(_ key: OccasionKey, upTo happened: Moment) throws -> Int {
        readSaid.bind(1, key.recipient.rawValue)
        readSaid.bind(2, key.account.rawValue)
        readSaid.bind(3, happened.milliseconds)
        defer { readSaid.reset() }
        var last: Int64?
        var count = 0
        while try readSaid.step() {
            guard let said = readSaid.optionalInt(0), last == nil || said == last else { break }
            last = said
            count += 1
        }
        return max(count, 1)
    }
}

/// Whose conversation, and which campaign's.
struct OccasionKey {
    let account: AccountID
    let recipient: RecipientID
    let campaign: Int64
    let right: Trigger.Right
}

extension Trigger.Right {
    /// As the tables hold it.
    var stored: Int {
        switch self {
        case .enter: 1
        case .reply: 2
        case .proactive: 3
        }
    }

    init(stored: Int64) throws {
        guard let right = Self.allCases.first(where: { $0.stored == stored }) else {
            throw LedgerError.corrupt(column: "occasion.spends", value: String(stored))
        }
        self = right
    }
}
