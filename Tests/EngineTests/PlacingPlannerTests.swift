import CampaignModel
import Experiments
import Ports
import Testing

@testable import Engine

@Suite("The planner writes down what the file asks for")
struct PlacingPlannerTests {
    private func planned(
        _ campaign: Campaign, _ people: [String], _ world: EngineWorld, fieldsOf: ((String) -> String)? = nil
    ) async throws -> RunRecord {
        let run = try world.admit(campaign, people, fieldsOf: fieldsOf).run
        try world.approve(run)
        _ = try await Planner(world.setup).step(at: world.now)
        return try world.reread(run)
    }

    private func request(
        _ order: AudienceRequest.Order, max: Int? = nil, conditions: [Condition] = []
    ) -> AudienceRequest {
        AudienceRequest(source: .files, files: ["a.csv"], conditions: conditions, max: max, order: order)
    }

    @Test("people are served in the file's order where it says so, and only as many as it allows")
    func listed() async throws {
        let world = try await EngineWorld()
        let people = ["m", "c", "x", "a", "q", "b"]
        let whole = try await planned(world.campaign("whole", audience: request(.listed)), people, world)
        #expect(try world.planned(whole).map(\.openID) == people)
        let four = try await planned(world.campaign("four", audience: request(.listed, max: 4)), people, world)
        #expect(try world.planned(four).map(\.openID) == ["m", "c", "x", "a"])
        #expect(try world.sum(four).audience == 4 && world.reread(four).beyondMax == 2)
    }

    @Test("a shuffled order is the run's own: another campaign's last are not always this one's last")
    func shuffled() async throws {
        let people = EngineWorld.people(0..<40)
        func order(_ id: String) async throws -> [String] {
            let world = try await EngineWorld()
            let run = try await planned(world.campaign(id, audience: request(.shuffled)), people, world)
            return try world.planned(run).map(\.openID)
        }
        let first = try await order("spring")
        #expect(first != people && first.sorted() == people.sorted())
        #expect(try await order("spring") == first)
        #expect(try await order("summer") != first)
    }

    @Test("each person stands in one place: outside, held out by the house or the file, in the test, or waiting for it")
    func places() async throws {
        let world = try await EngineWorld()
        let people = (0..<600).map { "_000person\($0)" }
        var settings = HoldoutSettings()
        settings.share = Share(tenThousandths: 1500)
        world.changeSetup { $0.holdout = GlobalHoldout(settings) }
        var campaign = world.campaign(
            "sale",
            audience: request(.listed, conditions: [Condition(column: "nickname", test: .notEquals("none"))]))
        campaign.holdout = Share(tenThousandths: 2000)
        campaign.variants = [("a", 3000), ("b", 7000)].map {
            Variant(name: $0.0, weight: Share(tenThousandths: $0.1), messages: [.text($0.0)])
        }
        campaign.experiment = ExperimentRequest(
            share: Share(tenThousandths: 4000), metric: .replied, wait: .hours(2), decideBy: world.now + .hours(6),
            onInconclusive: .control)
        let isOutside = { (openID: String) in openID.hasSuffix("7") }
        let run = try await planned(campaign, people, world) { isOutside($0) ? "none" : "Ann" }
        let (draw, share) = (
            Assignment(campaign), TestShare(campaign: "sale", share: Share(tenThousandths: 4000))
        )
        let house = GlobalHoldout(settings)
        var arms: [EngineWorld.PlanRow] = []
        var waiting: [String] = []
        var held: [Bool: [String: Int]] = [true: [:], false: [:]]
        for openID in people where !isOutside(openID) {
            let place = share.contains(openID) ? draw.arm(of: openID) : nil
            if house.contains(openID) {
                held[true]?[openID] = place ?? -2
            } else if draw.isHeldOut(openID) {
                held[false]?[openID] = place ?? -2
            } else if let place {
                arms.append(.init(openID, place))
            } else {
                waiting.append(openID)
            }
        }
        // None of the six is empty, or it would prove nothing.
        #expect(Set(arms.map(\.variant)) == [0, 1] && waiting.count > 100)
        #expect(held.values.allSatisfy { Set($0.values) == [-2, 0, 1] })
        #expect(try world.planned(run) == arms)
        #expect(try world.waitForTest(run) == waiting)
        #expect(try world.heldOut(run, byHouse: true) == held[true])
        #expect(try world.heldOut(run, byHouse: false) == held[false])
        #expect(try world.reread(run).excluded == 60)
        try world.check()
    }

