import CampaignModel
import SendingRules
import Testing

@Suite("Rules 1, 12, 21 and 29 for one person: their wall, their hours, what they were shown, how often")
struct OwnHoursTests {
    private static func scene(_ zone: String?, _ quiet: (Int, Int)?) -> Scene {
        Scene().with {
            $0.limits.departureLimit = .zero
            $0.person.window = PersonWindow(
                zone: zone.flatMap(Zone.init(identifier:)),
                quiet: quiet.map { DayWindow(fromMinute: $0.0, toMinute: $0.1) })
        }
    }

    @Test(
        "a person's zone narrows the day, to the millisecond: 20:00 in Urumqi is 22:00 in Beijing",
        arguments: [
            ("Asia/Urumqi", "2026-11-20 21:59:59.999", true), ("Asia/Urumqi", "2026-11-20 22:00:00.000", false),
            ("Asia/Urumqi", "2026-11-21 07:59:59.999", false), ("Asia/Urumqi", "2026-11-21 08:00:00.000", false),
            ("Asia/Urumqi", "2026-11-21 09:59:59.999", false), ("Asia/Urumqi", "2026-11-21 10:00:00.000", true),
            ("Asia/Tokyo", "2026-11-20 20:59:59.999", true), ("Asia/Tokyo", "2026-11-20 21:00:00.000", false),
            ("Asia/Tokyo", "2026-11-21 07:00:00.000", false), ("Asia/Tokyo", "2026-11-21 08:00:00.000", true),
            ("Europe/Berlin", "2026-11-20 14:59:59.999", false), ("Europe/Berlin", "2026-11-20 15:00:00.000", true),
            // Summer time ends on the 25th of October: the same wall, an hour later here.
            ("Europe/Berlin", "2026-10-24 14:00:00.000", true), ("Europe/Berlin", "2026-10-25 14:00:00.000", false),
            ("Asia/Shanghai", "2026-11-20 21:59:59.999", true), ("Asia/Shanghai", "2026-11-20 22:00:00.000", false),
        ])
    func zones(zone: String, now: String, isAdmitted: Bool) {
        let scene = Self.scene(zone, nil)
        #expect(scene.verdict(at: shanghai(now)).isAdmitted == isAdmitted)
        if !isAdmitted { #expect(scene.reasons(at: shanghai(now)) == [.quietHours]) }
    }

    @Test("only this person waits for their own morning: the lane goes on")
    func effect() {
        let refusal = Self.scene("Europe/Berlin", nil).verdict(at: shanghai("2026-11-20 12:00")).refusals.first
        #expect(refusal?.effect == .defer)
        #expect(refusal?.changesAt == shanghai("2026-11-20 15:00"))
    }

    @Test(
        "do-not-disturb hours are half-open, on the person's own wall, also across midnight and a clock change",
        arguments: [
            (nil, (12 * 60, 14 * 60), "2026-11-20 11:59:59.999", nil),
            (nil, (12 * 60, 14 * 60), "2026-11-20 12:00:00.000", "2026-11-20 14:00"),
            (nil, (12 * 60, 14 * 60), "2026-11-20 13:59:59.999", "2026-11-20 14:00"),
            (nil, (12 * 60, 14 * 60), "2026-11-20 14:00:00.000", nil),
            (nil, (20 * 60, 11 * 60), "2026-11-20 19:59:59.999", nil),
            (nil, (20 * 60, 11 * 60), "2026-11-20 20:00:00.000", "2026-11-21 11:00"),
            (nil, (20 * 60, 11 * 60), "2026-11-21 10:59:59.999", "2026-11-21 11:00"),
            (nil, (20 * 60, 11 * 60), "2026-11-21 11:00:00.000", nil),
            ("Asia/Urumqi", (12 * 60, 14 * 60), "2026-11-20 13:59:59.999", nil),
            ("Asia/Urumqi", (12 * 60, 14 * 60), "2026-11-20 14:00:00.000", "2026-11-20 16:00"),
            ("Europe/Berlin", (9 * 60, 10 * 60), "2026-10-25 16:00:00.000", "2026-10-25 17:00"),
            ("Europe/Berlin", (9 * 60, 10 * 60), "2026-10-24 15:00:00.000", "2026-10-24 16:00"),
        ] as [(String?, (Int, Int), String, String?)])
    func window(zone: String?, quiet: (Int, Int), now: String, until: String?) {
        let refusals = Self.scene(zone, quiet).verdict(at: shanghai(now)).refusals
        #expect(refusals.map(\.reason) == (until == nil ? [] : [.recipientDnd]))
        #expect(refusals.first?.changesAt == until.map(shanghai))
    }

    @Test("a request that could end within the hours is not started, the departure's limit included")
    func margin() {
        let scene = Self.scene(nil, (12 * 60, 14 * 60)).with {
            $0.limits.requestTimeout = .seconds(5)
            $0.limits.departureLimit = .seconds(10)
            $0.clock.doubt = .milliseconds(500)
        }
        #expect(scene.reasons(at: shanghai("2026-11-20 11:59:44.499")).isEmpty)
        #expect(scene.reasons(at: shanghai("2026-11-20 11:59:44.500")) == [.recipientDnd])
    }

    @Test("night and own hours together open at the first moment that is neither")
    func together() {
        let scene = Self.scene("Asia/Urumqi", (10 * 60, 12 * 60))
        #expect(scene.nextAllowed(at: shanghai("2026-11-20 23:00")) == shanghai("2026-11-21 10:00"))
        #expect(scene.nextAllowed(at: shanghai("2026-11-21 12:00")) == shanghai("2026-11-21 14:00"))
    }

    @Test(
        "a person is shown an authorisation card three times a day at most",
        arguments: [
            (PromptRule.aDay(3), 0, 0, 1, true), (.aDay(3), 2, 0, 1, true), (.aDay(3), 3, 0, 1, false),
            (.aDay(3), 2, 0, 2, false), (.aDay(3), 9, 0, 0, true), (.refusals(2), 9, 1, 1, true),
            (.refusals(2), 0, 2, 1, false), (.refusals(2), 0, 2, 0, true),
        ])
    func prompts(rule: PromptRule, shown: Int, refused: Int, cards: Int, isAdmitted: Bool) {
        let scene = Scene().with {
            $0.limits.prompts = rule
            $0.person.prompts = [Self.staff: PromptCount(today: shown, refused: refused)]
            $0.terms.arms = [
                .init(
                    messages: 2, hasImage: false, fallback: nil, prompts: Array(repeating: Self.staff, count: cards))
            ]
        }
        let refusals = scene.verdict(at: shanghai("2026-11-20 12:00")).refusals
        #expect(refusals.map(\.reason) == (isAdmitted ? [] : [.promptExposure]))
        #expect(refusals.allSatisfy { $0.effect == .skip })
    }

    private static let staff = AccountID(rawValue: 7)

    /// The sender is account 1; 7 and 8 are asked for.
    @Test(
        "a card counts for the account that it asks for, not for the one that sends it",
        arguments: [
            (shown: [7: 3], asks: [7], isAdmitted: false), ([7: 3], [8], true), ([1: 3], [7], true),
            ([1: 3], [1], false), ([7: 2, 8: 2], [7, 8], true), ([7: 2, 8: 3], [7, 8], false), ([7: 2], [7, 7], false),
            ([7: 1], [7, 7], true), ([8: 9], [], true),
        ] as [(shown: [Int64: Int], asks: [Int64], isAdmitted: Bool)])
    func owners(shown: [Int64: Int], asks: [Int64], isAdmitted: Bool) {
        let scene = Scene().with { scene in
            for (owner, count) in shown {
                scene.person.prompts[AccountID(rawValue: owner)] = PromptCount(today: count)
            }
            scene.terms.arms = [
                .init(messages: 2, hasImage: false, fallback: nil, prompts: asks.map { AccountID(rawValue: $0) })
            ]
        }
        let noon = shanghai("2026-11-20 12:00")
        #expect(scene.reasons(at: noon) == (isAdmitted ? [] : [.promptExposure]))
        let line = scene.gate.checklist(scene.candidate, scene.facts, scene.terms, at: noon)
            .first { $0.rule == .promptExposure }
        let most = asks.map { shown[$0] ?? 0 }.max()
        #expect(line?.observed == most.map { .count($0) })
    }

    private static func days(_ days: [Int]) -> [PlatformDay] {
        let today = PlatformDay(containing: shanghai("2026-11-20")).number
        return days.map { PlatformDay(number: today + Int32($0)) }
    }

    @Test(
        "beyond the number a person waits until enough of the contacts lie seven days back",
        arguments: [
            ([], 3, nil), ([-1, -2], 3, nil), ([-6, -2, -1], 3, "2026-11-21 08:00"), ([-7, -2, -1], 3, nil),
            ([-6, -5, -4], 2, "2026-11-22 08:00"), ([-3, -2, -1], nil, nil), ([-1], 1, "2026-11-26 08:00"),
        ] as [([Int], Int?, String?)])
    func tooOften(days: [Int], limit: Int?, until: String?) {
        let scene = Scene().with {
            $0.limits.contactsPerWeek = limit
            $0.person.contactDays = Self.days(days.sorted())
        }
        let noon = shanghai("2026-11-20 12:00")
        #expect(scene.reasons(at: noon) == (until == nil ? [] : [.tooOften]))
        #expect(scene.nextAllowed(at: noon) == until.map(shanghai) ?? noon)
    }

    @Test("evidence that grows old before the morning is asked for again: the answer is the morning, not nothing")
    func oldEvidence() {
        let scene = Scene().with {
            $0.limits.consentAgeMax = .days(1)
            $0.person.consent = Consent(state: .authorized, checked: shanghai("2026-11-20 03:00"))
        }
        #expect(scene.nextAllowed(at: shanghai("2026-11-20 23:00")) == shanghai("2026-11-21 08:00"))
        // Old already at the moment of asking, and the night on top.
        #expect(scene.nextAllowed(at: shanghai("2026-11-21 04:00")) == shanghai("2026-11-21 08:00"))
        // Nothing but the platform's answer is missing.
        #expect(scene.nextAllowed(at: shanghai("2026-11-21 12:00")) == nil)
        // A date on the authorisation passes on the way.
        let dated = scene.with { $0.person.consent?.expires = shanghai("2026-11-21 01:00") }
        #expect(dated.nextAllowed(at: shanghai("2026-11-20 23:00")) == shanghai("2026-11-21 08:00"))
        let withdrawn = scene.with { $0.person.consent?.state = .withdrawn }
        #expect(withdrawn.nextAllowed(at: shanghai("2026-11-20 23:00")) == nil)
    }
}

@Suite("Rule 27: a wall clock that jumped is not believed")
struct ClockTrustTests {
    private struct Hands {
        var trust: ClockTrust
        var wall = shanghai("2026-11-20 23:00")
        var monotonic: Duration = .seconds(5000)
        var awake: Duration = .seconds(4000)
        var isSynchronised: Bool?

