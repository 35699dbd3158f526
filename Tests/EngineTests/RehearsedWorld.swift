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

@testable import Engine

/// Every service of the daemon, with the pretend platform behind the wire and a wall that jumps from wake to wake. Nothing
/// goes wrong here: what the rules, the sharing and the pacing make of a day is all that there is to see.
final class RehearsedWorld {
    /// A service, and whether somebody rang for it.
    private final class Service: Sendable {
        let rung = Atomic(true)
    }

    struct Contact: Hashable {
        var run: String
        var person: Int64
        var variant: Int
        var at: Moment
    }

    let folder: String
    let clock: HandClock
    let ledger: LedgerSQLite
    let setup: EngineSetup
    let tray = MemoryTray()
    private let wire: RehearsedWire
    private let bells: [Service]
    private var steppers: [any Stepper]
    private var wakes: [Moment?]

    /// Names and kinds; the first has a qualification, the last is a person's own.
    static let accounts: [(name: String, kind: AccountKind, messages: Int?, pace: String)] = [
        ("flagship", .enterprise, 3000, "2/s,burst=10"), ("outlet", .enterprise, nil, "1/s,burst=5"),
        ("studio", .enterprise, 900, "30/m,burst=2"), ("kiosk", .personal, nil, "30/m,burst=2"),
    ]

    init(at now: Moment, people: [String], change: (inout RuleLimits) -> Void = { _ in }) throws {
        folder = NSTemporaryDirectory() + "curfew-rehearsal-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        clock = HandClock(now)
        try BlankLedger.put(at: folder + "/ledger.db")
        ledger = try LedgerSQLite(path: folder + "/ledger.db")
        var world = SandboxWorld(
            apps: [.init(clientKey: "tt01", clientSecret: "secret", webhookSecret: "webhook")], accounts: [])
        for account in Self.accounts {
            var there = SandboxWorld.Account(openID: "_\(account.name)", clientKey: "tt01", users: people)
            there.kind = account.kind == .personal ? .personal : .brand
            there.qualifiedMessagesADay = account.messages
            world.accounts.append(there)
        }
        world.limits.repeatsAllowedAfterDays = 1
        let wire = RehearsedWire(SandboxPlatform(world), clock)
        self.wire = wire
        let bells = (0..<11).map { _ in Service() }
        self.bells = bells
        func ring(_ index: Int) -> @Sendable () -> Void {
            { bells[index].rung.store(true, ordering: .relaxed) }
        }
        func bell(_ index: Int) -> Bell { Bell(wake: ring(index)) }
        var all = Bells(
            dispatcher: bell(0), planner: bell(1), consent: bell(2), tokens: bell(3), reports: bell(4), images: bell(6),
            reviewer: bell(7))
        all.recaller = bell(8)
        all.judge = bell(9)
        all.finisher = bell(10)
        setup = try Self.setup(ledger, clock, wire, all, change)
        func mailbox(_ index: Int) -> any Mailbox { wire.openMailbox(arrival: ring(index)) }
        steppers = [
            Dispatcher(setup, mailbox: mailbox(0), channel: AllChannels(baseURL: setup.address), seed: 1),
            Planner(setup), ConsentKeeper(setup, mailbox: mailbox(2)), TokenKeeper(setup, mailbox: mailbox(3)),
            Quiet(), Intake(setup, tray: tray), ImageKeeper(setup, mailbox: mailbox(6)),
            Reviewer(setup), Recaller(setup, mailbox: mailbox(8)), Judge(setup), Finisher(setup),
        ]
        wakes = Array(repeating: now, count: steppers.count)
    }

