import CampaignModel
import Ports

/// Tests of variants: passed on, with the same walls as every other verb.
extension LedgerTap {
    func openTest(of run: RunID) throws -> OpenTest? { try read { try inner.openTest(of: run) } }
    func looks(of run: RunID) throws -> [LookRecord] { try read { try inner.looks(of: run) } }
    func starts(of run: RunID) throws -> [QuarterCount] { try read { try inner.starts(of: run) } }

    func record(_ look: LookDemand) throws {
        var look = look
        look.term = fenced(look.term)
        try alone({ try inner.record(look) }) { _ in .other }
    }
}
