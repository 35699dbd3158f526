import CampaignModel
import SendingRules
import Testing

@Suite("Rules 14 and 28, and what a campaign asks for itself")
struct RunRuleTests {
    private static let noon = shanghai("2026-11-20 12:00")

    private struct Unready {
        var reason: Reason
        var changesAt: Moment?
        var change: @Sendable (inout Scene) -> Void
    }

    private static let unready: [Unready] = [
        Unready(reason: .accountNotBound) { $0.lane.isBound = false },
        Unready(reason: .appInTrial) { $0.lane.appInTrial = true },
        Unready(reason: .stoppedByOperator) { $0.lane.allStopped = true },
        Unready(reason: .platformNeedsHuman) { $0.lane.hold = LaneHold(reason: .platformNeedsHuman, until: nil) },
        Unready(reason: .platformBanned) { $0.lane.hold = LaneHold(reason: .platformBanned, until: nil) },
        Unready(reason: .platformRisk, changesAt: noon + .milliseconds(1)) {
            $0.lane.hold = LaneHold(reason: .platformRisk, until: noon + .milliseconds(1))
        },
    ]

    @Test("a lane that is not ready holds everybody and touches nobody", arguments: unready.indices)
    func laneNotReady(index: Int) {
        let row = Self.unready[index]
        let refusals = Scene().with(row.change).verdict(at: Self.noon).refusals
        #expect(refusals.map(\.reason) == [row.reason])
        #expect(refusals.first?.effect == .holdLane && refusals.first?.changesAt == row.changesAt)
    }

    @Test("a hold that has ended holds nothing")
    func holdThatEnded() {
        let scene = Scene().with { $0.lane.hold = LaneHold(reason: .platformRisk, until: Self.noon) }
        #expect(scene.reasons(at: Self.noon).isEmpty)
        #expect(scene.reasons(at: Self.noon - .milliseconds(1)) == [.platformRisk])
    }

    @Test(
        "each state of a run says what becomes of its people",
        arguments: [
            (RunState.running, nil, nil), (.scheduled, nil, nil), (.inReview, nil, nil),
            (.paused, .runPaused, .holdRun),
            (.cancelled, .cancelled, .skip), (.rejected, .cancelled, .skip), (.superseded, .superseded, .skip),
            (.expired, .expired, .skip), (.finished, .expired, .skip),
        ] as [(RunState, Reason?, Refusal.Effect?)])
    func states(state: RunState, reason: Reason?, effect: Refusal.Effect?) {
        let scene = Scene().with { $0.run.state = state }
        let refusals = scene.verdict(at: Self.noon).refusals
        #expect(refusals.map(\.reason) == (reason.map { [$0] } ?? []))
        #expect(refusals.first?.effect == effect)
        #expect(scene.gate.judgeRun(scene.run, scene.terms, at: Self.noon) == refusals)
    }

    @Test(
        "without an approval of this very revision the run waits, whatever its state says",
        arguments: [
            RunState.inReview, .scheduled, .running,
        ])
    func approval(state: RunState) {
        let scene = Scene().with {
            $0.run.state = state
            $0.run.isApproved = false
        }
        let refusals = scene.verdict(at: Self.noon).refusals
        #expect(refusals.map(\.reason) == [.awaitingReview])
        #expect(refusals.first?.effect == .holdRun && refusals.first?.observed == .word(state.code))
    }

    @Test(
        "a run begins at its start and is over at its end, to the millisecond",
        arguments: [
            ("2026-11-20 11:59:59.999", [.notStarted]), ("2026-11-20 12:00:00.000", []),
            ("2026-11-20 13:59:59.999", []), ("2026-11-20 14:00:00.000", [.expired]),
        ] as [(String, [Reason])])
    func startAndEnd(now: String, reasons: [Reason]) {
        let scene = Scene().with {
            $0.run.start = Self.noon
            $0.run.validUntil = shanghai("2026-11-20 14:00")
        }
        #expect(scene.reasons(at: shanghai(now)) == reasons)
    }

