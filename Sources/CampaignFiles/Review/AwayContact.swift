/// Somebody's number at another messenger: `微信：abc123`, `wx abc12345`, `QQ 12345678`. The name alone is ordinary (a
/// mini-program is one of 微信's); with a number behind it, people are asked to leave.
enum AwayContact {
    private static let names: [[UInt32]] = [
        "微信", "薇信", "威信", "v信", "微信号", "qq", "扣扣", "wx", "vx", "weixin", "wechat",
    ].map { FoldedText($0).kept.map(\.scalar) }
    private static let numberLengthMin = 5
    private static let numberLengthMax = 20

    static func first(in text: String, _ folded: FoldedText) -> SensitiveWords.Hit? {
        let kept = folded.kept
        for start in kept.indices {
            for name in names where begins(name, at: start, in: kept) {
                let from = start + name.count
                guard let to = number(from: from, in: kept) else { continue }
                let scalars = Array(text.unicodeScalars)[kept[start].offset...kept[to].offset]
                return SensitiveWords.Hit(
                    list: .review, word: "微信/QQ 号", found: String(String.UnicodeScalarView(scalars)))
            }
        }
        return nil
    }

    private static func begins(_ name: [UInt32], at start: Int, in kept: [FoldedText.Kept]) -> Bool {
        guard start + name.count < kept.count else { return false }
        for (offset, scalar) in name.enumerated() where kept[start + offset].scalar != scalar { return false }
        // A name in Latin letters is one only between the ends of letters.
        guard FoldedText.isLatin(name[0]) else { return true }
        let isFree = start == 0 || kept[start].isApart || !FoldedText.isLatin(kept[start - 1].scalar)
        return isFree && (kept[start + name.count].isApart || !FoldedText.isLatin(name[name.count - 1]))
    }

    /// Where a number that begins here ends: letters and figures in one piece, some of them figures.
    private static func number(from: Int, in kept: [FoldedText.Kept]) -> Int? {
        guard from < kept.count, kept[from].gap <= 3 else { return nil }
        var to = from
        while to + 1 < kept.count, FoldedText.isLatin(kept[to + 1].scalar), !kept[to + 1].isApart { to += 1 }
        let letters = kept[from...to]
        guard letters.allSatisfy({ FoldedText.isLatin($0.scalar) }),
            (numberLengthMin...numberLengthMax).contains(letters.count),
            letters.contains(where: { !FoldedText.isLatinLetter($0.scalar) })
        else { return nil }
        return to
    }
}

/// `<br>` and `&nbsp;`, which no text shows and which hide a word from a machine.
enum Markup {
    private static let tagLengthMax = 40

    /// nil: there is none.
    static func removed(from text: String) -> String? {
        guard text.contains("<") || text.contains("&") else { return nil }
        var kept = String.UnicodeScalarView()
        let scalars = Array(text.unicodeScalars)
        var index = 0
        var isChanged = false
        while index < scalars.count {
            if let end = end(of: scalars, from: index) {
                index = end + 1
                isChanged = true
            } else {
                kept.append(scalars[index])
                index += 1
            }
        }
        return isChanged ? String(kept) : nil
    }

    /// Where a tag or an escape that begins here ends; nil: none does.
    private static func end(of scalars: [Unicode.Scalar], from start: Int) -> Int? {
        let closing: Unicode.Scalar
        switch scalars[start] {
        case "<": closing = ">"
        case "&": closing = ";"
        default: return nil
        }
        let last = min(start + tagLengthMax, scalars.count - 1)
        guard start < last, let end = scalars[(start + 1)...last].firstIndex(of: closing), end > start + 1 else {
            return nil
        }
        let inner = scalars[(start + 1)..<end]
        let isMade =
            closing == ">"
            ? inner.allSatisfy { $0.isASCII } && (inner.first?.properties.isAlphabetic == true || inner.first == "/")
            : inner.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "#")
            }
        return isMade ? end : nil
    }
}
