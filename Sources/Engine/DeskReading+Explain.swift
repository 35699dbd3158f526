import Answers
import CampaignFiles
import CampaignModel
import Experiments
import Ports
import SendingRules
import Words

extension DeskReading {
    /// Every rule with what it saw, the rows that used the quota, the variant's computation, and what would change it.
    /// The verdict is the gate's own, on the facts that the start transaction would read.
    /// A campaign's id means the occurrence in which the person stands, and tells of all.
    package func explain(_ question: ExplainQuestion) throws -> Explanation {
        let now = clock.now()
        var question = question
        question.openID = PersonID.trimmed(question.openID)
        var at = now
        if let text = question.at {
            guard let asked = Moment(iso8601: text, defaultZone: .shanghai) else {
                throw DeskRefusal(.invalid, code: "bad_moment", Catalogue.Desk.badMoment(text))
            }
            at = asked
        }
        if let event = question.event { return try explain(event: event, question, at: at) }
        let occurrences = try ledger.occurrences(of: question.run)
        guard occurrences.count > 1 else {
            return try explain(question, in: runWithPeople(question.run), at: at, now: now)
        }
        let (run, story) = try standing(question, in: occurrences, at: at, now: now)
        var explanation = try explain(question, in: run, at: at, now: now)
        explanation.occurrences = story
        return explanation
    }

    private func explain(
        _ question: ExplainQuestion, in run: RunRecord, at: Moment, now: Moment
    ) throws -> Explanation {
        if run.isTriggered { return try explain(event: Self.lastEvent, question, in: run, at: at) }
        let asked = PersonQuestion(
            run: run.id, openID: GroupIdentity.stored(question.openID, in: run.lane.channel), at: at, now: now)
        guard var person = try ledger.person(asked) else {
            throw DeskRefusal(.notFound, code: "person_not_found", Catalogue.Desk.personNotFound(question.openID))
        }
        let revision = try ledger.revisionRecord(run.revision)
        let campaign = revision.campaign
        if question.at == nil { person.facts.lane = try seen(person.facts.lane, of: run.lane.account, at: now) }
        let terms = RunTerms(campaign, owners: revision.owners)
        if terms.channel == .groupMessage, let audience = person.candidate.audience {
            let index = FieldValues.index(try ledger.columns(of: audience))
            person.facts.person.group = GroupFacts { FieldValues.value($0, in: person.candidate.fields, index) }
        }
        let gate = gate
        let decided = question.at == nil ? Self.decided(person, asked, run) : nil
        var judged = try decided.flatMap { try ledger.person($0) } ?? person
        judged.facts.person.group = person.facts.person.group
        var findings = gate.checklist(judged.candidate, judged.facts, terms, at: decided?.at ?? at)
        if decided != nil { Self.clear(&findings, &judged.gaps) }
        let next = decided == nil ? gate.nextAllowed(person.candidate, person.facts, terms, at: at) : nil
        let chosen = person.candidate.variant
        let variant = campaign.variants.indices.contains(chosen) ? campaign.variants[chosen].name : "?"
        let isInRun = Self.isInRun(person)
        var explanation = Explanation(
            run: run.name, openID: question.openID, at: at.iso8601, place: Self.code(person),
            answer: try answer(person, findings, next, run, campaign).text(in: question.language),
            variant: isInRun ? variant : "",
            assignment: isInRun
                ? Self.assignment(campaign, asked.openID, variant).text(in: question.language) : "",
            rules: findings.map { Self.line($0, in: question.language) }, nextAllowed: next?.iso8601,
            attempts: person.attempts.map { AttemptLine($0) },
            contactsToday: person.contactsToday.map { AttemptLine($0) })
        if case .pending = person.place, try waitsForTest(run, campaign, asked.openID) {
            explanation.answer = Catalogue.Test.waitsForTest(decideBy: campaign.experiment?.decideBy.minuteText() ?? "")
                .text(in: question.language)
            (explanation.variant, explanation.assignment, explanation.nextAllowed) = ("", "", nil)
        }
        explanation.draws = Draws.of(asked.openID, in: campaign, place: person.place, house: house)
        explanation.laneToday = person.laneUse.map { Explanation.Use($0) }
        explanation.ahead = person.ahead
        let story = LaneStory(ledger: ledger, run: run, now: at)
        var sharing = try isInRun ? story.sharing() : []
        if case .pending = person.place, let rival = try story.rival(for: asked.openID, by: gate, at: at, now: now) {
            sharing.insert(Catalogue.Explain.promised(to: rival), at: 0)
        }
        explanation.sharing = sharing.map { $0.text(in: question.language) }
        explanation.notKnown = judged.gaps.map { Catalogue.Explain.gap($0).text(in: question.language) }
        let recalls = try ledger.recalls(of: run.id, recipient: person.candidate.recipient)
        if !recalls.isEmpty { explanation.recall = recalls.map(\.code) }
        return explanation
    }

