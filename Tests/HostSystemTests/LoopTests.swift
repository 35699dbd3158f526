import CampaignModel
import Logging
import Ports
import ServiceLifecycle
import Synchronization
import Testing

@testable import HostSystem

private final class HandClock: Clock {
    let wall = Dial(Moment(seconds: 1_795_000_000))
    let real = Dial(Duration.zero)
    let pace: Double
    let isRehearsal: Bool
    init(speed: Double = 1) {
        pace = speed
        isRehearsal = speed != 1
    }
    func now() -> Moment { wall.now }
    func monotonic() -> Duration { real.now }
    func speed() -> Double { pace }
    var doubt: Duration { .zero }
}

/// Waits for nothing: the clock is turned by what was asked for. A wait without a limit waits for the bell.
private final class HandPause: Pause {
    let clock: HandClock
    let asked = Mutex<[Duration]>([])
    init(_ clock: HandClock) { self.clock = clock }
    func wait(atMost limit: Duration?, for waker: Waker) async -> Bool {
        if waker.takeWake() { return true }
        guard let limit else { return await waker.waitForWake() }
        asked.withLock { $0.append(limit) }
        clock.real.turn(to: clock.real.now + limit)
        let passed = Double(limit.wholeMilliseconds) * clock.pace
        clock.wall.turn(to: clock.wall.now + .milliseconds(Int64(passed)))
        await Task.yield()
        return false
    }
}

/// Nobody wakes before a bell is rung.
private final class BellPause: Pause {
    private let asked = Mutex<[Duration?]>([])
    /// Gets how many waits have begun.
    let onWait = Dial<(@Sendable (Int) -> Void)?>(nil)
    var limits: [Duration?] { asked.withLock { $0 } }
    func wait(atMost limit: Duration?, for waker: Waker) async -> Bool {
        let waiting = asked.withLock { asked in
            asked.append(limit)
            return asked.count
        }
        onWait.now?(waiting)
        return await waker.waitForWake()
    }
}

private struct Scripted: Stepper {
    let name: String
    let body: @Sendable (Int, Moment) async throws -> Moment?
    var count = 0
    init(_ name: String = "scripted", _ body: @escaping @Sendable (Int, Moment) async throws -> Moment?) {
        self.name = name
        self.body = body
    }
    mutating func step(at now: Moment) async throws -> Moment? {
        count += 1
        return try await body(count, now)
    }
}

private struct Hiccup: Error {}
private struct DiskGone: FatalStepError {}

@Suite struct LoopTests {
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test("a stepper is stepped again when its moment has come, and not before")
    func stepsWhenDue() async throws {
        let clock = HandClock()
        let start = clock.now()
        let pause = HandPause(clock)
        let steps = Mutex<[Moment]>([])
        let stop = Dial<(@Sendable () -> Void)?>(nil)
        let loop = Loop(
            [
                LoopMember(
                    Scripted { count, now in
                        steps.withLock { $0.append(now) }
                        if count == 3 { stop.now?() }
                        return now + .milliseconds(2500)
                    })
            ], clock: clock, pause: pause, logger: quiet)
        stop.turn(to: { loop.stop() })
        try await loop.run()
        #expect(steps.withLock { $0 } == [start, start + .milliseconds(2500), start + .milliseconds(5000)])
        let whole = Duration.milliseconds(2500)
        #expect(pause.asked.withLock { $0 } == [whole, whole], "somebody else looks at the wall")
    }

