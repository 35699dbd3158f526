import CampaignModel

/// What the two reviews keep and read (rule 14).
package protocol ReviewLedger: Sendable {
    /// nil: the machine has not looked yet.
    func machineReview(of revision: RevisionID) throws -> MachineReview?
    /// nil: the machine has not looked under these terms.
    func machineReview(of revision: RevisionID, under terms: String) throws -> MachineReview?
    /// Once a revision and terms; a second one changes nothing, because neither the revision nor its lists ever change.
    func record(_ demand: MachineReviewDemand) throws
    /// Revisions with a run in review at which the machine has not looked under these terms, oldest first.
    func revisionsToReview(under terms: String) throws -> [RevisionID]
    /// The next people of a revision's audience after the cursor, each once; nil: that was everybody.
    func reviewPage(_ demand: ReviewPageDemand) throws -> ReviewPage?
    /// The revision that a change is held against: the last approved one before it, else the last one.
    func predecessor(of revision: RevisionID) throws -> RevisionID?
    /// People in the predecessor's lists and no longer in this one's, without those it had left out itself.
    func gone(from predecessor: RevisionID, in revision: RevisionID, samples: Int) throws -> (Int, [String])
}

package struct MachineReviewDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var revision: RevisionID
    package var review: MachineReview
    /// The words and limits it was made with, as a digest.
    package var terms: String
    package init(now: Moment, term: Term, revision: RevisionID, review: MachineReview, terms: String) {
        (self.terms, self.now, self.term, self.revision, self.review) = (terms, now, term, revision, review)
    }
}

package struct ReviewPageDemand: Sendable {
    package var revision: RevisionID
    /// For the people that a change is held against; nil for a first revision.
    package var predecessor: RevisionID?
    package var cursor: ReviewCursor
    package var limit: Int
    /// The last of the seven days whose contacts are counted (rule 29).
    package var day: PlatformDay
    package init(revision: RevisionID, predecessor: RevisionID?, cursor: ReviewCursor, limit: Int, day: PlatformDay) {
        (self.day, self.revision, self.predecessor) = (day, revision, predecessor)
        (self.cursor, self.limit) = (cursor, limit)
    }
}

/// Where a walk over an audience stands: the list by its number, and the last person looked at.
package struct ReviewCursor: Sendable, Equatable {
    package var list: Int
    package var after: RecipientID
    package static let start = ReviewCursor(list: 0, after: RecipientID(rawValue: 0))
    package init(list: Int, after: RecipientID) { (self.list, self.after) = (list, after) }
}

package struct ReviewPage: Sendable {
    package struct Person: Sendable {
        package var openID: String
        package var line: Int
        package var fields: [UInt8]
        package var isMutualFollow: Bool?
        /// The values of the same person in the predecessor's lists; nil: not in them.
        package var before: (fields: [UInt8], audience: AudienceID?)?
        /// Written to by a run that an approval would replace.
        package var isContacted: Bool
        /// By the app, in the seven days up to the demand's.
        package var contactsInWeek: Int
        package init(
            openID: String, line: Int, fields: [UInt8], isMutualFollow: Bool?,
            before: (fields: [UInt8], audience: AudienceID?)?, isContacted: Bool,
            contactsInWeek: Int = 0
        ) {
            (self.contactsInWeek, self.openID, self.line, self.fields) = (contactsInWeek, openID, line, fields)
            (self.isMutualFollow, self.before, self.isContacted) = (isMutualFollow, before, isContacted)
        }
    }
    /// nil: from the platform's authorised users.
    package var audience: AudienceID?
    package var people: [Person]
    package var next: ReviewCursor
    package init(audience: AudienceID?, people: [Person], next: ReviewCursor) {
        (self.audience, self.people, self.next) = (audience, people, next)
    }
}
