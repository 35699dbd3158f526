import CampaignModel
import SendingRules
import Testing

@Suite("The small figures that other rules lean on")
struct SmallFigureTests {
    private static let noon = shanghai("2026-11-20 12:00")

    // MARK: - Who is logged in

    @Test("a session lives twelve hours without a request and seven days with them, to the millisecond")
    func sessions() {
        func isLive(_ began: Duration, _ seen: Duration, speed: Double = 1) -> Bool {
            SessionRule.isLive(began: Self.noon - began, seen: Self.noon - seen, at: Self.noon, speed: speed)
        }
        let tick = Duration.milliseconds(1)
        #expect(isLive(.seconds(43_200), .seconds(43_200)) && !isLive(.seconds(43_201), .seconds(43_200) + tick))
        #expect(isLive(.seconds(604_800), .zero) && !isLive(.seconds(604_800) + tick, .zero))
        // What was written under a wall that ran ahead proves nothing now.
        #expect(isLive(.zero, .seconds(-43_200)) && !isLive(.zero, .seconds(-43_200) - tick))
        // People wait in real time: where ten seconds of the wall pass in one, the wall may show ten times as much.
        #expect(isLive(.seconds(432_000), .seconds(432_000), speed: 10))
        #expect(!isLive(.seconds(432_000) + tick, .seconds(432_000) + tick, speed: 10))
        #expect(isLive(.seconds(43_200), .seconds(43_200), speed: 0.1), "a slow wall shortens nothing")
    }

    @Test("a second proof holds ten minutes, being seen is written down once a minute")
    func proofs() {
        func isProved(_ age: Duration) -> Bool { SessionRule.isProved(Self.noon - age, at: Self.noon, speed: 1) }
        func isStale(_ age: Duration) -> Bool { SessionRule.isStale(seen: Self.noon - age, at: Self.noon, speed: 1) }
        #expect(isProved(.seconds(600)) && !isProved(.milliseconds(600_001)))
        #expect(!isStale(.seconds(60)) && isStale(.milliseconds(60_001)))
        #expect(SessionRule.secondProof == [.approve, .go, .erase, .tendTokens])
    }

    // MARK: - The clock's own facts

    @Test("a clock's facts are kept, and widen a margin by their doubt and their speed, rounded up")
    func clock() {
        let facts = ClockFacts(doubt: .milliseconds(300), speed: 2, distrust: .untold)
        #expect(facts.doubt == .milliseconds(300) && facts.speed == 2 && facts.distrust == .untold)
        #expect(facts.margin(timeout: .seconds(5)) == .milliseconds(10_600) && facts.lead == .milliseconds(600))
        #expect(ClockFacts() == ClockFacts(doubt: .zero, speed: 1, distrust: nil))
        #expect(ClockFacts(doubt: .microseconds(1), speed: 1.5).lead == .milliseconds(2))
        #expect(ClockFacts(doubt: .seconds(1), speed: -1).lead == .zero)
    }

    // MARK: - Slowed lanes

    @Test("a slowed lane's next message is due after its share of the hour, to the millisecond, rounded down")
    func slowed() {
        func wait(_ messages: Int, _ kind: AccountKind, _ own: Int?) -> Int64 {
            let scene = Scene().with {
                $0.limits.riskMessagesPerHour = 1000
                $0.lane.kind = kind
                $0.lane.slowedPerHour = own
                $0.terms.arms[0].messages = messages
            }
            return scene.verdict(at: Self.noon).slowedUntil?.since(Self.noon).wholeMilliseconds ?? -1
        }
        #expect(wait(1, .enterprise, nil) == 1000 && wait(3, .enterprise, nil) == 3000)
        #expect(wait(1, .enterprise, 7200) == 500 && wait(1, .enterprise, 7) == 1000, "an enterprise's is no slower")
        #expect(wait(1, .personal, nil) == 72_000 && wait(1, .personal, 60) == 72_000, "a personal one's no faster")
        #expect(wait(5, .personal, 7) == 2_571_428 && wait(7, .personal, 7) == 3_600_000)
        #expect(wait(1, .personal, 1) == 3_600_000 && wait(1, .personal, 0) == 3_600_000)
    }

