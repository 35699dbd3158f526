import Answers
import CampaignModel
import Foundation
import Glibc
import Hummingbird
import Logging
import Ports
import ServiceLifecycle
import Synchronization
import Testing

@testable import ControlAPI

/// Proves what is signed `right`, takes everything proved, and can be made to stand still.
private final class PretendEventDesk: EventDesk {
    let counts = Mutex<[TurnedAway: Int]>([:])
    let received = Mutex(0)
    /// While it is held, whatever reaches the ledger waits.
    private let ledger = DispatchSemaphore(value: 1)

    func hold() { ledger.wait() }
    func release() { ledger.signal() }

    func receive(_ body: [UInt8], signature: String?) throws -> CallbackReceipt {
        if signature == nil {
            guard body == Array("challenge".utf8) else { throw CallbackRefusal.unsigned }
            return .challenge(7)
        }
        received.withLock { $0 += 1 }
        hold()
        defer { release() }
        return .taken
    }
    func proves(_ body: [UInt8], signature: String) -> Bool { signature == "right" }
    func knowsPartner(_ key: String) -> Bool { key == "k" }
    func partnerEvents(_ body: [UInt8], isCSV: Bool, key: String) throws -> EventsReceipt { EventsReceipt() }
    func turnedAway(_ why: TurnedAway) { counts.withLock { $0[why, default: 0] += 1 } }
}

/// Open while `body` runs, on a free port.
private func withEventsDoor(_ desk: PretendEventDesk, _ body: (DoorClient, Int) async throws -> Void) async throws {
    let (ports, opened) = AsyncStream.makeStream(of: Int.self)
    var logger = Logger(label: "test")
    logger.logLevel = .error
    let door = webhookApplication(
        desk: desk, host: "127.0.0.1", port: 0, logger: logger, now: { Moment(milliseconds: 0) },
        wait: { _ in for await _ in AsyncStream<Never>.never {} },
        onListening: { opened.yield($0) })
    let services = ServiceGroup(configuration: .init(services: [door], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { opened.finish() }
            try await services.run()
        }
        var result: Result<Void, any Error> = .success(())
        for await port in ports {
            do { try await body(DoorClient(place: .port(port)), port) } catch { result = .failure(error) }
            break
        }
        await services.triggerGracefulShutdown()
        try await group.waitForAll()
        try result.get()
    }
}

extension AsyncStream where Element == Never {
    /// Ends with its task.
    fileprivate static var never: AsyncStream { AsyncStream { _ in } }
}

@Suite("The door for events") struct EventsDoorTests {
    private static let signed = "X-Douyin-Signature: right"

    @Test("what is signed is taken, the check of the address is answered, everything else is turned away and counted")
    func answers() async throws {
        let desk = PretendEventDesk()
        try await withEventsDoor(desk) { door, _ async throws in
            #expect(try await door.post("/webhook", "{}", headers: [Self.signed]).status == 200)
            #expect(try await door.post("/webhook", "challenge").body == #"{"challenge":7}"#)
            #expect(try await door.post("/webhook", "{}").status == 401)
            #expect(try await door.post("/webhook", "{}", headers: ["X-Douyin-Signature: wrong"]).status == 401)
            #expect(try await door.post("/events", "{}", headers: ["Authorization: Bearer x"]).status == 401)
            #expect(try await door.post("/events", "{}", headers: ["Authorization: Bearer k"]).status == 200)
        }
        #expect(desk.counts.withLock { $0 } == [.unsigned: 3])
    }

    @Test(
        "each wrong key is answered later than the one before; while many wait no key is looked at, and callbacks pass")
    func guesses() async throws {
        let waits = Mutex<[Duration]>([])
        let (held, release) = AsyncStream.makeStream(of: Never.self)
        let (waiting, entered) = AsyncStream.makeStream(of: Void.self)
        let brake = ProofBrake(now: { .zero }) { delay in
            waits.withLock { $0.append(delay) }
            entered.yield()
            for await _ in held {}
        }
        let routes = WebhookRoutes(
            desk: PretendEventDesk(), places: EventPlaces(guessesMax: 2), brake: brake,
            wait: { _ in for await _ in AsyncStream<Never>.never {} })
        @Sendable func request(_ path: String, _ name: String, _ value: String) -> Request {
            Request(
                head: HTTPRequest(
                    method: .post, scheme: "http", authority: "localhost", path: path,
                    headerFields: [.init(name)!: value]), body: RequestBody(buffer: ByteBuffer(string: "{}")))
        }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        @Sendable func knock(_ key: String) async -> Int {
            await routes.partner(request("/events", "Authorization", "Bearer \(key)"), logger).status.code
        }
        #expect(await knock("k") == 200)
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<2 { group.addTask { await knock("guess") } }
            var count = 0
            for await _ in waiting {
                count += 1
                if count == 2 { break }
            }
            #expect(await knock("guess") == 503)
            #expect(await knock("k") == 503)
            #expect(await routes.callback(request("/webhook", "X-Douyin-Signature", "right")).status == .ok)
            release.finish()
            for await status in group { #expect(status == 401) }
        }
        #expect(await knock("k") == 200)
        #expect(waits.withLock { $0.sorted() } == [.milliseconds(250), .milliseconds(500)])
    }

