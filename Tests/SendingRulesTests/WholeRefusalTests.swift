import CampaignModel
import SendingRules
import Testing

@Suite("A refusal says what was seen, what is allowed, what follows, and until when")
struct WholeRefusalTests {
    private static let staff = AccountID(rawValue: 7)
    private static let noon = shanghai("2026-11-20 12:00")
    private static let midnight = shanghai("2026-11-21")

    private struct Case: Sendable {
        var expected: Refusal
        var change: @Sendable (inout Scene) -> Void

        init(
            _ reason: Reason, _ effect: Refusal.Effect, _ observed: Measure, _ limit: Measure,
            _ changesAt: Moment? = nil,
            _ change: @escaping @Sendable (inout Scene) -> Void
        ) {
            expected = Refusal(reason: reason, effect: effect, observed: observed, limit: limit, changesAt: changesAt)
            self.change = change
        }
    }

    private static let lane: [Case] = [
        Case(
            .quietHours, .holdLane, .timeOfDay(43_200_000), .window(DayWindow(fromMinute: 700, toMinute: 730)),
            shanghai("2026-11-20 12:10")
        ) {
            $0.limits.quiet = DayWindow(fromMinute: 700, toMinute: 730)
        },
        Case(.dailyUsersCap, .holdLane, .count(7), .count(7), midnight) {
            $0.limits.usersPerDay = 7
            $0.lane.people = 7
        },
        Case(.dailyBatchCap, .holdLane, .count(9), .count(9), midnight) {
            $0.limits.batchMessagesPerDay = 9
            $0.lane.messages = 9
        },
        Case(.personalDailyCap, .holdLane, .count(8), .count(8), midnight) {
            $0.limits.personalMessagesPerDay = 8
            $0.lane.kind = .personal
            $0.lane.messages = 8
        },
        Case(.accountRemoved, .holdLane, .yes(false), .yes(true)) { $0.lane.isConfigured = false },
        Case(.platformRisk, .holdLane, .word("platform_risk"), .none, noon + .seconds(9)) {
            $0.lane.hold = LaneHold(reason: .platformRisk, until: noon + .seconds(9))
        },
        Case(.stoppedByOperator, .holdLane, .yes(true), .none) { $0.lane.allStopped = true },
        Case(.clockUntrusted, .holdLane, .word("cannot_tell"), .none) { $0.clock.distrust = .untold },
        Case(.accountNotBound, .holdLane, .yes(false), .yes(true)) { $0.lane.isBound = false },
        Case(.appInTrial, .holdLane, .yes(true), .yes(false)) { $0.lane.appInTrial = true },
        Case(.accountFrozen, .holdLane, .moment(noon - .hours(1)), .duration(.hours(24))) {
            $0.lane.standing = AccountStanding(frozen: noon - .hours(1))
        },
        Case(.accountBanned, .holdLane, .moment(noon), .none) { $0.lane.standing = AccountStanding(banned: noon) },
        Case(.creditScore, .holdLane, .count(79), .count(80)) { $0.lane.standing = AccountStanding(credit: 79) },
        Case(.creditScore, .holdLane, .count(80), .count(90)) {
            $0.lane.standing = AccountStanding(credit: 80)
            $0.limits.creditMin = 90
        },
        Case(.riskThrottled, .holdLane, .count(30), .count(30), noon + .seconds(20)) {
            $0.limits.riskMessagesPerHour = 30
            $0.lane.recent.add(people: 30, messages: 30, at: noon - .minutes(5))
            $0.lane.slowedUntil = noon + .seconds(20)
        },
    ]

    private static let run: [Case] = [
        Case(.awaitingReview, .holdRun, .word("in_review"), .none) {
            $0.run.state = .inReview
            $0.run.isApproved = false
        },
        Case(.runPaused, .holdRun, .word("paused"), .none) { $0.run.state = .paused },
        Case(.cancelled, .skip, .word("rejected"), .none) { $0.run.state = .rejected },
        Case(.superseded, .skip, .word("superseded"), .none) { $0.run.state = .superseded },
        Case(.expired, .skip, .word("finished"), .none) { $0.run.state = .finished },
        Case(.notStarted, .holdRun, .moment(noon), .moment(noon + .milliseconds(1)), noon + .milliseconds(1)) {
            $0.run.start = noon + .milliseconds(1)
        },
        Case(.expired, .skip, .moment(noon), .moment(noon)) { $0.run.validUntil = noon },
        Case(
            .outsideWindow, .holdRun, .timeOfDay(43_200_000), .window(DayWindow(fromMinute: 800, toMinute: 900)),
            shanghai("2026-11-20 13:20")
        ) {
            $0.terms.window = DayWindow(fromMinute: 800, toMinute: 900)
        },
        Case(.templateNotApproved, .holdRun, .word("two"), .none) {
            $0.terms.templates = ["one", "two", "three"]
            $0.lane.templates = [CardTemplate(id: "one", isApproved: true), CardTemplate(id: "two", isApproved: false)]
        },
        Case(.templateNotApproved, .holdRun, .word("two"), .none) {
            $0.terms.templates = ["one", "two"]
            $0.lane.templates = [CardTemplate(id: "one", isApproved: true)]
        },
    ]

