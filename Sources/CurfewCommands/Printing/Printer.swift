import CampaignModel
import Foundation
import Ports

/// Answers as people read them on a terminal, and as scripts read them.
package struct Printer: Sendable {
    let language: Language
    let colours: Bool

    init(language: Language, colours: Bool = false) { (self.language, self.colours) = (language, colours) }

    /// One line, keys sorted, slashes as they are.
    package static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    func word(_ sentence: Sentence) -> String { sentence.text(in: language) }

    /// The few paints there are. A colour only repeats what the words say.
    enum Paint: String {
        case bold = "1"
        case good = "32"
        case wait = "33"
        case bad = "31"
        case doubt = "35"
        case calm = "36"
    }

    /// Paints whole pieces after they were laid out, so that no escape is ever measured as text.
    func painted(_ text: String, _ paint: Paint) -> String {
        colours && !text.isEmpty ? "\u{1B}[\(paint.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// A heading, its lines indented, an empty line before it.
    func block(_ heading: Sentence, _ lines: [String]) -> [String] {
        ["", painted(word(heading), .bold)] + lines.map { "  " + $0 }
    }

    func joined(_ lines: [String]) -> String { lines.joined(separator: "\n") }
}
