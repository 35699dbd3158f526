import CampaignModel

/// What `explain` asks the ledger: one person in one run, at a moment past, present or future.
package protocol PersonLedger: Sendable {
    /// The facts that the start transaction would read at `at`, as far as the ledger can tell at `now`.
    ///
    /// For an `at` before `now` everything that carries a date is put back to it, and what cannot be is named in
    /// `PersonRecord.gaps`. nil: the app has never seen this open_id.
    func person(_ question: PersonQuestion) throws -> PersonRecord?
}

package struct PersonQuestion: Sendable {
    package var run: RunID
    package var openID: String
    package var at: Moment
    package var now: Moment
    /// Of a run that listens: which of the person's occasions is judged.
    package var occasion: OccasionID?
    package init(run: RunID, openID: String, at: Moment, now: Moment) {
        (self.run, self.openID, self.at, self.now) = (run, openID, at, now)
    }
}

/// What one run took of its lane's day.
package struct LaneUse: Sendable, Equatable {
    package var run: RunID
    package var runName: String
    /// Started, without what was given back.
    package var people: Int
    package var messages: Int
    /// The first moment of the first quarter of an hour in which it started somebody, and the end of the last one.
    package var from: Moment
    package var to: Moment
    package init(run: RunID, runName: String, people: Int, messages: Int, from: Moment, to: Moment) {
        (self.run, self.runName, self.people) = (run, runName, people)
        (self.messages, self.from, self.to) = (messages, from, to)
    }
}

/// Something about another moment than now that the ledger does not know.
package enum FactGap: Sendable, Equatable {
    /// The moment lies ahead: nothing else is taken to happen until then.
    case future
    /// The run's people had not been written down yet.
    case notPlannedYet(until: Moment)
    /// Counted by quarters of an hour: at its beginning and at its end.
    case lanePeopleBetween(Int, Int)
    /// So many of the day were given back at moments that are not kept with the count.
    case givenBack(people: Int)
    /// What the platform said before this moment is not kept.
    case consentBefore(Moment)
    /// Since when, and for what, the person has been waiting is not kept once they wait for something else.
    case waitingThen
    /// Limits, zone and documents of the account are those of today.
    case settingsOfToday
    /// The lane counts by the minute: what left in the same minute after this contact is in the figures shown.
    case minuteOfLane
}
