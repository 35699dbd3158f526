/// `￥abc123XYZ￥`: a shop's password, which its app opens as a link when somebody copies the text.
enum ShareToken {
    private static let signs = Set("￥¥$€£₤₳₴฿¢₰✔!".unicodeScalars)
    private static let lengths = 8...16

    static func first(in text: String) -> String? {
        let scalars = Array(text.unicodeScalars)
        for start in scalars.indices where signs.contains(scalars[start]) {
            let word = scalars[(start + 1)...].prefix { $0.isASCII && FoldedText.isLatin($0.value) }
            let end = start + 1 + word.count
            guard lengths.contains(word.count), end < scalars.count, scalars[end] == scalars[start], isMixed(word)
            else { continue }
            return String(String.UnicodeScalarView(scalars[start...end]))
        }
        return nil
    }

    /// Letters and figures, or letters of both cases in the middle of it: no word and no price.
    private static func isMixed(_ word: ArraySlice<Unicode.Scalar>) -> Bool {
        let letters = word.filter { $0.properties.isAlphabetic }
        guard !letters.isEmpty else { return false }
        if letters.count < word.count { return true }
        return word.dropFirst().contains { $0.properties.isUppercase } && word.contains { $0.properties.isLowercase }
    }
}

/// Single letters and signs with a blank between each.
enum SpacedLetters {
    private static let lettersMin = 6

    /// Such stretches without their blanks; nil: there is none.
    static func joined(_ text: String) -> String? {
        var parts: [String] = []
        var run: [Substring] = []
        var isChanged = false
        func end() {
            if run.count >= lettersMin {
                parts.append(run.joined())
                isChanged = true
            } else {
                parts += run.map { String($0) }
            }
            run = []
        }
        for word in text.split(separator: " ") {
            if word.unicodeScalars.count == 1, word.unicodeScalars.allSatisfy(\.isASCII) {
                run.append(word)
            } else {
                end()
                parts.append(String(word))
            }
        }
        end()
        return isChanged ? parts.joined(separator: " ") : nil
    }
}
