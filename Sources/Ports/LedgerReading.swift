import CampaignModel

package protocol LedgerReading: OccasionReading, PersonLedger, AccountReading, EventReading, ForecastLedger,
    ActivityLedger
{
    func runs(includingEnded: Bool) throws -> [RunRecord]
    /// A page of them in the order of their starts, without tests. Whoever asks for one page after the other meets nobody
    /// twice and misses nobody who was there at the first, whatever changes between.
    func runs(after: RunCursor?, includingEnded: Bool, limit: Int) throws -> [RunRecord]
    /// By its full name, or a campaign's next or latest one: never a test, which nobody means by a campaign's id.
    func run(named name: String) throws -> RunRecord?
    /// Every run of a campaign that is no test, in the order of their starts.
    func runs(ofCampaign id: String) throws -> [RunRecord]
    /// Living runs, those that only wait for their start behind all others, each by its start; and how many there are.
    func livingRuns(limit: Int) throws -> (runs: [RunRecord], total: Int)
    /// The runs of a campaign that have or will have people of their own, the oldest first: none that was given up before
    /// anybody was planned, and no test. Empty for a name that is no campaign's id.
    func occurrences(of campaign: String) throws -> [RunRecord]
    func sum(of run: RunID) throws -> ConservationSum
    /// Sums by variant; holdout and pending are counted where their plan rows stand.
    func sums(ofRunByVariant run: RunID) throws -> [Int: ConservationSum]
    func revisionRecord(_ id: RevisionID) throws -> RevisionRecord
    func accounts() throws -> [AccountRecord]
    /// The same facts that the start transaction would read, for one person at one moment.
    func facts(run: RunID, openID: String, at now: Moment) throws -> PersonRecord?
    func laneFacts(_ account: AccountID, at now: Moment) throws -> LaneFacts
    func unknowns(limit: Int) throws -> [AttemptRecord]
    /// How many attempts are unknown, from the roll-ups. Those of runs whose people age has erased are final: nobody can name
    /// or settle them, and they stay in the counts of their runs alone.
    func unknownCount() throws -> Int
    /// Columns of an audience, to read `Candidate.fields` by name.
    func columns(of audience: AudienceID) throws -> [String]
    /// A few planned people of a run for samples: the first, the one with the longest and the one with the emptiest fields.
    func samples(of revision: RevisionID, limit: Int) throws -> [SamplePerson]
    /// Runs that are not over and have an image among their messages, oldest start first.
    func liveRunsWithImages() throws -> [RunRecord]
    /// The platform's id of an uploaded image, and since when.
    func uploadedImage(digest: String, app: AppID) throws -> UploadedImage?
    /// The open_ids that must not be contacted at all by an app.
    func denied(app: AppID) throws -> [RecipientID]
    /// Every invariant that the schema cannot hold by itself; empty when all hold.
    func violations() throws -> [String]
    /// Answers all that `questions` asks from one moment, and pays for one look.
    func asOne<Result>(_ questions: () throws -> Result) throws -> Result
}

extension LedgerReading {
    package func asOne<Result>(_ questions: () throws -> Result) throws -> Result { try questions() }
}

package struct SamplePerson: Sendable {
    package var openID: String
    package var fields: [UInt8]
    package var audience: AudienceID
    package init(openID: String, fields: [UInt8], audience: AudienceID) {
        (self.openID, self.fields, self.audience) = (openID, fields, audience)
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
        /// On a list of the run, which is not planned.
        case listed
        /// On a list of the run, and not in its plan.
        case leftOut(isExcluded: Bool, isReplaced: Bool)
        case notInRun
    }
    package var place: Place
    package var candidate: Candidate
    package var facts: Facts
    /// Of this run, oldest first.
    package var attempts: [AttemptRecord]
    /// Of any run and account of the app on the day of `now`: what used the person's day.
    package var contactsToday: [AttemptRecord]
    /// How many of the same segment come before this person; nil when their turn was.
    package var ahead: Int?
    /// What each run took of the lane's day up to the moment, the largest first.
    package var laneUse: [LaneUse] = []
    /// What cannot be known about the moment asked for.
    package var gaps: [FactGap] = []
    package init(
        place: Place, candidate: Candidate, facts: Facts, attempts: [AttemptRecord], contactsToday: [AttemptRecord]
    ) {
        (self.place, self.candidate, self.facts) = (place, candidate, facts)
        (self.attempts, self.contactsToday) = (attempts, contactsToday)
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
    /// The platform's own, one a message or one for the contact.
    package var codes: [Int] = []
    package init(
        key: AttemptKey, run: RunID, runName: String, accountName: String, openID: String, variant: Int,
        messages: Int, started: Moment, deadline: Moment, outcome: OutcomeKind?, reason: Reason?, keepsPerson: Bool,
        messageIDs: [String], logID: String, settled: Moment?
    ) {
        (self.key, self.run, self.runName, self.accountName) = (key, run, runName, accountName)
        (self.openID, self.variant, self.messages, self.started) = (openID, variant, messages, started)
        (self.deadline, self.outcome, self.reason, self.keepsPerson) = (deadline, outcome, reason, keepsPerson)
        (self.messageIDs, self.logID, self.settled) = (messageIDs, logID, settled)
    }
}

/// The last run of a page.
package struct RunCursor: Sendable, Equatable {
    package var starts: Moment
    package var id: RunID
    package init(_ run: RunRecord) {
        starts = run.start
        id = run.id
    }

    /// As whoever asks for the next page hands it back.
    package var text: String { "\(starts.milliseconds).\(id.rawValue)" }

    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let starts = Int64(parts[0]), let id = Int64(parts[1]) else { return nil }
        self.starts = Moment(milliseconds: starts)
        self.id = RunID(rawValue: id)
    }
}
