import CampaignModel
import SendingRules
import Testing

@Suite("Rules 2, 3, 3a and 15: no day holds one more than its caps")
struct CapTests {
    private static let noon = shanghai("2026-11-20 12:00")
    private static let nextMidnight = shanghai("2026-11-21")

    @Test("the defaults are those of the rules' page")
    func defaults() {
        let limits = RuleLimits()
        #expect(limits.quiet == DayWindow(fromMinute: 22 * 60, toMinute: 8 * 60))
        #expect(limits.requestTimeout == .seconds(5))
        #expect(limits.usersPerDay == 5000 && limits.batchMessagesPerDay == 500)
        #expect(limits.personalMessagesPerDay == 200 && limits.batchSize == 500)
        #expect(limits.contactsPerAccountAndDay == 1 && limits.contactsPerAppAndDay == 1)
        #expect(limits.consentAgeMax == .days(1) && limits.unknownFinalAfter == .hours(24))
        #expect(messagesPerContact == 1...3)
    }

    @Test(
        "person 5000 is contacted, person 5001 waits for the next day",
        arguments: [
            (0, true), (4998, true), (4999, true), (5000, false), (5001, false),
        ])
    func usersPerDay(people: Int, isAdmitted: Bool) {
        let scene = Scene().with {
            $0.lane.people = people
            $0.lane.qualification = Self.qualification(messages: 20_000)
        }
        let verdict = scene.verdict(at: Self.noon)
        #expect(verdict.isAdmitted == isAdmitted)
        guard !isAdmitted else { return }
        #expect(
            verdict.refusals == [
                Refusal(
                    reason: .dailyUsersCap, effect: .holdLane, observed: .count(people), limit: .count(5000),
                    changesAt: Self.nextMidnight)
            ])
    }

    @Test(
        "a contact that does not fit whole is not started; the last one that fits is",
        arguments: [
            (499, 1, true), (500, 1, false), (498, 2, true), (499, 2, false), (497, 3, true), (498, 3, false),
            (499, 3, false), (0, 3, true), (501, 1, false),
        ])
    func batchMessagesPerDay(sent: Int, messages: Int, isAdmitted: Bool) {
        let scene = Scene().with {
            $0.lane.messages = sent
            $0.terms.arms = [.init(messages: messages, hasImage: false, fallback: nil)]
        }
        let verdict = scene.verdict(at: Self.noon)
        #expect(verdict.isAdmitted == isAdmitted)
        #expect(
            scene.gate.judgeLane(scene.lane, messages: messages, at: Self.noon) == verdict.refusals)
        guard !isAdmitted else { return }
        #expect(
            verdict.refusals == [
                Refusal(
                    reason: .dailyBatchCap, effect: .holdLane, observed: .count(sent), limit: .count(500),
                    changesAt: Self.nextMidnight)
            ])
    }

    private static func qualification(
        from: String = "2026-11-01", to: String = "2027-01-01", messages: Int
    ) -> Qualification {
        Qualification(id: "q", validFrom: shanghai(from), validTo: shanghai(to), messagesPerDay: messages)
    }

    @Test(
        "a qualification lifts the cap to its own number while it is valid, never lowers it, never lifts rule 2",
        arguments: [
            (AccountKind.enterprise, nil, 500),
            (.enterprise, qualification(messages: 3000), 3000),
            (.enterprise, qualification(messages: 100), 500),
            (.enterprise, qualification(from: "2026-11-20 12:00", messages: 3000), 3000),
            (.enterprise, qualification(from: "2026-11-20 12:00:00.001", messages: 3000), 500),
            (.enterprise, qualification(to: "2026-11-20 12:00:00.001", messages: 3000), 3000),
            (.enterprise, qualification(to: "2026-11-20 12:00", messages: 3000), 500),
            (.personal, nil, 200),
            (.personal, qualification(messages: 3000), 200),
        ] as [(AccountKind, Qualification?, Int)])
    func qualifications(kind: AccountKind, qualification: Qualification?, cap: Int) {
        let scene = Scene().with {
            $0.lane.kind = kind
            $0.lane.qualification = qualification
            $0.lane.messages = cap - 1
        }
        #expect(scene.gate.messagesPerDay(of: scene.lane, at: Self.noon) == cap)
        #expect(scene.reasons(at: Self.noon).isEmpty)
        #expect(
            scene.with { $0.lane.messages = cap }.reasons(at: Self.noon)
                == [kind == .personal ? .personalDailyCap : .dailyBatchCap])
        #expect(scene.with { $0.lane.people = 5000 }.reasons(at: Self.noon) == [.dailyUsersCap])
    }

    @Test("a configuration that narrows the batch cap narrows personal accounts too")
    func narrowedForPersonalAccounts() {
        let scene = Scene().with {
            $0.lane.kind = .personal
            $0.limits.batchMessagesPerDay = 50
        }
        #expect(scene.gate.messagesPerDay(of: scene.lane, at: Self.noon) == 50)
    }

    @Test("counters belong to their platform day: nothing of yesterday counts, whatever the hour in UTC")
    func countersOfYesterday() {
        let full = Scene().with {
            $0.lane.people = 5000
            $0.lane.messages = 500
            $0.limits.quiet = DayWindow(fromMinute: 180, toMinute: 240)
        }
        #expect(full.reasons(at: Self.nextMidnight - .milliseconds(1)) == [.dailyUsersCap, .dailyBatchCap])
        #expect(full.reasons(at: Self.nextMidnight).isEmpty)
    }

    @Test("a wall clock set back never opens a day a second time")
    func clockSetBack() {
        let full = Scene().with {
            $0.lane.people = 5000
            $0.lane.messages = 500
            $0.person.contactsByAccount = 1
            $0.person.contactsByApp = 1
        }
        let yesterday = shanghai("2026-11-19 12:00")
        #expect(full.reasons(at: yesterday) == [.dailyUsersCap, .dailyBatchCap, .alreadyContactedToday])
        #expect(full.nextAllowed(at: yesterday) == shanghai("2026-11-21 08:00"))
    }
}

