import Engine

/// Which faults a simulation knows, and how often they strike. Each seed knows a part of them only: with all at once the
/// common ones would hide the rare ones, and no run would get far enough to be interesting.
struct FaultPlan {
    private(set) var enabled: Set<FaultKind> = []
    private(set) var exercised: [FaultKind: Int] = [:]
    private var chance: SeededGenerator
    private var crashesLeft: Int
    /// Off once the days are over and everything is to end.
    var isOn = true

    /// - Parameter share: the part of all kinds that a seed knows, 0…1.
    init(seed: UInt64, days: Int, share: Double) {
        chance = SeededGenerator(seed: seed)
        crashesLeft = 2 + 4 * days
        guard share > 0 else { return }
        let own = share * (0.2 + 1.2 * chance.unit())
        for kind in FaultKind.allCases where chance.unit() < own { enabled.insert(kind) }
    }

    /// Whether a drawn kind strikes now. Counts it.
    mutating func strikes(_ kind: FaultKind) -> Bool {
        guard isOn, enabled.contains(kind), case .drawn(let rate) = kind.occasion else { return false }
        if kind.isCrash, crashesLeft == 0 { return false }
        guard chance.unit() < rate else { return false }
        note(kind)
        return true
    }

    /// Whether somebody acts while this contact is on its way to the wire. Counted when the act took effect.
    mutating func strikesInFlight(_ kind: FaultKind) -> Bool {
        guard isOn, enabled.contains(kind), case .inFlight(let rate) = kind.occasion else { return false }
        return chance.unit() < rate
    }

    /// A timed kind, or an act of a person, took effect.
    mutating func note(_ kind: FaultKind) {
        exercised[kind, default: 0] += 1
        if kind.isCrash { crashesLeft = max(0, crashesLeft - 1) }
    }

    /// Times within a day of `milliseconds`, for each timed kind that this seed knows, in the order of the kinds.
    mutating func times(inDayOf milliseconds: Int64) -> [(kind: FaultKind, at: Int64)] {
        FaultKind.allCases.filter(enabled.contains).flatMap { kind -> [(kind: FaultKind, at: Int64)] in
            guard case .timed(let perDay) = kind.occasion else { return [] }
            return (0..<perDay).map { _ in (kind, Int64(chance.below(Int(milliseconds)))) }
        }
    }
}

extension SeededGenerator {
    /// 0 ..< 1
    mutating func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }
    /// 0 ..< count
    mutating func below(_ count: Int) -> Int { count <= 1 ? 0 : Int(next() % UInt64(count)) }
    mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }
    mutating func happens(_ share: Double) -> Bool { unit() < share }
    mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[below(elements.count)]
    }
    /// Milliseconds.
    mutating func duration(_ range: ClosedRange<Int>) -> Duration { .milliseconds(within(range)) }
}
