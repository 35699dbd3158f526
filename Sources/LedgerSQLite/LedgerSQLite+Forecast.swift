import CampaignModel
import Foundation
import Ports
import SendingRules
import Store

extension LedgerSQLite {
    package func rehearsePlan(
        _ demand: PlanDemand, _ look: ForecastLook, place: (PlanCandidate) throws -> Placement,
        each: (ForecastPerson) throws -> Void
    ) throws -> PlanResult {
        try inRead { db in
            let known = try KnownPeople(demand.run, look, try hotStatements(db), db)
            var rehearsal = PlanRehearsal(demand, try PlanSources.read(demand, db), known)
            try rehearsal.gather(db, place)
            return try rehearsal.tell(each)
        }
    }

    package func peopleLeft(of run: RunID, _ look: ForecastLook, each: (ForecastPerson) throws -> Void) throws {
        try inRead { db in
            let known = try KnownPeople(run, look, try hotStatements(db), db)
            var left = try Self.left(of: run, db)
            // The plan is in random order and the consents are not: both are walked once, by number.
            let order = left.indices.sorted { left[$0].recipient < left[$1].recipient }
            let account = try Self.run(run.rawValue, db).lane.account
            let consents = try db.prepare(
                """
                SELECT recipient, state, expires, checked, stock, mutual FROM consent
                WHERE account = ?1 AND recipient >= ?2 ORDER BY recipient
                """)
            consents.bind(1, account.rawValue)
            consents.bind(2, order.first.map { left[$0].recipient.rawValue } ?? 0)
            defer { consents.reset() }
            var isRow = try consents.step()
            for index in order {
                let number = left[index].recipient.rawValue
                while isRow, consents.int(0) < number { isRow = try consents.step() }
                if isRow, consents.int(0) == number { left[index].consent = try Consent(consents, from: 1) }
                try known.put(&left[index])
            }
            let fields = try db.prepare("SELECT fields FROM member WHERE audience = ?1 AND recipient = ?2")
            let campaign = try Self.revision(try Self.run(run.rawValue, db).revision.rawValue, db).campaign
            let wantsFields =
                campaign.channel == .groupMessage || campaign.fields.contains { $0.defaultValue == nil }
            for var person in left {
                if wantsFields, let audience = person.audience {
                    fields.bind(1, audience.rawValue)
                    fields.bind(2, person.recipient.rawValue)
                    if try fields.step() { person.fields = fields.bytes(0) }
                    fields.reset()
                }
                try each(person)
            }
        }
    }

