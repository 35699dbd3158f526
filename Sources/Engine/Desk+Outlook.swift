import Answers
import CampaignFiles
import CampaignModel
import Experiments
import Ports
import SendingRules
import Words

/// Calendar, tests, what-if and settings: read from what runs, forecasts and looks say already.
extension Desk {
    private static let testsShown = 20
    private static let runsLookedAt = 300
    private static let occurrencesMax = 60

    package func experiments(in language: Language) throws -> [ExperimentSheet] {
        var sheets: [ExperimentSheet] = []
        for run in try setup.ledger.find(
            RunSearch(text: "", state: nil, after: nil, limit: Self.runsLookedAt))
        where sheets.count < Self.testsShown {
            let campaign = try setup.ledger.revisionRecord(run.revision).campaign
            guard let request = campaign.experiment else { continue }
            var sheet = ExperimentSheet(
                run: run.name, title: campaign.title, state: run.state.code, metric: request.metric.rawValue,
                decideBy: request.decideBy.iso8601)
            sheet.optedOutMax = request.optedOutMax?.fraction
            sheet.reportedMax = request.reportedMax?.fraction
            if let story = try TestStory(run: run, campaign, setup.ledger.looks(of: run.id), in: language) {
                sheet.verdict = story.verdict
                sheet.lookedAt = story.at
                sheet.splitAssigned = story.splitAssigned
                sheet.splitDelivered = story.splitDelivered
                sheet.arms = story.arms.map(Self.arm)
            }
            sheets.append(sheet)
        }
        return sheets
    }

    private static func arm(_ arm: TestStory.Arm) -> ExperimentSheet.Arm {
        .init(
            name: arm.name, isControl: arm.isControl, assigned: arm.assigned, delivered: arm.delivered,
            conversions: arm.conversions, rate: arm.rate, low: arm.rateInterval?.low, high: arm.rateInterval?.high,
            lift: arm.lift, p: arm.pAdjusted ?? arm.p, optedOut: arm.optedOut, reported: arm.reported,
            isStopped: arm.isStopped ?? false)
    }

    // MARK: - Calendar

    package func calendar(from day: String?, as identity: Identity) throws -> CalendarSheet {
        _ = try prove(identity)
        let now = setup.clock.now()
        let first = try Self.day(day) ?? PlatformDay(containing: now)
        let days = (0..<Int32(CalendarSheet.daysShown)).map { PlatformDay(number: first.number + $0) }
        let entries = try entries(of: days, at: now)
        let cap = setup.limits.usersPerDay
        let rows = setup.accounts.map(\.record.name).map { account in
            CalendarSheet.Row(
                account: account, cap: cap,
                cells: days.map { day in
                    let found = (entries[account]?[day.number] ?? []).sorted { $0.begins < $1.begins }
                    let people = found.reduce(0) { $0 + $1.people }
                    return .init(entries: found, people: people, competes: found.count > 1 && people > cap)
                })
        }
        let shown = Int32(CalendarSheet.daysShown)
        return CalendarSheet(
            now: now.iso8601, days: days.map(\.description),
            before: PlatformDay(number: first.number - shown).description,
            after: PlatformDay(number: first.number + shown).description,
            quiet: setup.limits.quiet.text("–"), rows: rows)
    }

    private static func day(_ text: String?) throws -> PlatformDay? {
        guard let text else { return nil }
        guard let day = PlatformDay(text) else {
            throw DeskRefusal(.invalid, code: "bad_value", Catalogue.Door.badQuery("from"))
        }
        return day
    }

    /// By account and day: runs, and what a repeated campaign's latest version will bring.
    private func entries(
        of days: [PlatformDay], at now: Moment
    ) throws -> [String: [Int32: [CalendarSheet.Entry]]] {
        var entries: [String: [Int32: [CalendarSheet.Entry]]] = [:]
        var repeated: Set<String> = []
        let end = days[days.count - 1].next.start
        for run in try setup.ledger.find(RunSearch(text: "", state: nil, after: nil, limit: Self.runsLookedAt))
        where run.start < end {
            let revision = try setup.ledger.revisionRecord(run.revision)
            let campaign = revision.campaign
            func add(_ name: String?, from begins: Moment, to ends: Moment, _ people: Int, on day: PlatformDay) {
                entries[run.accountName, default: [:]][day.number, default: []].append(
                    .init(
                        campaign: campaign.id, title: campaign.title, run: name,
                        state: name == nil ? nil : run.state.code, begins: begins.iso8601, ends: ends.iso8601,
                        people: people))
            }
            if days[0].start <= run.validUntil, Self.isShown(run) {
                for (day, people) in try Self.people(of: run, revision, setup) where days.contains(day) {
                    add(run.name, from: run.start, to: run.validUntil, people, on: day)
                }
            }
            guard campaign.schedule.recurrence != nil, !run.state.isOver || run.state == .finished,
                repeated.insert(campaign.id).inserted
            else { continue }
            let after = max(run.start, now, days[0].start - .milliseconds(1))
            for moment in campaign.schedule.occurrences(after: after, limit: Self.occurrencesMax) where moment < end {
                add(
                    nil, from: moment, to: campaign.schedule.end(ofOccurrence: moment), revision.people,
                    on: PlatformDay(containing: moment))
            }
        }
        return entries
    }

