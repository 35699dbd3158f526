import ArgumentParser
import CampaignModel
import Ports

struct ExportCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Everybody of a run and where they stand, as comma-separated values; enterprise accounts only.",
        discussion: """
            Example:
              curfew export double-eleven-warmup --token-file ~/.curfew-token > people.csv

            The list names people: taking it is for operators and stands in the audit. What a spreadsheet would run as a \
            formula gets an apostrophe before it.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "The run's name, or its campaign's id.")
    var run: String

    func perform(in environment: ClientEnvironment) throws {
        let person = try environment.identity(tokenFile: identity.tokenFile, name: identity.name)
        let desk = try environment.acting()
        var request = ExportRequest(run: run)
        if !client.json { environment.print("open_id,variant,place,reason,started,messages") }
        repeat {
            let page = try desk.export(request, as: person)
            for row in page.rows { environment.print(client.json ? try Printer.json(row) : Self.line(row)) }
            request.after = page.next
        } while request.after != nil
    }

    static func line(_ row: ExportPage.Row) -> String {
        [row.openID, row.variant, row.place, row.reason, row.started, String(row.messages)].map(ReportCSV.cell)
            .joined(separator: ",")
    }
}
