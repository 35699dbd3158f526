import CampaignModel
import Ports

/// The time of a simulation: the truth, which the platform lives by, and the machine's wall, which may be wrong.
///
/// Unchecked: one simulation is stepped by one task, which awaits every step before the next. The same holds for
/// everything else in this room that is marked so.
final class SimulatedClock: Clock, @unchecked Sendable {
    private(set) var truth: Moment
    private let boot: Moment
    /// The wall minus the truth.
    var error: Duration = .zero
    let doubt: Duration
    let isRehearsal = false

    init(_ truth: Moment, doubt: Duration) {
        (self.truth, self.doubt) = (truth, doubt)
        boot = truth - .hours(1)
    }

    func now() -> Moment { truth + error }
    /// Counts suspended time, as `CLOCK_BOOTTIME` does.
    func monotonic() -> Duration { truth.since(boot) }
    func speed() -> Double { 1 }

    func pass(to moment: Moment) { truth = max(truth, moment) }
    /// When the wall will show `wall`, as it goes now.
    func truth(ofWall wall: Moment) -> Moment { wall - error }
}

extension Moment {
    /// Milliseconds since midnight in Shanghai: reckoned here, so that a mistake of the rules' calendar shows.
    var timeOfDay: Int64 { (((milliseconds + 28_800_000) % 86_400_000) + 86_400_000) % 86_400_000 }
    /// Days since 1970 in Shanghai.
    var dayNumber: Int64 { (milliseconds + 28_800_000 - timeOfDay) / 86_400_000 }
    /// Midnight of the same day in Shanghai.
    var midnight: Moment { Moment(milliseconds: milliseconds - timeOfDay) }
    var isNight: Bool { timeOfDay >= 79_200_000 || timeOfDay < 28_800_000 }
}
