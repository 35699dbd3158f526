import Answers
import CampaignModel
import Ports
import Words

/// What a marketer reads about a run: the file beside the campaign, and `curfew report`. Pure, so that both are the same
/// text to the letter.
package enum ReportText {
    /// A part that only the caller knows: rendered samples, the plan, problems of the file.
    package struct Section: Sendable {
        package var title: String
        package var lines: [String]
        package init(title: String, lines: [String]) { (self.title, self.lines) = (title, lines) }
    }

    private static let indent = "  "

    /// What became of an act, as its person reads it.
    package static func words(of receipt: ActReceipt) -> Sentence {
        let done = Catalogue.Control.done(
            receipt.act, run: receipt.run, state: receipt.state, onTheWire: receipt.onTheWire)
        if let recalling = receipt.recalling { return Catalogue.Recall.asked(recalling) }
        if let missing = receipt.approvalsMissing { return Catalogue.Review.secondPerson(missing) }
        switch receipt.note {
        case .unchanged: return Catalogue.Control.unchanged(receipt.state)
        case .held: return Catalogue.Control.heldInReview
        case .unknownID:
            let mind = Catalogue.Control.unknownID
            return Sentence(zh: done.zh + mind.zh, en: "\(done.en) \(mind.en)")
        case nil: return done
        }
    }

    /// The whole report with a line end at its end. Text that came from outside cannot steer a terminal.
    package static func render(_ report: RunReport, sections: [Section] = [], in language: Language) -> String {
        var blocks = [head(report, in: language), progress(report, in: language)]
        blocks.append(reasons(Catalogue.Report.skippedBecause, report.summary.sum.skippedBy, in: language))
        blocks.append(reasons(Catalogue.Report.waitingBecause, report.summary.sum.waitingBy, in: language))
        if report.summary.isPlanned { blocks.append(variants(report.variants, in: language)) }
        if let occurrences = report.occurrences {
            blocks.append(
                [Catalogue.Figures.occurrences.text(in: language)]
                    + occurrences.flatMap { one in
                        [
                            indent + "\(one.summary.run) · \(words(ofState: one.summary.state, in: language))",
                            indent + indent + sumLine(of: one.summary, in: language),
                        ]
                    })
        }
        blocks.append(age(of: report.summary, in: language))
        blocks += ReviewText.blocks(report.summary, in: language)
        if let recall = report.summary.recall {
            let words = Catalogue.Recall.self
            blocks.append([words.title.text(in: language), indent + words.counts(recall).text(in: language)])
        }
        if let comparison = report.forecast, report.summary.isPlanned {
            blocks.append(
                [Catalogue.Forecast.comparison.text(in: language)]
                    + ForecastText.comparison(comparison, in: language).map { indent + $0 })
        }
        if let sharing = report.sharing {
            blocks.append(
                [Catalogue.Explain.sharing.text(in: language)] + sharing.map { indent + $0.sentence.text(in: language) }
            )
        }
        blocks += sections.map { section in
            section.lines.isEmpty ? [] : [section.title] + section.lines.map { indent + $0 }
        }
        return blocks.filter { !$0.isEmpty }
            .map { $0.map(TextWidth.printable).joined(separator: "\n") }
            .joined(separator: "\n\n") + "\n"
    }

    /// How many are meant, while nobody stands anywhere yet; the sum from then on.
    package static func sumLine(of summary: RunSummary, in language: Language) -> String {
        guard !summary.isPlanned, let listed = summary.listed else { return sumLine(summary.sum, in: language) }
        let isOver = RunState.allCases.first { $0.code == summary.state }?.isOver ?? false
        return Catalogue.Report.listed(listed, isOver: isOver).text(in: language)
    }

    /// `受众 1200 = 对照 60 + 已送达 1000 + …`: every term, zeros too, so that two reports compare line by line.
    package static func sumLine(_ sum: SumLine, in language: Language) -> String {
        let terms = terms(of: sum).map { "\($0.name.text(in: language)) \($0.count)" }
        let left = "\(whole(of: sum).text(in: language)) \(sum.audience)"
        let line = "\(left) \(sum.holds ? "=" : "≠") \(terms.joined(separator: " + "))"
        return sum.holds ? line : "\(line)  \(Catalogue.Report.sumBroken.text(in: language))"
    }

    /// The right-hand side of the sum, in the order of the promise.
    package static func terms(of sum: SumLine) -> [(name: Sentence, count: Int)] {
        let terms = [
            (Catalogue.Report.holdout, sum.holdout), (Catalogue.Report.accepted, sum.accepted),
            (Catalogue.Report.rejected, sum.rejected), (Catalogue.Report.unknown, sum.unknown),
            (Catalogue.Report.skipped, sum.skipped), (Catalogue.Report.waiting, sum.waiting),
            (Catalogue.Report.open, sum.open), (Catalogue.Report.pending, sum.pending),
        ]
        // Nothing is planned where people come by themselves.
        return sum.ofOccasions == true ? terms.dropLast() : terms
    }

    /// What the left-hand side counts.
    package static func whole(of sum: SumLine) -> Sentence {
        sum.ofOccasions == true ? Catalogue.Triggers.occasions : Catalogue.Report.audience
    }

    /// A reason's code in words; a code of another version of the program stands as it is.
    package static func words(ofReason code: String, in language: Language) -> String {
        Reason(code: code).map { Catalogue.reason($0).text(in: language) } ?? code
    }

    /// A run state's code in words.
    package static func words(ofState code: String, in language: Language) -> String {
        RunState.allCases.first { $0.code == code }.map { Catalogue.runState($0).text(in: language) } ?? code
    }

    /// An ISO 8601 moment as people read it, to the minute on Shanghai's wall; anything else stands as it is.
    package static func words(ofMoment text: String) -> String {
        Moment(iso8601: text)?.minuteText() ?? text
    }
}

