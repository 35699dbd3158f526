import CampaignModel
import Digests
import Foundation
import Wire

/// Robots of three platforms and Standard Webhooks as requests and decoders. A robot answers 200 to nearly everything: what
/// became of a message stands in the body.
package enum NoticeCalls {
    /// Their answers are a line long.
    package static let replyBytesMax = 16 * 1024
    /// Of what another side says, this much is kept.
    private static let wordsMax = 120

    package static func request(for message: NoticeMessage, to target: NoticeTarget, at now: Moment) -> HTTPRequest {
        var url = target.address.revealed()
        var headers = [HTTPHeader("Content-Type", "application/json; charset=utf-8")]
        let secret = target.secrets.first.flatMap { $0.isEmpty ? nil : $0 }
        let body: [UInt8]
        switch target.kind {
        case .feishu:
            body = feishu(message.text, secret, seconds: now.milliseconds / 1000)
        case .dingtalk:
            body = text(message.text)
            if let secret {
                let sign = NoticeSignature.dingtalk(milliseconds: now.milliseconds, secret: secret)
                url += (url.contains("?") ? "&" : "?") + "timestamp=\(now.milliseconds)&sign=\(sign)"
            }
        case .wecom:
            body = text(message.text)
        case .webhook, .mail:
            body = event(message)
            let seconds = now.milliseconds / 1000
            headers += [
                HTTPHeader("webhook-id", message.id), HTTPHeader("webhook-timestamp", "\(seconds)"),
                HTTPHeader(
                    "webhook-signature",
                    target.secrets.map {
                        NoticeSignature.webhook(id: message.id, seconds: seconds, body: body, secret: $0)
                    }.joined(separator: " ")),
            ]
        }
        return HTTPRequest(method: .post, url: url, headers: headers, body: body)
    }

    private static func feishu(_ text: String, _ secret: Secret?, seconds: Int64) -> [UInt8] {
        var json = JSONText(capacity: text.utf8.count + 200)
        json.raw("{")
        if let secret {
            json.raw(#""timestamp":"#)
            json.string("\(seconds)")
            json.raw(#","sign":"#)
            json.string(NoticeSignature.feishu(seconds: seconds, secret: secret))
            json.raw(",")
        }
        json.raw(#""msg_type":"text","content":{"text":"#)
        json.string(text)
        json.raw("}}")
        return json.bytes
    }

    private static func text(_ text: String) -> [UInt8] {
        var json = JSONText(capacity: text.utf8.count + 64)
        json.raw(#"{"msgtype":"text","text":{"content":"#)
        json.string(text)
        json.raw("}}")
        return json.bytes
    }

    private static func event(_ message: NoticeMessage) -> [UInt8] {
        let notice = message.notice
        var json = JSONText(capacity: 512)
        json.raw(#"{"type":"#)
        json.string(notice.kind.code)
        json.raw(#","timestamp":"#)
        json.string(notice.at.iso8601)
        json.raw(#","data":{"sentence":"#)
        json.string(message.sentence)
        json.raw(#","run":"#)
        json.string(notice.run)
        json.raw(#","account":"#)
        json.string(notice.account)
        json.raw(#","person":"#)
        json.string(notice.person)
        json.raw(#","code":"#)
        json.string(notice.code)
        json.raw(#","note":"#)
        json.string(notice.note)
        json.raw(#","figures":{"#)
        for (index, figure) in notice.figures.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { json.raw(",") }
            json.string(figure.key)
            json.raw(":")
            json.number(figure.value)
        }
        json.raw("}}}")
        return json.bytes
    }

    // MARK: - Answers

    package static func verdict(of response: HTTPResponse, from kind: NoticeTargetSettings.Kind) -> NoticeVerdict {
        if response.status == 429 { return .tooMany("429") }
        switch kind {
        case .webhook, .mail:
            if (200..<300).contains(response.status) { return .told }
            return response.status == 410 ? .gone : .refused("HTTP \(response.status)")
        case .feishu, .dingtalk, .wecom:
            guard response.status == 200 else { return .refused("HTTP \(response.status)") }
            return robot(response.body, kind)
        }
    }

    private struct Said: Decodable {
        var code: Int?
        var msg: String?
        var errcode: Int?
        var errmsg: String?
        // As an older robot of feishu says it.
        var StatusCode: Int?
        var StatusMessage: String?
    }

    private static func robot(_ body: [UInt8], _ kind: NoticeTargetSettings.Kind) -> NoticeVerdict {
        // Safe because what is no such answer is told apart from one: it counts as none.
        guard let said = try? JSONDecoder().decode(Said.self, from: Data(body)) else {
            return .unclear("no JSON of its platform")
        }
        let isFeishu = kind == .feishu
        guard let code = isFeishu ? said.code ?? said.StatusCode : said.errcode else {
            return .unclear("an answer without a code")
        }
        if code == 0 { return .told }
        let words = (isFeishu ? said.msg ?? said.StatusMessage : said.errmsg) ?? ""
        let plain = String(
            words.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(wordsMax).map(Character.init))
        let why = plain.isEmpty ? "\(code)" : "\(code) \(plain)"
        return tooMany(kind).contains(code) ? .tooMany(why) : .refused(why)
    }

    private static func tooMany(_ kind: NoticeTargetSettings.Kind) -> Set<Int> {
        switch kind {
        case .feishu: [11232, 9499]
        case .dingtalk: [130_101, 660_026, 410_100]
        case .wecom: [45009, 45033]
        case .webhook, .mail: []
        }
    }
}

/// Who we are, to the other side.
package enum NoticeSignature {
    /// The key is the moment and the secret; the message is empty. So the platform has it.
    package static func feishu(seconds: Int64, secret: Secret) -> String {
        base64(KeyedDigest.of([], key: Array("\(seconds)\n".utf8) + secret.withBytes { $0 }))
    }

    /// As it stands in a query.
    package static func dingtalk(milliseconds: Int64, secret: Secret) -> String {
        let bytes = secret.withBytes { $0 }
        let sign = base64(KeyedDigest.of(Array("\(milliseconds)\n".utf8) + bytes, key: bytes))
        return sign.replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D")
    }

    /// - Parameter secret: `whsec_` and base64, as the standard writes it; else its bytes as they are.
    package static func webhook(id: String, seconds: Int64, body: [UInt8], secret: Secret) -> String {
        let text = secret.revealed()
        let prefix = "whsec_"
        let key =
            text.hasPrefix(prefix)
            ? Data(base64Encoded: String(text.dropFirst(prefix.count))).map { Array($0) } : nil
        let signed = Array("\(id).\(seconds).".utf8) + body
        return "v1," + base64(KeyedDigest.of(signed, key: key ?? secret.withBytes { $0 }))
    }

    private static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}

extension NoticeTarget {
    /// Where its messages go, as far as anybody may read it.
    package var host: String {
        let address = address.revealed()
        let afterScheme = address.range(of: "://").map { address[$0.upperBound...] } ?? address[...]
        return String(afterScheme.prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != "@" })
    }
}
