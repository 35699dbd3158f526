import ArgumentParser
import CampaignModel

/// The program that is shipped. Every command is a file of its own; this one only lists them.
package struct CurfewCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "curfew",
        abstract: "Timed, batch private messages for Douyin operator accounts. Never rings at night.",
        discussion: """
            Marketers drop campaign files into a folder; the daemon checks them, waits for approval, plans, splits and \
            delivers them under the platform's rules, and explains every decision.

            Try it:  make demo
            What it was built of:  curfew --version --all
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(name: "The service", subcommands: [Serve.self, Config.self]),
            CommandGroup(
                name: "Before sending", subcommands: [Check.self, Preview.self, TestSend.self, Forecast.self]),
            CommandGroup(
                name: "What happens",
                subcommands: [
                    StatusCommand.self, RunsCommand.self, ReportCommand.self, ExplainCommand.self, StatsCommand.self,
                ]),
            CommandGroup(
                name: "What people do",
                subcommands: [
                    ApproveCommand.self, RejectCommand.self, PauseCommand.self, ResumeCommand.self,
                    CancelCommand.self, RecallCommand.self, StopCommand.self, GoCommand.self, ResolveCommand.self,
                    DenyCommand.self, AccountCommand.self, StrategyCommand.self, AudienceCommand.self,
                    ExportCommand.self,
                    EventsCommand.self, PeopleCommand.self, NotifyCommand.self,
                ]),
            CommandGroup(
                name: "Looking after the ledger",
                subcommands: [
                    DoctorCommand.self, BackupCommand.self, RestoreCommand.self, EraseCommand.self, AuditCommand.self,
                ]),
        ])

    package init() {}

    package static func main() async {
        Standard.prepare()
        Laboratory.takeOver(CommandLine.arguments)
        ClientEnvironment.make = ClientComposition.environment
        // Safe because whatever cannot be said of the parts is said by the parser, as of any command.
        if let built = try? BuiltIn.answer(
            HelpLanguage.arranged(Array(CommandLine.arguments.dropFirst())), in: HelpLanguage.chosen)
        {
            Standard.say(built)
            return
        }
        await CommandLineEntry.run(Self.self)
    }
}

enum Version {
    static let number = "0.1.0"
    static let text = "curfew \(number)"
}
