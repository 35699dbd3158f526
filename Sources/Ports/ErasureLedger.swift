import CampaignModel

/// Taking one person out of everything, and everybody out of what is older than it may be (rule 24).
package protocol ErasureLedger: Sendable {
    /// What stays of a person: a keyed digest that says nothing to whoever has not got the open_id.
    func erasureDigest(of openID: String) throws -> String
    /// Replaces the person's id by its digest wherever people's ids may stand, empties their fields, and denies the digest
    /// for ever. Rows keep their places, so every sum still holds. Durable, and out of the log, before it returns.
    /// - Throws: `ErasureObstacle`: nothing was changed then.
    func erase(_ demand: EraseDemand) throws -> EraseReceipt
    /// Why the word cannot be erased; nil: it can.
    func obstacle(toErasing openID: String) throws -> ErasureObstacle?
    /// Erasures that were noted outside of the ledger and are not in it: those that a restored backup has forgotten.
    /// Reads everybody once if there are any. Returns how many were carried out.
    func applyErasures(_ digests: [String], at now: Moment, term: Term) throws -> Int
    /// Whether somebody else's id contains this one: then a search for its bytes finds them and proves nothing.
    func isPartOfAnotherID(_ openID: String) throws -> Bool
    /// Writes the whole file anew, so that no byte of what was deleted is left in unused places.
    func compact() throws

    /// One step of taking away what is too old, small enough not to keep anybody waiting.
    func prune(_ demand: PruneDemand) throws -> PruneReceipt
}

package enum ErasureObstacle: Error, Sendable, Equatable {
    /// In no list, event or authorisation, and never erased.
    case nobody
    /// A name by which the house or the platform knows an account, an app, a campaign, a run or one of our own people.
    case nameOfOurs
}

package struct EraseDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var person: String
    package var openID: String
    package init(now: Moment, term: Term, person: String, openID: String) {
        (self.now, self.term, self.person, self.openID) = (now, term, person, openID)
    }
}

package struct EraseReceipt: Sendable, Equatable {
    package var digest: String
    /// Whom the last look before the wire must stop from now on.
    package var recipients: [RecipientID]
    /// Whether the ledger had ever seen the person.
    package var wasKnown: Bool
    package init(digest: String, recipients: [RecipientID], wasKnown: Bool) {
        (self.digest, self.recipients, self.wasKnown) = (digest, recipients, wasKnown)
    }
}

package struct PruneDemand: Sendable {
    package var now: Moment
    package var term: Term
    /// Contents of runs that ended before are taken away: texts, images, people's fields.
    package var contentsBefore: Moment
    /// Records of single people in runs that ended before are taken away; the counts stay.
    package var recordsBefore: Moment
    /// Of one transaction: nobody waits longer for the writer than for some ten milliseconds.
    package var rowsMax: Int
    package init(now: Moment, term: Term, contentsBefore: Moment, recordsBefore: Moment, rowsMax: Int = 2000) {
        (self.now, self.term, self.contentsBefore) = (now, term, contentsBefore)
        (self.recordsBefore, self.rowsMax) = (recordsBefore, rowsMax)
    }
}

package struct PruneReceipt: Sendable, Equatable {
    package var revisions = 0
    package var runs = 0
    package var rows = 0
    /// Free pages of the file that went back to the disk.
    package var pages = 0
    /// Nothing old enough is left.
    package var isDone: Bool { revisions == 0 && runs == 0 && rows == 0 && pages == 0 }
    package init(rows: Int = 0) { self.rows = rows }
}

/// Where else a person's id may stand: the files around the ledger.
package protocol TraceStore: Sendable {
    /// Whose erasure was begun and not finished: the ids themselves, in a file that only its owner can read.
    func begun() throws -> [String]
    /// Durable before it returns: what a crash leaves half done is done at the next start.
    func begin(_ openID: String) throws
    /// Forgets the id: it is in no file any more.
    func finish(_ openID: String) throws
    /// Digests of everybody who was erased here, kept beside the ledger so that a restored backup erases them again.
    func noted() throws -> [String]
    /// Durable before it returns. Noted first, erased second: what was noted and not erased is erased at the next start.
    func note(digest: String) throws
    /// Files of the state directory that hold these bytes: the ledger's anywhere, others as a word of its own.
    func traces(of openID: String) throws -> [String]
    /// Whether a path that `traces` named is one of the ledger's own files.
    func isLedger(_ path: String) -> Bool
    /// Takes the id out of the files of the drop folder, and removes replaced ledgers, which hold everybody.
    func clean(_ openID: String) throws -> CleaningReceipt
}

package struct CleaningReceipt: Sendable, Equatable {
    package var rewritten: [String] = []
    package var removed: [String] = []
    /// Files that hold the id and that are not ours to change.
    package var left: [String] = []
    package init() {}
}
