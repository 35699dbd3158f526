import ArgumentParser
import CampaignModel
import Foundation
import Synchronization
import Testing

@testable import CurfewCommands
@testable import HostSystem

/// Whoever has been told by one of them that all is well must not be told otherwise by the next.
@Suite("`config check`, `doctor` and the start look at the same")
struct ThreeLooksTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var name: String
        /// Of files: what they hold, and their mode.
        var files: [String: (String, Int)] = [:]
        var line = ""
        var code: Int32
        var testDescription: String { name }
    }

    private static let good = "a-token-that-is-long-enough-1"
    private static let faults = [
        Fault(name: "nothing", code: 0),
        Fault(name: "app secret others can read", files: ["app.secret": (good, 0o644)], code: 77),
        Fault(name: "app secret empty", files: ["app.secret": ("", 0o600)], code: 78),
        Fault(name: "webhook secret others can read", files: ["hook.secret": (good, 0o640)], code: 77),
        Fault(name: "token others can read", files: ["wang.token": (good, 0o604)], code: 77),
        Fault(name: "token too short", files: ["wang.token": ("abc", 0o600)], code: 78),
        Fault(name: "two equal tokens", files: ["wang.token": ("li-has-a-token-long-enough-2", 0o600)], code: 78),
        Fault(name: "partner's key others can read", files: ["shop.key": (good, 0o644)], code: 77),
        Fault(name: "partner's key empty", files: ["shop.key": ("", 0o600)], code: 78),
        Fault(name: "word list missing", line: "review: {block_words: FOLDER/none.txt}", code: 78),
        Fault(name: "group missing", line: "http: {socket: FOLDER/s, socket_group: no-such-group-here}", code: 78),
    ]

    private func settings(_ fault: Fault) throws -> (folder: String, path: String) {
        let folder = NSTemporaryDirectory() + "curfew-looks-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: "\(folder)/inbox", withIntermediateDirectories: true)
        var files: [String: (String, Int)] = [
            "app.secret": ("the-secret-of-the-app", 0o600), "hook.secret": ("the-secret-of-the-hook", 0o600),
            "li.token": ("li-has-a-token-long-enough-2", 0o600), "wang.token": (Self.good, 0o600),
            "shop.key": ("the-key-of-the-shop-is-long", 0o600),
        ]
        files.merge(fault.files) { $1 }
        for (name, (text, mode)) in files {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(folder)/\(name)")
        }
        let text = """
            state: FOLDER/state
            inbox: FOLDER/inbox
            language: en
            platform: {base_url: "https://open.douyin.com"}
            people:
              - {name: li, roles: [author], token: "file:FOLDER/li.token"}
              - {name: wang, roles: [reviewer], token: "file:FOLDER/wang.token"}
            events: {partners: [{name: shop, key: "file:FOLDER/shop.key"}]}
            apps:
              - id: tt1
                client_key: tt1
                client_secret: "file:FOLDER/app.secret"
                webhook_secrets: ["file:FOLDER/hook.secret"]
                accounts: [{name: flagship, open_id: "_brand", kind: enterprise}]
            \(fault.line)
            """
        let path = "\(folder)/curfew.yaml"
        try Data(text.replacing("FOLDER", with: folder).utf8).write(to: URL(fileURLWithPath: path))
        return (folder, path)
    }

    private func heard(_ body: () throws -> Void) -> (code: Int32, words: [String]) {
        let words = Mutex<[String]>([])
        var code: Int32 = 0
        Standard.$listener.withValue({ descriptor, text in
            if descriptor == STDERR_FILENO { words.withLock { $0.append(text.trimmingCharacters(in: .newlines)) } }
        }) {
            do { try body() } catch let exit as ExitCode { code = exit.rawValue } catch { code = -1 }
        }
        return (code, words.withLock { $0 })
    }

    @Test("the same fault is told by all three, with the same code", arguments: faults)
    func same(_ fault: Fault) throws {
        let (folder, path) = try settings(fault)
        defer {
            // Safe because a folder that stays behind in the temporary directory harms nobody.
            try? FileManager.default.removeItem(atPath: folder)
        }
        let checked = heard { try ConfigCheck.parse(["--config", path]).run() }
        let loaded = try SettingsFile.load(path: path).settings
        let started = heard { try StartCheck.pass(loaded, Standard.logger(.text, clock: SystemClock())) }
        let doctored = HostCheckup(settings: loaded).findings()
            .filter { $0.check == "secrets" && $0.level == .fail }.map(\.en)
        #expect(checked.code == fault.code && started.code == fault.code, "\(checked) \(started)")
        #expect(started.words == checked.words.map { "curfew: \($0)" })
        #expect(doctored == checked.words)
        #expect(checked.words.isEmpty == (fault.code == 0))
    }
}
