import CampaignModel
import Engine
import Experiments
import Foundation
import Ports
import Reports
import Words

extension Printer {
    /// A run's figures as text: what everybody did, each variant beside the others, and its test.
    func render(figures: RunFigures) -> String {
        let words = Catalogue.Figures.self
        var lines = [figures.title, "\(figures.run) · \(ReportText.words(ofState: figures.state, in: language))"]
        lines.append(ReportText.sumLine(figures.sum, in: language))
        if let occurrences = figures.occurrences {
            lines += block(words.occurrences, self.occurrences(occurrences))
            lines += block(words.total(occurrences.count), rates(figures))
        } else {
            lines += block(words.figures, rates(figures))
        }
        if figures.variants.count > 1 { lines += block(words.byVariant, variants(figures)) }
        if let test = figures.test { lines += block(words.test, test.lines(in: language)) }
        if let holdout = figures.holdout { lines += block(Catalogue.Holdout.title, holdout.sentences(in: language)) }
        lines.append("")
        lines += measuredNotes(figures).map { $0.text(in: language) }
        if let erased = figures.erased {
            lines.append(word(Catalogue.Aged.peopleNote(on: erased.isEmpty ? nil : ReportText.words(ofMoment: erased))))
        }
        lines.append(word(words.reach))
        if figures.answers.answered != nil { lines.append(word(words.answerLimit)) }
        return lines.map(TextWidth.printable).joined(separator: "\n")
    }

    func render(house: HouseFigures) -> String {
        let span = "\(ReportText.words(ofMoment: house.from)) – \(ReportText.words(ofMoment: house.to))"
        return ([word(Catalogue.Holdout.houseTitle), span, ""] + house.sentences(in: language))
            .map(TextWidth.printable).joined(separator: "\n")
    }

    func render(account: AccountFigures) -> String {
        let words = Catalogue.Figures.self
        let span = "\(ReportText.words(ofMoment: account.from)) – \(ReportText.words(ofMoment: account.to))"
        var lines = ["\(account.account)  \(span)", word(words.bestQuarter(account.bestQuarter))]
        lines.append(
            "\(word(words.answerTime)) \(answers(account.answers)); \(word(words.usual)) \(usual(account.answers))")
        if !account.days.isEmpty { lines += block(words.byDay, rows(account.days)) }
        if !account.hours.isEmpty { lines += block(words.byHour, rows(account.hours)) }
        return lines.map(TextWidth.printable).joined(separator: "\n")
    }

    /// `null` has no place in a sentence: not measured, or nobody to measure.
    func value(_ rate: RunFigures.Rate) -> String {
        if let value = rate.value { return Catalogue.Figures.percent(value) }
        return word(rate.part == nil ? Catalogue.Figures.notMeasured : Catalogue.Figures.nobody)
    }

    func usual(_ rate: RunFigures.Rate) -> String {
        guard let from = rate.usualFrom, let to = rate.usualTo else { return "–" }
        return "\(Int((from * 100).rounded()))%–\(Int((to * 100).rounded()))%"
    }

    func answers(_ answers: AnswerFigures) -> String {
        guard let answered = answers.answered else { return word(Catalogue.Figures.notMeasured) }
        let count = Catalogue.Figures.answered(answered, of: answers.questions)
        return "\(mean(answers)) (\(word(count)))"
    }

    func mean(_ answers: AnswerFigures) -> String {
        if answers.answered == nil { return word(Catalogue.Figures.notMeasured) }
        return answers.meanMinutes.map { word(Catalogue.Figures.minutes($0)) } ?? word(Catalogue.Figures.nobody)
    }

    func usual(_ answers: AnswerFigures) -> String { word(Catalogue.Figures.minutes(answers.usualMinutes)) }

    /// Each occurrence on a line of its own: who was reached, and each share.
    private func occurrences(_ each: [RunFigures]) -> [String] {
        let words = Catalogue.Figures.self
        guard let first = each.first else { return [] }
        var table = TextTable([.left, .left, .right] + first.rates.map { _ in .right })
        table.add(
            [word(Catalogue.Report.run), word(Catalogue.Report.state), word(words.reached)] + first.rates.map(\.name))
        for run in each {
            table.add(
                [
                    run.run, ReportText.words(ofState: run.state, in: language),
                    String(run.sum.accepted + run.sum.unknown),
                ]
                    + run.rates.map(value))
        }
        return table.lines()
    }

    /// Where a source began to tell only a day or more after the run had begun.
    func measuredNotes(_ figures: RunFigures) -> [Sentence] {
        guard let start = Moment(iso8601: figures.start) else { return [] }
        return figures.rates.compactMap { rate in
            guard rate.part != nil, let first = rate.measuredFrom.flatMap({ Moment(iso8601: $0) }),
                first >= start + .days(1)
            else { return nil }
            return Catalogue.Figures.measuredFrom(rate.name, first.minuteText())
        }
    }

    private func rates(_ figures: RunFigures) -> [String] {
        let words = Catalogue.Figures.self
        var table = TextTable([.left, .right, .right, .left])
        table.add([word(words.figure), word(words.value), "", word(words.usual)])
        for rate in figures.rates {
            let counts = rate.part.map { "\($0) / \(rate.whole)" } ?? ""
            table.add([rate.name, value(rate), counts, usual(rate)])
        }
        if let amount = figures.orderAmount { table.add([word(words.orderAmount), word(words.yuan(amount)), "", "–"]) }
        let answered = figures.answers.answered.map { "\($0) / \(figures.answers.questions)" } ?? ""
        table.add([word(words.answerTime), mean(figures.answers), answered, usual(figures.answers)])
        return table.lines()
    }

    private func variants(_ figures: RunFigures) -> [String] {
        let words = Catalogue.Figures.self
        var table = TextTable([.left, .right] + figures.rates.map { _ in .right })
        table.add([word(words.variant), word(words.reached)] + figures.rates.map(\.name))
        for line in figures.variants {
            table.add(
                [word(words.line(line.name, isTest: line.isTest)), String(line.reached)] + line.rates.map(value))
        }
        return table.lines() + (figures.variants.contains { $0.isTest == false } ? [word(words.laterNote)] : [])
    }

    private func rows(_ rows: [AccountFigures.Row]) -> [String] {
        let words = Catalogue.Figures.self
        var table = TextTable([.left, .left] + words.kinds.map { _ in .right })
        table.add([word(words.day), word(words.hour)] + words.kinds.map(word))
        for row in rows {
            let counts = [row.opened, row.clicked, row.replied, row.consulted, row.ordered, row.optedOut]
            table.add([row.day, row.hour.map { "\($0):00" } ?? ""] + counts.map(String.init))
        }
        return table.lines()
    }
}
