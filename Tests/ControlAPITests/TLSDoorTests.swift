import CampaignModel
import Foundation
import Testing

@testable import ControlAPI

/// Needs the openssl command, which makes the certificates and is the browser.
@Suite(
    "A port that speaks TLS itself",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "needs the openssl command"),
    .timeLimit(.minutes(2)))
struct TLSDoorTests {
    private static let origin = "https://curfew.example"
    private let directory: PrivateDirectory

    init() throws { directory = try PrivateDirectory() }

    @discardableResult
    private static func openssl(_ arguments: [String], input: String = "") throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        let (said, heard) = (Pipe(), Pipe())
        (process.standardOutput, process.standardInput, process.standardError) = (said, heard, FileHandle.nullDevice)
        try process.run()
        heard.fileHandleForWriting.write(Data(input.utf8))
        let answer = said.fileHandleForReading.readDataToEndOfFile()
        // Held open until the answer is whole: its end is the end of the talk.
        heard.fileHandleForWriting.closeFile()
        process.waitUntilExit()
        return String(decoding: answer, as: UTF8.self)
    }

    private func certificate(_ name: String) throws -> (path: String, key: Secret) {
        let (path, key) = ("\(directory.path)/\(name).pem", "\(directory.path)/\(name).key")
        try Self.openssl([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", path, "-days", "30", "-subj",
            "/CN=\(name)", "-addext", "subjectAltName=DNS:curfew.example",
        ])
        return (path, Secret(bytes: Array(try Data(contentsOf: URL(fileURLWithPath: key)))))
    }

    private static func ask(
        _ client: DoorClient, _ text: String, trusting authority: String, _ more: [String] = []
    ) async throws -> String {
        guard case .port(let port) = client.place else { return "" }
        let arguments =
            [
                "s_client", "-connect", "127.0.0.1:\(port)", "-servername", "curfew.example", "-CAfile", authority,
                "-verify_return_error", "-verify_hostname", "curfew.example", "-quiet",
            ] + more
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try openssl(arguments, input: text) })
            }
        }
    }

    private static func get(_ path: String, host: String = "curfew.example", _ headers: [String] = []) -> String {
        (["GET \(path) HTTP/1.1", "Host: \(host)", "Connection: close"] + headers).joined(separator: "\r\n")
            + "\r\n\r\n"
    }

    private func withTLS(
        _ identity: TLSIdentity, _ body: @escaping (DoorClient) async throws -> Void
    ) async throws {
        try await withDoor(PretendDesk(), origins: [Self.origin], tls: identity) { _, port in try await body(port) }
    }

    @Test("a page, a long answer and a long form come whole, and nothing is shown to nobody")
    func serves() async throws {
        let (path, key) = try certificate("one")
        try await withTLS(try TLSIdentity(certificate: path, key: key)) { door in
            let login = try await Self.ask(door, Self.get("/login"), trusting: path)
            #expect(login.hasPrefix("HTTP/1.1 200 ") && login.lowercased().contains("strict-transport-security:"))
            let description = try await Self.ask(door, Self.get("/v1/openapi.yaml"), trusting: path)
            #expect(description.hasSuffix(APIDescription.text))
            let status = try await Self.ask(door, Self.get("/v1/status"), trusting: path)
            #expect(status.hasPrefix("HTTP/1.1 401 "))
            let proved = try await Self.ask(
                door, Self.get("/v1/status", ["Authorization: Bearer t"]), trusting: path)
            #expect(proved.hasPrefix("HTTP/1.1 200 "))
            let body = #"{"act":"pause","run":"r"}"# + String(repeating: " ", count: 50_000)
            let act = try await Self.ask(
                door,
                """
                POST /v1/acts HTTP/1.1\r
                Host: curfew.example\r
                Connection: close\r
                Authorization: Bearer t\r
                Content-Type: application/json\r
                Content-Length: \(body.utf8.count)\r
                \r
                \(body)
                """, trusting: path)
            #expect(act.hasPrefix("HTTP/1.1 200 "), "\(act.prefix(200))")
        }
    }

    @Test("it answers to the origin's name alone, to no older protocol, and to nothing in the open")
    func refuses() async throws {
        let (path, key) = try certificate("one")
        try await withTLS(try TLSIdentity(certificate: path, key: key)) { door in
            for host in ["localhost", "127.0.0.1", "elsewhere.example"] {
                let reply = try await Self.ask(door, Self.get("/login", host: host), trusting: path)
                #expect(reply.hasPrefix("HTTP/1.1 421 "), "\(host)")
            }
            // Of itself this client would not try so old a protocol either: it is told to.
            for (version, isSpoken) in [("-tls1_1", false), ("-tls1_2", true), ("-tls1_3", true)] {
                let reply = try await Self.ask(
                    door, Self.get("/login"), trusting: path, [version, "-cipher", "ALL:@SECLEVEL=0"])
                #expect(isSpoken ? reply.hasPrefix("HTTP/1.1 200 ") : reply.isEmpty, "\(version)")
            }
            // Safe because plain text is no handshake: whatever comes of it is no page.
            let plain = (try? await door.get("/login"))?.status
            #expect(plain != 200)
        }
    }

    @Test("a renewed certificate is for the next connection; what is none is refused, and the one before goes on")
    func renews() async throws {
        let (one, other) = (try certificate("one"), try certificate("other"))
        let identity = try TLSIdentity(certificate: one.path, key: one.key)
        #expect(identity.ends != nil && identity.oldestProtocol == 0x0303, "TLS 1.2")
        #expect(throws: TLSIdentity.Fault.key) { try TLSIdentity(certificate: one.path, key: other.key) }
        #expect(throws: TLSIdentity.Fault.certificate("/nowhere")) {
            try TLSIdentity(certificate: "/nowhere", key: one.key)
        }
        try await withTLS(identity) { door in
            #expect(throws: TLSIdentity.Fault.key) { try identity.renew(certificate: other.path, key: one.key) }
            #expect(try await Self.ask(door, Self.get("/login"), trusting: one.path).hasPrefix("HTTP/1.1 200 "))
            try identity.renew(certificate: other.path, key: other.key)
            #expect(try await Self.ask(door, Self.get("/login"), trusting: one.path).isEmpty)
            #expect(try await Self.ask(door, Self.get("/login"), trusting: other.path).hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test(
        "a certificate for another host than the origin's is refused at the start and when it is renewed",
        arguments: [
            ("curfew.example", true), ("CURFEW.example", true), ("other.example", false), ("one", false),
            ("127.0.0.1", false),
        ])
    func otherHost(_ host: String, _ fits: Bool) throws {
        let (path, key) = try certificate("one")
        if fits {
            let identity = try TLSIdentity(certificate: path, key: key, host: host)
            try identity.renew(certificate: path, key: key)
        } else {
            #expect(throws: TLSIdentity.Fault.host(host)) { try TLSIdentity(certificate: path, key: key, host: host) }
        }
    }

    @Test("where the origin alone is served, the answer says so")
    func hostSentence() {
        let rules = DoorRules(door: .tls, origins: [Self.origin])
        let objection = rules.objection(to: .init(method: "GET", path: "/health", host: "127.0.0.1:9470"))
        #expect(objection?.code == "host_refused" && objection?.sentence.en.contains(Self.origin) == true)
        let loopback = DoorRules(door: .loopback).objection(to: .init(method: "GET", path: "/", host: "a.example"))
        #expect(loopback?.sentence.en.contains("loopback") == true)
    }
}