        init(_ isSynchronised: Bool?, watches: Bool = true) {
            trust = ClockTrust(watchesSynchronisation: watches)
            self.isSynchronised = isSynchronised
            // Where nobody else says, somebody has.
            if isSynchronised == nil { trust.believe() }
        }

        /// Time passes on all clocks, and the wall is set by `jump` on top.
        mutating func look(after passed: Duration = .seconds(1), jump: Duration = .zero, asleep: Bool = false)
            -> String?
        {
            wall = wall + passed + jump
            monotonic += passed
            if !asleep { awake += passed }
            return trust.look(
                .init(wall: wall, monotonic: monotonic, awake: awake, isSynchronised: isSynchronised))?.code
        }
    }

    @Test(
        "a step beyond half a second is a jump, forward or back; slewing is none",
        arguments: [
            (0, nil), (400, nil), (-400, nil), (502, "jumped"), (-502, "jumped"), (36_000_000, "jumped"),
            (-36_000_000, "jumped"),
        ] as [(Int64, String?)])
    func steps(milliseconds: Int64, code: String?) {
        var hands = Hands(nil)
        #expect(hands.look() == nil)
        #expect(hands.look(jump: .milliseconds(milliseconds)) == code)
    }

    @Test(
        "on the platform itself a wall that nobody vouches for is in doubt, until a person does",
        arguments: [(nil, true, "cannot_tell"), (false, true, "unsynchronised"), (true, true, nil), (nil, false, nil)]
            as [(Bool?, Bool, String?)])
    func untold(isSynchronised: Bool?, watches: Bool, code: String?) {
        var hands = Hands(true, watches: watches)
        hands.isSynchronised = isSynchronised
        for _ in 0..<3 { #expect(hands.look() == code) }
        hands.trust.believe()
        #expect(hands.look() == (isSynchronised == false && watches ? code : nil))
    }

    @Test("an hour of slewing at 500 ppm is no jump, looked at each second or once")
    func slewing() {
        var often = Hands(true)
        _ = often.look()
        for _ in 0..<3600 { #expect(often.look(jump: .microseconds(500)) == nil) }
        var once = Hands(true)
        _ = once.look()
        #expect(once.look(after: .hours(1), jump: .milliseconds(1800)) == nil)
    }

    @Test("23:00 set to 09:00 rings nobody: without the kernel's word a jump stands until a person speaks")
    func nightToMorning() {
        var hands = Hands(nil)
        _ = hands.look()
        #expect(hands.look(jump: .hours(10)) == "jumped")
        for _ in 0..<600 { #expect(hands.look(after: .minutes(1)) == "jumped") }
        hands.trust.believe()
        #expect(hands.look() == nil)
    }

    @Test("a wall that comes back to where it was is believed after a calm minute")
    func comesBack() {
        var hands = Hands(nil)
        _ = hands.look()
        #expect(hands.look(jump: .hours(10)) == "jumped")
        #expect(hands.look(jump: .zero - .hours(10)) == "jumped")
        #expect(hands.look(after: .seconds(59)) == "jumped")
        #expect(hands.look(after: .seconds(1)) == nil)
    }

    @Test("on a rehearsal a wall that came back is believed, whatever the kernel says; on the platform it is not")
    func comesBackUnsynchronised() {
        for watches in [false, true] {
            var hands = Hands(false, watches: watches)
            _ = hands.look()
            #expect(hands.look(jump: .hours(10)) == "jumped")
            #expect(hands.look(jump: .zero - .hours(10)) == "jumped")
            #expect(hands.look(after: .minutes(1)) == (watches ? "jumped" : nil))
        }
        // Half a second away is back; a millisecond more is not.
        for (away, code) in [(500, nil), (-500, nil), (501, "jumped"), (-501, "jumped")] as [(Int64, String?)] {
            var hands = Hands(nil)
            _ = hands.look()
            #expect(hands.look(jump: .hours(10)) == "jumped")
            #expect(hands.look(jump: .milliseconds(away) - .hours(10)) == "jumped")
            #expect(hands.look(after: .minutes(1)) == code)
        }
    }

    @Test("the kernel's word that time is synchronised ends a jump after a calm minute")
    func synchronisedAgain() {
        var hands = Hands(true)
        _ = hands.look()
        #expect(hands.look(jump: .seconds(3)) == "jumped")
        hands.isSynchronised = false
        #expect(hands.look(after: .minutes(5)) == "jumped")
        hands.isSynchronised = true
        #expect(hands.look() == nil)
    }

    @Test("a machine that slept is believed after a calm minute; one that slept and jumped is not")
    func suspended() {
        var hands = Hands(nil)
        _ = hands.look()
        #expect(hands.look(after: .hours(9), asleep: true) == "suspended")
        #expect(hands.look(after: .seconds(30)) == "suspended")
        #expect(hands.look(after: .seconds(31)) == nil)
        #expect(hands.look(after: .hours(9), jump: .hours(1), asleep: true) == "jumped")
        #expect(hands.look(after: .hours(1)) == "jumped")
    }

    @Test("a second of sleep is none, and what slewing may add up to grows with the time between two looks")
    func edges() {
        var hands = Hands(nil)
        _ = hands.look()
        #expect(hands.look(after: .seconds(1), asleep: true) == nil)
        #expect(hands.look(after: .milliseconds(1001), asleep: true) == "suspended")
        var long = Hands(nil)
        _ = long.look()
        #expect(long.look(after: .seconds(1000), jump: .milliseconds(1500)) == nil)
        #expect(long.look(after: .seconds(1000), jump: .milliseconds(1501)) == "jumped")
    }

    @Test("an unsynchronised clock holds marketing while it is so, and not at all on a rehearsal")
    func unsynchronised() {
        var hands = Hands(false)
        #expect(hands.look() == "unsynchronised")
        hands.isSynchronised = true
        #expect(hands.look() == nil)
        var rehearsal = Hands(false, watches: false)
        #expect(rehearsal.look() == nil)
    }

    @Test("the gate holds the lane while the clock is in doubt, and says nothing of when")
    func gate() {
        let scene = Scene().with { $0.clock.distrust = .jumped(.hours(10)) }
        let refusals = scene.verdict(at: shanghai("2026-11-20 12:00")).refusals
        #expect(
            refusals == [
                Refusal(
                    reason: .clockUntrusted, effect: .holdLane, observed: .word("jumped"), limit: .none, changesAt: nil)
            ])
    }

    @Test(
        "an edge that a clock change leaves out, or shows twice, is where the wall is inside or outside",
        arguments: [
            // Clocks go from 2:00 to 3:00 in New York: 2:30 is not shown, and the hours end with the change.
            ((23 * 60, 150), "2026-03-08 13:30", 0, "2026-03-08 15:00"),
            ((23 * 60, 150), "2026-03-08 14:59:59.999", 0, "2026-03-08 15:00"),
            ((23 * 60, 150), "2026-03-08 15:00", 0, nil),
            // 2:30 as the beginning: quiet begins with the change.
            ((150, 5 * 60), "2026-03-08 14:59:59.999", 0, nil),
            ((150, 5 * 60), "2026-03-08 14:59:59.999", 1000, "2026-03-08 17:00"),
            ((150, 5 * 60), "2026-03-08 15:00", 0, "2026-03-08 17:00"),
            // Clocks go from 2:00 back to 1:00: 1:30 is shown twice, and between the two it is quiet again.
            ((23 * 60, 90), "2026-11-01 12:30", 0, "2026-11-01 13:30"),
            ((23 * 60, 90), "2026-11-01 13:30", 0, nil),
            ((23 * 60, 90), "2026-11-01 13:59:59.500", 1000, "2026-11-01 14:30"),
            ((23 * 60, 90), "2026-11-01 14:00", 0, "2026-11-01 14:30"),
            ((23 * 60, 90), "2026-11-01 14:30", 0, nil),
            ((23 * 60, 150), "2026-11-01 13:30", 0, "2026-11-01 15:30"),
        ] as [((Int, Int), String, Int, String?)])
    func clockChange(quiet: (Int, Int), now: String, margin: Int, until: String?) throws {
        let hours = QuietHours(DayWindow(fromMinute: quiet.0, toMinute: quiet.1))
        let zone = try #require(Zone(identifier: "America/New_York"))
        #expect(hours.ownOpening(at: shanghai(now), margin: .milliseconds(margin), zone: zone) == until.map(shanghai))
    }
}
