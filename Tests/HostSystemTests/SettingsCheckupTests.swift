import CampaignModel
import Foundation
import Glibc
import Testing

@testable import HostSystem

@Suite("What a configuration needs beyond its text")
struct SettingsCheckupTests {
    private let folder = NSTemporaryDirectory() + "curfew-checkup-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private func put(_ name: String, _ text: String, mode: mode_t = 0o600) throws -> String {
        let path = "\(folder)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        chmod(path, mode)
        return path
    }

    private func settings(
        people: String = "[]", platform: String = "https://open.douyin.com", events: String = "{}", http: String = "{}",
        secret: String? = nil
    ) throws -> Settings {
        let app = try secret ?? put("app", "app-secret")
        return try SettingsFile.parse(
            """
            platform: {base_url: "\(platform)"}
            http: \(http)
            people: \(people)
            events: \(events)
            apps:
              - id: tt1
                client_key: tt1
                client_secret: "file:\(app)"
                webhook_secrets: ["file:\(app)"]
                accounts: [{name: flagship, open_id: brand, kind: enterprise}]
            """)
    }

    private func findings(_ settings: Settings) -> [SettingsCheckup.Finding] {
        SettingsCheckup(settings, reader: SecretReader(credentials: nil)).findings()
    }

    private func person(_ name: String, _ token: String) throws -> String {
        "{name: \(name), roles: [operator], token: \"file:\(try put(name, token))\"}"
    }

    @Test("the ledger does not lie where marketers may rename and delete")
    func folders() throws {
        for (state, inbox, isRefused) in [
            ("\(folder)/a", "\(folder)/b", false), ("\(folder)/a", "\(folder)/a", true),
            ("\(folder)/in/state", "\(folder)/in", true), ("\(folder)/a/../in", "\(folder)/in/", true),
            ("\(folder)/inbox2", "\(folder)/inbox", false), ("\(folder)", "\(folder)/in", false),
        ] {
            var settings = try settings()
            (settings.state, settings.inbox) = (state, inbox)
            #expect(findings(settings).isEmpty == !isRefused, "\(state) in \(inbox)")
        }
    }

    @Test("a made token passes everywhere; a short or repeated one is refused, and only told of on a rehearsal")
    func tokens() throws {
        let good = TokenFile.make()
        #expect(good.count == 43 && good != TokenFile.make())
        #expect(good.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        for (token, isWeak) in [
            (good, false), ("x", true), ("correct-horse", true), (String(repeating: "ab", count: 30), true),
            ("0123456789abcdef01234", true), ("0123456789abcdef0123456", false),
        ] {
            let people = "[\(try person("p", token))]"
            let weights = findings(try settings(people: people)).map(\.weight)
            #expect(weights == (isWeak ? [.refused] : []), "\(token)")
            let rehearsal = try settings(people: people, platform: "http://127.0.0.1:9")
            #expect(findings(rehearsal).map(\.weight) == (isWeak ? [.warning] : []), "\(token)")
        }
    }

    @Test(
        "beyond this machine only behind a proxy that speaks TLS: what is missing for it is said before the start",
        arguments: [
            ("{}", 0), ("{listen: \"0.0.0.0:9470\"}", 1), ("{listen: \"192.168.1.2:9470\"}", 1),
            ("{listen: \"0.0.0.0:9470\", tls_certificate: /c, origin: \"https://curfew.example\"}", 2),
            ("{listen: \"0.0.0.0:9470\", tls_certificate: /c, tls_key: \"file:APP\"}", 1),
            (
                "{listen: \"0.0.0.0:9470\", tls_certificate: /c, tls_key: \"file:APP\", origin: \"https://c.example\"}",
                0
            ),
            ("{listen: \"[::1]:9470\"}", 0), ("{proxy_user: nobody}", 2), ("{proxy_user: root}", 3),
            ("{proxy_user: curfew-no-such-user}", 3),
            ("{proxy_user: nobody, socket_group: root, origin: \"https://curfew.example\"}", 0),
            (
                "{proxy_user: nobody, socket_group: root, origin: \"https://curfew.example\", proxy_header: Cookie}",
                1
            ),
            (
                "{proxy_user: nobody, socket_group: root, origin: \"https://curfew.example\", proxy_header: \"X User\"}",
                1
            ),
        ])
    func beyond(http: String, refused: Int) throws {
        let key = try put("key", "a key")
        let found = findings(try settings(http: http.replacing("file:APP", with: "file:\(key)")))
        #expect(found.map(\.weight) == Array(repeating: .refused, count: refused), "\(found.map(\.sentence.en))")
    }

    @Test("a token's file stands before the token is made, and a failed making leaves none")
    func making() throws {
        struct Refused: Error {}
        let path = "\(folder)/new.token"
        #expect(throws: Refused.self) { try TokenFile.write(to: path) { throw Refused() } }
        #expect(access(path, F_OK) != 0)
        try TokenFile.write(to: path) { "made" }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "made\n" && PathStatus(path)?.mode == 0o600)
        var isAsked = false
        #expect(throws: SealFileError(path: path, errno: EEXIST)) {
            try TokenFile.write(to: path) {
                isAsked = true
                return "other"
            }
        }
        #expect(!isAsked)
    }

    @Test("two people with one token are refused, on a rehearsal too, and named")
    func equalTokens() throws {
        let token = TokenFile.make()
        let people = "[\(try person("li", token)), \(try person("wang", token + "\n"))]"
        for platform in ["https://open.douyin.com", "http://127.0.0.1:9"] {
            let found = findings(try settings(people: people, platform: platform))
            #expect(found.map(\.weight) == [.refused])
            #expect(found.first?.sentence.en.contains("li and wang") == true)
        }
    }

    @Test("every secret is looked at, a partner's too, and its mode is said as chmod writes it")
    func secrets() throws {
        let open = try put("open", "secret", mode: 0o644)
        let partner = "{partners: [{name: shop, key: \"file:\(open)\"}]}"
        for settings in try [settings(events: partner), settings(secret: open)] {
            let found = findings(settings)
            #expect(found.map(\.weight) == [.refused] && found.map(\.isAccess) == [true])
            // The folder's own name may have any digits.
            let words = found[0].sentence.en.replacing(open, with: "")
            #expect(words.contains("644") && !words.contains("420"))
        }
        let gone = findings(try settings(secret: folder + "/gone"))
        #expect(gone.map(\.weight) == [.refused] && gone.map(\.isAccess) == [false])
        let credential = try settings(people: "[{name: a, roles: [author], token: \"credential:a\"}]")
        #expect(findings(credential).map(\.weight) == [.note])
    }

    @Test("lists of words, groups and users have to be there")
    func names() throws {
        #expect(findings(try settings(events: "{opt_out_words: \(folder)/none.txt}")).map(\.weight) == [.refused])
        #expect(findings(try settings(http: "{socket_group: no-such-group-here}")).map(\.weight) == [.refused])
        #expect(findings(try settings(http: "{socket_group: root}")).isEmpty)
        let people = "[{name: a, roles: [author], unix_user: no-such-user-here}]"
        #expect(findings(try settings(people: people)).map(\.weight) == [.refused])
        #expect(UnixNames.user("root") == 0 && UnixNames.group("root") == 0)
    }

    @Test("a token file is its owner's alone, and never written over")
    func tokenFile() throws {
        let path = folder + "/li.token"
        let before = umask(0)
        defer { umask(before) }
        try TokenFile.write("abc", to: path)
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(throws: SealFileError(path: path, errno: EEXIST)) { try TokenFile.write("def", to: path) }
        #expect(try SecretReader().read(.file(path)) == Secret(bytes: Array("abc".utf8)))
    }

    @Test("test people are read by account, and an account that is not there is refused at its line")
    func testPeople() throws {
        let yaml = """
            apps:
              - id: tt1
                client_key: tt1
                client_secret: "credential:s"
                webhook_secrets: ["credential:w"]
                accounts: [{name: flagship, open_id: brand, kind: enterprise}]
            test_people:
              - {account: flagship, open_ids: [a, b]}
            people:
              - {name: li, roles: [author], unix_user: li}
            http: {socket_group: curfew}
            """
        let settings = try SettingsFile.parse(yaml)
        #expect(settings.testPeople == [TestPeopleSettings(account: "flagship", openIDs: ["a", "b"])])
        #expect(settings.people[0].unixUser == "li" && settings.http.socketGroup == "curfew")
        do {
            _ = try SettingsFile.parse(yaml.replacingOccurrences(of: "account: flagship,", with: "account: outlet,"))
            Issue.record("an unknown account passed")
        } catch { #expect(error.problems.map(\.code) == [.unknownName] && error.problems[0].line == 8) }
    }

    @Test("an address of notices must be encrypted or this machine's, and mail and webhooks must be whole")
    func notices() throws {
        func found(_ target: String, address: String) throws -> Int {
            let path = try put("address", address)
            let sign = try put("sign", "secret")
            let settings = try SettingsFile.parse(
                """
                notify:
                  targets:
                    - {name: t, address: "file:\(path)", \(target.replacing("SIGN", with: "secrets: [\"file:\(sign)\"]"))}
                """)
            return SettingsCheckup(settings).findings().filter { $0.weight == .refused }.count
        }
        let mail = "kind: mail, from: a@example.com, to: [b@example.com]"
        for (target, address, count) in [
            ("kind: feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/K", 0),
            ("kind: feishu", "http://127.0.0.1:9480/open-apis/bot/v2/hook/K", 0),
            ("kind: feishu", "http://open.feishu.cn/hook", 1), ("kind: wecom", "http://127.0.0.1.example.com/", 1),
            ("kind: wecom", "ftp://qyapi.weixin.qq.com/", 1), ("kind: dingtalk", "https://user@oapi.dingtalk.com/", 1),
            ("kind: dingtalk", "oapi.dingtalk.com", 1), ("kind: dingtalk", "https://oapi.dingtalk.com/ x", 1),
            ("kind: webhook, SIGN", "https://shop.example/hook", 0), ("kind: webhook", "https://shop.example/hook", 1),
            (mail, "smtps://mail.example:465", 0), (mail, "smtp://mail.example:587", 0),
            (mail, "https://mail.example", 1), ("kind: mail, from: a@example.com", "smtps://mail.example", 1),
            (mail + ", user: u", "smtps://mail.example", 1), (mail + ", user: u, SIGN", "smtps://mail.example", 0),
            ("kind: mail, from: a@example.com, to: [\"b@example.com>,<c@x\"]", "smtps://mail.example", 1),
        ] {
            #expect(try found(target, address: address) == count, "\(target) \(address)")
        }
    }

    @Test("what the start would stumble over is said beforehand: two doors on one port, a file as socket or inbox")
    func doorsAndFolders() throws {
        let plain = try put("plain", "x")
        let long = "\(folder)/" + String(repeating: "s", count: 110)
        for (http, events, word) in [
            ("{listen: \"127.0.0.1:9470\"}", "{listen: \"127.0.0.1:9470\"}", "events.listen"),
            ("{socket: \"\(plain)\"}", "{}", "another kind"), ("{socket: \"\(long)\"}", "{}", "too long"),
        ] {
            let found = findings(try settings(events: events, http: http))
            #expect(found.map(\.weight) == [.refused] && found.first?.sentence.en.contains(word) == true, "\(found)")
        }
        #expect(
            findings(
                try settings(events: "{listen: \"127.0.0.1:9471\"}", http: "{listen: \"127.0.0.1:9470\"}")
            ).isEmpty)
        var inbox = try settings()
        inbox.inbox = plain
        #expect(findings(inbox).map(\.isAccess) == [true])
        var closed = try settings()
        closed.rules.dailyUsersCap = 0
        #expect(findings(closed).map(\.weight) == [.warning])
    }

    @Test(
        "the name in the origin is what the certificate must be for",
        arguments: [
            ("https://curfew.example", "curfew.example"), ("https://curfew.example:9470", "curfew.example"),
            ("https://[::1]:9470", "::1"), ("https://10.0.0.2:1", "10.0.0.2"),
        ])
    func originHost(_ origin: String, _ host: String) {
        var door = DoorSettings(host: "0.0.0.0", port: 9470, socket: "/run/s")
        door.origin = origin
        #expect(door.originHost == host)
    }
}
