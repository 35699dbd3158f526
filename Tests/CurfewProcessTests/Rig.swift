import Answers
import CampaignModel
import Foundation
import HostSystem
import Ports
import TransportCurl
import Wire

@testable import CurfewCommands

/// The built program as a user has it: a sandbox process, a daemon process, a folder, and a rehearsal clock that stands
/// at ten in the morning and runs as fast as ours.
final class Rig {
    let root: String
    private let pace: String
    private let crowd: Int
    private let language: String
    private let more: String
    private let transport: TransportCurl
    private(set) var platform = ""
    private(set) var sandbox: Process?
    private(set) var daemon: Process?
    static let concurrency = 4

    /// - Parameters:
    ///   - faults: of the sandbox, as its file has them; empty: none.
    ///   - crowd: so many more people, `_000p00001` and on.
    ///   - reactions: of the sandbox's people to texts, as its world has them.
    ///   - more: lines at the end of the configuration.
    init(
        people: [String], strangers: [String] = [], faults: String = "", pace: String = "200/s,burst=50",
        crowd: Int = 0, reactions: String = "", language: String = "en", more: String = ""
    ) async throws {
        self.pace = pace
        self.crowd = crowd
        self.language = language
        self.more = more
        root = NSTemporaryDirectory() + "curfew-rig-\(UUID().uuidString.prefix(8))"
        for folder in ["state", "inbox"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
        }
        transport = try TransportCurl()
        try RehearsalClockFile(path: "\(root)/clock").start(at: Moment(iso8601: "2026-11-20T10:00:00+08:00")!, speed: 1)
        try write(
            "world.json",
            """
            {"apps": [{"client_key": "tt1", "client_secret": "a", "webhook_secret": "w"}],
             "accounts": [{"open_id": "brand", "client_key": "tt1", "qualified_messages_a_day": \(crowd == 0 ? "null" : "20000"),
                           "users": [\(people.map { "\"\($0)\"" }.joined(separator: ","))],
                           "patterns": [{"prefix": "_000p", "count": \(crowd), "digits": 5}]}],
             "reactions": [\(reactions)]}
            """)
        for name in ["a", "w", "n", "m", "r", "o"] { try write("\(name).secret", "\(name)", mode: 0o600) }
        try write(
            "inbox/people.csv", "open_id\n" + (people + strangers + Self.crowd(crowd)).joined(separator: "\n") + "\n")
        if !faults.isEmpty { try write("faults.json", faults) }
        try await startSandbox(faults.isEmpty ? [] : ["--faults", "\(root)/faults.json"])
        try write("curfew.yaml", configuration)
    }

