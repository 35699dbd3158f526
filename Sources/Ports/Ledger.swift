import CampaignModel

/// The durable record. It carries out; it never judges: what may start is decided by the closure handed to `start`.
///
/// Every verb takes one parameter struct that holds `now` and, where it writes, the term of the daemon's reign. A write
/// with an older term throws `LedgerError.fenced` and changes nothing. Verbs are synchronous: one transaction, one
/// moment, one pair of brackets.
package protocol Ledger: DeliveryLedger, CampaignLedger, ConsentLedger, ControlLedger, LedgerReading {}

package enum LedgerError: Error, Equatable {
    /// Another daemon has begun a reign since. This one must stop writing.
    case fenced(current: Term)
    /// The disk refused: nothing of the transaction was kept. Sending stops until it succeeds again.
    case storage(String)
    case unknownRun(String)
    case unknownAccount(String)
    /// The campaign id belongs to another author.
    case campaignTaken(author: String)
    /// The act makes no sense in the run's state.
    case notPossible(state: RunState)
    /// The file was written by a newer version.
    case newerSchema(String)
    case corrupt(String)
}

// MARK: - Delivery

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

    package struct Turn: Sendable {
        package var run: RunID
        package var limit: Int
        /// By variant.
        package var messages: [Int]
        package init(run: RunID, limit: Int, messages: [Int]) {
            self.run = run
            self.limit = limit
            self.messages = messages
        }
    }

    package init(now: Moment, term: Term, lane: Lane, turns: [Turn], limit: Int, deadline: Moment) {
        self.now = now
        self.term = term
        self.lane = lane
        self.turns = turns
        self.limit = limit
        self.deadline = deadline
    }
}

package struct StartedDelivery: Sendable {
    package var key: AttemptKey
    package var candidate: Candidate
    /// The variant that is sent: the planned one or its fallback.
    package var variant: Int
    package var messages: Int
    package var deadline: Moment
    package init(key: AttemptKey, candidate: Candidate, variant: Int, messages: Int, deadline: Moment) {
        self.key = key
        self.candidate = candidate
        self.variant = variant
        self.messages = messages
        self.deadline = deadline
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
    package init() {}
}

package struct SettleDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var settlements: [Settlement]
    package init(now: Moment, term: Term, settlements: [Settlement]) {
        self.now = now
        self.term = term
        self.settlements = settlements
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
    package var tries: Int
    package var next: Next

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
        tries = delivery.candidate.tries + 1
        self.outcome = outcome
        self.reason = reason
        self.returnsPerson = returnsPerson
        self.returnedMessages = returnedMessages
        messageIDs = answer.messageIDs
        messageCodes = answer.messageCodes
        logID = answer.logID
        self.next = next
    }
}

package struct SettleResult: Sendable {
    package var settled = 0
    /// Already had an outcome, or belonged to another term.
    package var late = 0
    package init() {}
}

package struct LaneWork: Sendable, Equatable {
    package var lane: Lane
    package var runs: [RunWork]
    package init(lane: Lane, runs: [RunWork]) {
        self.lane = lane
        self.runs = runs
    }

    package struct RunWork: Sendable, Equatable {
        package var run: RunID
        package var revision: RevisionID
        package var priority: Int
        package var start: Moment
        package var validUntil: Moment
        package var audience: Int
        /// Nobody has started yet.
        package var pending: Int
        /// The earliest moment at which somebody who waits is due.
        package var nextWaiting: Moment?
        package init(
            run: RunID, revision: RevisionID, priority: Int, start: Moment, validUntil: Moment, audience: Int,
            pending: Int, nextWaiting: Moment?
        ) {
            self.run = run
            self.revision = revision
            self.priority = priority
            self.start = start
            self.validUntil = validUntil
            self.audience = audience
            self.pending = pending
            self.nextWaiting = nextWaiting
        }
    }
}

// MARK: - Campaigns, revisions, runs

