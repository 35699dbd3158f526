import Answers
import ArgumentParser
import CampaignModel
import Ports
import Words

struct ApproveCommand: ActCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Let a reviewed run be sent. Never by its author.",
        discussion: """
            Example:
              curfew approve double-eleven-warmup@20261120-2000 --token-file ~/.curfew-token --digest 9f2c…

            With --digest, only what that digest stands for is approved; the report shows it. Sensitive words, links
            and large audiences need a second person: the run stays in review until both have approved.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "The run's name, or its campaign's id.")
    var run: String
    @Option(help: "The digest that you saw.")
    var digest: String?

    var request: ActRequest { ActRequest(act: .approve, run: run, digest: digest) }
}

struct RejectCommand: ActCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject",
        abstract: "Refuse a run that waits for approval. It ends there.",
        discussion: """
            Example:
              curfew reject double-eleven-warmup@20261120-2000 --token-file ~/.curfew-token --note "wrong price"

            The note stands in the report beside the file, for its author.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "The run's name, or its campaign's id.")
    var run: String
    @Option(help: "What its author should know.")
    var note: String?

    var request: ActRequest {
        var request = ActRequest(act: .reject, run: run)
        request.note = note
        return request
    }
}

struct PauseCommand: ActCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Hold a run until somebody resumes it. What is on the wire still ends.",
        discussion: """
            Example:
              curfew pause double-eleven-warmup --token-file ~/.curfew-token
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "The run's name, or its campaign's id.")
    var run: String

    var request: ActRequest { ActRequest(act: .pause, run: run) }
}

struct ResumeCommand: ActCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a paused run go on.",
        discussion: """
            Example:
              curfew resume double-eleven-warmup --token-file ~/.curfew-token
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "The run's name, or its campaign's id.")
    var run: String

    var request: ActRequest { ActRequest(act: .resume, run: run) }
}

struct CancelCommand: ActCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End a run for good. Whoever has not been written to is not written to.",
        discussion: """
            Example:
              curfew cancel double-eleven-warmup@20261120-2000 --token-file ~/.curfew-token

            A run's name ends that one occurrence, and a repeated campaign goes on with its next; a campaign's id ends
            the whole campaign. There is no undo; pause holds a run for a while.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "The run's name, or its campaign's id.")
    var run: String

    var request: ActRequest { ActRequest(act: .cancel, run: run) }
}

struct StopCommand: ActCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stop all sending at once, and keep it stopped over a restart.",
        discussion: """
            Example:
              curfew stop --all --token-file ~/.curfew-token

            Says how many requests were on the wire. `curfew go` starts again; `curfew pause RUN` holds a single run.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions
    @Flag(help: "Everything. Asked for, so that nobody stops the house by a slip.")
    var all = false

    func validate() throws {
        if !all { throw ValidationError(Catalogue.Usage.stopAll) }
    }

    var request: ActRequest { ActRequest(act: .stopAll) }
}

struct GoCommand: ActCommand {
    static let configuration = CommandConfiguration(
        commandName: "go",
        abstract: "Let sending begin again after `stop --all`.",
        discussion: """
            Example:
              curfew go --token-file ~/.curfew-token
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions

    var request: ActRequest { ActRequest(act: .go) }
}

struct ResolveCommand: ActCommand {
    enum Fate: String, ExpressibleByArgument, CaseIterable {
        case accepted
        case notSent = "not-sent"
    }

    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Say what became of an unknown attempt, after you have looked.",
        discussion: """
            Example:
              curfew resolve double-eleven-warmup --user _000abc --as accepted --token-file ~/.curfew-token

            `not-sent` gives the person's day and the quota back, so be sure: a wrong word can mean a second message.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: ResolverOptions
    @Argument(help: "The run's name, or its campaign's id.")
    var run: String
    @Option(help: ArgumentHelp("The person's open_id.", valueName: "open_id"))
    var user: String
    @Option(name: .customLong("as"), help: "What became of it: accepted or not-sent.")
    var fate: Fate

    var request: ActRequest {
        ActRequest(act: fate == .accepted ? .resolveAccepted : .resolveNotSent, run: run, openID: user)
    }
}

struct DenyCommand: ActCommand {
    static let configuration = CommandConfiguration(
        commandName: "deny",
        abstract: "Never write to a person again, from now on.",
        discussion: """
            Example:
              curfew deny --user _000abc --token-file ~/.curfew-token
              curfew deny --user _000abc --undo --token-file ~/.curfew-token

            Holds for every account unless --account names one, and for messages that have not left yet.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions
    @Option(help: ArgumentHelp("The person's open_id.", valueName: "open_id"))
    var user: String
    @Option(help: "Only for this account.")
    var account: String?
    @Flag(help: "Take the person off the list again.")
    var undo = false

    var request: ActRequest { ActRequest(act: undo ? .undeny : .deny, openID: user, account: account) }
}
