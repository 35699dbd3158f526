import CampaignModel

/// Who gets which arm of one campaign, and who is held out. A function of ids alone: the same file gives the same answer
/// on every machine and at every start.
///
/// The planner asks once and writes the arm down; afterwards the ledger's row is the truth, so that weights changed later
/// never move a person who has a row.
package struct Assignment: Sendable {
    /// The test of a campaign that names none.
    package static let defaultTest = "split"
    /// The salt's name for the holdout. No test may bear it: both draws would be one.
    package static let holdoutSalt = "holdout"

    private let arms: Salt
    private let holdout: Salt
    /// Arm *i* ends before `ends[i]`, in ten-thousandths.
    private let ends: [Int]
    private let holdoutEnd: Int

    /// - Parameters:
    ///   - campaign: the campaign's id. Together with `test` the seed of the arms: `<campaign>:<test>`.
    ///   - weights: one an arm, in the order of the file.
    ///   - holdoutShare: the share of the audience that is never messaged, drawn by a salt of its own
    ///     (`<campaign>:holdout`), so that being held out says nothing about the arm.
    /// - Precondition: the weights add up to the whole exactly, none is negative, and `test` is not `holdoutSalt`.
    ///   Intake has refused every file of which that is not true.
    package init(
        campaign: String, test: String = Assignment.defaultTest, weights: [Share], holdoutShare: Share = .zero
    ) {
        precondition(weights.allSatisfy { $0 >= .zero }, "an arm's weight is not negative")
        let total = weights.reduce(0) { $0 + $1.tenThousandths }
        precondition(total == Share.whole.tenThousandths, "the arms' weights add up to the whole, not to \(total)")
        precondition(test != Self.holdoutSalt, "a test and the holdout are drawn by different salts")
        arms = Salt("\(campaign):\(test)")
        holdout = Salt("\(campaign):\(Self.holdoutSalt)")
        var end = 0
        ends = weights.map { weight in
            end += weight.tenThousandths
            return end
        }
        holdoutEnd = holdoutShare.tenThousandths
    }

    /// As a campaign file asks for it.
    package init(_ campaign: Campaign) {
        self.init(
            campaign: campaign.id, weights: campaign.variants.map(\.weight), holdoutShare: campaign.holdout)
    }

    /// Index of the arm. Every person has one: the weights cover all buckets, and whole numbers leave no gap between two.
    /// - Parameter openID: the UTF-8 of the recipient's open_id.
    package func arm(of openID: some Collection<UInt8>) -> Int {
        let bucket = arms.bucket(of: openID)
        // At most a handful of arms: walking them is quicker than searching.
        for (arm, end) in ends.enumerated() where bucket < end { return arm }
        preconditionFailure("a bucket lies below \(GrowthBookHash.bucketCount), where the last arm ends")
    }

    package func arm(of openID: String) -> Int { arm(of: openID.utf8) }

    /// Whether this person is never messaged by the campaign. A wider share only adds people: it frees nobody who was
    /// held out, and changes nobody's arm.
    package func isHeldOut(_ openID: some Collection<UInt8>) -> Bool {
        holdoutEnd > 0 && holdout.bucket(of: openID) < holdoutEnd
    }

    package func isHeldOut(_ openID: String) -> Bool { isHeldOut(openID.utf8) }
}
