import CampaignModel

/// What a marketer reads about messages to groups (rule 23).
extension Catalogue {
    package enum Groups {
        package static let needsFiles = Sentence(
            zh: "群消息的受众只能来自文件（source: files），列 group_id 和 kind（fans、enterprise、live）。",
            en: "The audience of group messages comes from files, with the columns group_id and kind (fans, enterprise, live).")
        package static func oneMessage(_ variant: String) -> Sentence {
            Sentence(
                zh: "版本“\(variant)”：群消息每次只能有一条。", en: "Variant “\(variant)”: a group message is exactly one message.")
        }
        package static func content(_ variant: String) -> Sentence {
            Sentence(
                zh: "版本“\(variant)”：群里只能发文字、图片或小程序卡片，不能发优惠券和授权卡片。",
                en: "Variant “\(variant)”: a group takes text, images and applet cards, no coupons or authorisation cards.")
        }
        package static let kindUnknown = Sentence(
            zh: "不知道这是哪种群（名单的 kind 列应为 fans、enterprise 或 live），不发送",
            en: "What kind of group it is is not known (column kind: fans, enterprise or live), so nothing is sent")
        package static let tooLarge = Sentence(
            zh: "群人数超过这类群的上限（粉丝群 200、企业群 500），不发送",
            en: "The group has more members than its kind may have (fans 200, enterprise 500)")
        package static let adminsOnly = Sentence(
            zh: "群里只有管理员可以发言，而账号不是管理员（名单的 role 列）",
            en: "Only admins may write in this group, and the account is none (column role)")
    }
}
