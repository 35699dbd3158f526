import CampaignModel

/// What a caller calls one request, and what it asked: the same name with another question is a mistake.
package struct RepeatKey: Sendable, Equatable {
    package static let lengthMax = 255
    /// How long an answer is remembered.
    package static let keptFor: Duration = .hours(24)
    package var route: String
    package var text: String
    package var body: [UInt8]
    package init(route: String, text: String, body: [UInt8]) {
        (self.route, self.text, self.body) = (route, text, body)
    }
}

/// An answer that was given before, or now.
package struct Repeatable<Answer: Sendable>: Sendable {
    package var answer: Answer
    package var isReplayed: Bool
    package init(_ answer: Answer, isReplayed: Bool = false) { (self.answer, self.isReplayed) = (answer, isReplayed) }
}

package protocol RepeatDesk: Sendable {
    /// Does it once: whoever repeats the key within a day gets the first answer.
    /// - Throws: `DeskRefusal` with `idempotency_key_reused` when the key stands for another question; what `deed` throws,
    ///   and nothing of it is kept then.
    func once<Answer: Codable & Sendable>(
        _ key: RepeatKey, as identity: Identity, _ deed: () throws -> Answer
    ) throws -> Repeatable<Answer>
}

extension RepeatDesk {
    package func once<Answer: Codable & Sendable>(
        _ key: RepeatKey, as identity: Identity, _ deed: () throws -> Answer
    ) throws -> Repeatable<Answer> { Repeatable(try deed()) }
}
