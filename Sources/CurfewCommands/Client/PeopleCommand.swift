import ArgumentParser
import CampaignModel
import Foundation
import HostSystem
import Words

struct PeopleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "people", abstract: "What proves the people who act.", subcommands: [PeopleTokenCommand.self])
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
