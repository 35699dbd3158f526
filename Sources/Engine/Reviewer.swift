import CampaignFiles
import CampaignModel
import Logging
import Ports
import SendingRules

/// Carries out the machine's half of dual review (rule 14): walks over the audience of every revision that waits, a page a
/// step, and writes down what it found before anybody can approve. A revision that holds a blocked word is rejected.
package actor Reviewer: Stepper {
    package nonisolated let name = "reviewer"

    private let setup: EngineSetup
    private var walk: ReviewWalk?

    package init(_ setup: EngineSetup) { self.setup = setup }

    package func step(at now: Moment) async throws -> Moment? {
        guard let revision = try setup.ledger.revisionsToReview(under: setup.review.terms).first else {
            walk = nil
            return nil
        }
        if walk?.revision.id != revision { walk = try ReviewWalk(revision, setup) }
        guard try walk?.page(setup) == true else { return now }
        defer { walk = nil }
        if let review = try walk?.result(setup) { try Self.keep(review, of: revision, setup, at: now) }
        return now
    }

    /// The review of a revision, made on the spot when the walk has not come to it: an approval never waits for a step.
    static func review(of revision: RevisionID, _ setup: EngineSetup, at now: Moment) throws -> MachineReview {
        // Under other words or limits than today's it says nothing about what may be approved today.
        if let known = try setup.ledger.machineReview(of: revision, under: setup.review.terms) { return known }
        var walk = try ReviewWalk(revision, setup)
        while try !walk.page(setup) {}
        let review = try walk.result(setup)
        try keep(review, of: revision, setup, at: now)
        return review
    }

    /// What waits for its approval is rejected. What was approved under looser words or limits is paused and not ended: who
    /// made the words stricter may not have meant it, and half of its people may have been written to.
    static func refuse(_ run: RunRecord, _ setup: EngineSetup, at now: Moment) throws {
        do {
            let act: ActDemand.Act = run.state == .inReview ? .reject : .pause
            _ = try setup.ledger.act(
                ActDemand(
                    now: now, term: setup.term, run: run.id, act: act, person: "machine review",
                    reason: act == .pause ? .contentNotAllowed : nil))
            if act == .pause { setup.board.close(run.id) }
        } catch LedgerError.notPossible {
            // A person has paused it; resuming it asks for the review as well.
        }
    }

    /// How many of the approvals that today's words and limits ask for a revision does not have. Who may not approve any more
    /// does not stand for one that was asked for since; what had all it needed when it was approved stays approved.
    static func missing(_ run: RunRecord, _ setup: EngineSetup) throws -> Int {
        guard let review = try setup.ledger.machineReview(of: run.revision, under: setup.review.terms) else { return 0 }
        let given = try setup.ledger.revision(run.revision).approvedBy
        guard run.awaitsApproval || Set(given).count < review.approvalsNeeded else { return 0 }
        return max(review.approvalsNeeded - Set(setup.people.standing(given)).count, 0)
    }

    /// An approved run that lacks an approval under today's words or limits waits for it: nothing of it is lost, and whoever
    /// gives it lets it go on.
    static func awaitApproval(_ run: RunRecord, _ setup: EngineSetup, at now: Moment) throws {
        guard run.isApproved, !run.isTest, try missing(run, setup) > 0 else { return }
        do {
            _ = try setup.ledger.act(
                ActDemand(
                    now: now, term: setup.term, run: run.id, act: .pause, person: "machine review",
                    reason: .awaitingReview))
            setup.board.close(run.id)
        } catch LedgerError.notPossible {
            // A person has paused it; resuming it asks for the approval as well.
        }
    }

    /// Whether the words and limits of today refuse what may have been approved under others.
    static func isRefused(_ revision: RevisionID, _ setup: EngineSetup) throws -> Bool {
        try setup.ledger.machineReview(of: revision, under: setup.review.terms)?.isRefused == true
    }

    /// Written down first, acted on second: a process that dies between the two finds the refused run again.
    private static func keep(
        _ review: MachineReview, of revision: RevisionID, _ setup: EngineSetup, at now: Moment
    ) throws {
        try setup.reigning {
            try setup.ledger.together {
                try setup.ledger.record(
                    MachineReviewDemand(
                        now: now, term: setup.term, revision: revision, review: review, terms: setup.review.terms))
                for run in try setup.ledger.liveRuns() where run.revision == revision {
                    if review.isRefused {
                        try refuse(run, setup, at: now)
                    } else {
                        try awaitApproval(run, setup, at: now)
                    }
                }
            }
        }
        setup.logger.log(
            level: review.isRefused ? .warning : .info, "machine review",
            metadata: [
                "revision": "\(revision.rawValue)", "people": "\(review.people)",
                "verdict": "\(review.isRefused ? "refused" : "passed")",
                "approvals_needed": "\(review.approvalsNeeded)",
                "findings":
                    "\(review.findings.filter { $0.weight != .note }.map(\.code.rawValue).joined(separator: ","))",
            ])
        setup.bells.reports.ring()
        setup.bells.forecasts.ring()
        setup.bells.planner.ring()
        setup.bells.dispatcher.ring()
    }
}