    /// A run whose people are still known one by one.
    private func runWithPeople(_ name: String) throws -> RunRecord {
        let run = try find(name)
        guard run.isErased else { return run }
        throw erased(run)
    }

    func erased(_ run: RunRecord) -> DeskRefusal {
        DeskRefusal(
            .conflict, code: DeskRefusal.erasedByAge, Catalogue.Aged.people(run.name, on: run.erasedAt?.minuteText()))
    }

    /// Outside of the share that a test is on, while nobody knows yet what the others will get.
    private func waitsForTest(_ run: RunRecord, _ campaign: Campaign, _ openID: String) throws -> Bool {
        guard let request = campaign.experiment, try ledger.undecided(of: run.id) != nil else { return false }
        return request.method == .bandit
            || !TestShare(campaign: campaign.id, share: request.share, slice: request.namespace).contains(openID)
    }

    /// Once the run is over, whoever had their contact is explained by the moment at which it was allowed: that the run has
    /// expired since had no part in it. nil: not so.
    private static func decided(
        _ person: PersonRecord, _ asked: PersonQuestion, _ run: RunRecord
    ) -> PersonQuestion? {
        guard run.ended != nil || asked.now >= run.validUntil, case .attempted = person.place,
            let last = person.attempts.last, last.outcome != nil
        else { return nil }
        var question = asked
        question.at = last.started - .milliseconds(1)
        return question
    }

    /// The start transaction let them through: what refuses by the figures of their whole minute did not then.
    private static func clear(_ findings: inout [Finding], _ gaps: inout [FactGap]) {
        guard findings.contains(where: { $0.refusal != nil }) else { return }
        findings = findings.map { Finding(rule: $0.rule, observed: $0.observed, limit: $0.limit, refusal: nil) }
        gaps.append(.minuteOfLane)
    }

    private static func isInRun(_ person: PersonRecord) -> Bool {
        switch person.place {
        case .pending, .waiting, .skipped, .attempted: true
        case .holdout, .listed, .leftOut, .notInRun: false
        }
    }

    static func code(_ person: PersonRecord) -> String {
        switch person.place {
        case .holdout: "holdout"
        case .pending: "pending"
        case .waiting: "waiting"
        case .skipped: "skipped"
        case .listed: "listed"
        case .leftOut: "left_out"
        case .notInRun: "not_in_run"
        case .attempted: person.attempts.last?.outcome?.code ?? "open"
        }
    }

