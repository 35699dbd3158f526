import CampaignModel
import Foundation
import Testing
import Words

@testable import HostSystem

@Suite struct SettingsTests {
    private static let whole = """
        state: /var/lib/curfew
        inbox: /srv/curfew/inbox
        language: en
        platform: {base_url: "https://open.douyin.com/", timeout: 1500ms, concurrency: 8}
        http: {listen: "[::1]:0", socket: /run/curfew/curfew.sock}
        people:
          - {name: marketing, roles: [author], token: "credential:marketing"}
          - {name: review, roles: [reviewer, operator], token: "file:/etc/curfew/review.token"}
        apps:
          - id: tt0000000000000000
            client_key: tt0000000000000000
            client_secret: "credential:app-secret"
            webhook_secrets: ["credential:webhook", "file:/etc/curfew/old-webhook"]
            credit: 90
            accounts:
              - {name: flagship, open_id: "_000", kind: enterprise, role: brand, pace: "2/s,burst=10"}
              - name: staff
                open_id: 12345
                kind: personal
                role: staff
                zone: Asia/Urumqi
                allow_list_only: true
                qualification: {id: q1, messages_per_day: 15000, valid_from: 2026-01-01, valid_to: 2027-01-01 08:00}
        rules: {quiet_hours: 21:30-09:00, daily_users_cap: 100, contacts_per_app_per_day: 2, consent_age_max: 12h}
        limits: {stop_timeout: 20s}
        trust_as: false
        """

    @Test("a whole configuration is read as it stands")
    func whole() throws {
        let settings = try SettingsFile.parse(Self.whole)
        #expect(settings.language == .en)
        #expect(settings.platform.baseURL == "https://open.douyin.com")
        #expect(settings.platform.timeout == .milliseconds(1500))
        #expect(settings.http == DoorSettings(host: "::1", port: 0, socket: "/run/curfew/curfew.sock"))
        #expect(settings.people.map(\.roles) == [[.author], [.reviewer, .operator]])
        #expect(settings.people[1].token == .file("/etc/curfew/review.token"))
        #expect(settings.apps[0].webhookSecrets.count == 2)
        let (app, staff) = try #require(settings.account(named: "staff"))
        #expect(app.credit == 90)
        #expect(staff.openID == "12345")
        #expect(staff.pace == PaceSpec("2/s,burst=10"))
        #expect(staff.qualification?.validTo == Moment(iso8601: "2027-01-01T08:00:00+08:00"))
        #expect(staff.allowListOnly && staff.zone.identifier == "Asia/Urumqi")
        #expect(settings.rules.quietHours == DayWindow(fromMinute: 21 * 60 + 30, toMinute: 9 * 60))
        #expect(settings.rules.dailyUsersCap == 100 && settings.rules.dailyBatchCap == 500)
        #expect(settings.rules.consentAgeMax == .hours(12))
        #expect(settings.limits.stopTimeout == .seconds(20) && settings.limits.clockDoubt == .milliseconds(500))
    }

    @Test("an empty file means the defaults of the rules", arguments: ["", "# nothing\n", "---\n"])
    func defaults(text: String) throws {
        let settings = try SettingsFile.parse(text)
        #expect(settings.rules.quietHours == DayWindow(fromMinute: 22 * 60, toMinute: 8 * 60))
        #expect(settings.rules.dailyUsersCap == 5000 && settings.rules.dailyBatchCap == 500)
        #expect(settings.platform.concurrency == 64 && settings.platform.timeout == .seconds(5))
        #expect(settings.state == "/var/lib/curfew" && settings.inbox == "Campaigns/inbox")
        #expect(!settings.trustAs && settings.apps.isEmpty)
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let yaml: String
        let place: String
        let code: SettingsProblem.Code
        let path: String
        var testDescription: String { "\(code.rawValue): \(yaml.split(separator: "\n").last ?? "")" }
        init(_ yaml: String, _ place: String, _ code: SettingsProblem.Code, _ path: String) {
            self.yaml = yaml
            self.place = place
            self.code = code
            self.path = path
        }
    }

