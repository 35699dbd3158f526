import CampaignModel
import Foundation
import Ports
import Synchronization
import Testing
import TransportCurl
import Wire

@Suite("A reply is complete or lost", .timeLimit(.minutes(1)))
struct ReplyTests {
    /// What the gateway writes before it closes the connection in an orderly way, and what it comes to.
    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let written: String
        let result: String
        var testDescription: String { name }
        init(_ name: String, _ written: String, _ result: String) {
            (self.name, self.written, self.result) = (name, written, result)
        }
    }

    static let ok = "HTTP/1.1 200 OK\r\n"
    static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    static let rows: [Row] = [
        Row("whole", ok + "Content-Length: 5\r\n\r\nhello", "200 hello"),
        Row("whole, with bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", "200 hello"),
        Row("nothing", "", "connectionLost"),
        Row("cut inside the first line, before the status", "HTTP/1.1 2", "connectionLost"),
        Row("cut inside the first line, after the status", "HTTP/1.1 200 O", "connectionLost"),
        Row("cut after the first line", ok, "truncated"),
        Row("cut inside a header", ok + "Content-Le", "truncated"),
        Row("cut before the empty line", ok + "Content-Length: 5\r\n", "truncated"),
        Row("cut before the body", ok + "Content-Length: 5\r\n\r\n", "truncated"),
        Row("cut inside the body", ok + "Content-Length: 5\r\n\r\nhel", "truncated"),
        Row("no length, no body", ok + "\r\n", "truncated"),
        Row("no length, a body up to the close", ok + "\r\n{}", "200 {}"),
        Row("version 1.0, a body up to the close", "HTTP/1.0 200 OK\r\n\r\n{}", "200 {}"),
        Row("no body by its status", "HTTP/1.1 204 No Content\r\n\r\n", "204 "),
        Row("length 0", ok + "Content-Length: 0\r\n\r\n", "200 "),
        Row("the same length twice", ok + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "200 hello"),
        Row("two lengths", ok + "Content-Length: 5\r\nContent-Length: 4\r\n\r\nhello", "unreadable"),
        Row("a negative length", ok + "Content-Length: -5\r\n\r\nhello", "unreadable"),
        Row("a folded header", ok + "Content-Length: 5\r\n folded: x\r\n\r\nhello", "unreadable"),
        Row("chunked", chunked + "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", "200 hello"),
        Row("chunked with trailers", chunked + "5\r\nhello\r\n0\r\nX-After: 1\r\n\r\n", "200 hello"),
        Row("chunked, cut in a chunk", chunked + "5\r\nhel", "truncated"),
        Row("chunked, cut between chunks", chunked + "5\r\nhello\r\n", "truncated"),
        Row("chunked, cut before the last line", chunked + "5\r\nhello\r\n0\r\n", "truncated"),
        Row("chunked, nonsense for a length", chunked + "zz\r\nhello\r\n0\r\n\r\n", "truncated"),
        Row("interim", "HTTP/1.1 100 Continue\r\n\r\n" + ok + "Content-Length: 5\r\n\r\nhello", "200 hello"),
        Row(
            "two interims",
            "HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" + ok + "Content-Length: 2\r\n\r\n{}",
            "200 {}"),
        Row("only an interim", "HTTP/1.1 100 Continue\r\n\r\n", "truncated"),
        Row("another protocol", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nhello", "unreadable"),
        Row("garbage", "\u{1}\u{2}garbage\r\n\r\nmore", "unreadable"),
        Row("another version", "HTTP/3 200 OK\r\nContent-Length: 5\r\n\r\nhello", "unreadable"),
        Row("a status beyond 599", "HTTP/1.1 999 Odd\r\nContent-Length: 5\r\n\r\nhello", "unreadable"),
        Row("an announced giant", ok + "Content-Length: 2147483648\r\n\r\nhello", "tooLarge"),
        Row(
            "a chunked giant", chunked + "800\r\n" + String(repeating: "z", count: 2_048) + "\r\n0\r\n\r\n",
            "tooLarge"),
        Row("a giant up to the close", ok + "\r\n" + String(repeating: "z", count: 2_048), "tooLarge"),
        Row(
            "exactly the limit", ok + "\r\n" + String(repeating: "z", count: 1_024),
            "200 " + String(repeating: "z", count: 1_024)),
        Row("many headers", ok + String(repeating: "A: b\r\n", count: 300) + "Content-Length: 0\r\n\r\n", "tooLarge"),
        Row("a giant header", ok + "A: " + String(repeating: "b", count: 200_000) + "\r\n\r\n", "tooLarge"),
    ]

    @Test("what a gateway writes before it closes", arguments: rows)
    func written(row: Row) async throws {
        let (closings, closing) = AsyncStream.makeStream(of: Void.self)
        let gateway = try HostileGateway(closed: { closing.yield() }) { connection in
            guard connection.number == 0 else { return connection.echo() }
            _ = connection.readRequest()
            connection.write(row.written)
        }
        defer { gateway.stop() }
        let caller = try Caller()
        let result = await caller.result(of: .posting("{}", to: gateway.url(), bytesMax: 1_024))
        #expect(Self.short(result) == row.result)
        // A connection that is closed under a request has lost it: the next one comes when it is seen to be closed.
        for await _ in closings { break }
        // Whatever happened, the next exchange gets a reply of its own.
        #expect(await caller.post("next", to: gateway.url())?.seen == "200 next")
        #expect(gateway.bodies == ["{}", "next"])
    }

    @Test(
        "a reset in place of the orderly close is never a complete reply",
        arguments: [ok, ok + "\r\n{", ok + "Content-Length: 5\r\n\r\nhel"])
    func resetInReply(written: String) async throws {
        let gateway = try HostileGateway { connection in
            _ = connection.readRequest()
            connection.write(written)
            connection.endWithReset()
        }
        defer { gateway.stop() }
        let result = await (try Caller()).post("{}", to: gateway.url())
        #expect(result == .lost(.truncated) || result == .lost(.connectionLost))
    }

    @Test(
        "a surplus reply in the same breath is never credited to the next exchange",
        arguments: ["Content-Length: 5\r\n\r\nfirst", "Content-Length: 0\r\n\r\n", "Content-Length: 2\r\n\r\nfirst"])
    func surplusReply(first: String) async throws {
        let gateway = try HostileGateway { connection in
            guard connection.number == 0 else { return connection.echo() }
            _ = connection.readRequest()
            connection.write(Self.ok + first + Self.ok + "Content-Length: 7\r\n\r\nsurplus")
            // Answers on, as a gateway that does not know of its mistake would.
            connection.echo()
        }
        defer { gateway.stop() }
        let caller = try Caller()
        #expect(await caller.post("first", to: gateway.url())?.seen?.hasPrefix("200 ") == true)
        #expect(await caller.post("second", to: gateway.url())?.seen == "200 second")
        #expect(gateway.bodies == ["first", "second"])
        #expect(gateway.connectionsOpened == 2)
    }

    @Test("a surplus reply on an idle connection is never credited to the next exchange")
    func surplusReplyWhileIdle() async throws {
        let answered = Gate()
        let written = Bell()
        let gateway = try HostileGateway { connection in
            guard let body = connection.readRequest() else { return }
            connection.reply(body)
            guard connection.number == 0 else { return connection.echo() }
            answered.waitBlocking()
            connection.reply("surplus")
            written.ring()
            connection.echo()
        }
        defer { gateway.stop() }
        let caller = try Caller()
        #expect(await caller.post("first", to: gateway.url())?.seen == "200 first")
        answered.open()
        await written.rung()
        #expect(await caller.post("second", to: gateway.url())?.seen == "200 second")
        #expect(gateway.bodies == ["first", "second"])
    }

    @Test("a silent gateway costs the timeout, and its late reply reaches nobody")
    func lateReply() async throws {
        let timedOut = Gate()
        let gateway = try HostileGateway { connection in
            guard connection.number == 0, let body = connection.readRequest() else { return connection.echo() }
            timedOut.waitBlocking()
            connection.reply(body)
            connection.waitForHangUp()
        }
        defer { gateway.stop() }
        let caller = try Caller()
        #expect(await caller.post("silent", to: gateway.url(), timeout: .milliseconds(200)) == .lost(.timedOut))
        timedOut.open()
        #expect(await caller.post("next", to: gateway.url())?.seen == "200 next")
        #expect(gateway.bodies == ["silent", "next"])
    }

    @Test("a reply that trickles in is given up at the timeout", arguments: ["", "Content-Length: 9000\r\n\r\n"])
    func trickle(head: String) async throws {
        let gateway = try HostileGateway { connection in
            guard connection.number == 0, connection.readRequest() != nil else { return connection.echo() }
            connection.write(Self.ok + head)
            while !connection.hangsUp(within: 10), connection.write("x") {}
        }
        defer { gateway.stop() }
        let caller = try Caller()
        #expect(await caller.post("slow", to: gateway.url(), timeout: .milliseconds(200)) == .lost(.timedOut))
        #expect(await caller.post("next", to: gateway.url())?.seen == "200 next")
    }

    @Test("a reply without end is cut at its limit")
    func endlessReply() async throws {
        let gateway = try HostileGateway { connection in
            _ = connection.readRequest()
            connection.write(Self.chunked)
            let chunk = "10000\r\n" + String(repeating: "z", count: 0x10000) + "\r\n"
            while connection.write(chunk) {}
        }
        defer { gateway.stop() }
        #expect(await (try Caller()).post("{}", to: gateway.url()) == .lost(.tooLarge))
    }

    @Test("a reply comes with its status and its headers in their order")
    func headersOfReply() async throws {
        let gateway = try HostileGateway { connection in
            while connection.readRequest() != nil {
                connection.write(
                    "HTTP/1.1 429 Busy\r\nRetry-After:  7 \r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 2\r\n\r\n{}")
            }
        }
        defer { gateway.stop() }
        let wanted = HTTPResponse(
            status: 429,
            headers: [
                HTTPHeader("Retry-After", "7"), HTTPHeader("X-A", "1"), HTTPHeader("x-a", "2"),
                HTTPHeader("Content-Length", "2"),
            ], body: Array("{}".utf8))
        let caller = try Caller()
        for _ in 1...2 { #expect(await caller.post("{}", to: gateway.url()) == .complete(wanted)) }
    }

    private static func short(_ result: ExchangeResult?) -> String {
        switch result {
        case .complete: result?.seen ?? ""
        case .notLeft(let obstacle): obstacle.rawValue
        case .lost(let loss): loss.rawValue
        case nil: "no end"
        }
    }
}
