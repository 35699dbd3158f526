import CampaignModel

/// `FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR` (RFC 5545) → the same recurrence that plain words give.
/// Parts whose meaning we do not have (BYSETPOS, BYHOUR, week numbers …) are refused by name, never ignored.
enum RecurrenceRuleText {
    /// The part that cannot be used, as it was written.
    struct Fault: Error, Equatable {
        let part: String
    }

    private static let partsMax = 20
    private static let dayCodes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

    static func parse(_ text: String, zone: Zone) throws(Fault) -> Recurrence {
        let body = text.hasPrefix("RRULE:") ? text.dropFirst(6) : text[...]
        let parts = body.split(separator: ";", omittingEmptySubsequences: false)
        guard parts.count <= partsMax else { throw Fault(part: String(text.prefix(40))) }
        var rule: Recurrence?
        for part in parts where part.hasPrefix("FREQ=") {
            guard rule == nil, let frequency = Recurrence.Frequency(rawValue: part.dropFirst(5).lowercased()) else {
                throw Fault(part: String(part))
            }
            rule = Recurrence(frequency: frequency)
        }
        guard var rule else { throw Fault(part: String(text.prefix(40))) }
        var seen: Set<Substring> = []
        for part in parts {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, seen.insert(sides[0]).inserted else { throw Fault(part: String(part)) }
            try apply(String(sides[0]), String(sides[1]), whole: String(part), zone: zone, to: &rule)
        }
        try refuseWhatHasNoMeaning(rule)
        return rule
    }

    private static func apply(
        _ name: String, _ value: String, whole: String, zone: Zone, to rule: inout Recurrence
    ) throws(Fault) {
        switch name {
        case "FREQ": break
        case "WKST": guard value == "MO" else { throw Fault(part: whole) }
        case "INTERVAL":
            guard let interval = number(value), (1...366).contains(interval) else { throw Fault(part: whole) }
            rule.interval = interval
        case "COUNT":
            guard let count = number(value), (1...10_000).contains(count) else { throw Fault(part: whole) }
            rule.count = count
        case "UNTIL":
            guard let until = until(value, zone: zone) else { throw Fault(part: whole) }
            rule.until = until
        case "BYMONTH": rule.months = try numbers(value, in: 1...12, whole: whole)
        case "BYMONTHDAY":
            rule.daysOfMonth = try value == "-1" ? [-1] : numbers(value, in: 1...31, whole: whole)
        case "BYDAY":
            for word in value.split(separator: ",", omittingEmptySubsequences: false) {
                guard let day = weekday(word) else { throw Fault(part: whole) }
                rule.weekdays.append(day)
            }
        default: throw Fault(part: whole)
        }
    }

    private static func refuseWhatHasNoMeaning(_ rule: Recurrence) throws(Fault) {
        if rule.count != nil, rule.until != nil { throw Fault(part: "COUNT + UNTIL") }
        let hasOrdinal = rule.weekdays.contains { $0.ordinal != nil }
        switch rule.frequency {
        case .daily:
            if hasOrdinal { throw Fault(part: "BYDAY") }
        case .weekly:
            if hasOrdinal { throw Fault(part: "BYDAY") }
            if !rule.daysOfMonth.isEmpty { throw Fault(part: "BYMONTHDAY") }
        case .monthly: break
        case .yearly:
            // Without months the ordinal would count within the year, which nobody here has asked for.
            if hasOrdinal, rule.months.isEmpty { throw Fault(part: "BYDAY") }
        }
    }

    /// `FR`, `2TU`, `-1FR`.
    private static func weekday(_ word: Substring) -> Recurrence.Weekday? {
        guard let index = dayCodes.firstIndex(of: String(word.suffix(2))) else { return nil }
        let prefix = word.dropLast(2)
        if prefix.isEmpty { return Recurrence.Weekday(day: index + 1) }
        guard let ordinal = Int(prefix), ordinal == -1 || (1...5).contains(ordinal) else { return nil }
        return Recurrence.Weekday(ordinal: ordinal, day: index + 1)
    }

    private static func numbers(_ text: String, in range: ClosedRange<Int>, whole: String) throws(Fault) -> [Int] {
        var numbers: [Int] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = number(String(word)), range.contains(number) else { throw Fault(part: whole) }
            numbers.append(number)
        }
        return Set(numbers).sorted()
    }

    private static func number(_ text: String) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    /// `20261231` (that day included), `20261231T120000` on the wall of the zone, or with `Z`.
    private static func until(_ text: String, zone: Zone) -> Moment? {
        let digits = Array(text)
        guard digits.count >= 8 else { return nil }
        let date = "\(String(digits[0..<4]))-\(String(digits[4..<6]))-\(String(digits[6..<8]))"
        if digits.count == 8 {
            guard let day = Written.date(date) else { return nil }
            let next = CivilTime.date(ofDay: day.dayNumber + 1)
            return zone.firstMoment(of: CivilTime(year: next.year, month: next.month, day: next.day)) - .milliseconds(1)
        }
        guard digits.count == 15 || digits.count == 16 && digits[15] == "Z", digits[8] == "T" else { return nil }
        let time = "\(String(digits[9..<11])):\(String(digits[11..<13])):\(String(digits[13..<15]))"
        return Moment(iso8601: "\(date)T\(time)" + (digits.count == 16 ? "Z" : ""), defaultZone: zone)
    }
}
