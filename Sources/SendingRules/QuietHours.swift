import CampaignModel

/// Rule 1. No marketing message reaches the platform in the quiet hours of Asia/Shanghai, and an account's own zone can
/// only narrow what is left.
///
/// Half-open: 22:00:00.000 is quiet, 08:00:00.000 is not. A request whose worst case would end inside the window is not
/// started: quiet by construction. Lengths of nights are computed from instants, because in a zone with clock changes a
/// night can have nine or eleven hours.
package struct QuietHours: Sendable {
    private let quiet: DayWindow

    package init(_ quiet: DayWindow) { self.quiet = quiet }

    /// - Parameters:
    ///   - margin: how long a request started at `now` can take at worst.
    ///   - lead: how far the wall may be ahead of the platform's: at 08:00 by a fast wall it is still night.
    /// - Returns: nil when the request may start; else the first moment at which it may.
    package func opening(at now: Moment, margin: Duration, lead: Duration = .zero, zone: Zone) -> Moment? {
        // All of now - lead … now + margin has to lie in the day.
        guard let opening = opening(from: now - lead, margin: margin + lead, zone: zone) else { return nil }
        // A rehearsal that runs days in seconds leads by hours. It names the morning; at the speed of then, the lead
        // will be another.
        return lead > .minutes(1) && opening > now ? opening : opening + lead
    }

    private func opening(from now: Moment, margin: Duration, zone: Zone) -> Moment? {
        var moment = now
        var margin = margin
        // Two zones can close one after the other; each turn of the loop moves to a later opening. Eight openings lie
        // more than two days apart, and no two windows that leave anything open at all need more.
        for _ in 0..<8 {
            let next = max(
                openingInOneZone(at: moment, margin: margin, zone: .shanghai),
                zone == .shanghai ? moment : openingInOneZone(at: moment, margin: margin, zone: zone))
            if next == moment { return moment == now ? nil : moment }
            moment = next
            // A rehearsal that runs days in seconds has a margin longer than the day is open. It says "not now", and
            // nothing about later: the speed will be another by then.
            if margin > .hours(1) { margin = .zero }
        }
        return moment
    }

    /// The same on one wall alone: for hours that are a person's own and not the platform's.
    package func ownOpening(at now: Moment, margin: Duration, zone: Zone) -> Moment? {
        var moment = now
        var margin = margin
        for _ in 0..<3 {
            let next = openingInOneZone(at: moment, margin: margin, zone: zone)
            if next == moment { break }
            moment = next
            if margin > .hours(1) { margin = .zero }
        }
        return moment == now ? nil : moment
    }

    /// `now` itself when open there; else the next end of the quiet window in that zone.
    private func openingInOneZone(at now: Moment, margin: Duration, zone: Zone) -> Moment {
        let offset = zone.offset(at: now).wholeMilliseconds
        let day = PlatformDay.millisecondsInDay
        let timeOfDay = (now.milliseconds + offset).flooredRemainder(by: day)
        let from = Int64(quiet.fromMinute) * 60_000
        let to = Int64(quiet.toMinute) * 60_000
        let inside = quiet.contains(millisecondOfDay: timeOfDay)
        let untilQuiet = (from - timeOfDay).flooredRemainder(by: day)
        guard inside || untilQuiet <= margin.wholeMilliseconds else { return now }
        return wallMoment(to, after: now + (inside ? .zero : .milliseconds(untilQuiet)), zone: zone)
    }

    /// The first moment at or after `moment` at which the wall of `zone` shows `timeOfDay`.
    private func wallMoment(_ timeOfDay: Int64, after moment: Moment, zone: Zone) -> Moment {
        let day = PlatformDay.millisecondsInDay
        let local = moment.milliseconds + zone.offset(at: moment).wholeMilliseconds
        let wait = (timeOfDay - local.flooredRemainder(by: day)).flooredRemainder(by: day)
        let naive = moment + .milliseconds(wait)
        // A clock change on the way moves the wall: correct by the difference of the offsets.
        let drift = zone.offset(at: naive).wholeMilliseconds - zone.offset(at: moment).wholeMilliseconds
        return drift == 0 ? naive : naive - .milliseconds(drift)
    }
}

/// A campaign's own `window`: half-open, in the schedule's zone, judged by the moment of starting.
package enum SendWindow {
    /// nil when open at `now`; else the next opening.
    package static func opening(of window: DayWindow, zone: Zone, at now: Moment) -> Moment? {
        if isOpen(window, zone: zone, at: now) { return nil }
        var moment = now
        // Between two clock changes the wall runs evenly. Three changes within days do not exist.
        for _ in 0..<3 {
            let wait = Int64(window.fromMinute) * 60_000 - timeOfDay(zone, at: moment)
            let even = moment + .milliseconds(wait.flooredRemainder(by: PlatformDay.millisecondsInDay))
            guard let change = clockChange(zone, after: moment, upTo: even) else { return even }
            // The change can put the wall into the window, when its beginning is among the times that do not exist.
            if isOpen(window, zone: zone, at: change) { return change }
            moment = change
        }
        return moment
    }

    private static func isOpen(_ window: DayWindow, zone: Zone, at moment: Moment) -> Bool {
        window.contains(millisecondOfDay: timeOfDay(zone, at: moment))
    }

    private static func timeOfDay(_ zone: Zone, at moment: Moment) -> Int64 {
        (moment.milliseconds + zone.offset(at: moment).wholeMilliseconds)
            .flooredRemainder(by: PlatformDay.millisecondsInDay)
    }

    /// The first moment of the offset in force at `end`, when it is not the one in force at `start`.
    private static func clockChange(_ zone: Zone, after start: Moment, upTo end: Moment) -> Moment? {
        let before = zone.offset(at: start)
        guard zone.offset(at: end) != before else { return nil }
        var low = start.milliseconds
        var high = end.milliseconds
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if zone.offset(at: Moment(milliseconds: middle)) == before { low = middle } else { high = middle }
        }
        return Moment(milliseconds: high)
    }
}
