import CampaignModel
import GRDB
import Ports

@testable import Engine

/// What the planner wrote, as it stands in the tables.
extension EngineWorld {
    struct PlanRow: Equatable {
        var openID: String
        var variant: Int
        init(_ openID: String, _ variant: Int) {
            self.openID = openID
            self.variant = variant
        }
    }

    /// Who has a place in the plan, in the order in which they are served.
    func planned(_ run: RunRecord) throws -> [PlanRow] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT r.open_id, p.variant FROM segment s JOIN plan p ON p.segment = s.id
                    JOIN recipient r ON r.id = p.recipient WHERE s.run = ? ORDER BY s.id, p.position
                    """, arguments: [run.id.rawValue]
            ).map { PlanRow($0["open_id"], $0["variant"]) }
        }
    }

    /// Who waits for the run's test, in the order in which they will be served.
    func waitForTest(_ run: RunRecord) throws -> [String] {
        try read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT r.open_id FROM undecided u JOIN recipient r ON r.id = u.recipient
                    WHERE u.run = ? ORDER BY u.position
                    """, arguments: [run.id.rawValue])
        }
    }

    /// Who is held out, and by whom; the variant that would have been theirs, -2 for those who wait for the test.
    func heldOut(_ run: RunRecord, byHouse: Bool) throws -> [String: Int] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT r.open_id, h.variant FROM holdout h JOIN recipient r ON r.id = h.recipient
                    WHERE h.run = ? AND h.by_house = ?
                    """, arguments: [run.id.rawValue, byHouse])
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["open_id"] as String, $0["variant"] as Int) })
        }
    }
}

extension Bells {
    /// Who was rung since the last time; whoever was just made counts as rung.
    func takeRung() -> Set<String> {
        let bells: [(String, Bell)] = [
            ("dispatcher", dispatcher), ("planner", planner), ("consent", consent), ("tokens", tokens),
            ("reports", reports), ("images", images), ("reviewer", reviewer), ("evidence", evidence), ("judge", judge),
            ("forecasts", forecasts), ("finisher", finisher),
        ]
        return Set(bells.filter { $0.1.take() }.map(\.0))
    }
}
