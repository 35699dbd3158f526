import CampaignModel
import Foundation
import Testing

/// The house counts days by arithmetic. Foundation's calendar, which looks them up, must agree.
@Suite("Days and walls by arithmetic are those of the zone database")
struct CalendarTests {
    private static func gregorian(_ identifier: String) throws -> Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: identifier))
        return calendar
    }

    /// Random moments of 1992 … 2100, and the milliseconds around some thousand midnights in Shanghai.
    private static func samples() -> [Moment] {
        var random = SeededGenerator(seed: 2)
        let first: Int64 = 694_224_000_000
        let last: Int64 = 4_133_980_799_999
        var moments = (0..<6000).map { _ in Moment(milliseconds: Int64.random(in: first...last, using: &random)) }
        for moment in moments.prefix(1500) {
            let midnight = PlatformDay(containing: moment).start
            moments += [midnight - .milliseconds(1), midnight, midnight + .milliseconds(1)]
        }
        return moments
    }

    @Test("the platform day is the calendar day of Asia/Shanghai, from 1992 to 2100")
    func platformDay() throws {
        let shanghai = try Self.gregorian("Asia/Shanghai")
        for moment in Self.samples() {
            let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000)
            let parts = shanghai.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
            let day = PlatformDay(containing: moment)
            let text = String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
            #expect(day.description == text)
            #expect(Double(day.start.milliseconds) / 1000 == shanghai.startOfDay(for: date).timeIntervalSince1970)
            #expect(day.start <= moment && moment < day.next.start)
            let time = ((parts.hour ?? 0) * 60 + (parts.minute ?? 0)) * 60 + (parts.second ?? 0)
            #expect(moment.shanghaiTimeOfDay / 1000 == Int64(time))
            #expect(moment.shanghaiTimeOfDay == moment.since(day.start).wholeMilliseconds)
        }
    }

    @Test("the last millisecond of a day and the first of the next are two days")
    func midnight() throws {
        let midnight = try #require(Moment(iso8601: "2026-11-21T00:00:00+08:00"))
        #expect(PlatformDay(containing: midnight - .milliseconds(1)).next == PlatformDay(containing: midnight))
        #expect((midnight - .milliseconds(1)).shanghaiTimeOfDay == PlatformDay.millisecondsInDay - 1)
        #expect(PlatformDay(containing: Moment(milliseconds: -8 * 3_600_000 - 1)).number == -1)
    }

    @Test(
        "wall readings are those of Foundation's calendar, weekday included",
        arguments: [
            "UTC", "Asia/Shanghai", "Asia/Urumqi", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
        ])
    func wallReadings(identifier: String) throws {
        let calendar = try Self.gregorian(identifier)
        let zone = try #require(Zone(identifier: identifier))
        for moment in Self.samples() {
            let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000)
            let parts = calendar.dateComponents(
                [.year, .month, .day, .hour, .minute, .second, .weekday], from: date)
            let wall = zone.civil(moment)
            #expect(wall.year == parts.year && wall.month == parts.month && wall.day == parts.day)
            #expect(wall.hour == parts.hour && wall.minute == parts.minute && wall.second == parts.second)
            #expect(wall.weekday == ((parts.weekday ?? 0) + 5) % 7 + 1)
            #expect(wall.moment(offset: zone.offset(at: moment)) == moment)
        }
    }

    @Test("every date from 1600 to 2400 is numbered in turn, leap years by the rule of four hundred")
    func dayNumbers() {
        var wrong: [CivilTime] = []
        var number = CivilTime.dayNumber(year: 1600, month: 1, day: 1)
        for year in 1600...2400 {
            for month in 1...12 {
                for day in 1...CivilTime.daysIn(month: month, year: year) {
                    let wall = CivilTime(year: year, month: month, day: day)
                    let isRight =
                        wall.isValid && wall.dayNumber == number && CivilTime.date(ofDay: number) == (year, month, day)
                    if !isRight { wrong.append(wall) }
                    number += 1
                }
            }
        }
        #expect(wrong.isEmpty)
        #expect([1900, 2000, 2024, 2100].map { CivilTime.daysIn(month: 2, year: $0) } == [28, 29, 29, 28])
        #expect(CivilTime(year: 2026, month: 11, day: 20).weekday == 5)
    }

    @Test(
        "a wall reading without meaning is not valid",
        arguments: [
            CivilTime(year: 2026, month: 2, day: 29), CivilTime(year: 2026, month: 4, day: 31),
            CivilTime(year: 2026, month: 0, day: 1), CivilTime(year: 2026, month: 13, day: 1),
            CivilTime(year: 2026, month: 1, day: 0), CivilTime(year: 2026, month: 1, day: 1, hour: 24),
            CivilTime(year: 2026, month: 1, day: 1, minute: 60), CivilTime(year: 2026, month: 1, day: 1, second: 60),
            CivilTime(year: 2026, month: 1, day: 1, millisecond: 1000), CivilTime(year: 0, month: 1, day: 1),
            CivilTime(year: 10_000, month: 1, day: 1), CivilTime(year: 2026, month: 1, day: 1, hour: -1),
        ])
    func invalidReadings(wall: CivilTime) {
        #expect(!wall.isValid)
    }

    @Test(
        "a time that clocks were put forward across is no moment; one that comes twice is the first",
        arguments: [
            // New York, 2026: forward at 02:00 on the 8th of March, back at 02:00 on the 1st of November.
            ("America/New_York", CivilTime(year: 2026, month: 3, day: 8, hour: 2, minute: 30), nil),
            ("America/New_York", CivilTime(year: 2026, month: 3, day: 8, hour: 2), nil),
            ("America/New_York", CivilTime(year: 2026, month: 3, day: 8, hour: 3), "2026-03-08T07:00:00Z"),
            (
                "America/New_York", CivilTime(year: 2026, month: 3, day: 8, hour: 1, minute: 59, second: 59),
                "2026-03-08T06:59:59Z"
            ),
            ("America/New_York", CivilTime(year: 2026, month: 11, day: 1, hour: 1, minute: 30), "2026-11-01T05:30:00Z"),
            ("America/New_York", CivilTime(year: 2026, month: 11, day: 1, hour: 2), "2026-11-01T07:00:00Z"),
            // Half an hour only.
            ("Australia/Lord_Howe", CivilTime(year: 2026, month: 10, day: 4, hour: 2, minute: 15), nil),
            (
                "Australia/Lord_Howe", CivilTime(year: 2026, month: 10, day: 4, hour: 2, minute: 30),
                "2026-10-03T15:30:00Z"
            ),
            // A whole day that Samoa never had.
            ("Pacific/Apia", CivilTime(year: 2011, month: 12, day: 30, hour: 12), nil),
            // No clock changes at all.
            ("Asia/Shanghai", CivilTime(year: 2026, month: 3, day: 8, hour: 2, minute: 30), "2026-03-07T18:30:00Z"),
            ("Asia/Urumqi", CivilTime(year: 2026, month: 11, day: 20, hour: 20), "2026-11-20T14:00:00Z"),
        ] as [(String, CivilTime, String?)])
    func gapsAndDoubledTimes(identifier: String, wall: CivilTime, expected: String?) throws {
        let zone = try #require(Zone(identifier: identifier))
        let moment = try expected.map { try #require(Moment(iso8601: $0)) }
        #expect(zone.moment(wall) == moment)
    }

    @Test("a wall reading leads back to its moment, or to the earlier one that shows the same")
    func momentsOfWallReadings() throws {
        let zone = try #require(Zone(identifier: "America/New_York"))
        var random = SeededGenerator(seed: 3)
        for _ in 0..<3000 {
            let moment = Moment(
                milliseconds: Int64.random(in: 1_735_689_600_000...1_893_456_000_000, using: &random))
            let back = try #require(zone.moment(zone.civil(moment)))
            #expect(back == moment || back == moment - .hours(1))
            #expect(zone.civil(back) == zone.civil(moment))
        }
    }

    @Test(
        "a zone is one that the database names, written exactly so",
        arguments: [
            ("UTC", true), ("Asia/Shanghai", true), ("Asia/Urumqi", true), ("Europe/Berlin", true), ("", false),
            ("Shanghai", false), ("Mars/Olympus", false), ("GMT+8:77", false), ("asia/shanghai", false),
            ("../etc", false),
        ])
    func zoneNames(identifier: String, isKnown: Bool) {
        #expect((Zone(identifier: identifier) != nil) == isKnown)
    }
}
