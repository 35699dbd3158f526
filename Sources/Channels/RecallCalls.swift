import CampaignModel
import Wire

/// Taking a message back (`douyin-api.md` §3.5). Asking twice harms nobody: a message is there or it is not.
package struct RecallCalls: Sendable {
    package static let replyBytesMax = 64 * 1024
    private let baseURL: PlatformAddress

    package init(baseURL: PlatformAddress) { self.baseURL = baseURL }

    /// - Parameters:
    ///   - message: the platform's id of the message.
    ///   - conversation: its id when an event has told it; the group's own id for a group.
    package func recall(
        _ message: String, in conversation: String, channel: ChannelKind, account: String, token: AccessToken
    ) -> HTTPRequest {
        var json = JSONText(capacity: 128)
        json.raw(#"{"msg_id":"#)
        json.string(message)
        json.raw(#","conversation_id":"#)
        json.string(conversation)
        json.raw(#","conversation_type":"#)
        json.number(channel == .groupMessage ? 2 : 1)
        json.raw("}")
        return HTTPRequest(
            method: .post, url: baseURL.url("/im/recall/msg/", openID: account),
            headers: [PrivateMessageChannel.jsonHeader, HTTPHeader("access-token", token.revealed)], body: json.bytes)
    }

    /// Success, or why not.
    package static func result(from response: HTTPResponse) -> Result<Void, CallFailure> {
        Result { () throws(CallFailure) -> Void in
            _ = try PlatformReply.success(of: response, bytesMax: replyBytesMax)
        }
    }
}
