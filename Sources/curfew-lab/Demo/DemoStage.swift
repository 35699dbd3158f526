import Answers
import ArgumentParser
import CampaignModel
import CurfewCommands
import Foundation
import HostSystem
import Ports
import Sandbox
import TransportCurl
import Wire

/// The demo's stage: a folder, a rehearsal clock, and two processes of this very program.
final class DemoStage {
    let root: String
    let clockFile: RehearsalClockFile
    let clock: RehearsalClock
    let campaign = "double-eleven-warmup"
    let language: Language
    let examples: String
    private var processes: [Process] = []
    private(set) var platform = ""
    let transport: TransportCurl

    /// Shortly before the night: the viewer sees the last safe second.
    static let opening = Moment(iso8601: "2026-11-20T21:59:05+08:00")!
    /// How fast a watched minute passes, and how fast a night does.
    static let watchingSpeed = 5.0
    /// People of the list who never authorised the account: consent does not come from a file.
    static let strangers = 14

    init(
        root: String, examples: String, language: Language, opening: Moment = DemoStage.opening,
        speed: Double = watchingSpeed
    ) throws {
        (self.root, self.examples, self.language) = (root, examples, language)
        for name in ["state", "inbox"] {
            try FileManager.default.createDirectory(
                atPath: "\(root)/\(name)", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        clockFile = RehearsalClockFile(path: "\(root)/clock")
        try clockFile.start(at: opening, speed: speed)
        clock = try RehearsalClock(file: clockFile.path)
        transport = try TransportCurl()
    }

    var socket: String { "\(root)/curfew.sock" }
    var configuration: String { "\(root)/curfew.yaml" }
    var report: String { "\(root)/inbox/\(campaign).report.txt" }

    // MARK: - Setting

    func writeWorld() throws {
        guard let list = FileManager.default.contents(atPath: "\(examples)/warmup.csv") else {
            throw ValidationError("no examples in \(examples); run this from the project's folder or give --examples")
        }
        let people = try AudienceColumn.openIDs(inCSV: Array(list))
        try people.joined(separator: "\n").write(toFile: "\(root)/people", atomically: true, encoding: .utf8)
        let account = SandboxWorld.Account(
            openID: "_000flagship", clientKey: "tt0000000000000000", users: Array(people.dropLast(Self.strangers)))
        let world = SandboxWorld(
            apps: [.init(clientKey: "tt0000000000000000", clientSecret: "demo-app", webhookSecret: "demo-webhook")],
            accounts: [account])
        try JSONEncoder().encode(world).write(to: URL(fileURLWithPath: "\(root)/world.json"))
        try writeSecrets([
            "app": "demo-app", "webhook": "demo-webhook", "marketing": "token-m", "review": "token-r",
            "ops": "token-o",
        ])
    }

    func writeSecrets(_ secrets: [String: String]) throws {
        for (name, secret) in secrets {
            let path = "\(root)/\(name).secret"
            guard
                FileManager.default.createFile(
                    atPath: path, contents: Data(secret.utf8), attributes: [.posixPermissions: 0o600])
            else { throw ValidationError("cannot write \(path)") }
        }
    }

    func writeConfiguration() throws {
        let yaml = """
            state: \(root)/state
            inbox: \(root)/inbox
            language: \(language.rawValue)
            platform: {base_url: "\(platform)", timeout: 2s, concurrency: 16}
            http: {listen: "127.0.0.1:0", socket: \(socket)}
            people:
              - {name: marketing, roles: [author], token: "file:\(root)/marketing.secret"}
              - {name: review, roles: [reviewer], token: "file:\(root)/review.secret"}
              - {name: ops, roles: [operator], token: "file:\(root)/ops.secret"}
            apps:
              - id: tt0000000000000000
                client_key: tt0000000000000000
                client_secret: "file:\(root)/app.secret"
                webhook_secrets: ["file:\(root)/webhook.secret"]
                accounts:
                  - {name: flagship, open_id: "_000flagship", kind: enterprise, role: brand, pace: "16/s,burst=8"}
            """
        try yaml.write(toFile: configuration, atomically: true, encoding: .utf8)
    }

    func startSandbox() async throws {
        let line = try start(
            ["sandbox", "--listen", "127.0.0.1:0", "--world", "\(root)/world.json", "--clock-file", clockFile.path],
            log: "sandbox.log", firstLine: true)
        guard let line, line.hasPrefix("listening ") else { throw ValidationError("the sandbox did not start") }
        platform = String(line.dropFirst("listening ".count))
    }

    func startDaemon() throws {
        _ = try start(
            ["serve", "--config", configuration, "--clock-file", clockFile.path], log: "daemon.log", firstLine: false)
    }

    /// The set is copied aside and renamed in, the campaign file last, as a careful marketer's tool would.
    func drop() throws {
        for name in ["warmup.csv", "\(campaign).yaml"] {
            let aside = "\(root)/inbox/.\(name)"
            var text = try String(contentsOfFile: "\(examples)/\(name)", encoding: .utf8)
            // The example has begun when the demo opens: repeated, it would wait for the next year.
            text = text.replacingOccurrences(of: "  repeat: yearly\n", with: "")
            try text.write(toFile: aside, atomically: false, encoding: .utf8)
            try FileManager.default.moveItem(atPath: aside, toPath: "\(root)/inbox/\(name)")
        }
    }

    // MARK: - Processes

    private func start(_ arguments: [String], log: String, firstLine: Bool) throws -> String? {
        let process = Process()
        process.executableURL = URL(
            fileURLWithPath: Laboratory.beside(arguments.first == "serve" ? "curfew" : Laboratory.program))
        process.arguments = arguments
        guard FileManager.default.createFile(atPath: "\(root)/\(log)", contents: nil) else {
            throw ValidationError("cannot write \(root)/\(log)")
        }
        let errors = FileHandle(forWritingAtPath: "\(root)/\(log)")
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = firstLine ? pipe : errors
        try process.run()
        processes.append(process)
        return firstLine ? Self.line(from: pipe.fileHandleForReading) : nil
    }

    private static func line(from handle: FileHandle) -> String? {
        var bytes: [UInt8] = []
        while let byte = handle.readData(ofLength: 1).first {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }

    var isRunning: Bool { processes.allSatisfy(\.isRunning) }

    /// The daemon ends as at a restart of its machine: what is on the wire is settled, nothing new begins.
    func stopDaemon() {
        guard let daemon = processes.popLast() else { return }
        daemon.terminate()
        daemon.waitUntilExit()
    }

    /// The daemon first, so that it can settle what the platform still answers. Only processes started here.
    func tearDown() {
        for process in processes.reversed() where process.isRunning {
            process.terminate()
            process.waitUntilExit()
        }
        processes = []
    }

    // MARK: - Asking

    func ask(_ path: String) async throws -> [UInt8] {
        try await exchange(HTTPRequest(method: .get, url: "http://localhost\(path)", unixSocket: socket)).body
    }

    func act(_ request: ActRequest, token: String) async throws -> HTTPResponse {
        try await exchange(
            HTTPRequest(
                method: .post, url: "http://localhost/v1/acts",
                headers: [
                    HTTPHeader("content-type", "application/json"), HTTPHeader("authorization", "Bearer \(token)"),
                ],
                body: Array(try JSONEncoder().encode(request)), unixSocket: socket))
    }

    func audit() async throws -> (text: String, breaches: Int) {
        let text = try await exchange(
            HTTPRequest(method: .get, url: "\(platform)/sandbox/audit.txt?lang=\(language.rawValue)"))
        let json = try await exchange(HTTPRequest(method: .get, url: "\(platform)/sandbox/audit"))
        struct Count: Decodable { let breaches: Int }
        return (
            String(decoding: text.body, as: UTF8.self),
            try JSONDecoder().decode(Count.self, from: Data(json.body)).breaches
        )
    }

    func exchange(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await OneExchange.carryOut(request, over: transport)
    }
}
