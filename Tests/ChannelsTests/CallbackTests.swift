import CampaignModel
import Testing

@testable import Channels

@Suite("The platform's callbacks")
struct CallbackTests {
    static let secret = Secret(bytes: Array("s3cret".utf8))
    static let old = Secret(bytes: Array("older".utf8))

    @Test("the signature is lower-case hex SHA-1 over secret and body")
    func knownValue() {
        // sha1("abc"), split between secret and body wherever one likes.
        let expected = "a9993e364706816aba3e25717850c26c9cd0d89d"
        #expect(CallbackSignature.of(Array("bc".utf8), secret: Secret(bytes: Array("a".utf8))) == expected)
        #expect(CallbackSignature.of([], secret: Secret(bytes: Array("abc".utf8))) == expected)
    }

    struct Forgery: CustomTestStringConvertible {
        var name: String
        var change: @Sendable ([UInt8], String) -> ([UInt8], String)
        var holds = false
        var testDescription: String { name }
    }
    static let forgeries: [Forgery] = [
        Forgery(name: "as it came", change: { ($0, $1) }, holds: true),
        Forgery(
            name: "signed with the older secret",
            change: { body, _ in (body, CallbackSignature.of(body, secret: old)) }, holds: true),
        Forgery(
            name: "another secret",
            change: { body, _ in (body, CallbackSignature.of(body, secret: Secret(bytes: [1]))) }),
        Forgery(name: "capitals", change: { ($0, $1.uppercased()) }),
        Forgery(name: "cut", change: { ($0, String($1.dropLast())) }),
        Forgery(name: "longer", change: { ($0, $1 + "0") }),
        Forgery(name: "empty", change: { body, _ in (body, "") }),
        Forgery(name: "one byte of the body changed", change: { body, text in (body.dropLast() + [0x20], text) }),
        Forgery(name: "a space more", change: { ($0 + [0x20], $1) }),
        Forgery(
            name: "signed with no secret at all",
            change: { body, _ in (body, CallbackSignature.of(body, secret: Secret(bytes: []))) }),
    ]

