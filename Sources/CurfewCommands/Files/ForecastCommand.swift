import ArgumentParser
import CampaignFiles
import CampaignModel
import Engine
import Foundation
import HostSystem
import LedgerSQLite
import Ports
import Reports
import SendingRules
import Words

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
    @Option(help: "zh or en.") var lang: Language?
    @Flag(help: "One JSON object a campaign.") var json = false

    func run() throws {
        let desk = try FileDesk(config: config, lang: lang, now: GivenMoment.read(from, option: "--from"))
        let ledger = try desk.ledger()
        if ledger == nil, !json { Standard.complain(Catalogue.Forecast.noLedger.text(in: desk.language)) }
        let answers = try ForecastReading(desk: desk, ledger: ledger).forecast(files)
        for answer in answers { json ? Standard.say(try Printer.json(answer)) : tell(answer, desk.language) }
    }

    private func tell(_ answer: RunForecast, _ language: Language) {
        Standard.say(answer.run ?? answer.campaign)
        for line in ForecastText.lines(answer, in: language) { Standard.say("  " + TextWidth.printable(line)) }
        for line in ForecastText.quarters(answer) { Standard.say("    " + line) }
    }
}
