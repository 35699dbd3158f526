import CampaignModel
import Testing
import Wire

@testable import Channels

@Suite("What a reply of the send call shows")
struct SendReplyTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let body: String
        let messages: Int
        let sight: Sight
        var status = 200
        var testDescription: String { "\(status) \(body)" }
        init(_ body: String, _ messages: Int, _ sight: Sight, status: Int = 200) {
            self.body = body
            self.messages = messages
            self.sight = sight
            self.status = status
        }
    }

    static let ok =
        #""data":{"error_code":0,"description":""},"extra":{"error_code":0,"sub_error_code":0,"logid":"L1"}"#

    func answer(_ row: Row) -> Answer {
        PrivateMessageChannel(baseURL: .production).answer(
            from: HTTPResponse(status: row.status, body: Array(row.body.utf8)), recipient: "ou_1",
            messages: row.messages)
    }

    @Test(
        "Each of the five envelopes gives its code, whether number or string",
        arguments: [
            Row(#"{"err_no":28001008,"err_msg":"expired","log_id":"x","data":{}}"#, 1, .refusal(code: 28_001_008)),
            Row(
                #"{"data":{"error_code":28001005,"description":"busy"},"extra":{"error_code":28001005}}"#, 1,
                .refusal(code: 28_001_005)),
            Row(
                #"{"data":{"error_code":0},"extra":{"error_code":0,"sub_error_code":28003070}}"#, 1,
                .refusal(code: 28_003_070)),
            Row(
                #"{"data":{"captcha":"","error_code":"2190008","description":""},"message":"error"}"#, 1,
                .refusal(code: 2_190_008)),
            Row(#"{"error_code":-1,"message":"system error","data":null}"#, 1, .refusal(code: -1)),
            Row(#"{"err_no":40015,"err_tips":"bad appid","data":""}"#, 1, .refusal(code: 40_015)),
            Row(#"{"err_no":"0","err_msg":"","data":{"msg_id":"@m"}}"#, 1, .success),
            Row(
                #"{"err_no":0,"data":{"error_code":28003017},"extra":{"error_code":28001005}}"#, 1,
                .refusal(code: 28_003_017)),
            Row(#"{"err_no":28001005.0,"data":{}}"#, 1, .refusal(code: 28_001_005)),
        ])
    func envelopes(_ row: Row) { #expect(answer(row).sight == row.sight) }

    @Test(
        "Success needs zero codes everywhere, no claim of failure, and a message id",
        arguments: [
            Row("{\"msg_id\":\"@m\",\(ok)}", 1, .success),
            Row("{\"msg_id\":\"@m\",\"all_send_success\":true,\(ok)}", 3, .success),
            Row("{\"msg_id\":\"@m\",\"all_send_success\":\"true\",\(ok)}", 1, .success),
            Row("{\"msg_list\":[\"@a\",\"@b\"],\(ok)}", 2, .success),
            Row("{\"msg_id\":\"@m\",\"to_user_id\":\"ou_1\",\(ok)}", 1, .success),
            Row("{\"msg_id\":\"@m\",\"send_msg_status_list\":[],\(ok)}", 2, .success),
            Row(
                "{\"msg_id\":\"@m\",\"send_msg_status_list\":[{\"error_code\":0},{\"error_code\":\"0\"}],\(ok)}", 2,
                .success),
            Row("{\(ok)}", 1, .ambiguous(.noMessageID)),
            Row("{\"msg_id\":\"\",\(ok)}", 1, .ambiguous(.noMessageID)),
            Row("{\"msg_id\":null,\(ok)}", 1, .ambiguous(.noMessageID)),
            Row("{\"msg_id\":\"@m\",\"to_user_id\":\"ou_2\",\(ok)}", 1, .ambiguous(.otherRecipient)),
            Row("{\"msg_id\":\"@m\",\"all_send_success\":false,\(ok)}", 1, .ambiguous(.partialWithoutList)),
            Row("{\"msg_id\":\"@m\",\"all_send_success\":\"maybe\",\(ok)}", 1, .ambiguous(.partialWithoutList)),
        ])
    func success(_ row: Row) { #expect(answer(row).sight == row.sight) }

    static func list(_ codes: [Int], all: String = "", top: Int = 0, id: String = "@m") -> String {
        let rows = codes.map { "{\"error_code\":\($0)}" }.joined(separator: ",")
        return "{\"msg_id\":\"\(id)\",\(all)\"send_msg_status_list\":[\(rows)],\"data\":{\"error_code\":\(top)}}"
    }

    @Test(
        "A list per message decides, and a list that contradicts the rest decides nothing",
        arguments: [
            Row(list([0, 28_001_038]), 2, .partialSuccess),
            Row(list([28_001_038, 0, 0], all: "\"all_send_success\":false,"), 3, .partialSuccess),
            Row(list([0, 28_001_038], top: 28_001_038), 2, .partialSuccess),
            Row(list([28_001_038, 28_001_007], id: ""), 2, .refusal(code: 28_001_038)),
            Row(list([28_001_038, 28_001_038], top: 28_001_005, id: ""), 2, .refusal(code: 28_001_005)),
            Row(list([28_001_038, 28_001_038]), 2, .ambiguous(.partialWithoutList)),
            Row(list([1, 1], all: "\"all_send_success\":true,", id: ""), 2, .ambiguous(.partialWithoutList)),
            Row(list([0, 0], all: "\"all_send_success\":false,"), 2, .ambiguous(.partialWithoutList)),
            Row(list([0, 0], top: 28_001_005), 2, .ambiguous(.partialWithoutList)),
            Row(list([0]), 2, .ambiguous(.partialWithoutList)),
            Row(list([0, 0, 0]), 2, .ambiguous(.partialWithoutList)),
            Row("{\"msg_id\":\"@m\",\"send_msg_status_list\":[{\"x\":1}],\(ok)}", 1, .ambiguous(.partialWithoutList)),
            Row("{\"msg_id\":\"@m\",\"send_msg_status_list\":{},\(ok)}", 1, .ambiguous(.partialWithoutList)),
            Row(#"{"msg_id":"@m","data":{"error_code":28001005}}"#, 1, .ambiguous(.partialWithoutList)),
        ])
    func perMessage(_ row: Row) { #expect(answer(row).sight == row.sight) }

    @Test("The codes of single messages are kept in their order")
    func messageCodes() {
        let answer = answer(Row(Self.list([0, 28_001_038, 0]), 3, .partialSuccess))
        #expect(answer.messageCodes == [0, 28_001_038, 0])
        #expect(answer.messageIDs == ["@m"])
    }

    @Test(
        "What is not one strict JSON object with a code is no answer",
        arguments: [
            "", " ", "<html>502</html>", "{", "{}", "[]", "0", "null", #"{"ok":true}"#, #"{"msg_id":"@m"}"#,
            #"{"err_no":0} {"err_no":0}"#, #"{"err_no":0},"#, #"{"err_no":0,}"#, #"{"err_no":"abc"}"#,
            #"{"err_no":true,"msg_id":"@m"}"#, #"{"err_no":null}"#, #"{"err_no":[]}"#, #"{"err_no":0.5}"#,
            #"{"err_no":0,"err_no":28001005}"#, #"{'err_no':0}"#, #"{"err_no":00}"#, #"{"err_no":0,"a":"\ud800"}"#,
            "{\"err_no\":0,\"a\":\"\u{1}\"}", "\u{feff}{\"err_no\":0}", #"{"err_no":NaN}"#,
            #"{"data":{"error_code":0},"extra":{"error_code":"x"},"msg_id":"@m"}"#,
        ])
    func unreadable(_ body: String) {
        #expect(answer(Row(body, 1, .success)).sight == .noAnswer(.unreadable))
    }

    @Test("Bytes that are not UTF-8, and nesting beyond 32, are unreadable")
    func unreadableBytes() {
        let channel = PrivateMessageChannel(baseURL: .production)
        func sight(_ body: [UInt8]) -> Sight {
            channel.answer(from: HTTPResponse(status: 200, body: body), recipient: "ou_1", messages: 1).sight
        }
        func nested(_ depth: Int) -> [UInt8] {
            let arrays = String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1)
            return Array("{\"err_no\":0,\"msg_id\":\"@m\",\"a\":\(arrays)}".utf8)
        }
        #expect(sight(Array(#"{"err_no":0,"a":""#.utf8) + [0xff] + Array("\"}".utf8)) == .noAnswer(.unreadable))
        #expect(sight(nested(32)) == .success)
        #expect(sight(nested(33)) == .noAnswer(.unreadable))
        #expect(sight(Array(repeating: 0x20, count: PrivateMessageChannel.replyBytesMax + 1)) == .noAnswer(.tooLarge))
    }

    @Test(
        "Any status but 200 is no business answer, even with a code inside",
        arguments: [
            201, 204, 302, 400, 401, 403, 429, 500, 502, 503,
        ])
    func otherStatus(_ status: Int) {
        let row = Row(#"{"err_no":28001008,"log_id":"L2"}"#, 1, .httpStatus(status), status: status)
        #expect(answer(row).sight == row.sight)
        #expect(answer(row).logID == "L2")
    }

    @Test(
        "Retry-After counts from 0 to 3600 whole seconds",
        arguments: [
            ("0", Duration.seconds(0)), ("30", .seconds(30)), ("3600", .seconds(3600)), ("3601", nil), ("-1", nil),
            ("1.5", nil), ("soon", nil), ("", nil), ("99999999999999999999", nil),
            ("Fri, 20 Nov 2026 12:00:00 GMT", nil),
        ] as [(String, Duration?)])
    func retryAfter(_ text: String, _ expected: Duration?) {
        let response = HTTPResponse(status: 429, headers: [HTTPHeader("retry-after", text)])
        let answer = PrivateMessageChannel(baseURL: .production).answer(
            from: response, recipient: "ou_1", messages: 1)
        #expect(answer.retryAfter == expected)
    }

    @Test("Words and log id are kept for people and cut to their bounds")
    func boundedWords() {
        let long = String(repeating: "忙", count: 500)
        let answer = answer(
            Row(#"{"err_no":28001005,"err_msg":"\#(long)","log_id":"\#(long)"}"#, 1, .refusal(code: 28_001_005)))
        #expect(answer.description.count == 200)
        #expect(answer.logID.utf8.count == 126)
    }
}
