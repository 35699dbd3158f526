import Answers
import ArgumentParser
import CampaignFiles
import CampaignModel
import CurfewCommands
import Foundation
import Glibc
import HostSystem
import LedgerSQLite
import Ports
import Sandbox
import Wire

/// What a daemon costs that has thousands of runs before it and tens of thousands behind it: until its door is open, when
/// it is asked, and when nothing is to be done. On the true clock, which nobody has to look at every few milliseconds.
///
/// One run of each kind is made by the verbs that the daemon uses, and seen by a daemon; the others are copies of its rows.
struct BenchRuns: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "A daemon with many runs: door, answers, idling.", shouldDisplay: false)
    @Option(help: "A folder of its own.") var folder: String
    @Option(help: "Runs that are scheduled.") var live: Int
    @Option(help: "Runs that are over.") var ended: Int
    @Option(help: "Accounts that share the scheduled runs.") var accounts = 1
    @Option(help: "Only this one: status, scrape or idle.") var only: String?

    private static let questions = 100
    private static let idleSpan: Duration = .seconds(30)
    private static let quietMax: Duration = .minutes(5)

    func run() async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let clockFile = RehearsalClockFile(path: "\(folder)/clock")
        try clockFile.start(at: SystemClock().now(), speed: 1)
        let clock = try RehearsalClock(file: clockFile.path)
        let gateway = try FaultGateway(SandboxPlatform(BenchDaemon.world(accounts)), now: { clock.now() })
        defer { gateway.stop() }
        let bench = BenchDaemon(folder: folder, clock: clock)
        try bench.configure(accounts, platform: gateway.url)
        try seed()
        try await see(bench)
        _ = try BenchChild.output(
            ["\(folder)/ledger.db", BenchRunCopies.sql(live: live, ended: ended, accounts: accounts)],
            program: "/usr/bin/sqlite3")
        if only == nil || only == "status" { try await door(bench) }
        let daemon = try start()
        defer { daemon.endNow() }
        let client = try await opened(bench)
        try await quiet(daemon, bench)
        if only == "scrape" { try scrape(clock) } else if only != "idle" { try answers(client, clock) }
        if only == nil || only == "idle" { try await idle(daemon, bench) }
        daemon.send(SIGTERM)
        try await bench.wait("the end") { daemon.end != nil }
    }

    private func start() throws -> FaultChild {
        try FaultChild(
            FaultChild.daemonProgram, ["serve", "--config", "\(folder)/curfew.yaml"], log: "\(folder)/daemon.log")
    }

    private func opened(_ bench: BenchDaemon) async throws -> any ControlDesk {
        let client = try ClientComposition.desk(socket: "\(folder)/s")
        // Safe because whoever finds the door closed comes again until the time is up.
        try await bench.wait("the door") { (try? client.status()) != nil }
        return client
    }

    // MARK: - The ledger

    /// One run that is over, and one that starts in three weeks.
    private func seed() throws {
        var clock = BenchWorld.BenchClock()
        clock.from = SystemClock().now()
        let world = try BenchWorld(folder: folder, people: 1, clock: clock)
        try world.load(people: 1)
        try world.deliver()
        for run in try world.ledger.liveRuns() {
            _ = try world.ledger.end(
                EndDemand(now: clock.now(), term: world.term, run: run.id, state: .finished, reason: .expired))
        }
        let account = world.accounts[0]
        var campaign = BenchWorld.campaign(account, index: 1)
        let start = clock.from + .days(21)
        campaign.schedule = Schedule(start: start, validity: .endOfDay)
        let feed = AudienceFeed(digest: "bench-live", fileName: "people.csv") { _, row in
            for member in 0..<20 {
                var openID = BenchPeople.openID(member)
                var fields = "\u{1F}小\(member)\u{1F}杭州"
                try openID.withUTF8 { id in try fields.withUTF8 { try row(id, $0, member) } }
            }
            return AudienceCount(read: 20, bad: 0, columns: ["open_id", "nickname", "city"])
        }
        let admission = try world.ledger.admit(
            RevisionDemand(
                now: clock.now(), term: world.term, campaign: campaign, account: account.id, app: account.app,
                digest: "bench-live", source: [], fileName: "live.yaml", audiences: [feed], excludes: [],
                occurrence: start, validUntil: campaign.schedule.end(ofOccurrence: start)))
        _ = try world.ledger.act(
            ActDemand(now: clock.now(), term: world.term, run: admission.run.id, act: .approve, person: "reviewer"))
        try world.ledger.close()
    }

    /// What a daemon writes down about a new run once: its review and its forecast.
    private func see(_ bench: BenchDaemon) async throws {
        let daemon = try start()
        defer { daemon.endNow() }
        _ = try await opened(bench)
        var options = LedgerSQLite.Options()
        options.readOnly = true
        let ledger = try LedgerSQLite(path: "\(folder)/ledger.db", options: options)
        guard let run = try ledger.liveRuns().first else { throw ValidationError("the run is not there") }
        try await bench.wait("its forecast") { try ledger.forecast(of: run.id) != nil }
        try ledger.close()
        await bench.pause(.seconds(3))
        daemon.send(SIGTERM)
        try await bench.wait("the end") { daemon.end != nil }
    }

    // MARK: - Figures

    /// From the start of the process to the first answer, and a stop right after it.
    private func door(_ bench: BenchDaemon) async throws {
        let began = bench.clock.monotonic()
        let daemon = try start()
        defer { daemon.endNow() }
        _ = try await opened(bench)
        let opened = bench.clock.monotonic()
        daemon.send(SIGTERM)
        try await bench.wait("the end") { daemon.end != nil }
        let stopped = bench.clock.monotonic()
        Standard.say(
            """
            {"bench":"door","live":\(live),"ended":\(ended),\
            "milliseconds":\(Self.milliseconds(opened - began)),"stop_milliseconds":\(Self.milliseconds(stopped - opened))}
            """)
    }

    private func times(_ clock: RehearsalClock, _ ask: () throws -> Void) throws -> [Duration] {
        try (0..<Self.questions).map { _ in
            let began = clock.monotonic()
            try ask()
            return clock.monotonic() - began
        }.sorted()
    }

    /// - Returns: how many bytes.
    @discardableResult
    private func page(_ path: String) throws -> Int {
        let response = try ClientComposition.exchange("\(folder)/s")(
            HTTPRequest(method: .get, url: "http://localhost" + path, unixSocket: "\(folder)/s"))
        guard response.status == 200 else { throw ValidationError("\(path): \(response.status)") }
        return response.body.count
    }

    private func scrape(_ clock: RehearsalClock) throws {
        let bytes = try page("/metrics")
        let times = try times(clock) { try page("/metrics") }
        Standard.say(
            """
            {"bench":"scrape","accounts":\(accounts),"live":\(live),"bytes":\(bytes),\
            "milliseconds":\(Self.milliseconds(times[times.count / 2])),\
            "milliseconds_max":\(Self.milliseconds(times[times.count - 1]))}
            """)
    }

    private func answers(_ client: any ControlDesk, _ clock: RehearsalClock) throws {
        let status = try times(clock) { _ = try client.status() }
        let metrics = try times(clock) { try page("/metrics") }
        Standard.say(
            """
            {"bench":"status","live":\(live),"ended":\(ended),\
            "milliseconds":\(Self.milliseconds(status[status.count / 2])),\
            "milliseconds_max":\(Self.milliseconds(status[status.count - 1])),\
            "metrics_ms":\(Self.milliseconds(metrics[metrics.count / 2])),\
            "metrics_ms_max":\(Self.milliseconds(metrics[metrics.count - 1]))}
            """)
    }

    /// Until what is done once after a start is done.
    private func quiet(_ daemon: FaultChild, _ bench: BenchDaemon) async throws {
        let until = bench.clock.monotonic() + Self.quietMax
        while bench.clock.monotonic() < until {
            let before = try KernelFigures(of: daemon.pid)
            await bench.pause(.seconds(3))
            if try KernelFigures(of: daemon.pid).cpu - before.cpu < .milliseconds(30) { return }
        }
    }

    private func idle(_ daemon: FaultChild, _ bench: BenchDaemon) async throws {
        let began = bench.clock.monotonic()
        let before = try KernelFigures(of: daemon.pid)
        await bench.pause(Self.idleSpan)
        let after = try KernelFigures(of: daemon.pid)
        let seconds = (bench.clock.monotonic() - began) / .seconds(1)
        Standard.say(
            """
            {"bench":"idle","runs":\(live),"ended":\(ended),\
            "cpu_percent":\(BenchFigures.rounded((after.cpu - before.cpu) / .seconds(1) / seconds * 100, 3)),\
            "wakeups_per_s":\(BenchFigures.rounded(Double(after.wakeups(since: before)) / seconds, 1)),\
            "rss_mb":\(BenchFigures.rounded(after.megabytes, 1)),\
            "rss_growth_mb":\(BenchFigures.rounded(after.megabytes - before.megabytes, 2)),"seconds":\(Int(seconds))}
            """)
    }

    private static func milliseconds(_ span: Duration) -> String { BenchFigures.rounded(span / .milliseconds(1), 1) }
}

