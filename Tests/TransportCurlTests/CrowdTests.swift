import CampaignModel
import Foundation
import Ports
import Synchronization
import Testing
import TransportCurl
import Wire

@Suite("Many exchanges on one thread", .timeLimit(.minutes(1)))
struct CrowdTests {
    @Test("a thousand exchanges over sixteen connections are all answered, each body seen once")
    func thousand() async throws {
        let gateway = try HostileGateway { $0.echo() }
        defer { gateway.stop() }
        let caller = try Caller(TransportSettings(concurrencyMax: 16))
        for start in stride(from: UInt64(0), to: 1_000, by: 100) {
            caller.mailbox.submit((start..<start + 100).map { .posting("body \($0)", to: gateway.url(), id: $0) })
        }
        let ends = await caller.ends(1_000)
        #expect(ends.count == 1_000)
        #expect(ends.allSatisfy { $0.result.seen == "200 body \($0.id)" })
        #expect(Set(ends.map(\.id)).count == 1_000)
        #expect(gateway.bodies.sorted() == (0..<1_000).map { "body \($0)" }.sorted())
        #expect(gateway.connectionsOpened <= 16)
        #expect(caller.transport.onTheWire == 0)
    }

    @Test("two hundred at once have a connection each, and the next two hundred the same ones")
    func wideWire() async throws {
        let together = Gate()
        let gateway = try HostileGateway { connection in
            while let body = connection.readRequest() {
                together.waitBlocking()
                connection.reply(body)
            }
        }
        defer { gateway.stop() }
        let caller = try Caller(TransportSettings(concurrencyMax: 200))
        for round in 0..<2 {
            caller.mailbox.submit((0..<200).map { .posting("\(round) \($0)", to: gateway.url(), id: $0) })
            // The first of them is answered only when all have arrived.
            if round == 0 { await gateway.body(number: 200) }
            together.open()
            let ends = await caller.ends(200)
            #expect(ends.allSatisfy { $0.result.seen == "200 \(round) \($0.id)" })
        }
        #expect(gateway.connectionsOpened == 200)
        #expect(Set(gateway.bodies).count == 400 && gateway.bodies.count == 400)
    }

    @Test("an idle connection that speaks or hangs up does not keep the thread awake", arguments: [true, false])
    func idleConnectionIsLeftAlone(speaks: Bool) async throws {
        let answered = Gate()
        let done = Bell()
        let gateway = try HostileGateway { connection in
            guard connection.number == 0, let body = connection.readRequest() else { return connection.waitForHangUp() }
            connection.reply(body)
            answered.waitBlocking()
            if speaks { connection.reply("surplus") } else { connection.endOutput() }
            done.ring()
            connection.waitForHangUp()
        }
        let silent = try HostileGateway { $0.waitForHangUp() }
        defer {
            gateway.stop()
            silent.stop()
        }
        let caller = try Caller()
        #expect(await caller.post("first", to: gateway.url())?.seen == "200 first")
        let turnsBefore = caller.transport.turns
        answered.open()
        await done.rung()
        // A thread that is woken again and again by what nobody waits for would turn thousands of times meanwhile.
        #expect(await caller.post("silent", to: silent.url(), timeout: .milliseconds(300)) == .lost(.timedOut))
        #expect(caller.transport.turns - turnsBefore < 100)
    }

    @Test("each mailbox collects its own ends")
    func twoMailboxes() async throws {
        let gateway = try HostileGateway { $0.echo() }
        defer { gateway.stop() }
        let one = try Caller()
        let other = Caller(transport: one.transport)
        one.mailbox.submit((0..<50).map { .posting("one", to: gateway.url(), id: $0) })
        other.mailbox.submit((0..<50).map { .posting("other", to: gateway.url(), id: $0) })
        #expect(await one.ends(50).allSatisfy { $0.result.seen == "200 one" })
        #expect(await other.ends(50).allSatisfy { $0.result.seen == "200 other" })
    }

    @Test("closing refuses what waits and lets what is on the wire end by itself")
    func closeWithQueue() async throws {
        let release = Gate()
        let gateway = try HostileGateway { connection in
            while let body = connection.readRequest() {
                release.waitBlocking()
                connection.reply(body)
            }
        }
        defer { gateway.stop() }
        let caller = try Caller(TransportSettings(concurrencyMax: 1))
        caller.mailbox.submit((1...3).map { .posting("\($0)", to: gateway.url(), id: $0) })
        await gateway.body(number: 1)
        #expect(caller.transport.onTheWire == 1)
        caller.transport.beginClosing(grace: .seconds(600))
        let refused = await caller.ends(2)
        #expect(refused.map(\.id) == [2, 3])
        #expect(refused.allSatisfy { $0.result == .notLeft(.closing) })
        caller.mailbox.submit([.posting("after", to: gateway.url(), id: 4)])
        #expect(await caller.ends(1).map(\.result) == [.notLeft(.closing)])
        release.open()
        await caller.transport.close(grace: .seconds(600))
        #expect(caller.mailbox.collect().map(\.result.seen) == ["200 1"])
        #expect(gateway.bodies == ["1"])
    }

