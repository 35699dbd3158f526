import CampaignModel

/// What an answer means: the outcome table of the ledger's semantics, as data (rule 26).
///
/// One row a case, in one place, tested row by row. Whatever no row names is `unknown`: a definite refusal must be
/// known to be one before a person may be written to again.
package struct OutcomeRow: Sendable, Equatable {
    package var outcome: OutcomeKind
    package var reason: Reason?
    /// The person's place in the day is given back, to the attempt's own day.
    package var returnsPerson: Bool
    package var returnsMessages: ReturnedMessages
    package var again: Again
    package var lane: LaneReaction

    package enum ReturnedMessages: Sendable, Equatable {
        case none
        case all
        /// Only the messages that the platform definitely refused.
        case refusedOnes
    }

    /// Whether and when this delivery may be tried again, by a new attempt with a row of its own.
    package enum Again: Sendable, Equatable {
        case never
        /// After a pause that grows with the tries.
        case backoff
        /// Once, after one shared refresh of the token.
        case afterTokenRefresh
        case nextDay
        /// When a person has lifted the lane's hold.
        case afterHuman
        /// When the run's images are uploaded anew; the run waits for them.
        case afterRenewal
        /// Final for this run: the person opted out meanwhile.
        case skip(Reason)
    }

    /// What the lane does about it.
    package enum LaneReaction: Sendable, Equatable {
        case none
        /// Feeds the breaker: repeated ones pause the lane for a while.
        case breaker
        case refreshToken
        /// Multiplicative decrease; the additive increase follows by itself.
        case slowDown
        case closeForDay
        /// Doubling from half an hour.
        case pauseDoubling
        case stop(Reason)
        /// The campaign pauses: its content is wrong.
        case pauseRun(Reason)
        /// The platform may have forgotten the images: they are uploaded again before anybody else is tried.
        case renewImages
        case alert
    }

    package init(
        _ outcome: OutcomeKind, _ reason: Reason?, returnsPerson: Bool, returnsMessages: ReturnedMessages,
        again: Again, lane: LaneReaction
    ) {
        (self.outcome, self.reason, self.returnsPerson) = (outcome, reason, returnsPerson)
        (self.returnsMessages, self.again, self.lane) = (returnsMessages, again, lane)
    }
}

