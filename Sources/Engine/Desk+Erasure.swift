import CampaignModel
import Logging
import Ports
import SendingRules

extension Desk {
    /// The wire first, then the note beside the ledger, then the ledger, then every file around it. What a crash leaves
    /// half done is done at the next start, because the note is there.
    func erase(_ request: ActRequest, _ person: PersonSetup) throws -> ActReceipt {
        guard let openID = request.openID, openID.utf8.count >= Self.idBytesMin else {
            throw DeskRefusal(.invalid, code: "missing_user", Catalogue.Desk.missing("--user"))
        }
        guard let traces = setup.traces else {
            throw DeskRefusal(.conflict, code: "no_traces", Catalogue.Erasure.noFiles)
        }
        do {
            try traces.note(digest: try setup.ledger.erasureDigest(of: openID))
            let receipt = try setup.ledger.erase(
                EraseDemand(now: setup.clock.now(), term: setup.term, person: person.name, openID: openID))
            for recipient in receipt.recipients { setup.board.deny(recipient) }
            let cleaned = try traces.clean(openID)
            var left = try traces.traces(of: openID)
            if !left.isEmpty {
                // Bytes in unused places of the database: rare, and gone when it is written anew.
                try setup.ledger.compact()
                left = try traces.traces(of: openID)
            }
            // What is found then stands in somebody else's longer id. Only a rehearsal's ids are that short.
            if !left.isEmpty, try setup.ledger.isPartOfAnotherID(openID) { left.removeAll(where: traces.isLedger) }
            var answer = ActReceipt(act: request.act.rawValue, run: nil, state: "erased", onTheWire: 0)
            answer.left = left + cleaned.left
            answer.rewritten = cleaned.rewritten + cleaned.removed
            return answer
        } catch let refusal as DeskRefusal { throw refusal } catch let error as LedgerError { throw error } catch {
            setup.logger.error("erasure not finished", metadata: ["error": "\(error)"])
            throw DeskRefusal(.conflict, code: "not_erased", Catalogue.Erasure.notFinished)
        }
    }

    /// A shorter word would be found in every file there is.
    private static var idBytesMin: Int { 3 }
}
