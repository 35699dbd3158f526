import Foundation

/// A reply as it is looked at: small letters and digits alone, simplified, with where a clause or a word ends between them.
struct OptOutReply {
    enum Gap {
        case none
        /// A blank, or a sign that ends nothing.
        case word
        /// A comma, a full stop, a line end.
        case clause
    }

    /// A run of Latin letters and digits, or of anything else; each as it lies in `letters`.
    struct Run {
        let isLatin: Bool
        var range: Range<Int>
    }

    private(set) var letters: [Unicode.Scalar] = []
    /// What stood before each letter.
    private(set) var gaps: [Gap] = []
    private(set) var runs: [Run] = []

    init(_ text: String) {
        var gap = Gap.none
        for scalar in text.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars {
            switch Self.kind(of: scalar) {
            case .letter:
                append(Self.simplified[scalar] ?? scalar, after: gap)
                gap = .none
            // Written inside of a word and not part of it: don't, opt-out.
            case .joint, .mark: continue
            case .blank: if gap == .none { gap = .word }
            case .stop: gap = .clause
            }
        }
    }

    private enum Kind { case letter, joint, mark, blank, stop }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        if "'’‘-_‐‑".unicodeScalars.contains(scalar) { return .joint }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            scalar.value == 0x3164 || scalar.value == 0x115F || scalar.value == 0x1160 || scalar.value == 0xFFA0
                ? .mark : .letter
        case .nonspacingMark, .spacingMark, .enclosingMark, .format, .control:
            scalar == "\n" || scalar == "\r" ? .stop : scalar == "\t" ? .blank : .mark
        case .spaceSeparator, .otherSymbol, .modifierSymbol, .mathSymbol, .currencySymbol, .surrogate, .privateUse,
            .unassigned, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation:
            .blank
        case .lineSeparator, .paragraphSeparator, .connectorPunctuation, .dashPunctuation, .otherPunctuation:
            scalar == "\"" ? .blank : .stop
        @unknown default: .blank
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar, after gap: Gap) {
        let isLatin = scalar.isASCII
        let place = letters.count
        let continues = runs.last.map { $0.isLatin == isLatin } ?? false && (gap == .none || !isLatin)
        letters.append(scalar)
        gaps.append(gap)
        if continues {
            runs[runs.count - 1].range = runs[runs.count - 1].range.lowerBound..<(place + 1)
        } else {
            runs.append(Run(isLatin: isLatin, range: place..<(place + 1)))
        }
    }

    // MARK: - Looking

    func text(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(letters[range])) }

    func has(_ word: String, at place: Int) -> Bool {
        var index = place
        for scalar in word.unicodeScalars {
            guard index < letters.count, letters[index] == scalar else { return false }
            index += 1
        }
        return true
    }

    /// Whether the clause goes on with the word right behind `place`.
    func goesOn(_ word: String, at place: Int) -> Bool {
        place < letters.count && gaps[place] != .clause && has(word, at: place)
    }

    /// What stands before `place` in its clause, at most so much.
    func before(_ place: Int, max: Int = 8) -> String {
        var from = place
        while from > 0, place - from < max, gaps[from] != .clause { from -= 1 }
        return text(from..<place)
    }

    /// What follows in the clause, at most so much.
    func after(_ place: Int, max: Int = 12) -> String {
        var end = place
        while end < letters.count, end - place < max, gaps[end] != .clause { end += 1 }
        return text(place..<end)
    }

    /// Whether nothing but one of the words is left when polite ones are taken away, of the whole or of the part; which one.
    func isOnly(_ words: Set<String>, polite: Set<String>, in part: Range<Int>? = nil) -> String? {
        var rest: [String] = []
        for run in runs {
            let range = run.range.clamped(to: part ?? letters.indices)
            guard !range.isEmpty else { continue }
            if run.isLatin {
                let text = OptOutLatin.plain(text(range))
                if !polite.contains(text) || words.contains(text) { rest.append(text) }
                continue
            }
            let left = OptOutGrammar.withoutPolite(text(range))
            if !left.isEmpty { rest.append(left) }
        }
        guard !rest.isEmpty else { return nil }
        let joined = OptOutLatin.plain(rest.joined())
        if words.contains(joined) { return joined }
        if words.contains("t"), OptOutGrammar.declines(joined, before: "t") { return "t" }
        return rest.allSatisfy(words.contains) ? rest[0] : nil
    }

    var clauses: [Range<Int>] {
        let starts = letters.indices.filter { $0 == 0 || gaps[$0] == .clause }
        return zip(starts, starts.dropFirst() + [letters.count]).map { $0..<$1 }
    }

    /// Of the signs that occur in the words looked for.
    private static let simplified: [Unicode.Scalar: Unicode.Scalar] = {
        let traditional =
            "訂閱發髮擾騷給別絕請複復覆傳訊這個們還刪煩關閉銷廣對無謝薦營滾遠點聯繫係許準斷來為麼樣號單貨遞嗎親幫簡資讓沒辦說著裡裏後從過應轟戶開題錯紅藍綠黃誤電話買賣價錢購顏寄記憶賬帳實現時間歡樂優惠詐騙鬧纏顧問須願將當讚條減顯啟終與於會嘗試聽見覺託閲絡鎖註爲説羣тдорсѕе"
        let simple =
            "订阅发发扰骚给别绝请复复复传讯这个们还删烦关闭销广对无谢荐营滚远点联系系许准断来为么样号单货递吗亲帮简资让没办说着里里后从过应轰户开题错红蓝绿黄误电话买卖价钱购颜寄记忆账账实现时间欢乐优惠诈骗闹缠顾问须愿将当赞条减显启终与于会尝试听见觉托阅络锁注为说群tdopcse"
        return Dictionary(uniqueKeysWithValues: zip(traditional.unicodeScalars, simple.unicodeScalars))
    }()
}
