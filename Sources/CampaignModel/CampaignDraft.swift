/// What somebody filled in. The form knows no rule: whatever stands here is written down and checked.
package struct CampaignDraft: Sendable, Equatable {
    package struct Variant: Sendable, Equatable {
        package var weight: String
        package var text: String
        package var image: String
        package var template: String
        package var path: String
        package init(weight: String, text: String, image: String, template: String, path: String) {
            (self.weight, self.text, self.image, self.template, self.path) = (weight, text, image, template, path)
        }
        package var isEmpty: Bool { [text, image, template, path].allSatisfy(\.isEmpty) }
    }
    package var id = ""
    package var title = ""
    package var account = ""
    package var lists: [String] = []
    package var start = ""
    package var window = ""
    package var validUntil = ""
    package var holdout = ""
    package var variants: [Variant] = []
    /// What stands in the texts for somebody of whom the list does not say it; empty: they are left out.
    package var fallback = ""
    package init() {}
}