package protocol CampaignLedger: Sendable {
    /// Makes the configured apps and accounts known; returns accounts by name. Idempotent.
    func register(_ apps: [AppRegistration], at now: Moment, term: Term) throws -> [String: AccountRecord]

    /// Takes a checked campaign and its audiences: everything or nothing. The same digest again is the same revision.
    func admit(_ demand: RevisionDemand) throws -> RevisionAdmission

    /// Digests of the audience files that the latest revision of a campaign was admitted with, by file name: a changed
    /// text need not be dropped together with the same list again.
    func audienceDigests(campaign: String) throws -> [String: String]

    /// A run of one person, for a look at the real thing. It passes the gate and is counted like any other.
    func addTest(_ demand: TestDemand) throws -> RunRecord

    /// Writes one segment of a run: who, in which order, with which variant, who is held out. One transaction.
    func plan(_ demand: PlanDemand, place: (PlanCandidate) -> Placement) throws -> PlanResult

    /// Creates the run of a later occurrence. Does nothing when it exists.
    func addOccurrence(_ demand: OccurrenceDemand) throws -> RunRecord

    /// Runs that are not over, oldest start first.
    func liveRuns() throws -> [RunRecord]
    func revision(_ id: RevisionID) throws -> RevisionRecord

    /// Ends a run: whoever waits or is pending becomes skipped with `reason`. Open attempts keep it alive; the caller
    /// asks again. Returns the state after.
    func end(_ demand: EndDemand) throws -> RunState
    /// `scheduled` → `running`, once planned.
    func begin(run: RunID, at now: Moment, term: Term) throws
}

package struct AppRegistration: Sendable {
    package var name: String
    package var inTrial: Bool
    package var accounts: [AccountRegistration]
    package init(name: String, inTrial: Bool = false, accounts: [AccountRegistration]) {
        self.name = name
        self.inTrial = inTrial
        self.accounts = accounts
    }
}

package struct AccountRegistration: Sendable {
    package var name: String
    package var openID: String
    package var kind: AccountKind
    package var role: AccountRole
    package var zone: Zone
    package var qualification: Qualification?
    package var keepsAllowList: Bool
    package init(
        name: String, openID: String, kind: AccountKind = .enterprise, role: AccountRole = .brand,
        zone: Zone = .shanghai, qualification: Qualification? = nil, keepsAllowList: Bool = false
    ) {
        self.name = name
        self.openID = openID
        self.kind = kind
        self.role = role
        self.zone = zone
        self.qualification = qualification
        self.keepsAllowList = keepsAllowList
    }
}

package struct AccountRecord: Sendable {
    package var id: AccountID
    package var app: AppID
    package var appName: String
    package var name: String
    package var openID: String
    package var kind: AccountKind
    package var role: AccountRole
    package var zone: Zone
    package var qualification: Qualification?
    package var hold: LaneHold?
    package var lastWalk: Moment?
    package init(
        id: AccountID, app: AppID, appName: String, name: String, openID: String, kind: AccountKind,
        role: AccountRole, zone: Zone, qualification: Qualification?, hold: LaneHold?, lastWalk: Moment?
    ) {
        self.id = id
        self.app = app
        self.appName = appName
        self.name = name
        self.openID = openID
        self.kind = kind
        self.role = role
        self.zone = zone
        self.qualification = qualification
        self.hold = hold
        self.lastWalk = lastWalk
    }
}

/// One audience file to be taken by the digest of its content.
package struct AudienceFeed {
    /// One row: open_id, the values of `Candidate.fields`, and its place in the file.
    package typealias Row = (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>, Int) throws -> Void

    package var digest: String
    package var fileName: String
    /// Pulls all rows through the closure it is given and says how the reading went. Called at most once, and not at
    /// all when the ledger knows the digest already.
    package var read: (_ row: Row) throws -> AudienceCount
    package init(digest: String, fileName: String, read: @escaping (_ row: Row) throws -> AudienceCount) {
        self.digest = digest
        self.fileName = fileName
        self.read = read
    }
}