    deinit {
        // Safe because a folder that stays behind in the temporary directory harms nobody.
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func setup(
        _ ledger: LedgerSQLite, _ clock: HandClock, _ wire: RehearsedWire, _ bells: Bells,
        _ change: (inout RuleLimits) -> Void
    ) throws -> EngineSetup {
        let now = clock.now()
        let term = try ledger.beginReign(node: "test", at: now)
        let records = try ledger.register(
            [
                AppRegistration(
                    name: "tt01",
                    accounts: accounts.map { account in
                        AccountRegistration(
                            name: account.name, openID: "_\(account.name)", kind: account.kind,
                            role: account.kind == .personal ? .staff : .brand,
                            qualification: account.messages.map {
                                Qualification(
                                    id: "q-\(account.name)", validFrom: .distantPast, validTo: .distantFuture,
                                    messagesPerDay: $0)
                            })
                    })
            ], at: now, term: term)
        var limits = RuleLimits()
        limits.riskMessagesPerHour = 50
        change(&limits)
        return EngineSetup(
            ledger: ledger, transport: wire, clock: clock, term: term, limits: limits, concurrency: 64,
            accounts: accounts.map { AccountSetup(record: records[$0.name]!, pace: PaceSpec($0.pace)!) },
            people: [PersonSetup(name: "marketing", roles: [.author], token: nil)],
            apps: [
                AppSetup(
                    id: records["flagship"]!.app, name: "tt01", clientKey: "tt01",
                    clientSecret: Secret(bytes: Array("secret".utf8)),
                    webhookSecrets: [Secret(bytes: Array("webhook".utf8))])
            ], address: PlatformAddress("http://127.0.0.1:1")!, language: .en, trustNames: false,
            keepAudienceFiles: false, bells: bells, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    var now: Moment { clock.now() }
    var audit: SandboxAudit { wire.audit }

    /// Steps whoever is rung or due, then lets the wall jump to the next wake, up to `end`.
    func pass(until end: Moment) async throws {
        while true {
            var steps = 0
            var isAnybodyDue = true
            while isAnybodyDue {
                isAnybodyDue = false
                // The dispatcher last: a run that starts at ten is planned before the contacts of ten are chosen.
                for index in steppers.indices.reversed() where isDue(index) {
                    isAnybodyDue = true
                    steps += 1
                    guard steps < Self.stepsAtOnceMax else { throw Spinning(name: steppers[index].name, at: now) }
                    bells[index].rung.store(false, ordering: .relaxed)
                    // The intake takes one campaign a step, and asks for the next at once until none is left.
                    wakes[index] = try await steppers[index].step(at: now)
                }
            }
            let next = wakes.compactMap { $0 }.min() ?? end
            clock.set(max(now, min(next, end)))
            if next >= end { return }
        }
    }

    private static let stepsAtOnceMax = 5000
    struct Spinning: Error {
        var name: String
        var at: Moment
    }

    private func isDue(_ index: Int) -> Bool {
        bells[index].rung.load(ordering: .relaxed) || wakes[index].map { $0 <= now } ?? false
    }

    /// As the kernel's notice does when somebody has dropped a file.
    func noticeDrop() { bells[5].rung.store(true, ordering: .relaxed) }

    func approve(_ run: RunRecord) throws {
        _ = try ledger.act(ActDemand(now: now, term: setup.term, run: run.id, act: .approve, person: "review"))
        setup.bells.planner.ring()
        setup.bells.dispatcher.ring()
    }

    /// Everything that was started and not given back.
    func contacts() throws -> [Contact] {
        try DatabaseQueue(path: folder + "/ledger.db").read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT r.name, a.recipient, a.sent_variant, a.started FROM attempt a JOIN run r ON r.id = a.run
                    WHERE a.keeps = 1 ORDER BY a.started, a.recipient
                    """
            ).map {
                Contact(run: $0[0], person: $0[1], variant: $0[2], at: Moment(milliseconds: $0[3]))
            }
        }
    }
}

/// In the reporter's place: twenty-one reports with every contact are most of the time and none of the question.
private struct Quiet: Stepper {
    let name = "reporter"
    func step(at now: Moment) async throws -> Moment? { nil }
}

/// The pretend platform in the same process: who is asked has answered before the next step.
final class RehearsedWire: Transport {
    private let platform: Mutex<SandboxPlatform>
    private let clock: HandClock

    init(_ platform: SandboxPlatform, _ clock: HandClock) {
        self.platform = Mutex(platform)
        self.clock = clock
    }

    var audit: SandboxAudit { platform.withLock { $0.audit } }

    /// Somebody does something on the platform.
    func act<Result>(_ body: (inout sending SandboxPlatform) -> sending Result) -> sending Result {
        platform.withLock { body(&$0) }
    }

    func openMailbox(arrival: @escaping @Sendable () -> Void) -> any Mailbox { Box(self, arrival) }

    private final class Box: Mailbox {
        private let wire: RehearsedWire
        private let arrival: @Sendable () -> Void
        private let ends = Mutex<[ExchangeEnd]>([])

        init(_ wire: RehearsedWire, _ arrival: @escaping @Sendable () -> Void) {
            self.wire = wire
            self.arrival = arrival
        }

        func submit(_ exchanges: [Exchange]) {
            for exchange in exchanges {
                let result: ExchangeResult
                if let obstacle = exchange.lastLook?() {
                    result = .notLeft(obstacle)
                } else {
                    let now = wire.clock.now()
                    result = .complete(wire.platform.withLock { $0.answer(exchange.request, at: now) }.response)
                }
                ends.withLock { $0.append(ExchangeEnd(id: exchange.id, result: result)) }
            }
            if !exchanges.isEmpty { arrival() }
        }

        func collect() -> [ExchangeEnd] {
            ends.withLock { ends in
                defer { ends = [] }
                return ends
            }
        }
    }
}
