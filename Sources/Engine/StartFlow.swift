import CampaignModel

/// How many contacts the engine starts in a second of real time, as it was lately: what a turn among many lanes is cut by.
struct StartFlow {
    private static let span: Duration = .seconds(1)
    private var since: Duration?
    private var count = 0
    /// Of the last whole span.
    private var perSecond = 0.0

    mutating func add(_ started: Int, at real: Duration) {
        guard let since else {
            self.since = real
            count = started
            return
        }
        let passed = real - since
        if passed >= Self.span {
            perSecond = Double(count) * 1000 / Double(max(passed.wholeMilliseconds, 1))
            self.since = real
            count = 0
        }
        count += started
    }

    /// The contacts of one turn, so that each of `lanes` has one within `round`; at least one, at most `limit`.
    func turn(of lanes: Int, within round: Duration, at real: Duration, max limit: Int) -> Int {
        guard lanes > 1 else { return limit }
        let inRound = perSecond * Double(round.wholeMilliseconds) / 1000
        return min(max(Int(inRound / Double(lanes)), 1), limit)
    }
}
