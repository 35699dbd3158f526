/// A text as the link search sees it: plain letters, plain dots, colons and slashes, nothing that cannot be seen.
struct LinkText {
    private struct Sign {
        var value: UInt32
        var offset: Int
        var isUpper = false
        /// A dot that was written as something else, which a sentence may end with.
        var isDoubtful = false
    }

    private var signs: [Sign] = []

    /// Endings that are words as well: a name without a path that ends in one is most likely two sentences, or a file.
    private static let words: Set<String> = [
        "it", "in", "is", "me", "my", "no", "so", "to", "us", "at", "be", "by", "do", "am", "as", "id", "pm", "la",
        "ma",
        "md", "sh", "py", "rs", "pl", "ps", "zip", "mov", "ltd", "inc", "llc",
    ]
    /// Endings that are believed after a dot that is none.
    private static let common: Set<String> = ["com", "cn", "net", "org", "top", "xyz", "cc", "icu", "io"]

    init(_ text: String) {
        signs.reserveCapacity(text.utf8.count)
        for (offset, scalar) in text.unicodeScalars.enumerated() { add(scalar, offset) }
        mendDots()
    }

    private mutating func add(_ scalar: Unicode.Scalar, _ offset: Int) {
        let value = scalar.value
        switch value {
        case 0x41...0x5A: signs.append(Sign(value: value + 0x20, offset: offset, isUpper: true))
        case 0x5C: signs.append(Sign(value: Self.slash, offset: offset))
        case 0x09, 0x0A, 0x0D: signs.append(Sign(value: Self.space, offset: offset))
        case 0x20...0x7E: signs.append(Sign(value: value, offset: offset))
        case 0x3002, 0xFF61: signs.append(Sign(value: Self.dot, offset: offset, isDoubtful: true))
        // Dots that stand in the middle: a name is written with them as well.
        case 0xB7, 0x2022, 0x2027, 0x30FB, 0xFF65, 0x22C5:
            signs.append(Sign(value: Self.dot, offset: offset, isDoubtful: true))
        case 0xFF0E, 0x2024: signs.append(Sign(value: Self.dot, offset: offset))
        case 0xFF0F, 0x2044, 0x2215, 0x29F8, 0x2571: signs.append(Sign(value: Self.slash, offset: offset))
        case 0xFF1A, 0x2236, 0xA789, 0x02D0, 0xFE55, 0xFE13: signs.append(Sign(value: Self.colon, offset: offset))
        case 0xFF08, 0x3010: signs.append(Sign(value: 0x28, offset: offset))
        case 0xFF09, 0x3011: signs.append(Sign(value: 0x29, offset: offset))
        default:
            if scalar.properties.isWhitespace { return signs.append(Sign(value: Self.space, offset: offset)) }
            if FoldedText.isUnseen(scalar) { return }
            let letters = FoldedText.letters(of: scalar)
            let isUpper = scalar.properties.isUppercase
            for letter in letters { signs.append(Sign(value: letter, offset: offset, isUpper: isUpper)) }
            // Whatever else parts words.
            if letters.isEmpty { signs.append(Sign(value: Self.other, offset: offset)) }
        }
    }

    private static let dot: UInt32 = 0x2E
    private static let slash: UInt32 = 0x2F
    private static let colon: UInt32 = 0x3A
    private static let space: UInt32 = 0x20
    private static let other: UInt32 = 0xFFFC

    /// `evil . top`, `evil[.]top` and `evil点top` are one name.
    private mutating func mendDots() {
        var mended: [Sign] = []
        mended.reserveCapacity(signs.count)
        var index = 0
        while index < signs.count {
            if let (dot, next) = spelledDot(at: index), let last = mended.last, Self.isLatin(last.value),
                next < signs.count, Self.isLatin(signs[next].value)
            {
                mended.append(dot)
                index = next
            } else {
                mended.append(signs[index])
                index += 1
            }
        }
        signs = mended
    }

    /// A dot that begins at `index` in brackets, after a blank, or in words; and what comes after it.
    private func spelledDot(at index: Int) -> (Sign, next: Int)? {
        var next = index
        func skip(_ isSkipped: (UInt32) -> Bool) {
            while next < signs.count, isSkipped(signs[next].value) { next += 1 }
        }
        skip { $0 == Self.space || $0 == 0x28 || $0 == 0x5B || $0 == 0x7B }
        guard next < signs.count else { return nil }
        var dot = signs[next]
        let isInWords = dot.value == 0x70B9 || isWord([0x64, 0x6F, 0x74], at: next) && next > index
        if isInWords {
            next += dot.value == 0x70B9 ? 1 : 3
            dot.isDoubtful = true
        } else {
            // A dot right after the word is a plain one.
            guard dot.value == Self.dot, next > index else { return nil }
            next += 1
        }
        skip { $0 == Self.space || $0 == 0x29 || $0 == 0x5D || $0 == 0x7D }
        dot.value = Self.dot
        return (dot, next)
    }

    private func isWord(_ letters: [UInt32], at index: Int) -> Bool {
        guard index + letters.count < signs.count else { return false }
        for (offset, letter) in letters.enumerated() where signs[index + offset].value != letter { return false }
        return !Self.isLatin(signs[index + letters.count].value)
    }

    private static func isLatin(_ value: UInt32) -> Bool { FoldedText.isLatin(value) }
    private static func isHan(_ value: UInt32) -> Bool { (0x4E00...0x9FFF).contains(value) }

    // MARK: - Search

