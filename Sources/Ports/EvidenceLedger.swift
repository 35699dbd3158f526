import CampaignModel

/// What comes in from outside: taken durably first, worked on after. Every verb is harmless when repeated: arrivals are
/// unique on their digest, events on their identity, and an older word never wins over a newer one.
package protocol EvidenceLedger: Sendable {
    /// Writes down what arrived, durable before it returns.
    /// - Returns: how many were new; the rest was here before and changes nothing.
    func take(_ demand: ArrivalDemand) throws -> Int
    /// What was taken and not worked on yet, oldest first.
    func arrivals(limit: Int) throws -> [Arrival]
    /// Carries out what arrivals mean and concludes them, in one transaction. A step that breaks a rule of the tables is
    /// undone and concluded alone: it never holds the others.
    func apply(_ demand: EvidenceDemand) throws -> EvidenceResult
    /// Credits events that came while their person's contact was still on the wire, and settles unknown attempts whose
    /// echo came before they were unknown.
    func catchUp(_ demand: CatchUpDemand) throws -> EvidenceResult
    /// Forgets concluded arrivals older than `before`, and those that were set aside before `setAsideBefore`, at most
    /// `limit`. Effects stay: repeats are known by the identity of their events.
    func sweepArrivals(before: Moment, setAsideBefore: Moment, limit: Int, term: Term) throws -> Int
}

/// Counts that figures are made of; all are kept as events come, so that reading them costs nothing.
package protocol EventReading: Sendable {
    /// By planned variant, then by conversion. A conversion nobody reached is missing.
    func results(of run: RunID) throws -> [Int: [Conversion: ResultCount]]
    /// Events of an account by quarter of an hour, `from ..< to`, in order of time. `account == nil`: all accounts.
    func activity(_ question: ActivityQuestion) throws -> [ActivityCount]
    /// Events as they happened, oldest first, for whoever needs more than counts.
    func events(_ question: EventQuestion) throws -> [EventRecord]
    /// From when to when sources told of what for an account: a figure without a source in its time is *not measured*.
    func measured(account: AccountID) throws -> Measured
    /// Questions to an account and how long they waited for staff's answer. Kept as counts; costs nothing.
    func responses(_ question: ResponseQuestion) throws -> ResponseCount
    func arrivalsStanding() throws -> ArrivalsStanding
}

/// How far the work on arrivals is.
package struct ArrivalsStanding: Sendable, Equatable {
    /// Taken and not worked on yet.
    package var waiting: Int
    /// When the oldest of them came.
    package var oldest: Moment?
    /// Concluded without effect, their bodies kept for a person to look at.
    package var setAside: Int
    package init(waiting: Int = 0, oldest: Moment? = nil, setAside: Int = 0) {
        (self.waiting, self.oldest, self.setAside) = (waiting, oldest, setAside)
    }
}

/// How something came in.
package enum ArrivalSource: Int, Sendable, Codable, CaseIterable {
    /// A callback of the platform, its signature checked.
    case callback = 1
    /// Lines of a partner, over HTTP with a key.
    case partner = 2
    /// Lines of a file: dropped, or imported by a person.
    case file = 3
}

package struct ArrivalDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var arrivals: [NewArrival]
    package init(now: Moment, term: Term, arrivals: [NewArrival]) {
        (self.now, self.term, self.arrivals) = (now, term, arrivals)
    }
}

package struct NewArrival: Sendable {
    package var app: AppID
    package var source: ArrivalSource
    /// Over everything that makes it what it is; the same digest is the same arrival.
    package var digest: [UInt8]
    package var body: [UInt8]
    package init(app: AppID, source: ArrivalSource, digest: [UInt8], body: [UInt8]) {
        (self.app, self.source, self.digest, self.body) = (app, source, digest, body)
    }
}

package struct Arrival: Sendable {
    package var id: Int64
    package var app: AppID
    package var source: ArrivalSource
    package var received: Moment
    package var body: [UInt8]
    package init(id: Int64, app: AppID, source: ArrivalSource, received: Moment, body: [UInt8]) {
        (self.id, self.app, self.source, self.received, self.body) = (id, app, source, received, body)
    }
}

