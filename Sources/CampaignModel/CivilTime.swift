/// A date and a time of day as read on a wall, without a zone: what people write and read.
///
/// Proleptic Gregorian, computed, not looked up: `DateFormatter` needs zone files that a small container may lack,
/// and the dates here are printed on the hot path of reports.
package struct CivilTime: Hashable, Comparable, Sendable {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int
    package var millisecond: Int

    package init(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, millisecond: Int = 0
    ) {
        (self.year, self.month, self.day, self.hour) = (year, month, day, hour)
        (self.minute, self.second, self.millisecond) = (minute, second, millisecond)
    }

    /// The wall reading `offset` ahead of UTC at `moment`.
    package init(_ moment: Moment, offset: Duration) {
        let local = moment.milliseconds + offset.wholeMilliseconds
        let days = local.flooredQuotient(by: PlatformDay.millisecondsInDay)
        var rest = Int(local - days * PlatformDay.millisecondsInDay)
        let date = Self.date(ofDay: Int(days))
        self.init(year: date.year, month: date.month, day: date.day)
        millisecond = rest % 1000
        rest /= 1000
        second = rest % 60
        rest /= 60
        minute = rest % 60
        hour = rest / 60
    }

    /// The moment at which a wall that runs `offset` ahead of UTC shows this reading.
    package func moment(offset: Duration) -> Moment {
        let days = Int64(dayNumber) * PlatformDay.millisecondsInDay
        let time = Int64(((hour * 60 + minute) * 60 + second) * 1000 + millisecond)
        return Moment(milliseconds: days + time - offset.wholeMilliseconds)
    }

    /// Days since 1970-01-01.
    package var dayNumber: Int { Self.dayNumber(year: year, month: month, day: day) }

    /// 1 Monday … 7 Sunday.
    package var weekday: Int { (dayNumber + 3).flooredRemainder(by: 7) + 1 }

    /// False for the 30th of February and the like. Hour 24 and second 60 are not accepted here.
    package var isValid: Bool {
        (1...12).contains(month) && (1...Self.daysIn(month: month, year: year)).contains(day)
            && (0...23).contains(hour) && (0...59).contains(minute) && (0...59).contains(second)
            && (0...999).contains(millisecond) && (1...9999).contains(year)
    }

    package static func < (left: CivilTime, right: CivilTime) -> Bool {
        left.moment(offset: .zero) < right.moment(offset: .zero)
    }

    package static func daysIn(month: Int, year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01 of a date; years are counted from March so that a leap day ends its year.
    package static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.flooredQuotient(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    package static func date(ofDay number: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth + (marchMonth < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
