import CampaignModel
import SendingRules
import Testing

@Suite("A lane's pace is smooth and exact")
struct ThrottleTests {
    private static let start = shanghai("2026-11-20 08:00")

    @Test(
        "after a quiet spell a burst may go, and no more until the next is due",
        arguments: [
            (1.0, 1), (2, 10), (50.0 / 3600, 1), (50.0 / 3600, 5), (100, 500),
        ] as [(Double, Int)])
    func burst(perSecond: Double, burst: Int) {
        var throttle = Throttle(perSecond: perSecond, burst: burst)
        #expect(throttle.due(at: Self.start) == burst)
        throttle.take(burst, at: Self.start)
        #expect(throttle.due(at: Self.start) == 0)
        // A long rest earns one burst, never two.
        #expect(throttle.due(at: Self.start + .days(30)) == burst)
    }

    @Test(
        "over a whole day the pace is exact within one contact, for whoever wakes when the next is due",
        arguments: [
            (50.0 / 3600, 1), (1.0 / 3, 1), (1, 1), (2, 10), (3, 1), (7, 1), (7, 5),
        ] as [(Double, Int)])
    func exactOverADay(perSecond: Double, burst: Int) {
        expectExact(perSecond: perSecond, burst: burst, over: .days(1), every: nil)
    }

    @Test(
        "a quick lane is as exact, and so is one that looks only now and then when its burst bridges the time",
        arguments: [
            (30, 1, nil), (70, 10, nil), (333, 1, nil), (999, 1, nil), (7, 5, 333), (2, 10, 4000), (400, 500, 1000),
        ] as [(Double, Int, Int64?)])
    func exactOverAQuarterHour(perSecond: Double, burst: Int, every: Int64?) {
        expectExact(perSecond: perSecond, burst: burst, over: .minutes(15), every: every)
    }

    /// Takes whatever is due, at every next due moment or `every` so many milliseconds.
    private func expectExact(perSecond: Double, burst: Int, over span: Duration, every: Int64?) {
        var throttle = Throttle(perSecond: perSecond, burst: burst)
        var taken = 0
        var now = Self.start
        var last = now
        while now < Self.start + span {
            let due = throttle.due(at: now)
            if due > 0 { throttle.take(due, at: now) }
            taken += due
            last = now
            now = every.map { now + .milliseconds($0) } ?? throttle.nextDue(at: now)
        }
        // The burst that the quiet spell before had earned comes on top.
        let steady = perSecond * Double(last.since(Self.start).wholeMilliseconds) / 1000
        #expect(abs(Double(taken - burst) - steady) <= 1, "\(taken) where \(steady) and \(burst) were right")
    }

    @Test("over any span no more go than the pace and one burst", arguments: [1 as UInt64, 2, 3])
    func neverMore(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let perSecond = Double.random(in: 0.01...200, using: &random)
        let burst = Int.random(in: 1...50, using: &random)
        var throttle = Throttle(perSecond: perSecond, burst: burst)
        var starts: [(Moment, Int)] = []
        var now = Self.start
        for _ in 0..<2000 {
            now = now + .milliseconds(Int64.random(in: 0...Int64(3000 / perSecond), using: &random))
            let due = throttle.due(at: now)
            guard due > 0 else { continue }
            let taken = Int.random(in: 1...due, using: &random)
            throttle.take(taken, at: now)
            starts.append((now, taken))
        }
        for first in stride(from: 0, to: starts.count, by: 37) {
            var sum = 0
            var worst = -Double.infinity
            for (moment, taken) in starts[first...] {
                sum += taken
                let span = Double(moment.since(starts[first].0).wholeMilliseconds) / 1000
                // A moment is a whole millisecond: what is due within one may go at its end.
                worst = max(worst, Double(sum) - (span + 0.001) * perSecond - Double(burst))
            }
            #expect(worst <= 1e-6)
        }
    }

    @Test(
        "the next due moment is honest: then at least one is due, a millisecond before none",
        arguments: [
            1 as UInt64, 2, 3, 4, 5, 6, 7, 8,
        ])
    func nextDueIsHonest(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let perSecond = [0.0139, 0.3333333, 1, 3, 7, 30, 70, 333, 999][Int.random(in: 0..<9, using: &random)]
        let burst = Int.random(in: 1...9, using: &random)
        var throttle = Throttle(perSecond: perSecond, burst: burst)
        var now = Self.start
        for _ in 0..<20_000 {
            let due = throttle.due(at: now)
            if due > 0 {
                if throttle.nextDue(at: now) != now { Issue.record("\(due) due at \(now), next due later") }
                throttle.take(Int.random(in: 1...due, using: &random), at: now)
                continue
            }
            let next = throttle.nextDue(at: now)
            let isHonest =
                next > now && throttle.due(at: next) >= 1 && throttle.due(at: next - .milliseconds(1)) == 0
            if !isHonest { Issue.record("\(perSecond)/s, burst \(burst): next due \(next) seen from \(now)") }
            now = next
        }
    }

