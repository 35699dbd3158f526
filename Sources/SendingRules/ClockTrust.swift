import CampaignModel

/// Rule 27: why the wall clock is in doubt.
package enum ClockDistrust: Sendable, Equatable {
    /// Against the monotonic clock, forward or back.
    case jumped(Duration)
    /// The machine slept; what it shows now is its battery's word.
    case suspended(Duration)
    case unsynchronised
    /// Nobody on this machine says whether the wall is steered; and no person has vouched for it.
    case untold

    package var code: String {
        switch self {
        case .jumped: "jumped"
        case .suspended: "suspended"
        case .unsynchronised: "unsynchronised"
        case .untold: "cannot_tell"
        }
    }
}

/// Rule 27: whether the wall can be believed. A value that is shown the clocks again and again; it asks none itself.
///
/// A wall that was set wrong at night would ring people out of bed, so a jump closes marketing until the kernel says that
/// time is synchronised again, the wall comes back to where it was, or a person says `go`.
package struct ClockTrust: Sendable {
    /// What was on the clocks at one look.
    package struct Sight: Sendable {
        package var wall: Moment
        /// Counts the time that the machine slept.
        package var monotonic: Duration
        /// Does not.
        package var awake: Duration
        /// The word of the kernel or of who steers the wall; nil: nobody says.
        package var isSynchronised: Bool?
        package init(wall: Moment, monotonic: Duration, awake: Duration, isSynchronised: Bool?) {
            (self.wall, self.monotonic, self.awake, self.isSynchronised) = (wall, monotonic, awake, isSynchronised)
        }
        fileprivate var offset: Duration { .milliseconds(wall.milliseconds) - monotonic }
    }

    /// What an NTP client slews in half a second at most, and a look that came between two readings.
    package static let jumpMin: Duration = .milliseconds(500)
    /// So long nothing strange may be seen before the wall is believed again.
    package static let calmLength: Duration = .seconds(60)
    private static let sleepMin: Duration = .seconds(1)

    private let watchesSynchronisation: Bool
    private var last: Sight?
    /// The wall's lead over the monotonic clock when it was last believed.
    private var believed: Duration?
    private var trouble: ClockDistrust?
    private var calmSince: Duration?
    /// A person has said that the wall is right: their word stands where nobody else's can be had.
    private var isVouchedFor = false

    /// - Parameter watchesSynchronisation: false for a pretend platform on this machine, whose wall is the same one.
    package init(watchesSynchronisation: Bool = true) { self.watchesSynchronisation = watchesSynchronisation }

    /// nil: the wall is believed.
    package mutating func look(_ sight: Sight) -> ClockDistrust? {
        defer { last = sight }
        if let last { compare(sight, with: last) } else { believed = sight.offset }
        if trouble != nil, mends(sight) { trouble = nil }
        if trouble == nil {
            believed = sight.offset
            if watchesSynchronisation, let doubt = doubt(of: sight) { return doubt }
        }
        return trouble
    }

    private func doubt(of sight: Sight) -> ClockDistrust? {
        switch sight.isSynchronised {
        case true?: nil
        case false?: .unsynchronised
        case nil: isVouchedFor ? nil : .untold
        }
    }

    /// A person has looked at the clock and says that it is right.
    package mutating func believe() {
        trouble = nil
        isVouchedFor = true
        believed = last?.offset
    }

    private mutating func compare(_ sight: Sight, with last: Sight) {
        let passed = sight.monotonic - last.monotonic
        let step = sight.offset - last.offset
        // A clock that is slewed runs up to 500 ppm off; twice that is allowed for.
        let tolerance = Self.jumpMin + passed / 1000
        let slept = passed - (sight.awake - last.awake)
        if step > tolerance || step < .zero - tolerance {
            trouble = .jumped(step)
            calmSince = sight.monotonic
        } else if slept > Self.sleepMin {
            // A jump that still stands says more than a sleep.
            if case .jumped = trouble {} else { trouble = .suspended(slept) }
            calmSince = sight.monotonic
        }
    }

    private func mends(_ sight: Sight) -> Bool {
        guard let calmSince, sight.monotonic - calmSince >= Self.calmLength else { return false }
        if sight.isSynchronised == true { return true }
        let away = believed.map { sight.offset - $0 } ?? .zero
        let isBack = away <= Self.jumpMin && away >= .zero - Self.jumpMin
        return isBack && (sight.isSynchronised == nil || !watchesSynchronisation)
    }
}
