import Answers
import CampaignModel
import CurfewCommands
import Foundation
import Glibc
import HostSystem
import LedgerSQLite
import Ports
import Sandbox
import TransportCurl
import Wire

/// A whole rehearsal in a folder: the gateway in this process, the real daemon as a child that can be ended, a clock
/// that this process turns, one campaign and its people.
final class FaultRig {
    struct Shape {
        var people: [String]
        /// On the list, but never authorised.
        var strangers: [String] = []
        var concurrency = 4
        var pace = "4/s,burst=8"
        var messagesADay = 500
        var usersADay = 5000
        var opening = Moment(iso8601: "2026-11-20T10:00:00+08:00")!
        var speed = 30.0
        var timeout = "1s"
        var faults = SandboxFaults.none
        var validUntil = "+6d"
        /// The campaign's start, counted from the opening; whole minutes.
        var startsAfter: Duration = .zero
        /// Somebody outside is told what happens.
        var tells = false
    }

    static let account = "brand"
    private static let secrets = ["app": "a", "webhook": "w", "marketing": "m", "review": "r", "ops": "o"]

    let root: String
    let shape: Shape
    let clock: RehearsalClock
    let gateway: FaultGateway
    private let clockFile: RehearsalClockFile
    private let transport: TransportCurl
    private(set) var daemon: FaultChild?
    private let pauseWaker = Waker()

    init(
        _ shape: Shape, root: String, transport: TransportCurl,
        conduct: @escaping FaultGateway.Conduct = { _, _ in .honest(afterMilliseconds: 0) }
    ) throws {
        (self.root, self.shape, self.transport) = (root, shape, transport)
        for folder in ["state", "inbox"] {
            try FileManager.default.createDirectory(
                atPath: "\(root)/\(folder)", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        clockFile = RehearsalClockFile(path: "\(root)/clock")
        try clockFile.start(at: shape.opening, speed: shape.speed)
        let clock = try RehearsalClock(file: clockFile.path)
        self.clock = clock
        gateway = try FaultGateway(
            SandboxPlatform(Self.world(shape), faults: shape.faults), now: { clock.now() }, conduct: conduct)
        for (name, secret) in Self.secrets.sorted(by: { $0.key < $1.key }) {
            try write("\(name).secret", secret, mode: 0o600)
        }
        try write("hook.secret", "\(gateway.url)/hook/x", mode: 0o600)
        try write("sign.secret", "demo", mode: 0o600)
        try write("curfew.yaml", configuration)
        try write("people.csv", "open_id\n" + (shape.people + shape.strangers).joined(separator: "\n") + "\n")
    }

    deinit {
        daemon?.endNow()
        gateway.stop()
        // Safe because a folder that stays behind in the temporary directory harms nobody.
        try? FileManager.default.removeItem(atPath: root)
    }

    private static func world(_ shape: Shape) -> SandboxWorld {
        var world = SandboxWorld(
            apps: [.init(clientKey: "tt1", clientSecret: "a", webhookSecret: "w")],
            accounts: [.init(openID: account, clientKey: "tt1", users: shape.people)])
        world.limits.unqualifiedMessagesADay = shape.messagesADay
        world.limits.usersADay = shape.usersADay
        return world
    }

    private var configuration: String {
        """
        state: \(root)/state
        inbox: \(root)/inbox
        language: en
        platform: {base_url: "\(gateway.url)", timeout: \(shape.timeout), concurrency: \(shape.concurrency)}
        http: {listen: "127.0.0.1:0", socket: \(root)/s}
        rules: {daily_batch_cap: \(shape.messagesADay), daily_users_cap: \(shape.usersADay)}
        people:
          - {name: marketing, roles: [author], token: "file:\(root)/marketing.secret"}
          - {name: review, roles: [reviewer], token: "file:\(root)/review.secret"}
          - {name: ops, roles: [operator], token: "file:\(root)/ops.secret"}
        apps:
          - id: tt1
            client_key: tt1
            client_secret: "file:\(root)/app.secret"
            webhook_secrets: ["file:\(root)/webhook.secret"]
            accounts:
              - {name: \(Self.account), open_id: "\(Self.account)", kind: enterprise, role: brand, pace: "\(shape.pace)"}
        \(shape.tells ? told : "")

        """
    }

    private var told: String {
        """
        notify: {targets: [{name: hook, kind: webhook, address: "file:\(root)/hook.secret", \
        secrets: ["file:\(root)/sign.secret"]}]}
        """
    }

    private var campaign: String {
        """
        campaign: spring
        author: marketing
        account: \(Self.account)
        title: 春天
        audience: {files: [people.csv]}
        schedule: {start: \((shape.opening + shape.startsAfter).text().prefix(16)), valid_until: \(shape.validUntil)}
        variants:
          - name: a
            messages:
              - applet_card: {template: card-001, path: pages/index}

        """
    }

    func write(_ name: String, _ text: String, mode: Int = 0o644) throws {
        let path = "\(root)/\(name)"
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: mode])
        else { throw FaultTrouble("cannot write \(path)") }
    }

