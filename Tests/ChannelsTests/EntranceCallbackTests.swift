import CampaignModel
import Testing

@testable import Channels

@Suite("Somebody opens the conversation")
struct EntranceCallbackTests {
    private func entrance(_ members: String) throws -> PlatformEvent.Entrance {
        let event = try PlatformEvent(
            body: Array(#"{"event":"im_enter_direct_msg","content":{\#(members)}}"#.utf8))
        guard case .entered(let entrance) = event.content else {
            Issue.record("\(event.content)")
            return PlatformEvent.Entrance(messageID: "?", created: nil)
        }
        return entrance
    }

    @Test("everything that an answer has to name, and where they came from, is read")
    func whole() throws {
        let entrance = try entrance(
            #""server_message_id":"@m","conversation_short_id":"@c","create_time":1700000000123,"scene_type":12,"#
                + #""objectId":"v9","ad_info":"{\"id\":7}""#)
        #expect(
            entrance
                == PlatformEvent.Entrance(
                    messageID: "@m", created: Moment(milliseconds: 1_700_000_000_123), conversation: "@c", scene: "12",
                    video: "v9", ad: #"{"id":7}"#))
        #expect(entrance.enteredFrom == ["ad", "video", "12"])
    }

    @Test(
        "who tells no place comes from nowhere, and an empty ad is none",
        arguments: [
            ("", []), (#""ad_info":"{}""#, []), (#""ad_info":"null""#, []), (#""ad_info":"""#, []),
            (#""ad_info":"{ }""#, ["ad"]), (#""scene_type":"5""#, ["5"]), (#""objectId":"v""#, ["video"]),
            (#""ad_info":"x","scene_type":1"#, ["ad", "1"]),
        ])
    func places(_ members: String, _ places: [String]) throws {
        #expect(try entrance(members).enteredFrom == places)
    }

    @Test("an id may be as long as an id, an ad's text longer; what is too long is none")
    func bounds() throws {
        func text(_ count: Int) -> String { String(repeating: "x", count: count) }
        #expect(try entrance(#""server_message_id":"\#(text(512))""#).messageID == text(512))
        #expect(try entrance(#""server_message_id":"\#(text(513))""#).messageID.isEmpty)
        #expect(try entrance(#""ad_info":"\#(text(8192))""#).ad == text(8192))
        #expect(try entrance(#""ad_info":"\#(text(8193))""#).ad.isEmpty)
    }

    @Test("an event in a list of its own is that event; of two in a list nobody's is taken for the other's")
    func inAList() throws {
        let one = #"{"event":"im_receive_msg","from_user_id":"_a","content":{"text":"退订"}}"#
        let event = try PlatformEvent(body: Array("[\(one)]".utf8))
        #expect(event.name == "im_receive_msg" && event.from == "_a")
        #expect(try PlatformEvent(body: Array("[\(one),\(one)]".utf8)).content == .other)
    }

    @Test("texts in a list are all read")
    func texts() throws {
        let event = try PlatformEvent(
            body: Array(#"{"event":"im_receive_msg","content":{"text":["hello","退订"]}}"#.utf8))
        guard case .received(let message) = event.content else {
            Issue.record("\(event.content)")
            return
        }
        #expect(message.texts == ["hello", "退订"] && message.text == "hello\n退订")
    }
}
