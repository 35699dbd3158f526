import CampaignModel
import Engine
import LedgerSQLite
import Ports

/// Moves the ledger's log into its file whenever it has grown long: on a thread of its own, so that nobody who sends or
/// stops waits for thousands of pages in random places.
struct LogKeeper: Stepper {
    let name = "log"
    private let setup: EngineSetup
    private let ledger: LedgerSQLite

    init(_ setup: EngineSetup, ledger: LedgerSQLite) { (self.setup, self.ledger) = (setup, ledger) }

    /// Rung by the ledger; without a ring there is nothing to move.
    mutating func step(at now: Moment) async throws -> Moment? {
        try setup.reigning { try ledger.moveLongLog() }
        return nil
    }
}
