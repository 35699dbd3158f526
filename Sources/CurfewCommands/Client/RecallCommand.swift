import Answers
import ArgumentParser
import Ports

struct RecallCommand: ActCommand {
    static let configuration = CommandConfiguration(
        commandName: "recall",
        abstract: "Take back what a run has delivered, as far as the platform still lets us.",
        discussion: """
            Example:
              curfew recall double-eleven-warmup@20261120-2000 --token-file ~/.curfew-token
              curfew report double-eleven-warmup@20261120-2000

            What is not sent yet is paused. The platform decides message by message; the report counts what it took back
            and what it refused. Nobody's quota returns: the people were written to. Asking again asks once more for what
            was refused.
            \(ClientExit.help)
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "The run's name, or its campaign's id.")
    var run: String

    var request: ActRequest { ActRequest(act: .recall, run: run) }
}
