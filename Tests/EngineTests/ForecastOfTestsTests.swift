import CampaignModel
import Experiments
import Ports
import Reports
import SendingRules
import Testing

@testable import Engine

@Suite("What a forecast says of people who wait for a test")
struct ForecastOfTestsTests {
    private static let morning = EngineWorld.morning

    private func campaign(
        _ wish: ExperimentRequest.Inconclusive = .control, method: ExperimentRequest.Method? = nil
    ) -> Campaign {
        var campaign = Campaign(
            id: "split", author: "marketing", account: "flagship", title: "split", priority: 5,
            audience: AudienceRequest(source: .files, files: ["a.csv"]), schedule: Schedule(start: Self.morning),
            variants: ["a", "b"].map {
                Variant(name: $0, weight: Share(tenThousandths: 5000), messages: [.text("hello")])
            })
        campaign.experiment = ExperimentRequest(
            share: Share(tenThousandths: 2000), metric: .replied, wait: .hours(2),
            decideBy: Self.morning + .hours(6), onInconclusive: wish)
        campaign.experiment?.method = method
        return campaign
    }

    /// The first `inTest` people have an arm, everybody else waits for the test.
    private func forecast(
        _ campaign: Campaign, people: Int, inTest: Int, contacts: ((Forecaster.Contact) -> Void)? = nil
    ) -> RunForecast {
        let all = (0..<people).map { number in
            var person = Forecaster.Person(
                key: Int32(number), arm: number % 2, consent: Consent(state: .authorized, checked: Self.morning))
            person.isByTest = number >= inTest
            return person
        }
        var ask = Forecaster.Ask(
            campaign: campaign, app: AppID(rawValue: 1),
            lane: LaneFacts(
                account: AccountID(rawValue: 1),
                qualification: Qualification(
                    id: "q", validFrom: .distantPast, validTo: .distantFuture, messagesPerDay: 100_000),
                day: PlatformDay(containing: Self.morning)),
            pace: PaceSpec("1/s,burst=1")!, start: Self.morning, people: [])
        for person in all { ask.take(person) }
        ask.counts.audience = people
        let answer = Forecaster(limits: RuleLimits(), doubt: .milliseconds(500)).forecast(
            [ask], from: Self.morning, watched: contacts)[0]
        #expect(answer.holds, "\(answer)")
        return answer
    }

    private func moment(_ text: String) -> String { Moment(iso8601: text, defaultZone: .shanghai)!.iso8601 }

    @Test("the rest goes when the test is decided at the latest, not at once, and its variant is the test's")
    func rest() {
        var early = 0
        var byTest = 0
        let answer = forecast(campaign(), people: 500, inTest: 100) { contact in
            if contact.isByTest { byTest += 1 }
            if contact.at < Self.morning + .hours(6) { early += 1 }
        }
        #expect(answer.sentTotal == 500 && early == 100 && byTest == 400)
        #expect(answer.sent.map(\.people) == [100, 400])
        #expect(answer.sent.map(\.from) == [moment("2026-11-20T10:00:00"), moment("2026-11-20T16:00:00")])
        let test = answer.test
        #expect(test?.people == 400 && test?.variant == "decided_by_test")
        // Two hours after the last one of the share.
        #expect(test?.from == moment("2026-11-20T12:01:39") && test?.decideBy == moment("2026-11-20T16:00:00"))
        let lines = ForecastText.lines(answer, in: .en).joined(separator: "\n")
        #expect(lines.contains("400 people get the variant that the test decides"))
    }

    @Test("where a person decides what is not clear, the rest is left out, and that is no lack of time")
    func held() {
        let answer = forecast(campaign(.hold), people: 500, inTest: 100)
        #expect(answer.sentTotal == 100 && answer.fits && answer.test?.isHeld == true)
        #expect(answer.leftOut == [.init(reason: Reason.expired.code, count: 400)])
    }

    @Test("a bandit's people go batch by batch, each a wait after the last, and the rest at the end")
    func bandit() {
        let answer = forecast(campaign(method: .bandit), people: 1800, inTest: 0)
        #expect(answer.sentTotal == 1800 && answer.test?.isByBatch == true)
        // Five hundred take 8 min 19 s, then the wait of two hours; at four in the afternoon the test is over.
        #expect(answer.sent.map(\.people) == [500, 401, 99, 500, 300])
        let quarters = ["10:00", "12:00", "12:15", "14:15", "16:00"]
        #expect(answer.sent.map(\.from) == quarters.map { moment("2026-11-20T\($0):00") })
    }

    @Test("once a look has left it to a person, a forecast of the running test sends the rest no more")
    func heldByLook() async throws {
        let world = try await EngineWorld()
        let people = (0..<600).map { "_000person\($0)" }
        var campaign = self.campaign(.hold)
        campaign.audience = AudienceRequest(source: .files, files: ["a.csv"], order: .listed)
        let run = try world.admit(campaign, people).run
        try world.approve(run)
        try world.authorize(people)
        let before = try world.forecast(of: run)
        _ = try await Planner(world.setup).step(at: world.now)
        let undecided = try #require(try world.ledger.undecided(of: run.id))
        #expect(before.holds && before.test?.people == undecided)
        for _ in 0..<5 {
            world.clock.pass(.seconds(2))
            try await world.serve()
        }
        let standing = try world.ledger.testStanding(of: run.id)
        #expect(standing?.isHeld == false && standing?.lastStart != nil)
        world.clock.set(Self.morning + .hours(6))
        _ = try await Judge(world.setup).step(at: world.now)
        #expect(try world.ledger.testStanding(of: run.id)?.isHeld == true)
        let after = try world.forecast(of: world.reread(run))
        #expect(after.holds && after.sentTotal == 0 && after.test?.isHeld == true)
        #expect(after.leftOutTotal == undecided && after.before == 600 - undecided)
    }
}
