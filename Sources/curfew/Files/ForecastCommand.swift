import ArgumentParser
import CampaignFiles
import CampaignModel
import Engine
import Foundation
import HostSystem
import LedgerSQLite
import Ports
import SendingRules

struct Forecast: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What would be sent when, and who would be left out and why.",
        discussion: """
            The same planner and gate as the sender's, on a clock that is only walked through. The files share the days of \
            their accounts with each other and with every approved run of the ledger. Consent is what the ledger knows; \
            without a ledger everybody counts as authorised, and the answer says so. A campaign that was dropped already \
            may be given by its run's name instead of its file.

            Examples:
              curfew forecast Campaigns/examples/double-eleven-warmup.yaml --from "2026-11-20 21:00"
              curfew forecast spring@20261120-2000 --json
            """)
    @Argument(help: "Campaign files, or names of runs.") var files: [String]
    @Option(help: "The moment to look from; without it, now.") var from: String?
    @Option(help: "The configuration.") var config: String?
    @Option(help: "zh or en.") var lang: String?
    @Flag(help: "One JSON object a campaign.") var json = false

    func run() throws {
        let desk = try FileDesk(config: config, lang: lang, now: GivenMoment.read(from, option: "--from"))
        let ledger = try openLedger(desk)
        if ledger == nil, !json { Standard.complain(Catalogue.Forecast.noLedger.text(in: desk.language)) }
        let answers = try ForecastReading(desk: desk, ledger: ledger).forecast(files)
        for answer in answers { json ? Standard.say(try Printer.json(answer)) : tell(answer, desk.language) }
    }

    private func openLedger(_ desk: FileDesk) throws -> LedgerSQLite? {
        guard let state = desk.settings?.state else { return nil }
        let path = Paths.ledger(in: state)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        var options = LedgerSQLite.Options()
        options.readOnly = true
        return try LedgerSQLite(path: path, options: options)
    }

    private func tell(_ answer: RunForecast, _ language: Language) {
        Standard.say(answer.run ?? answer.campaign)
        for line in ForecastText.lines(answer, in: language) { Standard.say("  " + TextWidth.printable(line)) }
        for line in ForecastText.quarters(answer) { Standard.say("    " + line) }
    }
}

struct TestSend: ClientCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sends a campaign that was dropped to one person. It passes the gate and is counted.",
        discussion: """
            Example:  curfew test-send double-eleven-warmup --to _000… --token-file my.token

            \(ClientExit.help)
            """)
    @Argument(help: "The campaign's file, or its id.") var campaign: String
    @Option(help: "The recipient's open_id.") var to: String
    @Option(help: "The variant; without it the first.") var variant: String?
    @OptionGroup var client: ClientOptions
    @OptionGroup var identity: IdentityOptions

    func perform(in environment: ClientEnvironment) throws {
        var name = campaign
        if campaign.hasSuffix(".yaml") || campaign.hasSuffix(".yml") {
            let reading = try FileDesk(config: client.config, lang: client.lang?.rawValue).read(campaign)
            guard let id = reading.campaign?.id else {
                throw ValidationError("\(campaign) is no campaign; `curfew check` says why")
            }
            name = id
        }
        let receipt = try environment.acting().testSend(
            TestSendRequest(run: name, openID: to, variant: variant),
            as: environment.identity(tokenFile: identity.tokenFile, name: identity.name))
        try show(receipt, in: environment) { $0.render(receipt: receipt) }
    }
}
