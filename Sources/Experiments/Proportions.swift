import Foundation

/// One arm as an analysis sees it.
package struct ArmCount: Hashable, Sendable, Codable {
    /// Who was reached, by assignment.
    package let people: Int
    /// How many of them did what the metric counts; each person once.
    package let conversions: Int

    package init(people: Int, conversions: Int) {
        precondition(people >= 0 && conversions >= 0 && conversions <= people, "nobody converts who was not reached")
        (self.people, self.conversions) = (people, conversions)
    }

    package var rate: Double { people == 0 ? 0 : Double(conversions) / Double(people) }
    /// With nobody, none or all of them there is no spread to test by.
    fileprivate var isDegenerate: Bool { people < 2 || conversions == 0 || conversions == people }
}

package struct Interval: Hashable, Sendable, Codable {
    package let low: Double
    package let high: Double
    package init(low: Double, high: Double) { (self.low, self.high) = (low, high) }
}

/// One arm against the control: what is shown beside the verdict. `nil` always means *not enough data*, never zero.
package struct Comparison: Sendable {
    package let control: ArmCount
    package let arm: ArmCount

    package init(control: ArmCount, arm: ArmCount) { (self.control, self.arm) = (control, arm) }

    /// The pooled z-test for two proportions, two-sided.
    package var zTest: (z: Double, p: Double)? {
        let people = Double(control.people + arm.people)
        let pooled = Double(control.conversions + arm.conversions) / max(people, 1)
        guard control.people > 0, arm.people > 0, pooled > 0, pooled < 1 else { return nil }
        let spread = (pooled * (1 - pooled) * (1 / Double(control.people) + 1 / Double(arm.people))).squareRoot()
        let z = (arm.rate - control.rate) / spread
        return (z, 2 * SpecialFunctions.normalCDF(-abs(z)))
    }

    /// arm ÷ control − 1.
    package var lift: Double? { control.conversions == 0 || arm.people == 0 ? nil : arm.rate / control.rate - 1 }

    /// Newcombe's hybrid score interval (his method 10) for the difference of the rates: never beyond ±1, and sound near
    /// 0 and 1, where the textbook interval is not.
    package func newcombe(confidence: Double = 0.95) -> Interval? {
        guard control.people > 0, arm.people > 0 else { return nil }
        let z = SpecialFunctions.normalQuantile(0.5 + confidence / 2)
        let ours = Self.wilson(arm, z)
        let theirs = Self.wilson(control, z)
        let difference = arm.rate - control.rate
        let below = hypot(arm.rate - ours.low, theirs.high - control.rate)
        let above = hypot(ours.high - arm.rate, control.rate - theirs.low)
        return Interval(low: difference - below, high: difference + above)
    }

    /// Wilson's score interval of one rate.
    package static func wilson(_ arm: ArmCount, confidence: Double = 0.95) -> Interval? {
        guard arm.people > 0 else { return nil }
        return wilson(arm, SpecialFunctions.normalQuantile(0.5 + confidence / 2))
    }

    private static func wilson(_ arm: ArmCount, _ z: Double) -> Interval {
        let n = Double(arm.people)
        let centre = arm.rate + z * z / (2 * n)
        let reach = z * (arm.rate * (1 - arm.rate) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        return Interval(low: max(0, (centre - reach) / scale), high: min(1, (centre + reach) / scale))
    }

    /// Katz's log interval for the ratio of the rates.
    package func katz(confidence: Double = 0.95) -> Interval? {
        // Of all against all the variance comes out as nought, and the interval as one point: certainty out of nothing.
        guard control.conversions > 0, arm.conversions > 0,
            control.conversions < control.people || arm.conversions < arm.people
        else { return nil }
        let z = SpecialFunctions.normalQuantile(0.5 + confidence / 2)
        let variance =
            1 / Double(arm.conversions) - 1 / Double(arm.people) + 1 / Double(control.conversions)
            - 1 / Double(control.people)
        let ratio = arm.rate / control.rate
        let factor = exp(z * max(variance, 0).squareRoot())
        return Interval(low: ratio / factor, high: ratio * factor)
    }

    /// Welch's t on the relative lift, as GrowthBook computes it: an outside reader's second opinion. It may disagree
    /// with the z-test near the edge; neither is the verdict.
    package var welch: Double? {
        guard let lift, let variance = liftVariance else { return nil }
        let (a, b) = (Self.meanVariance(control), Self.meanVariance(arm))
        let degrees =
            (a + b) * (a + b) / (a * a / Double(control.people - 1) + b * b / Double(arm.people - 1))
        return SpecialFunctions.studentTwoSidedTail(lift / variance.squareRoot(), degrees: degrees)
    }

    private static func meanVariance(_ arm: ArmCount) -> Double { arm.rate * (1 - arm.rate) / Double(arm.people) }

    /// Of the relative lift, by the delta method.
    private var liftVariance: Double? {
        guard !control.isDegenerate, !arm.isDegenerate else { return nil }
        let ratio = arm.rate / control.rate
        return (Self.meanVariance(arm) + ratio * ratio * Self.meanVariance(control)) / (control.rate * control.rate)
    }

    /// An interval for the relative lift that holds at every look at once (asymptotic confidence sequence,
    /// Waudby-Smith and others, equation 9), so that looking early costs nothing but width.
    /// - Parameter tuning: the number of people of both arms at which one expects to decide; there it is narrowest.
    package func confidenceSequence(alpha: Double = 0.05, tuning: Double = 5000) -> (interval: Interval, p: Double)? {
        guard let lift, let variance = liftVariance else { return nil }
        let n = Double(control.people + arm.people)
        let rho2 = (-2 * log(alpha) + log(-2 * log(alpha) + 1)) / tuning
        let grown = n * rho2 + 1
        let width =
            (variance * n).squareRoot() * (2 * grown * log(grown.squareRoot() / alpha) / (n * n * rho2)).squareRoot()
        let square = lift * lift * n / variance
        let evidence = exp(rho2 * square / (2 * grown)) / grown.squareRoot()
        return (Interval(low: lift - width, high: lift + width), min(1, 1 / evidence))
    }
}

/// p-values of several comparisons with one control, made honest together.
package enum Holm {
    /// Step-down adjusted p-values in the order given: the chance of even one false finding stays below the level.
    package static func adjusted(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var adjusted = values
        var highest = 0.0
        for (rank, index) in order.enumerated() {
            highest = max(highest, min(1, values[index] * Double(values.count - rank)))
            adjusted[index] = highest
        }
        return adjusted
    }
}

/// Which arm each conversion fell to, watched as it comes: under equal arms every next one is a draw by their sizes.
///
/// `Comparison.confidenceSequence` speaks of people who are each seen once. Here everybody of the test share is written to
/// first and answers come later, so what grows between two looks is the conversions; a mixture over them (normal, with
/// Hoeffding's bound of ¼ a draw) is valid at every look, however many there are.
package enum ConversionSequence {
    /// The boundary is narrowest when this many conversions were seen in both arms together.
    private static let conversionsAtBest = 200.0

    /// A p-value that may be looked at any number of times: 5 % of equal pairs ever go below 0.05.
    package static func p(_ left: ArmCount, _ right: ArmCount, alpha: Double) -> Double {
        let people = Double(left.people + right.people)
        let conversions = Double(left.conversions + right.conversions)
        guard people > 0, conversions > 0 else { return 1 }
        let excess = Double(right.conversions) - conversions * Double(right.people) / people
        let variance = conversions / 4
        let prior = conversionsAtBest / 4 / (-2 * log(alpha) + log(-2 * log(alpha) + 1))
        let evidence = log(prior / (variance + prior)) / 2 + excess * excess / (2 * (variance + prior))
        return min(1, exp(-evidence))
    }
}
