import CampaignModel

/// The numbers behind the rules. Defaults are those of `rules.md`; a configuration may narrow them, never widen them
/// (`Settings` refuses that before it gets here).
package struct RuleLimits: Sendable, Equatable {
    /// Rule 1, on Shanghai's wall.
    package var quiet = DayWindow(fromMinute: 22 * 60, toMinute: 8 * 60)
    /// The longest a request may take: its own timeout, never shortened to squeeze it in.
    package var requestTimeout: Duration = .seconds(5)
    /// Rule 2.
    package var usersPerDay = 5000
    /// Rule 3, without a valid qualification.
    package var batchMessagesPerDay = 500
    /// Rule 15's number, which rule 3 uses for personal accounts.
    package var personalMessagesPerDay = 200
    /// Rule 4.
    package var batchSize = 500
    /// Rule 5.
    package var contactsPerAccountAndDay = 1
    package var contactsPerAppAndDay = 1
    /// Rule 7: how long the platform's word about a person's consent is taken without asking again.
    package var consentAgeMax: Duration = .days(1)
    /// Rule 12.
    package var prompts = PromptRule.aDay(3)
    /// Rule 16: a lane with more in a rolling hour is slowed; nil: not judged. The configuration's default is 50; here it
    /// is nothing, because pace is no part of whether a contact may be made at all.
    package var riskMessagesPerHour: Int?
    /// Rule 19: an app below it sends no marketing.
    package var creditMin = 80
    /// Rule 29: contacts of one person by one app in seven days; nil: only warned of.
    package var contactsPerWeek: Int?
    /// The caps of a day hold over any 24 hours as well.
    package var rollingDay = false
    /// A started contact whose first byte has not left after this is not sent.
    package var departureLimit: Duration = .seconds(10)
    /// How often one delivery is tried before it is given up.
    package var triesMax = 8
    /// An unknown older than this stays unknown for good.
    package var unknownFinalAfter: Duration = .hours(24)

    /// Rules 30 and 32.
    package var triggered = TriggeredLimits()

    package init() {}
}

/// Rules 30 and 32: what the rights to answer are worth, and what keeps two machines from talking to each other.
package struct TriggeredLimits: Sendable, Equatable {
    package var messagesPerReply = 6
    package var messagesPerEntry = 3
    package var entriesPerDay = 3
    /// So many contacts of one conversation within `burst`, or within a day, and it is silent until a person of the house
    /// writes or a day is over.
    package var contactsInBurst = 3
    package var burst: Duration = .minutes(10)
    package var contactsPerDay = 10
    /// The same text so many times running is answered no more.
    package var sameTextMax = 3
    /// After somebody of the house wrote by hand.
    package var handover: Duration = .minutes(30)

    package init() {}

    package func messages(of right: Trigger.Right) -> Int {
        switch right {
        case .enter: messagesPerEntry
        case .reply: messagesPerReply
        case .proactive: .max
        }
    }
}

/// Rule 12: how often one person is shown an authorisation card for one account.
package enum PromptRule: Sendable, Equatable {
    /// The current platform: so many a day.
    case aDay(Int)
    /// The older one: so many refusals, then seven days without.
    case refusals(Int)
}

/// What the clock adds to a margin: its doubt, and on a rehearsal how fast the wall runs.
package struct ClockFacts: Sendable, Equatable {
    package var doubt: Duration
    /// Wall seconds in a real second.
    package var speed: Double
    /// Rule 27: why the wall is in doubt; nil: it is trusted.
    package var distrust: ClockDistrust?
    package init(doubt: Duration = .zero, speed: Double = 1, distrust: ClockDistrust? = nil) {
        (self.doubt, self.speed, self.distrust) = (doubt, speed, distrust)
    }

    /// The wall time that a request started now can take at worst: `(timeout + doubt) × speed`, rounded up.
    package func margin(timeout: Duration) -> Duration { wall(timeout + doubt) }

    /// How far the wall may be ahead of the platform's: `doubt × speed`, rounded up.
    package var lead: Duration { wall(doubt) }

    private func wall(_ real: Duration) -> Duration {
        let whole = real.wholeMilliseconds
        // A part of a millisecond counts as a whole one before the speed multiplies it.
        let roundedUp = .milliseconds(whole) < real ? whole + 1 : whole
        let milliseconds = Double(roundedUp) * max(speed, 0)
        return .milliseconds(Int64(milliseconds.rounded(.up)))
    }
}
