import CampaignModel
import Foundation
import Glibc
import Hummingbird
import Logging
import Sandbox
import Testing

@testable import SandboxServer

@Suite("The pretend platform behind HTTP")
struct SandboxDoorTests {
    static let noon = Moment(milliseconds: 1_795_147_200_000)

    static let world = SandboxWorld(
        apps: [.init(clientKey: "tt1", clientSecret: "s", webhookSecret: "w")],
        accounts: [
            .init(
                openID: "brand", clientKey: "tt1",
                users: ["u1", "u2", "x-lostreply", "x-reset", "x-half", "x-timeout", "x-rate"])
        ])

    /// Runs the server on a port of the system's choice for as long as `body` takes.
    private func serving(_ body: @Sendable (_ port: Int) async throws -> Void) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let application = sandboxApplication(
            door: SandboxDoor(
                SandboxPlatform(Self.world), now: { Self.noon }, wait: { _ in throw CancellationError() }), port: 0,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            onServerRunning: { continuation.yield($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            for await port in ports {
                try await body(port)
                break
            }
            group.cancelAll()
        }
    }

    private static func token(_ port: Int) async throws -> String {
        let reply = await RawClient.exchange(
            port: port, "POST", "/oauth/business_token/",
            body: #"{"client_key":"tt1","client_secret":"w","open_id":"brand","scope":"im.direct_message"}"#)
        let object = try JSONSerialization.jsonObject(with: Data(reply.body.utf8)) as? [String: Any]
        return try #require((object?["data"] as? [String: Any])?["biz_token"] as? String)
    }

    private static func send(_ port: Int, to person: String, token: String) async -> RawClient.Reply {
        await RawClient.exchange(
            port: port, "POST", "/im/send/msg/?open_id=brand", token: token,
            body: #"{"to_user_id":"\#(person)","scene":"im_authorize_message","content_list":[{"msg_type":10,"#
                + #""applet_card":{"card_template_id":"t","app_id":"tt1","path":"p","query":"{}"}}]}"#)
    }

    @Test("A token, a contact and the audit, over a socket")
    func contactAndAudit() async throws {
        try await serving { port in
            let token = try await Self.token(port)
            let reply = await Self.send(port, to: "u1", token: token)
            #expect(reply.text.hasPrefix("HTTP/1.1 200"))
            #expect(reply.body.contains(#""msg_id":"@sandbox-1""#))
            #expect(await Self.send(port, to: "u1", token: token).body.contains("28003070"))
            let audit = await RawClient.exchange(port: port, "GET", "/sandbox/audit").body
            #expect(audit.contains(#""accepted":1"#) && audit.contains(#""breaches":2"#))
            let text = await RawClient.exchange(port: port, "GET", "/sandbox/audit.txt?lang=zh").body
            #expect(text.contains("违规 2 次"))
            #expect(await RawClient.exchange(port: port, "GET", "/sandbox/health").body == #"{"ok":true}"#)
        }
    }

    @Test("More people can be told to have authorised, and to have withdrawn")
    func morePeople() async throws {
        try await serving { port in
            let token = try await Self.token(port)
            #expect(await Self.send(port, to: "p2", token: token).body.contains("2100009"))
            let added = await RawClient.exchange(
                port: port, "POST", "/sandbox/users",
                body: #"{"account":"brand","users":["u1"],"patterns":[{"prefix":"p","count":3}],"withdrawn":["u2"]}"#)
            #expect(added.body == #"{"authorised":3}"#)
            #expect(await Self.send(port, to: "p2", token: token).body.contains("@sandbox-1"))
            #expect(await Self.send(port, to: "u2", token: token).body.contains("2100009"))
            #expect(
                await RawClient.exchange(port: port, "POST", "/sandbox/users", body: "x").text.hasPrefix("HTTP/1.1 400")
            )
            #expect(await RawClient.exchange(port: port, "GET", "/sandbox/other").text.hasPrefix("HTTP/1.1 404"))
        }
    }

    @Test("A lost reply is an orderly end without a byte, and the contact was taken")
    func lostReply() async throws {
        try await serving { port in
            let reply = await Self.send(port, to: "x-lostreply", token: try await Self.token(port))
            #expect(reply.text.isEmpty && reply.error == 0)
            #expect(await RawClient.exchange(port: port, "GET", "/sandbox/audit").body.contains(#""silent":1"#))
        }
    }

    @Test("A reset is a reset")
    func reset() async throws {
        try await serving { port in
            let reply = await Self.send(port, to: "x-reset", token: try await Self.token(port))
            #expect(reply.text.isEmpty && reply.error == ECONNRESET)
        }
    }

    @Test("Half a reply promises more than comes")
    func half() async throws {
        try await serving { port in
            let reply = await Self.send(port, to: "x-half", token: try await Self.token(port))
            #expect(reply.text.hasPrefix("HTTP/1.1 200"))
            let promised = reply.text.lowercased().components(separatedBy: "content-length: ").last.map {
                Int($0.prefix { $0.isNumber }) ?? 0
            }
            #expect(reply.body.utf8.count > 0)
            #expect(try #require(promised) > reply.body.utf8.count)
        }
    }

    @Test("A reply that is held back ends with the wait")
    func heldBack() async throws {
        try await serving { port in
            let reply = await Self.send(port, to: "x-timeout", token: try await Self.token(port))
            #expect(reply.text.isEmpty)
            #expect(await RawClient.exchange(port: port, "GET", "/sandbox/audit").body.contains(#""silent":1"#))
        }
    }

    @Test("A refusal for its rate says when to come back")
    func retryAfter() async throws {
        try await serving { port in
            let reply = await Self.send(port, to: "x-rate", token: try await Self.token(port))
            #expect(reply.text.hasPrefix("HTTP/1.1 429"))
            #expect(reply.text.lowercased().contains("retry-after: 1"))
        }
    }
}
