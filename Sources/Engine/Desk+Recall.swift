import Answers
import CampaignModel
import Ports
import Words

extension Desk {
    /// What is still going out is held first: whoever wants messages back wants no more of them to leave.
    func recall(_ request: ActRequest, _ person: PersonSetup) throws -> ActReceipt {
        let run = try run(of: request)
        let isGoing = run.state == .running || run.state == .scheduled
        if isGoing { setup.board.close(run.id) }
        do {
            let (asked, open) = try setup.ledger.together {
                let open = isGoing ? try ledgerAct(run, .pause, person).onTheWire : 0
                let asked = try setup.ledger.askRecall(
                    RecallDemand(now: setup.clock.now(), term: setup.term, run: run.id, person: person.name))
                // Thrown, so that the pause is not kept either: an order without an effect has none at all.
                if asked == 0 { throw DeskRefusal(.conflict, code: "nothing_to_recall", Catalogue.Recall.nothing) }
                return (asked, open)
            }
            setup.bells.recaller.ring()
            var receipt = ActReceipt(
                act: "recall", run: run.name, state: isGoing ? RunState.paused.code : run.state.code, onTheWire: open)
            receipt.recalling = asked
            return receipt
        } catch {
            if isGoing { setup.board.open(run.id) }
            throw error
        }
    }
}
