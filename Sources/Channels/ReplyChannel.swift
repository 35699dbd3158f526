import CampaignModel
import Wire

/// Answers to what a person did (`douyin-api.md` §3.1, scenes 1 and 2): one message a request, which names the inbound
/// event's own message and conversation. They say which right is spent.
package struct ReplyChannel: Channel {
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
        guard let occasion = contact.occasion, !occasion.message.isEmpty, !occasion.conversation.isEmpty else {
            throw ContactDefect.answersNothing
        }
        let scene: String
        switch occasion.right {
        case .enter: scene = "im_enter_direct_msg"
        case .reply: scene = "im_reply_msg"
        case .proactive: throw ContactDefect.answersNothing
        }
        var json = JSONText(capacity: 512)
        json.raw(#"{"to_user_id":"#)
        json.string(contact.recipient)
        json.raw(#","scene":"#)
        json.string(scene)
        json.raw(#","msg_id":"#)
        json.string(occasion.message)
        json.raw(#","conversation_id":"#)
        json.string(occasion.conversation)
        json.raw(#","content":"#)
        try replies.write(contact.messages[0], into: &json)
        json.raw("}")
        return HTTPRequest(
            method: .post, url: baseURL.url("/im/send/msg/", openID: contact.sender),
            headers: [PrivateMessageChannel.jsonHeader, HTTPHeader("access-token", token.revealed)], body: json.bytes)
    }

    package func answer(from response: HTTPResponse, recipient: String, messages: Int) -> Answer {
        replies.answer(from: response, recipient: recipient, messages: messages)
    }
}
