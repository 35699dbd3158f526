/// The languages people read. Machines read reason codes instead.
package enum Language: String, Sendable, Codable, CaseIterable {
    case zh, en
}

/// One sentence in every language. There is no untranslated sentence because there is no way to make one.
package struct Sentence: Hashable, Sendable {
    package let zh: String
    package let en: String

    package init(zh: String, en: String) { (self.zh, self.en) = (zh, en) }

    package func text(in language: Language) -> String {
        switch language {
        case .zh: zh
        case .en: en
        }
    }
}
