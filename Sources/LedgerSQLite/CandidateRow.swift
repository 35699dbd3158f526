import CampaignModel
import Ports
import Store

/// A candidate as read from `plan` or `waiting`, with the person's consent beside it.
struct CandidateRow {
    let candidate: Candidate
    let consent: Consent?
    /// Not nil: the person comes from `waiting`.
    let waitingReason: Reason?
    /// Without what the conversation tells, which is read when it is judged.
    var occasion: OccasionFacts?
    var campaign: Int64 = 0

    /// As `OccasionStatements` reads it.
    init(occasion row: any Statement, _ run: RunID) throws {
        let right = try Trigger.Right(stored: row.int(19))
        let (message, conversation) = (row.text(16), row.text(17))
        let base = try CandidateRow(
            row, run, SegmentID.ofOccasion(right),
            waitingReason: row.optionalInt(12).map { try Stored.value(Int($0), "occasion.reason") })
        var candidate = base.candidate
        candidate.occasion = Occasion(
            id: OccasionID(rawValue: row.int(0)), right: right, message: message, conversation: conversation)
        self.candidate = candidate
        consent = base.consent
        waitingReason = base.waitingReason
        occasion = OccasionFacts(
            event: row.int(13), happened: Moment(row.int(14)), due: Moment(row.int(15)),
            hasContext: !message.isEmpty && !conversation.isEmpty)
        campaign = row.int(18)
    }

    func occasionKey(of account: AccountID) -> OccasionKey? {
        candidate.occasion.map {
            OccasionKey(account: account, recipient: candidate.recipient, campaign: campaign, right: $0.right)
        }
    }

    init(_ row: any Statement, _ run: RunID, _ segment: SegmentID, waitingReason: Reason?) throws {
        let audience = row.int(6)
        candidate = Candidate(
            run: run, segment: segment, position: row.int(0), recipient: RecipientID(rawValue: row.int(1)),
            openID: row.text(4), variant: Int(row.int(2)), tries: Int(row.int(3)), fields: row.bytes(5),
            audience: audience == 0 ? nil : AudienceID(rawValue: audience))
        consent = try row.optionalInt(7).map { state in
            Consent(
                state: try Stored.value(Int(state), "consent.state"), expires: row.optionalInt(8).map { Moment($0) },
                checked: Moment(row.int(9)), stock: row.optionalInt(10).map { Int($0) },
                isMutualFollow: row.optionalInt(11).map { $0 != 0 })
        }
        self.waitingReason = waitingReason
    }
}

enum WaitingRow {
    static func put(
        _ hot: HotStatements, run: RunID, key recipient: RecipientID, segment: SegmentID, position: Int64,
        variant: Int, audience: AudienceID?, tries: Int, until: Moment, reason: Reason
    ) throws {
        let waiting = hot.putWaiting
        waiting.bind(1, run.rawValue)
        waiting.bind(2, recipient.rawValue)
        waiting.bind(3, segment.rawValue)
        waiting.bind(4, position)
        waiting.bind(5, variant)
        waiting.bind(6, audience?.rawValue ?? 0)
        waiting.bind(7, tries)
        waiting.bind(8, until.milliseconds)
        waiting.bind(9, reason.rawValue)
        try waiting.run()
    }
}

enum OccasionRow {
    static func wait(
        _ hot: HotStatements, _ occasion: OccasionID, tries: Int, until: Moment, reason: Reason
    ) throws {
        let row = hot.occasions.putWaiting
        row.bind(1, occasion.rawValue)
        row.bind(2, until.milliseconds)
        row.bind(3, reason.rawValue)
        row.bind(4, tries)
        try row.run()
    }

    static func end(
        _ hot: HotStatements, _ occasion: OccasionID, as state: OccasionRecord.State, _ reason: Reason?, at now: Moment
    ) throws {
        let row = hot.occasions.putEnd
        row.bind(1, occasion.rawValue)
        row.bind(2, state.rawValue)
        row.bind(3, reason.map { Int64($0.rawValue) })
        row.bind(4, now.milliseconds)
        try row.run()
    }
}