package struct AudienceCount: Sendable, Equatable, Codable {
    package var read: Int
    package var bad: Int
    /// Names of the values in `Candidate.fields`, in their order.
    package var columns: [String]
    package init(read: Int = 0, bad: Int = 0, columns: [String] = []) {
        self.read = read
        self.bad = bad
        self.columns = columns
    }
}

/// Something that was said about a revision when it was admitted: a warning, a bad row. For people.
package struct RevisionNote: Sendable, Equatable, Codable {
    package var zh: String
    package var en: String
    package init(_ sentence: Sentence) {
        zh = sentence.zh
        en = sentence.en
    }
    package var sentence: Sentence { Sentence(zh: zh, en: en) }
}

package struct RevisionDemand {
    package var now: Moment
    package var term: Term
    package var campaign: Campaign
    package var account: AccountID
    package var app: AppID
    /// Over content, audience, schedule and account: what an approval binds to. Lower-case hex.
    package var digest: String
    /// The file as dropped.
    package var source: [UInt8]
    package var fileName: String
    package var audiences: [AudienceFeed]
    package var excludes: [AudienceFeed]
    package var occurrence: Moment
    package var validUntil: Moment
    /// Asked once all feeds were read.
    package var notes: () -> [RevisionNote]
    package init(
        now: Moment, term: Term, campaign: Campaign, account: AccountID, app: AppID, digest: String, source: [UInt8],
        fileName: String, audiences: [AudienceFeed], excludes: [AudienceFeed], occurrence: Moment, validUntil: Moment,
        notes: @escaping () -> [RevisionNote] = { [] }
    ) {
        self.notes = notes
        self.now = now
        self.term = term
        self.campaign = campaign
        self.account = account
        self.app = app
        self.digest = digest
        self.source = source
        self.fileName = fileName
        self.audiences = audiences
        self.excludes = excludes
        self.occurrence = occurrence
        self.validUntil = validUntil
    }
}

package struct RevisionAdmission: Sendable {
    package var revision: RevisionRecord
    package var run: RunRecord
    /// False: this very content was here before, nothing was written.
    package var isNew: Bool
    /// By file, in the order of the campaign: rows read, bad, and duplicates dropped within and across files.
    package var counts: AudienceCount
    package var distinct: Int
    package init(revision: RevisionRecord, run: RunRecord, isNew: Bool, counts: AudienceCount, distinct: Int) {
        self.revision = revision
        self.run = run
        self.isNew = isNew
        self.counts = counts
        self.distinct = distinct
    }
}

package struct RevisionRecord: Sendable {
    package var id: RevisionID
    package var number: Int
    package var campaign: Campaign
    package var account: AccountID
    package var app: AppID
    package var digest: String
    package var fileName: String
    package var admitted: Moment
    package var approvedBy: [String]
    package var approvedAt: Moment?
    package var rowsRead: Int
    package var rowsBad: Int
    /// Distinct people in its files, before conditions and exclusions.
    package var people: Int
    package var notes: [RevisionNote]
    package init(
        id: RevisionID, number: Int, campaign: Campaign, account: AccountID, app: AppID, digest: String,
        fileName: String, admitted: Moment, approvedBy: [String], approvedAt: Moment?, rowsRead: Int, rowsBad: Int,
        people: Int, notes: [RevisionNote]
    ) {
        self.approvedAt = approvedAt
        self.people = people
        self.notes = notes
        self.id = id
        self.number = number
        self.campaign = campaign
        self.account = account
        self.app = app
        self.digest = digest
        self.fileName = fileName
        self.admitted = admitted
        self.approvedBy = approvedBy
        self.rowsRead = rowsRead
        self.rowsBad = rowsBad
    }
}

