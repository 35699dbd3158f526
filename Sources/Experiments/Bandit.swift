import CampaignModel

/// Thompson sampling, batch by batch: each arm's share of the next batch is the chance that it is the best one. A choice
/// for five arms and more with one quick metric; not the default, because its estimates need weighting.
package enum Bandit {
    /// How many people are planned before the shares are computed again.
    package static let batchPeople = 500
    /// No arm ever gets less: what is never sent can never be seen to have become good.
    package static let shareMin = Share(tenThousandths: 100)

    /// Shares of the next batch in whole ten-thousandths that add up exactly: what is logged is what people are assigned
    /// by.
    /// - Precondition: at most a hundred arms.
    package static func shares(after arms: [ArmCount]) -> [Share] {
        precondition(!arms.isEmpty && arms.count <= 100, "one per cent an arm fits a hundred arms at most")
        let whole = Share.whole.tenThousandths
        let free = whole - arms.count * shareMin.tenThousandths
        let best = Posterior(arms).best
        var shares = best.map { shareMin.tenThousandths + Int((Double(free) * $0).rounded(.down)) }
        // What rounding left over goes to the likeliest arms, the first of equals first.
        let order = best.indices.sorted { (-best[$0], $0) < (-best[$1], $1) }
        var left = whole - shares.reduce(0, +)
        for arm in order.lazy.map({ $0 }) where left > 0 {
            shares[arm] += 1
            left -= 1
        }
        shares[order[0]] += left
        return shares.map(Share.init(tenThousandths:))
    }

    /// One batch as it was sent.
    package struct Batch: Sendable {
        package let shares: [Share]
        package let arms: [ArmCount]
        package init(shares: [Share], arms: [ArmCount]) { (self.shares, self.arms) = (shares, arms) }
    }

    /// Each arm's rate, every conversion weighted by one over its arm's logged share (Horvitz and Thompson): unbiased
    /// although a lucky arm was sent more often. Over the batches in which the arm had a share: the people of one that a
    /// guardrail took it out of had no chance to get it, and say nothing about it. `nil` for an arm that nobody could get.
    package static func rates(_ batches: [Batch]) -> [Double?] {
        guard let first = batches.first else { return [] }
        return first.shares.indices.map { arm in
            let had = batches.filter { $0.shares[arm] > .zero }
            let people = had.reduce(0) { $0 + $1.arms.reduce(0) { $0 + $1.people } }
            let conversions = had.reduce(0.0) { $0 + Double($1.arms[arm].conversions) / $1.shares[arm].fraction }
            return people > 0 ? conversions / Double(people) : nil
        }
    }

    /// The draw of one batch, by a salt of its own: being in an arm in one batch says nothing about another.
    package static func assignment(campaign: String, batch: Int, shares: [Share]) -> Assignment {
        Assignment(campaign: campaign, test: "batch-\(batch)", weights: shares)
    }
}
