/// What the gate is told. Every value is read in the transaction that records the attempt, or, for `explain` and the
/// forecast, in one read transaction. The types live here because the ledger fills them and the rules judge them.

/// One person of one run whose turn has come.
package struct Candidate: Sendable {
    package let run: RunID
    package let segment: SegmentID
    package let position: Int64
    package let recipient: RecipientID
    package let openID: String
    /// Index into the campaign's variants, written once at planning.
    package let variant: Int
    /// Attempts that this delivery already had, over all days.
    package let tries: Int
    /// The audience row's values in the order of the audience's columns, separated by U+001F. Empty for an audience
    /// that came without columns.
    package let fields: [UInt8]
    package let audience: AudienceID?
    /// nil: from a plan.
    package var occasion: Occasion?

    package init(
        run: RunID, segment: SegmentID, position: Int64, recipient: RecipientID, openID: String, variant: Int,
        tries: Int, fields: [UInt8], audience: AudienceID?
    ) {
        (self.run, self.segment, self.position) = (run, segment, position)
        (self.recipient, self.openID, self.variant) = (recipient, openID, variant)
        (self.tries, self.fields, self.audience) = (tries, fields, audience)
    }
}

package struct Facts: Sendable {
    package var lane: LaneFacts
    package var run: RunFacts
    package var person: PersonFacts
    package init(lane: LaneFacts, run: RunFacts, person: PersonFacts) {
        (self.lane, self.run, self.person) = (lane, run, person)
    }
}

package enum AccountKind: String, Sendable, Codable, CaseIterable { case personal, enterprise }
package enum AccountRole: String, Sendable, Codable, CaseIterable { case brand, staff }

/// A document on file that lifts the batch cap to its own number while it is valid (rule 3a).
package struct Qualification: Sendable, Equatable, Codable {
    package var id: String
    package var validFrom: Moment
    package var validTo: Moment
    package var messagesPerDay: Int
    package init(id: String, validFrom: Moment, validTo: Moment, messagesPerDay: Int) {
        (self.id, self.validFrom, self.validTo, self.messagesPerDay) = (id, validFrom, validTo, messagesPerDay)
    }
    package func isValid(at now: Moment) -> Bool { validFrom <= now && now < validTo }
}

/// Why a lane is closed by the platform's or a person's word, and until when; `until == nil` needs a person.
package struct LaneHold: Sendable, Equatable, Codable {
    package var reason: Reason
    package var until: Moment?
    package init(reason: Reason, until: Moment?) { (self.reason, self.until) = (reason, until) }
}

package struct LaneFacts: Sendable {
    package var account: AccountID
    package var kind: AccountKind
    /// Rule 3a: all that are on file and not over.
    package var qualifications: [Qualification]
    /// The only one, where no more than one is spoken of.
    package var qualification: Qualification? {
        get { qualifications.first }
        set { qualifications = newValue.map { [$0] } ?? [] }
    }
    /// The account may narrow the allowed hours by a zone of its own.
    package var zone: Zone
    /// Rule 28: bound with the permission, the app past its trial.
    package var isBound: Bool
    package var appInTrial: Bool
    package var hold: LaneHold?
    /// The switch of `curfew stop --all`.
    package var allStopped: Bool
    /// The day that the counters belong to. On any later day they are zero.
    package var day: PlatformDay
    /// Distinct people contacted by the account on `day`, less those returned.
    package var people: Int
    /// Messages of the account on `day`, less those returned.
    package var messages: Int
    /// When the last complete walk of the authorised users ended; nil: never.
    package var lastWalk: Moment?
    /// Rules 17, 18, 19.
    package var standing = AccountStanding()
    /// Rule 16 and the rolling day: what was started lately.
    package var recent = RecentSends()
    /// Rule 16: before this no message leaves while the lane is slowed.
    package var slowedUntil: Moment?
    /// Rule 16: messages an hour while the lane is slowed; nil: what the account's kind has.
    package var slowedPerHour: Int?
    /// The configuration names the account.
    package var isConfigured = true
    /// Messages of the day that answered somebody: of a personal account they count with the others.
    package var answers = 0
    /// Rule 28: card templates of the account's app on record, and whether the platform approved them.
    package var templates: [CardTemplate] = []

    package init(
        account: AccountID, kind: AccountKind = .enterprise, qualification: Qualification? = nil,
        zone: Zone = .shanghai, isBound: Bool = true, appInTrial: Bool = false, hold: LaneHold? = nil,
        allStopped: Bool = false, day: PlatformDay, people: Int = 0, messages: Int = 0, lastWalk: Moment? = nil
    ) {
        (self.account, self.kind) = (account, kind)
        qualifications = qualification.map { [$0] } ?? []
        (self.zone, self.isBound, self.appInTrial) = (zone, isBound, appInTrial)
        (self.hold, self.allStopped, self.day) = (hold, allStopped, day)
        (self.people, self.messages, self.lastWalk) = (people, messages, lastWalk)
    }
}