    /// Renamed in, the list first, as a careful marketer's tool would.
    func drop() throws {
        try write("inbox/.spring.yaml", campaign)
        guard rename("\(root)/people.csv", "\(root)/inbox/people.csv") == 0,
            rename("\(root)/inbox/.spring.yaml", "\(root)/inbox/spring.yaml") == 0
        else { throw FaultTrouble("cannot drop: \(String(cString: strerror(errno)))") }
    }

    // MARK: - Time

    /// Real time.
    func pause(_ duration: Duration) async { _ = await RealPause().wait(atMost: duration, for: pauseWaker) }

    /// Lets the wall run on to `moment` in less than a second, then at `speed`. Nobody may be sending meanwhile.
    func passTime(to moment: Moment, speed: Double) async throws {
        let distance = Double(moment.since(clock.now()).wholeMilliseconds) / 1000
        guard distance > 60 else { return try setSpeed(speed) }
        let fast = try clockFile.changeSpeed(to: min(distance / 0.3, 90_000))
        let rest = Double(moment.since(fast.virtualStart).wholeMilliseconds) / 1000 / fast.speed
        try clockFile.append(
            RehearsalSegment(
                realStart: fast.realStart + Int64(rest * 1_000_000_000), virtualStart: moment, speed: speed))
        while clock.now() < moment { await pause(.milliseconds(20)) }
    }

    func setSpeed(_ speed: Double) throws {
        if clock.speed() != speed { try clockFile.changeSpeed(to: speed) }
    }

    // MARK: - The daemon

    /// What is killed, starved and deceived.
    var program: String { FaultChild.daemonProgram }
    var daemonArguments: [String] { ["serve", "--config", "\(root)/curfew.yaml", "--clock-file", "\(root)/clock"] }
    var log: String { "\(root)/daemon.log" }

    func startDaemon(_ environment: [String: String] = [:]) throws {
        // Only the laboratory's daemon knows how to end at a wanted moment.
        let program = environment["CURFEW_KILL_AT"] == nil ? program : FaultChild.ownProgram
        daemon = try FaultChild(program, daemonArguments, environment: environment, log: log)
    }

    /// Under something else: strace, a mount of its own.
    func startDaemon(under wrapper: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        daemon = try FaultChild(wrapper, arguments, environment: environment, log: log)
    }

    var logTail: String {
        let text = FileManager.default.contents(atPath: log).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").suffix(4).joined(separator: " | ")
    }

    /// Waits for the child's own end.
    func waitForEnd(atMost limit: Duration) async -> FaultChild.End? {
        let until = clock.monotonic() + limit
        while clock.monotonic() < until {
            if let end = daemon?.end { return end }
            await pause(.milliseconds(2))
        }
        return daemon?.end
    }

    /// As `systemctl stop` does.
    func stopDaemon() async throws {
        daemon?.send(SIGTERM)
        guard let end = await waitForEnd(atMost: .seconds(20)) else {
            daemon?.endNow()
            throw FaultTrouble("asked to stop, the daemon went on for 20 s: \(logTail)")
        }
        guard end == .exit(0) else { throw FaultTrouble("asked to stop, the daemon ended with \(end): \(logTail)") }
    }

