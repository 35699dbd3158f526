import CampaignModel
import SendingRules
import Testing

@Suite("Rules 5, 7, 8, 10 and 20: nobody is written to against their will, or twice in a day")
struct PersonRuleTests {
    private static let noon = shanghai("2026-11-20 12:00")

    @Test(
        "one contact a day by an account, and one by all accounts of its app",
        arguments: [
            (0, 0, 1, 1, nil), (1, 1, 1, 1, 1), (0, 1, 1, 1, 1), (1, 1, 2, 1, 1), (1, 1, 2, 2, nil), (2, 2, 2, 3, 2),
            (1, 2, 2, 2, 2),
        ] as [(Int, Int, Int, Int, Int?)])
    func contactsPerDay(byAccount: Int, byApp: Int, accountMax: Int, appMax: Int, observed: Int?) {
        let scene = Scene().with {
            $0.person.contactsByAccount = byAccount
            $0.person.contactsByApp = byApp
            $0.limits.contactsPerAccountAndDay = accountMax
            $0.limits.contactsPerAppAndDay = appMax
        }
        let refusals = scene.verdict(at: Self.noon).refusals
        #expect(refusals.map(\.reason) == (observed == nil ? [] : [.alreadyContactedToday]))
        if let observed {
            #expect(refusals.first?.effect == .defer && refusals.first?.observed == .count(observed))
            #expect(refusals.first?.changesAt == shanghai("2026-11-21"))
            // Yesterday's contact says nothing about today.
            #expect(scene.reasons(at: shanghai("2026-11-21 08:00")).isEmpty)
        }
    }

    @Test(
        "consent is the platform's word, younger than a day; without it one status call decides",
        arguments: [
            // The platform says yes.
            (Consent(state: .authorized, checked: shanghai("2026-11-20 11:00")), nil, nil),
            (Consent(state: .authorized, checked: shanghai("2026-11-19 12:00:00.001")), nil, nil),
            (Consent(state: .authorized, checked: shanghai("2026-11-19 12:00")), nil, .consentCheck),
            // An expiry that has not come, has come since the last word, or had come before it.
            (
                Consent(
                    state: .authorized, expires: shanghai("2026-11-20 12:00:00.001"),
                    checked: shanghai("2026-11-20 11:00")),
                nil, nil
            ),
            (
                Consent(
                    state: .authorized, expires: shanghai("2026-11-20 12:00"), checked: shanghai("2026-11-20 11:00")),
                nil, .consentCheck
            ),
            (
                Consent(
                    state: .authorized, expires: shanghai("2026-11-20 10:00"), checked: shanghai("2026-11-20 11:00")),
                nil, nil
            ),
            // The platform says no.
            (Consent(state: .withdrawn, checked: shanghai("2026-11-20 11:00")), nil, .authorizationWithdrawn),
            (Consent(state: .none, checked: shanghai("2026-11-20 11:00")), nil, .notAuthorized),
            (
                Consent(state: .none, expires: shanghai("2026-11-20 10:00"), checked: shanghai("2026-11-20 11:00")),
                nil,
                .authorizationExpired
            ),
            (
                Consent(state: .none, expires: shanghai("2026-11-21"), checked: shanghai("2026-11-20 11:00")), nil,
                .notAuthorized
            ),
            // An old no is asked again: people come back.
            (Consent(state: .withdrawn, checked: shanghai("2026-11-19 12:00")), nil, .consentCheck),
            (Consent(state: .none, checked: shanghai("2026-11-18 12:00")), nil, .consentCheck),
            // Unless a complete walk since then has not named them either; an old yes is worth no walk.
            (
                Consent(state: .withdrawn, checked: shanghai("2026-11-01")), shanghai("2026-11-20 02:00"),
                .authorizationWithdrawn
            ),
            (Consent(state: .none, checked: shanghai("2026-11-01")), shanghai("2026-11-20 02:00"), .notAuthorized),
            (Consent(state: .none, checked: shanghai("2026-11-01")), shanghai("2026-11-19 12:00"), .consentCheck),
            (Consent(state: .authorized, checked: shanghai("2026-11-01")), shanghai("2026-11-20 02:00"), .consentCheck),
            // No record: a complete walk of the authorised users says no, if it is younger than a day.
            (nil, nil, .consentCheck),
            (nil, shanghai("2026-11-19 12:00"), .consentCheck),
            (nil, shanghai("2026-11-19 12:00:00.001"), .notAuthorized),
        ] as [(Consent?, Moment?, Reason?)])
    func consent(consent: Consent?, lastWalk: Moment?, reason: Reason?) {
        let scene = Scene().with {
            $0.limits.consentAgeMax = .days(1)
            $0.person.consent = consent
            $0.lane.lastWalk = lastWalk
        }
        let refusals = scene.verdict(at: Self.noon).refusals
        #expect(refusals.map(\.reason) == (reason.map { [$0] } ?? []))
        #expect(refusals.first?.effect == (reason.map { $0 == .consentCheck ? .checkConsent : .skip }))
        #expect(refusals.first?.changesAt == nil)
    }

