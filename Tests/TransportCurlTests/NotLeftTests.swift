import CampaignModel
import Foundation
import Ports
import Synchronization
import Testing
import TransportCurl
import Wire

@Suite("Nothing leaves", .timeLimit(.minutes(1)))
struct NotLeftTests {
    @Test("nobody listens")
    func refusedConnection() async throws {
        let gateway = try HostileGateway { _ in }
        let url = gateway.url()
        gateway.stop()
        // Any connection that was still accepted ends at once, so ask until the door is shut.
        let caller = try Caller()
        var result = await caller.post("{}", to: url)
        while result == .lost(.connectionLost) { result = await caller.post("{}", to: url) }
        #expect(result == .notLeft(.connectFailed))
    }

    @Test("a host name that cannot exist")
    func nameNotResolved() async throws {
        // A label of 64 letters is refused before any name server is asked.
        let url = "http://\(String(repeating: "a", count: 64)).invalid/send"
        #expect(await (try Caller()).post("{}", to: url) == .notLeft(.nameNotResolved))
    }

    @Test("a gateway that does not speak TLS never sees plain text")
    func plainGatewayBehindSecureAddress() async throws {
        let gateway = try HostileGateway { connection in
            _ = connection.receive()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            connection.waitForHangUp()
        }
        defer { gateway.stop() }
        #expect(await (try Caller()).post("private", to: gateway.url(scheme: "https")) == .notLeft(.tlsFailed))
        let seen = String(decoding: gateway.rawBytes, as: UTF8.self)
        #expect(!seen.isEmpty)
        #expect(!seen.contains("POST") && !seen.contains("private") && !seen.contains("secret"))
    }

    @Test("a gateway that never finishes the TLS handshake")
    func silentHandshake() async throws {
        let gateway = try HostileGateway { $0.waitForHangUp() }
        defer { gateway.stop() }
        let result = await (try Caller()).post("{}", to: gateway.url(scheme: "https"), timeout: .milliseconds(200))
        #expect(result == .notLeft(.tlsFailed))
    }

    @Test("the last look refuses, on a fresh and on a reused connection", arguments: [false, true])
    func lastLookRefuses(reused: Bool) async throws {
        let gateway = try HostileGateway { $0.echo() }
        defer { gateway.stop() }
        let caller = try Caller()
        if reused { #expect(await caller.post("before", to: gateway.url())?.seen == "200 before") }
        let looks = Atomic<Int>(0)
        let result = await caller.result(
            of: .posting("late", to: gateway.url()) {
                looks.add(1, ordering: .relaxed)
                return .deadlinePassed
            })
        #expect(result == .notLeft(.deadlinePassed))
        #expect(looks.load(ordering: .relaxed) == 1)
        #expect(caller.transport.onTheWire == 0)
        #expect(await caller.post("after", to: gateway.url())?.seen == "200 after")
        #expect(gateway.bodies == (reused ? ["before", "after"] : ["after"]))
    }

    @Test("the last look is asked as late as the request can leave, once")
    func lastLookIsLate() async throws {
        let first = Gate()
        let isStopped = Atomic<Bool>(false)
        let gateway = try HostileGateway { connection in
            while let body = connection.readRequest() {
                first.waitBlocking()
                connection.reply(body)
            }
        }
        defer { gateway.stop() }
        let caller = try Caller(TransportSettings(concurrencyMax: 1))
        let look: @Sendable () -> Obstacle? = { isStopped.load(ordering: .relaxed) ? .stopped : nil }
        caller.mailbox.submit((1...3).map { .posting("\($0)", to: gateway.url(), id: $0, lastLook: look) })
        await gateway.body(number: 1)
        isStopped.store(true, ordering: .relaxed)
        first.open()
        let results = await caller.ends(3).map(\.result)
        #expect(results.map(\.seen) == ["200 1", nil, nil])
        #expect(results.dropFirst().allSatisfy { $0 == .notLeft(.stopped) })
        #expect(gateway.bodies == ["1"])
    }

    @Test(
        "a request that cannot be sent as it is meant",
        arguments: [
            HTTPRequest(method: .post, url: "ftp://127.0.0.1/x"),
            HTTPRequest(method: .post, url: "file:///etc/passwd"),
            HTTPRequest(method: .post, url: ""),
            HTTPRequest(method: .post, url: "http://127.0.0.1/a b"),
            HTTPRequest(method: .post, url: "http://127.0.0.1/a\r\nX: y"),
            HTTPRequest(method: .post, url: "http://127.0.0.1/a\u{0}"),
            HTTPRequest(method: .post, url: "http://user:pass@127.0.0.1/"),
            HTTPRequest(method: .post, url: "http://user@127.0.0.1/"),
            HTTPRequest(method: .post, url: "127.0.0.1/x"),
            HTTPRequest(method: .post, url: "https://[fe80::1%25eth0]/"),
            HTTPRequest(method: .post, url: "http://127.0.0.1/", headers: [HTTPHeader("A", "b\r\nC: d")]),
            HTTPRequest(method: .post, url: "http://127.0.0.1/", headers: [HTTPHeader("A: b\r\nC", "d")]),
            HTTPRequest(method: .post, url: "http://127.0.0.1/", headers: [HTTPHeader("", "d")]),
            HTTPRequest(method: .get, url: "http://127.0.0.1/", body: [1]),
        ])
    func notRenderable(request: HTTPRequest) async throws {
        let caller = try Caller()
        #expect(
            await caller.result(of: Exchange(id: 1, request: request, timeout: .seconds(5))) == .notLeft(.notRenderable)
        )
    }
}

@Suite("A thread at rest")
struct RestTests {
    @Test("tells at once that a request cannot be sent, though nothing else would wake it", .timeLimit(.minutes(1)))
    func endsWithoutAnySocket() async throws {
        let caller = try Caller()
        let bad = HTTPRequest(method: .get, url: "http://127.0.0.1/", body: [1])
        // From the second one on the thread is surely waiting when it is woken.
        for id in 1...200 {
            let result = await caller.result(of: Exchange(id: UInt64(id), request: bad, timeout: .seconds(5)))
            #expect(result == .notLeft(.notRenderable))
        }
    }
}

extension HostileGateway {
    /// Returns once that many bodies have arrived.
    func body(number: Int) async {
        while bodies.count < number { await Task.yield() }
    }
}
