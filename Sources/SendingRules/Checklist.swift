import CampaignModel

/// One line of `explain`: a rule, what it looked at, its limit, and its refusal if it refuses.
package struct Finding: Sendable, Equatable {
    /// The stable code of the rule's refusal.
    package var rule: Reason
    package var observed: Measure
    package var limit: Measure
    package var refusal: Refusal?
    package init(rule: Reason, observed: Measure, limit: Measure, refusal: Refusal?) {
        (self.rule, self.observed, self.limit, self.refusal) = (rule, observed, limit, refusal)
    }
}

extension Gate {
    /// Every rule in the order of `rules.md`, also those that allow. The refusals are those of `judge`: this only adds
    /// what the other rules saw, so the two can never disagree.
    package func checklist(_ candidate: Candidate, _ facts: Facts, _ terms: RunTerms, at now: Moment) -> [Finding] {
        let verdict = judge(candidate, facts, terms, at: now)
        var findings = quietAndRun(facts, terms, at: now) + caps(facts, at: now)
        findings += person(facts, terms, variant: verdict.variant, at: now)
        for index in findings.indices {
            findings[index].refusal = verdict.refusals.first { $0.reason == findings[index].rule }
        }
        let known = Set(findings.map(\.rule))
        findings += verdict.refusals.filter { !known.contains($0.reason) }.map {
            Finding(rule: $0.reason, observed: $0.observed, limit: $0.limit, refusal: $0)
        }
        return findings
    }

    private func quietAndRun(_ facts: Facts, _ terms: RunTerms, at now: Moment) -> [Finding] {
        var findings = [
            Finding(
                rule: .quietHours, observed: .timeOfDay(now.shanghaiTimeOfDay), limit: .window(limits.quiet),
                refusal: nil),
            Finding(rule: .awaitingReview, observed: .yes(facts.run.isApproved), limit: .yes(true), refusal: nil),
            Finding(rule: .notStarted, observed: .moment(now), limit: .moment(facts.run.start), refusal: nil),
            Finding(rule: .expired, observed: .moment(now), limit: .moment(facts.run.validUntil), refusal: nil),
        ]
        if let window = terms.window, !facts.run.isTest {
            findings.append(
                Finding(
                    rule: .outsideWindow, observed: .timeOfDay(now.shanghaiTimeOfDay), limit: .window(window),
                    refusal: nil))
        }
        return findings
    }

    private func caps(_ facts: Facts, at now: Moment) -> [Finding] {
        let lane = facts.lane
        var findings = [
            Finding(
                rule: .dailyUsersCap, observed: .count(peopleCounted(lane, at: now)),
                limit: .count(limits.usersPerDay), refusal: nil)
        ]
        if let cap = messagesPerDay(of: lane, at: now) {
            findings.append(
                Finding(
                    rule: capReason(lane), observed: .count(messagesCounted(lane, at: now)), limit: .count(cap),
                    refusal: nil))
        }
        if let limit = limits.riskMessagesPerHour {
            findings.append(
                Finding(
                    rule: .riskThrottled, observed: .count(lane.recent.messages(within: .hours(1), at: now)),
                    limit: .count(limit), refusal: nil))
        }
        return findings + [
            Finding(
                rule: .accountFrozen, observed: .yes(lane.standing.frozen != nil), limit: .yes(false), refusal: nil),
            Finding(
                rule: .accountBanned, observed: .yes(lane.standing.banned != nil), limit: .yes(false), refusal: nil),
            Finding(
                rule: .creditScore, observed: .count(lane.standing.credit), limit: .count(limits.creditMin),
                refusal: nil),
            Finding(rule: .stoppedByOperator, observed: .yes(lane.allStopped), limit: .yes(false), refusal: nil),
            Finding(rule: .clockUntrusted, observed: .yes(clock.distrust != nil), limit: .yes(false), refusal: nil),
            Finding(rule: .accountRemoved, observed: .yes(lane.isConfigured), limit: .yes(true), refusal: nil),
            Finding(rule: .accountNotBound, observed: .yes(lane.isBound), limit: .yes(true), refusal: nil),
            Finding(rule: .appInTrial, observed: .yes(lane.appInTrial), limit: .yes(false), refusal: nil),
        ]
    }

    private func person(_ facts: Facts, _ terms: RunTerms, variant: Int, at now: Moment) -> [Finding] {
        let person = facts.person
        let counted = PlatformDay(containing: now) <= person.day
        let both = [
            Finding(
                rule: .alreadyContactedToday,
                observed: .count(counted ? max(person.contactsByAccount, person.contactsByApp) : 0),
                limit: .count(limits.contactsPerAppAndDay), refusal: nil),
            Finding(rule: .denied, observed: .yes(person.isDenied), limit: .yes(false), refusal: nil),
        ]
        // Authorisation, stock and an own window are a person's; a group has none of them.
        if terms.channel == .groupMessage { return both }
        if terms.channel == .reply { return [both[1]] }
        var findings = [
            both[0],
            Finding(
                rule: .notAuthorized, observed: person.consent.map { .word("\($0.state)") } ?? .none,
                limit: .word("\(Consent.State.authorized)"), refusal: nil),
            Finding(
                rule: .outOfStock, observed: person.consent?.stock.map { .count($0) } ?? .word("daily"),
                limit: .count(1), refusal: nil),
            both[1],
        ]
        let prompts = terms.prompts(of: variant).map { promptsCounted(for: $0, person) }
        if let most = prompts.max(by: { $0.observed < $1.observed }) {
            findings.append(
                Finding(
                    rule: .promptExposure, observed: .count(most.observed), limit: .count(most.limit), refusal: nil))
        }
        if let window = person.window, let quiet = window.quiet {
            findings.append(
                Finding(
                    rule: .recipientDnd, observed: .timeOfDay(Self.timeOfDay(now, window.zone ?? .shanghai)),
                    limit: .window(quiet), refusal: nil))
        }
        if let limit = limits.contactsPerWeek {
            let today = PlatformDay(containing: now)
            let within = person.contactDays.count { today.number - $0.number < 7 && $0 <= today }
            findings.append(Finding(rule: .tooOften, observed: .count(within), limit: .count(limit), refusal: nil))
        }
        return findings
    }
}
