import CampaignModel

/// A test inside a run: some were planned at once with an arm each, the rest waits undecided. The ledger keeps both and
/// every look that was taken; what a look means is not its business.
package protocol ExperimentLedger: Sendable {
    /// How the test of a run stands; nil: the run has nobody undecided.
    func openTest(of run: RunID) throws -> OpenTest?
    /// How many people of a run wait for its test; nil: nobody does. Unlike `openTest` it costs nothing.
    func undecided(of run: RunID) throws -> Int?
    /// Writes one look for good and, in the same transaction, carries out what follows from it.
    func record(_ look: LookDemand) throws
    /// Oldest first.
    func looks(of run: RunID) throws -> [LookRecord]
    /// How many contacts started in each quarter of an hour, in order of time; quarters without any are missing.
    func starts(of run: RunID) throws -> [QuarterCount]
    /// What people of each part of a run did: apart what a test showed, and what the rest did that was sent its winner
    /// later. Kept as counts; costs nothing.
    func parts(of run: RunID) throws -> [RunPart]
    /// Whom two runs have in common. Walks over the contacts of both runs' days, and knows nothing of a run whose people
    /// were erased by age.
    func reached(by one: RunID, and other: RunID) throws -> ReachedBoth
}

/// People of one arm, among those who were planned together.
package struct RunPart: Sendable, Equatable {
    package var segment: SegmentID
    /// The contact was made after the test had been decided.
    package var isLater: Bool
    package var variant: Int
    package var people: [Conversion: Int]
    /// Who did both what a step of the funnel begins and what it ends with.
    package var steps: [FunnelStep: Int]
    package init(
        segment: SegmentID, isLater: Bool, variant: Int, people: [Conversion: Int] = [:],
        steps: [FunnelStep: Int] = [:]
    ) {
        (self.segment, self.isLater, self.variant, self.people, self.steps) = (segment, isLater, variant, people, steps)
    }
}

package struct ReachedBoth: Sendable, Equatable {
    package var one: Int
    package var other: Int
    package var both: Int
    package init(one: Int, other: Int, both: Int) { (self.one, self.other, self.both) = (one, other, both) }
}

package struct OpenTest: Sendable, Equatable {
    package struct Arm: Sendable, Equatable {
        package var assigned = 0
        /// Accepted, and unknown: perhaps reached.
        package var delivered = 0
        /// By conversion; one that no source ever told of is missing: it is not measured, and not zero.
        package var people: [Conversion: Int] = [:]
        package init() {}
    }
    /// People without an arm.
    package var undecided: Int
    /// Everybody of the test share has an end.
    package var isServed: Bool
    /// When the last contact of the test share started.
    package var lastStart: Moment?
    /// By arm. An arm that nobody was assigned to is missing.
    package var arms: [Int: Arm]
    package init(undecided: Int, isServed: Bool, lastStart: Moment?, arms: [Int: Arm]) {
        (self.undecided, self.isServed, self.lastStart, self.arms) = (undecided, isServed, lastStart, arms)
    }
}

package struct QuarterCount: Sendable, Equatable {
    package var from: Moment
    package var people: Int
    package init(from: Moment, people: Int) { (self.from, self.people) = (from, people) }
}

package struct LookDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var run: RunID
    /// JSON with sorted keys: what was seen, and what was found. Judged again, the first gives the second to the byte.
    package var seen: String
    package var found: String
    /// No look comes after it by itself.
    package var decides: Bool
    /// The rest gets this arm, as a segment of its own. Decided in this transaction; its people follow in slices.
    package var sends: Int?
    /// The next people of the rest get an arm each, as a segment of their own, in this transaction.
    package var batch: Batch?
    package struct Batch: Sendable {
        package var people: Int
        /// By open_id.
        package var arm: @Sendable (String) -> Int
        package init(people: Int, arm: @escaping @Sendable (String) -> Int) { (self.people, self.arm) = (people, arm) }
    }
    package init(
        now: Moment, term: Term, run: RunID, seen: String, found: String, decides: Bool, sends: Int?,
        batch: Batch? = nil
    ) {
        (self.batch, self.now, self.term, self.run) = (batch, now, term, run)
        (self.seen, self.found, self.decides, self.sends) = (seen, found, decides, sends)
    }
}

package struct LookRecord: Sendable, Equatable, Codable {
    package var number: Int
    package var at: String
    package var seen: String
    package var found: String
    package var decides: Bool
    package init(number: Int, at: Moment, seen: String, found: String, decides: Bool) {
        self.number = number
        self.at = at.iso8601
        (self.seen, self.found, self.decides) = (seen, found, decides)
    }
}