    private func answer(
        _ person: PersonRecord, _ findings: [Finding], _ next: Moment?, _ run: RunRecord, _ campaign: Campaign
    ) throws -> Sentence {
        // What never ends by itself is said before what does: a night is over in the morning, a refusal is not.
        let final = findings.lazy.compactMap(\.refusal).first { $0.effect == .skip }
        if let final, Self.code(person) == "pending" || Self.code(person) == "waiting" {
            return Catalogue.Explain.willBeSkipped(Catalogue.reason(final.reason))
        }
        switch person.place {
        case .holdout: return Catalogue.Explain.holdout
        case .notInRun: return Catalogue.Explain.notInRun
        case .listed:
            return run.state.isOver
                ? Catalogue.Explain.listedAndOver(Catalogue.runState(run.state))
                : Catalogue.Explain.listed(start: run.start.minuteText())
        case .leftOut(let isExcluded, let isReplaced):
            return try leftOut(person, campaign, isExcluded: isExcluded, isReplaced: isReplaced)
        case .skipped(let reason, let at): return Catalogue.Explain.skipped(Catalogue.reason(reason), at.minuteText())
        case .attempted:
            guard let last = person.attempts.last, let outcome = last.outcome else { return Catalogue.Explain.openNow }
            let at = (last.settled ?? last.started).minuteText()
            if outcome == .accepted { return Catalogue.Explain.accepted(at) }
            let codes =
                [last.reason?.code].compactMap { $0 }
                + Set(last.codes).filter { $0 != 0 }.sorted().map(String.init)
            return Catalogue.Explain.ended(
                Catalogue.outcome(outcome), at, last.reason.map { Catalogue.reason($0) },
                code: codes.joined(separator: " "))
        case .waiting(let until, let reason):
            return Catalogue.Explain.waits(Catalogue.reason(reason), max(until, next ?? until).minuteText())
        case .pending:
            if let contact = person.contactsToday.first {
                return Catalogue.Explain.usedBy(run: contact.runName, at: contact.started.minuteText())
            }
            guard let refusal = findings.lazy.compactMap(\.refusal).first else {
                return Catalogue.Explain.allowedNow
            }
            return Catalogue.Explain.waits(Catalogue.reason(refusal.reason), next?.minuteText())
        }
    }

    /// Why somebody on the list is not in the plan.
    private func leftOut(
        _ person: PersonRecord, _ campaign: Campaign, isExcluded: Bool, isReplaced: Bool
    ) throws -> Sentence {
        if isExcluded { return Catalogue.Explain.byExclude }
        let columns =
            try person.candidate.audience.map { try ledger.columns(of: $0) } ?? PlanCandidate.authorizedColumns
        let index = FieldValues.index(columns)
        let holds = campaign.audience.conditions.allSatisfy { condition in
            condition.holds(for: FieldValues.value(condition.column, in: person.candidate.fields, index))
        }
        if !holds { return Catalogue.Explain.byCondition }
        if isReplaced { return Catalogue.Explain.byReplaced }
        return campaign.audience.max.map { Catalogue.Explain.beyondMax($0) } ?? Catalogue.Explain.notInRun
    }

    private static func assignment(_ campaign: Campaign, _ openID: String, _ variant: String) -> Sentence {
        let draw = Draws.variant(of: openID, in: campaign)
        return Catalogue.Explain.assignment(
            seed: draw.seed, bucket: draw.bucket, from: draw.from, to: draw.to, variant: variant)
    }

    static func line(_ finding: Finding, in language: Language) -> Explanation.Line {
        Explanation.Line(
            rule: finding.rule.code, allows: finding.refusal == nil,
            observed: text(finding.refusal?.observed ?? finding.observed),
            limit: text(finding.refusal?.limit ?? finding.limit), changesAt: finding.refusal?.changesAt?.iso8601,
            sentence: finding.refusal == nil ? "" : Catalogue.reason(finding.rule).text(in: language),
            remedy: finding.refusal.map { refusal in
                Catalogue.Explain.remedy(refusal.reason, changesAt: refusal.changesAt?.minuteText()).text(in: language)
            })
    }

    private static func text(_ measure: Measure) -> String {
        switch measure {
        case .none: return "–"
        case .count(let count): return String(count)
        case .moment(let moment): return String(moment.text().prefix(19))
        case .timeOfDay(let milliseconds):
            // To the second, rounded down: a second before an edge still reads as before it.
            return CivilTime(Moment(milliseconds: milliseconds), offset: .zero).timeText
        case .window(let window):
            return window.text("–")
        case .duration(let duration): return "\(duration.wholeMilliseconds / 1000) s"
        case .yes(let yes): return yes ? "yes" : "no"
        case .word(let word): return word
        }
    }
}