package struct RunRecord: Sendable {
    package var id: RunID
    /// `double-eleven-warmup@20261120-2000`, with `.r2` for a second revision of the same occurrence.
    package var name: String
    package var revision: RevisionID
    package var lane: Lane
    package var state: RunState
    package var start: Moment
    package var validUntil: Moment
    package var isPlanned: Bool
    package var isApproved: Bool
    package var priority: Int
    /// Rows that were no new person, and people left out by `where` or `exclude`.
    package var duplicates: Int
    package var excluded: Int
    package var began: Moment?
    package var ended: Moment?
    package init(
        id: RunID, name: String, revision: RevisionID, lane: Lane, state: RunState, start: Moment,
        validUntil: Moment, isPlanned: Bool, isApproved: Bool, priority: Int, duplicates: Int, excluded: Int,
        began: Moment?, ended: Moment?
    ) {
        self.id = id
        self.name = name
        self.revision = revision
        self.lane = lane
        self.state = state
        self.start = start
        self.validUntil = validUntil
        self.isPlanned = isPlanned
        self.isApproved = isApproved
        self.priority = priority
        self.duplicates = duplicates
        self.excluded = excluded
        self.began = began
        self.ended = ended
    }
}

package struct PlanDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var run: RunID
    /// Orders the positions; equal keys give equal orders.
    package var shuffleKey: UInt64
    package var order: AudienceRequest.Order
    package var source: AudienceRequest.Source
    /// No more people than this take part; the rest is `excluded`.
    package var peopleMax: Int?
    package init(
        now: Moment, term: Term, run: RunID, shuffleKey: UInt64, order: AudienceRequest.Order,
        source: AudienceRequest.Source, peopleMax: Int?
    ) {
        self.now = now
        self.term = term
        self.run = run
        self.shuffleKey = shuffleKey
        self.order = order
        self.source = source
        self.peopleMax = peopleMax
    }
}

/// One person as the planner sees them.
package struct PlanCandidate {
    /// What `fields` holds for somebody from the authorised list.
    package static let authorizedColumns = ["authorized_since", "last_contacted"]

    package var openID: UnsafeBufferPointer<UInt8>
    package var fields: UnsafeBufferPointer<UInt8>
    /// Which audience the row came from; nil for the authorised list.
    package var audience: AudienceID?
    package init(openID: UnsafeBufferPointer<UInt8>, fields: UnsafeBufferPointer<UInt8>, audience: AudienceID?) {
        self.openID = openID
        self.fields = fields
        self.audience = audience
    }
}

package enum Placement: Sendable, Equatable {
    case variant(Int)
    case holdout
    /// Not in the audience: a condition of the file does not hold.
    case excluded
}

package struct PlanResult: Sendable, Equatable {
    package var audience = 0
    package var holdout = 0
    package var excluded = 0
    package var duplicates = 0
    package init() {}
}

package struct TestDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var revision: RevisionID
    package var openID: String
    package var variant: Int
    package var validUntil: Moment
    package var person: String
    package init(
        now: Moment, term: Term, revision: RevisionID, openID: String, variant: Int, validUntil: Moment,
        person: String
    ) {
        self.now = now
        self.term = term
        self.revision = revision
        self.openID = openID
        self.variant = variant
        self.validUntil = validUntil
        self.person = person
    }
}

package struct OccurrenceDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var revision: RevisionID
    package var occurrence: Moment
    package var validUntil: Moment
    package init(now: Moment, term: Term, revision: RevisionID, occurrence: Moment, validUntil: Moment) {
        self.now = now
        self.term = term
        self.revision = revision
        self.occurrence = occurrence
        self.validUntil = validUntil
    }
}

package struct EndDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var run: RunID
    /// finished, expired, cancelled or superseded.
    package var state: RunState
    package var reason: Reason
    package init(now: Moment, term: Term, run: RunID, state: RunState, reason: Reason) {
        self.now = now
        self.term = term
        self.run = run
        self.state = state
        self.reason = reason
    }
}

// MARK: - Consent

package protocol ConsentLedger: Sendable {
    /// Writes one page of the platform's list of authorised users.
    func record(_ page: ConsentPage) throws
    /// A complete walk ended: whoever it did not name is not authorised. `started` is when its first page was asked for.
    func finishWalk(account: AccountID, started: Moment, at now: Moment, term: Term) throws
    /// People whose consent must be asked for before their contact, oldest first, across runs.
    func consentQuestions(limit: Int, at now: Moment) throws -> [ConsentQuestion]
    /// Adds to or takes from a deny or allow list. `account == nil`: everywhere.
    func list(_ demand: ListDemand) throws
}

