import CampaignModel

/// Rules 30, 31 and 32, and what a triggered file asks for itself: judged when the contact would start, never when the
/// event came.
enum OccasionRules {
    static func judge(
        _ occasion: OccasionFacts, _ trigger: Trigger, _ clock: ClockFacts, limits: RuleLimits, at now: Moment,
        into refusals: inout [Refusal]
    ) {
        if now < occasion.due {
            refusals.append(
                Refusal(
                    reason: .occasionWaits, effect: .defer, observed: .moment(now), limit: .moment(occasion.due),
                    changesAt: occasion.due))
        }
        judgeRight(occasion, trigger, clock, limits: limits, at: now, into: &refusals)
        judgeConversation(occasion, limits: limits.triggered, at: now, into: &refusals)
        judgeFile(occasion, trigger, at: now, into: &refusals)
    }

    /// No first byte later than this: the platform's word is about arrival, and a request may take its whole timeout.
    static func departBy(
        _ occasion: OccasionFacts, _ trigger: Trigger, _ clock: ClockFacts, limits: RuleLimits
    ) -> Moment? {
        trigger.right.window.map { occasion.happened + $0 - clock.margin(timeout: limits.requestTimeout) }
    }

    // MARK: - 30 and 31

    private static func judgeRight(
        _ occasion: OccasionFacts, _ trigger: Trigger, _ clock: ClockFacts, limits: RuleLimits, at now: Moment,
        into refusals: inout [Refusal]
    ) {
        func skip(_ reason: Reason, _ observed: Measure, _ limit: Measure) {
            refusals.append(
                Refusal(reason: reason, effect: .skip, observed: observed, limit: limit, changesAt: nil))
        }
        if now > occasion.due + trigger.fresh {
            skip(.stale, .duration(now.since(occasion.due)), .duration(trigger.fresh))
        }
        guard trigger.right.isAnswer else { return }
        if let last = departBy(occasion, trigger, clock, limits: limits), now > last {
            skip(.rightOver, .moment(now), .moment(last))
        } else if !occasion.hasContext {
            skip(.rightOver, .none, .none)
        }
        let spent = occasion.contacts.filter { $0.event == occasion.event && $0.right == trigger.right }
        let messages = spent.reduce(0) { $0 + $1.messages }
        let most = limits.triggered.messages(of: trigger.right)
        if messages >= most { skip(.rightUsedUp, .count(messages), .count(most)) }
        guard trigger.right == .enter else { return }
        let today = PlatformDay(containing: now)
        let entries = Set(
            occasion.contacts.filter { $0.right == .enter && PlatformDay(containing: $0.started) == today }
                .map(\.event)
        ).subtracting([occasion.event])
        if entries.count >= limits.triggered.entriesPerDay {
            skip(.rightUsedUp, .count(entries.count), .count(limits.triggered.entriesPerDay))
        }
    }

    // MARK: - 32

    /// Two machines that answer each other stop after a few; a person who has taken over is not talked over.
    private static func judgeConversation(
        _ occasion: OccasionFacts, limits: TriggeredLimits, at now: Moment, into refusals: inout [Refusal]
    ) {
        func skip(_ reason: Reason, _ observed: Measure, _ limit: Measure, until: Moment?) {
            refusals.append(
                Refusal(reason: reason, effect: .skip, observed: observed, limit: limit, changesAt: until))
        }
        if let answered = occasion.answered, now < answered + limits.handover {
            skip(
                .personHasTakenOver, .moment(answered), .duration(limits.handover), until: answered + limits.handover)
        }
        if occasion.sameText >= limits.sameTextMax {
            skip(.sameTextAgain, .count(occasion.sameText), .count(limits.sameTextMax), until: nil)
        }
        // What a person of the house wrote since begins the count anew.
        let counted = occasion.contacts.filter { contact in
            contact.started > now - .hours(24) && occasion.answered.map { contact.started > $0 } ?? true
        }.map(\.started)
        if counted.count >= limits.contactsPerDay {
            skip(.loopGuard, .count(counted.count), .count(limits.contactsPerDay), until: counted[0] + .hours(24))
        } else if let tripped = tripped(counted, limits) {
            skip(
                .loopGuard, .count(limits.contactsInBurst), .count(limits.contactsInBurst),
                until: tripped + .hours(24))
        }
    }

    /// When so many were started within the burst's span for the last time; silence lasts from then on.
    private static func tripped(_ started: [Moment], _ limits: TriggeredLimits) -> Moment? {
        let most = limits.contactsInBurst
        guard started.count >= most else { return nil }
        return started.indices.dropFirst(most - 1).last { index in
            started[index].since(started[index - most + 1]) < limits.burst
        }.map { started[$0] }
    }

    // MARK: - The file's own

    private static func judgeFile(
        _ occasion: OccasionFacts, _ trigger: Trigger, at now: Moment, into refusals: inout [Refusal]
    ) {
        if let kind = trigger.unless.first(where: occasion.since.contains) {
            refusals.append(
                Refusal(
                    reason: .unlessHappened, effect: .skip, observed: .word(kind.code), limit: .none, changesAt: nil))
        }
        guard let last = occasion.lastStarted else { return }
        let again: Moment? =
            switch trigger.again {
            case .every: now
            case .never: nil
            case .after(let span): last + span
            }
        if again.map({ now < $0 }) ?? true {
            refusals.append(
                Refusal(
                    reason: .againNotBefore, effect: .skip, observed: .moment(last),
                    limit: again.map { .moment($0) } ?? .none, changesAt: again))
        }
    }
}
