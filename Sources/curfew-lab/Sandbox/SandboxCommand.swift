import ArgumentParser
import CampaignModel
import CurfewCommands
import Foundation
import HostSystem
import Hummingbird
import Logging
import Ports
import Sandbox
import SandboxServer
import ServiceLifecycle
import TransportCurl

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox", abstract: "A pretend platform over HTTP, with rules and an audit of its own.",
        discussion: """
            Example:  curfew-lab sandbox --world world.json --listen 127.0.0.1:9480

            GET /sandbox/audit.txt tells what it saw and every breach. Recipients whose open_id ends in -timeout, \
            -reset, -risk, -busy and so on produce faults; those that end in -replies or -td answer every contact.
            "reactions" in the world say which share of people answers which text, or wants no more after it: the truth \
            that a rehearsed test of variants has to find.

            With --webhook, or webhook_url in the world, it posts signed callbacks: im_authorize, im_send_msg, \
            im_receive_msg, contract_unauthorize, life_trade_order_notify. In the faults file "callbacks" makes them late, twice, forged or lost: \
            {"callbacks": {"late": 0.3, "late_seconds": 60, "twice": 0.2, "forged": 0.1, "lost": 0.1}}
            POST /sandbox/users, /sandbox/entrances, /sandbox/replies, /sandbox/orders, /sandbox/bind and \
            /sandbox/webhook make something happen.

            It has robots as well, for notices: /open-apis/bot/v2/hook/X, /robot/send?access_token=X, \
            /cgi-bin/webhook/send?key=X and /hook/X, with the secrets demo, SECdemo, none and demo. GET /sandbox/robots \
            tells what they were sent; POST there a list of bodies that they answer instead of the truth.
            """)

    @Option(help: "HOST:PORT; port 0 takes any free one, and the first line of output says which.")
    var listen = "127.0.0.1:9480"
    @Option(help: "JSON: apps, accounts, and who authorised them. Without it an app `tt-sandbox` with 10,000 people.")
    var world: String?
    @Option(help: "JSON: rates of random faults.")
    var faults: String?
    @Option(help: "Where callbacks of every app go that names no address itself.")
    var webhook: String?
    @Option(help: "Seed of tokens and random faults.")
    var seed: UInt64?
    @Option(help: "Live by this rehearsal clock.")
    var clockFile: String?

    func run() async throws {
        let parts = listen.split(separator: ":")
        guard parts.count == 2, let port = Int(parts[1]), (0...65_535).contains(port) else {
            throw ValidationError("--listen wants HOST:PORT")
        }
        let clock: any Clock = try clockFile.map { try RehearsalClock(file: $0) } ?? SystemClock()
        var logger = Standard.logger(.text, clock: clock, level: .warning)
        logger.logLevel = .warning
        let waker = Waker()
        let door = SandboxDoor(
            try platform(), now: { clock.now() },
            wait: { duration in
                try await cancelWhenGracefulShutdown {
                    _ = await RealPause().wait(atMost: duration, for: Waker())
                    try Task.checkCancellation()
                }
            }, onCallbacks: { waker.wake() })
        var application = sandboxApplication(
            door: door, host: String(parts[0]), port: port, logger: logger,
            onServerRunning: { port in Standard.say("listening http://\(parts[0]):\(port)") })
        application.addServices(SandboxPostman(door: door, transport: try TransportCurl(), waker: waker))
        try await application.runService()
    }

    private func platform() throws -> SandboxPlatform {
        func bytes(_ path: String) throws -> [UInt8] {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw ValidationError("cannot read \(path)")
            }
            return Array(data)
        }
        var built = try world.map { try SandboxWorld(json: bytes($0)) } ?? Self.anybody()
        if let seed { built.seed = seed }
        for index in built.apps.indices where built.apps[index].webhookURL == nil {
            built.apps[index].webhookURL = webhook
        }
        return SandboxPlatform(built, faults: try faults.map { try SandboxFaults(json: bytes($0)) } ?? .none)
    }

    private static func anybody() -> SandboxWorld {
        var account = SandboxWorld.Account(openID: "brand", clientKey: "tt-sandbox")
        account.patterns = [OpenIDPattern(prefix: "ou_", count: 10_000, digits: 5)]
        return SandboxWorld(
            apps: [.init(clientKey: "tt-sandbox", clientSecret: "secret", webhookSecret: "webhook")],
            accounts: [account])
    }
}
