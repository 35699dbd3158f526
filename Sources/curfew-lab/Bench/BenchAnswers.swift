import Answers
import ArgumentParser
import CampaignModel
import CurfewCommands
import Digests
import Foundation
import Glibc
import HostSystem
import LedgerSQLite
import Ports
import Sandbox
import Wire

/// How long a daemon that has its hands full lets people wait: while a list is imported, a plan is written and forecasts
/// are made, beside full-speed sending.
struct BenchAnswers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answers", abstract: "What a busy daemon answers, and when.", shouldDisplay: false)
    @Option(help: "Rows of the list that is imported meanwhile.") var rows = 10_000_000
    @Option(help: "People of the run that is planned and forecast meanwhile.") var planned = 1_000_000
    @Option(help: "People who are written to.") var people: Int
    @Option(help: "An empty folder.") var folder: String

    /// Seconds of sending with nothing beside it.
    private static let alone = 10
    private static let opener = "0123456789abcdef0123456789abcdef"

    func run() async throws {
        let accounts = (people + BenchWorld.peopleAnAccount - 1) / BenchWorld.peopleAnAccount + 1
        let started = BenchWorld.morning + .minutes(5)
        try load(accounts, plannedAt: started + .seconds(Int64(Self.alone) + 5))
        try BenchPeople.write(rows: rows, to: "\(folder)/people.csv", from: people + planned)
        let clockFile = RehearsalClockFile(path: "\(folder)/clock")
        try clockFile.start(at: started, speed: 1)
        let clock = try RehearsalClock(file: clockFile.path)
        let gateway = try FaultGateway(SandboxPlatform(BenchDaemon.world(accounts)), now: { clock.now() }) {
            request, _ in
            request.path == "/im/send/msg/" ? .turnedAway(BenchDaemon.accepted) : .honest(afterMilliseconds: 0)
        }
        defer { gateway.stop() }
        let bench = BenchDaemon(folder: folder, clock: clock)
        try bench.secret("ops", Self.opener)
        let events = try FreePort.number()
        try bench.configure(
            accounts, platform: gateway.url,
            more: """
                events: {listen: "127.0.0.1:\(events)"}
                people: [{name: ops, roles: [author, operator], token: "file:\(folder)/ops.secret"}]
                """)
        let listener = try FeedListener("\(folder)/notify", clock)
        let daemon = try bench.start(environment: ["NOTIFY_SOCKET": listener.path, "WATCHDOG_USEC": "2000000"])
        defer { daemon.endNow() }
        try await bench.wait("the first contact") { gateway.sendCount > 0 }
        let aloneRate = await rate(of: gateway, for: .seconds(Self.alone), bench)

        let client = try ClientComposition.desk(socket: "\(folder)/s")
        let hook = Hook(port: events, clock: clock, exchange: try ClientComposition.exchange("\(folder)/s"))
        var figures = Figures()
        try dropList()
        let (from, sent) = (clock.monotonic(), gateway.sendCount)
        var away = Duration.zero
        var round = 0
        // Whether it is in is asked now and then: a list of all runs is no part of what is measured.
        while true {
            if round.isMultiple(of: 25), try isIn(client) { break }
            guard clock.monotonic() - from < .minutes(15) else { throw ValidationError("the import did not end") }
            round += 1
            figures.status.append(try timed(clock) { _ = try client.status() })
            if round.isMultiple(of: 100) {
                let began = clock.monotonic()
                figures.stop.append(try timed(clock) { try act(.stopAll, client) })
                try act(.go, client)
                away += clock.monotonic() - began
            }
            if round.isMultiple(of: 60) { figures.optOut.append(try await optOut(round, hook, bench)) }
            await bench.pause(.milliseconds(20))
        }
        let busy = Double(gateway.sendCount - sent) / ((clock.monotonic() - from - away) / .seconds(1))
        let megabytes = try KernelFigures(of: daemon.pid).megabytes
        Standard.say(
            figures.line(
                rows: rows, silence: listener.silenceMax, ratio: busy / aloneRate, megabytes: megabytes))
        daemon.send(SIGTERM)
        try await bench.wait("the end") { daemon.end != nil }
    }

    // MARK: - The world

    /// Everybody who is written to, and a run of many that is planned while the list is imported. Its window is in the
    /// evening, so that it is planned and forecast, and takes nobody's turn.
    private func load(_ accounts: Int, plannedAt start: Moment) throws {
        let world = try BenchWorld(folder: folder, people: accounts * BenchWorld.peopleAnAccount)
        try world.load(people: people)
        guard let account = world.accounts.last else { return }
        var campaign = BenchWorld.campaign(account, index: accounts)
        campaign.schedule = Schedule(
            start: start, window: DayWindow(fromMinute: 20 * 60, toMinute: 22 * 60), validity: .endOfDay)
        let range = people..<(people + planned)
        let feed = AudienceFeed(digest: "bench-later", fileName: "later.csv") { row in
            for member in range {
                var openID = BenchPeople.openID(member)
                var fields = "\u{1F}小\(member % 1000)\u{1F}杭州"
                try openID.withUTF8 { id in try fields.withUTF8 { try row(id, $0, member) } }
            }
            return AudienceCount(read: range.count, bad: 0, columns: ["open_id", "nickname", "city"])
        }
        let now = world.clock.now()
        let admission = try world.ledger.admit(
            RevisionDemand(
                now: now, term: world.term, campaign: campaign, account: account.id, app: account.app,
                digest: "bench-later", source: [], fileName: "later.yaml", audiences: [feed], excludes: [],
                occurrence: start, validUntil: BenchWorld.morning + .hours(14)))
        _ = try world.ledger.act(
            ActDemand(now: now, term: world.term, run: admission.run.id, act: .approve, person: "reviewer"))
        try world.ledger.close()
    }

    private func dropList() throws {
        let inbox = "\(folder)/inbox"
        try FileManager.default.moveItem(atPath: "\(folder)/people.csv", toPath: "\(inbox)/people.csv")
        let yaml = """
            campaign: imported
            author: ops
            account: account-0
            title: 双11
            audience: {files: [people.csv]}
            schedule: {start: 2026-11-20 20:00, valid_until: end-of-day}
            fields: {nickname: {default: 朋友}}
            variants:
              - name: a
                messages:
                  - applet_card: {template: card-001, path: pages/sale/index}

            """
        try yaml.write(toFile: "\(folder)/imported.yaml", atomically: true, encoding: .utf8)
        try FileManager.default.moveItem(atPath: "\(folder)/imported.yaml", toPath: "\(inbox)/imported.yaml")
    }

    private func isIn(_ client: any ControlDesk) throws -> Bool {
        try client.runs(includingEnded: false).contains { $0.run.hasPrefix("imported@") }
    }

    // MARK: - Questions

    private func act(_ act: ActRequest.Act, _ client: any ControlDesk) throws {
        _ = try client.act(ActRequest(act: act), as: .token(Self.opener))
    }

    private func timed(_ clock: RehearsalClock, _ body: () throws -> Void) throws -> Duration {
        let began = clock.monotonic()
        try body()
        return clock.monotonic() - began
    }

    /// From the first byte of the callback until the person stands on the deny list.
    private func optOut(_ number: Int, _ hook: Hook, _ bench: BenchDaemon) async throws -> Duration {
        let clock = bench.clock
        var options = LedgerSQLite.Options()
        options.readOnly = true
        let ledger = try LedgerSQLite(path: "\(folder)/ledger.db", options: options)
        let before = try ledger.denied(app: AppID(rawValue: 1)).count
        let began = clock.monotonic()
        try hook.optOut(BenchPeople.openID(number), number)
        while try ledger.denied(app: AppID(rawValue: 1)).count == before {
            guard clock.monotonic() - began < .seconds(60) else { throw ValidationError("an opt-out was lost") }
            await bench.pause(.milliseconds(2))
        }
        return clock.monotonic() - began
    }

    private func rate(of gateway: FaultGateway, for span: Duration, _ bench: BenchDaemon) async -> Double {
        let before = gateway.sendCount
        let began = bench.clock.monotonic()
        await bench.pause(span)
        return Double(gateway.sendCount - before) / ((bench.clock.monotonic() - began) / .seconds(1))
    }

    private struct Figures {
        var status: [Duration] = []
        var stop: [Duration] = []
        var optOut: [Duration] = []

        private static func milliseconds(_ span: Duration?) -> String {
            BenchFigures.rounded((span ?? .zero) / .milliseconds(1), 1)
        }

        func line(rows: Int, silence: Duration, ratio: Double, megabytes: Double) -> String {
            let sorted = status.sorted()
            let p99 = sorted.isEmpty ? nil : sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
            return """
                {"bench":"answers","rows":\(rows),"silence_s_max":\(BenchFigures.rounded(silence / .seconds(1))),\
                "status_ms_p99":\(Self.milliseconds(p99)),"status_ms_max":\(Self.milliseconds(sorted.last)),\
                "stop_all_ms_max":\(Self.milliseconds(stop.max())),"opt_out_ms_max":\(Self.milliseconds(optOut.max())),\
                "sending_ratio":\(BenchFigures.rounded(ratio)),"questions":\(status.count),"stops":\(stop.count),\
                "opt_outs":\(optOut.count),"rss_mb":\(BenchFigures.rounded(megabytes, 1))}
                """
        }
    }
}

