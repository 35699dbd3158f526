import CampaignModel
import Ports

/// The gate's closure, with a planted fault in front of it or none.
final class PlantedGate {
    private let ground: Ground
    private let lane: Lane
    private let now: Moment
    private var admitted = (people: 0, messages: 0)
    private let turns: [StartDemand.Turn]

    init(_ ground: Ground, _ demand: StartDemand) {
        self.ground = ground
        lane = demand.lane
        now = demand.now
        turns = demand.turns
    }

    func judge(_ candidate: Candidate, _ facts: Facts, _ admit: (Candidate, Facts) -> Verdict) -> Verdict {
        guard ground.mutation == .countsAfterSend else { return admit(candidate, facts) }
        var facts = facts
        let open = ground.auditor.openOn(lane.account)
        facts.lane.people = max(0, facts.lane.people - open.people - admitted.people)
        facts.lane.messages = max(0, facts.lane.messages - open.messages - admitted.messages)
        let verdict = admit(candidate, facts)
        if verdict.isAdmitted {
            let messages = turns.first { $0.run == candidate.run }?.messages ?? []
            admitted.people += 1
            admitted.messages += messages.indices.contains(verdict.variant) ? messages[verdict.variant] : 1
        }
        return verdict
    }
}
