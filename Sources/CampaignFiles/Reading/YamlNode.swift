import CampaignModel

/// A YAML node as this room reads it: texts verbatim, resolved only where a type is expected.
///
/// YAML 1.1 resolvers turn `no` into false, `010` into 8 and `1e3` into 1000; nothing here resolves before it is
/// known what the place wants (YAML 1.2, core schema), so a coupon `0123` stays `0123`.
struct YamlNode {
    enum Content {
        /// `quoted`: written in quotes or as a block, hence never a number or null.
        case text(String, quoted: Bool)
        case list([YamlNode])
        case mapping([Entry])
    }
    struct Entry {
        let key: String
        let keyPlace: Place
        let value: YamlNode
    }
    let content: Content
    let place: Place

    /// `~`, `null` or nothing at all.
    var isNull: Bool {
        guard case .text(let text, quoted: false) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }
}
