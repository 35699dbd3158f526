import CampaignModel

package protocol ControlLedger: Sendable {
    /// Raises the term by one. Called once, at start, under the OS lock.
    func beginReign(node: String, at now: Moment) throws -> Term
    /// Moves a run; durable before it returns. Returns the record after and the number of attempts still open.
    func act(_ demand: ActDemand) throws -> (run: RunRecord, open: Int)
    func setStop(_ stopped: Bool, person: String, at now: Moment, term: Term) throws -> Int
    func isStopped() throws -> Bool
    /// Closes a lane's account, or opens it with nil.
    func hold(account: AccountID, _ hold: LaneHold?, by person: String, at now: Moment, term: Term) throws
    /// An unknown is settled by a person: accepted, or not sent (which gives everything back, also what was credited to
    /// the contact that never was).
    /// - Throws: `UnknownIsFinal` when it is older than `finalAfter`.
    func resolve(_ demand: ResolveDemand) throws
    /// The platform's id of an uploaded image, by the digest of its content.
    func rememberImage(digest: String, app: AppID, mediaID: String, at now: Moment, term: Term) throws
    /// What was uploaded up to `uploaded` is no longer known to the platform: it has to be uploaded again.
    func forgetImages(digests: [String], app: AppID, uploadedUpTo uploaded: Moment, term: Term) throws
    /// The bytes of a campaign's image, kept from intake until nobody can need them.
    func keepImage(digest: String, content: [UInt8], at now: Moment, term: Term) throws
    func imageContent(digest: String) throws -> [UInt8]?
}

/// An image as the platform knows it.
package struct UploadedImage: Sendable, Equatable {
    package var mediaID: String
    package var uploaded: Moment
    package init(mediaID: String, uploaded: Moment) { (self.mediaID, self.uploaded) = (mediaID, uploaded) }
}

extension LedgerReading {
    package func image(digest: String, app: AppID) throws -> String? {
        try uploadedImage(digest: digest, app: app)?.mediaID
    }
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
    /// For `reject`: what its author is told.
    package var note = ""
    /// For `approve`: how many different persons it takes. Until then the run stays in review.
    package var approvalsNeeded: Int
    package init(
        now: Moment, term: Term, run: RunID, act: Act, person: String, digest: String? = nil, reason: Reason? = nil,
        approvalsNeeded: Int = 1
    ) {
        (self.approvalsNeeded, self.now, self.term, self.run) = (approvalsNeeded, now, term, run)
        (self.act, self.person, self.digest, self.reason) = (act, person, digest, reason)
    }
}

/// Too old to be settled by anybody: it stays unknown, counted and shown (`ledger.md`, the end of the outcome table).
package struct UnknownIsFinal: Error, Equatable {
    package let since: Moment
    package init(since: Moment) { self.since = since }
}

package struct ResolveDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var run: RunID
    package var openID: String
    package var accepted: Bool
    package var person: String
    /// After this an unknown stays unknown for good; nil: never too late.
    package var finalAfter: Duration?
    package init(
        now: Moment, term: Term, run: RunID, openID: String, accepted: Bool, person: String,
        finalAfter: Duration? = nil
    ) {
        (self.finalAfter, self.now, self.term, self.run) = (finalAfter, now, term, run)
        (self.openID, self.accepted, self.person) = (openID, accepted, person)
    }
}
