import Answers
import CampaignModel
import Experiments
import Ports
import SendingRules
import Words

/// Answers what people ask, from the ledger alone: the daemon's desk, and the commands that find no daemon, give the
/// same answers because this is the one place that makes them.
package struct DeskReading: ReadingDesk {
    let ledger: any LedgerReading & ReviewLedger & RecallLedger & ExperimentLedger
    let clock: any Clock
    let limits: RuleLimits
    let language: Language
    /// Whom no campaign of the house writes to, as it is configured now.
    package var house = GlobalHoldout(HoldoutSettings())
    private let isDaemon: Bool
    private let watch: ClockWatch?
    /// What only the daemon knows: the lanes' pace, refused tokens and images. nil from a ledger alone.
    private(set) var live: LiveFacts?
    /// nil without a daemon, which alone has a door.
    private var turnedAway: InboundTally?

    package init(_ setup: EngineSetup) {
        self.init(
            ledger: setup.ledger, clock: setup.clock, limits: setup.limits, language: setup.language, isDaemon: true,
            watch: setup.watch)
        house = setup.holdout
        live = LiveFacts(
            lanes: setup.lanes, images: setup.images, shelf: setup.shelf, board: setup.board, people: setup.people)
        turnedAway = setup.inbound
    }

    package init(
        ledger: any LedgerReading & ReviewLedger & RecallLedger & ExperimentLedger, clock: any Clock,
        limits: RuleLimits,
        language: Language, isDaemon: Bool, watch: ClockWatch? = nil
    ) {
        self.watch = watch
        self.ledger = ledger
        self.clock = clock
        self.limits = limits
        self.language = language
        self.isDaemon = isDaemon
    }

    var gate: Gate {
        Gate(limits: limits, clock: ClockFacts(doubt: clock.doubt, speed: clock.speed(), distrust: watch?.look()))
    }

    package func status() throws -> StatusReport { try ledger.asOne(currentStatus) }

    /// What stands over every page: whether all is stopped, and what keeps the ledger from being written.
    func pageHead(stopped: Bool) -> StatusReport {
        StatusReport(
            now: clock.now().iso8601, rehearsal: clock.isRehearsal, stopped: stopped, daemon: isDaemon,
            lanes: [], runs: [], unknown: 0, trouble: storageTrouble)
    }

    private var storageTrouble: String? {
        (ledger as? any LedgerHealth)?.storageTrouble.map { Catalogue.Damage.storageTrouble($0).text(in: language) }
    }

    private func currentStatus() throws -> StatusReport {
        let now = clock.now()
        var stopped = live?.board.isStopped ?? false
        let living = try ledger.livingRuns(limit: StatusReport.runsMax)
        let running = try living.runs.map { try summary(of: $0) }
        // An account that the configuration has dropped is shown for as long as something of it is held by that.
        let held = Set(running.map(\.account))
        let lanes = try ledger.accounts().filter { $0.isConfigured || held.contains($0.name) }.map { account in
            let facts = try ledger.laneFacts(account.id, at: now)
            stopped = stopped || facts.allStopped
            return line(account, facts, at: now)
        }
        var report = StatusReport(
            now: now.iso8601, rehearsal: clock.isRehearsal, stopped: stopped, daemon: isDaemon, lanes: lanes,
            runs: running, unknown: try ledger.unknownCount(),
            trouble: storageTrouble)
        let more = living.total - report.runs.count
        report.moreRuns = more > 0 ? more : nil
        report.inbound = InboundLine(try ledger.arrivalsStanding(), turnedAway: turnedAway?.counts, at: now)
        return report
    }

    func line(_ account: AccountRecord, _ facts: LaneFacts, at now: Moment) -> StatusReport.LaneLine {
        let gate = gate
        let facts = seen(facts, of: account, at: now)
        let refusal = gate.judgeLane(facts, messages: 1, at: now).first
        let next = refusal == nil ? nil : gate.nextOpening(of: facts, messages: 1, at: now)
        var line = StatusReport.LaneLine(
            account: account.name, channel: ChannelKind.privateMessage.rawValue,
            state: refusal?.reason.code ?? "open",
            sentence: refusal.map { Catalogue.reason($0.reason).text(in: language) } ?? "",
            nextAllowed: next?.iso8601, peopleToday: facts.people, peopleCap: limits.usersPerDay,
            messagesToday: facts.messages, messagesCap: gate.messagesPerDay(of: facts, at: now))
        line.pacePercent = live?.lanes.mood(of: account.id).pacePercent
        line.slowed = line.pacePercent.map { Catalogue.Stand.slowed(percent: $0).text(in: language) }
        return line
    }

    /// A test is no run of the campaign: it stands under its own name, for who asks for it.
    package func runs(_ question: RunsQuestion) throws -> RunsPage {
        let after = question.after.map { RunCursor($0) }
        if case .some(.none) = after {
            throw DeskRefusal(.invalid, code: "bad_cursor", Catalogue.Desk.badCursor(question.after ?? ""))
        }
        let limit = min(max(question.limit, 1), RunsQuestion.limitMax)
        // One connection for all: taking one for each of a summary's questions cost three quarters of the answer.
        return try ledger.asOne {
            let runs = try ledger.runs(after: after ?? nil, includingEnded: question.includingEnded, limit: limit)
            return RunsPage(
                runs: try runs.map { try summary(of: $0) },
                next: runs.count < limit ? nil : runs.last.map { RunCursor($0).text })
        }
    }

    func summary(of run: RunRecord) throws -> RunSummary {
        let revision = try ledger.revisionRecord(run.revision)
        var summary = RunSummary(
            run: run.name, campaign: revision.campaign.id, title: revision.campaign.title,
            author: revision.campaign.author, account: run.accountName, state: run.state.code,
            start: run.start.iso8601, validUntil: run.validUntil.iso8601,
            approvedBy: run.awaitsApproval
                ? live?.people.standing(revision.approvedBy) ?? revision.approvedBy : revision.approvedBy,
            digest: revision.digest, sum: SumLine(try ledger.sum(of: run.id)),
            review: try ledger.machineReview(of: run.revision)?.impersonal)
        summary.listed = run.isPlanned || run.isTriggered ? nil : revision.people
        summary.sum.ofOccasions = run.isTriggered ? true : nil
        summary.rejection = revision.rejection
        summary.held = run.isHeld && run.state == .inReview ? true : nil
        summary.recall = try ledger.recallCounts(of: run.id)
        summary.peopleErased = run.isErased ? run.erasedAt?.iso8601 ?? "" : nil
        summary.textsErased = revision.isErased ? revision.erasedAt?.iso8601 ?? "" : nil
        summary.test = try TestStory.line(run, revision.campaign, ledger, in: language)
        summary.why = try why(run, revision, at: clock.now())
        return summary
    }

    package func run(_ name: String, for act: ActRequest.Act?) throws -> RunSummary {
        let run = try find(name, for: act.map { .act($0) } ?? .reading)
        if act == .approve { try refuseUnclear(name, run) }
        return try summary(of: run)
    }

    /// A campaign's id says which campaign, not which of its texts: it stands for the first one only, as long as there was no
    /// other that somebody could have had in mind.
    func refuseUnclear(_ name: String, _ run: RunRecord) throws {
        guard name != run.name, run.awaitsApproval else { return }
        let revision = try ledger.revisionRecord(run.revision)
        guard revision.number > 1 else { return }
        throw DeskRefusal(
            .conflict, code: "say_which", Catalogue.Desk.sayWhich(run: run.name, digest: revision.digest))
    }

    /// A campaign's id stands for all its occurrences, when it has several.
    package func report(run name: String) throws -> RunReport {
        let occurrences = try ledger.occurrences(of: name)
        guard occurrences.count > 1 else { return try report(of: find(name)) }
        return RunReport(totalling: try occurrences.map { try report(of: $0) })
    }

    func report(of run: RunRecord) throws -> RunReport {
        let revision = try ledger.revisionRecord(run.revision)
        let sums = try ledger.sums(ofRunByVariant: run.id)
        var answer = RunReport(
            summary: try summary(of: run), rehearsal: clock.isRehearsal,
            // A test goes to somebody who is named by hand: no list was read for it.
            rowsRead: run.isTest ? 0 : revision.rowsRead, bad: run.isTest ? 0 : revision.rowsBad,
            duplicates: run.duplicates, excluded: run.excluded, beyondMax: run.beyondMax,
            variants: revision.campaign.variants.enumerated().map { index, variant in
                var sum = SumLine(sums[index] ?? ConservationSum())
                sum.ofOccasions = run.isTriggered ? true : nil
                return RunReport.VariantLine(name: variant.name, weight: variant.weight.fraction, sum: sum)
            })
        // Only what was approved and not replaced goes on in the change's place.
        if run.isApproved, !run.isTest, !RunNames.unplannedEnds.contains(run.state) {
            answer.summary.changeRejected = try ledger.rejectedChange(of: run.revision)
        }
        let days = LaneStory(ledger: ledger, run: run, now: clock.now())
        answer.forecast = try days.comparison()
        let sharing = try days.sharing()
        answer.sharing = sharing.isEmpty ? nil : sharing.map { RevisionNote($0) }
        return answer
    }

    package func unknowns() throws -> [AttemptLine] {
        let now = clock.now()
        return try ledger.unknowns(limit: 10_000).map { record in
            var line = AttemptLine(record)
            line.ageSeconds = max(0, Int(now.since(record.started).wholeMilliseconds / 1000))
            line.finalAt = (record.started + limits.unknownFinalAfter).iso8601
            return line
        }
    }
}
