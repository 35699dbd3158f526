import Foundation

/// A text as the word search sees it: width, case and decoration folded away, and what people put between letters to
/// hide a word left out. Each kept scalar remembers where it stood, so that a hit can be shown as it was written.
struct FoldedText {
    struct Kept {
        var scalar: UInt32
        /// Its place among the scalars of the text as written.
        var offset: Int
        /// Something was left out between this scalar and the one before.
        var isApart: Bool
    }

    let kept: [Kept]

    /// More left out than this between two letters is no spaced-out word but two of them.
    static let gapMax = 4

    init(_ text: String) {
        var kept: [Kept] = []
        kept.reserveCapacity(text.utf8.count)
        var isApart = false
        for (offset, scalar) in text.unicodeScalars.enumerated() {
            if Self.isFiller(scalar) {
                isApart = true
                continue
            }
            for folded in Self.folded(scalar) {
                kept.append(Kept(scalar: folded, offset: offset, isApart: isApart))
                isApart = false
            }
        }
        self.kept = kept
    }

    /// Spaces, punctuation, symbols, emoji, accents and what cannot be seen at all.
    private static func isFiller(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return !isLatin(scalar.value) }
        if (0x4E00...0x9FFF).contains(scalar.value) { return false }
        // Letters in circles are symbols to Unicode and letters to a reader.
        if isDecorated(scalar) { return false }
        let properties = scalar.properties
        if properties.canonicalCombiningClass != .notReordered { return true }
        return !properties.isAlphabetic && properties.numericType == nil
    }

    private static func folded(_ scalar: Unicode.Scalar) -> [UInt32] {
        let value = scalar.value
        switch value {
        case 0x41...0x5A: return [value + 0x20]
        case 0...0x7F, 0x4E00...0x9FFF: return [value]
        // Full-width forms of ASCII.
        case 0xFF21...0xFF3A: return [value - 0xFF21 + 0x61]
        case 0xFF01...0xFF5E: return [value - 0xFEE0]
        default:
            let plain =
                isDecorated(scalar)
                ? String(Character(scalar)).precomposedStringWithCompatibilityMapping : String(Character(scalar))
            return plain.unicodeScalars.flatMap { $0.properties.lowercaseMapping.unicodeScalars.map(\.value) }
                .filter { Unicode.Scalar($0).map { !$0.isASCII || isLatin($0.value) } ?? false }
        }
    }

    /// Compatibility forms: circled, superscript, mathematical and full-width letters, and radicals that look like words.
    private static func isDecorated(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2070...0x209C, 0x2100...0x214F, 0x2460...0x24FF, 0x2E80...0x2FDF, 0x3200...0x33FF, 0xF900...0xFAFF,
            0xFF10...0xFF19, 0xFF21...0xFF3A, 0xFF41...0xFF5A, 0x1D400...0x1D7FF, 0x1F130...0x1F169:
            true
        default: false
        }
    }

    /// `a`–`z` and `0`–`9`, either case.
    static func isLatin(_ value: UInt32) -> Bool {
        (0x61...0x7A).contains(value) || (0x41...0x5A).contains(value) || (0x30...0x39).contains(value)
    }
}
