import CampaignModel

/// The two lists of rule 14a, compiled into one search. A hit never passes silently.
package struct SensitiveWords: Sendable {
    package enum List: String, Sendable, Codable {
        /// Refuses the file.
        case block
        /// Demands a second person.
        case review
    }

    package struct Hit: Sendable, Equatable {
        package let list: List
        package let word: String
        package let found: String
    }

    private let words: [(word: String, list: List)]
    private let finder: WordFinder
    private let innocent = WordFinder(ShippedWords.innocent)

    /// A word of both lists blocks.
    package init(block: [String], review: [String]) {
        var known: Set<String> = []
        var words: [(String, List)] = []
        for word in block where known.insert(word).inserted { words.append((word, .block)) }
        for word in review where known.insert(word).inserted { words.append((word, .review)) }
        self.words = words
        finder = WordFinder(words.map(\.0))
    }

    /// Every word with its list, a line each: equal lists, equal text.
    package var listing: String { words.map { "\($0.list.rawValue) \($0.word)" }.joined(separator: "\n") }

    package static let shipped = SensitiveWords(block: ShippedWords.block, review: ShippedWords.review)
    package static let none = SensitiveWords(block: [], review: [])

    /// The shipped lists, changed by an operator's own.
    package init(blockFile: String?, reviewFile: String?) {
        self.init(
            block: Self.extended(ShippedWords.block, by: blockFile),
            review: Self.extended(ShippedWords.review, by: reviewFile))
    }

    /// A list file: one word a line, `#` begins a remark, and `!word` takes a shipped word out.
    static func extended(_ shipped: [String], by file: String?) -> [String] {
        guard let file else { return shipped }
        var words = shipped
        for line in file.split(whereSeparator: \.isNewline) {
            let text = line.prefix { $0 != "#" }.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
            let word = String(text.reversed().drop { $0.isWhitespace }.reversed())
            if word.hasPrefix("!") {
                words.removeAll { $0 == word.dropFirst().drop { $0.isWhitespace } }
            } else if !word.isEmpty {
                words.append(word)
            }
        }
        return words
    }

    /// - Returns: each word once. One that only shows when the Latin letters between its characters are left out asks for a
    ///   person, whichever list it stands on: `传VIP销` may be either.
    package func hits(in text: String) -> [Hit] {
        let folded = FoldedText(text)
        let innocent = innocent.places(in: folded)
        var hits = finder.hits(in: text, folded, except: innocent).map { hit($0, words[$0.word].list) }
        guard folded.kept.contains(where: { FoldedText.isLatin($0.scalar) }) else { return hits }
        if let found = AwayContact.first(in: text, folded) { hits.append(found) }
        // What a reader of the page would not see parts no word either.
        if let bare = Markup.removed(from: text) {
            let rest = FoldedText(bare)
            for found in finder.hits(in: bare, rest, except: self.innocent.places(in: rest)).map({
                hit($0, words[$0.word].list)
            }) where !hits.contains(where: { $0.word == found.word }) {
                hits.append(found)
            }
        }
        let hidden = finder.hits(in: text, FoldedText(text, skipsLatin: true), except: innocent)
        for found in hidden where Self.isHidden(found) && !hits.contains(where: { $0.word == words[found.word].word }) {
            hits.append(hit(found, .review))
        }
        return hits
    }

    /// A letter or two hide a word; more are words of their own. Signs and blanks beside them part sentences.
    private static func isHidden(_ found: WordFinder.Hit) -> Bool {
        let letters = found.found.unicodeScalars.filter { $0.isASCII }
        return (1...lettersHidingMax).contains(letters.count)
            && found.found.unicodeScalars.allSatisfy { !FoldedText.letters(of: $0).isEmpty }
    }
    private static let lettersHidingMax = 2

    private func hit(_ found: WordFinder.Hit, _ list: List) -> Hit {
        Hit(list: list, word: words[found.word].word, found: found.found)
    }
}
