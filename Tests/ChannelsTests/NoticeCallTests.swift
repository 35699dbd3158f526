import CampaignModel
import Foundation
import Testing
import Wire

@testable import Channels

@Suite("Calls that tell people")
struct NoticeCallTests {
    private func secret(_ text: String) -> Secret { Secret(bytes: Array(text.utf8)) }
    private func target(
        _ kind: NoticeTargetSettings.Kind, _ address: String, _ secrets: [String] = []
    ) -> NoticeTarget {
        NoticeTarget(name: "ops", kind: kind, address: secret(address), secrets: secrets.map(secret))
    }
    private var message: NoticeMessage {
        var notice = Notice(id: 7, at: Moment(iso8601: "2026-11-20T20:00:00+08:00")!, kind: .finished)
        notice.run = "spring@20261120-2000"
        notice.figures = ["unknown": 1, "accepted": 20]
        return NoticeMessage(id: "msg_1", text: "Curfew\n\"完成\"", notice: notice, sentence: "完成")
    }
    private let now = Moment(milliseconds: 1_599_360_473_000)

    @Test("each platform's signature is the one that its own code makes")
    func vectors() {
        #expect(
            NoticeSignature.feishu(seconds: 1_599_360_473, secret: secret("demo"))
                == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=")
        #expect(
            NoticeSignature.dingtalk(milliseconds: 1_599_360_473_000, secret: secret("SECdemo"))
                == "tGWkA5eQOQNCNPDgphtxIoNLO%2B%2FgD8Lcb705KQoRzeY%3D")
        let key = "0123456789abcdef0123456789abcdef"
        let signed = "v1,V5Kyuzlg/mrOQFoDzh7x2md9deAtFQyBpjxOd4Q8wTw="
        for form in [key, "whsec_" + Data(key.utf8).base64EncodedString()] {
            #expect(
                NoticeSignature.webhook(
                    id: "msg_curfew0001", seconds: 1_764_421_200, body: Array(#"{"type":"run.finished"}"#.utf8),
                    secret: secret(form)) == signed)
        }
    }

    @Test("a robot gets its text, its key and its signature where its platform looks for them")
    func robots() {
        let feishu = NoticeCalls.request(
            for: message, to: target(.feishu, "https://open.feishu.cn/open-apis/bot/v2/hook/K", ["demo"]), at: now)
        #expect(
            String(decoding: feishu.body, as: UTF8.self)
                == #"{"timestamp":"1599360473","sign":"l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=","#
                + #""msg_type":"text","content":{"text":"Curfew\n\"完成\""}}"#)
        let dingtalk = NoticeCalls.request(
            for: message, to: target(.dingtalk, "https://oapi.dingtalk.com/robot/send?access_token=K", ["SECdemo"]),
            at: now)
        #expect(
            dingtalk.url
                == "https://oapi.dingtalk.com/robot/send?access_token=K&timestamp=1599360473000"
                + "&sign=tGWkA5eQOQNCNPDgphtxIoNLO%2B%2FgD8Lcb705KQoRzeY%3D")
        let wecom = NoticeCalls.request(
            for: message, to: target(.wecom, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=K"), at: now)
        #expect(wecom.url.hasSuffix("?key=K"))
        #expect(
            String(decoding: wecom.body, as: UTF8.self)
                == #"{"msgtype":"text","text":{"content":"Curfew\n\"完成\""}}"#)
    }

    @Test("a webhook is told one event, signed by each of two secrets while one is replaced")
    func webhook() throws {
        let request = NoticeCalls.request(
            for: message, to: target(.webhook, "https://shop.example/hook", ["new", "old"]), at: now)
        #expect(request.header("webhook-id") == "msg_1" && request.header("webhook-timestamp") == "1599360473")
        #expect(request.header("webhook-signature")?.split(separator: " ").count == 2)
        let body = try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
        #expect(body["type"] as? String == "run.finished")
        #expect(body["timestamp"] as? String == "2026-11-20T20:00:00.000+08:00")
        let content = try #require(body["data"] as? [String: Any])
        #expect(content["run"] as? String == "spring@20261120-2000")
        #expect(content["figures"] as? [String: Int] == ["accepted": 20, "unknown": 1])
    }

    static let answers: [(NoticeTargetSettings.Kind, Int, String, NoticeVerdict)] = [
        (.feishu, 200, #"{"code":0,"msg":"success","data":{}}"#, .told),
        (.feishu, 200, #"{"StatusCode":0,"StatusMessage":"success"}"#, .told),
        (.feishu, 200, #"{"code":19021,"msg":"sign match fail"}"#, .refused("19021 sign match fail")),
        (.feishu, 200, #"{"code":19024,"msg":"Key Words Not Found"}"#, .refused("19024 Key Words Not Found")),
        (.feishu, 200, #"{"code":11232,"msg":"frequency limited"}"#, .tooMany("11232 frequency limited")),
        (.feishu, 200, #"{"code":9499}"#, .tooMany("9499")),
        // 200 alone says nothing.
        (.feishu, 200, "", .unclear("no JSON of its platform")),
        (.feishu, 200, "{}", .unclear("an answer without a code")),
        (.feishu, 200, #"{"errcode":0}"#, .unclear("an answer without a code")),
        (.feishu, 200, #"{"code":"0"}"#, .unclear("no JSON of its platform")),
        (.feishu, 200, #"[0]"#, .unclear("no JSON of its platform")),
        (.feishu, 200, #"<html>code:0</html>"#, .unclear("no JSON of its platform")),
        (.feishu, 302, #"{"code":0}"#, .refused("HTTP 302")),
        (.feishu, 500, #"{"code":0}"#, .refused("HTTP 500")),
        (.dingtalk, 200, #"{"errcode":0,"errmsg":"ok"}"#, .told),
        (
            .dingtalk, 200, #"{"errcode":310000,"errmsg":"keywords not in content"}"#,
            .refused("310000 keywords not in content")
        ),
        (.dingtalk, 200, #"{"errcode":130101,"errmsg":"send too fast"}"#, .tooMany("130101 send too fast")),
        (.wecom, 200, #"{"errcode":0,"errmsg":"ok"}"#, .told),
        (
            .wecom, 200, #"{"errcode":45009,"errmsg":"api freq out of limit"}"#,
            .tooMany("45009 api freq out of limit")
        ),
        (.wecom, 200, #"{"errcode":40058}"#, .refused("40058")),
        (.wecom, 429, "", .tooMany("429")),
        (.webhook, 204, "", .told),
        (.webhook, 200, "anything", .told),
        (.webhook, 410, "", .gone),
        (.webhook, 307, "", .refused("HTTP 307")),
        (.webhook, 500, "", .refused("HTTP 500")),
    ]

    @Test("what became of a message is read from the body, whatever HTTP says", arguments: answers)
    func verdicts(_ kind: NoticeTargetSettings.Kind, _ status: Int, _ body: String, _ verdict: NoticeVerdict) {
        #expect(NoticeCalls.verdict(of: HTTPResponse(status: status, body: Array(body.utf8)), from: kind) == verdict)
    }

    @Test("what another side says is kept short and on one line")
    func said() {
        let long = #"{"code":1,"msg":"a\nb\u0007"# + String(repeating: "长", count: 500) + #""}"#
        let verdict = NoticeCalls.verdict(of: HTTPResponse(status: 200, body: Array(long.utf8)), from: .feishu)
        #expect(verdict == .refused("1 ab" + String(repeating: "长", count: 118)))
    }

    @Test("a letter is 7-bit, with a head in the form of mail and the text whole")
    func letter() throws {
        let bytes = NoticeLetter.text(
            of: message,
            to: NoticeTarget(
                name: "m", kind: .mail, address: secret("smtps://h"), from: "c@example.com",
                to: ["a@example.com", "b@example.com"]),
            subject: "Curfew · 1 条通知", at: Moment(iso8601: "2026-11-20T20:00:00+08:00")!)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(bytes.allSatisfy { $0 < 0x80 } && !text.replacing("\r\n", with: "").contains("\n"))
        #expect(text.contains("Date: Fri, 20 Nov 2026 20:00:00 +0800\r\n"))
        #expect(text.contains("To: a@example.com, b@example.com\r\n"))
        #expect(text.contains("Message-ID: <msg_1@example.com>\r\n"))
        #expect(text.contains("Subject: =?utf-8?B?Q3VyZmV3IMK3IDEg5p2h6YCa55+l?=\r\n"))
        let body = try #require(text.components(separatedBy: "\r\n\r\n").last).replacing("\r\n", with: "")
        #expect(Data(base64Encoded: body).map { String(decoding: $0, as: UTF8.self) } == message.text)
    }
}
