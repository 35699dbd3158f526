import CampaignModel
import Ports

package struct ExplainQuestion: Sendable, Codable {
    package var run: String
    package var openID: String
    /// ISO 8601; nil: now.
    package var at: String?
    /// One event of the person, and why it led to a message or to none: the platform's message id, the event's number, or
    /// `last`. nil: how the person stands in the run. The run may be empty then: whichever listened.
    package var event: String?
    package var language: Language
    package init(run: String, openID: String, at: String? = nil, event: String? = nil, language: Language) {
        (self.event, self.run, self.openID, self.at, self.language) = (event, run, openID, at, language)
    }
}

package struct Explanation: Sendable, Codable {
    /// What became of taking the person's messages back, one a message (`RecallState`); nil: nobody asked.
    package var recall: [String]?
    package struct Line: Sendable, Codable {
        package var rule: String
        package var allows: Bool
        package var observed: String
        package var limit: String
        package var changesAt: String?
        package var sentence: String
        /// What would have to change; nil where the rule allows.
        package var remedy: String?
        package init(
            rule: String, allows: Bool, observed: String, limit: String, changesAt: String?, sentence: String,
            remedy: String? = nil
        ) {
            (self.remedy, self.rule, self.allows, self.observed) = (remedy, rule, allows, observed)
            (self.limit, self.changesAt, self.sentence) = (limit, changesAt, sentence)
        }
    }
    package var run: String
    package var openID: String
    package var at: String
    /// holdout, pending, waiting, skipped, accepted, rejected, unknown, open, not_in_run.
    package var place: String
    /// The answer in one sentence.
    package var answer: String
    package var variant: String
    package var assignment: String
    package var rules: [Line]
    package var nextAllowed: String?
    package var attempts: [AttemptLine]
    package var contactsToday: [AttemptLine]
    /// How the person fell into their variant, or into the holdout: checkable with any of GrowthBook's libraries.
    package var draws: [Draw] = []
    /// Which runs used the lane's day up to the moment, the largest first.
    package var laneToday: [Use] = []
    /// How many of the run come before this person; nil when their turn was.
    package var ahead: Int?
    /// Which runs took slots that this one waited for, and why they come first. Sentences.
    package var sharing: [String] = []
    /// What cannot be known about the moment asked for. Sentences.
    package var notKnown: [String] = []
    /// Asked by a campaign's id: how the person stands in each of its occurrences. The explanation is of one of them.
    package var occurrences: Occurrences?

    package struct Occurrences: Sendable, Codable, Equatable {
        /// How many occurrences, by place.
        package var places: [String: Int] = [:]
        /// The oldest first; of many the latest.
        package var each: [Occurrence] = []
        package init() {}
    }

    package struct Occurrence: Sendable, Codable, Equatable {
        package var run: String
        /// As `Explanation.place`; `erased_by_age`: nobody knows any more.
        package var place: String
        /// A reason's code; nil: none.
        package var reason: String?
        package init(run: String, place: String, reason: String? = nil) {
            (self.run, self.place, self.reason) = (run, place, reason)
        }
    }

    /// One draw of the hash: `second` modulo 10,000 is the bucket, and the half-open range that holds it decides.
    package struct Draw: Sendable, Codable, Equatable {
        package var seed: String
        package var value: String
        package var first: UInt32
        package var second: UInt32
        package var bucket: Int
        package var from: Int
        package var to: Int
        /// A variant's name, `holdout`, or empty: not held out.
        package var result: String
        package init(
            seed: String, value: String, first: UInt32, second: UInt32, bucket: Int, from: Int, to: Int, result: String
        ) {
            (self.seed, self.value, self.first, self.second) = (seed, value, first, second)
            (self.bucket, self.from, self.to, self.result) = (bucket, from, to, result)
        }
    }

    package struct Use: Sendable, Codable, Equatable {
        package var run: String
        package var people: Int
        package var messages: Int
        package var from: String
        package var to: String
        package init(_ use: LaneUse) {
            run = use.runName
            people = use.people
            messages = use.messages
            from = use.from.iso8601
            to = use.to.iso8601
        }
    }

    package init(
        run: String, openID: String, at: String, place: String, answer: String, variant: String, assignment: String,
        rules: [Line], nextAllowed: String?, attempts: [AttemptLine], contactsToday: [AttemptLine]
    ) {
        (self.run, self.openID, self.at, self.place) = (run, openID, at, place)
        (self.answer, self.variant, self.assignment, self.rules) = (answer, variant, assignment, rules)
        (self.nextAllowed, self.attempts, self.contactsToday) = (nextAllowed, attempts, contactsToday)
    }
}
