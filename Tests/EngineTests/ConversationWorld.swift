import Answers
import CampaignFiles
import CampaignModel
import Channels
import Foundation
import GRDB
import LedgerSQLite
import Logging
import Ports
import Sandbox
import SendingRules
import Synchronization
import Testing

@testable import Engine

/// People who enter and write, the platform that tells of it, and the daemon's services on a wall that jumps from wake to
/// wake. The platform keeps its own book of rights.
final class ConversationWorld {
    let folder: String
    let clock: HandClock
    let ledger: LedgerSQLite
    let wire: RehearsedWire
    private(set) var setup: EngineSetup
    private var steppers: [any Stepper] = []
    private var wakes: [Moment?] = []
    private final class Rung: Sendable {
        let services = Mutex<Set<Int>>([])
    }
    private let rung = Rung()
    /// Every callback that was posted, for whoever tells them again.
    private(set) var told: [SandboxCallback] = []
    /// Nobody works; what the platform tells waits at the door.
    var isDown = false

    static let noon = Moment(iso8601: "2026-11-20T12:00:00", defaultZone: .shanghai)!
    private static let names = ["flagship", "outlet"]

    init(at now: Moment = noon, people: [String] = []) async throws {
        folder = NSTemporaryDirectory() + "curfew-talk-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        clock = HandClock(now)
        ledger = try LedgerSQLite(path: folder + "/ledger.db")
        var app = SandboxWorld.App(clientKey: "tt01", clientSecret: "secret", webhookSecret: "webhook")
        app.webhookURL = "http://127.0.0.1:2/webhook"
        let platform = SandboxPlatform(
            SandboxWorld(
                apps: [app],
                accounts: Self.names.map { SandboxWorld.Account(openID: "_\($0)", clientKey: "tt01", users: people) }))
        wire = RehearsedWire(platform, clock)
        setup = try Self.setup(ledger, clock, wire)
        try await begin()
    }

