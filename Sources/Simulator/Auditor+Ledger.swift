import CampaignModel
import Ports

/// What became durable, held against what is known.
extension Auditor {
    mutating func take(_ note: LedgerNote, _ life: Life, at clock: SimulatedClock) {
        let now = clock.truth
        if case .reign(let term) = note {
            reigningLife = life.number
            reigningTerm = term
            return
        }
        if life.number < reigningLife {
            violate(.fenceHeld, at: now, "life \(life.number) wrote \(note) while life \(reigningLife) reigned")
        }
        switch note {
        case .reign, .other: break
        case .rescued(let count): rescued(count, by: life, at: now)
        case .started(let result, let lane, let wall):
            for delivery in result.started { started(delivery, lane.account, life, wall: wall, at: now) }
            look(at: result)
        case .settled(let settlements): for end in settlements { settled(end, at: now) }
        case .admitted(let admission):
            name(admission.run)
            if admission.isNew, admission.revision.number > 1 { mark(.secondRevision) }
        case .planned(let run, let result):
            runs[run, default: RunBook()].audience = result.audience
            runs[run, default: RunBook()].holdout = result.holdout
            runs[run, default: RunBook()].isPlanned = true
            if result.holdout > 0 { mark(.holdout) }
        case .testAdded(let run):
            name(run)
            runs[run.id]?.audience = 1
            runs[run.id]?.isPlanned = true
            mark(.testSent)
        case .looked(let look): looked(look)
        case .occurrence(let run):
            name(run)
            mark(.secondOccurrence)
        case .ended(_, let state): ended(state)
        case .consent(let page): heard(page)
        case .walked(let account, let started, let wall): walked(account, started: started, wall: wall)
        case .listed, .stopped: break
        case .acted(_, let run): ended(run.state)
        case .resolved(let demand): resolved(demand, at: now)
        case .held(_, let hold): mark(hold == nil ? .accountReleased : .accountHeld)
        case .arrived: break
        case .told(let evidence, let result, let wall): told(evidence, result, wall: wall, at: now)
        }
        if sawFull {
            sawFull = false
            mark(.diskFullSurvived)
        }
    }

    private static let marksOfClosedLanes: [Reason: Mark] = [
        .dailyUsersCap: .usersCapMet, .dailyBatchCap: .messagesCapMet, .quietHours: .heldByNight,
        .clockUntrusted: .clockUntrusted,
    ]
    private static let marksOfReturns: [Reason: Mark] = [
        .deadlinePassed: .deadlinePassed, .stoppedByOperator: .stoppedAtLastLook, .denied: .optedOutAtLastLook,
        .platformPersonLimit: .personWroteTwiceADay,
    ]

    private mutating func name(_ run: RunRecord) { runs[run.id, default: RunBook()].name = run.name }

    private mutating func ended(_ state: RunState) {
        switch state {
        case .finished: mark(.runFinished)
        case .expired: mark(.runExpired)
        case .superseded: mark(.superseded)
        case .cancelled: mark(.cancelled)
        case .paused: mark(.paused)
        case .running: mark(.resumed)
        case .inReview, .scheduled, .rejected: break
        }
    }

    /// The rest of a test goes once: who decides again sends it twice.
    private mutating func looked(_ look: LookDemand) {
        if look.batch != nil { mark(.batchDrawn) }
        guard look.decides else { return }
        mark(look.sends == nil ? .testHeld : .restSent)
        if !decided.insert(look.run).inserted {
            violate(.noDuplicate, at: look.now, "the test of run \(look.run.rawValue) was decided twice")
        }
    }

    private mutating func look(at result: StartResult) {
        if let reason = result.closed?.reason, let mark = Self.marksOfClosedLanes[reason] { self.mark(mark) }
    }

    // MARK: - Attempts

