import CampaignModel
import Ports

/// Tests of variants: passed on, with the same walls as every other verb.
extension LedgerTap {
    func openTest(of run: RunID) throws -> OpenTest? { try read { try inner.openTest(of: run) } }
    func undecided(of run: RunID) throws -> Int? { try read { try inner.undecided(of: run) } }
    func looks(of run: RunID) throws -> [LookRecord] { try read { try inner.looks(of: run) } }
    func starts(of run: RunID) throws -> [QuarterCount] { try read { try inner.starts(of: run) } }
    func parts(of run: RunID) throws -> [RunPart] { try read { try inner.parts(of: run) } }
    func contacted(by run: RunID) throws -> [Int: ContactedPeople]? { try read { try inner.contacted(by: run) } }
    func ghosts(of run: RunID) throws -> GhostCount { try read { try inner.ghosts(of: run) } }
    func batches(of run: RunID, _ conversion: Conversion) throws -> [[Int: BatchArm]] {
        try read { try inner.batches(of: run, conversion) }
    }
    func houseHoldout(from: Moment, to: Moment) throws -> HouseHoldoutCount {
        try read { try inner.houseHoldout(from: from, to: to) }
    }
    func reached(by one: RunID, and other: RunID) throws -> ReachedBoth {
        try read { try inner.reached(by: one, and: other) }
    }

    func record(_ look: LookDemand) throws {
        var look = look
        look.term = fenced(look.term)
        try alone({ try inner.record(look) }) { _ in .looked(look) }
    }
}
