import Answers
import CampaignModel
import Channels
import Ports
import SendingRules
import Words

/// What a monitor reads. Labels are names of the house (accounts, runs, services) and codes; never a person, a text or a
/// digest. Moments are seconds since 1970 on the daemon's wall.
extension Desk {
    /// Runs that have series: a monitor keeps each for months. What is beyond them is in the sums.
    static let runsMax = 300
    private static let endedFor: Duration = .hours(24)

    package func health() -> HealthLine {
        let isEnding = (setup.pace as? any EndingPace)?.isEnding ?? false
        do {
            if let ledger = setup.ledger as? any MetricsLedger { try setup.probe.pass(ledger, setup.clock) }
            return HealthLine(ok: true, ready: !isEnding)
        } catch {
            return HealthLine(ok: false, ready: false, trouble: PlainWords.of(error).text(in: setup.language))
        }
    }

    package func figures() throws -> [MetricFamily] {
        let now = setup.clock.now()
        let host = setup.host()
        return try setup.ledger.asOne {
            let totals =
                try (setup.ledger as? any MetricsLedger)?.totals(
                    TotalsQuestion(runsMax: Self.runsMax, endedSince: now - Self.endedFor)) ?? LedgerTotals()
            let accounts = try setup.ledger.accounts()
            let names = Dictionary(accounts.map { ($0.id, $0.name) }) { first, _ in first }
            return try daemonFamilies(host, at: now) + countFamilies(totals, names, accounts)
                + laneFamilies(accounts.filter(\.isConfigured), at: now) + runFamilies(totals)
                + eventFamilies(totals, at: now) + unknownFamilies(totals, at: now)
                + accountFamilies(totals, names, at: now)
                + noticeFamilies(at: now) + timeFamilies() + storeFamilies(host) + processFamilies(host)
        }
    }

    // MARK: - The daemon

    private func daemonFamilies(_ host: HostFigures, at now: Moment) throws -> [MetricFamily] {
        let inbox = setup.inbox.line(in: setup.language)
        return [
            .gauge("curfew_up", "1 while the daemon answers.", 1),
            .gauge("curfew_build_info", "Always 1; what it was built of.", [.init(setup.build, 1)]),
            .gauge(
                "curfew_config_hash", "A number that changes with the configuration.", Double(setup.configurationHash)),
            .gauge("curfew_start_time_seconds", "When the daemon started.", host.startSeconds),
            .gauge("curfew_rehearsal", "1 on a rehearsal clock.", setup.clock.isRehearsal ? 1 : 0),
            .gauge("curfew_clock_trusted", "1 while the wall clock is believed.", setup.watch.look() == nil ? 1 : 0),
            .gauge(
                "curfew_stopped", "1 while all sending is stopped by a person.",
                try setup.board.isStopped || setup.ledger.isStopped() ? 1 : 0),
            .gauge(
                "curfew_inbox_untaken", "Drops that are not taken, each with a word beside it.",
                Double(inbox.untakenTotal)),
            .gauge(
                "curfew_inbox_well", "1 while the inbox can be read, reports can be written, and one look takes all.",
                inbox.trouble == nil && !inbox.isCut ? 1 : 0),
        ]
    }

    // MARK: - What only grows

