import CampaignFiles
import CampaignModel
import Foundation
import Testing

@Suite("When a campaign takes place")
struct ScheduleTests {
    private func schedule(_ text: String) throws -> Schedule {
        let reading = Fixtures.read(Fixtures.campaign(schedule: text))
        return try #require(reading.campaign?.schedule, "\(reading.text(in: .en))")
    }

    private func days(_ schedule: Schedule, _ limit: Int) -> [String] {
        schedule.occurrences(after: schedule.start - .milliseconds(1), limit: limit).map {
            String($0.text(in: schedule.zone).prefix(16))
        }
    }

    @Test(
        "Plain words give the instants they say",
        arguments: [
            ("repeat: daily\n  every: 3", ["2026-11-20 20:00", "2026-11-23 20:00", "2026-11-26 20:00"]),
            ("repeat: weekly", ["2026-11-20 20:00", "2026-11-27 20:00", "2026-12-04 20:00"]),
            (
                "repeat: weekly\n  on: [mon, fri]\n  every: 2",
                ["2026-11-20 20:00", "2026-11-30 20:00", "2026-12-04 20:00"]
            ),
            ("repeat: weekly\n  on: 周一", ["2026-11-23 20:00", "2026-11-30 20:00", "2026-12-07 20:00"]),
            ("repeat: monthly\n  day: 31", ["2026-12-31 20:00", "2027-01-31 20:00", "2027-03-31 20:00"]),
            ("repeat: monthly\n  day: last", ["2026-11-30 20:00", "2026-12-31 20:00", "2027-01-31 20:00"]),
            ("repeat: monthly\n  day: [1, 15]", ["2026-12-01 20:00", "2026-12-15 20:00", "2027-01-01 20:00"]),
            ("repeat: monthly\n  weekday: second tue", ["2026-12-08 20:00", "2027-01-12 20:00", "2027-02-09 20:00"]),
            ("repeat: monthly\n  weekday: last fri", ["2026-11-27 20:00", "2026-12-25 20:00", "2027-01-29 20:00"]),
            ("repeat: yearly", ["2026-11-20 20:00", "2027-11-20 20:00", "2028-11-20 20:00"]),
            ("repeat: weekly\n  until: 2026-12-04", ["2026-11-20 20:00", "2026-11-27 20:00", "2026-12-04 20:00"]),
            ("repeat: weekly\n  except: [2026-11-27]", ["2026-11-20 20:00", "2026-12-04 20:00", "2026-12-11 20:00"]),
            (
                "rrule: \"FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13\"",
                ["2027-08-13 20:00", "2028-10-13 20:00", "2029-04-13 20:00"]
            ),
            ("rrule: \"FREQ=WEEKLY;COUNT=2\"", ["2026-11-20 20:00", "2026-11-27 20:00"]),
            ("rrule: \"FREQ=DAILY;UNTIL=20261121\"", ["2026-11-20 20:00", "2026-11-21 20:00"]),
        ])
    func recurrences(_ words: String, _ expected: [String]) throws {
        #expect(days(try schedule("  start: 2026-11-20 20:00\n  \(words)\n"), 3) == expected)
    }

    @Test("A rule of many years ago answers as fast and the same as one counted from its start")
    func longAgo() {
        let start = Moment(iso8601: "2020-01-31T20:00:00+08:00")!
        let after = Moment(iso8601: "2026-11-19T00:00:00+08:00")!
        for recurrence in [
            Recurrence(frequency: .daily, interval: 7), Recurrence(frequency: .weekly, interval: 3),
            Recurrence(frequency: .monthly, interval: 5, daysOfMonth: [31]),
            Recurrence(frequency: .yearly, interval: 2),
        ] {
            let all = recurrence.occurrences(
                start: start, zone: .shanghai, after: start - .milliseconds(1), limit: 5000)
            let late = recurrence.occurrences(start: start, zone: .shanghai, after: after, limit: 3)
            #expect(late == Array(all.filter { $0 > after }.prefix(3)))
            // And both are what the calendar says, told by hand.
            let wall = Zone.shanghai.civil(start)
            let days = late.map { Zone.shanghai.civil($0).dayNumber - wall.dayNumber }
            #expect(late.count == 3 && late.allSatisfy { $0 > after })
            switch recurrence.frequency {
            case .daily: #expect(days == [2485, 2492, 2499])
            case .weekly: #expect(days == [2499, 2520, 2541])
            case .monthly:
                #expect(late.map { String($0.text().prefix(10)) } == ["2027-07-31", "2027-12-31", "2028-05-31"])
            case .yearly:
                #expect(late.map { String($0.text().prefix(10)) } == ["2028-01-31", "2030-01-31", "2032-01-31"])
            }
        }
    }

