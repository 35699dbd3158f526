import CampaignModel
import Logging
import Ports

/// Notes outside of the database how far the ledger has come, so that an older state of it is noticed.
///
/// Every ten seconds in which something was written, and at the end of the reign: a second flush at every commit would
/// cost as much as the sending. What this leaves is a copy of the last seconds before a crash, taken by hand and put
/// back in place: nobody has those.
package struct SealKeeper: Stepper {
    package let name = "seal"
    private static let interval: Duration = .seconds(10)
    private let setup: EngineSetup
    private let store: any SealStore

    package init(_ setup: EngineSetup, store: any SealStore) {
        self.setup = setup
        self.store = store
    }

    package mutating func step(at now: Moment) async throws -> Moment? {
        try note(at: now)
        return now + Self.interval * setup.clock.speed()
    }

    /// The ledger first, flushed, then the seal: the seal is never ahead.
    package func note(at now: Moment) throws {
        let mark = try setup.reigning { try setup.ledger.beat(at: now, term: setup.term) }
        if let mark { try store.write(LedgerSeal(mark, place: store.place(), at: now)) }
    }
}
