import CampaignModel
import Channels
import Logging
import Ports
import SendingRules

/// What the lane does about an outcome: the last column of the outcome table.
extension Dispatcher {
    /// A stop that the ledger could not take down when it was asked for.
    func writeOwedStop(at now: Moment) throws {
        guard let person = setup.board.owedStop else { return }
        try setup.reigning { _ = try setup.ledger.setStop(true, person: person, at: now, term: setup.term) }
        setup.board.stopAll(true)
        setup.logger.notice("the stop is written down", metadata: ["person": "\(person)"])
    }

    struct Flight {
        let delivery: StartedDelivery
        let lane: Lane
        let token: AccessToken
        let started: Moment
        /// Monotonic.
        let left: Duration
        /// When the oldest image of the contact was uploaded; nil: it has none.
        let imageSince: Moment?
    }

    /// The part that lives in memory: pace, breaker, tokens, and how long an account pauses.
    func react(to ruling: Settling.Ruling, _ answer: Answer, _ flight: Flight, at now: Moment) -> Ended {
        var ended = Ended(ruling: ruling, lane: flight.lane)
        if ruling.settlement.returnsPerson || ruling.settlement.returnedMessages > 0 {
            // Quota came back: a lane closed by a cap may be open again.
            lanes[flight.lane]?.closedUntil = nil
        }
        switch ruling.row.lane {
        case .none:
            let isAccepted = ruling.row.outcome == .accepted
            guard isAccepted || ruling.row.outcome == .rejected else { return ended }
            lanes[flight.lane]?.succeed()
            guard isAccepted else { return ended }
            risks[flight.lane.account]?.accept(left: flight.started)
            proved[flight.lane] = flight.token
        case .breaker: lanes[flight.lane]?.breaker.fail(at: now, left: flight.started)
        case .refreshToken:
            guard let account = setup.account(flight.lane.account) else { return ended }
            switch setup.shelf.platformRefused(flight.token, of: account.tokenOwner, at: now) {
            case .ignoreLate, .renew: break
            case .stop: log(.critical, "the platform refuses the account's tokens", flight, answer)
            }
        case .slowDown: lanes[flight.lane]?.slowDown(at: now, left: flight.started)
        case .pauseDoubling:
            // Once, here: the transaction that writes it down may have to be tried again.
            ended.pause = risks[flight.lane.account, default: RiskPauses()].strike(at: now, left: flight.started)
        case .renewImages:
            ended.imageSince = flight.imageSince
            log(.warning, "the platform may have forgotten an image; it is uploaded again", flight, answer)
        case .closeForDay, .stop, .pauseRun: break
        case .alert: log(.warning, "an answer needs a look", flight, answer)
        }
        return ended
    }

    /// The part that must survive: the account's hold, the run's pause. Inside the settling transaction.
    func holdAccount(after ended: Ended, at now: Moment) throws {
        let ruling = ended.ruling
        let account = ruling.settlement.key.account
        switch ruling.row.lane {
        case .none, .breaker, .refreshToken, .slowDown, .alert: return
        case .closeForDay:
            try hold(account, .platformQuota, until: ruling.settlement.key.day.next.start, at: now)
        case .pauseDoubling:
            if let pause = ended.pause { try hold(account, .platformRisk, until: now + pause, at: now) }
        case .renewImages: try renewImages(of: ruling.settlement.run, uploadedUpTo: ended.imageSince ?? now)
        case .stop(let reason): try hold(account, reason, until: nil, at: now)
        case .pauseRun(let reason):
            do {
                _ = try setup.ledger.act(
                    ActDemand(
                        now: now, term: setup.term, run: ruling.settlement.run, act: .pause, person: "curfew",
                        reason: reason))
                setup.board.close(ruling.settlement.run)
                setup.logger.error(
                    "the platform refuses the content; the run is paused",
                    metadata: ["run": "#\(ruling.settlement.run.rawValue)", "reason": "\(reason.code)"])
            } catch LedgerError.notPossible {
                // Paused already, by an earlier answer of the same batch or by a person.
            }
        }
    }

    /// Before the next start the run is compiled anew, and cannot be until they are there.
    private func renewImages(of run: RunID, uploadedUpTo uploaded: Moment) throws {
        let revision = try setup.ledger.revision(setup.ledger.runRecord(run).revision)
        try setup.ledger.forgetImages(
            digests: revision.campaign.imageDigests, app: revision.app, uploadedUpTo: uploaded, term: setup.term)
        renewing.insert(revision.id)
    }

    private func hold(_ account: AccountID, _ reason: Reason, until: Moment?, at now: Moment) throws {
        try setup.ledger.hold(
            account: account, LaneHold(reason: reason, until: until), by: "platform", at: now, term: setup.term)
        setup.logger.error(
            "account held",
            metadata: [
                "account": "\(setup.account(account)?.record.name ?? "?")", "reason": "\(reason.code)",
                "until": "\(until?.iso8601 ?? "a person acts")",
            ])
    }

    private func log(_ level: Logger.Level, _ text: String, _ flight: Flight, _ answer: Answer) {
        setup.logger.log(
            level: level, "\(text)",
            metadata: [
                "account": "\(setup.account(flight.lane.account)?.record.name ?? "?")",
                "run": "#\(flight.delivery.candidate.run.rawValue)",
                "recipient": "#\(flight.delivery.key.recipient.rawValue)", "sight": "\(answer.sight)",
                "log_id": "\(answer.logID)",
            ])
    }
}

extension Dispatcher {
    /// After the commit: whoever compiles the run now reads a ledger without them.
    func renewForgottenImages() {
        guard !renewing.isEmpty else { return }
        renewing = []
        book.forgetImages()
        setup.bells.images.ring()
        setup.bells.reports.ring()
    }

    func pass(_ batch: Batch, hadEnds: Bool) {
        if hadEnds { setup.checkpoint(.afterSettle) }
        guard batch.startedCount > 0 else { return }
        setup.checkpoint(.afterStart)
        let retries = batch.starts.contains { $0.result.started.contains { $0.candidate.tries > 0 } }
        if retries { setup.checkpoint(.afterRetryStart) }
    }
}
