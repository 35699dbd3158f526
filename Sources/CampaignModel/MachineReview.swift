/// What the machine found when it looked at a revision: the first of the two reviews (rule 14). It is written down once a
/// revision, because a revision never changes.
package struct MachineReview: Sendable, Equatable, Codable {
    /// What a finding does. Ordered by weight, the heaviest first.
    package enum Weight: String, Sendable, Codable, Comparable {
        /// The revision is rejected.
        case refuses
        /// One person is not enough.
        case secondPerson = "second_person"
        /// For the reviewer to know.
        case note

        private var rank: Int {
            switch self {
            case .refuses: 0
            case .secondPerson: 1
            case .note: 2
            }
        }
        package static func < (left: Weight, right: Weight) -> Bool { left.rank < right.rank }
    }

    /// Stable: what scripts read.
    package enum Code: String, Sendable, Codable, CaseIterable {
        /// `subject`: the word.
        case sensitiveWord = "sensitive_word"
        /// `subject`: the link's beginning.
        case externalLink = "external_link"
        /// `subject`: the field that people lack; they are left out.
        case fieldMissing = "field_missing"
        /// Fields made a message longer than the platform takes; these people are left out.
        case tooLong = "not_renderable"
        /// `subject`: the variant that people get who may not get the image.
        case imageFallback = "image_fallback"
        /// People who may not get the image and have no fallback; they are left out.
        case imageSkips = "not_mutual_follow"
        /// `count`: characters of the longest text.
        case longestText = "longest_text"
        /// `subject`: what the variant's card is.
        case card
        /// `count`: from how many people on two persons are asked for.
        case largeAudience = "large_audience"
        /// Everyone who authorises, now and later, and the file names no `max`: nobody knows how many an approval covers.
        case openAudience = "open_audience"
        /// Whoever does something gets it: nobody knows how many an approval covers.
        case triggered
        /// `count`: people whom the app has contacted often in seven days (rule 29).
        case tooOften = "too_often"
        /// Nobody is left to write to.
        case nobody
        /// `count`: people whose id is a telephone number.
        case phoneNumbers = "phone_numbers"
    }

    package struct Finding: Sendable, Equatable, Codable {
        package var code: Code
        package var weight: Weight
        package var variant: String?
        package var subject: String
        /// How many people it concerns; nil: everybody who gets the variant.
        package var people: Int?
        package var count: Int?
        /// One of them, and the line of the list. Personal: not for pages that everybody on the machine can read.
        package var sample: String?
        package var line: Int?

        package init(
            _ code: Code, _ weight: Weight, variant: String? = nil, subject: String = "", people: Int? = nil,
            count: Int? = nil, sample: String? = nil, line: Int? = nil
        ) {
            (self.code, self.weight, self.variant, self.subject) = (code, weight, variant, subject)
            (self.people, self.count, self.sample, self.line) = (people, count, sample, line)
        }
    }

    /// Who takes part after conditions and exclusions, without the holdout, and who is held out.
    package var people: Int
    package var held: Int
    /// The heaviest first, then in the order of the campaign.
    package var findings: [Finding]
    /// What an edit changes; nil for a first revision.
    package var change: RevisionChange?

    package init(people: Int, held: Int, findings: [Finding], change: RevisionChange? = nil) {
        (self.people, self.held, self.findings, self.change) = (people, held, findings, change)
    }

    package var isRefused: Bool { findings.contains { $0.weight == .refuses } }
    /// How many different persons have to approve.
    package var approvalsNeeded: Int { findings.contains { $0.weight == .secondPerson } ? 2 : 1 }

    /// Without anybody's id, for whoever may read pages and not lists.
    package var impersonal: MachineReview {
        var review = self
        for index in review.findings.indices {
            review.findings[index].sample = nil
        }
        review.change?.samples = [:]
        return review
    }
}

/// What a changed file means for people: the difference that is printed beside it.
package struct RevisionChange: Sendable, Equatable, Codable {
    package enum Group: String, Sendable, Codable, CaseIterable {
        /// Written to already by a run that this one takes over from: they stay as they are.
        case contacted
        /// In both, and what they will get has changed.
        case changed
        /// In both, and nothing changes for them.
        case unchanged
        case new
        /// In the lists before, and no longer.
        case gone
    }

    /// Number of the revision it is compared with.
    package var since: Int
    /// What differs in the file, as sentences; texts with `-` before the old and `+` before the new.
    package var zh: [String]
    package var en: [String]
    package var counts: [String: Int]
    /// A few of each group.
    package var samples: [String: [String]]

    package init(since: Int, lines: [Sentence]) {
        self.since = since
        zh = lines.map(\.zh)
        en = lines.map(\.en)
        counts = [:]
        samples = [:]
    }

    package func count(of group: Group) -> Int { counts[group.rawValue] ?? 0 }

    /// How many of each group are named.
    package static let samplesMax = 3

    package mutating func add(_ person: String, to group: Group) {
        counts[group.rawValue, default: 0] += 1
        guard group != .unchanged, samples[group.rawValue, default: []].count < Self.samplesMax else { return }
        samples[group.rawValue, default: []].append(person)
    }

    package func lines(in language: Language) -> [String] {
        switch language {
        case .zh: zh
        case .en: en
        }
    }
}