    /// Whoever waits, by when they are due, then every position that was not begun.
    private static func left(of run: RunID, _ db: any Session) throws -> [ForecastPerson] {
        let waiting = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: "SELECT recipient, variant, audience, until FROM waiting WHERE run = ? ORDER BY until, recipient"),
            arguments: [run.rawValue]
        ).map { row in
            person(row["recipient"], row["variant"], row["audience"], until: Moment(row["until"] as Int64), slot: nil)
        }
        var planned: [ForecastPerson] = []
        let rows = try db.prepare(
            """
            SELECT p.recipient, p.variant, p.audience, s.slot FROM segment s CROSS JOIN plan p
            WHERE s.run = ?1 AND p.segment = s.id AND p.position >= s.next AND p.position < s.size
            ORDER BY s.id, p.position
            """)
        rows.bind(1, run.rawValue)
        defer { rows.reset() }
        while try rows.step() {
            planned.append(
                person(
                    rows.int(0), Int(rows.int(1)), rows.int(2), until: nil, slot: rows.optionalInt(3).map { Int($0) }))
        }
        let undecided = try StoredRow.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT u.recipient, u.audience, x.arm FROM undecided u JOIN undecided_rest x ON x.run = u.run
                    WHERE u.run = ? ORDER BY u.position
                    """), arguments: [run.rawValue]
        ).map { row in
            let arm: Int? = row["arm"]
            var person = person(row["recipient"], arm ?? 0, row["audience"], until: nil, slot: nil)
            person.isUndecided = arm == nil
            return person
        }
        return waiting + planned + undecided
    }

    package func testStanding(of run: RunID) throws -> TestStanding? {
        try inRead { db in
            guard
                try Bool.fetchOne(
                    db.cachedStatement(
                        sql: "SELECT EXISTS (SELECT 1 FROM undecided_rest WHERE run = ? AND arm IS NULL)"),
                    arguments: [run.rawValue])
                    == true
            else { return nil }
            let isHeld = try Bool.fetchOne(
                db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM look WHERE run = ? AND decides = 1)"),
                arguments: [run.rawValue])
            return TestStanding(lastStart: try Self.lastStart(of: run, db), isHeld: isHeld == true)
        }
    }

    private static func person(
        _ recipient: Int64, _ variant: Int, _ audience: Int64, until: Moment?, slot: Int?
    ) -> ForecastPerson {
        ForecastPerson(
            recipient: RecipientID(rawValue: recipient), variant: variant, consent: nil,
            audience: audience == 0 ? nil : AudienceID(rawValue: audience), until: until, slot: slot)
    }

    package func contacts(
        app: AppID, at now: Moment, after: RecipientID?, limit: Int
    ) throws -> [(recipient: RecipientID, account: AccountID)] {
        try inRead { db in
            let rows = try db.prepare(
                """
                SELECT recipient, account FROM attempt
                WHERE day = ?1 AND recipient > ?2 AND keeps = 1 AND account IN (SELECT id FROM account WHERE app = ?3)
                ORDER BY recipient LIMIT ?4
                """)
            rows.bind(1, Int64(PlatformDay(containing: now).number))
            rows.bind(2, after?.rawValue ?? .min)
            rows.bind(3, app.rawValue)
            rows.bind(4, limit)
            defer { rows.reset() }
            var contacts: [(recipient: RecipientID, account: AccountID)] = []
            while try rows.step() {
                contacts.append((RecipientID(rawValue: rows.int(0)), AccountID(rawValue: rows.int(1))))
            }
            // Whoever the limit cut in two comes with the next ones, whole.
            if contacts.count == limit, let last = contacts.last?.recipient, contacts[0].recipient != last {
                while contacts.last?.recipient == last { contacts.removeLast() }
            }
            return contacts
        }
    }

    package func forecastPerson(
        openID: String, app: AppID, account: AccountID, _ look: ForecastLook
    ) throws -> ForecastPerson? {
        try inRead { db in
            let row = try StoredRow.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT r.id, c.state, c.expires, c.checked, c.stock, c.mutual,
                               EXISTS (SELECT 1 FROM listed l WHERE l.recipient = r.id AND l.list = 1
                                       AND l.account IN (0, ?3)) AS denied
                        FROM recipient r LEFT JOIN consent c ON c.account = ?3 AND c.recipient = r.id
                        WHERE r.app = ?1 AND r.open_id = ?2
                        """), arguments: [app.rawValue, openID, account.rawValue])
            guard let row else { return nil }
            let state = (row["state"] as Int?).flatMap { Consent.State(rawValue: $0) }
            var person = ForecastPerson(
                recipient: RecipientID(rawValue: row["id"]), variant: 0,
                consent: state.map { state in
                    Consent(
                        state: state, expires: (row["expires"] as Int64?).map { Moment($0) },
                        checked: Moment(row["checked"] as Int64), stock: row["stock"], isMutualFollow: row["mutual"])
                }, isDenied: row["denied"])
            let hot = try hotStatements(db)
            try PersonalFacts(hot, week: look.countsWeek).fill(&person, look, hot)
            return person
        }
    }

    // MARK: - Kept with the run

    package func keepForecast(_ forecast: RunForecast, of run: RunID, at now: Moment, term: Term) throws {
        let content = String(decoding: try JSONEncoder().encode(forecast), as: UTF8.self)
        try inWrite(term: term) { db, _ in
            try db.execute(
                sql: "INSERT INTO run_forecast (run, at, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                arguments: [run.rawValue, now.milliseconds, content])
        }
    }

    package func foretoldRuns() throws -> Set<RunID> {
        try inRead { db in
            Set(
                try Int64.fetchAll(
                    db.cachedStatement(
                        sql: "SELECT f.run FROM run r CROSS JOIN run_forecast f ON f.run = r.id WHERE r.state <= 4")
                ).map { RunID(rawValue: $0) })
        }
    }

    package func forecast(of run: RunID) throws -> RunForecast? {
        try inRead { db in
            let text = try String.fetchOne(
                db.cachedStatement(sql: "SELECT content FROM run_forecast WHERE run = ?"), arguments: [run.rawValue])
            return try text.map { try JSONDecoder().decode(RunForecast.self, from: Data($0.utf8)) }
        }
    }

    package func tallies(of account: AccountID, from: Moment, to: Moment) throws -> [LaneTally] {
        try inRead { db in
            try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT run, quarter, people FROM tally WHERE account = ? AND quarter BETWEEN ? AND ?
                        ORDER BY quarter, run
                        """), arguments: [account.rawValue, from.quarter, to.quarter]
            ).map { LaneTally(run: RunID(rawValue: $0["run"]), quarter: $0["quarter"], people: $0["people"]) }
        }
    }

    package func runRecord(_ id: RunID) throws -> RunRecord { try inRead { try Self.run(id.rawValue, $0) } }

    package func liveRuns(on lane: Lane) throws -> [RunRecord] {
        try inRead { db in
            try Int64.fetchAll(
                db.cachedStatement(
                    sql:
                        "SELECT id FROM run WHERE \(Fragment.isLive) AND account = ? AND channel = ? ORDER BY starts, id"
                ),
                arguments: [lane.account.rawValue, lane.channel.rawValue]
            ).map { try Self.run($0, db) }
        }
    }

    package func contests(of run: RunID) throws -> [(winner: String, people: Int)] {
        try inRead { db in
            try StoredRow.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT r.name, c.people FROM contest c JOIN run r ON r.id = c.winner
                        WHERE c.run = ? ORDER BY c.people DESC, r.id
                        """), arguments: [run.rawValue]
            ).map { ($0["name"], $0["people"]) }
        }
    }
}

