import Answers
import ArgumentParser
import CampaignFiles
import CampaignModel
import Foundation
import Ports
import Words

struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "What people did: orders, consultations, clicks, reports, opt-outs.",
        subcommands: [EventsImportCommand.self])
}

struct EventsImportCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take in a file of events: CSV, or one JSON object a line.",
        discussion: """
            Example:
              curfew events import orders.csv --token-file ~/.curfew-token

            Columns: open_id, kind, at, and as wanted account, app, amount (yuan), id, order. Kinds: entered, clicked, \
            replied, consulted, ordered, corrected, refunded, reported, opted_out, answered. A JSON line may hold a \
            callback of the platform instead: {"signature": …, "body": …}. Importing a file twice changes nothing; bad \
            lines are named and left out.
            \(ClientExit.help)
            """)

    /// Lines of one request.
    private static let badShown = 100

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "The file. Its name ends in .csv, .tsv, .txt, .xlsx, .jsonl or .ndjson.")
    var file: String

    func perform(in environment: ClientEnvironment) throws {
        guard let content = FileManager.default.contents(atPath: file) else {
            throw ValidationError(Catalogue.Usage.cannotRead(file, String(cString: strerror(errno))))
        }
        guard content.count <= EventFile.bytesMax else {
            throw ValidationError(Catalogue.Usage.tooLong(file, mebibytes: EventFile.bytesMax >> 20))
        }
        let read: EventFile
        do { read = try EventFile(Array(content), named: file) } catch let fault as AudienceFault {
            environment.warn("\(file): \(fault.message.text(in: environment.language)) [\(fault.code)]")
            throw ExitCode(ClientExit.refused)
        }
        let identity = try environment.identity(identity)
        let desk = try environment.acting()
        var receipt = EventsReceipt()
        receipt.bad = read.bad
        var (events, callbacks) = (read.events[...], read.callbacks[...])
        while !events.isEmpty || !callbacks.isEmpty {
            let request = EventsRequest(
                events: Array(events.prefix(EventsRequest.eventsMax)),
                callbacks: Array(callbacks.prefix(EventsRequest.callbacksMax)))
            receipt = receipt + (try desk.takeEvents(request, as: identity))
            events = events.dropFirst(EventsRequest.eventsMax)
            callbacks = callbacks.dropFirst(EventsRequest.callbacksMax)
        }
        receipt.bad.sort { $0.line < $1.line }
        try show(receipt, in: environment) { _ in text(of: receipt, in: environment.language) }
        if !receipt.bad.isEmpty { throw ExitCode(ClientExit.refused) }
    }

    private func text(of receipt: EventsReceipt, in language: Language) -> String {
        let summary = Catalogue.eventsTaken(
            receipt.taken, repeated: receipt.repeated, strangers: receipt.strangers, bad: receipt.bad.count)
        let bad = receipt.bad.prefix(Self.badShown).map {
            "\(file):\($0.line): \(Catalogue.badEventLine($0.reason).text(in: language)) [\($0.reason.rawValue)]"
        }
        return ([summary.text(in: language)] + bad).joined(separator: "\n")
    }
}
