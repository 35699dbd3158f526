import CampaignModel

/// What of dual review a configuration may set.
extension Catalogue {
    static let reviewKeys = [
        SettingKey("review", .block, .structure, zh: "双重审核", en: "Dual review"),
        SettingKey(
            "review.block_words", .text(lengthMax: 1024), .defaultsTo("none"),
            zh: "禁用词表文件(一行一个,# 后为备注,!词 取消自带的词);命中则拒绝文件",
            en: "File of blocked words: one a line, # begins a remark, !word takes out one of ours. A hit refuses the file"),
        SettingKey(
            "review.review_words", .text(lengthMax: 1024), .defaultsTo("none"),
            zh: "敏感词表文件;命中则需要两位审核人", en: "File of sensitive words; a hit asks for two reviewers"),
        SettingKey(
            "review.two_people_from", .integer(1...10_000_000), .defaultsTo("10000"),
            zh: "人数达到这么多时需要两位审核人", en: "An audience of this many asks for two reviewers"),
    ]
}
