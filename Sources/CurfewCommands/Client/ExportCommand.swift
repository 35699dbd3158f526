import Answers
import ArgumentParser
import CampaignModel
import Ports
import Reports
import Words

struct ExportCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Everybody of a run and where they stand, as comma-separated values; enterprise accounts only.",
        discussion: """
            Example:
              curfew export double-eleven-warmup --token-file ~/.curfew-token > people.csv

            The list names people: taking it is for operators and stands in the audit. What a spreadsheet would run as a \
            formula gets an apostrophe before it. Of a campaign with several occurrences, by its id, everybody of each is
            listed, with the occurrence in a first column. Of a campaign with a trigger a person has a line for each time, with
            when it happened in a last column. Runs whose people were erased by age are named.
            \(ClientExit.helpWithAge)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "The run's name, or its campaign's id.")
    var run: String

    func perform(in environment: ClientEnvironment) throws {
        let person = try environment.identity(identity)
        let desk = try environment.acting()
        var request = ExportRequest(run: run)
        var erased: [ExportPage.ErasedRun] = []
        var isBegun = false
        repeat {
            let page = try desk.export(request, as: person)
            if !isBegun, !client.json { environment.print(Self.heading(of: page)) }
            isBegun = true
            for row in page.rows { environment.print(client.json ? try Printer.json(row) : Self.line(row)) }
            erased += page.erased ?? []
            request.after = page.next
        } while request.after != nil
        for run in erased {
            let on = run.at.isEmpty ? nil : ReportText.words(ofMoment: run.at)
            environment.warn(
                "\(Catalogue.Aged.people(run.run, on: on).text(in: environment.language)) [\(DeskRefusal.erasedByAge)]")
        }
        if !erased.isEmpty { throw ExitCode(ClientExit.erased) }
    }

    /// The occurrence comes first where there are several.
    static func heading(of page: ExportPage) -> String {
        let isSeveral = page.rows.first?.run != nil || page.next?.run != nil
        return (isSeveral ? "run," : "") + "open_id,variant,place,reason,started,messages"
            + (page.isTriggered == true ? ",happened" : "")
    }

    static func line(_ row: ExportPage.Row) -> String {
        ((row.run.map { [$0] } ?? []) + [
            row.openID, row.variant, row.place, row.reason, row.started, String(row.messages),
        ] + (row.happened.map { [$0] } ?? []))
        .map(ReportCSV.cell)
        .joined(separator: ",")
    }
}
