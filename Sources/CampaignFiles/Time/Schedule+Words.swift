import CampaignModel
import Words

extension Schedule {
    /// The schedule in words, as `curfew check` and the report file show it: `每周五 20:00（上海时间）`.
    package func words(in language: Language) -> String {
        let wall = zone.civil(start)
        let time = String(wall.timeText.prefix(wall.second == 0 ? 5 : 8))
        let words = Catalogue.ScheduleWords.self
        var sentence =
            if let recurrence {
                words.repeated(
                    words.pattern(recurrence, wall: wall), time: time, from: wall.dateText,
                    zone: words.zone(zone.identifier))
            } else {
                words.once(date: wall.dateText, time: time, zone: words.zone(zone.identifier))
            }
        if let window { sentence = words.within(sentence, window.text("–")) }
        if let recurrence {
            if let count = recurrence.count { sentence = words.times(sentence, count) }
            if let until = recurrence.until { sentence = words.until(sentence, zone.civil(until).dateText) }
            if !recurrence.except.isEmpty { sentence = words.except(sentence, recurrence.except) }
        }
        return sentence.text(in: language)
    }

    /// The words, then the next occurrences, one a line, on the schedule's wall, and on Shanghai's where that is another.
    package func describe(in language: Language, after now: Moment, limit: Int = 10) -> String {
        let next = occurrences(after: now, limit: limit)
        var lines = [words(in: language)]
        if !next.isEmpty { lines.append(Catalogue.ScheduleWords.next(next.count).text(in: language)) }
        for moment in next {
            let day = Catalogue.ScheduleWords.weekday(zone.civil(moment).weekday).text(in: language)
            let there = "  \(moment.minuteText(in: zone)) \(day)"
            lines.append(zone == .shanghai ? there : "\(there)  (\(moment.minuteText()) Asia/Shanghai)")
        }
        return lines.joined(separator: "\n")
    }
}
