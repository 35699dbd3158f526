import CampaignModel
import Testing
import Wire

@testable import Channels

@Suite("An answer as a request")
struct ReplyChannelTests {
    private let token = AccessToken("bus_act.abc")!

    private func contact(
        _ right: Trigger.Right = .reply, messages: [Message] = [.text("你好")], sender: String = "brand",
        recipient: String = "ou_1", message: String = "@m\"1", conversation: String = "@c"
    ) -> RenderedContact {
        RenderedContact(
            sender: sender, recipient: recipient, messages: messages, channel: .reply,
            occasion: Occasion(
                id: OccasionID(rawValue: 5), right: right, message: message, conversation: conversation))
    }

    private func body(_ contact: RenderedContact) throws -> String {
        let request = try AllChannels(baseURL: .production).request(for: contact, token: token)
        return String(decoding: request.body, as: UTF8.self)
    }

    @Test(
        "it goes to the person, in the account's name, and names the message, the conversation and the right it spends")
    func whole() throws {
        let request = try ReplyChannel(baseURL: .production).request(for: contact(), token: token)
        #expect(request.method == .post)
        #expect(request.url == "https://open.douyin.com/im/send/msg/?open_id=brand")
        #expect(request.header("access-token") == "bus_act.abc")
        #expect(request.header("content-type") == "application/json")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"to_user_id":"ou_1","scene":"im_reply_msg","msg_id":"@m\"1","conversation_id":"@c","#
                + #""content":{"msg_type":1,"text":{"text":"你好"}}}"#)
        #expect(
            try body(contact(.enter, messages: [.appletCoupon(activityID: "11", couponMetaID: "22")]))
                == #"{"to_user_id":"ou_1","scene":"im_enter_direct_msg","msg_id":"@m\"1","conversation_id":"@c","#
                + #""content":{"msg_type":11,"applet_coupon":{"activity_id":"11","coupon_meta_id":"22"}}}"#)
    }

    @Test("what answers nothing, or is not one message of somebody to somebody, never becomes a request")
    func refused() {
        let card = Message.appletCoupon(activityID: "11", couponMetaID: "22")
        var unasked = contact()
        unasked = RenderedContact(
            sender: unasked.sender, recipient: unasked.recipient, messages: unasked.messages, channel: .reply)
        let rows: [(RenderedContact, ContactDefect)] = [
            (contact(messages: []), .messageCount(0)), (contact(messages: [card, card]), .messageCount(2)),
            (contact(sender: ""), .emptySender), (contact(recipient: ""), .emptyRecipient),
            (contact(message: ""), .answersNothing), (contact(conversation: ""), .answersNothing),
            (contact(.proactive), .answersNothing), (unasked, .answersNothing),
        ]
        for (contact, defect) in rows {
            #expect(throws: defect) { try ReplyChannel(baseURL: .production).request(for: contact, token: token) }
        }
    }

    @Test("each channel writes its own request; an answer's is no batch")
    func kinds() throws {
        let batch = RenderedContact(sender: "brand", recipient: "ou_1", messages: [.text("hi")])
        #expect(try body(batch).contains(#""scene":"im_authorize_message","content_list""#))
        #expect(try body(contact()).contains(#""scene":"im_reply_msg""#))
    }

    @Test("what the platform says to it is read as of any message")
    func answers() {
        let channel = ReplyChannel(baseURL: .production)
        func sight(_ text: String, status: Int = 200) -> Answer {
            channel.answer(
                from: HTTPResponse(status: status, headers: [], body: Array(text.utf8)), recipient: "ou_1", messages: 1)
        }
        let accepted = sight(#"{"err_no":0,"data":{"msg_id":"@9"}}"#)
        #expect(accepted.sight == .success && accepted.messageIDs == ["@9"])
        #expect(sight(#"{"err_no":28001005}"#).sight != .success && sight("<html>").sight != .success)
    }
}
