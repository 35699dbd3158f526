/// Words in what a person wrote: width, case, script and what stands between letters folded away on both sides.
package enum KeywordSearch {
    /// The longest of the words that the text is or contains, by its letters; nil: none.
    package static func longest(of words: [String], in text: String) -> Int? {
        let text = FoldedText(text).kept.map(\.scalar)
        return words.compactMap { word in
            let letters = FoldedText(word).kept.map(\.scalar)
            return contains(letters, in: text) ? letters.count : nil
        }.max()
    }

    /// How many letters it has; 0: nothing that could be found.
    static func length(of word: String) -> Int { FoldedText(word).kept.count }

    static func areSame(_ one: String, _ other: String) -> Bool {
        FoldedText(one).kept.map(\.scalar) == FoldedText(other).kept.map(\.scalar)
    }

    private static func contains(_ word: [UInt32], in text: [UInt32]) -> Bool {
        guard !word.isEmpty, word.count <= text.count else { return false }
        return (0...text.count - word.count).contains { start in
            text[start] == word[0] && text[start..<start + word.count].elementsEqual(word)
        }
    }
}
