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

/// The week's stage: the demo's, with the door for what the platform tells, and files that wait for something to happen.
extension DemoStage {
    static let weekAccount = "_000flagship"
    static let weekFiles = ["welcome-coupon", "keyword-offers", "come-back"]

    func writeWeek(people: [String]) throws {
        let app = SandboxWorld.App(clientKey: "tt0000000000000000", clientSecret: "a", webhookSecret: "w")
        let world = SandboxWorld(
            apps: [app],
            accounts: [.init(openID: Self.weekAccount, clientKey: "tt0000000000000000", users: people)])
        try JSONEncoder().encode(world).write(to: URL(fileURLWithPath: "\(root)/world.json"))
        try writeSecrets([
            "app": "a", "webhook": "w", "marketing": "token-m", "review": "token-r", "second": "token-s",
        ])
    }

    /// A triggered file takes two reviewers.
    func writeWeekConfiguration(port: Int) throws {
        let yaml = """
            state: \(root)/state
            inbox: \(root)/inbox
            language: \(language.rawValue)
            platform: {base_url: "\(platform)", timeout: 2s, concurrency: 16}
            http: {listen: "127.0.0.1:0", socket: \(socket)}
            events: {listen: "127.0.0.1:\(port)"}
            people:
              - {name: marketing, roles: [author], token: "file:\(root)/marketing.secret"}
              - {name: review, roles: [reviewer], token: "file:\(root)/review.secret"}
              - {name: second, roles: [reviewer], token: "file:\(root)/second.secret"}
            apps:
              - id: tt0000000000000000
                client_key: tt0000000000000000
                client_secret: "file:\(root)/app.secret"
                webhook_secrets: ["file:\(root)/webhook.secret"]
                accounts:
                  - {name: flagship, open_id: "\(Self.weekAccount)", kind: enterprise, role: brand, \
            pace: "50/s,burst=20"}
            """
        try yaml.write(toFile: configuration, atomically: true, encoding: .utf8)
    }

    /// Copied aside and renamed in.
    func drop(_ name: String, _ text: String) throws {
        try text.write(toFile: "\(root)/inbox/.\(name)", atomically: false, encoding: .utf8)
        try FileManager.default.moveItem(atPath: "\(root)/inbox/.\(name)", toPath: "\(root)/inbox/\(name)")
    }

    func isReported(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(root)/inbox/\(name).report.txt")
    }

    func example(_ name: String) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: "\(examples)/\(name).yaml") else {
            throw ValidationError(
                "no \(name).yaml in \(examples); run this from the project's folder or give --examples")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One that is free now: the daemon comes back to the same after it was down, where the platform looks for it.
    static func freePort() throws -> Int {
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw ValidationError("no free port on the loopback") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Makes something happen on the pretend platform.
    func happens(_ what: String, _ members: [String: String]) async throws {
        let response = try await exchange(
            HTTPRequest(
                method: .post, url: "\(platform)/sandbox/\(what)",
                headers: [HTTPHeader("content-type", "application/json")],
                body: Array(try JSONEncoder().encode(members))))
        guard response.status == 200 else { throw DemoFailed(why: "the sandbox refuses \(what)") }
    }

    struct PlatformCount: Decodable {
        let accepted: Int
        let breaches: Int
        let callbacks: Callbacks
        struct Callbacks: Decodable {
            let waiting: Int
            let refused: Int
            let addresses: Int
        }
    }

    func platformCount() async throws -> PlatformCount {
        let response = try await exchange(HTTPRequest(method: .get, url: "\(platform)/sandbox/audit"))
        return try JSONDecoder().decode(PlatformCount.self, from: Data(response.body))
    }

    // MARK: - The ledger, read beside the daemon

    func examine<Result>(_ body: (LedgerSQLite) throws -> Result) throws -> Result {
        var options = LedgerSQLite.Options()
        options.readOnly = true
        let ledger = try LedgerSQLite(path: "\(root)/state/ledger.db", options: options)
        let result = try body(ledger)
        try ledger.close()
        return result
    }

    /// Person by person and event by event, beside the daemon's own sums.
    struct Occasions {
        var all = 0
        /// Started at the platform and not refused: accepted or unknown.
        var contacts = 0
        /// Of those, how many started when they were stale, or later than their right allows.
        var stale = 0
    }

    func occasions(of people: [String]) throws -> Occasions {
        try examine { ledger in
            var found = Occasions()
            let triggers = Dictionary(
                uniqueKeysWithValues: try ledger.runs(includingEnded: true).map {
                    ($0.id, try ledger.revision($0.revision).campaign.trigger)
                })
            guard let app = try ledger.accounts().first?.app else { return found }
            for person in people {
                for event in try ledger.happenings(openID: person, app: app, limit: Self.eventsMax) {
                    found.all += event.occasions.count
                    for occasion in event.occasions {
                        guard let started = occasion.started, let trigger = triggers[occasion.run] ?? nil,
                            occasion.outcome == .accepted || occasion.outcome == .unknown
                        else { continue }
                        found.contacts += 1
                        let late = started > occasion.due + trigger.fresh
                        let isOver = trigger.right.window.map { started > event.at + $0 } ?? false
                        if late || isOver { found.stale += 1 }
                    }
                }
            }
            return found
        }
    }
    private static let eventsMax = 1000

    /// What the orders came to that are counted for the campaigns' contacts, in fen.
    func ordered() throws -> Int64 {
        try examine { ledger in
            try ledger.runs(includingEnded: true).reduce(0) { total, run in
                try ledger.results(of: run.id).reduce(total) { total, arm in
                    total + (arm.key >= 0 ? arm.value[.ordered]?.amount ?? 0 : 0)
                }
            }
        }
    }
}
