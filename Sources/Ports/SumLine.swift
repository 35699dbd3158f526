import CampaignModel

/// The conservation sum as scripts read it.
package struct SumLine: Sendable, Codable, Equatable {
    package var audience: Int
    package var holdout: Int
    package var accepted: Int
    package var rejected: Int
    package var unknown: Int
    package var skipped: Int
    package var waiting: Int
    package var open: Int
    package var pending: Int
    /// By reason code, sorted.
    package var skippedBy: [ReasonCount]
    package var waitingBy: [ReasonCount]
    package var holds: Bool
    /// The whole is what happened, not a list of people; nil: people.
    package var ofOccasions: Bool?

    package struct ReasonCount: Sendable, Codable, Equatable {
        package var reason: String
        package var count: Int
        package init(reason: String, count: Int) { (self.reason, self.count) = (reason, count) }
    }

    package init(_ sum: ConservationSum) {
        audience = sum.audience
        holdout = sum.holdout
        accepted = sum.accepted
        rejected = sum.rejected
        unknown = sum.unknown
        skipped = sum.skippedTotal
        waiting = sum.waitingTotal
        open = sum.open
        pending = sum.pending
        skippedBy = Self.lines(sum.skipped)
        waitingBy = Self.lines(sum.waiting)
        holds = sum.holds
    }

    /// Several sums in one.
    package init(totalling sums: [SumLine]) {
        self.init(ConservationSum())
        ofOccasions = sums.contains { $0.ofOccasions == true } ? true : nil
        for sum in sums {
            for count in [
                \SumLine.audience, \.holdout, \.accepted, \.rejected, \.unknown, \.skipped, \.waiting, \.open,
                \.pending,
            ] {
                self[keyPath: count] += sum[keyPath: count]
            }
            skippedBy = Self.joined(skippedBy, sum.skippedBy)
            waitingBy = Self.joined(waitingBy, sum.waitingBy)
            holds = holds && sum.holds
        }
    }

    private static func joined(_ one: [ReasonCount], _ other: [ReasonCount]) -> [ReasonCount] {
        Dictionary((one + other).map { ($0.reason, $0.count) }, uniquingKeysWith: +)
            .sorted {
                (Reason(code: $0.key)?.rawValue ?? .max, $0.key) < (Reason(code: $1.key)?.rawValue ?? .max, $1.key)
            }
            .map { ReasonCount(reason: $0.key, count: $0.value) }
    }

    private static func lines(_ counts: [Reason: Int]) -> [ReasonCount] {
        counts.filter { $0.value != 0 }.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { ReasonCount(reason: $0.key.code, count: $0.value) }
    }
}