    @Test(
        "stock: none in the counted model is a skip, the daily model has no count, and only a yes is counted",
        arguments: [
            (Consent.State.authorized, nil, nil), (.authorized, 1, nil), (.authorized, 0, .outOfStock),
            (.authorized, -1, .outOfStock), (.withdrawn, 0, .authorizationWithdrawn), (.none, 5, .notAuthorized),
        ] as [(Consent.State, Int?, Reason?)])
    func stock(state: Consent.State, stock: Int?, reason: Reason?) {
        let scene = Scene().with {
            $0.person.consent = Consent(state: state, checked: Self.noon, stock: stock)
        }
        #expect(scene.reasons(at: Self.noon) == (reason.map { [$0] } ?? []))
    }

    @Test(
        "an image goes to mutual followers only; others get the declared fallback, or nothing",
        arguments: [
            // Arm 0 has an image; who follows mutually, its fallback, and what comes of it.
            (true, nil, 0, true), (true, 1, 0, true),
            (false, nil, 0, false), (nil, nil, 0, false),
            (false, 1, 1, true), (nil, 1, 1, true),
            // A fallback with an image of its own, a missing one and the arm itself are none.
            (false, 2, 0, false), (false, 9, 0, false), (false, 0, 0, false),
        ] as [(Bool?, Int?, Int, Bool)])
    func images(isMutualFollow: Bool?, fallback: Int?, variant: Int, isAdmitted: Bool) {
        let scene = Scene().with {
            $0.terms.arms = [
                .init(messages: 2, hasImage: true, fallback: fallback),
                .init(messages: 1, hasImage: false, fallback: nil), .init(messages: 1, hasImage: true, fallback: nil),
            ]
            $0.person.consent?.isMutualFollow = isMutualFollow
        }
        let verdict = scene.verdict(at: Self.noon)
        #expect(verdict.variant == variant)
        #expect(verdict.refusals.map(\.reason) == (isAdmitted ? [] : [.notMutualFollow]))
        #expect(verdict.refusals.allSatisfy { $0.effect == .skip })
    }

    @Test("the cap counts the messages of what is sent: the fallback's, not the planned arm's")
    func fallbackIsCounted() {
        let scene = Scene().with {
            $0.terms.arms = [
                .init(messages: 3, hasImage: true, fallback: 1), .init(messages: 1, hasImage: false, fallback: nil),
            ]
            $0.lane.messages = 499
        }
        #expect(scene.reasons(at: Self.noon).isEmpty)
        let follower = scene.with { $0.person.consent?.isMutualFollow = true }
        #expect(follower.reasons(at: Self.noon) == [.dailyBatchCap])
        #expect(scene.terms.messagesMin == 1)
    }

    @Test("an arm without an image goes to anybody")
    func noImage() {
        let scene = Scene().with { $0.person.consent?.isMutualFollow = false }
        #expect(scene.verdict(at: Self.noon).isAdmitted)
    }

    @Test(
        "deny wins over allow; an account with an allow list writes to nobody else",
        arguments: [
            (false, nil, []), (false, true, []), (false, false, [.notOnAllowList]), (true, nil, [.denied]),
            (true, true, [.denied]), (true, false, [.denied, .notOnAllowList]),
        ] as [(Bool, Bool?, [Reason])])
    func lists(isDenied: Bool, isOnAllowList: Bool?, reasons: [Reason]) {
        let scene = Scene().with {
            $0.person.isDenied = isDenied
            $0.person.isOnAllowList = isOnAllowList
        }
        let verdict = scene.verdict(at: Self.noon)
        #expect(verdict.refusals.map(\.reason) == reasons)
        #expect(verdict.refusals.allSatisfy { $0.effect == .skip && $0.changesAt == nil })
    }
}
