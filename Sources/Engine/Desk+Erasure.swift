import Answers
import CampaignModel
import Logging
import Ports
import SendingRules
import Words

extension Desk {
    /// There is no undo: the id has to be given twice, has to be somebody's, and must be no name of ours.
    func erase(_ request: ActRequest, _ person: PersonSetup) throws -> ActReceipt {
        guard let openID = request.openID, !openID.isEmpty else {
            throw DeskRefusal(.invalid, code: "missing_user", Catalogue.Desk.missing("--user"))
        }
        guard request.again == openID else {
            throw DeskRefusal(.invalid, code: "not_confirmed", Catalogue.Erasure.notConfirmed)
        }
        guard let traces = setup.traces else {
            throw DeskRefusal(.conflict, code: "no_traces", Catalogue.Erasure.noFiles)
        }
        try checkErasable(openID)
        do {
            let cleaned = try Erasure(setup, traces).carryOut(openID, by: person.name)
            var answer = ActReceipt(act: request.act.rawValue, run: nil, state: "erased", onTheWire: 0)
            answer.left = cleaned.left
            answer.rewritten = cleaned.rewritten + cleaned.removed
            return answer
        } catch let error as LedgerError { throw error } catch {
            setup.logger.error("erasure not finished", metadata: ["error": "\(error)"])
            throw DeskRefusal(.conflict, code: "not_erased", Catalogue.Erasure.notFinished)
        }
    }

    private func checkErasable(_ openID: String) throws {
        let configured =
            setup.people.map(\.name) + setup.accounts.flatMap { [$0.record.name, $0.record.openID] }
            + setup.apps.flatMap { [$0.name, $0.clientKey] } + setup.partners.map(\.name)
        let obstacle = configured.contains(openID) ? .nameOfOurs : try setup.ledger.obstacle(toErasing: openID)
        switch obstacle {
        case nil: return
        case .nobody:
            throw DeskRefusal(.notFound, code: "unknown_user", Catalogue.Erasure.nobody(openID))
        case .nameOfOurs:
            throw DeskRefusal(.conflict, code: "name_of_ours", Catalogue.Erasure.nameOfOurs(openID))
        }
    }
}
