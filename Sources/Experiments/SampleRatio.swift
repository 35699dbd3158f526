/// Whether people really fell into the arms as the weights say. A broken split makes every figure behind it worthless, so
/// it is looked at before any of them.
package enum SampleRatio {
    /// Below this the split is broken: with an honest one it happens once in a thousand.
    package static let alarm = 0.001
    /// Fewer than this many expected in an arm, and nothing is said (GrowthBook's limit too).
    package static let peopleMin = 8.0

    /// Pearson's chi-square of what was counted against what the weights ask for. `nil`: too few to say.
    ///
    /// Asked twice: for those assigned, against the file's weights; for those delivered, against those assigned. An arm
    /// with a card that the platform refuses loses people between the two.
    package static func p(counted: [Int], weights: [Double]) -> Double? {
        precondition(counted.count == weights.count, "one weight an arm")
        let parts = zip(counted, weights).filter { $0.1 > 0 }
        // Somebody in an arm that nobody may be in: no chance at all.
        if zip(counted, weights).contains(where: { $0.1 <= 0 && $0.0 > 0 }) { return 0 }
        let people = Double(counted.reduce(0, +))
        let whole = parts.reduce(0) { $0 + $1.1 }
        guard parts.count > 1, parts.allSatisfy({ people * $0.1 / whole >= peopleMin }) else { return nil }
        let square = parts.reduce(0) { sum, part in
            let expected = people * part.1 / whole
            return sum + (Double(part.0) - expected) * (Double(part.0) - expected) / expected
        }
        return SpecialFunctions.chiSquareUpperTail(square, degrees: parts.count - 1)
    }
}
