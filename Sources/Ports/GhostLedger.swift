import CampaignModel

/// What became of the people who are held out when their turn came: judged like everybody else at the moment at which they
/// would have been written to, and never written to.
package protocol GhostLedger: Sendable {
    /// Kept as counts; costs nothing.
    func ghosts(of run: RunID) throws -> GhostCount
    /// By variant, the people behind the contacts of a run with a trigger, which may write to somebody many times: what
    /// people did is counted by people. nil: any other run, whose contacts are its people. Walks over the run's occasions.
    func contacted(by run: RunID) throws -> [Int: ContactedPeople]?
    /// A bandit's batches in their order, each by arm: who was reached and did it. What was planned last, without shares,
    /// comes last. Kept as counts; costs nothing.
    func batches(of run: RunID, _ conversion: Conversion) throws -> [[Int: BatchArm]]
    /// The house's holdout against everybody else, over all campaigns and whatever led to an order. Walks over the
    /// contacts of the span.
    func houseHoldout(from: Moment, to: Moment) throws -> HouseHoldoutCount
}

package struct ContactedPeople: Sendable, Equatable {
    /// Accepted, or unknown.
    package var reached: Int
    /// Let through by every rule: those as well whom the platform refused.
    package var letThrough: Int
    package init(reached: Int, letThrough: Int) { (self.reached, self.letThrough) = (reached, letThrough) }
}

package struct GhostCount: Sendable, Equatable {
    /// Every rule would have let them through.
    package var sent = 0
    /// A rule would have left them out.
    package var leftOut: [Reason: Int] = [:]
    package init() {}
}

package struct BatchArm: Sendable, Equatable {
    package var people: Int
    package var conversions: Int
    package init(people: Int, conversions: Int) { (self.people, self.conversions) = (people, conversions) }
}

package struct HouseHoldoutCount: Sendable, Equatable {
    /// Orders have a source.
    package var isMeasured = false
    /// Held out of everything, whom at least one campaign would have written to.
    package var held = 0
    package var heldOrdered = 0
    /// In fen.
    package var heldAmount: Int64 = 0
    /// Whom at least one campaign has reached.
    package var sent = 0
    package var sentOrdered = 0
    package var sentAmount: Int64 = 0
    /// Records of single people up to here were erased by age, and the span reaches back before it: nothing else of this
    /// says anything.
    package var erasedUntil: Moment?
    package init() {}
}