extension Consent {
    /// Five columns from `from` on: state, expires, checked, stock, mutual. nil when there is no row.
    init?(_ row: any Statement, from: Int32) throws {
        guard let state = row.optionalInt(from) else { return nil }
        try self.init(
            state: Stored.value(Int(state), "consent.state"), expires: row.optionalInt(from + 1).map { Moment($0) },
            checked: Moment(row.int(from + 2)), stock: row.optionalInt(from + 3).map { Int($0) },
            isMutualFollow: row.optionalInt(from + 4).map { $0 != 0 })
    }
}

extension PersonalFacts {
    /// By the same statements as the start transaction's.
    func fill(
        _ person: inout ForecastPerson, _ look: ForecastLook, _ hot: HotStatements
    ) throws {
        var facts = PersonFacts(consent: nil, day: PlatformDay(containing: look.now))
        try fill(&facts, person.recipient, asking: look.owners, hot)
        person.window = facts.window
        person.prompts = facts.prompts
        person.contactDays = facts.contactDays
    }
}

/// What is known of people beside their consent. The lists that hold for one run's account are read once: they are short,
/// and most ledgers have none.
private struct KnownPeople {
    private var denied: Set<Int64> = []
    private var allowed: Set<Int64>?
    private let account: AccountID
    private let look: ForecastLook
    private let personal: PersonalFacts
    private let hot: HotStatements

    init(_ run: RunID, _ look: ForecastLook, _ hot: HotStatements, _ db: any Session) throws {
        self.look = look
        self.hot = hot
        personal = try PersonalFacts(hot, week: look.countsWeek)
        self.account = try LedgerSQLite.run(run.rawValue, db).lane.account
        let account = account.rawValue
        let keeps =
            try Bool.fetchOne(
                db.cachedStatement(sql: "SELECT keeps_allow_list FROM account WHERE id = ?"), arguments: [account])
            ?? false
        func people(_ list: Int) throws -> Set<Int64> {
            Set(
                try Int64.fetchAll(
                    db.cachedStatement(sql: "SELECT recipient FROM listed WHERE list = ? AND account IN (0, ?)"),
                    arguments: [list, account]))
        }
        denied = try people(1)
        if keeps { allowed = try people(2) }
    }

