import CampaignModel
import Foundation

/// Rule 20: which replies mean *do not write to me any more*. Full-width forms, capitals, spaces and punctuation make no
/// difference. A short Latin word must be the whole reply (`T`, `TD`, `stop`); anything else may stand anywhere in it.
/// When in doubt the person is left alone: nobody was ever hurt by a message that did not come.
package struct OptOutWords: Sendable, Equatable {
    /// Latin words up to this length would be found inside others.
    private static let wholeWordLengthMax = 5
    /// Of one word, and of one list.
    package static let wordLengthMax = 64
    package static let wordsMax = 1000

    private var whole: Set<String> = []
    private var parts: [String] = []

    /// - Parameter extra: an operator's own words, added to the built-in ones; those cannot be taken away.
    package init(extra: [String] = []) {
        for word in Self.builtIn + extra.prefix(Self.wordsMax) { add(word) }
    }

    /// The word that was found.
    package func match(in reply: String) -> String? {
        let text = Self.plain(reply)
        guard !text.isEmpty else { return nil }
        return whole.contains(text) ? text : parts.first { text.contains($0) }
    }

    /// One word a line; empty lines and what follows `#` count for nothing.
    package static func list(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let word = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
            return word.isEmpty || word.count > wordLengthMax ? nil : word
        }
    }

    private mutating func add(_ word: String) {
        let word = Self.plain(word)
        guard !word.isEmpty else { return }
        if word.count <= Self.wholeWordLengthMax, word.allSatisfy(\.isASCII) {
            whole.insert(word)
        } else if !parts.contains(word) {
            parts.append(word)
        }
    }

    /// Compatibility forms resolved (`ＴＤ` is `TD`), small letters, nothing but letters and digits.
    private static func plain(_ text: String) -> String {
        let folded = text.precomposedStringWithCompatibilityMapping.lowercased()
        return String(String.UnicodeScalarView(folded.unicodeScalars.filter(CharacterSet.alphanumerics.contains)))
    }

    private static let builtIn = [
        "T", "TD", "unsub", "unsubscribe", "stop", "stopall", "optout", "quit", "end", "cancel",
        "退订", "退定", "退訂", "取消订阅", "取消訂閱", "拒收", "拒绝接收", "拒絕接收",
        "不要再发", "不要再發", "别再发", "別再發", "别发了", "別發了", "不要发了", "不要發了", "请勿再发", "請勿再發", "勿再发", "勿再發",
        "不要给我发", "不要給我發", "别给我发", "別給我發", "别再给我", "別再給我", "不要再给我", "不要再給我", "停止发送", "停止發送",
        "不想收到", "不想再收到", "不要打扰", "不要打擾", "别打扰", "別打擾", "请勿打扰", "請勿打擾", "别骚扰", "別騷擾", "不要骚扰", "不要騷擾",
        "不要推送", "别推送", "別推送",
    ]
}