    @Test("closing without grace gives every exchange its end")
    func closeAtOnce() async throws {
        let gateway = try HostileGateway { $0.waitForHangUp() }
        defer { gateway.stop() }
        // Patience enough that on a busy machine the closing comes first, and not the end of the handshake's time.
        let caller = try Caller(TransportSettings(concurrencyMax: 2, connectTimeout: .seconds(600)))
        let left = Bell()
        caller.mailbox.submit([
            .posting("on the wire", to: gateway.url(), id: 1, timeout: .seconds(600)) {
                left.ring()
                return nil
            },
            .posting("connecting", to: gateway.url(scheme: "https"), id: 2, timeout: .seconds(600)),
            .posting("waiting", to: gateway.url(), id: 3, timeout: .seconds(600)),
        ])
        await left.rung()
        await caller.transport.close(grace: .zero)
        let ends = caller.mailbox.collect().sorted { $0.id < $1.id }
        #expect(ends.map(\.id) == [1, 2, 3])
        #expect(ends.first?.result == .lost(.orphaned) && ends.last?.result == .notLeft(.closing))
        // Where the machine is slow, the gateway has hung up on what it cannot read before it was closed.
        #expect(ends.count == 3 && [.notLeft(.closing), .notLeft(.tlsFailed)].contains(ends[1].result))
        #expect(caller.transport.onTheWire == 0)
        await caller.transport.close(grace: .zero)
    }

    @Test("a local socket is a door like any other")
    func unixSocket() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "curfew-\(UUID().uuidString).sock").path
        let gateway = try HostileGateway(unixPath: path) { $0.echo() }
        let other = try HostileGateway { $0.echo() }
        defer {
            gateway.stop()
            other.stop()
            unlink(path)
        }
        let caller = try Caller()
        for round in ["one", "two"] {
            let request = HTTPRequest(
                method: .post, url: "http://localhost/x", body: Array(round.utf8), unixSocket: path)
            let result = await caller.result(of: Exchange(id: 1, request: request, timeout: .seconds(20)))
            #expect(result?.seen == "200 \(round)")
            // The same handle goes back to the network afterwards.
            #expect(await caller.post("net \(round)", to: other.url())?.seen == "200 net \(round)")
        }
        #expect(gateway.bodies == ["one", "two"])
        // Never used twice: it has no port by which its state could be looked at.
        #expect(gateway.connectionsOpened == 2)
    }

    @Test("GET and POST take turns on one connection")
    func methods() async throws {
        let gateway = try HostileGateway { connection in
            while connection.readRequest() != nil { connection.reply("{}") }
        }
        defer { gateway.stop() }
        let caller = try Caller(TransportSettings(concurrencyMax: 1))
        for method in [HTTPRequest.Method.get, .post, .get] {
            let body = method == .get ? [] : Array("p".utf8)
            let request = HTTPRequest(method: method, url: gateway.url("/\(method)"), body: body)
            #expect(await caller.result(of: Exchange(id: 1, request: request, timeout: .seconds(20)))?.seen == "200 {}")
        }
        #expect(gateway.bodies == ["", "p", ""])
        let lines = String(decoding: gateway.rawBytes, as: UTF8.self).components(separatedBy: "\r\n")
        #expect(lines.filter { $0.hasSuffix("HTTP/1.1") }.map { $0.suffix(18) }.count == 3)
        #expect(gateway.connectionsOpened == 1)
    }
}

@Suite("The benchmark's two ends", .timeLimit(.minutes(1)))
struct BenchTests {
    @Test("the plain loop posts every body and the sink counts them")
    func plainLoop() async throws {
        let sink = try LoopbackSink()
        Thread { sink.run() }.start()
        defer { sink.stop() }
        let bodies = [Array("one".utf8), [], Array(String(repeating: "x", count: 200_000).utf8)]
        let figures = try PlainCurlLoop(url: sink.url, headers: [HTTPHeader("A", "b")], connections: 8)
            .run(bodies: bodies, requests: 300)
        #expect(figures.requests == 300)
        #expect(figures.failures == 0)
        #expect(sink.bodies == 300)
        let result = await (try Caller()).post("{}", to: sink.url)
        #expect(result?.seen == "200 " + LoopbackSink.replyBody)
        #expect(sink.bodies == 301)
    }

    @Test("the bare loop that only connects posts every body as well")
    func bareLoop() throws {
        let sink = try LoopbackSink()
        Thread { sink.run() }.start()
        defer { sink.stop() }
        let bodies = [Array("one".utf8), [], Array(String(repeating: "x", count: 200_000).utf8)]
        let figures = try ConnectOnlyLoop(url: sink.url, headers: [HTTPHeader("A", "b")], connections: 8)
            .run(bodies: bodies, requests: 300)
        #expect(figures.requests == 300)
        #expect(figures.failures == 0)
        #expect(sink.bodies == 300)
    }

    @Test("over TLS all three ways post every body", .enabled(if: OpenSSL.isInstalled, "needs the openssl command"))
    func overTLS() async throws {
        let files = try OpenSSL.Certificate(for: "IP:127.0.0.1")
        defer { files.remove() }
        let sink = try LoopbackSink(certificate: (files.certificate, files.key))
        Thread { sink.run() }.start()
        defer { sink.stop() }
        let bodies = [Array("one".utf8), Array(String(repeating: "x", count: 200_000).utf8)]
        let headers = [HTTPHeader("A", "b")]
        let plain = PlainCurlLoop(
            url: sink.url, headers: headers, connections: 4, authoritiesFile: files.certificate)
        #expect(try plain.run(bodies: bodies, requests: 40).failures == 0)
        let bare = ConnectOnlyLoop(
            url: sink.url, headers: headers, connections: 4, authoritiesFile: files.certificate)
        #expect(try bare.run(bodies: bodies, requests: 40).failures == 0)
        let caller = try Caller(TransportSettings(concurrencyMax: 4, authoritiesFile: files.certificate))
        caller.mailbox.submit((0..<40).map { .posting("\($0)", to: sink.url, id: $0) })
        let ends = await caller.ends(40)
        #expect(ends.allSatisfy { $0.result.seen == "200 " + LoopbackSink.replyBody })
        #expect(sink.bodies == 120)
    }
}
