import CampaignModel
import Foundation
import Ports
import Synchronization
import Testing
import TransportCurl
import Wire

@Suite("A connection is used again only when nothing speaks against it", .timeLimit(.minutes(1)))
struct ConnectionTests {
    @Test(
        "a reply after which the connection must not be used again",
        arguments: [
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        ])
    func usedOnce(reply: String) async throws {
        let gateway = try HostileGateway { connection in
            while connection.readRequest() != nil { connection.write(reply) }
        }
        defer { gateway.stop() }
        let caller = try Caller()
        for _ in 1...3 { #expect(await caller.post("{}", to: gateway.url())?.seen == "200 {}") }
        #expect(gateway.connectionsOpened == 3)
    }

    @Test(
        "a reply after which it may",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "200 {}"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nA: b\r\n\r\n", "200 {}"),
            ("HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "200 {}"),
            ("HTTP/1.1 204 None\r\n\r\n", "204 "), ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200 "),
        ])
    func usedAgain(reply: String, seen: String) async throws {
        let gateway = try HostileGateway { connection in
            while connection.readRequest() != nil { connection.write(reply) }
        }
        defer { gateway.stop() }
        let caller = try Caller()
        for _ in 1...3 { #expect(await caller.post("{}", to: gateway.url())?.seen == seen) }
        #expect(gateway.connectionsOpened == 1)
    }

    @Test(
        "an idle connection that speaks or hangs up is closed at once, not when it would be used",
        arguments: [true, false])
    func idleConnectionIsClosed(speaks: Bool) async throws {
        let answered = Gate()
        let closed = Bell()
        let gateway = try HostileGateway { connection in
            guard let body = connection.readRequest() else { return }
            connection.reply(body)
            answered.waitBlocking()
            if speaks { connection.reply("surplus") } else { connection.endOutput() }
            connection.waitForHangUp()
            closed.ring()
        }
        defer { gateway.stop() }
        let caller = try Caller()
        #expect(await caller.post("first", to: gateway.url())?.seen == "200 first")
        answered.open()
        await closed.rung()
        #expect(caller.transport.onTheWire == 0)
    }

    @Test("a connection that has been idle for too long is closed")
    func idleForTooLong() async throws {
        let closed = Bell()
        let gateway = try HostileGateway { connection in
            connection.echo()
            closed.ring()
        }
        defer { gateway.stop() }
        let caller = try Caller(TransportSettings(idleConnectionAgeMax: .milliseconds(30)))
        #expect(await caller.post("first", to: gateway.url())?.seen == "200 first")
        await closed.rung()
        #expect(await caller.post("second", to: gateway.url())?.seen == "200 second")
        #expect(gateway.connectionsOpened == 2)
    }

    @Test(
        "there are never more connections than exchanges may be on the wire: the longest unused goes for another host")
    func atMost() async throws {
        let closed = Bell()
        let one = try HostileGateway { connection in
            connection.echo()
            closed.ring()
        }
        let other = try HostileGateway { $0.echo() }
        defer {
            one.stop()
            other.stop()
        }
        let caller = try Caller(TransportSettings(concurrencyMax: 1))
        for round in 1...2 {
            #expect(await caller.post("a\(round)", to: one.url())?.seen == "200 a\(round)")
            #expect(await caller.post("b\(round)", to: other.url())?.seen == "200 b\(round)")
            await closed.rung()
        }
        #expect(one.connectionsOpened == 2 && other.connectionsOpened == 2)
    }

    @Test("a request on a connection that was reset while the last look was asked goes out on another, and leaves once")
    func resetAtTheLastLook() async throws {
        let death = try DeathAtTheLastLook { $0.echo() }
        defer { death.gateway.stop() }
        let caller = try Caller()
        #expect(await caller.post("first", to: death.gateway.url())?.seen == "200 first")
        let looks = Atomic<Int>(0)
        let result = await caller.result(
            of: .posting("second", to: death.gateway.url()) {
                // On the transport's thread, between its look at the connection and the first byte.
                if looks.add(1, ordering: .relaxed).newValue == 1 {
                    death.come()
                }
                return nil
            })
        #expect(result?.seen == "200 second")
        #expect(looks.load(ordering: .relaxed) == 2)
        #expect(death.gateway.bodies == ["first", "second"])
        #expect(caller.transport.onTheWire == 0)
    }

    @Test("an exchange that starts again on another connection keeps its time")
    func secondTryKeepsItsTime() async throws {
        let death = try DeathAtTheLastLook { $0.waitForHangUp() }
        defer { death.gateway.stop() }
        let caller = try Caller()
        #expect(await caller.post("first", to: death.gateway.url())?.seen == "200 first")
        let looks = Atomic<Int>(0)
        let result = await caller.result(
            of: .posting("second", to: death.gateway.url(), timeout: .seconds(2)) {
                guard looks.add(1, ordering: .relaxed).newValue == 1 else { return nil }
                death.come()
                return nil
            })
        #expect(result == .lost(.timedOut))
    }

    @Test("the second look counts: what may no longer leave does not go out on the other connection")
    func secondLookRefuses() async throws {
        let death = try DeathAtTheLastLook { $0.echo() }
        defer { death.gateway.stop() }
        let caller = try Caller()
        #expect(await caller.post("first", to: death.gateway.url())?.seen == "200 first")
        let looks = Atomic<Int>(0)
        let result = await caller.result(
            of: .posting("second", to: death.gateway.url()) {
                guard looks.add(1, ordering: .relaxed).newValue == 1 else { return .optedOut }
                death.come()
                return nil
            })
        #expect(result == .notLeft(.optedOut))
        #expect(death.gateway.bodies == ["first"])
    }

    @Test(
        "a reply before the request was whole ends it: a refusal is one, a success is unclear",
        arguments: [("413 Too Large", "200 next"), ("200 OK", "200 next")])
    func earlyReply(status: String, next: String) async throws {
        let gateway = try HostileGateway { connection in
            guard connection.number == 0 else { return connection.echo() }
            _ = connection.receive(atMost: 1_000)
            connection.reply("{}", status: status)
            // Neither reads on nor hangs up.
            while !connection.hangsUp(within: 10) {}
        }
        defer { gateway.stop() }
        let caller = try Caller()
        let result = await caller.post(String(repeating: "x", count: 16 << 20), to: gateway.url())
        if status.hasPrefix("4") { #expect(result?.seen == "413 {}") } else { #expect(result == .lost(.unreadable)) }
        #expect(await caller.post("next", to: gateway.url())?.seen == next)
        #expect(gateway.bodies == ["next"])
        #expect(gateway.connectionsOpened == 2)
    }

    @Test("a gateway that stops reading costs the timeout, and what it took has left")
    func stalledBody() async throws {
        let done = Gate()
        let gateway = try HostileGateway { connection in
            _ = connection.receive(atMost: 1_000)
            done.waitBlocking()
        }
        defer {
            done.open()
            gateway.stop()
        }
        let long = String(repeating: "x", count: 16 << 20)
        let result = await (try Caller()).post(long, to: gateway.url(), timeout: .seconds(2))
        #expect(result == .lost(.timedOut))
    }

    @Test("two hosts at once keep their connections apart")
    func twoHosts() async throws {
        let one = try HostileGateway { $0.echo() }
        let other = try HostileGateway { $0.echo() }
        defer {
            one.stop()
            other.stop()
        }
        let caller = try Caller(TransportSettings(concurrencyMax: 8))
        for round in 0..<20 {
            caller.mailbox.submit(
                (0..<8).map {
                    let gateway = $0 % 2 == 0 ? one : other
                    return .posting("\(gateway.port)", to: gateway.url(), id: UInt64(round * 8 + $0))
                })
        }
        let ends = await caller.ends(160)
        #expect(ends.allSatisfy { $0.result.seen == "200 \($0.id % 2 == 0 ? one.port : other.port)" })
        #expect(Set(one.bodies) == ["\(one.port)"] && Set(other.bodies) == ["\(other.port)"])
        #expect(one.bodies.count == 80 && other.bodies.count == 80)
    }
}

/// A gateway whose first connection answers once and is reset when a test says so: between the transport's look at the
/// idle connection and its first byte.
private struct DeathAtTheLastLook {
    let gateway: HostileGateway
    private let dies = Gate()
    private let isDead = DispatchSemaphore(value: 0)

    /// - Parameter others: what is done with every later connection.
    init(others: @escaping HostileGateway.Script) throws {
        gateway = try HostileGateway { [dies, isDead] connection in
            guard connection.number == 0, let first = connection.readRequest() else { return others(connection) }
            connection.reply(first)
            dies.waitBlocking()
            connection.endWithReset()
            connection.close()
            isDead.signal()
        }
    }

    /// On the transport's own thread; returns when the connection is gone at the other end too: on a busy machine a reset is
    /// still on its way when closing returns.
    func come() {
        dies.open()
        isDead.wait()
        // The kernel's table: the other end's port, and that it stands. A port that the system chose has four digits.
        let established = ":\(String(gateway.port, radix: 16, uppercase: true)) 01 "
        for _ in 0..<100_000 {
            guard let table = try? String(contentsOfFile: "/proc/net/tcp", encoding: .utf8),
                table.contains(established)
            else { return }
            sched_yield()
        }
    }
}
