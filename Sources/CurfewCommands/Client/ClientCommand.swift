import Answers
import ArgumentParser
import CampaignModel
import Ports

/// What commands answer to the shell.
enum ClientExit {
    static let refused: Int32 = 1
    static let usage: Int32 = 2
    static let noDaemon: Int32 = 3
    /// What was asked about is gone because of its age: neither a failure nor a zero.
    static let erased: Int32 = 4

    /// For the end of every command's help.
    static let help = "Exit codes: 0 done, 1 refused, not found or not answered, 2 wrong usage, 3 no daemon answers."
    /// Of commands that ask about single people.
    static let helpWithAge =
        "Exit codes: 0 done, 1 refused, not found or not answered, 2 wrong usage, 3 no daemon answers, "
        + "4 erased by age."

    /// The parser's own code for wrong usage is 64; scripts are promised 2.
    static func status(of error: any Error, in command: any ParsableCommand.Type) -> Int32 {
        let code = command.exitCode(for: error)
        return code == .validationFailure ? usage : code.rawValue
    }
}

/// A command that speaks to the daemon. It says what it wants; how refusals are printed and what the shell is told is
/// the same for all.
protocol ClientCommand: ParsableCommand {
    var client: ClientOptions { get }
    func perform(in environment: ClientEnvironment) throws
}

extension ClientCommand {
    func run() throws {
        let environment = try ClientEnvironment.make(client)
        do {
            try perform(in: environment)
        } catch let refusal as DeskRefusal {
            environment.warn("\(refusal.sentence.text(in: environment.language)) [\(refusal.code)]")
            throw ExitCode(refusal.code == DeskRefusal.erasedByAge ? ClientExit.erased : ClientExit.refused)
        } catch let failure as ClientFailure {
            environment.warn(failure.sentence.text(in: environment.language))
            if case .noDaemon = failure { throw ExitCode(ClientExit.noDaemon) }
            throw ExitCode(ClientExit.refused)
        } catch let error as LedgerError {
            environment.warn(Trouble(error).sentence.text(in: environment.language))
            throw ExitCode(ClientExit.refused)
        }
    }

    /// JSON when asked for, else the text.
    func show(_ answer: some Encodable, in environment: ClientEnvironment, text: (Printer) -> String) throws {
        environment.print(client.json ? try Printer.json(answer) : text(environment.printer))
    }

}

/// A command that is one act of a person: it says what is asked for, and the rest stands here once.
protocol ActCommand: ClientCommand {
    associatedtype Proof: IdentityProof
    var identity: Proof { get }
    var request: ActRequest { get }
}

extension ActCommand {
    func perform(in environment: ClientEnvironment) throws {
        let receipt = try environment.acting().act(request, as: environment.identity(identity))
        try show(receipt, in: environment) { $0.render(receipt: receipt) }
    }
}
