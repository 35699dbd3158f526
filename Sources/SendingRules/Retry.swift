import CampaignModel

/// When a delivery that got a definite *later* may be tried again. A retry is a new attempt with a row of its own.
package struct RetryRule: Sendable {
    package var firstDelay: Duration = .seconds(5)
    package var delayMax: Duration = .minutes(30)
    package var triesMax: Int

    package init(triesMax: Int) { self.triesMax = triesMax }

    /// 5 s, 10 s, 20 s … up to half an hour, each spread by up to a fifth so that a crowd does not come back as one.
    /// - Parameters:
    ///   - tries: how many attempts the delivery already had, at least 1.
    ///   - generator: chance is handed in.
    package func delay(afterTries tries: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        let doublings = min(max(tries - 1, 0), 20)
        let base = min(firstDelay.wholeMilliseconds << Int64(doublings), delayMax.wholeMilliseconds)
        let spread = Int64.random(in: 0...max(base / 5, 1), using: &generator)
        return .milliseconds(base + spread)
    }

    package enum Next: Sendable, Equatable {
        case end
        case wait(until: Moment, Reason)
        case skip(Reason)
    }

    /// What becomes of the delivery after an attempt that ended in `row`.
    package func next(
        after row: OutcomeRow, tries: Int, day: PlatformDay, at now: Moment, retryAfter: Duration?,
        using generator: inout some RandomNumberGenerator
    ) -> Next {
        let reason = row.reason ?? .platformUnclear
        switch row.again {
        case .never: return .end
        case .skip(let reason): return .skip(reason)
        case .nextDay: return .wait(until: max(day.next.start, now), reason)
        // The lane's own hold keeps these back; they are due as soon as it is lifted.
        case .afterHuman: return .wait(until: now, reason)
        // The run itself is held until its images are there.
        case .afterRenewal: return .wait(until: now, reason)
        case .afterTokenRefresh where tries >= triesMax, .backoff where tries >= triesMax: return .skip(reason)
        case .afterTokenRefresh: return .wait(until: now, reason)
        case .backoff:
            let delay = max(delay(afterTries: tries, using: &generator), retryAfter ?? .zero)
            return .wait(until: now + delay, reason)
        }
    }
}
