import ArgumentParser
import CampaignFiles
import CampaignModel
import Engine
import Experiments
import Foundation
import HostSystem
import LedgerSQLite
import Ports
import SendingRules
import Words

/// Turns what stands on the command line into the questions of a forecast.
struct ForecastReading {
    let desk: FileDesk
    let ledger: LedgerSQLite?
    /// The desk's: the file is judged and foretold as of one moment.
    private var now: Moment { desk.now }

    /// Without a configuration those that a configuration has by default, the slowing of rule 16 among them.
    private var limits: RuleLimits {
        if let settings = desk.settings { return RuleLimits(settings) }
        var limits = RuleLimits()
        limits.riskMessagesPerHour = RuleSettings.riskMessagesPerHourMax
        return limits
    }
    private static let paceDefault = PaceSpec(count: 2, per: .second, burst: 10)

    private var house: GlobalHoldout { GlobalHoldout(desk.settings?.holdout ?? HoldoutSettings()) }

    private func pace(of account: String) -> PaceSpec {
        desk.settings?.account(named: account)?.account.pace ?? Self.paceDefault
    }

    /// One answer a file, in the order given; the other runs of the ledger take their slots and are not told.
    func forecast(_ files: [String]) throws -> [RunForecast] {
        guard let ledger else {
            var strangers = Strangers()
            let asks = try files.map { try ask($0, &strangers) }
            return Forecaster(limits: limits, doubt: SystemClock.doubtDefault).forecast(asks, from: now)
        }
        var world = ForecastWorld(
            ledger, limits: limits, doubt: SystemClock.doubtDefault, from: now, pace: { pace(of: $0) })
        world.house = house
        var strangers = Strangers()
        var campaigns: Set<String> = []
        var named: Set<RunID> = []
        for file in files {
            if Self.isFile(file) {
                let ask = try ask(file, &strangers)
                campaigns.insert(ask.campaign.id)
                world.add(ask)
            } else {
                guard let run = try ledger.run(named: file) else {
                    throw refusal(Catalogue.Desk.runNotFound(file))
                }
                guard !run.isTriggered else { throw refusal(Catalogue.Triggers.noWhatIf(run.name)) }
                named.insert(run.id)
                try world.add(run)
            }
        }
        // A file stands for its campaign: its run that is not planned yet would be counted twice.
        try world.addRuns { run in
            try named.contains(run.id)
                || (!run.isPlanned && campaigns.contains(ledger.revisionRecord(run.revision).campaign.id))
        }
        return Array(try world.forecast().prefix(files.count))
    }

    /// Said here, because the answers to the other files may have been asked for too.
    private func refusal(_ sentence: Sentence) -> ExitCode {
        Standard.complain(sentence.text(in: desk.language))
        return ExitCode(ExitCodes.problems)
    }

    private static func isFile(_ name: String) -> Bool {
        name.hasSuffix(".yaml") || name.hasSuffix(".yml") || FileManager.default.fileExists(atPath: name)
    }

    /// Numbers for people whom no ledger has seen: the same open_id is the same person in every file.
    private struct Strangers {
        private var numbers: [String: Int32] = [:]
        mutating func number(of openID: String) -> Int32 {
            if let known = numbers[openID] { return known }
            let number = -Int32(numbers.count) - 1
            numbers[openID] = number
            return number
        }
    }

    private func ask(_ file: String, _ strangers: inout Strangers) throws -> Forecaster.Ask {
        let reading = try desk.read(file)
        guard let campaign = reading.campaign else {
            for problem in reading.problems { Standard.complain(problem.text(in: desk.language, fileName: file)) }
            throw ExitCode(ExitCodes.problems)
        }
        guard campaign.trigger == nil else { throw refusal(Catalogue.Triggers.noWhatIf(file)) }
        guard let occurrence = campaign.nextStart(at: now) else {
            Standard.complain("\(file): \(Catalogue.Intake.noOccurrenceLeft.text(in: desk.language))")
            throw ExitCode(ExitCodes.problems)
        }
        let record = try ledger?.accounts().first { $0.name == campaign.account }
        var ask = Forecaster.Ask(
            campaign: campaign, app: record?.app ?? AppID(rawValue: 0), lane: try lane(of: campaign, record),
            pace: pace(of: campaign.account), start: occurrence, people: [])
        for owner in campaign.cardOwners {
            ask.owners[owner] = try ledger?.accounts().first { $0.name == owner }?.id ?? Self.stranger(owner)
        }
        var drawn = try people(of: campaign, beside: file, record, &strangers, &ask)
        if campaign.audience.order == .shuffled {
            drawn.sort { ($0.place, $0.openID) < ($1.place, $1.openID) }
        }
        let taking = drawn.prefix(campaign.audience.max ?? .max)
        ask.counts.audience = taking.count
        ask.counts.beyondMax = drawn.dropFirst(taking.count).count
        let assignment = Assignment(campaign)
        let share = TestShare(of: campaign, start: ask.start)
        for entry in taking {
            if house.contains(entry.openID) || assignment.isHeldOut(entry.openID) {
                ask.counts.holdout += 1
            } else {
                var person = entry.person
                if let share, !share.contains(entry.openID) {
                    person.isByTest = true
                    person.arm = 0
                }
                ask.take(person)
            }
        }
        return ask
    }

