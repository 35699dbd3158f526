import Answers
import ArgumentParser
import CampaignModel
import Ports
import Words

struct AccountShowCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Everything about one account: how it stands, its qualifications, and who did what to it.",
        discussion: """
            Example:
              curfew account show flagship

            Reads the ledger itself when no daemon answers, and says so.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @Argument(help: "The account's name.")
    var account: String

    func perform(in environment: ClientEnvironment) throws {
        let sheet = try environment.reading().account(account)
        try show(sheet, in: environment) { $0.render(account: sheet) }
    }
}

/// What every command that records something about an account takes.
struct TendingOptions: ParsableArguments {
    @OptionGroup var identity: IdentityOptions
    @Option(help: "Why, in your own words; stands in the account's history.")
    var note = ""
    @Argument(help: "The account's name.")
    var account: String
}

/// A command that records something about an account.
protocol TendingCommand: ClientCommand {
    var options: TendingOptions { get }
    var act: AccountRequest.Act { get }
    /// What is recorded, beside the account, the act and the note.
    func fill(_ request: inout AccountRequest)
}

extension TendingCommand {
    func fill(_ request: inout AccountRequest) {}

    func perform(in environment: ClientEnvironment) throws {
        var request = AccountRequest(account: options.account, act: act, note: options.note)
        fill(&request)
        let sheet = try environment.acting().tend(request, as: environment.identity(options.identity))
        try show(sheet, in: environment) { $0.render(account: sheet) }
    }
}

struct AccountFreezeCommand: TendingCommand {
    static let configuration = CommandConfiguration(
        commandName: "freeze",
        abstract: "Stop every send of an account until an appeal is recorded.",
        discussion: """
            Example:
              curfew account freeze flagship --note "the workbench shows a restriction" --token-file ~/.curfew-token

            Three reports and a violation on record freeze an account by themselves.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var options: TendingOptions

    var act: AccountRequest.Act { .freeze }
}

struct AccountAppealCommand: TendingCommand {
    static let configuration = CommandConfiguration(
        commandName: "appeal",
        abstract: "Record an appeal that was granted: the account may send again.",
        discussion: """
            Example:
              curfew account appeal flagship --note "ticket 4711, granted by the platform" --token-file ~/.curfew-token

            Spends the reports and violations that led to the freeze. A banned account stays banned.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var options: TendingOptions

    var act: AccountRequest.Act { .appeal }
}

struct AccountQualifyCommand: TendingCommand {
    static let configuration = CommandConfiguration(
        commandName: "qualify",
        abstract: "Put a qualification on file; while it is valid it lifts the daily batch cap to its own number.",
        discussion: """
            Example:
              curfew account qualify flagship --id q-2026-002 --document sha256:9f2c --from 2026-11-01 --to 2027-11-01 \
            --messages 15000 --token-file ~/.curfew-token
              curfew account qualify flagship --id q-2026-002 --withdraw --token-file ~/.curfew-token

            It never lifts the cap on users, and never that of a personal account. Of several the largest counts.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var options: TendingOptions
    @Option(help: "Its number.")
    var id: String
    @Option(help: "A digest of the document that proves it.")
    var document: String?
    @Option(help: ArgumentHelp("First moment, on Shanghai's wall.", valueName: "moment"))
    var from: String?
    @Option(help: ArgumentHelp("End, exclusive.", valueName: "moment"))
    var to: String?
    @Option(help: "Messages a day.")
    var messages: Int?
    @Flag(help: "Take the record off the file.")
    var withdraw = false

    func validate() throws {
        let others = [
            document.map { _ in "--document" }, from.map { _ in "--from" }, to.map { _ in "--to" },
            messages.map { _ in "--messages" },
        ]
        .compactMap { $0 }
        if withdraw, !others.isEmpty { throw ValidationError(Catalogue.Usage.notWith(others, "--withdraw")) }
    }

    var act: AccountRequest.Act { withdraw ? .disqualify : .qualify }

    func fill(_ request: inout AccountRequest) {
        request.id = id
        request.document = document
        request.validFrom = from
        request.validTo = to
        request.messagesPerDay = messages
    }
}

struct AccountCreditCommand: TendingCommand {
    static let configuration = CommandConfiguration(
        commandName: "credit",
        abstract: "Record the credit score of the account's mini-program; below 80 its marketing stops.",
        discussion: """
            Example:
              curfew account credit flagship 85 --token-file ~/.curfew-token

            The score is the app's: it counts for all of its accounts.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var options: TendingOptions
    @Argument(help: "0 to 100, as the platform's workbench shows it.")
    var score: Int

    var act: AccountRequest.Act { .credit }

    func fill(_ request: inout AccountRequest) {
        request.score = score
    }
}

struct AccountReportCommand: TendingCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Record that people have reported the account; the platform sends no event of it.",
        discussion: """
            Example:
              curfew account report flagship --count 2 --note "workbench, 20 November" --token-file ~/.curfew-token
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var options: TendingOptions
    @Option(help: "How many.")
    var count = 1

    var act: AccountRequest.Act { .report }

    func fill(_ request: inout AccountRequest) {
        request.count = count
    }
}

struct AccountViolationCommand: TendingCommand {
    static let configuration = CommandConfiguration(
        commandName: "violation",
        abstract: "Record that the platform found a content violation.",
        discussion: """
            Example:
              curfew account violation flagship --note "notice of 20 November" --token-file ~/.curfew-token
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var options: TendingOptions

    var act: AccountRequest.Act { .violation }
}

struct AccountBindCommand: TendingCommand {
    static let configuration = CommandConfiguration(
        commandName: "bind",
        abstract: "Say whether the account is bound to the mini-program with the permission to send.",
        discussion: """
            Example:
              curfew account bind flagship --token-file ~/.curfew-token
              curfew account bind flagship --undo --note "permission withdrawn" --token-file ~/.curfew-token
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var options: TendingOptions
    @Flag(help: "It is not, or no longer.")
    var undo = false

    var act: AccountRequest.Act { undo ? .unbind : .bind }
}

struct AccountBanCommand: TendingCommand {
    static let configuration = CommandConfiguration(
        commandName: "ban",
        abstract: "Record that the platform has banned the account for good. No command undoes this.",
        discussion: """
            Example:
              curfew account ban flagship --for-good --note "notice of 20 November" --token-file ~/.curfew-token
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var options: TendingOptions
    @Flag(help: "You know that this cannot be undone.")
    var forGood = false

    func validate() throws {
        if !forGood { throw ValidationError(Catalogue.Usage.forGood) }
    }

    var act: AccountRequest.Act { .ban }
}

struct AccountTemplateCommand: TendingCommand {
    static let configuration = CommandConfiguration(
        commandName: "template",
        abstract: "Record whether the platform has approved a card template of the account's mini-program.",
        discussion: """
            Example:
              curfew account template flagship card-001 --token-file ~/.curfew-token
              curfew account template flagship card-002 --refused --token-file ~/.curfew-token

            From the first template on record, a campaign with one that is not approved is refused.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var options: TendingOptions
    @Argument(help: "The template's id.")
    var template: String
    @Flag(help: "It is not approved, or no longer.")
    var refused = false

    var act: AccountRequest.Act { refused ? .refuseTemplate : .approveTemplate }

    func fill(_ request: inout AccountRequest) {
        request.id = template
    }
}
