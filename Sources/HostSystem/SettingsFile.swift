import CampaignModel
import Foundation
import Words

/// `curfew.yaml`: found, read, checked, complete.
package struct SettingsFile: Sendable {
    /// Where it was found; nil for text that came from nowhere.
    package let path: String?
    package let settings: Settings

    /// Where a configuration is looked for when `--config` names none.
    package static let searchPaths = ["/etc/curfew/curfew.yaml", "./curfew.yaml"]

    /// - Parameter path: from `--config`; without it the first of `searchPaths` that exists.
    /// - Throws: `SettingsError` with every problem at once.
    package static func load(path: String?, searching searchPaths: [String] = Self.searchPaths) throws(SettingsError)
        -> SettingsFile
    {
        guard let found = path ?? searchPaths.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
            throw SettingsError(file: "curfew.yaml", .noFile, Catalogue.SettingSentence.noFile(searchPaths))
        }
        guard let bytes = FileManager.default.contents(atPath: found) else {
            let exists = FileManager.default.fileExists(atPath: found)
            throw exists
                ? SettingsError(file: found, .unreadable, Catalogue.SettingSentence.unreadable(found))
                : SettingsError(file: found, .noFile, Catalogue.SettingSentence.noFile([found]))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SettingsError(file: found, .unreadable, Catalogue.SettingSentence.unreadable("UTF-8"))
        }
        var settings = try parse(text, file: found)
        // FNV-1a, cut to what a monitor's floating number holds exactly.
        let hash = bytes.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        settings.fingerprint = Int(hash >> 16)
        return SettingsFile(path: found, settings: settings)
    }

    /// - Parameter file: for the error only.
    package static func parse(_ yaml: String, file: String = "curfew.yaml") throws(SettingsError) -> Settings {
        var reader = SettingsReader()
        let root = reader.read(yaml: yaml)
        var problems = reader.problems
        // What is missing or mistyped cannot be judged; what is there, can.
        if let root, problems.isEmpty { problems = SettingsJudge.problems(in: root) }
        guard let root, problems.isEmpty else {
            throw SettingsError(
                file: file, problems: problems.sorted { ($0.line, $0.column, $0.path) < ($1.line, $1.column, $1.path) })
        }
        return Settings(root)
    }
}

/// Everything that is wrong with one configuration, in the order of its lines. The operator's to mend.
package struct SettingsError: Error, Sendable, Equatable {
    package let file: String
    package let problems: [SettingsProblem]

    init(file: String, problems: [SettingsProblem]) { (self.file, self.problems) = (file, problems) }

    init(file: String, _ code: SettingsProblem.Code, _ sentence: Sentence) {
        self.init(
            file: file,
            problems: [SettingsProblem(line: 0, column: 0, code: code, path: "", sentence: sentence)])
    }

    /// `curfew.yaml:12:5: unknown_key apps[0].pase: …`, one line a problem.
    package func text(in language: Language) -> String {
        problems.map { problem in
            let place = problem.line > 0 ? "\(file):\(problem.line):\(problem.column)" : file
            let what = problem.path.isEmpty ? problem.code.rawValue : "\(problem.code.rawValue) \(problem.path)"
            return "\(place): \(what): \(problem.sentence.text(in: language))"
        }.joined(separator: "\n")
    }
}

/// What no single key can show: rules that would be widened, names used twice, ends before beginnings.
private enum SettingsJudge {
    static func problems(in root: SettingsBlock) -> [SettingsProblem] {
        let apps = root.list("apps")
        let accounts = apps.flatMap { $0.list("accounts") }
        return quietHours(root.block("rules")) + trust(root) + repeated("name", in: root.list("people"))
            + repeated("id", in: apps) + repeated("client_key", in: apps) + repeated("name", in: accounts)
            + repeated("open_id", in: accounts)
            + accounts.flatMap(qualification) + testPeople(root.list("test_people"), accounts)
            + repeated("unix_user", in: root.list("people"))
            + repeated("name", in: root.block("notify").list("targets"))
    }

    private static func testPeople(_ blocks: [SettingsBlock], _ accounts: [SettingsBlock]) -> [SettingsProblem] {
        let names = Set(accounts.map { $0.text("name") })
        return blocks.filter { !names.contains($0.text("account")) }.map {
            problem($0, "account", .unknownName, Catalogue.SettingSentence.unknownAccount($0.text("account")))
        }
    }

    private static func quietHours(_ rules: SettingsBlock) -> [SettingsProblem] {
        let window = rules.dayWindow("quiet_hours")
        let night = Array(22 * 60..<24 * 60) + Array(0..<8 * 60)
        if night.allSatisfy({ window.contains(millisecondOfDay: Int64($0) * 60_000) }) { return [] }
        return [problem(rules, "quiet_hours", .wouldWiden, Catalogue.SettingSentence.wouldWiden(limit: "22:00-08:00"))]
    }

    private static func trust(_ root: SettingsBlock) -> [SettingsProblem] {
        guard root.boolean("trust_as"), !root.block("platform").baseURL("base_url").isLoopback else { return [] }
        return [problem(root, "trust_as", .notLoopback, Catalogue.SettingSentence.trustAsNeedsLoopback)]
    }

    private static func repeated(_ name: String, in blocks: [SettingsBlock]) -> [SettingsProblem] {
        var lines: [String: Int] = [:]
        return blocks.compactMap { block in
            guard let value = block.optionalText(name) else { return nil }
            if let line = lines[value] {
                return problem(block, name, .notUnique, Catalogue.SettingSentence.notUnique(value, line: line))
            }
            lines[value] = block.place(of: name).line
            return nil
        }
    }

    private static func qualification(_ account: SettingsBlock) -> [SettingsProblem] {
        guard let block = account.blocks["qualification"], block.moment("valid_to") <= block.moment("valid_from") else {
            return []
        }
        return [problem(block, "valid_to", .endsBeforeStart, Catalogue.SettingSentence.endsBeforeStart)]
    }

    private static func problem(
        _ block: SettingsBlock, _ name: String, _ code: SettingsProblem.Code, _ sentence: Sentence
    ) -> SettingsProblem {
        let place = block.place(of: name)
        let path = block.path.isEmpty ? name : "\(block.path).\(name)"
        return SettingsProblem(line: place.line, column: place.column, code: code, path: path, sentence: sentence)
    }
}
