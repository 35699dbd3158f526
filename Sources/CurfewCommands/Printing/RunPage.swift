import CampaignModel
import Engine
import Experiments
import Foundation
import Ports
import Reports
import Words

/// One run as one file of HTML. Everything that came from outside is escaped.
struct RunPage {
    let figures: RunFigures
    let language: Language
    var about: About?

    func render() -> String {
        let title = "\(figures.title) · \(figures.run)"
        return PaperPage.render(
            title, in: language,
            """
            <h1>\(text(figures.title))</h1>
            <p class="soft">\(text(figures.run)) · \(text(figures.account)) · \
            \(text(ReportText.words(ofState: figures.state, in: language))) · \
            \(text(ReportText.words(ofMoment: figures.start)))</p>
            \(about.map(aboutPart) ?? "")
            \(section(Catalogue.Figures.whereEverybodyIs, sumChart()))
            \(skippedPart())
            \(about.map(textsPart) ?? "")
            \(figures.occurrences.map { section(Catalogue.Figures.occurrences, occurrenceTable($0)) } ?? "")
            \(section(figures.occurrences.map { Catalogue.Figures.total($0.count) } ?? Catalogue.Figures.figures, rateTable()))
            \(figures.variants.count > 1 ? section(Catalogue.Figures.byVariant, variantTable()) : "")
            \(figures.test.map { section(Catalogue.Figures.test, testPart($0)) } ?? "")
            \(figures.holdout.map { section(Catalogue.Holdout.title, paragraphs($0.sentences(in: language))) } ?? "")
            \(figures.quarters.isEmpty ? "" : section(Catalogue.Figures.whenSent, quarterChart()))
            \(paragraphs(notes))
            <p class="soft">\(words(Catalogue.Figures.reach)) \(words(Catalogue.Figures.printed))</p>
            """)
    }

    private func section(_ title: Sentence, _ body: String) -> String {
        "<section><h2>\(words(title))</h2>\(body)</section>"
    }

    private func paragraphs(_ lines: [String]) -> String { lines.map { "<p>\(text($0))</p>" }.joined() }

    // MARK: - Parts

    private static let colours = [
        "#9aa5b4", "#1f8a5b", "#c0392b", "#8e44ad", "#d08a1d", "#e0b060", "#3a6ea5", "#c9d1da",
    ]

    private func sumChart() -> String {
        let terms = ReportText.terms(of: figures.sum)
        let width = 720.0
        var x = 0.0
        var bars = ""
        var legend = ""
        for (index, term) in terms.enumerated() {
            let part = figures.sum.audience > 0 ? Double(term.count) / Double(figures.sum.audience) * width : 0
            if term.count > 0 {
                bars +=
                    "<rect x='\(number(x))' y='0' width='\(number(max(part, 1)))' height='28' fill='\(Self.colours[index])'/>"
            }
            x += part
            legend +=
                "<li><i style='background:\(Self.colours[index])'></i>\(words(term.name)) <b>\(term.count)</b></li>"
        }
        return """
            <svg viewBox="0 0 720 28" role="img" aria-label="\(text(ReportText.sumLine(figures.sum, in: language)))">\(bars)</svg>
            <ul class="legend">\(legend)</ul><p>\(text(ReportText.sumLine(figures.sum, in: language)))</p>
            """
    }

    private var notes: [String] {
        var notes = printer.measuredNotes(figures).map { $0.text(in: language) }
        if let erased = figures.erased {
            let on = erased.isEmpty ? nil : ReportText.words(ofMoment: erased)
            notes.append(Catalogue.Aged.peopleNote(on: on).text(in: language))
        }
        return notes
    }

    private func occurrenceTable(_ each: [RunFigures]) -> String {
        let titles =
            [Catalogue.Report.run, Catalogue.Report.state, Catalogue.Figures.reached].map(words)
            + (each.first?.rates.map { text($0.name) } ?? [])
        let rows = each.map { run in
            let cells =
                [
                    text(run.run), text(ReportText.words(ofState: run.state, in: language)),
                    String(run.sum.accepted + run.sum.unknown),
                ] + run.rates.map(value)
            return "<tr>\(cells.map { "<td>\($0)</td>" }.joined())</tr>"
        }
        return "<table><tr>\(titles.map { "<th>\($0)</th>" }.joined())</tr>\(rows.joined())</table>"
    }

    private var printer: Printer { Printer(language: language, colours: false) }

    private func value(_ rate: RunFigures.Rate) -> String {
        let count = rate.value == nil ? "" : rate.part.map { " <small>\($0) / \(rate.whole)</small>" } ?? ""
        return text(printer.value(rate)) + count
    }

