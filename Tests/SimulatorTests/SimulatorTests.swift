import CampaignModel
import Foundation
import GRDB
import LedgerSQLite
import Ports
import Simulator
import Testing

/// A ledger in a temporary folder of its own.
struct TestPlace: LedgerPlace {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "curfew-simulator-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    func open() throws -> any Ledger { try LedgerSQLite(path: folder + "/ledger.db") }
    func close(_ ledger: any Ledger) throws { try (ledger as? LedgerSQLite)?.close() }
    func damage(_ sql: String) throws {
        try DatabaseQueue(path: folder + "/ledger.db").write { try $0.execute(sql: sql) }
    }

    static func simulate(_ options: SimulationOptions) async throws -> SimulationOutcome {
        let place = try TestPlace()
        defer {
            // Safe because a folder that stays behind in the temporary directory harms nobody.
            try? FileManager.default.removeItem(atPath: place.folder)
        }
        return try await Simulation(options, place: place).run()
    }
}

@Suite("Virtual days")
struct SimulatorTests {
    @Test("a day without faults keeps every promise and reaches people")
    func calmDay() async throws {
        let outcome = try await TestPlace.simulate(SimulationOptions(seed: 1, days: 1, withFaults: false))
        #expect(outcome.violations.isEmpty, "\(outcome.violations.map(\.text))")
        #expect(outcome.contacts > 0)
    }

    @Test("what the platform tells settles what is unknown, opens for who consents, and stops for who opts out")
    func told() async throws {
        let wanted: Set<Mark> = [.settledByEcho, .optedOutByReply, .authorizedByEvent]
        var seen: Set<Mark> = []
        for seed: UInt64 in [2030, 2011, 2022, 2040] where !seen.isSuperset(of: wanted) {
            let outcome = try await TestPlace.simulate(SimulationOptions(seed: seed, days: 1))
            #expect(outcome.violations.isEmpty, "\(outcome.violations.map(\.text))")
            seen.formUnion(outcome.marks)
        }
        #expect(seen.isSuperset(of: wanted))
    }

    @Test("equal seeds give equal digests, another seed another one")
    func digests() async throws {
        let options = SimulationOptions(seed: 3, days: 1)
        let first = try await TestPlace.simulate(options)
        let again = try await TestPlace.simulate(options)
        let other = try await TestPlace.simulate(SimulationOptions(seed: 4, days: 1))
        #expect(first.digest == again.digest && first.events == again.events)
        #expect(first.digest != other.digest)
    }

    @Test(
        "a seed that once broke a promise breaks none any more",
        arguments: [
            // A wall some milliseconds ahead opened the morning before the platform's did.
            20,
            // A tester who asked for a second test on another day is no duplicate.
            127,
        ] as [UInt64])
    func keptSeeds(seed: UInt64) async throws {
        let outcome = try await TestPlace.simulate(SimulationOptions(seed: seed, days: 1))
        #expect(outcome.violations.isEmpty, "\(outcome.violations.map(\.text))")
    }
}