    deinit {
        // Safe because a folder that stays behind in the temporary directory harms nobody.
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func setup(_ ledger: LedgerSQLite, _ clock: HandClock, _ wire: RehearsedWire) throws -> EngineSetup {
        let now = clock.now()
        let term = try ledger.beginReign(node: "test", at: now)
        _ = try ledger.rescue(at: now, term: term)
        let records = try ledger.register(
            [
                AppRegistration(
                    name: "tt01", accounts: names.map { AccountRegistration(name: $0, openID: "_\($0)") })
            ], at: now, term: term)
        return EngineSetup(
            ledger: ledger, transport: wire, clock: clock, term: term, limits: RuleLimits(), concurrency: 64,
            accounts: names.map { AccountSetup(record: records[$0]!, pace: PaceSpec("500/s,burst=500")!) },
            people: [
                PersonSetup(name: "marketing", roles: [.author], token: nil),
                PersonSetup(name: "review", roles: [.reviewer], token: nil),
                PersonSetup(name: "second", roles: [.reviewer], token: nil),
            ],
            apps: [
                AppSetup(
                    id: records["flagship"]!.app, name: "tt01", clientKey: "tt01",
                    clientSecret: Secret(bytes: Array("secret".utf8)),
                    webhookSecrets: [Secret(bytes: Array("webhook".utf8))])
            ], address: PlatformAddress("http://127.0.0.1:1")!, language: .en, trustNames: false,
            keepAudienceFiles: false, bells: Bells(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func begin() async throws {
        func ring(_ index: Int) -> @Sendable () -> Void {
            { [rung] in rung.services.withLock { _ = $0.insert(index) } }
        }
        func bell(_ index: Int) -> Bell { Bell(wake: ring(index)) }
        var bells = Bells(dispatcher: bell(0), planner: bell(1), consent: bell(2), tokens: bell(3))
        bells.evidence = bell(4)
        setup.bells = bells
        setup.shelf = TokenShelf(bell: bells.tokens)
        for person in try ledger.denied(app: setup.apps[0].id) { setup.board.deny(person) }
        steppers = [
            Dispatcher(
                setup, mailbox: wire.openMailbox(arrival: ring(0)), channel: AllChannels(baseURL: setup.address),
                seed: 1),
            Planner(setup), ConsentKeeper(setup, mailbox: wire.openMailbox(arrival: ring(2))),
            TokenKeeper(setup, mailbox: wire.openMailbox(arrival: ring(3))), EvidenceKeeper(setup),
        ]
        wakes = steppers.map { _ in now }
        try await pass(.milliseconds(1))
    }

    /// The process dies where it stands, and another begins.
    func restart() async throws {
        setup = try Self.setup(ledger, clock, wire)
        isDown = false
        try await begin()
    }

    var now: Moment { clock.now() }
    var account: AccountRecord { setup.accounts[0].record }

    /// Steps whoever is rung or due, lets the platform post, and jumps to what comes next, up to the end.
    func pass(_ span: Duration) async throws {
        let end = now + span
        while true {
            var round = 0
            while !isDown, let index = due() {
                round += 1
                guard round < 2000 else { throw Spinning(name: steppers[index].name) }
                rung.services.withLock { _ = $0.remove(index) }
                wakes[index] = try await steppers[index].step(at: now)
            }
            if try post() > 0 { continue }
            if now >= end { return }
            let next = (isDown ? [] : wakes.compactMap { $0 }) + [wire.act { $0.nextCallback }].compactMap { $0 }
            clock.set(max(now + .milliseconds(1), min(next.min() ?? end, end)))
        }
    }

    struct Spinning: Error { var name: String }

    private func due() -> Int? {
        let rung = rung.services.withLock { $0 }
        return steppers.indices.reversed().first { rung.contains($0) || wakes[$0].map { $0 <= now } ?? false }
    }

    private func post() throws -> Int {
        let callbacks = wire.act { [now] in $0.takeCallbacks(dueAt: now) }
        for callback in callbacks {
            _ = try EventDoor(setup).receive(callback.body, signature: callback.signature)
            told.append(callback)
            wire.act { [now] in $0.callbackEnded(callback, status: 200, at: now) }
        }
        return callbacks.count
    }

    /// What was told before, once more, in this order.
    func tellAgain(_ callbacks: [SandboxCallback]) async throws {
        for callback in callbacks {
            _ = try EventDoor(setup).receive(callback.body, signature: callback.signature)
        }
        try await pass(.seconds(1))
    }

    // MARK: - Campaigns

    var context: FileContext {
        FileContext(
            authors: ["marketing"],
            accounts: Self.names.map {
                KnownAccount(name: $0, kind: .enterprise, role: .brand, openID: "_\($0)", app: "tt01")
            }, now: now)
    }

    @discardableResult
    func campaign(_ text: String, revision: Int = 1, approved: Bool = true) async throws -> RunRecord {
        let reading = CampaignReader.parse(bytes: Array(text.utf8), fileName: "trigger.yaml", context: context)
        let campaign = try #require(reading.campaign, "\(reading.text(in: .en))")
        let start = try #require(campaign.nextStart(at: now))
        let sender = setup.accounts.first { $0.record.name == campaign.account }!.record
        let run = try ledger.admit(
            RevisionDemand(
                now: now, term: setup.term, campaign: campaign, account: sender.id, app: sender.app,
                digest: "digest-\(campaign.id)-\(revision)-0123456789", source: [], fileName: "trigger.yaml",
                audiences: [], excludes: [], occurrence: start,
                validUntil: campaign.schedule.end(ofOccurrence: start))
        ).run
        if approved { try await approve(run) }
        return run
    }

    /// By two people, as every triggered file wants it.
    func approve(_ run: RunRecord) async throws {
        for name in ["review", "second"] {
            let receipt = try Desk(setup).review(
                ActRequest(act: .approve, run: run.name), PersonSetup(name: name, roles: [.reviewer], token: nil))
            #expect((receipt.approvalsMissing ?? 0) == (name == "review" ? 1 : 0))
        }
        setup.bells.planner.ring()
        setup.bells.dispatcher.ring()
        try await pass(.milliseconds(100))
    }

    // MARK: - People

    func enter(_ person: String, ad: String? = nil) {
        wire.act { [now] in _ = $0.enter(person, to: "_flagship", ad: ad, at: now) }
    }
    func say(_ text: String, _ person: String) {
        wire.act { [now] in _ = $0.say(text, from: person, to: "_flagship", at: now) }
    }
    func writeByHand(_ person: String) {
        wire.act { [now] in $0.writeByHand(to: person, from: "_flagship", at: now) }
    }

    // MARK: - What came of it

    struct Sent: Equatable {
        var run: String
        var person: String
        var outcome: Int?
    }

    func sent() throws -> [Sent] {
        try DatabaseQueue(path: folder + "/ledger.db").read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT c.name, p.open_id, a.outcome FROM attempt a JOIN run r ON r.id = a.run
                    JOIN revision v ON v.id = r.revision JOIN campaign c ON c.id = v.campaign
                    JOIN recipient p ON p.id = a.recipient ORDER BY a.rowid
                    """
            ).map { Sent(run: $0[0], person: $0[1], outcome: $0[2]) }
        }
    }

    func sent(_ campaign: String, to person: String) throws -> Int {
        try sent().count { $0.run == campaign && $0.person == person }
    }

    /// How many of those held out would have been written to.
    func ghosts() throws -> Int {
        try DatabaseQueue(path: folder + "/ledger.db").read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM holdout WHERE sent IS NOT NULL")!
        }
    }

    func sum(_ run: RunRecord) throws -> ConservationSum { try ledger.sum(of: run.id) }

    func check(breaches: Int = 0, _ where: SourceLocation = #_sourceLocation) throws {
        let violations = try ledger.violations()
        #expect(violations.isEmpty, "\(violations)", sourceLocation: `where`)
        for run in try ledger.runs(includingEnded: true) where run.isPlanned {
            #expect(try ledger.sum(of: run.id).holds, "\(run.name)", sourceLocation: `where`)
        }
        let audit = wire.audit
        #expect(audit.breaches == breaches, "\(audit.breachList)", sourceLocation: `where`)
    }
}
