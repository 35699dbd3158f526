/// Links that lead out of the app: the platform refuses texts that hold one. Found as a reader would: in whatever letters
/// and widths they are written, with a scheme or without, by the endings that names on the net have.
enum OutsideLink {
    private static let shownCharactersMax = 60

    /// The first one, as it is written; nil: none.
    static func first(in text: String) -> String? {
        if let range = LinkText(text).firstLink() { return written(text, range) }
        if let token = ShareToken.first(in: text) { return token }
        // `e x a m p l e . c o m`: letter by letter.
        guard let joined = SpacedLetters.joined(text), let range = LinkText(joined).firstLink() else { return nil }
        return written(joined, range)
    }

    /// One that shows only when messages that follow each other are read as one. Two sentences that meet make a name by
    /// chance, but no path.
    static func across(_ texts: [String]) -> String? {
        guard texts.count > 1 else { return nil }
        let text = texts.joined()
        guard let range = LinkText(text).firstLink(onlyCertain: true) else { return nil }
        return written(text, range)
    }

    /// In a card's path or parameter, which may be escaped for an address once or twice.
    static func first(inParameter text: String) -> String? {
        let plain = PercentEscapes.decoded(PercentEscapes.decoded(text))
        return first(in: plain)
    }

    /// The whole word around it.
    private static func written(_ text: String, _ range: ClosedRange<Int>) -> String {
        let scalars = Array(text.unicodeScalars)
        func isWord(_ index: Int) -> Bool {
            scalars.indices.contains(index) && scalars[index].isASCII && !scalars[index].properties.isWhitespace
                && !"\"'<>()".unicodeScalars.contains(scalars[index])
        }
        var (start, end) = (range.lowerBound, range.upperBound)
        while isWord(start - 1) { start -= 1 }
        while isWord(end + 1) { end += 1 }
        return String(String(String.UnicodeScalarView(scalars[start...end])).prefix(shownCharactersMax))
    }
}

/// `%E8%B5%8C` and the like; what is no escape stays as it is.
enum PercentEscapes {
    static func decoded(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.contains(0x25) else { return text }
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x25, index + 2 < bytes.count, let high = digit(bytes[index + 1]),
                let low = digit(bytes[index + 2])
            {
                plain.append(high << 4 | low)
                index += 3
            } else {
                plain.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
