import CampaignModel
import Testing
import Wire

@testable import Sandbox

@Suite("The pretend platform's rules of sending")
struct SandboxSendTests {
    @Test("A contact with a card to somebody who authorised is taken and has an id")
    func accepted() {
        var rehearsal = Rehearsal()
        let answer = rehearsal.send(to: "u1", messages: 3)
        #expect(answer.code == 0)
        #expect(answer.object["msg_id"] as? String == "@sandbox-3")
        #expect(rehearsal.platform.audit.accepted == 1)
        #expect(rehearsal.platform.audit.messages == 3)
        #expect(rehearsal.platform.audit.breaches == 0)
    }

    @Test(
        "Quiet hours are half-open to the millisecond",
        arguments: [
            (21, 59, 59, 999, false), (22, 0, 0, 0, true), (23, 59, 59, 999, true), (0, 0, 0, 0, true),
            (7, 59, 59, 999, true), (8, 0, 0, 0, false),
        ])
    func quietHours(_ hour: Int64, _ minute: Int64, _ second: Int64, _ millisecond: Int64, _ isQuiet: Bool) {
        var rehearsal = Rehearsal()
        let midnight = Rehearsal.noon.milliseconds - 12 * 3_600_000
        let moment = Moment(milliseconds: midnight + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond)
        // The real platform does not refuse it: only the audit tells.
        _ = rehearsal.platform.answer(HTTPRequest(method: .post, url: "http://x/"), at: moment)
        rehearsal.token = rehearsal.businessToken("brand", at: Moment(milliseconds: midnight)) ?? ""
        #expect(rehearsal.send(to: "u1", at: moment).code == 0)
        #expect(rehearsal.breaches == (isQuiet ? [.quietHours] : []))
    }

    @Test("A second contact on one day is refused and told; the next day it is neither")
    func secondContact() {
        var rehearsal = Rehearsal()
        _ = rehearsal.send(to: "u1")
        #expect(rehearsal.send(to: "u1", messages: 2, at: Rehearsal.noon + .hours(1)).code == 28_003_070)
        #expect(rehearsal.breaches == [.secondContact])
        #expect(rehearsal.send(to: "u1", messages: 3, at: Rehearsal.noon + .days(1)).code == 0)
        #expect(rehearsal.breaches == [.secondContact])
    }

    @Test("A day ends at midnight in Shanghai, not in Greenwich")
    func dayBoundary() {
        var rehearsal = Rehearsal()
        let lastMoment = Rehearsal.noon + .hours(12) - .milliseconds(1)
        _ = rehearsal.send(to: "u1", at: lastMoment)
        #expect(rehearsal.send(to: "u1", messages: 2, at: lastMoment).code == 28_003_070)
        #expect(rehearsal.send(to: "u1", messages: 3, at: lastMoment + .milliseconds(1)).code == 0)
        #expect(rehearsal.platform.audit.days.map(\.day) == ["2026-11-20", "2026-11-21"])
    }

    @Test("Another account of the app may not write to the same person that day, though the platform lets it")
    func secondContactInApp() {
        var rehearsal = Rehearsal()
        _ = rehearsal.send(to: "u1")
        let staff = rehearsal.businessToken("staff")
        #expect(rehearsal.send(to: "u1", from: "staff", token: staff).code == 0)
        #expect(rehearsal.breaches == [.secondContactInApp])
    }

    @Test("User 5000 of a day is taken, user 5001 is refused and told")
    func usersCap() {
        var rehearsal = Rehearsal {
            $0.accounts[0].patterns = [OpenIDPattern(prefix: "p", count: 5001, digits: 4)]
            $0.accounts[0].qualifiedMessagesADay = 100_000
        }
        for number in 1...4999 { _ = rehearsal.send(to: "p" + OpenIDPattern.padded(number, to: 4)) }
        #expect(rehearsal.send(to: "p5000").code == 0)
        #expect(rehearsal.breaches == [])
        #expect(rehearsal.send(to: "p5001").code == 28_003_017)
        #expect(rehearsal.breaches == [.usersCap])
        #expect(rehearsal.platform.audit.days.first?.people == 5000)
    }

    @Test("Message 500 of an unqualified account is in order, message 501 is told; a qualification lifts it")
    func messagesCap() {
        func rehearsal(qualified: Int?) -> Rehearsal {
            var rehearsal = Rehearsal {
                $0.accounts[0].patterns = [OpenIDPattern(prefix: "p", count: 501)]
                $0.accounts[0].qualifiedMessagesADay = qualified
            }
            for number in 1...499 { _ = rehearsal.send(to: "p\(number)") }
            return rehearsal
        }
        var unqualified = rehearsal(qualified: nil)
        _ = unqualified.send(to: "p500")
        #expect(unqualified.breaches == [])
        #expect(unqualified.send(to: "p501").code == 0)
        #expect(unqualified.breaches == [.messagesCap])

        // A contact of two is not started with one left.
        var oneLeft = rehearsal(qualified: nil)
        _ = oneLeft.send(to: "p500", messages: 2)
        #expect(oneLeft.breaches == [.messagesCap])

        var qualified = rehearsal(qualified: 501)
        _ = qualified.send(to: "p500")
        _ = qualified.send(to: "p501")
        #expect(qualified.breaches == [])
    }

