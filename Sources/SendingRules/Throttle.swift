import CampaignModel

/// Smooth pacing of a lane: the cell-rate algorithm. One stored moment, no refill timer, no drift.
package struct Throttle: Sendable, Equatable {
    /// The next moment at which a token is due if no burst were allowed.
    private var theoretical: Int64
    /// What rounding `theoretical` to whole microseconds left over, so that it never adds up.
    private var carried = 0.0
    private var interval: Double
    private var burst: Int
    private let intervalConfigured: Double

    /// - Parameters:
    ///   - perSecond: steady rate; contacts a second.
    ///   - burst: how many may go at once after a quiet spell, at least 1.
    package init(perSecond: Double, burst: Int) {
        precondition(perSecond > 0 && burst >= 1, "a throttle lets something through")
        interval = 1_000_000 / perSecond
        intervalConfigured = interval
        self.burst = burst
        theoretical = .min / 2
    }

    /// How many may start at `now`.
    package func due(at now: Moment) -> Int {
        let nowMicros = now.milliseconds * 1000
        let earliest = max(theoretical, nowMicros)
        let slack = Double(burst) * interval - Double(earliest - nowMicros)
        return max(0, min(burst, Int((slack / interval + 1e-9).rounded(.down))))
    }

    package mutating func take(_ count: Int, at now: Moment) {
        let nowMicros = now.milliseconds * 1000
        // Whoever wakes at `nextDue` comes up to a millisecond late, because moments are whole ones. Counting on from
        // `now` would slow a lane of 30 a second by two in a hundred.
        let base = theoretical > nowMicros - 1000 ? theoretical : nowMicros
        let exact = Double(count) * interval + carried
        carried = exact - exact.rounded()
        theoretical = base + Int64(exact.rounded())
    }

    /// The first moment at which at least one more is due.
    package func nextDue(at now: Moment) -> Moment {
        if due(at: now) > 0 { return now }
        // From now, not from 1970: a double has no digits left for the microseconds of a date.
        let wait = Double(theoretical - now.milliseconds * 1000) - Double(burst - 1) * interval
        return now + .milliseconds(Int64((wait / 1000).rounded(.up)))
    }

    /// Multiplicative decrease: half the rate, down to a sixty-fourth of the configured one.
    package mutating func slowDown() { interval = min(interval * 2, intervalConfigured * 64) }

    /// Additive increase: called for an accepted contact; a lane at half speed is back after some hundred of them.
    package mutating func speedUp() {
        guard interval > intervalConfigured else { return }
        let rate = 1 / interval + 0.005 / intervalConfigured
        interval = max(1 / rate, intervalConfigured)
    }

    package var perSecond: Double { 1_000_000 / interval }
    package var isSlowed: Bool { interval > intervalConfigured }
    /// Of the configured rate, in whole per cent, at least 1.
    package var percent: Int { max(1, Int((intervalConfigured / interval * 100).rounded())) }
}

/// Opens after repeated failures that say nothing about the person, so that a sick platform is not hammered.
package struct Breaker: Sendable, Equatable {
    package let failuresMax: Int
    private let pauseFirst: Duration = .seconds(10)
    private let pauseMax: Duration = .minutes(10)
    private var failures = 0
    private var openings = 0
    private var openedAt: Moment?
    package private(set) var openUntil: Moment?

    package init(failuresMax: Int = 10) { self.failuresMax = failuresMax }

    package mutating func succeed() {
        failures = 0
        openings = 0
        openedAt = nil
        openUntil = nil
    }

    /// A failure while it is open, or later of a request that had left before it opened, says nothing new.
    /// - Parameter left: when the request was started.
    package mutating func fail(at now: Moment, left: Moment) {
        guard !isOpen(at: now), openedAt.map({ left > $0 }) ?? true else { return }
        failures += 1
        guard failures >= failuresMax else { return }
        let pause = min(pauseFirst.wholeMilliseconds << Int64(min(openings, 10)), pauseMax.wholeMilliseconds)
        openUntil = now + .milliseconds(pause)
        openedAt = now
        openings += 1
        // Half open afterwards: a single further failure opens it again, for longer.
        failures = failuresMax - 1
    }

    package func isOpen(at now: Moment) -> Bool { openUntil.map { now < $0 } ?? false }
}
