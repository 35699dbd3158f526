import Answers
import CampaignModel
import Ports
import Reports
import Words

extension Printer {
    /// The answer first, then every rule, then what was sent.
    func render(explanation: Explanation) -> String {
        let words = Catalogue.Control.self
        var head = TextTable([.left, .left])
        head.add([word(words.person), explanation.openID])
        head.add([word(Catalogue.Report.run), explanation.run])
        head.add([word(words.asOf), ReportText.words(ofMoment: explanation.at)])
        if !explanation.assignment.isEmpty { head.add([word(words.assignment), explanation.assignment]) }
        if !explanation.variant.isEmpty { head.add([word(Catalogue.Report.variant), explanation.variant]) }
        head.add([word(words.place), word(words.place(explanation.place))])
        if let ahead = explanation.ahead { head.add([word(Catalogue.Explain.ahead), String(ahead)]) }
        if let next = explanation.nextAllowed { head.add([word(words.next), ReportText.words(ofMoment: next)]) }
        var lines = head.lines()
        if !explanation.answer.isEmpty { lines += ["", painted(TextWidth.printable(explanation.answer), .bold)] }
        if !explanation.rules.isEmpty { lines += block(words.rule, rules(explanation.rules)) }
        let remedies = explanation.rules.compactMap { rule in rule.remedy.map { "\(rule.rule): \($0)" } }
        if !remedies.isEmpty { lines += block(Catalogue.Explain.whatWouldHaveToChange, remedies) }
        if !explanation.draws.isEmpty { lines += block(Catalogue.Explain.draws, draws(explanation.draws)) }
        if !explanation.laneToday.isEmpty { lines += block(Catalogue.Explain.laneToday, uses(explanation.laneToday)) }
        if !explanation.sharing.isEmpty { lines += block(Catalogue.Explain.sharing, explanation.sharing) }
        if !explanation.attempts.isEmpty { lines += block(words.attempts, table(of: explanation.attempts)) }
        if let recall = explanation.recall {
            lines += block(Catalogue.Recall.title, recall.map { word(Catalogue.Recall.state($0)) })
        }
        if !explanation.contactsToday.isEmpty {
            lines += block(words.contactsToday, table(of: explanation.contactsToday))
        }
        if let story = explanation.occurrences {
            lines += block(Catalogue.Explain.occurrences(story.each.count), occurrences(story))
        }
        if !explanation.notKnown.isEmpty { lines += block(Catalogue.Explain.notKnown, explanation.notKnown) }
        return joined(lines)
    }

    private func draws(_ draws: [Explanation.Draw]) -> [String] {
        draws.flatMap { draw in
            [
                "FNV-1a32(\"\(draw.seed)\" + \"\(draw.value)\") = \(draw.first)",
                "  FNV-1a32(\"\(draw.first)\") = \(draw.second);  \(draw.second) mod 10000 = \(draw.bucket)",
                "  [\(draw.from), \(draw.to)) → \(draw.result.isEmpty ? word(Catalogue.Explain.notHeldOut) : draw.result)",
            ]
        }
    }

    /// Each, and how many of a kind.
    private func occurrences(_ story: Explanation.Occurrences) -> [String] {
        var table = TextTable([.left, .left, .left])
        for one in story.each {
            table.add([one.run, word(Catalogue.Control.place(one.place)), one.reason.map { why($0) } ?? ""])
        }
        let total = story.places.sorted { $0.key < $1.key }
            .map { "\(word(Catalogue.Control.place($0.key))) \($0.value)" }
        return table.lines() + [total.joined(separator: ", ")]
    }

    private func uses(_ uses: [Explanation.Use]) -> [String] {
        var table = TextTable([.left, .right, .right, .left])
        table.add(
            [
                Catalogue.Report.run, Catalogue.Control.peopleToday, Catalogue.Control.messagesToday,
                Catalogue.Explain.span,
            ]
            .map(word))
        for use in uses {
            let span = "\(ReportText.words(ofMoment: use.from)) – \(ReportText.words(ofMoment: use.to))"
            table.add([use.run, String(use.people), String(use.messages), span])
        }
        return table.lines()
    }

    func render(unknowns: [AttemptLine]) -> String {
        guard !unknowns.isEmpty else { return joined([word(Catalogue.Control.noUnknowns)]) }
        let words = Catalogue.Control.self
        var table = TextTable([.left, .right, .left, .left, .left, .right, .left, .left])
        table.add(
            [
                words.started, Catalogue.Unknown.age, Catalogue.Unknown.settleUntil, Catalogue.Report.run, words.person,
                words.messages, Catalogue.Report.why, words.logID,
            ].map(word))
        for attempt in unknowns {
            table.add([
                ReportText.words(ofMoment: attempt.started),
                attempt.ageSeconds.map { word(Catalogue.Unknown.age(seconds: $0)) } ?? "",
                attempt.isFinal
                    ? word(Catalogue.Unknown.final) : attempt.finalAt.map(ReportText.words(ofMoment:)) ?? "",
                attempt.run, attempt.openID, String(attempt.messages),
                attempt.reason.map { why($0) } ?? "", attempt.logID,
            ])
        }
        return joined(table.lines())
    }

    private func why(_ reason: String) -> String {
        reason == Reason.network.code
            ? word(Catalogue.Unknown.noAnswer) : ReportText.words(ofReason: reason, in: language)
    }

    private func rules(_ rules: [Explanation.Line]) -> [String] {
        let words = Catalogue.Control.self
        var table = TextTable([.left, .left, .left, .left, .left])
        table.add([words.rule, words.observed, words.limit, words.changesAt, Catalogue.Report.why].map(word))
        for rule in rules {
            table.add([
                rule.rule, rule.observed, rule.limit, rule.changesAt.map(ReportText.words(ofMoment:)) ?? "",
                rule.sentence,
            ])
        }
        let marks = rules.map { $0.allows ? painted("✓", .good) : painted("✗", .bad) }
        return zip([" "] + marks, table.lines()).map { "\($0) \($1)" }
    }

    private func table(of attempts: [AttemptLine]) -> [String] {
        let words = Catalogue.Control.self
        var table = TextTable([.left, .left, .left, .left, .right, .left, .left])
        table.add(
            [
                words.started, Catalogue.Report.run, words.person, words.outcome, words.messages, Catalogue.Report.why,
                words.logID,
            ]
            .map(word))
        for attempt in attempts {
            table.add([
                ReportText.words(ofMoment: attempt.started), attempt.run, attempt.openID, outcome(attempt.outcome),
                String(attempt.messages), attempt.reason.map { ReportText.words(ofReason: $0, in: language) } ?? "",
                attempt.logID,
            ])
        }
        return table.lines()
    }

    private func outcome(_ code: String) -> String {
        if code == "open" { return word(Catalogue.outcome(nil)) }
        return OutcomeKind.allCases.first { $0.code == code }.map { word(Catalogue.outcome($0)) } ?? code
    }
}
