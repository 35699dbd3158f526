import CampaignModel
import Testing

@Suite("Codes that machines read never change")
struct ReasonTests {
    /// Number in the ledger, code in reports. A row may be added, none may change: old ledgers and other people's
    /// scripts hold them.
    private static let codes: [(Reason, Int, String)] = [
        (.quietHours, 1, "quiet_hours"), (.dailyUsersCap, 2, "daily_users_cap"), (.dailyBatchCap, 3, "daily_batch_cap"),
        (.outsideWindow, 4, "outside_window"), (.pacing, 5, "pacing"), (.accountNotBound, 6, "account_not_bound"),
        (.appInTrial, 7, "app_in_trial"), (.templateNotApproved, 8, "template_not_approved"),
        (.runPaused, 9, "run_paused"), (.stoppedByOperator, 10, "stopped_by_operator"),
        (.notStarted, 11, "not_started"), (.runExpired, 12, "run_expired"),
        (.noQualification, 13, "no_qualification"), (.clockUntrusted, 14, "clock_untrusted"),
        (.personalDailyCap, 15, "personal_daily_cap"), (.riskThrottled, 16, "risk_throttled"),
        (.accountFrozen, 17, "account_frozen"), (.accountBanned, 18, "account_banned"),
        (.creditScore, 19, "credit_score"), (.accountRemoved, 90, "account_removed"),
        (.alreadyContactedToday, 20, "already_contacted_today"), (.notAuthorized, 21, "not_authorized"),
        (.authorizationExpired, 22, "authorization_expired"), (.authorizationWithdrawn, 23, "authorization_withdrawn"),
        (.outOfStock, 24, "out_of_stock"), (.notMutualFollow, 25, "not_mutual_follow"), (.denied, 26, "denied"),
        (.notOnAllowList, 27, "not_on_allow_list"), (.consentCheck, 28, "consent_check"),
        (.alreadyContactedInRun, 29, "already_contacted_in_run"), (.recipientDnd, 30, "recipient_dnd"),
        (.promptExposure, 31, "prompt_exposure"), (.tooOften, 32, "too_often"),
        (.promisedToOtherRun, 39, "promised_to_other_run"), (.alreadyTested, 38, "already_tested"),
        (.awaitingReview, 40, "awaiting_review"),
        (.messagesPerContact, 41, "messages_per_contact"), (.contentNotAllowed, 42, "content_not_allowed"),
        (.fieldMissing, 43, "field_missing"), (.notRenderable, 44, "not_renderable"),
        (.imageNotUploaded, 45, "image_not_uploaded"),
        (.groupKindUnknown, 80, "group_kind_unknown"), (.groupTooLarge, 81, "group_too_large"),
        (.groupAdminsOnly, 82, "group_admins_only"), (.expired, 50, "expired"), (.cancelled, 51, "cancelled"),
        (.superseded, 52, "superseded"), (.holdout, 53, "holdout"), (.startMissed, 54, "start_missed"),
        (.platformToken, 60, "platform_token"),
        (.platformBusy, 61, "platform_busy"), (.platformQuota, 62, "platform_quota"),
        (.platformPersonLimit, 63, "platform_person_limit"), (.platformRisk, 64, "platform_risk"),
        (.platformNeedsHuman, 65, "platform_needs_human"), (.platformBanned, 66, "platform_banned"),
        (.platformRecipientGone, 67, "platform_recipient_gone"),
        (.platformContentRefused, 68, "platform_content_refused"), (.platformUnclear, 69, "platform_unclear"),
        (.platformPartial, 70, "platform_partial"), (.network, 71, "network"),
        (.deadlinePassed, 72, "deadline_passed"), (.transportClosing, 73, "transport_closing"),
        (.breakerOpen, 74, "breaker_open"), (.orphaned, 75, "orphaned"),
        (.stale, 110, "stale"), (.rightOver, 111, "right_over"), (.rightUsedUp, 112, "right_used_up"),
        (.loopGuard, 113, "loop_guard"), (.sameTextAgain, 114, "same_text_again"),
        (.personHasTakenOver, 115, "person_has_taken_over"), (.unlessHappened, 116, "unless_happened"),
        (.againNotBefore, 117, "again_not_before"), (.occasionWaits, 118, "occasion_waits"),
        (.ledgerRestored, 76, "ledger_restored"), (.perhapsContacted, 77, "perhaps_contacted"),
        (.settledNotSent, 78, "settled_not_sent"),
    ]

