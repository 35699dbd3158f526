import CampaignModel
import Logging
import Ports
import SendingRules
import Synchronization

/// Rule 27: looks at the clocks whenever somebody is about to decide by them, and remembers what was strange. Shared by
/// the dispatcher, the desk and the stepper that looks while nobody else does.
package final class ClockWatch: Sendable {
    private let clock: any Clock
    private let trust: Mutex<ClockTrust?>

    /// - Parameter watches: false where the wall is moved by hand: a rehearsal's, and most tests'.
    package init(clock: any Clock, watches: Bool, synchronisation: Bool = true) {
        self.clock = clock
        trust = Mutex(watches ? ClockTrust(watchesSynchronisation: synchronisation) : nil)
    }

    /// nil: the wall is believed.
    package func look() -> ClockDistrust? {
        trust.withLock { trust in
            // Inside the lock, so that two looks cannot be shown in the wrong order; the wall between two readings of
            // the monotonic clock, so that a pause between them is no jump.
            let before = clock.monotonic()
            let wall = clock.now()
            return trust?.look(
                ClockTrust.Sight(
                    wall: wall, monotonic: before, awake: clock.awake(), isSynchronised: clock.isSynchronised()))
        }
    }

    /// A person says that the wall is right.
    package func believe() { trust.withLock { $0?.believe() } }
}

/// Looks every second, so that a jump is seen while nothing is sent, and says so in the log; the loop looks with it whether
/// somebody waits for a wall that was set.
package actor ClockKeeper: Stepper {
    package nonisolated let name = "clock"
    private static let interval: Duration = .seconds(1)
    private let setup: EngineSetup
    private var known: ClockDistrust?
    private var speed: Double?

    package init(_ setup: EngineSetup) { self.setup = setup }

    package func step(at now: Moment) async throws -> Moment? {
        let distrust = setup.watch.look()
        if distrust?.code != known?.code {
            if let distrust {
                setup.logger.critical(
                    "the wall clock is in doubt; marketing waits until it is trusted again, or somebody says go",
                    metadata: ["why": "\(distrust.code)", "detail": "\(distrust)"])
            } else {
                setup.logger.notice("the wall clock is trusted again")
                setup.bells.dispatcher.ring()
            }
            known = distrust
        }
        // A rehearsal's second can be an hour: what waits was computed with the speed of then, and nobody else looks.
        let speed = setup.clock.speed()
        if self.speed.map({ $0 != speed }) ?? false {
            setup.bells.dispatcher.ring()
            setup.bells.planner.ring()
        }
        self.speed = speed
        return setup.clock.isRehearsal
            ? min(setup.wall(in: Self.interval, after: now), now + Self.interval) : now + Self.interval
    }
}
