import CampaignModel
import SendingRules
import Testing

@Suite("Rule 1: nothing rings between 22:00 and 08:00")
struct QuietHoursTests {
    @Test(
        "the night is half-open: 22:00:00.000 is quiet, 08:00:00.000 is not",
        arguments: [
            ("2026-11-20 21:59:59.999", nil), ("2026-11-20 22:00:00.000", "2026-11-21 08:00"),
            ("2026-11-20 22:00:00.001", "2026-11-21 08:00"), ("2026-11-20 23:59:59.999", "2026-11-21 08:00"),
            ("2026-11-21 00:00:00.000", "2026-11-21 08:00"), ("2026-11-21 07:59:59.999", "2026-11-21 08:00"),
            ("2026-11-21 08:00:00.000", nil), ("2026-11-21 14:30", nil), ("2026-12-31 22:30", "2027-01-01 08:00"),
            ("2028-02-28 22:00", "2028-02-29 08:00"),
        ] as [(String, String?)])
    func boundaries(now: String, opening: String?) {
        let verdict = Scene().verdict(at: shanghai(now))
        #expect(verdict.refusals.map(\.reason) == (opening == nil ? [] : [.quietHours]))
        #expect(verdict.refusals.first?.changesAt == opening.map(shanghai))
    }

    @Test(
        "a request that could still be under way at 22:00 is not started",
        arguments: [
            // 5 s for the request, 2 s of doubt: the last start is before 21:59:53.
            (5, 2, 1.0, "2026-11-20 21:59:52.999", true), (5, 2, 1, "2026-11-20 21:59:53.000", false),
            (5, 0, 1, "2026-11-20 21:59:54.999", true), (5, 0, 1, "2026-11-20 21:59:55.000", false),
            (30, 0, 1, "2026-11-20 21:59:29.999", true), (30, 0, 1, "2026-11-20 21:59:30.000", false),
            // A rehearsal at 600 wall seconds a second: 5 s of patience are 50 minutes of wall.
            (5, 0, 600, "2026-11-20 21:09:59.999", true), (5, 0, 600, "2026-11-20 21:10:00.000", false),
            // The request's time has no say in the morning, but a wall that may be ahead has.
            (5, 0, 1, "2026-11-21 08:00:00.000", true), (5, 0, 1, "2026-11-21 07:59:59.999", false),
            (5, 2, 1, "2026-11-21 08:00:02.000", true), (5, 2, 1, "2026-11-21 08:00:01.999", false),
            (5, 2, 3, "2026-11-21 08:00:06.000", true), (5, 2, 3, "2026-11-21 08:00:05.999", false),
        ])
    func margin(timeout: Int, doubt: Int, speed: Double, now: String, isOpen: Bool) {
        let scene = Scene().with {
            $0.limits.requestTimeout = .seconds(timeout)
            $0.clock = ClockFacts(doubt: .seconds(doubt), speed: speed)
        }
        let verdict = scene.verdict(at: shanghai(now))
        #expect(verdict.isAdmitted == isOpen)
        let lead = scene.clock.lead
        if !isOpen { #expect(verdict.refusals.first?.changesAt == shanghai("2026-11-21 08:00") + lead) }
    }

    @Test(
        "a margin is rounded up to the millisecond, never down",
        arguments: [
            (.seconds(5), .zero, 1, .milliseconds(5000)),
            (.seconds(5), .microseconds(1), 1, .milliseconds(5001)),
            (.seconds(5), .microseconds(999), 1, .milliseconds(5001)),
            (.seconds(5), .milliseconds(2000), 1, .milliseconds(7000)),
            (.seconds(5), .zero, 1.0001, .milliseconds(5001)),
            (.seconds(5), .seconds(1), 3600, .hours(6)),
            (.seconds(5), .zero, 0, .zero),
        ] as [(Duration, Duration, Double, Duration)])
    func marginRoundsUp(timeout: Duration, doubt: Duration, speed: Double, margin: Duration) {
        #expect(ClockFacts(doubt: doubt, speed: speed).margin(timeout: timeout) == margin)
    }

    @Test("a rehearsal whose margin is longer than the day is open says not now, and names the morning")
    func marginLongerThanTheDay() {
        let scene = Scene().with {
            $0.limits.requestTimeout = .seconds(5)
            $0.clock = ClockFacts(speed: 86_400)
        }
        let refusal = scene.verdict(at: shanghai("2026-11-20 12:00")).refusals.first
        #expect(refusal?.reason == .quietHours && refusal?.changesAt == shanghai("2026-11-21 08:00"))
    }

    @Test(
        "an account's own zone only narrows: closed there or in Shanghai is closed",
        arguments: [
            // Urumqi runs two hours behind: 20:00 there is 22:00 in Beijing, and its own night ends at 10:00 in Beijing.
            ("Asia/Urumqi", "2026-11-20 19:59:59.999", nil), ("Asia/Urumqi", "2026-11-20 20:00", "2026-11-21 08:00"),
            ("Asia/Urumqi", "2026-11-20 21:59", "2026-11-21 08:00"),
            ("Asia/Urumqi", "2026-11-21 06:00", "2026-11-21 08:00"),
            ("Asia/Urumqi", "2026-11-21 07:59:59.999", "2026-11-21 08:00"), ("Asia/Urumqi", "2026-11-21 08:00", nil),
            // Tokyo runs an hour ahead: its night begins at 21:00 in Beijing and ends before Beijing's.
            ("Asia/Tokyo", "2026-11-20 21:59:59.999", nil), ("Asia/Tokyo", "2026-11-20 22:00", "2026-11-21 09:00"),
            ("Asia/Tokyo", "2026-11-21 08:30", "2026-11-21 09:00"), ("Asia/Tokyo", "2026-11-21 09:00", nil),
            // New York in winter: Beijing's night is 09:00–19:00 there, its own 22:00–08:00. Open 08–09 and 19–22.
            ("America/New_York", "2026-01-15 08:59:59.999", nil),
            ("America/New_York", "2026-01-15 09:00", "2026-01-15 19:00"),
            ("America/New_York", "2026-01-15 21:59:59.999", nil),
            ("America/New_York", "2026-01-15 22:00", "2026-01-16 08:00"),
            ("America/New_York", "2026-01-16 07:59:59.999", "2026-01-16 08:00"),
            ("America/New_York", "2026-01-16 08:00", nil),
            // New York in summer: open 08–10 and 20–22.
            ("America/New_York", "2026-07-15 09:59:59.999", nil),
            ("America/New_York", "2026-07-15 10:00", "2026-07-15 20:00"),
        ] as [(String, String, String?)])
    func zonesNarrow(identifier: String, now: String, opening: String?) throws {
        let zone = try #require(Zone(identifier: identifier))
        let refusals = Scene().with { $0.lane.zone = zone }.verdict(at: wall(now, identifier)).refusals
        #expect(refusals.map(\.reason) == (opening == nil ? [] : [.quietHours]))
        #expect(refusals.first?.changesAt == opening.map { wall($0, identifier) })
    }

    @Test(
        "a night across a clock change lasts nine or eleven hours, because it is computed from instants",
        arguments: [
            ("2026-03-07 22:00", "2026-03-08 08:00", 9), ("2026-10-31 22:00", "2026-11-01 08:00", 11),
            ("2026-01-15 22:00", "2026-01-16 08:00", 10), ("2026-03-08 22:00", "2026-03-09 08:00", 10),
            ("2026-11-01 22:00", "2026-11-02 08:00", 10),
        ])
    func nightsOfNineAndElevenHours(evening: String, morning: String, hours: Int64) throws {
        let zone = try #require(Zone(identifier: "America/New_York"))
        let scene = Scene().with { $0.lane.zone = zone }
        let start = wall(evening, zone.identifier)
        let end = wall(morning, zone.identifier)
        #expect(end.since(start) == .hours(hours))
        #expect(scene.reasons(at: start - .milliseconds(1)).isEmpty)
        for now in stride(from: start.milliseconds, to: end.milliseconds, by: 60_000).map(Moment.init(milliseconds:)) {
            #expect(scene.verdict(at: now).refusals.first?.changesAt == end)
        }
        #expect(scene.reasons(at: end - .milliseconds(1)) == [.quietHours])
        #expect(scene.reasons(at: end).isEmpty)
    }

    @Test("a night that was widened is kept as widened, on both walls")
    func widened() throws {
        let scene = Scene().with { $0.limits.quiet = DayWindow(fromMinute: 21 * 60, toMinute: 9 * 60 + 30) }
        #expect(scene.reasons(at: shanghai("2026-11-20 20:59:59.999")).isEmpty)
        #expect(scene.nextAllowed(at: shanghai("2026-11-20 21:00")) == shanghai("2026-11-21 09:30"))
        let urumqi = try #require(Zone(identifier: "Asia/Urumqi"))
        let narrowed = scene.with { $0.lane.zone = urumqi }
        #expect(narrowed.nextAllowed(at: shanghai("2026-11-20 21:00")) == shanghai("2026-11-21 11:30"))
    }

    @Test("two walls that are never open together have no next opening")
    func neverOpenTogether() throws {
        let newYork = try #require(Zone(identifier: "America/New_York"))
        let scene = Scene().with {
            $0.limits.quiet = DayWindow(fromMinute: 10 * 60, toMinute: 9 * 60)
            $0.lane.zone = newYork
        }
        #expect(scene.reasons(at: shanghai("2026-11-20 09:30")) == [.quietHours])
        #expect(scene.nextAllowed(at: shanghai("2026-11-20 09:30")) == nil)
    }

    @Test("the refusal shows the time on the platform's wall and the window")
    func observed() {
        let refusal = Scene().verdict(at: shanghai("2026-11-20 22:00:00.005")).refusals.first
        #expect(refusal?.observed == .timeOfDay(22 * 3_600_000 + 5))
        #expect(refusal?.limit == .window(DayWindow(fromMinute: 22 * 60, toMinute: 8 * 60)))
        #expect(refusal?.effect == .holdLane)
    }

    @Test("what a request may take still counts at the morning of one wall that is the evening of another")
    func marginBehindAMorning() {
        // Eight in Shanghai is half past nine in the evening of St. John's; fifty minutes of patience end in its night.
        let scene = Scene().with {
            $0.limits.requestTimeout = .seconds(5)
            $0.clock = ClockFacts(speed: 600)
            $0.lane.zone = Zone(identifier: "America/St_Johns")!
        }
        let verdict = scene.verdict(at: shanghai("2026-07-01 23:00"))
        #expect(verdict.refusals.map(\.changesAt) == [shanghai("2026-07-02 18:30")])
    }
}
