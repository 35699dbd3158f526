import ArgumentParser
import CampaignFiles
import CampaignModel
import CurfewCommands
import Engine
import Foundation
import HostSystem
import LedgerSQLite
import Ports
import SendingRules

struct BenchGate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate", abstract: "Decisions of the pure gate.", shouldDisplay: false)
    func run() throws {
        let now = BenchWorld.morning
        let gate = Gate(limits: RuleLimits(), clock: ClockFacts(doubt: .milliseconds(500)))
        let terms = RunTerms(arms: [.init(messages: 2, hasImage: false, fallback: nil)])
        let day = PlatformDay(containing: now)
        let lane = LaneFacts(
            account: AccountID(rawValue: 1),
            qualification: Qualification(
                id: "q", validFrom: .distantPast, validTo: .distantFuture, messagesPerDay: 9999),
            day: day, people: 12, messages: 24, lastWalk: now - .hours(1))
        let run = RunFacts(
            run: RunID(rawValue: 1), state: .running, isApproved: true, start: now - .hours(1),
            validUntil: now + .hours(9))
        let count = 5_000_000
        var admitted = 0
        let clock = SystemClock()
        let started = clock.monotonic()
        for index in 0..<count {
            // One person in eight is refused, each for a reason of their own, as in a real audience.
            let consent = Consent(state: index & 7 == 0 ? .none : .authorized, checked: now - .hours(1))
            let facts = Facts(
                lane: lane, run: run,
                person: PersonFacts(consent: consent, contactsByAccount: index & 15 == 1 ? 1 : 0, day: day))
            let candidate = Candidate(
                run: run.run, segment: SegmentID(rawValue: 1), position: Int64(index),
                recipient: RecipientID(rawValue: Int64(index)), openID: "_000", variant: 0, tries: 0, fields: [],
                audience: nil)
            if gate.judge(candidate, facts, terms, at: now).isAdmitted { admitted += 1 }
        }
        let seconds = (clock.monotonic() - started) / .seconds(1)
        precondition(admitted > count / 2 && admitted < count, "the gate was not asked in earnest")
        Standard.say(#"{"bench":"gate","decisions_per_s":\#(BenchFigures.rounded(Double(count) / seconds, 0))}"#)
    }
}

struct BenchImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Takes an audience into a ledger.", shouldDisplay: false)
    @Option var folder: String
    @Option var file: String
    @Option var plain: Double

    func run() throws {
        let inbox = (file as NSString).deletingLastPathComponent
        let name = (file as NSString).lastPathComponent
        let clock = SystemClock()
        try FileManager.default.createDirectory(atPath: folder + "/import", withIntermediateDirectories: true)
        let world = try BenchWorld(folder: folder + "/import", people: 1)
        let tray = try InotifyTray(inbox: inbox, owner: nil)
        let started = clock.monotonic()
        let admission = try AudienceImport.admit(
            name, in: tray, campaign: BenchWorld.campaign(world.accounts[0], index: 0), account: world.accounts[0],
            ledger: world.ledger, at: clock.now(), term: world.term)
        let seconds = (clock.monotonic() - started) / .seconds(1)
        let rows = admission.counts.read
        let perSecond = Double(rows) / seconds
        Standard.say(
            """
            {"bench":"import","rows":\(rows),"rows_per_s":\(BenchFigures.rounded(perSecond, 0)),\
            "sqlite_import_per_s":\(BenchFigures.rounded(plain, 0)),"ratio":\(BenchFigures.rounded(plain / perSecond)),\
            "peak_rss_mb":\(BenchFigures.rounded(try BenchFigures.peakMegabytes(), 1))}
            """)
    }
}