    private static func isShown(_ run: RunRecord) -> Bool {
        switch run.state {
        case .inReview, .scheduled, .running, .paused, .finished: true
        case .cancelled, .expired, .superseded, .rejected: false
        }
    }

    /// By the forecast where there is one, else all on the day of the start.
    private static func people(
        of run: RunRecord, _ revision: RevisionRecord, _ setup: EngineSetup
    ) throws -> [(PlatformDay, Int)] {
        let forecast = try setup.foretold.forecast(of: run.id) ?? setup.ledger.forecast(of: run.id)
        let days =
            forecast?.days.compactMap { day in PlatformDay(day.day).map { ($0, day.people) } } ?? []
        if !days.isEmpty { return days }
        let people = run.isPlanned ? try setup.ledger.sum(of: run.id).audience : revision.people
        return [(PlatformDay(containing: run.start), people)]
    }

    // MARK: - What if

    package func whatIf(_ question: WhatIfQuestion) throws -> WhatIfSheet {
        let run = try reading.find(question.run)
        guard !run.state.isOver, !run.isTest else {
            throw DeskRefusal(.conflict, code: "not_possible", Catalogue.Outlook.isOver(run.name))
        }
        guard !run.isTriggered else {
            throw DeskRefusal(.conflict, code: "not_possible", Catalogue.Triggers.noWhatIf(run.name))
        }
        var change = ForecastWorld.Change()
        if !question.pace.isEmpty {
            guard let pace = PaceSpec(question.pace) else {
                throw DeskRefusal(.invalid, code: "bad_value", Catalogue.Outlook.badPace(question.pace))
            }
            change.pace = pace
        }
        if !question.start.isEmpty {
            guard let start = Moment(iso8601: question.start, defaultZone: .shanghai) else {
                throw DeskRefusal(.invalid, code: "bad_value", Catalogue.Door.badQuery("start"))
            }
            guard run.began == nil else {
                throw DeskRefusal(.conflict, code: "not_possible", Catalogue.Outlook.hasBegun(run.name))
            }
            change.start = start
        }
        if !question.order.isEmpty {
            guard let order = AudienceRequest.Order(rawValue: question.order) else {
                throw DeskRefusal(.invalid, code: "bad_value", Catalogue.Door.badQuery("order"))
            }
            change.order = order
        }
        let schedule = try setup.ledger.revisionRecord(run.revision).campaign.schedule
        return WhatIfSheet(
            run: try reading.summary(of: run), asIs: try forecast(of: run, .init()),
            changed: try forecast(of: run, change),
            frame: ForecastFrame(
                quiet: setup.limits.quiet, window: schedule.window, zone: schedule.zone,
                peopleADay: setup.limits.usersPerDay))
    }

    private func forecast(of run: RunRecord, _ change: ForecastWorld.Change) throws -> RunForecast {
        let setup = setup
        var world = ForecastWorld(
            setup.ledger, limits: setup.limits, doubt: setup.clock.doubt, from: setup.clock.now()
        ) { name in
            (name == run.accountName ? change.pace : nil) ?? setup.account(named: name)?.pace
                ?? PaceSpec(count: 1, per: .second)
        }
        world.house = setup.holdout
        try world.add(run, changed: change)
        try world.addRuns { $0.id == run.id }
        guard let forecast = try world.forecast().first else {
            throw DeskRefusal(.conflict, code: "not_possible", Catalogue.Outlook.isOver(run.name))
        }
        return forecast
    }

    // MARK: - Settings

    package func settings() throws -> SettingsSheet {
        SettingsSheet(
            lines: setup.settingLines,
            people: setup.people.map {
                .init(name: $0.name, roles: $0.roles.map(\.rawValue), hasToken: $0.token != nil)
            }, accounts: setup.accounts.map(\.record.name))
    }
}
