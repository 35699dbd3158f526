import CampaignModel

/// One line of `explain`: a rule, what it looked at, its limit, and its refusal if it refuses.
package struct Finding: Sendable, Equatable {
    /// The stable code of the rule's refusal.
    package var rule: Reason
    package var observed: Measure
    package var limit: Measure
    package var refusal: Refusal?
    package init(rule: Reason, observed: Measure, limit: Measure, refusal: Refusal?) {
        self.rule = rule
        self.observed = observed
        self.limit = limit
        self.refusal = refusal
    }
}

extension Gate {
    /// Every rule in the order of `rules.md`, also those that allow. The refusals are those of `judge`: this only adds
    /// what the other rules saw, so the two can never disagree.
    package func checklist(_ candidate: Candidate, _ facts: Facts, _ terms: RunTerms, at now: Moment) -> [Finding] {
        let verdict = judge(candidate, facts, terms, at: now)
        var findings =
            quietAndRun(facts, terms, at: now) + caps(facts, at: now)
            + person(facts, terms.channel, at: now)
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
        if let window = terms.window {
            findings.append(
                Finding(
                    rule: .outsideWindow, observed: .timeOfDay(now.shanghaiTimeOfDay), limit: .window(window),
                    refusal: nil))
        }
        return findings
    }

    private func caps(_ facts: Facts, at now: Moment) -> [Finding] {
        let counted = PlatformDay(containing: now) <= facts.lane.day
        var findings = [
            Finding(
                rule: .dailyUsersCap, observed: .count(counted ? facts.lane.people : 0),
                limit: .count(limits.usersPerDay), refusal: nil)
        ]
        if let cap = messagesPerDay(of: facts.lane, at: now) {
            findings.append(
                Finding(
                    rule: .dailyBatchCap, observed: .count(counted ? facts.lane.messages : 0), limit: .count(cap),
                    refusal: nil))
        }
        return findings + [
            Finding(rule: .stoppedByOperator, observed: .yes(facts.lane.allStopped), limit: .yes(false), refusal: nil),
            Finding(rule: .accountNotBound, observed: .yes(facts.lane.isBound), limit: .yes(true), refusal: nil),
            Finding(rule: .appInTrial, observed: .yes(facts.lane.appInTrial), limit: .yes(false), refusal: nil),
        ]
    }

    private func person(_ facts: Facts, _ channel: ChannelKind, at now: Moment) -> [Finding] {
        let person = facts.person
        let counted = PlatformDay(containing: now) <= person.day
        let both = [
            Finding(
                rule: .alreadyContactedToday,
                observed: .count(counted ? max(person.contactsByAccount, person.contactsByApp) : 0),
                limit: .count(limits.contactsPerAppAndDay), refusal: nil),
            Finding(rule: .denied, observed: .yes(person.isDenied), limit: .yes(false), refusal: nil),
        ]
        // Authorisation and stock are a person's; a group has neither.
        if channel == .groupMessage { return both }
        return [
            both[0],
            Finding(
                rule: .notAuthorized, observed: person.consent.map { .word("\($0.state)") } ?? .none,
                limit: .word("\(Consent.State.authorized)"), refusal: nil),
            Finding(
                rule: .outOfStock, observed: person.consent?.stock.map { .count($0) } ?? .word("daily"),
                limit: .count(1), refusal: nil),
            both[1],
        ]
    }
}