    /// Weekly only: asked for the third Friday of a month, Foundation 6.3 answers with the second whenever the month
    /// begins on a Sunday (2027-08-13).
    @Test(
        "Foundation's recurrence rule, an independent implementation, gives the same weeks",
        arguments: [
            ("Asia/Shanghai", "2026-11-20T20:00:00+08:00"), ("America/New_York", "2026-11-20T20:00:00-05:00"),
        ])
    func foundation(_ zoneName: String, _ startText: String) throws {
        let zone = try #require(Zone(identifier: zoneName))
        let start = try #require(Moment(iso8601: startText))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: zoneName))
        calendar.firstWeekday = 2
        let ours = Recurrence(frequency: .weekly, interval: 2, weekdays: [.init(day: 1), .init(day: 5)])
        let theirs = Calendar.RecurrenceRule(
            calendar: calendar, frequency: .weekly, interval: 2, weekdays: [.every(.monday), .every(.friday)])
        let expected = theirs.recurrences(of: Date(timeIntervalSince1970: Double(start.milliseconds) / 1000))
            .prefix(60).map { Moment(milliseconds: Int64($0.timeIntervalSince1970 * 1000)) }
        #expect(ours.occurrences(start: start, zone: zone, after: start - .milliseconds(1), limit: 60) == expected)
    }

    @Test("The third Friday is the third, whatever day the month begins with")
    func thirdFriday() {
        let start = Moment(iso8601: "2026-11-20T20:00:00+08:00")!
        let rule = Recurrence(frequency: .monthly, weekdays: [.init(ordinal: 3, day: 5)])
        let days = rule.occurrences(start: start, zone: .shanghai, after: start - .milliseconds(1), limit: 120)
            .map { Zone.shanghai.civil($0) }
        #expect(days.count == 120)
        #expect(days.allSatisfy { $0.weekday == 5 && (15...21).contains($0.day) })
    }

