import Answers
import CampaignModel
import Experiments
import Ports

/// How a person fell where they are, in numbers that a stranger can check.
enum Draws {
    /// The draw for the holdout where the campaign has one, then, for who is not held out, the draw for the variant.
    static func of(
        _ openID: String, in campaign: Campaign, place: PersonRecord.Place, house: GlobalHoldout
    ) -> [Explanation.Draw] {
        if case .notInRun = place { return [] }
        var draws: [Explanation.Draw] = []
        if house.share > .zero {
            draws.append(holdout(of: openID, seed: house.seed, share: house.share))
            if house.contains(openID) { return draws }
        }
        if campaign.holdout > .zero {
            draws.append(
                holdout(
                    of: openID, seed: "\(campaign.id):\(Assignment.holdoutSalt)", share: campaign.holdout))
        }
        if case .holdout = place { return draws }
        return draws + [variant(of: openID, in: campaign)]
    }

    static func variant(of openID: String, in campaign: Campaign) -> Explanation.Draw {
        let seed = "\(campaign.id):\(Assignment.defaultTest)"
        let steps = GrowthBookHash.steps(seed: seed, value: openID)
        var from = 0
        for variant in campaign.variants {
            let to = from + variant.weight.tenThousandths
            if steps.bucket < to { return draw(seed, openID, steps, from, to, variant.name) }
            from = to
        }
        return draw(seed, openID, steps, from, from, "")
    }

    private static func holdout(of openID: String, seed: String, share: Share) -> Explanation.Draw {
        let steps = GrowthBookHash.steps(seed: seed, value: openID)
        let end = share.tenThousandths
        return steps.bucket < end
            ? draw(seed, openID, steps, 0, end, Assignment.holdoutSalt)
            : draw(seed, openID, steps, end, GrowthBookHash.bucketCount, "")
    }

    private static func draw(
        _ seed: String, _ value: String, _ steps: GrowthBookHash.Steps, _ from: Int, _ to: Int, _ result: String
    ) -> Explanation.Draw {
        Explanation.Draw(
            seed: seed, value: value, first: steps.first, second: steps.second, bucket: steps.bucket, from: from,
            to: to, result: result)
    }
}
