import CampaignModel

/// What an account may do in a day and an hour, and how it stands: rules 2, 3, 3a, 15, 16, 17, 18, 19.
extension Gate {
    // MARK: - Caps: 2, 3, 3a, 15

    func judgeCaps(_ lane: LaneFacts, messages: Int, at now: Moment, into refusals: inout [Refusal]) {
        if !peopleFit(lane, at: now) {
            refusals.append(
                Refusal(
                    reason: .dailyUsersCap, effect: .holdLane, observed: .count(peopleCounted(lane, at: now)),
                    limit: .count(limits.usersPerDay), changesAt: firstFit(lane, at: now) { peopleFit(lane, at: $0) }))
        }
        if !messagesFit(lane, messages, at: now), let cap = messagesPerDay(of: lane, at: now) {
            refusals.append(
                Refusal(
                    reason: capReason(lane), effect: .holdLane, observed: .count(messagesCounted(lane, at: now)),
                    limit: .count(cap), changesAt: firstFit(lane, at: now) { messagesFit(lane, messages, at: $0) }))
        }
    }

    /// Rules 3, 3a and 15: the messages that the account may send on the day of `now`; nil: no such cap. Of several
    /// qualifications that are valid the largest counts.
    package func messagesPerDay(of lane: LaneFacts, at now: Moment) -> Int? {
        switch lane.kind {
        case .personal: return min(limits.personalMessagesPerDay, limits.batchMessagesPerDay)
        case .enterprise:
            var cap = limits.batchMessagesPerDay
            for qualification in lane.qualifications where qualification.isValid(at: now) {
                cap = max(cap, qualification.messagesPerDay)
            }
            return cap
        }
    }

    func capReason(_ lane: LaneFacts) -> Reason {
        switch lane.kind {
        case .personal: .personalDailyCap
        case .enterprise: .dailyBatchCap
        }
    }

    /// On a later day the counters are zero. On an earlier one the wall clock was set back: a day never opens twice.
    func peopleCounted(_ lane: LaneFacts, at now: Moment) -> Int {
        let today = PlatformDay(containing: now) <= lane.day ? lane.people : 0
        return limits.rollingDay ? max(today, lane.recent.people(within: .hours(24), at: now)) : today
    }

    func messagesCounted(_ lane: LaneFacts, at now: Moment) -> Int {
        let counted = lane.kind == .personal ? lane.messages + lane.answers : lane.messages
        let today = PlatformDay(containing: now) <= lane.day ? counted : 0
        guard limits.rollingDay else { return today }
        // The minutes hold answers too; of today's it is known how many they were, and those of before count.
        let answers = lane.kind == .personal || PlatformDay(containing: now) > lane.day ? 0 : lane.answers
        return max(today, lane.recent.messages(within: .hours(24), at: now) - answers)
    }

    private func peopleFit(_ lane: LaneFacts, at now: Moment) -> Bool {
        peopleCounted(lane, at: now) < limits.usersPerDay
    }

    /// A contact that fits is sent whole: three messages are not begun with two left.
    private func messagesFit(_ lane: LaneFacts, _ messages: Int, at now: Moment) -> Bool {
        guard let cap = messagesPerDay(of: lane, at: now) else { return true }
        return messagesCounted(lane, at: now) + messages <= cap
    }

    /// The first moment after `now` at which a cap has room: a new day, a qualification that begins, or starts that lie
    /// 24 hours back. A contact that never fits gets the next day's answer, every day.
    private func firstFit(_ lane: LaneFacts, at now: Moment, _ fits: (Moment) -> Bool) -> Moment {
        let midnight = PlatformDay(containing: now).next.start
        // The counters' own day is over later than today where the wall was set back.
        var moments = [midnight, max(midnight, lane.day.next.start)]
        moments += lane.qualifications.map(\.validFrom).filter { $0 > now }
        if limits.rollingDay { moments += lane.recent.departures(from: .hours(24), after: now) }
        moments.sort()
        return moments.first(where: fits) ?? moments[0]
    }

    // MARK: - Risk level 1: 16

    func judgeRisk(_ lane: LaneFacts, messages: Int, at now: Moment, into refusals: inout [Refusal]) {
        guard let limit = limits.riskMessagesPerHour, let until = lane.slowedUntil, now < until else { return }
        let sent = lane.recent.messages(within: .hours(1), at: now)
        guard sent + messages > limit else { return }
        // Where the hour is still too full when the next message is due anyway, nobody looks for the moment of calm: a
        // lane at slowed speed asks this with every message.
        let isCalmBefore = lane.recent.messages(within: .hours(1), at: until) + messages <= limit
        let calm =
            !isCalmBefore
            ? nil
            : lane.recent.departures(from: .hours(1), after: now).first {
                lane.recent.messages(within: .hours(1), at: $0) + messages <= limit
            }
        refusals.append(
            Refusal(
                reason: .riskThrottled, effect: .holdLane, observed: .count(sent), limit: .count(limit),
                changesAt: calm.map { min($0, until) } ?? until))
    }

