/// Stable codes for why something did not happen, or not yet. They appear in reports, `explain`, logs, metrics and
/// ledger rows, and never change once released. The number is what the ledger stores; the name is what machines read.
package enum Reason: Int, Sendable, Codable, CaseIterable {
    // Rules of the lane.
    case quietHours = 1
    case dailyUsersCap = 2
    case dailyBatchCap = 3
    case outsideWindow = 4
    case pacing = 5
    case accountNotBound = 6
    case appInTrial = 7
    case templateNotApproved = 8
    case runPaused = 9
    case stoppedByOperator = 10
    case notStarted = 11
    case runExpired = 12
    case noQualification = 13
    case clockUntrusted = 14
    case personalDailyCap = 15
    case riskThrottled = 16
    case accountFrozen = 17
    case accountBanned = 18
    case creditScore = 19
    /// The configuration does not name the account any more.
    case accountRemoved = 90
    // Rules of the person.
    case alreadyContactedToday = 20
    case notAuthorized = 21
    case authorizationExpired = 22
    case authorizationWithdrawn = 23
    case outOfStock = 24
    case notMutualFollow = 25
    case denied = 26
    case notOnAllowList = 27
    case consentCheck = 28
    case alreadyContactedInRun = 29
    case recipientDnd = 30
    case promptExposure = 31
    case tooOften = 32
    case promisedToOtherRun = 39
    case alreadyTested = 38
    // Content and review.
    case awaitingReview = 40
    case messagesPerContact = 41
    case contentNotAllowed = 42
    case fieldMissing = 43
    case notRenderable = 44
    case imageNotUploaded = 45
    // Rules of a group (rule 23).
    case groupKindUnknown = 80
    case groupTooLarge = 81
    case groupAdminsOnly = 82
    // Ends of a run.
    case expired = 50
    case cancelled = 51
    case superseded = 52
    case holdout = 53
    /// Nobody could begin it in time, and its file says that it is not sent later.
    case startMissed = 54
    // What the platform or the network showed (rule 26).
    case platformToken = 60
    case platformBusy = 61
    case platformQuota = 62
    case platformPersonLimit = 63
    case platformRisk = 64
    case platformNeedsHuman = 65
    case platformBanned = 66
    case platformRecipientGone = 67
    case platformContentRefused = 68
    case platformUnclear = 69
    case platformPartial = 70
    case network = 71
    case deadlinePassed = 72
    case transportClosing = 73
    case breakerOpen = 74
    case orphaned = 75
    // Rules of occasions (30, 31, 32, and what a file asks for).
    case stale = 110
    case rightOver = 111
    case rightUsedUp = 112
    case loopGuard = 113
    case sameTextAgain = 114
    case personHasTakenOver = 115
    case unlessHappened = 116
    case againNotBefore = 117
    /// Its moment has not come, or nobody has looked at it yet.
    case occasionWaits = 118
    // What a ledger that came back from a backup cannot know.
    case ledgerRestored = 76
    case perhapsContacted = 77
    /// Nobody knew whether it was sent, and a person has settled that it was not.
    case settledNotSent = 78

    /// The stable name: `quiet_hours`, `already_contacted_today`, `platform_busy` …
    package var code: String { Self.snakeCased("\(self)") }

    package init?(code: String) {
        guard let found = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = found
    }

    private static func snakeCased(_ name: String) -> String {
        var result = ""
        for character in name {
            if character.isUppercase { result += "_" }
            result += character.lowercased()
        }
        return result
    }
}