    // MARK: - Asking

    func status() async throws -> StatusReport {
        let request = HTTPRequest(method: .get, url: "http://localhost/v1/status", unixSocket: "\(root)/s")
        let response = try await OneExchange.carryOut(request, over: transport, timeout: .seconds(3))
        return try JSONDecoder().decode(StatusReport.self, from: Data(response.body))
    }

    @discardableResult
    func act(_ act: ActRequest, token: String) async throws -> Int {
        let request = HTTPRequest(
            method: .post, url: "http://localhost/v1/acts",
            headers: [HTTPHeader("content-type", "application/json"), HTTPHeader("authorization", "Bearer \(token)")],
            body: Array(try JSONEncoder().encode(act)), unixSocket: "\(root)/s")
        return try await OneExchange.carryOut(request, over: transport, timeout: .seconds(3)).status
    }

    /// Looks until it is so.
    /// - Throws: `FaultTrouble` when it never becomes so, or when the daemon ends by itself.
    func until(_ what: String, atMost limit: Duration = .seconds(20), _ isSo: () async throws -> Bool) async throws {
        let until = clock.monotonic() + limit
        while clock.monotonic() < until {
            // Safe because a daemon on its way up refuses; the looks are bounded by time.
            if (try? await isSo()) == true { return }
            if let end = daemon?.end { throw FaultTrouble("the daemon ended with \(end) before \(what): \(logTail)") }
            await pause(.milliseconds(10))
        }
        throw FaultTrouble("waited in vain for \(what): \(logTail)")
    }

    /// From the drop to the reviewer's yes, with a daemon that lives.
    func approve() async throws {
        try await until("the review") { try await status().runs.first?.review != nil }
        guard let run = try await status().runs.first else { throw FaultTrouble("no run to approve") }
        let code = try await act(ActRequest(act: .approve, run: run.run, digest: run.digest), token: "r")
        guard code == 200 else { throw FaultTrouble("the approval was answered with \(code)") }
    }

    // MARK: - Examining

    var ledgerPath: String { Paths.ledger(in: "\(root)/state") }

    /// The ledger as it stands on disk; the daemon may be dead or alive.
    func examine<Result>(_ body: (LedgerSQLite) throws -> Result) throws -> Result {
        var options = LedgerSQLite.Options()
        options.readOnly = true
        let ledger = try LedgerSQLite(path: ledgerPath, options: options)
        let result = try body(ledger)
        try ledger.close()
        return result
    }

    /// Everybody of the list has a place, and it is an end.
    func isOver() throws -> Bool {
        guard let sum = try sum() else { return false }
        return sum.isSettled && sum.accountedFor == shape.people.count + shape.strangers.count
    }

    func sum() throws -> ConservationSum? {
        try examine { ledger in try ledger.runs(includingEnded: true).first.map { try ledger.sum(of: $0.id) } }
    }
}

/// The rehearsal itself could not go on, or something never came: a sentence for the tally.
struct FaultTrouble: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

// MARK: - What the kernel says of the daemon

extension FaultRig {
    private func procStatus(_ key: String) throws -> String {
        guard let pid = daemon?.pid else { throw FaultTrouble("there is no daemon") }
        let text = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix(key + ":") }
        return line?.dropFirst(key.count + 1).trimmingCharacters(in: .whitespaces) ?? ""
    }

    func daemonPeakMegabytes() throws -> Double {
        (try procStatus("VmHWM").split(separator: " ").first.flatMap { Double($0) } ?? 0) / 1024
    }

    func isDaemonStopped() throws -> Bool { try procStatus("State").hasPrefix("T") }

    /// A folder as the daemon sees it, where it has mounts of its own.
    func daemonFolder(_ path: String) throws -> String {
        guard let pid = daemon?.pid else { throw FaultTrouble("there is no daemon") }
        return "/proc/\(pid)/root\(path)"
    }
}
