import CampaignModel
import Foundation
import Testing
import Wire

@testable import Channels

@Suite("A message to a group as a request")
struct GroupMessageTests {
    private let channels = AllChannels(baseURL: .production)
    private let token = AccessToken("bus_act.abc")!

    private func contact(_ messages: [Message], to group: String = "g1") -> RenderedContact {
        RenderedContact(sender: "brand", recipient: group, messages: messages, channel: .groupMessage)
    }

    @Test("one content under the group's id, at the group's own address")
    func request() throws {
        let request = try channels.request(for: contact([.text("你好")]), token: token)
        #expect(request.url == "https://open.douyin.com/im/send/msg/group/?open_id=brand")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"group_id":"g1","content":{"msg_type":1,"text":{"text":"你好"}}}"#)
        let toPerson = RenderedContact(sender: "brand", recipient: "u", messages: [SendRequestTests.card])
        #expect(try channels.request(for: toPerson, token: token).url.contains("/im/send/msg/?"))
    }

    @Test("what a group does not take is no request")
    func refusals() {
        #expect(throws: ContactDefect.notForGroups) {
            try channels.request(for: contact([.appletCoupon(activityID: "1", couponMetaID: "2")]), token: token)
        }
        #expect(throws: ContactDefect.messageCount(2)) {
            try channels.request(for: contact([.text("a"), .text("b")]), token: token)
        }
        #expect(throws: ContactDefect.emptyRecipient) {
            try channels.request(for: contact([.text("a")], to: ""), token: token)
        }
    }

    @Test(
        "its reply is read like any other",
        arguments: [
            (#"{"msg_id":"@g","extra":{"error_code":0,"logid":"l"}}"#, Sight.success),
            (#"{"data":{"error_code":2100007},"extra":{"error_code":2100007}}"#, Sight.refusal(code: 2_100_007)),
            (#"{"extra":{"error_code":0}}"#, Sight.ambiguous(.noMessageID)),
        ])
    func replies(_ body: String, _ sight: Sight) {
        let answer = channels.answer(
            from: HTTPResponse(status: 200, body: Array(body.utf8)), recipient: "g1", messages: 1)
        #expect(answer.sight == sight)
    }

    @Test("a recall names the message, the conversation and its kind")
    func recall() {
        let calls = RecallCalls(baseURL: .production)
        let request = calls.recall("@m", in: "g1", channel: .groupMessage, account: "brand", token: token)
        #expect(request.url == "https://open.douyin.com/im/recall/msg/?open_id=brand")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"msg_id":"@m","conversation_id":"g1","conversation_type":2}"#)
    }
}
