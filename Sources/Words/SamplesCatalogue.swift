import CampaignModel

/// Messages as one line each, in samples that people read before they approve.
extension Catalogue {
    package enum Samples {
        package static func text(_ text: String) -> Sentence { Sentence(zh: "「\(text)」", en: "“\(text)”") }
        package static func image(_ id: String) -> Sentence { Sentence(zh: "［图片 \(id)］", en: "[image \(id)]") }
        package static func card(_ template: String, path: String, query: String) -> Sentence {
            let query = query.isEmpty ? "" : " \(query)"
            return Sentence(
                zh: "［小程序卡片 \(template)，打开 \(path)\(query)］", en: "[card \(template), opens \(path)\(query)]")
        }
        package static func coupon(_ coupon: String, of activity: String) -> Sentence {
            Sentence(zh: "［小程序券 \(coupon)，活动 \(activity)］", en: "[coupon \(coupon) of activity \(activity)]")
        }
        package static func authorization(for owner: String) -> Sentence {
            Sentence(zh: "［授权卡片，账号 \(owner)］", en: "[authorisation card of \(owner)]")
        }
    }
}