    @Test("every reason keeps its number and its snake-case code, and is found by it", arguments: codes)
    func stableCodes(reason: Reason, number: Int, code: String) {
        #expect(reason.rawValue == number)
        #expect(reason.code == code)
        #expect(Reason(code: code) == reason)
    }

    @Test("no reason is missing from the table above, and no two share a code")
    func tableIsWhole() {
        #expect(Self.codes.map(\.0) == Reason.allCases)
        #expect(Set(Reason.allCases.map(\.code)).count == Reason.allCases.count)
        #expect(Reason(code: "because") == nil && Reason(code: "quietHours") == nil)
    }

    @Test("outcomes and run states keep their numbers and codes")
    func outcomesAndStates() {
        #expect(OutcomeKind.allCases.map(\.rawValue) == [1, 2, 3, 4, 5])
        #expect(
            OutcomeKind.allCases.map(\.code) == ["accepted", "rejected", "refused_for_now", "not_sent", "unknown"])
        #expect(RunState.allCases.map(\.rawValue) == Array(1...9))
        #expect(
            RunState.allCases.map(\.code) == [
                "in_review", "scheduled", "running", "paused", "finished", "cancelled", "expired", "superseded",
                "rejected",
            ])
    }
}

@Suite("The sum accounts for everybody")
struct ConservationSumTests {
    private static let whole: ConservationSum = {
        var sum = ConservationSum()
        sum.audience = 55
        sum.holdout = 1
        sum.accepted = 2
        sum.rejected = 3
        sum.unknown = 4
        sum.skipped = [.denied: 5, .expired: 6]
        sum.waiting = [.platformBusy: 7, .network: 8]
        sum.open = 9
        sum.pending = 10
        return sum
    }()

    @Test("it holds when every place on the right is counted once")
    func holds() {
        #expect(Self.whole.skippedTotal == 11 && Self.whole.waitingTotal == 15)
        #expect(Self.whole.accountedFor == 55 && Self.whole.holds)
        #expect(ConservationSum().holds && ConservationSum().isSettled)
    }

    @Test("one person too many or too few at any place breaks it")
    func oneTooMany() {
        let places: [WritableKeyPath<ConservationSum, Int>] = [
            \.audience, \.holdout, \.accepted, \.rejected, \.unknown, \.open, \.pending,
        ]
        for place in places {
            for change in [-1, 1] {
                var sum = Self.whole
                sum[keyPath: place] += change
                #expect(!sum.holds)
            }
        }
        var skippedMore = Self.whole
        skippedMore.skipped[.holdout, default: 0] += 1
        #expect(!skippedMore.holds)
        var waitingMore = Self.whole
        waitingMore.waiting[.alreadyContactedToday, default: 0] += 1
        #expect(!waitingMore.holds)
    }

    @Test("waiting, open and pending block an end; unknown does not")
    func settled() {
        var sum = ConservationSum()
        sum.unknown = 3
        sum.skipped = [.denied: 1]
        #expect(sum.isSettled)
        for place in [\ConservationSum.open, \.pending] {
            var unsettled = sum
            unsettled[keyPath: place] = 1
            #expect(!unsettled.isSettled)
        }
        sum.waiting = [.platformBusy: 1]
        #expect(!sum.isSettled)
    }

    @Test("sums of runs add up place by place, reason by reason")
    func addition() {
        var other = ConservationSum()
        other.audience = 6
        other.skipped = [.expired: 1, .cancelled: 2]
        other.waiting = [.network: 3]
        let sum = Self.whole + other
        #expect(sum.audience == 61 && sum.holds)
        #expect(sum.skipped == [.denied: 5, .expired: 7, .cancelled: 2])
        #expect(sum.waiting == [.platformBusy: 7, .network: 11])
        #expect(Self.whole + ConservationSum() == Self.whole)
    }
}
