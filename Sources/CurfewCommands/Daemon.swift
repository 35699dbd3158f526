import Answers
import CampaignFiles
import CampaignModel
import Channels
import ControlAPI
import Engine
import Experiments
import Foundation
import HostSystem
import LedgerSQLite
import Logging
import Ports
import SendingRules
import ServiceLifecycle
import TransportCurl
import UnixSignals

// A lost reign and a broken ledger end the daemon: going on could write to somebody twice.
extension ReignLost: FatalStepError {}
extension LedgerUnusable: FatalStepError {}

/// The composition of the daemon: the only place where rooms are joined.
struct Daemon {
    private let settings: Settings
    private let clock: any Clock
    private let logger: Logger
    private let lock: LedgerLock
    private let ledger: LedgerSQLite
    private let transport: TransportCurl
    private var setup: EngineSetup
    private let bellWakers: Wakers
    /// Not there for a small ledger, which is examined before anything else.
    private let examiner: Examiner?
    private let seal: SealKeeper
    private let pace: StepPace
    private let tray: InotifyTray
    /// nil: nobody is told anything.
    private let notices: NoticeComposition?

    /// One bell rope a service.
    struct Wakers {
        let dispatcher = Waker()
        let planner = Waker()
        let consent = Waker()
        let tokens = Waker()
        let reports = Waker()
        let images = Waker()
        let intake = Waker()
        let judge = Waker()
        let forecasts = Waker()
        let finisher = Waker()
        let reviewer = Waker()
        let evidence = Waker()
        let eventIntake = Waker()
        let recaller = Waker()
        let notify = Waker()
        let log = Waker()

        var bells: Bells {
            var bells = Bells(
                dispatcher: Bell { dispatcher.wake() }, planner: Bell { planner.wake() },
                consent: Bell { consent.wake() }, tokens: Bell { tokens.wake() }, reports: Bell { reports.wake() },
                images: Bell { images.wake() }, reviewer: Bell { reviewer.wake() })
            bells.recaller = Bell { recaller.wake() }
            bells.evidence = Bell { evidence.wake() }
            bells.judge = Bell { judge.wake() }
            bells.forecasts = Bell { forecasts.wake() }
            bells.finisher = Bell { finisher.wake() }
            bells.notify = Bell { notify.wake() }
            return bells
        }
    }

    /// - Parameter checkpoint: called at each passing of one; a rehearsal of faults ends the process there.
    init(
        _ settings: Settings, clock: any Clock, logger: Logger, checkpoint: @escaping @Sendable (Checkpoint) -> Void
    ) throws {
        (self.settings, self.clock, self.logger) = (settings, clock, logger)
        try Self.makeFolder(settings.state)
        lock = try LedgerLock(state: settings.state, since: clock.now())
        try DescriptorLimit.raise(forRequests: settings.platform.concurrency)
        transport = try TransportCurl(
            settings: TransportSettings(concurrencyMax: settings.platform.concurrency))
        bellWakers = Wakers()
        pace = StepPace { [transport] in transport.onTheWire > 0 }
        var options = LedgerSQLite.Options()
        options.pace = pace
        let meters = Meters()
        options.commits = Stopwatch(now: { clock.monotonic() }, note: { meters.commits.note($0) })
        options.onLongLog = { [log = bellWakers.log] in log.wake() }
        ledger = try LedgerSQLite(path: Paths.ledger(in: settings.state), options: options)
        if let suspicion = try ledger.clearSuspicion() {
            logger.warning(
                "the disk failed an earlier daemon; the whole ledger was read and is sound",
                metadata: ["then": "\(suspicion)"])
        }
        let now = clock.now()
        let seals = SealFile(state: settings.state, ledger: Paths.ledger(in: settings.state))
        try LedgerGuard.admit(ledger, seals)
        // Before anything is written: a folder that is another ledger's is none of ours.
        tray = try InotifyTray(inbox: settings.inbox, owner: try ledger.mark().ledger)
        let term = try ledger.beginReign(node: ProcessInfo.processInfo.hostName, at: now)
        try LedgerGuard.seal(ledger, seals, at: now)
        let orphans = try ledger.rescue(at: now, term: term)
        if orphans > 0 {
            logger.warning("attempts without an end became unknown", metadata: ["count": "\(orphans)"])
        }
        setup = try Self.setup(
            settings, ledger: ledger, transport: transport, clock: clock, term: term, bells: bellWakers.bells,
            logger: logger)
        Self.measure(&setup, settings, meters)
        notices = try NoticeComposition(&setup, settings, ledger)
        seal = SealKeeper(setup, store: seals)
        let traces = TraceFiles(state: settings.state, inbox: settings.inbox) { PackedFile.mayHold($1, at: $0) }
        setup.traces = traces
        setup.pace = pace
        let forgotten = try ledger.applyErasures(traces.noted(), at: now, term: term)
        if forgotten > 0 {
            logger.notice(
                "people whom a restored ledger had back were erased again", metadata: ["count": "\(forgotten)"])
        }
        let finished = try Erasure(setup, traces).finishBegun()
        if finished > 0 {
            logger.notice("erasures that had broken off were finished", metadata: ["count": "\(finished)"])
        }
        setup.checkpoint = checkpoint
        // A rehearsal's wall is moved by hand; a pretend platform on this machine has the same wall as we.
        setup.watch = ClockWatch(
            clock: clock, watches: !clock.isRehearsal, synchronisation: !settings.platform.isLoopback)
        try Self.restore(setup, ledger)
        examiner = try Examiner.start(setup, ledger: ledger)
    }