    @Test("A personal account may send 200 messages a day")
    func personalCap() {
        var rehearsal = Rehearsal {
            $0.accounts[0].kind = .personal
            $0.accounts[0].patterns = [OpenIDPattern(prefix: "p", count: 201)]
        }
        // At the pace that an hour bears.
        for number in 1...200 { _ = rehearsal.send(to: "p\(number)", at: Rehearsal.noon + .seconds(72 * number)) }
        #expect(rehearsal.breaches == [])
        _ = rehearsal.send(to: "p201", at: Rehearsal.noon + .hours(5))
        #expect(rehearsal.breaches == [.messagesCap])
    }

    @Test("Somebody who never authorised, or took it back, is refused and told")
    func notAuthorised() {
        var rehearsal = Rehearsal()
        #expect(rehearsal.send(to: "stranger").code == 2_100_009)
        rehearsal.platform.withdraw(["u1"], account: "brand")
        #expect(rehearsal.send(to: "u1").code == 2_100_009)
        #expect(rehearsal.breaches == [.notAuthorised, .notAuthorised])
        #expect(rehearsal.platform.audit.people == 0)
    }

    @Test("The very same request is a duplicate on any later day, unless the world says campaigns repeat")
    func duplicates() {
        var rehearsal = Rehearsal()
        _ = rehearsal.send(to: "u1")
        _ = rehearsal.send(to: "u1", at: Rehearsal.noon + .days(3))
        #expect(rehearsal.breaches == [.duplicate])
        var repeating = Rehearsal { $0.limits.repeatsAllowedAfterDays = 3 }
        _ = repeating.send(to: "u1")
        _ = repeating.send(to: "u1", at: Rehearsal.noon + .days(2))
        #expect(repeating.breaches == [.duplicate])
        _ = repeating.send(to: "u1", at: Rehearsal.noon + .days(5))
        #expect(repeating.breaches == [.duplicate])
    }

    @Test("A definite refusal leaves no trace: the same request may come again")
    func refusedIsNotTaken() {
        var rehearsal = Rehearsal()
        for name in ["busy", "rate", "risk", "gone", "denied", "expired"] {
            _ = rehearsal.send(to: "x-" + name)
            _ = rehearsal.send(to: "x-" + name)
        }
        #expect(rehearsal.breaches == [])
        #expect(rehearsal.platform.audit.accepted == 1)
    }

    @Test(
        "A body that is no proactive contact is refused",
        arguments: [
            ("{", 0), (#"{"to_user_id":"u1","scene":"im_authorize_message","content_list":[]}"#, 1),
            (#"{"to_user_id":"u1","scene":"im_reply_msg","content_list":[\#(Rehearsal.card)]}"#, 1),
            (#"{"to_user_id":"u1","content_list":[\#(Rehearsal.card)]}"#, 1),
            (
                #"{"to_user_id":"u1","scene":"im_authorize_message","content_list":[{"msg_type":1,"text":{"text":"hi"}}]}"#,
                1
            ),
            (#"{"to_user_id":"u1","scene":"im_authorize_message","content_list":[{"msg_type":10}]}"#, 1),
            (#"{"to_user_id":"u1","scene":"im_authorize_message","content_list":[{"msg_type":9}]}"#, 1),
            (
                #"{"to_user_id":"u1","scene":"im_authorize_message","content_list":["#
                    + [String](repeating: Rehearsal.card, count: 4).joined(separator: ",") + "]}", 1
            ),
        ])
    func malformed(_ body: String, _ breaches: Int) {
        var rehearsal = Rehearsal()
        let answer = rehearsal.call("/im/send/msg/?open_id=brand", body, token: rehearsal.token)
        #expect(answer.code == 28_001_007)
        #expect(rehearsal.breaches == Array(repeating: .contentShape, count: breaches))
    }

    @Test(
        "Coupons with text or number ids, and authorisation cards, count as cards",
        arguments: [
            #"{"msg_type":11,"applet_coupon":{"activity_id":"1","coupon_meta_id":"2"}}"#,
            #"{"msg_type":11,"applet_coupon":{"activity_id":1,"coupon_meta_id":2}}"#,
            #"{"msg_type":12,"auth_private_message_card":{"app_info":{"app_id":"a"},"to_user_info":{"app_id":"b","open_id":"c"}}}"#,
        ])
    func otherCards(_ content: String) {
        var rehearsal = Rehearsal()
        #expect(rehearsal.send(to: "u1", content: content).code == 0)
    }

    @Test("A text with a link, or longer than 1000 characters, is refused as content")
    func forbiddenText() {
        var rehearsal = Rehearsal()
        for text in ["see https://x.cn", String(repeating: "长", count: 1001)] {
            let content = #"{"msg_type":1,"text":{"text":"\#(text)"}},\#(Rehearsal.card)"#
            #expect(rehearsal.send(to: "u1", content: content).code == 28_001_038)
        }
    }

    @Test("An account that is not bound cannot have a token, and the wrong account's token does not fit")
    func tokensAndAccounts() {
        var rehearsal = Rehearsal { $0.accounts[1].isBound = false }
        #expect(rehearsal.businessToken("staff") == nil)
        #expect(rehearsal.send(to: "u1", from: "staff").code == 28_001_015)
        #expect(rehearsal.send(to: "u1", from: "nobody").code == 28_001_012)
        #expect(rehearsal.send(to: "u1", token: "bus_act.wrong").code == 28_001_003)
    }
}

extension OpenIDPattern {
    static func padded(_ number: Int, to digits: Int) -> String {
        OpenIDPattern(prefix: "", from: number, count: 1, digits: digits).openIDs[0]
    }
}
