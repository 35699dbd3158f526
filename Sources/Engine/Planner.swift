import CampaignFiles
import CampaignModel
import Experiments
import Logging
import Ports
import SendingRules
import Words

/// Moves runs through their life: writes the plan of a run whose start has come, ends what is served or over, and makes
/// the next occurrence of what repeats.
package actor Planner: Stepper {
    package nonisolated let name = "planner"
    /// How long a refused look at a run waits: for images that are not uploaded, for the first walk of an account.
    private static let retryInterval: Duration = .seconds(5)
    /// A start counts as missed when this much has passed since both the start and the approval. A reviewer who
    /// approves at 20:05 what was to start at 20:00 wants it sent.
    private static let missedAfter: Duration = .minutes(10)

    private let setup: EngineSetup
    private var nextWake: Moment?
    /// Which scheduled runs the forecaster was told of.
    private var foretold: Int64 = 0
    /// Of the step before, on the wall and in real time.
    private var lastLook: (wall: Moment, real: Duration)?

    package init(_ setup: EngineSetup) { self.setup = setup }

    package func step(at now: Moment) async throws -> Moment? {
        nextWake = nil
        let real = setup.clock.monotonic()
        defer { lastLook = (now, real) }
        // Of ten thousand that wait for their start none is looked at before it comes.
        let due = try setup.ledger.dueRuns(at: now)
        if due.waitingMark != foretold {
            foretold = due.waitingMark
            setup.bells.forecasts.ring()
        }
        if let next = due.next { wake(at: next) }
        for run in due.runs { try setup.reigning { try move(run, at: now) } }
        return nextWake
    }

    private func wake(at moment: Moment) { nextWake = nextWake.map { min($0, moment) } ?? moment }

    private func move(_ run: RunRecord, at now: Moment) throws {
        if now >= run.validUntil {
            try close(run, as: .expired, .expired, at: now)
            return try addNextOccurrence(after: run, at: now)
        }
        wake(at: run.validUntil)
        switch run.state {
        case .inReview, .paused: break
        case .scheduled:
            guard now >= run.start else { return wake(at: run.start) }
            try begin(run, at: now)
        case .running:
            // Whoever listens lives until the end that the file names, whoever has come so far.
            guard !run.isTriggered else { break }
            if try setup.ledger.sum(of: run.id).isSettled { try end(run, as: .finished, .expired, at: now) }
            try addNextOccurrence(after: run, at: now)
        case .finished, .cancelled, .expired, .superseded, .rejected: break
        }
    }

    private func end(_ run: RunRecord, as state: RunState, _ reason: Reason, at now: Moment) throws {
        let after = try setup.ledger.end(
            EndDemand(now: now, term: setup.term, run: run.id, state: state, reason: reason))
        guard after.isOver else { return wake(at: now + Self.retryInterval) }
        setup.logger.info("run over", metadata: ["run": "\(run.name)", "state": "\(after.code)"])
        setup.bells.finisher.ring()
        setup.bells.reports.ring()
    }

    // MARK: - Beginning

    private func begin(_ run: RunRecord, at now: Moment) throws {
        let revision = try setup.ledger.revision(run.revision)
        if isMissed(run, revision, at: now) {
            setup.logger.warning("start missed", metadata: ["run": "\(run.name)"])
            try close(run, as: .expired, .startMissed, at: now)
            return try addNextOccurrence(after: run, at: now)
        }
        guard try makeWay(for: run, revision, at: now), try isReady(revision, at: now) else {
            return try meet(run, at: now)
        }
        let result = try plan(run, revision, at: now)
        setup.logger.info(
            "run planned",
            metadata: [
                "run": "\(run.name)", "audience": "\(result.audience)", "holdout": "\(result.holdout)",
                "excluded": "\(result.excluded)", "beyond_max": "\(result.beyondMax)",
                "duplicates": "\(result.duplicates)",
            ])
        setup.bells.dispatcher.ring()
        setup.bells.consent.ring()
        setup.bells.judge.ring()
        setup.bells.reports.ring()
        try addNextOccurrence(after: run, at: now)
        wake(at: now + Self.retryInterval)
    }

    /// It came in time and waits for somebody else: that is no missed start, however long it takes.
    private func meet(_ run: RunRecord, at now: Moment) throws {
        guard try !setup.ledger.run(run.id).state.isOver else { return }
        if run.met == nil { try setup.ledger.meet(run: run.id, at: now, term: setup.term) }
        wake(at: now + Self.retryInterval)
    }

    /// - Parameter ends: set: nobody is written to, everybody is counted.
    private func plan(
        _ run: RunRecord, _ revision: RevisionRecord, ends: (state: RunState, reason: Reason)? = nil, at now: Moment
    ) throws -> PlanResult {
        var placing = Placing(revision.campaign, start: run.start, ledger: setup.ledger, house: setup.holdout)
        let request = revision.campaign.audience
        var demand = PlanDemand(
            now: now, term: setup.term, run: run.id, shuffleKey: PlanOrder(runName: run.name).key,
            order: request.order, source: request.source, peopleMax: request.max,
            best: BestTimeDemand(revision.campaign, run, quiet: setup.limits.quiet, at: now))
        demand.ends = ends
        return try setup.ledger.plan(demand) { try placing.place($0) }
    }

    /// Ends a run for good. One that was approved and never began is planned with its end, so that everybody whom it would
    /// have written to stands in its sum, by the reason why it did not.
    private func close(_ run: RunRecord, as state: RunState, _ reason: Reason, at now: Moment) throws {
        guard run.isApproved, !run.isPlanned, run.state != .inReview else {
            return try end(run, as: state, reason, at: now)
        }
        _ = try plan(run, setup.ledger.revision(run.revision), ends: (state, reason), at: now)
        setup.logger.info("run over", metadata: ["run": "\(run.name)", "state": "\(state.code)"])
        setup.bells.finisher.ring()
        setup.bells.reports.ring()
    }

    /// `if_missed`: what becomes of a start that passed while nobody could plan it. Who approved late, paused, or took a
    /// change back late wants it sent; and a start that was looked at in time waits for whatever holds it up.
    private func isMissed(_ run: RunRecord, _ revision: RevisionRecord, at now: Moment) -> Bool {
        // Under a stop of everything it is a person who made it late, also when the process was down meanwhile.
        guard run.met == nil, !setup.board.isStopped else { return false }
        let due = [run.start, revision.approvedAt, run.freed].compactMap { $0 }.max() ?? run.start
        // Whoever looked right before it missed nothing, however far the wall went since: a rehearsal's minute is an hour.
        // A look in the same millisecond came before: behind it the run would have begun.
        if let lastLook, lastLook.wall <= due, setup.clock.monotonic() - lastLook.real <= Self.missedAfter {
            return false
        }
        let late = now.since(due)
        switch revision.campaign.schedule.ifMissed {
        case .skip: return late > Self.missedAfter
        case .late(let atMost): return late > max(atMost, Self.missedAfter)
        case .nextWindow: return false
        }
    }

    /// `overlap`: what becomes of this occurrence, or of the one before, when that is unfinished.
    private func makeWay(for run: RunRecord, _ revision: RevisionRecord, at now: Moment) throws -> Bool {
        // Read anew: an earlier one may have ended in this very step, when its end and this start were slept through.
        // A test contact that still waits is no occurrence that could be in the way, and none of these.
        let earlier = try setup.ledger.runs(ofCampaign: revision.campaign.id).filter { other in
            other.id != run.id && other.start < run.start && other.isPlanned && !other.state.isOver
        }
        guard !earlier.isEmpty else { return true }
        switch revision.campaign.schedule.overlap {
        case .skip:
            try close(run, as: .superseded, .superseded, at: now)
            try addNextOccurrence(after: run, at: now)
            return false
        case .supersede:
            for other in earlier { try end(other, as: .superseded, .superseded, at: now) }
            return true
        case .queue: return false
        }
    }

    /// Images are on the platform, and the account's authorised users were walked once: an audience of everyone who
    /// authorised would otherwise be empty.
    private func isReady(_ revision: RevisionRecord, at now: Moment) throws -> Bool {
        for digest in revision.campaign.imageDigests {
            let image = try setup.ledger.uploadedImage(digest: digest, app: revision.app)
            guard let image, now < image.uploaded + ImageKeeper.lifetime else {
                setup.bells.images.ring()
                return false
            }
        }
        guard revision.campaign.audience.source == .authorized else { return true }
        let walked = try setup.ledger.accounts().first { $0.id == revision.account }?.lastWalk
        if walked == nil { setup.bells.consent.ring() }
        return walked != nil
    }

    /// A test contact starts no series, least of all one that somebody has cancelled.
    private func addNextOccurrence(after run: RunRecord, at now: Moment) throws {
        if run.isTest { return }
        let revision = try setup.ledger.revision(run.revision)
        let schedule = revision.campaign.schedule
        guard schedule.recurrence != nil, run.state != .rejected,
            let next = schedule.occurrences(after: run.start, limit: 1).first
        else { return }
        var demand = OccurrenceDemand(
            now: now, term: setup.term, revision: run.revision, occurrence: next,
            validUntil: schedule.end(ofOccurrence: next))
        demand.freed = run.freed
        let added = try setup.ledger.addOccurrence(demand)
        if try Reviewer.isRefused(run.revision, setup) {
            try Reviewer.refuse(added, setup, at: now)
        } else {
            try Reviewer.awaitApproval(added, setup, at: now)
        }
        wake(at: max(added.start, now + Self.retryInterval))
    }
}

