import CampaignModel
import Ports

/// One contact that was started, as people and scripts read it.
package struct AttemptLine: Sendable, Codable {
    package var run: String
    package var account: String
    package var openID: String
    package var started: String
    package var outcome: String
    package var reason: String?
    package var messages: Int
    package var messageIDs: [String]
    package var logID: String
    /// The platform's own, one a message or one for the contact; nil: it gave none.
    package var codes: [Int]?
    /// Of an unknown one: how long ago it was started, and until when evidence or a person may settle it.
    package var ageSeconds: Int?
    package var finalAt: String?
    package init(_ record: AttemptRecord) {
        run = record.runName
        account = record.accountName
        openID = record.openID
        started = record.started.iso8601
        outcome = record.outcome?.code ?? "open"
        reason = record.reason?.code
        messages = record.messages
        messageIDs = record.messageIDs
        logID = record.logID
        codes = record.codes.isEmpty ? nil : record.codes
    }

    /// Too old for evidence and people alike.
    package var isFinal: Bool {
        guard let ageSeconds, let end = finalAt.flatMap({ Moment(iso8601: $0) }), let start = Moment(iso8601: started)
        else { return false }
        return .seconds(Int64(ageSeconds)) >= end.since(start)
    }
}