    /// Where it stands among the scalars of the text.
    /// - Parameter onlyCertain: a scheme or a path must stand there too.
    func firstLink(onlyCertain: Bool = false) -> ClosedRange<Int>? {
        for index in signs.indices {
            switch signs[index].value {
            case Self.colon where isScheme(before: index) || isScript(before: index): return place(index - 1, index)
            case Self.dot:
                if let range = name(around: index, onlyCertain) { return range }
            default: continue
            }
        }
        return nil
    }

    private func place(_ first: Int, _ last: Int) -> ClosedRange<Int> { signs[first].offset...signs[last].offset }

    /// `letters` then `://`, blanks between the signs or none.
    private func isScheme(before colon: Int) -> Bool {
        guard colon >= 2, Self.isLatin(signs[colon - 1].value), Self.isLatin(signs[colon - 2].value) else {
            return false
        }
        let rest = signs[(colon + 1)...].lazy.filter { $0.value != Self.space }.prefix(2)
        return rest.count == 2 && rest.allSatisfy { $0.value == Self.slash }
    }

    /// `javascript:` and `data:text/html`, which need no slashes.
    private func isScript(before colon: Int) -> Bool {
        func ends(_ word: String) -> Bool {
            let letters = word.unicodeScalars.map(\.value)
            guard colon >= letters.count else { return false }
            let start = colon - letters.count
            let isWhole = start == 0 || !Self.isLatin(signs[start - 1].value)
            return isWhole && zip(signs[start..<colon], letters).allSatisfy { $0.value == $1 }
        }
        if ends("javascript") || ends("vbscript") { return colon + 1 < signs.count }
        return ends("data") && isWord([0x74, 0x65, 0x78, 0x74], at: colon + 1)
    }

    private func name(around dot: Int, _ onlyCertain: Bool) -> ClosedRange<Int>? {
        guard dot > 0, dot + 1 < signs.count else { return nil }
        if Self.isHan(signs[dot + 1].value) { return chineseName(around: dot, onlyCertain) }
        func isOfName(_ index: Int) -> Bool {
            signs.indices.contains(index) && (Self.isLatin(signs[index].value) || signs[index].value == 0x2D)
        }
        guard isOfName(dot - 1) || Self.isHan(signs[dot - 1].value), isOfName(dot + 1) else { return nil }
        var start = dot
        while isOfName(start - 1) { start -= 1 }
        var end = dot
        while isOfName(end + 1) { end += 1 }
        let label = text(dot + 1, end)
        if text(start, dot - 1) == "www", !onlyCertain { return place(start, end) }
        // A further dot and label: this one is no ending.
        if end + 2 < signs.count, signs[end + 1].value == Self.dot, isOfName(end + 2) {
            return isAddress(from: start) ? place(start, end) : nil
        }
        guard TopLevelDomains.contains(label) else { return nil }
        if isCertain(after: end) { return place(start, end) }
        if onlyCertain || Self.words.contains(label) || isCapitalised(dot + 1, end) { return nil }
        let isCommon = Self.common.contains(label)
        // `9.9.vip` is a price and who it is for.
        if !isCommon, signs[dot].isDoubtful || !hasLetter(start, dot) { return nil }
        // `APP。top榜`: a sentence ended, and the name before it is no small one.
        if signs[dot].isDoubtful, !hasLetter(start, dot) || signs[start..<dot].contains(where: \.isUpper) { return nil }
        return place(min(start, dot - 1), end)
    }

    /// Four numbers and a path or port.
    private func isAddress(from start: Int) -> Bool {
        var numbers = 0
        var index = start
        while index < signs.count {
            let digits = signs[index...].prefix { (0x30...0x39).contains($0.value) }
            guard (1...3).contains(digits.count) else { return false }
            numbers += 1
            index = digits.endIndex
            guard numbers < 4 else { return isCertain(after: index - 1) }
            guard index < signs.count, signs[index].value == Self.dot else { return false }
            index += 1
        }
        return false
    }

    /// An ending in Chinese characters, which must be all that follows the dot.
    private func chineseName(around dot: Int, _ onlyCertain: Bool) -> ClosedRange<Int>? {
        guard !signs[dot].isDoubtful, Self.isHan(signs[dot - 1].value) || Self.isLatin(signs[dot - 1].value) else {
            return nil
        }
        var end = dot
        while end + 1 < signs.count, Self.isHan(signs[end + 1].value) { end += 1 }
        guard TopLevelDomains.contains(text(dot + 1, end)) else { return nil }
        return !onlyCertain || isCertain(after: end) ? place(dot - 1, end) : nil
    }

    /// A path or a port follows.
    private func isCertain(after end: Int) -> Bool {
        guard end + 1 < signs.count else { return false }
        if signs[end + 1].value == Self.slash { return true }
        guard signs[end + 1].value == Self.colon, end + 2 < signs.count else { return false }
        return (0x30...0x39).contains(signs[end + 2].value)
    }

    /// `Hello.World`: the next sentence, its blank forgotten. A name is written small or wholly large.
    private func isCapitalised(_ first: Int, _ last: Int) -> Bool {
        signs[first].isUpper && !signs[(first + 1)...last].allSatisfy(\.isUpper)
    }

    private func hasLetter(_ start: Int, _ end: Int) -> Bool {
        signs[start..<end].contains { FoldedText.isLatinLetter($0.value) }
    }

    private func text(_ first: Int, _ last: Int) -> String {
        guard first <= last else { return "" }
        return String(String.UnicodeScalarView(signs[first...last].compactMap { Unicode.Scalar($0.value) }))
    }
}
