import CampaignModel

package protocol DeliveryLedger: Sendable {
    /// Makes all verbs called inside one durable commit. Nothing is kept when `body` throws.
    func together<Result>(_ body: () throws -> Result) throws -> Result

    /// One transaction, and only here is quota taken. Reads facts, asks `admit` for each candidate, writes the attempt
    /// of each admitted one, moves counters, and moves each segment's `next` past exactly those that now have a row.
    /// Only after it has returned may a first byte leave.
    func start(_ demand: StartDemand, admit: (Candidate, Facts) -> Verdict) throws -> StartResult

    /// Writes the ends of attempts. An attempt that has an outcome already, or another term, is left alone and counted.
    func settle(_ demand: SettleDemand) throws -> SettleResult

    /// Attempts without outcome whose term is over become unknown, keep their quota, and are never sent again.
    func rescue(at now: Moment, term: Term) throws -> Int

    /// What the dispatcher has to serve at `now`: running runs that have somebody pending or waiting, by lane.
    func work(at now: Moment) throws -> [LaneWork]
}

package struct StartDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var lane: Lane
    /// In the order in which they are served.
    package var turns: [Turn]
    /// Free slots on the wire, pacing tokens due, and the batch size: the least of them.
    package var limit: Int
    /// Written on each attempt: no first byte after it.
    package var deadline: Moment
    /// How long the account's starts are remembered by the minute: an hour, or a day where the caps roll.
    package var keepsMinutes: Duration = .hours(1)
    /// Rule 29 has a number: the contacts of each person's last seven days are read.
    package var countsWeek = false

    package struct Turn: Sendable {
        package var run: RunID
        package var limit: Int
        /// By variant.
        package var messages: [Int]
        /// The account that each authorisation card asks for, by variant (rule 12).
        package let prompts: [[AccountID]]
        /// Each account that some variant asks for, once.
        package let askedAccounts: [AccountID]
        /// Runs of the lane that come first and may still send today: whom they have before them is theirs.
        package var rivals: [RunID]
        /// Of a triggered run: it is served by its occasions.
        package var right: Trigger.Right?
        package init(run: RunID, limit: Int, messages: [Int], prompts: [[AccountID]] = [], rivals: [RunID] = []) {
            self.prompts = prompts
            askedAccounts = prompts.allSatisfy(\.isEmpty) ? [] : Set(prompts.joined()).sorted()
            (self.rivals, self.run, self.limit, self.messages) = (rivals, run, limit, messages)
        }
    }

    package init(now: Moment, term: Term, lane: Lane, turns: [Turn], limit: Int, deadline: Moment) {
        (self.now, self.term, self.lane) = (now, term, lane)
        (self.turns, self.limit, self.deadline) = (turns, limit, deadline)
    }
}

package struct StartedDelivery: Sendable {
    package var key: AttemptKey
    package var candidate: Candidate
    /// The variant that is sent: the planned one or its fallback.
    package var variant: Int
    package var messages: Int
    package var deadline: Moment
    /// The account that each authorisation card among the messages asks for.
    package var prompts: [AccountID] = []
    package init(key: AttemptKey, candidate: Candidate, variant: Int, messages: Int, deadline: Moment) {
        (self.key, self.candidate, self.variant) = (key, candidate, variant)
        (self.messages, self.deadline) = (messages, deadline)
    }
}

package struct StartResult: Sendable {
    package var started: [StartedDelivery] = []
    package var skipped = 0
    package var deferred = 0
    /// The refusal that closed the lane; everybody behind it is untouched.
    package var closed: Refusal?
    /// Runs that wait as a whole, and the refusal that says why.
    package var heldRuns: [RunID: Refusal] = [:]
    /// Runs with nobody pending and nobody due now.
    package var drained: [RunID] = []
    /// By run, how many positions of its plan have had their turn. Who came from among the waiting is in none of them.
    package var passed: [RunID: Int] = [:]
    package init() {}
}

