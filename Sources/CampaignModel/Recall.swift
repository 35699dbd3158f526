/// What has become of taking one message back. Nothing of it gives any quota back: whether the platform forgets a recalled
/// contact is not known, and the person was written to.
package enum RecallState: Int, Sendable, Codable, CaseIterable {
    /// Asked for, and the platform has not answered. Leads to: all others.
    case asked = 1
    case recalled = 2
    /// The platform said no: too late, or no such message.
    case refused = 3
    /// No readable answer after some tries. Asking again harms nobody, so a person may.
    case unknown = 4
    /// Accepted without an id that could be named in a recall.
    case withoutID = 5

    /// Stable: what scripts read.
    package var code: String {
        switch self {
        case .asked: "asked"
        case .recalled: "recalled"
        case .refused: "refused"
        case .unknown: "unknown"
        case .withoutID: "without_id"
        }
    }
}

/// How a recall of a run stands, in messages.
package struct RecallCounts: Sendable, Equatable, Codable {
    package var asked: Int
    package var recalled: Int
    package var refused: Int
    package var unknown: Int
    package var withoutID: Int

    package init(_ counts: [RecallState: Int]) {
        asked = counts[.asked] ?? 0
        recalled = counts[.recalled] ?? 0
        refused = counts[.refused] ?? 0
        unknown = counts[.unknown] ?? 0
        withoutID = counts[.withoutID] ?? 0
    }
}
