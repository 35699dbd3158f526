import ArgumentParser
import CampaignModel
import Foundation
import HostSystem
import Ports
import Sandbox
import TransportCurl
import Wire

/// The real daemon over a ledger that `bench load` filled, against a gateway of this process.
struct BenchDaemon {
    let folder: String
    let clock: RehearsalClock

    static let accepted: [UInt8] = FaultSocket.bytes(
        of: HTTPResponse(status: 200, body: Array(LoopbackSink.replyBody.utf8)))

    /// Everybody of the ledger authorised their account here too: the daemon asks, and would leave out whom nobody names.
    static func world(_ accounts: Int) -> SandboxWorld {
        SandboxWorld(
            apps: [.init(clientKey: BenchWorld.clientKey, clientSecret: "a", webhookSecret: "w")],
            accounts: (0..<accounts).map { account in
                let first = account * BenchWorld.peopleAnAccount
                return .init(
                    openID: "_000account\(account)", clientKey: BenchWorld.clientKey,
                    users: (first..<(first + BenchWorld.peopleAnAccount)).map { BenchPeople.openID($0) })
            })
    }

    func start(environment: [String: String] = [:]) throws -> FaultChild {
        try FaultChild(
            FaultChild.daemonProgram,
            ["serve", "--config", "\(folder)/curfew.yaml", "--clock-file", "\(folder)/clock"],
            environment: environment, log: "\(folder)/daemon.log")
    }

    /// - Parameter more: lines of the configuration's top level.
    func configure(_ accounts: Int, platform: String, more: String = "") throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/inbox", withIntermediateDirectories: true)
        for name in ["a", "w"] { try secret(name, name) }
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
            platform: {base_url: "\(platform)", timeout: 2s, concurrency: 64}
            http: {listen: "127.0.0.1:0", socket: \(folder)/s}
            \(more)
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

    /// `NAME.secret`, for this user alone.
    func secret(_ name: String, _ content: String) throws {
        guard
            FileManager.default.createFile(
                atPath: "\(folder)/\(name).secret", contents: Data(content.utf8),
                attributes: [.posixPermissions: 0o600])
        else { throw ValidationError("cannot write to \(folder)") }
    }

    func wait(_ what: String, atMost limit: Duration = .seconds(120), _ isSo: () throws -> Bool) async throws {
        let until = clock.monotonic() + limit
        while try !isSo() {
            guard clock.monotonic() < until else {
                let log = try String(contentsOfFile: "\(folder)/daemon.log", encoding: .utf8)
                throw ValidationError("waited in vain for \(what): \(log.split(separator: "\n").suffix(5))")
            }
            await pause(.milliseconds(1))
        }
    }

    func pause(_ span: Duration) async { _ = await RealPause().wait(atMost: span, for: Waker()) }
}