    deinit {
        for process in [daemon, sandbox].compactMap({ $0 }) where process.isRunning {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        // Safe because a folder that stays behind in the temporary directory harms nobody.
        try? FileManager.default.removeItem(atPath: root)
    }

    static func crowd(_ count: Int) -> [String] {
        (0..<count).map { "_000p" + String(repeating: "0", count: 5 - String($0 + 1).count) + String($0 + 1) }
    }

    private var configuration: String {
        """
        state: \(root)/state
        inbox: \(root)/inbox
        language: \(language)
        platform: {base_url: "\(platform)", timeout: 2s, concurrency: \(Self.concurrency)}
        http: {listen: "127.0.0.1:0", socket: \(root)/s}
        events: {listen: "127.0.0.1:0"}
        people:
          - {name: marketing, roles: [author], token: "file:\(root)/m.secret"}
          - {name: review, roles: [reviewer], token: "file:\(root)/r.secret"}
          - {name: ops, roles: [operator], token: "file:\(root)/o.secret"}
        apps:
          - id: tt1
            client_key: tt1
            client_secret: "file:\(root)/a.secret"
            webhook_secrets: ["file:\(root)/w.secret", "file:\(root)/n.secret"]
            accounts:
              - {name: brand, open_id: "brand", kind: enterprise, role: brand, pace: "\(pace)"\(qualification)}
        \(more)
        """
    }

    /// Only for crowds: the other tests look at an account as most are.
    private var qualification: String {
        crowd == 0
            ? ""
            : #", qualification: {id: q1, messages_per_day: 20000, valid_from: 2026-01-01, valid_to: 2027-01-01}"#
    }

    func write(_ name: String, _ text: String, mode: Int = 0o644) throws {
        guard
            FileManager.default.createFile(
                atPath: "\(root)/\(name)", contents: Data(text.utf8), attributes: [.posixPermissions: mode])
        else { throw CocoaError(.fileWriteUnknown) }
    }

    // MARK: - Processes

    /// Beside the test bundle: the product that the build made with it.
    static let program: URL = {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        return folder.appendingPathComponent("curfew")
    }()

    /// The laboratory beside it: the pretend platform, and the daemon that ends at a wanted moment.
    static let laboratory = program.deletingLastPathComponent().appendingPathComponent("curfew-lab")

    func start(
        _ program: URL, _ arguments: [String], environment: [String: String] = [:], log: String
    ) throws -> (Process, Pipe) {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        try write(log, "")
        process.standardError = FileHandle(forWritingAtPath: "\(root)/\(log)")
        try process.run()
        return (process, pipe)
    }

    private func startSandbox(_ more: [String]) async throws {
        let (process, pipe) = try start(
            Self.laboratory,
            ["sandbox", "--listen", "127.0.0.1:0", "--world", "\(root)/world.json", "--clock-file", "\(root)/clock"]
                + more, log: "sandbox.log")
        sandbox = process
        var bytes: [UInt8] = []
        while let byte = pipe.fileHandleForReading.readData(ofLength: 1).first, byte != 0x0A { bytes.append(byte) }
        platform = String(String(decoding: bytes, as: UTF8.self).dropFirst("listening ".count))
    }

    func startDaemon(killAt: String? = nil) throws {
        let environment = killAt.map { ["CURFEW_KILL_AT": $0] } ?? [:]
        daemon = try start(
            killAt == nil ? Self.program : Self.laboratory,
            ["serve", "--config", "\(root)/curfew.yaml", "--clock-file", "\(root)/clock"], environment: environment,
            log: "daemon-\(killAt ?? "whole").log"
        ).0
    }

    func log(_ name: String) -> String {
        FileManager.default.contents(atPath: "\(root)/\(name)").map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    // MARK: - Asking

    func drop(_ campaign: String) throws {
        try write("inbox/.spring.yaml", campaign)
        try FileManager.default.moveItem(atPath: "\(root)/inbox/.spring.yaml", toPath: "\(root)/inbox/spring.yaml")
    }

    func status() async throws -> StatusReport {
        let request = HTTPRequest(method: .get, url: "http://localhost/v1/status", unixSocket: "\(root)/s")
        return try JSONDecoder().decode(StatusReport.self, from: Data(try await exchange(request).body))
    }

    func report(_ run: String) async throws -> RunReport {
        let request = HTTPRequest(method: .get, url: "http://localhost/v1/runs/\(run)/report", unixSocket: "\(root)/s")
        return try JSONDecoder().decode(RunReport.self, from: Data(try await exchange(request).body))
    }

    @discardableResult
    func act(_ act: ActRequest, token: String) async throws -> HTTPResponse {
        var act = act
        // Whoever approves has seen what stands there.
        if act.act == .approve, act.digest == nil, let run = act.run {
            act.digest = try await report(run).summary.digest
        }
        return try await exchange(
            HTTPRequest(
                method: .post, url: "http://localhost/v1/acts",
                headers: [
                    HTTPHeader("content-type", "application/json"), HTTPHeader("authorization", "Bearer \(token)"),
                ],
                body: Array(try JSONEncoder().encode(act)), unixSocket: "\(root)/s"))
    }

    struct Audit: Decodable {
        let accepted: Int
        let silent: Int
        let people: Int
        let breaches: Int
        let callbacks: Callbacks

        struct Callbacks: Decodable {
            let made: Int
            let taken: Int
            let refused: Int
            let givenUp: Int
            let lost: Int
            let twice: Int
            let late: Int
            let forged: Int
            let forgedTaken: Int
            let waiting: Int
            let addresses: Int
        }
    }

    func audit() async throws -> Audit {
        let response = try await exchange(HTTPRequest(method: .get, url: "\(platform)/sandbox/audit"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Audit.self, from: Data(response.body))
    }

    func exchange(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await OneExchange.carryOut(request, over: transport)
    }

    struct Waited: Error, CustomStringConvertible {
        let what: String
        let log: String
        var description: String { "waited in vain for \(what)\n\(log)" }
    }

    /// Looks until it is so: bounded in number, and no test depends on how long one look takes.
    func until(_ what: String, looks: Int = 600, _ isSo: () async throws -> Bool) async throws {
        for _ in 0..<looks {
            // Safe because a daemon that is on its way up or down refuses; the looks are bounded.
            if (try? await isSo()) == true { return }
            _ = await RealPause().wait(atMost: .milliseconds(50), for: Waker())
        }
        throw Waited(what: what, log: log("daemon-whole.log"))
    }
}
