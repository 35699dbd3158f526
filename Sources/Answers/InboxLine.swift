import CampaignModel
import Ports

/// How the drop folder stands, for whoever asks.
package struct InboxLine: Sendable, Codable, Equatable {
    /// Something that lies there and is not taken, with the word that stands beside it.
    package struct Untaken: Sendable, Codable, Equatable {
        package var file: String
        package var code: String
        package var sentence: String
        package init(file: String, code: String, sentence: String) {
            self.file = file
            self.code = code
            self.sentence = sentence
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
    package init() {}
}
