import Answers
import ArgumentParser
import CampaignModel
import Ports
import Words

struct StatusCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How the lanes and the living runs stand, and how many attempts are unknown.",
        discussion: """
            Example:
              curfew status
              curfew status --unknown     lists the attempts that somebody should settle
              curfew status --live        fails unless the daemon itself answers: for containers and monitors

            Reads the ledger itself when no daemon answers, and says so.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @Flag(help: "List the unknown attempts instead.")
    var unknown = false
    @Flag(help: "Only what the daemon itself answers; without one it ends with 3.")
    var live = false

    func perform(in environment: ClientEnvironment) throws {
        let desk: any ReadingDesk = live ? try environment.acting() : try environment.reading()
        if unknown {
            let attempts = try desk.unknowns()
            try show(attempts, in: environment) { $0.render(unknowns: attempts) }
        } else {
            let status = try desk.status()
            try show(status, in: environment) { $0.render(status: status) }
        }
    }
}

struct RunsCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "The runs with their sums.",
        discussion: """
            Example:
              curfew runs --ended

            Reads the ledger itself when no daemon answers, and says so.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @Flag(help: "Those that are over as well.")
    var ended = false

    func perform(in environment: ClientEnvironment) throws {
        let runs = try environment.reading().runs(includingEnded: ended)
        try show(runs, in: environment) { $0.render(runs: runs) }
    }
}

struct ReportCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "What has become of everybody in a run.",
        discussion: """
            Example:
              curfew report double-eleven-warmup
              curfew report double-eleven-warmup@20261120-2000 --csv > report.csv

            A campaign's id stands for its run; of a campaign with several occurrences, for all of them and each.
            Reads the ledger itself when no daemon answers, and says so.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @Argument(help: "The run's name, or its campaign's id.")
    var run: String
    @Flag(help: "Print one figure a line as comma-separated values.")
    var csv = false

    func validate() throws {
        if csv && client.json { throw ValidationError(Catalogue.Usage.oneOf(["--json", "--csv"])) }
    }

    func perform(in environment: ClientEnvironment) throws {
        let desk = try environment.reading()
        let report = try desk.report(run: run)
        if csv {
            try Self.checkExport(of: report, desk)
            environment.print(ReportCSV.render(report))
        } else {
            try show(report, in: environment) { $0.render(report: report) }
        }
    }
}

extension ReportCommand {
    /// Rule 25: a desk that keeps no account files has none that could be personal.
    private static func checkExport(of report: RunReport, _ desk: any ReadingDesk) throws {
        let account = report.summary.account
        do {
            guard try desk.account(account).kind == AccountKind.personal.rawValue else { return }
        } catch let refusal as DeskRefusal where refusal.code == "not_kept" { return }
        throw DeskRefusal(.forbidden, code: "export_not_allowed", Catalogue.Account.exportNotAllowed(account))
    }
}

struct ExplainCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Why one person has, has not, or has not yet been written to.",
        discussion: """
            Example:
              curfew explain --run double-eleven-warmup --user _000abc
              curfew explain --run double-eleven-warmup --user _000abc --at "2026-11-20 21:59"
              curfew explain --user _000abc --event last

            With --event: which campaigns listened to what the person did, and why there was a message or none.
            Every rule is asked, not only the first that refuses.
            Reads the ledger itself when no daemon answers, and says so.
            \(ClientExit.helpWithAge)
            """)

    @OptionGroup var client: ClientOptions
    @Option(help: "The run's name, or its campaign's id.")
    var run: String?
    @Option(help: ArgumentHelp("The person's open_id.", valueName: "open_id"))
    var user: String
    @Option(help: ArgumentHelp("The platform's message id of an event, its number, or `last`.", valueName: "event"))
    var event: String?
    @Option(help: ArgumentHelp("A moment on Shanghai's wall, or ISO 8601; else now.", valueName: "moment"))
    var at: String?

    func validate() throws {
        if run == nil, event == nil { throw ValidationError(Catalogue.Triggers.runOrEvent) }
        if let at, Self.moment(at) == nil {
            throw ValidationError(Catalogue.Usage.moment("--at", at))
        }
    }

    func perform(in environment: ClientEnvironment) throws {
        let question = ExplainQuestion(
            run: run ?? "", openID: user, at: at.flatMap(Self.moment)?.iso8601, event: event,
            language: environment.language)
        let explanation = try environment.reading().explain(question)
        try show(explanation, in: environment) { $0.render(explanation: explanation) }
    }

    private static func moment(_ text: String) -> Moment? { Moment(iso8601: text, defaultZone: .shanghai) }
}
