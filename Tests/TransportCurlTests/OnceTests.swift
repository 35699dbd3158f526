import CampaignModel
import Foundation
import Ports
import Synchronization
import Testing
import TransportCurl
import Wire

/// How a gateway lets a connection die.
enum Death: CaseIterable {
    case orderlyClose
    case reset
}

@Suite("A request leaves once", .timeLimit(.minutes(1)))
struct OnceTests {
    @Test("a gateway that reads a request on a reused connection and hangs up gets one body", arguments: Death.allCases)
    func reusedConnectionDies(death: Death) async throws {
        let gateway = try HostileGateway { connection in
            guard connection.number == 0, let first = connection.readRequest() else { return connection.echo() }
            connection.reply(first)
            _ = connection.readRequest()
            if death == .reset { connection.endWithReset() }
        }
        defer { gateway.stop() }
        let caller = try Caller()
        #expect(await caller.post("first", to: gateway.url())?.seen == "200 first")
        #expect(await caller.post("second", to: gateway.url()) == .lost(.connectionLost))
        #expect(await caller.post("third", to: gateway.url())?.seen == "200 third")
        #expect(gateway.bodies == ["first", "second", "third"])
        // The refused repetition opens no connection of its own: the second is that of the third body.
        #expect(gateway.connectionsOpened == 2)
    }

    @Test(
        "a reply that is cut in its first line on a reused connection is no reason to send again",
        arguments: Death.allCases)
    func cutInFirstLine(death: Death) async throws {
        let gateway = try HostileGateway { connection in
            guard connection.number == 0, let first = connection.readRequest() else { return connection.echo() }
            connection.reply(first)
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200")
            if death == .reset { connection.endWithReset() }
        }
        defer { gateway.stop() }
        let caller = try Caller()
        #expect(await caller.post("first", to: gateway.url())?.seen == "200 first")
        #expect(await caller.post("second", to: gateway.url()) == .lost(.connectionLost))
        #expect(gateway.bodies == ["first", "second"])
    }

    @Test("another idle connection is no way round the refusal", arguments: Death.allCases)
    func repetitionOverAnotherIdleConnection(death: Death) async throws {
        let bothHere = Gate()
        let waiting = Mutex(0)
        let gateway = try HostileGateway { connection in
            guard let first = connection.readRequest() else { return }
            if waiting.withLock({
                $0 += 1
                return $0 == 2
            }) {
                bothHere.open()
            }
            bothHere.waitBlocking()
            connection.reply(first)
            while let body = connection.readRequest() {
                if body == "fatal" {
                    if death == .reset { connection.endWithReset() }
                    return
                }
                connection.reply(body)
            }
        }
        defer { gateway.stop() }
        let caller = try Caller()
        caller.mailbox.submit([
            .posting("a", to: gateway.url(), id: 1), .posting("b", to: gateway.url(), id: 2),
        ])
        #expect(await caller.ends(2).count == 2)
        #expect(await caller.post("fatal", to: gateway.url()) == .lost(.connectionLost))
        #expect(gateway.bodies.filter { $0 == "fatal" }.count == 1)
    }

    @Test("a gateway that reads a request on a fresh connection and hangs up gets one body", arguments: Death.allCases)
    func freshConnectionDies(death: Death) async throws {
        let gateway = try HostileGateway { connection in
            _ = connection.readRequest()
            if death == .reset { connection.endWithReset() }
        }
        defer { gateway.stop() }
        #expect(await (try Caller()).post("only", to: gateway.url()) == .lost(.connectionLost))
        #expect(gateway.bodies == ["only"])
    }

    @Test("a connection that dies in the middle of a long body is not tried again", arguments: Death.allCases)
    func connectionDiesDuringBody(death: Death) async throws {
        let gateway = try HostileGateway { connection in
            guard let first = connection.readRequest() else { return }
            connection.reply(first)
            _ = connection.receive(atMost: 1_000)
            if death == .reset { connection.endWithReset() }
        }
        defer { gateway.stop() }
        let caller = try Caller()
        #expect(await caller.post("first", to: gateway.url())?.seen == "200 first")
        let long = String(repeating: "x", count: 16 << 20)
        #expect(await caller.post(long, to: gateway.url()) == .lost(.connectionLost))
        #expect(gateway.bodies == ["first"])
        #expect(gateway.connectionsOpened == 1)
    }

