import CampaignModel
import SendingRules
import Testing

/// Rule 26: one row here for each row of the page on outcomes, written out again by hand so that the code's table is
/// held against something other than itself.
@Suite("What every answer of the platform means, and what it gives back")
struct OutcomeTableTests {
    private typealias Row = OutcomeRow

    private func expect(_ sights: [Sight], _ expected: OutcomeRow) {
        for sight in sights { #expect(OutcomeTable.row(for: sight) == expected, "\(sight)") }
    }
    private func refusals(_ codes: [Int]) -> [Sight] { codes.map { .refusal(code: $0) } }

    @Test("no request byte left: everything returns, and it is tried again")
    func notSent() {
        func row(_ reason: Reason, _ again: OutcomeRow.Again, _ lane: OutcomeRow.LaneReaction) -> OutcomeRow {
            Row(.notSent, reason, returnsPerson: true, returnsMessages: .all, again: again, lane: lane)
        }
        expect(
            [.nameNotResolved, .connectFailed, .tlsFailed, .streamRefused].map { .notLeft($0) },
            row(.network, .backoff, .breaker))
        expect([.notLeft(.deadlinePassed)], row(.deadlinePassed, .backoff, .none))
        expect([.notLeft(.stopped)], row(.stoppedByOperator, .backoff, .none))
        expect([.notLeft(.closing)], row(.transportClosing, .backoff, .none))
        expect([.notLeft(.noToken)], row(.platformToken, .backoff, .refreshToken))
        expect([.notLeft(.optedOut)], row(.denied, .skip(.denied), .none))
        expect([.notLeft(.notRenderable)], row(.notRenderable, .skip(.notRenderable), .alert))
        for obstacle in Obstacle.allCases {
            let row = OutcomeTable.row(for: .notLeft(obstacle))
            #expect(row.outcome == .notSent && row.returnsPerson && row.returnsMessages == .all)
        }
    }

    @Test("a complete valid success keeps its place")
    func accepted() {
        expect(
            [.success], Row(.accepted, nil, returnsPerson: false, returnsMessages: .none, again: .never, lane: .none))
    }

    @Test("success for part of the list: only the refused messages return, never tried again, somebody is told")
    func partial() {
        expect(
            [.partialSuccess],
            Row(
                .accepted, .platformPartial, returnsPerson: false, returnsMessages: .refusedOnes, again: .never,
                lane: .alert))
    }

    @Test("a success that is not proved is unknown, and somebody is told", arguments: Ambiguity.allCases)
    func unproved(ambiguity: Ambiguity) {
        expect(
            [.ambiguous(ambiguity)],
            Row(.unknown, .platformUnclear, returnsPerson: false, returnsMessages: .none, again: .never, lane: .alert))
    }

    @Test("a token that is expired or invalid: once more after one shared refresh")
    func token() {
        expect(
            refusals([28_001_003, 28_001_008, 2_190_002, 2_190_008, 10_008]),
            Row(
                .refusedForNow, .platformToken, returnsPerson: true, returnsMessages: .all, again: .afterTokenRefresh,
                lane: .refreshToken))
    }

    @Test("too fast: everything returns, again after the lane slowed down")
    func busy() {
        expect(
            refusals([28_003_018, 28_001_005]) + [.httpStatus(429)],
            Row(
                .refusedForNow, .platformBusy, returnsPerson: true, returnsMessages: .all, again: .backoff,
                lane: .slowDown))
    }

    @Test("the account's day is used up: closed for the day")
    func quota() {
        expect(
            refusals([28_003_017]),
            Row(
                .refusedForNow, .platformQuota, returnsPerson: true, returnsMessages: .all, again: .nextDay,
                lane: .closeForDay))
    }

    @Test("the person's day is used up: the place is kept, only the messages return")
    func personLimit() {
        expect(
            refusals([28_003_070]),
            Row(
                .refusedForNow, .platformPersonLimit, returnsPerson: false, returnsMessages: .all, again: .nextDay,
                lane: .none))
    }

    @Test("risk control: the account pauses, doubling")
    func risk() {
        expect(
            refusals([28_001_052]),
            Row(
                .refusedForNow, .platformRisk, returnsPerson: true, returnsMessages: .all, again: .backoff,
                lane: .pauseDoubling))
    }

    @Test("what only a person can mend stops the account")
    func needsHuman() {
        expect(
            refusals(
                [28_001_012] + Array(28_001_014...28_001_020) + [
                    28_001_042, 28_001_056, 28_003_095, 28_029_003, 2_100_007,
                ]),
            Row(
                .refusedForNow, .platformNeedsHuman, returnsPerson: true, returnsMessages: .all, again: .afterHuman,
                lane: .stop(.platformNeedsHuman)))
    }

    @Test("a ban stops the account at once")
    func banned() {
        expect(
            refusals([28_029_004]),
            Row(
                .refusedForNow, .platformBanned, returnsPerson: true, returnsMessages: .all, again: .afterHuman,
                lane: .stop(.platformBanned)))
    }

    @Test("a person who cannot be reached: never in this run, and the lane goes on")
    func recipientGone() {
        expect(
            refusals(Array(28_001_045...28_001_047) + [28_003_101, 2_100_009]),
            Row(
                .rejected, .platformRecipientGone, returnsPerson: true, returnsMessages: .all, again: .never,
                lane: .none))
    }

    @Test("content that the platform will not have: the campaign pauses")
    func contentRefused() {
        expect(
            refusals([28_001_007, 2_100_005, 11_009, 28_001_038, 28_003_082]),
            Row(
                .rejected, .platformContentRefused, returnsPerson: true, returnsMessages: .all, again: .never,
                lane: .pauseRun(.platformContentRefused)))
    }

    @Test(
        "anything else is unknown, keeps its place, and is never repeated by a machine",
        arguments: [
            Sight.refusal(code: -1), .refusal(code: 28_001_006), .refusal(code: 1), .refusal(code: 28_001_013),
            .refusal(code: 28_001_021), .refusal(code: 28_001_044), .refusal(code: 28_001_048), .refusal(code: .max),
            .refusal(code: .min), .httpStatus(500), .httpStatus(502), .httpStatus(503), .httpStatus(504),
            .httpStatus(599), .httpStatus(400), .httpStatus(403), .httpStatus(302), .httpStatus(200),
        ])
    func anythingElse(sight: Sight) {
        expect(
            [sight],
            Row(.unknown, .platformUnclear, returnsPerson: false, returnsMessages: .none, again: .never, lane: .breaker)
        )
    }

    @Test("no answer after a byte left is unknown", arguments: Loss.allCases)
    func noAnswer(loss: Loss) {
        let isOrphan = loss == .orphaned
        expect(
            [.noAnswer(loss)],
            Row(
                .unknown, isOrphan ? .orphaned : .network, returnsPerson: false, returnsMessages: .none, again: .never,
                lane: isOrphan ? .none : .breaker))
    }

    @Test("of ten million codes only the listed ones are a definite refusal")
    func onlyListedCodes() {
        let listed: Set<Int> = [
            28_001_003, 28_001_008, 2_190_002, 2_190_008, 10_008, 28_003_018, 28_001_005, 28_003_017, 28_003_070,
            28_001_052, 28_001_012, 28_001_014, 28_001_015, 28_001_016, 28_001_017, 28_001_018, 28_001_019, 28_001_020,
            28_001_042, 28_001_056, 28_003_095, 28_029_003, 2_100_007, 28_029_004, 28_001_045, 28_001_046, 28_001_047,
            28_003_101, 2_100_009, 28_001_007, 2_100_005, 11_009, 28_001_038, 28_003_082,
        ]
        #expect(Set(OutcomeTable.codes.keys) == listed)
        #expect(OutcomeTable.codes.values.allSatisfy { $0.outcome == .rejected || $0.outcome == .refusedForNow })
    }

    @Test("what is unknown or accepted gives no person back and is not tried again, in every row")
    func noRowSendsTwice() {
        var sights: [Sight] = [.success, .partialSuccess, .httpStatus(500), .httpStatus(429)]
        sights += Loss.allCases.map { .noAnswer($0) } + Ambiguity.allCases.map { .ambiguous($0) }
        sights += OutcomeTable.codes.keys.sorted().map { .refusal(code: $0) }
        for sight in sights {
            let row = OutcomeTable.row(for: sight)
            guard row.outcome == .unknown || row.outcome == .accepted else { continue }
            #expect(!row.returnsPerson && row.again == .never, "\(sight)")
        }
    }
}
