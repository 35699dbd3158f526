import Glibc
import Synchronization
import Testing

@testable import ControlAPI

@Suite("What the door bears")
struct DoorPatienceTests {
    @Test("eighty half-sent requests keep nobody from the page, nor from the socket")
    func halfSent() async throws {
        try await withDoor(PretendDesk()) { socket, loopback async throws in
            let half = "POST /v1/acts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"
            let strangers = try (0..<80).flatMap { _ in try [loopback.open(half), socket.open(half)] }
            defer { for stranger in strangers { close(stranger) } }
            for _ in 0..<20 {
                #expect(try await loopback.get("/login").status == 200)
                #expect(try await socket.get("/v1/status").status == 200)
            }
        }
    }

    @Test("whoever guesses waits longer with each guess, at the port and in the form; whoever is proved never waits")
    func guesses() async throws {
        let waits = Mutex<[Duration]>([])
        let brake = ProofBrake(now: { .zero }, wait: { wait in waits.withLock { $0.append(wait) } })
        try await withDoor(PretendDesk(), brake: brake) { socket, loopback async throws in
            for _ in 0..<2 {
                #expect(try await socket.post("/v1/acts", #"{"act":"stop-all"}"#).status == 401)
            }
            #expect(try await loopback.form("/login", "token=bad&back=%2F").status == 401)
            #expect(waits.withLock { $0 } == [.milliseconds(250), .milliseconds(500), .milliseconds(750)])
            let proved = ["Authorization: Bearer good"]
            #expect(try await socket.post("/v1/acts", #"{"act":"stop-all"}"#, headers: proved).status == 200)
            #expect(waits.withLock { $0.count } == 3)
        }
    }
}
