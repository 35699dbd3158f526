/// A half-open span of positions in 0 ..< 1 that belongs to one arm.
package struct BucketRange: Hashable, Sendable {
    package let start: Double
    package let end: Double

    package init(start: Double, end: Double) { (self.start, self.end) = (start, end) }

    package func contains(_ position: Double) -> Bool { position >= start && position < end }
}

/// GrowthBook's range rule in GrowthBook's own numbers: what its published cases check, and what an outside analysis
/// would use. People are assigned by `Assignment`, which compares whole numbers instead.
package enum GrowthBookRanges {
    /// The share of each of `count` arms when all are equal; empty for no arms.
    package static func equalWeights(count: Int) -> [Double] {
        guard count > 0 else { return [] }
        return Array(repeating: 1 / Double(count), count: count)
    }

    /// Each arm's span. A span starts at the sum of the full weights before it, so that a wider coverage never moves
    /// anybody from one arm to another.
    ///
    /// - Parameters:
    ///   - coverage: the share of everybody who takes part, held to 0...1.
    ///   - weights: as GrowthBook does, weights that are not one an arm, or that sum to less than 0.99 or more than
    ///     1.01, count as equal ones. A campaign file with such weights is refused long before.
    package static func bucketRanges(count: Int, coverage: Double, weights: [Double]?) -> [BucketRange] {
        let coverage = min(max(coverage, 0), 1)
        let equal = equalWeights(count: count)
        var weights = weights ?? equal
        let sum = weights.reduce(0, +)
        if weights.count != count || sum < 0.99 || sum > 1.01 { weights = equal }
        var start = 0.0
        return weights.map { weight in
            defer { start += weight }
            return BucketRange(start: start, end: start + coverage * weight)
        }
    }

    /// The first arm whose span holds `position`; `nil`: not in the test.
    package static func chooseVariation(_ position: Double, among ranges: [BucketRange]) -> Int? {
        ranges.firstIndex { $0.contains(position) }
    }

    /// Whether a person falls into a slice of a namespace. Tests in slices that do not touch never share a person.
    /// The draw is version 1 under `__namespace`, a salt that no test uses.
    package static func inNamespace(_ userID: String, namespace: String, slice: BucketRange) -> Bool {
        slice.contains(GrowthBookHash.position(seed: "__" + namespace, value: userID, version: .one))
    }
}
