import CampaignModel
import Ports
import SendingRules

/// What the dispatcher remembers of one lane between two steps. Everything that must survive is in the ledger.
struct LaneState {
    var throttle: Throttle
    var breaker = Breaker()
    /// No look at this lane before it; nil: look whenever there is a free slot.
    var closedUntil: Moment?
    /// The same for a single run of the lane.
    var heldUntil: [RunID: Moment] = [:]
    /// Pauses for abnormal risk, doubling.
    var strikes = 0

    init(pace: PaceSpec) { throttle = Throttle(perSecond: pace.perSecond, burst: pace.burst) }

    /// The platform answered as it does when all is well; `accepted` when it took the contact, too.
    mutating func succeed(accepted: Bool) {
        breaker.succeed()
        throttle.speedUp()
        if accepted { strikes = 0 }
    }

    static let riskPauseFirst: Duration = .minutes(30)
    static let riskPauseMax: Duration = .hours(24)

    mutating func riskPause() -> Duration {
        let pause = min(
            Self.riskPauseFirst.wholeMilliseconds << Int64(min(strikes, 10)), Self.riskPauseMax.wholeMilliseconds)
        strikes += 1
        return .milliseconds(pause)
    }
}