    @Test(
        "what is wrong is refused at its line and column",
        arguments: [
            Wrong("state: /x\ninbix: /y", "2:1", .unknownKey, "inbix"),
            Wrong("platform:\n  timout: 5s", "2:3", .unknownKey, "platform.timout"),
            Wrong("people:\n  - {name: a, roles: [author], pass: x}", "2:32", .unknownKey, "people[0].pass"),
            Wrong("state: /x\nstate: /y", "1:1", .duplicateKey, ""),
            Wrong("state: [a", "2:1", .notYAML, ""),
            Wrong("- a", "1:1", .wrongType, ""),
            Wrong("state:", "1:7", .wrongType, "state"),
            Wrong("language: fr", "1:11", .wrongType, "language"),
            Wrong("trust_as: yes", "1:11", .wrongType, "trust_as"),
            Wrong("platform: {timeout: 5}", "1:21", .wrongType, "platform.timeout"),
            Wrong("platform: {timeout: 0s}", "1:21", .outOfRange, "platform.timeout"),
            Wrong("platform: {concurrency: 0x10}", "1:25", .wrongType, "platform.concurrency"),
            Wrong("platform: {concurrency: 2000}", "1:25", .outOfRange, "platform.concurrency"),
            Wrong("platform: {base_url: \"ftp://a\"}", "1:22", .wrongType, "platform.base_url"),
            Wrong("platform: {base_url: \"http://open.douyin.com\"}", "1:22", .notLoopback, "platform.base_url"),
            Wrong("platform: {base_url: \"http://127.0.0.1.example.com\"}", "1:22", .notLoopback, "platform.base_url"),
            Wrong("http: {listen: 9470}", "1:16", .wrongType, "http.listen"),
            Wrong("http: 9470", "1:7", .wrongType, "http"),
            Wrong("apps: {}", "1:7", .wrongType, "apps"),
            Wrong("people:\n  - {name: a, roles: [king]}", "2:23", .wrongType, "people[0].roles[0]"),
            Wrong("people:\n  - {name: a}", "2:5", .missingKey, "people[0].roles"),
            Wrong("people:\n  - {name: a, roles: []}", "2:5", .missingKey, "people[0].roles"),
            // Without one no account token can be asked for, and nothing would ever be sent.
            Wrong(
                "apps:\n  - {id: a, client_key: a, client_secret: \"credential:s\"}", "2:5", .missingKey,
                "apps[0].webhook_secrets"),
            Wrong(
                "apps:\n  - {id: a, client_key: a, client_secret: \"credential:s\", webhook_secrets: []}", "2:5",
                .missingKey, "apps[0].webhook_secrets"),
            Wrong("people:\n  - {name: a, roles: [author], token: hunter2}", "2:39", .inlineSecret, "people[0].token"),
            Wrong("rules: {quiet_hours: 23:00-08:00}", "1:22", .wouldWiden, "rules.quiet_hours"),
            Wrong("rules: {quiet_hours: 22:00-07:59}", "1:22", .wouldWiden, "rules.quiet_hours"),
            Wrong("rules: {quiet_hours: 08:00-22:00}", "1:22", .wouldWiden, "rules.quiet_hours"),
            Wrong("rules: {quiet_hours: 24:00-08:00}", "1:22", .wrongType, "rules.quiet_hours"),
            Wrong("rules: {daily_users_cap: 5001}", "1:26", .wouldWiden, "rules.daily_users_cap"),
            Wrong("rules: {daily_batch_cap: 501}", "1:26", .wouldWiden, "rules.daily_batch_cap"),
            Wrong("rules: {consent_age_max: 25h}", "1:26", .wouldWiden, "rules.consent_age_max"),
            Wrong("trust_as: true", "1:11", .notLoopback, "trust_as"),
            Wrong(
                "people:\n  - {name: a, roles: [author]}\n  - {name: a, roles: [reviewer]}", "3:12", .notUnique,
                "people[1].name"),
        ])
    func refused(wrong: Wrong) throws {
        let error = try #require(throws: SettingsError.self) { try SettingsFile.parse(wrong.yaml) }
        let problem = try #require(error.problems.first)
        #expect(error.problems.count == 1)
        #expect(
            ["\(problem.line):\(problem.column)", problem.code.rawValue, problem.path]
                == [wrong.place, wrong.code.rawValue, wrong.path])
        for language in Language.allCases { #expect(!problem.sentence.text(in: language).isEmpty) }
    }

