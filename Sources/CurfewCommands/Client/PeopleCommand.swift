import Answers
import ArgumentParser
import CampaignModel
import Foundation
import HostSystem
import Words

struct PeopleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "people", abstract: "What proves the people who act.",
        subcommands: [
            PeopleTokenCommand.self, PeopleListCommand.self, PeopleIssueCommand.self, PeopleEndCommand.self,
        ])
}

struct PeopleTokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make a token for a person: 256 bits, in a file of mode 0600.",
        discussion: """
            Example:
              curfew people token review --out review.token

            Says what to write into the configuration and into the unit. The token itself is never printed. Needs no daemon.
            Exit codes: 0 made, 1 not made, 2 wrong usage.
            """)

    @Argument(help: "The person's name, as it stands under people in the configuration.")
    var name: String
    @Option(help: ArgumentHelp("The file to write; without it NAME.token here. It must not exist.", valueName: "file"))
    var out: String?
    @Option(help: ArgumentHelp("zh or en; else LANG.", valueName: "language"))
    var lang: Language?

    func run() throws {
        let language = ClientLanguage.choose(
            asked: lang, configured: nil, environment: ProcessInfo.processInfo.environment)
        func refuse(_ sentence: Sentence) -> ExitCode {
            Standard.complain(sentence.text(in: language))
            return ExitCode(ExitCodes.problems)
        }
        guard SecretSource("credential:\(name)") != nil else { throw refuse(Catalogue.Secrets.badName(name)) }
        let path = out ?? "\(name).token"
        do { try TokenFile.write(TokenFile.make(), to: path) } catch {
            throw refuse(
                error.errno == EEXIST
                    ? Catalogue.Secrets.exists(path)
                    : Catalogue.Secrets.notWritten(path, String(cString: strerror(error.errno))))
        }
        let whole = URL(fileURLWithPath: path).path
        Standard.say(Catalogue.Secrets.tokenMade(person: name, path: whole).text(in: language))
    }
}

struct PeopleListCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The people, their roles, and the tokens that prove them.",
        discussion: """
            Example:
              curfew people list --token-file ~/.curfew-token
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions

    func perform(in environment: ClientEnvironment) throws {
        let holders = try environment.acting().tokens(
            as: environment.identity(identity))
        try show(holders, in: environment) { $0.render(holders: holders) }
    }
}

struct PeopleIssueCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Make a token that the running daemon knows at once; what the person had before ends.",
        discussion: """
            Example:
              curfew people issue wang --days 90 --out wang.token --token-file ~/.curfew-token

            The token is in the file alone, of mode 0600. The person's other tokens and logins end at once, the \
            configuration's too, or after the hours of --overlap: for a machine that has to learn the new one first.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "The person's name, as it stands under people in the configuration.")
    var name: String
    @Option(help: ArgumentHelp("How many days the token holds, 730 at most; without it 180.", valueName: "days"))
    var days: Int?
    @Option(help: ArgumentHelp("How many hours the old ones still hold, 168 at most.", valueName: "hours"))
    var overlap: Int?
    @Option(help: ArgumentHelp("The file to write; without it NAME.token here. It must not exist.", valueName: "file"))
    var out: String?

    func validate() throws {
        if out == nil, SecretSource("credential:\(name)") == nil {
            throw ValidationError(Catalogue.Secrets.badName(name))
        }
    }

    func perform(in environment: ClientEnvironment) throws {
        let (desk, path) = (try environment.acting(), out ?? "\(name).token")
        let proof = try environment.identity(identity)
        var receipt: TokenReceipt?
        do {
            try TokenFile.write(to: path) {
                let made = try desk.tend(
                    TokenRequest(act: .issue, person: name, days: days, overlapHours: overlap), as: proof)
                receipt = made
                return made.token ?? ""
            }
        } catch let error as SealFileError {
            environment.warn(
                (error.errno == EEXIST
                    ? Catalogue.Secrets.exists(path)
                    : Catalogue.Secrets.notWritten(path, String(cString: strerror(error.errno)))).text(
                        in: environment.language))
            throw ExitCode(ClientExit.refused)
        }
        guard var done = receipt else { return }
        done.token = nil
        try show(done, in: environment) { printer in
            printer.joined([
                printer.word(Catalogue.Tokens.written(path)),
                printer.word(
                    Catalogue.Tokens.issued(
                        name, expires: Printer.minute(done.expires), othersEnd: Printer.minute(done.othersEnd))),
            ])
        }
    }
}

struct PeopleEndCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "End a person's tokens and logins at once.",
        discussion: """
            Example:
              curfew people end wang --token-file ~/.curfew-token

            Without --token all of them, the configuration's too. The last operator's token cannot be ended.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "The person's name, as it stands under people in the configuration.")
    var name: String
    @Option(help: ArgumentHelp("Only this one, by its number in the list.", valueName: "number"))
    var token: Int64?

    func perform(in environment: ClientEnvironment) throws {
        let receipt = try environment.acting().tend(
            TokenRequest(act: .end, person: name, token: token),
            as: environment.identity(identity))
        try show(receipt, in: environment) { $0.word(Catalogue.Tokens.ended(name, receipt.ended ?? 0)) }
    }
}

extension Printer {
    static func minute(_ text: String?) -> String { text.flatMap { Moment(iso8601: $0) }?.minuteText() ?? "" }

    func render(holders: [TokenHolder]) -> String {
        joined(
            holders.flatMap { holder in
                let lines = holder.tokens.map { token in
                    let text = word(
                        Catalogue.Tokens.line(
                            id: token.id, made: token.made.map(Self.minute), by: token.madeBy,
                            expires: token.expires.map(Self.minute), ended: token.ended.map(Self.minute),
                            live: token.live))
                    return "  " + painted(text, token.live ? .good : .wait)
                }
                return [painted(holder.person, .bold) + " " + holder.roles.joined(separator: ", ")]
                    + (lines.isEmpty ? ["  " + word(Catalogue.Tokens.none)] : lines)
            })
    }
}