    @Test(
        "a campaign's window is half-open on its own zone's wall, and may cross midnight",
        arguments: [
            // 10:00–12:00 in Shanghai.
            (600, 720, "Asia/Shanghai", "2026-11-20 09:59:59.999", "2026-11-20 10:00"),
            (600, 720, "Asia/Shanghai", "2026-11-20 10:00", nil),
            (600, 720, "Asia/Shanghai", "2026-11-20 11:59:59.999", nil),
            (600, 720, "Asia/Shanghai", "2026-11-20 12:00", "2026-11-21 10:00"),
            // 20:00–01:30 in Shanghai.
            (1200, 90, "Asia/Shanghai", "2026-11-20 19:59:59.999", "2026-11-20 20:00"),
            (1200, 90, "Asia/Shanghai", "2026-11-20 20:00", nil),
            (1200, 90, "Asia/Shanghai", "2026-11-20 23:59:59.999", nil),
            (1200, 90, "Asia/Shanghai", "2026-11-21 00:00", nil),
            (1200, 90, "Asia/Shanghai", "2026-11-21 01:29:59.999", nil),
            (1200, 90, "Asia/Shanghai", "2026-11-21 01:30", "2026-11-21 20:00"),
            // 20:00–02:00 in Urumqi, two hours behind.
            (1200, 120, "Asia/Urumqi", "2026-11-20 19:59:59.999", "2026-11-20 20:00"),
            (1200, 120, "Asia/Urumqi", "2026-11-21 01:59:59.999", nil),
            // Across New York's clock changes.
            (540, 600, "America/New_York", "2026-03-07 12:00", "2026-03-08 09:00"),
            (540, 600, "America/New_York", "2026-10-31 12:00", "2026-11-01 09:00"),
            // 02:30 does not exist on the 8th of March: what is left of the window begins at 03:00.
            (150, 240, "America/New_York", "2026-03-08 01:00", "2026-03-08 03:00"),
            // A window that lies wholly in the missing hour is not open at all that day.
            (130, 160, "America/New_York", "2026-03-08 01:00", "2026-03-09 02:10"),
            // 01:10–01:20 comes twice on the 1st of November, and is open twice.
            (70, 80, "America/New_York", "2026-11-01 01:05", "2026-11-01T01:10:00-04:00"),
            (70, 80, "America/New_York", "2026-11-01T01:25:00-04:00", "2026-11-01T01:10:00-05:00"),
            (70, 80, "America/New_York", "2026-11-01T01:25:00-05:00", "2026-11-02 01:10"),
        ] as [(Int, Int, String, String, String?)])
    func windows(from: Int, to: Int, identifier: String, now: String, opening: String?) throws {
        let zone = try #require(Zone(identifier: identifier))
        let now = try #require(Moment(iso8601: now, defaultZone: zone))
        let expected = try opening.map { try #require(Moment(iso8601: $0, defaultZone: zone)) }
        let window = DayWindow(fromMinute: from, toMinute: to)
        #expect(SendWindow.opening(of: window, zone: zone, at: now) == expected)
        let scene = Scene().with {
            $0.terms.window = window
            $0.terms.zone = zone
            $0.limits.quiet = DayWindow(fromMinute: 0, toMinute: 0)
            $0.run.start = .distantPast
        }
        let refusal = scene.gate.judgeRun(scene.run, scene.terms, at: now).first
        #expect(refusal?.reason == (expected == nil ? nil : .outsideWindow) && refusal?.changesAt == expected)
    }

    @Test(
        "the window that is kept to is the campaign's own, whatever its send_time: best times are segments of the plan",
        arguments: [
            (Schedule.SendTime.best, nil, nil),
            (.best, DayWindow(fromMinute: 600, toMinute: 660), DayWindow(fromMinute: 600, toMinute: 660)),
            (.soon, nil, nil), (.spread, nil, nil),
            (.spread, DayWindow(fromMinute: 600, toMinute: 660), DayWindow(fromMinute: 600, toMinute: 660)),
        ] as [(Schedule.SendTime, DayWindow?, DayWindow?)])
    func effectiveWindow(sendTime: Schedule.SendTime, window: DayWindow?, expected: DayWindow?) {
        #expect(Schedule(start: Self.noon, window: window, sendTime: sendTime).effectiveWindow == expected)
    }

    @Test("the gate's terms are read from the campaign: messages, images, fallbacks by name, window and zone")
    func termsOfACampaign() throws {
        let zone = try #require(Zone(identifier: "Asia/Urumqi"))
        let campaign = Campaign(
            id: "c", author: "lin", account: "shop", title: "t", audience: .init(source: .authorized),
            schedule: Schedule(zone: zone, start: Self.noon, window: DayWindow(fromMinute: 600, toMinute: 660)),
            variants: [
                Variant(
                    name: "picture", weight: Share(tenThousandths: 5000),
                    messages: [.text("hi"), .image(file: "a.png", digest: nil)], fallback: "plain"),
                Variant(name: "plain", weight: Share(tenThousandths: 5000), messages: [.text("hi")], fallback: "gone"),
            ])
        let terms = RunTerms(campaign, owners: [:])
        #expect(
            terms.arms == [
                .init(messages: 2, hasImage: true, fallback: 1), .init(messages: 1, hasImage: false, fallback: nil),
            ])
        #expect(terms.zone == zone && terms.window == DayWindow(fromMinute: 600, toMinute: 660))
        #expect(terms.messages(of: 0) == 2 && terms.messages(of: 1) == 1 && terms.messagesMin == 1)
    }
}

@Suite("A verdict names every refusal, and does one thing about them")
struct VerdictTests {
    private static let noon = shanghai("2026-11-20 12:00")

