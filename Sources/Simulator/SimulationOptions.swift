import CampaignModel

/// One simulation: everything that happens in it follows from this.
package struct SimulationOptions: Sendable {
    package var seed: UInt64
    /// Days on which people work and faults strike. Afterwards it goes on in peace until everything has ended.
    package var days: Int
    package var withFaults: Bool
    package var mutation: Mutation?
    /// Keeps a line for every event: for a look at one seed.
    package var keepsLines: Bool

    package init(
        seed: UInt64, days: Int, withFaults: Bool = true, mutation: Mutation? = nil, keepsLines: Bool = false
    ) {
        (self.seed, self.days, self.withFaults) = (seed, days, withFaults)
        (self.mutation, self.keepsLines) = (mutation, keepsLines)
    }
}

/// What one simulation came to.
package struct SimulationOutcome: Sendable {
    package let seed: UInt64
    package let days: Int
    package let violations: [Violation]
    package let marks: Set<Mark>
    /// Kinds that took effect, and how often.
    package let faults: [FaultKind: Int]
    /// Over every event, in its order: equal seeds give equal digests, in whatever process.
    package let digest: UInt64
    package let events: Int
    package let contacts: Int
    /// By service.
    package let steps: [String: Int]
    package let lines: [String]
}

/// Many simulations together.
package struct SimulationBatch: Sendable {
    package private(set) var seeds = 0
    package private(set) var days = 0
    package private(set) var violations = 0
    package private(set) var contacts = 0
    package private(set) var events = 0
    package private(set) var steps: [String: Int] = [:]
    package private(set) var marks: Set<Mark> = []
    package private(set) var faults: [FaultKind: Int] = [:]
    package private(set) var failed: [SimulationOutcome] = []
    package private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325

    package init() {}

    /// In the order of the seeds, or the digest says something else.
    package mutating func add(_ outcome: SimulationOutcome) {
        seeds += 1
        days += outcome.days
        violations += outcome.violations.count
        contacts += outcome.contacts
        events += outcome.events
        steps.merge(outcome.steps, uniquingKeysWith: +)
        marks.formUnion(outcome.marks)
        faults.merge(outcome.faults, uniquingKeysWith: +)
        digest = (digest ^ outcome.digest) &* 0x0000_0100_0000_01B3
        if !outcome.violations.isEmpty { failed.append(outcome) }
    }

    /// Rare states that none of them visited, in the order of their declaration.
    package var marksMissing: [Mark] { Mark.allCases.filter { !marks.contains($0) } }
    /// None of them came near anything that could go wrong: it proves nothing.
    package var sawNoDanger: Bool { marks.isDisjoint(with: Mark.dangers) }
}
