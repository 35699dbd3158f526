import CampaignFiles
import CampaignModel
import Engine
import Foundation
import Words

extension ReviewTerms {
    /// The shipped lists with the operator's own.
    /// - Throws: `SettingsProblem`-like sentence when a list cannot be read: going on without it would let words pass.
    init(_ settings: Settings) throws(WordsUnreadable) {
        self.init(
            words: SensitiveWords(
                blockFile: try Self.text("block", settings.review.blockWords),
                reviewFile: try Self.text("review", settings.review.reviewWords)),
            twoPeopleFrom: settings.review.twoPeopleFrom)
    }

    private static let listBytesMax = 4 << 20

    private static func text(_ list: String, _ path: String) throws(WordsUnreadable) -> String? {
        if path.isEmpty { return nil }
        guard let data = FileManager.default.contents(atPath: path), data.count <= listBytesMax,
            let text = String(validating: data, as: UTF8.self)
        else { throw WordsUnreadable(list: list, path: path) }
        return text
    }
}

/// A configured list of words that cannot be read. Nothing was started; mend the path or the file.
struct WordsUnreadable: Error, CustomStringConvertible {
    let list: String
    let path: String
    var sentence: Sentence { Catalogue.Review.words(list, file: path) }
    var description: String { sentence.en }
}