    @Test("A time that a change of clocks skips does not take place, and a doubled one takes place once")
    func clockChanges() throws {
        let zone = try #require(Zone(identifier: "America/New_York"))
        let spring = Recurrence(frequency: .daily)
        let missing = try #require(zone.moment(CivilTime(year: 2026, month: 3, day: 7, hour: 2, minute: 30)))
        let days = spring.occurrences(start: missing, zone: zone, after: missing - .milliseconds(1), limit: 3)
        #expect(
            days.map { $0.text(in: zone) } == ["2026-03-07 02:30:00", "2026-03-09 02:30:00", "2026-03-10 02:30:00"])
        let doubled = try #require(zone.moment(CivilTime(year: 2026, month: 10, day: 31, hour: 1, minute: 30)))
        let autumn = spring.occurrences(start: doubled, zone: zone, after: doubled - .milliseconds(1), limit: 3)
        #expect(
            autumn.map { $0.text(in: zone) } == ["2026-10-31 01:30:00", "2026-11-01 01:30:00", "2026-11-02 01:30:00"])
    }

    @Test(
        "What is unsent expires when the file says",
        arguments: [
            ("", "2026-11-21 00:00:00"), ("  valid_until: end-of-day\n", "2026-11-21 00:00:00"),
            ("  valid_until: +3d\n", "2026-11-24 00:00:00"),
            ("  valid_until: 2026-11-22 12:00\n", "2026-11-22 12:00:00"),
            ("  valid_until: 2026-11-22\n", "2026-11-23 00:00:00"),
        ])
    func validity(_ words: String, _ expected: String) throws {
        let schedule = try schedule("  start: 2026-11-20 20:00\n" + words)
        #expect(schedule.end(ofOccurrence: schedule.start).text() == expected)
    }

    @Test(
        "Times without meaning are refused",
        arguments: [
            ("  start: 2026-11-20 23:59:60\n", "leap_second"), ("  start: 2026-11-20 24:00\n", "bad_time"),
            ("  start: 2026-02-30 10:00\n", "bad_time"), ("  start: 2026-11-20\n", "time_missing"),
            ("  start: tomorrow\n", "bad_time"), ("  start: 2026-11-20 20：00\n", "bad_time"),
            ("  start: 2026-03-08 02:30\n  zone: America/New_York\n", "time_does_not_exist"),
            ("  start: 2026-11-20 20:00\n  zone: Asia/Beijing\n", "unknown_zone"),
            ("  start: 2026-11-20 20:00\n  window: 20:00-20:00\n", "empty_window"),
            ("  start: 2026-11-20 20:00\n  window: 8-22\n", "bad_window"),
            ("  start: 2026-11-20 20:00\n  window: 22:00-23:00\n", "never_allowed"),
            ("  start: 2026-11-20 22:00\n", "never_allowed"),
            ("  start: 2026-11-20 21:00\n  window: 10:00-20:00\n", "never_allowed"),
            ("  start: 2026-11-20 20:00\n  zone: America/New_York\n  window: 09:00-19:00\n", "never_allowed"),
            ("  start: 2026-11-20 20:00\n  valid_until: 2026-11-20 20:00\n", "end_before_start"),
            ("  start: 2026-10-20 20:00\n", "schedule_over"),
            ("  start: 2026-11-20 20:00\n  repeat: weekly\n  valid_until: 2026-11-22 20:00\n", "one_end_for_all"),
            (
                "  start: 2026-11-20 20:00\n  repeat: daily\n  until: 2026-12-20\n  valid_until: 2026-12-20 19:00\n",
                "one_end_for_all"
            ),
            ("  start: 2026-11-20 20:00\n  repeat: weekly\n  until: 2026-11-19\n", "no_occurrence"),
            ("  start: 2026-11-20 20:00\n  repeat: monthly\n  on: [fri]\n", "only_with"),
            ("  start: 2026-11-20 20:00\n  every: 2\n", "only_with"),
            ("  start: 2026-11-20 20:00\n  repeat: monthly\n  day: 32\n", "bad_day"),
            ("  start: 2026-11-20 20:00\n  repeat: monthly\n  weekday: sixth tue\n", "bad_weekday"),
            ("  start: 2026-11-20 20:00\n  repeat: weekly\n  except: [friday]\n", "bad_date"),
            ("  start: 2026-11-20 20:00\n  repeat: weekly\n  rrule: FREQ=DAILY\n", "not_together"),
            ("  start: 2026-11-20 20:00\n  rrule: FREQ=HOURLY\n", "bad_rule"),
            ("  start: 2026-11-20 20:00\n  rrule: \"FREQ=MONTHLY;BYSETPOS=1;BYDAY=MO\"\n", "bad_rule"),
            ("  start: 2026-11-20 20:00\n  if_missed: {late: {at_most: soon}}\n", "bad_duration"),
        ])
    func refused(_ words: String, _ code: String) {
        let reading = Fixtures.read(Fixtures.campaign(schedule: words))
        #expect(reading.campaign == nil)
        #expect(Fixtures.codes(reading).contains(code), "\(reading.text(in: .en))")
    }

    @Test("One moment as the end of every occurrence is taken where none begins after it")
    func oneEnd() {
        let words = "  start: 2026-11-20 20:00\n  repeat: daily\n  until: 2026-12-20\n  valid_until: 2026-12-20 21:00\n"
        #expect(Fixtures.codes(Fixtures.read(Fixtures.campaign(schedule: words))) == [])
    }

    @Test("A start in quiet hours of a run that outlives the night is only a warning")
    func startAtNight() {
        let reading = Fixtures.read(Fixtures.campaign(schedule: "  start: 2026-11-20 22:30\n  valid_until: +1d\n"))
        #expect(reading.campaign != nil)
        #expect(Fixtures.codes(reading) == ["start_in_quiet_hours"])
        #expect(reading.problems[0].message.en.contains("2026-11-21 08:00"))
    }

    @Test("A schedule is shown in words and with its next instants, in both languages")
    func words() throws {
        let schedule = try schedule("  start: 2026-11-20 20:00\n  repeat: weekly\n  on: [fri]\n  window: 20:00-22:00\n")
        #expect(schedule.words(in: .zh) == "每周五 20:00（上海时间），从 2026-11-20 起，只在 20:00–22:00 发送")
        #expect(
            schedule.words(in: .en)
                == "Every Friday at 20:00 (Shanghai time), from 2026-11-20, sending within 20:00–22:00")
        let lines = schedule.describe(in: .en, after: Fixtures.now).split(separator: "\n")
        #expect(lines.count == 12)
        #expect(lines[2] == "  2026-11-20 20:00 Friday")
    }
}
