import Foundation

/// What a test can find before it is sent: how often a true effect of a size would be seen.
package struct Power: Sendable {
    /// The control's rate, within 0 ..< 1, exclusive of 0.
    package let baseRate: Double
    package let peopleAnArm: Int
    /// Two-sided.
    package let alpha: Double

    package init(baseRate: Double, peopleAnArm: Int, alpha: Double = 0.05) {
        precondition(baseRate > 0 && baseRate < 1, "a rate that can rise lies between 0 and 1")
        (self.baseRate, self.peopleAnArm, self.alpha) = (baseRate, peopleAnArm, alpha)
    }

    /// The chance that the two-sided z-test finds a true relative lift: normal approximation, both tails counted.
    /// - Parameter lift: 0.29 for +29 %. The raised rate is held below 1.
    package func ofLift(_ lift: Double) -> Double {
        guard peopleAnArm > 0 else { return 0 }
        let raised = min(max(baseRate * (1 + lift), 0), 1)
        let n = Double(peopleAnArm)
        let pooled = (baseRate + raised) / 2
        let underEqual = (2 * pooled * (1 - pooled) / n).squareRoot()
        let underTrue = (baseRate * (1 - baseRate) / n + raised * (1 - raised) / n).squareRoot()
        guard underTrue > 0 else { return 1 }
        let z = SpecialFunctions.normalQuantile(1 - alpha / 2)
        let difference = abs(raised - baseRate)
        return SpecialFunctions.normalCDF((difference - z * underEqual) / underTrue)
            + SpecialFunctions.normalCDF((-difference - z * underEqual) / underTrue)
    }

    /// The smallest relative lift that is found at least `power` of the time; `nil`: not even a rise to everybody is.
    package func smallestLift(power: Double = 0.8) -> Double? {
        var high = 1 / baseRate - 1
        guard ofLift(high) >= power else { return nil }
        var low = 0.0
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if ofLift(middle) >= power { high = middle } else { low = middle }
        }
        return high
    }
}
