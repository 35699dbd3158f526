import CampaignModel

/// The rules about one person: 5 contacts a day, 7 authorisation, 8 stock, 10 images, 20 lists.
enum PersonRules {
    static func judge(_ facts: Facts, limits: RuleLimits, at now: Moment, into refusals: inout [Refusal]) {
        let person = facts.person
        judgeDay(person, limits: limits, at: now, into: &refusals)
        if let limit = limits.contactsPerWeek {
            judgeWeek(person, limit: limit, today: PlatformDay(containing: now), into: &refusals)
        }
        if person.hasTestedContent {
            refusals.append(
                Refusal(
                    reason: .alreadyTested, effect: .skip, observed: .yes(true), limit: .yes(false), changesAt: nil))
        }
        judgeConsent(person.consent, lastWalk: facts.lane.lastWalk, limits: limits, at: now, into: &refusals)
        judgeLists(person, into: &refusals)
    }

    /// Also when the wall clock was set back to an earlier day: a day never opens twice.
    static func judgeDay(
        _ person: PersonFacts, limits: RuleLimits, at now: Moment, into refusals: inout [Refusal]
    ) {
        let today = PlatformDay(containing: now)
        if today <= person.day { judgeContacts(person, limits: limits, today: today, into: &refusals) }
        // Row 22: of two runs that may both write to somebody today, the one that comes first does.
        if let other = person.promisedTo, person.contactsByApp == 0 {
            refusals.append(
                Refusal(
                    reason: .promisedToOtherRun, effect: .defer, observed: .word("#\(other.rawValue)"), limit: .none,
                    changesAt: today.next.start))
        }
    }

    /// Rule 20.
    static func judgeLists(_ person: PersonFacts, into refusals: inout [Refusal]) {
        if person.isDenied {
            refusals.append(
                Refusal(reason: .denied, effect: .skip, observed: .yes(true), limit: .yes(false), changesAt: nil))
        }
        if person.isOnAllowList == false {
            refusals.append(
                Refusal(
                    reason: .notOnAllowList, effect: .skip, observed: .yes(false), limit: .yes(true), changesAt: nil))
        }
    }

    /// Rule 5.
    private static func judgeContacts(
        _ person: PersonFacts, limits: RuleLimits, today: PlatformDay, into refusals: inout [Refusal]
    ) {
        let byAccount = person.contactsByAccount >= limits.contactsPerAccountAndDay
        let byApp = person.contactsByApp >= limits.contactsPerAppAndDay
        guard byAccount || byApp else { return }
        refusals.append(
            Refusal(
                reason: .alreadyContactedToday, effect: .defer,
                observed: .count(byAccount ? person.contactsByAccount : person.contactsByApp),
                limit: .count(byAccount ? limits.contactsPerAccountAndDay : limits.contactsPerAppAndDay),
                changesAt: today.next.start))
    }

    /// Rule 29: the first day on which so few of the contacts lie within seven days that one more fits.
    private static func judgeWeek(
        _ person: PersonFacts, limit: Int, today: PlatformDay, into refusals: inout [Refusal]
    ) {
        let within = person.contactDays.filter { today.number - $0.number < 7 && $0 <= today }
        guard within.count >= limit else { return }
        let leaving = within[within.count - limit]
        refusals.append(
            Refusal(
                reason: .tooOften, effect: .defer, observed: .count(within.count), limit: .count(limit),
                changesAt: PlatformDay(number: leaving.number + 7).start))
    }

    /// Rules 7 and 8. Marketing is opt-in: no record means no, once the platform has been asked.
    private static func judgeConsent(
        _ consent: Consent?, lastWalk: Moment?, limits: RuleLimits, at now: Moment, into refusals: inout [Refusal]
    ) {
        // A complete walk of the authorised users that is fresh enough says no for everybody it did not name: for whom
        // nothing is known, and for whom a no is known that would be too old by itself. Whom it names has a yes.
        let walked = lastWalk.map { now < $0 + limits.consentAgeMax } ?? false
        guard let consent else {
            refusals.append(
                walked
                    ? Refusal(
                        reason: .notAuthorized, effect: .skip, observed: .none, limit: .none, changesAt: nil)
                    : check(observed: .none, limit: limits.consentAgeMax))
            return
        }
        let isFresh = now < consent.checked + limits.consentAgeMax
        switch consent.state {
        case .withdrawn where isFresh || walked:
            refusals.append(
                Refusal(
                    reason: .authorizationWithdrawn, effect: .skip, observed: .moment(consent.checked), limit: .none,
                    changesAt: nil))
        case .none where isFresh || walked:
            let expired = consent.expires.map { $0 <= now } ?? false
            refusals.append(
                Refusal(
                    reason: expired ? .authorizationExpired : .notAuthorized, effect: .skip,
                    observed: .moment(consent.expires ?? consent.checked), limit: .none, changesAt: nil))
        case .authorized where isFresh && !expiredSinceChecked(consent, at: now):
            if let stock = consent.stock, stock <= 0 {
                refusals.append(
                    Refusal(
                        reason: .outOfStock, effect: .skip, observed: .count(stock), limit: .count(1), changesAt: nil))
            }
        case .withdrawn, .none, .authorized:
            refusals.append(check(observed: .moment(consent.checked), limit: limits.consentAgeMax))
        }
    }

    /// An `expire_time` is stored, never believed by itself: the platform calls authorisations long-lived and yet
    /// names a date. Past it, only the platform's word that is younger than the date counts.
    private static func expiredSinceChecked(_ consent: Consent, at now: Moment) -> Bool {
        guard let expires = consent.expires, expires <= now else { return false }
        return consent.checked < expires
    }

    private static func check(observed: Measure, limit: Duration) -> Refusal {
        Refusal(
            reason: .consentCheck, effect: .checkConsent, observed: observed, limit: .duration(limit), changesAt: nil)
    }

    /// Rule 10: a person who may not get the image gets the declared fallback, or is left out.
    static func variant(planned: Int, terms: RunTerms, consent: Consent?) -> (variant: Int, refusal: Refusal?) {
        guard terms.arms.indices.contains(planned), terms.arms[planned].hasImage, consent?.isMutualFollow != true else {
            return (planned, nil)
        }
        if let fallback = terms.arms[planned].fallback, terms.arms.indices.contains(fallback),
            !terms.arms[fallback].hasImage
        {
            return (fallback, nil)
        }
        return (
            planned,
            Refusal(
                reason: .notMutualFollow, effect: .skip, observed: consent?.isMutualFollow.map { .yes($0) } ?? .none,
                limit: .yes(true), changesAt: nil)
        )
    }
}