    private mutating func started(
        _ delivery: StartedDelivery, _ account: AccountID, _ life: Life, wall: Moment, at now: Moment
    ) {
        let person = delivery.candidate.openID
        let run = delivery.candidate.run
        for earlier in history[run]?[person] ?? [] {
            switch attempts[earlier]?.outcome {
            case .refusedForNow?, .notSent?: mark(.retried)
            case .accepted?, .rejected?, .unknown?, nil:
                violate(.noDuplicate, at: now, "\(person) is started again after an attempt that is no refusal for now")
            }
        }
        let day = wall.dayNumber
        if Int64(delivery.key.day.number) != day {
            violate(.capsKept, at: now, "an attempt of day \(day) is counted for day \(delivery.key.day.number)")
        }
        let attempt = Attempt(
            run: run, account: account, person: person, day: day, life: life.number, messages: delivery.messages)
        attempts[delivery.key] = attempt
        latest[Link(account: account, person: person, life: life.number)] = delivery.key
        history[run, default: [:]][person, default: []].append(delivery.key)
        runs[run, default: RunBook()].open += 1
        checkCaps(attempt, at: now)
        checkConsent(attempt, wall: wall, at: now)
    }

    private mutating func checkCaps(_ attempt: Attempt, at now: Moment) {
        guard let owner = accounts[attempt.account] else { return }
        let day = AccountDay(account: attempt.account, day: attempt.day)
        for (other, account) in accounts.sorted(by: { $0.key < $1.key }) where account.app == owner.app {
            let kept = tallies[AccountDay(account: other, day: attempt.day)]?.people[attempt.person] ?? 0
            if kept > 0 {
                violate(.capsKept, at: now, "\(attempt.person) is started though \(account.name) has the day's contact")
            }
        }
        tallies[day, default: Tally()].people[attempt.person, default: 0] += 1
        tallies[day, default: Tally()].messages += attempt.messages
        let tally = tallies[day] ?? Tally()
        if tally.people.count > town.limits.usersPerDay || tally.messages > owner.messagesPerDay {
            violate(
                .capsKept, at: now,
                "\(owner.name) started \(tally.people.count) people and \(tally.messages) messages in a day")
        }
    }

    private mutating func checkConsent(_ attempt: Attempt, wall: Moment, at now: Moment) {
        let word = words[attempt.account]?[attempt.person]
        if word.map({ !$0.isYes || wall >= $0.at + town.limits.consentAgeMax }) ?? true {
            violate(
                .consentKept, at: now,
                "\(attempt.person) is started without a yes of the last day (\(word.map { "\($0)" } ?? "no word"))")
        }
        if deniedEverywhere.contains(attempt.person) {
            violate(.consentKept, at: now, "\(attempt.person) is started after the opt-out was confirmed")
        }
    }

    private mutating func settled(_ end: Settlement, at now: Moment) {
        guard var attempt = attempts[end.key], attempt.outcome == nil else { return }
        runs[attempt.run]?.open -= 1
        attempt.outcome = end.outcome
        check(end, of: attempt, at: now)
        switch end.outcome {
        case .accepted:
            runs[attempt.run]?.accepted += 1
            mark(.accepted)
            if end.returnedMessages > 0 { mark(.partAccepted) }
            if end.tries > 1 { mark(.retryAccepted) }
        case .rejected:
            runs[attempt.run]?.rejected += 1
            mark(.rejected)
        case .unknown:
            runs[attempt.run]?.unknown += 1
            mark(.unknownFromWire)
        case .refusedForNow, .notSent: note(end.reason)
        }
        if end.returnsPerson { mark(.quotaReturned) }
        give(back: attempt, person: end.returnsPerson, messages: end.returnedMessages)
        attempt.keepsPerson = !end.returnsPerson
        attempt.returned = end.returnedMessages
        attempts[end.key] = attempt
    }

    /// An end against the truth.
    private mutating func check(_ end: Settlement, of attempt: Attempt, at now: Moment) {
        switch end.outcome {
        case .accepted:
            if !attempt.isTaken {
                violate(.conservationHolds, at: now, "\(attempt.person) counts as accepted and was never reached")
            }
            if end.returnsPerson { violate(.capsKept, at: now, "\(attempt.person) was reached and gives the day back") }
        case .unknown:
            if attempt.endedClearly == true {
                violate(.unknownBounded, at: now, "\(attempt.person) became unknown by a clear answer")
            }
            if end.returnsPerson || end.returnedMessages > 0 {
                violate(.capsKept, at: now, "\(attempt.person) is unknown and gives quota back")
            }
        case .rejected, .refusedForNow, .notSent:
            if attempt.isTaken || attempt.endedClearly == false {
                violate(
                    .noDuplicate, at: now,
                    "\(attempt.person) may have been reached, and the attempt ends as \(end.outcome.code)")
            }
        }
    }

