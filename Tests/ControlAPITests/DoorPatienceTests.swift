import Answers
import CampaignModel
import Glibc
import Ports
import Synchronization
import Testing
import Words

@testable import ControlAPI

@Suite("What the door bears, and what it tells of it")
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

    @Test("arrivals that wait, how long, what was set aside and who was turned away are figures, each by itself")
    func callbacks() {
        var status = StatusReport.sample()
        status.inbound = InboundLine(
            ArrivalsStanding(waiting: 4, oldest: Moment(milliseconds: 1000), setAside: 2),
            turnedAway: [.unsigned: 3, .malformed: 5], at: Moment(milliseconds: 181_000))
        let lines = MetricsText.render(status).split(separator: "\n")
        for line in [
            "curfew_callbacks_waiting 4", "curfew_callbacks_waiting_age_seconds 180", "curfew_callbacks_set_aside 2",
            "curfew_callbacks_turned_away_total{why=\"\(TurnedAway.unsigned.rawValue)\"} 3",
            "curfew_callbacks_turned_away_total{why=\"\(TurnedAway.malformed.rawValue)\"} 5",
            "# TYPE curfew_callbacks_turned_away_total counter",
        ] {
            #expect(lines.contains(Substring(line)), "\(line)")
        }
    }

    @Test("a lane that a busy platform slows, and one that refused tokens close, are no open lanes at full pace")
    func lanes() {
        var status = StatusReport.sample()
        status.lanes[0].state = "platform_token"
        status.lanes[1].state = "open"
        status.lanes[1].pacePercent = 50
        let text = MetricsText.render(status)
        let (closed, slowed) = (status.lanes[0], status.lanes[1])
        #expect(text.contains("curfew_lane_open{account=\"\(closed.account)\",channel=\"\(closed.channel)\"} 0\n"))
        #expect(
            text.contains("curfew_lane_pace_percent{account=\"\(slowed.account)\",channel=\"\(slowed.channel)\"} 50\n"))
    }
}
