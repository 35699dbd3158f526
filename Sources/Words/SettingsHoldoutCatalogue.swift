import CampaignModel

extension Catalogue {
    static let holdoutKeys = [
        SettingKey("holdout", .block, .structure, zh: "全局对照组", en: "Global holdout"),
        SettingKey(
            "holdout.percent", .integer(0...20), .defaultsTo("0"),
            zh: "所有活动都不发的人占百分之几;用来衡量所有活动合起来的效果,建议 40 万人以上再用 5",
            en: "Per cent of people whom no campaign writes to, to measure all campaigns together; 5 is usual from 400,000 people up"),
        SettingKey(
            "holdout.name", .text(lengthMax: nameLengthMax), .defaultsTo("house"),
            zh: "换一个名字就换一批人,比如每季度一次;名字不变,人也不变",
            en: "A new name draws new people, each quarter for instance; the same one keeps them"),
    ]
}
