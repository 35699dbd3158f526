import Answers
import ArgumentParser
import CampaignModel
import Ports
import Words

struct EraseCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Remove a person from everything, for good.",
        discussion: """
            Example:
              curfew erase --user _000abc --again _000abc --token-file ~/.curfew-token

            The person's id is replaced by a keyed digest everywhere, their fields are emptied, lists and reports in the \
            drop folder are rewritten. The digest stays denied, so that a later list cannot bring the person back. Sums \
            and figures stay as they are. There is no undo: the id is given a second time, or typed when it is asked for. Only \
            somebody who stands in a list, an event or an authorisation can be erased, and no name of an account, app, \
            campaign, run or person of the house.
            Exit codes: 0 erased, 1 refused, not finished, or files that are yours still hold the id, 2 wrong usage, 3 no \
            daemon answers.
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions
    @Option(help: ArgumentHelp("The person's open_id.", valueName: "open_id"))
    var user: String
    @Option(
        help: ArgumentHelp("The same open_id once more; without it you are asked to type it.", valueName: "open_id"))
    var again: String?

    func perform(in environment: ClientEnvironment) throws {
        let again = self.again ?? environment.ask(Catalogue.Erasure.typeAgain.text(in: environment.language))
        let proof = try environment.identity(identity)
        var request = ActRequest(act: .erase, openID: user)
        request.again = again
        let receipt = try environment.acting().act(request, as: proof)
        let left = receipt.left ?? []
        try show(receipt, in: environment) {
            $0.word(Catalogue.Erasure.done(rewritten: receipt.rewritten ?? [], left: left))
        }
        if !left.isEmpty { throw ExitCode(ClientExit.refused) }
    }
}