    @Test("a long body without a signature is refused before a byte of it is read")
    func unread() async throws {
        let desk = PretendEventDesk()
        try await withEventsDoor(desk) { door, _ async throws in
            // Nothing of the body is ever sent, and the answer comes all the same.
            let head = "POST /webhook HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            #expect(try await door.raw(head + "Content-Length: 1048576\r\n\r\n").status == 401)
            #expect(try await door.raw(head + "Content-Length: 1025\r\n\r\n").status == 401)
            let key = "Authorization: Bearer wrong\r\n"
            let events = head.replacing("/webhook", with: "/events")
            #expect(try await door.raw(events + key + "Content-Length: 200000\r\n\r\n").status == 401)
            #expect(try await door.raw(head + Self.signed + "\r\nContent-Length: 1048577\r\n\r\n").status == 413)
        }
    }

    @Test(
        "a request that can be read in two ways is refused",
        arguments: [
            "Host: localhost\r\nHost: other\r\nContent-Length: 2\r\n\r\n{}",
            "Host: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "Host: localhost\r\nTransfer-Encoding: chunked, gzip\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "Host: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "Host: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        ])
    func ambiguous(_ rest: String) async throws {
        let lines = "Connection: close\r\n\(Self.signed)\r\nContent-Type: application/json\r\n"
        let desk = PretendEventDesk()
        try await withEventsDoor(desk) { door, _ async throws in
            let reply = try await door.raw("POST /webhook HTTP/1.1\r\n\(lines)\(rest)")
            #expect((400..<500).contains(reply.status))
        }
        #expect(desk.received.withLock { $0 } == 0)
        try await withDoor(PretendDesk()) { socket, loopback in
            for door in [socket, loopback] {
                let reply = try await door.raw("POST /v1/acts HTTP/1.1\r\n\(lines)\(rest)")
                #expect((400..<500).contains(reply.status))
            }
        }
    }

    @Test("hundreds of half-sent requests keep nobody out, and each goes in its time")
    func halfSent() async throws {
        let desk = PretendEventDesk()
        try await withEventsDoor(desk) { door, port async throws in
            let half = "POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"
            let strangers = try (0..<300).map { _ in try DoorClient(place: .port(port)).open(half) }
            defer { for stranger in strangers { close(stranger) } }
            for _ in 0..<20 { #expect(try await door.post("/webhook", "{}", headers: [Self.signed]).status == 200) }
        }
        #expect(desk.counts.withLock { $0[.unfinished] ?? 0 } >= 300 - WebhookRoutes.owingMax)
    }

    @Test("what stands before a ledger that is slow is bounded, and whoever comes then is told at once")
    func queue() async throws {
        let desk = PretendEventDesk()
        let places = EventPlaces(queuedMax: 2, largeMax: 1)
        let routes = WebhookRoutes(
            desk: desk, places: places, wait: { _ in for await _ in AsyncStream<Never>.never {} })
        func request(_ body: String, _ fields: HTTPFields = [:]) -> Request {
            var fields = fields
            fields[.init("X-Douyin-Signature")!] = "right"
            return Request(
                head: HTTPRequest(
                    method: .post, scheme: "http", authority: "localhost", path: "/webhook", headerFields: fields),
                body: RequestBody(buffer: ByteBuffer(string: body)))
        }
        desk.hold()
        try await withThrowingTaskGroup(of: HTTPResponse.Status.self) { group in
            for _ in 0..<2 { group.addTask { await routes.callback(request("{}")).status } }
            // The third is refused while the first two stand there; which come first is the scheduler's affair.
            var refused: HTTPResponse.Status?
            while refused != .serviceUnavailable {
                group.addTask { await routes.callback(request("{}")).status }
                refused = try await group.next()
            }
            desk.release()
            for try await status in group { #expect(status == .ok || status == .serviceUnavailable) }
        }
        #expect(await routes.callback(request("{}")).status == .ok)
        // A place for a long body is held only while it is read and worked on.
        #expect(places.takeLarge() && !places.takeLarge())
        #expect(await routes.callback(request("{}", [.contentLength: "100000"])).status == .serviceUnavailable)
        places.leaveLarge()
        #expect(await routes.callback(request("{}", [.contentLength: "100000"])).status == .ok)
    }

    @Test("of those that owe a request the oldest goes, once, and nobody who has sent theirs")
    func owing() {
        let closed = Mutex<[Int]>([])
        let told = Mutex(0)
        let owing = OwingConnections(countMax: 2) { told.withLock { $0 += 1 } }
        func enter(_ number: Int) -> UInt64 { owing.enter { closed.withLock { $0.append(number) } } }
        let first = enter(1)
        let second = enter(2)
        #expect(owing.leave(first))
        _ = enter(3)
        #expect(closed.withLock { $0 }.isEmpty)
        let fourth = enter(4)
        #expect(closed.withLock { $0 } == [2] && owing.count == 2)
        #expect(!owing.leave(second))
        owing.expire(fourth)
        owing.expire(fourth)
        #expect(closed.withLock { $0 } == [2, 4] && told.withLock { $0 } == 2)
    }
}
