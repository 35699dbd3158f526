import CampaignModel
import Wire

/// Messages to groups (`douyin-api.md` §3.5): one request a message, so a contact of a group is exactly one message, of
/// text, an image or an applet card. Its reply has the shape of the private message's.
package struct GroupMessageChannel: Channel {
    private let baseURL: PlatformAddress
    private let replies: PrivateMessageChannel

    package init(baseURL: PlatformAddress) {
        self.baseURL = baseURL
        replies = PrivateMessageChannel(baseURL: baseURL)
    }

    package func request(for contact: RenderedContact, token: AccessToken) throws -> HTTPRequest {
        guard contact.messages.count == 1 else { throw ContactDefect.messageCount(contact.messages.count) }
        guard !contact.recipient.isEmpty else { throw ContactDefect.emptyRecipient }
        guard !contact.sender.isEmpty else { throw ContactDefect.emptySender }
        var json = JSONText(capacity: 512)
        json.raw(#"{"group_id":"#)
        json.string(GroupIdentity.plain(contact.recipient))
        json.raw(#","content":"#)
        switch contact.messages[0] {
        case .text, .image, .appletCard: try replies.write(contact.messages[0], into: &json)
        case .appletCoupon, .authorizationCard: throw ContactDefect.notForGroups
        }
        json.raw("}")
        return HTTPRequest(
            method: .post, url: baseURL.url("/im/send/msg/group/", openID: contact.sender),
            headers: [PrivateMessageChannel.jsonHeader, HTTPHeader("access-token", token.revealed)], body: json.bytes)
    }

    package func answer(from response: HTTPResponse, recipient: String, messages: Int) -> Answer {
        replies.answer(from: response, recipient: GroupIdentity.plain(recipient), messages: messages)
    }
}

/// Every channel by the contact's own kind: what the dispatcher speaks to.
package struct AllChannels: Channel {
    private let privateMessages: PrivateMessageChannel
    private let groupMessages: GroupMessageChannel
    private let answers: ReplyChannel

    package init(baseURL: PlatformAddress) {
        answers = ReplyChannel(baseURL: baseURL)
        privateMessages = PrivateMessageChannel(baseURL: baseURL)
        groupMessages = GroupMessageChannel(baseURL: baseURL)
    }

    package func request(for contact: RenderedContact, token: AccessToken) throws -> HTTPRequest {
        switch contact.channel {
        case .privateMessage: try privateMessages.request(for: contact, token: token)
        case .groupMessage: try groupMessages.request(for: contact, token: token)
        case .reply: try answers.request(for: contact, token: token)
        }
    }

    /// One reader for all: their replies have the same shape.
    package func answer(from response: HTTPResponse, recipient: String, messages: Int) -> Answer {
        privateMessages.answer(from: response, recipient: GroupIdentity.plain(recipient), messages: messages)
    }
}
