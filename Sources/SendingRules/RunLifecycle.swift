import CampaignModel

/// What a person or the planner may do to a run, state by state. The table is the rule; everything else asks it.
package enum RunLifecycle {
    package enum Act: String, Sendable, CaseIterable {
        case approve, reject, pause, resume, cancel, expire, supersede, begin, finish
    }

    /// The state after `act`; nil when the act makes no sense in this state.
    /// - Parameters:
    ///   - isPlanned: whether the run's people have been written down: where a resume leads to.
    ///   - isHeld: whether a pause of the run is remembered beside its state: it was paused while it waited for its
    ///     review, and an approval must not undo that.
    package static func state(
        after act: Act, in state: RunState, isPlanned: Bool = false, isHeld: Bool = false
    ) -> RunState? {
        if state.isOver { return nil }
        switch act {
        case .approve: return state == .inReview ? (isHeld ? .paused : .scheduled) : nil
        // The reviewer has not spoken: it stays where it is, and what changes is whether it is held.
        case .pause where state == .inReview: return isHeld ? nil : .inReview
        case .resume where state == .inReview: return isHeld ? .inReview : nil
        case .reject: return state == .inReview ? .rejected : nil
        case .pause: return state == .running || state == .scheduled ? .paused : nil
        case .resume: return state == .paused ? (isPlanned ? .running : .scheduled) : nil
        case .begin: return state == .scheduled ? .running : nil
        case .finish: return state == .running ? .finished : nil
        case .cancel: return .cancelled
        case .expire: return .expired
        case .supersede: return .superseded
        }
    }
}

/// `send_time: spread`: a run's people evenly over what is left of its window.
package enum Spread {
    /// How many of `remaining` may have started by `now` when the window opened at `from` and closes at `to`, counting
    /// from what was remaining at the opening.
    package static func due(total: Int, started: Int, from: Moment, to: Moment, at now: Moment) -> Int {
        guard from < to, now < to else { return max(total - started, 0) }
        // In whole numbers: the moment at which the next one is due must be the moment at which one is.
        let span = to.milliseconds - from.milliseconds
        let elapsed = max(now.milliseconds - from.milliseconds, 0)
        return max(Int((Int64(total) * elapsed + span - 1) / span) - started, 0)
    }

    /// The first moment at which one more than `started` is due; nil: nobody is left.
    package static func nextDue(total: Int, started: Int, from: Moment, to: Moment) -> Moment? {
        guard started < total else { return nil }
        guard from < to, started >= 0 else { return from }
        let span = to.milliseconds - from.milliseconds
        return from + .milliseconds(min(Int64(started) * span / Int64(total) + 1, span))
    }
}

extension Schedule {
    /// Where `spread` ends on the day of `start`: the end of the campaign's window, else the beginning of the night.
    package func windowEnd(onDayOf start: Moment, quiet: DayWindow) -> Moment {
        let night = Self.next(minute: quiet.fromMinute, after: start, zone: .shanghai)
        guard let window = effectiveWindow else { return night }
        return min(night, Self.next(minute: window.toMinute, after: start, zone: zone))
    }

    private static func next(minute: Int, after moment: Moment, zone: Zone) -> Moment {
        let day = PlatformDay.millisecondsInDay
        let local = moment.milliseconds + zone.offset(at: moment).wholeMilliseconds
        let wait = (Int64(minute) * 60_000 - local.flooredRemainder(by: day)).flooredRemainder(by: day)
        return moment + .milliseconds(wait == 0 ? day : wait)
    }
}
