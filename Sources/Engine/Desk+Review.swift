import Answers
import CampaignFiles
import CampaignModel
import Ports
import Reports
import SendingRules
import Words

extension Desk {
    /// Rule 14, the person's part. The machine has looked first, whatever order people act in; what it demands is bound to
    /// the same digest that the approval is.
    func review(_ request: ActRequest, _ person: PersonSetup) throws -> ActReceipt {
        let run = try run(of: request)
        let revision = try setup.ledger.revision(run.revision)
        switch ReviewRule.refusal(
            person: person.name, author: person.called(revision.campaign.author))
        {
        case .ownFile: throw DeskRefusal(.forbidden, code: "own_file", Catalogue.Desk.ownFile(person.name))
        case nil: break
        }
        if request.act == .approve, request.digest == nil { try reading.refuseUnclear(request.run ?? "", run) }
        guard request.act == .approve, try run.state == .inReview || lacksApproval(run) else {
            let note = try Self.note(of: request)
            let receipt = try ledgerAct(
                run, request.act == .approve ? .approve : .reject, person, digest: revision.digest, note: note)
            // What had stood aside for the change goes on, if it may.
            for other in try setup.ledger.runs(ofCampaign: revision.campaign.id)
            where other.state == .running || other.state == .scheduled {
                try Reviewer.awaitApproval(other, setup, at: setup.clock.now())
            }
            return receipt
        }
        return try approve(run, revision, person)
    }

    /// Whether it was approved once, and waits for one more since the words or the limits have changed.
    private func lacksApproval(_ run: RunRecord) throws -> Bool {
        guard run.isApproved, !run.isTest, !run.state.isOver else { return false }
        return try Reviewer.missing(run, setup) > 0
    }

    private static let noteMax = 1000

    private static func note(of request: ActRequest) throws -> String {
        let note = String((request.note ?? "").drop { $0.isWhitespace })
        guard note.count <= noteMax else {
            throw DeskRefusal(.invalid, code: "bad_value", Catalogue.Pages.noteTooLong(noteMax))
        }
        return note
    }

    private func approve(_ run: RunRecord, _ revision: RevisionRecord, _ person: PersonSetup) throws -> ActReceipt {
        let review = try Reviewer.review(of: revision.id, setup, at: setup.clock.now())
        if review.isRefused {
            throw DeskRefusal(.conflict, code: "machine_refused", Catalogue.Review.machineRefused)
        }
        if revision.approvedBy.map(person.called).contains(person.name) {
            throw DeskRefusal(.conflict, code: "already_approved", Catalogue.Review.alreadyApproved(person.name))
        }
        let waits = run.isApproved
        if !waits { try refuseIfNobodyIsReached(run, revision) }
        let lapsed = revision.approvedBy.count - setup.people.standing(revision.approvedBy).count
        var receipt = try ledgerAct(
            run, .approve, person, digest: revision.digest, approvalsNeeded: review.approvalsNeeded + lapsed)
        let given = try setup.people.standing(setup.ledger.revision(revision.id).approvedBy).count
        if given < review.approvalsNeeded {
            receipt.approvalsMissing = review.approvalsNeeded - given
        } else if waits {
            for other in try setup.ledger.liveRuns() where other.revision == revision.id && other.state != .paused {
                setup.board.open(other.id)
            }
        }
        return receipt
    }

    /// What is approved is that somebody is written to. Only what no question to the platform can change counts: people whom
    /// nobody has asked about yet may have authorised the account. A list that grows by itself may be empty today.
    private func refuseIfNobodyIsReached(_ run: RunRecord, _ revision: RevisionRecord) throws {
        guard !run.isTriggered, revision.campaign.audience.source == .files else { return }
        if let known = setup.foretold.forecast(of: run.id), known.sentTotal > 0 { return }
        let now = setup.clock.now()
        var world = ForecastWorld(
            setup.ledger, limits: setup.limits, doubt: setup.clock.doubt, from: now,
            pace: { name in setup.account(named: name)?.pace ?? PaceSpec(count: 1, per: .second) })
        world.house = setup.holdout
        try world.add(run)
        guard let forecast = try world.forecast().first, forecast.sentTotal == 0, forecast.before == 0 else { return }
        let final: Set<Reason> = [
            .notAuthorized, .authorizationWithdrawn, .authorizationExpired, .denied, .notOnAllowList, .fieldMissing,
            .notMutualFollow,
        ]
        let left = forecast.leftOut.filter { $0.count > 0 }
        guard left.allSatisfy({ Reason(code: $0.reason).map(final.contains) ?? false }) else { return }
        let reasons = left.map { "\($0.count) \(ReportText.words(ofReason: $0.reason, in: setup.language))" }
        throw DeskRefusal(.conflict, code: "reaches_nobody", Catalogue.Review.reachesNobody(reasons))
    }

    /// One occurrence ends, and a series that was approved goes on with its next: both in one transaction, so that a crash
    /// between them cannot end the series.
    func cancelOccurrence(_ run: RunRecord, _ person: PersonSetup) throws -> ActReceipt {
        try setup.ledger.together {
            let receipt = try ledgerAct(run, .cancel, person)
            let schedule = try setup.ledger.revision(run.revision).campaign.schedule
            guard run.isApproved, !run.isTest, schedule.recurrence != nil,
                let next = schedule.occurrences(after: run.start, limit: 1).first
            else { return receipt }
            _ = try setup.ledger.addOccurrence(
                OccurrenceDemand(
                    now: setup.clock.now(), term: setup.term, revision: run.revision, occurrence: next,
                    validUntil: schedule.end(ofOccurrence: next)))
            return receipt
        }
    }

    /// `cancel CAMPAIGN` ends everything the campaign has not sent, later occurrences too; `cancel RUN` ends that one
    /// occurrence, and a series goes on with its next.
    func cancelSeries(of named: RunRecord, _ person: PersonSetup) throws -> ActReceipt {
        let campaign = try setup.ledger.revision(named.revision).campaign.id
        var receipt: ActReceipt?
        var open = 0
        for run in try setup.ledger.liveRuns() where !run.isTest {
            guard try setup.ledger.revision(run.revision).campaign.id == campaign else { continue }
            setup.board.close(run.id)
            let result = try ledgerAct(run, .cancel, person)
            open += result.onTheWire
            if receipt == nil || run.id == named.id { receipt = result }
        }
        guard var receipt else { return try ledgerAct(named, .cancel, person) }
        receipt.onTheWire = open
        return receipt
    }
}
