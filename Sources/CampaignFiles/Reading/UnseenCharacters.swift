/// Characters that nobody sees and that do something all the same: control characters, and those that turn the direction of
/// what follows. Joiners and selectors stay: emoji and some scripts need them.
enum UnseenCharacters {
    /// Whether anything of the text shows.
    static func isSeen(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            !scalar.properties.isWhitespace && !CellText.isBlank(scalar.value) && !CellText.isUnseen(scalar.value)
                && !(0xFE00...0xFE0F).contains(scalar.value)
        }
    }

    /// A value out of a list without them: nobody's name turns the rest of a message round.
    static func removed(from text: String) -> String {
        guard first(in: text, lines: true) != nil else { return text }
        return String(
            String.UnicodeScalarView(text.unicodeScalars.filter { first(in: String($0), lines: true) == nil }))
    }

    /// `U+0007`; nil: none.
    /// - Parameter lines: line breaks are text.
    static func first(in text: String, lines: Bool) -> String? {
        let found = text.unicodeScalars.first { scalar in
            switch scalar.value {
            case 0x0A: !lines
            case 0x00...0x1F, 0x7F...0x9F, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029, 0xFEFF:
                true
            default: false
            }
        }
        guard let found else { return nil }
        let digits = String(found.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