    func put(_ person: inout ForecastPerson) throws {
        if !denied.isEmpty { person.isDenied = denied.contains(person.recipient.rawValue) }
        if let allowed { person.isOnAllowList = allowed.contains(person.recipient.rawValue) }
        if personal.isAny { try personal.fill(&person, look, hot) }
    }
}

/// The planner's draft without its scratch file: whoever takes part, in the order of the plan, with their consent.
private struct PlanRehearsal {
    private struct Drawn {
        var key: Int64
        var ordinal: Int64
        var person: ForecastPerson
    }

    private let demand: PlanDemand
    private let sources: PlanSources
    private let known: KnownPeople
    private var drawn: [Drawn] = []
    private var result = PlanResult()

    init(_ demand: PlanDemand, _ sources: PlanSources, _ known: KnownPeople) {
        self.demand = demand
        self.sources = sources
        self.known = known
    }

    mutating func gather(_ db: any Session, _ place: (PlanCandidate) throws -> Placement) throws {
        switch demand.source {
        case .files:
            for (index, audience) in sources.audiences.enumerated() {
                let earlier = Array(sources.audiences[..<index])
                try walk(PlanDraft.membersSQL(sources, earlier: earlier), audience: audience, number: index, db, place)
                result.duplicates += try PlanDraft.duplicates(of: audience, earlier: earlier, db)
                result.excluded += try PlanDraft.excludedCount(of: audience, sources, earlier: earlier, db)
            }
        case .authorized:
            try walk(PlanDraft.authorizedSQL(sources), audience: sources.account, number: 0, db, place)
        }
    }

    /// Consents lie in the order of the people's numbers, and so does every list: one walk through both.
    private mutating func walk(
        _ sql: String, audience: Int64, number: Int, _ db: any Session, _ place: (PlanCandidate) throws -> Placement
    ) throws {
        let rows = try db.prepare(
            """
            SELECT x.*, k.state, k.expires, k.checked, k.stock, k.mutual FROM (\(sql)) x
            LEFT JOIN consent k ON k.account = \(sources.account) AND k.recipient = x.recipient
            """)
        rows.bind(1, audience)
        defer { rows.reset() }
        let order = PlanOrder(key: demand.shuffleKey)
        let best = try BestTimeReader(demand.best, account: sources.account, key: demand.shuffleKey, db)
        let isFile = demand.source == .files
        while try rows.step() {
            let candidate = PlanCandidate(
                openID: rows.buffer(2), fields: rows.buffer(3),
                audience: isFile ? AudienceID(rawValue: audience) : nil)
            let variant: Int
            var isUndecided = false
            switch try place(candidate) {
            case .excluded:
                result.excluded += 1
                continue
            case .heldOut: variant = -1
            case .undecided:
                variant = 0
                isUndecided = true
            case .variant(let index): variant = index
            }
            let key: Int64 =
                switch demand.order {
                case .shuffled: order.place(of: rows.buffer(2))
                case .listed: Int64(number)
                }
            var person = ForecastPerson(
                recipient: RecipientID(rawValue: rows.int(0)), variant: variant, consent: try Consent(rows, from: 4),
                fields: variant < 0 ? [] : rows.bytes(3), audience: candidate.audience)
            person.isUndecided = isUndecided
            person.slot = try best?.minutes(of: person.recipient.rawValue, openID: rows.buffer(2))
            try known.put(&person)
            drawn.append(Drawn(key: key, ordinal: rows.int(1), person: person))
        }
    }

    mutating func tell(_ each: (ForecastPerson) throws -> Void) throws -> PlanResult {
        let order = drawn.indices.sorted { left, right in
            let (a, b) = (drawn[left], drawn[right])
            return (a.key, a.ordinal, a.person.recipient) < (b.key, b.ordinal, b.person.recipient)
        }
        let taking = order.prefix(demand.peopleMax ?? .max)
        result.audience = taking.count
        result.beyondMax = order.dropFirst(demand.peopleMax ?? order.count).count
        for index in taking {
            if drawn[index].person.variant < 0 { result.holdout += 1 } else { try each(drawn[index].person) }
        }
        return result
    }
}