    private static func measure(_ setup: inout EngineSetup, _ settings: Settings, _ meters: Meters) {
        let kernel = KernelReading(ledger: Paths.ledger(in: settings.state), sink: Standard.log)
        setup.meters = meters
        setup.host = { kernel.read() }
        setup.build = BuiltIn.labels
        setup.configurationHash = settings.fingerprint
    }

    private static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
            throw FolderError(path: path, errno: Int32(cause?.code ?? Int(EIO)))
        }
    }

    // MARK: - Composition

    private static func setup(
        _ settings: Settings, ledger: LedgerSQLite, transport: TransportCurl, clock: any Clock, term: Term,
        bells: Bells, logger: Logger
    ) throws -> EngineSetup {
        let reader = SecretReader()
        let records = try ledger.register(
            settings.apps.map { AppRegistration($0) }, at: clock.now(), term: term
        ) { renaming in logger.notice("\(renaming.sentence.text(in: settings.language))") }
        let accounts = settings.apps.flatMap(\.accounts).compactMap { account in
            records[account.name].map { AccountSetup(record: $0, pace: account.pace) }
        }
        let apps = try settings.apps.compactMap { app -> AppSetup? in
            guard let record = app.accounts.first.flatMap({ records[$0.name] }) else { return nil }
            return AppSetup(
                id: record.app, name: app.id, clientKey: app.clientKey, clientSecret: try reader.read(app.clientSecret),
                webhookSecrets: try app.webhookSecrets.map { try reader.read($0) })
        }
        let people = try people(settings, reader, ledger, at: clock.now(), term: term, logger)
        guard let address = PlatformAddress(settings.platform.baseURL) else {
            throw LedgerError.storage("platform.base_url is no address: \(settings.platform.baseURL)")
        }
        var setup = EngineSetup(
            ledger: ledger, transport: transport, clock: clock, term: term, limits: RuleLimits(settings),
            concurrency: settings.platform.concurrency, accounts: accounts, people: people, apps: apps,
            address: address, language: settings.language,
            trustNames: settings.trustAs && settings.platform.isLoopback,
            keepAudienceFiles: settings.keepAudienceFiles, bells: bells, logger: logger)
        setup.review = try ReviewTerms(settings)
        try EventComposition.complete(&setup, settings)
        setup.holdout = GlobalHoldout(settings.holdout)
        setup.freshSecret = { SystemChance.bytes(32) }
        setup.reportsBeside = settings.limits.reportsBeside
        setup.settingLines = SettingLines.of(settings)
        setup.ownUser = geteuid()
        setup.bench = DropBenchFolder(state: settings.state, inbox: settings.inbox)
        let examination = BenchExamination(
            settings: settings, review: setup.review, ledger: Paths.ledger(in: settings.state))
        setup.examine = { try examination.sheet(of: $0, in: $1, at: $2) }
        for group in settings.testPeople { setup.testPeople[group.account, default: []].formUnion(group.openIDs) }
        return setup
    }

    /// Who acts, each known by the token: a name in the configuration may have been another one before.
    private static func people(
        _ settings: Settings, _ reader: SecretReader, _ ledger: LedgerSQLite, at now: Moment, term: Term,
        _ logger: Logger
    ) throws -> [PersonSetup] {
        let people = try settings.people.map { person in
            var setup = PersonSetup(
                name: person.name, roles: person.roles, token: try person.token.map { try reader.read($0) })
            setup.tokenExpires = person.tokenExpires
            setup.unixUser = person.unixUser.flatMap(UnixNames.user)
            return setup
        }
        for person in people {
            guard let end = person.tokenExpires, end < now + .days(14) else { continue }
            logger.warning(
                "a person's token has ended or ends soon",
                metadata: ["person": "\(person.name)", "end": "\(end.iso8601)"])
        }
        let tokens = people.map { (name: $0.name, token: $0.token?.withBytes { Array($0) } ?? []) }
        let former = try ledger.formerNames(of: tokens, at: now, term: term)
        for name in try ledger.endTokens(ofOthersThan: people.map(\.name), at: now, term: term) {
            logger.notice(
                "tokens ended: their person is not under people any more", metadata: ["person": "\(name)"])
        }
        for (name, names) in former {
            logger.notice(
                "a person's token had another name before: what was done under it stays theirs",
                metadata: ["person": "\(name)", "before": "\(names.sorted().joined(separator: ", "))"])
        }
        return people.map { person in
            var person = person
            person.formerNames = former[person.name] ?? []
            return person
        }
    }

    /// What must hold before the first byte may leave again.
    private static func restore(_ setup: EngineSetup, _ ledger: LedgerSQLite) throws {
        setup.board.stopAll(try ledger.isStopped())
        for app in setup.apps {
            for person in try ledger.denied(app: app.id) { setup.board.deny(person) }
        }
    }

    // MARK: - Running

    /// Returns after a graceful shutdown; throws what ended it otherwise.
    func run() async throws {
        let (wakers, tray) = (bellWakers, tray)
        tray.onChange {
            wakers.intake.wake()
            wakers.eventIntake.wake()
        }
        let (setup, settings, transport, logger) = (setup, settings, transport, logger)
        let dispatcher = Dispatcher(
            setup, mailbox: mailbox(wakers.dispatcher), channel: AllChannels(baseURL: setup.address),
            seed: SystemChance.seed())
        let reporter = Reporter(setup, tray: tray)
        let threads = Threads()
        let binding = try ControlBinding(settings.http)
        let loop = Loop(
            members(dispatcher, reporter, tray, threads)
                + CertificateWatch.members(binding.tls, settings.http, setup, on: threads.platform), clock: clock,
            notifier: SystemdNotifier(), pace: pace,
            door: threads.door, stepLimit: settings.limits.stepTimeout, logger: logger,
            onStep: { [meters = setup.meters] in meters.step(of: $0).note($1) },
            drain: { end in
                await Self.drain(dispatcher, reporter, setup, transport, settings.limits.stopTimeout, wakers, end)
            })
        try PortProbe.check(host: settings.http.host, port: settings.http.port)
        if let listen = settings.events.listen { try PortProbe.check(host: listen.host, port: listen.port) }
        let door = try controlApplication(
            desk: Desk(setup), bind: binding, logger: logger,
            brake: ProofBrake(
                now: { [clock] in clock.monotonic() }, wait: { _ = await RealPause().wait(atMost: $0, for: Waker()) }),
            live: LivePace(
                now: { [clock] in clock.monotonic() }, wall: { [clock] in clock.now() }, pause: Self.pauseUnlessEnding),
            takesNames: setup.trustNames,
            onListening: { address in logger.info("listening", metadata: ["at": "\(address.text)"]) })
        announce()
        // They are shut down from the last to the first, one after the other: the loop must not wait for its doors, or
        // it goes on sending after it was asked to stop. Who asks meanwhile how far the stop is gets an answer.
        let services: [any Service] = [EventComposition.door(setup, settings, logger)].compactMap { $0 } + [door, loop]
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: Self.quiet(logger)))
        do { try await withTaskExecutorPreference(threads.door) { try await group.run() } } catch {
            close()
            throw error
        }
        noteSeal()
        try ledger.close()
        withExtendedLifetime(lock) {}
    }

    /// Who blocks whom. Steps wait for the disk, so nobody who must answer soon shares threads with long work.
    private struct Threads {
        /// The dispatcher alone.
        let delivery = NamedThreads("delivery")
        /// What is asked of the platform: short steps.
        let platform = NamedThreads("platform")
        /// What the platform and people tell. An opt-out counts within a second, however many walks answer meanwhile.
        let evidence = NamedThreads("evidence")
        let log = NamedThreads("log")
        /// Reads the whole ledger once after a start.
        let examiner = NamedThreads("examiner")
        /// A list of millions is read for minutes.
        let intake = NamedThreads("intake")
        /// Plans, forecasts, reports: seconds each, cut into pieces.
        let background = NamedThreads("background", count: 2)
        /// Requests side by side: a slow question is no reason for a stop to wait.
        let door = NamedThreads("door", count: 4)
    }

    private func mailbox(_ waker: Waker) -> any Mailbox { transport.openMailbox { waker.wake() } }

    private func members(
        _ dispatcher: Dispatcher, _ reporter: Reporter, _ tray: any DropTray, _ threads: Threads
    ) -> [LoopMember] {
        let wakers = bellWakers
        let background = threads.background
        var members = [LoopMember(dispatcher, waker: wakers.dispatcher, on: threads.delivery)]
        members += [
            LoopMember(TokenKeeper(setup, mailbox: mailbox(wakers.tokens)), waker: wakers.tokens, on: threads.platform),
            LoopMember(
                ConsentKeeper(setup, mailbox: mailbox(wakers.consent)), waker: wakers.consent, on: threads.platform),
            LoopMember(ImageKeeper(setup, mailbox: mailbox(wakers.images)), waker: wakers.images, on: threads.platform),
            LoopMember(
                Recaller(setup, mailbox: mailbox(wakers.recaller)), waker: wakers.recaller, on: threads.platform),
            LoopMember(EvidenceKeeper(setup), waker: wakers.evidence, on: threads.evidence),
            LoopMember(ClockKeeper(setup), on: threads.platform),
            LoopMember(TokenWatch(setup, settings), on: threads.platform),
            LoopMember(LogKeeper(setup, ledger: ledger), waker: wakers.log, on: threads.log),
        ]
        members += [LoopMember(Intake(setup, tray: tray), waker: wakers.intake, on: threads.intake)]
        members += [
            LoopMember(Planner(setup), waker: wakers.planner, on: background),
            LoopMember(Reviewer(setup), waker: wakers.reviewer, on: background),
            LoopMember(Judge(setup), waker: wakers.judge, on: background),
            LoopMember(Finisher(setup), waker: wakers.finisher, on: background),
            LoopMember(ForecastKeeper(setup), waker: wakers.forecasts, on: background),
            LoopMember(reporter, waker: wakers.reports, on: background),
            LoopMember(ReportKeeper(setup, tray: tray, keep: settings.limits.keep), on: background),
            LoopMember(seal, on: background),
            LoopMember(Pruner(setup, keep: settings.limits.keep), on: background),
            LoopMember(EventIntake(setup, tray: tray), waker: wakers.eventIntake, on: background),
        ]
        if let notices {
            members.append(
                LoopMember(
                    notices.keeper(setup, settings, ledger, wakers.notify), waker: wakers.notify, on: background))
        }
        return members + (examiner.map { [LoopMember($0, on: threads.examiner)] } ?? [])
    }

    private func announce() {
        logger.notice(
            "serving",
            metadata: [
                "inbox": "\(settings.inbox)", "platform": "\(settings.platform.baseURL)",
                "term": "\(setup.term.number)",
                "rehearsal": "\(clock.isRehearsal)",
            ])
    }

    /// Waits for what is on the wire, settles it, and lets go of the rest: what was started and not answered in time is
    /// unknown, and says so.
    private static func drain(
        _ dispatcher: Dispatcher, _ reporter: Reporter, _ setup: EngineSetup, _ transport: TransportCurl,
        _ limit: Duration, _ wakers: Wakers, _ end: LoopEnd
    ) async {
        let logger = setup.logger
        do {
            let until = end.clock.monotonic() + limit
            var left = try await dispatcher.drain(at: end.clock.now())
            while left > 0, end.clock.monotonic() < until, !Task.isCancelled {
                _ = await end.pause.wait(
                    atMost: min(until - end.clock.monotonic(), .milliseconds(200)), for: wakers.dispatcher)
                left = try await dispatcher.drain(at: end.clock.now())
            }
            await transport.close(grace: .zero)
            left = try await dispatcher.drain(at: end.clock.now())
            try await reporter.flush(at: end.clock.now())
            logger.notice("stopped", metadata: ["still_open": "\(left)"])
        } catch {
            logger.critical(
                "what was on the wire could not be settled; it is unknown at the next start",
                metadata: ["error": "\(error)"])
        }
    }

    private static func pauseUnlessEnding(_ duration: Duration) async -> Bool {
        await cancelWhenGracefulShutdown { _ = await RealPause().wait(atMost: duration, for: Waker()) }
        return !Task.isShuttingDownGracefully && !Task.isCancelled
    }

    private func noteSeal() {
        do { try seal.note(at: clock.now()) } catch {
            logger.error("seal not written", metadata: ["error": "\(error)"])
        }
    }

    private func close() {
        noteSeal()
        do { try ledger.close() } catch { logger.error("ledger not closed", metadata: ["error": "\(error)"]) }
        withExtendedLifetime(lock) {}
    }

    /// Hummingbird and the service group tell at `info` what nobody has to know.
    private static func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = .warning
        return logger
    }
}

