import Answers
import ArgumentParser
import Ports

struct AccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Tend the sending accounts.",
        subcommands: [
            AccountListCommand.self, AccountShowCommand.self, AccountReleaseCommand.self, AccountFreezeCommand.self,
            AccountAppealCommand.self, AccountQualifyCommand.self, AccountCreditCommand.self,
            AccountReportCommand.self, AccountViolationCommand.self, AccountBindCommand.self,
            AccountBanCommand.self, AccountTemplateCommand.self,
        ])
}

struct AccountListCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The accounts, whether they may send, and what of the day is used.",
        discussion: """
            Example:
              curfew account list
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions

    func perform(in environment: ClientEnvironment) throws {
        var status = try environment.reading().status()
        status.runs = []
        try show(status.lanes, in: environment) { $0.render(status: status) }
    }
}

struct AccountReleaseCommand: ActCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Open an account that the platform closed, once the cause is dealt with.",
        discussion: """
            Some answers of the platform stop an account until somebody has acted: a missing permission, a policy in its \
            workbench, a refused token. This says that somebody has. A banned account stays closed.

            Example:
              curfew account release flagship --token-file ~/.curfew-token
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "The account's name.")
    var account: String

    var request: ActRequest { ActRequest(act: .release, account: account) }
}
