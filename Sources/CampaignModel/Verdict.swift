/// What the gate answers: every refusal, never only the first.
package struct Verdict: Sendable {
    /// In the order of `rules.md`. Empty: the contact may start.
    package var refusals: [Refusal]
    /// The variant to send: the planned one, or its declared fallback for a person who may not get an image.
    package var variant: Int
    /// Rule 16: when the account may go on at slowed speed after this contact; nil: the rule is not judged.
    package var slowedUntil: Moment?
    /// No first byte after this, where the right ends before every contact's own limit does.
    package var departBy: Moment?

    package init(refusals: [Refusal] = [], variant: Int) { (self.refusals, self.variant) = (refusals, variant) }

    package var isAdmitted: Bool { refusals.isEmpty }

    /// What is done. A closed lane touches nobody, so it comes before anything final about the person.
    package var decision: Decision {
        if let hold = refusals.first(where: { $0.effect == .holdLane }) { return .holdLane(hold) }
        if let hold = refusals.first(where: { $0.effect == .holdRun }) { return .holdRun(hold) }
        if let skip = refusals.first(where: { $0.effect == .skip }) { return .skip(skip.reason) }
        if let latest = refusals.filter({ $0.effect == .defer }).max(by: {
            ($0.changesAt ?? .distantFuture) < ($1.changesAt ?? .distantFuture)
        }) {
            return .defer(latest)
        }
        if let check = refusals.first(where: { $0.effect == .checkConsent }) { return .checkConsent(check) }
        return .admit(variant: variant)
    }

    package enum Decision: Sendable {
        case admit(variant: Int)
        /// The account × channel waits; no row is touched.
        case holdLane(Refusal)
        /// This run waits; others of the lane go on.
        case holdRun(Refusal)
        /// Final for this run.
        case skip(Reason)
        /// Later, while the run lives.
        case `defer`(Refusal)
        /// One status call to the platform decides first (rule 7).
        case checkConsent(Refusal)
    }
}

package struct Refusal: Sendable, Equatable {
    package enum Effect: String, Sendable { case holdLane, holdRun, skip, `defer`, checkConsent }
    package var reason: Reason
    package var effect: Effect
    package var observed: Measure
    package var limit: Measure
    /// The first moment at which this rule alone would allow; nil when a person or the platform must act first.
    package var changesAt: Moment?

    package init(reason: Reason, effect: Effect, observed: Measure, limit: Measure, changesAt: Moment?) {
        (self.reason, self.effect, self.observed) = (reason, effect, observed)
        (self.limit, self.changesAt) = (limit, changesAt)
    }
}

/// A value that a rule looked at, or its limit, in a form that can be printed in any language.
package enum Measure: Sendable, Equatable {
    case none
    case count(Int)
    case moment(Moment)
    /// Milliseconds since midnight in Shanghai.
    case timeOfDay(Int64)
    /// Minutes since midnight, half-open.
    case window(DayWindow)
    case duration(Duration)
    case yes(Bool)
    /// A stable word, such as a state's code.
    case word(String)
}
