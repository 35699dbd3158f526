import CampaignModel
import Testing
import Wire

@testable import Sandbox

@Suite("Conversations, as the platform sees them")
struct SandboxConversationTests {
    private static func answer(
        _ rehearsal: inout Rehearsal, _ scene: String, to id: String?, _ person: String = "u1", text: String = "hi",
        at now: Moment = Rehearsal.noon
    ) -> Int? {
        let number = rehearsal.platform.people.number(of: person)
        let body =
            #"{"to_user_id":"\#(person)","scene":"\#(scene)","msg_id":"\#(id ?? "@nothing")","#
            + #""conversation_id":"@talk-\#(number)","content":{"msg_type":1,"text":{"text":"\#(text)"}}}"#
        return rehearsal.call("/im/send/msg/?open_id=brand", body, token: rehearsal.token, at: now).code
    }
    private static let enter = "im_enter_direct_msg"
    private static let reply = "im_reply_msg"

    @Test(
        "a right lasts as long as it lasts",
        arguments: [
            (enter, 30, 0, [SandboxBreach.Kind]()), (enter, 31, 28_003_082, [.rightOver]), (reply, 31, 0, []),
            (reply, 9 * 3600, 0, []),
        ])
    func windows(_ scene: String, _ seconds: Int, _ code: Int, _ breaches: [SandboxBreach.Kind]) {
        var rehearsal = Rehearsal()
        let id =
            scene == Self.enter
            ? rehearsal.platform.enter("u1", to: "brand", at: Rehearsal.noon)
            : rehearsal.platform.say("hello", from: "u1", to: "brand", at: Rehearsal.noon)
        #expect(Self.answer(&rehearsal, scene, to: id, at: Rehearsal.noon + .seconds(seconds)) == code)
        #expect(rehearsal.breaches == breaches)
    }

    @Test("an answer names its own event, of this person, of its own kind")
    func names() {
        var rehearsal = Rehearsal()
        let entrance = rehearsal.platform.enter("u1", to: "brand", at: Rehearsal.noon)
        #expect(Self.answer(&rehearsal, Self.reply, to: entrance) == 28_003_082)
        #expect(Self.answer(&rehearsal, Self.enter, to: entrance, "u2") == 28_003_082)
        #expect(Self.answer(&rehearsal, Self.enter, to: nil) == 28_003_082)
        #expect(rehearsal.breaches == [.rightUnknown, .rightUnknown, .rightUnknown])
        #expect(Self.answer(&rehearsal, Self.enter, to: entrance) == 0)
        // Nothing of the day's people is used: the same person can still be written to unasked.
        #expect(rehearsal.send(to: "u1").code == 0)
        #expect(rehearsal.breaches.count == 3)
    }

    @Test("the very answer twice, a fourth in ten minutes, over a person's head, and at night: each is listed")
    func listed() {
        var rehearsal = Rehearsal()
        let id = rehearsal.platform.say("hello", from: "u1", to: "brand", at: Rehearsal.noon)
        _ = Self.answer(&rehearsal, Self.reply, to: id, text: "1")
        _ = Self.answer(&rehearsal, Self.reply, to: id, text: "1")
        #expect(rehearsal.breaches == [.duplicate])
        _ = Self.answer(&rehearsal, Self.reply, to: id, text: "2")
        _ = Self.answer(&rehearsal, Self.reply, to: id, text: "3")
        #expect(rehearsal.breaches == [.duplicate, .answersItself])
        rehearsal.platform.writeByHand(to: "u1", from: "brand", at: Rehearsal.noon + .minutes(20))
        _ = Self.answer(&rehearsal, Self.reply, to: id, text: "5", at: Rehearsal.noon + .minutes(49))
        #expect(rehearsal.breaches.last == .talkedOver)
        _ = Self.answer(&rehearsal, Self.reply, to: id, text: "6", at: Rehearsal.noon + .hours(10))
        #expect(rehearsal.breaches.last == .quietHours)
        for kind in SandboxBreach.Kind.allCases {
            let breach = SandboxBreach(kind: kind, account: "brand", recipient: "u1", at: Rehearsal.noon)
            #expect(!breach.sentence.zh.hasSuffix(kind.rawValue) && !breach.sentence.en.hasSuffix("：\(kind.rawValue)"))
        }
    }
}
