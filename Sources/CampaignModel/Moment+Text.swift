/// How moments are written for people and for machines. One form each, in one place.
extension Moment {
    /// `2026-11-20 20:00:00` on the wall of `zone`; with milliseconds only when there are any.
    package func text(in zone: Zone = .shanghai) -> String {
        let wall = zone.civil(self)
        let base = "\(wall.dateText) \(wall.timeText)"
        return wall.millisecond == 0 ? base : base + "." + Self.padded(wall.millisecond, to: 3)
    }

    /// `2026-11-20 20:00`: what a person plans by.
    package func minuteText(in zone: Zone = .shanghai) -> String { String(text(in: zone).prefix(16)) }

    /// `2026-11-20T20:00:00.000+08:00`, always Shanghai's offset: the form of JSON reports and of the clock file.
    package var iso8601: String {
        let wall = CivilTime(self, offset: PlatformDay.shanghaiOffset)
        return "\(wall.dateText)T\(wall.timeText).\(Self.padded(wall.millisecond, to: 3))+08:00"
    }

    /// Reads `2026-11-20T20:00:00[.mmm](Z|±HH:MM)`, also with a space for the `T`, also without a zone when
    /// `defaultZone` is given, also without seconds or without a time (midnight). `nil` for anything else.
    package init?(iso8601 text: some StringProtocol, defaultZone: Zone? = nil) {
        var scanner = DigitScanner(text.utf8)
        guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2), scanner.skip("-"),
            let day = scanner.digits(2)
        else { return nil }
        var wall = CivilTime(year: year, month: month, day: day)
        if scanner.skip("T") || scanner.skip(" ") {
            guard let hour = scanner.digits(2), scanner.skip(":"), let minute = scanner.digits(2) else { return nil }
            wall.hour = hour
            wall.minute = minute
            if scanner.skip(":") {
                guard let second = scanner.digits(2) else { return nil }
                wall.second = second
                if scanner.skip(".") {
                    guard let millisecond = scanner.fraction() else { return nil }
                    wall.millisecond = millisecond
                }
            }
        }
        guard wall.isValid else { return nil }
        if scanner.isAtEnd {
            guard let defaultZone, let moment = defaultZone.moment(wall) else { return nil }
            self = moment
            return
        }
        guard let offset = scanner.offset(), scanner.isAtEnd else { return nil }
        self = wall.moment(offset: offset)
    }

    package static func padded(_ value: Int, to width: Int) -> String {
        let digits = String(value)
        return digits.count >= width ? digits : String(repeating: "0", count: width - digits.count) + digits
    }
}

extension CivilTime {
    package var dateText: String {
        "\(Moment.padded(year, to: 4))-\(Moment.padded(month, to: 2))-\(Moment.padded(day, to: 2))"
    }
    package var timeText: String {
        "\(Moment.padded(hour, to: 2)):\(Moment.padded(minute, to: 2)):\(Moment.padded(second, to: 2))"
    }
}

extension PlatformDay: CustomStringConvertible {
    package var description: String { CivilTime(start, offset: Self.shanghaiOffset).dateText }

    /// As `description` writes it; nil: no such day.
    package init?(_ text: String) {
        guard let midnight = Moment(iso8601: text + "T00:00:00+08:00") else { return nil }
        self.init(containing: midnight)
    }
}

extension DayWindow {
    /// `20:00–22:00`, with what stands between: a dash for people, a hyphen as files and configurations have it.
    package func text(_ between: String) -> String {
        func clock(_ minute: Int) -> String {
            "\(Moment.padded(minute / 60, to: 2)):\(Moment.padded(minute % 60, to: 2))"
        }
        return clock(fromMinute) + between + clock(toMinute)
    }
}

extension Moment: CustomStringConvertible {
    package var description: String { iso8601 }
}

private struct DigitScanner {
    private var rest: [UInt8]
    private var index = 0

    init(_ bytes: some Sequence<UInt8>) { rest = Array(bytes) }

    var isAtEnd: Bool { index == rest.count }

    mutating func digits(_ count: Int) -> Int? {
        guard index + count <= rest.count else { return nil }
        var value = 0
        for byte in rest[index..<(index + count)] {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        index += count
        return value
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard index < rest.count, rest[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    /// One to nine digits after the point, as milliseconds; finer digits are cut, never rounded up across a boundary.
    mutating func fraction() -> Int? {
        var value = 0
        var count = 0
        while count < 9, let digit = digits(1) {
            if count < 3 { value = value * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in count..<max(count, 3) { value *= 10 }
        return value
    }

    mutating func offset() -> Duration? {
        if skip("Z") { return .zero }
        let sign: Int
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24, minutes < 60 else { return nil }
        return .seconds(sign * (hours * 3600 + minutes * 60))
    }
}
