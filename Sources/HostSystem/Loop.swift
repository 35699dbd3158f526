import CampaignModel
import Logging
import Ports
import ServiceLifecycle
import Synchronization

/// An error after which going on would do harm: a ledger that failed to sync, a term that another daemon took over.
/// The loop ends at once, and with it the daemon. Every other error of a step is logged, counted and tried again.
package protocol FatalStepError: Error {}

/// What the loop drives: a stepper, the bell that wakes it, and the threads that its steps may block.
package struct LoopMember: Sendable {
    package let stepper: any Stepper
    package let waker: Waker
    package let threads: NamedThreads?

    /// - Parameter threads: nil: Swift's shared pool, for steps that never block.
    package init(_ stepper: any Stepper, waker: Waker = Waker(), on threads: NamedThreads? = nil) {
        (self.stepper, self.waker, self.threads) = (stepper, waker, threads)
    }
}

/// Why the loop ended, and what the drain may use to wait. A wait ends at once when the task is cancelled, so a drain that
/// waits in a loop asks `Task.isCancelled` too.
package struct LoopEnd: Sendable {
    package enum Cause: Sendable {
        case shutdown
        case failed(any Error)
    }
    package let cause: Cause
    package let clock: any Clock
    package let pause: any Pause
}

/// What the loop can say about one stepper, for metrics, `status` and `doctor`.
package struct StepperFigures: Sendable, Equatable {
    package let name: String
    package var steps = 0
    package var errors = 0
    /// In a row, up to now.
    package var errorsInARow = 0
    /// Monotonic; nil while it waits.
    package var stepStarted: Duration?
}

