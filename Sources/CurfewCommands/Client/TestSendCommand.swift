import Answers
import ArgumentParser
import CampaignFiles
import CampaignModel
import Ports
import Words

struct TestSend: ClientCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sends a campaign that was dropped to one test person. It passes the gate and is counted.",
        discussion: """
            Example:  curfew test-send double-eleven-warmup --to _000… --token-file my.token

            Only to people who stand under test_people in the configuration, at most 20 a day and account; an author
            only their own campaigns. It goes at once when the rules allow, whatever the campaign's own hours are, and
            the command says what became of it. Who has had it is left out by the campaign (already_tested).
            \(ClientExit.help)
            """)
    @Argument(help: "The campaign's file, its id, or a run's name.") var campaign: String
    @Option(help: "The recipient's open_id.") var to: String
    @Option(help: "The variant; without it the first.") var variant: String?
    @Option(help: "So many seconds for an outcome.") var wait = 15
    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions

    private struct Answer: Encodable {
        var act: String
        var run: String?
        /// Of the test's one person: accepted, rejected, unknown, skipped, waiting, open or pending.
        var outcome: String
        var reason: String?
    }

    func validate() throws {
        if !(0...600).contains(wait) { throw ValidationError(Catalogue.Usage.range("--wait", 0...600)) }
    }

    func perform(in environment: ClientEnvironment) throws {
        let receipt = try environment.acting().testSend(
            TestSendRequest(run: try name(), openID: to, variant: variant),
            as: environment.identity(identity))
        let run = receipt.run ?? ""
        let answer = try outcome(of: run, receipt, in: environment)
        try show(answer, in: environment) { printer in printer.word(Self.sentence(answer, run)) }
        if !["accepted", "waiting", "open", "pending"].contains(answer.outcome) { throw ExitCode(ClientExit.refused) }
    }

    private func name() throws -> String {
        guard campaign.hasSuffix(".yaml") || campaign.hasSuffix(".yml") else { return campaign }
        let reading = try FileDesk(config: client.config, lang: client.lang).read(campaign)
        guard let id = reading.campaign?.id else {
            throw ValidationError(Catalogue.Usage.noCampaign(campaign))
        }
        return id
    }

    private static let look: Duration = .milliseconds(250)

    /// Asks until the one person has an end; what still waits then says for what.
    private func outcome(of run: String, _ receipt: ActReceipt, in environment: ClientEnvironment) throws -> Answer {
        var looks = wait * 4
        while true {
            let answer = Self.answer(receipt, try environment.acting().report(run: run).summary.sum)
            looks -= 1
            guard ["waiting", "open", "pending"].contains(answer.outcome), looks > 0 else { return answer }
            environment.pause(Self.look)
        }
    }

    private static func answer(_ receipt: ActReceipt, _ sum: SumLine) -> Answer {
        if sum.accepted > 0 { return Answer(act: receipt.act, run: receipt.run, outcome: "accepted") }
        if sum.rejected > 0 { return Answer(act: receipt.act, run: receipt.run, outcome: "rejected") }
        if sum.unknown > 0 { return Answer(act: receipt.act, run: receipt.run, outcome: "unknown") }
        if let reason = sum.skippedBy.first?.reason {
            return Answer(act: receipt.act, run: receipt.run, outcome: "skipped", reason: reason)
        }
        if let reason = sum.waitingBy.first?.reason {
            return Answer(act: receipt.act, run: receipt.run, outcome: "waiting", reason: reason)
        }
        return Answer(act: receipt.act, run: receipt.run, outcome: sum.open > 0 ? "open" : "pending")
    }

    private static func sentence(_ answer: Answer, _ run: String) -> Sentence {
        let why = answer.reason.flatMap { Reason(code: $0) }.map { Catalogue.reason($0) }
        switch answer.outcome {
        case "accepted": return Catalogue.Tests.delivered(run)
        case "rejected": return Catalogue.Tests.ended(run, Catalogue.outcome(.rejected))
        case "unknown": return Catalogue.Tests.ended(run, Catalogue.reason(.platformUnclear))
        case "skipped": return Catalogue.Tests.ended(run, why ?? Catalogue.Report.skipped)
        default: return Catalogue.Tests.waits(run, why)
        }
    }
}