    private func countFamilies(
        _ totals: LedgerTotals, _ names: [AccountID: String], _ accounts: [AccountRecord]
    ) -> [MetricFamily] {
        func name(_ count: LedgerTotals.Count) -> String { names[count.account] ?? "#\(count.account.rawValue)" }
        func lane(_ count: LedgerTotals.Count) -> [(String, String)] {
            [("account", name(count)), ("channel", count.channel), ("category", count.isTest ? "test" : "campaign")]
        }
        func those(_ kind: LedgerTotals.Count.Kind) -> [LedgerTotals.Count] { totals.counts.filter { $0.kind == kind } }
        let outcomes = [LedgerTotals.Count.Kind.accepted, .rejected, .unknown].flatMap { kind in
            Self.summed(those(kind)) { [("account", name($0)), ("outcome", "\(kind)")] }
        }
        let night = Self.summed(those(.atNight)) { [("account", name($0))] }
        let nightNames = Set(night.map { $0.labels[0].1 })
        // From the first scrape on there is a zero that a growth can be seen from.
        let quiet = accounts.filter { $0.isConfigured && !nightNames.contains($0.name) }
            .map { MetricFamily.Sample([("account", $0.name)], 0) }
        let refusals = [LedgerTotals.Count.Kind.putOff, .leftOut].flatMap { kind in
            Self.summed(those(kind)) {
                [
                    ("reason", Reason(rawValue: $0.detail)?.code ?? "\($0.detail)"),
                    ("effect", kind == .putOff ? "later" : "never"),
                ]
            }
        }
        return [
            .counter("curfew_requests_started_total", "Contacts started.", Self.summed(those(.started), lane)),
            .counter("curfew_messages_total", "Messages started.", Self.summed(those(.messages), lane)),
            .counter(
                "curfew_contacts_total",
                "Contacts that ended; an unknown one that is settled later is counted as what it was as well.",
                outcomes),
            .counter("curfew_gate_refusals_total", "People put off or left out, by reason.", refusals),
            .counter(
                "curfew_night_messages_total", "Messages started between 22:00 and 08:00 in Shanghai. Must stay 0.",
                night + quiet),
        ]
    }

    /// Rows with the same labels are one series.
    private static func summed(
        _ counts: [LedgerTotals.Count], _ labels: (LedgerTotals.Count) -> [(String, String)]
    ) -> [MetricFamily.Sample] {
        var samples: [MetricFamily.Sample] = []
        var places: [[String]: Int] = [:]
        for count in counts {
            let labels = labels(count)
            let key = labels.map(\.1)
            if let place = places[key] {
                samples[place].value += Double(count.count)
            } else {
                places[key] = samples.count
                samples.append(.init(labels, Double(count.count)))
            }
        }
        return samples
    }

    // MARK: - Lanes and accounts

    private func laneFamilies(_ accounts: [AccountRecord], at now: Moment) throws -> [MetricFamily] {
        var open: [MetricFamily.Sample] = []
        var closed: [MetricFamily.Sample] = []
        var next: [MetricFamily.Sample] = []
        var figures: [String: [MetricFamily.Sample]] = [:]
        for account in accounts {
            let line = reading.line(account, try setup.ledger.laneFacts(account.id, at: now), at: now)
            let labels = [("account", line.account), ("channel", line.channel)]
            let isOpen = line.state == "open"
            open.append(.init(labels, isOpen ? 1 : 0))
            if !isOpen { closed.append(.init(labels + [("reason", line.state)], 1)) }
            if let moment = line.nextAllowed.flatMap({ Moment(iso8601: $0) }) {
                next.append(.init(labels, moment.seconds))
            }
            figures["people", default: []].append(.init(labels, Double(line.peopleToday)))
            figures["peopleCap", default: []].append(.init(labels, Double(line.peopleCap)))
            figures["messages", default: []].append(.init(labels, Double(line.messagesToday)))
            if let cap = line.messagesCap { figures["messagesCap", default: []].append(.init(labels, Double(cap))) }
            figures["pace", default: []].append(.init(labels, Double(line.pacePercent ?? 100) / 100))
        }
        func those(_ name: String) -> [MetricFamily.Sample] { figures[name] ?? [] }
        return [
            .gauge("curfew_lane_open", "1 while no rule closes the lane.", open),
            .gauge("curfew_lane_closed", "1 by the first rule that closes the lane.", closed),
            .gauge(
                "curfew_lane_next_allowed_seconds",
                "When a closed lane opens by itself; none: a person must act, or it is open.", next),
            .gauge("curfew_lane_people_today", "People contacted on the platform's day.", those("people")),
            .gauge("curfew_lane_people_cap", "The day's cap on people.", those("peopleCap")),
            .gauge("curfew_lane_messages_today", "Messages sent on the platform's day.", those("messages")),
            .gauge(
                "curfew_lane_messages_cap", "The day's cap on messages, where there is one.", those("messagesCap")),
            .gauge(
                "curfew_lane_pace_ratio", "Of the set pace; less than 1 while a busy platform slows the lane.",
                those("pace")),
        ]
    }

