/// A calendar day of the platform: Asia/Shanghai, always, whatever zone an account or a person lives in.
/// Every cap of a day counts in this day (`rules.md`, "Days, hours, zones").
///
/// Shanghai has kept UTC+8 without clock changes since 1991, so the day is integer arithmetic; a test holds this
/// against the zone database. (A calendar lookup for each decision would cost more than the decision.)
package struct PlatformDay: Hashable, Comparable, Sendable, Codable {
    /// Days since 1970-01-01 in Asia/Shanghai.
    package let number: Int32

    package static let shanghaiOffset: Duration = .hours(8)
    static let shanghaiOffsetMilliseconds: Int64 = 8 * 3_600_000
    package static let millisecondsInDay: Int64 = 86_400_000

    package init(number: Int32) { self.number = number }

    package init(containing moment: Moment) {
        number = Int32(
            (moment.milliseconds + Self.shanghaiOffsetMilliseconds).flooredQuotient(by: Self.millisecondsInDay))
    }

    /// 00:00:00.000 in Shanghai.
    package var start: Moment {
        Moment(milliseconds: Int64(number) * Self.millisecondsInDay - Self.shanghaiOffsetMilliseconds)
    }
    package var next: PlatformDay { PlatformDay(number: number + 1) }

    package static func < (left: PlatformDay, right: PlatformDay) -> Bool { left.number < right.number }
}

extension Moment {
    /// Milliseconds since midnight in Asia/Shanghai, 0 ..< 86 400 000.
    package var shanghaiTimeOfDay: Int64 {
        (milliseconds + PlatformDay.shanghaiOffsetMilliseconds).flooredRemainder(by: PlatformDay.millisecondsInDay)
    }
}

extension Moment {
    package static let millisecondsInQuarter: Int64 = 900_000

    /// The quarter of an hour that the moment lies in, counted from 1970: what reports and forecasts count by.
    package var quarter: Int64 { milliseconds.flooredQuotient(by: Self.millisecondsInQuarter) }

    /// The first moment of a quarter.
    package init(quarter: Int64) { self.init(milliseconds: quarter * Self.millisecondsInQuarter) }
}

extension FixedWidthInteger {
    /// Division that rounds down, so that moments before 1970 fall on the right day.
    @inlinable package func flooredQuotient(by divisor: Self) -> Self {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder != 0 && (remainder < 0) != (divisor < 0) ? quotient - 1 : quotient
    }
    @inlinable package func flooredRemainder(by divisor: Self) -> Self { self - flooredQuotient(by: divisor) * divisor }
}
