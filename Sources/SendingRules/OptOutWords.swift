import Foundation

/// Rule 20: which replies mean *do not write to me any more*.
///
/// Full-width and traditional forms, capitals, blanks, punctuation, marks and signs inside of a word make no difference. A
/// short Latin word that means nothing else (`TD`) counts wherever it stands alone; one that does (`T`, `cancel`) when only
/// polite words stand beside it, a firm one (`stop`) also as a clause of its own. Chinese is looked at with what stands around: 我不退订 and 退订单怎么查 are no opt-outs.
/// When in doubt the person is left alone: nobody was ever hurt by a message that did not come.
package struct OptOutWords: Sendable, Equatable {
    /// Latin words up to this length would be found inside others.
    private static let wholeWordLengthMax = 5
    /// Of one word, and of one list.
    package static let wordLengthMax = 64
    package static let wordsMax = 1000

    /// An operator's own.
    private var whole: Set<String> = []
    private var parts: [String] = []

    /// - Parameter extra: an operator's own words, added to the built-in ones; those cannot be taken away.
    package init(extra: [String] = []) {
        for word in extra.prefix(Self.wordsMax) { add(word) }
    }

    /// The word that was found.
    package func match(in reply: String) -> String? {
        // 🛑 and nothing else.
        let signs = reply.unicodeScalars.first { "🛑🚫⛔".unicodeScalars.contains($0) }
        let reply = OptOutReply(reply)
        guard !reply.letters.isEmpty else { return signs.map(String.init) }
        if let found = OptOutGrammar.match(reply) ?? OptOutLatin.match(reply) { return found }
        let text = String(String.UnicodeScalarView(reply.letters))
        if let found = parts.first(where: { text.contains($0) }) { return found }
        let polite = OptOutLatin.polite
        if let found = reply.isOnly(OptOutLatin.weak.union(whole), polite: polite) { return found }
        let asked = polite.union(OptOutLatin.asking)
        return reply.clauses.lazy.compactMap { reply.isOnly(OptOutLatin.firm, polite: asked, in: $0) }.first
    }

    /// One word a line; empty lines and what follows `#` count for nothing.
    package static func list(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let word = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
            return word.isEmpty || word.count > wordLengthMax ? nil : word
        }
    }

    private mutating func add(_ word: String) {
        let word = String(String.UnicodeScalarView(OptOutReply(word).letters))
        guard !word.isEmpty else { return }
        if word.count <= Self.wholeWordLengthMax, word.allSatisfy(\.isASCII) {
            whole.insert(word)
        } else if !parts.contains(word) {
            parts.append(word)
        }
    }
}
