import CampaignModel

extension Recurrence {
    /// A rule that has not matched for this many periods in a row never will again: the calendar itself repeats.
    private static let emptyPeriodsMax = 20_000

    /// The occurrences strictly after `after`, earliest first, at most `limit`.
    ///
    /// Calendar arithmetic of our own rather than `Calendar.RecurrenceRule`: that one shifts a time which does not exist
    /// to another one (02:30 becomes 03:30), where a campaign must skip it, and it takes the second Friday for the third
    /// in months that begin on a Sunday. At a doubled time there is one occurrence, the earlier. Days are counted on
    /// the calendar, never in seconds.
    ///
    /// - Parameter start: gives the time of day and where intervals are counted from. It is an occurrence only when it
    ///   matches the rule. Weeks begin on Monday.
    package func occurrences(start: Moment, zone: Zone, after: Moment, limit: Int) -> [Moment] {
        guard limit > 0, interval > 0 else { return [] }
        let wall = zone.civil(start)
        let left = Set(except)
        var found: [Moment] = []
        var matched = 0
        var period = count == nil ? firstPeriod(wall: wall, after: zone.civil(after)) : 0
        var emptyPeriods = 0
        while emptyPeriods < Self.emptyPeriodsMax {
            guard let dates = dates(inPeriod: period, wall: wall) else { return found }
            period += 1
            emptyPeriods = dates.isEmpty ? emptyPeriods + 1 : 0
            for date in dates {
                guard let moment = zone.moment(date), moment >= start else { continue }
                if let until, moment > until { return found }
                matched += 1
                if let count, matched > count { return found }
                guard moment > after, !left.contains(date.dateText) else { continue }
                found.append(moment)
                if found.count == limit { return found }
            }
        }
        return found
    }

    /// The period to begin with: the one before that of `after`, so that a rule of ten years ago costs no ten years.
    private func firstPeriod(wall: CivilTime, after: CivilTime) -> Int {
        guard after.year >= wall.year else { return 0 }
        let passed: Int
        switch frequency {
        case .daily: passed = after.dayNumber - wall.dayNumber
        case .weekly: passed = (after.dayNumber - monday(of: wall)).flooredQuotient(by: 7)
        case .monthly: passed = (after.year - wall.year) * 12 + after.month - wall.month
        case .yearly: passed = after.year - wall.year
        }
        return max(0, passed.flooredQuotient(by: interval) - 1)
    }

    /// The wall readings of one period in order; nil beyond the calendar's end.
    private func dates(inPeriod period: Int, wall: CivilTime) -> [CivilTime]? {
        let step = period * interval
        let days: [Int]
        switch frequency {
        case .daily:
            days = [wall.dayNumber + step]
        case .weekly:
            let monday = monday(of: wall) + step * 7
            days = Array(monday..<(monday + 7))
        case .monthly:
            let month = wall.year * 12 + wall.month - 1 + step
            days = daysOf(year: month / 12, month: month % 12 + 1)
        case .yearly:
            days = (1...12).flatMap { daysOf(year: wall.year + step, month: $0) }
        }
        guard let last = days.last, CivilTime.date(ofDay: last).year <= 9998 else { return nil }
        return days.compactMap { number in
            let date = CivilTime.date(ofDay: number)
            var reading = wall
            (reading.year, reading.month, reading.day) = (date.year, date.month, date.day)
            return matches(reading, wall: wall) ? reading : nil
        }
    }

    private func daysOf(year: Int, month: Int) -> [Int] {
        let first = CivilTime.dayNumber(year: year, month: month, day: 1)
        return Array(first..<(first + CivilTime.daysIn(month: month, year: year)))
    }

    private func monday(of wall: CivilTime) -> Int { wall.dayNumber - (wall.weekday - 1) }

    /// Whether a date of the period fits. What the rule leaves open is taken from the start.
    private func matches(_ date: CivilTime, wall: CivilTime) -> Bool {
        if !months.isEmpty {
            guard months.contains(date.month) else { return false }
        } else if frequency == .yearly, daysOfMonth.isEmpty, weekdays.isEmpty, date.month != wall.month {
            return false
        }
        let length = CivilTime.daysIn(month: date.month, year: date.year)
        if !daysOfMonth.isEmpty {
            guard daysOfMonth.contains(where: { $0 == date.day || $0 == date.day - length - 1 }) else { return false }
        }
        if !weekdays.isEmpty {
            guard weekdays.contains(where: { $0.matches(date, monthLength: length) }) else { return false }
        }
        guard daysOfMonth.isEmpty, weekdays.isEmpty else { return true }
        switch frequency {
        case .daily: return true
        case .weekly: return date.weekday == wall.weekday
        case .monthly, .yearly: return date.day == wall.day
        }
    }
}

extension Recurrence.Weekday {
    fileprivate func matches(_ date: CivilTime, monthLength: Int) -> Bool {
        guard date.weekday == day else { return false }
        guard let ordinal else { return true }
        return ordinal > 0 ? (date.day - 1) / 7 + 1 == ordinal : (monthLength - date.day) / 7 + 1 == -ordinal
    }
}

extension Schedule {
    /// The occurrences strictly after `after`, earliest first, at most `limit`. Pass `start` less a millisecond to
    /// include the start.
    package func occurrences(after: Moment, limit: Int) -> [Moment] {
        guard let recurrence else { return start > after && limit > 0 ? [start] : [] }
        return recurrence.occurrences(start: start, zone: zone, after: after, limit: limit)
    }

    /// The occurrence that a campaign dropped at `now` begins with: for a single one its start while it is valid, for a
    /// repeated one the next. nil: nothing is left.
    package func nextOccurrence(at now: Moment) -> Moment? {
        if recurrence == nil { return end(ofOccurrence: start) > now ? start : nil }
        return occurrences(after: now - .milliseconds(1), limit: 1).first
    }

    /// When what is unsent of the occurrence that began at `occurrence` expires.
    package func end(ofOccurrence occurrence: Moment) -> Moment {
        let day = zone.civil(occurrence)
        switch validity {
        case .endOfDay: return midnight(daysAfter: 1, day)
        case .days(let count): return midnight(daysAfter: 1 + count, day)
        case .until(let moment): return moment
        }
    }

    private func midnight(daysAfter days: Int, _ wall: CivilTime) -> Moment {
        let date = CivilTime.date(ofDay: wall.dayNumber + days)
        return zone.firstMoment(of: CivilTime(year: date.year, month: date.month, day: date.day))
    }
}

extension Campaign {
    /// The start that a file dropped at `now` begins with: its schedule's, and of a triggered one this very moment. nil:
    /// nothing is left.
    package func nextStart(at now: Moment) -> Moment? {
        guard let trigger else { return schedule.nextOccurrence(at: now) }
        return now < trigger.until ? now : nil
    }
}