package enum Paths {
    package static func ledger(in state: String) -> String { (state as NSString).appendingPathComponent("ledger.db") }
}

extension ControlBinding {
    init(_ door: DoorSettings) throws {
        var tls: TLSIdentity?
        if let certificate = door.tlsCertificate, let key = door.tlsKey {
            let key = try SecretReader().read(key)
            do throws(TLSIdentity.Fault) {
                tls = try TLSIdentity(certificate: certificate, key: key, host: door.originHost)
            } catch {
                throw ControlDoorError.tls(error)
            }
        }
        try self.init(
            socket: Socket(path: door.socket, group: door.socketGroup.flatMap(UnixNames.group)),
            loopback: Loopback(host: door.host, port: door.port), tls: tls)
        origins = [door.origin].compactMap { $0 }
        proxy = door.proxyUser.flatMap(UnixNames.user).map { ProxyTrust(user: $0, header: door.proxyHeader) }
    }
}

extension AppRegistration {
    init(_ app: AppSettings) {
        self.init(
            name: app.id, clientKey: app.clientKey, inTrial: app.inTrial,
            accounts: app.accounts.map { account in
                AccountRegistration(
                    name: account.name, openID: account.openID,
                    kind: account.kind == .personal ? .personal : .enterprise,
                    role: account.role == .brand ? .brand : .staff, zone: account.zone,
                    qualification: account.qualification.map {
                        CampaignModel.Qualification(
                            id: $0.id, validFrom: $0.validFrom, validTo: $0.validTo, messagesPerDay: $0.messagesPerDay)
                    }, keepsAllowList: account.allowListOnly, slowedPerHour: account.slowedPerHour)
            }, credit: app.credit)
    }
}

extension RuleLimits {
    init(_ settings: Settings) {
        self.init()
        quiet = settings.rules.quietHours
        requestTimeout = settings.platform.timeout
        usersPerDay = settings.rules.dailyUsersCap
        batchMessagesPerDay = settings.rules.dailyBatchCap
        batchSize = settings.rules.batchSize
        contactsPerAppAndDay = settings.rules.contactsPerAppPerDay
        consentAgeMax = settings.rules.consentAgeMax
        rollingDay = settings.rules.rollingDay
        riskMessagesPerHour = settings.rules.riskMessagesPerHour
        creditMin = settings.rules.creditMin
        contactsPerWeek = settings.rules.contactsPerWeek > 0 ? settings.rules.contactsPerWeek : nil
        prompts =
            switch settings.rules.prompts {
            case .threeADay: .aDay(3)
            case .twoRefusals: .refusals(2)
            }
    }
}