    @Test("who waits for the wall sleeps through, and is woken when it was set; one that is steered wakes nobody")
    func setWall() async throws {
        let clock = HandClock()
        let pause = BellPause()
        let loops = Dial<Loop?>(nil)
        let woken = Mutex<[Moment]>([])
        let loop = Loop(
            (0..<2).map { number in
                LoopMember(
                    Scripted("sleeper \(number)") { count, now in
                        guard count == 2 else { return now + .hours(1) }
                        let count = woken.withLock { woken in
                            woken.append(now)
                            return woken.count
                        }
                        if count == 2 { loops.now?.stop() }
                        return nil
                    })
            }, clock: clock, pause: pause, logger: quiet)
        loops.turn(to: loop)
        let start = clock.now()
        loop.noticeSetWall()
        // The second to wait sets the wall: then both sleep.
        pause.onWait.turn(to: { waiting in
            guard waiting == 2 else { return }
            clock.wall.turn(to: clock.wall.now + .milliseconds(200))
            loop.noticeSetWall()
            clock.wall.turn(to: clock.wall.now + .hours(2))
            loop.noticeSetWall()
        })
        try await loop.run()
        #expect(woken.withLock { $0 }.count == 2)
        #expect(woken.withLock { $0 }.allSatisfy { $0 >= start + .hours(1) })
        #expect(pause.limits.allSatisfy { $0.map { $0 > .minutes(59) } ?? true }, "nobody looks in between")
    }

    @Test("on a rehearsal a wait is converted by the speed, and looked at again every 50 ms")
    func rehearsalWaits() async throws {
        let clock = HandClock(speed: 60)
        let pause = HandPause(clock)
        let stop = Dial<(@Sendable () -> Void)?>(nil)
        let loop = Loop(
            [
                LoopMember(
                    Scripted { count, now in
                        if count == 2 { stop.now?() }
                        return now + .seconds(6)
                    })
            ], clock: clock, pause: pause, logger: quiet)
        stop.turn(to: { loop.stop() })
        try await loop.run()
        #expect(pause.asked.withLock { $0 } == [.milliseconds(50), .milliseconds(50)])
    }

    @Test("a ring steps a stepper that would otherwise sleep for ever, and two rings are one")
    func wakes() async throws {
        let clock = HandClock()
        let waker = Waker()
        let stop = Dial<(@Sendable () -> Void)?>(nil)
        let first = Waker()
        let loop = Loop(
            [
                LoopMember(
                    Scripted { count, _ in
                        if count == 1 { first.wake() }
                        if count == 2 { stop.now?() }
                        return nil
                    }, waker: waker)
            ], clock: clock, pause: HandPause(clock), logger: quiet)
        stop.turn(to: { loop.stop() })
        async let end: Void = loop.run()
        _ = await first.waitForWake()
        waker.wake()
        waker.wake()
        try await end
        #expect(loop.figures.map(\.steps) == [2])
    }

    @Test("an error is tried again after 1, 2, 4 … 60 seconds of real time, and a success forgets it")
    func backsOff() async throws {
        let clock = HandClock()
        let pause = HandPause(clock)
        let stop = Dial<(@Sendable () -> Void)?>(nil)
        let loop = Loop(
            [
                LoopMember(
                    Scripted { count, now in
                        if count == 10 { stop.now?() }
                        if count == 9 { return now }
                        throw Hiccup()
                    })
            ], clock: clock, pause: pause, logger: quiet)
        stop.turn(to: { loop.stop() })
        try await loop.run()
        let seconds = [1, 2, 4, 8, 16, 32, 60, 60].map { Duration.seconds($0) }
        #expect(pause.asked.withLock { $0 }.prefix(8) == seconds[...])
        #expect(loop.figures.first?.errors == 9)
        #expect(loop.figures.first?.errorsInARow == 1)
    }

    @Test("a fatal error ends the loop, lets the others finish their step, and drains once")
    func fatal() async throws {
        let clock = HandClock()
        let drains = Dial(0)
        let loop = Loop(
            [
                LoopMember(Scripted("ledger") { _, _ in throw DiskGone() }),
                LoopMember(Scripted("sleeper") { _, _ in nil }),
            ], clock: clock, pause: HandPause(clock), logger: quiet,
            drain: { end in
                if case .failed(let error) = end.cause, error is DiskGone { drains.turn(to: drains.now + 1) }
            })
        await #expect(throws: DiskGone.self) { try await loop.run() }
        #expect(drains.now == 1)
    }

