import CampaignModel
import Foundation
import Testing
import Wire

@testable import Channels

@Suite("A contact as a request")
struct SendRequestTests {
    let channel = PrivateMessageChannel(baseURL: .production)
    let token = AccessToken("bus_act.abc")!

    func contact(_ messages: [Message], sender: String = "brand", recipient: String = "ou_1") -> RenderedContact {
        RenderedContact(sender: sender, recipient: recipient, messages: messages)
    }

    func text(_ request: HTTPRequest) -> String { String(decoding: request.body, as: UTF8.self) }

    static let card = Message.appletCard(templateID: "t1", appID: "tt1", path: "pages/a", query: #"{"k":"v"}"#)

    @Test("A text and a card travel in one request, in the words of the platform's page")
    func wholeRequest() throws {
        let request = try channel.request(for: contact([.text("你好"), Self.card]), token: token)
        #expect(request.method == .post)
        #expect(request.url == "https://open.douyin.com/im/send/msg/?open_id=brand")
        #expect(request.header("access-token") == "bus_act.abc")
        #expect(request.header("content-type") == "application/json")
        #expect(
            text(request)
                == #"{"to_user_id":"ou_1","scene":"im_authorize_message","content_list":["#
                + #"{"msg_type":1,"text":{"text":"你好"}},"#
                + #"{"msg_type":10,"applet_card":{"card_template_id":"t1","app_id":"tt1","path":"pages/a","#
                + #""query":"{\"k\":\"v\"}"}}]}"#)
    }

    @Test(
        "Each kind of message has its number and its object",
        arguments: [
            (Message.image(mediaID: "@i"), #"{"msg_type":2,"image":{"media_id":"@i"}}"#),
            (
                .appletCoupon(activityID: "11", couponMetaID: "22"),
                #"{"msg_type":11,"applet_coupon":{"activity_id":"11","coupon_meta_id":"22"}}"#
            ),
            (
                .authorizationCard(appID: "tt1", ownerAppID: "tt2", ownerOpenID: "staff"),
                #"{"msg_type":12,"auth_private_message_card":{"app_info":{"app_id":"tt1"},"#
                    + #""to_user_info":{"app_id":"tt2","open_id":"staff"}}}"#
            ),
        ])
    func kinds(_ message: Message, _ expected: String) throws {
        let body = text(try channel.request(for: contact([message]), token: token))
        #expect(body.hasSuffix(#""content_list":[\#(expected)]}"#))
    }

    @Test(
        "Any text comes out of a JSON reader as it went in",
        arguments: [
            "", "plain", "\"", "\\", "\\\"", "a\"b\\c", "line\nbreak\r\ttab", "\u{0}\u{1}\u{1f}\u{7f}", "喜欢😀👨‍👩‍👧",
            "</script>",
            "\u{2028}\u{2029}", "e\u{301}", String(repeating: "\"", count: 1000),
        ])
    func escaping(_ value: String) throws {
        let request = try channel.request(for: contact([.text(value)], recipient: "ou" + value), token: token)
        let root = try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
        let list = try #require(root["content_list"] as? [[String: Any]])
        let read = try #require((list[0]["text"] as? [String: Any])?["text"] as? String)
        #expect(Array(read.utf8) == Array(value.utf8))
        #expect(JSONValue(strict: request.body)?["to_user_id"]?.string == "ou" + value)
    }

    @Test("what has a short escape is written by it, every other sign below a blank by its number, and nothing else")
    func shortEscapes() {
        var json = JSONText(capacity: 1)
        json.string("\u{0}\u{8}\t\n\u{b}\u{c}\r\u{1f} \"/\\\u{7f}é")
        let expected = #""\u0000\u0008\t\n\u000b\u000c\r\u001f \"/\\"# + "\u{7f}é\""
        #expect(String(decoding: json.bytes, as: UTF8.self) == expected)
    }

    @Test(
        "The sender's open_id cannot leave its place in the query",
        arguments: [
            ("a-b_c.d~E9", "a-b_c.d~E9"), ("a&open_id=b", "a%26open_id%3Db"), ("a b+c/#?%", "a%20b%2Bc%2F%23%3F%25"),
            ("抖", "%E6%8A%96"), ("a\r\nHost: x", "a%0D%0AHost%3A%20x"),
        ])
    func percentEncoding(_ openID: String, _ expected: String) throws {
        let request = try channel.request(for: contact([Self.card], sender: openID), token: token)
        #expect(request.url == "https://open.douyin.com/im/send/msg/?open_id=" + expected)
    }

    @Test("A contact that is no contact is refused before a byte leaves")
    func defects() {
        #expect(throws: ContactDefect.messageCount(0)) { try channel.request(for: contact([]), token: token) }
        #expect(throws: ContactDefect.messageCount(4)) {
            try channel.request(for: contact([Self.card, Self.card, Self.card, Self.card]), token: token)
        }
        #expect(throws: ContactDefect.emptyRecipient) {
            try channel.request(for: contact([Self.card], recipient: ""), token: token)
        }
        #expect(throws: ContactDefect.emptySender) {
            try channel.request(for: contact([Self.card], sender: ""), token: token)
        }
    }

    @Test("Coupon ids go as numbers where the platform is configured so, and nothing else does")
    func couponNumbers() throws {
        let channel = PrivateMessageChannel(baseURL: .production, couponIDs: .number)
        let coupon = Message.appletCoupon(activityID: "7091", couponMetaID: "9223372036854775807")
        #expect(
            text(try channel.request(for: contact([coupon]), token: token)).contains(
                #"{"activity_id":7091,"coupon_meta_id":9223372036854775807}"#))
        for bad in ["", "1,\"x\":2", "-1", "01", "9223372036854775808"] {
            #expect(throws: ContactDefect.couponIDNotNumeric(bad)) {
                try channel.request(for: contact([.appletCoupon(activityID: bad, couponMetaID: "1")]), token: token)
            }
        }
    }

    @Test(
        "A platform address is a scheme, a host, and nothing that hides a query",
        arguments: [
            ("https://open.douyin.com", "https://open.douyin.com"), ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
            ("HTTPS://x/base//", "HTTPS://x/base"), ("ftp://x", nil), ("https://", nil), ("https:///x", nil),
            ("https://u@x", nil), ("https://x?y", nil), ("https://x y", nil), ("https://x\r\n", nil), ("", nil),
        ] as [(String, String?)])
    func addresses(_ text: String, _ expected: String?) { #expect(PlatformAddress(text)?.text == expected) }
}
