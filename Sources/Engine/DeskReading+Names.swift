import Answers
import CampaignModel
import Ports
import SendingRules
import Words

/// Which run a word means. A run's full name means that one; a campaign's id means the one run that the question can be
/// about, and never a test, which nobody has in mind. Where it could be several, nobody guesses.
package enum RunNames {
    package enum Purpose: Sendable {
        case reading
        case testing
        case act(ActRequest.Act)
    }

    private static let listedMax = 20

    package static func find(
        _ name: String, for purpose: Purpose, in ledger: any LedgerReading
    ) throws -> RunRecord {
        // An id has no @, and every run's name has one.
        if name.contains("@") {
            guard let run = try ledger.run(named: name) else { throw notFound(name) }
            return run
        }
        let runs = try ledger.runs(ofCampaign: name)
        guard let latest = runs.last else { throw notFound(name) }
        let meant = meant(runs, for: purpose)
        if meant.isEmpty { return latest }
        // `cancel ID` is the whole campaign's.
        if case .act(.cancel) = purpose { return meant[0] }
        guard meant.count == 1 else {
            throw DeskRefusal(
                .conflict, code: "ambiguous_run",
                Catalogue.Desk.ambiguous(name, runs: meant.suffix(listedMax).map { ($0.name, $0.state) }))
        }
        return meant[0]
    }

    /// What ended so before anybody of it had a place is no occurrence that a question could be about.
    static let unplannedEnds: Set<RunState> = [.superseded, .rejected, .cancelled]

    private static func meant(_ runs: [RunRecord], for purpose: Purpose) -> [RunRecord] {
        switch purpose {
        case .reading, .act(.recall), .act(.resolveAccepted), .act(.resolveNotSent):
            let lasting = runs.filter { $0.isPlanned || !unplannedEnds.contains($0.state) }
            return lasting.isEmpty ? runs.suffix(1) : lasting
        case .testing:
            let inReview = runs.filter { $0.state == .inReview }
            let live = runs.filter { !$0.state.isOver }
            return inReview.isEmpty ? (live.isEmpty ? runs.suffix(1) : live) : inReview
        case .act(let act):
            return runs.filter { isPossible(act, $0) }
        }
    }

    /// What the act could be about; an act that is about no run never asks.
    static func isPossible(_ act: ActRequest.Act, _ run: RunRecord) -> Bool {
        let step: RunLifecycle.Act
        switch act {
        case .approve: step = .approve
        case .reject: step = .reject
        case .pause: step = .pause
        case .resume: step = .resume
        case .cancel: return !run.state.isOver
        case .recall, .resolveAccepted, .resolveNotSent, .stopAll, .go, .deny, .undeny, .release, .erase: return true
        }
        if step == .approve, run.awaitsApproval { return true }
        return RunLifecycle.state(after: step, in: run.state, isPlanned: run.isPlanned) != nil
    }

    private static func notFound(_ name: String) -> DeskRefusal {
        DeskRefusal(.notFound, code: "run_not_found", Catalogue.Desk.runNotFound(name))
    }
}

extension DeskReading {
    func find(_ name: String, for purpose: RunNames.Purpose = .reading) throws -> RunRecord {
        try RunNames.find(name, for: purpose, in: ledger)
    }
}
