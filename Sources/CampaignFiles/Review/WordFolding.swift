import Foundation

/// A text as the word search sees it: width, case, script and decoration folded away, and what people put between letters
/// to hide a word left out. Each kept scalar remembers where it stood, so that a hit can be shown as it was written.
struct FoldedText {
    struct Kept {
        var scalar: UInt32
        /// Its place among the scalars of the text as written.
        var offset: Int
        /// How much was left out between this scalar and the one before. What cannot be seen does not count, nor do
        /// blanks, and a row of the same character counts once.
        var gap: Int
        /// A blank was among it.
        var isSpaced: Bool
        var isApart: Bool { gap > 0 || isSpaced }
    }

    let kept: [Kept]

    /// More left out than this between two letters is no spaced-out word but two of them.
    static let gapMax = 8

    /// - Parameter skipsLatin: Latin letters and figures are taken for what hides a Chinese word.
    init(_ text: String, skipsLatin: Bool = false) {
        var kept: [Kept] = []
        kept.reserveCapacity(text.utf8.count)
        var gap = 0
        var isSpaced = false
        var last: Unicode.Scalar?
        for (offset, scalar) in text.unicodeScalars.enumerated() {
            let letters = Self.letters(of: scalar)
            if letters.isEmpty || skipsLatin && letters.allSatisfy(Self.isLatin) {
                if scalar.properties.isWhitespace {
                    isSpaced = true
                } else if !Self.isUnseen(scalar), scalar != last {
                    gap += 1
                    last = scalar
                }
                continue
            }
            for letter in letters {
                kept.append(Kept(scalar: letter, offset: offset, gap: gap, isSpaced: isSpaced))
                (gap, isSpaced, last) = (0, false, nil)
            }
        }
        self.kept = kept
    }

    /// What a reader sees in the character: nothing in spaces, punctuation, symbols, emoji, accents and what cannot be seen.
    static func letters(of scalar: Unicode.Scalar) -> [UInt32] {
        let value = scalar.value
        switch value {
        case 0x41...0x5A: return [value + 0x20]
        case 0...0x7F: return isLatin(value) ? [value] : []
        case 0x4E00...0x9FFF:
            let simplified = TraditionalCharacters.simplified(value)
            return [LookAlikes.plain(simplified) ?? simplified]
        // Letters of flags, and in black circles and squares: to Unicode these are not letters.
        case 0x1F1E6...0x1F1FF: return [value - 0x1F1E6 + 0x61]
        case 0x1F150...0x1F169: return [value - 0x1F150 + 0x61]
        case 0x1F170...0x1F189: return [value - 0x1F170 + 0x61]
        // The long mark between syllables is a stroke to a Chinese reader.
        case 0x30FC: return []
        default: break
        }
        if let plain = LookAlikes.plain(value) { return [plain] }
        if isUnseen(scalar) { return [] }
        return String(Character(scalar)).decomposedStringWithCompatibilityMapping.unicodeScalars.flatMap(plainLetters)
    }

    /// Of one scalar that is decomposed already.
    private static func plainLetters(of scalar: Unicode.Scalar) -> [UInt32] {
        let properties = scalar.properties
        if isUnseen(scalar) || !properties.isAlphabetic && properties.numericType == nil { return [] }
        if properties.numericType == .decimal, let digit = properties.numericValue { return [0x30 + UInt32(digit)] }
        if let plain = LookAlikes.plain(scalar.value) { return [plain] }
        return properties.lowercaseMapping.unicodeScalars.map { lower in
            LookAlikes.plain(lower.value) ?? TraditionalCharacters.simplified(lower.value)
        }
    }

    /// Accents, and what takes no place at all: joiners, fillers, selectors, marks of direction.
    static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.isASCII else { return scalar.value < 0x20 && !scalar.properties.isWhitespace }
        if scalar.properties.isDefaultIgnorableCodePoint || scalar.value == 0x2800 { return true }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .control, .format: return true
        default: return false
        }
    }

    /// `a`–`z` and `0`–`9`, either case.
    static func isLatin(_ value: UInt32) -> Bool {
        (0x61...0x7A).contains(value) || (0x41...0x5A).contains(value) || (0x30...0x39).contains(value)
    }

    static func isLatinLetter(_ value: UInt32) -> Bool { isLatin(value) && value > 0x39 }
}
