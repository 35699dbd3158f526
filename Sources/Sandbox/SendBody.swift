import Foundation

/// A send request as the platform reads it.
///
/// Through `JSONSerialization`, which the daemon does not use: what our writer gets wrong must not be read back by
/// our reader. (`JSONDecoder` would be tidier and takes several times as long, on the one call that is made in bulk.)
struct SendBody {
    let recipient: String
    let scene: String?
    let contents: [Content]

    enum Content {
        case text(String)
        case image(mediaID: String)
        case card
        /// Not a kind that may be sent unasked, or without what its kind needs.
        case unusable
    }

    /// What a send answers; nil: nothing, it comes unasked.
    struct Answers {
        let isEntrance: Bool
        let message: String
        let conversation: String
    }
    let answers: Answers?

    static let proactiveScene = "im_authorize_message"
    static let entranceScene = "im_enter_direct_msg"
    static let replyScene = "im_reply_msg"
    static let textCharactersMax = 1000

    /// `nil` when there is no recipient or no list of messages to speak of.
    init?(_ bytes: [UInt8]) {
        // Safe because a body that cannot be read is answered as an illegal parameter.
        guard let root = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
            let recipient = root["to_user_id"] as? String,
            let list = root["content_list"] as? [Any] ?? root["content"].map({ [$0] })
        else { return nil }
        let given = (root["scene"] as? String, root["msg_id"] as? String, root["conversation_id"] as? String)
        answers =
            switch given {
            case (Self.entranceScene?, let message?, let conversation?) where root["content"] != nil:
                Answers(isEntrance: true, message: message, conversation: conversation)
            case (Self.replyScene?, let message?, let conversation?) where root["content"] != nil:
                Answers(isEntrance: false, message: message, conversation: conversation)
            default: nil
            }
        self.recipient = recipient
        scene = root["scene"] as? String
        let objects = list.map { $0 as? [String: Any] ?? [:] }
        contents = objects.map(Self.content)
        prompts = objects.compactMap { object in
            guard object["msg_type"] as? Int == 12 else { return nil }
            return Self.text((object["auth_private_message_card"] as? [String: Any])?["to_user_info"], "open_id") ?? ""
        }
    }

    private static func content(_ object: [String: Any]) -> Content {
        switch object["msg_type"] as? Int {
        case 1: text(object["text"], "text").map(Content.text) ?? .unusable
        case 2: text(object["image"], "media_id").map(Content.image) ?? .unusable
        case 10: isAppletCard(object["applet_card"]) ? .card : .unusable
        case 11: isCoupon(object["applet_coupon"]) ? .card : .unusable
        case 12: isAuthorisationCard(object["auth_private_message_card"]) ? .card : .unusable
        default: .unusable
        }
    }

    /// A string member that is not empty.
    private static func text(_ value: Any?, _ key: String) -> String? {
        guard let text = (value as? [String: Any])?[key] as? String, !text.isEmpty else { return nil }
        return text
    }

    private static func isAppletCard(_ value: Any?) -> Bool {
        text(value, "card_template_id") != nil && text(value, "app_id") != nil
            && (text(value, "path") != nil || text(value, "schema") != nil)
    }

    /// Sources disagree on the type of coupon ids; both are taken.
    private static func isCoupon(_ value: Any?) -> Bool {
        guard let coupon = value as? [String: Any] else { return false }
        return ["activity_id", "coupon_meta_id"].allSatisfy { key in
            text(value, key) != nil || coupon[key] as? Int64 != nil
        }
    }

    private static func isAuthorisationCard(_ value: Any?) -> Bool {
        guard let card = value as? [String: Any] else { return false }
        return text(card["app_info"], "app_id") != nil && text(card["to_user_info"], "app_id") != nil
            && text(card["to_user_info"], "open_id") != nil
    }

    /// 1–3 messages of the five kinds that may be sent unasked, at least one of them a card, a coupon or an
    /// authorisation card.
    var isWellFormed: Bool {
        if answers != nil {
            guard case .unusable? = contents.first else { return contents.count == 1 && !recipient.isEmpty }
            return false
        }
        guard scene == Self.proactiveScene, !recipient.isEmpty, (1...3).contains(contents.count) else { return false }
        var cards = 0
        for content in contents {
            switch content {
            case .card: cards += 1
            case .text, .image: break
            case .unusable: return false
            }
        }
        return cards > 0
    }

    /// The account that each card among the contents asks an authorisation for.
    let prompts: [String]

    var images: [String] {
        contents.compactMap { content in
            switch content {
            case .image(let mediaID): mediaID
            case .text, .card, .unusable: nil
            }
        }
    }

    /// Too long, or with a link out of the app.
    var hasForbiddenText: Bool {
        contents.contains { content in
            switch content {
            case .text(let text):
                text.count > Self.textCharactersMax || text.contains("http://") || text.contains("https://")
            case .image, .card, .unusable: false
            }
        }
    }
}
