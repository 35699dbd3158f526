import Answers
import CampaignModel
import Ports
import Testing

@testable import Engine

@Suite("What a monitor is told")
struct FiguresForMonitorsTests {
    private func values(_ world: EngineWorld) throws -> [String: Double] {
        try Desk(world.setup).figures().reduce(into: [:]) { values, family in
            for sample in family.samples {
                let labels = sample.labels.map { "\($0.0)=\($0.1)" }.joined(separator: ",")
                values[labels.isEmpty ? family.name : "\(family.name){\(labels)}"] = sample.value
            }
            for spread in family.spreads { values["\(family.name)_count", default: 0] += Double(spread.reading.count) }
        }
    }

    @Test("names of accounts and runs, sums of the ledger, and nobody's id")
    func figures() async throws {
        let world = try await EngineWorld()
        let run = try world.run("sale", EngineWorld.people(0..<5, "_secret"))
        try await world.serve()
        let values = try values(world)
        #expect(
            values["curfew_requests_started_total{account=flagship,channel=private-message,category=campaign}"] == 5)
        #expect(values["curfew_contacts_total{account=flagship,outcome=accepted}"] == 5)
        #expect(values["curfew_run_people{run=\(run.name),place=accepted}"] == 5)
        #expect(values["curfew_lane_people_today{account=flagship,channel=private-message}"] == 5)
        #expect(values["curfew_night_messages_total{account=flagship}"] == 0)
        #expect(values["curfew_exchange_seconds_count"] == 5)
        #expect(try #require(values["curfew_start_transaction_seconds_count"]) > 0)
        #expect(!values.keys.contains { $0.contains("_secret") })
        // A series stands once.
        for family in try Desk(world.setup).figures() {
            let labels = family.samples.map { $0.labels.map { "\($0.0)=\($0.1)" } }
            #expect(Set(labels).count == labels.count, "\(family.name)")
        }
    }

    @Test("spans are counted up to their bound, and what is longer than the last is in the count alone")
    func spans() {
        let histogram = Histogram(.network)
        for span: Duration in [.milliseconds(5), .milliseconds(6), .seconds(3), .seconds(60)] { histogram.note(span) }
        let reading = histogram.reading
        #expect(reading.bounds.first == 0.005 && reading.bounds.last == 10)
        #expect(reading.upTo == [1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3] && reading.count == 4)
        #expect(abs(reading.seconds - 63.011) < 1e-9)
    }

    @Test("the same counters after a crash")
    func crash() async throws {
        let world = try await EngineWorld()
        _ = try world.run("sale", EngineWorld.people(0..<5))
        try await world.serve()
        let before = try values(world).filter { $0.key.contains("_total") }
        try await world.crashAndRestart()
        #expect(try values(world).filter { $0.key.contains("_total") } == before)
    }

    @Test("a ledger that takes no writes is told by health, at the next look a second later, and again when it does")
    func health() async throws {
        let world = try await EngineWorld()
        #expect(Desk(world.setup).health() == HealthLine(ok: true, ready: true))
        try world.fillDisk(under: "UPDATE ON instance")
        world.clock.pass(.seconds(1))
        let full = Desk(world.setup).health()
        #expect(!full.ok && !full.ready && full.trouble != nil)
        try world.makeRoom()
        #expect(Desk(world.setup).health() == full)
        world.clock.pass(.seconds(1))
        #expect(Desk(world.setup).health().ok)
    }

    @Test("a daemon that was asked to stop is well, and not ready")
    func ending() async throws {
        struct Ending: EndingPace {
            let isEnding = true
            func between(wrote: Bool) {}
        }
        let world = try await EngineWorld()
        world.changeSetup { $0.pace = Ending() }
        #expect(Desk(world.setup).health() == HealthLine(ok: true, ready: false))
    }
}