    private static let person: [Case] = [
        Case(.alreadyContactedToday, .defer, .count(2), .count(2), midnight) {
            $0.limits.contactsPerAccountAndDay = 2
            $0.limits.contactsPerAppAndDay = 9
            $0.person.contactsByAccount = 2
            $0.person.contactsByApp = 3
        },
        Case(.alreadyContactedToday, .defer, .count(4), .count(4), midnight) {
            $0.limits.contactsPerAccountAndDay = 2
            $0.limits.contactsPerAppAndDay = 4
            $0.person.contactsByAccount = 1
            $0.person.contactsByApp = 4
        },
        Case(.promisedToOtherRun, .defer, .word("#31"), .none, midnight) { $0.person.promisedTo = RunID(rawValue: 31) },
        Case(.tooOften, .defer, .count(2), .count(2), shanghai("2026-11-22")) {
            $0.limits.contactsPerWeek = 2
            $0.person.contactDays = [15, 18].map { PlatformDay(containing: shanghai("2026-11-\($0)")) }
        },
        Case(.alreadyTested, .skip, .yes(true), .yes(false)) { $0.person.hasTestedContent = true },
        Case(.consentCheck, .checkConsent, .none, .duration(.hours(5))) {
            $0.limits.consentAgeMax = .hours(5)
            $0.person.consent = nil
        },
        Case(.consentCheck, .checkConsent, .moment(noon - .hours(5)), .duration(.hours(5))) {
            $0.limits.consentAgeMax = .hours(5)
            $0.person.consent?.checked = noon - .hours(5)
        },
        Case(.notAuthorized, .skip, .none, .none) {
            $0.person.consent = nil
            $0.lane.lastWalk = noon
        },
        Case(.notAuthorized, .skip, .moment(noon - .hours(2)), .none) {
            $0.person.consent = Consent(state: .none, checked: noon - .hours(2))
        },
        Case(.authorizationExpired, .skip, .moment(noon), .none) {
            $0.person.consent = Consent(state: .none, expires: noon, checked: noon - .hours(2))
        },
        Case(.authorizationWithdrawn, .skip, .moment(noon - .hours(2)), .none) {
            $0.person.consent = Consent(state: .withdrawn, checked: noon - .hours(2))
        },
        Case(.outOfStock, .skip, .count(0), .count(1)) { $0.person.consent?.stock = 0 },
        Case(.denied, .skip, .yes(true), .yes(false)) { $0.person.isDenied = true },
        Case(.notOnAllowList, .skip, .yes(false), .yes(true)) { $0.person.isOnAllowList = false },
        Case(.notMutualFollow, .skip, .none, .yes(true)) { $0.terms.arms[0].hasImage = true },
        Case(.notMutualFollow, .skip, .yes(false), .yes(true)) {
            $0.terms.arms[0].hasImage = true
            $0.person.consent?.isMutualFollow = false
        },
        Case(.promptExposure, .skip, .count(3), .count(3)) {
            $0.terms.arms[0].prompts = [Self.staff]
            $0.person.prompts = [Self.staff: PromptCount(today: 3)]
        },
        Case(.promptExposure, .skip, .count(4), .count(4)) {
            $0.limits.prompts = .refusals(4)
            $0.terms.arms[0].prompts = [Self.staff]
            $0.person.prompts = [Self.staff: PromptCount(refused: 4)]
        },
        Case(
            .quietHours, .defer, .timeOfDay(18_000_000), .window(DayWindow(fromMinute: 1320, toMinute: 480)),
            shanghai("2026-11-20 15:00")
        ) {
            $0.person.window = PersonWindow(zone: Zone(identifier: "Europe/Berlin"), quiet: nil)
        },
        Case(
            .recipientDnd, .defer, .timeOfDay(36_000_000), .window(DayWindow(fromMinute: 600, toMinute: 660)),
            shanghai("2026-11-20 13:00")
        ) {
            $0.person.window = PersonWindow(
                zone: Zone(identifier: "Asia/Urumqi"), quiet: DayWindow(fromMinute: 600, toMinute: 660))
        },
        Case(.groupKindUnknown, .skip, .none, .none) { $0.terms.channel = .groupMessage },
        Case(.groupTooLarge, .skip, .count(201), .count(200)) {
            $0.terms.channel = .groupMessage
            $0.person.group = GroupFacts(kind: .fans, members: 201, isAdminsOnly: false, isAdmin: false)
        },
        Case(.groupAdminsOnly, .skip, .yes(false), .yes(true)) {
            $0.terms.channel = .groupMessage
            $0.person.group = GroupFacts(kind: .fans, members: nil, isAdminsOnly: true, isAdmin: false)
        },
    ]

