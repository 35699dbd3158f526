import CampaignModel

/// The clock under a drawing: quarters of an hour, from a little before the first to a little after the last.
struct QuarterAxis: Sendable {
    private static let quarter: Int64 = 900_000
    private static let margin: Int64 = 8
    /// Ten days; what is longer is drawn without a clock.
    private static let countMax = 960

    let first: Moment
    let count: Int
    var last: Moment { Moment(milliseconds: first.milliseconds + Int64(count) * Self.quarter) }

    init?(from: String, to: String) {
        guard let from = Moment(iso8601: from), let to = Moment(iso8601: to), from <= to else { return nil }
        let begin = (from.milliseconds / Self.quarter - Self.margin) * Self.quarter
        let count = (to.milliseconds - begin) / Self.quarter + 1 + Self.margin
        guard count <= Self.countMax else { return nil }
        first = Moment(milliseconds: begin)
        self.count = Int(count)
    }

    func index(of text: String) -> Int? {
        guard let moment = Moment(iso8601: text) else { return nil }
        let index = Int((moment.milliseconds - first.milliseconds) / Self.quarter)
        return (0..<count).contains(index) ? index : nil
    }

    /// The quarters that lie in the window, as one path.
    func bands(_ window: DayWindow, in zone: Zone, width: Int, height: Int) -> String {
        var path = ""
        var start: Int?
        for index in 0...count {
            let moment = Moment(milliseconds: first.milliseconds + Int64(index) * Self.quarter)
            let isIn =
                index < count
                && window.contains(
                    millisecondOfDay: Int64(zone.civil(moment).hour * 60 + zone.civil(moment).minute) * 60_000)
            if isIn {
                start = start ?? index
            } else if let from = start {
                let (x, end) = (from * width / count, index * width / count)
                path += "M\(x) 0H\(end)V\(height)H\(x)Z"
                start = nil
            }
        }
        return path
    }
}