/// Drives the steppers, each in a task of its own: step, wait until the wake it asked for or until somebody rings,
/// step again. Nothing else in the house loops or sleeps.
package final class Loop: Service {
    /// A rehearsal's speed can change at any time.
    package static let rehearsalPauseMax: Duration = .milliseconds(50)
    package static let backoffFirst: Duration = .seconds(1)
    package static let backoffMax: Duration = .seconds(60)

    private let members: [Member]
    private let clock: any Clock
    private let pause: any Pause
    private let notifier: SystemdNotifier?
    private let pace: StepPace?
    private let door: ThreadProbe?
    private let stepLimit: Duration
    private let logger: Logger
    private let status: (@Sendable () -> String)?
    private let onStep: (@Sendable (_ stepper: String, Duration) -> Void)?
    private let drain: (@Sendable (LoopEnd) async -> Void)?
    private let isStopping = Atomic(false)
    /// Wall minus monotonic, in milliseconds, when somebody last found it elsewhere.
    private let wallOffset = Mutex<Int64?>(nil)
    private static let steeredMax: Int64 = 250

    /// - Parameters:
    ///   - notifier: fed only while every stepper works or waits and the door's threads answer: never while one has been in
    ///     a step, or in a piece of a long one, for longer than `stepLimit` of real time.
    ///   - pace: what the steppers' long work asks; a stop ends it.
    ///   - door: threads without steppers, which the watchdog watches as well.
    ///   - status: one line for `systemctl status`, asked for with each feed.
    ///   - onStep: told how long each step took.
    ///   - drain: called once, after the last step has finished, on a shutdown and after a fatal error alike. What is
    ///     on the wire can be waited for here.
    package init(
        _ members: [LoopMember], clock: any Clock, pause: any Pause = RealPause(), notifier: SystemdNotifier? = nil,
        pace: StepPace? = nil, door: NamedThreads? = nil, stepLimit: Duration = .minutes(2), logger: Logger,
        status: (@Sendable () -> String)? = nil, onStep: (@Sendable (_ stepper: String, Duration) -> Void)? = nil,
        drain: (@Sendable (LoopEnd) async -> Void)? = nil
    ) {
        self.members = members.map { Member($0, clock: clock) }
        (self.clock, self.pause, self.notifier, self.pace) = (clock, pause, notifier, pace)
        self.door = door.map { ThreadProbe($0, clock: clock) }
        (self.stepLimit, self.logger, self.status, self.onStep, self.drain) = (stepLimit, logger, status, onStep, drain)
    }

    /// In the order in which the members were given.
    package var figures: [StepperFigures] { members.map { $0.figures.withLock { $0 } } }

    /// Whether every stepper works or legitimately waits, and the door would be answered.
    package var isAlive: Bool {
        let now = clock.monotonic()
        return members.allSatisfy { now - ($0.lastProgress ?? now) <= stepLimit }
            && now - (door?.unansweredSince ?? now) <= stepLimit
    }

    /// Lets every step that is under way finish, and starts no other. Any thread.
    package func stop() {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        pace?.stop()
        for member in members {
            member.halt.wake()
            member.waker.wake()
        }
    }

    /// Returns after a graceful shutdown and the drain; throws the first fatal error of a step, after the drain.
    package func run() async throws {
        notifier?.ready()
        let watchdog = startWatchdog()
        defer { watchdog?.stop() }
        try await withTaskCancellationOrGracefulShutdownHandler {
            let cause = await self.driveAll()
            self.notifier?.stopping()
            await self.drain?(LoopEnd(cause: cause, clock: self.clock, pause: self.pause))
            if case .failed(let error) = cause { throw error }
        } onCancelOrGracefulShutdown: {
            self.stop()
        }
    }

    private func driveAll() async -> LoopEnd.Cause {
        await withTaskGroup(of: (any Error)?.self) { group in
            for member in members {
                group.addTask(executorPreference: member.threads) {
                    await StepProgress.$current.withValue(member.progress) { await self.drive(member) }
                }
            }
            var cause = LoopEnd.Cause.shutdown
            for await failure in group {
                guard let failure else { continue }
                if case .shutdown = cause { cause = .failed(failure) }
                stop()
            }
            return cause
        }
    }

    /// - Returns: the fatal error that ended it, or nil when it was stopped.
    private func drive(_ member: Member) async -> (any Error)? {
        var stepper = member.stepper
        while !mayStop {
            let wake: Moment?
            let began = clock.monotonic()
            member.begin(at: began)
            do {
                wake = try await stepper.step(at: clock.now())
                onStep?(stepper.name, clock.monotonic() - began)
                member.finish(failed: false)
            } catch is WorkInterrupted {
                // Only a stop interrupts. What the step had not finished is begun anew by the next daemon.
                member.finish(failed: false)
                continue
            } catch let fatal as any FatalStepError {
                member.finish(failed: true)
                logger.critical("step failed for good", metadata: ["stepper": "\(stepper.name)", "error": "\(fatal)"])
                return fatal
            } catch {
                let errors = member.finish(failed: true)
                let delay = Self.backoff(afterErrors: errors)
                logger.error(
                    "step failed, will be tried again",
                    metadata: [
                        "stepper": "\(stepper.name)", "error": "\(error)", "in": "\(delay)", "errors": "\(errors)",
                    ])
                // Not for the member's own bell: arrivals would turn a lasting error into a storm.
                _ = await pause.wait(atMost: delay, for: member.halt)
                continue
            }
            await wait(until: wake, member)
        }
        return nil
    }

    private var mayStop: Bool { isStopping.load(ordering: .sequentiallyConsistent) }

    /// Until `wake` on the wall, or the bell. The wall is not a timer: whoever has waited looks at it, and wakes everybody
    /// when it was set. One member that looks each second is enough; all of them were most of what an idle daemon did. A
    /// rehearsal's speed can change at any time, so there everybody looks.
    private func wait(until wake: Moment?, _ member: Member) async {
        while !mayStop {
            var limit: Duration?
            if let wake {
                let rest = wake.since(clock.now())
                if rest <= .zero {
                    // A stepper with work at hand must not starve the others of the few threads there are.
                    await Task.yield()
                    return
                }
                let real = Self.real(rest, atSpeed: clock.speed())
                limit = clock.isRehearsal ? min(real, Self.rehearsalPauseMax) : real
            }
            let isRung = await pause.wait(atMost: limit, for: member.waker)
            if !clock.isRehearsal { noticeSetWall() }
            if isRung { return }
        }
    }

    /// Everybody steps once more when the wall was set: what they wait for may be due now. A wall that is steered moves
    /// by less.
    func noticeSetWall() {
        let offset = clock.now().milliseconds - clock.monotonic().wholeMilliseconds
        let isSet = wallOffset.withLock { known in
            defer { if abs(offset - (known ?? offset)) > Self.steeredMax || known == nil { known = offset } }
            return abs(offset - (known ?? offset)) > Self.steeredMax
        }
        if isSet { for member in members { member.waker.wake() } }
    }

    /// How long a span of the wall lasts in real time. At least a millisecond, so that rounding cannot spin.
    static func real(_ span: Duration, atSpeed speed: Double) -> Duration {
        guard speed != 1 else { return span }
        return max(.milliseconds(1), .seconds(Double(span.wholeMilliseconds) / 1000 / speed))
    }

    /// 1 s, 2 s, 4 s … 60 s of real time.
    static func backoff(afterErrors errors: Int) -> Duration {
        min(backoffMax, backoffFirst * (1 << min(max(errors, 1) - 1, 16)))
    }

    /// A plain thread, because it must not depend on any step.
    private func startWatchdog() -> Watchdog? {
        if !clock.isRehearsal { noticeSetWall() }
        // Half the interval is systemd's own advice (`sd_watchdog_enabled`).
        return notifier?.watchdogInterval.map { interval in
            Watchdog(every: interval / 2) { [self] wasAlive in feed(wasAlive: wasAlive) }
        }
    }

    private func feed(wasAlive: Bool) -> Bool {
        if isAlive {
            notifier?.feedWatchdog()
            if let status { notifier?.status(status()) }
        } else if wasAlive {
            let stuck = figures.filter { $0.stepStarted != nil }.map(\.name).joined(separator: ", ")
            logger.critical(
                "a step takes too long, the watchdog is no longer fed", metadata: ["steppers": "\(stuck)"])
        }
        door?.probe()
        return isAlive
    }
}

/// One stepper with what the loop knows about it.
private final class Member: Sendable {
    let stepper: any Stepper
    let waker: Waker
    let threads: NamedThreads?
    let progress: StepProgress
    /// Rung only by a stop.
    let halt = Waker()
    let figures: Mutex<StepperFigures>

    init(_ member: LoopMember, clock: any Clock) {
        stepper = member.stepper
        waker = member.waker
        threads = member.threads
        progress = StepProgress(clock: clock)
        figures = Mutex(StepperFigures(name: member.stepper.name))
    }

    /// Of the step under way: when it began, or its last piece. Monotonic; nil while it waits.
    var lastProgress: Duration? {
        figures.withLock { $0.stepStarted }.map { max($0, progress.noted ?? $0) }
    }

    func begin(at monotonic: Duration) {
        progress.begin()
        figures.withLock { $0.stepStarted = monotonic }
    }

    /// - Returns: errors in a row.
    @discardableResult
    func finish(failed: Bool) -> Int {
        figures.withLock { figures in
            figures.stepStarted = nil
            figures.steps += 1
            figures.errors += failed ? 1 : 0
            figures.errorsInARow = failed ? figures.errorsInARow + 1 : 0
            return figures.errorsInARow
        }
    }
}
