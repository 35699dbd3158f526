import CampaignFiles
import CampaignModel
import Foundation
import LedgerSQLite
import Ports
import Sandbox
import SendingRules
import Testing

@testable import Engine

/// Before anybody approves, the forecast names who is written to, when and with which variant; then the engine does it,
/// with every rule on, against the pretend platform.
@Suite("What the forecast says is what the daemon does", .serialized)
struct AgreementTests {
    private static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Campaigns/examples")
    /// A rehearsed day takes a minute and the week some: `make agreement` asks for them.
    private static let isLong = ProcessInfo.processInfo.environment["CURFEW_AGREEMENT"] != nil

    private static func at(_ text: String) -> Moment { Moment(iso8601: text, defaultZone: .shanghai)! }

    /// Everybody whom the examples' lists name, and the people of the generated day.
    private static func people() throws -> [String] {
        var people = (0..<400).map { "g\($0)" }
        for name in ["warmup.csv", "regulars.csv"] {
            let text = try String(contentsOf: examples.appendingPathComponent(name), encoding: .utf8)
            people += text.split(whereSeparator: \.isNewline).dropFirst().compactMap {
                $0.split(separator: ",").first.map(String.init)
            }
        }
        return people
    }

    private static func dropExamples(_ names: [String], into world: RehearsedWorld) throws {
        for name in names {
            world.tray.drop(name, Array(try Data(contentsOf: examples.appendingPathComponent(name))))
        }
    }

    private func runs(of world: RehearsedWorld) throws -> [RunRecord] {
        try world.ledger.runs(includingEnded: true).filter { $0.state == .inReview }
    }

    /// Forecast, approve, let the days pass, compare.
    private func compare(_ world: RehearsedWorld, until end: Moment) async throws -> Int {
        let runs = try runs(of: world)
        var asked = try ForecastWorld(
            world.ledger, limits: world.setup.limits, doubt: world.clock.doubt, from: world.now,
            pace: { name in world.setup.account(named: name)!.pace })
        for run in runs { try asked.add(run) }
        var forecast: [RehearsedWorld.Contact] = []
        let answers = try asked.forecast { contact in
            forecast.append(
                .init(
                    run: runs[contact.ask].name, person: Int64(contact.key), variant: contact.variant, at: contact.at))
        }
        for answer in answers { #expect(answer.holds, "\(answer)") }
        for (run, answer) in zip(runs, answers) {
            // Kept as it stands: the planner would make one of its own for each run, twenty-one times.
            try world.ledger.keepForecast(answer, of: run.id, at: world.now, term: world.setup.term)
            try world.approve(run)
        }
        try await world.pass(until: end)

        struct Key: Hashable {
            var run: String
            var person: Int64
            var variant: Int
            var day: Int32
        }
        func keyed(_ contacts: [RehearsedWorld.Contact]) -> [Key: Moment] {
            var keyed: [Key: Moment] = [:]
            for contact in contacts where contact.at < end {
                let day = PlatformDay(containing: contact.at).number
                let key = Key(run: contact.run, person: contact.person, variant: contact.variant, day: day)
                #expect(keyed[key] == nil, "twice: \(key)")
                keyed[key] = contact.at
            }
            return keyed
        }
        let names = Set(runs.map(\.name))
        let said = keyed(forecast)
        let done = keyed(try world.contacts().filter { names.contains($0.run) })
        let onlySaid = said.keys.filter { done[$0] == nil }
        let onlyDone = done.keys.filter { said[$0] == nil }
        #expect(onlySaid.isEmpty, "\(onlySaid.count) of \(said.count) forecast and not done: \(onlySaid.prefix(5))")
        #expect(onlyDone.isEmpty, "\(onlyDone.count) of \(done.count) done and not forecast: \(onlyDone.prefix(5))")
        let far = said.filter { key, moment in done[key].map { abs($0.quarter - moment.quarter) > 1 } ?? false }
        #expect(far.isEmpty, "\(far.count) of \(said.count) more than a quarter of an hour apart: \(far.prefix(5))")
        return done.count
    }

    @Test(
        "the shipped example and a generated day of twenty campaigns: same person, day, run, variant and quarter",
        .enabled(if: isLong))
    func day() async throws {
        let world = try RehearsedWorld(at: Self.at("2026-11-20T07:30:00"), people: try Self.people())
        try Self.dropExamples(["warmup.csv", "double-eleven-warmup.yaml"], into: world)
        for campaign in GeneratedDay.campaigns(repeating: false) {
            world.tray.drop("\(campaign.id).csv", campaign.list)
            world.tray.drop("\(campaign.id).yaml", campaign.yaml)
        }
        try await world.pass(until: Self.at("2026-11-20T07:40:00"))
        #expect(try runs(of: world).count == 21)
        let contacts = try await compare(world, until: Self.at("2026-11-21T14:00:00"))
        #expect(contacts > 1500)
        #expect(world.audit.breaches == 0, "\(world.audit.breachList.prefix(5))")
        #expect(try world.ledger.violations().isEmpty)
    }

    @Test("with every campaign on for a week the platform finds nothing to complain of", .enabled(if: isLong))
    func week() async throws {
        let world = try RehearsedWorld(at: Self.at("2026-11-20T07:30:00"), people: try Self.people())
        try Self.dropExamples(
            ["warmup.csv", "double-eleven-warmup.yaml", "friday-coupon.yaml"], into: world)
        for campaign in GeneratedDay.campaigns(repeating: true) {
            world.tray.drop("\(campaign.id).csv", campaign.list)
            world.tray.drop("\(campaign.id).yaml", campaign.yaml)
        }
        try await world.pass(until: Self.at("2026-11-20T07:40:00"))
        for run in try runs(of: world) { try world.approve(run) }
        try await world.pass(until: Self.at("2026-11-27T08:00:00"))
        let audit = world.audit
        #expect(audit.breaches == 0, "\(audit.breachList.prefix(5))")
        #expect(audit.accepted > 5000)
        #expect(try world.ledger.violations().isEmpty)
    }
}

/// Twenty campaigns of several marketers on four accounts: lists that overlap, windows, priorities, one to three
/// messages, held out people, and every way to send. The same every time.
private enum GeneratedDay {
    struct Drop {
        var id: String
        var yaml: String
        var list: String
    }

