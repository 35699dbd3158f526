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
    /// When the platform last was busy: what had left before says nothing new.
    private var busyAt: Moment?

    init(pace: PaceSpec) { throttle = Throttle(perSecond: pace.perSecond, burst: pace.burst) }

    /// The platform answered as it does when all is well.
    mutating func succeed() {
        breaker.succeed()
        throttle.speedUp()
    }

    /// - Parameter left: when the request was started that was answered with "busy" at `now`.
    mutating func slowDown(at now: Moment, left: Moment) {
        guard busyAt.map({ left > $0 }) ?? true else { return }
        busyAt = now
        throttle.slowDown()
    }

    var mood: LaneBoard.Mood {
        LaneBoard.Mood(pacePercent: throttle.isSlowed ? throttle.percent : nil, breakerUntil: breaker.openUntil)
    }
}

/// Pauses of one account for abnormal risk, doubling. Whatever was on the wire when one began belongs to it: eight answers
/// of one moment are one event, and an accepted contact of before says nothing about after.
struct RiskPauses {
    static let first: Duration = .minutes(30)
    static let longest: Duration = .hours(24)
    private var strikes = 0
    private var struckAt: Moment?

    /// - Parameter left: when the request was started that was refused at `now`.
    /// - Returns: nil: part of the event that the account pauses for already.
    mutating func strike(at now: Moment, left: Moment) -> Duration? {
        guard isNew(left) else { return nil }
        let pause = min(Self.first.wholeMilliseconds << Int64(min(strikes, 10)), Self.longest.wholeMilliseconds)
        strikes += 1
        struckAt = now
        return .milliseconds(pause)
    }

    mutating func accept(left: Moment) { if isNew(left) { strikes = 0 } }

    private func isNew(_ left: Moment) -> Bool { struckAt.map { left > $0 } ?? true }
}
