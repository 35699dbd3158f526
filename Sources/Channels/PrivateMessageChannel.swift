import CampaignModel
import Wire

/// Proactive private messages: one request a contact, to people who authorised the account (`douyin-api.md` §3.1,
/// scene 4). All 1–3 messages travel together, so a contact is one line in the platform's book, as in ours.
package struct PrivateMessageChannel: Channel {
    /// How `applet_coupon` carries its two ids. Sources disagree; which one holds shows on the first live call.
    package enum CouponIDForm: String, Sendable, Codable {
        case text, number
    }

    /// Replies are a few hundred bytes. Longer ones are not read.
    package static let replyBytesMax = 64 * 1024

    private let baseURL: PlatformAddress
    private let couponIDs: CouponIDForm

    package init(baseURL: PlatformAddress, couponIDs: CouponIDForm = .text) {
        (self.baseURL, self.couponIDs) = (baseURL, couponIDs)
    }

    package func request(for contact: RenderedContact, token: AccessToken) throws -> HTTPRequest {
        guard messagesPerContact.contains(contact.messages.count) else {
            throw ContactDefect.messageCount(contact.messages.count)
        }
        guard !contact.recipient.isEmpty else { throw ContactDefect.emptyRecipient }
        guard !contact.sender.isEmpty else { throw ContactDefect.emptySender }
        return HTTPRequest(
            method: .post, url: baseURL.url("/im/send/msg/", openID: contact.sender),
            headers: [Self.jsonHeader, HTTPHeader("access-token", token.revealed)],
            body: try body(of: contact))
    }

    static let jsonHeader = HTTPHeader("Content-Type", "application/json")

    private func body(of contact: RenderedContact) throws -> [UInt8] {
        var json = JSONText(capacity: 512)
        json.raw(#"{"to_user_id":"#)
        json.string(contact.recipient)
        json.raw(#","scene":"im_authorize_message","content_list":["#)
        for index in contact.messages.indices {
            if index > 0 { json.raw(",") }
            try write(contact.messages[index], into: &json)
        }
        json.raw("]}")
        return json.bytes
    }

    func write(_ message: Message, into json: inout JSONText) throws {
        switch message {
        case .text(let text):
            json.raw(#"{"msg_type":1,"text":{"text":"#)
            json.string(text)
        case .image(let mediaID):
            json.raw(#"{"msg_type":2,"image":{"media_id":"#)
            json.string(mediaID)
        case .appletCard(let templateID, let appID, let path, let query):
            json.raw(#"{"msg_type":10,"applet_card":{"card_template_id":"#)
            json.string(templateID)
            json.raw(#","app_id":"#)
            json.string(appID)
            json.raw(#","path":"#)
            json.string(path)
            json.raw(#","query":"#)
            json.string(query)
        case .appletCoupon(let activityID, let couponMetaID):
            json.raw(#"{"msg_type":11,"applet_coupon":{"activity_id":"#)
            try writeCouponID(activityID, into: &json)
            json.raw(#","coupon_meta_id":"#)
            try writeCouponID(couponMetaID, into: &json)
        case .authorizationCard(let appID, let ownerAppID, let ownerOpenID):
            json.raw(#"{"msg_type":12,"auth_private_message_card":{"app_info":{"app_id":"#)
            json.string(appID)
            json.raw(#"},"to_user_info":{"app_id":"#)
            json.string(ownerAppID)
            json.raw(#","open_id":"#)
            json.string(ownerOpenID)
            json.raw("}")
        }
        json.raw("}}")
    }

    private func writeCouponID(_ id: String, into json: inout JSONText) throws {
        switch couponIDs {
        case .text: json.string(id)
        case .number:
            guard let value = Int64(id), value >= 0, String(value) == id else {
                throw ContactDefect.couponIDNotNumeric(id)
            }
            json.digits(id)
        }
    }
}