    @Test("every rule that refuses is reported, in the order of the rules' page")
    func everyRefusal() {
        let scene = Scene().with {
            $0.lane.people = 5000
            $0.lane.messages = 500
            $0.lane.hold = LaneHold(reason: .platformRisk, until: nil)
            $0.lane.allStopped = true
            $0.lane.isBound = false
            $0.lane.appInTrial = true
            $0.run.isApproved = false
            $0.run.state = .paused
            $0.run.start = shanghai("2026-12-01")
            $0.run.validUntil = shanghai("2026-11-20")
            $0.terms.window = DayWindow(fromMinute: 600, toMinute: 660)
            $0.terms.arms = [.init(messages: 1, hasImage: true, fallback: nil)]
            $0.person.contactsByApp = 1
            $0.person.consent = Consent(state: .withdrawn, checked: Self.noon)
            $0.person.isDenied = true
            $0.person.isOnAllowList = false
        }
        #expect(
            scene.reasons(at: shanghai("2026-11-20 23:00")) == [
                .quietHours, .dailyUsersCap, .dailyBatchCap, .platformRisk, .stoppedByOperator, .accountNotBound,
                .appInTrial, .awaitingReview, .runPaused, .notStarted, .expired, .outsideWindow,
                .alreadyContactedToday, .authorizationWithdrawn, .denied, .notOnAllowList, .notMutualFollow,
            ])
    }

    private static func refusal(_ reason: Reason, _ effect: Refusal.Effect, _ changesAt: String? = nil) -> Refusal {
        Refusal(reason: reason, effect: effect, observed: .none, limit: .none, changesAt: changesAt.map(shanghai))
    }

    @Test(
        "a closed lane before a held run, before a skip, before a defer, before a status call",
        arguments: [
            ([], "admit 1"),
            ([.checkConsent], "check consent_check"),
            ([.checkConsent, .defer], "defer already_contacted_today"),
            ([.checkConsent, .defer, .skip], "skip denied"),
            ([.defer, .skip, .holdRun], "hold run run_paused"),
            ([.checkConsent, .defer, .skip, .holdRun, .holdLane], "hold lane quiet_hours"),
            ([.holdLane, .holdRun, .skip, .defer, .checkConsent], "hold lane quiet_hours"),
        ] as [([Refusal.Effect], String)])
    func precedence(effects: [Refusal.Effect], expected: String) {
        let refusals = effects.map { effect in
            switch effect {
            case .holdLane: Self.refusal(.quietHours, effect, "2026-11-21 08:00")
            case .holdRun: Self.refusal(.runPaused, effect)
            case .skip: Self.refusal(.denied, effect)
            case .defer: Self.refusal(.alreadyContactedToday, effect, "2026-11-21")
            case .checkConsent: Self.refusal(.consentCheck, effect)
            }
        }
        let verdict = Verdict(refusals: refusals, variant: 1)
        let words =
            switch verdict.decision {
            case .admit(let variant): "admit \(variant)"
            case .holdLane(let refusal): "hold lane \(refusal.reason.code)"
            case .holdRun(let refusal): "hold run \(refusal.reason.code)"
            case .skip(let reason): "skip \(reason.code)"
            case .defer(let refusal): "defer \(refusal.reason.code)"
            case .checkConsent(let refusal): "check \(refusal.reason.code)"
            }
        #expect(words == expected)
        #expect(verdict.isAdmitted == effects.isEmpty)
    }

    @Test("of two defers the later one counts, and one without an end is the latest")
    func latestDefer() {
        let early = Self.refusal(.alreadyContactedToday, .defer, "2026-11-21")
        let late = Self.refusal(.platformBusy, .defer, "2026-11-22")
        let endless = Self.refusal(.imageNotUploaded, .defer)
        for (refusals, reason) in [([early, late], Reason.platformBusy), ([endless, late], .imageNotUploaded)] {
            guard case .defer(let chosen) = Verdict(refusals: refusals, variant: 0).decision else {
                Issue.record("two defers are a defer")
                continue
            }
            #expect(chosen.reason == reason)
        }
    }

    @Test(
        "a run can start somebody again when its window opens before its end and outside the night, else never",
        arguments: [
            ((20, 21), "2026-11-20 21:00", "2026-11-20 20:00"), ((20, 21), "2026-11-20 20:00", nil),
            ((20, 21), "2026-11-20 19:00", nil), ((23, 24), "2026-11-22 12:00", nil),
            ((7, 9), "2026-11-22 12:00", "2026-11-21 08:00"),
        ] as [((Int, Int), String, String?)])
    func nextStart(window: (Int, Int), validUntil: String, opens: String?) {
        var scene = Scene()
        scene.terms.window = DayWindow(fromMinute: window.0 * 60, toMinute: window.1 * 60)
        scene.run.validUntil = shanghai(validUntil)
        let next = scene.gate.nextStart(
            of: scene.run, scene.terms, zone: .shanghai, at: shanghai("2026-11-20 10:00"))
        #expect(next == opens.map(shanghai))
    }
}
