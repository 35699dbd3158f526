import CampaignModel
import Ports

/// Writes down what was decided for more people than one transaction may take: one slice a step, so that a stop, a
/// settlement or an opt-out waits for a slice at most. What a kill left unfinished is found at the next start.
package struct Finisher: Stepper {
    package let name = "finisher"
    private let setup: EngineSetup

    package init(_ setup: EngineSetup) { self.setup = setup }

    package func step(at now: Moment) async throws -> Moment? {
        let slice = try setup.reigning { try setup.ledger.writeSlice(at: now, term: setup.term) }
        guard let slice else { return nil }
        // Of a test's rest: its first people can be written to while the last are still being moved.
        setup.bells.dispatcher.ring()
        guard slice.isLast else { return now }
        setup.bells.planner.ring()
        setup.bells.reports.ring()
        return nil
    }
}
