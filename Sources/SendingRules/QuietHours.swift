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

    /// `now` itself when open there for `margin`; else the first moment at which the window is over in that zone.
    private func openingInOneZone(at now: Moment, margin: Duration, zone: Zone) -> Moment {
        guard !isQuiet(zone, at: now) else { return end(after: now, zone: zone) }
        guard let begin = begin(after: now, upTo: now + margin, zone: zone) else { return now }
        return end(after: begin, zone: zone)
    }

    private func isQuiet(_ zone: Zone, at moment: Moment) -> Bool {
        quiet.contains(millisecondOfDay: ZoneWall.timeOfDay(zone, at: moment))
    }

    /// From inside: the first moment outside. Where the window's edge is among the times that a clock change leaves out,
    /// that is the change.
    private func end(after inside: Moment, zone: Zone) -> Moment {
        ZoneWall.first(minute: quiet.toMinute, after: inside, zone: zone) { !isQuiet(zone, at: $0) }
    }

    /// From outside: the first moment inside, unless it lies beyond `limit`.
    private func begin(after outside: Moment, upTo limit: Moment, zone: Zone) -> Moment? {
        let begin = ZoneWall.first(minute: quiet.fromMinute, after: outside, zone: zone) { isQuiet(zone, at: $0) }
        return begin <= limit ? begin : nil
    }
}

/// A campaign's own `window`: half-open, in the schedule's zone, judged by the moment of starting.
package enum SendWindow {
    /// nil when open at `now`; else the next opening.
    package static func opening(of window: DayWindow, zone: Zone, at now: Moment) -> Moment? {
        if isOpen(window, zone: zone, at: now) { return nil }
        return ZoneWall.first(minute: window.fromMinute, after: now, zone: zone) { isOpen(window, zone: zone, at: $0) }
    }

    private static func isOpen(_ window: DayWindow, zone: Zone, at moment: Moment) -> Bool {
        window.contains(millisecondOfDay: ZoneWall.timeOfDay(zone, at: moment))
    }
}

/// A zone's wall, walked along. Between two clock changes it runs evenly; a change leaves times out or shows them twice.
enum ZoneWall {
    static func timeOfDay(_ zone: Zone, at moment: Moment) -> Int64 {
        (moment.milliseconds + zone.offset(at: moment).wholeMilliseconds)
            .flooredRemainder(by: PlatformDay.millisecondsInDay)
    }

    /// The first moment after `start` at which `holds`, which begins to hold when the wall shows `minute`, or at a clock
    /// change that jumps over it or back behind it.
    static func first(minute: Int, after start: Moment, zone: Zone, _ holds: (Moment) -> Bool) -> Moment {
        var moment = start
        // Three changes within days do not exist.
        for _ in 0..<3 {
            let wait = (Int64(minute) * 60_000 - timeOfDay(zone, at: moment))
                .flooredRemainder(by: PlatformDay.millisecondsInDay)
            let even = moment + .milliseconds(wait)
            if zone == .shanghai { return even }
            guard let change = clockChange(zone, after: moment, upTo: even) else { return even }
            if holds(change) { return change }
            moment = change
        }
        return moment
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
