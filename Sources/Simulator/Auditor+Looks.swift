import CampaignModel
import Ports

/// Looks into the ledger itself, now and then and at the end.
extension Auditor {
    /// Every run's sum, and every account's day, against the auditor's own count.
    mutating func look(into ledger: any Ledger, wall: Moment, at now: Moment, includingEnded: Bool = false) throws {
        for run in try ledger.runs(includingEnded: includingEnded) where run.isPlanned {
            let sum = try ledger.sum(of: run.id)
            compare(sum, of: run, at: now)
        }
        for account in accountIDs.values.sorted() {
            let facts = try ledger.laneFacts(account, at: wall)
            let tally = tallies[AccountDay(account: account, day: wall.dayNumber)] ?? Tally()
            if facts.people != tally.people.count || facts.messages != tally.messages {
                violate(
                    .capsKept, at: now,
                    "\(accounts[account]?.name ?? "?") counts \(facts.people) people and \(facts.messages) messages, "
                        + "and has \(tally.people.count) and \(tally.messages)")
            }
        }
    }

    private mutating func compare(_ sum: ConservationSum, of run: RunRecord, at now: Moment) {
        if !sum.holds {
            violate(.conservationHolds, at: now, "\(run.name): \(sum.audience) people, \(sum.accountedFor) places")
        }
        let book = runs[run.id] ?? RunBook()
        let own = [book.audience, book.holdout, book.open, book.accepted, book.rejected, book.unknown]
        let theirs = [sum.audience, sum.holdout, sum.open, sum.accepted, sum.rejected, sum.unknown]
        if own != theirs {
            violate(
                .conservationHolds, at: now,
                "\(run.name): audience, holdout, open, accepted, rejected, unknown are \(own), the sum says \(theirs)")
        }
        // An approval closes the older revision in its own transaction, without a word of its own.
        if run.state == .superseded { mark(.superseded) }
        if run.state == .finished && !sum.isSettled {
            violate(.everythingEnds, at: now, "\(run.name) is finished and somebody waits, is open or pending")
        }
        if sum.skipped[.denied, default: 0] > 0 { mark(.skippedDenied) }
    }

    /// When everything should be over.
    mutating func lookAtTheEnd(into ledger: any Ledger, wall: Moment, at now: Moment) throws {
        try look(into: ledger, wall: wall, at: now, includingEnded: true)
        for run in try ledger.runs(includingEnded: true) {
            if !run.state.isOver {
                violate(.everythingEnds, at: now, "\(run.name) is still \(run.state.code)")
            } else if run.isPlanned, try !ledger.sum(of: run.id).isSettled {
                violate(.everythingEnds, at: now, "\(run.name) is over and somebody waits, is open or pending")
            }
            try lookAtPeople(of: run, in: ledger, wall: wall, at: now)
        }
        for unknown in try ledger.unknowns(limit: 10_000) where attempts[unknown.key]?.outcome != .unknown {
            violate(.unknownBounded, at: now, "\(unknown.openID) is listed as unknown and is not")
        }
        for contradiction in try ledger.violations() {
            violate(.conservationHolds, at: now, "the ledger contradicts itself: \(contradiction)")
        }
    }

    /// Whoever was given back must stand somewhere: waiting, skipped, or with a later attempt.
    private mutating func lookAtPeople(
        of run: RunRecord, in ledger: any Ledger, wall: Moment, at now: Moment
    ) throws {
        let returned = (history[run.id] ?? [:]).filter { _, keys in
            switch keys.last.flatMap({ attempts[$0]?.outcome }) {
            case .refusedForNow?, .notSent?: true
            case .accepted?, .rejected?, .unknown?, nil: false
            }
        }
        for person in returned.keys.sorted().prefix(20) {
            switch try ledger.facts(run: run.id, openID: person, at: wall)?.place {
            case .waiting?, .skipped?: break
            case .holdout?, .pending?, .attempted?, .notInRun?, .listed?, .leftOut?, nil:
                violate(.conservationHolds, at: now, "\(person) of \(run.name) was given back and stands nowhere")
            }
        }
    }

    /// The pretend platform's own complaints.
    mutating func hear(breach kind: String, _ sentence: String, at now: Moment) {
        switch kind {
        case "quiet_hours": violate(.quietHours, at: now, sentence)
        case "second_contact", "second_contact_in_app", "users_cap", "messages_cap":
            violate(.capsKept, at: now, sentence)
        case "duplicate": violate(.noDuplicate, at: now, sentence)
        // Whoever withdrew within the last day may still be written to: the evidence is younger than its limit. The
        // auditor's own check knows what the platform had said.
        case "not_authorised": break
        default: violate(.conservationHolds, at: now, sentence)
        }
    }
}
