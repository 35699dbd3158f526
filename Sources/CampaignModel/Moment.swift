/// A point in time: whole milliseconds since 1970-01-01T00:00:00Z.
///
/// Integers, not `Foundation.Date`: a rule's boundary is exact (21:59:59.999 is open, 22:00:00.000 is closed), a moment
/// is one ledger column, and two processes that replay the same history agree to the bit.
package struct Moment: Hashable, Comparable, Sendable, Codable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }
    package init(seconds: Int64) { self.milliseconds = seconds * 1000 }

    /// Before anything that happens, after anything that happens. Both print as ISO 8601 in Shanghai, with a year of four
    /// digits, read back as themselves, and subtract safely.
    package static let distantPast = Moment(milliseconds: -62_135_596_800_000)
    package static let distantFuture = Moment(milliseconds: 253_402_271_999_999)

    package static func < (left: Moment, right: Moment) -> Bool { left.milliseconds < right.milliseconds }

    package static func + (moment: Moment, duration: Duration) -> Moment {
        Moment(milliseconds: moment.milliseconds + duration.wholeMilliseconds)
    }
    package static func - (moment: Moment, duration: Duration) -> Moment {
        Moment(milliseconds: moment.milliseconds - duration.wholeMilliseconds)
    }
    /// How long from `earlier` to this moment; negative when this one is earlier.
    package func since(_ earlier: Moment) -> Duration {
        .milliseconds(milliseconds - earlier.milliseconds)
    }
}

extension Duration {
    /// Rounded towards zero. Everything in the house is counted in milliseconds.
    package var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
    package static func minutes(_ count: Int64) -> Duration { .seconds(count * 60) }
    package static func hours(_ count: Int64) -> Duration { .seconds(count * 3600) }
    package static func days(_ count: Int64) -> Duration { .seconds(count * 86_400) }
}