    private func rateTable() -> String {
        var rows = figures.rates.map { rate in
            "<tr><td>\(text(rate.name))</td><td>\(value(rate))</td><td>\(gauge(rate))</td>"
                + "<td>\(text(printer.usual(rate)))</td></tr>"
        }
        if let amount = figures.orderAmount {
            rows.append(row(Catalogue.Figures.orderAmount, words(Catalogue.Figures.yuan(amount)), "–"))
        }
        rows.append(
            row(Catalogue.Figures.answerTime, text(printer.answers(figures.answers)), printer.usual(figures.answers)))
        return """
            <table><tr><th>\(words(Catalogue.Figures.figure))</th><th>\(words(Catalogue.Figures.value))</th><th></th>\
            <th>\(words(Catalogue.Figures.usual))</th></tr>\(rows.joined())</table>
            """
    }

    private func row(_ name: Sentence, _ value: String, _ usual: String) -> String {
        "<tr><td>\(words(name))</td><td>\(value)</td><td></td><td>\(text(usual))</td></tr>"
    }

    /// The measured share as a dot on a line from 0 to 1, over the usual range.
    private func gauge(_ rate: RunFigures.Rate) -> String {
        var marks = "<rect x='0' y='8' width='200' height='2' fill='#c9d1da'/>"
        if let from = rate.usualFrom, let to = rate.usualTo {
            marks +=
                "<rect x='\(number(from * 200))' y='3' width='\(number((to - from) * 200))' height='12' fill='#dfe9f3'/>"
        }
        if let value = rate.value { marks += "<circle cx='\(number(value * 200))' cy='9' r='5' fill='#3a6ea5'/>" }
        return "<svg class='gauge' viewBox='-6 0 212 18' aria-hidden='true'>\(marks)</svg>"
    }

    /// A column a variant, and one for those who got a test's winner afterwards.
    private func variantTable() -> String {
        let names = figures.variants.map { "<th>\(words(Catalogue.Figures.line($0.name, isTest: $0.isTest)))</th>" }
        var rows = [figures.variants.map { "<td>\($0.reached)</td>" }.joined()]
        rows += figures.rates.indices.map { index in
            figures.variants.map { "<td>\(value($0.rates[index]))</td>" }.joined()
        }
        let titles = [words(Catalogue.Figures.reached)] + figures.rates.map { text($0.name) }
        let body = zip(titles, rows).map { "<tr><td>\($0)</td>\($1)</tr>" }.joined()
        let note = figures.variants.contains { $0.isTest == false } ? words(Catalogue.Figures.laterNote) : ""
        return "<table><tr><th></th>\(names.joined())</tr>\(body)</table><p class='soft'>\(note)</p>"
    }

    private func testPart(_ story: TestStory) -> String {
        """
        <p class='verdict \(text(story.finding))'>\(text(story.verdict))</p>\(intervals(story))\
        <p class='soft'>\(words(Catalogue.Figures.interval))</p>\(armTable(story))\
        <p class='soft'>\(story.notes(in: language).map(text).joined(separator: "<br>"))</p>
        """
    }

    private func armTable(_ story: TestStory) -> String {
        let figures = Catalogue.Figures.self
        let titles = [
            figures.variant, figures.assigned, figures.reached, Catalogue.Test.metricTitle(story.metric), figures.best,
            figures.against, figures.difference, figures.optedOut, figures.reported,
        ]
        func count(_ count: Int?) -> String { count.map(String.init) ?? words(figures.notMeasured) }
        let rows = story.arms.map { arm in
            let name = arm.isControl ? words(Catalogue.Test.control(arm.name)) : text(arm.name)
            let difference = arm.difference.map {
                "\(Catalogue.Test.points($0.low)) … \(Catalogue.Test.points($0.high))"
            }
            let cells = [
                name, String(arm.assigned), String(arm.delivered),
                "\(figures.percent(arm.rate)) <small>\(arm.conversions) / \(arm.delivered)</small>",
                text(arm.probabilityBest.map(Catalogue.Test.chance) ?? "–"),
                arm.lift.map(Catalogue.Test.signed) ?? "–", difference ?? "–", count(arm.optedOut), count(arm.reported),
            ]
            return "<tr>\(cells.map { "<td>\($0)</td>" }.joined())</tr>"
        }
        return "<table><tr>\(titles.map { "<th>\(words($0))</th>" }.joined())</tr>\(rows.joined())</table>"
    }