/// Signed callbacks to the daemon under measurement.
private struct Hook {
    let port: UInt16
    let clock: RehearsalClock
    let exchange: @Sendable (HTTPRequest) throws -> HTTPResponse

    func optOut(_ openID: String, _ number: Int) throws {
        let moment = clock.now().milliseconds
        let body = Array(
            """
            {"event":"im_receive_msg","client_key":"\(BenchWorld.clientKey)","from_user_id":"\(openID)",\
            "to_user_id":"_000account\(number / BenchWorld.peopleAnAccount)","content":{"create_time":\(moment),\
            "message_type":"text","text":"退订","server_message_id":"@bench\(number)","conversation_short_id":"@c"}}
            """.utf8)
        let signature = Digest.of(Array("w".utf8) + body, by: .sha1).hexadecimal
        let answer = try exchange(
            HTTPRequest(
                method: .post, url: "http://127.0.0.1:\(port)/webhook",
                headers: [
                    HTTPHeader("Content-Type", "application/json"), HTTPHeader("X-Douyin-Signature", signature),
                ], body: body))
        guard answer.status == 200 else { throw ValidationError("a signed callback got \(answer.status)") }
    }
}

/// Hears what systemd would hear, on a thread of its own, and how long nothing fed the watchdog.
private final class FeedListener: @unchecked Sendable {
    let path: String
    private let descriptor: Int32
    private let lock = NSLock()
    // Guarded by the lock.
    private var last: Duration?
    private var longest = Duration.zero
    private let clock: RehearsalClock

    init(_ path: String, _ clock: RehearsalClock) throws {
        (self.path, self.clock) = (path, clock)
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard descriptor >= 0, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw ValidationError("no socket at \(path)")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else { throw ValidationError("no socket at \(path)") }
        Thread { [self] in listen() }.start()
    }

    /// Up to now.
    var silenceMax: Duration {
        lock.withLock { max(longest, last.map { clock.monotonic() - $0 } ?? .zero) }
    }

    private func listen() {
        var bytes = [UInt8](repeating: 0, count: 1024)
        while case let count = recv(descriptor, &bytes, bytes.count, 0), count > 0 {
            guard String(decoding: bytes.prefix(count), as: UTF8.self) == "WATCHDOG=1" else { continue }
            let now = clock.monotonic()
            lock.withLock {
                if let last { longest = max(longest, now - last) }
                last = now
            }
        }
    }
}

/// A port of the loopback that nobody listens on now.
private enum FreePort {
    static func number() throws -> UInt16 {
        let (listener, port) = try FaultSocket.listen()
        close(listener)
        return port
    }
}