    private func expect(_ row: Case) {
        let scene = Scene().with(row.change)
        #expect(scene.verdict(at: Self.noon).refusals == [row.expected])
        let shown = scene.gate.checklist(scene.candidate, scene.facts, scene.terms, at: Self.noon)
        let finding = shown.first { $0.refusal != nil }
        #expect(finding?.refusal == row.expected && finding?.rule == row.expected.reason)
        #expect(shown.count { $0.refusal != nil } == 1)
    }

    @Test("of the lane", arguments: lane.indices)
    func lanes(index: Int) { expect(Self.lane[index]) }

    @Test("of the run", arguments: run.indices)
    func runs(index: Int) { expect(Self.run[index]) }

    @Test("of the person", arguments: person.indices)
    func people(index: Int) { expect(Self.person[index]) }

    @Test(
        "where everything allows, explain has a line for every rule, in the order of the rules' page, with both figures"
    )
    func checklist() {
        let berlin = DayWindow(fromMinute: 60, toMinute: 120)
        var scene = Scene().with {
            $0.terms.window = DayWindow(fromMinute: 600, toMinute: 1200)
            $0.terms.arms[0].prompts = [Self.staff]
            $0.limits.riskMessagesPerHour = 50
            $0.limits.contactsPerWeek = 3
            $0.limits.contactsPerAppAndDay = 2
            $0.lane.people = 11
            $0.lane.messages = 12
            $0.lane.recent.add(people: 1, messages: 13, at: Self.noon - .minutes(5))
            $0.person.contactsByApp = 1
            $0.person.prompts = [Self.staff: PromptCount(today: 2)]
            $0.person.contactDays = [13, 14, 20].map { PlatformDay(containing: shanghai("2026-11-\($0)")) }
            $0.person.window = PersonWindow(zone: nil, quiet: berlin)
            $0.person.consent?.stock = 5
        }
        func lines() -> [Finding] {
            scene.gate.checklist(scene.candidate, scene.facts, scene.terms, at: Self.noon)
        }
        func line(_ rule: Reason, _ observed: Measure, _ limit: Measure) -> Finding {
            Finding(rule: rule, observed: observed, limit: limit, refusal: nil)
        }
        let noon = Measure.timeOfDay(43_200_000)
        let expected = [
            line(.quietHours, noon, .window(DayWindow(fromMinute: 1320, toMinute: 480))),
            line(.awaitingReview, .yes(true), .yes(true)),
            line(.notStarted, .moment(Self.noon), .moment(shanghai("2026-01-01"))),
            line(.expired, .moment(Self.noon), .moment(shanghai("2029-01-01"))),
            line(.outsideWindow, noon, .window(DayWindow(fromMinute: 600, toMinute: 1200))),
            line(.dailyUsersCap, .count(11), .count(5000)), line(.dailyBatchCap, .count(12), .count(500)),
            line(.riskThrottled, .count(13), .count(50)), line(.accountFrozen, .yes(false), .yes(false)),
            line(.accountBanned, .yes(false), .yes(false)), line(.creditScore, .count(100), .count(80)),
            line(.stoppedByOperator, .yes(false), .yes(false)), line(.clockUntrusted, .yes(false), .yes(false)),
            line(.accountRemoved, .yes(true), .yes(true)), line(.accountNotBound, .yes(true), .yes(true)),
            line(.appInTrial, .yes(false), .yes(false)), line(.alreadyContactedToday, .count(1), .count(2)),
            line(.notAuthorized, .word("authorized"), .word("authorized")), line(.outOfStock, .count(5), .count(1)),
            line(.denied, .yes(false), .yes(false)), line(.promptExposure, .count(2), .count(3)),
            line(.recipientDnd, noon, .window(berlin)), line(.tooOften, .count(2), .count(3)),
        ]
        #expect(lines() == expected)
        scene.limits.prompts = .refusals(2)
        scene.person.prompts = [Self.staff: PromptCount(refused: 1)]
        #expect(lines().contains(line(.promptExposure, .count(1), .count(2))))
        scene.run.isTest = true
        #expect(!lines().contains { $0.rule == .outsideWindow })
        scene.person.consent = nil
        #expect(lines().contains { $0.rule == .outOfStock && $0.observed == .word("daily") })
        scene.terms.channel = .groupMessage
        scene.person.group = GroupFacts(kind: .fans, members: nil, isAdminsOnly: false, isAdmin: false)
        scene.person.window = nil
        #expect(lines().map(\.rule).suffix(3) == [.appInTrial, .alreadyContactedToday, .denied])
        // Contacts of another day are none of today's.
        scene.person.day = PlatformDay(containing: shanghai("2026-11-19"))
        #expect(lines().contains(line(.alreadyContactedToday, .count(0), .count(2))))
    }

