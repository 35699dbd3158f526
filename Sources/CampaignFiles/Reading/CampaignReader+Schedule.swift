import CampaignModel
import Words

extension CampaignReader {
    func schedule(in reader: MappingReader) -> Schedule? {
        let zone = zone(in: reader)
        let start = reader.moment("start", zone: zone, dateOnly: .refused)
        let window = window(in: reader)
        let repeats = start.map { recurrence(in: reader, start: $0.value, zone: zone) } ?? .none
        let ifMissed = ifMissed(in: reader)
        let validity = validity(in: reader, zone: zone)
        guard let start, let validity else { return nil }
        let schedule = Schedule(
            zone: zone, start: start.value, window: window, sendTime: reader.choice("send_time") ?? .soon,
            recurrence: repeats, ifMissed: ifMissed, overlap: reader.choice("overlap") ?? .skip,
            validity: validity)
        checkTimes(of: schedule, start: start, reader: reader)
        return schedule
    }

    private func zone(in reader: MappingReader) -> Zone {
        guard let name = reader.text("zone") else { return .shanghai }
        guard let zone = Zone(identifier: name.value) else {
            let isChina = ["Asia/Beijing", "Beijing", "CST", "GMT+8", "UTC+8", "+08:00", "北京"].contains(name.value)
            findings.error(
                at: name.place, "unknown_zone", Catalogue.Files.unknownZone(name.value),
                hint: isChina ? Catalogue.FilesHints.shanghaiHint : FullWidth.hint(for: name.value))
            return .shanghai
        }
        return zone
    }

    private func window(in reader: MappingReader) -> DayWindow? {
        guard let text = reader.text("window") else { return nil }
        guard let window = Written.window(text.value) else {
            findings.error(
                at: text.place, "bad_window", Catalogue.Files.badWindow(text.value),
                hint: FullWidth.hint(for: text.value) ?? Catalogue.FilesHints.windowForm)
            return nil
        }
        guard window.from != window.to else {
            // 00:00-24:00 is the whole day, which is what no window means.
            if window.from == 0, text.value.contains("24") { return nil }
            findings.error(at: text.place, "empty_window", Catalogue.Files.emptyWindow)
            return nil
        }
        return DayWindow(fromMinute: window.from, toMinute: window.to)
    }

    /// `skip`, `next-window`, `late` (at most half an hour), or `{late: {at_most: 2h}}`.
    private func ifMissed(in reader: MappingReader) -> Schedule.MissedStart {
        let lateByDefault: Duration = .minutes(30)
        guard let node = reader.node("if_missed") else { return .skip }
        if case .mapping = node.content {
            let inner = MappingReader(node, named: "if_missed", shape: .late, findings: findings)
            return .late(atMost: inner?.mapping("late")?.duration("at_most") ?? lateByDefault)
        }
        guard let text = reader.verbatim(node, key: "if_missed") else { return .skip }
        switch reader.choice(text, key: "if_missed", words: ["skip", "late", "next-window"]) {
        case "late": return .late(atMost: lateByDefault)
        case "next-window": return .nextWindow
        default: return .skip
        }
    }

    private func validity(in reader: MappingReader, zone: Zone) -> Schedule.Validity? {
        guard let text = reader.text("valid_until") else { return reader.has("valid_until") ? nil : .endOfDay }
        if text.value == "end-of-day" { return .endOfDay }
        if text.value.hasPrefix("+"), text.value.hasSuffix("d"), let days = Int(text.value.dropFirst().dropLast()),
            (1...366).contains(days)
        {
            return .days(days)
        }
        let end = Written.moment(text, key: "valid_until", zone: zone, dateOnly: .nextMidnight, findings: findings)
        return end.map { .until($0.value) }
    }

    // MARK: Times that mean nothing

