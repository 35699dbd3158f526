import CampaignModel
import Foundation
import Words

/// Percentages, durations, moments and windows as people write them.
enum Written {
    /// What a moment written as a date alone means.
    enum DateOnly {
        /// Refused: midnight is never what was meant.
        case refused
        /// The last millisecond of that day.
        case endOfDay
        /// 00:00 of the next day: a half-open end.
        case nextMidnight
    }

    /// `5%`, `12.34%`: 0 ..< 100 %, two decimals at most.
    static func share(_ text: String) -> Share? {
        guard text.hasSuffix("%"), let share = hundredths(text.dropLast()), share < Share.whole.tenThousandths else {
            return nil
        }
        return Share(tenThousandths: share)
    }

    /// The same up to 100 %, where a span ends.
    static func bound(_ text: String) -> Share? {
        guard text.hasSuffix("%"), let share = hundredths(text.dropLast()), share <= Share.whole.tenThousandths else {
            return nil
        }
        return Share(tenThousandths: share)
    }

    /// A weight of 100: above 0, two decimals at most. A percent sign may follow.
    static func weight(_ text: String) -> Share? {
        guard let share = hundredths(text.hasSuffix("%") ? text.dropLast() : text[...]), share > 0,
            share <= Share.whole.tenThousandths
        else { return nil }
        return Share(tenThousandths: share)
    }

    /// Digits with at most two decimals, times one hundred. Never through a floating-point number: 33.33 must stay 3333.
    private static func hundredths(_ text: Substring) -> Int? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = digits(parts[0], max: 3) else { return nil }
        guard parts.count == 2 else { return whole * 100 }
        guard let fraction = digits(parts[1], max: 2) else { return nil }
        return whole * 100 + (parts[1].count == 1 ? fraction * 10 : fraction)
    }

    private static func digits(_ text: Substring, max: Int) -> Int? {
        guard (1...max).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    /// `30s`, `30m`, `2h`, `1d`: above zero, at most a year.
    static func duration(_ text: String) -> Duration? {
        guard let unit = text.last, let count = digits(text.dropLast(), max: 6), count > 0 else { return nil }
        let duration: Duration
        switch unit {
        case "s": duration = .seconds(count)
        case "m": duration = .minutes(Int64(count))
        case "h": duration = .hours(Int64(count))
        case "d": duration = .days(Int64(count))
        default: return nil
        }
        return duration <= .days(366) ? duration : nil
    }

    /// `20:00-22:00` in minutes of the day; an end of 24:00 is 0.
    static func window(_ text: String) -> (from: Int, to: Int)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let from = minute(parts[0]), let to = minute(parts[1]), from < 1440 else { return nil }
        return (from, to % 1440)
    }

    private static func minute(_ text: Substring) -> Int? {
        let trimmed = text.drop { $0 == " " }
        let parts = trimmed.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].prefix(2).count == 2, parts[1].dropFirst(2).allSatisfy({ $0 == " " }),
            let hour = digits(parts[0], max: 2), let minute = digits(parts[1].prefix(2), max: 2),
            hour < 24 && minute < 60 || hour == 24 && minute == 0
        else { return nil }
        return hour * 60 + minute
    }

    /// `2026-12-25`, a date that exists.
    static func date(_ text: String) -> CivilTime? {
        guard text.utf8.count == 10, let moment = Moment(iso8601: text, defaultZone: .shanghai) else { return nil }
        return Zone.shanghai.civil(moment)
    }

    /// A moment on the wall of `zone`, or with an offset of its own.
    static func moment(
        _ text: Located<String>, key: String, zone: Zone, dateOnly: DateOnly, findings: Findings
    ) -> Located<Moment>? {
        let written = text.value
        if let day = date(written) {
            let next = CivilTime.date(ofDay: day.dayNumber + 1)
            let midnight = zone.firstMoment(of: CivilTime(year: next.year, month: next.month, day: next.day))
            switch dateOnly {
            case .refused:
                findings.error(
                    at: text.place, "time_missing", Catalogue.Files.timeMissing(key),
                    hint: Catalogue.FilesHints.addTime)
                return nil
            case .endOfDay: return Located(value: midnight - .milliseconds(1), place: text.place)
            case .nextMidnight: return Located(value: midnight, place: text.place)
            }
        }
        if let moment = Moment(iso8601: written, defaultZone: zone) {
            return Located(value: moment, place: text.place)
        }
        if isLeapSecond(written) {
            findings.error(at: text.place, "leap_second", Catalogue.Files.leapSecond(key))
        } else if Moment(iso8601: written, defaultZone: .shanghai) != nil {
            findings.error(
                at: text.place, "time_does_not_exist",
                Catalogue.Files.timeDoesNotExist(key, value: written, zone: zone.identifier))
        } else if let day = missingDay(written) {
            findings.error(at: text.place, "bad_time", Catalogue.Files.noSuchDay(key, day: day.text, days: day.days))
        } else {
            let hint = written.contains(" 24:") || written.contains("T24:") ? Catalogue.FilesHints.midnight : nil
            findings.error(
                at: text.place, "bad_time", Catalogue.Files.badMoment(key, value: written),
                hint: FullWidth.hint(for: written) ?? hint ?? Catalogue.FilesHints.momentForm)
        }
        return nil
    }

    /// `2026-02-30 20:00`: written as it should be, of a day that no calendar has; and how many its month has.
    private static func missingDay(_ text: String) -> (text: String, days: Int)? {
        let day = text.prefix(10)
        guard day.utf8.count == 10, (1...31).contains(Int(day.suffix(2)) ?? 0),
            let first = date(String(day.prefix(8)) + "01"),
            date(String(day)) == nil
        else { return nil }
        let next =
            first.month == 12
            ? CivilTime(year: first.year + 1, month: 1, day: 1)
            : CivilTime(year: first.year, month: first.month + 1, day: 1)
        return (String(day), Int(next.dayNumber - first.dayNumber))
    }

    /// `…:60` where the same text with `:59` is a moment.
    private static func isLeapSecond(_ text: String) -> Bool {
        guard let range = text.range(of: ":60", options: .backwards) else { return false }
        let mended = text.replacingCharacters(in: range, with: ":59")
        return Moment(iso8601: mended, defaultZone: .shanghai) != nil
    }
}

extension Zone {
    /// The first moment of a date on the wall here. Where clocks are put forward at midnight the day begins later.
    func firstMoment(of date: CivilTime) -> Moment {
        for minute in stride(from: 0, to: 24 * 60, by: 15) {
            var wall = date
            (wall.hour, wall.minute, wall.second, wall.millisecond) = (minute / 60, minute % 60, 0, 0)
            if let moment = moment(wall) { return moment }
        }
        // A whole day is skipped where a zone crosses the date line; the next one then begins.
        return date.moment(offset: offset(at: date.moment(offset: .zero)))
    }
}
