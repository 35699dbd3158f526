import CampaignModel
import Ports

/// How the drop folder stands, for whoever asks.
package struct InboxLine: Sendable, Codable, Equatable {
    /// Something that lies there and is not taken, with the word that stands beside it.
    package struct Untaken: Sendable, Codable, Equatable {
        package var file: String
        package var code: String
        /// In the daemon's language.
        package var sentence: String
        /// In both; nil: an older daemon answered.
        package var zh: String?
        package var en: String?
        package init(file: String, code: String, _ sentence: Sentence, in language: Language) {
            (self.file, self.code) = (file, code)
            self.sentence = sentence.text(in: language)
            zh = sentence.zh
            en = sentence.en
        }

        /// With the file that is meant, where the sentence does not name it.
        package func text(in language: Language) -> String {
            let told = (language == .zh ? zh : en) ?? sentence
            return told.contains(file) ? told : "\(file): \(told)"
        }
    }
    /// Of the untaken, so many are named.
    package static let namesMax = 20

    /// Without our own reports.
    package var files = 0
    /// There are more than one look takes.
    package var isCut = false
    package var untaken: [Untaken] = []
    package var untakenTotal = 0
    /// Why the folder cannot be used at all, or a report not be written, in a sentence.
    package var trouble: String?
    /// In both languages; nil: an older daemon answered, or there is none.
    package var troubleWords: RevisionNote?
    package init() {}

    package mutating func tell(_ trouble: Sentence, in language: Language) {
        self.trouble = trouble.text(in: language)
        troubleWords = RevisionNote(trouble)
    }
    package func trouble(in language: Language) -> String? {
        troubleWords?.sentence.text(in: language) ?? trouble
    }
}
