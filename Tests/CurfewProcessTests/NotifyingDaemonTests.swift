import Answers
import CampaignModel
import Foundation
import HostSystem
import Ports
import Testing
import Wire

@testable import CurfewCommands

/// The real program, whose people are told by pretend robots that keep their platforms' rules.
@Suite("A daemon that tells people", .serialized)
struct NotifyingDaemonTests {
    private struct Story: Decodable {
        var taken: [String]
        var twice: Int
        var refused: [String: Int]
    }

    private func rig() async throws -> Rig {
        let rig = try await Rig(people: ["u-1", "u-2"])
        let addresses = [
            "feishu": ("/open-apis/bot/v2/hook/x", "demo"), "dingtalk": ("/robot/send?access_token=x", "SECdemo"),
            "wecom": ("/cgi-bin/webhook/send?key=x", "none"), "webhook": ("/hook/x", "demo"),
        ]
        var lines = "notify:\n  targets:\n"
        for (kind, (path, secret)) in addresses.sorted(by: { $0.key < $1.key }) {
            try rig.write("\(kind).address", rig.platform + path, mode: 0o600)
            try rig.write("\(kind).sign", secret, mode: 0o600)
            lines += "    - {name: \(kind)-room, kind: \(kind), address: \"file:\(rig.root)/\(kind).address\","
            lines += " secrets: [\"file:\(rig.root)/\(kind).sign\"]}\n"
        }
        let before = try String(contentsOfFile: "\(rig.root)/curfew.yaml", encoding: .utf8)
        try rig.write("curfew.yaml", before + "\n" + lines)
        return rig
    }

    private func stories(_ rig: Rig) async throws -> [String: Story] {
        let response = try await rig.exchange(HTTPRequest(method: .get, url: "\(rig.platform)/sandbox/robots"))
        return try JSONDecoder().decode([String: Story].self, from: Data(response.body))
    }

    private func curfew(_ rig: Rig, _ words: [String]) throws -> (code: Int32, out: String, err: String) {
        let (process, pipe) = try rig.start(
            Rig.program, words + ["--config", "\(rig.root)/curfew.yaml"], log: "command.log")
        let out = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, out, rig.log("command.log"))
    }

    @Test("a campaign's whole life reaches every platform, signed as it wants it, and a test says what it answered")
    func told() async throws {
        let rig = try await rig()
        // Away from the full hour, at which robots are left alone.
        try RehearsalClockFile(path: "\(rig.root)/clock").start(
            at: Moment(iso8601: "2026-11-20T10:10:00+08:00")!, speed: 20)
        try rig.startDaemon()
        try rig.drop(KillTests.campaign)
        try await rig.until("review") { try await rig.status().runs.first?.state == "in_review" }
        let run = try #require(try await rig.status().runs.first?.run)
        try await rig.act(ActRequest(act: .approve, run: run), token: "r")
        try await rig.until("four that were told") {
            let stories = try await stories(rig)
            return stories.count == 4
                && stories.filter { $0.key != "webhook" }.allSatisfy {
                    $0.value.taken.joined().contains("\(run) is finished")
                }
        }
        for (kind, story) in try await stories(rig) {
            #expect(story.refused.isEmpty && story.twice == 0, "\(kind): \(story.refused)")
        }
        let token = ["--token-file", "\(rig.root)/o.secret"]
        for kind in ["feishu", "dingtalk", "wecom", "webhook"] {
            let tried = try curfew(rig, ["notify", "test", "\(kind)-room"] + token)
            #expect(tried.code == 0 && tried.out.contains("\(kind)-room took the notice."), "\(tried)")
        }
        // A success that its body takes back is none.
        _ = try await rig.exchange(
            HTTPRequest(
                method: .post, url: "\(rig.platform)/sandbox/robots",
                body: Array(#"["{\"code\":19024,\"msg\":\"Key Words Not Found\"}"]"#.utf8)))
        let tried = try curfew(rig, ["notify", "test", "feishu-room"] + token)
        #expect(tried.code == 1 && tried.err.contains("19024 Key Words Not Found"), "\(tried)")
        let listed = try curfew(rig, ["notify", "list"])
        #expect(listed.code == 0 && listed.out.contains("wecom-room") && !listed.out.contains("key=x"), "\(listed)")
        #expect(try curfew(rig, ["notify", "test", "nobody"] + token).code == 1)
        #expect(try curfew(rig, ["notify", "test", "feishu-room", "--token-file", "\(rig.root)/m.secret"]).code == 1)
        #expect(!rig.log("daemon-whole.log").contains("access_token"))
    }
}
