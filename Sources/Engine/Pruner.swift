import CampaignModel
import Logging
import Ports

/// Takes away what is older than it may be (rule 24): contents first, then the records of single people; counts stay.
///
/// One small transaction a step, so that nobody waits for it, and by real hours, because a rehearsal's days are short.
package struct Pruner: Stepper {
    package let name = "pruner"
    private static let between: Duration = .milliseconds(200)
    private static let untilNextLook: Duration = .hours(1)

    private let setup: EngineSetup
    private let keep: RetentionPeriods

    package init(_ setup: EngineSetup, keep: RetentionPeriods) {
        self.setup = setup
        self.keep = keep
    }

    package mutating func step(at now: Moment) async throws -> Moment? {
        let receipt = try setup.reigning {
            try setup.ledger.prune(
                PruneDemand(
                    now: now, term: setup.term, contentsBefore: now - keep.contents, recordsBefore: now - keep.records))
        }
        guard !receipt.isDone else { return now + Self.untilNextLook * setup.clock.speed() }
        if receipt.runs + receipt.revisions > 0 {
            setup.logger.info(
                "old records were taken away",
                metadata: ["runs": "\(receipt.runs)", "revisions": "\(receipt.revisions)"])
        }
        return now + Self.between * setup.clock.speed()
    }
}
