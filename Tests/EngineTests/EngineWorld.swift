import CampaignFiles
import CampaignModel
import Channels
import Foundation
import GRDB
import LedgerSQLite
import Logging
import Ports
import SendingRules
import Testing

@testable import Engine

/// The engine with real rules, a real channel and a real ledger in a folder of its own; the wire, the clock and the drop
/// folder are moved by hand.
final class EngineWorld {
    let folder: String
    let clock: HandClock
    let ledger: any Ledger
    private(set) var setup: EngineSetup
    private(set) var sends = HandMailbox()
    private(set) var tokens = HandMailbox()
    var dispatcher: Dispatcher
    private(set) var tokenKeeper: TokenKeeper
    let tray = MemoryTray()
    private let concurrency: Int
    private let limits: RuleLimits
    private let pace: PaceSpec
    private let names: [String]
    private var lists = 0

    static let morning = Moment(iso8601: "2026-11-20T10:00:00", defaultZone: .shanghai)!

    init(
        at now: Moment = EngineWorld.morning, concurrency: Int = 64, pace: String = "500/s,burst=500",
        limits: RuleLimits = RuleLimits(), accounts: [String] = ["flagship", "outlet"]
    ) async throws {
        folder = NSTemporaryDirectory() + "curfew-engine-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        clock = HandClock(now)
        try BlankLedger.put(at: folder + "/ledger.db")
        ledger = try LedgerSQLite(path: folder + "/ledger.db")
        self.concurrency = concurrency
        self.limits = limits
        self.pace = PaceSpec(pace)!
        names = accounts
        setup = try Self.setup(ledger, clock, names, concurrency: concurrency, pace: self.pace, limits)
        dispatcher = Dispatcher(setup, mailbox: sends, channel: PrivateMessageChannel(baseURL: setup.address), seed: 7)
        tokenKeeper = TokenKeeper(setup, mailbox: tokens)
        try await grantTokens("first")
    }

