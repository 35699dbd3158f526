import Experiments
import Foundation
import Testing

/// Generated questions and what scipy and gbstats answer; `Vectors/generate.py` wrote them.
@Suite("Every figure is the one that scipy and gbstats give")
struct StatisticsCasesTests {
    private let cases: StatisticsCases

    init() throws { cases = try StatisticsCases.read() }

    @Test("the special functions agree to eleven digits, in the tails and for a million people as well")
    func functions() {
        #expect(cases.functions.count >= 300)
        for one in cases.functions {
            let value: Double =
                switch one.f {
                case "normalCDF": SpecialFunctions.normalCDF(one.x[0])
                case "normalQuantile": SpecialFunctions.normalQuantile(one.x[0])
                case "betaCDF": SpecialFunctions.betaCDF(one.x[0], a: one.x[1], b: one.x[2])
                case "chiSquareUpperTail":
                    SpecialFunctions.chiSquareUpperTail(one.x[0], degrees: Int(one.x[1]))
                case "studentTwoSidedTail": SpecialFunctions.studentTwoSidedTail(one.x[0], degrees: one.x[1])
                default: .nan
                }
            #expect(abs(value - one.is) <= 1e-11 * max(abs(one.is), 1e-3), "\(one) came out as \(value)")
        }
    }

    @Test("four hundred pairs: z, Newcombe, Katz, Welch, the confidence sequence, P(best) and the loss, to 1e-6")
    func pairs() throws {
        #expect(cases.pairs.count >= 400)
        for one in cases.pairs {
            let comparison = Comparison(control: one.control.count, arm: one.arm.count)
            let sequence = try #require(comparison.confidenceSequence(tuning: one.tuning))
            let newcombe = try #require(comparison.newcombe())
            let katz = try #require(comparison.katz())
            let posterior = Posterior([one.control.count, one.arm.count])
            let ours = [
                try #require(comparison.zTest).p, newcombe.low, newcombe.high, katz.low, katz.high,
                try #require(comparison.welch), sequence.interval.low, sequence.interval.high, sequence.p,
            ]
            let theirs = [one.z_p] + one.newcombe + one.katz + [one.welch_p] + one.sequence + [one.sequence_p]
            for (left, right) in zip(ours + posterior.best + posterior.expectedLoss, theirs + one.best + one.loss) {
                #expect(abs(left - right) <= 1e-6 * max(1, abs(right)), "\(one): \(left) instead of \(right)")
            }
        }
    }

    @Test("several arms: the chance to be best and the loss agree, and the chances add up to one")
    func several() {
        #expect(cases.several.count >= 40)
        for one in cases.several {
            let posterior = Posterior(one.arms.map(\.count))
            for (left, right) in zip(posterior.best + posterior.expectedLoss, one.best + one.loss) {
                #expect(abs(left - right) <= 1e-8, "\(one)")
            }
            #expect(abs(posterior.best.reduce(0, +) - 1) < 1e-9)
        }
    }

    @Test("the sample ratio's p is scipy's chi-square and gbstats' check_srm")
    func splits() throws {
        #expect(cases.splits.count >= 60)
        for one in cases.splits {
            let p = try #require(SampleRatio.p(counted: one.counted, weights: one.weights))
            #expect(abs(p - one.p) <= 1e-10)
        }
    }

    @Test("Holm's adjusted values agree, in the order asked")
    func holm() {
        for one in cases.holm {
            for (left, right) in zip(Holm.adjusted(one.p), one.is) { #expect(abs(left - right) < 1e-12) }
        }
    }
}

private struct StatisticsCases: Decodable {
    struct Function: Decodable {
        var f: String
        var x: [Double]
        var `is`: Double
    }
    struct Arm: Decodable {
        var count: ArmCount
        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            let people = try list.decode(Int.self)
            count = ArmCount(people: people, conversions: try list.decode(Int.self))
        }
    }
    struct Pair: Decodable {
        var control: Arm
        var arm: Arm
        var z_p: Double
        var newcombe: [Double]
        var katz: [Double]
        var best: [Double]
        var loss: [Double]
        var welch_p: Double
        var tuning: Double
        var sequence: [Double]
        var sequence_p: Double
    }
    struct Several: Decodable {
        var arms: [Arm]
        var best: [Double]
        var loss: [Double]
    }
    struct Split: Decodable {
        var counted: [Int]
        var weights: [Double]
        var p: Double
    }
    struct Adjusted: Decodable {
        var p: [Double]
        var `is`: [Double]
    }
    var functions: [Function]
    var pairs: [Pair]
    var several: [Several]
    var splits: [Split]
    var holm: [Adjusted]

    /// The kept cases, or those that `make vectors-live` has just generated.
    static func read() throws -> StatisticsCases {
        let live = ProcessInfo.processInfo.environment["CURFEW_STATISTICS_CASES"].map { URL(fileURLWithPath: $0) }
        let kept = Bundle.module.url(forResource: "statistics-cases", withExtension: "json")
        return try JSONDecoder().decode(Self.self, from: Data(contentsOf: try #require(live ?? kept)))
    }
}