    @Test("a test goes outside the campaign's window; a person whom another run already wrote to is promised to none")
    func exceptions() {
        let tested = Scene().with {
            $0.terms.window = DayWindow(fromMinute: 800, toMinute: 900)
            $0.run.isTest = true
        }
        #expect(tested.reasons(at: Self.noon).isEmpty)
        let promised = Scene().with {
            $0.person.promisedTo = RunID(rawValue: 31)
            $0.person.contactsByApp = 1
            $0.limits.contactsPerAppAndDay = 2
        }
        #expect(promised.reasons(at: Self.noon).isEmpty)
        // From the first template on record on; without any, nothing is known.
        let card = Scene().with { $0.terms.templates = ["one"] }
        #expect(card.reasons(at: Self.noon).isEmpty)
        let night = Scene().with {
            $0.limits.quiet = DayWindow(fromMinute: 700, toMinute: 730)
            $0.person.window = PersonWindow(zone: Zone(identifier: "Asia/Urumqi"), quiet: nil)
            $0.limits.requestTimeout = .hours(3)
        }
        #expect(night.reasons(at: Self.noon) == [.quietHours], "the lane's night is said once")
    }

    @Test("the rolling 24 hours hold for messages too, of a whole contact, and open when the oldest lie back")
    func rollingMessages() {
        var scene = Scene().with {
            $0.limits.rollingDay = true
            $0.limits.batchMessagesPerDay = 20
            $0.lane.day = PlatformDay(containing: shanghai("2026-11-21"))
            $0.lane.recent.add(people: 1, messages: 19, at: shanghai("2026-11-20 21:00:10"))
        }
        let evening = shanghai("2026-11-21 20:00")
        #expect(scene.reasons(at: evening).isEmpty)
        scene.terms.arms[0].messages = 2
        let refusal = scene.verdict(at: evening).refusals.first
        #expect(refusal?.reason == .dailyBatchCap && refusal?.observed == .count(19) && refusal?.limit == .count(20))
        #expect(refusal?.changesAt == shanghai("2026-11-21 21:00:59.999"))
        #expect(scene.with { $0.lane.messages = 20 }.verdict(at: evening).refusals.first?.observed == .count(20))
        #expect(scene.with { $0.limits.rollingDay = false }.reasons(at: evening).isEmpty)
    }

    @Test("an hour without a message, and the slowed lane's next comes at once, with no burst saved up")
    func idleHour() {
        let scene = Scene().with {
            $0.limits.riskMessagesPerHour = 50
            $0.lane.slowedUntil = Self.noon - .hours(1)
        }
        // 50 ms of one late wake are made up for; an hour is not.
        #expect(scene.verdict(at: Self.noon).slowedUntil == Self.noon + .milliseconds(950))
        let late = scene.with { $0.lane.slowedUntil = Self.noon - .milliseconds(20) }
        #expect(late.verdict(at: Self.noon).slowedUntil == Self.noon + .milliseconds(980))
        let quick = scene.with { $0.clock.speed = 10 }
        #expect(quick.verdict(at: Self.noon).slowedUntil == Self.noon + .milliseconds(500))
        let ahead = scene.with { $0.lane.slowedUntil = Self.noon + .seconds(5) }
        #expect(ahead.verdict(at: Self.noon).slowedUntil == Self.noon + .seconds(1))
    }

