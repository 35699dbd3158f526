import CampaignModel
import Ports

/// What keeps a run, in one sentence: what it waits for, what was kept, what to do.
package struct WhyLine: Sendable, Codable, Equatable {
    /// A reason's code.
    package var reason: String
    package var sentence: String
    /// When it changes by itself; nil: somebody has to act, or nobody can.
    package var until: String?
    package init(_ reason: Reason, _ sentence: String, until: Moment? = nil) {
        self.reason = reason.code
        self.sentence = sentence
        self.until = until?.iso8601
    }
}

/// What the last look at a run's test found, in one sentence.
package struct TestLine: Sendable, Codable, Equatable {
    package var finding: String
    package var sentence: String
    /// Nothing more is sent until a person acts.
    package var holds: Bool
    package init(finding: String, sentence: String, holds: Bool) {
        (self.finding, self.sentence, self.holds) = (finding, sentence, holds)
    }
}
