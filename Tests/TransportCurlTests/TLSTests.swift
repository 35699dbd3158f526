import CampaignModel
import Foundation
import Ports
import Synchronization
import Testing
import TransportCurl
import Wire

/// Needs the openssl command; where there is none, the tests of plain sockets still hold the line against plain text.
@Suite(
    "The other side must prove who it is", .enabled(if: OpenSSL.isInstalled, "needs the openssl command"),
    .timeLimit(.minutes(1)))
struct TLSTests {
    @Test("a known authority and the right name are answered")
    func rightName() async throws {
        let server = try OpenSSL(certificateFor: "IP:127.0.0.1")
        defer { server.stop() }
        let caller = try Caller(TransportSettings(authoritiesFile: server.certificate))
        guard case .complete(let response) = await caller.result(of: server.question) else {
            Issue.record("no complete reply")
            return
        }
        #expect(response.status == 200)
    }

    @Test("a certificate for another name ends before the request leaves")
    func wrongName() async throws {
        let server = try OpenSSL(certificateFor: "DNS:elsewhere.test")
        defer { server.stop() }
        let caller = try Caller(TransportSettings(authoritiesFile: server.certificate))
        #expect(await caller.result(of: server.question) == .notLeft(.tlsFailed))
    }

    @Test("an unknown authority ends before the request leaves")
    func unknownAuthority() async throws {
        let server = try OpenSSL(certificateFor: "IP:127.0.0.1")
        defer { server.stop() }
        #expect(await (try Caller()).result(of: server.question) == .notLeft(.tlsFailed))
    }

    @Test("a second connection resumes the session of the first")
    func resumption() async throws {
        let server = try OpenSSL(certificateFor: "IP:127.0.0.1")
        defer { server.stop() }
        let caller = try Caller(TransportSettings(authoritiesFile: server.certificate))
        // The server says on its page which of the two it was, and closes after each reply.
        #expect(await caller.result(of: server.question)?.seen?.contains("New, TLSv1") == true)
        #expect(await caller.result(of: server.question)?.seen?.contains("Reused, TLSv1") == true)
    }

    @Test("only HTTP/1.1 is offered: a server that speaks nothing but HTTP/2 is none", arguments: ["http/1.1", "h2"])
    func offeredProtocols(spoken: String) async throws {
        let server = try OpenSSL(certificateFor: "IP:127.0.0.1", speaks: spoken)
        defer { server.stop() }
        let caller = try Caller(TransportSettings(authoritiesFile: server.certificate))
        let result = await caller.result(of: server.question)
        if spoken == "h2" {
            #expect(result == .notLeft(.tlsFailed))
        } else {
            #expect(result?.seen?.hasPrefix("200 ") == true)
        }
    }

    @Test("a missing file of authorities ends before the request leaves")
    func missingAuthorities() async throws {
        let server = try OpenSSL(certificateFor: "IP:127.0.0.1")
        defer { server.stop() }
        let caller = try Caller(TransportSettings(authoritiesFile: server.certificate + ".missing"))
        #expect(await caller.result(of: server.question) == .notLeft(.tlsFailed))
    }
}

/// `openssl s_server` with a certificate made on the spot.
final class OpenSSL {
    static let path = "/usr/bin/openssl"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

    /// A certificate that vouches for itself, and its key.
    struct Certificate {
        let certificate: String
        let key: String
        private let folder: URL

        init(for name: String) throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "curfew-tls-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            certificate = folder.appending(path: "certificate.pem").path
            key = folder.appending(path: "key.pem").path
            let maker = Process()
            maker.executableURL = URL(filePath: OpenSSL.path)
            maker.arguments = [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=curfew test", "-addext", "subjectAltName=\(name)", "-keyout", key, "-out", certificate,
            ]
            maker.standardError = FileHandle.nullDevice
            try maker.run()
            maker.waitUntilExit()
        }

        func remove() {
            // Safe because a folder left behind in the temporary directory harms nobody.
            try? FileManager.default.removeItem(at: folder)
        }
    }

    var certificate: String { files.certificate }
    private let files: Certificate
    private let server = Process()
    let port: Int

    /// - Parameter stream: what takes and gives what is said inside; without one every question gets a page.
    init(certificateFor name: String, speaks: String? = nil, on stream: Int32? = nil) throws {
        files = try Certificate(for: name)
        server.executableURL = URL(filePath: Self.path)
        server.arguments = ["s_server", "-accept", "127.0.0.1:0", "-cert", files.certificate, "-key", files.key]
        if stream == nil { server.arguments?.append("-www") }
        if let speaks { server.arguments? += ["-alpn", speaks] }
        let output = Pipe()
        let inside = stream.map { FileHandle(fileDescriptor: $0, closeOnDealloc: true) }
        server.standardOutput = output
        server.standardError = FileHandle.nullDevice
        server.standardInput = inside ?? FileHandle.nullDevice
        try server.run()
        // Says "ACCEPT 127.0.0.1:PORT" once it listens.
        var said = ""
        while !(said.contains("ACCEPT ") && said.hasSuffix("\n")) {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { break }
            said += String(decoding: more, as: UTF8.self)
        }
        port =
            said.components(separatedBy: "ACCEPT 127.0.0.1:").dropFirst().first.flatMap {
                Int($0.prefix { $0.isNumber })
            } ?? 0
        guard let stream else { return }
        // What the client says comes out among what the program says of itself.
        let (from, to) = (dup(output.fileHandleForReading.fileDescriptor), dup(stream))
        let carrying = Thread {
            var bytes = [UInt8](repeating: 0, count: 4096)
            while case let count = read(from, &bytes, bytes.count), count > 0 { _ = write(to, bytes, count) }
            close(from)
            close(to)
        }
        carrying.start()
    }

    var question: Exchange {
        let request = HTTPRequest(method: .get, url: "https://127.0.0.1:\(port)/")
        return Exchange(id: 1, request: request, timeout: .seconds(20))
    }

    func stop() {
        // Not the gentle signal: a child inherits the signal mask of the test's thread, and that may block it.
        kill(server.processIdentifier, SIGKILL)
        server.waitUntilExit()
        files.remove()
    }
}
