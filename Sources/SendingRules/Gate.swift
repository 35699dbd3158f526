import CampaignModel

/// The one place that decides whether a contact may start. Pure: facts and a moment in, every refusal out.
///
/// The dispatcher calls it inside the transaction that records the attempt; `explain`, the forecast and the simulator
/// call the same function with facts they read or assume.
package struct Gate: Sendable {
    package let limits: RuleLimits
    package let clock: ClockFacts
    let quietHours: QuietHours

    package init(limits: RuleLimits, clock: ClockFacts) {
        (self.limits, self.clock) = (limits, clock)
        quietHours = QuietHours(limits.quiet)
    }

    /// Judges one person of one run at one moment against every rule.
    ///
    /// - Parameter terms: what the campaign itself asks for.
    /// - Returns: every refusal in the order of `rules.md`, and the variant to send.
    package func judge(_ candidate: Candidate, _ facts: Facts, _ terms: RunTerms, at now: Moment) -> Verdict {
        let person =
            terms.channel == .privateMessage
            ? PersonRules.variant(planned: candidate.variant, terms: terms, consent: facts.person.consent)
            : (variant: candidate.variant, refusal: nil)
        var verdict = Verdict(variant: person.variant)
        judgeLane(
            facts.lane, messages: terms.messages(of: verdict.variant), isAnswer: terms.channel == .reply, at: now,
            into: &verdict.refusals)
        judgeRun(facts.run, terms, at: now, into: &verdict.refusals)
        judgeTemplates(facts.lane, terms, into: &verdict.refusals)
        switch terms.channel {
        case .privateMessage: PersonRules.judge(facts, limits: limits, at: now, into: &verdict.refusals)
        case .groupMessage: GroupRules.judge(facts, limits: limits, at: now, into: &verdict.refusals)
        case .reply: PersonRules.judgeLists(facts.person, into: &verdict.refusals)
        }
        if let trigger = terms.trigger, let occasion = facts.person.occasion {
            OccasionRules.judge(occasion, trigger, clock, limits: limits, at: now, into: &verdict.refusals)
            verdict.departBy = OccasionRules.departBy(occasion, trigger, clock, limits: limits)
        }
        if let refusal = person.refusal { verdict.refusals.append(refusal) }
        judgePrompts(facts.person, asking: terms.prompts(of: verdict.variant), into: &verdict.refusals)
        if let window = facts.person.window { judgeOwnHours(window, at: now, into: &verdict.refusals) }
        if verdict.refusals.isEmpty, limits.riskMessagesPerHour != nil {
            verdict.slowedUntil = slowedUntil(
                after: terms.messages(of: verdict.variant), on: facts.lane, at: now)
        }
        return verdict
    }

    /// The lane's part alone: whether anything at all may start on this lane now.
    /// - Parameter messages: of the smallest contact that waits (a contact that fits is sent whole).
    package func judgeLane(_ lane: LaneFacts, messages: Int, at now: Moment) -> [Refusal] {
        var refusals: [Refusal] = []
        judgeLane(lane, messages: messages, at: now, into: &refusals)
        return refusals
    }

    /// The first moment from `now` on at which a run could start somebody, by its own hours, its end and the night; nil:
    /// never again by itself.
    package func nextStart(of run: RunFacts, _ terms: RunTerms, zone: Zone, at now: Moment) -> Moment? {
        let margin = clock.margin(timeout: limits.requestTimeout)
        return nextOpening(from: now) { moment in
            var refusals = judgeRun(run, terms, at: moment)
            if let opening = quietHours.opening(at: moment, margin: margin, lead: clock.lead, zone: zone) {
                refusals.append(
                    Refusal(
                        reason: .quietHours, effect: .holdLane, observed: .none, limit: .none, changesAt: opening))
            }
            return refusals
        }
    }

    /// The run's part alone.
    package func judgeRun(_ run: RunFacts, _ terms: RunTerms, at now: Moment) -> [Refusal] {
        var refusals: [Refusal] = []
        judgeRun(run, terms, at: now, into: &refusals)
        return refusals
    }

    /// The first moment at which *all* rules would allow, looking forward from `now`; nil when a person or the platform
    /// must act first. A cap met at 21:00 answers 08:00, not 00:00.
    ///
    /// Evidence of consent that grows old on the way is asked for again before the contact, by the daemon itself: what
    /// will be is judged with the consent as it stands, not with its age.
    package func nextAllowed(_ candidate: Candidate, _ facts: Facts, _ terms: RunTerms, at now: Moment) -> Moment? {
        let standing = judge(candidate, facts, terms, at: now).refusals
        if standing.isEmpty { return now }
        var renewed = facts
        let asks = standing.contains { $0.effect == .checkConsent }
        guard facts.person.consent?.state == .authorized else {
            return asks ? nil : nextOpening(from: now) { judge(candidate, facts, terms, at: $0).refusals }
        }
        // Nothing but the question to the platform is open: its answer comes when it comes.
        if asks, standing.count == 1 { return nil }
        return nextOpening(from: now) { moment in
            renewed.person.consent?.checked = max(moment, facts.person.consent?.checked ?? moment)
            return judge(candidate, renewed, terms, at: moment).refusals
        }
    }

    /// What waiting leads to when no moment allows the contact: the rule that will leave it out, and when; nil: it waits
    /// for somebody.
    package func leftOut(
        _ candidate: Candidate, _ facts: Facts, _ terms: RunTerms, at now: Moment
    ) -> (reason: Reason, at: Moment)? {
        var found: (reason: Reason, at: Moment)?
        _ = nextOpening(from: now) { moment in
            let standing = judge(candidate, facts, terms, at: moment).refusals
            if found == nil, let skip = standing.first(where: { $0.effect == .skip }) { found = (skip.reason, moment) }
            return found == nil ? standing : []
        }
        return found
    }

    /// As `nextAllowed`, for the lane alone.
    package func nextOpening(of lane: LaneFacts, messages: Int, at now: Moment) -> Moment? {
        nextOpening(from: now) { judgeLane(lane, messages: messages, at: $0) }
    }

    private func nextOpening(from now: Moment, _ refusals: (Moment) -> [Refusal]) -> Moment? {
        var moment = now
        // Each turn moves forward to a boundary of some rule; 400 boundaries are more than a year of nights.
        for _ in 0..<400 {
            let standing = refusals(moment)
            if standing.isEmpty { return moment }
            var latest = moment
            for refusal in standing {
                guard let change = refusal.changesAt else { return nil }
                latest = max(latest, change)
            }
            if latest == moment { return nil }
            moment = latest
        }
        return nil
    }

    // MARK: - Rules of the lane, in the order of rules.md

    private func judgeLane(
        _ lane: LaneFacts, messages: Int, isAnswer: Bool = false, at now: Moment, into refusals: inout [Refusal]
    ) {
        let margin = clock.margin(timeout: limits.requestTimeout)
        if let opening = quietHours.opening(at: now, margin: margin, lead: clock.lead, zone: lane.zone) {
            refusals.append(
                Refusal(
                    reason: .quietHours, effect: .holdLane, observed: .timeOfDay(now.shanghaiTimeOfDay),
                    limit: .window(limits.quiet), changesAt: opening))
        }
        // Answers take nothing of the day's people and batches; all that a personal account sends counts.
        if !isAnswer || lane.kind == .personal { judgeCaps(lane, messages: messages, at: now, into: &refusals) }
        judgeRisk(lane, messages: messages, at: now, into: &refusals)
        judgeStanding(lane.standing, into: &refusals)
        judgeReadiness(lane, at: now, into: &refusals)
    }

    private func judgeReadiness(_ lane: LaneFacts, at now: Moment, into refusals: inout [Refusal]) {
        if !lane.isConfigured {
            refusals.append(
                Refusal(
                    reason: .accountRemoved, effect: .holdLane, observed: .yes(false), limit: .yes(true),
                    changesAt: nil))
        }
        if let hold = lane.hold, hold.until.map({ now < $0 }) ?? true {
            refusals.append(
                Refusal(
                    reason: hold.reason, effect: .holdLane, observed: .word(hold.reason.code), limit: .none,
                    changesAt: hold.until))
        }
        if lane.allStopped {
            refusals.append(
                Refusal(
                    reason: .stoppedByOperator, effect: .holdLane, observed: .yes(true), limit: .none, changesAt: nil))
        }
        if let distrust = clock.distrust {
            refusals.append(
                Refusal(
                    reason: .clockUntrusted, effect: .holdLane, observed: .word(distrust.code), limit: .none,
                    changesAt: nil))
        }
        if !lane.isBound {
            refusals.append(
                Refusal(
                    reason: .accountNotBound, effect: .holdLane, observed: .yes(false), limit: .yes(true),
                    changesAt: nil))
        }
        if lane.appInTrial {
            refusals.append(
                Refusal(
                    reason: .appInTrial, effect: .holdLane, observed: .yes(true), limit: .yes(false), changesAt: nil))
        }
    }

    // MARK: - Rules of the run

    private func judgeRun(_ run: RunFacts, _ terms: RunTerms, at now: Moment, into refusals: inout [Refusal]) {
        if !run.isApproved {
            refusals.append(
                Refusal(
                    reason: .awaitingReview, effect: .holdRun, observed: .word(run.state.code), limit: .none,
                    changesAt: nil))
        }
        if let refusal = stateRefusal(run) { refusals.append(refusal) }
        if now < run.start {
            refusals.append(
                Refusal(
                    reason: .notStarted, effect: .holdRun, observed: .moment(now), limit: .moment(run.start),
                    changesAt: run.start))
        }
        if now >= run.validUntil {
            refusals.append(
                Refusal(
                    reason: .expired, effect: .skip, observed: .moment(now), limit: .moment(run.validUntil),
                    changesAt: nil))
        }
        if !run.isTest, let window = terms.window,
            let opening = SendWindow.opening(of: window, zone: terms.zone, at: now)
        {
            refusals.append(
                Refusal(
                    reason: .outsideWindow, effect: .holdRun, observed: .timeOfDay(now.shanghaiTimeOfDay),
                    limit: .window(window), changesAt: opening))
        }
    }

    /// Rule 28 at the gate: what was recorded after the approval stops a run that sends.
    private func judgeTemplates(_ lane: LaneFacts, _ terms: RunTerms, into refusals: inout [Refusal]) {
        guard let id = TemplateRule.refused(of: terms.templates, known: lane.templates) else { return }
        refusals.append(
            Refusal(
                reason: .templateNotApproved, effect: .holdRun, observed: .word(id), limit: .none, changesAt: nil))
    }

    private func stateRefusal(_ run: RunFacts) -> Refusal? {
        let reason: Reason
        let effect: Refusal.Effect
        switch run.state {
        case .running, .scheduled, .inReview: return nil
        case .paused: (reason, effect) = (.runPaused, .holdRun)
        case .cancelled, .rejected: (reason, effect) = (.cancelled, .skip)
        case .superseded: (reason, effect) = (.superseded, .skip)
        case .expired, .finished: (reason, effect) = (.expired, .skip)
        }
        return Refusal(
            reason: reason, effect: effect, observed: .word(run.state.code), limit: .none, changesAt: nil)
    }
}

