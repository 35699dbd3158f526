import Answers
import CampaignFiles
import CampaignModel
import Logging
import Ports
import Reports
import Words

/// Keeps the report beside each dropped file true: verdict, plan, samples, who approved, progress, the sum, the result.
package actor Reporter: Stepper {
    package nonisolated let name = "reporter"
    private static let interval: Duration = .seconds(2)
    /// A round begins no sooner than after so many times what the last one cost: the reports of hundreds of runs must not
    /// take a core from those who are written to. Whoever rings is answered at once.
    private static let roundsApart = 5
    private static let storyInterval: Duration = .minutes(15)
    /// A run that ended before its first report, because the machine refused it at once, is still told for this long.
    private static let lateReport: Duration = .minutes(10)
    /// A step writes no longer than this: with hundreds of files a stop would wait for all of them.
    private static let stepMax: Duration = .milliseconds(100)
    /// The last round at the end of the daemon. What it does not come to is written at the next start.
    private static let flushMax: Duration = .milliseconds(250)

    private let setup: EngineSetup
    private let reading: DeskReading
    private let writer: ReportWriter
    /// What is not known to have changed is rendered again this often: some words speak of the time.
    private static let fullRoundEvery: Duration = .hours(1)

    /// What stands in which file, by its hash, so that only changes are written: ten thousand texts are thirty megabytes.
    private var written: [String: Int] = [:]
    /// By file, as its run stood when its report was last rendered: a rejected change gives the file back to the run that it
    /// would have replaced.
    private var known: [String: ReportStamp] = [:]
    private var samples: [RevisionID: [ReportText.Section]] = [:]
    private var stories: [RunID: (looks: [LookRecord], at: Moment, lines: [String])] = [:]
    /// The ledger's count of changes when it was last asked.
    private var changesSeen: Int?
    /// Monotonic.
    private var nextFullRound: Duration = .zero
    /// Monotonic: no round begins before it. nil: none was.
    private var nextRound: Duration?
    /// What this round has cost so far.
    private var spent: Duration = .zero
    /// Runs whose report this round has not come to.
    private var left: ArraySlice<ReportStamp> = []

    package init(_ setup: EngineSetup, tray: any DropTray) {
        self.setup = setup
        reading = DeskReading(setup)
        writer = ReportWriter(setup, tray: tray)
    }

    /// Paced by real time: on a rehearsal a virtual second is no time to write a file in.
    package func step(at now: Moment) async throws -> Moment? {
        let real = setup.clock.monotonic()
        let isRung = setup.bells.reports.take()
        let untold = setup.foretold.takeUntold()
        if !untold.isEmpty {
            known = known.filter { !untold.contains($0.value.run) }
            changesSeen = nil
        }
        if left.isEmpty {
            if let nextRound, real < nextRound, !isRung { return setup.wall(in: nextRound - real, after: now) }
            spent = .zero
            left = try changed(at: now, real)[...]
        } else if isRung {
            // Comes back to what has changed once this round is through.
            setup.bells.reports.ring()
        }
        try writeSome(until: real + Self.stepMax, at: now)
        let end = setup.clock.monotonic()
        spent += end - real
        guard left.isEmpty else { return now }
        let pause = max(Self.interval - spent, spent * (Self.roundsApart - 1))
        nextRound = end + pause
        return setup.wall(in: end - real + pause, after: now)
    }

    /// Once more for everything that changed, when the daemon ends; what is being sent first.
    package func flush(at now: Moment) throws {
        changesSeen = nil
        let real = setup.clock.monotonic()
        left = try changed(at: now, real).sorted { Self.rank($0) > Self.rank($1) }[...]
        try writeSome(until: real + Self.flushMax, at: now)
    }

    private func writeSome(until real: Duration, at now: Moment) throws {
        while let stamp = left.first {
            if try write(setup.ledger.run(stamp.run), at: now) {
                known[stamp.fileName] = stamp
            } else {
                // Tried again with the next round, although nothing else changes.
                changesSeen = nil
            }
            left.removeFirst()
            if setup.clock.monotonic() >= real { return }
        }
    }

    /// The runs whose reports may differ from what stands there: nothing is read while the ledger has not changed, and of
    /// the past only what ended lately.
    ///
    /// One run a dropped file: what is being sent comes before what waits, and a newer revision before an older one. Files
    /// whose runs ended before this daemon began keep the report they have.
    private func changed(at now: Moment, _ real: Duration) throws -> [ReportStamp] {
        let isFull = real >= nextFullRound
        let changes = setup.ledger.changes
        guard isFull || changes != changesSeen else { return [] }
        changesSeen = changes
        let age = isFull ? max(setup.reportsBeside, Self.lateReport) : Self.lateReport
        let stamps = try setup.ledger.reportStamps(endedAfter: now - age)
        var chosen: [String: ReportStamp] = [:]
        for stamp in stamps {
            let name = stamp.fileName
            if let other = chosen[name], Self.rank(other) > Self.rank(stamp) { continue }
            chosen[name] = stamp
        }
        if isFull {
            nextFullRound = real + Self.fullRoundEvery
            forgetAllBut(stamps, names: Set(chosen.keys))
        }
        return chosen.sorted { $0.key < $1.key }.map(\.value).filter { stamp in
            if let before = known[stamp.fileName] { return before != stamp || isFull && !stamp.state.isOver }
            if let ended = stamp.ended, now.since(ended) > Self.lateReport {
                known[stamp.fileName] = stamp
                return false
            }
            return true
        }
    }

    /// How many reports are held in memory.
    var remembered: Int { max(known.count, written.count, samples.count, stories.count) }

    /// What is over is not kept in memory either.
    private func forgetAllBut(_ stamps: [ReportStamp], names: Set<String>) {
        let runs = Set(stamps.map(\.run))
        let revisions = Set(stamps.map(\.revision))
        known = known.filter { names.contains($0.key) }
        stories = stories.filter { runs.contains($0.key) }
        samples = samples.filter { revisions.contains($0.key) }
        written = written.filter { names.contains($0.key) }
    }

    private static func rank(_ run: ReportStamp) -> (Int, Int64) {
        let rank =
            switch run.state {
            case .running: 5
            case .inReview: 4
            case .paused: 3
            case .scheduled: 2
            case .finished, .cancelled, .expired, .superseded, .rejected: 1
            }
        return (rank, run.run.rawValue)
    }

    /// - Returns: whether the report stands there.
    private func write(_ run: RunRecord, at now: Moment) throws -> Bool {
        let revision = try setup.ledger.revision(run.revision)
        var report = try reading.report(of: run)
        // The folder is the marketers' own, and their lists came through it: here the examples may have names.
        report.summary.review = try setup.ledger.machineReview(of: run.revision)
        let sections = try sections(run, revision, at: now)
        let text = ReportText.render(report, sections: sections, in: setup.language)
        guard written[revision.fileName] != text.hashValue else { return true }
        let isWritten = writer.put(revision.fileName, text: text, json: report)
        written[revision.fileName] = isWritten ? text.hashValue : nil
        return isWritten
    }

    private func sections(_ run: RunRecord, _ revision: RevisionRecord, at now: Moment) throws -> [ReportText.Section] {
        let language = setup.language
        var sections: [ReportText.Section] = []
        if run.state == .inReview {
            var lines = [Catalogue.Intake.approveWith(run: run.name)]
            if run.isHeld { lines.append(Catalogue.Inbox.heldInReview) }
            sections.append(
                .init(
                    title: Catalogue.Intake.nextStep.text(in: language), lines: lines.map { $0.text(in: language) }))
            if run.isTriggered, let rehearsal = try self.rehearsal(of: revision.campaign, at: now) {
                sections.append(
                    .init(
                        title: Catalogue.Triggers.rehearsal.text(in: language), lines: rehearsal.lines(in: language)))
            }
            if let forecast = setup.foretold.forecast(of: run.id) {
                sections.append(
                    .init(
                        title: Catalogue.Forecast.title.text(in: language),
                        lines: ForecastText.lines(forecast, in: language)))
            }
        }
        if !revision.notes.isEmpty {
            sections.append(
                .init(
                    title: Catalogue.Intake.notes.text(in: language),
                    lines: revision.notes.prefix(100).map { $0.sentence.text(in: language) }))
        }
        if run.state == .rejected, revision.rowsRead > 0 {
            let words = Catalogue.Intake.listsTaken(rows: revision.rowsRead, isKept: setup.keepAudienceFiles)
            sections.append(
                .init(title: Catalogue.Intake.nextStep.text(in: language), lines: [words.text(in: language)]))
        }
        sections += try test(run, revision, at: now)
        sections += try holdout(run)
        sections += try otherOccurrences(beside: run, of: revision.campaign)
        if !run.state.isOver {
            var lines =
                run.isTriggered ? [] : [Catalogue.Intake.people(revision.people).text(in: language)]
            let words =
                revision.campaign.trigger.map { Catalogue.Triggers.told($0).text(in: language) }
                ?? revision.campaign.schedule.describe(in: language, after: min(now, run.start) - .milliseconds(1))
            lines += words.split(separator: "\n").map(String.init)
            sections.append(.init(title: Catalogue.Intake.plan.text(in: language), lines: lines))
            sections += try samples(of: revision)
        }
        return sections
    }

    private func rehearsal(of campaign: Campaign, at now: Moment) throws -> TriggerRehearsal? {
        try TriggerRehearsal(
            campaign, setup.ledger, limits: setup.limits, doubt: setup.clock.doubt, at: now)
    }

    /// One file stands for the whole series: what came of one occurrence does not go when the next one comes.
    private func otherOccurrences(
        beside run: RunRecord, of campaign: Campaign
    ) throws -> [ReportText.Section] {
        guard campaign.schedule.recurrence != nil else { return [] }
        let others = try setup.ledger.occurrences(of: campaign.id).filter { $0.id != run.id && $0.isPlanned }
        guard !others.isEmpty else { return [] }
        let language = setup.language
        var lines: [String] = []
        for other in others.suffix(Self.occurrencesShown).reversed() {
            let sum = SumLine(try setup.ledger.sum(of: other.id))
            lines.append("\(other.name) · \(Catalogue.runState(other.state).text(in: language))")
            lines.append("  " + ReportText.sumLine(sum, in: language))
        }
        lines.append(Catalogue.Intake.wholeSeries(campaign.id).text(in: language))
        return [.init(title: Catalogue.Intake.otherOccurrences.text(in: language), lines: lines)]
    }
    private static let occurrencesShown = 31

    /// What the test can find before it is sent; what it showed once somebody has looked.
    private func test(
        _ run: RunRecord, _ revision: RevisionRecord, at now: Moment
    ) throws -> [ReportText.Section] {
        let language = setup.language
        let looks = try setup.ledger.looks(of: run.id)
        if let lines = try story(run, revision.campaign, looks, at: now) {
            return [.init(title: Catalogue.Test.title.text(in: language), lines: lines)]
        }
        if let request = revision.campaign.experiment, let waiting = try setup.ledger.undecided(of: run.id) {
            let sentence = Catalogue.Test.beingServed(
                waiting: waiting, minutes: Int(request.wait.wholeMilliseconds / 60_000),
                decideBy: request.decideBy.minuteText())
            return [.init(title: Catalogue.Test.title.text(in: language), lines: [sentence.text(in: language)])]
        }
        let lines = TestStory.powerLines(revision.campaign, people: revision.people, in: language)
        return lines.isEmpty ? [] : [.init(title: Catalogue.Test.ahead.text(in: language), lines: lines)]
    }

    /// What a look showed stays as it is. Only a bandit's batches go on answering, and weighing them walks over all contacts
    /// of the run: that is done once in a while, not every two seconds.
    private func story(
        _ run: RunRecord, _ campaign: Campaign, _ looks: [LookRecord], at now: Moment
    ) throws -> [String]? {
        if let told = stories[run.id], told.looks == looks, now < told.at + Self.storyInterval { return told.lines }
        let story = try TestStory(run: run, campaign, looks, setup.ledger, in: setup.language)
        guard let lines = story?.lines(in: setup.language) else { return nil }
        stories[run.id] = (looks, now, lines)
        return lines
    }

    /// What the campaign did beyond what would have been done without it.
    private func holdout(_ run: RunRecord) throws -> [ReportText.Section] {
        guard run.isPlanned else { return [] }
        let sum = try setup.ledger.sum(of: run.id)
        guard sum.holdout > 0 else { return [] }
        let figures = try HoldoutFigures(
            run, sum, setup.ledger.contacted(by: run.id),
            kinds: run.kinds(
                setup.ledger.measured(account: run.lane.account), setup.ledger.revision(run.revision).campaign),
            setup.ledger.results(of: run.id), setup.ledger)
        guard let figures else { return [] }
        let language = setup.language
        return [.init(title: Catalogue.Holdout.title.text(in: language), lines: figures.sentences(in: language))]
    }

    /// Three rendered samples a variant: the first person, the one with the longest values, the one with the emptiest.
    private func samples(of revision: RevisionRecord) throws -> [ReportText.Section] {
        if let known = samples[revision.id] { return known }
        let people = try setup.ledger.samples(of: revision.id, limit: 3)
        var lines: [String] = []
        for variant in revision.campaign.variants {
            for person in people {
                lines.append(
                    Catalogue.Intake.sample(variant: variant.name, openID: person.openID).text(in: setup.language))
                let index = FieldValues.index(try setup.ledger.columns(of: person.audience))
                lines += SampleText.lines(variant, revision.campaign, setup, revision) {
                    FieldValues.value($0, in: person.fields, index)
                }.map { "  " + $0 }
            }
        }
        let made =
            lines.isEmpty
            ? [] : [ReportText.Section(title: Catalogue.Intake.samples.text(in: setup.language), lines: lines)]
        samples[revision.id] = made
        return made
    }
}

