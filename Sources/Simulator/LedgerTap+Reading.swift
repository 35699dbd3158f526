import CampaignModel
import Ports

/// The verbs that only read: handed on. A new reading verb of the ledger needs one line here; a new writing verb goes
/// into the file of the verbs, through `alone`, so that it can die before and after its commit.
extension LedgerTap {
    func audienceDigests(campaign: String) throws -> [String: String] {
        try read { try inner.audienceDigests(campaign: campaign) }
    }
    func account(named name: String, at moment: Moment) throws -> AccountID? {
        try read { try inner.account(named: name, at: moment) }
    }
    var changes: Int { inner.changes }
    func session(digest: [UInt8]) throws -> SessionRecord? { try read { try inner.session(digest: digest) } }
    func sessions() throws -> [SessionRecord] { try read { try inner.sessions() } }
    func personToken(of token: [UInt8]) throws -> PersonToken? { try read { try inner.personToken(of: token) } }
    func personTokens() throws -> [PersonToken] { try read { try inner.personTokens() } }
    func people(_ question: PlacedQuestion) throws -> [PlacedPerson] { try read { try inner.people(question) } }
    func find(_ search: RunSearch) throws -> [RunRecord] { try read { try inner.find(search) } }
    func known(openID: String) throws -> [KnownPerson] { try read { try inner.known(openID: openID) } }
    func runs(of recipient: RecipientID, at now: Moment, limit: Int) throws -> [RunRecord] {
        try read { try inner.runs(of: recipient, at: now, limit: limit) }
    }
    func contacts(of recipient: RecipientID, at now: Moment, limit: Int) throws -> [AttemptRecord] {
        try read { try inner.contacts(of: recipient, at: now, limit: limit) }
    }
    func auditRows(about subject: String, limit: Int) throws -> [AuditRow] {
        try read { try inner.auditRows(about: subject, limit: limit) }
    }
    func auditRows(before: Int64?, limit: Int) throws -> [AuditRow] {
        try read { try inner.auditRows(before: before, limit: limit) }
    }
    func reportStamps(endedAfter moment: Moment) throws -> [ReportStamp] {
        try read { try inner.reportStamps(endedAfter: moment) }
    }
    func run(_ id: RunID) throws -> RunRecord { try read { try inner.run(id) } }
    func standing(ofFile name: String) throws -> FileStanding? { try read { try inner.standing(ofFile: name) } }
    func isContentGone(digest: String) throws -> Bool? { try read { try inner.isContentGone(digest: digest) } }
    func liveRunsWithImages() throws -> [RunRecord] { try read { try inner.liveRunsWithImages() } }
    func dueRuns(at now: Moment) throws -> DueRuns { try read { try inner.dueRuns(at: now) } }
    func liveRuns() throws -> [RunRecord] { try read { try inner.liveRuns() } }
    func revision(_ id: RevisionID) throws -> RevisionRecord { try read { try inner.revision(id) } }
    func accountsAtWork() throws -> Set<AccountID> { try read { try inner.accountsAtWork() } }
    func consentQuestions(limit: Int, at now: Moment) throws -> [ConsentQuestion] {
        try read { try inner.consentQuestions(limit: limit, at: now) }
    }
    func isStopped() throws -> Bool { try read { try inner.isStopped() } }
    func uploadedImage(digest: String, app: AppID) throws -> UploadedImage? {
        try read { try inner.uploadedImage(digest: digest, app: app) }
    }
    func imageContent(digest: String) throws -> [UInt8]? { try read { try inner.imageContent(digest: digest) } }
    func runs(includingEnded: Bool) throws -> [RunRecord] {
        try read { try inner.runs(includingEnded: includingEnded) }
    }
    func runs(after: RunCursor?, includingEnded: Bool, limit: Int) throws -> [RunRecord] {
        try read { try inner.runs(after: after, includingEnded: includingEnded, limit: limit) }
    }
    func run(named name: String) throws -> RunRecord? { try read { try inner.run(named: name) } }
    func runs(ofCampaign id: String) throws -> [RunRecord] { try read { try inner.runs(ofCampaign: id) } }
    func livingRuns(limit: Int) throws -> (runs: [RunRecord], total: Int) {
        try read { try inner.livingRuns(limit: limit) }
    }
    func occurrences(of campaign: String) throws -> [RunRecord] {
        try read { try inner.occurrences(of: campaign) }
    }
    func sum(of run: RunID) throws -> ConservationSum { try read { try inner.sum(of: run) } }
    func sums(ofRunByVariant run: RunID) throws -> [Int: ConservationSum] {
        try read { try inner.sums(ofRunByVariant: run) }
    }
    func rejectedChange(of id: RevisionID) throws -> Rejection? { try read { try inner.rejectedChange(of: id) } }
    func revisionRecord(_ id: RevisionID) throws -> RevisionRecord { try read { try inner.revisionRecord(id) } }
    func accounts() throws -> [AccountRecord] { try read { try inner.accounts() } }
    func facts(run: RunID, openID: String, at now: Moment) throws -> PersonRecord? {
        try read { try inner.facts(run: run, openID: openID, at: now) }
    }
    func laneFacts(_ account: AccountID, at now: Moment) throws -> LaneFacts {
        try read { try inner.laneFacts(account, at: now) }
    }
    func unknowns(limit: Int) throws -> [AttemptRecord] { try read { try inner.unknowns(limit: limit) } }
    func columns(of audience: AudienceID) throws -> [String] { try read { try inner.columns(of: audience) } }
    func samples(of revision: RevisionID, limit: Int) throws -> [SamplePerson] {
        try read { try inner.samples(of: revision, limit: limit) }
    }
    func denied(app: AppID) throws -> [RecipientID] { try read { try inner.denied(app: app) } }
    func violations() throws -> [String] { try read { try inner.violations() } }
    func auditRows(limit: Int?) throws -> [AuditRow] { try read { try inner.auditRows(limit: limit) } }
    func auditHead() throws -> AuditHead { try read { try inner.auditHead() } }
    func verifyAudit(noted: AuditHead?) throws -> AuditVerdict { try read { try inner.verifyAudit(noted: noted) } }
    func unknownCount() throws -> Int { try read { try inner.unknownCount() } }
    func person(_ question: PersonQuestion) throws -> PersonRecord? { try read { try inner.person(question) } }
    func machineReview(of revision: RevisionID) throws -> MachineReview? {
        try read { try inner.machineReview(of: revision) }
    }
    func machineReview(of revision: RevisionID, under terms: String) throws -> MachineReview? {
        try read { try inner.machineReview(of: revision, under: terms) }
    }
    func revisionsToReview(under terms: String) throws -> [RevisionID] {
        try read { try inner.revisionsToReview(under: terms) }
    }
    func reviewPage(_ demand: ReviewPageDemand) throws -> ReviewPage? { try read { try inner.reviewPage(demand) } }
    func predecessor(of revision: RevisionID) throws -> RevisionID? {
        try read { try inner.predecessor(of: revision) }
    }
    func gone(from predecessor: RevisionID, in revision: RevisionID, samples: Int) throws -> (Int, [String]) {
        try read { try inner.gone(from: predecessor, in: revision, samples: samples) }
    }
    func nextRecall() throws -> Moment? { try read { try inner.nextRecall() } }
    func recallsDue(limit: Int, at now: Moment) throws -> [RecallItem] {
        try read { try inner.recallsDue(limit: limit, at: now) }
    }
    func recallCounts(of run: RunID) throws -> RecallCounts? { try read { try inner.recallCounts(of: run) } }
    func recalls(of run: RunID, recipient: RecipientID) throws -> [RecallState] {
        try read { try inner.recalls(of: run, recipient: recipient) }
    }
}
