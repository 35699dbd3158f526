import CampaignModel
import Experiments
import Testing

@Suite("Figures of what people do")
struct FiguresTests {
    @Test("of all against all nothing is known, and an arm without anybody has no lift")
    func degenerate() {
        func compared(_ control: (Int, Int), _ arm: (Int, Int)) -> Comparison {
            Comparison(
                control: ArmCount(people: control.0, conversions: control.1),
                arm: ArmCount(people: arm.0, conversions: arm.1))
        }
        #expect(compared((50, 50), (70, 70)).katz() == nil)
        #expect(compared((50, 50), (70, 60)).katz() != nil)
        #expect(compared((50, 40), (70, 70)).katz() != nil)
        #expect(compared((50, 10), (0, 0)).lift == nil && compared((50, 10), (0, 0)).katz() == nil)
        #expect(compared((50, 10), (50, 0)).lift == -1, "nobody of fifty is a hundred per cent less")
        #expect(compared((50, 0), (50, 10)).lift == nil)
    }

    /// Signs scattered around a true quarter, over a day that is lively everywhere.
    private func signs(around slot: Int, count: Int, seed: UInt64) -> BestHours {
        var draws = Draws(seed: seed)
        var hours = BestHours()
        for _ in 0..<count {
            // The sum of four dice of five faces: within eight quarters, mostly within two.
            let away = (0..<4).reduce(0) { sum, _ in sum + Int(draws.unit() * 5) } - 8
            hours.add(slot: (slot + away / 2 + BestHours.slotsInDay) % BestHours.slotsInDay)
            if draws.unit() < 0.33 { hours.add(slot: Int(draws.unit() * 96)) }
        }
        return hours
    }

    @Test("people whose hour is known are found within a quarter of an hour, around midnight too")
    func bestHours() {
        for slot in 0..<BestHours.slotsInDay {
            for seed in UInt64(1)...2 {
                guard let best = signs(around: slot, count: 1500, seed: seed &* 977 &+ UInt64(slot)).best else {
                    Issue.record("nothing found for \(slot)")
                    continue
                }
                let away = abs(best - slot)
                #expect(min(away, BestHours.slotsInDay - away) <= 1, "\(slot) came out as \(best)")
            }
        }
    }

    @Test("with a handful of signs nothing is recommended")
    func fewSigns() {
        var hours = BestHours()
        hours.add(slot: 80, BestHours.signsMin - 1)
        #expect(hours.best == nil)
        hours.add(slot: 80)
        #expect(hours.best == 80)
    }

    @Test("overlap counts each person once, and says nothing about nobody")
    func overlap() {
        #expect(Overlap.jaccard(one: 100, other: 50, both: 50) == 0.5)
        #expect(Overlap.jaccard(one: 3, other: 4, both: 0) == 0)
        #expect(Overlap.jaccard(one: 0, other: 0, both: 0) == nil)
    }
}