@Suite("The next allowed moment is the first at which all rules allow")
struct NextAllowedTests {
    private struct Case {
        var name: String
        var now: String
        var expected: String?
        var change: @Sendable (inout Scene) -> Void

        init(_ name: String, at now: String, _ expected: String?, _ change: @escaping @Sendable (inout Scene) -> Void) {
            self.name = name
            self.now = now
            self.expected = expected
            self.change = change
        }
    }

    private static let cases: [Case] = [
        Case("nothing refuses: now", at: "2026-11-20 12:00", "2026-11-20 12:00") { _ in },
        Case("a batch cap met at 21:00: 08:00, not 00:00", at: "2026-11-20 21:00", "2026-11-21 08:00") {
            $0.lane.messages = 500
        },
        Case("a users cap met at 09:00", at: "2026-11-20 09:00", "2026-11-21 08:00") { $0.lane.people = 5000 },
        Case("already contacted at 10:00", at: "2026-11-20 10:00", "2026-11-21 08:00") {
            $0.person.contactsByAccount = 1
        },
        Case("cap and night and contact together", at: "2026-11-20 23:00", "2026-11-21 08:00") {
            $0.lane.people = 5000
            $0.lane.messages = 500
            $0.person.contactsByApp = 1
        },
        Case("an account in Urumqi opens two hours later", at: "2026-11-20 21:00", "2026-11-21 10:00") {
            $0.lane.messages = 500
            $0.lane.zone = Zone(identifier: "Asia/Urumqi") ?? .shanghai
        },
        Case("a pause until 03:00 ends in the night", at: "2026-11-20 21:00", "2026-11-21 08:00") {
            $0.lane.hold = LaneHold(reason: .platformRisk, until: shanghai("2026-11-21 03:00"))
        },
        Case("a pause until 12:00", at: "2026-11-20 11:30", "2026-11-20 12:00") {
            $0.lane.hold = LaneHold(reason: .platformRisk, until: shanghai("2026-11-20 12:00"))
        },
        Case("a hold without end", at: "2026-11-20 12:00", nil) {
            $0.lane.hold = LaneHold(reason: .platformNeedsHuman, until: nil)
        },
        Case("all stopped by an operator", at: "2026-11-20 12:00", nil) { $0.lane.allStopped = true },
        Case("not bound", at: "2026-11-20 12:00", nil) { $0.lane.isBound = false },
        Case("nobody approved yet", at: "2026-11-20 12:00", nil) { $0.run.isApproved = false },
        Case("paused by a person, at night", at: "2026-11-20 23:00", nil) { $0.run.state = .paused },
        Case("a qualification that begins at 15:00", at: "2026-11-20 12:00", "2026-11-20 15:00") {
            $0.lane.messages = 500
            $0.lane.qualification = Qualification(
                id: "q", validFrom: shanghai("2026-11-20 15:00"), validTo: shanghai("2027-01-01"),
                messagesPerDay: 501)
        },
        Case("a qualification that begins at 15:00 and is too small", at: "2026-11-20 12:00", "2026-11-21 08:00") {
            $0.lane.messages = 500
            $0.lane.qualification = Qualification(
                id: "q", validFrom: shanghai("2026-11-20 15:00"), validTo: shanghai("2027-01-01"),
                messagesPerDay: 500)
        },
        Case("starts at 07:00 tomorrow", at: "2026-11-20 12:00", "2026-11-21 08:00") {
            $0.run.start = shanghai("2026-11-21 07:00")
        },
        Case("starts at 09:00 tomorrow", at: "2026-11-20 12:00", "2026-11-21 09:00") {
            $0.run.start = shanghai("2026-11-21 09:00")
        },
        Case("its window is over for today", at: "2026-11-20 21:30", "2026-11-21 20:00") {
            $0.terms.window = DayWindow(fromMinute: 20 * 60, toMinute: 21 * 60)
        },
        Case("a window that only the night has", at: "2026-11-20 12:00", nil) {
            $0.terms.window = DayWindow(fromMinute: 23 * 60, toMinute: 7 * 60)
        },
        Case("a window across midnight opens for its evening", at: "2026-11-20 12:00", "2026-11-20 21:00") {
            $0.terms.window = DayWindow(fromMinute: 21 * 60, toMinute: 7 * 60)
        },
        Case("its time is over before the next day opens", at: "2026-11-20 21:00", nil) {
            $0.lane.messages = 500
            $0.run.validUntil = shanghai("2026-11-21 08:00")
        },
        Case("its time is over a millisecond after the next day opens", at: "2026-11-20 21:00", "2026-11-21 08:00") {
            $0.lane.messages = 500
            $0.run.validUntil = shanghai("2026-11-21 08:00:00.001")
        },
        Case("a person who said no", at: "2026-11-20 23:00", nil) { $0.person.isDenied = true },
        Case("a person the platform must be asked about", at: "2026-11-20 12:00", nil) { $0.person.consent = nil },
    ]

    @Test("over all rules together", arguments: cases.indices)
    func overAllRules(index: Int) {
        let row = Self.cases[index]
        let scene = Scene().with(row.change)
        let next = scene.nextAllowed(at: shanghai(row.now))
        #expect(next == row.expected.map(shanghai), "\(row.name)")
        if let next { #expect(scene.verdict(at: next).isAdmitted, "\(row.name)") }
    }

    @Test("a lane's next opening knows nothing of the person or the run")
    func laneAlone() {
        let scene = Scene().with {
            $0.lane.messages = 499
            $0.person.isDenied = true
            $0.run.state = .paused
        }
        let evening = shanghai("2026-11-20 21:00")
        #expect(scene.gate.nextOpening(of: scene.lane, messages: 1, at: evening) == evening)
        #expect(scene.gate.nextOpening(of: scene.lane, messages: 2, at: evening) == shanghai("2026-11-21 08:00"))
    }
}
