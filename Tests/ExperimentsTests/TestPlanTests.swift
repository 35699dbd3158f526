import CampaignModel
import Experiments
import Testing

@Suite("Whether a test can be decided in time is known before it is sent")
struct TestPlanTests {
    private func plan(
        audience: Int, share: Int = 2000, decideBy: String, messages: Int? = 500, perSecond: Double = 2,
        start: String = "2026-11-20T10:00:00+08:00"
    ) throws -> TestPlan {
        let half = Share(tenThousandths: 5000)
        let start = try #require(Moment(iso8601: start))
        let campaign = Campaign(
            id: "c", author: "a", account: "f", title: "c", audience: AudienceRequest(source: .files, files: ["a.csv"]),
            schedule: Schedule(start: start),
            variants: ["a", "b"].map { Variant(name: $0, weight: half, messages: [.text("x")]) },
            experiment: ExperimentRequest(
                share: Share(tenThousandths: share), metric: .replied, wait: .hours(2),
                decideBy: try #require(Moment(iso8601: decideBy)), onInconclusive: .control))
        return try #require(
            TestPlan(
                campaign, audience: audience, start: start,
                capacity: .init(peopleADay: 5000, messagesADay: messages, perSecond: perSecond),
                quiet: DayWindow(fromMinute: 22 * 60, toMinute: 8 * 60)))
    }

    @Test("2,000 people under 500 messages a day take four days, and nothing earlier can decide")
    func capped() throws {
        let late = try plan(audience: 10_000, decideBy: "2026-11-21T18:00:00+08:00")
        #expect(late.people == 2000 && late.contactsADay == 500 && late.leastInAnArm == 1000)
        #expect(!late.isInTime && late.isLargeEnough)
        let served = try #require(late.served)
        #expect(
            PlatformDay(containing: served) == PlatformDay(containing: Moment(iso8601: "2026-11-23T12:00:00+08:00")!))
        #expect(try plan(audience: 10_000, decideBy: "2026-11-23T18:00:00+08:00").isInTime)
    }

    @Test("with a qualification the pace alone counts: 2,000 at 2 a second are 17 minutes")
    func paced() throws {
        let plan = try plan(audience: 10_000, decideBy: "2026-11-20T12:30:00+08:00", messages: nil)
        #expect(plan.served == Moment(iso8601: "2026-11-20T10:17:00+08:00"))
        #expect(plan.isInTime)
    }

    @Test("what does not fit before 22:00 goes on at 08:00")
    func night() throws {
        let plan = try plan(
            audience: 10_000, decideBy: "2026-11-21T12:00:00+08:00", messages: nil,
            start: "2026-11-20T21:55:00+08:00")
        #expect(plan.served == Moment(iso8601: "2026-11-21T08:12:00+08:00"))
        #expect(plan.ready == Moment(iso8601: "2026-11-21T10:12:00+08:00") && plan.isInTime)
    }

    @Test("fewer than 500 in an arm are known to be too few, and an account that may send nothing is never ready")
    func hopeless() throws {
        #expect(try !plan(audience: 4000, decideBy: "2026-11-21T12:00:00+08:00", messages: nil).isLargeEnough)
        #expect(try plan(audience: 4000, decideBy: "2026-11-21T12:00:00+08:00", messages: 0).ready == nil)
    }
}
