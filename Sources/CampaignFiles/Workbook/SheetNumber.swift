/// A number as a workbook stores it, written as its sheet shows it: with the fifteen digits that a spreadsheet keeps.
enum SheetNumber {
    static let digitsKept = OpenIDCell.digitsKept

    /// `13800000000`, `0.3` for 0.30000000000000004; `7.01234567890123E+18` for what has more digits than a spreadsheet keeps,
    /// so that it is nobody's id. nil: no number.
    static func text(_ stored: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard let parsed = Decimal(stored) else { return nil }
        var digits = parsed.digits
        var point = parsed.point
        guard !digits.isEmpty else { return [0x30] }
        let isInteger = point >= digits.count
        // An integer that has more digits than are kept has lost some: it must not look like one that has not.
        let isRounded = isInteger && point > digitsKept
        round(&digits, &point)
        if isRounded || point > digitsKept || point < -8 { return scientific(digits, point, parsed.isNegative) }
        var text: [UInt8] = parsed.isNegative ? [0x2D] : []
        if point <= 0 {
            text += [0x30, 0x2E] + Array(repeating: 0x30, count: -point) + digits
        } else if point >= digits.count {
            text += digits + Array(repeating: 0x30, count: point - digits.count)
        } else {
            text += digits[..<point] + [0x2E] + digits[point...]
        }
        return text
    }

    /// To the digits that are kept, half away from nought.
    private static func round(_ digits: inout [UInt8], _ point: inout Int) {
        if digits.count > digitsKept {
            let goesUp = digits[digitsKept] >= 0x35
            digits.removeSubrange(digitsKept...)
            if goesUp {
                var index = digits.count - 1
                while index >= 0, digits[index] == 0x39 {
                    digits[index] = 0x30
                    index -= 1
                }
                if index >= 0 {
                    digits[index] += 1
                } else {
                    digits.insert(0x31, at: 0)
                    point += 1
                }
            }
        }
        while digits.last == 0x30 { digits.removeLast() }
    }

    private static func scientific(_ digits: [UInt8], _ point: Int, _ isNegative: Bool) -> [UInt8] {
        var text: [UInt8] = isNegative ? [0x2D] : []
        text.append(digits[0])
        if digits.count > 1 { text += [0x2E] + digits[1...] }
        return text + Array("E\(point > 0 ? "+" : "-")\(abs(point - 1))".utf8)
    }

    /// 0.`digits` × 10^`point`, without noughts at either end.
    struct Decimal {
        var digits: [UInt8] = []
        var point = 0
        var isNegative = false

        init?(_ text: UnsafeBufferPointer<UInt8>) {
            var index = 0
            guard (1...64).contains(text.count) else { return nil }
            if text[0] == 0x2D || text[0] == 0x2B {
                isNegative = text[0] == 0x2D
                index = 1
            }
            var (hasPoint, hasDigit) = (false, false)
            while index < text.count {
                let byte = text[index]
                if CellText.isDigit(byte) {
                    hasDigit = true
                    if !digits.isEmpty || byte != 0x30 {
                        digits.append(byte)
                        if !hasPoint { point += 1 }
                    } else if hasPoint {
                        point -= 1
                    }
                } else if byte == 0x2E, !hasPoint {
                    hasPoint = true
                } else {
                    break
                }
                index += 1
            }
            guard hasDigit else { return nil }
            if index < text.count {
                guard text[index] | 0x20 == 0x65,
                    let exponent = Int(String(decoding: text[(index + 1)...], as: UTF8.self)), abs(exponent) <= 400
                else { return nil }
                point += exponent
            }
            while digits.last == 0x30 { digits.removeLast() }
            if digits.isEmpty { (point, isNegative) = (0, false) }
        }
    }
}

/// A day as a workbook stores it: days since the end of 1899, or of 1903, and the time as a part of one.
enum SheetDate {
    /// `2026-11-20`, `2026-11-20 20:00`, or `20:00` for a time alone; nil for what is no day of any calendar.
    static func text(_ stored: UnsafeBufferPointer<UInt8>, isFrom1904: Bool) -> String? {
        guard let value = Double(String(decoding: stored, as: UTF8.self)), value >= 0, value < 2_958_466 else {
            return nil
        }
        var days = Int(value)
        var seconds = Int(((value - Double(days)) * 86_400).rounded())
        if seconds == 86_400 { (days, seconds) = (days + 1, 0) }
        let time = clock(seconds)
        if days == 0, !isFrom1904 { return time }
        let date = isFrom1904 ? civil(days + 1462) : days < 60 ? civil(days + 1) : civil(days)
        return seconds == 0 ? date : "\(date) \(time)"
    }

    /// `30:30`, hours and minutes; nil for what is no such time.
    static func elapsed(_ stored: UnsafeBufferPointer<UInt8>) -> String? {
        guard let value = Double(String(decoding: stored, as: UTF8.self)), value >= 0, value < 2_958_466 else {
            return nil
        }
        return clock(Int((value * 86_400).rounded()))
    }

    private static func clock(_ seconds: Int) -> String {
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
        let text = "\(padded(hour)):\(padded(minute))"
        return second == 0 ? text : "\(text):\(padded(second))"
    }

    /// The day so many after 1899-12-30. Excel believes that 1900 had a 29th of February: its numbers below 60 stand a day off.
    private static func civil(_ days: Int) -> String {
        // Howard Hinnant's days, counted from 0000-03-01; 1899-12-30 is 693,899.
        let shifted = days + 693_899
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        return "\(year)-\(padded(month))-\(padded(day))"
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
