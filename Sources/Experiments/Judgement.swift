import CampaignModel

/// What one arm of a test shows at one moment. Counts only: nobody is named here.
package struct ArmFigures: Hashable, Sendable, Codable {
    package var name: String
    package var weight: Share
    /// Everybody of the test share whom the plan put here.
    package var assigned: Int
    /// Reached, or perhaps reached: accepted and unknown. The unknown ones stay in, or the arm with more of them would
    /// look better than it is.
    package var delivered: Int
    /// People, each once, who did within the attribution window what the metric counts.
    package var conversions: Int
    /// `nil`: not measured, because no source of it was ever seen. Never zero for that.
    package var optedOut: Int?
    package var reported: Int?

    package init(
        name: String, weight: Share, assigned: Int, delivered: Int, conversions: Int, optedOut: Int? = nil,
        reported: Int? = nil
    ) {
        (self.name, self.weight, self.assigned, self.delivered) = (name, weight, assigned, delivered)
        self.conversions = min(conversions, delivered)
        (self.optedOut, self.reported) = (optedOut, reported)
    }

    /// Clamped here as well: figures that are read back were not made by the initialiser.
    package var count: ArmCount { ArmCount(people: delivered, conversions: min(conversions, delivered)) }
}

/// Everything that a look at a test reads. Kept word for word with its verdict, so that anybody can judge again.
package struct TestLook: Hashable, Sendable, Codable {
    package enum Kind: String, Sendable, Codable {
        /// The one look that was planned: at the end of the wait. The first one with enough data counts as it.
        case planned
        /// Any look after it. Looking often is paid for by a stricter boundary.
        case later
        /// Before each batch of a bandit: nothing is tested, the shares of the next batch follow.
        case batch
    }
    package var kind: Kind
    /// `decide_by` has come: there is no later look.
    package var isLast: Bool
    /// The first is the control.
    package var arms: [ArmFigures]
    package var onInconclusive: ExperimentRequest.Inconclusive
    package var optedOutMax: Share?
    package var reportedMax: Share?

    package init(
        kind: Kind, isLast: Bool, arms: [ArmFigures], onInconclusive: ExperimentRequest.Inconclusive,
        optedOutMax: Share? = nil, reportedMax: Share? = nil
    ) {
        (self.kind, self.isLast, self.arms) = (kind, isLast, arms)
        (self.onInconclusive, self.optedOutMax, self.reportedMax) = (onInconclusive, optedOutMax, reportedMax)
    }
}