    private func accountFamilies(
        _ totals: LedgerTotals, _ names: [AccountID: String], at now: Moment
    ) -> [MetricFamily] {
        let tokens = setup.accounts.compactMap { account in
            setup.shelf.withBook { $0.usableUntil(of: account.tokenOwner) }.map {
                MetricFamily.Sample([("account", account.record.name)], $0.seconds)
            }
        }
        let stopped = setup.accounts.map { account in
            var isStopped = false
            if case .stopped(_) = setup.shelf.verdict(for: account.tokenOwner, at: now) { isStopped = true }
            return MetricFamily.Sample([("account", account.record.name)], isStopped ? 1 : 0)
        }
        return [
            .gauge("curfew_token_expires_seconds", "When the token in use ends.", tokens),
            .gauge("curfew_token_stopped", "1 while no token is to be had before a person acts.", stopped),
            .gauge(
                "curfew_consents", "People by what the platform last said of their consent.",
                totals.consents.map {
                    .init(
                        [("account", names[$0.account] ?? "#\($0.account.rawValue)"), ("state", "\($0.state)")],
                        Double($0.people))
                }),
        ]
    }

    // MARK: - Runs

    private func runFamilies(_ totals: LedgerTotals) -> [MetricFamily] {
        let people = totals.runs.flatMap { run in
            Self.standing(of: SumLine(run.sum)).map { place, count in
                MetricFamily.Sample([("run", run.run), ("place", place)], Double(count))
            }
        }
        let states: [RunState] = [.inReview, .scheduled, .running, .paused]
        return [
            .gauge("curfew_run_people", "People of a run by where they stand; gone a day after its end.", people),
            .gauge(
                "curfew_run_forecast_unserved_people", "People whom the run's forecast finds no moment for.",
                totals.runs.compactMap { run in
                    guard !run.state.isOver, let unserved = run.unserved else { return nil }
                    return .init([("run", run.run)], Double(unserved))
                }),
            .gauge(
                "curfew_runs", "Runs that are not over, by state.",
                states.map { .init([("state", $0.code)], Double(totals.living[$0] ?? 0)) }),
            .gauge(
                "curfew_review_waiting", "Runs that wait for a person's review.", Double(totals.living[.inReview] ?? 0)),
        ]
    }

    private static func standing(of sum: SumLine) -> [(String, Int)] {
        [
            ("holdout", sum.holdout), ("accepted", sum.accepted), ("rejected", sum.rejected), ("unknown", sum.unknown),
            ("skipped", sum.skipped), ("waiting", sum.waiting), ("open", sum.open), ("pending", sum.pending),
        ]
    }

    private func unknownFamilies(_ totals: LedgerTotals, at now: Moment) throws -> [MetricFamily] {
        [
            .gauge(
                "curfew_attempts_unknown", "Attempts whose fate is unknown.", Double(try setup.ledger.unknownCount())),
            .gauge(
                "curfew_attempts_unknown_oldest_seconds", "Age of the oldest of them; 0: none.",
                totals.oldestUnknown.map { max(0, now.since($0) / .seconds(1)) } ?? 0),
        ]
    }

    // MARK: - What is told