    /// When the next message may follow at slowed speed, once `messages` start now. Spaced evenly: what one wake came too
    /// late is made up for, and no more, so that no burst waits at the top of the hour.
    func slowedUntil(after messages: Int, on lane: LaneFacts, at now: Moment) -> Moment {
        let late = Duration.milliseconds(Int64(50 * max(clock.speed, 1)))
        let from = min(max(lane.slowedUntil ?? now, now - late), now)
        return from + .milliseconds(Int64(messages) * 3_600_000 / Int64(max(slowedPerHour(lane), 1)))
    }

    /// The profile's own figure, else the kind's: 50 an hour for a personal account, and for an enterprise one message a
    /// second, which carries any day's cap through the hours that are open.
    package func slowedPerHour(_ lane: LaneFacts) -> Int {
        switch lane.kind {
        case .personal: min(lane.slowedPerHour ?? 50, 50)
        case .enterprise: max(lane.slowedPerHour ?? 3600, 3600)
        }
    }

    // MARK: - Standing: 17, 18, 19

    func judgeStanding(_ standing: AccountStanding, into refusals: inout [Refusal]) {
        if let since = standing.frozen {
            refusals.append(
                Refusal(
                    reason: .accountFrozen, effect: .holdLane, observed: .moment(since),
                    limit: .duration(AccountStanding.freezeLength), changesAt: nil))
        }
        if let since = standing.banned {
            refusals.append(
                Refusal(
                    reason: .accountBanned, effect: .holdLane, observed: .moment(since), limit: .none, changesAt: nil))
        }
        if standing.credit < limits.creditMin {
            refusals.append(
                Refusal(
                    reason: .creditScore, effect: .holdLane, observed: .count(standing.credit),
                    limit: .count(limits.creditMin), changesAt: nil))
        }
    }

    // MARK: - The person's own: 12, 21, and their zone for rule 1

    /// - Parameter owners: the account that each card asks for. The platform counts by it: two accounts that ask for a third
    ///   share its three a day.
    func judgePrompts(_ person: PersonFacts, asking owners: [AccountID], into refusals: inout [Refusal]) {
        guard let owner = owners.first(where: { !fits($0, asked: owners, person) }) else { return }
        let (observed, limit) = promptsCounted(for: owner, person)
        refusals.append(
            Refusal(
                reason: .promptExposure, effect: .skip, observed: .count(observed), limit: .count(limit),
                changesAt: nil))
    }

    private func fits(_ owner: AccountID, asked owners: [AccountID], _ person: PersonFacts) -> Bool {
        let (observed, limit) = promptsCounted(for: owner, person)
        switch limits.prompts {
        case .aDay: return observed + owners.count { $0 == owner } <= limit
        case .refusals: return observed < limit
        }
    }

    /// What rule 12 looks at, for one account that is asked for.
    func promptsCounted(for owner: AccountID, _ person: PersonFacts) -> (observed: Int, limit: Int) {
        let count = person.prompts[owner] ?? PromptCount()
        switch limits.prompts {
        case .aDay(let limit): return (count.today, limit)
        case .refusals(let limit): return (count.refused, limit)
        }
    }

    /// A person's hours are kept with the departure's limit on top: the last look before the first byte knows the
    /// account's zone, not everybody's.
    func judgeOwnHours(_ window: PersonWindow, at now: Moment, into refusals: inout [Refusal]) {
        let margin = clock.margin(timeout: limits.requestTimeout + limits.departureLimit)
        let zone = window.zone ?? .shanghai
        // Where the lane is closed for the night already, the gate looks again when it opens.
        let isNight = refusals.contains { $0.reason == .quietHours }
        if zone != .shanghai, !isNight, let opening = quietHours.ownOpening(at: now, margin: margin, zone: zone) {
            refusals.append(
                Refusal(
                    reason: .quietHours, effect: .defer, observed: .timeOfDay(Self.timeOfDay(now, zone)),
                    limit: .window(limits.quiet), changesAt: opening))
        }
        if let quiet = window.quiet,
            let opening = QuietHours(quiet).ownOpening(at: now, margin: margin, zone: zone)
        {
            refusals.append(
                Refusal(
                    reason: .recipientDnd, effect: .defer, observed: .timeOfDay(Self.timeOfDay(now, zone)),
                    limit: .window(quiet), changesAt: opening))
        }
    }

    static func timeOfDay(_ moment: Moment, _ zone: Zone) -> Int64 {
        (moment.milliseconds + zone.offset(at: moment).wholeMilliseconds)
            .flooredRemainder(by: PlatformDay.millisecondsInDay)
    }
}