/// One thing that an arrival says, as a value.
package enum Evidence: Sendable, Equatable {
    case event(EventWord)
    case consent(ConsentWord)
    case echo(EchoWord)
    case binding(BindingWord)
    case order(OrderWord)
}

/// A person did something, or staff did something towards them.
package struct EventWord: Sendable, Equatable {
    /// 16 bytes or more over what makes the event that event. The same identity again changes nothing.
    package var identity: [UInt8]
    package var kind: EventKind
    package var app: AppID
    /// nil: the app's, as orders are that name no account.
    package var account: AccountID?
    package var openID: String
    package var at: Moment
    /// In fen.
    package var amount: Int64?
    package var source: ArrivalSource
    /// What was written, when it is an opt-out: goes into the list's row.
    package var words: String
    /// What triggers look at, and what an answer has to name.
    package var context = EventContext()
    package init(
        identity: [UInt8], kind: EventKind, app: AppID, account: AccountID?, openID: String, at: Moment,
        amount: Int64? = nil, source: ArrivalSource, words: String = ""
    ) {
        (self.identity, self.kind, self.app, self.account, self.openID) = (identity, kind, app, account, openID)
        (self.at, self.amount, self.source, self.words) = (at, amount, source, words)
    }
}

/// Money of a known order was given back, or its amount was told wrong at first.
package struct OrderWord: Sendable, Equatable {
    package var identity: [UInt8]
    /// The identity of the order's own event.
    package var order: [UInt8]
    package var kind: OrderChange.Kind
    /// In fen; nil: all of it.
    package var amount: Int64?
    package var at: Moment
    /// Whose order it is.
    package var app: AppID
    package var openID: String
    package var source: ArrivalSource
    package init(
        identity: [UInt8], order: [UInt8], kind: OrderChange.Kind, amount: Int64?, at: Moment, app: AppID,
        openID: String, source: ArrivalSource
    ) {
        (self.identity, self.order, self.kind, self.amount, self.at) = (identity, order, kind, amount, at)
        (self.app, self.openID, self.source) = (app, openID, source)
    }
}

/// The platform's word about one person's consent, with the moment it speaks of.
package struct ConsentWord: Sendable, Equatable {
    package var identity: [UInt8]
    package var app: AppID
    package var account: AccountID
    package var openID: String
    package var authorized: Bool
    /// The event's `update_time`: an older word never wins.
    package var said: Moment
    package var expires: Moment?
    /// `button`, `im_card` …; empty when unsaid.
    package var enteredFrom: String
    package init(
        identity: [UInt8], app: AppID, account: AccountID, openID: String, authorized: Bool, said: Moment,
        expires: Moment?, enteredFrom: String
    ) {
        (self.identity, self.app, self.account, self.openID) = (identity, app, account, openID)
        (self.authorized, self.said, self.expires, self.enteredFrom) = (authorized, said, expires, enteredFrom)
    }
}

/// The platform says that a message of the account reached this person.
package struct EchoWord: Sendable, Equatable {
    package var app: AppID
    package var account: AccountID
    package var openID: String
    package var messageID: String
    package var at: Moment
    /// Sent by our app, as the event's `source` says. Else only the id of a message of ours makes it proof.
    package var isOurs: Bool
    /// What it was when it was not ours: staff wrote by hand.
    package var otherwise: EventWord?
    package init(
        app: AppID, account: AccountID, openID: String, messageID: String, at: Moment, isOurs: Bool,
        otherwise: EventWord? = nil
    ) {
        (self.app, self.account, self.openID, self.messageID) = (app, account, openID, messageID)
        (self.at, self.isOurs, self.otherwise) = (at, isOurs, otherwise)
    }
}

/// The account granted the app its permission, or took it away.
package struct BindingWord: Sendable, Equatable {
    package var identity: [UInt8]
    package var app: AppID
    package var account: AccountID
    package var granted: Bool
    package var at: Moment
    package init(identity: [UInt8], app: AppID, account: AccountID, granted: Bool, at: Moment) {
        (self.identity, self.app, self.account, self.granted, self.at) = (identity, app, account, granted, at)
    }
}

