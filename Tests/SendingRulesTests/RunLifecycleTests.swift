import CampaignModel
import SendingRules
import Testing

@Suite("What may be done to a run, state by state")
struct RunLifecycleTests {
    /// Every pair of state and act that leads somewhere. All others lead nowhere.
    private static let table: [RunState: [RunLifecycle.Act: RunState]] = [
        .inReview: [
            .approve: .scheduled, .reject: .rejected, .cancel: .cancelled, .expire: .expired, .supersede: .superseded,
            .pause: .inReview,
        ],
        .scheduled: [
            .pause: .paused, .begin: .running, .cancel: .cancelled, .expire: .expired, .supersede: .superseded,
        ],
        .running: [
            .pause: .paused, .finish: .finished, .cancel: .cancelled, .expire: .expired, .supersede: .superseded,
        ],
        .paused: [.resume: .scheduled, .cancel: .cancelled, .expire: .expired, .supersede: .superseded],
    ]

    @Test("the whole table", arguments: RunState.allCases, RunLifecycle.Act.allCases)
    func wholeTable(state: RunState, act: RunLifecycle.Act) {
        let expected = Self.table[state]?[act]
        #expect(RunLifecycle.state(after: act, in: state) == expected)
        // Whether its people are written down matters to a resume alone.
        let planned = RunLifecycle.state(after: act, in: state, isPlanned: true)
        #expect(planned == (state == .paused && act == .resume ? .running : expected))
    }

    @Test("what was paused in review stays there held, and its approval leads to a pause")
    func held() {
        let table: [RunLifecycle.Act: RunState] = [
            .approve: .paused, .reject: .rejected, .resume: .inReview, .cancel: .cancelled, .expire: .expired,
            .supersede: .superseded,
        ]
        for act in RunLifecycle.Act.allCases {
            #expect(RunLifecycle.state(after: act, in: .inReview, isHeld: true) == table[act], "\(act)")
        }
    }

    @Test(
        "nothing leads out of an end",
        arguments: [
            RunState.finished, .cancelled, .expired, .superseded, .rejected,
        ])
    func ends(state: RunState) {
        #expect(state.isOver)
        for act in RunLifecycle.Act.allCases { #expect(RunLifecycle.state(after: act, in: state) == nil) }
    }
}

@Suite("Rule 22: who of a lane goes first")
struct SharingTests {
    private func claim(_ run: Int64, _ priority: Int, _ validUntil: String) -> Sharing.Claim {
        Sharing.Claim(run: RunID(rawValue: run), priority: priority, validUntil: shanghai(validUntil))
    }

    private static let now = shanghai("2026-11-20")

    @Test("by priority, then by deadline, then by age")
    func order() {
        let claims = [
            claim(5, 5, "2026-11-21"), claim(4, 5, "2026-11-21"), claim(3, 5, "2026-11-20"), claim(2, 1, "2026-12-31"),
            claim(1, 9, "2026-11-20"),
        ]
        let expected: [RunID] = [2, 3, 4, 5, 1].map(RunID.init(rawValue:))
        #expect(Sharing.order(claims, at: Self.now) == expected)
        #expect(Sharing.order(claims.reversed(), at: Self.now) == expected)
        #expect(Sharing.order([], at: Self.now).isEmpty)
    }
}

@Suite("send_time spread: evenly over what is left of the window")
struct SpreadTests {
    private static let from = shanghai("2026-11-20 10:00")
    private static let to = shanghai("2026-11-20 20:00")

    @Test(
        "as many are due as the share of the window that has passed, less those that went",
        arguments: [
            ("2026-11-20 09:00", 0, 0), ("2026-11-20 10:00", 0, 0), ("2026-11-20 11:00", 0, 100),
            ("2026-11-20 11:00", 40, 60), ("2026-11-20 15:00", 0, 500), ("2026-11-20 15:00", 600, 0),
            ("2026-11-20 19:59:59.999", 0, 1000), ("2026-11-20 20:00", 990, 10), ("2026-11-20 21:00", 1000, 0),
            // The first goes at once when the window opens, not a tenth of an hour later.
            ("2026-11-20 10:00:00.001", 0, 1),
        ])
    func due(now: String, started: Int, expected: Int) {
        #expect(
            Spread.due(total: 1000, started: started, from: Self.from, to: Self.to, at: shanghai(now)) == expected)
    }

    @Test(
        "the next one is due at the very moment that is named, and not a millisecond before",
        arguments: [(1000, 0), (1000, 1), (1000, 999), (777, 400), (3, 1), (7_000_000, 6_999_999)])
    func nextDue(total: Int, started: Int) throws {
        let next = try #require(Spread.nextDue(total: total, started: started, from: Self.from, to: Self.to))
        func due(_ moment: Moment) -> Int {
            Spread.due(total: total, started: started, from: Self.from, to: Self.to, at: moment)
        }
        #expect(due(next) > 0 && due(next - .milliseconds(1)) == 0)
        #expect(Spread.nextDue(total: total, started: total, from: Self.from, to: Self.to) == nil)
    }

    @Test("a window without length holds nobody back")
    func emptyWindow() {
        #expect(Spread.due(total: 10, started: 3, from: Self.to, to: Self.to, at: Self.from) == 7)
        #expect(Spread.due(total: 10, started: 3, from: Self.to, to: Self.from, at: Self.from) == 7)
    }

    @Test("what is due never falls as time passes, and everybody is due at the end")
    func monotone() {
        var last = 0
        for minute in 0...600 {
            let due = Spread.due(
                total: 777, started: 0, from: Self.from, to: Self.to, at: Self.from + .minutes(Int64(minute)))
            #expect(due >= last && due <= 777)
            last = due
        }
        #expect(last == 777)
    }
}
