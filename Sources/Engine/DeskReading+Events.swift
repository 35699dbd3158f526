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
        var told = [words.event(found.kind, at: Self.second(found.at), id: String(found.event))]
        var first: Judged?
        for occasion in occasions {
            var what = Self.told(occasion)
            // Of the past nobody knows any more what the rules saw.
            if occasion.state == .waiting, at >= clock.now(), let judged = try judged(occasion, question, at: at) {
                what = judged.answer
                first = first ?? judged
            }
            told.append(words.occasion(occasion.runName, what))
        }
        if occasions.isEmpty { told.append(words.nobodyListens) }
        return Explanation(
            run: occasions.map(\.runName).joined(separator: ", "), openID: question.openID, at: at.iso8601,
            place: occasions.first.map(Self.place) ?? "not_in_run",
            answer: told.map { $0.text(in: question.language) }.joined(separator: " · "), variant: "", assignment: "",
            rules: first?.findings.map { Self.line($0, in: question.language) } ?? [],
            nextAllowed: first?.next?.iso8601, attempts: [], contactsToday: [])
    }

    /// What the gate says of an occasion that waits.
    private struct Judged {
        var answer: Sentence
        var findings: [Finding]
        /// nil: never, or not before somebody acts.
        var next: Moment?
    }

    /// As the start transaction would judge it; its row says only when it is looked at next.
    private func judged(_ occasion: OccasionRecord, _ question: ExplainQuestion, at: Moment) throws -> Judged? {
        guard let run = try ledger.run(named: occasion.runName) else { return nil }
        let now = clock.now()
        var asked = PersonQuestion(run: run.id, openID: question.openID, at: at, now: now)
        asked.occasion = occasion.id
        guard var person = try ledger.person(asked), person.facts.person.occasion != nil else { return nil }
        if at == now || question.at == nil {
            person.facts.lane = try seen(person.facts.lane, of: run.lane.account, at: now)
        }
        let revision = try ledger.revisionRecord(run.revision)
        let terms = RunTerms(revision.campaign, owners: revision.owners)
        let gate = gate
        let findings = gate.checklist(person.candidate, person.facts, terms, at: at)
        let next = gate.nextAllowed(person.candidate, person.facts, terms, at: at)
        let words = Catalogue.Explain.self
        let refusals = findings.compactMap(\.refusal)
        let answer: Sentence
        if let final = refusals.first(where: { $0.effect == .skip }) {
            answer = words.willBeSkipped(Catalogue.reason(final.reason))
        } else if let holds = refusals.first(where: { $0.changesAt == nil })
            ?? refusals.max(by: { ($0.changesAt ?? at) < ($1.changesAt ?? at) })
        {
            let why = Catalogue.reason(holds.reason)
            if next == nil, let end = gate.leftOut(person.candidate, person.facts, terms, at: at) {
                answer = Catalogue.Triggers.tooLate(why, Catalogue.reason(end.reason), at: end.at.minuteText())
            } else {
                answer = words.waits(why, next?.minuteText())
            }
        } else {
            answer = words.allowedNow
        }
        return Judged(answer: answer, findings: findings, next: next)
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

    /// What is fresh for seconds is told to the second.
    private static func second(_ moment: Moment) -> String { String(moment.text().prefix(19)) }

    private static func told(_ occasion: OccasionRecord) -> Sentence {
        let words = Catalogue.Triggers.self
        let reason = Catalogue.reason(occasion.reason ?? .occasionWaits)
        switch occasion.state {
        case .waiting: return words.waits(until: Self.second(max(occasion.until, occasion.due)), reason)
        case .open, .ended:
            return words.sent(Self.second(occasion.started ?? occasion.due), Catalogue.outcome(occasion.outcome))
        case .skipped:
            return words.skipped(
                Self.second(occasion.ended ?? occasion.due), due: Self.second(occasion.due), reason)
        case .heldOut: return words.heldOut
        }
    }
}