package struct SettleDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var settlements: [Settlement]
    /// Each for itself, after a whole batch was refused: one that breaks a rule of the tables is left open, which is unknown
    /// at the next start, and holds no other.
    package var oneByOne: Bool
    package init(now: Moment, term: Term, settlements: [Settlement], oneByOne: Bool = false) {
        (self.oneByOne, self.now, self.term, self.settlements) = (oneByOne, now, term, settlements)
    }
}

/// The end of one attempt, as the rules decided it.
package struct Settlement: Sendable {
    package var key: AttemptKey
    package var run: RunID
    package var segment: SegmentID
    package var position: Int64
    package var audience: AudienceID?
    /// The planned variant, which the roll-ups count by.
    package var variant: Int
    package var outcome: OutcomeKind
    package var reason: Reason?
    package var returnsPerson: Bool
    /// How many messages go back to the attempt's own day.
    package var returnedMessages: Int
    package var messageIDs: [String]
    package var messageCodes: [Int]
    package var logID: String
    /// Rule 12: the account that each card asked for; they go back where certainly nothing was sent.
    package var prompts: [AccountID]
    package var tries: Int
    package var next: Next

    /// nil: of a plan.
    package var occasion: OccasionID? { segment.isOfOccasion ? OccasionID(rawValue: position) : nil }

    /// What becomes of the delivery.
    package enum Next: Sendable, Equatable {
        case end
        case wait(until: Moment, Reason)
        case skip(Reason)
    }

    package init(
        _ delivery: StartedDelivery, outcome: OutcomeKind, reason: Reason?, returnsPerson: Bool,
        returnedMessages: Int, answer: Answer, next: Next
    ) {
        key = delivery.key
        run = delivery.candidate.run
        segment = delivery.candidate.segment
        position = delivery.candidate.position
        audience = delivery.candidate.audience
        variant = delivery.candidate.variant
        prompts = delivery.prompts
        tries = delivery.candidate.tries + 1
        (self.outcome, self.reason) = (outcome, reason)
        (self.returnsPerson, self.returnedMessages) = (returnsPerson, returnedMessages)
        messageIDs = answer.messageIDs
        messageCodes = answer.messageCodes
        // A refusal of the whole contact has one code, and it is what people search for.
        if case .refusal(let code) = answer.sight, messageCodes.isEmpty { messageCodes = [code] }
        logID = answer.logID
        self.next = next
    }
}

package struct SettleResult: Sendable {
    package var settled = 0
    /// Already had an outcome, or belonged to another term.
    package var late = 0
    /// Why each that broke a rule of the tables did; only one by one.
    package var refused: [String] = []
    package init() {}
}

package struct LaneWork: Sendable, Equatable {
    package var lane: Lane
    package var runs: [RunWork]
    package init(lane: Lane, runs: [RunWork]) { (self.lane, self.runs) = (lane, runs) }

    package struct RunWork: Sendable, Equatable {
        package var run: RunID
        package var revision: RevisionID
        package var priority: Int
        package var start: Moment
        package var validUntil: Moment
        package var audience: Int
        /// People with a place in its plan.
        package var planned: Int
        /// Nobody has started yet, and their time of day has come.
        package var pending: Int
        /// Positions that have had their turn: those planned, less the pending and those whose time of day has not come.
        package var passed: Int
        /// The earliest moment at which somebody who waits is due, or a best time begins.
        package var nextWaiting: Moment?
        /// One person whom somebody named: it goes at once.
        package var isTest = false
        /// Of a triggered run; nil: it has a plan.
        package var right: Trigger.Right?
        package init(
            run: RunID, revision: RevisionID, priority: Int, start: Moment, validUntil: Moment, audience: Int,
            planned: Int? = nil, pending: Int, passed: Int? = nil, nextWaiting: Moment?
        ) {
            self.planned = planned ?? audience
            self.passed = passed ?? (self.planned - pending)
            (self.run, self.revision, self.priority) = (run, revision, priority)
            (self.start, self.validUntil, self.audience) = (start, validUntil, audience)
            (self.pending, self.nextWaiting) = (pending, nextWaiting)
        }
    }
}
