import CampaignModel

package protocol ConsentLedger: Sendable {
    /// Writes one page of the platform's list of authorised users.
    func record(_ page: ConsentPage) throws
    /// A complete walk ended: whoever it did not name is not authorised. `started` is when its first page was asked for.
    func finishWalk(account: AccountID, started: Moment, at now: Moment, term: Term) throws
    /// Accounts that have a run which is not over.
    func accountsAtWork() throws -> Set<AccountID>
    /// People whose consent must be asked for before their contact, oldest first, across runs.
    func consentQuestions(limit: Int, at now: Moment) throws -> [ConsentQuestion]
    /// Adds to or takes from a deny or allow list. `account == nil`: everywhere.
    /// - Returns: how many of them it was news for.
    @discardableResult
    func list(_ demand: ListDemand) throws -> Int
}

package struct ConsentPage: Sendable {
    package var now: Moment
    package var term: Term
    package var account: AccountID
    package var people: [Entry]
    /// True: an answer to a status call; those who waited for it are due at once.
    package var answersQuestions: Bool
    /// The counted model: what an authorisation that was not known before is worth; nil: the daily model.
    package var stockPerAuthorization: Int?
    package init(
        now: Moment, term: Term, account: AccountID, people: [Entry], answersQuestions: Bool,
        stockPerAuthorization: Int? = nil
    ) {
        (self.stockPerAuthorization, self.now, self.term) = (stockPerAuthorization, now, term)
        (self.account, self.people, self.answersQuestions) = (account, people, answersQuestions)
    }

    package struct Entry: Sendable {
        package var openID: String
        package var state: Consent.State
        package var expires: Moment?
        package var source: String
        package init(openID: String, state: Consent.State, expires: Moment? = nil, source: String) {
            (self.openID, self.state, self.expires, self.source) = (openID, state, expires, source)
        }
    }
}

package struct ConsentQuestion: Sendable, Equatable {
    package var account: AccountID
    package var recipient: RecipientID
    package var openID: String
    package init(account: AccountID, recipient: RecipientID, openID: String) {
        (self.account, self.recipient, self.openID) = (account, recipient, openID)
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
        (self.now, self.term, self.act, self.app) = (now, term, act, app)
        (self.account, self.openIDs, self.person) = (account, openIDs, person)
    }
}
