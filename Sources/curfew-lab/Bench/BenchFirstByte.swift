import Answers
import ArgumentParser
import CampaignModel
import CurfewCommands
import Foundation
import Glibc
import HostSystem
import LedgerSQLite
import Ports
import Sandbox
import Wire

/// From the rename that puts a file of a campaign that is due into the inbox, to the first byte of its first message: with a
/// reviewer who approves as soon as there is something to approve.
struct BenchFirstByte: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "first-byte", abstract: "From the inbox to the first message.", shouldDisplay: false)
    @Option(help: "An empty folder.") var folder: String
    @Option(help: "How often.") var times = 20

    private static let reviewer = "0123456789abcdef0123456789abcdef"
    private static let listed = 20

    func run() async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let world = try BenchWorld(folder: folder, people: BenchWorld.peopleAnAccount)
        try world.load(people: 100)
        try world.ledger.close()
        let clockFile = RehearsalClockFile(path: "\(folder)/clock")
        try clockFile.start(at: BenchWorld.morning + .minutes(5), speed: 1)
        let clock = try RehearsalClock(file: clockFile.path)
        let gateway = try FaultGateway(SandboxPlatform(BenchDaemon.world(1)), now: { clock.now() })
        defer { gateway.stop() }
        let bench = BenchDaemon(folder: folder, clock: clock)
        for name in ["ops", "rev"] { try bench.secret(name, String((name + Self.reviewer).prefix(32))) }
        try bench.configure(
            1, platform: gateway.url,
            more: """
                people:
                  - {name: ops, roles: [author, operator], token: "file:\(folder)/ops.secret"}
                  - {name: rev, roles: [reviewer], token: "file:\(folder)/rev.secret"}
                """)
        let daemon = try bench.start()
        defer { daemon.endNow() }
        // Until then everybody of the account was walked, as on any day but the first.
        try await bench.wait("the run before") { gateway.sendCount == 100 }
        await bench.pause(.seconds(2))
        let client = try ClientComposition.desk(socket: "\(folder)/s")
        var spans: [Duration] = []
        for round in 0..<times {
            spans.append(try await firstByte(round, client, gateway, bench))
            try await bench.wait("its end") { gateway.sendCount == 100 + Self.listed * (round + 1) }
            await bench.pause(.milliseconds(300))
        }
        spans.sort()
        Standard.say(
            """
            {"bench":"first_byte","milliseconds":\(BenchFigures.rounded(spans[spans.count / 2] / .milliseconds(1), 1)),\
            "milliseconds_max":\(BenchFigures.rounded(spans[spans.count - 1] / .milliseconds(1), 1)),"times":\(times)}
            """)
        daemon.send(SIGTERM)
        try await bench.wait("the end") { daemon.end != nil }
    }

    private func firstByte(
        _ round: Int, _ client: any ControlDesk, _ gateway: FaultGateway, _ bench: BenchDaemon
    ) async throws -> Duration {
        let first = 1000 + round * Self.listed
        let list = (first..<(first + Self.listed)).map(BenchPeople.openID).joined(separator: "\n")
        let yaml = """
            campaign: first-\(round)
            author: ops
            account: account-0
            title: 上新
            audience: {files: [first-\(round).csv]}
            schedule: {start: 2026-11-20 10:00, valid_until: end-of-day}
            variants:
              - name: a
                messages:
                  - applet_card: {template: card-001, path: pages/sale/index}

            """
        for (name, text) in [("csv", "open_id\n\(list)\n"), ("yaml", yaml)] {
            try text.write(toFile: "\(folder)/first-\(round).\(name)", atomically: false, encoding: .utf8)
        }
        let before = gateway.sendCount
        let began = bench.clock.monotonic()
        for name in ["csv", "yaml"] {
            guard rename("\(folder)/first-\(round).\(name)", "\(folder)/inbox/first-\(round).\(name)") == 0 else {
                throw ValidationError("cannot rename into the inbox: \(errno)")
            }
        }
        let request = ActRequest(act: .approve, run: "first-\(round)")
        let identity = Identity.token(String(("rev" + Self.reviewer).prefix(32)))
        // Safe because before it is taken there is nothing to approve: whoever reviews asks again.
        try await bench.wait("its review") { (try? client.act(request, as: identity)) != nil }
        try await bench.wait("its first message") { gateway.sendCount > before }
        return bench.clock.monotonic() - began
    }
}