package struct ConsentPage: Sendable {
    package var now: Moment
    package var term: Term
    package var account: AccountID
    package var people: [Entry]
    /// True: an answer to a status call; those who waited for it are due at once.
    package var answersQuestions: Bool
    package init(now: Moment, term: Term, account: AccountID, people: [Entry], answersQuestions: Bool) {
        self.now = now
        self.term = term
        self.account = account
        self.people = people
        self.answersQuestions = answersQuestions
    }

    package struct Entry: Sendable {
        package var openID: String
        package var state: Consent.State
        package var expires: Moment?
        package var source: String
        package init(openID: String, state: Consent.State, expires: Moment? = nil, source: String) {
            self.openID = openID
            self.state = state
            self.expires = expires
            self.source = source
        }
    }
}

package struct ConsentQuestion: Sendable, Equatable {
    package var account: AccountID
    package var recipient: RecipientID
    package var openID: String
    package init(account: AccountID, recipient: RecipientID, openID: String) {
        self.account = account
        self.recipient = recipient
        self.openID = openID
    }
}

package struct ListDemand: Sendable {
    package enum Act: String, Sendable { case deny, undeny, allow, disallow }
    package var now: Moment
    package var term: Term
    package var act: Act
    package var app: AppID
    package var account: AccountID?
    package var openIDs: [String]
    package var person: String
    package init(
        now: Moment, term: Term, act: Act, app: AppID, account: AccountID?, openIDs: [String], person: String
    ) {
        self.now = now
        self.term = term
        self.act = act
        self.app = app
        self.account = account
        self.openIDs = openIDs
        self.person = person
    }
}

// MARK: - What people do

package protocol ControlLedger: Sendable {
    /// Raises the term by one. Called once, at start, under the OS lock.
    func beginReign(node: String, at now: Moment) throws -> Term
    /// Moves a run; durable before it returns. Returns the record after and the number of attempts still open.
    func act(_ demand: ActDemand) throws -> (run: RunRecord, open: Int)
    func setStop(_ stopped: Bool, person: String, at now: Moment, term: Term) throws -> Int
    func isStopped() throws -> Bool
    /// Closes a lane's account, or opens it with nil.
    func hold(account: AccountID, _ hold: LaneHold?, by person: String, at now: Moment, term: Term) throws
    /// An unknown is settled by a person: accepted, or not sent (which gives everything back).
    func resolve(_ demand: ResolveDemand) throws
    /// The platform's id of an uploaded image, by the digest of its content.
    func rememberImage(digest: String, app: AppID, mediaID: String, at now: Moment, term: Term) throws
    func image(digest: String, app: AppID) throws -> String?
    /// The bytes of a campaign's image, kept from intake until nobody can need them.
    func keepImage(digest: String, content: [UInt8], at now: Moment, term: Term) throws
    func imageContent(digest: String) throws -> [UInt8]?
}

package struct ActDemand: Sendable {
    package enum Act: String, Sendable { case approve, reject, pause, resume, cancel }
    package var now: Moment
    package var term: Term
    package var run: RunID
    package var act: Act
    /// Who did it, proved; written into the audit.
    package var person: String
    /// For `approve`: the digest that the person saw. Another digest is refused.
    package var digest: String?
    package var reason: Reason?
    package init(
        now: Moment, term: Term, run: RunID, act: Act, person: String, digest: String? = nil, reason: Reason? = nil
    ) {
        self.now = now
        self.term = term
        self.run = run
        self.act = act
        self.person = person
        self.digest = digest
        self.reason = reason
    }
}

