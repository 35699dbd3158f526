import Answers
import CampaignModel
import Hummingbird
import Words

/// A refusal as RFC 9457 writes it. `code` is stable and the end of `type`; `detail` is in the language that was asked
/// for, and both stand beside it, because a command prints in another than its terminal's transport asked for.
package struct Problem: Codable, Sendable, Equatable {
    package static let mediaType = "application/problem+json"

    /// One place in a file that was refused.
    package struct Line: Codable, Sendable, Equatable {
        package var line: Int
        package var column: Int
        package var code: String
        package var message: String
        package var hint: String?
    }

    package var type: String
    package var title: String
    /// The response's own, once more; nil: not said.
    package var status: Int?
    package var detail: String
    package var code: String
    package var detailZh: String
    package var detailEn: String
    /// RFC 3339; nil: time alone changes nothing.
    package var nextAllowed: String?
    /// What to do, where the detail does not say it.
    package var hint: String?
    /// Not there: no file was at fault.
    package var lines: [Line]?

    package enum CodingKeys: String, CodingKey {
        case type, title, status, detail, code
        case detailZh = "detail_zh"
        case detailEn = "detail_en"
        case nextAllowed = "next_allowed"
        case hint, lines
    }

    init(_ refusal: DoorRefusal, in language: Language) {
        code = refusal.code
        type = "urn:curfew:problem:\(refusal.code)"
        title = refusal.status.reasonPhrase
        status = refusal.status.code
        detail = refusal.sentence.text(in: language)
        detailZh = refusal.sentence.zh
        detailEn = refusal.sentence.en
        nextAllowed = refusal.nextAllowed?.iso8601
        hint = Catalogue.Hints.of(refusal.code)?.text(in: language)
        guard !refusal.lines.isEmpty else { return }
        lines = refusal.lines.map {
            Line(
                line: $0.line, column: $0.column, code: $0.code, message: $0.message.text(in: language),
                hint: $0.hint?.text(in: language))
        }
    }
}