    @Test("an account's mistakes are found in its block, an end before a beginning too")
    func accounts() throws {
        let text = Self.whole.replacing("valid_to: 2027-01-01 08:00", with: "valid_to: 2025-01-01")
        let error = try #require(throws: SettingsError.self) { try SettingsFile.parse(text) }
        #expect(error.problems.map(\.code) == [.endsBeforeStart])
        #expect(error.problems.first?.path == "apps[0].accounts[1].qualification.valid_to")
        let pace = Self.whole.replacing("2/s,burst=10", with: "fast")
        #expect(throws: SettingsError.self) { try SettingsFile.parse(pace) }
    }

    @Test(
        "a misspelt key is answered with the one that was meant",
        arguments: [("inbix", "inbox"), ("lanuage", "language"), ("app", "apps"), ("Rules", "rules"), ("colour", nil)]
            as [(String, String?)])
    func meant(name: String, expected: String?) {
        #expect(SettingsReader.meant(by: name, among: SettingsReader.keys(of: "").map(\.name)) == expected)
    }

    @Test("all problems come at once, in the order of the lines, and never with the secret that was written out")
    func all() throws {
        let text = "people:\n  - {name: a, roles: [author], token: hunter2}\nlanguage: fr\nx: 1\n"
        let error = try #require(throws: SettingsError.self) { try SettingsFile.parse(text) }
        #expect(error.problems.map(\.line) == [2, 3, 4])
        for language in Language.allCases {
            #expect(error.text(in: language).hasPrefix("curfew.yaml:2:39: inline_secret people[0].token: "))
            #expect(!error.text(in: language).contains("hunter2"))
        }
    }

    @Test("a configuration is looked for where it says, and its absence names the places")
    func search() throws {
        let scratch = try Scratch()
        let second = try scratch.write("b.yaml", "language: en")
        let found = try SettingsFile.load(path: nil, searching: [scratch.at("a.yaml"), second])
        #expect(found.path == second && found.settings.language == .en)
        let error = try #require(throws: SettingsError.self) {
            try SettingsFile.load(path: nil, searching: [scratch.at("x"), scratch.at("y")])
        }
        #expect(error.problems.map(\.code) == [.noFile])
        #expect(error.text(in: .en).contains(scratch.at("y")))
    }
}

@Suite struct SettingsExampleTests {
    /// From this file up to the package, down to the folder of what operators install.
    private let deploy = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Deploy")

    @Test("the example that is shipped is the one that the table makes")
    func shipped() throws {
        let text = try String(contentsOf: deploy.appendingPathComponent("curfew.example.yaml"), encoding: .utf8)
        #expect(text == SettingsExample.yaml(), "write it anew: curfew config example > Deploy/curfew.example.yaml")
    }

    @Test("used as it stands, the example means the defaults")
    func meansDefaults() throws {
        #expect(try SettingsFile.parse(SettingsExample.yaml()) == SettingsFile.parse(""))
    }

    @Test("the covered examples of people and apps are themselves read")
    func covered() throws {
        let uncovered = SettingsExample.yaml().split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let isExample = line.hasPrefix("#   ") || ["# people:", "# test_people:", "# apps:"].contains(line)
            return line.hasSuffix(": []") && !line.hasPrefix(" ") && !line.hasPrefix("#")
                ? "" : isExample ? String(line.dropFirst(2)) : String(line)
        }.joined(separator: "\n")
        let settings = try SettingsFile.parse(uncovered)
        #expect(settings.people.count == 1)
        #expect(settings.apps.first?.accounts.first?.qualification != nil)
    }

    @Test("every key has prose in both languages and appears in the example")
    func prose() {
        let text = SettingsExample.yaml()
        for key in Catalogue.settingKeys {
            #expect(!key.prose.zh.isEmpty && !key.prose.en.isEmpty)
            #expect(text.contains(key.name + ":"))
        }
    }

    @Test("the service is given longer to stop than the daemon takes")
    func stopTimeout() throws {
        let unit = try String(contentsOf: deploy.appendingPathComponent("curfew.service"), encoding: .utf8)
        let line = try #require(unit.split(separator: "\n").first { $0.hasPrefix("TimeoutStopSec=") })
        let seconds = try #require(Int64(line.dropFirst("TimeoutStopSec=".count)))
        #expect(.seconds(seconds) > (try SettingsFile.parse("").limits.stopTimeout))
    }
}
