import CampaignModel
import Foundation
import Glibc
import Ports
import Synchronization
import Testing

@testable import TransportCurl

/// A mail server of one conversation, which refuses at a step of the test's choice.
private final class PretendMailServer: Sendable {
    let port: Int
    private let heard = Mutex<[String]>([])
    private let listener: Int32
    var said: [String] { heard.withLock { $0 } }

    /// - Parameter refusal: the word at which it answers with the code.
    init(refusing refusal: (word: String, answer: String)? = nil) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(bound == 0 && listen(listener, 4) == 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &size) }
        }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        let thread = Thread { [self] in talk(refusal) }
        thread.start()
    }

    deinit { if listener >= 0 { close(listener) } }

    private func talk(_ refusal: (word: String, answer: String)?) {
        let connection = accept(listener, nil, nil)
        guard connection >= 0, let file = fdopen(connection, "r+") else { return }
        talk(file, refusal)
    }

    /// Speaks to whoever holds the other end, such as a program that takes TLS off.
    init(on stream: Int32) {
        (listener, port) = (-1, 0)
        let thread = Thread { [self] in
            // Until the first word of mail the program talks of itself.
            if let file = fdopen(stream, "r+") { talk(file, nil, from: "EHLO") }
        }
        thread.start()
    }

    private func talk(
        _ file: UnsafeMutablePointer<FILE>, _ refusal: (word: String, answer: String)?, from first: String = ""
    ) {
        defer { fclose(file) }
        func say(_ line: String) {
            fputs(line + "\r\n", file)
            fflush(file)
        }
        say("220 pretend")
        var isText = false
        var isProof = false
        var isBegun = false
        var buffer = [CChar](repeating: 0, count: 2000)
        while fgets(&buffer, 2000, file) != nil {
            let line = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                .trimmingCharacters(in: .newlines)
            isBegun = isBegun || line.hasPrefix(first)
            guard isBegun else { continue }
            heard.withLock { $0.append(line) }
            // Between reading and writing of one stream.
            fseek(file, 0, SEEK_CUR)
            if isText {
                guard line == "." else { continue }
                isText = false
                say(refusal?.word == "." ? refusal!.answer : "250 taken")
            } else if let refusal, line.hasPrefix(refusal.word) {
                say(refusal.answer)
            } else if line.hasPrefix("EHLO") {
                say("250-pretend\r\n250 AUTH PLAIN")
            } else if line.hasPrefix("AUTH") {
                // The proof comes when it is asked for.
                say("334 ")
                isProof = true
            } else if isProof {
                isProof = false
                say("235 yes")
            } else if line == "DATA" {
                isText = true
                say("354 go on")
            } else if line == "QUIT" {
                say("221 bye")
                // What takes TLS off may still have something to say, to somebody who listens.
                if first.isEmpty { return }
            } else {
                say("250 yes")
            }
        }
    }
}

@Suite("Letters")
struct PostTests {
    private func end(
        _ server: String, user: String? = nil, to: [String] = ["a@example.com"], authorities: String? = nil
    ) async throws -> PostEnd {
        let post = try PostCurl(authoritiesFile: authorities)
        let letter = Letter(
            server: server, user: user, password: user.map { _ in Secret(bytes: Array("pass".utf8)) },
            from: "curfew@example.com", to: to, text: Array("Subject: x\r\n\r\n.a dot\r\nend\r\n".utf8),
            timeout: .seconds(5))
        await withCheckedContinuation { continuation in
            post.post(letter, id: 7, arrival: { continuation.resume() })
        }
        let ends = post.collect()
        #expect(ends.map(\.id) == [7] && post.collect().isEmpty)
        return ends[0].end
    }

    @Test("a letter is handed in to everybody it is for, whole, with a proof where one is wanted")
    func taken() async throws {
        let server = try PretendMailServer()
        let end = try await end(
            "smtp://127.0.0.1:\(server.port)", user: "curfew", to: ["a@example.com", "b@example.com"])
        #expect(end == .taken)
        let said = server.said
        #expect(said.contains { $0.hasPrefix("AUTH PLAIN") })
        #expect(said.contains { $0.hasPrefix("MAIL FROM:<curfew@example.com>") })
        #expect(said.contains("RCPT TO:<a@example.com>") && said.contains("RCPT TO:<b@example.com>"))
        // A line that begins with a dot has another before it on the way.
        #expect(said.contains("Subject: x") && said.contains("..a dot") && said.contains("end"))
    }

    @Test(
        "what a server refuses is no letter that was taken, and its code is kept",
        arguments: [
            ("MAIL", "451 later", 451), ("RCPT", "550 nobody", 550), ("DATA", "452 full", 452), (".", "554 spam", 554),
        ])
    func refused(_ word: String, _ answer: String, _ code: Int) async throws {
        let server = try PretendMailServer(refusing: (word, answer))
        guard case .refused(code, _) = try await end("smtp://127.0.0.1:\(server.port)") else {
            Issue.record("it counts as taken")
            return
        }
    }

    @Test("a server that is not there, and one elsewhere that speaks in the open, get no letter")
    func notThere() async throws {
        guard case .refused(0, let why) = try await end("smtp://127.0.0.1:1") else {
            Issue.record("it counts as taken")
            return
        }
        #expect(!why.isEmpty)
        let server = try PretendMailServer()
        // A name of this machine that is none of those spoken to in the open.
        let end = try await end("smtp://[::ffff:127.0.0.1]:\(server.port)")
        guard case .refused = end else {
            Issue.record("it counts as taken")
            return
        }
        #expect(!server.said.contains { $0.hasPrefix("MAIL") })
    }
    @Test(
        "over TLS a server hears the letter and its proof once somebody known vouches for its name, and not a word before",
        .enabled(if: OpenSSL.isInstalled, "needs the openssl command"), .timeLimit(.minutes(1)),
        arguments: [("IP:127.0.0.1", true, true), ("IP:127.0.0.1", false, false), ("DNS:elsewhere.test", true, false)])
    func overTLS(_ name: String, _ isKnown: Bool, _ isTaken: Bool) async throws {
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let tls = try OpenSSL(certificateFor: name, on: ends[0])
        defer { tls.stop() }
        let server = PretendMailServer(on: ends[1])
        let end = try await end(
            "smtps://127.0.0.1:\(tls.port)", user: "curfew", authorities: isKnown ? tls.certificate : nil)
        guard isTaken else {
            #expect(end != .taken && server.said.isEmpty)
            return
        }
        #expect(end == .taken)
        #expect(server.said.contains("RCPT TO:<a@example.com>") && server.said.contains("Subject: x"))
        #expect(server.said.contains { $0.hasPrefix("AUTH PLAIN") })
    }
}
