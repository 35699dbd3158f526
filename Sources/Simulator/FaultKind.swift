/// What can go wrong. Each kind counts as exercised only when it took effect.
package enum FaultKind: String, Sendable, CaseIterable {
    // The process dies: before or after the commit of a transaction that does this, or between two of its moments.
    case crashBeforeStart = "crash_before_start"
    case crashAfterStart = "crash_after_start"
    case crashBeforeRetryStart = "crash_before_retry_start"
    case crashAfterRetryStart = "crash_after_retry_start"
    case crashBeforeSettle = "crash_before_settle"
    case crashAfterSettle = "crash_after_settle"
    case crashBeforeReturn = "crash_before_return"
    case crashAfterReturn = "crash_after_return"
    case crashBeforePlan = "crash_before_plan"
    case crashAfterPlan = "crash_after_plan"
    case crashBeforeLook = "crash_before_look"
    case crashAfterLook = "crash_after_look"
    case crashBeforeAdmit = "crash_before_admit"
    case crashAfterAdmit = "crash_after_admit"
    case crashBeforeEnd = "crash_before_end"
    case crashAfterEnd = "crash_after_end"
    case crashBeforeAct = "crash_before_act"
    case crashAfterAct = "crash_after_act"
    case crashBeforeConsent = "crash_before_consent"
    case crashAfterConsent = "crash_after_consent"
    case crashInRecovery = "crash_in_recovery"
    case crashAtDeparture = "crash_at_departure"
    case crashAtReply = "crash_at_reply"
    case crashAtRandom = "crash_at_random"
    case cleanStop = "clean_stop"

    // The wire.
    case connectRefused = "connect_refused"
    case nameNotResolved = "name_not_resolved"
    case requestLost = "request_lost"
    case answerLost = "answer_lost"
    case replyCut = "reply_cut"
    case replyGarbage = "reply_garbage"
    case replyTooLate = "reply_too_late"
    case slowArrival = "slow_arrival"
    case slowDeparture = "slow_departure"

    // The platform's answers.
    case tooManyRequests = "too_many_requests"
    case busy
    case tokenExpired = "token_expired"
    case tokensRevoked = "tokens_revoked"
    case risk
    case frozen
    case banned
    case quotaUsedUp = "quota_used_up"
    case personDayUsed = "person_day_used"
    case personGone = "person_gone"
    case contentRefused = "content_refused"
    case serverError = "server_error"
    case otherRecipient = "other_recipient"
    case unheardCode = "unheard_code"
    case tokenCallLost = "token_call_lost"
    case tokenCallRefused = "token_call_refused"
    case statusCallFails = "status_call_fails"
    case walkFails = "walk_fails"
    case walkDown = "walk_down"

    // What the platform tells.
    case callbackLost = "callback_lost"
    case callbackTwice = "callback_twice"
    case callbackLate = "callback_late"
    case callbackOvertaken = "callback_overtaken"
    case callbackForged = "callback_forged"
    case crashBeforeEvidence = "crash_before_evidence"
    case crashAfterEvidence = "crash_after_evidence"

    // The ledger's disk.
    case diskFull = "disk_full"
    case ledgerBusy = "ledger_busy"
    case syncFailed = "sync_failed"

    // Clocks and the machine.
    case clockForward = "clock_forward"
    case clockBack = "clock_back"
    case drift
    case suspended
    case secondDaemon = "second_daemon"

    // People, at bad moments.
    case consentWithdrawn = "consent_withdrawn"
    case optOutInFlight = "opt_out_in_flight"
    case pauseInFlight = "pause_in_flight"
    case stopInFlight = "stop_in_flight"
    case editInFlight = "edit_in_flight"
    case optOutByReply = "opt_out_by_reply"
    case accountUnbound = "account_unbound"

    // Files.
    case halfWrittenDrop = "half_written_drop"
    case listLate = "list_late"
    case listNeverComes = "list_never_comes"
    case changedWhileRead = "changed_while_read"
    case folderUnreadable = "folder_unreadable"
}

extension FaultKind {
    /// How a kind comes about.
    enum Occasion {
        /// Drawn at each opportunity, with this chance.
        case drawn(Double)
        /// So many times a day, at times of its own.
        case timed(perDay: Int)
        /// Drawn at each contact handed to the wire, and strikes before its first byte; counted when it took effect.
        case inFlight(Double)
    }

    var occasion: Occasion {
        switch self {
        case .crashBeforeStart, .crashAfterStart, .crashBeforeSettle, .crashAfterSettle: .drawn(0.03)
        case .crashBeforeReturn, .crashAfterReturn, .crashBeforeRetryStart, .crashAfterRetryStart: .drawn(0.1)
        case .crashAtDeparture, .crashAtReply: .drawn(0.03)
        case .crashBeforePlan, .crashAfterPlan, .crashBeforeLook, .crashAfterLook, .crashBeforeAdmit, .crashAfterAdmit,
            .crashBeforeEnd, .crashAfterEnd:
            .drawn(0.25)
        case .crashBeforeAct, .crashAfterAct, .crashBeforeConsent, .crashAfterConsent: .drawn(0.1)
        case .crashInRecovery: .drawn(0.5)
        case .crashBeforeEvidence, .crashAfterEvidence: .drawn(0.05)
        case .callbackLost, .callbackTwice, .callbackOvertaken: .drawn(0.2)
        case .callbackLate, .callbackForged: .drawn(0.1)
        case .crashAtRandom, .cleanStop: .timed(perDay: 2)
        case .connectRefused, .nameNotResolved, .requestLost, .answerLost, .replyCut, .replyGarbage, .replyTooLate:
            .drawn(0.06)
        case .slowArrival, .slowDeparture: .drawn(0.15)
        case .tooManyRequests, .busy, .tokenExpired, .serverError, .otherRecipient, .unheardCode, .personGone:
            .drawn(0.05)
        case .personDayUsed: .drawn(0.05)
        case .risk, .frozen, .quotaUsedUp, .contentRefused: .drawn(0.01)
        case .banned: .drawn(0.002)
        case .tokensRevoked: .timed(perDay: 1)
        case .tokenCallLost, .tokenCallRefused: .drawn(0.3)
        case .statusCallFails, .walkFails: .drawn(0.3)
        case .diskFull: .timed(perDay: 1)
        case .ledgerBusy: .drawn(0.01)
        case .syncFailed: .drawn(0.002)
        case .clockForward, .clockBack, .suspended, .secondDaemon: .timed(perDay: 1)
        case .drift: .timed(perDay: 6)
        case .walkDown: .timed(perDay: 1)
        case .consentWithdrawn, .editInFlight: .timed(perDay: 2)
        case .optOutInFlight: .inFlight(0.02)
        case .pauseInFlight, .stopInFlight: .inFlight(0.01)
        case .optOutByReply: .timed(perDay: 3)
        case .accountUnbound: .timed(perDay: 1)
        case .halfWrittenDrop, .listLate, .listNeverComes: .drawn(0.3)
        case .changedWhileRead: .drawn(0.3)
        case .folderUnreadable: .drawn(0.05)
        }
    }

    var isCrash: Bool { rawValue.hasPrefix("crash_") }
}
