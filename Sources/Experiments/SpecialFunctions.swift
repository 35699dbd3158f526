import Foundation

/// The functions that tests of proportions need. `lgamma`, `erfc` and the elementary ones are the C library's; the rest is
/// written here, each with its source and the error that its tests hold it to.
package enum SpecialFunctions {
    /// How many terms a series or a continued fraction may take. The incomplete beta needs about the root of its larger
    /// parameter, so this suffices for 10⁹ people an arm.
    private static let termsMax = 200_000
    private static let tiny = 1e-300
    private static let epsilon = 1e-16

    // MARK: - Normal

    /// P(Z ≤ x). Relative error of the C library's `erfc`: below 1e-15, in the tails as well.
    package static func normalCDF(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

    /// The x with P(Z ≤ x) = p. Wichura's AS 241 (PPND16): relative error about 1e-16.
    /// - Parameter p: within 0...1; the ends are infinite.
    package static func normalQuantile(_ p: Double) -> Double {
        precondition(p >= 0 && p <= 1, "a probability lies within 0...1")
        if p == 0 { return -.infinity }
        if p == 1 { return .infinity }
        let q = p - 0.5
        if abs(q) <= 0.425 {
            let r = 0.180625 - q * q
            return q * ratio(r, Wichura.central)
        }
        let r = (-log(q < 0 ? p : 1 - p)).squareRoot()
        let value = r <= 5 ? ratio(r - 1.6, Wichura.middle) : ratio(r - 5, Wichura.far)
        return q < 0 ? -value : value
    }

    private static func ratio(_ r: Double, _ c: (above: [Double], below: [Double])) -> Double {
        c.above.reduce(0) { $0 * r + $1 } / c.below.reduce(0) { $0 * r + $1 }
    }

    // MARK: - Beta

    /// x^a (1−x)^b / B(a, b), by Loader's saddle-point form of the binomial: no two large logarithms are subtracted, so
    /// the relative error stays below 1e-13 for a and b up to 10⁹, where `lgamma` alone has lost half its digits.
    package static func betaKernel(_ x: Double, a: Double, b: Double) -> Double {
        if x <= 0 || x >= 1 { return 0 }
        let n = a + b
        let exponent =
            stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * (1 - x))
        return exp(exponent) * (a * b / (2 * .pi * n)).squareRoot()
    }

    /// P(X ≤ x) for X of Beta(a, b): the regularised incomplete beta function, by its continued fraction (modified Lentz).
    /// Relative error below 1e-12 where the value is above 1e-300.
    package static func betaCDF(_ x: Double, a: Double, b: Double) -> Double {
        precondition(a > 0 && b > 0, "both parameters of a beta are above zero")
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        let kernel = betaKernel(x, a: a, b: b)
        // The fraction converges quickly on one side of the mean only; the other side is its mirror.
        if x < (a + 1) / (a + b + 2) { return kernel == 0 ? 0 : kernel * betaFraction(x, a, b) / a }
        return kernel == 0 ? 1 : 1 - kernel * betaFraction(1 - x, b, a) / b
    }

    private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        var c = 1.0
        var d = 1 / floored(1 - (a + b) * x / (a + 1))
        var value = d
        for m in 1...termsMax {
            let m = Double(m)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / floored(1 + even * d)
            c = floored(1 + even / c)
            value *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / floored(1 + odd * d)
            c = floored(1 + odd / c)
            value *= d * c
            if abs(d * c - 1) < epsilon * 4 { break }
        }
        return value
    }

    private static func floored(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }

    /// ln Γ(n+1) − (n + ½) ln n + n − ½ ln 2π: what Stirling's formula leaves out.
    private static func stirlingError(_ n: Double) -> Double {
        if n < 16 { return lgamma(n + 1).0 - (n + 0.5) * log(n) + n - 0.5 * log(2 * .pi) }
        let s = n * n
        return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / (1188 * s)) / s) / s) / s) / n
    }

    /// x ln(x / m) + m − x, by its series where the two are close and the direct form would cancel.
    private static func deviance(_ x: Double, _ mean: Double) -> Double {
        guard abs(x - mean) < 0.1 * (x + mean) else { return x * log(x / mean) + mean - x }
        let v = (x - mean) / (x + mean)
        var sum = (x - mean) * v
        var term = 2 * x * v
        for j in 1...1000 {
            term *= v * v
            let next = sum + term / Double(2 * j + 1)
            if next == sum { break }
            sum = next
        }
        return sum
    }

    // MARK: - Chi-square and Student

    /// P(X > x) of a chi-square with `degrees` of freedom. Relative error below 1e-12.
    package static func chiSquareUpperTail(_ x: Double, degrees: Int) -> Double {
        precondition(degrees > 0, "a chi-square has at least one degree of freedom")
        return x <= 0 ? 1 : upperGamma(Double(degrees) / 2, x / 2)
    }

    /// P(|T| > t) of Student's distribution; `degrees` need not be whole. Relative error below 1e-11.
    package static func studentTwoSidedTail(_ t: Double, degrees: Double) -> Double {
        betaCDF(degrees / (degrees + t * t), a: degrees / 2, b: 0.5)
    }

    /// Q(a, x): by the series below the bulk, by the continued fraction above it.
    private static func upperGamma(_ a: Double, _ x: Double) -> Double {
        let front = exp(a * log(x) - x - lgamma(a).0)
        if x < a + 1 {
            var term = 1 / a
            var sum = term
            for n in 1...termsMax {
                term *= x / (a + Double(n))
                sum += term
                if term < sum * epsilon { break }
            }
            return 1 - front * sum
        }
        var b = x + 1 - a
        var c = 1 / tiny
        var d = 1 / floored(b)
        var value = d
        for n in 1...termsMax {
            let factor = -Double(n) * (Double(n) - a)
            b += 2
            d = 1 / floored(factor * d + b)
            c = floored(b + factor / c)
            value *= d * c
            if abs(d * c - 1) < epsilon * 4 { break }
        }
        return front * value
    }
}

/// Coefficients of AS 241, the highest power first.
private enum Wichura {
    static let central: (above: [Double], below: [Double]) = (
        [
            2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
            13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
        ],
        [
            5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
            5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1,
        ]
    )
    static let middle: (above: [Double], below: [Double]) = (
        [
            7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
            3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
        ],
        [
            1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
            0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1,
        ]
    )
    static let far: (above: [Double], below: [Double]) = (
        [
            2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386,
            0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699,
            6.6579046435011037772,
        ],
        [
            2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
            7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1,
        ]
    )
}