/// One walk over the people of one revision, in pages.
struct ReviewWalk {
    /// Small enough that a page is a short read, large enough that a million people are two hundred of them.
    private static let pagePeople = 5000

    let revision: RevisionRecord
    private let before: RevisionRecord?
    private var cursor = ReviewCursor.start
    private var content: ContentReview
    private var placing: Placing
    private var placingBefore: Placing?
    private var columns: [AudienceID: [String: Int]] = [:]
    private var change: RevisionChange?
    /// What somebody gets can only change when the words do, or the values put into them.
    private let isContentChanged: Bool
    /// People whom one more contact would make one of too many.
    private var often = 0

    init(_ id: RevisionID, _ setup: EngineSetup) throws {
        let revision = try setup.ledger.revision(id)
        let before = try setup.ledger.predecessor(of: id).map { try setup.ledger.revision($0) }
        self.revision = revision
        self.before = before
        content = ContentReview(
            revision.campaign, words: setup.review.words, context: try RunBook.context(for: revision, setup))
        placing = Placing(revision.campaign, ledger: setup.ledger, house: setup.holdout)
        placingBefore = before.map { Placing($0.campaign, ledger: setup.ledger, house: setup.holdout) }
        change = before.map {
            RevisionChange(
                since: $0.number, lines: CampaignDifference.lines(from: $0.campaign, to: revision.campaign))
        }
        isContentChanged =
            before.map {
                $0.campaign.variants != revision.campaign.variants || $0.campaign.fields != revision.campaign.fields
                    || $0.campaign.account != revision.campaign.account
            } ?? false
    }

    /// - Returns: true when that was everybody.
    mutating func page(_ setup: EngineSetup) throws -> Bool {
        let page = try setup.ledger.reviewPage(
            ReviewPageDemand(
                revision: revision.id, predecessor: before?.id, cursor: cursor, limit: Self.pagePeople,
                day: PlatformDay(containing: setup.clock.now())))
        guard let page else { return true }
        cursor = page.next
        let index = try page.audience.map { try columns(of: $0, setup) } ?? [:]
        for person in page.people { try look(at: person, page.audience, index, setup) }
        return false
    }

    private mutating func look(
        at person: ReviewPage.Person, _ audience: AudienceID?, _ index: [String: Int], _ setup: EngineSetup
    ) throws {
        let place = try placing.place(person.openID, person.fields, audience)
        let old = try person.before.map { before in
            try placingBefore?.place(person.openID, before.fields, before.audience) ?? .excluded
        }
        if place == .excluded {
            if let old, old != .excluded { change?.add(person.openID, to: person.isContacted ? .contacted : .gone) }
            return
        }
        try tell(person, place, old, index, setup)
        // Whoever was written to stays as they are: nothing more is rendered for them.
        if person.isContacted { return }
        if person.contactsInWeek >= OftenRule.warnsFrom { often += 1 }
        let arm: Int? = if case .variant(let arm) = place { arm } else { nil }
        content.look(
            at: .init(
                openID: person.openID, line: person.line == 0 ? nil : person.line, arm: arm,
                // Mutual following is a person's matter; a group gets images.
                isMutualFollow: revision.campaign.channel == .groupMessage ? true : person.isMutualFollow)
        ) { FieldValues.value($0, in: person.fields, index) }
    }

