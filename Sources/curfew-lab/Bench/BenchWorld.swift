import CampaignFiles
import CampaignModel
import Channels
import CurfewCommands
import Engine
import Foundation
import Glibc
import HostSystem
import LedgerSQLite
import Logging
import Ports
import SendingRules

/// The world of the dispatch measurement: qualified accounts of 5,000 people each, all of whom may be written to.
struct BenchWorld {
    static let peopleAnAccount = 5000
    /// Mid-morning: no rule of the day is near.
    static let morning = Moment(iso8601: "2026-11-20T10:00:00+08:00")!
    static let clientKey = "tt0000000000000000"

    let folder: String
    let clock: BenchClock
    let ledger: LedgerSQLite
    let term: Term
    let accounts: [AccountRecord]

    init(folder: String, people: Int, clock: BenchClock = BenchClock()) throws {
        (self.folder, self.clock) = (folder, clock)
        ledger = try LedgerSQLite(path: folder + "/ledger.db")
        term = try ledger.beginReign(node: "bench", at: clock.now())
        let count = max((people + Self.peopleAnAccount - 1) / Self.peopleAnAccount, 1)
        let qualification = Qualification(
            id: "bench", validFrom: .distantPast, validTo: .distantFuture, messagesPerDay: 100_000)
        let registered = try ledger.register(
            [
                AppRegistration(
                    name: Self.clientKey,
                    accounts: (0..<count).map {
                        AccountRegistration(
                            name: "account-\($0)", openID: "_000account\($0)", qualification: qualification)
                    })
            ], at: clock.now(), term: term)
        accounts = registered.values.sorted { $0.id < $1.id }
    }

    /// Ten in the morning and running: the caps of a day cannot interfere, quiet hours are far.
    struct BenchClock: Clock {
        private let system = SystemClock()
        private let started = SystemClock().monotonic()
        var from = BenchWorld.morning
        func now() -> Moment { from + (system.monotonic() - started) }
        func monotonic() -> Duration { system.monotonic() }
        func speed() -> Double { 1 }
        var isRehearsal: Bool { false }
        var doubt: Duration { .milliseconds(500) }
    }

    var reading: DeskReading {
        DeskReading(ledger: ledger, clock: clock, limits: RuleLimits(), language: .zh, isDaemon: false)
    }

    static func campaign(_ account: AccountRecord, index: Int) -> Campaign {
        Campaign(
            id: "bench-\(index)", author: "bench", account: account.name, title: "双11 预热",
            audience: AudienceRequest(source: .files, files: ["people-\(index).csv"]),
            schedule: Schedule(start: morning - .hours(1), validity: .endOfDay),
            fields: [Field(name: "nickname", defaultValue: "朋友")],
            variants: [
                Variant(
                    name: "a", weight: Share(tenThousandths: 5000),
                    messages: [
                        .appletCard(
                            template: "card-001", path: "pages/sale/index", query: [.init(name: "from", value: "a")])
                    ]),
                Variant(
                    name: "b", weight: Share(tenThousandths: 5000),
                    messages: [
                        .appletCard(
                            template: "card-001", path: "pages/sale/index",
                            query: [.init(name: "from", value: "b"), .init(name: "who", value: "{{nickname}}")])
                    ]),
            ])
    }

    /// Admits, approves, consents and plans: what stands in the ledger before the day begins.
    func load(people: Int) throws {
        for (index, account) in accounts.enumerated() {
            let from = index * Self.peopleAnAccount
            let members = from..<min(from + Self.peopleAnAccount, people)
            var campaign = Self.campaign(account, index: index)
            let start = clock.from - .hours(1)
            campaign.schedule.start = start
            let feed = AudienceFeed(digest: "bench-\(index)", fileName: "people-\(index).csv") { row in
                for member in members {
                    var openID = BenchPeople.openID(member)
                    var fields = "\u{1F}小\(member % 1000)\u{1F}杭州"
                    try openID.withUTF8 { id in try fields.withUTF8 { try row(id, $0, member) } }
                }
                return AudienceCount(read: members.count, bad: 0, columns: ["open_id", "nickname", "city"])
            }
            let now = clock.now()
            let admission = try ledger.admit(
                RevisionDemand(
                    now: now, term: term, campaign: campaign, account: account.id, app: account.app,
                    digest: "bench-\(index)", source: [], fileName: "bench-\(index).yaml", audiences: [feed],
                    excludes: [], occurrence: start, validUntil: clock.from + .hours(14)))
            _ = try ledger.act(
                ActDemand(now: now, term: term, run: admission.run.id, act: .approve, person: "reviewer"))
            try ledger.record(
                ConsentPage(
                    now: now, term: term, account: account.id,
                    people: members.map { .init(openID: BenchPeople.openID($0), state: .authorized, source: "bench") },
                    answersQuestions: false))
            var place = 0
            _ = try ledger.plan(
                PlanDemand(
                    now: now, term: term, run: admission.run.id, shuffleKey: UInt64(index) &* 7919, order: .shuffled,
                    source: .files, peopleMax: nil)
            ) { _ in
                place += 1
                return .variant(place % 2)
            }
        }
    }

    /// Everybody written to and accepted, through the verbs that the daemon uses.
    func deliver() throws {
        let now = clock.now()
        for run in try ledger.liveRuns() {
            var left = true
            while left {
                try ledger.together {
                    let result = try ledger.start(
                        StartDemand(
                            now: now, term: term, lane: run.lane,
                            turns: [.init(run: run.id, limit: 500, messages: [1, 1])], limit: 500,
                            deadline: now + .seconds(10))
                    ) { candidate, _ in Verdict(variant: candidate.variant) }
                    left = !result.started.isEmpty
                    _ = try ledger.settle(
                        SettleDemand(
                            now: now, term: term,
                            settlements: result.started.map {
                                Settlement(
                                    $0, outcome: .accepted, reason: nil, returnsPerson: false, returnedMessages: 0,
                                    answer: Answer(sight: .success, messageIDs: ["m"]), next: .end)
                            }))
                }
            }
        }
    }

    func setup(sink: String, concurrency: Int, transport: any Transport, dispatcher: Waker) throws -> EngineSetup {
        let base = sink.range(of: "/im/send").map { String(sink[..<$0.lowerBound]) } ?? sink
        guard let address = PlatformAddress(base) else { throw LedgerError.storage("no address: \(sink)") }
        let app = AppSetup(
            id: accounts[0].app, name: Self.clientKey, clientKey: Self.clientKey, clientSecret: Secret(bytes: []),
            webhookSecrets: [])
        var logger = Standard.logger(.text, clock: clock)
        logger.logLevel = .error
        // Evaluated for every batch, and never what holds it back.
        let pace = PaceSpec(count: 10_000, per: .second, burst: 500)
        let setup = EngineSetup(
            ledger: ledger, transport: transport, clock: clock, term: term, limits: RuleLimits(),
            concurrency: concurrency,
            accounts: accounts.map { AccountSetup(record: $0, pace: pace) }, people: [], apps: [app], address: address,
            language: .en, trustNames: false, keepAudienceFiles: false,
            bells: Bells(dispatcher: Bell { dispatcher.wake() }),
            logger: logger)
        let now = clock.now()
        setup.shelf.withBook { book in
            for account in accounts { book.enter(.account(openID: account.openID)) }
            _ = book.due(at: now)
            for account in accounts {
                book.granted(
                    TokenGrant(token: AccessToken("bus_act.bench")!, expiresIn: .days(1)),
                    to: .account(openID: account.openID), at: now)
            }
        }
        return setup
    }
}