    private func intervals(_ story: TestStory) -> String {
        let top = max(story.arms.compactMap { $0.rateInterval?.high }.max() ?? 0, 0.01) * 1.1
        func x(_ share: Double) -> Double { 90 + share / top * 560 }
        var marks = ""
        for (index, arm) in story.arms.enumerated() {
            let y = Double(index) * 30 + 18
            marks += "<text x='0' y='\(number(y + 5))'>\(text(String(arm.name.prefix(12))))</text>"
            if let interval = arm.rateInterval {
                marks +=
                    "<rect x='\(number(x(interval.low)))' y='\(number(y - 3))' width='\(number(x(interval.high) - x(interval.low)))' height='6' rx='3' fill='#a9c4e0'/>"
            }
            marks += "<circle cx='\(number(x(arm.rate)))' cy='\(number(y))' r='6' fill='#3a6ea5'/>"
            marks += "<text x='660' y='\(number(y + 5))'>\(Catalogue.Figures.percent(arm.rate))</text>"
        }
        let foot = Double(story.arms.count) * 30 + 8
        for share in [0, top / 2, top] {
            marks += "<path d='M\(number(x(share))) 4V\(number(foot))' stroke='#e1e5ea'/>"
            marks +=
                "<text x='\(number(x(share)))' y='\(number(foot + 14))' text-anchor='middle'>\(Catalogue.Figures.percent(share))</text>"
        }
        return "<svg viewBox='0 0 720 \(number(foot + 20))' role='img'>\(marks)</svg>"
    }

    private func quarterChart() -> String {
        let shown = Self.withoutGaps(figures.quarters).prefix(192)
        let top = Double(shown.map(\.people).max() ?? 1)
        let width = 720 / Double(max(shown.count, 16))
        var marks = ""
        for (index, quarter) in shown.enumerated() {
            let height = quarter.people > 0 ? max(Double(quarter.people) / top * 108, 1) : 0
            if shown.count <= 16, quarter.people > 0 {
                let middle = (Double(index) + 0.5) * width
                marks +=
                    "<text x='\(number(middle))' y='\(number(126 - height))' text-anchor='middle'>\(quarter.people)</text>"
            }
            marks +=
                "<rect x='\(number(Double(index) * width))' y='\(number(130 - height))' width='\(number(max(width - 2, 1)))' height='\(number(height))' fill='#3a6ea5'><title>\(text(ReportText.words(ofMoment: quarter.from))) \(quarter.people)</title></rect>"
        }
        marks += clockLabels(shown.map(\.from), width: width)
        return "<svg viewBox='0 0 720 172' role='img'>\(marks)</svg>"
    }

    /// The clock under the first and the last bar, and the days below.
    private func clockLabels(_ moments: [String], width: Double) -> String {
        guard let first = moments.first.map({ ReportText.words(ofMoment: $0) }),
            let last = moments.last.map({ ReportText.words(ofMoment: $0) })
        else {
            return ""
        }
        func clock(_ words: String, _ middle: Double) -> String {
            let middle = min(max(middle, 20), 700)
            return
                "<text x='\(number(middle))' y='150' text-anchor='middle'>\(text(String(words.dropFirst(11).prefix(5))))</text>"
        }
        let days =
            first.prefix(10) == last.prefix(10) ? "\(first.prefix(10))" : "\(first.prefix(10)) – \(last.prefix(10))"
        return clock(first, width / 2)
            + (moments.count > 1 ? clock(last, (Double(moments.count) - 0.5) * width) : "")
            + "<text x='0' y='168'>\(text(days))</text>"
    }

    /// Quarters in which nothing was sent are not kept; on a line of time they are empty, not missing.
    static func withoutGaps(_ quarters: [RunFigures.Quarter]) -> [RunFigures.Quarter] {
        guard let first = quarters.first.flatMap({ Moment(iso8601: $0.from) }),
            let last = quarters.last.flatMap({ Moment(iso8601: $0.from) })
        else { return quarters }
        let people = Dictionary(quarters.map { (Moment(iso8601: $0.from), $0.people) }, uniquingKeysWith: +)
        let count = min(Int(last.since(first).wholeMilliseconds / 900_000), 1000)
        return (0...count).map { index in
            var quarter = quarters[0]
            quarter.from = (first + .minutes(Int64(index) * 15)).iso8601
            quarter.people = people[first + .minutes(Int64(index) * 15)] ?? 0
            return quarter
        }
    }

    // MARK: - Text

    private func words(_ sentence: Sentence) -> String { text(sentence.text(in: language)) }

    private func number(_ value: Double) -> String { PaperPage.number(value) }
    private func text(_ raw: String) -> String { PaperPage.escaped(raw) }
}