/// What a look showed and what follows from it. A function of the look alone.
package struct Judgement: Hashable, Sendable, Codable {
    /// Why it is as it is. Stable: rows and scripts hold it.
    package enum Finding: String, Sendable, Codable, CaseIterable {
        case brokenSplit = "broken_split"
        case fewDelivered = "few_delivered"
        case fewConversions = "few_conversions"
        /// An arm leads, yet by less than chance alone shows too often.
        case noClearLeader = "no_clear_leader"
        case winner
        /// An arm won by the metric and lost by a guardrail.
        case vetoed
        /// A bandit's batch: nobody has won, and nobody has to.
        case explores
    }
    package enum Action: Hashable, Sendable, Codable {
        /// Look again later.
        case wait
        /// Nothing more is sent until a person decides.
        case hold
        /// The rest gets this arm.
        case send(arm: Int)
        /// The next batch is drawn by these shares, in ten-thousandths, one an arm.
        case batch(shares: [Int])
    }

    package var finding: Finding
    package var action: Action
    /// Has the highest rate by belief, whatever follows from it; `nil` with a broken split.
    package var leader: Int?
    /// By arm, in ten-digit decimals, so that the row is the same bytes on every machine.
    package var best: [Double]
    package var expectedLoss: [Double]
    /// Of the leader against the arm closest to it; 1 when there is nothing to compare.
    package var p: Double
    package var splitAssigned: Double?
    package var splitDelivered: Double?
    /// Arms that broke a guardrail.
    package var vetoed: [Int]

    package static let deliveredMin = 500
    package static let conversionsMin = 25
    package static let bestMin = 0.95
    /// Of the control's rate.
    package static let lossMax = 0.0025
    /// A winner that may be looked at more than once needs more than a leading belief: with equal arms P(best) passes
    /// 95 % once in ten tests at a single look. What may be wrong is shared out: four in a hundred tests for the planned
    /// look, one for all later ones together.
    package static let plannedAlpha = 0.04
    package static let laterAlpha = 0.01

    package init(of look: TestLook) {
        let arms = look.arms
        // A bandit's arms have no weights to be held against: each batch is drawn by its own.
        splitAssigned =
            look.kind == .batch
            ? nil
            : SampleRatio.p(counted: arms.map(\.assigned), weights: arms.map { Double($0.weight.tenThousandths) })
        splitDelivered = SampleRatio.p(counted: arms.map(\.delivered), weights: arms.map { Double($0.assigned) })
        vetoed = arms.indices.filter { Self.breaksGuardrail(arms[$0], look) }
        best = []
        expectedLoss = []
        p = 1
        finding = .brokenSplit
        action = .hold
        if ![splitAssigned, splitDelivered].contains(where: { ($0 ?? 1) < SampleRatio.alarm }) { weigh(look) }
        round()
    }

    private mutating func weigh(_ look: TestLook) {
        let counts = look.arms.map(\.count)
        let posterior = Posterior(counts)
        best = posterior.best
        expectedLoss = posterior.expectedLoss
        let leader = Self.leader(best)
        self.leader = leader
        if look.kind == .batch { return explore(look, counts) }
        p = Self.p(of: leader, counts, look.kind)
        finding = Self.finding(leader, counts, posterior, p, look.kind)
        if finding == .winner, vetoed.contains(leader) { finding = .vetoed }
        action = finding == .winner ? .send(arm: leader) : look.isLast ? fallback(look) : .wait
    }

    /// Arms that broke a guardrail get nobody more; at `decide_by` what is left goes where the file says.
    private mutating func explore(_ look: TestLook, _ counts: [ArmCount]) {
        let allowed = counts.indices.filter { !vetoed.contains($0) }
        finding = .explores
        if look.isLast {
            action = fallback(look)
        } else if allowed.isEmpty {
            (finding, action) = (.vetoed, .hold)
        } else {
            var shares = Array(repeating: 0, count: counts.count)
            for (arm, share) in zip(allowed, Bandit.shares(after: allowed.map { counts[$0] })) {
                shares[arm] = share.tenThousandths
            }
            action = .batch(shares: shares)
        }
    }

    /// The arm with the greatest chance to be the best, the first of equals.
    private static func leader(_ best: [Double]) -> Int {
        best.indices.max { (best[$0], -$0) < (best[$1], -$1) } ?? 0
    }

    private static func finding(
        _ leader: Int, _ counts: [ArmCount], _ posterior: Posterior, _ p: Double, _ kind: TestLook.Kind
    ) -> Finding {
        if counts.contains(where: { $0.people < deliveredMin }) { return .fewDelivered }
        if counts.contains(where: { $0.conversions < conversionsMin }) { return .fewConversions }
        let isClear =
            posterior.best[leader] >= bestMin && posterior.expectedLoss[leader] <= lossMax * counts[0].rate
            && p <= (kind == .planned ? plannedAlpha : laterAlpha)
        return isClear ? .winner : .noClearLeader
    }

    /// The leader must be told apart from every other arm, so the weakest comparison counts and none is corrected for.
    package static func p(of leader: Int, _ counts: [ArmCount], _ kind: TestLook.Kind) -> Double {
        counts.indices.filter { $0 != leader }.map { other in
            switch kind {
            case .planned, .batch: Comparison(control: counts[other], arm: counts[leader]).zTest?.p ?? 1
            case .later: ConversionSequence.p(counts[other], counts[leader], alpha: laterAlpha)
            }
        }.max() ?? 1
    }

    /// A guardrail without a source vetoes nothing; the report says *not measured*.
    private static func breaksGuardrail(_ arm: ArmFigures, _ look: TestLook) -> Bool {
        guard arm.delivered > 0 else { return false }
        return [(arm.optedOut, look.optedOutMax), (arm.reported, look.reportedMax)].contains { count, limit in
            guard let count, let limit else { return false }
            return Double(count) / Double(arm.delivered) > limit.fraction
        }
    }

    /// What the file asked for when the test does not tell. An arm that broke a guardrail is never the answer.
    private func fallback(_ look: TestLook) -> Action {
        switch look.onInconclusive {
        case .hold: return .hold
        case .control: return vetoed.contains(0) ? .hold : .send(arm: 0)
        case .leader:
            // Among themselves: beside a vetoed arm that is far ahead, all others are equally unlikely to be the best.
            let allowed = look.arms.indices.filter { !vetoed.contains($0) }
            guard !allowed.isEmpty else { return .hold }
            return .send(arm: allowed[Self.leader(Posterior(allowed.map { look.arms[$0].count }).best)])
        }
    }

    private mutating func round() {
        func rounded(_ value: Double) -> Double { (value * 1e10).rounded() / 1e10 }
        best = best.map(rounded)
        expectedLoss = expectedLoss.map(rounded)
        p = rounded(p)
        splitAssigned = splitAssigned.map(rounded)
        splitDelivered = splitDelivered.map(rounded)
    }
}