    private mutating func note(_ reason: Reason?) {
        if let reason, let mark = Self.marksOfReturns[reason] { self.mark(mark) }
    }

    private mutating func give(back attempt: Attempt, person: Bool, messages: Int) {
        let day = AccountDay(account: attempt.account, day: attempt.day)
        tallies[day]?.messages -= messages
        guard person, let kept = tallies[day]?.people[attempt.person] else { return }
        tallies[day]?.people[attempt.person] = kept > 1 ? kept - 1 : nil
    }

    /// The ledger makes a late word void, and the reign keeps it from ever being said: whoever lost the reign stops
    /// before, and whoever holds it settles each attempt once.
    mutating func sawLateSettlement(_ count: Int, _ life: Life, at clock: SimulatedClock) {
        violate(.fenceHeld, at: clock.truth, "life \(life.number) settled \(count) attempts that had ended before")
    }

    private mutating func rescued(_ count: Int, by life: Life, at now: Moment) {
        var orphans: [AttemptKey] = []
        for (key, attempt) in attempts where attempt.outcome == nil && attempt.life != life.number {
            orphans.append(key)
        }
        let lives = Set(orphans.compactMap { attempts[$0]?.life }).count
        if count != orphans.count {
            violate(.unknownBounded, at: now, "\(count) attempts were rescued, \(orphans.count) were open")
        }
        if orphans.count > lives * town.concurrency {
            violate(
                .unknownBounded, at: now,
                "\(orphans.count) unknowns after \(lives) crashes with \(town.concurrency) slots on the wire")
        }
        if count > 0 { mark(.crashWithOpenAttempts) }
        for key in orphans {
            guard let run = attempts[key]?.run else { continue }
            attempts[key]?.outcome = .unknown
            runs[run]?.open -= 1
            runs[run]?.unknown += 1
        }
    }

    /// What a resolution gives back, for the mutation that gives it to the wrong day.
    func resolvedPlace(_ demand: ResolveDemand) -> (account: AccountID, day: Int32, messages: Int)? {
        guard let key = history[demand.run]?[demand.openID]?.last, let attempt = attempts[key] else { return nil }
        return (attempt.account, key.day.number, attempt.messages)
    }

    private mutating func resolved(_ demand: ResolveDemand, at now: Moment) {
        guard let key = history[demand.run]?[demand.openID]?.last, var attempt = attempts[key],
            attempt.outcome == .unknown
        else { return violate(.conservationHolds, at: now, "\(demand.openID) was resolved and is not unknown") }
        runs[attempt.run]?.unknown -= 1
        if demand.accepted {
            attempt.outcome = .accepted
            runs[attempt.run]?.accepted += 1
            mark(.resolvedAccepted)
        } else {
            attempt.outcome = .notSent
            give(back: attempt, person: true, messages: attempt.messages)
            attempt.keepsPerson = false
            attempt.returned = attempt.messages
            mark(.resolvedNotSent)
            if demand.now.dayNumber != attempt.day { mark(.resolvedOnLaterDay) }
        }
        attempts[key] = attempt
    }

    // MARK: - Consent

    private mutating func heard(_ page: ConsentPage) {
        if page.answersQuestions { mark(.consentAsked) }
        for person in page.people {
            if let known = words[page.account]?[person.openID], page.now < known.at { continue }
            let isYes = person.state == .authorized
            if !isYes { mark(.consentWithdrawn) }
            words[page.account, default: [:]][person.openID] = Word(isYes: isYes, at: page.now)
        }
    }

    /// A complete walk says no for everybody it did not name.
    private mutating func walked(_ account: AccountID, started: Moment, wall: Moment) {
        for (person, word) in words[account] ?? [:] where word.isYes && word.at < started {
            words[account]?[person] = Word(isYes: false, at: wall)
            mark(.consentWithdrawn)
        }
    }
}
