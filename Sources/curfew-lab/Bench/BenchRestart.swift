import ArgumentParser
import CampaignModel
import CurfewCommands
import Foundation
import Glibc
import HostSystem
import Ports
import Sandbox
import TransportCurl
import Wire

/// How long people wait after a crash: the real daemon, killed in the middle of a million deliveries, from its start to
/// the first byte of the first request; and from SIGTERM to its end, with requests on the wire.
struct BenchRestart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "From a crash to the first send, and from SIGTERM to the end.",
        shouldDisplay: false)
    @Option(help: "Deliveries in the ledger.") var deliveries = 1_000_000
    @Option(help: "How long the daemon sends before it is killed, in seconds.") var sending = 10
    @Option(help: "A folder with a ledger that `bench load` filled.") var folder: String

    /// The longest that an answer of this platform takes, and so the in-flight limit of the stop.
    private static let replyMilliseconds: Int32 = 300

    func run() async throws {
        let clockFile = RehearsalClockFile(path: "\(folder)/clock")
        try clockFile.start(at: BenchWorld.morning + .minutes(5), speed: 1)
        let clock = try RehearsalClock(file: clockFile.path)
        let accounts = (deliveries + BenchWorld.peopleAnAccount - 1) / BenchWorld.peopleAnAccount
        let slow = FaultSwitch()
        let gateway = try FaultGateway(SandboxPlatform(BenchDaemon.world(accounts)), now: { clock.now() }) {
            request, _ in
            guard request.path == "/im/send/msg/" else { return .honest(afterMilliseconds: 0) }
            return slow.isOn
                ? .answer(BenchDaemon.accepted, afterMilliseconds: Self.replyMilliseconds)
                : .turnedAway(BenchDaemon.accepted)
        }
        defer { gateway.stop() }
        let bench = BenchDaemon(folder: folder, clock: clock)
        try bench.configure(accounts, platform: gateway.url)
        var daemon = try bench.start()
        try await bench.wait("the first contact") { gateway.sendCount > 0 }
        _ = await RealPause().wait(atMost: .seconds(sending), for: Waker())
        daemon.endNow()
        let before = gateway.sendCount
        let started = clock.monotonic()
        daemon = try bench.start()
        try await bench.wait("the first contact after the restart") { gateway.sendCount > before }
        let seconds = (clock.monotonic() - started) / .seconds(1)
        slow.isOn = true
        _ = await RealPause().wait(atMost: .seconds(1), for: Waker())
        let asked = clock.monotonic()
        daemon.send(SIGTERM)
        try await bench.wait("the end") { daemon.end != nil }
        let stop = (clock.monotonic() - asked) / .seconds(1)
        Standard.say(
            """
            {"bench":"restart","deliveries":\(deliveries),"seconds":\(BenchFigures.rounded(seconds)),\
            "attempts":\(before),"stop_seconds":\(BenchFigures.rounded(stop)),\
            "in_flight_limit_s":\(BenchFigures.rounded(Double(Self.replyMilliseconds) / 1000))}
            """)
        guard daemon.end == .exit(0) else {
            throw ValidationError("the daemon ended with \(String(describing: daemon.end))")
        }
    }
}

/// Turned on by one thread, seen by others.
final class FaultSwitch: @unchecked Sendable {
    // Guarded by the lock.
    private var state = false
    private let lock = NSLock()
    var isOn: Bool {
        get { lock.withLock { state } }
        set { lock.withLock { state = newValue } }
    }
}