package struct EvidenceDemand: Sendable {
    /// An arrival that is done, and in a word what it came to.
    package struct Conclusion: Sendable, Equatable {
        package var arrival: Int64
        package var note: String
        /// What could not be understood keeps its body, for a person to look at.
        package var keepsBody: Bool
        package init(arrival: Int64, note: String, keepsBody: Bool = false) {
            (self.arrival, self.note, self.keepsBody) = (arrival, note, keepsBody)
        }
    }
    /// What holds or falls together: one arrival, or one line of a file.
    package struct Step: Sendable, Equatable {
        package var evidence: [Evidence]
        package var conclusion: Conclusion?
        package init(_ evidence: [Evidence], conclusion: Conclusion? = nil) {
            (self.evidence, self.conclusion) = (evidence, conclusion)
        }
    }
    package var now: Moment
    package var term: Term
    package var steps: [Step]
    package var evidence: [Evidence] { steps.flatMap(\.evidence) }
    package var unknownFinalAfter: Duration
    /// The counted model: how many sends one authorisation is worth; nil: the daily model.
    package var stockPerAuthorization: Int?
    /// nil: nobody listens.
    package var enrol: Enrolling?
    package init(
        now: Moment, term: Term, steps: [Step], unknownFinalAfter: Duration = .hours(24),
        stockPerAuthorization: Int? = nil
    ) {
        (self.now, self.term, self.steps) = (now, term, steps)
        (self.unknownFinalAfter, self.stockPerAuthorization) = (unknownFinalAfter, stockPerAuthorization)
    }

    /// Every word for itself.
    package init(
        now: Moment, term: Term, evidence: [Evidence], conclusions: [Conclusion] = [],
        unknownFinalAfter: Duration = .hours(24), stockPerAuthorization: Int? = nil
    ) {
        self.init(
            now: now, term: term,
            steps: evidence.map { Step([$0]) } + conclusions.map { Step([], conclusion: $0) },
            unknownFinalAfter: unknownFinalAfter, stockPerAuthorization: stockPerAuthorization)
    }
}

package struct CatchUpDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var unknownFinalAfter: Duration
    package var limit: Int
    package init(now: Moment, term: Term, unknownFinalAfter: Duration = .hours(24), limit: Int = 500) {
        (self.now, self.term, self.unknownFinalAfter, self.limit) = (now, term, unknownFinalAfter, limit)
    }
}

package struct EvidenceResult: Sendable, Equatable {
    /// Events that were new, and those that were here before.
    package var taken = 0
    package var repeated = 0
    /// Of people whom no campaign, list or consent ever named: nothing to credit, nothing kept.
    package var strangers = 0
    /// Unknown attempts that are accepted now.
    package var proved: [AttemptKey] = []
    package var settled: Int { proved.count }
    /// After a catching up: events and echoes that still wait for what is on the wire.
    package var waiting = 0
    /// Echoes of messages that no attempt of the ledger explains.
    package var strayEchoes = 0
    /// Older than what is known already.
    package var outdated = 0
    /// People who are on the app's deny list now and were not before.
    package var denied: [RecipientID] = []
    /// Accounts that were stopped.
    package var stopped: [AccountID] = []
    /// Somebody's consent changed.
    package var consents = 0
    /// Occasions that were written down.
    package var occasions = 0
    /// Steps that broke a rule of the tables, by their place in the demand; of a catching up, in order. Each was undone.
    package var refused: [RefusedStep] = []
    /// Steps that tell a known order with another amount, which changed nothing; and those that change an order that nobody
    /// has told. By their place in the demand.
    package var otherAmounts: [Int] = []
    package var unknownOrders: [Int] = []
    /// Steps that give back more than their order is worth; they are kept, and the order is worth nothing.
    package var overRefunded: [Int] = []
    /// From before what is kept: told again, it could not be told from what was erased by age.
    package var tooOld: [Int] = []
    /// Events that hold and are credited to nobody, because their figures could not be written.
    package var uncredited = 0
    package init() {}
}

package struct RefusedStep: Sendable, Equatable {
    package var place: Int
    /// In the store's own words.
    package var why: String
    package init(place: Int, why: String) { (self.place, self.why) = (place, why) }
}

// MARK: - Counts