/// What the kernel has counted of a process.
struct KernelFigures {
    /// Also of threads that have ended; in steps of the kernel's tick.
    let cpu: Duration
    let megabytes: Double
    /// How often each thread waited and went on.
    private let waits: [String: Int]

    init(of process: pid_t) throws {
        // Behind the name, which may hold anything: the third field is the first.
        let stat = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        let ticks = fields.dropFirst(11).prefix(2).reduce(0) { $0 + (Int64($1) ?? 0) }
        cpu = .nanoseconds(ticks * 1_000_000_000 / Int64(sysconf(Int32(_SC_CLK_TCK))))
        let tasks = "/proc/\(process)/task"
        var waits: [String: Int] = [:]
        for thread in try FileManager.default.contentsOfDirectory(atPath: tasks) {
            // Safe because a thread that has ended since it was listed waits for nothing any more.
            guard let status = try? String(contentsOfFile: "\(tasks)/\(thread)/status", encoding: .utf8) else {
                continue
            }
            waits[thread] = Self.number(status, "voluntary_ctxt_switches:")
        }
        self.waits = waits
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        megabytes = Double(Self.number(status, "VmRSS:")) / 1024
    }

    func wakeups(since earlier: KernelFigures) -> Int {
        waits.reduce(0) { $0 + $1.value - earlier.waits[$1.key, default: 0] }
    }

    private static func number(_ text: String, _ name: String) -> Int {
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