extension TestShare {
    /// Of an occurrence; nil: no test, or one that was to be decided before this occurrence began.
    package init?(of campaign: Campaign, start: Moment?) {
        guard let test = campaign.experiment, start ?? .distantFuture < test.decideBy else { return nil }
        // A bandit places nobody: each batch is drawn when its turn comes.
        self.init(
            campaign: campaign.id, share: test.method == .bandit ? .zero : test.share, slice: test.namespace)
    }
}

/// Where each person of a run belongs: outside by the file's conditions, in the holdout, or in a variant. The arm is
/// written once, here.
struct Placing {
    private let campaign: Campaign
    private let assignment: Assignment
    /// nil: no test, or one that was to be decided before this occurrence began.
    private let share: TestShare?
    private let house: GlobalHoldout
    private let ledger: any LedgerReading
    private var indexes: [AudienceID?: [String: Int]]

    /// - Parameters:
    ///   - start: of the occurrence; nil places everybody in their own arm, as a review looks at them.
    ///   - house: whom no campaign writes to: asked before anything of the campaign's own.
    init(
        _ campaign: Campaign, start: Moment? = nil, ledger: any LedgerReading,
        house: GlobalHoldout = GlobalHoldout(HoldoutSettings())
    ) {
        self.house = house
        share = TestShare(of: campaign, start: start)
        self.campaign = campaign
        self.ledger = ledger
        assignment = Assignment(campaign)
        indexes = [nil: FieldValues.index(PlanCandidate.authorizedColumns)]
    }

    mutating func place(_ person: PlanCandidate) throws -> Placement {
        if !campaign.audience.conditions.isEmpty {
            let index = try index(of: person.audience)
            let holds = campaign.audience.conditions.allSatisfy { condition in
                condition.holds(for: FieldValues.value(condition.column, in: person.fields, index))
            }
            if !holds { return .excluded }
        }
        let byHouse = house.contains(person.openID)
        let isHeldOut = byHouse || assignment.isHeldOut(person.openID)
        if let share, !share.contains(person.openID) {
            return isHeldOut ? .heldOut(HeldOut(byHouse: byHouse, variant: nil)) : .undecided
        }
        let arm = assignment.arm(of: person.openID)
        return isHeldOut ? .heldOut(HeldOut(byHouse: byHouse, variant: arm)) : .variant(arm)
    }

    /// What cannot be read ends the plan: a list without its columns would have everybody of it left out for good.
    private mutating func index(of audience: AudienceID?) throws -> [String: Int] {
        if let known = indexes[audience] { return known }
        let names = try audience.map { try ledger.columns(of: $0) } ?? []
        let index = FieldValues.index(names)
        indexes[audience] = index
        return index
    }
}