package struct ResultCount: Sendable, Equatable, Codable {
    /// Different people.
    package var people: Int
    package var events: Int
    /// In fen.
    package var amount: Int64
    package init(people: Int, events: Int, amount: Int64) {
        (self.people, self.events, self.amount) = (people, events, amount)
    }
}

/// A step between two conversions, counted by the people who did both. The numbers stand beside those of `Conversion`.
package enum FunnelStep: Int, Sendable, Codable, CaseIterable {
    case clickToConsult = 11
    case consultToOrder = 12

    package var from: Conversion { self == .clickToConsult ? .clicked : .consulted }
    package var to: Conversion { self == .clickToConsult ? .consulted : .ordered }

    /// The other side; nil: the step has nothing to do with it.
    package func other(than conversion: Conversion) -> Conversion? {
        if conversion == from { return to }
        return conversion == to ? from : nil
    }
}

package struct ResponseQuestion: Sendable {
    package var account: AccountID
    /// What is credited to this run; nil: everything that was said to the account.
    package var run: RunID?
    /// By the moment of the question, in whole quarters of an hour: `from ..< to`.
    package var from: Moment
    package var to: Moment
    package init(account: AccountID, run: RunID? = nil, from: Moment = .distantPast, to: Moment = .distantFuture) {
        (self.account, self.run, self.from, self.to) = (account, run, from, to)
    }
}

package struct ResponseCount: Sendable, Equatable {
    package var questions = 0
    /// Within `AnswerLimit.longest`.
    package var answered = 0
    package var waited: Duration = .zero
    package init() {}

    /// nil: nobody was answered.
    package var meanMinutes: Double? { answered > 0 ? waited / .minutes(1) / Double(answered) : nil }
}

package struct ActivityQuestion: Sendable {
    package var account: AccountID?
    /// Empty: all.
    package var kinds: [EventKind]
    package var from: Moment
    package var to: Moment
    package init(account: AccountID?, kinds: [EventKind], from: Moment, to: Moment) {
        (self.account, self.kinds, self.from, self.to) = (account, kinds, from, to)
    }
}

package struct ActivityCount: Sendable, Equatable {
    package var account: AccountID?
    /// Of the platform.
    package var day: PlatformDay
    /// 0 … 95: quarters of an hour since midnight in Shanghai.
    package var slot: Int
    package var kind: EventKind
    package var events: Int
    package init(account: AccountID?, day: PlatformDay, slot: Int, kind: EventKind, events: Int) {
        (self.account, self.day, self.slot, self.kind, self.events) = (account, day, slot, kind, events)
    }
}

package struct EventQuestion: Sendable {
    /// One person's, or everybody's.
    package var recipient: RecipientID?
    package var account: AccountID?
    /// Whose people; without an account in an event this alone tells whose it is.
    package var app: AppID?
    /// What was credited to this run.
    package var run: RunID?
    package var kinds: [EventKind]
    package var from: Moment
    package var to: Moment
    package var limit: Int
    package init(
        recipient: RecipientID? = nil, account: AccountID? = nil, app: AppID? = nil, run: RunID? = nil,
        kinds: [EventKind] = [], from: Moment = .distantPast, to: Moment = .distantFuture, limit: Int = 10_000
    ) {
        (self.recipient, self.account, self.app, self.run, self.kinds) = (recipient, account, app, run, kinds)
        (self.from, self.to, self.limit) = (from, to, limit)
    }
}

package struct EventRecord: Sendable, Equatable {
    package var kind: EventKind
    package var account: AccountID?
    package var recipient: RecipientID?
    package var at: Moment
    package var received: Moment
    package var amount: Int64?
    /// The contact it is credited to: its run, planned variant and start.
    package var run: RunID?
    package var variant: Int?
    package var touched: Moment?
    package init(
        kind: EventKind, account: AccountID?, recipient: RecipientID?, at: Moment, received: Moment, amount: Int64?,
        run: RunID?, variant: Int?, touched: Moment?
    ) {
        (self.kind, self.account, self.recipient, self.at, self.received) = (kind, account, recipient, at, received)
        (self.amount, self.run, self.variant, self.touched) = (amount, run, variant, touched)
    }
}