    private func lane(of campaign: Campaign, _ record: AccountRecord?) throws -> LaneFacts {
        if let record, let ledger { return try ledger.laneFacts(record.id, at: now) }
        let configured = desk.settings?.account(named: campaign.account)?.account
        return LaneFacts(
            account: Self.stranger(campaign.account),
            kind: configured?.kind == .personal ? .personal : .enterprise, day: PlatformDay(containing: now))
    }

    /// An account that no ledger knows: told apart from the others by its name.
    private static func stranger(_ name: String) -> AccountID {
        AccountID(rawValue: Int64(truncatingIfNeeded: name.utf8.reduce(7) { $0 &* 31 &+ Int64($1) }))
    }

    private struct Drawn {
        var openID: String
        var place: Int64
        var person: Forecaster.Person
    }

    private func people(
        of campaign: Campaign, beside file: String, _ record: AccountRecord?, _ strangers: inout Strangers,
        _ ask: inout Forecaster.Ask
    ) throws -> [Drawn] {
        let order = PlanOrder(runName: try runName(of: campaign, ask.start))
        let assignment = Assignment(campaign)
        let missing = MissingFields(campaign, ledger: nil)
        var drawn: [Drawn] = []
        func draw(_ listed: String, _ value: (String) -> String?) throws {
            let openID = GroupIdentity.stored(listed, in: campaign.channel)
            var person = Forecaster.Person(
                key: 0, arm: assignment.arm(of: openID), consent: Consent(state: .authorized, checked: now),
                missing: missing.arms(value))
            if campaign.channel == .groupMessage { person.group = GroupFacts(value: value) }
            if let ledger, let record {
                let known = try ledger.forecastPerson(
                    openID: openID, app: record.app, account: record.id,
                    ForecastLook(
                        now: now, countsWeek: limits.contactsPerWeek != nil, owners: Set(ask.owners.values).sorted()))
                person.consent = known?.consent
                person.isDenied = known?.isDenied ?? false
                person.key = known.map { Int32(clamping: $0.recipient.rawValue) } ?? strangers.number(of: openID)
                if let known { person.takeOwn(known, &ask) }
            } else {
                person.key = strangers.number(of: openID)
            }
            drawn.append(Drawn(openID: openID, place: order.place(of: openID.utf8), person: person))
        }
        switch campaign.audience.source {
        case .files:
            let counts = try desk.countedPeople(
                campaign, beside: file, wantsValues: !missing.isNeverMissing || campaign.channel == .groupMessage,
                each: draw)
            ask.rowsRead = counts.read
            ask.bad = counts.bad
            ask.counts.duplicates = counts.duplicates
            ask.counts.excluded = counts.excluded
        case .authorized:
            let known = try record.flatMap { try ledger?.consents(of: $0.id) } ?? [:]
            for (openID, consent) in known.sorted(by: { $0.key < $1.key }) where consent.state == .authorized {
                try draw(openID) { _ in nil }
            }
        }
        return drawn
    }

    /// As the ledger will name it: the order of a shuffled audience hangs on it.
    private func runName(of campaign: Campaign, _ occurrence: Moment) throws -> String {
        let known = try ledger?.run(named: campaign.id).map { try ledger?.revisionRecord($0.revision) } ?? nil
        let number = known.map { $0.campaign == campaign ? $0.number : $0.number + 1 } ?? 1
        return campaign.runName(ofOccurrence: occurrence, revision: number)
    }
}

extension Campaign {
    /// As the ledger will name it: the order of a shuffled audience hangs on it.
    func runName(ofOccurrence occurrence: Moment, revision number: Int = 1) -> String {
        let wall = schedule.zone.civil(occurrence)
        let day = wall.dateText.filter { $0 != "-" }
        let time = wall.timeText.prefix(5).filter { $0 != ":" }
        return "\(id)@\(day)-\(time)" + (number > 1 ? ".r\(number)" : "")
    }
}

extension FileDesk {
    struct PeopleCounts {
        var read = 0
        var bad = 0
        var duplicates = 0
        var excluded = 0
    }

    /// As `people`, with what became of every row: read = bad + duplicates + excluded + told.
    func countedPeople(
        _ campaign: Campaign, beside path: String, wantsValues: Bool,
        each: (String, (String) -> String?) throws -> Void
    ) throws -> PeopleCounts {
        var counts = PeopleCounts()
        var out: Set<String> = []
        let rules = RowRules(campaign.channel)
        for name in campaign.audience.exclude {
            _ = try listedRows(name, beside: path, rules) { out.insert($0.openIDText) }
        }
        var seen: Set<String> = []
        for name in campaign.audience.files {
            var filter = RowFilter(campaign.audience.conditions)
            let reading = try listedRows(name, beside: path, rules, required: campaign.requiredColumns) { row in
                let openID = row.openIDText
                guard seen.insert(openID).inserted else {
                    counts.duplicates += 1
                    return
                }
                guard !out.contains(openID), filter.keeps(row) else {
                    counts.excluded += 1
                    return
                }
                var values: [String: String] = [:]
                if wantsValues {
                    for (index, column) in row.columns.enumerated() { values[column] = row.text(index) }
                }
                try each(openID) { values[$0].flatMap { $0.isEmpty ? nil : $0 } }
            }
            counts.read += reading.rows
            counts.bad += reading.badRows
        }
        return counts
    }
}
