import CampaignModel

package protocol CampaignLedger: Sendable {
    /// Makes the configured apps and accounts known; returns accounts by name. Idempotent. An account is its app and
    /// open_id, an app its client_key: under a new name everything goes on that stood under the old one.
    ///
    /// - Parameter told: each change of a name.
    /// - Throws: `IdentityDoubt` when the configuration gives a name, or an open_id, to somebody else; nothing is kept.
    func register(
        _ apps: [AppRegistration], at now: Moment, term: Term, told: (Renaming) -> Void
    ) throws -> [String: AccountRecord]
    /// Who had this name at a moment; nil: nobody whom the ledger knows.
    func account(named name: String, at moment: Moment) throws -> AccountID?

    /// Takes a checked campaign and its audiences: everything or nothing. The same digest again is the same revision.
    func admit(_ demand: RevisionDemand) throws -> RevisionAdmission

    /// Digests of the audience files that the latest revision of a campaign was admitted with, by file name: a changed
    /// text need not be dropped together with the same list again.
    func audienceDigests(campaign: String) throws -> [String: String]

    /// A run of one person, for a look at the real thing. It passes the gate and is counted like any other.
    /// - Throws: `TestsUsedUp` when the account has had so many in its platform day.
    func addTest(_ demand: TestDemand) throws -> RunRecord

    /// Writes one segment of a run: who, in which order, with which variant, who is held out. One transaction.
    func plan(_ demand: PlanDemand, place: (PlanCandidate) throws -> Placement) throws -> PlanResult

    /// Creates the run of a later occurrence. Does nothing when it exists.
    func addOccurrence(_ demand: OccurrenceDemand) throws -> RunRecord

    /// Runs that are not over, oldest start first.
    func liveRuns() throws -> [RunRecord]
    /// Those of them with which something is to be done now, oldest start first, and when the next one is due.
    func dueRuns(at now: Moment) throws -> DueRuns
    func revision(_ id: RevisionID) throws -> RevisionRecord

    /// Ends a run: whoever waits or is pending becomes skipped with `reason`. Open attempts keep it alive; the caller
    /// asks again. Returns the state after.
    func end(_ demand: EndDemand) throws -> RunState

    /// Moves the next people of a run that is over, or of the rest of a judged test, where they belong: what is too large for
    /// one transaction is decided at once and written in slices. Questions see all of it from the decision on.
    /// - Returns: nil: nothing was left to write.
    func writeSlice(at now: Moment, term: Term) throws -> WrittenSlice?
    /// The start of the run was looked at in time: notes the first such moment.
    func meet(run: RunID, at now: Moment, term: Term) throws
}

extension CampaignLedger {
    package func register(_ apps: [AppRegistration], at now: Moment, term: Term) throws -> [String: AccountRecord] {
        try register(apps, at: now, term: term) { _ in }
    }
}

