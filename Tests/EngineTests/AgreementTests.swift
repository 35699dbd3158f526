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
    /// A rehearsed day takes a minute and the week some: `make agreement` asks for them.
    private static let environment = ProcessInfo.processInfo.environment
    private static let isLong = environment["CURFEW_AGREEMENT"] != nil
    /// Others generate other days: `CURFEW_AGREEMENT_SEEDS=1,2,3`.
    private static let seeds =
        environment["CURFEW_AGREEMENT_SEEDS"].map { $0.split(separator: ",").compactMap { UInt64($0) } } ?? [20]

    private func drop(_ campaigns: [GeneratedDay.Drop], into world: RehearsedWorld) {
        for campaign in campaigns {
            world.tray.drop("\(campaign.id).csv", campaign.list)
            world.tray.drop("\(campaign.id).yaml", campaign.yaml)
        }
    }

    /// A few people, so that the agreement is asked for with every change and not only by `make agreement`.
    @Test("five campaigns of a day on four accounts, and the morning after: as forecast")
    func fewPeople() async throws {
        let world = try RehearsedWorld(
            at: Agreement.at("2026-11-20T07:30:00"), people: (0..<120).map { "g\($0)" })
        drop(GeneratedDay.campaigns(5, among: 40, seed: 20, on: "2026-11-20"), into: world)
        try await world.pass(until: Agreement.at("2026-11-20T07:40:00"))
        let agreement = Agreement(world: world)
        #expect(try agreement.runsInReview().count == 5)
        let contacts = try await agreement.hold(until: Agreement.at("2026-11-21T08:30:00"))
        #expect(contacts > 60)
        #expect(world.audit.breaches == 0, "\(world.audit.breachList.prefix(5))")
        #expect(try world.ledger.violations().isEmpty)
    }

    /// Two cards, one, and one for the same staff account: whoever has had three of them that day gets no fourth.
    @Test("three brands ask for one staff account: everybody is shown three cards of the day, as forecast")
    func cardsOfOthers() async throws {
        let world = try RehearsedWorld(
            at: Agreement.at("2026-11-20T07:30:00"), people: (0..<12).map { "g\($0)" }
        ) { $0.contactsPerAppAndDay = 3 }
        let drops = [("flagship", 2), ("outlet", 1), ("studio", 1)].enumerated().map { hour, ask in
            var drop = GeneratedDay.plain(
                "ask-\(ask.0)", account: ask.0, people: 0..<12, start: "2026-11-20 1\(hour):00")
            let card = "      - authorization_card: {account: kiosk}\n"
            drop.yaml += String(repeating: card, count: ask.1)
            return drop
        }
        self.drop(drops, into: world)
        try await world.pass(until: Agreement.at("2026-11-20T07:40:00"))
        let agreement = Agreement(world: world)
        #expect(try agreement.runsInReview().count == 3)
        #expect(try await agreement.hold(until: Agreement.at("2026-11-20T20:00:00")) == 24)
        #expect(!world.audit.breachList.contains { $0.kind == "prompt_exposure" })
        let last = try #require(try world.ledger.runs(includingEnded: true).first { $0.accountName == "studio" })
        #expect(try world.ledger.sum(of: last.id).skipped == [.promptExposure: 12])
    }

    @Test(
        "a shipped example and a generated day of twenty campaigns: same person, day, run, variant and moment",
        .enabled(if: isLong, "minutes long: `make agreement`"), arguments: seeds)
    func day(seed: UInt64) async throws {
        let world = try RehearsedWorld(at: Agreement.at("2026-11-20T07:30:00"), people: try Agreement.people())
        try Agreement.dropExamples(["warmup.csv", "double-eleven-warmup.yaml"], into: world)
        drop(GeneratedDay.campaigns(seed: seed, on: "2026-11-20"), into: world)
        try await world.pass(until: Agreement.at("2026-11-20T07:40:00"))
        let agreement = Agreement(world: world)
        #expect(try agreement.runsInReview().count == 21)
        let contacts = try await agreement.hold(until: Agreement.at("2026-11-21T14:00:00"))
        #expect(contacts > 1000)
        #expect(world.audit.breaches == 0, "\(world.audit.breachList.prefix(5))")
        #expect(try world.ledger.violations().isEmpty)
    }

    @Test(
        "the shipped examples, one after the other on the mornings of their days: a list, a coupon, a test with its rest",
        .enabled(if: isLong, "minutes long: `make agreement`"))
    func examples() async throws {
        let world = try RehearsedWorld(at: Agreement.at("2026-11-10T07:30:00"), people: try Agreement.people())
        let agreement = Agreement(world: world)
        // Whom the coupon of December means: people who were written to once, before the warm-up.
        drop(
            [GeneratedDay.plain("autumn", account: "flagship", people: 0..<200, start: "2026-11-10 09:00")], into: world
        )
        for (morning, end, names, least) in [
            ("2026-11-10", "2026-11-11T09:00:00", [] as [String], 200),
            ("2026-11-20", "2026-11-23T09:00:00", ["warmup.csv", "double-eleven-warmup.yaml"], 1000),
            ("2026-12-04", "2026-12-05T09:00:00", ["friday-coupon.yaml"], 200),
            (
                "2026-12-10", "2026-12-13T10:00:00",
                ["regulars.csv", "complained.csv", "poster.png", "new-arrivals.yaml"], 10
            ),
        ] {
            try await world.pass(until: Agreement.at("\(morning)T07:30:00"))
            try Agreement.dropExamples(names, into: world) { $0.replacingOccurrences(of: "2099-", with: "2026-") }
            world.noticeDrop()
            try await world.pass(until: Agreement.at("\(morning)T07:40:00"))
            #expect(try agreement.runsInReview().count == 1, "\(names)")
            let contacts = try await agreement.hold(until: Agreement.at(end))
            #expect(contacts >= least, "\(names): \(contacts)")
        }
        #expect(world.audit.breaches == 0, "\(world.audit.breachList.prefix(5))")
        #expect(try world.ledger.violations().isEmpty)
    }

    @Test(
        "with every campaign on for a week the platform finds nothing to complain of",
        .enabled(if: isLong, "minutes long: `make agreement`"))
    func week() async throws {
        let world = try RehearsedWorld(at: Agreement.at("2026-12-04T07:30:00"), people: try Agreement.people())
        try Agreement.dropExamples(
            ["friday-coupon.yaml", "regulars.csv", "complained.csv", "poster.png", "new-arrivals.yaml", "warmup.csv"],
            into: world
        ) { $0.replacingOccurrences(of: "2099-", with: "2026-") }
        // The week has one Friday with a coupon and the arrivals' test; the warm-up of November is moved into it.
        try Agreement.dropExamples(["double-eleven-warmup.yaml"], into: world) {
            $0.replacingOccurrences(of: "2026-11-20 21:30", with: "2026-12-05 21:30")
        }
        drop(GeneratedDay.campaigns(seed: 20, on: "2026-12-04", repeatingUntil: "2026-12-11"), into: world)
        try await world.pass(until: Agreement.at("2026-12-04T07:40:00"))
        for run in try Agreement(world: world).runsInReview() { try world.approve(run) }
        try await world.pass(until: Agreement.at("2026-12-11T08:00:00"))
        let audit = world.audit
        #expect(audit.breaches == 0, "\(audit.breachList.prefix(5))")
        let contacts = try world.contacts()
        #expect(contacts.count == audit.accepted && contacts.count > 3000)
        #expect(try world.ledger.violations().isEmpty)
    }
}