/// A contact as a line of text for each message.
package enum SampleText {
    static func lines(
        _ variant: Variant, _ campaign: Campaign, _ setup: EngineSetup, _ revision: RevisionRecord,
        fields: (String) -> String?
    ) -> [String] {
        do {
            var context = try RunBook.context(for: revision, setup)
            // Before the upload an image has no id yet; its digest stands for it.
            for digest in campaign.imageDigests where context.mediaIDs[digest] == nil {
                context.mediaIDs[digest] = String(digest.prefix(12))
            }
            let template = try ContactTemplate(variant: variant, fields: campaign.fields, context: context)
            return lines(of: template.render(fields: fields), in: setup.language)
        } catch {
            return ["(\(PlainWords.of(error).text(in: setup.language)))"]
        }
    }

    package static func lines(of rendering: ContactTemplate.Rendering, in language: Language) -> [String] {
        switch rendering {
        case .missing(let field): [Catalogue.Intake.missingField(field).text(in: language)]
        case .tooLong(let index): ["(message \(index + 1): \(Catalogue.reason(.notRenderable).text(in: language)))"]
        case .messages(let messages): messages.map { line($0).text(in: language) }
        }
    }

    static func line(_ message: Message) -> Sentence {
        let words = Catalogue.Samples.self
        switch message {
        case .text(let text): return words.text(text)
        case .image(let mediaID): return words.image(mediaID)
        case .appletCard(let template, _, let path, let query):
            return words.card(template, path: path, query: query == "{}" ? "" : query)
        case .appletCoupon(let activity, let coupon): return words.coupon(coupon, of: activity)
        case .authorizationCard(_, _, let owner): return words.authorization(for: owner)
        }
    }
}
