import CampaignModel

/// What the forecast reads of the running ledger, and where it is kept.
package protocol ForecastLedger: Sendable {
    /// The people of a run that nobody has planned yet, in the order in which the planner will put them: the planner's own
    /// draft, thrown away afterwards. Nothing of the run changes.
    ///
    /// - Parameter each: called for everybody who gets a variant.
    func rehearsePlan(
        _ demand: PlanDemand, _ look: ForecastLook, place: (PlanCandidate) throws -> Placement,
        each: (ForecastPerson) throws -> Void
    ) throws -> PlanResult

    /// The people of a planned run who have not had their turn: those who wait by when they are due, then the positions.
    /// Whoever waits for the run's test comes last.
    func peopleLeft(of run: RunID, _ look: ForecastLook, each: (ForecastPerson) throws -> Void) throws

    /// How the test of a planned run stands; nil: nobody waits for it.
    func testStanding(of run: RunID) throws -> TestStanding?

    /// Who was contacted on the day of `now` by any account of the app, and keeps it: by their numbers, from the one that
    /// follows `after` on, about `limit` contacts at once. Empty: that was everybody.
    func contacts(
        app: AppID, at now: Moment, after: RecipientID?, limit: Int
    ) throws -> [(recipient: RecipientID, account: AccountID)]

    /// What the ledger knows of somebody, by open_id, towards one account; nil: never seen.
    func forecastPerson(openID: String, app: AppID, account: AccountID, _ look: ForecastLook) throws -> ForecastPerson?

    func keepForecast(_ forecast: RunForecast, of run: RunID, at now: Moment, term: Term) throws
    func forecast(of run: RunID) throws -> RunForecast?
    /// Of those that are not over, whose forecast is kept.
    func foretoldRuns() throws -> Set<RunID>

    /// People started by quarters of an hour, by run, on one account's lane.
    func tallies(of account: AccountID, from: Moment, to: Moment) throws -> [LaneTally]
    func runRecord(_ id: RunID) throws -> RunRecord
    /// Runs of one lane that are not over, oldest first.
    func liveRuns(on lane: Lane) throws -> [RunRecord]
    /// Runs that somebody of this run yielded to, and how many people.
    func contests(of run: RunID) throws -> [(winner: String, people: Int)]
}

/// From when on a forecast looks, and what of a person it has to know.
package struct ForecastLook: Sendable, Equatable {
    package var now: Moment
    /// Rule 29 has a number: the days of the last week are read.
    package var countsWeek: Bool
    /// Rule 12: the accounts that the run's cards ask for.
    package var owners: [AccountID]
    package init(now: Moment, countsWeek: Bool, owners: [AccountID] = []) {
        (self.owners, self.now, self.countsWeek) = (owners, now, countsWeek)
    }
}

/// What a forecast goes on from where a test has begun.
package struct TestStanding: Sendable, Equatable {
    /// Of anybody of the run so far.
    package var lastStart: Moment?
    /// The last look left it to a person.
    package var isHeld: Bool
    package init(lastStart: Moment?, isHeld: Bool) { (self.lastStart, self.isHeld) = (lastStart, isHeld) }
}

package struct ForecastPerson: Sendable {
    package var recipient: RecipientID
    package var variant: Int
    package var consent: Consent?
    package var isDenied: Bool
    package var isOnAllowList: Bool?
    /// In the order of the audience's columns.
    package var fields: [UInt8]
    package var audience: AudienceID?
    /// Not nil: waits until then.
    package var until: Moment?
    /// Waits for the run's test, which decides the variant.
    package var isUndecided = false
    /// Minutes since midnight before which the person's segment is not served.
    package var slot: Int?
    /// Rules 12, 21 and 29, as the start transaction would read them.
    package var window: PersonWindow?
    package var prompts: [AccountID: PromptCount] = [:]
    package var contactDays: [PlatformDay] = []
    package init(
        recipient: RecipientID, variant: Int, consent: Consent?, isDenied: Bool = false, isOnAllowList: Bool? = nil,
        fields: [UInt8] = [], audience: AudienceID? = nil, until: Moment? = nil, slot: Int? = nil
    ) {
        (self.recipient, self.variant, self.consent) = (recipient, variant, consent)
        (self.isDenied, self.isOnAllowList, self.fields) = (isDenied, isOnAllowList, fields)
        (self.audience, self.until, self.slot) = (audience, until, slot)
    }
}

package struct LaneTally: Sendable, Equatable {
    package var run: RunID
    package var quarter: Int64
    package var people: Int
    package init(run: RunID, quarter: Int64, people: Int) {
        (self.run, self.quarter, self.people) = (run, quarter, people)
    }
}
