import CampaignModel

extension Catalogue {
    /// What comes in from outside, and what is believed.
    static let eventKeys = [
        SettingKey(
            "events", .block, .structure, zh: "外来事件:平台回调和合作方", en: "Events from outside: callbacks and partners"),
        SettingKey(
            "events.listen", .listenAddress, .optional(example: "127.0.0.1:9471"),
            zh: "回调的地址(POST /webhook)和合作方的地址(POST /events);不写就不开;前面放带 TLS 的反向代理",
            en: "Callbacks (POST /webhook) and partners (POST /events); closed unless set; a proxy with TLS sits before it"),
        SettingKey(
            "events.opt_out_words", .path, .defaultsTo("none"),
            zh: "退订词文件,每行一个,加在自带的词之外;none 表示没有",
            en: "A file of further opt-out words, one a line, beside those that come with the product; none: there is none"),
        SettingKey(
            "events.sends_per_authorization", .integer(1...100), .defaultsTo("3"),
            zh: "rules.stock 为 counted 时,一次授权可发几次",
            en: "With rules.stock counted: what one authorisation is worth in sends"),
        SettingKey("events.partners", .blocks(countMax: 50), .structure, zh: "合作方", en: "Partners"),
        SettingKey(
            "events.partners[].name", .text(lengthMax: nameLengthMax), .required(example: "shop"),
            zh: "名称", en: "Its name"),
        SettingKey(
            "events.partners[].key", .secret, .required(example: "\"credential:shop-key\""),
            zh: "密钥所在;请求里写 Authorization: Bearer", en: "Where its key lies; requests carry it as Authorization: Bearer"),
    ]
}
