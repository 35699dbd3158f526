import ArgumentParser
import CampaignModel
import Glibc

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
        var command: any ParsableCommand
        do { command = try parseAsRoot() } catch { end(with: error) }
        do {
            if var waiting = command as? any AsyncParsableCommand { try await waiting.run() } else { try command.run() }
        } catch {
            guard !(error is ExitCode || error is CleanExit || error is ValidationError) else { end(with: error) }
            let trouble = Trouble(error)
            Standard.complain("curfew: \(trouble.sentence.text(in: Standard.language))")
            Glibc.exit(trouble.code)
        }
    }

    private static func end(with error: any Error) -> Never {
        guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
        Standard.complain(fullMessage(for: error))
        Glibc.exit(ExitCodes.usage)
    }
}

enum Version {
    /// The zone data is Foundation's own and not the system's, so it is said here.
    static let text = "curfew 0.1.0"
}
