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
            The same gate as the sender's, on a clock that is only walked through. Several files share the day of their \
            account as they would in truth. Consent is what the ledger knows; without a ledger everybody counts as \
            authorised, and the answer says so.

            Example:  curfew forecast Campaigns/examples/double-eleven-warmup.yaml --from "2026-11-20 21:00"
            """)
    @Argument(help: "Campaign files.") var files: [String]
    @Option(help: "The moment to look from; without it, now.") var from: String?
    @Option(help: "The configuration.") var config: String?
    @Option(help: "zh or en.") var lang: String?
    @Flag(help: "One JSON object a campaign.") var json = false

    func run() throws {
        let desk = try FileDesk(config: config, lang: lang)
        let start = try from.map { text in
            guard let moment = Moment(iso8601: text, defaultZone: .shanghai) else {
                throw ValidationError("--from \(text) is no moment")
            }
            return moment
        }
        let now = start ?? desk.now
        let ledger = try openLedger(desk)
        if ledger == nil, !json {
            Standard.complain(
                Sentence(zh: "没有账本：假定所有人都已授权。", en: "No ledger: everybody is taken to have authorised.").text(
                    in: desk.language))
        }
        let asks = try files.map { try ask($0, desk, ledger, now) }
        let limits = desk.settings.map { RuleLimits($0) } ?? RuleLimits()
        let answers = Forecaster(limits: limits, doubt: SystemClock.doubtDefault).forecast(asks, from: now)
        for answer in answers { json ? try sayJSON(answer) : tell(answer, desk.language) }
    }

    private func openLedger(_ desk: FileDesk) throws -> LedgerSQLite? {
        guard let state = desk.settings?.state else { return nil }
        let path = Paths.ledger(in: state)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        var options = LedgerSQLite.Options()
        options.readOnly = true
        return try LedgerSQLite(path: path, options: options)
    }

    private func ask(_ file: String, _ desk: FileDesk, _ ledger: LedgerSQLite?, _ now: Moment) throws -> Forecaster.Ask
    {
        let reading = try desk.read(file)
        guard let campaign = reading.campaign else {
            for problem in reading.problems { Standard.complain(problem.text(in: desk.language, fileName: file)) }
            throw ExitCode(ExitCodes.problems)
        }
        guard let occurrence = campaign.schedule.nextOccurrence(at: now) else {
            Standard.complain("\(file): \(Catalogue.Intake.noOccurrenceLeft.text(in: desk.language))")
            throw ExitCode(ExitCodes.problems)
        }
        let configured = desk.settings?.account(named: campaign.account)?.account
        let record = try ledger?.accounts().first { $0.name == campaign.account }
        var lane = LaneFacts(
            account: record?.id
                ?? AccountID(
                    rawValue: Int64(truncatingIfNeeded: campaign.account.utf8.reduce(7) { $0 &* 31 &+ Int64($1) })),
            kind: configured?.kind == .personal ? .personal : .enterprise, day: PlatformDay(containing: now))
        if let ledger, let record { lane = try ledger.laneFacts(record.id, at: now) }
        let known = try record.flatMap { try ledger?.consents(of: $0.id) }
        var people: [Forecaster.Person] = []
        _ = try desk.people(campaign, beside: file) { openID, _ in
            let consent = known.map { $0[openID] } ?? Consent(state: .authorized, checked: now)
            people.append(.init(openID: openID, consent: consent))
        }
        if campaign.audience.source == .authorized, let known {
            people = known.filter { $0.value.state == .authorized }.sorted { $0.key < $1.key }.map {
                .init(openID: $0.key, consent: $0.value)
            }
        }
        if let max = campaign.audience.max { people = Array(people.prefix(max)) }
        return Forecaster.Ask(
            campaign: campaign, lane: lane, pace: configured?.pace ?? PaceSpec(count: 2, per: .second, burst: 10),
            people: people, occurrence: occurrence)
    }

    private func sayJSON(_ answer: Forecaster.Answer) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        Standard.say(String(decoding: try encoder.encode(answer), as: UTF8.self))
    }

    private func tell(_ answer: Forecaster.Answer, _ language: Language) {
        func say(_ zh: String, _ en: String) { Standard.say(Sentence(zh: zh, en: en).text(in: language)) }
        Standard.say("\(answer.campaign)")
        let left = answer.leftOut.reduce(0) { $0 + $1.count }
        say(
            "  受众 \(answer.audience) = 对照 \(answer.holdout) + 将发送 \(answer.sentTotal) + 不发送 \(left)",
            "  audience \(answer.audience) = holdout \(answer.holdout) + will be sent \(answer.sentTotal) + left out \(left)"
        )
        for count in answer.leftOut {
            Standard.say(
                "    \(count.count)  \(count.reason)  \(ReportText.words(ofReason: count.reason, in: language))")
        }
        if let first = answer.first, let last = answer.last {
            say(
                "  第一条 \(ReportText.words(ofMoment: first))，最后一条 \(ReportText.words(ofMoment: last))",
                "  first \(ReportText.words(ofMoment: first)), last \(ReportText.words(ofMoment: last))")
        }
        for slot in answer.sent { Standard.say("    \(ReportText.words(ofMoment: slot.from))  \(slot.people)") }
        for closing in answer.closings {
            let until = closing.until.map(ReportText.words(ofMoment:)) ?? "–"
            Standard.say(
                "  \(ReportText.words(ofMoment: closing.at)) \(ReportText.words(ofReason: closing.reason, in: language)) → \(until)"
            )
        }
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
