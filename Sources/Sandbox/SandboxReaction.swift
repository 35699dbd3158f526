import CampaignModel

/// How people take a text: the hidden truth that a test of variants is to find out.
///
///     {"reactions": [{"text": "满 99 减 20", "replies": 0.2, "opts_out": 0.004, "refused": 0, "within_seconds": 1800}]}
///
/// What a person does about a text follows from the world's seed, the text and the person alone, whenever and in
/// whichever order they are written to.
package struct SandboxReaction: Sendable, Equatable, Codable {
    /// Holds for contacts in which a text contains it; the first reaction that fits counts.
    package var text: String
    /// The share of people who answer with a question.
    package var replies: Double
    /// The share of people who ask to be left alone.
    package var optsOut: Double
    /// The share of people for whom the platform refuses this content for good: a card that it lets some see only.
    package var refused: Double
    /// Within which they react, each at a moment of their own.
    package var withinSeconds: Int

    enum CodingKeys: String, CodingKey {
        case text, replies, refused
        case optsOut = "opts_out"
        case withinSeconds = "within_seconds"
    }

    package init(text: String, replies: Double, optsOut: Double = 0, refused: Double = 0, withinSeconds: Int = 60) {
        (self.text, self.replies, self.optsOut) = (text, replies, optsOut)
        (self.refused, self.withinSeconds) = (refused, withinSeconds)
    }

    package init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            text: try keys.decode(String.self, forKey: .text),
            replies: try keys.decodeIfPresent(Double.self, forKey: .replies) ?? 0,
            optsOut: try keys.decodeIfPresent(Double.self, forKey: .optsOut) ?? 0,
            refused: try keys.decodeIfPresent(Double.self, forKey: .refused) ?? 0,
            withinSeconds: try keys.decodeIfPresent(Int.self, forKey: .withinSeconds) ?? 60)
    }

    static let withinSecondsMax = 7 * 86_400

    var isSane: Bool {
        !text.isEmpty && [replies, optsOut, refused, replies + optsOut].allSatisfy { (0...1).contains($0) }
            && (1...Self.withinSecondsMax).contains(withinSeconds)
    }
}

extension SandboxPlatform {
    /// What one person does about one text.
    struct Mood {
        var isRefused: Bool
        var habit: SandboxHabit?
        var delay: Duration
    }

    func mood(about body: SendBody) -> Mood? {
        let texts = body.contents.compactMap { content -> String? in
            switch content {
            case .text(let text): text
            case .image, .card, .unusable: nil
            }
        }
        guard let reaction = reactions.first(where: { reaction in texts.contains { $0.contains(reaction.text) } })
        else { return nil }
        let digest = BodyDigest.of("\(reaction.text)\u{1F}\(body.recipient)".utf8, salt: seed)
        var generator = SandboxRandom(seed: digest)
        func unit() -> Double { Double(generator.next() >> 11) / Double(1 << 53) }
        let isRefused = unit() < reaction.refused
        let does = unit()
        let habit: SandboxHabit? =
            does < reaction.replies ? .replies : does < reaction.replies + reaction.optsOut ? .optsOut : nil
        return Mood(
            isRefused: isRefused, habit: habit,
            delay: .milliseconds(Int64(unit() * Double(reaction.withinSeconds) * 1000) + 1000))
    }
}
