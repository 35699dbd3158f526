import CampaignModel
import Words

extension CampaignReader {
    func recurrence(in reader: MappingReader, start: Moment, zone: Zone) -> Recurrence? {
        let plainKeys = ["repeat", "on", "day", "weekday", "every", "until"]
        if let rule = reader.text("rrule") {
            for key in plainKeys where reader.has(key) {
                findings.error(
                    at: reader.place(of: key), "not_together", Catalogue.Files.notTogether(key, "rrule"))
            }
            let exceptions = exceptions(in: reader)
            do {
                var recurrence = try RecurrenceRuleText.parse(rule.value, zone: zone)
                recurrence.except = exceptions
                return recurrence
            } catch {
                findings.error(
                    at: rule.place, "bad_rule", Catalogue.Files.badRule(error.part),
                    hint: Catalogue.FilesHints.ruleParts)
                return nil
            }
        }
        let word = reader.choice("repeat") ?? "once"
        refuseMisplacedKeys(in: reader, repeats: word)
        guard let frequency = Recurrence.Frequency(rawValue: word) else { return nil }
        return plain(frequency, in: reader, wall: zone.civil(start), zone: zone)
    }

    private func plain(
        _ frequency: Recurrence.Frequency, in reader: MappingReader, wall: CivilTime, zone: Zone
    ) -> Recurrence {
        var recurrence = Recurrence(frequency: frequency, interval: reader.integer("every") ?? 1)
        recurrence.until = reader.moment("until", zone: zone, dateOnly: .endOfDay)?.value
        recurrence.except = exceptions(in: reader)
        switch frequency {
        case .daily: break
        case .weekly:
            recurrence.weekdays = weekdays("on", in: reader, withOrdinal: false)
            if recurrence.weekdays.isEmpty { recurrence.weekdays = [.init(day: wall.weekday)] }
        case .monthly:
            recurrence.daysOfMonth = daysOfMonth(in: reader)
            recurrence.weekdays = weekdays("weekday", in: reader, withOrdinal: true)
            if reader.has("day"), reader.has("weekday") {
                findings.error(
                    at: reader.place(of: "weekday"), "not_together", Catalogue.Files.notTogether("day", "weekday"))
            }
            if recurrence.daysOfMonth.isEmpty, recurrence.weekdays.isEmpty {
                recurrence.daysOfMonth = [wall.day]
                warnOfShortMonths(wall.day, at: reader.place(of: "start"))
            }
        case .yearly:
            recurrence.months = [wall.month]
            recurrence.daysOfMonth = [wall.day]
        }
        return recurrence
    }

    private func refuseMisplacedKeys(in reader: MappingReader, repeats: String) {
        let homes = [
            ("on", ["weekly"]), ("day", ["monthly"]), ("weekday", ["monthly"]),
            ("every", ["daily", "weekly", "monthly", "yearly"]), ("until", ["daily", "weekly", "monthly", "yearly"]),
            ("except", ["daily", "weekly", "monthly", "yearly"]),
        ]
        for (key, home) in homes where reader.has(key) && !home.contains(repeats) {
            findings.error(
                at: reader.place(of: key), "only_with",
                Catalogue.Files.onlyWith(key, repeats: home.joined(separator: " | ")))
        }
    }

    private func exceptions(in reader: MappingReader) -> [String] {
        var dates: [String] = []
        for node in reader.list("except") ?? [] {
            guard let text = reader.verbatim(node, key: "except") else { continue }
            guard let date = Written.date(text.value) else {
                findings.error(
                    at: text.place, "bad_date", Catalogue.Files.badDate(text.value),
                    hint: FullWidth.hint(for: text.value))
                continue
            }
            dates.append(date.dateText)
        }
        return Set(dates).sorted()
    }

    private func weekdays(_ key: String, in reader: MappingReader, withOrdinal: Bool) -> [Recurrence.Weekday] {
        var days: [Recurrence.Weekday] = []
        for node in reader.list(key) ?? [] {
            guard let text = reader.verbatim(node, key: key) else { continue }
            guard let day = WeekdayWords.weekday(text.value), withOrdinal || day.ordinal == nil else {
                findings.error(
                    at: text.place, "bad_weekday", Catalogue.Files.badWeekday(text.value),
                    hint: FullWidth.hint(for: text.value))
                continue
            }
            if !days.contains(day) { days.append(day) }
        }
        return days
    }

    private func daysOfMonth(in reader: MappingReader) -> [Int] {
        var days: [Int] = []
        for node in reader.list("day") ?? [] {
            guard let text = reader.verbatim(node, key: "day") else { continue }
            let day = text.value == "last" ? -1 : Int(text.value)
            guard let day, day == -1 && text.value == "last" || (1...31).contains(day) else {
                findings.error(at: text.place, "bad_day", Catalogue.Files.badDayOfMonth(text.value))
                continue
            }
            warnOfShortMonths(day, at: text.place)
            if !days.contains(day) { days.append(day) }
        }
        return days
    }

    private func warnOfShortMonths(_ day: Int, at place: Place) {
        guard day > 28 else { return }
        findings.warning(at: place, "short_months", Catalogue.Files.shortMonths(day))
    }
}

/// `fri`, `Friday`, `周五`, `second tue`, `last fri` → a weekday.
enum WeekdayWords {
    static let days: [[String]] = [
        ["mon", "monday", "周一", "星期一"], ["tue", "tuesday", "周二", "星期二"], ["wed", "wednesday", "周三", "星期三"],
        ["thu", "thursday", "周四", "星期四"], ["fri", "friday", "周五", "星期五"], ["sat", "saturday", "周六", "星期六"],
        ["sun", "sunday", "周日", "星期日", "周天", "星期天"],
    ]
    static let ordinals = ["first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1]

    static func weekday(_ text: String) -> Recurrence.Weekday? {
        let words = text.lowercased().split(separator: " ").map(String.init)
        guard let last = words.last, let index = days.firstIndex(where: { $0.contains(last) }) else { return nil }
        switch words.count {
        case 1: return Recurrence.Weekday(day: index + 1)
        case 2: return ordinals[words[0]].map { Recurrence.Weekday(ordinal: $0, day: index + 1) }
        default: return nil
        }
    }
}