    @Test("a platform that is busy halves the pace, down to a sixty-fourth; accepted contacts bring it back")
    func slowDownAndSpeedUp() {
        var throttle = Throttle(perSecond: 10, burst: 1)
        #expect(!throttle.isSlowed && throttle.perSecond == 10)
        throttle.slowDown()
        #expect(throttle.isSlowed && throttle.perSecond == 5)
        for _ in 0..<20 { throttle.slowDown() }
        #expect(throttle.perSecond == 10.0 / 64)
        var before = throttle.perSecond
        var steps = 0
        while throttle.isSlowed {
            throttle.speedUp()
            #expect(throttle.perSecond > before && throttle.perSecond <= 10)
            before = throttle.perSecond
            steps += 1
        }
        #expect(throttle.perSecond == 10 && (190...200).contains(steps))
        throttle.speedUp()
        #expect(throttle.perSecond == 10)
    }

    @Test(
        "how slow a lane is, in whole per cent of its own pace",
        arguments: [(0, 100), (1, 50), (3, 13), (6, 2), (9, 2)])
    func percent(slowed: Int, percent: Int) {
        var throttle = Throttle(perSecond: 10, burst: 1)
        for _ in 0..<slowed { throttle.slowDown() }
        #expect(throttle.percent == percent)
    }

    @Test("a slowed lane is due later, not stopped")
    func slowedIsDueLater() {
        var throttle = Throttle(perSecond: 1, burst: 1)
        throttle.slowDown()
        throttle.take(1, at: Self.start)
        #expect(throttle.nextDue(at: Self.start) == Self.start + .seconds(2))
    }
}

@Suite("A sick platform is left alone for a while")
struct BreakerTests {
    private static let start = shanghai("2026-11-20 12:00")

    @Test("it opens at the tenth failure in a row, for ten seconds")
    func opens() {
        var breaker = Breaker()
        for _ in 0..<9 { breaker.fail(at: Self.start, left: Self.start) }
        #expect(!breaker.isOpen(at: Self.start) && breaker.openUntil == nil)
        breaker.fail(at: Self.start, left: Self.start)
        #expect(breaker.isOpen(at: Self.start))
        #expect(breaker.openUntil == Self.start + .seconds(10))
        #expect(breaker.isOpen(at: Self.start + .milliseconds(9999)) && !breaker.isOpen(at: Self.start + .seconds(10)))
    }

    @Test("half open, one more failure opens it again for twice as long, up to ten minutes")
    func opensLonger() {
        var breaker = Breaker(failuresMax: 3)
        var now = Self.start
        for _ in 0..<2 { breaker.fail(at: now, left: now) }
        for seconds in [10, 20, 40, 80, 160, 320, 600, 600, 600, 600, 600, 600, 600] {
            breaker.fail(at: now, left: now)
            let until = now + .seconds(seconds)
            #expect(breaker.openUntil == until)
            now = until
        }
    }

    @Test("the rest of a full wire that fails with it does not lengthen the pause")
    func failuresOnTheWire() {
        var breaker = Breaker()
        for index in 0..<64 { breaker.fail(at: Self.start + .milliseconds(index), left: Self.start) }
        #expect(breaker.openUntil == Self.start + .milliseconds(9) + .seconds(10))
    }

    @Test("a success forgets everything")
    func succeeds() {
        var breaker = Breaker(failuresMax: 3)
        for _ in 0..<5 { breaker.fail(at: Self.start, left: Self.start) }
        breaker.succeed()
        #expect(breaker == Breaker(failuresMax: 3))
        for _ in 0..<2 { breaker.fail(at: Self.start, left: Self.start) }
        #expect(!breaker.isOpen(at: Self.start))
    }

    @Test("a failure of a request that left before the breaker opened does not open it again")
    func breakerOldFailures() {
        var breaker = Breaker(failuresMax: 3)
        for _ in 0..<3 { breaker.fail(at: Self.start, left: Self.start) }
        let open = breaker.openUntil
        breaker.fail(at: Self.start + .seconds(11), left: Self.start - .seconds(9))
        #expect(breaker.openUntil == open)
        breaker.fail(at: Self.start + .seconds(12), left: Self.start + .seconds(11))
        #expect(breaker.openUntil == Self.start + .seconds(32))
    }
}