/// Rule 28: what is on record of one card template.
package struct CardTemplate: Sendable, Equatable {
    package var id: String
    package var isApproved: Bool
    package init(id: String, isApproved: Bool) { (self.id, self.isApproved) = (id, isApproved) }
}

package struct RunFacts: Sendable {
    package var run: RunID
    package var state: RunState
    /// An approval of exactly this revision's digest is on file.
    package var isApproved: Bool
    package var start: Moment
    package var validUntil: Moment
    /// One person whom somebody named, for a look at the real thing: it goes at once and has no window of its own.
    package var isTest = false
    package init(run: RunID, state: RunState, isApproved: Bool, start: Moment, validUntil: Moment) {
        (self.run, self.state, self.isApproved) = (run, state, isApproved)
        (self.start, self.validUntil) = (start, validUntil)
    }
}

/// What the platform said about one person's consent towards one account.
package struct Consent: Sendable, Equatable {
    package enum State: Int, Sendable, Codable { case none = 0, authorized = 1, withdrawn = 2 }
    package var state: State
    package var expires: Moment?
    /// When the platform last said so.
    package var checked: Moment
    /// The counted model's remaining sends; nil: the daily model, renewed every day while authorised.
    package var stock: Int?
    /// nil: nobody knows, which means no.
    package var isMutualFollow: Bool?
    package init(
        state: State, expires: Moment? = nil, checked: Moment, stock: Int? = nil, isMutualFollow: Bool? = nil
    ) {
        (self.state, self.expires, self.checked) = (state, expires, checked)
        (self.stock, self.isMutualFollow) = (stock, isMutualFollow)
    }
}

/// Authorisation cards that one person was shown for one account.
package struct PromptCount: Sendable, Equatable {
    /// On the day that is asked about.
    package var today: Int
    /// In seven days.
    package var refused: Int
    package init(today: Int = 0, refused: Int = 0) { (self.today, self.refused) = (today, refused) }
}

package struct PersonFacts: Sendable {
    package var consent: Consent?
    /// Contacts of this person on `day` that keep their place, by this account and by any account of its app.
    package var contactsByAccount: Int
    package var contactsByApp: Int
    /// The day that the contacts belong to.
    package var day: PlatformDay
    package var isDenied: Bool
    /// nil: the account keeps no allow list.
    package var isOnAllowList: Bool?
    /// Rule 21; nil: nothing is known.
    package var window: PersonWindow?
    /// Rule 12, by the account that the cards ask for, whoever sent them.
    package var prompts: [AccountID: PromptCount] = [:]
    /// Rule 29, read only where a number is configured: the days of the contacts by the app in the seven days up to
    /// `day`, one entry a contact, oldest first.
    package var contactDays: [PlatformDay] = []
    /// nil: a person.
    package var group: GroupFacts?
    /// The run that used the person's day; nil: nobody did.
    package var contactedBy: RunID?
    /// A run of the same lane that comes first, may still send today, and has this person before it: the person's day is
    /// promised to it.
    package var promisedTo: RunID?
    /// A test contact brought the person what the candidate's variant says; the same is never sent to anybody twice.
    package var hasTestedContent = false
    /// nil: nothing happened that the contact is because of.
    package var occasion: OccasionFacts?
    package init(
        consent: Consent?, contactsByAccount: Int = 0, contactsByApp: Int = 0, day: PlatformDay,
        isDenied: Bool = false, isOnAllowList: Bool? = nil
    ) {
        (self.consent, self.contactsByAccount, self.contactsByApp) = (consent, contactsByAccount, contactsByApp)
        (self.day, self.isDenied, self.isOnAllowList) = (day, isDenied, isOnAllowList)
    }
}
