import Answers
import CampaignModel
import Channels
import Ports
import SendingRules
import Words

/// What only a running daemon knows of lanes and images.
struct LiveFacts {
    let lanes: LaneBoard
    let images: ImageBoard
    let shelf: TokenShelf
    let board: DepartureBoard
    let people: [PersonSetup]
}

extension DeskReading {
    /// The lane's facts with what keeps it beside the ledger: tokens that the platform refuses, a breaker that is open.
    func seen(_ facts: LaneFacts, of account: AccountRecord, at now: Moment) -> LaneFacts {
        guard let live, facts.isConfigured else { return facts }
        var seen = facts
        // A stop holds from the moment at which a person said so, whether or not the ledger could take it down.
        if live.board.isStopped { seen.allStopped = true }
        // A hold that needs a person says more than one that ends by itself.
        if let hold = facts.hold, hold.until == nil { return seen }
        switch live.shelf.verdict(for: .account(openID: account.openID), at: now) {
        case .ready, .wait(until: nil): break
        case .wait(let until?): if until > now { seen.hold = LaneHold(reason: .platformToken, until: until) }
        case .stopped: seen.hold = LaneHold(reason: .platformToken, until: nil)
        }
        if seen.hold == nil, let until = live.lanes.mood(of: account.id).breakerUntil, until > now {
            seen.hold = LaneHold(reason: .breakerOpen, until: until)
        }
        return seen
    }

    func seen(_ facts: LaneFacts, of account: AccountID, at now: Moment) throws -> LaneFacts {
        guard live != nil, let record = try ledger.accounts().first(where: { $0.id == account }) else { return facts }
        return seen(facts, of: record, at: now)
    }

    /// What keeps a run beside its turn and its lane; nil: nothing does.
    func why(_ run: RunRecord, _ revision: RevisionRecord, at now: Moment) throws -> WhyLine? {
        func line(_ reason: Reason, _ sentence: Sentence, until: Moment? = nil) -> WhyLine {
            WhyLine(reason, sentence, in: language, until: until)
        }
        switch run.state {
        case .expired where run.why == .startMissed:
            let noticed = (run.ended ?? now).minuteText()
            return line(.startMissed, Catalogue.Stand.startMissed(start: run.start.minuteText(), noticed: noticed))
        case .paused where run.why == .platformContentRefused:
            return line(.platformContentRefused, Catalogue.Stand.contentRefused(try ledger.sum(of: run.id).rejected))
        case .paused where run.why == .contentNotAllowed:
            return line(.contentNotAllowed, Catalogue.Stand.reviewedAnew)
        case .paused where run.why == .awaitingReview:
            let review = try ledger.machineReview(of: run.revision)
            let given = live?.people.standing(revision.approvedBy) ?? revision.approvedBy
            return line(
                .awaitingReview, Catalogue.Stand.askedAnew(max((review?.approvalsNeeded ?? 0) - Set(given).count, 1)))
        case .inReview, .finished, .cancelled, .expired, .superseded, .rejected, .paused: return nil
        case .scheduled, .running: break
        }
        if !run.isConfigured { return line(.accountRemoved, Catalogue.Stand.accountRemoved(run.accountName)) }
        let used = revision.campaign.cardTemplates
        if !used.isEmpty {
            let known = try ledger.laneFacts(run.lane.account, at: now).templates
            if let id = TemplateRule.refused(of: used, known: known) {
                return line(.templateNotApproved, Catalogue.Stand.templateRefused(id))
            }
        }
        if let waiting = try imageLine(run, revision, at: now) { return waiting }
        guard run.state == .scheduled, now >= run.start else { return nil }
        if revision.campaign.schedule.overlap == .queue, let earlier = try earlierRun(than: run, revision) {
            return line(.notStarted, Catalogue.Stand.wayAwaited(earlier.name))
        }
        if revision.campaign.audience.source == .authorized,
            try ledger.accounts().first(where: { $0.id == run.lane.account })?.lastWalk == nil
        {
            return line(.consentCheck, Catalogue.Stand.walkAwaited)
        }
        return nil
    }

    /// Before its start a run waits for no image yet, but for one that could not be uploaded somebody can act in time.
    private func imageLine(_ run: RunRecord, _ revision: RevisionRecord, at now: Moment) throws -> WhyLine? {
        for digest in revision.campaign.imageDigests {
            let file = revision.campaign.imageName(digest: digest)
            if let trouble = live?.images.trouble(digest: digest, app: revision.app) {
                let sentence = Catalogue.Stand.imageRefused(
                    file, tries: trouble.tries, why: trouble.why, next: trouble.next.minuteText())
                return WhyLine(.imageNotUploaded, sentence, in: language, until: trouble.next)
            }
            if now >= run.start, try ledger.image(digest: digest, app: revision.app) == nil {
                return WhyLine(.imageNotUploaded, Catalogue.Stand.imageAwaited(file), in: language)
            }
        }
        return nil
    }

    private func earlierRun(than run: RunRecord, _ revision: RevisionRecord) throws -> RunRecord? {
        try ledger.liveRuns(on: run.lane).first { other in
            guard other.id != run.id, other.start < run.start, other.isPlanned, !other.isTest else { return false }
            return try ledger.revisionRecord(other.revision).campaign.id == revision.campaign.id
        }
    }
}
