import CampaignModel
import SendingRules
import Testing

/// One person of one run on one lane at which nothing refuses: Friday the 20th of November 2026 in Shanghai, authorised,
/// approved, running. A test changes the one thing it is about.
struct Scene {
    var limits = RuleLimits()
    var clock = ClockFacts()
    var lane: LaneFacts
    var run: RunFacts
    var person: PersonFacts
    var terms = RunTerms(arms: [.init(messages: 1, hasImage: false, fallback: nil)])
    var variant = 0

    init() {
        // Boundaries are tested with no margin, and with nobody's consent growing old; both have tests of their own.
        limits.requestTimeout = .zero
        limits.consentAgeMax = .days(36_500)
        let today = PlatformDay(containing: shanghai("2026-11-20"))
        lane = LaneFacts(account: AccountID(rawValue: 1), day: today)
        run = RunFacts(
            run: RunID(rawValue: 1), state: .running, isApproved: true, start: shanghai("2026-01-01"),
            validUntil: shanghai("2029-01-01"))
        person = PersonFacts(consent: Consent(state: .authorized, checked: shanghai("2026-11-19 12:00")), day: today)
    }

    var gate: Gate { Gate(limits: limits, clock: clock) }
    var facts: Facts { Facts(lane: lane, run: run, person: person) }
    var candidate: Candidate {
        Candidate(
            run: run.run, segment: SegmentID(rawValue: 1), position: 0, recipient: RecipientID(rawValue: 7),
            openID: "_000seven", variant: variant, tries: 0, fields: [], audience: nil)
    }

    func verdict(at now: Moment) -> Verdict { gate.judge(candidate, facts, terms, at: now) }
    func reasons(at now: Moment) -> [Reason] { verdict(at: now).refusals.map(\.reason) }
    func nextAllowed(at now: Moment) -> Moment? { gate.nextAllowed(candidate, facts, terms, at: now) }

    /// The scene after `change`.
    func with(_ change: (inout Scene) -> Void) -> Scene {
        var changed = self
        change(&changed)
        return changed
    }
}

/// A moment as read on the wall of Shanghai.
func shanghai(_ text: String) -> Moment {
    guard let moment = Moment(iso8601: text, defaultZone: .shanghai) else {
        preconditionFailure("\(text) is no moment in Shanghai")
    }
    return moment
}

/// A moment as read on the wall of another zone.
func wall(_ text: String, _ identifier: String) -> Moment {
    guard let zone = Zone(identifier: identifier), let moment = Moment(iso8601: text, defaultZone: zone) else {
        preconditionFailure("\(text) is no moment in \(identifier)")
    }
    return moment
}

/// SplitMix64: the same numbers at every run and on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True in one of `count` cases.
    mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }
}
