/// What an attempt came to. The number is what the ledger stores.
package enum OutcomeKind: Int, Sendable, Codable, CaseIterable {
    /// The platform took the contact. An end.
    case accepted = 1
    /// A definite refusal for this person in this run. An end.
    case rejected = 2
    /// A definite refusal for now. Leaves to: waiting.
    case refusedForNow = 3
    /// Not one byte left. Leaves to: waiting, or skipped when the person opted out meanwhile.
    case notSent = 4
    /// Started, and never seen to end. Leaves to: accepted or notSent, by evidence or a person, never by the machine.
    case unknown = 5

    package var code: String {
        switch self {
        case .accepted: "accepted"
        case .rejected: "rejected"
        case .refusedForNow: "refused_for_now"
        case .notSent: "not_sent"
        case .unknown: "unknown"
        }
    }
}

/// The state of one occurrence of a campaign.
package enum RunState: Int, Sendable, Codable, CaseIterable {
    /// Waits for a person's approval. Leaves to: scheduled, rejected, cancelled, superseded, expired.
    case inReview = 1
    /// Approved, its start has not come. Leaves to: running, paused, cancelled, superseded, expired.
    case scheduled = 2
    /// Planned; its lane serves it. Leaves to: paused, finished, cancelled, superseded, expired.
    case running = 3
    /// A person stopped it for now, or its content was refused. Leaves to: scheduled, running, cancelled, superseded, expired.
    case paused = 4
    /// Everybody has an end. Leaves to nothing.
    case finished = 5
    /// A person ended it. Leaves to nothing.
    case cancelled = 6
    /// `valid_until` passed. Leaves to nothing.
    case expired = 7
    /// A later occurrence or revision took its place. Leaves to nothing.
    case superseded = 8
    /// The reviewer said no. Leaves to nothing.
    case rejected = 9

    package var isOver: Bool {
        switch self {
        case .inReview, .scheduled, .running, .paused: false
        case .finished, .cancelled, .expired, .superseded, .rejected: true
        }
    }

    package var code: String {
        switch self {
        case .inReview: "in_review"
        case .scheduled: "scheduled"
        case .running: "running"
        case .paused: "paused"
        case .finished: "finished"
        case .cancelled: "cancelled"
        case .expired: "expired"
        case .superseded: "superseded"
        case .rejected: "rejected"
        }
    }
}

/// Promise 2 for one run: `audience = holdout + accepted + rejected + unknown + skipped + waiting + open + pending`.
package struct ConservationSum: Sendable, Equatable, Codable {
    package var audience = 0
    package var holdout = 0
    package var accepted = 0
    package var rejected = 0
    package var unknown = 0
    /// By reason; sorted by the reason's number wherever it is printed.
    package var skipped: [Reason: Int] = [:]
    package var waiting: [Reason: Int] = [:]
    /// Attempts started and not yet ended.
    package var open = 0
    /// Planned, and nothing has happened yet.
    package var pending = 0

    package init() {}

    package var skippedTotal: Int { skipped.values.reduce(0, +) }
    package var waitingTotal: Int { waiting.values.reduce(0, +) }
    /// Everybody who has a place on the right-hand side.
    package var accountedFor: Int {
        holdout + accepted + rejected + unknown + skippedTotal + waitingTotal + open + pending
    }
    package var holds: Bool { audience == accountedFor }
    /// Nothing waits, is open or pending; `unknown` does not block an end and is always shown.
    package var isSettled: Bool { waitingTotal == 0 && open == 0 && pending == 0 }

    package static func + (left: ConservationSum, right: ConservationSum) -> ConservationSum {
        var sum = left
        sum.audience += right.audience
        sum.holdout += right.holdout
        sum.accepted += right.accepted
        sum.rejected += right.rejected
        sum.unknown += right.unknown
        sum.skipped.merge(right.skipped, uniquingKeysWith: +)
        sum.waiting.merge(right.waiting, uniquingKeysWith: +)
        sum.open += right.open
        sum.pending += right.pending
        return sum
    }
}
