import CampaignModel
import Digests
import Foundation
import Wire

/// Group robots of three platforms and a receiver of Standard Webhooks, as they take what they are sent: with their
/// signatures, their sizes, their limits, and what they do to whoever exceeds them. It is written from the platforms' own
/// pages and shares no code with what sends.
///
/// | address | as |
/// |---|---|
/// | `/open-apis/bot/v2/hook/NAME` | 飞书, secret `demo` |
/// | `/robot/send?access_token=NAME` | 钉钉, secret `SECdemo` |
/// | `/cgi-bin/webhook/send?key=NAME` | 企业微信 |
/// | `/hook/NAME` | Standard Webhooks, secret `demo` |
package struct SandboxRobots: Sendable {
    /// What one robot was sent.
    package struct Story: Sendable, Codable, Equatable {
        /// Ids of webhooks, texts of robots, in their order; each that was taken.
        package var taken: [String] = []
        /// Of those, as often as it came once more.
        package var twice = 0
        /// Answers other than success, by their code.
        package var refused: [String: Int] = [:]
        package var mutedUntil: Int64?
        fileprivate var moments: [Int64] = []

        private enum CodingKeys: String, CodingKey { case taken, twice, refused, mutedUntil }
        package init() {}
    }

    private static let keptMax = 20_000
    package private(set) var stories: [String: Story] = [:]
    /// Answers of the next requests in place of the true ones: a body, whatever it is.
    package var lies: [String] = []

    package init() {}

    /// nil: no robot's address.
    package mutating func answer(_ request: HTTPRequest, at now: Moment) -> HTTPResponse? {
        let path = request.path
        let robot: (name: String, reply: (inout Story) -> (code: Int, body: String))
        let body = request.body
        if path.hasPrefix("/open-apis/bot/v2/hook/") {
            robot = ("feishu", { Self.feishu(body, &$0, at: now) })
        } else if path == "/robot/send" {
            let query = Self.query(of: request.url)
            robot = ("dingtalk", { Self.dingtalk(body, query, &$0, at: now) })
        } else if path == "/cgi-bin/webhook/send" {
            robot = ("wecom", { Self.wecom(body, &$0, at: now) })
        } else if path.hasPrefix("/hook/") {
            return webhook(request, at: now)
        } else {
            return nil
        }
        var story = stories[robot.name] ?? Story()
        let (code, reply) = robot.reply(&story)
        if code != 0 { story.refused["\(code)", default: 0] += 1 }
        stories[robot.name] = story
        let said = lies.isEmpty ? reply : lies.removeFirst()
        return HTTPResponse(
            status: 200, headers: [HTTPHeader("Content-Type", "application/json")], body: Array(said.utf8))
    }

    /// As JSON, for whoever holds it against what was to be told.
    package func audit() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        // Safe because texts and numbers can always be written.
        return Array((try? encoder.encode(stories)) ?? Data())
    }

    // MARK: - 飞书

    private static func feishu(_ body: [UInt8], _ story: inout Story, at now: Moment) -> (Int, String) {
        func say(_ code: Int, _ words: String) -> (Int, String) {
            (code, #"{"code":\#(code),"msg":"\#(words)","data":{}}"#)
        }
        guard body.count <= 20_000, let json = object(body), json["msg_type"] as? String == "text",
            let text = (json["content"] as? [String: Any])?["text"] as? String
        else { return say(9499, "Bad Request") }
        guard let stamp = (json["timestamp"] as? String).flatMap({ Int64($0) }),
            abs(stamp - now.milliseconds / 1000) <= 3600,
            json["sign"] as? String == base64(KeyedDigest.of([], key: Array("\(stamp)\ndemo".utf8)))
        else { return say(19021, "sign match fail or timestamp is not within one hour from current time") }
        story.moments.removeAll { now.milliseconds - $0 >= 60_000 }
        let second = story.moments.filter { now.milliseconds - $0 < 1000 }.count
        guard story.moments.count < 100, second < 5 else { return say(11232, "frequency limited psm") }
        take(text, &story, at: now)
        return say(0, "success")
    }

    // MARK: - 钉钉

    private static func dingtalk(
        _ body: [UInt8], _ query: [String: String], _ story: inout Story, at now: Moment
    ) -> (Int, String) {
        func say(_ code: Int, _ words: String) -> (Int, String) {
            (code, #"{"errcode":\#(code),"errmsg":"\#(words)"}"#)
        }
        guard let stamp = query["timestamp"].flatMap({ Int64($0) }), abs(stamp - now.milliseconds) <= 3_600_000,
            query["sign"] == base64(KeyedDigest.of(Array("\(stamp)\nSECdemo".utf8), key: Array("SECdemo".utf8)))
        else { return say(310_000, "sign not match") }
        guard let text = text(body, bytesMax: 20_000) else { return say(400_105, "unsupported msgtype") }
        // For ten minutes it takes nothing, however little it is.
        if let muted = story.mutedUntil, now.milliseconds < muted {
            story.refused["muted", default: 0] += 1
            return say(130_101, "send too fast")
        }
        story.moments.removeAll { now.milliseconds - $0 >= 60_000 }
        guard story.moments.count < 20 else {
            story.mutedUntil = now.milliseconds + 600_000
            return say(130_101, "send too fast, exceed 20 times per minute")
        }
        take(text, &story, at: now)
        return say(0, "ok")
    }

    // MARK: - 企业微信

    private static func wecom(_ body: [UInt8], _ story: inout Story, at now: Moment) -> (Int, String) {
        func say(_ code: Int, _ words: String) -> (Int, String) {
            (code, #"{"errcode":\#(code),"errmsg":"\#(words)"}"#)
        }
        guard let text = text(body, bytesMax: .max) else { return say(40008, "invalid message type") }
        guard text.utf8.count <= 2048 else { return say(40058, "content exceed max length 2048") }
        story.moments.removeAll { now.milliseconds - $0 >= 60_000 }
        guard story.moments.count < 20 else { return say(45009, "api freq out of limit") }
        take(text, &story, at: now)
        return say(0, "ok")
    }

    // MARK: - Standard Webhooks

    private mutating func webhook(_ request: HTTPRequest, at now: Moment) -> HTTPResponse {
        var story = stories["webhook"] ?? Story()
        defer { stories["webhook"] = story }
        guard let id = request.header("webhook-id"), let stamp = request.header("webhook-timestamp"),
            let seconds = Int64(stamp), abs(seconds - now.milliseconds / 1000) <= 300,
            let signatures = request.header("webhook-signature")?.split(separator: " ").map(String.init),
            signatures.contains(
                "v1,"
                    + Self.base64(KeyedDigest.of(Array("\(id).\(stamp).".utf8) + request.body, key: Array("demo".utf8)))
            ),
            let json = Self.object(request.body), json["type"] is String, json["data"] is [String: Any]
        else {
            story.refused["401", default: 0] += 1
            return HTTPResponse(status: 401)
        }
        Self.take(id, &story, at: now)
        return HTTPResponse(status: lies.isEmpty ? 204 : 500, body: lies.isEmpty ? [] : Array(lies.removeFirst().utf8))
    }

    // MARK: - What they share

    private static func take(_ what: String, _ story: inout Story, at now: Moment) {
        story.moments.append(now.milliseconds)
        if story.taken.contains(what) { story.twice += 1 }
        if story.taken.count < keptMax { story.taken.append(what) }
    }

    private static func object(_ body: [UInt8]) -> [String: Any]? {
        // Safe because what is no JSON is answered as what it is.
        (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any]
    }

    private static func text(_ body: [UInt8], bytesMax: Int) -> String? {
        guard body.count <= bytesMax, let json = object(body), json["msgtype"] as? String == "text" else { return nil }
        return (json["text"] as? [String: Any])?["content"] as? String
    }

    private static func query(of url: String) -> [String: String] {
        let items = URLComponents(string: url)?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
    }

    private static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
