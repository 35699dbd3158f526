import Answers
import CampaignModel
import Foundation
import Glibc
import Testing

@testable import ControlAPI

@Suite("A proxy before the socket")
struct ProxyTests {
    private static let origin = "https://curfew.example"
    private static let host = "Host: curfew.example"

    private static func door(
        trusts user: UInt32?, _ desk: PretendDesk = PretendDesk(),
        _ body: (_ socket: DoorClient, _ loopback: DoorClient) async throws -> Void
    ) async throws {
        try await withDoor(
            desk, origins: [origin], proxy: user.map { ProxyTrust(user: $0, header: "X-Forwarded-User") }, body)
    }

    @Test("the proxy's word is a person, on pages and in the API, for acts as well")
    func believed() async throws {
        let desk = PretendDesk()
        try await Self.door(trusts: getuid(), desk) { socket, _ in
            let named = [Self.host, "X-Forwarded-User: review"]
            #expect(try await socket.get("/", headers: named).status == 200)
            #expect(try await socket.get("/v1/status", headers: named).status == 200)
            let act = try await socket.post("/v1/acts", #"{"act":"pause","run":"r"}"#, headers: named)
            #expect(act.status == 200)
            guard case .vouched(let name)? = desk.deedsDone.first?.identity else {
                Issue.record("not the person whom the proxy named")
                return
            }
            #expect(name == "review")
        }
    }

    @Test("nobody else's word is: another user's process, the port, and our own names for it are refused or taken off")
    func pretended() async throws {
        try await Self.door(trusts: getuid() + 1) { socket, loopback in
            for door in [socket, loopback] {
                let claimed = try await door.get("/v1/status", headers: ["X-Forwarded-User: review"])
                #expect(claimed.status == 403 && claimed.body.contains("not_the_proxy"))
            }
            for mark in ["Curfew-Vouched-For: review", "Curfew-Bearer: proxy"] {
                let act = try await socket.post("/v1/acts", #"{"act":"pause","run":"r"}"#, headers: [mark])
                #expect(act.status == 401, "\(mark)")
                #expect(try await socket.get("/", headers: [mark]).status == 401, "\(mark)")
            }
        }
        // Without a proxy in the configuration the header is nothing.
        try await Self.door(trusts: nil) { socket, _ in
            let status = try await socket.get("/v1/status", headers: ["X-Forwarded-User: review"]).status
            let page = try await socket.get("/", headers: ["X-Forwarded-User: review"]).status
            #expect(status == 200 && page == 401)
        }
    }

    @Test("what came from afar shows nothing to nobody, however it came; balancers are answered")
    func afar() async throws {
        try await Self.door(trusts: getuid()) { socket, loopback in
            let roads: [(DoorClient, [String])] = [
                (socket, []), (socket, [Self.host]), (loopback, [Self.host]),
                (loopback, ["X-Forwarded-For: 10.0.0.1"]), (loopback, ["Forwarded: for=10.0.0.1"]),
                (loopback, ["Via: 1.1 proxy"]),
            ]
            for (door, headers) in roads {
                for path in ["/v1/status", "/v1/runs", "/metrics", "//v1/status"] {
                    #expect(try await door.get(path, headers: headers).status == 401, "\(path) \(headers)")
                    let proved = try await door.get(path, headers: headers + ["Authorization: Bearer t"])
                    #expect([200, 404].contains(proved.status), "\(path) \(headers)")
                }
                for path in ["/health", "/ready", "/login", "/style.css", "/v1/"] {
                    #expect(try await door.get(path, headers: headers).status == 200, "\(path) \(headers)")
                }
            }
            // A user of this machine asks as before.
            #expect(try await loopback.get("/v1/status").status == 200)
        }
    }

    @Test("a proxy that names two people, or whom nobody knows, is told so")
    func unclear() async throws {
        try await Self.door(trusts: getuid()) { socket, _ in
            let two = ["X-Forwarded-User: review", "X-Forwarded-User: ops"]
            #expect(try await socket.get("/v1/status", headers: two).status == 400)
            let stranger = try await socket.get("/?lang=en", headers: ["X-Forwarded-User: stranger"])
            #expect(stranger.status == 401 && stranger.body.contains("stranger"))
        }
    }

    @Test("behind TLS browsers are told to come by TLS alone, and cookies are for it alone")
    func secure() async throws {
        try await Self.door(trusts: nil) { socket, _ in
            let far = try await socket.get("/login", headers: [Self.host])
            #expect(far.headers["strict-transport-security"] == "max-age=31536000")
            #expect(try await socket.get("/login").headers["strict-transport-security"] == nil)
            let login = try await socket.form(
                "/login", "token=good",
                headers: [Self.host, "Origin: \(Self.origin)", "Sec-Fetch-Site: same-origin"])
            let cookie = login.headers["set-cookie"] ?? ""
            #expect(cookie.hasPrefix("__Host-curfew_session=") && cookie.contains("; Secure"))
        }
    }
}
