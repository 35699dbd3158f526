import CampaignFiles
import CampaignModel
import Experiments
import Ports
import SendingRules
import Words

/// What a forecast is made of: the campaigns that are asked about together with the runs that the ledger already serves.
package struct ForecastWorld {
    private let ledger: any LedgerReading
    private let limits: RuleLimits
    private let doubt: Duration
    private let pace: (String) -> PaceSpec
    private let now: Moment
    /// Whom no campaign of the house writes to.
    package var house = GlobalHoldout(HoldoutSettings())
    private var asks: [Forecaster.Ask] = []
    /// Who was contacted today, as far as it was read.
    private var contacts: [AppID: Contacts] = [:]
    private struct Contacts {
        var met: [Forecaster.Met] = []
        var last: RecipientID?
        var isWhole = false
    }
    private static let contactsAtOnce = 20_000

    /// - Parameter pace: of an account, by its name.
    package init(
        _ ledger: any LedgerReading, limits: RuleLimits, doubt: Duration, from now: Moment,
        pace: @escaping (String) -> PaceSpec
    ) {
        self.ledger = ledger
        self.limits = limits
        self.doubt = doubt
        self.pace = pace
        self.now = now
    }

    /// Everybody else's runs that are approved and not over: they will want the same slots.
    package mutating func addRuns(except left: (RunRecord) throws -> Bool) throws {
        for run in try ledger.runs(includingEnded: false) where Self.takesSlots(run) {
            if try !left(run) { try add(run) }
        }
    }

    static func takesSlots(_ run: RunRecord) -> Bool { run.state == .running || run.state == .scheduled }

    /// A run of the ledger, whatever its state: what would become of it if it were approved as it stands.
    package mutating func add(_ run: RunRecord) throws { while try !read(run) {} }

    /// What somebody would like to know of a run: nil is as it stands.
    package struct Change: Sendable {
        package var pace: PaceSpec?
        package var start: Moment?
        package var order: AudienceRequest.Order?
        package init() {}
    }
    private var change = Change()

    /// The same as it would be; the pace is the world's.
    package mutating func add(_ run: RunRecord, changed: Change) throws {
        var run = run
        if let start = changed.start {
            // What it is valid for goes along, as it would if the file said another start.
            run.validUntil = run.validUntil + start.since(run.start)
            run.start = start
        }
        change = changed
        defer { change = Change() }
        try add(run)
    }

    /// A piece of it. The contacts of the day are read before the first run of their app: whoever is written to meanwhile
    /// is then foretold as of before, at worst. Read last, they would stand among those who are left and among those
    /// contacted, and be put off to tomorrow.
    /// - Returns: true when the run is in.
    mutating func read(_ run: RunRecord) throws -> Bool {
        let revision = try ledger.revisionRecord(run.revision)
        guard try meet(revision.app) else { return false }
        var campaign = revision.campaign
        if let order = change.order { campaign.audience.order = order }
        if let start = change.start { campaign.schedule.start = start }
        var ask = Forecaster.Ask(
            campaign: campaign, run: run, app: revision.app,
            lane: try ledger.laneFacts(run.lane.account, at: now), pace: pace(run.accountName), start: run.start,
            people: [])
        ask.owners = revision.owners
        ask.rowsRead = revision.rowsRead
        ask.bad = revision.rowsBad
        var missing = MissingFields(campaign, ledger: ledger)
        if run.isPlanned {
            try ledger.peopleLeft(of: run.id, look(revision)) { person in
                let made = try Self.person(person, &missing, &ask)
                if let until = person.until { return ask.waiting.append((until, made)) }
                ask.take(made)
            }
            let test = try ledger.testStanding(of: run.id)
            ask.lastTestStart = test?.lastStart
            ask.isTestHeld = test?.isHeld ?? false
            let sum = try ledger.sum(of: run.id)
            ask.counts.audience = sum.audience
            ask.counts.holdout = sum.holdout
            ask.counts.duplicates = run.duplicates
            ask.counts.excluded = run.excluded
            ask.counts.beyondMax = run.beyondMax
        } else {
            var placing = Placing(campaign, start: run.start, ledger: ledger, house: house)
            ask.counts = try ledger.rehearsePlan(
                PlanDemand(rehearsing: run, campaign, quiet: limits.quiet, at: now), look(revision),
                place: { try placing.place($0) }
            ) {
                ask.take(try Self.person($0, &missing, &ask))
            }
        }
        asks.append(ask)
        return true
    }

    /// - Returns: true when everybody whom the app contacted today is known.
    private mutating func meet(_ app: AppID) throws -> Bool {
        var known = contacts.removeValue(forKey: app) ?? Contacts()
        if !known.isWhole {
            let page = try ledger.contacts(app: app, at: now, after: known.last, limit: Self.contactsAtOnce)
            known.met += page.map { Forecaster.Met(key: Int32(clamping: $0.recipient.rawValue), account: $0.account) }
            known.last = page.last?.recipient
            known.isWhole = page.isEmpty
        }
        contacts[app] = known
        return known.isWhole
    }

    /// Who is not done with, over all runs.
    var people: Int { asks.reduce(0) { $0 + $1.peopleCount } }

    package mutating func add(_ ask: Forecaster.Ask) { asks.append(ask) }

    private func look(_ revision: RevisionRecord) -> ForecastLook {
        ForecastLook(
            now: now, countsWeek: limits.contactsPerWeek != nil, owners: Set(revision.owners.values).sorted())
    }

    private static func person(
        _ person: ForecastPerson, _ missing: inout MissingFields, _ ask: inout Forecaster.Ask
    ) throws -> Forecaster.Person {
        var made = Forecaster.Person(
            key: Int32(clamping: person.recipient.rawValue), arm: person.variant, consent: person.consent,
            missing: try missing.arms(person), slot: person.slot, isDenied: person.isDenied,
            isOnAllowList: person.isOnAllowList)
        made.group = try missing.group(person)
        if person.isUndecided {
            made.isByTest = true
            // Its segment opens with the look, at any time of the day.
            made.slot = -1
        }
        made.takeOwn(person, &ask)
        return made
    }

    /// In the order in which they were added.
    /// - Parameter watched: told of every contact as it would be started, with the number of its run in that order.
    package mutating func forecast(watched: ((Forecaster.Contact) -> Void)? = nil) throws -> [RunForecast] {
        try meetAll()
        return Forecaster(limits: limits, doubt: doubt).forecast(
            asks, contacts: contacts.mapValues(\.met), from: now, watched: watched)
    }

    /// The same to be walked through in pieces. The people go along: they are many, and here nobody needs them any more.
    mutating func walk() throws -> ForecastWalk {
        try meetAll()
        defer {
            asks = []
            contacts = [:]
        }
        return Forecaster(limits: limits, doubt: doubt).walk(asks, contacts: contacts.mapValues(\.met), from: now)
    }

    /// An ask of a file has read nothing.
    private mutating func meetAll() throws {
        for app in Set(asks.map(\.app)).sorted() { while try !meet(app) {} }
    }
}

