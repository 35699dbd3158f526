import CampaignModel
import Experiments
import Ports

/// What the campaign did beyond what people would have done anyway: who ordered among those it held back, and among those
/// it did not. Both sides are counted from the run's beginning, over the same window and whatever led to the order, so
/// that nobody's time begins earlier; and whoever a rule left out stays in, because the same rules would have left out as
/// many of those held back.
package struct HoldoutFigures: Sendable, Codable {
    /// With fewer, the comparison says nothing.
    package static let heldMin = 500
    package static let orderedMin = 25

    package var held: Int
    package var heldOrdered: Int
    package var sent: Int
    package var sentOrdered: Int
    /// Per person; nil: too small to say.
    package var lift: Double?
    package var difference: Interval?

    /// nil: nobody is held out, orders have no source, or the run has not begun.
    init?(
        _ run: RunRecord, _ campaign: Campaign, _ sum: ConservationSum, kinds: Set<EventKind>,
        _ ledger: any ExperimentLedger
    ) throws {
        guard sum.holdout > 0, Conversion.ordered.isMeasured(by: kinds), let began = run.began else { return nil }
        let window = (campaign.attribution ?? .standard).orders
        let ordered = try ledger.ordered(of: run.id, from: began, to: began + window)
        held = sum.holdout
        sent = sum.audience - sum.holdout - sum.pending
        heldOrdered = min(ordered.held, held)
        sentOrdered = min(ordered.sent, sent)
        guard held >= Self.heldMin, sent >= Self.heldMin, heldOrdered + sentOrdered >= Self.orderedMin else { return }
        let comparison = Comparison(
            control: ArmCount(people: held, conversions: heldOrdered),
            arm: ArmCount(people: sent, conversions: sentOrdered))
        lift = comparison.lift
        difference = comparison.newcombe()
    }
}
