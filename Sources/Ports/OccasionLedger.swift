import CampaignModel

/// What came of what people did: events and their occasions, for whoever asks why.
package protocol OccasionReading: Sendable {
    /// The newest events of a person that a campaign could have listened to, newest first, each with its occasions.
    func happenings(openID: String, app: AppID, limit: Int) throws -> [ToldEvent]
    /// Everybody whose authorisation of an account stands.
    func authorised(account: AccountID) throws -> Set<RecipientID>
}

/// One event of a person, and what became of it.
package struct ToldEvent: Sendable, Equatable {
    package var event: Int64
    package var kind: EventKind
    package var account: AccountID?
    package var at: Moment
    package var received: Moment
    /// The platform's name of the message; empty when it told none.
    package var message: String
    package var occasions: [OccasionRecord]
    package init(
        event: Int64, kind: EventKind, account: AccountID?, at: Moment, received: Moment, message: String,
        occasions: [OccasionRecord]
    ) {
        (self.event, self.kind, self.account, self.at) = (event, kind, account, at)
        (self.received, self.message, self.occasions) = (received, message, occasions)
    }
}

package struct OccasionRecord: Sendable, Equatable {
    package enum State: Int, Sendable {
        case waiting = 1
        case open = 2
        /// Accepted, rejected or unknown, as its last attempt says.
        case ended = 3
        case skipped = 4
        case heldOut = 5
    }
    package var id: OccasionID
    package var run: RunID
    package var runName: String
    package var state: State
    package var due: Moment
    /// While it waits: when it is looked at next.
    package var until: Moment
    /// Why it waits or was skipped.
    package var reason: Reason?
    /// Of its last attempt.
    package var started: Moment?
    package var outcome: OutcomeKind?
    /// When it was skipped, or ended.
    package var ended: Moment?
    package init(
        id: OccasionID, run: RunID, runName: String, state: State, due: Moment, until: Moment, reason: Reason?,
        started: Moment?, outcome: OutcomeKind?, ended: Moment?
    ) {
        (self.id, self.run, self.runName, self.state, self.due) = (id, run, runName, state, due)
        (self.until, self.reason, self.started, self.outcome, self.ended) = (until, reason, started, outcome, ended)
    }
}

// MARK: - When an event is taken

/// What an inbound event tells beside who, what and when.
package struct EventContext: Sendable, Equatable {
    /// As the platform names them; empty when unsaid.
    package var message = ""
    package var conversation = ""
    /// Where an entrance came from: `ad`, `video`, the platform's number of the scene.
    package var enteredFrom: [String] = []
    /// The platform's JSON text about the ad, whole: what was spent on it is held against it later.
    package var ad = ""
    /// What the person wrote. Never kept.
    package var text = ""
    /// Of the text, so that the same text three times running is seen; nil: there was none.
    package var said: Int64?
    /// Over what the event says, without the platform's ids: the same has come back under another one. Empty: the event's
    /// identity.
    package var content: [UInt8] = []
    package init() {}
}

/// A run that listens to an event that was just taken.
package struct Listener: Sendable, Equatable {
    package var run: RunID
    package var revision: RevisionID
    package init(run: RunID, revision: RevisionID) { (self.run, self.revision) = (run, revision) }
}

/// An event is an occasion of a run.
package struct Enrolment: Sendable, Equatable {
    package var run: RunID
    package var due: Moment
    package var variant: Int
    /// nil: is written to.
    package var heldOut: HeldOut?
    package init(run: RunID, due: Moment, variant: Int, heldOut: HeldOut?) {
        (self.run, self.due, self.variant, self.heldOut) = (run, due, variant, heldOut)
    }
}

/// Which of the listeners an event is an occasion of. Asked in the transaction that takes the event.
/// - Parameter isFirst: the person's first event of its kind at this account.
package typealias Enrolling =
    @Sendable (_ word: EventWord, _ isFirst: Bool, _ listeners: [Listener]) throws -> [Enrolment]
