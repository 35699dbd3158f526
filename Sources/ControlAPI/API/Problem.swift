import CampaignModel
import Hummingbird

/// A refusal as RFC 9457 writes it. `code` is stable and the end of `type`; `detail` is in the language that was asked
/// for, and both stand beside it, because a command prints in another than its terminal's transport asked for.
package struct Problem: Codable, Sendable, Equatable {
    package static let mediaType = "application/problem+json"

    package var type: String
    package var title: String
    /// The response's own, once more; nil: not said.
    package var status: Int?
    package var detail: String
    package var code: String
    package var detailZh: String
    package var detailEn: String

    package enum CodingKeys: String, CodingKey {
        case type, title, status, detail, code
        case detailZh = "detail_zh"
        case detailEn = "detail_en"
    }

    init(_ refusal: DoorRefusal, in language: Language) {
        code = refusal.code
        type = "urn:curfew:problem:\(refusal.code)"
        title = refusal.status.reasonPhrase
        status = refusal.status.code
        detail = refusal.sentence.text(in: language)
        detailZh = refusal.sentence.zh
        detailEn = refusal.sentence.en
    }
}