    private mutating func tell(
        _ person: ReviewPage.Person, _ place: Placement, _ old: Placement?, _ index: [String: Int],
        _ setup: EngineSetup
    ) throws {
        guard change != nil else { return }
        if person.isContacted {
            change?.add(person.openID, to: .contacted)
        } else if let old, old != .excluded {
            let isSame = try !isContentChanged && old.isSame(as: place) && hasSameFields(person, index, setup)
            change?.add(person.openID, to: isSame ? .unchanged : .changed)
        } else {
            change?.add(person.openID, to: .new)
        }
    }

    private mutating func hasSameFields(
        _ person: ReviewPage.Person, _ index: [String: Int], _ setup: EngineSetup
    ) throws -> Bool {
        guard let before = person.before else { return false }
        let oldIndex = try before.audience.map { try columns(of: $0, setup) } ?? [:]
        return revision.campaign.fields.allSatisfy { field in
            FieldValues.value(field.name, in: before.fields, oldIndex)
                == FieldValues.value(field.name, in: person.fields, index)
        }
    }

    private mutating func columns(of audience: AudienceID, _ setup: EngineSetup) throws -> [String: Int] {
        if let known = columns[audience] { return known }
        let index = FieldValues.index(try setup.ledger.columns(of: audience))
        columns[audience] = index
        return index
    }

    /// With `max` the plan decides who takes part, holdout and all: it is asked, not guessed at. nil: everybody does.
    private func countUnderLimit(_ setup: EngineSetup) throws -> ContentReview.Counted? {
        let campaign = revision.campaign
        guard campaign.audience.max != nil, campaign.audience.source == .files,
            let run = try setup.ledger.liveRuns().first(where: { $0.revision == revision.id && !$0.isTest })
        else { return nil }
        let now = setup.clock.now()
        var placing = Placing(campaign, start: run.start, ledger: setup.ledger, house: setup.holdout)
        let plan = try setup.ledger.rehearsePlan(
            PlanDemand(rehearsing: run, campaign, quiet: setup.limits.quiet, at: now),
            ForecastLook(now: now, countsWeek: false), place: { try placing.place($0) }, each: { _ in })
        return ContentReview.Counted(people: plan.audience - plan.holdout, held: plan.holdout)
    }

    func result(_ setup: EngineSetup) throws -> MachineReview {
        var review = content.result(
            twoPeopleFrom: setup.review.twoPeopleFrom, counted: try countUnderLimit(setup))
        if often > 0 { review.findings.append(.init(.tooOften, .note, count: often)) }
        guard var change, let before else { return review }
        let (count, samples) = try setup.ledger.gone(
            from: before.id, in: revision.id, samples: RevisionChange.samplesMax)
        let gone = RevisionChange.Group.gone
        change.counts[gone.rawValue] = change.count(of: gone) + count
        change.samples[gone.rawValue] = Array(
            (samples + change.samples[gone.rawValue, default: []]).prefix(RevisionChange.samplesMax))
        review.change = change
        return review
    }
}

extension Placing {
    /// As the planner places them.
    mutating func place(_ openID: String, _ fields: [UInt8], _ audience: AudienceID?) throws -> Placement {
        var openID = openID
        return try openID.withUTF8 { id in
            try fields.withUnsafeBufferPointer { values in
                try place(PlanCandidate(openID: id, fields: values, audience: audience))
            }
        }
    }
}