    @Test("of two lists with columns in another order each person's own value decides")
    func columnsOfEachList() async throws {
        let world = try await EngineWorld()
        var campaign = world.campaign(
            "sale", audience: request(.listed, conditions: [Condition(column: "city", test: .equals("Jinan"))]))
        campaign.audience.files = ["a.csv", "b.csv"]
        func feed(_ digest: String, _ columns: [String], _ rows: [(String, String)]) -> AudienceFeed {
            AudienceFeed(digest: digest, fileName: "\(digest).csv") { _, row in
                for (number, line) in rows.enumerated() {
                    var (openID, fields) = line
                    try openID.withUTF8 { id in try fields.withUTF8 { try row(id, $0, number + 2) } }
                }
                return AudienceCount(read: rows.count, bad: 0, columns: columns)
            }
        }
        let record = world.account()
        let run = try world.ledger.admit(
            RevisionDemand(
                now: world.now, term: world.setup.term, campaign: campaign, account: record.id, app: record.app,
                digest: "digest-0123456789", source: [], fileName: "sale.yaml",
                audiences: [
                    feed("one", ["city", "nickname"], [("a", "Jinan\u{1F}Ann"), ("b", "Ann\u{1F}Jinan")]),
                    feed("two", ["nickname", "city"], [("c", "Jinan\u{1F}Ann"), ("d", "Ann\u{1F}Jinan")]),
                ], excludes: [], occurrence: world.now, validUntil: world.now + .hours(14))
        ).run
        try world.approve(run)
        _ = try await Planner(world.setup).step(at: world.now)
        #expect(try world.planned(run).map(\.openID) == ["a", "d"])
        #expect(try world.reread(run).excluded == 2)
    }

    @Test("of everyone who authorised, the file's conditions see since when they did")
    func authorizedSince() async throws {
        let world = try await EngineWorld()
        try world.authorize(["early"])
        world.clock.pass(.hours(1))
        try world.authorize(["late"])
        try world.ledger.finishWalk(
            account: world.account().id, started: world.now - .hours(2), at: world.now, term: world.setup.term)
        let since = Condition(column: "authorized_since", test: .after(world.now - .minutes(1)))
        let campaign = world.campaign("all", audience: AudienceRequest(source: .authorized, conditions: [since]))
        let run = try await planned(campaign, [], world)
        #expect(try world.planned(run).map(\.openID) == ["late"])
        #expect(try world.reread(run).excluded == 1)
    }

    /// When the test is to be decided, against the start of the occurrence.
    static let decisions: [(decideBy: Duration, isTested: Bool)] = [
        (.hours(6), true), (.milliseconds(1), true), (.zero, false), (.hours(-1), false),
    ]

    @Test("an occurrence that begins when its test should be decided tests nobody: all have their own arm at once")
    func decidedBefore() async throws {
        for (decideBy, isTested) in Self.decisions {
            let world = try await EngineWorld()
            var campaign = world.campaign("sale")
            let half = Share(tenThousandths: 5000)
            campaign.variants = ["a", "b"].map { Variant(name: $0, weight: half, messages: [.text($0)]) }
            campaign.experiment = ExperimentRequest(
                share: Share(tenThousandths: 3000), metric: .replied, wait: .hours(2), decideBy: world.now + decideBy,
                onInconclusive: .control)
            let run = try await planned(campaign, EngineWorld.people(0..<60), world)
            #expect(try world.waitForTest(run).isEmpty == !isTested, "\(decideBy)")
            #expect(try Set(world.planned(run).map(\.variant)) == [0, 1], "\(decideBy)")
        }
    }

    @Test("a bandit places nobody: each batch is drawn when its turn comes")
    func bandit() async throws {
        let world = try await EngineWorld()
        var campaign = world.campaign("many")
        campaign.experiment = ExperimentRequest(
            share: Share(tenThousandths: 9000), metric: .replied, wait: .hours(2), decideBy: world.now + .hours(6),
            onInconclusive: .leader)
        campaign.experiment?.method = .bandit
        let run = try await planned(campaign, ["c", "a", "b"], world)
        #expect(try world.planned(run).isEmpty)
        #expect(try world.waitForTest(run) == ["c", "a", "b"])
    }
}