extension PlanDemand {
    /// As the planner will ask it at the run's start.
    init(rehearsing run: RunRecord, _ campaign: Campaign, quiet: DayWindow, at now: Moment) {
        self.init(
            now: now, term: Term(number: 0), run: run.id, shuffleKey: PlanOrder(runName: run.name).key,
            order: campaign.audience.order, source: campaign.audience.source, peopleMax: campaign.audience.max,
            best: BestTimeDemand(campaign, run, quiet: quiet, at: max(run.start, now)))
    }
}

extension Forecaster.Ask {
    package mutating func take(_ person: Forecaster.Person) {
        if person.isByTest { rest.append(person) } else { people.append(person) }
    }
}

extension Forecaster.Person {
    /// What is a person's own, beside consent and lists.
    package mutating func takeOwn(_ person: ForecastPerson, _ ask: inout Forecaster.Ask) {
        window = person.window
        if !person.prompts.isEmpty { ask.prompts[key] = person.prompts }
        if !person.contactDays.isEmpty { ask.contactDays[key] = person.contactDays }
    }
}

/// Which arms cannot be written to somebody because a field without a default is empty.
package struct MissingFields {
    private let ledger: (any LedgerReading)?
    /// By arm: the fields without a default that its messages use.
    private let needed: [[String]]
    private let isOfGroups: Bool
    private var indexes: [AudienceID: [String: Int]] = [:]

    package init(_ campaign: Campaign, ledger: (any LedgerReading)?) {
        self.ledger = ledger
        isOfGroups = campaign.channel == .groupMessage
        let bare = campaign.fields.filter { $0.defaultValue == nil }.map(\.name)
        needed = campaign.variants.map { variant in
            bare.filter { field in variant.messages.contains { $0.uses(field) } }
        }
    }

    package var isNeverMissing: Bool { needed.allSatisfy(\.isEmpty) }

    /// Bit *i* is set when arm *i* lacks something.
    package func arms(_ value: (String) -> String?) -> UInt32 {
        if isNeverMissing { return 0 }
        return needed.enumerated().reduce(0) { bits, arm in
            arm.element.contains { value($0) == nil } ? bits | 1 << UInt32(arm.offset) : bits
        }
    }

    /// What the list says of a group; nil for a person.
    mutating func group(_ person: ForecastPerson) throws -> GroupFacts? {
        guard isOfGroups else { return nil }
        let index = try index(of: person)
        return GroupFacts { FieldValues.value($0, in: person.fields, index) }
    }

    private mutating func index(of person: ForecastPerson) throws -> [String: Int] {
        guard let audience = person.audience, let ledger else { return [:] }
        let index = try indexes[audience] ?? FieldValues.index(ledger.columns(of: audience))
        indexes[audience] = index
        return index
    }

    mutating func arms(_ person: ForecastPerson) throws -> UInt32 {
        guard !isNeverMissing else { return 0 }
        let index = try index(of: person)
        return arms { FieldValues.value($0, in: person.fields, index) }
    }
}

extension MessageTemplate {
    fileprivate func uses(_ field: String) -> Bool {
        func names(_ text: String) -> Bool {
            text.contains("{{\(field)}}") || text.contains("{{ \(field) }}")
        }
        switch self {
        case .text(let text): return names(text)
        case .appletCard(_, _, let query): return query.contains { names($0.value) }
        case .image, .appletCoupon, .authorizationCard: return false
        }
    }
}
