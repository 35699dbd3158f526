import CampaignModel
import Channels
import Engine
import Logging
import Ports
import SendingRules
import Synchronization

/// One life of the real engine, composed as the door composes it; only what surrounds it is simulated.
final class SimulatedDaemon {
    /// A stepper with what the loop would know about it.
    final class Service {
        let stepper: any Stepper
        let ring: Ring
        /// By the daemon's own wall; nil: only when rung.
        var wake: Moment?
        var errorsInARow = 0
        /// After an error, by the truth.
        var notBefore: Moment = .distantPast

        init(_ stepper: any Stepper, _ ring: Ring) { (self.stepper, self.ring) = (stepper, ring) }
    }

    /// Rung by bells and by the wire.
    final class Ring: Sendable {
        private let rung = Atomic(true)
        func ring() { rung.store(true, ordering: .relaxed) }
        func take() -> Bool { rung.exchange(false, ordering: .relaxed) }
        var isRung: Bool { rung.load(ordering: .relaxed) }
    }

    let life: Life
    let ledger: any Ledger
    let tap: LedgerTap
    let setup: EngineSetup
    let dispatcher: Dispatcher
    let desk: Desk
    let services: [Service]
    let intakeRing: Ring
    let dispatcherRing: Ring

    /// Everything that a start does, in its order: reign, rescue, accounts, what must hold before the first byte.
    init(_ ground: Ground, tray: SimulatedTray, place: any LedgerPlace, life: Life) throws {
        self.life = life
        let rings = (0..<13).map { _ in Ring() }
        intakeRing = rings[5]
        dispatcherRing = rings[0]
        func bell(_ index: Int) -> Bell { Bell { rings[index].ring() } }
        var bells = Bells(
            dispatcher: bell(0), planner: bell(1), consent: bell(2), tokens: bell(3), reports: bell(4), images: bell(6),
            reviewer: bell(7))
        bells.recaller = bell(8)
        bells.evidence = bell(9)
        bells.judge = bell(10)
        bells.forecasts = bell(11)
        bells.finisher = bell(12)
        ledger = try place.open()
        tap = LedgerTap(ledger, ground, life, place)
        let transport = SimulatedTransport(ground, life)
        do { setup = try Self.setup(tap, ground, transport, life, bells) } catch {
            try place.close(ledger)
            throw error
        }
        func mailbox(_ index: Int) -> any Mailbox { transport.openMailbox { rings[index].ring() } }
        dispatcher = Dispatcher(
            setup, mailbox: mailbox(0), channel: AllChannels(baseURL: setup.address),
            seed: UInt64(life.number))
        desk = Desk(setup)
        services = [
            Service(dispatcher, rings[0]), Service(TokenKeeper(setup, mailbox: mailbox(3)), rings[3]),
            Service(ConsentKeeper(setup, mailbox: mailbox(2)), rings[2]),
            Service(ImageKeeper(setup, mailbox: mailbox(6)), rings[6]), Service(Planner(setup), rings[1]),
            Service(Intake(setup, tray: tray), rings[5]), Service(Reviewer(setup), rings[7]),
            Service(Recaller(setup, mailbox: mailbox(8)), rings[8]), Service(Reporter(setup, tray: tray), rings[4]),
            Service(EvidenceKeeper(setup), rings[9]),
            Service(Judge(setup), rings[10]), Service(ForecastKeeper(setup), rings[11]),
            Service(Finisher(setup), rings[12]),
        ]
    }

    private static func setup(
        _ tap: LedgerTap, _ ground: Ground, _ transport: SimulatedTransport, _ life: Life, _ bells: Bells
    ) throws -> EngineSetup {
        let town = ground.town
        let clock = ground.clock
        let term = try tap.beginReign(node: "simulated", at: clock.now())
        _ = try tap.rescue(at: clock.now(), term: term)
        let records = try tap.register(town.registrations, at: clock.now(), term: term)
        ground.auditor.know(records.values.sorted { $0.id < $1.id })
        var limits = town.ruleLimits
        // One millisecond less is the whole difference between `<` and `<=` at the stroke.
        if ground.mutation == .openAtTheStroke { limits.requestTimeout = limits.requestTimeout - .milliseconds(1) }
        let apps = town.apps.compactMap { app in
            records.values.first { $0.appName == app }.map {
                AppSetup(
                    id: $0.app, name: app, clientKey: app, clientSecret: Secret(bytes: Array(Town.secret.utf8)),
                    webhookSecrets: [Secret(bytes: Array(Town.webhookSecret.utf8))])
            }
        }
        var setup = EngineSetup(
            ledger: tap, transport: transport, clock: clock, term: term, limits: limits,
            concurrency: town.concurrency,
            accounts: town.accounts.compactMap { account in
                records[account.name].map { AccountSetup(record: $0, pace: account.pace) }
            },
            people: Town.people.sorted { $0.key < $1.key }.map { name, roles in
                PersonSetup(name: name, roles: roles, token: Secret(bytes: Array("token-\(name)".utf8)))
            }, apps: apps, address: PlatformAddress("http://127.0.0.1:1")!, language: .en, trustNames: false,
            keepAudienceFiles: false, bells: bells,
            logger: Logger(label: "simulated") { _ in SwiftLogNoOpLogHandler() })
        for account in town.accounts { setup.testPeople[account.name] = Set(town.testers[account.app] ?? []) }
        setup.checkpoint = { point in Self.pass(point, ground, life) }
        setup.board.stopAll(try tap.isStopped())
        for app in apps { for person in try tap.denied(app: app.id) { setup.board.deny(person) } }
        let contradictions = try tap.violations()
        for contradiction in contradictions {
            ground.auditor.violate(
                .conservationHolds, at: clock.truth, "after a start the ledger contradicts itself: \(contradiction)")
        }
        return setup
    }

    /// Between two moments of a delivery: the process may die here too.
    private static func pass(_ point: Checkpoint, _ ground: Ground, _ life: Life) {
        guard !life.isDead else { return }
        let kind: FaultKind =
            switch point {
            case .afterStart: .crashAfterStart
            case .afterRetryStart: .crashAfterRetryStart
            case .afterDeparture: .crashAtDeparture
            case .afterReply: .crashAtReply
            case .afterSettle: .crashAfterSettle
            }
        if ground.strikes(kind) { life.die(of: kind) }
    }

    /// The first moment, by the truth, at which a service wants a step; nil: all wait to be rung.
    func nextWake(_ clock: SimulatedClock) -> Moment? {
        if life.isDead || life.isDraining { return nil }
        var next: Moment?
        for service in services {
            var wake = service.ring.isRung ? clock.truth : service.wake.map { clock.truth(ofWall: $0) }
            wake = wake.map { max($0, service.notBefore) }
            if let wake { next = next.map { min($0, wake) } ?? wake }
        }
        guard let sleeps = life.sleepsUntil else { return next }
        return next.map { max($0, sleeps) }
    }
}

extension Town {
    var ruleLimits: RuleLimits {
        var rules = RuleLimits()
        rules.usersPerDay = limits.usersPerDay
        rules.batchMessagesPerDay = limits.batchMessagesPerDay
        rules.personalMessagesPerDay = limits.personalMessagesPerDay
        rules.requestTimeout = limits.requestTimeout
        rules.consentAgeMax = limits.consentAgeMax
        return rules
    }

    var registrations: [AppRegistration] {
        apps.map { app in
            AppRegistration(
                name: app,
                accounts: accounts.filter { $0.app == app }.map { account in
                    AccountRegistration(
                        name: account.name, openID: account.openID, kind: account.kind,
                        qualification: account.qualification)
                })
        }
    }
}
