/// In which quarter of an hour people are lively, Shanghai's wall, from their signs of life.
package struct BestHours: Sendable, Equatable {
    package static let slotsInDay = 96
    /// With fewer signs than these, chance speaks louder than habit.
    package static let signsMin = 100

    package private(set) var slots = Array(repeating: 0, count: BestHours.slotsInDay)
    package var total: Int { slots.reduce(0, +) }

    package init() {}

    package mutating func add(slot: Int, _ signs: Int = 1) { slots[slot] += signs }

    /// The liveliest slot, neighbours speaking for each other over half an hour each way, and midnight having neighbours
    /// on both sides; the earliest of equals. nil: too few signs.
    package var best: Int? {
        guard total >= Self.signsMin else { return nil }
        let weights = slots.indices.map { slot in
            zip(-2...2, [1, 2, 3, 2, 1]).reduce(0) { sum, part in
                sum + part.1 * slots[(slot + part.0 + Self.slotsInDay) % Self.slotsInDay]
            }
        }
        return weights.indices.max { (weights[$0], -$0) < (weights[$1], -$1) }
    }
}

/// Who two runs have in common.
package enum Overlap {
    /// Jaccard: those whom both reached, of those whom either reached. nil: nobody was reached.
    package static func jaccard(one: Int, other: Int, both: Int) -> Double? {
        let either = one + other - both
        return either > 0 ? Double(both) / Double(either) : nil
    }
}
