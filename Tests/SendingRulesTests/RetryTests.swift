import CampaignModel
import SendingRules
import Testing

@Suite("What waits comes back later and later, never all at once")
struct RetryTests {
    private static let now = shanghai("2026-11-20 12:00")
    private static let today = PlatformDay(containing: now)

    /// Always the lowest or the highest draw.
    private struct Extreme: RandomNumberGenerator {
        let isHighest: Bool
        /// Not 0: the standard library rejects that draw for most ranges and would ask for ever.
        func next() -> UInt64 { isHighest ? .max : 1 }
    }

    private func row(_ again: OutcomeRow.Again) -> OutcomeRow {
        OutcomeRow(
            .refusedForNow, .platformBusy, returnsPerson: true, returnsMessages: .all, again: again, lane: .none)
    }

    @Test(
        "the whole curve: 5 s doubling to half an hour, each spread by up to a fifth",
        arguments: [
            (1, 5), (2, 10), (3, 20), (4, 40), (5, 80), (6, 160), (7, 320), (8, 640), (9, 1280), (10, 1800), (11, 1800),
            (25, 1800), (1_000_000, 1800), (0, 5), (-3, 5),
        ])
    func curve(tries: Int, seconds: Int) {
        let rule = RetryRule(triesMax: 8)
        var lowest = Extreme(isHighest: false)
        var highest = Extreme(isHighest: true)
        #expect(rule.delay(afterTries: tries, using: &lowest) == .seconds(seconds))
        #expect(rule.delay(afterTries: tries, using: &highest) == .milliseconds(seconds * 1200))
        var random = SeededGenerator(seed: 4)
        let draws = (0..<200).map { _ in rule.delay(afterTries: tries, using: &random) }
        #expect(draws.allSatisfy { $0 >= .seconds(seconds) && $0 <= .milliseconds(seconds * 1200) })
        #expect(Set(draws).count > 100)
    }

    @Test(
        "each row of the outcome table leads to its next step",
        arguments: [
            (.never, 1, nil, .end), (.skip(.denied), 1, nil, .skip(.denied)),
            (.nextDay, 1, nil, .wait(until: shanghai("2026-11-21"), .platformBusy)),
            (.nextDay, 99, nil, .wait(until: shanghai("2026-11-21"), .platformBusy)),
            (.afterHuman, 99, nil, .wait(until: now, .platformBusy)),
            (.afterTokenRefresh, 7, nil, .wait(until: now, .platformBusy)),
            (.afterTokenRefresh, 8, nil, .skip(.platformBusy)),
            (.backoff, 1, nil, .wait(until: now + .seconds(5), .platformBusy)),
            (.backoff, 7, nil, .wait(until: now + .seconds(320), .platformBusy)),
            (.backoff, 8, nil, .skip(.platformBusy)), (.backoff, 9, nil, .skip(.platformBusy)),
            // The platform's own wish counts when it is longer.
            (.backoff, 1, .seconds(60), .wait(until: now + .seconds(60), .platformBusy)),
            (.backoff, 7, .seconds(60), .wait(until: now + .seconds(320), .platformBusy)),
        ] as [(OutcomeRow.Again, Int, Duration?, RetryRule.Next)])
    func nextStep(again: OutcomeRow.Again, tries: Int, retryAfter: Duration?, expected: RetryRule.Next) {
        var lowest = Extreme(isHighest: false)
        let next = RetryRule(triesMax: 8).next(
            after: row(again), tries: tries, day: Self.today, at: Self.now, retryAfter: retryAfter, using: &lowest)
        #expect(next == expected)
    }

    @Test("an attempt of yesterday that comes back after midnight waits for nothing more")
    func nextDayHasBegun() {
        var lowest = Extreme(isHighest: false)
        let later = shanghai("2026-11-21 09:00")
        let next = RetryRule(triesMax: 8).next(
            after: row(.nextDay), tries: 1, day: Self.today, at: later, retryAfter: nil, using: &lowest)
        #expect(next == .wait(until: later, .platformBusy))
    }

    @Test("a delivery is tried triesMax times in all, and then given up with its reason")
    func givenUp() {
        var random = SeededGenerator(seed: 5)
        let rule = RetryRule(triesMax: 8)
        var attempts = 0
        var now = Self.now
        while true {
            attempts += 1
            let next = rule.next(
                after: OutcomeTable.row(for: .httpStatus(429)), tries: attempts, day: Self.today, at: now,
                retryAfter: nil, using: &random)
            guard case .wait(let until, .platformBusy) = next else {
                #expect(next == .skip(.platformBusy))
                break
            }
            #expect(until > now)
            now = until
        }
        #expect(attempts == 8)
    }
}
