import CampaignModel
import Ports
import Store

/// The statements that read and write how an account stands and what single people wish, beside those of the hot path.
final class AccountStatements {
    private let readQualifications: any Statement
    private let readTemplates: any Statement
    private let readMinutes: any Statement
    private let putMinute: any Statement
    private let pruneMinutes: any Statement
    private let anyPersonal: any Statement
    private let readWindow: any Statement
    private let readPrompts: any Statement
    private let putPrompt: any Statement
    private let takePromptBack: any Statement
    /// Looking a zone up by its name costs more than everything else about a person.
    private var zones: [String: Zone] = [:]
    /// The same of a qualification's JSON: a lane reads its account with each transaction.
    private var qualifications: [String: Qualification] = [:]

    init(_ session: any Session) throws {
        func prepare(_ sql: String) throws -> any Statement { try session.prepare(sql) }
        readQualifications = try prepare(
            """
            SELECT id, valid_from, valid_to, messages_per_day FROM qualification WHERE account = ?1 AND valid_to > ?2
            ORDER BY valid_from, id
            """)
        readTemplates = try prepare(
            """
            SELECT id, approved FROM card_template WHERE app = (SELECT app FROM account WHERE id = ?1) ORDER BY id
            """)
        readMinutes = try prepare(
            "SELECT minute, people, messages, slowed_until FROM lane_minute WHERE account = ?1 ORDER BY minute")
        putMinute = try prepare(
            """
            INSERT INTO lane_minute (account, minute, people, messages, slowed_until) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (account, minute) DO UPDATE SET people = lane_minute.people + excluded.people, messages = lane_minute.messages + excluded.messages,
                slowed_until = excluded.slowed_until
            """)
        pruneMinutes = try prepare("DELETE FROM lane_minute WHERE account = ?1 AND minute < ?2")
        anyPersonal = try prepare(
            "SELECT EXISTS (SELECT 1 FROM person_window), EXISTS (SELECT 1 FROM prompt)")
        readWindow = try prepare("SELECT zone, quiet_from, quiet_to FROM person_window WHERE recipient = ?1")
        readPrompts = try prepare(
            """
            SELECT coalesce(sum(shown) FILTER (WHERE day = ?3), 0), coalesce(sum(refused), 0) FROM prompt
            WHERE account = ?1 AND recipient = ?2 AND day BETWEEN ?3 - 6 AND ?3
            """)
        putPrompt = try prepare(
            """
            INSERT INTO prompt (account, recipient, day, shown, refused) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (account, recipient, day) DO UPDATE SET shown = prompt.shown + excluded.shown, refused = prompt.refused + excluded.refused
            """)
        takePromptBack = try prepare(
            """
            UPDATE prompt SET shown = shown - 1 WHERE account = ?1 AND recipient = ?2 AND day = ?3 AND shown > 0
            """)
    }

    // MARK: - The lane

    /// Rules 3a, 16 and 28: qualifications on file that are not over, templates on record, and what was started lately.
    func fill(_ lane: inout LaneFacts, at now: Moment) throws {
        readQualifications.bind(1, lane.account.rawValue)
        readQualifications.bind(2, now.milliseconds)
        defer { readQualifications.reset() }
        while try readQualifications.step() {
            lane.qualifications.append(
                Qualification(
                    id: readQualifications.text(0), validFrom: Moment(readQualifications.int(1)),
                    validTo: Moment(readQualifications.int(2)), messagesPerDay: Int(readQualifications.int(3))))
        }
        readTemplates.bind(1, lane.account.rawValue)
        defer { readTemplates.reset() }
        while try readTemplates.step() {
            lane.templates.append(CardTemplate(id: readTemplates.text(0), isApproved: readTemplates.int(1) != 0))
        }
        readMinutes.bind(1, lane.account.rawValue)
        defer { readMinutes.reset() }
        var minutes: [RecentSends.Minute] = []
        while try readMinutes.step() {
            minutes.append(
                .init(
                    minute: readMinutes.int(0), people: Int(readMinutes.int(1)), messages: Int(readMinutes.int(2))))
            lane.slowedUntil = readMinutes.optionalInt(3).map { Moment($0) }
        }
        lane.recent = RecentSends(minutes: minutes)
    }

    /// - Parameter keeps: what is older is forgotten.
    func note(
        _ account: AccountID, people: Int, messages: Int, slowedUntil: Moment?, keeps: Duration, at now: Moment
    ) throws {
        let minute = RecentSends.minute(of: now)
        putMinute.bind(1, account.rawValue)
        putMinute.bind(2, minute)
        putMinute.bind(3, people)
        putMinute.bind(4, messages)
        if let slowedUntil { putMinute.bind(5, slowedUntil.milliseconds) } else { putMinute.bindNull(5) }
        try putMinute.run()
        pruneMinutes.bind(1, account.rawValue)
        pruneMinutes.bind(2, minute - keeps.wholeMilliseconds / 60_000 - 1)
        try pruneMinutes.run()
    }

