import ArgumentParser
import CampaignModel
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
        let gateway = try FaultGateway(SandboxPlatform(Self.world(accounts)), now: { clock.now() }) { request, _ in
            guard request.path == "/im/send/msg/" else { return .honest(afterMilliseconds: 0) }
            return slow.isOn
                ? .answer(Self.accepted, afterMilliseconds: Self.replyMilliseconds) : .turnedAway(Self.accepted)
        }
        defer { gateway.stop() }
        try write(accounts, gateway)
        var daemon = try start()
        try await wait("the first contact", clock) { gateway.sendCount > 0 }
        _ = await RealPause().wait(atMost: .seconds(sending), for: Waker())
        daemon.endNow()
        let before = gateway.sendCount
        let started = clock.monotonic()
        daemon = try start()
        try await wait("the first contact after the restart", clock) { gateway.sendCount > before }
        let seconds = (clock.monotonic() - started) / .seconds(1)
        slow.isOn = true
        _ = await RealPause().wait(atMost: .seconds(1), for: Waker())
        let asked = clock.monotonic()
        daemon.send(SIGTERM)
        try await wait("the end", clock) { daemon.end != nil }
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

    private static let accepted: [UInt8] = FaultSocket.bytes(
        of: HTTPResponse(status: 200, body: Array(LoopbackSink.replyBody.utf8)))

    /// Everybody of the ledger authorised their account here too: the daemon asks, and would leave out whom nobody names.
    private static func world(_ accounts: Int) -> SandboxWorld {
        SandboxWorld(
            apps: [.init(clientKey: BenchWorld.clientKey, clientSecret: "a", webhookSecret: "w")],
            accounts: (0..<accounts).map { account in
                let first = account * BenchWorld.peopleAnAccount
                return .init(
                    openID: "_000account\(account)", clientKey: BenchWorld.clientKey,
                    users: (first..<(first + BenchWorld.peopleAnAccount)).map { BenchPeople.openID($0) })
            })
    }

    private func start() throws -> FaultChild {
        try FaultChild(
            FaultChild.ownProgram,
            ["serve", "--config", "\(folder)/curfew.yaml", "--clock-file", "\(folder)/clock"],
            log: "\(folder)/daemon.log")
    }

    private func write(_ accounts: Int, _ gateway: FaultGateway) throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/inbox", withIntermediateDirectories: true)
        for name in ["a", "w"] {
            guard
                FileManager.default.createFile(
                    atPath: "\(folder)/\(name).secret", contents: Data(name.utf8),
                    attributes: [.posixPermissions: 0o600])
            else { throw ValidationError("cannot write to \(folder)") }
        }
        let lines = (0..<accounts).map {
            """
                  - {name: account-\($0), open_id: "_000account\($0)", kind: enterprise, role: brand, pace: "200/s,burst=50",\
             qualification: {id: bench, messages_per_day: 100000, valid_from: 2026-01-01, valid_to: 2027-01-01}}
            """
        }
        let yaml = """
            state: \(folder)
            inbox: \(folder)/inbox
            language: en
            platform: {base_url: "\(gateway.url)", timeout: 2s, concurrency: 64}
            http: {listen: "127.0.0.1:0", socket: \(folder)/s}
            apps:
              - id: \(BenchWorld.clientKey)
                client_key: \(BenchWorld.clientKey)
                client_secret: "file:\(folder)/a.secret"
                webhook_secrets: ["file:\(folder)/w.secret"]
                accounts:
            \(lines.joined(separator: "\n"))

            """
        try yaml.write(toFile: "\(folder)/curfew.yaml", atomically: true, encoding: .utf8)
    }

    private func wait(_ what: String, _ clock: RehearsalClock, _ isSo: () -> Bool) async throws {
        let until = clock.monotonic() + .seconds(120)
        while !isSo() {
            guard clock.monotonic() < until else {
                let log = try String(contentsOfFile: "\(folder)/daemon.log", encoding: .utf8)
                throw ValidationError("waited in vain for \(what): \(log.split(separator: "\n").suffix(5))")
            }
            _ = await RealPause().wait(atMost: .milliseconds(1), for: Waker())
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