    deinit {
        // Safe because a folder that stays behind in the temporary directory harms nobody.
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func setup(
        _ ledger: any Ledger, _ clock: HandClock, _ names: [String], concurrency: Int, pace: PaceSpec,
        _ limits: RuleLimits
    ) throws -> EngineSetup {
        let now = clock.now()
        let term = try ledger.beginReign(node: "test", at: now)
        _ = try ledger.rescue(at: now, term: term)
        let records = try ledger.register(
            [
                AppRegistration(
                    name: "tt01",
                    accounts: names.map { AccountRegistration(name: $0, openID: "_\($0)") })
            ], at: now, term: term)
        func person(_ name: String, _ roles: [PersonRole]) -> PersonSetup {
            PersonSetup(name: name, roles: roles, token: Secret(bytes: Array("token-\(name)".utf8)))
        }
        let setup = EngineSetup(
            ledger: ledger, transport: HandTransport(), clock: clock, term: term, limits: limits,
            concurrency: concurrency,
            accounts: records.values.sorted { $0.id < $1.id }.map { AccountSetup(record: $0, pace: pace) },
            people: [
                person("marketing", [.author, .reviewer]), person("review", [.reviewer]), person("second", [.reviewer]),
                person("operator", [.operator]), PersonSetup(name: "guest", roles: [.author], token: nil),
            ],
            apps: [
                AppSetup(
                    id: records[names[0]]!.app, name: "tt01", clientKey: "ck",
                    clientSecret: Secret(bytes: [1]), webhookSecrets: [Secret(bytes: [2])])
            ],
            address: PlatformAddress("http://127.0.0.1:1")!, language: .en, trustNames: false,
            keepAudienceFiles: false, bells: Bells(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        setup.board.stopAll(try ledger.isStopped())
        for person in try ledger.denied(app: setup.apps[0].id) { setup.board.deny(person) }
        return setup
    }

    /// The process dies where it stands and another begins: nothing in memory is left, the file is.
    func crashAndRestart(withTokens: Bool = true) async throws {
        setup = try Self.setup(ledger, clock, names, concurrency: concurrency, pace: pace, limits)
        sends = HandMailbox()
        tokens = HandMailbox()
        dispatcher = Dispatcher(setup, mailbox: sends, channel: PrivateMessageChannel(baseURL: setup.address), seed: 8)
        tokenKeeper = TokenKeeper(setup, mailbox: tokens)
        if withTokens { try await grantTokens("again") }
    }

    /// SQL through another connection.
    func damage(_ sql: String) throws {
        try DatabaseQueue(path: folder + "/ledger.db").write { try $0.execute(sql: sql) }
    }

    /// A disk that refuses `change`, as in `INSERT ON attempt`, until there is room again. Not by RAISE: that is a rule
    /// of the tables, which one row breaks by itself; this error is of no row.
    func fillDisk(under change: String) throws {
        try damage("CREATE TRIGGER full BEFORE \(change) BEGIN SELECT 'disk' LIKE 'full' ESCAPE 'no room'; END")
    }

    func makeRoom() throws { try damage("DROP TRIGGER full") }

    /// Looks at rows that no verb tells of.
    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try DatabaseQueue(path: folder + "/ledger.db").read(body)
    }

    func changeSetup(_ change: (inout EngineSetup) -> Void) { change(&setup) }

    var now: Moment { clock.now() }
    func account(_ name: String = "flagship") -> AccountRecord {
        setup.accounts.first { $0.record.name == name }!.record
    }

    /// Answers every question of the token keeper that is due.
    @discardableResult
    func grantTokens(_ token: String) async throws -> Int {
        _ = try await tokenKeeper.step(at: now)
        let asked = tokens.answerAll(.token(token))
        _ = try await tokenKeeper.step(at: now)
        return asked
    }

    // MARK: - Campaigns

    static func people(_ range: Range<Int>, _ prefix: String = "p") -> [String] { range.map { "\(prefix)\($0)" } }

    func campaign(
        _ id: String, account: String = "flagship", messages: [MessageTemplate] = [.text("hello")],
        schedule: Schedule? = nil, priority: Int = 5, audience: AudienceRequest? = nil, fields: [Field] = []
    ) -> Campaign {
        Campaign(
            id: id, author: "marketing", account: account, title: id, priority: priority,
            audience: audience ?? AudienceRequest(source: .files, files: ["a.csv"], order: .listed),
            schedule: schedule ?? Schedule(start: now, validity: .days(3)), fields: fields,
            variants: [Variant(name: "a", weight: .whole, messages: messages)])
    }

    /// Admitted as intake would do it.
    func admit(
        _ campaign: Campaign, _ openIDs: [String], fields: String = "", digest: String? = nil,
        fieldsOf: ((String) -> String)? = nil
    ) throws -> RevisionAdmission {
        lists += 1
        let record = account(campaign.account)
        let feed = AudienceFeed(digest: "list-\(campaign.id)-\(lists)", fileName: "a.csv") { _, row in
            for (number, openID) in openIDs.enumerated() {
                var openID = openID
                var values = fieldsOf?(openID) ?? fields
                try openID.withUTF8 { id in try values.withUTF8 { try row(id, $0, number + 2) } }
            }
            return AudienceCount(read: openIDs.count, bad: 0, columns: ["nickname"])
        }
        let occurrence = try #require(campaign.nextStart(at: now))
        return try ledger.admit(
            RevisionDemand(
                now: now, term: setup.term, campaign: campaign, account: record.id, app: record.app,
                digest: digest ?? "digest-\(campaign.id)-\(lists)-0123456789", source: [],
                fileName: "\(campaign.id).yaml",
                audiences: [feed], excludes: [], occurrence: occurrence,
                validUntil: campaign.schedule.end(ofOccurrence: occurrence)))
    }

    @discardableResult
    func approve(_ run: RunRecord) throws -> RunRecord {
        try ledger.act(ActDemand(now: now, term: setup.term, run: run.id, act: .approve, person: "review")).run
    }

    func authorize(_ openIDs: [String], account name: String = "flagship") throws {
        try ledger.record(
            ConsentPage(
                now: now, term: setup.term, account: account(name).id,
                people: openIDs.map { .init(openID: $0, state: .authorized, source: "walk") }, answersQuestions: false))
    }

    /// Everybody consents, the campaign is approved and planned: the dispatcher may begin.
    @discardableResult
    func run(
        _ id: String, _ openIDs: [String], account: String = "flagship", messages: [MessageTemplate] = [.text("hello")],
        priority: Int = 5
    ) throws -> RunRecord {
        try authorize(openIDs, account: account)
        let run = try admit(campaign(id, account: account, messages: messages, priority: priority), openIDs).run
        try approve(run)
        _ = try ledger.plan(
            PlanDemand(
                now: now, term: setup.term, run: run.id, shuffleKey: 1, order: .listed, source: .files, peopleMax: nil)
        ) { _ in .variant(0) }
        setup.bells.dispatcher.ring()
        return try reread(run)
    }

    func reread(_ run: RunRecord) throws -> RunRecord { try #require(try ledger.run(named: run.name)) }
    func sum(_ run: RunRecord) throws -> ConservationSum { try ledger.sum(of: run.id) }
    func place(_ run: RunRecord, _ openID: String) throws -> PersonRecord {
        try #require(try ledger.facts(run: run.id, openID: openID, at: now))
    }

    // MARK: - Moving

    @discardableResult
    func step() async throws -> Moment? { try await dispatcher.step(at: now) }

    /// Steps and answers until nothing more happens at this moment.
    func serve(_ result: ExchangeResult = .accepted, rounds: Int = 50) async throws {
        for _ in 0..<rounds {
            try await step()
            if sends.answerAll(result) == 0 { break }
        }
        try await step()
    }

    func check(_ where: SourceLocation = #_sourceLocation) throws {
        let violations = try ledger.violations()
        #expect(violations.isEmpty, "\(violations)", sourceLocation: `where`)
        for run in try ledger.runs(includingEnded: true) where run.isPlanned {
            let sum = try ledger.sum(of: run.id)
            #expect(sum.holds, "\(run.name): \(sum)", sourceLocation: `where`)
        }
    }
}
