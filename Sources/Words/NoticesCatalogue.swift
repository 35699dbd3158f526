import CampaignModel

/// What the program is built of, by kind.
extension Catalogue {
    package enum Notices {
        package static let packages = Sentence(zh: "编入的软件包", en: "Packages built in")
        package static let libraries = Sentence(zh: "使用的系统库", en: "Libraries of this machine")
        package static let tables = Sentence(zh: "自带的数据表", en: "Tables built in")
    }
}
