import CampaignModel

/// How long somebody who logged in with a browser is believed, and what asks for their token once more.
package enum SessionRule {
    /// Without a request.
    package static let idleMax: Duration = .hours(12)
    package static let lengthMax: Duration = .days(7)
    /// A second proof holds for so long.
    package static let proofMax: Duration = .minutes(10)
    /// Being seen is written down no more often.
    package static let seenEvery: Duration = .minutes(1)
    /// What lets messages leave, what cannot be taken back, and what makes somebody able to do either.
    package static let secondProof: Set<RoleRule.Deed> = [.approve, .go, .erase, .tendTokens]

    /// - Parameter speed: how many seconds of the wall pass in a real one: people wait in real time.
    package static func isLive(began: Moment, seen: Moment, at now: Moment, speed: Double) -> Bool {
        isWithin(idleMax, since: seen, at: now, speed) && isWithin(lengthMax, since: began, at: now, speed)
    }

    package static func isProved(_ proved: Moment, at now: Moment, speed: Double) -> Bool {
        isWithin(proofMax, since: proved, at: now, speed)
    }

    package static func isStale(seen: Moment, at now: Moment, speed: Double) -> Bool {
        !isWithin(seenEvery, since: seen, at: now, speed)
    }

    /// What lies further ahead than the limit was written under another wall, and proves nothing now.
    private static func isWithin(_ limit: Duration, since: Moment, at now: Moment, _ speed: Double) -> Bool {
        let age = Double(now.since(since).wholeMilliseconds)
        return abs(age) <= Double(limit.wholeMilliseconds) * max(speed, 1)
    }
}