    @Test("where one person and one message a day are allowed, yesterday's take nobody's place")
    func yesterday() {
        let scene = Scene().with {
            $0.limits.usersPerDay = 1
            $0.limits.batchMessagesPerDay = 1
            $0.lane.people = 1
            $0.lane.messages = 1
        }
        #expect(scene.reasons(at: Self.noon) == [.dailyUsersCap, .dailyBatchCap])
        #expect(scene.reasons(at: Self.noon + .days(1)).isEmpty)
        #expect(scene.gate.judgeLane(scene.lane, messages: 1, at: Self.noon + .days(1)).isEmpty)
    }

    @Test("every limit is the rules' page's unless somebody narrows it")
    func limits() {
        let limits = RuleLimits()
        #expect(limits.creditMin == 80 && limits.prompts == .aDay(3) && limits.triesMax == 8)
        #expect(limits.quiet == DayWindow(fromMinute: 1320, toMinute: 480) && limits.usersPerDay == 5000)
        #expect(limits.batchMessagesPerDay == 500 && limits.personalMessagesPerDay == 200 && limits.batchSize == 500)
        #expect(limits.contactsPerAccountAndDay == 1 && limits.contactsPerAppAndDay == 1)
        #expect(limits.riskMessagesPerHour == nil && limits.contactsPerWeek == nil && !limits.rollingDay)
        #expect(limits.departureLimit == .seconds(10) && limits.unknownFinalAfter == .seconds(86_400))
        #expect(limits.consentAgeMax == .seconds(86_400) && limits.requestTimeout == .milliseconds(5000))
        #expect(FreezeRule.reportsMin == 3 && FreezeRule.violationsMin == 1 && StrategyRule.enabledMax == 20)
        #expect(OftenRule.warnsFrom == 3 && TestRule.perDayMax == 20 && OutcomeTable.imageDoubtedAfter == .minutes(60))
        #expect(ClockTrust.jumpMin == .milliseconds(500) && ClockTrust.calmLength == .seconds(60))
        #expect(BestTime.ownSeenMin == 5 && BestTime.accountSeenMin == 100 && BestTime.evening == 80..<88)
    }

    @Test("whoever only writes files tests their own; a reviewer and an operator test anybody's")
    func tests() {
        #expect(TestRule.mayTest(person: "lin", roles: [.author], author: "lin"))
        #expect(!TestRule.mayTest(person: "wang", roles: [.author], author: "lin"))
        #expect(TestRule.mayTest(person: "wang", roles: [.author, .reviewer], author: "lin"))
        #expect(TestRule.mayTest(person: "wang", roles: [.operator], author: "lin"))
    }

    @Test("a shuffled run serves its people in the order of these numbers, on every machine and in every version")
    func planOrder() {
        let first = PlanOrder(runName: "spring@1")
        #expect(
            first.key == 2_037_382_569_616_434_863 && PlanOrder(runName: "spring@2").key == 2_037_383_669_128_063_074)
        #expect(first.place(of: "_000a".utf8) == 1_212_235_782_206_459_727)
        #expect(first.place(of: "_000b".utf8) == -7_160_903_919_870_005_131)
        #expect(first.place(of: "".utf8) == 6_067_177_039_814_391_511)
        #expect(PlanOrder(key: 2_037_383_669_128_063_074).place(of: "_000a".utf8) == 6_744_767_374_534_225_656)
    }

    @Test("terms count the cards and the templates of a campaign, and an arm that is not there is one message")
    func terms() {
        let half = Share(tenThousandths: 5000)
        let campaign = Campaign(
            id: "c", author: "lin", account: "shop", title: "t", audience: .init(source: .authorized),
            schedule: Schedule(start: Self.noon),
            variants: [
                Variant(
                    name: "a", weight: half,
                    messages: [
                        .authorizationCard(account: "staff"), .appletCard(template: "t1", path: "p", query: []),
                        .authorizationCard(account: "staff"),
                    ]),
                Variant(
                    name: "b", weight: half,
                    messages: [
                        .appletCoupon(activity: "1", coupon: "2"), .appletCard(template: "t2", path: "p", query: []),
                    ]),
            ])
        let terms = RunTerms(campaign, owners: ["staff": Self.staff])
        #expect(terms.arms.map(\.prompts) == [[Self.staff, Self.staff], []] && terms.arms.map(\.messages) == [3, 2])
        #expect(terms.templates == ["t1", "t2"] && terms.channel == .privateMessage)
        #expect(terms.prompts(of: 0).count == 2 && terms.prompts(of: 9).isEmpty && terms.prompts(of: -1).isEmpty)
        #expect(terms.messages(of: 9) == 1 && terms.messages(of: 1) == 2 && terms.messagesMin == 2)
        #expect(RunTerms(arms: []).messagesMin == 1)
    }
}
