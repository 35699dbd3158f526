import Answers
import ArgumentParser
import CampaignFiles
import CampaignModel
import Foundation
import Ports
import Words

struct AudienceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audience",
        abstract: "What is known of single people beside their consent.",
        subcommands: [AudienceImportCommand.self])
}

struct AudienceImportCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take people's zones, do-not-disturb hours, mutual follows, stock and shown cards from a list.",
        discussion: """
            Columns beside open_id, all optional; an empty cell changes nothing:
              zone            Asia/Urumqi: their wall can only narrow when they are written to
              dnd             22:30-09:00 on their own wall, or none
              mutual_follow   yes or no: images go to mutual followers only
              stock           sends that are left, where rules.stock is counted
              cards_shown, cards_refused, day
                              authorisation cards that the mini-program showed, and those turned down, on that day

            Example:
              curfew audience import people.csv --account flagship --token-file ~/.curfew-token

            Being in a list is no consent.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions
    @Option(help: "The account that follows, sends and shows.")
    var account: String
    @Argument(help: ArgumentHelp("A list: .xlsx, .csv or .jsonl.", valueName: "file"))
    var file: String

    func perform(in environment: ClientEnvironment) throws {
        let person = try environment.identity(identity)
        let desk = try environment.acting()
        let (rows, reading) = try Self.rows(of: file)
        if reading.badRows > 0 {
            environment.warn(
                Catalogue.Account.badRows(reading.badRows, line: reading.bad.first?.line ?? 0)
                    .text(in: environment.language))
        }
        var receipt = PeopleReceipt(rows: 0, changed: 0)
        for start in stride(from: 0, to: rows.count, by: PeopleRequest.rowsMax) {
            let batch = Array(rows[start..<min(start + PeopleRequest.rowsMax, rows.count)])
            let part = try desk.learn(PeopleRequest(account: account, rows: batch), as: person)
            receipt.rows += part.rows
            receipt.changed += part.changed
        }
        try show(receipt, in: environment) {
            $0.word(Catalogue.Account.learned(receipt.rows, changed: receipt.changed))
        }
    }

    static func rows(of path: String) throws -> ([PeopleDemand.Row], AudienceReading) {
        guard let format = AudienceFormat(fileName: (path as NSString).lastPathComponent),
            let handle = FileHandle(forReadingAtPath: path)
        else { throw DeskRefusal(.invalid, code: "no_list", Catalogue.Account.noList(path)) }
        defer { handle.closeFile() }
        var rows: [PeopleDemand.Row] = []
        do {
            let reading = try AudienceReader(format: format).read(
                DescriptorBytes(descriptor: handle.fileDescriptor)
            ) { row in
                rows.append(try Self.row(row))
            }
            return (rows, reading)
        } catch let fault as AudienceFault {
            throw DeskRefusal(.invalid, code: fault.code, fault.message)
        }
    }

    private static func row(_ row: borrowing AudienceRow) throws -> PeopleDemand.Row {
        var known = PeopleDemand.Row(openID: row.openIDText)
        known.zone = cell("zone", of: row)
        known.dnd = cell("dnd", of: row)
        known.mutualFollow = try cell("mutual_follow", of: row).map { try yes($0, "mutual_follow") }
        known.stock = try cell("stock", of: row).map { try number($0, "stock") }
        known.cardsShown = try cell("cards_shown", of: row).map { try number($0, "cards_shown") }
        known.cardsRefused = try cell("cards_refused", of: row).map { try number($0, "cards_refused") }
        known.day = cell("day", of: row)
        return known
    }

    /// nil where the list lacks the column or the cell is empty.
    private static func cell(_ column: String, of row: borrowing AudienceRow) -> String? {
        guard let index = row.index(of: column), let text = row.text(index), !text.isEmpty else { return nil }
        return text
    }

    private static func yes(_ text: String, _ column: String) throws -> Bool {
        switch text.lowercased() {
        case "yes", "true", "1", "是": true
        case "no", "false", "0", "否": false
        default: throw DeskRefusal(.invalid, code: "bad_value", Catalogue.Account.badValue(column, text))
        }
    }

    private static func number(_ text: String, _ column: String) throws -> Int {
        guard let number = Int(text) else {
            throw DeskRefusal(.invalid, code: "bad_value", Catalogue.Account.badValue(column, text))
        }
        return number
    }
}