    @Test("only the platform's own word is believed", arguments: forgeries)
    func forged(_ forgery: Forgery) {
        let body = Array(#"{"event":"im_send_msg"}"#.utf8)
        let (changed, signature) = forgery.change(body, CallbackSignature.of(body, secret: Self.secret))
        let secrets = [Self.secret, Self.old, Secret(bytes: [])]
        #expect(CallbackSignature.proves(changed, signature: signature, by: secrets) == forgery.holds)
    }

    @Test("what an extension of a signed body must begin with makes it no JSON")
    func extended() {
        let body = Array(#"{"event":"im_send_msg","content":{}}"#.utf8)
        #expect(throws: CallbackDefect.notOneValue) { try PlatformEvent(body: body + [0x80, 0, 0, 1, 0x20]) }
    }

    static let malformed: [(String, CallbackDefect)] = [
        ("", .notOneValue), ("{} {}", .notOneValue), ("{}{}", .notOneValue),
        ("{\"event\":\"\u{0}\"}", .notOneValue), ("plain words", .notOneValue), ("{\"event\":\"a\"} x", .notOneValue),
    ]

    @Test("what is not one JSON value is no callback", arguments: malformed)
    func malformedBodies(_ body: String, _ defect: CallbackDefect) {
        #expect(throws: defect) { try PlatformEvent(body: Array(body.utf8)) }
    }

    static let unclear: [(String, PlatformEvent.Content)] = [
        ("[]", .other), ("5", .other), (#""words""#, .other), ("{}", .other), (#"{"event":1}"#, .other),
        (#"{"event":"a","event":"b"}"#, .other), (#"{"event":"a","content":[]}"#, .other),
        (#"{"event":"a","content":"{"}"#, .other), (#"{"event":"a","content":"words"}"#, .other),
        (#"{"event":"a","content":5}"#, .other), (#"{"event":"a","content":1e999}"#, .other),
        (
            #"{"event":"a","content":"# + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "}",
            .other
        ),
        (#"{"event":"im_authorize","content":{}}"#, .unclear(field: "auth_status")),
        (
            #"{"event":"im_authorize","content":{"auth_status":3,"update_time":1}}"#, .unclear(field: "auth_status")
        ),
        (#"{"event":"verify_webhook","content":{}}"#, .other),
        (
            #"{"event":"im_authorize","content":{"auth_status":2}}"#,
            .consent(.init(authorized: false, isNew: false, updated: nil, expires: nil, enteredFrom: ""))
        ),
        (#"{"event":"im_receive_msg","content":{}}"#, .received(message())),
        (#"{"event":"im_receive_msg"}"#, .received(message())),
        (#"{"event":"im_receive_msg","content":"退订"}"#, .received(message("退订"))),
        (#"{"event":"im_receive_msg","content":{"text":"退订"}}"#, .received(message("退订"))),
        (#"{"event":"im_receive_msg","content":{"text":{"text":"退订"}}}"#, .received(message("退订"))),
        (#"{"event":"im_receive_msg","content":"{\"text\":\"退订\"}"}"#, .received(message("退订"))),
        (#"{"event":"im_receive_msg","content":{"text":"","content":{"text":"退订"}}}"#, .received(message("退订"))),
        ("\u{FEFF}{\"event\":\"im_receive_msg\",\"content\":\"退订\"} \u{0}\u{0}", .received(message("退订"))),
        (#"{"event":"im_receive_msg","content":{"text":"T\ud83d"}}"#, .received(message("T\u{FFFD}"))),
        (
            #"{"event":"im_receive_msg","content":{"text":"td","server_message_id":17012345678901234567}}"#,
            .received(message("td"))
        ),
        (
            #"{"event":"im_receive_msg","content":{"text":"td","create_time":"2026-11-20T10:00:00+08:00"}}"#,
            .received(message("td", at: Moment(seconds: 1_795_140_000)))
        ),
        (
            #"{"event":"im_receive_msg","content":{"text":"td","create_time":"1795140000000"}}"#,
            .received(message("td", at: Moment(seconds: 1_795_140_000)))
        ),
        (
            #"{"event":"im_receive_msg","content":{"text":"td","create_time":1795140000000000}}"#,
            .received(message("td", at: Moment(seconds: 1_795_140_000)))
        ),
        (#"{"event":"im_receive_msg","content":{"text":"td","create_time":"soon"}}"#, .received(message("td"))),
        (
            #"{"event":"life_trade_order_notify","content":"{\"action\":\"pay_success\",\"msg_time\":1795140005,\"order\":"#
                + #"{\"order_id\":\"80001\",\"account_id\":\"7126\",\"pay_amount\":5300,\"original_amount\":5400,"#
                + #"\"create_time\":1795139990,\"pay_time\":1795140000}}"}"#,
            .traded(.init(order: "80001", amount: 5300, at: Moment(seconds: 1_795_140_000)))
        ),
        (
            #"{"event":"life_trade_order_notify","content":{"action":"pay_success","order":{"order_id":80001}}}"#,
            .traded(.init(order: "80001"))
        ),
        (
            #"{"event":"life_trade_certificate_notify","content":{"action":"refund_success","msg_time":1795140000,"#
                + #""certificate":{"certificate_id":"c1","order_id":"80001"}}}"#,
            .traded(.init(order: "80001", givenBack: "c1", at: Moment(seconds: 1_795_140_000)))
        ),
        (
            #"{"event":"life_trade_order_notify","content":{"action":"pay_success","order":{"pay_amount":1}}}"#,
            .unclear(field: "order_id")
        ),
        (
            #"{"event":"life_trade_certificate_notify","content":{"action":"verify","certificate":{"order_id":"1"}}}"#,
            .other
        ),
        (#"{"event":"life_trade_order_notify","content":{"action":"create","order":{"order_id":"1"}}}"#, .other),
    ]

    private static func message(_ text: String = "", at created: Moment? = nil) -> PlatformEvent.ChatMessage {
        .init(
            messageID: "", conversation: "", created: created, kind: "", source: "", texts: text.isEmpty ? [] : [text])
    }

    @Test("what is signed is the platform's word in whatever form it comes", arguments: unclear)
    func anyForm(_ body: String, _ content: PlatformEvent.Content) throws {
        #expect(try PlatformEvent(body: Array(body.utf8)).content == content)
    }

    @Test("a body that names itself is the same whenever it comes; one that does not, for as long as it is repeated")
    func arrivals() throws {
        let noon = Moment(seconds: 1_795_140_000)
        for (body, isSame) in [
            (#"{"event":"im_receive_msg","content":{"text":"td","server_message_id":"@a"}}"#, true),
            (#"{"event":"im_receive_msg","content":{"text":"td","create_time":1795140000}}"#, true),
            (#"{"event":"im_receive_msg","content":{"text":"td"}}"#, false),
            (#"{"event":"contract_unauthorize","content":{}}"#, false),
            (#"{"event":"contract_unauthorize","content":{"timestamp":1795140000}}"#, true),
        ] {
            let bytes = Array(body.utf8)
            let event = try PlatformEvent(body: bytes)
            func digest(_ moment: Moment) -> [UInt8] { EventIdentity.of(arrival: bytes, event, from: "tt", at: moment) }
            #expect(digest(noon) == digest(noon + .minutes(1)))
            #expect((digest(noon) == digest(noon + .hours(1))) == isSame, "\(body)")
        }
    }

    @Test("bytes that are no UTF-8 are no callback")
    func notUTF8() {
        #expect(throws: CallbackDefect.notOneValue) {
            try PlatformEvent(body: Array(#"{"event":""#.utf8) + [0xFF] + Array(#""}"#.utf8))
        }
    }

    @Test("content is an object or the text of one, and means the same", arguments: [true, false])
    func bothShapes(_ isText: Bool) throws {
        let content =
            #"{"create_time":1700000000,"update_time":1700000100,"expire_time":1702592000,"operation_type":1,"auth_status":2,"extra":"{\"enter_from\":\"im_card\"}"}"#
        let written = isText ? "\"" + content.replacingQuotes() + "\"" : content
        let body =
            #"{"event":"im_authorize","client_key":"tt1","from_user_id":"u","to_user_id":"a","content":"# + written
            + "}"
        let event = try PlatformEvent(body: Array(body.utf8))
        #expect(event.from == "u" && event.to == "a" && event.clientKey == "tt1")
        #expect(
            event.content
                == .consent(
                    .init(
                        authorized: false, isNew: true, updated: Moment(seconds: 1_700_000_100),
                        expires: Moment(seconds: 1_702_592_000), enteredFrom: "im_card")))
    }

    static let events: [(String, PlatformEvent.Content)] = [
        (#"{"event":"verify_webhook","content":{"challenge":12345}}"#, .challenge(12345)),
        (
            #"{"event":"im_send_msg","content":{"server_message_id":"@m","conversation_short_id":"@c","create_time":1700000000123,"message_type":"text","source":"tt1"}}"#,
            .sent(
                .init(
                    messageID: "@m", conversation: "@c", created: Moment(milliseconds: 1_700_000_000_123), kind: "text",
                    source: "tt1", texts: []))
        ),
        (
            #"{"event":"im_receive_msg","content":{"server_message_id":"@m","create_time":1700000000123,"message_type":"text","source":null,"text":"退订"}}"#,
            .received(
                .init(
                    messageID: "@m", conversation: "", created: Moment(milliseconds: 1_700_000_000_123), kind: "text",
                    source: "", texts: ["退订"]))
        ),
        (
            #"{"event":"im_enter_direct_msg","content":"{\"server_message_id\":\"@e\",\"create_time\":1700000000123,\"data-im-extra\":\"\"}"}"#,
            .entered(.init(messageID: "@e", created: Moment(milliseconds: 1_700_000_000_123)))
        ),
        (#"{"event":"im_recall_msg","content":"{\"server_message_id\":\"@m\"}"}"#, .recalled(messageID: "@m")),
        (
            #"{"event":"contract_unauthorize","content":{"scopes":["im.direct_message.bind"],"timestamp":1700000000}}"#,
            .contract(granted: false, scopes: ["im.direct_message.bind"], at: Moment(seconds: 1_700_000_000))
        ),
        (#"{"event":"something_new","content":{"a":1}}"#, .other), (#"{"event":"authorize"}"#, .other),
    ]

    @Test("each event is read as what it is", arguments: events)
    func typed(_ body: String, _ content: PlatformEvent.Content) throws {
        #expect(try PlatformEvent(body: Array(body.utf8)).content == content)
    }

    @Test(
        "a person's stop is read in whatever form the platform's word comes",
        arguments: [
            #"{"event":"im_receive_msg","from_user_id":"u","to_user_id":"a","content":{"text":["退订"]}}"#,
            #"{"event":"im_receive_msg","from_user_id":"u","to_user_id":"a","content":{},"text":"退订"}"#,
            #"{"event":"im_receive_msg","from_user_id":"u","to_user_id":"a","text":"退订"}"#,
            #"{"event":"im_receive_msg","content":{"from_user_id":"u","to_user_id":"a","text":"退订"}}"#,
            #"{"event":"im_receive_msg","from_user_id":" u\t","to_user_id":" a ","content":{"text":"退订"}}"#,
            #"{"event":"IM_RECEIVE_MSG","from_user_id":"u","to_user_id":"a","content":{"text":"退订"}}"#,
            #"{"event":" im_receive_msg ","from_user_id":"u","to_user_id":"a","content":{"text":"退订"}}"#,
            #"[{"event":"im_receive_msg","from_user_id":"u","to_user_id":"a","content":{"text":"退订"}}]"#,
        ])
    func anyForm(body: String) throws {
        let event = try PlatformEvent(body: Array(body.utf8))
        guard case .received(let message) = event.content else {
            Issue.record("\(event)")
            return
        }
        #expect(event.from == "u" && event.to == "a" && message.texts == ["退订"])
    }

    @Test("an identity depends on where one part ends and the next begins")
    func identity() {
        #expect(EventIdentity.of(["ab", "c"]) != EventIdentity.of(["a", "bc"]))
        #expect(EventIdentity.of(["ab", "c"]) == EventIdentity.of(["ab", "c"]))
    }
}

extension String {
    fileprivate func replacingQuotes() -> String {
        reduce(into: "") { $0 += $1 == "\"" || $1 == "\\" ? "\\\($1)" : String($1) }
    }

    @Test(
        "what somebody wrote is read however the event is written around it",
        arguments: [
            #"{"event":"im_receive_msg","from_user_id":" _a ","to_user_id":"b","content":{"text":["退订"]}}"#,
            #"{"event":" IM_RECEIVE_MSG","from_user_id":"'_a","to_user_id":"b","content":"{\"text\":\"退订\"}"}"#,
            #"[{"event":"im_receive_msg","from_user_id":"_a","to_user_id":"b","content":"退订"}]"#,
        ])
    func written(_ body: String) throws {
        let event = try PlatformEvent(body: Array(body.utf8))
        #expect(event.from == "_a")
        guard case .received(let message) = event.content else {
            Issue.record("\(event.content)")
            return
        }
        #expect(message.texts == ["退订"])
    }
}
