import CampaignModel

/// What the service promises, one checker each. The first eight are those of the design; the last holds people's word.
package enum Promise: String, Sendable, CaseIterable {
    /// Nobody gets the messages of one campaign twice, and no byte leaves without a durable row of its own.
    case noDuplicate = "NoDuplicate"
    /// Nothing reaches the platform in `[22:00, 08:00)` Shanghai, and nothing leaves that could.
    case quietHours = "QuietHours"
    /// People and messages a day, of the account and of the person, also by the platform's own count.
    case capsKept = "CapsKept"
    /// Only people of whom the platform said so lately, and nobody who opted out.
    case consentKept = "ConsentKept"
    /// Everybody of a run has exactly one place at every moment, and the places are true.
    case conservationHolds = "ConservationHolds"
    /// Whoever lost the reign writes nothing any more.
    case fenceHeld = "FenceHeld"
    /// A crash leaves no more unknowns than requests were on the wire, and a clear answer never becomes one.
    case unknownBounded = "UnknownBounded"
    /// Every run ends, and nothing spins.
    case everythingEnds = "EverythingEnds"
    /// After a stop, a pause or a cancellation was confirmed to a person, nothing of it leaves.
    case stopHolds = "StopHolds"
}

/// A broken promise.
package struct Violation: Sendable, Equatable {
    package let promise: Promise
    package let at: Moment
    package let what: String

    package var text: String { "\(promise.rawValue) at \(at.text()): \(what)" }
}

/// A rare state that a batch of simulations must have visited; a batch that saw no danger proves nothing.
package enum Mark: String, Sendable, CaseIterable {
    case accepted, rejected, holdout
    case crashWithOpenAttempts = "crash_with_open_attempts"
    case unknownFromWire = "unknown_from_wire"
    case resolvedAccepted = "resolved_accepted"
    case resolvedNotSent = "resolved_not_sent"
    case resolvedOnLaterDay = "resolved_on_a_later_day"
    case usersCapMet = "users_cap_met"
    case messagesCapMet = "messages_cap_met"
    case heldByNight = "held_by_night"
    case boundaryOfNight = "boundary_of_night"
    case retried
    case retryAccepted = "retry_accepted"
    case deadlinePassed = "deadline_passed"
    case stoppedAtLastLook = "stopped_at_last_look"
    case optedOutAtLastLook = "opted_out_at_last_look"
    case reignLost = "reign_lost"
    case paused, resumed, cancelled, stopped
    case superseded
    case runExpired = "run_expired"
    case runFinished = "run_finished"
    case secondOccurrence = "second_occurrence"
    case secondRevision = "second_revision"
    case fileRefused = "file_refused"
    case consentAsked = "consent_asked"
    case consentWithdrawn = "consent_withdrawn"
    case skippedDenied = "skipped_denied"
    case accountHeld = "account_held"
    case accountReleased = "account_released"
    case tokenRenewed = "token_renewed"
    case clockUntrusted = "clock_untrusted"
    case diskFullSurvived = "disk_full_survived"
    case cleanRestart = "clean_restart"
    case personWroteTwiceADay = "person_deferred_to_next_day"
    case partAccepted = "part_accepted"
    case quotaReturned = "quota_returned"
    case testSent = "test_sent"
    case settledByEcho = "settled_by_echo"
    case optedOutByReply = "opted_out_by_reply"
    case authorizedByEvent = "authorized_by_event"
    case permissionTaken = "permission_taken"
    case restSent = "rest_of_a_test_sent"
    case testHeld = "test_held"
    case batchDrawn = "batch_drawn"

    /// Without one of these a batch has visited no danger at all.
    static let dangers: Set<Mark> = [
        .crashWithOpenAttempts, .unknownFromWire, .retried, .reignLost, .usersCapMet, .boundaryOfNight,
    ]
}