// MARK: - Parts

extension ReportText {
    private static func head(_ report: RunReport, in language: Language) -> [String] {
        let summary = report.summary
        let words = Catalogue.Report.self
        // Made printable before it is measured, so that the rule under it fits what is seen.
        let title = TextWidth.printable(summary.title)
        var lines = [title, String(repeating: "=", count: max(TextWidth.cells(in: title), 8))]
        if report.rehearsal { lines += ["*** \(words.rehearsal.text(in: language)) ***"] }
        if let test = summary.test, test.holds {
            lines.append("*** \(Catalogue.Test.held.text(in: language)) \(test.sentence) ***")
        }
        var table = TextTable([.left, .left])
        let rows: [(Sentence, String)] = [
            (words.run, summary.run), (words.state, Self.words(ofState: summary.state, in: language)),
            (words.account, summary.account), (words.author, summary.author),
            (
                words.reviewedBy, approvers(of: summary, in: language) + Self.count(of: summary, in: language)
            ),
            (words.start, Self.words(ofMoment: summary.start)),
            (words.validUntil, Self.words(ofMoment: summary.validUntil)), (words.digest, summary.digest),
        ]
        for (name, value) in rows { table.add([name.text(in: language), value]) }
        return lines + table.lines()
    }

    /// Nobody will who has not, once it is over.
    package static func approvers(of summary: RunSummary, in language: Language) -> String {
        guard summary.approvedBy.isEmpty else { return summary.approvedBy.joined(separator: ", ") }
        let isOver = RunState.allCases.first { $0.code == summary.state }?.isOver ?? false
        return (isOver ? Catalogue.Report.nobody : Catalogue.Report.nobodyYet).text(in: language)
    }

    /// Beside the names, while one of two is missing.
    private static func count(of summary: RunSummary, in language: Language) -> String {
        guard summary.awaitsApproval, let needed = summary.review?.approvalsNeeded, needed > 1 else {
            return ""
        }
        return " (\(summary.approvedBy.count)/\(needed))"
    }

    private static func progress(_ report: RunReport, in language: Language) -> [String] {
        let sum = report.summary.sum
        let words = Catalogue.Report.self
        var lines = [words.whatHappened.text(in: language)]
        if let line = progressLine(report.summary, in: language) { lines.append(indent + line) }
        if let why = report.summary.why { lines.append(indent + why.text(in: language)) }
        // Before its plan is written a run has no people yet: a line of zeros would only frighten.
        guard report.summary.isPlanned else { return lines }
        if let rows = report.toldRows { lines.append(indent + words.rows(rows).text(in: language)) }
        lines.append(indent + sumLine(sum, in: language))
        if sum.unknown > 0 { lines.append(indent + words.unknownNote(sum.unknown).text(in: language)) }
        return lines
    }

    /// How a run stands, in one sentence; nil: in a state of another version of the program.
    package static func progressLine(_ summary: RunSummary, in language: Language) -> String? {
        let sum = summary.sum
        let audience = summary.isPlanned ? sum.audience : summary.listed ?? 0
        let served = sum.audience - sum.waiting - sum.open - sum.pending
        return RunState.allCases.first { $0.code == summary.state }.map { state in
            Catalogue.Report.progress(state, served: served, audience: audience, waiting: sum.waiting)
                .text(in: language)
        }
    }

    /// What was erased by age, each with its moment.
    private static func age(of summary: RunSummary, in language: Language) -> [String] {
        func on(_ moment: String) -> String? { moment.isEmpty ? nil : words(ofMoment: moment) }
        let notes = [
            summary.textsErased.map { Catalogue.Aged.texts(on: on($0)) },
            summary.peopleErased.map { Catalogue.Aged.peopleNote(on: on($0)) },
        ]
        return notes.compactMap { $0?.text(in: language) }
    }

    private static func reasons(_ title: Sentence, _ counts: [SumLine.ReasonCount], in language: Language) -> [String] {
        guard !counts.isEmpty else { return [] }
        var table = TextTable([.right, .left, .left])
        for line in counts {
            table.add([String(line.count), words(ofReason: line.reason, in: language), "[\(line.reason)]"])
        }
        return [title.text(in: language)] + table.lines().map { indent + $0 }
    }

    private static func variants(_ variants: [RunReport.VariantLine], in language: Language) -> [String] {
        guard !variants.isEmpty else { return [] }
        let words = Catalogue.Report.self
        let names = terms(of: variants[0].sum).map { $0.name.text(in: language) }
        var table = TextTable([.left, .right, .right] + names.map { _ in .right })
        table.add([words.variant, words.weight, words.audience].map { $0.text(in: language) } + names)
        for line in variants {
            let figures = [line.sum.audience] + terms(of: line.sum).map(\.count)
            table.add([line.name, percent(line.weight)] + figures.map(String.init))
        }
        return [words.byVariant.text(in: language)] + table.lines().map { indent + $0 }
    }

    /// `weight` as a share of 1, with at most two decimals: `50%`, `33.34%`.
    package static func percent(_ weight: Double) -> String {
        let hundredths = Int((weight * 10_000).rounded())
        let (whole, rest) = (hundredths / 100, hundredths % 100)
        if rest == 0 { return "\(whole)%" }
        return rest % 10 == 0 ? "\(whole).\(rest / 10)%" : "\(whole).\(Moment.padded(rest, to: 2))%"
    }
}
