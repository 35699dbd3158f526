import Answers
import CampaignModel
import Ports

extension Desk {
    /// What is still going out is held first: whoever wants messages back wants no more of them to leave.
    func recall(_ request: ActRequest, _ person: PersonSetup) throws -> ActReceipt {
        let run = try run(of: request)
        var state = run.state
        var open = 0
        // Of a run that has not begun there is nothing to take back, and so no reason to stop it.
        if state == .running {
            setup.board.close(run.id)
            let paused = try ledgerAct(run, .pause, person)
            open = paused.onTheWire
            state = .paused
        }
        let asked = try setup.ledger.askRecall(
            RecallDemand(now: setup.clock.now(), term: setup.term, run: run.id, person: person.name))
        setup.bells.recaller.ring()
        var receipt = ActReceipt(act: "recall", run: run.name, state: state.code, onTheWire: open)
        receipt.recalling = asked
        return receipt
    }
}