    @Test("what one wake came too late is 50 milliseconds, of a slow wall as well")
    func lateWake() {
        let scene = Scene().with {
            $0.limits.riskMessagesPerHour = 50
            $0.lane.slowedUntil = Self.noon - .hours(1)
            $0.clock.speed = 0.5
        }
        #expect(scene.verdict(at: Self.noon).slowedUntil == Self.noon + .milliseconds(950))
    }

    @Test(
        "a slowed lane whose hour is full opens when enough of it lies an hour back, and not later than the next is due"
    )
    func calm() {
        func opening(due: Duration) -> Moment? {
            Scene().with {
                $0.limits.riskMessagesPerHour = 30
                $0.lane.recent.add(people: 10, messages: 10, at: shanghai("2026-11-20 10:20:10"))
                $0.lane.recent.add(people: 20, messages: 20, at: shanghai("2026-11-20 11:01:10"))
                $0.lane.recent.add(people: 10, messages: 10, at: shanghai("2026-11-20 11:30:10"))
                $0.lane.slowedUntil = Self.noon + due
            }.verdict(at: Self.noon).refusals.first?.changesAt
        }
        #expect(opening(due: .minutes(5)) == shanghai("2026-11-20 12:01:59.999"))
        #expect(opening(due: .minutes(1)) == shanghai("2026-11-20 12:01"))
    }

    @Test("counters of a day that the wall has left backwards are full until that day is over")
    func setBack() {
        let scene = Scene().with {
            $0.lane.day = PlatformDay(containing: shanghai("2026-11-22"))
            $0.lane.people = 5000
        }
        let refusal = scene.verdict(at: Self.noon).refusals.first
        #expect(refusal?.reason == .dailyUsersCap && refusal?.changesAt == shanghai("2026-11-23"))
    }