/// What a campaign itself asks for, in the form the gate reads. Built once per run, not per person.
package struct RunTerms: Sendable, Equatable {
    package struct Arm: Sendable, Equatable {
        package var messages: Int
        package var hasImage: Bool
        /// Index of the fallback for people who may not get the image.
        package var fallback: Int?
        /// The account that each authorisation card among the messages asks for (rule 12): another one than the sender
        /// where a brand asks for its staff.
        package var prompts: [AccountID]
        package init(messages: Int, hasImage: Bool, fallback: Int?, prompts: [AccountID] = []) {
            (self.prompts, self.messages, self.hasImage, self.fallback) = (prompts, messages, hasImage, fallback)
        }
    }
    package var arms: [Arm]
    package var window: DayWindow?
    package var zone: Zone
    package var channel: ChannelKind
    /// Rule 28: card templates that the messages use.
    package var templates: [String] = []
    /// nil: at its start, to those of its plan.
    package var trigger: Trigger?

    package init(
        arms: [Arm], window: DayWindow? = nil, zone: Zone = .shanghai, channel: ChannelKind = .privateMessage
    ) {
        (self.channel, self.arms, self.window, self.zone) = (channel, arms, window, zone)
    }

    /// - Parameter owners: the accounts that its authorisation cards ask for, by their names. A card for an account that
    ///   is in none of them cannot be rendered, and is shown to nobody.
    package init(_ campaign: Campaign, owners: [String: AccountID]) {
        let names = campaign.variants.map(\.name)
        arms = campaign.variants.map { variant in
            Arm(
                messages: variant.messages.count, hasImage: variant.hasImage,
                fallback: variant.fallback.flatMap { names.firstIndex(of: $0) },
                prompts: variant.messages.compactMap { $0.askedAccount.flatMap { owners[$0] } })
        }
        channel = campaign.laneChannel
        trigger = campaign.trigger
        templates = campaign.cardTemplates
        zone = campaign.schedule.zone
        window = campaign.schedule.effectiveWindow
    }

    package func messages(of variant: Int) -> Int { arms.indices.contains(variant) ? arms[variant].messages : 1 }
    package func prompts(of variant: Int) -> [AccountID] {
        arms.indices.contains(variant) ? arms[variant].prompts : []
    }
    /// Of the smallest contact: the lane is closed only when not even this one fits.
    package var messagesMin: Int { arms.map(\.messages).min() ?? 1 }
}

extension Campaign {
    /// Card templates that its messages use, in their order.
    package var cardTemplates: [String] {
        variants.flatMap(\.messages).compactMap { message in
            switch message {
            case .appletCard(let template, _, _): template
            case .text, .image, .appletCoupon, .authorizationCard: nil
            }
        }
    }
}

extension Schedule {
    /// The window that sending keeps to. Also of `best`: when whose best time begins is a matter of the plan's segments.
    package var effectiveWindow: DayWindow? { window }
}
