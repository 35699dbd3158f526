import Engine
import Experiments

/// Figures for a spreadsheet: one a line, so that a pivot table needs no knowledge of our columns. A figure that is not
/// measured has empty cells, never a zero.
enum FiguresCSV {
    static func render(_ figures: RunFigures) -> String {
        var lines = ["run,variant,part,figure,people,of,value"]
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
        for line in figures.variants { add(line.name, line.isTest.map { $0 ? "test" : "rest" } ?? "", line.rates) }
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
