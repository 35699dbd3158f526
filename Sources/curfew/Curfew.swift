import ArgumentParser
import CampaignModel

/// The one executable. Every command is a file of its own; this one only lists them.
@main
struct Curfew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "curfew",
        abstract: "Timed, batch private messages for Douyin operator accounts. Never rings at night.",
        discussion: """
            Marketers drop campaign files into a folder; the daemon checks them, waits for approval, plans, splits and \
            delivers them under the platform's rules, and explains every decision.

            Try it:  curfew demo
            What it was built of:  curfew --version --all
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(name: "The service", subcommands: [Serve.self, Demo.self, Config.self]),
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
                    EventsCommand.self, PeopleCommand.self,
                ]),
            CommandGroup(
                name: "Looking after the ledger",
                subcommands: [
                    DoctorCommand.self, BackupCommand.self, RestoreCommand.self, EraseCommand.self, AuditCommand.self,
                ]),
            CommandGroup(
                name: "Rehearsing and measuring",
                subcommands: [SandboxCommand.self, Simulate.self, Bench.self, Faults.self]),
        ])

    static func main() async {
        Standard.prepare()
        ClientEnvironment.make = ClientComposition.environment
        await runAndExit()
    }

    /// The parser's own exit code for wrong usage is 64; scripts are promised 2. What ends a command otherwise is told in
    /// words, whatever it was.
    private static func runAndExit() async {
        let language = HelpLanguage.chosen
        let arguments = HelpLanguage.arranged(Array(CommandLine.arguments.dropFirst()))
        // Safe because whatever cannot be said of the parts is said by the parser, as of any command.
        if let built = try? BuiltIn.answer(arguments, in: language) {
            Standard.say(built)
            return
        }
        var command: any ParsableCommand
        do { command = try parseAsRoot(arguments) } catch { Ending(parsing: error, in: language).take() }
        do {
            if var waiting = command as? any AsyncParsableCommand { try await waiting.run() } else { try command.run() }
        } catch { Ending(running: error, in: language).take() }
    }
}

enum Version {
    static let number = "0.1.0"
    static let text = "curfew \(number)"
}
