import Answers
import Ports

/// A report for a spreadsheet: one figure a line, so that a pivot table needs no knowledge of our columns.
enum ReportCSV {
    /// The first lines' `variant` is empty: they are the whole run's. A reason's people are part of their place's, on
    /// lines of their own. No line end at the end.
    static func render(_ report: RunReport) -> String {
        let reports = [report] + (report.occurrences ?? [])
        return (["run,variant,place,reason,people"] + reports.flatMap(self.lines)).joined(separator: "\n")
    }

    private static func lines(_ report: RunReport) -> [String] {
        var lines: [String] = []
        let run = report.summary.run
        lines += figures(report.summary.sum).map { line(run, "", $0) }
        for variant in report.variants {
            lines += figures(variant.sum).map { line(run, variant.name, $0) }
        }
        return lines
    }

    private typealias Figure = (place: String, reason: String, people: Int)

    private static func figures(_ sum: SumLine) -> [Figure] {
        var figures: [Figure] = [
            ("audience", "", sum.audience), ("holdout", "", sum.holdout), ("accepted", "", sum.accepted),
            ("rejected", "", sum.rejected), ("unknown", "", sum.unknown), ("skipped", "", sum.skipped),
        ]
        figures += sum.skippedBy.map { ("skipped", $0.reason, $0.count) }
        figures.append(("waiting", "", sum.waiting))
        figures += sum.waitingBy.map { ("waiting", $0.reason, $0.count) }
        return figures + [("open", "", sum.open), ("pending", "", sum.pending)]
    }

    private static func line(_ run: String, _ variant: String, _ figure: Figure) -> String {
        [cell(run), cell(variant), figure.place, figure.reason, String(figure.people)].joined(separator: ",")
    }

    /// Quoted where the format needs it. What a spreadsheet would run as a formula gets an apostrophe before it.
    static func cell(_ text: String) -> String {
        let calm = text.first.map { "=+-@\t\r".contains($0) } == true ? "'" + text : text
        guard calm.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return calm }
        return "\"" + calm.replacing("\"", with: "\"\"") + "\""
    }
}