    static func campaigns(repeating: Bool) -> [Drop] {
        var chance = SeededGenerator(seed: 20)
        func below(_ bound: Int) -> Int { Int(chance.next() % UInt64(bound)) }
        return (1...20).map { number in
            let account = RehearsedWorld.accounts[below(4)].name
            let first = below(300)
            let people = (first..<first + 20 + below(account == "kiosk" ? 30 : 80)).map { "g\($0)" }
            let hour = 8 + below(11)
            let window = below(3) == 0 ? "  window: \(hour < 10 ? "0" : "")\(hour):00-21:00\n" : ""
            let sendTime = ["soon", "soon", "spread", "best"][below(4)]
            let texts = (0..<below(3)).map { "      - text: \"第\(number)场,第\($0)条\"\n" }.joined()
            let minutes = ["00", "15", "30", "45"][below(4)]
            let yaml = """
                campaign: generated-\(number)
                author: marketing
                account: \(account)
                title: 第\(number)场
                priority: \(1 + below(9))
                audience:
                  files: [generated-\(number).csv]
                  order: \(below(2) == 0 ? "shuffled" : "listed")
                schedule:
                  start: 2026-11-20 \(hour < 10 ? "0" : "")\(hour):\(minutes)
                \(window)  send_time: \(sendTime)
                \(repeating ? "  repeat: daily\n  until: 2026-11-27\n" : "")  valid_until: \(below(3) == 0 && !repeating ? "+1d" : "end-of-day")
                holdout: \(below(2) == 0 ? "5%" : "0%")
                variants:
                  - name: a
                    weight: 50
                    messages:
                \(texts)      - applet_card: {template: card-001, path: pages/index, query: {from: g\(number)}}
                  - name: b
                    weight: 50
                    messages:
                      - applet_card: {template: card-001, path: pages/other, query: {from: g\(number)}}

                """
            return Drop(
                id: "generated-\(number)", yaml: yaml,
                list: "open_id,nickname\n" + people.map { "\($0),n\n" }.joined())
        }
    }
}
