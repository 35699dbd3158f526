import Engine
import Experiments

/// Figures for a spreadsheet: one a line, so that a pivot table needs no knowledge of our columns. A figure that is not
/// measured has empty cells, never a zero.
enum FiguresCSV {
    /// Of a campaign with several occurrences: the total under the campaign's id, then each under its own name.
    static func render(_ figures: RunFigures) -> String {
        let lines = [figures] + (figures.occurrences ?? [])
        return (["run,variant,part,figure,people,of,value"] + lines.flatMap(self.lines)).joined(separator: "\n")
    }

    private static func lines(_ figures: RunFigures) -> [String] {
        var lines: [String] = []
        func add(_ variant: String, _ part: String, _ rates: [RunFigures.Rate]) {
            for rate in rates {
                let cells = [
                    ReportCSV.cell(figures.run), ReportCSV.cell(variant), part, rate.figure,
                    rate.part.map(String.init) ?? "", rate.part == nil ? "" : String(rate.whole),
                    rate.value.map { String($0) } ?? "",
                ]
                lines.append(cells.joined(separator: ","))
            }
        }
        add("", "", figures.rates)
        let run = ReportCSV.cell(figures.run)
        // In fen and in minutes, as in JSON.
        if let amount = figures.orderAmount { lines.append("\(run),,,order_amount,,,\(amount)") }
        if let minutes = figures.answers.meanMinutes {
            lines.append(
                "\(run),,,answer_minutes,\(figures.answers.answered ?? 0),\(figures.answers.questions),\(minutes)")
        }
        if let holdout = figures.holdout {
            for line in holdout.lines {
                lines.append(
                    "\(ReportCSV.cell(figures.run)),,sent,\(line.figure),\(line.sentPeople),\(holdout.sent),\(line.sentRate)"
                )
                lines.append(
                    "\(ReportCSV.cell(figures.run)),,held_out,\(line.figure),\(line.heldPeople),\(holdout.pretended),\(line.heldRate)"
                )
            }
        }
        for line in figures.variants { add(line.name, line.isTest.map { $0 ? "test" : "rest" } ?? "", line.rates) }
        return lines
    }

    static func render(_ figures: HouseFigures) -> String {
        var lines = ["from,to,part,figure,people,of,value"]
        for (part, people, of, rate) in [
            ("sent", figures.line?.sentPeople, figures.sent, figures.line?.sentRate),
            ("held_out", figures.line?.heldPeople, figures.held, figures.line?.heldRate),
        ] {
            let cells = [
                figures.from, figures.to, part, "ordered", people.map(String.init) ?? "", String(of),
                rate.map { String($0) } ?? "",
            ]
            lines.append(cells.joined(separator: ","))
        }
        return lines.joined(separator: "\n")
    }

    static func render(_ figures: AccountFigures) -> String {
        var lines = ["account,day,hour,opened,clicked,replied,consulted,ordered,opted_out"]
        for row in figures.days + figures.hours {
            let counts = [row.opened, row.clicked, row.replied, row.consulted, row.ordered, row.optedOut]
            lines.append(
                ([ReportCSV.cell(figures.account), row.day, row.hour.map(String.init) ?? ""] + counts.map(String.init))
                    .joined(separator: ","))
        }
        return lines.joined(separator: "\n")
    }
}