    @Test("a connection that was closed while idle is replaced before the request leaves")
    func idleConnectionClosed() async throws {
        let closed = Bell()
        let gateway = try HostileGateway { connection in
            guard let body = connection.readRequest() else { return }
            connection.reply(body)
            guard connection.number == 0 else { return connection.echo() }
            connection.endOutput()
            closed.ring()
            connection.waitForHangUp()
        }
        defer { gateway.stop() }
        let caller = try Caller()
        #expect(await caller.post("first", to: gateway.url())?.seen == "200 first")
        await closed.rung()
        #expect(await caller.post("second", to: gateway.url())?.seen == "200 second")
        #expect(gateway.bodies == ["first", "second"])
    }

    @Test(
        "an answer that asks a browser to try again is handed over, not obeyed",
        arguments: [
            "401 Unauthorized", "407 Proxy Authentication Required", "417 Expectation Failed", "307 Elsewhere",
            "421 Misdirected",
        ])
    func answersThatAskForMore(status: String) async throws {
        let gateway = try HostileGateway { connection in
            while let body = connection.readRequest() {
                connection.write(
                    "HTTP/1.1 \(status)\r\nLocation: /again\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"
                        + "Alt-Svc: h2=\":1\"\r\n"
                        + "Proxy-Authenticate: Negotiate\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            }
        }
        defer { gateway.stop() }
        #expect(await (try Caller()).post("once", to: gateway.url())?.seen == "\(status.prefix(3)) once")
        #expect(gateway.bodies == ["once"])
    }

    @Test(
        "an address is asked for as it is written, without its fragment",
        arguments: [
            (
                "http", "/im/send/msg/?open_id=_0%2Fa%20b&name=%E5%B0%8F",
                "/im/send/msg/?open_id=_0%2Fa%20b&name=%E5%B0%8F"
            ),
            ("HTTP", "/a//b/;c=d?e=f+g#part", "/a//b/;c=d?e=f+g"), ("http", "?a=b", "/?a=b"),
        ])
    func addressAsWritten(scheme: String, path: String, asked: String) async throws {
        let gateway = try HostileGateway { $0.echo() }
        defer { gateway.stop() }
        let caller = try Caller()
        for _ in 0..<2 {
            #expect(await caller.post("{}\r\n", to: gateway.url(path, scheme: scheme))?.seen == "200 {}\r\n")
        }
        let lines = String(decoding: gateway.rawBytes, as: UTF8.self).components(separatedBy: "\r\n")
        #expect(lines.filter { $0.hasSuffix(" HTTP/1.1") } == Array(repeating: "POST \(asked) HTTP/1.1", count: 2))
    }

    @Test("the request has no header of libcurl's own that could change its course, and its own headers once")
    func headersOnTheWire() async throws {
        let gateway = try HostileGateway { $0.echo() }
        defer { gateway.stop() }
        let headers = [
            HTTPHeader("X-Empty", ""), HTTPHeader("Content-Length", "999"), HTTPHeader("Connection", "close"),
        ]
        let request = HTTPRequest(
            method: .post, url: gateway.url(), headers: headers,
            body: Array(String(repeating: "y", count: 2 << 20).utf8))
        let exchange = Exchange(id: 1, request: request, timeout: .seconds(20), responseBytesMax: 4 << 20)
        let result = await (try Caller(TransportSettings(userAgent: "curfew/test"))).result(of: exchange)
        #expect(result?.seen != nil)
        let head = String(decoding: gateway.rawBytes.prefix(1_024), as: UTF8.self).components(separatedBy: "\r\n\r\n")[
            0]
        #expect(
            head.components(separatedBy: "\r\n").sorted() == [
                "Accept: */*", "Content-Length: 2097152", "Host: 127.0.0.1:\(gateway.port)", "POST /send HTTP/1.1",
                "User-Agent: curfew/test", "X-Empty:",
            ])
    }
}