    @Test("a stop ends the waits, finishes the step under way, and then drains")
    func stops() async throws {
        let clock = HandClock()
        let entered = Waker()
        let release = Waker()
        let order = Mutex<[String]>([])
        let loop = Loop(
            [
                LoopMember(
                    Scripted("busy") { _, _ in
                        entered.wake()
                        _ = await release.waitForWake()
                        order.withLock { $0.append("step") }
                        return nil
                    }),
                LoopMember(Scripted("idle") { _, _ in nil }),
            ], clock: clock, pause: HandPause(clock), logger: quiet,
            drain: { _ in order.withLock { $0.append("drain") } })
        async let end: Void = loop.run()
        _ = await entered.waitForWake()
        loop.stop()
        release.wake()
        try await end
        #expect(order.withLock { $0 } == ["step", "drain"])
        #expect(loop.figures.map(\.steps)[0] == 1)
    }

    @Test("a step that takes longer than its limit stops the watchdog; a waiting stepper does not")
    func watchdog() async throws {
        let clock = HandClock()
        let entered = Waker()
        let release = Waker()
        let loop = Loop(
            [
                LoopMember(
                    Scripted("stuck") { _, _ in
                        entered.wake()
                        _ = await release.waitForWake()
                        return nil
                    })
            ], clock: clock, pause: HandPause(clock), stepLimit: .seconds(20), logger: quiet)
        async let end: Void = loop.run()
        _ = await entered.waitForWake()
        clock.real.turn(to: .seconds(20))
        #expect(loop.isAlive)
        clock.real.turn(to: .milliseconds(20_001))
        #expect(!loop.isAlive)
        loop.stop()
        release.wake()
        try await end
        #expect(loop.isAlive)
    }
}

@Suite struct LoopServiceTests {
    @Test("as a service it is ready at once, feeds the watchdog, and a graceful shutdown ends it after the drain")
    func service() async throws {
        let scratch = try Scratch()
        let listener = try Listener(scratch.at("notify"))
        let notifier = SystemdNotifier(
            environment: ["NOTIFY_SOCKET": scratch.at("notify"), "WATCHDOG_USEC": "30000000"])
        let isStepped = Waker()
        let isFed = Waker()
        let drained = Dial(false)
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let stepper = Scripted { _, _ in
            isStepped.wake()
            return nil
        }
        let loop = Loop(
            [LoopMember(stepper)], clock: SystemClock(), notifier: notifier, logger: quiet,
            status: {
                isFed.wake()
                return "one stepper"
            }, drain: { _ in drained.turn(to: true) })
        let group = ServiceGroup(services: [loop], gracefulShutdownSignals: [], logger: quiet)
        async let end: Void = group.run()
        _ = await isStepped.waitForWake()
        _ = await isFed.waitForWake()
        await group.triggerGracefulShutdown()
        // The group calls a service's return a failure unless it asked for it.
        try await end
        #expect(drained.now)
        let heard = listener.all()
        #expect(heard.first == "READY=1")
        #expect(Set(heard) == ["READY=1", "WATCHDOG=1", "STATUS=one stepper", "STOPPING=1"])
    }
}

@Suite struct WakerTests {
    @Test("a ring before the wait is not lost")
    func early() async {
        let waker = Waker()
        waker.wake()
        #expect(await waker.waitForWake())
        #expect(!waker.takeWake())
    }

    @Test("a cancelled wait ends without a ring and leaves none behind")
    func cancelled() async {
        let waker = Waker()
        let waiting = Task { await waker.waitForWake() }
        waiting.cancel()
        #expect(await waiting.value == false)
        #expect(!waker.takeWake())
    }

    @Test("a real pause ends at a ring, long before its limit")
    func realPause() async {
        let waker = Waker()
        let waiting = Task { await RealPause().wait(atMost: .seconds(3600), for: waker) }
        waker.wake()
        #expect(await waiting.value)
    }
}
