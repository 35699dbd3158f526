import Answers
import CampaignModel
import Ports
import Words

/// A forecast as people read it: in the report beside a file, and in `curfew forecast`. Pure, so that both are the same.
package enum ForecastText {
    private static let words = Catalogue.Forecast.self

    /// Without its title, one fact a line.
    package static func lines(_ forecast: RunForecast, in language: Language) -> [String] {
        var lines: [String] = []
        func say(_ sentence: Sentence) { lines.append(sentence.text(in: language)) }
        if forecast.rowsRead > 0 { say(Catalogue.Report.rows(forecast.rows)) }
        say(
            words.sum(
                audience: forecast.audience, holdout: forecast.holdout, before: forecast.before,
                sent: forecast.sentTotal, left: forecast.leftOutTotal))
        for count in forecast.leftOut {
            lines.append(leftOut(count, in: language))
        }
        if forecast.unasked > 0 { say(words.unasked(forecast.unasked)) }
        if let test = forecast.test { say(words(of: test)) }
        guard let first = forecast.first, let last = forecast.last else {
            if forecast.unasked == 0 { say(words.noPeopleYet) }
            return lines + closings(forecast, in: language) + advice(forecast, in: language)
        }
        say(words.span(first: ReportText.words(ofMoment: first), last: ReportText.words(ofMoment: last)))
        for day in forecast.days { say(words.day(day.day, people: day.people, messages: day.messages)) }
        if forecast.laterDays > 0, let end = forecast.days.last {
            say(words.laterDays(forecast.laterDays, ends: end.day))
        }
        if let slowed = forecast.slowed {
            say(words.slowed(at: ReportText.words(ofMoment: slowed.at), perHour: slowed.perHour))
        }
        return lines + closings(forecast, in: language) + advice(forecast, in: language)
    }

    private static func leftOut(_ count: SumLine.ReasonCount, in language: Language) -> String {
        "  \(count.count)  \(ReportText.words(ofReason: count.reason, in: language))  [\(count.reason)]"
    }

    private static func words(of test: RunForecast.Test) -> Sentence {
        let last = ReportText.words(ofMoment: test.decideBy)
        if test.isByBatch { return words.batches(test.people, decideBy: last) }
        return words.test(
            test.people, from: test.from.map(ReportText.words(ofMoment:)), decideBy: last, isHeld: test.isHeld)
    }

    private static func closings(_ forecast: RunForecast, in language: Language) -> [String] {
        forecast.closings.map { closing in
            words.closing(
                at: ReportText.words(ofMoment: closing.at),
                reason: Reason(code: closing.reason).map { Catalogue.reason($0) }
                    ?? Sentence(zh: closing.reason, en: closing.reason),
                until: closing.until.map(ReportText.words(ofMoment:))
            ).text(in: language)
        }
    }

    private static func advice(_ forecast: RunForecast, in language: Language) -> [String] {
        var sentences = forecast.lost.map { words.lost($0.people, to: $0.run) }
        if !forecast.fits { sentences.append(words.doesNotFit) }
        if let latest = forecast.latestStart { sentences.append(words.latestStart(ReportText.words(ofMoment: latest))) }
        if let latest = forecast.latestContact {
            sentences.append(words.latestContact(ReportText.words(ofMoment: latest)))
        }
        if let change = forecast.change {
            sentences.append(words.change(change.kind.rawValue, ReportText.words(ofMoment: change.value)))
        }
        return sentences.map { $0.text(in: language) }
    }

    /// One line a quarter of an hour.
    package static func quarters(_ forecast: RunForecast) -> [String] {
        var table = TextTable([.left, .right])
        for slot in forecast.sent { table.add([ReportText.words(ofMoment: slot.from), String(slot.people)]) }
        return table.lines()
    }

    package static func comparison(_ comparison: ForecastComparison, in language: Language) -> [String] {
        var table = TextTable([.left, .right, .right])
        table.add(["", words.forecast.text(in: language), words.actual.text(in: language)])
        for quarter in comparison.quarters {
            table.add([ReportText.words(ofMoment: quarter.from), String(quarter.forecast), String(quarter.actual)])
        }
        let forecast = comparison.forecast
        var lines = [words.actualTotals(forecast: forecast.sentTotal, started: comparison.started).text(in: language)]
        if !forecast.fits {
            lines += forecast.leftOut.map { leftOut($0, in: language) } + advice(forecast, in: language)
        }
        return lines + table.lines()
    }
}