    @Test(
        "the morning of a wall that may run ahead comes that much later; of one that runs by minutes, it is named alone",
        arguments: [
            ("2026-11-20 23:00", 60_000, "2026-11-21 08:01"), ("2026-11-20 23:00", 60_001, "2026-11-21 08:00"),
            ("2026-11-21 08:00", 120_000, "2026-11-21 08:02"), ("2026-11-21 08:01", 120_000, "2026-11-21 08:02"),
            ("2026-11-21 08:02", 120_000, nil),
        ] as [(String, Int64, String?)])
    func lead(now: String, lead: Int64, opening: String?) {
        let hours = QuietHours(DayWindow(fromMinute: 1320, toMinute: 480))
        #expect(
            hours.opening(at: shanghai(now), margin: .zero, lead: .milliseconds(lead), zone: .shanghai)
                == opening.map(shanghai))
    }

    @Test("only who is admitted under rule 16 moves the next one back")
    func slowedOnlyIfAdmitted() {
        #expect(Scene().verdict(at: Self.noon).slowedUntil == nil)
        let refused = Scene().with {
            $0.limits.riskMessagesPerHour = 50
            $0.person.isDenied = true
        }
        #expect(refused.verdict(at: Self.noon).slowedUntil == nil)
    }

    // MARK: - Images

    @Test("a refused content with an image older than an hour says nothing about the content: the image is renewed")
    func oldImage() {
        let content = Sight.refusal(code: 28_001_007)
        let renewed = OutcomeRow(
            .refusedForNow, .imageNotUploaded, returnsPerson: true, returnsMessages: .all, again: .afterRenewal,
            lane: .renewImages)
        let refused = OutcomeRow(
            .rejected, .platformContentRefused, returnsPerson: true, returnsMessages: .all, again: .never,
            lane: .pauseRun(.platformContentRefused))
        #expect(OutcomeTable.row(for: content, imageAge: .milliseconds(3_600_001)) == renewed)
        #expect(OutcomeTable.row(for: content, imageAge: .seconds(3600)) == refused)
        #expect(OutcomeTable.row(for: content, imageAge: nil) == refused)
        // Whatever else was said is what it is, however old the image.
        #expect(OutcomeTable.row(for: .success, imageAge: .days(9)).outcome == .accepted)
        #expect(OutcomeTable.row(for: .refusal(code: 28_003_017), imageAge: .days(9)).reason == .platformQuota)
        var random = SeededGenerator(seed: 1)
        let next = RetryRule(triesMax: 1).next(
            after: renewed, tries: 9, day: PlatformDay(containing: Self.noon), at: Self.noon, retryAfter: .seconds(9),
            using: &random)
        #expect(next == .wait(until: Self.noon, .imageNotUploaded))
    }

    // MARK: - Spread

    @Test("where a window has no length, or more went than there are, the next is due at its opening or never")
    func spreadEdges() {
        let (from, to) = (shanghai("2026-11-20 10:00"), shanghai("2026-11-20 20:00"))
        #expect(Spread.nextDue(total: 10, started: 3, from: to, to: from) == to)
        #expect(Spread.nextDue(total: 10, started: 3, from: to, to: to) == to)
        #expect(Spread.nextDue(total: 10, started: -1, from: from, to: to) == from)
        #expect(Spread.nextDue(total: 10, started: 0, from: from, to: to) == from + .milliseconds(1))
        #expect(Spread.nextDue(total: 10, started: 1, from: from, to: to) == shanghai("2026-11-20 11:00:00.001"))
        #expect(Spread.nextDue(total: 10, started: 10, from: from, to: to) == nil)
        #expect(Spread.nextDue(total: 36_000_000, started: 35_999_999, from: from, to: to) == to)
        // What is due is never less than nobody, and after the end it is all that are left.
        #expect(Spread.due(total: 10, started: 12, from: from, to: to, at: to) == 0)
        #expect(Spread.due(total: 10, started: 9, from: from, to: to, at: from) == 0)
        #expect(Spread.due(total: 10, started: 0, from: from, to: to, at: shanghai("2026-11-20 10:59:59.999")) == 1)
        #expect(Spread.due(total: 10, started: 0, from: from, to: to, at: shanghai("2026-11-20 11:00")) == 1)
        #expect(Spread.due(total: 10, started: 0, from: from, to: to, at: shanghai("2026-11-20 11:00:00.001")) == 2)
    }

    // MARK: - Opt-outs: what was found

    @Test(
        "the word that was found is named, as the audit shows it",
        arguments: [
            ("不要给我发了", "不要给我发"), ("麻烦退订一下", "退订"), ("不要再私信我", "不要再私信"), ("不想收到广告", "不想收到"),
            ("please unsubscribe me", "unsubscribe"), ("do not text me", "do not text"),
            ("cancel the subscription", "cancel subscription"), ("T，谢谢", "t"), ("请停止", "停止"),
        ])
    func named(reply: String, word: String) {
        #expect(OptOutWords().match(in: reply) == word)
    }

    @Test("an operator's own words are named as they are listed")
    func ownWords() {
        let words = OptOutWords(extra: ["烦死了", "N", "烦死了", "", "。"])
        #expect(words.match(in: "真的烦死了") == "烦死了" && words.match(in: "n") == "n" && words.match(in: "ok") == nil)
    }

    @Test("a sign inside of a word is overlooked, a blank ends a word, a line end ends what is said")
    func signs() {
        let words = OptOutWords()
        for reply in ["un\u{1}subscribe", "stop\tsending me", "t\u{300}d", "td\r\n"] {
            #expect(words.match(in: reply) != nil, "\(reply)")
        }
        for reply in ["leave\nme alone", "leave\rme alone", "leave\u{2028}me alone"] {
            #expect(words.match(in: reply) == nil, "\(reply)")
        }
        // Letters that are not seen, in all their widths.
        for filler in ["\u{3164}", "\u{115F}", "\u{1160}", "\u{FFA0}"] {
            #expect(words.match(in: "un\(filler)subscribe") != nil)
        }
    }

    @Test("nobody wants less of what they bought: what is not to be received has to be something that is sent")
    func receipts() {
        let words = OptOutWords()
        for reply in ["不想收广告", "不想看到红色", "不要看到广告", "不要收到你们的消息", "拒绝收到消息"] {
            #expect(words.match(in: reply) != nil, "\(reply)")
        }
        for reply in ["不想收钱", "不要看到红色", "不想收到货", "不用收到广告", "没说不许不许发了"] {
            #expect(words.match(in: reply) == nil, "\(reply)")
        }
    }
}
