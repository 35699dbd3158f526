import Answers
import CampaignModel
import Ports
import SendingRules
import Words

/// Why something that a person did led to a message, or to none.
extension DeskReading {
    static let lastEvent = "last"
    /// How far back an event is looked for.
    private static let eventsMax = 500

    /// - Parameter run: nil: whichever run the question names; none named: all that listened.
    func explain(
        event name: String, _ question: ExplainQuestion, in run: RunRecord? = nil, at: Moment
    ) throws -> Explanation {
        let shown = run
        let run = try run ?? (question.run.isEmpty ? nil : find(question.run))
        let apps = try Set(
            ledger.accounts().filter { account in run.map { $0.lane.account == account.id } ?? true }.map(\.app)
        ).sorted()
        let happenings = try apps.flatMap {
            try ledger.happenings(openID: question.openID, app: $0, limit: Self.eventsMax)
        }.sorted { ($0.at, $0.event) > ($1.at, $1.event) }
        let found = happenings.first { happening in
            let isNamed =
                name == Self.lastEvent || name == String(happening.event)
                || (!happening.message.isEmpty && name == happening.message)
            // Asked about one run, the last event is the last that it listened to.
            return isNamed
                && (run == nil || name != Self.lastEvent || happening.occasions.contains { $0.run == run?.id })
        }
        guard let found else {
            // Whoever looks at a run has found the person already; only the event is too long ago.
            guard let shown else {
                throw DeskRefusal(.notFound, code: "event_not_found", Catalogue.Triggers.noEvent)
            }
            return Explanation(
                run: shown.name, openID: question.openID, at: at.iso8601, place: "not_in_run",
                answer: Catalogue.Triggers.noEvent.text(in: question.language), variant: "", assignment: "", rules: [],
                nextAllowed: nil, attempts: [], contactsToday: [])
        }
        let occasions = found.occasions.filter { occasion in run.map { $0.id == occasion.run } ?? true }
        let words = Catalogue.Triggers.self
        var told = [words.event(found.kind, at: found.at.text(), id: String(found.event))]
        told += occasions.isEmpty ? [words.nobodyListens] : occasions.map { words.occasion($0.runName, Self.told($0)) }
        return Explanation(
            run: occasions.map(\.runName).joined(separator: ", "), openID: question.openID, at: at.iso8601,
            place: occasions.first.map(Self.place) ?? "not_in_run",
            answer: told.map { $0.text(in: question.language) }.joined(separator: " · "), variant: "", assignment: "",
            rules: [], nextAllowed: occasions.first { $0.state == .waiting }.map { max($0.until, $0.due).iso8601 },
            attempts: [], contactsToday: [])
    }

    private static func place(_ occasion: OccasionRecord) -> String {
        switch occasion.state {
        case .waiting: "waiting"
        case .open: "open"
        case .ended: occasion.outcome?.code ?? "open"
        case .skipped: "skipped"
        case .heldOut: "holdout"
        }
    }

    private static func told(_ occasion: OccasionRecord) -> Sentence {
        let words = Catalogue.Triggers.self
        let reason = Catalogue.reason(occasion.reason ?? .occasionWaits)
        switch occasion.state {
        case .waiting: return words.waits(until: max(occasion.until, occasion.due).text(), reason)
        case .open, .ended:
            return words.sent((occasion.started ?? occasion.due).text(), Catalogue.outcome(occasion.outcome))
        case .skipped: return words.skipped((occasion.ended ?? occasion.due).text(), due: occasion.due.text(), reason)
        case .heldOut: return words.heldOut
        }
    }
}
