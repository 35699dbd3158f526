import CampaignModel
import Experiments
import GRDB
import Ports
import SendingRules
import Testing

@testable import Engine

/// Who takes part in which test, as the planner writes it down.
@Suite("Tests side by side")
struct NamespaceTests {
    private let openIDs = (0..<2000).map { "_000person\($0)" }

    private func campaign(_ world: EngineWorld, _ id: String, share: Int, slice: NamespaceSlice? = nil) -> Campaign {
        var campaign = world.campaign(id)
        let half = Share(tenThousandths: 5000)
        campaign.variants = ["a", "b"].map { Variant(name: $0, weight: half, messages: [.text($0)]) }
        campaign.experiment = ExperimentRequest(
            share: Share(tenThousandths: share), metric: .replied, wait: .hours(2), decideBy: world.now + .hours(6),
            onInconclusive: .control, namespace: slice)
        return campaign
    }

    /// Whom the plan gives an arm at once, and which.
    private func tested(_ campaign: Campaign, _ world: EngineWorld) async throws -> [String: Int] {
        let run = try world.admit(campaign, openIDs).run
        try world.approve(run)
        _ = try await Planner(world.setup).step(at: world.now)
        return try world.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT r.open_id, p.variant FROM segment s JOIN plan p ON p.segment = s.id
                    JOIN recipient r ON r.id = p.recipient WHERE s.run = ?
                    """, arguments: [run.id.rawValue])
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["open_id"] as String, $0["variant"] as Int) })
        }
    }

    @Test("tests in slices that do not touch share nobody; everybody else of both waits for their winner")
    func exclusive() async throws {
        let world = try await EngineWorld()
        func slice(_ from: Int, _ to: Int) -> NamespaceSlice {
            NamespaceSlice(name: "winter", start: Share(tenThousandths: from), end: Share(tenThousandths: to))
        }
        let one = try await tested(campaign(world, "one", share: 10_000, slice: slice(0, 4000)), world)
        let two = try await tested(campaign(world, "two", share: 10_000, slice: slice(4000, 10_000)), world)
        #expect(Set(one.keys).isDisjoint(with: two.keys) && one.count + two.count == openIDs.count)
        #expect(abs(one.count - 800) < 100)
        // Inside of a slice the arms are even: the slice is drawn by another salt.
        let first = one.values.filter { $0 == 0 }.count
        #expect(abs(Double(first) / Double(one.count) - 0.5) < 0.06)
        for run in try world.ledger.liveRuns() {
            #expect(
                try world.ledger.undecided(of: run.id) == openIDs.count - (run.name.hasPrefix("one") ? one : two).count)
        }
        try world.check()
    }

    @Test("a wider share adds people, and moves nobody who was in to another arm")
    func widened() async throws {
        let narrow = try await EngineWorld()
        let before = try await tested(campaign(narrow, "sale", share: 1000), narrow)
        let wide = try await EngineWorld()
        let after = try await tested(campaign(wide, "sale", share: 3000), wide)
        #expect(before.count > 100 && after.count > before.count * 2)
        #expect(before.allSatisfy { after[$0.key] == $0.value })
    }
}
