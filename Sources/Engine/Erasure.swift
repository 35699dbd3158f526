import CampaignModel
import Logging
import Ports

/// Taking one person out of everything, step by step. The id is written down before the first step and forgotten after the
/// last, so that whatever a crash leaves half done is done at the next start.
package struct Erasure {
    /// The moments between which a process can die.
    enum Step: CaseIterable { case begun, noted, inLedger, cleaned }

    /// Told after each; tests stop it there.
    var passed: (Step) throws -> Void = { _ in }
    private let setup: EngineSetup
    private let traces: any TraceStore

    package init(_ setup: EngineSetup, _ traces: any TraceStore) {
        self.setup = setup
        self.traces = traces
    }

    /// At the start, before anything is sent.
    /// - Returns: how many people's erasures were finished.
    package func finishBegun() throws -> Int {
        let begun = try traces.begun()
        for openID in begun {
            do { _ = try carryOut(openID, by: "curfew") } catch is ErasureObstacle { try traces.finish(openID) }
        }
        return begun.count
    }

    /// The wire first, then the notes beside the ledger, then the ledger, then every file around it.
    func carryOut(_ openID: String, by person: String) throws -> CleaningReceipt {
        try traces.begin(openID)
        try passed(.begun)
        try traces.note(digest: try setup.ledger.erasureDigest(of: openID))
        try passed(.noted)
        let receipt = try setup.ledger.erase(
            EraseDemand(now: setup.clock.now(), term: setup.term, person: person, openID: openID))
        for recipient in receipt.recipients { setup.board.deny(recipient) }
        try passed(.inLedger)
        var cleaned = try traces.clean(openID)
        try passed(.cleaned)
        var left = try traces.traces(of: openID)
        if !left.isEmpty {
            // Bytes in unused places of the database: rare, and gone when it is written anew.
            try setup.ledger.compact()
            left = try traces.traces(of: openID)
        }
        // What is found then stands in somebody else's longer id. Only a rehearsal's ids are that short.
        if !left.isEmpty, try setup.ledger.isPartOfAnotherID(openID) { left.removeAll(where: traces.isLedger) }
        cleaned.left = left + cleaned.left
        try traces.finish(openID)
        return cleaned
    }
}