package struct ResolveDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var run: RunID
    package var openID: String
    package var accepted: Bool
    package var person: String
    package init(now: Moment, term: Term, run: RunID, openID: String, accepted: Bool, person: String) {
        self.now = now
        self.term = term
        self.run = run
        self.openID = openID
        self.accepted = accepted
        self.person = person
    }
}

// MARK: - Reading

package protocol LedgerReading: Sendable {
    func runs(includingEnded: Bool) throws -> [RunRecord]
    /// By its full name, or by a campaign id that has exactly one run that is not over, else its latest.
    func run(named name: String) throws -> RunRecord?
    func sum(of run: RunID) throws -> ConservationSum
    /// Sums by variant; holdout and pending are counted where their plan rows stand.
    func sums(ofRunByVariant run: RunID) throws -> [Int: ConservationSum]
    func revisionRecord(_ id: RevisionID) throws -> RevisionRecord
    func accounts() throws -> [AccountRecord]
    /// The same facts that the start transaction would read, for one person at one moment.
    func facts(run: RunID, openID: String, at now: Moment) throws -> PersonRecord?
    func laneFacts(_ account: AccountID, at now: Moment) throws -> LaneFacts
    func unknowns(limit: Int) throws -> [AttemptRecord]
    /// Columns of an audience, to read `Candidate.fields` by name.
    func columns(of audience: AudienceID) throws -> [String]
    /// A few planned people of a run for samples: the first, the one with the longest and the one with the emptiest fields.
    func samples(of revision: RevisionID, limit: Int) throws -> [SamplePerson]
    /// The open_ids that must not be contacted at all by an app.
    func denied(app: AppID) throws -> [RecipientID]
    /// Every invariant that the schema cannot hold by itself; empty when all hold.
    func violations() throws -> [String]
}

package struct SamplePerson: Sendable {
    package var openID: String
    package var fields: [UInt8]
    package var audience: AudienceID
    package init(openID: String, fields: [UInt8], audience: AudienceID) {
        self.openID = openID
        self.fields = fields
        self.audience = audience
    }
}

/// Everything the ledger knows about one person in one run.
package struct PersonRecord: Sendable {
    package enum Place: Sendable, Equatable {
        case holdout
        case pending
        case waiting(until: Moment, Reason)
        case skipped(Reason, at: Moment)
        /// Has attempts; the last one says how it stands.
        case attempted
        case notInRun
    }
    package var place: Place
    package var candidate: Candidate
    package var facts: Facts
    /// Of this run, oldest first.
    package var attempts: [AttemptRecord]
    /// Of any run and account of the app on the day of `now`: what used the person's day.
    package var contactsToday: [AttemptRecord]
    package init(
        place: Place, candidate: Candidate, facts: Facts, attempts: [AttemptRecord], contactsToday: [AttemptRecord]
    ) {
        self.place = place
        self.candidate = candidate
        self.facts = facts
        self.attempts = attempts
        self.contactsToday = contactsToday
    }
}

package struct AttemptRecord: Sendable {
    package var key: AttemptKey
    package var run: RunID
    package var runName: String
    package var accountName: String
    package var openID: String
    package var variant: Int
    package var messages: Int
    package var started: Moment
    package var deadline: Moment
    /// nil: open.
    package var outcome: OutcomeKind?
    package var reason: Reason?
    package var keepsPerson: Bool
    package var messageIDs: [String]
    package var logID: String
    package var settled: Moment?
    package init(
        key: AttemptKey, run: RunID, runName: String, accountName: String, openID: String, variant: Int,
        messages: Int, started: Moment, deadline: Moment, outcome: OutcomeKind?, reason: Reason?, keepsPerson: Bool,
        messageIDs: [String], logID: String, settled: Moment?
    ) {
        self.key = key
        self.run = run
        self.runName = runName
        self.accountName = accountName
        self.openID = openID
        self.variant = variant
        self.messages = messages
        self.started = started
        self.deadline = deadline
        self.outcome = outcome
        self.reason = reason
        self.keepsPerson = keepsPerson
        self.messageIDs = messageIDs
        self.logID = logID
        self.settled = settled
    }
}
