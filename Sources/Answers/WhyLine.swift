import CampaignModel
import Ports

/// What keeps a run, in one sentence: what it waits for, what was kept, what to do.
package struct WhyLine: Sendable, Codable, Equatable {
    /// A reason's code.
    package var reason: String
    /// In the daemon's language.
    package var sentence: String
    /// In both; nil: of another version of the program.
    package var words: RevisionNote?
    /// When it changes by itself; nil: somebody has to act, or nobody can.
    package var until: String?
    package init(_ reason: Reason, _ sentence: Sentence, in language: Language, until: Moment? = nil) {
        self.reason = reason.code
        self.sentence = sentence.text(in: language)
        words = RevisionNote(sentence)
        self.until = until?.iso8601
    }
    package func text(in language: Language) -> String { words?.sentence.text(in: language) ?? sentence }
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