package enum OutcomeTable {
    /// Business codes by what they mean. Sorted by class, not by number, because the class is what is decided.
    package static let codes: [Int: OutcomeRow] = {
        var table: [Int: OutcomeRow] = [:]
        func add(_ codes: [Int], _ row: OutcomeRow) {
            for code in codes {
                precondition(table[code] == nil, "code \(code) stands in two rows of the outcome table")
                table[code] = row
            }
        }
        add([28_001_003, 28_001_008, 2_190_002, 2_190_008, 10_008], tokenRefused)
        add([28_003_018, 28_001_005], busy)
        add(
            [28_003_017],
            OutcomeRow(
                .refusedForNow, .platformQuota, returnsPerson: true, returnsMessages: .all, again: .nextDay,
                lane: .closeForDay))
        // The platform says this person's day is used: the place is kept, whatever our own rows say.
        add(
            [28_003_070],
            OutcomeRow(
                .refusedForNow, .platformPersonLimit, returnsPerson: false, returnsMessages: .all, again: .nextDay,
                lane: .none))
        add(
            [28_001_052],
            OutcomeRow(
                .refusedForNow, .platformRisk, returnsPerson: true, returnsMessages: .all, again: .backoff,
                lane: .pauseDoubling))
        add(
            [
                28_001_012, 28_001_014, 28_001_015, 28_001_016, 28_001_017, 28_001_018, 28_001_019, 28_001_020,
                28_001_042, 28_001_056, 28_003_095, 28_029_003, 2_100_007,
            ],
            OutcomeRow(
                .refusedForNow, .platformNeedsHuman, returnsPerson: true, returnsMessages: .all, again: .afterHuman,
                lane: .stop(.platformNeedsHuman)))
        add(
            [28_029_004],
            OutcomeRow(
                .refusedForNow, .platformBanned, returnsPerson: true, returnsMessages: .all, again: .afterHuman,
                lane: .stop(.platformBanned)))
        add(
            [28_001_045, 28_001_046, 28_001_047, 28_003_101, 2_100_009],
            OutcomeRow(
                .rejected, .platformRecipientGone, returnsPerson: true, returnsMessages: .all, again: .never,
                lane: .none))
        add(
            [28_001_007, 2_100_005, 11_009, 28_001_038, 28_003_082],
            OutcomeRow(
                .rejected, .platformContentRefused, returnsPerson: true, returnsMessages: .all, again: .never,
                lane: .pauseRun(.platformContentRefused)))
        return table
    }()

    private static let tokenRefused = OutcomeRow(
        .refusedForNow, .platformToken, returnsPerson: true, returnsMessages: .all, again: .afterTokenRefresh,
        lane: .refreshToken)
    private static let busy = OutcomeRow(
        .refusedForNow, .platformBusy, returnsPerson: true, returnsMessages: .all, again: .backoff, lane: .slowDown)
    private static let accepted = OutcomeRow(
        .accepted, nil, returnsPerson: false, returnsMessages: .none, again: .never, lane: .none)
    private static func unknown(_ reason: Reason, lane: OutcomeRow.LaneReaction) -> OutcomeRow {
        OutcomeRow(.unknown, reason, returnsPerson: false, returnsMessages: .none, again: .never, lane: lane)
    }

    /// The row for what was seen.
    package static func row(for sight: Sight) -> OutcomeRow {
        switch sight {
        case .notLeft(let obstacle): row(for: obstacle)
        case .success: accepted
        case .partialSuccess:
            OutcomeRow(
                .accepted, .platformPartial, returnsPerson: false, returnsMessages: .refusedOnes, again: .never,
                lane: .alert)
        case .ambiguous: unknown(.platformUnclear, lane: .alert)
        case .refusal(let code): codes[code] ?? unknown(.platformUnclear, lane: .breaker)
        case .httpStatus(429): busy
        case .httpStatus: unknown(.platformUnclear, lane: .breaker)
        case .noAnswer(.orphaned): unknown(.orphaned, lane: .none)
        case .noAnswer: unknown(.network, lane: .breaker)
        }
    }

    /// An upload that is older than this may have been forgotten.
    package static let imageDoubtedAfter: Duration = .hours(1)

    /// As `row(for:)`, for a contact with images. A refusal of the content says nothing about the content while the platform
    /// may no longer know the image: nobody is spent on finding out.
    /// - Parameter imageAge: of the oldest image when the contact was started; nil: it has none.
    package static func row(for sight: Sight, imageAge: Duration?) -> OutcomeRow {
        let row = row(for: sight)
        guard case .pauseRun = row.lane, let imageAge, imageAge > imageDoubtedAfter else { return row }
        return OutcomeRow(
            .refusedForNow, .imageNotUploaded, returnsPerson: true, returnsMessages: .all, again: .afterRenewal,
            lane: .renewImages)
    }

    private static func row(for obstacle: Obstacle) -> OutcomeRow {
        let (reason, again, lane): (Reason, OutcomeRow.Again, OutcomeRow.LaneReaction) =
            switch obstacle {
            case .nameNotResolved, .connectFailed, .tlsFailed, .streamRefused: (.network, .backoff, .breaker)
            case .deadlinePassed: (.deadlinePassed, .backoff, .none)
            case .stopped: (.stoppedByOperator, .backoff, .none)
            case .optedOut: (.denied, .skip(.denied), .none)
            case .closing: (.transportClosing, .backoff, .none)
            case .notRenderable: (.notRenderable, .skip(.notRenderable), .alert)
            case .noToken: (.platformToken, .backoff, .refreshToken)
            }
        return OutcomeRow(.notSent, reason, returnsPerson: true, returnsMessages: .all, again: again, lane: lane)
    }
}
