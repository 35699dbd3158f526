import Answers
import CampaignModel
import Ports
import Words

extension DeskReading {
    /// Of a campaign that repeats daily, a quarter of a year.
    private static let occurrencesMax = 92

    /// The latest occurrence in which the person has a place, and how they stand in each. Where they have none anywhere, the
    /// one that goes on or comes next.
    func standing(
        _ question: ExplainQuestion, in occurrences: [RunRecord], at: Moment, now: Moment
    ) throws -> (RunRecord, Explanation.Occurrences) {
        var story = Explanation.Occurrences()
        var stands: RunRecord?
        var isKnown = false
        let told = occurrences.suffix(Self.occurrencesMax)
        for run in told {
            var line = Explanation.Occurrence(run: run.name, place: DeskRefusal.erasedByAge)
            if !run.isErased {
                let openID = GroupIdentity.stored(question.openID, in: run.lane.channel)
                let person = try ledger.person(PersonQuestion(run: run.id, openID: openID, at: at, now: now))
                isKnown = isKnown || person != nil
                line.place = person.map(Self.code) ?? "not_in_run"
                line.reason = person.flatMap(Self.reason)?.code
                if let person, Self.hasPlace(person) { stands = run }
            }
            story.places[line.place, default: 0] += 1
            story.each.append(line)
        }
        let kept = told.filter { !$0.isErased }
        guard let latest = kept.last ?? told.last, !latest.isErased else { throw erased(occurrences[0]) }
        guard isKnown else {
            throw DeskRefusal(.notFound, code: "person_not_found", Catalogue.Desk.personNotFound(question.openID))
        }
        return (stands ?? kept.first { !$0.state.isOver } ?? latest, story)
    }

    private static func hasPlace(_ person: PersonRecord) -> Bool {
        switch person.place {
        case .pending, .waiting, .skipped, .attempted, .holdout: true
        case .listed, .leftOut, .notInRun: false
        }
    }

    private static func reason(_ person: PersonRecord) -> Reason? {
        switch person.place {
        case .waiting(_, let reason), .skipped(let reason, _): reason
        case .attempted: person.attempts.last?.reason
        case .pending, .holdout, .listed, .leftOut, .notInRun: nil
        }
    }
}