package struct AppRegistration: Sendable {
    package var name: String
    /// What the app is known by; nil: by its name.
    package var clientKey: String?
    package var inTrial: Bool
    package var accounts: [AccountRegistration]
    /// What the configuration says of rule 19; nil: nothing.
    package var credit: Int?
    package init(
        name: String, clientKey: String? = nil, inTrial: Bool = false, accounts: [AccountRegistration],
        credit: Int? = nil
    ) {
        (self.clientKey, self.credit, self.name) = (clientKey, credit, name)
        (self.inTrial, self.accounts) = (inTrial, accounts)
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
    /// Rule 16: messages an hour while the lane is slowed; nil: what the kind has.
    package var slowedPerHour: Int?
    package init(
        name: String, openID: String, kind: AccountKind = .enterprise, role: AccountRole = .brand,
        zone: Zone = .shanghai, qualification: Qualification? = nil, keepsAllowList: Bool = false,
        slowedPerHour: Int? = nil
    ) {
        (self.slowedPerHour, self.name, self.openID, self.kind) = (slowedPerHour, name, openID, kind)
        (self.role, self.zone, self.qualification, self.keepsAllowList) = (role, zone, qualification, keepsAllowList)
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
    /// The configuration names it.
    package var isConfigured = true
    /// The first names that account and app had: what was told under them is the same when it is told again under others.
    package var knownAs: String
    package var appKnownAs: String
    package init(
        id: AccountID, app: AppID, appName: String, name: String, openID: String, kind: AccountKind,
        role: AccountRole, zone: Zone, qualification: Qualification?, hold: LaneHold?, lastWalk: Moment?
    ) {
        (self.id, self.app, self.appName, self.name) = (id, app, appName, name)
        knownAs = name
        appKnownAs = appName
        (self.openID, self.kind, self.role, self.zone) = (openID, kind, role, zone)
        (self.qualification, self.hold, self.lastWalk) = (qualification, hold, lastWalk)
    }
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
    /// Called between two pieces of a long list, outside of every transaction of the ledger: it may write there.
    package var between: () throws -> Void = {}
    package init(
        now: Moment, term: Term, campaign: Campaign, account: AccountID, app: AppID, digest: String, source: [UInt8],
        fileName: String, audiences: [AudienceFeed], excludes: [AudienceFeed], occurrence: Moment, validUntil: Moment,
        notes: @escaping () -> [RevisionNote] = { [] }
    ) {
        (self.notes, self.now, self.term, self.campaign) = (notes, now, term, campaign)
        (self.account, self.app, self.digest) = (account, app, digest)
        (self.source, self.fileName, self.audiences) = (source, fileName, audiences)
        (self.excludes, self.occurrence, self.validUntil) = (excludes, occurrence, validUntil)
    }
}

package struct RevisionAdmission: Sendable {
    package var revision: RevisionRecord
    package var run: RunRecord
    /// False: this very content was here before, nothing was written.
    package var isNew: Bool
    /// Not new, and still what stands: its run lives or was served, and no later revision took its place. What was
    /// rejected, cancelled, expired or replaced since has to be reviewed again when it is dropped again.
    package var isCurrent = true
    /// By file, in the order of the campaign: rows read, bad, and duplicates dropped within and across files.
    package var counts: AudienceCount
    package var distinct: Int
    package init(revision: RevisionRecord, run: RunRecord, isNew: Bool, counts: AudienceCount, distinct: Int) {
        (self.revision, self.run, self.isNew, self.counts, self.distinct) = (revision, run, isNew, counts, distinct)
    }
}

package struct WrittenSlice: Sendable, Equatable {
    package var run: RunID
    /// Nothing is left to write, of any run.
    package var isLast: Bool
    package init(run: RunID, isLast: Bool) { (self.run, self.isLast) = (run, isLast) }
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
    package var rejection: Rejection?
    package var rowsRead: Int
    package var rowsBad: Int
    /// Distinct people in its files, before conditions and exclusions.
    package var people: Int
    package var notes: [RevisionNote]
    /// The accounts that its authorisation cards ask for, by the names they had when the file was taken.
    package var owners: [String: AccountID] = [:]
    /// Its texts, and the fields of its lists, were taken away because of their age.
    package var isErased = false
    /// nil: nobody wrote down when.
    package var erasedAt: Moment?
    package init(
        id: RevisionID, number: Int, campaign: Campaign, account: AccountID, app: AppID, digest: String,
        fileName: String, admitted: Moment, approvedBy: [String], approvedAt: Moment?, rowsRead: Int, rowsBad: Int,
        people: Int, notes: [RevisionNote]
    ) {
        (self.approvedAt, self.people, self.notes, self.id, self.number) = (approvedAt, people, notes, id, number)
        (self.campaign, self.account, self.app, self.digest, self.fileName) = (campaign, account, app, digest, fileName)
        (self.admitted, self.approvedBy, self.rowsRead, self.rowsBad) = (admitted, approvedBy, rowsRead, rowsBad)
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
    /// Of one person whom somebody named.
    package var isTest: Bool
    package var priority: Int
    /// Rows that were no new person, people left out by `where` or `exclude`, and people beyond `max`.
    package var duplicates: Int
    package var excluded: Int
    package var beyondMax: Int
    package var began: Moment?
    package var ended: Moment?
    /// The rows that name its people were taken away because of their age, or are being taken away; its counts stay.
    package var isErased = false
    /// nil: nobody wrote down when.
    package var erasedAt: Moment?
    /// Why it is paused or over, where that is not the act of a person alone.
    package var why: Reason?
    /// When a person, or a change that was taken back, let it go on.
    package var freed: Moment?
    /// The first look at it after its start that came in time: whatever holds it up since is no missed start.
    package var met: Moment?
    /// As the configuration calls the account now, and whether it does.
    package var accountName = ""
    package var isConfigured = true
    /// Paused while it waited for its review: an approval leads to `paused`.
    package var isHeld = false
    /// In review, or approved and asked again since the words or limits of the review have changed.
    package var awaitsApproval: Bool { state == .inReview || state == .paused && why == .awaitingReview }
    /// Who is written to comes with what happens: it has no plan, and lives until its end.
    package var isTriggered = false
    package init(
        id: RunID, name: String, revision: RevisionID, lane: Lane, state: RunState, start: Moment,
        validUntil: Moment, isPlanned: Bool, isApproved: Bool, isTest: Bool, priority: Int, duplicates: Int,
        excluded: Int, beyondMax: Int, began: Moment?, ended: Moment?
    ) {
        (self.isTest, self.id, self.name, self.revision) = (isTest, id, name, revision)
        (self.lane, self.state, self.start) = (lane, state, start)
        (self.validUntil, self.isPlanned, self.isApproved) = (validUntil, isPlanned, isApproved)
        (self.priority, self.duplicates, self.excluded) = (priority, duplicates, excluded)
        (self.beyondMax, self.began, self.ended) = (beyondMax, began, ended)
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
    /// No more people than this take part; the rest is `beyondMax`.
    package var peopleMax: Int?
    /// A segment for each best time; nil: one segment.
    package var best: BestTimeDemand?
    /// Set: the run is over with the plan, and everybody in it is skipped for this reason.
    package var ends: (state: RunState, reason: Reason)?
    package init(
        now: Moment, term: Term, run: RunID, shuffleKey: UInt64, order: AudienceRequest.Order,
        source: AudienceRequest.Source, peopleMax: Int?, best: BestTimeDemand? = nil
    ) {
        (self.best, self.now, self.term, self.run) = (best, now, term, run)
        (self.shuffleKey, self.order, self.source, self.peopleMax) = (shuffleKey, order, source, peopleMax)
    }
}

/// One person as the planner sees them.
package struct PlanCandidate {
    /// What `fields` holds for somebody from the authorised list.
    package static let authorizedColumns = ["authorized_since", "last_contacted", "entered_from", "replied"]

    package var openID: UnsafeBufferPointer<UInt8>
    package var fields: UnsafeBufferPointer<UInt8>
    /// Which audience the row came from; nil for the authorised list.
    package var audience: AudienceID?
    package init(openID: UnsafeBufferPointer<UInt8>, fields: UnsafeBufferPointer<UInt8>, audience: AudienceID?) {
        (self.openID, self.fields, self.audience) = (openID, fields, audience)
    }
}

package enum Placement: Sendable, Equatable {
    case variant(Int)
    case heldOut(HeldOut)
    /// Outside of the test share: has no arm until the test is judged.
    case undecided
    /// Not in the audience: a condition of the file does not hold.
    case excluded
}

extension Placement {
    /// Held out by the campaign, who would have got its first variant.
    package static let holdout = Placement.heldOut(HeldOut())

    /// Whether the person gets the same: what somebody held out would have got is nothing to them.
    package func isSame(as other: Placement) -> Bool {
        if case .heldOut = self, case .heldOut = other { return true }
        return self == other
    }
}

/// Where somebody who is held out would stand without it: their turn comes with everybody else's.
package struct HeldOut: Sendable, Equatable {
    /// By the house's own holdout, from every campaign.
    package var byHouse: Bool
    /// nil: outside of the test share, so that what they would have got is decided with it.
    package var variant: Int?
    package init(byHouse: Bool = false, variant: Int? = 0) { (self.byHouse, self.variant) = (byHouse, variant) }
}

package struct PlanResult: Sendable, Equatable {
    package var audience = 0
    package var holdout = 0
    package var excluded = 0
    package var duplicates = 0
    package var beyondMax = 0
    /// Of the audience, without an arm until the test is judged.
    package var undecided = 0
    package init() {}
}

package struct TestsUsedUp: Error, Equatable {
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
    /// Of the account, in one platform day.
    package var perDayMax: Int
    package init(
        now: Moment, term: Term, revision: RevisionID, openID: String, variant: Int, validUntil: Moment,
        person: String, perDayMax: Int = .max
    ) {
        (self.perDayMax, self.now, self.term, self.revision) = (perDayMax, now, term, revision)
        (self.openID, self.variant, self.validUntil, self.person) = (openID, variant, validUntil, person)
    }
}

package struct OccurrenceDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var revision: RevisionID
    package var occurrence: Moment
    package var validUntil: Moment
    /// When a person let the one before go on, which kept this one from being made: what is late by it is not missed.
    package var freed: Moment?
    package init(now: Moment, term: Term, revision: RevisionID, occurrence: Moment, validUntil: Moment) {
        (self.now, self.term, self.revision) = (now, term, revision)
        (self.occurrence, self.validUntil) = (occurrence, validUntil)
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
        (self.now, self.term, self.run, self.state, self.reason) = (now, term, run, state, reason)
    }
}
