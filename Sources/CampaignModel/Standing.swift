/// How an account stands with the platform and with us, as the ledger keeps it: rules 17, 18 and 19.
package struct AccountStanding: Sendable, Equatable {
    /// Rule 18: since when; never taken back.
    package var banned: Moment?
    /// Rule 17: since when. Until somebody records an appeal, also beyond the 24 hours.
    package var frozen: Moment?
    /// Rule 19: the app's score as last recorded.
    package var credit: Int

    package static let creditMax = 100
    /// How long a freeze lasts at the platform; lifting it earlier is what an appeal is for.
    package static let freezeLength: Duration = .hours(24)

    package init(banned: Moment? = nil, frozen: Moment? = nil, credit: Int = creditMax) {
        (self.banned, self.frozen, self.credit) = (banned, frozen, credit)
    }
}

/// What one account started lately, by the minute: for the rolling hour of rule 16 and the rolling day.
///
/// A start is counted until the last moment of its minute has left the span: a minute too long, never a moment too short.
package struct RecentSends: Sendable, Equatable {
    package struct Minute: Sendable, Equatable {
        /// Since 1970.
        package var minute: Int64
        package var people: Int
        package var messages: Int
        package init(minute: Int64, people: Int, messages: Int) {
            (self.minute, self.people, self.messages) = (minute, people, messages)
        }
        /// The first moment at which nothing of it lies within `span`.
        package func leaves(_ span: Duration) -> Moment { Moment(milliseconds: (minute + 1) * 60_000 - 1) + span }
    }
    /// Oldest first.
    package private(set) var minutes: [Minute]

    package init(minutes: [Minute] = []) { self.minutes = minutes }

    package static func minute(of moment: Moment) -> Int64 { moment.milliseconds.flooredQuotient(by: 60_000) }

    package mutating func add(people: Int, messages: Int, at now: Moment) {
        let minute = Self.minute(of: now)
        // A wall that was set back adds to the newest minute: counted longer, not shorter.
        if let last = minutes.last, last.minute >= minute {
            minutes[minutes.count - 1].people += people
            minutes[minutes.count - 1].messages += messages
        } else {
            minutes.append(Minute(minute: minute, people: people, messages: messages))
        }
    }

    package func messages(within span: Duration, at now: Moment) -> Int { sum(within: span, at: now, \.messages) }
    package func people(within span: Duration, at now: Moment) -> Int { sum(within: span, at: now, \.people) }

    private func sum(within span: Duration, at now: Moment, _ value: (Minute) -> Int) -> Int {
        var sum = 0
        // From the newest back: what lies before the span is not walked over.
        for minute in minutes.reversed() {
            guard now < minute.leaves(span) else { break }
            sum += value(minute)
        }
        return sum
    }

    /// The moments after `now` at which something leaves the span.
    package func departures(from span: Duration, after now: Moment) -> [Moment] {
        minutes.map { $0.leaves(span) }.filter { $0 > now }
    }
}

/// When one person wants to be left in peace (rule 21), and where they live: both can only narrow what is allowed.
///
/// A class, because nearly nobody has one and every candidate carries the place for it: one word instead of a zone's.
package final class PersonWindow: Sendable {
    /// Their own wall; nil: Shanghai's.
    package let zone: Zone?
    /// On that wall, half-open.
    package let quiet: DayWindow?
    package init(zone: Zone? = nil, quiet: DayWindow? = nil) { (self.zone, self.quiet) = (zone, quiet) }
}