    private func eventFamilies(_ totals: LedgerTotals, at now: Moment) throws -> [MetricFamily] {
        let standing = try setup.ledger.arrivalsStanding()
        var events = totals.counts.filter { $0.kind == .event }.reduce(into: [Int: Int]()) {
            $0[$1.detail, default: 0] += $1.count
        }.sorted { $0.key < $1.key }.map { kind, count in
            MetricFamily.Sample(
                [("event", EventKind(rawValue: kind)?.code ?? "\(kind)"), ("result", "taken")], Double(count))
        }
        for count in totals.counts where count.kind == .setAside {
            events.append(.init([("event", ""), ("result", "set_aside")], Double(count.count)))
        }
        let turnedAway = setup.inbound.counts.sorted { $0.key.rawValue < $1.key.rawValue }
        return [
            .counter("curfew_webhook_events_total", "What the platform and partners told.", events),
            .counter(
                "curfew_webhook_turned_away_total", "Requests that the door for events did not take since the start.",
                turnedAway.map { .init([("why", $0.key.rawValue)], Double($0.value)) }),
            .gauge(
                "curfew_webhook_last_seconds", "When something was told last.", totals.lastArrival.map(\.seconds)),
            .gauge("curfew_webhook_backlog", "Callbacks that are not worked on yet.", Double(standing.waiting)),
            .gauge(
                "curfew_webhook_backlog_oldest_seconds", "Age of the oldest of them; 0: none.",
                standing.oldest.map { max(0, now.since($0) / .seconds(1)) } ?? 0),
            .gauge(
                "curfew_webhook_set_aside", "Callbacks that could not be understood or kept, each put aside alone.",
                Double(standing.setAside)),
        ]
    }

    // MARK: - Time and store

    private func timeFamilies() -> [MetricFamily] {
        [
            .histogram(
                "curfew_exchange_seconds", "From the hand-over to the wire to the end of the reply.",
                [([], setup.meters.exchanges.reading)]),
            .histogram(
                "curfew_start_transaction_seconds", "The transaction that settles ends and starts contacts.",
                [([], setup.meters.starts.reading)]),
            .histogram(
                "curfew_commit_seconds", "Until a transaction was on the disk.", [([], setup.meters.commits.reading)]),
            .histogram(
                "curfew_step_seconds", "One step of a service.",
                setup.meters.steps.map { ([("service", $0.service)], $0.reading) }),
        ]
    }

    private func storeFamilies(_ host: HostFigures) -> [MetricFamily] {
        let trouble = (setup.ledger as? any LedgerHealth)?.storageTrouble
        return [
            .gauge("curfew_ledger_trouble", "1 while the ledger takes no writes.", trouble == nil ? 0 : 1),
            .gauge("curfew_ledger_bytes", "Size of the ledger's file.", host.ledgerBytes.map(Double.init)),
            .gauge("curfew_wal_bytes", "Size of the ledger's log.", host.logBytes.map(Double.init)),
            .gauge("curfew_disk_free_bytes", "Room on the ledger's disk.", host.diskFreeBytes.map(Double.init)),
            .gauge("curfew_backup_last_success_seconds", "When the last checked backup was made.", host.backedUp),
            .counter(
                "curfew_log_lines_lost_total", "Log lines that the device did not take.",
                host.logLinesLost.map { [.init([], Double($0))] } ?? []),
        ]
    }

    private func processFamilies(_ host: HostFigures) -> [MetricFamily] {
        [
            .counter(
                "process_cpu_seconds_total", "Processor time, user and system.",
                host.cpuSeconds.map { [.init([], $0)] } ?? []),
            .gauge("process_resident_memory_bytes", "Resident memory.", host.residentBytes.map(Double.init)),
            .gauge("process_virtual_memory_bytes", "Virtual memory.", host.virtualBytes.map(Double.init)),
            .gauge("process_open_fds", "Open file descriptors.", host.openDescriptors.map(Double.init)),
            .gauge("process_max_fds", "The limit of open file descriptors.", host.descriptorsMax.map(Double.init)),
            .gauge("process_threads", "Threads.", host.threads.map(Double.init)),
            .gauge("process_start_time_seconds", "When the process started.", host.startSeconds),
        ]
    }
}

extension Moment {
    fileprivate var seconds: Double { Double(milliseconds) / 1000 }
}
