import CampaignModel

/// Whether a test can be decided in time at all: how many people it needs written to, how many an account may write to in
/// a day, and when the last of them would be reached. Asked before anything is sent.
package struct TestPlan: Sendable, Equatable {
    /// What an account may do in one platform day.
    package struct Capacity: Sendable, Equatable {
        package var peopleADay: Int
        /// nil: no cap on messages.
        package var messagesADay: Int?
        package var perSecond: Double
        package init(peopleADay: Int, messagesADay: Int?, perSecond: Double) {
            (self.peopleADay, self.messagesADay, self.perSecond) = (peopleADay, messagesADay, perSecond)
        }
    }

    /// People of the test share, and of its smallest arm.
    package let people: Int
    package let leastInAnArm: Int
    /// Contacts that the account's caps leave for one whole day.
    package let contactsADay: Int
    /// When the last of the test share would be served, the account serving nobody else; nil: not within a year.
    package let served: Moment?
    /// `served` and the wait; nil likewise.
    package let ready: Moment?
    package let decideBy: Moment

    /// - Parameters:
    ///   - audience: distinct people, before the holdout.
    ///   - quiet: on Shanghai's wall.
    package init?(_ campaign: Campaign, audience: Int, start: Moment, capacity: Capacity, quiet: DayWindow) {
        guard let request = campaign.experiment, request.method != .bandit else { return nil }
        let audience = min(audience, campaign.audience.max ?? audience)
        let tested = Double(audience) * (1 - campaign.holdout.fraction) * request.testedFraction
        people = Int(tested.rounded(.up))
        leastInAnArm = campaign.variants.map { Int(tested * $0.weight.fraction) }.min() ?? 0
        let messages = campaign.variants.map(\.messages.count).max() ?? 1
        contactsADay = min(capacity.peopleADay, capacity.messagesADay.map { $0 / max(messages, 1) } ?? .max)
        decideBy = request.decideBy
        served = Self.served(people, from: start, contactsADay, capacity.perSecond, quiet)
        ready = served.map { $0 + request.wait }
    }

    package var isInTime: Bool { ready.map { $0 <= decideBy } ?? false }
    package var isLargeEnough: Bool { leastInAnArm >= Judgement.deliveredMin }

    /// Minute by minute of the open hours, so that a night and a day's cap each take what they take.
    private static func served(
        _ people: Int, from start: Moment, _ aDay: Int, _ perSecond: Double, _ quiet: DayWindow
    ) -> Moment? {
        guard aDay > 0, perSecond > 0 else { return nil }
        var now = start
        var left = Double(people)
        var today = Double(aDay)
        var day = PlatformDay(containing: now)
        let end = start + .days(366)
        while left > 0 {
            guard now < end else { return nil }
            if PlatformDay(containing: now) != day {
                day = PlatformDay(containing: now)
                today = Double(aDay)
            }
            if today <= 0 {
                now = day.next.start
                continue
            }
            if !quiet.contains(millisecondOfDay: now.shanghaiTimeOfDay) {
                let step = min(perSecond * 60, today, left)
                left -= step
                today -= step
            }
            now = now + .minutes(1)
        }
        return now
    }
}