    private func checkTimes(of schedule: Schedule, start: Located<Moment>, reader: MappingReader) {
        let first = schedule.occurrences(after: start.value - .milliseconds(1), limit: Self.occurrencesLookedAt)
        guard let firstMoment = first.first else {
            findings.error(at: start.place, "no_occurrence", Catalogue.Files.noOccurrence)
            return
        }
        if firstMoment != start.value {
            let text = firstMoment.text(in: schedule.zone)
            findings.warning(at: start.place, "start_not_in_pattern", Catalogue.Files.startNotInPattern(first: text))
        }
        checkExceptions(of: schedule, reader: reader)
        guard schedule.end(ofOccurrence: firstMoment) > firstMoment else {
            findings.error(at: reader.place(of: "valid_until"), "end_before_start", Catalogue.Files.endBeforeStart)
            return
        }
        if schedule.recurrence != nil, case .until(let end) = schedule.validity,
            !schedule.occurrences(after: end - .milliseconds(1), limit: 1).isEmpty
        {
            findings.error(
                at: reader.place(of: "valid_until"), "one_end_for_all",
                Catalogue.Files.oneEndForAll(end.text(in: schedule.zone)), hint: Catalogue.FilesHints.endOfRepetition)
            return
        }
        checkQuietHours(schedule, first: first, place: reader.has("window") ? reader.place(of: "window") : start.place)
        checkPast(schedule, first: firstMoment, place: start.place)
    }

    /// Whoever excepts a day means one on which something takes place: usually it is the wrong day.
    private func checkExceptions(of schedule: Schedule, reader: MappingReader) {
        guard var recurrence = schedule.recurrence, !recurrence.except.isEmpty else { return }
        let dates = recurrence.except
        recurrence.except = []
        let all = recurrence.occurrences(
            start: schedule.start, zone: schedule.zone, after: schedule.start - .milliseconds(1),
            limit: Self.exceptionsLookedAt
        ).map { schedule.zone.civil($0).dateText }
        let known = Set(all)
        // Beyond what was looked at nothing is said.
        let last = all.count == Self.exceptionsLookedAt ? all[all.count - 1] : "9"
        let idle = dates.filter { !known.contains($0) && $0 < last }
        guard !idle.isEmpty else { return }
        findings.warning(
            at: reader.place(of: "except"), "except_without_effect",
            Catalogue.Files.exceptWithoutEffect(Array(idle.prefix(8))))
    }

    private func checkQuietHours(_ schedule: Schedule, first: [Moment], place: Place) {
        let allowed = first.map(schedule.firstAllowedMoment(ofOccurrence:))
        guard allowed.contains(where: { $0 != nil }) else {
            findings.error(
                at: place, "never_allowed", Catalogue.Files.neverAllowed, hint: Catalogue.FilesHints.allowedHours)
            return
        }
        if let begins = allowed[0], begins > first[0], QuietHours.contains(first[0]) {
            findings.warning(
                at: place, "start_in_quiet_hours", Catalogue.Files.startInQuietHours(first: begins.minuteText()))
        }
    }

    private func checkPast(_ schedule: Schedule, first: Moment, place: Place) {
        guard first < context.now else { return }
        guard schedule.nextOccurrence(at: context.now) != nil else {
            findings.error(at: place, "schedule_over", Catalogue.Files.scheduleOver)
            return
        }
        // A repeated one begins with its next occurrence: nothing of it is late.
        if schedule.recurrence == nil { findings.warning(at: place, "start_passed", Catalogue.Files.startPassed) }
    }

    /// A repetition whose first ten instants are all quiet is refused.
    private static let occurrencesLookedAt = 10
    /// Ten years of a daily one.
    private static let exceptionsLookedAt = 4000
}

/// The platform's quiet hours as a file's check needs them: half-open 22:00–08:00, Shanghai (rule 1). The rule that
/// decides about a contact is in `SendingRules`; this one only refuses files that could never send.
enum QuietHours {
    static let fromMillisecond: Int64 = 22 * 3_600_000
    static let toMillisecond: Int64 = 8 * 3_600_000

    static func contains(_ moment: Moment) -> Bool {
        let time = moment.shanghaiTimeOfDay
        return time >= fromMillisecond || time < toMillisecond
    }
}

extension Schedule {
    /// The first moment of an occurrence, to the minute, that lies in its window and outside quiet hours; nil when none.
    func firstAllowedMoment(ofOccurrence start: Moment) -> Moment? {
        // Windows and quiet hours repeat daily: two days show every combination, also across a change of clocks.
        let end = min(end(ofOccurrence: start), start + .days(2))
        var moment = start
        while moment < end {
            let wall = zone.civil(moment)
            let time = Int64(((wall.hour * 60 + wall.minute) * 60 + wall.second) * 1000 + wall.millisecond)
            if !QuietHours.contains(moment), window?.contains(millisecondOfDay: time) ?? true { return moment }
            moment = Moment(milliseconds: (moment.milliseconds.flooredQuotient(by: 60_000) + 1) * 60_000)
        }
        return nil
    }
}