    // MARK: - The person

    /// Whether anybody at all has hours of their own, or was shown a card: most ledgers pay one look and no more.
    func hasPersonal() throws -> (windows: Bool, prompts: Bool) {
        defer { anyPersonal.reset() }
        guard try anyPersonal.step() else { return (false, false) }
        return (anyPersonal.int(0) != 0, anyPersonal.int(1) != 0)
    }

    func window(of recipient: RecipientID) throws -> PersonWindow? {
        readWindow.bind(1, recipient.rawValue)
        defer { readWindow.reset() }
        guard try readWindow.step() else { return nil }
        var quiet: DayWindow?
        if let from = readWindow.optionalInt(1), let to = readWindow.optionalInt(2) {
            quiet = DayWindow(fromMinute: Int(from), toMinute: Int(to))
        }
        return PersonWindow(zone: zone(named: readWindow.text(0)), quiet: quiet)
    }

    func accountZone(named name: String) throws -> Zone {
        guard let zone = zone(named: name) else { throw LedgerError.corrupt(column: "account.zone", value: name) }
        return zone
    }

    func zone(named name: String) -> Zone? {
        if name.isEmpty { return nil }
        if let known = zones[name] { return known }
        let zone = Zone(identifier: name)
        zones[name] = zone
        return zone
    }

    func qualification(written text: String) -> Qualification? {
        if text.isEmpty { return nil }
        if let known = qualifications[text] { return known }
        let qualification = LaneReader.decodeQualification(text)
        // Each change leaves its old text behind: a few a year.
        qualifications[text] = qualification
        return qualification
    }

    /// - Parameter owner: the account that the cards ask for.
    func prompts(of recipient: RecipientID, for owner: AccountID, on day: PlatformDay) throws -> PromptCount {
        readPrompts.bind(1, owner.rawValue)
        readPrompts.bind(2, recipient.rawValue)
        readPrompts.bind(3, Int64(day.number))
        defer { readPrompts.reset() }
        guard try readPrompts.step() else { return PromptCount() }
        return PromptCount(today: Int(readPrompts.int(0)), refused: Int(readPrompts.int(1)))
    }

    /// - Parameter owner: the account that the cards ask for, whoever sent them.
    func notePrompts(
        for owner: AccountID, _ recipient: RecipientID, day: PlatformDay, shown: Int, refused: Int = 0
    ) throws {
        putPrompt.bind(1, owner.rawValue)
        putPrompt.bind(2, recipient.rawValue)
        putPrompt.bind(3, Int64(day.number))
        putPrompt.bind(4, shown)
        putPrompt.bind(5, refused)
        try putPrompt.run()
    }

    /// One card that certainly never arrived.
    func takePromptBack(for owner: AccountID, _ recipient: RecipientID, day: PlatformDay) throws {
        takePromptBack.bind(1, owner.rawValue)
        takePromptBack.bind(2, recipient.rawValue)
        takePromptBack.bind(3, Int64(day.number))
        try takePromptBack.run()
    }
}

/// What is read of each candidate beside contacts and lists, and only where anything can be there.
struct PersonalFacts {
    let windows: Bool
    let prompts: Bool
    let week: Bool
    var isAny: Bool { windows || prompts || week }

    /// - Parameter week: rule 29 has a number.
    init(_ hot: HotStatements, week: Bool) throws {
        let found = try hot.accounts.hasPersonal()
        windows = found.windows
        prompts = found.prompts
        self.week = week
    }

    /// - Parameter owners: the accounts that the run's authorisation cards ask for.
    func fill(
        _ person: inout PersonFacts, _ recipient: RecipientID, asking owners: some Collection<AccountID>,
        _ hot: HotStatements
    ) throws {
        if windows { person.window = try hot.accounts.window(of: recipient) }
        if prompts {
            for owner in owners {
                person.prompts[owner] = try hot.accounts.prompts(of: recipient, for: owner, on: person.day)
            }
        }
        if week { person.contactDays = try Self.days(of: recipient, upTo: person.day, hot) }
    }

    /// By the key's prefix, seven looks.
    private static func days(of recipient: RecipientID, upTo day: PlatformDay, _ hot: HotStatements) throws
        -> [PlatformDay]
    {
        var days: [PlatformDay] = []
        for number in day.number - 6...day.number {
            let row = hot.readContacts
            row.bind(1, Int64(number))
            row.bind(2, recipient.rawValue)
            defer { row.reset() }
            while try row.step() { if row.int(2) != 0 { days.append(PlatformDay(number: number)) } }
        }
        return days
    }
}
