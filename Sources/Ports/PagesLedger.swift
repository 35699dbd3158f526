import CampaignModel

/// What pages ask of the ledger beside what every question asks.
package protocol PagesLedger: Sendable {
    /// People of a run in one place, in the order of their numbers.
    func people(_ question: PlacedQuestion) throws -> [PlacedPerson]
    /// Runs that are no tests, ended ones too, the latest start first.
    func find(_ search: RunSearch) throws -> [RunRecord]
    /// The person in every app that knows them.
    func known(openID: String) throws -> [KnownPerson]
    /// Runs in which somebody is, or was written to, the latest start first.
    func runs(of recipient: RecipientID, at now: Moment, limit: Int) throws -> [RunRecord]
    /// Contacts of any run in the days before, newest first.
    func contacts(of recipient: RecipientID, at now: Moment, limit: Int) throws -> [AttemptRecord]
    /// Rows about one subject among the latest, newest first.
    func auditRows(about subject: String, limit: Int) throws -> [AuditRow]
    /// Rows about anything, newest first, before one of them; nil: from the newest on.
    func auditRows(before: Int64?, limit: Int) throws -> [AuditRow]
    /// Somebody brings files: a row of the audit for each.
    func recordDrop(_ demand: DropDemand) throws
}

package struct DropDemand: Sendable {
    /// The audit's word for what is handed in by a page, before the first file is moved.
    package static let act = "drop"
    /// After it, when the files could not be moved.
    package static let takenBack = "drop-taken-back"
    /// A file of events was taken.
    package static let events = "import-events"
    package struct File: Sendable {
        package var name: String
        /// The digest of its bytes: what lies in the folder with these bytes is this person's. Of events, how many.
        package var mark: String
        package init(name: String, mark: String) { (self.name, self.mark) = (name, mark) }
    }
    package var now: Moment
    package var term: Term
    package var person: String
    package var act: String
    package var files: [File]
    package init(now: Moment, term: Term, person: String, act: String = DropDemand.act, files: [File]) {
        (self.now, self.term, self.person, self.act, self.files) = (now, term, person, act, files)
    }
}

package struct RunSearch: Sendable {
    /// In the run's name or its campaign's title; empty: everything.
    package var text: String
    package var state: RunState?
    /// The last one of the page before.
    package var after: RunID?
    package var limit: Int
    package init(text: String, state: RunState?, after: RunID?, limit: Int) {
        (self.text, self.state, self.after, self.limit) = (text, state, after, limit)
    }
}

package struct PlacedQuestion: Sendable {
    package enum Place: String, Sendable, CaseIterable { case skipped, waiting, holdout, unknown }
    package var run: RunID
    package var place: Place
    package var reason: Reason?
    package var after: RecipientID
    package var limit: Int
    package init(run: RunID, place: Place, reason: Reason?, after: RecipientID, limit: Int) {
        (self.run, self.place, self.reason, self.after, self.limit) = (run, place, reason, after, limit)
    }
}

package struct PlacedPerson: Sendable {
    package var recipient: RecipientID
    package var openID: String
    package var reason: Reason?
    /// Of a waiting person: until when; of a skipped one: since when.
    package var at: Moment?
    package init(recipient: RecipientID, openID: String, reason: Reason?, at: Moment?) {
        (self.recipient, self.openID, self.reason, self.at) = (recipient, openID, reason, at)
    }
}

/// What is kept of a person beside their runs.
package struct KnownPerson: Sendable {
    package struct Listing: Sendable {
        package var denies: Bool
        /// nil: every account of the app.
        package var account: String?
        package var since: Moment
        package var person: String
        package init(denies: Bool, account: String?, since: Moment, person: String) {
            (self.denies, self.account, self.since, self.person) = (denies, account, since, person)
        }
    }
    package var recipient: RecipientID
    package var app: String
    package var consents: [(account: String, consent: Consent)]
    package var listings: [Listing]
    /// The latest events, by their kind's code.
    package var events: [(kind: String, at: Moment)]
    package init(
        recipient: RecipientID, app: String, consents: [(account: String, consent: Consent)], listings: [Listing],
        events: [(kind: String, at: Moment)]
    ) {
        (self.recipient, self.app, self.consents) = (recipient, app, consents)
        (self.listings, self.events) = (listings, events)
    }
}
