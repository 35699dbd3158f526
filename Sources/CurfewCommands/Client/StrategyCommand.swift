import Answers
import ArgumentParser
import CampaignModel
import Ports
import Words

struct StrategyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "strategy",
        abstract: "Entry strategies: where in the mini-program people are asked for their authorisation.",
        subcommands: [StrategyListCommand.self, StrategySetCommand.self])
}

struct StrategyListCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The strategies of an account's mini-program.",
        discussion: """
            Example:
              curfew strategy list flagship
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @Argument(help: "Any account of the mini-program.")
    var account: String

    func perform(in environment: ClientEnvironment) throws {
        let strategies = try environment.reading().strategies(account: account)
        try show(strategies, in: environment) { $0.render(strategies: strategies) }
    }
}

struct StrategySetCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Enable, disable or remove a strategy; at most 20 are enabled at once.",
        discussion: """
            Example:
              curfew strategy set flagship --entry search --behaviour order --page pages/order/done \
            --token-file ~/.curfew-token
              curfew strategy set flagship --entry search --behaviour order --page pages/order/done --disable \
            --token-file ~/.curfew-token
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "Any account of the mini-program.")
    var account: String
    @Option(help: "How people come in.")
    var entry: String
    @Option(help: "What they do there.")
    var behaviour: String
    @Option(help: "The page on which they are asked.")
    var page: String
    @Flag(help: "Keep it, and do not use it.")
    var disable = false
    @Flag(help: "Forget it.")
    var remove = false

    func validate() throws {
        if disable && remove { throw ValidationError(Catalogue.Usage.oneOf(["--disable", "--remove"])) }
    }

    func perform(in environment: ClientEnvironment) throws {
        let strategies = try environment.acting().set(
            StrategyRequest(
                account: account, act: remove ? .remove : disable ? .disable : .enable, entry: entry,
                behaviour: behaviour, page: page),
            as: environment.identity(identity))
        try show(strategies, in: environment) { $0.render(strategies: strategies) }
    }
}
