import CampaignModel

/// What a wall in Shanghai shows. The sandbox reckons days and hours itself: if it asked the daemon's calendar, a
/// mistake there would be made twice and seen by nobody.
struct ShanghaiWall {
    /// Days since 1970-01-01.
    let day: Int
    /// 0 ..< 86 400 000.
    let millisecondOfDay: Int

    init(_ moment: Moment) {
        let local = Int(moment.milliseconds) + 28_800_000
        var day = local / 86_400_000
        var rest = local % 86_400_000
        if rest < 0 {
            rest += 86_400_000
            day -= 1
        }
        self.day = day
        millisecondOfDay = rest
    }

    /// 22:00:00.000 is inside, 08:00:00.000 is not.
    var isQuiet: Bool { millisecondOfDay >= 79_200_000 || millisecondOfDay < 28_800_000 }

    /// `21:59:59.999`.
    var timeText: String {
        let seconds = millisecondOfDay / 1000
        return "\(Self.two(seconds / 3600)):\(Self.two(seconds / 60 % 60)):\(Self.two(seconds % 60))."
            + (millisecondOfDay % 1000 < 100 ? "0" : "") + Self.two(millisecondOfDay % 1000)
    }

    var dateText: String { Self.dateText(ofDay: day) }

    /// Counts years, then months: slow, plain, and only for reports.
    static func dateText(ofDay day: Int) -> String {
        var rest = day
        var year = 1970
        while rest < 0 {
            year -= 1
            rest += isLeap(year) ? 366 : 365
        }
        while rest >= (isLeap(year) ? 366 : 365) {
            rest -= isLeap(year) ? 366 : 365
            year += 1
        }
        var month = 1
        for length in [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
            if rest < length { break }
            rest -= length
            month += 1
        }
        return "\(year)-\(two(month))-\(two(rest + 1))"
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
