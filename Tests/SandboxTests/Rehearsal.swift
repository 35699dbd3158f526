import CampaignModel
import Foundation
import Wire

@testable import Sandbox

/// A small world and somebody who calls it: one app, a brand and a staff account, ten people each has consent of.
struct Rehearsal {
    var platform: SandboxPlatform
    var token = ""
    /// 2026-11-20 12:00 in Shanghai.
    static let noon = Moment(milliseconds: 1_795_147_200_000)

    init(_ change: (inout SandboxWorld) -> Void = { _ in }, faults: SandboxFaults = .none) {
        var world = SandboxWorld(
            apps: [.init(clientKey: "tt1", clientSecret: "app-secret", webhookSecret: "hook-secret")],
            accounts: [
                .init(openID: "brand", clientKey: "tt1", users: Self.people),
                .init(openID: "staff", clientKey: "tt1", users: Self.people),
            ])
        change(&world)
        platform = SandboxPlatform(world, faults: faults)
        token = businessToken("brand") ?? ""
    }

    static let people = (1...10).map { "u\($0)" } + SandboxTrick.allCases.map { "x-\($0.rawValue)" }

    mutating func call(_ path: String, _ body: String, token: String? = nil, at now: Moment = noon) -> SandboxAnswer {
        let headers = token.map { [HTTPHeader("access-token", $0)] } ?? []
        return platform.answer(
            HTTPRequest(method: .post, url: "http://x" + path, headers: headers, body: Array(body.utf8)), at: now)
    }

    mutating func businessToken(_ account: String, secret: String = "hook-secret", at now: Moment = noon) -> String? {
        let body =
            #"{"client_key":"tt1","client_secret":"\#(secret)","open_id":"\#(account)","scope":"im.direct_message"}"#
        return (call("/oauth/business_token/", body, at: now).object["data"] as? [String: Any])?["biz_token"] as? String
    }

    static let card =
        #"{"msg_type":10,"applet_card":{"card_template_id":"t","app_id":"tt1","path":"p","query":"{}"}}"#

    mutating func send(
        to person: String, from account: String = "brand", content: String = card, messages: Int = 1,
        at now: Moment = noon, token: String? = nil
    ) -> SandboxAnswer {
        let list = Array(repeating: content, count: messages).joined(separator: ",")
        let body = #"{"to_user_id":"\#(person)","scene":"im_authorize_message","content_list":[\#(list)]}"#
        return call("/im/send/msg/?open_id=\(account)", body, token: token ?? self.token, at: now)
    }

    var breaches: [SandboxBreach.Kind] {
        platform.audit.breachList.compactMap { SandboxBreach.Kind(rawValue: $0.kind) }
    }
}

extension SandboxAnswer {
    var object: [String: Any] {
        // Safe because an unreadable reply shows as an empty object, which no expectation takes.
        (try? JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any]) ?? [:]
    }
    /// The code of either envelope.
    var code: Int? {
        object["err_no"] as? Int ?? object["error_code"] as? Int
            ?? (object["data"] as? [String: Any])?["error_code"] as? Int
    }
    var inside: [String: Any] { object["data"] as? [String: Any] ?? [:] }
}
