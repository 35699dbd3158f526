import CampaignModel

/// What a file with a trigger would have done with what has been: every contact judged by the rules that will judge it, at
/// the moment at which it would have started.
package struct OccasionRehearsal: Sendable {
    package struct Happening: Sendable, Equatable {
        package var kind: EventKind
        package var at: Moment
        package init(_ kind: EventKind, at: Moment) { (self.kind, self.at) = (kind, at) }
    }

    package private(set) var occasions = 0
    /// Before anybody is held out.
    package private(set) var sent = 0
    package private(set) var skipped: [Reason: Int] = [:]
    /// Their turn would come later than the span that is looked at.
    package private(set) var later = 0

    private let trigger: Trigger
    private let gate: Gate
    private let zone: Zone
    private let end: Moment

    /// - Parameter end: nothing after it has been.
    package init(_ trigger: Trigger, _ gate: Gate, zone: Zone = .shanghai, end: Moment) {
        (self.trigger, self.gate, self.zone, self.end) = (trigger, gate, zone, end)
    }

    /// - Parameters:
    ///   - happenings: of one person at one account, oldest first.
    ///   - known: why the person would be left out whenever it were; nil: nothing is known against them.
    package mutating func take(_ happenings: [Happening], known: Reason? = nil) {
        var started: [OccasionFacts.Contact] = []
        var answered: Moment?
        var hasOptedOut = false
        for (index, happening) in happenings.enumerated() {
            if happening.kind == .answered { answered = happening.at }
            if happening.kind == .optedOut { hasOptedOut = true }
            guard happening.kind == trigger.on else { continue }
            occasions += 1
            let due = trigger.due(after: happening.at)
            let start = gate.opening(at: due, zone: zone) ?? due
            guard start < end else {
                later += 1
                continue
            }
            var facts = OccasionFacts(
                event: Int64(index), happened: happening.at, due: due, hasContext: true)
            var isOut = hasOptedOut
            facts.answered = answered
            for next in happenings[(index + 1)...] {
                guard next.at <= start else { break }
                if next.at > happening.at { facts.since.insert(next.kind) }
                if next.kind == .answered { facts.answered = next.at }
                if next.kind == .optedOut { isOut = true }
            }
            if let moment = facts.answered, start.since(moment) > .hours(24) { facts.answered = nil }
            facts.lastStarted = started.last?.started
            facts.contacts = started.suffix(Self.contactsLooked).filter { start.since($0.started) <= .hours(24) }
            let reason = isOut ? .denied : known ?? gate.refusal(of: facts, trigger, at: start)
            if let reason {
                skipped[reason, default: 0] += 1
            } else {
                sent += 1
                started.append(.init(event: facts.event, right: trigger.right, messages: 1, started: start))
            }
        }
    }

    /// The loop guard's day is far below this.
    private static let contactsLooked = 64
}

extension Gate {
    /// When the night is over; nil: it is none.
    fileprivate func opening(at moment: Moment, zone: Zone) -> Moment? {
        quietHours.opening(
            at: moment, margin: clock.margin(timeout: limits.requestTimeout), lead: clock.lead, zone: zone)
    }

    fileprivate func refusal(of occasion: OccasionFacts, _ trigger: Trigger, at now: Moment) -> Reason? {
        var refusals: [Refusal] = []
        OccasionRules.judge(occasion, trigger, clock, limits: limits, at: now, into: &refusals)
        // What the file itself rules out comes before what merely waits for tomorrow.
        if let refusal = refusals.first { return refusal.reason }
        let isToday = occasion.lastStarted.map { PlatformDay(containing: $0) == PlatformDay(containing: now) } ?? false
        return trigger.right == .proactive && isToday ? .alreadyContactedToday : nil
    }
}
