import CampaignModel
import Experiments
import Testing

@Suite("The edges of what a test may conclude, each with a figure of its own")
struct EdgeTests {
    private func arm(_ people: Int, _ conversions: Int) -> ArmCount {
        ArmCount(people: people, conversions: conversions)
    }

    @Test("the thresholds are those that the README promises")
    func thresholds() {
        #expect(Judgement.deliveredMin == 500 && Judgement.conversionsMin == 25)
        #expect(Judgement.bestMin == 0.95 && Judgement.lossMax == 0.0025)
        #expect(Judgement.plannedAlpha == 0.04 && Judgement.laterAlpha == 0.01)
        #expect(SampleRatio.alarm == 0.001 && SampleRatio.peopleMin == 8)
        #expect(Bandit.batchPeople == 500 && Bandit.shareMin == Share(tenThousandths: 100))
        #expect(BestHours.signsMin == 100 && BestHours.slotsInDay == 96)
        #expect(
            Assignment.defaultTest == "split" && Assignment.holdoutSalt == "holdout" && TestShare.shareSalt == "share")
    }

    // MARK: - The split

    @Test("a split is judged from eight expected in each arm on, by those weights that are above nought")
    func split() {
        #expect(SampleRatio.p(counted: [8, 8], weights: [1, 1]) == 1)
        #expect(SampleRatio.p(counted: [7, 8], weights: [1, 1]) == nil)
        #expect(SampleRatio.p(counted: [16, 8], weights: [2, 1]) == 1)
        #expect(SampleRatio.p(counted: [15, 8], weights: [2, 1]) == nil)
        #expect(SampleRatio.p(counted: [100], weights: [1]) == nil && SampleRatio.p(counted: [], weights: []) == nil)
        #expect(SampleRatio.p(counted: [100, 0], weights: [1, 0]) == nil)
        #expect(SampleRatio.p(counted: [100, 1], weights: [1, 0]) == 0)
        #expect(SampleRatio.p(counted: [50, 50, 0], weights: [1, 1, 0]) == 1)
        // Chi-square 4 with one degree of freedom, and 10.83, the alarm's own.
        #expect(abs((SampleRatio.p(counted: [60, 40], weights: [5, 5]) ?? 0) - 0.04550026389635842) < 1e-12)
        #expect(abs((SampleRatio.p(counted: [30, 30, 60], weights: [1, 1, 1]) ?? 0) - 0.0005530843701478336) < 1e-12)
    }

    private func look(
        _ arms: [(Int, Int)], kind: TestLook.Kind = .planned, isLast: Bool = false,
        wish: ExperimentRequest.Inconclusive = .control, optedOut: [Int?] = [], limit: Int? = nil,
        weights: [Int] = []
    ) -> TestLook {
        let figures = arms.enumerated().map { index, arm in
            ArmFigures(
                name: "\(index)",
                weight: Share(tenThousandths: index < weights.count ? weights[index] : 10_000 / arms.count),
                assigned: arm.0, delivered: arm.0, conversions: arm.1,
                optedOut: index < optedOut.count ? optedOut[index] : nil)
        }
        return TestLook(
            kind: kind, isLast: isLast, arms: figures, onInconclusive: wish,
            optedOutMax: limit.map(Share.init(tenThousandths:)))
    }

    @Test("a look keeps the split's two figures, and a bandit's has no weights to be held against")
    func splitFigures() {
        let judged = Judgement(of: look([(1060, 200), (940, 180)]))
        #expect(judged.splitAssigned == 0.0072903581 && judged.splitDelivered == 1)
        #expect(judged.finding == .noClearLeader)
        // 1,074 of 2,000 by halves is one in a thousand, 1,073 is not yet.
        #expect(Judgement(of: look([(1074, 200), (926, 180)])).finding == .brokenSplit)
        #expect(Judgement(of: look([(1073, 200), (927, 180)])).finding == .noClearLeader)
        let bandit = Judgement(of: look([(1500, 200), (500, 180)], kind: .batch))
        #expect(bandit.splitAssigned == nil && bandit.finding == .explores)
        let broken = Judgement(of: look([(1500, 200), (500, 180)]))
        #expect(broken.action == .hold && broken.best == [] && broken.expectedLoss == [] && broken.p == 1)
    }

    // MARK: - What follows

    @Test("a guardrail is broken above its limit and not at it, of those who were reached; nobody reached breaks none")
    func guardrail() {
        func vetoed(_ optedOut: [Int?], _ arms: [(Int, Int)] = [(1000, 200), (1000, 300)]) -> [Int] {
            Judgement(of: look(arms, optedOut: optedOut, limit: 100)).vetoed
        }
        #expect(
            vetoed([10, 10]) == [] && vetoed([11, 10]) == [0] && vetoed([0, 11]) == [1] && vetoed([11, 11]) == [0, 1])
        #expect(vetoed([nil, 500]) == [1] && vetoed([9, 9], [(0, 0), (1000, 300)]) == [])
        #expect(
            Judgement(of: look([(1000, 200), (1000, 300)], optedOut: [500, 500])).vetoed == [], "no limit, no veto")
    }

    @Test("at the last look an unclear test goes where the file says, and never to an arm that broke a guardrail")
    func fallbacks() {
        func action(_ wish: ExperimentRequest.Inconclusive, _ optedOut: [Int?], _ arms: [(Int, Int)]? = nil)
            -> Judgement.Action
        {
            Judgement(
                of: look(
                    arms ?? [(1000, 200), (1000, 205), (1000, 195)], isLast: true, wish: wish, optedOut: optedOut,
                    limit: 100)
            ).action
        }
        #expect(action(.control, [0, 0, 0]) == .send(arm: 0) && action(.control, [50, 0, 0]) == .hold)
        #expect(action(.leader, [0, 0, 0]) == .send(arm: 1) && action(.leader, [0, 50, 0]) == .send(arm: 0))
        #expect(action(.leader, [50, 50, 0]) == .send(arm: 2) && action(.leader, [50, 50, 50]) == .hold)
        #expect(action(.hold, [0, 0, 0]) == .hold)
        // The first of equals leads.
        #expect(action(.leader, [0, 0, 0], [(1000, 200), (1000, 200), (1000, 200)]) == .send(arm: 0))
    }

    @Test("a bandit's batch is shared among the allowed, ends where the file says, and holds when nobody is allowed")
    func batches() {
        func judged(_ optedOut: [Int?], isLast: Bool = false, wish: ExperimentRequest.Inconclusive = .leader)
            -> Judgement
        {
            Judgement(
                of: look(
                    [(500, 50), (500, 50), (500, 50)], kind: .batch, isLast: isLast, wish: wish, optedOut: optedOut,
                    limit: 100))
        }
        #expect(judged([0, 0, 0]).action == .batch(shares: [3334, 3333, 3333]))
        #expect(
            judged([0, 50, 0]).action == .batch(shares: [5000, 0, 5000]) && judged([0, 50, 0]).finding == .explores)
        #expect(judged([50, 50, 50]).action == .hold && judged([50, 50, 50]).finding == .vetoed)
        #expect(judged([0, 0, 0], isLast: true).action == .send(arm: 0))
        #expect(judged([50, 0, 0], isLast: true).action == .send(arm: 1))
        #expect(judged([0, 0, 0], isLast: true, wish: .hold).action == .hold)
        #expect(judged([0, 0, 0]).p == 1)
    }

    @Test("figures are kept to ten digits behind the point")
    func rounding() {
        let judged = Judgement(of: look([(1000, 200), (1000, 230)]))
        for value in judged.best + judged.expectedLoss + [judged.p] {
            #expect((value * 1e10).rounded() / 1e10 == value)
        }
        // Worked out elsewhere: P(best) and the loss by Simpson's rule over 200,000 pieces, the pooled z-test.
        let figures = zip(judged.best + judged.expectedLoss, [0.0513817109, 0.9486182891, 0.0303363045, 0.0003961847])
        #expect(figures.allSatisfy { abs($0 - $1) < 2e-10 } && judged.p == 0.1024958754)
    }

    @Test("conversions alone decide a later look: none of them say nothing, and the order of the arms does not matter")
    func sequence() {
        #expect(ConversionSequence.p(arm(0, 0), arm(0, 0), alpha: 0.01) == 1)
        #expect(ConversionSequence.p(arm(100, 0), arm(100, 0), alpha: 0.01) == 1)
        let (one, other) = (arm(1000, 100), arm(500, 90))
        let (left, right) = (
            ConversionSequence.p(one, other, alpha: 0.01), ConversionSequence.p(other, one, alpha: 0.01)
        )
        #expect(abs(left - right) < 1e-12 && abs(left - 0.0036293659474) < 1e-12)
        #expect(ConversionSequence.p(arm(1000, 100), arm(1000, 100), alpha: 0.01) == 1)
    }

    // MARK: - Shares of a bandit

    @Test("shares are whole hundredths of a per cent that add up, at least one in a hundred each")
    func shares() {
        func shares(_ arms: [(Int, Int)]) -> [Int] {
            Bandit.shares(after: arms.map { arm($0.0, $0.1) }).map(\.tenThousandths)
        }
        #expect(shares([(0, 0)]) == [10_000])
        #expect(shares([(0, 0), (0, 0)]) == [5000, 5000])
        #expect(shares([(9, 3), (9, 3), (9, 3)]) == [3334, 3333, 3333])
        #expect(shares([(500, 0), (500, 500)]) == [100, 9900])
        #expect(shares([(500, 500), (500, 0), (500, 0)]) == [9800, 100, 100])
        #expect(shares(Array(repeating: (0, 0), count: 100)) == Array(repeating: 100, count: 100))
        let batch = Bandit.assignment(
            campaign: "c", batch: 7, shares: [Share(tenThousandths: 4000), Share(tenThousandths: 6000)])
        let same = Assignment(
            campaign: "c", test: "batch-7", weights: [Share(tenThousandths: 4000), Share(tenThousandths: 6000)])
        #expect((0..<500).allSatisfy { batch.arm(of: "p\($0)") == same.arm(of: "p\($0)") })
    }

    // MARK: - Hours

    @Test("the liveliest quarter counts its neighbours two, one and half as much, around midnight, the first of equals")
    func hours() {
        func best(_ signs: [(Int, Int)]) -> Int? {
            var hours = BestHours()
            for (slot, count) in signs { hours.add(slot: slot, count) }
            return hours.best
        }
        #expect(best([(10, 30), (12, 35), (14, 35)]) == 12)
        #expect(best([(95, 50), (1, 50)]) == 0 && best([(94, 50), (0, 50)]) == 0)
        #expect(best([(40, 50), (50, 50)]) == 40 && best([(40, 50), (50, 51)]) == 50)
        // 3 × 40 beside 2 × 31 and 2 × 30: between two lively quarters is livelier than the liveliest alone.
        #expect(best([(20, 40), (60, 31), (62, 30)]) == 60 && best([(20, 60), (60, 31), (62, 30)]) == 20)
        #expect(best([(20, 31), (21, 29), (70, 48)]) == 20 && best([(3, 99)]) == nil && best([(3, 100)]) == 3)
        #expect(
            best([(30, 50), (32, 50), (31, 2), (80, 98)]) == 80 && best([(30, 50), (32, 50), (31, 2), (80, 66)]) == 31)
    }

    @Test("the overlap of those who were reached by neither is unknown, by both alike whole")
    func overlap() {
        #expect(Overlap.jaccard(one: 5, other: 5, both: 5) == 1 && Overlap.jaccard(one: 1, other: 0, both: 0) == 0)
        #expect(Overlap.jaccard(one: 6, other: 4, both: 2) == 0.25)
    }

    // MARK: - Intervals that are not there

    @Test("without people, and where nothing varies, there is no interval and no test")
    func degenerate() {
        func compared(_ control: (Int, Int), _ other: (Int, Int)) -> Comparison {
            Comparison(control: arm(control.0, control.1), arm: arm(other.0, other.1))
        }
        for nobody in [compared((0, 0), (10, 5)), compared((10, 5), (0, 0))] {
            #expect(nobody.zTest == nil && nobody.newcombe() == nil && nobody.welch == nil)
            #expect(nobody.confidenceSequence() == nil)
        }
        #expect(compared((10, 0), (10, 0)).zTest == nil && compared((10, 10), (10, 10)).zTest == nil)
        #expect(compared((10, 1), (10, 0)).zTest != nil && compared((10, 9), (10, 10)).zTest != nil)
        #expect(compared((10, 5), (1, 0)).welch == nil && compared((1, 1), (10, 5)).welch == nil)
        #expect(compared((10, 5), (10, 10)).welch == nil && compared((10, 5), (10, 4)).welch != nil)
        #expect(Comparison.wilson(arm(0, 0)) == nil && Comparison.wilson(arm(1, 0))?.low == 0)
        #expect(Comparison.wilson(arm(1, 1))?.high == 1)
        #expect(compared((10, 0), (10, 5)).katz() == nil && compared((10, 5), (10, 0)).katz() == nil)
        #expect(arm(0, 0).rate == 0 && arm(4, 1).rate == 0.25)
    }

    @Test(
        "two people are enough for a spread, one arm has nobody to be told apart from, and GrowthBook's rims belong to it"
    )
    func smallest() {
        #expect(Comparison(control: arm(2, 1), arm: arm(10, 5)).welch != nil)
        #expect(Comparison(control: arm(10, 5), arm: arm(2, 1)).confidenceSequence() != nil)
        #expect(Judgement.p(of: 0, [arm(1000, 100)], .planned) == 1 && Judgement.p(of: 0, [arm(9, 1)], .later) == 1)
        func ends(_ weights: [Double]) -> [Double] {
            GrowthBookRanges.bucketRanges(count: 2, coverage: 1, weights: weights).map(\.end)
        }
        #expect(
            ends([0.51, 0.5])[0] == 0.51 && ends([0.5, 0.49])[1] == 0.99, "one in a hundred off is as it is written")
        #expect(ends([0.52, 0.5]) == [0.5, 1] && ends([0.5, 0.48]) == [0.5, 1] && ends([0.7]) == [0.5, 1])
    }

    @Test(
        "the normal's quantiles are right to the fifteenth digit, on both sides of where one formula takes over",
        arguments: [
            (1e-9, -5.9978070150076869), (3e-8, -5.4188011673979431), (1e-11, -6.7060231554951363),
            (1e-12, -7.0344838253011319), (0.025, -1.9599639845400542), (0.5, 0), (0.975, 1.9599639845400542),
        ] as [(Double, Double)])
    func quantiles(p: Double, z: Double) {
        #expect(SpecialFunctions.normalQuantile(0) == -.infinity && SpecialFunctions.normalQuantile(1) == .infinity)
        #expect(abs(SpecialFunctions.normalQuantile(p) - z) <= 2e-15 * max(1, abs(z)))
    }

    @Test("the power of nobody is none, of a sure thing whole, and the smallest lift is found at the power asked for")
    func power() {
        #expect(Power(baseRate: 0.2, peopleAnArm: 0).ofLift(1) == 0)
        let power = Power(baseRate: 0.2, peopleAnArm: 400)
        #expect(abs(power.ofLift(0) - 0.05) < 1e-9 && power.ofLift(4) == 1)
        #expect(abs(Power(baseRate: 0.2, peopleAnArm: 400, alpha: 0.1).ofLift(0) - 0.1) < 1e-9)
        #expect(abs(power.ofLift(power.smallestLift(power: 0.5) ?? 0) - 0.5) < 1e-6)
        // A rise above everybody is everybody.
        #expect(power.ofLift(9) == power.ofLift(4) && power.ofLift(-2) == power.ofLift(-1))
    }

    // MARK: - The plan

    private func plan(
        _ change: (inout Campaign) -> Void = { _ in }, audience: Int = 10_000, people: Int = 5000, messages: Int? = nil,
        perSecond: Double = 2
    ) -> TestPlan? {
        let start = Moment(iso8601: "2026-11-20T10:00:00+08:00")!
        let half = Share(tenThousandths: 5000)
        var campaign = Campaign(
            id: "c", author: "a", account: "f", title: "c", audience: AudienceRequest(source: .files, files: ["a.csv"]),
            schedule: Schedule(start: start),
            variants: ["a", "b"].map { Variant(name: $0, weight: half, messages: [.text("x")]) },
            experiment: ExperimentRequest(
                share: Share(tenThousandths: 2000), metric: .replied, wait: .hours(2), decideBy: start + .hours(3),
                onInconclusive: .control))
        change(&campaign)
        return TestPlan(
            campaign, audience: audience, start: start,
            capacity: .init(peopleADay: people, messagesADay: messages, perSecond: perSecond),
            quiet: DayWindow(fromMinute: 22 * 60, toMinute: 8 * 60))
    }

    @Test("two a second are a hundred and twenty a minute: 1,200 are served in ten, one more in eleven")
    func planPace() {
        let start = Moment(iso8601: "2026-11-20T10:00:00+08:00")!
        #expect(plan(audience: 6000)?.served == start + .minutes(10))
        #expect(plan(audience: 6001)?.served == start + .minutes(11))
    }

    @Test("the plan counts whom the file takes, less its holdout, times its share, rounded up; arms by their weights")
    func planPeople() {
        #expect(plan()?.people == 2000 && plan()?.leastInAnArm == 1000)
        #expect(plan({ $0.audience.max = 3001 })?.people == 601 && plan({ $0.audience.max = 99_999 })?.people == 2000)
        #expect(plan({ $0.holdout = Share(tenThousandths: 1000) })?.people == 1800)
        let uneven = plan {
            $0.variants[0].weight = Share(tenThousandths: 7500)
            $0.variants[1].weight = Share(tenThousandths: 2500)
        }
        #expect(uneven?.leastInAnArm == 500 && uneven?.isLargeEnough == true)
        #expect(plan(audience: 9990)?.leastInAnArm == 999 && plan(audience: 4990)?.isLargeEnough == false)
        #expect(plan({ $0.experiment = nil }) == nil && plan({ $0.experiment?.method = .bandit }) == nil)
    }

    @Test("contacts of a day are the fewer of people and of messages, by the largest variant")
    func planCapacity() {
        #expect(plan()?.contactsADay == 5000 && plan(messages: 500)?.contactsADay == 500)
        #expect(
            plan({ $0.variants[1].messages = [.text("x"), .text("y"), .text("z")] }, messages: 500)?.contactsADay == 166
        )
        #expect(plan(people: 70, messages: 500)?.contactsADay == 70)
        #expect(
            plan(people: 0)?.served == nil && plan(perSecond: 0)?.served == nil && plan(perSecond: 0)?.isInTime == false
        )
        // Six a day: the last of 2,000 in the 334th day, and of 2,000 at five a day not within a year.
        #expect(plan(people: 6)?.served == Moment(iso8601: "2027-10-19T08:01:00+08:00"))
        #expect(plan(people: 5)?.served == nil)
    }

    @Test("a test is in time when its wait ends by the moment of deciding, and not a minute later")
    func planInTime() {
        let ready = plan()?.ready
        #expect(ready == Moment(iso8601: "2026-11-20T12:17:00+08:00"))
        #expect(plan({ $0.experiment?.decideBy = ready! })?.isInTime == true)
        #expect(plan({ $0.experiment?.decideBy = ready! - .milliseconds(1) })?.isInTime == false)
        #expect(plan()?.decideBy == Moment(iso8601: "2026-11-20T13:00:00+08:00"))
        let none = plan(audience: 0)
        #expect(none?.people == 0 && none?.served == Moment(iso8601: "2026-11-20T10:00:00+08:00"))
    }

    @Test("who takes part: half-open slices of a namespace, drawn apart from share, arm and holdout")
    func takesPart() {
        func slice(_ from: Int, _ to: Int, share: Share = .whole) -> TestShare {
            TestShare(
                campaign: "c", share: share,
                slice: NamespaceSlice(
                    name: "w", start: Share(tenThousandths: from), end: Share(tenThousandths: to)))
        }
        let people = (0..<3000).map { "_000p\($0)" }
        #expect(people.allSatisfy { slice(0, 10_000).contains($0) })
        #expect(people.allSatisfy { !slice(3000, 3000).contains($0) })
        for cut in [1, 2500, 9999] {
            #expect(people.allSatisfy { slice(0, cut).contains($0) != slice(cut, 10_000).contains($0) })
        }
        let tenth = people.filter { slice(0, 5000, share: Share(tenThousandths: 1000)).contains($0) }
        #expect((100...200).contains(tenth.count))
        #expect(people.allSatisfy { !TestShare(campaign: "c", share: .zero).contains($0) })
        var settings = HoldoutSettings()
        (settings.name, settings.share) = ("q4", Share(tenThousandths: 500))
        let house = GlobalHoldout(settings)
        #expect(house.seed == "__holdout:q4" && house.share == Share(tenThousandths: 500))
        #expect(people.allSatisfy { GlobalHoldout(name: "q4", share: .whole).contains($0) })
    }
}
