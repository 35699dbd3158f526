import Foundation

/// What is believed of several arms after their counts, from Beta(1, 1) before them: the chance that each is the best, and
/// what choosing it is expected to cost. Computed by quadrature, never by drawing, so that a decision can be computed again
/// to the byte. Absolute error below 1e-9.
package struct Posterior: Sendable {
    /// By arm. They add up to 1.
    package let best: [Double]
    /// By arm: how much higher the best arm's rate is expected to be than this one's, in units of the rate.
    package let expectedLoss: [Double]

    package init(_ arms: [ArmCount]) {
        let betas = arms.map(Beta.init)
        var best = Array(repeating: 0.0, count: arms.count)
        var loss = best
        var below = best
        let edges = Self.edges(betas)
        for (from, to) in zip(edges, edges.dropFirst()) {
            let half = (to - from) / 2
            for (node, weight) in GaussLegendre.points {
                let x = from + half * (1 + node)
                for arm in betas.indices { below[arm] = betas[arm].cdf(x) }
                let all = below.reduce(1, *)
                for arm in betas.indices {
                    var others = 1.0
                    for other in betas.indices where other != arm { others *= below[other] }
                    if others > 0 { best[arm] += weight * half * betas[arm].density(x) * others }
                    // The plain difference of two means would cancel to noise; this difference is never negative.
                    loss[arm] += weight * half * (below[arm] - all)
                }
            }
        }
        self.best = best
        expectedLoss = loss
    }

    /// Where the pieces of the integral meet: dense where any arm's belief lives, with nothing of a thin tail left out.
    private static func edges(_ betas: [Beta]) -> [Double] {
        let steps: [Double] = [0, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 18, 28, 44]
        let around = betas.flatMap { beta in
            steps.flatMap { [beta.mean - $0 * beta.deviation, beta.mean + $0 * beta.deviation] }
        }
        var edges: [Double] = []
        for edge in ([0, 1] + around.filter { $0 > 0 && $0 < 1 }).sorted() where edge != edges.last {
            edges.append(edge)
        }
        return edges
    }

    private struct Beta {
        let a: Double
        let b: Double
        init(_ arm: ArmCount) {
            a = 1 + Double(arm.conversions)
            b = 1 + Double(arm.people - arm.conversions)
        }
        var mean: Double { a / (a + b) }
        var deviation: Double { (a * b / ((a + b) * (a + b) * (a + b + 1))).squareRoot() }
        func cdf(_ x: Double) -> Double { SpecialFunctions.betaCDF(x, a: a, b: b) }
        func density(_ x: Double) -> Double { SpecialFunctions.betaKernel(x, a: a, b: b) / (x * (1 - x)) }
    }
}

/// Sixteen points on −1...1: exact for polynomials up to degree 31.
private enum GaussLegendre {
    static let points: [(node: Double, weight: Double)] = half.flatMap { [(-$0.0, $0.1), ($0.0, $0.1)] }
    private static let half: [(Double, Double)] = [
        (0.09501250983763744, 0.18945061045506864), (0.2816035507792589, 0.18260341504492364),
        (0.45801677765722737, 0.16915651939500265), (0.6178762444026438, 0.1495959888165767),
        (0.755404408355003, 0.12462897125553407), (0.8656312023878318, 0.0951585116824926),
        (0.9445750230732326, 0.062253523938647456), (0.9894009349916499, 0.027152459411754176),
    ]
}
