import CampaignModel
import Dispatch
import Foundation
import Logging
import Ports
import ServiceLifecycle
import Synchronization
import Testing

@testable import HostSystem

private struct Blocking: Stepper {
    let name: String
    let body: @Sendable () throws -> Void
    init(_ name: String, _ body: @escaping @Sendable () throws -> Void) {
        self.name = name
        self.body = body
    }
    mutating func step(at now: Moment) async throws -> Moment? {
        try body()
        return nil
    }
}

@Suite("Steps block their own threads only")
struct ThreadTests {
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test("with as many blocked steps as the machine has cores, the others step and the watchdog is fed")
    func blocked() async throws {
        let scratch = try Scratch()
        let listener = try Listener(scratch.at("notify"))
        let notifier = SystemdNotifier(
            environment: ["NOTIFY_SOCKET": scratch.at("notify"), "WATCHDOG_USEC": "20000"])
        let release = DispatchSemaphore(value: 0)
        let count = ProcessInfo.processInfo.activeProcessorCount + 1
        let slow = NamedThreads("slow", count: count)
        let quick = NamedThreads("quick")
        let entered = (0..<count).map { _ in Waker() }
        let stepped = Waker()
        let members =
            entered.map { waker in
                LoopMember(
                    Blocking("slow") {
                        waker.wake()
                        release.wait()
                    }, on: slow)
            } + [LoopMember(Blocking("quick") { stepped.wake() }, on: quick)]
        let fed = Waker()
        let loop = Loop(
            members, clock: SystemClock(), notifier: notifier, logger: quiet,
            status: {
                fed.wake()
                return "alive"
            })
        async let end: Void = loop.run()
        for waker in entered { _ = await waker.waitForWake() }
        _ = await stepped.waitForWake()
        for _ in 1...3 { _ = await fed.waitForWake() }
        #expect(loop.isAlive && listener.all().contains("WATCHDOG=1"))
        loop.stop()
        for _ in 0..<count { release.signal() }
        try await end
        slow.end()
        quick.end()
    }

    @Test("a step longer than its limit is alive as long as its pieces are not")
    func pieces() async throws {
        let clock = TurnedClock()
        let pace = StepPace { false }
        let turn = DispatchSemaphore(value: 0)
        let done = Waker()
        let threads = NamedThreads("long")
        let loop = Loop(
            [
                LoopMember(
                    Blocking("long") {
                        clock.turn(by: .seconds(15))
                        try pace.between(wrote: true)
                        clock.turn(by: .seconds(15))
                        done.wake()
                        turn.wait()
                    }, on: threads)
            ], clock: clock, pace: pace, stepLimit: .seconds(20), logger: quiet)
        async let end: Void = loop.run()
        _ = await done.waitForWake()
        #expect(loop.isAlive, "thirty seconds, in two pieces of fifteen")
        clock.turn(by: .seconds(6))
        #expect(!loop.isAlive)
        loop.stop()
        turn.signal()
        try await end
        threads.end()
    }

    @Test("a stop interrupts long work at its next piece, and that is no error")
    func interrupted() async throws {
        let pace = StepPace { true }
        let entered = Waker()
        let turn = DispatchSemaphore(value: 0)
        let reached = Mutex(false)
        let threads = NamedThreads("long")
        let loop = Loop(
            [
                LoopMember(
                    Blocking("long") {
                        entered.wake()
                        turn.wait()
                        try pace.between(wrote: true)
                        reached.withLock { $0 = true }
                    }, on: threads)
            ], clock: SystemClock(), pace: pace, logger: quiet)
        async let end: Void = loop.run()
        _ = await entered.waitForWake()
        loop.stop()
        turn.signal()
        try await end
        #expect(reached.withLock { $0 } == false)
        #expect(loop.figures.map(\.errors) == [0])
        threads.end()
    }

    @Test(
        "whoever works for long while others send rests twice as long, and after a slice a while in any case; three at once take a third together",
        arguments: [
            (nil, false, 0, 0), (nil, true, 0, 10), (3, false, 0, 6), (3, true, 0, 10), (25, false, 0, 50),
            (25, true, 0, 50), (900, false, 0, 200), (900, true, 0, 200), (10, true, 1, 50), (10, false, 2, 80),
            (nil, true, 2, 10),
        ] as [(Int?, Bool, Int, Int)])
    func rests(_ piece: Int?, _ wrote: Bool, _ others: Int, _ rest: Int) {
        #expect(
            StepPace.rest(after: piece.map { .milliseconds($0) }, wrote: wrote, beside: others) == .milliseconds(rest))
    }

    @Test("threads that answer nothing end the feeding, and an answer begins it again")
    func door() async throws {
        let clock = TurnedClock()
        let threads = NamedThreads("door")
        let probe = ThreadProbe(threads, clock: clock)
        let release = DispatchSemaphore(value: 0)
        let entered = Waker()
        let stuck = Task(executorPreference: threads) {
            entered.wake()
            Self.block(on: release)
        }
        _ = await entered.waitForWake()
        clock.turn(by: .seconds(1))
        probe.probe()
        clock.turn(by: .seconds(9))
        probe.probe()
        #expect(probe.unansweredSince == .seconds(1))
        release.signal()
        await stuck.value
        // On the same threads, so behind the answer.
        await Task(executorPreference: threads) {}.value
        #expect(probe.unansweredSince == nil)
        threads.end()
    }

    private static func block(on semaphore: DispatchSemaphore) { semaphore.wait() }
}

private final class TurnedClock: Clock {
    private let real = Mutex(Duration.zero)
    func turn(by span: Duration) { real.withLock { $0 += span } }
    func now() -> Moment { Moment(seconds: 1_795_000_000) }
    func monotonic() -> Duration { real.withLock { $0 } }
    func speed() -> Double { 1 }
    var isRehearsal: Bool { false }
    var doubt: Duration { .zero }
}
