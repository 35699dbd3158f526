import ArgumentParser
import CampaignModel
import Foundation
import Reports
import Testing

@testable import CurfewCommands

@Suite("Helps and complaints about wrong usage, in the reader's language")
struct HelpTextTests {
    private static func ending(_ words: [String], in language: Language) -> Ending? {
        do {
            var command = try CurfewCommand.parseAsRoot(HelpLanguage.arranged(words))
            do { try command.run() } catch { return Ending(running: error, in: language) }
            return nil
        } catch { return Ending(parsing: error, in: language) }
    }

    private static func error(of words: [String]) -> (any Error)? {
        do {
            var command = try CurfewCommand.parseAsRoot(words)
            try command.run()
            return nil
        } catch { return error }
    }

    /// Of commands that rehearse and measure nothing is put into Chinese.
    private static let rehearsing = ["demo", "sandbox", "simulate", "bench", "faults"]

    @Test(
        "every help that is asked for is an answer, and wholly in Chinese when that is asked for",
        arguments: [[]] + CommandTree.leaves.map(\.path)
            + CommandTree.leaves.map(\.path).filter { $0.count > 1 }.map { [$0[0]] })
    func helps(path: [String]) throws {
        for language in Language.allCases {
            let ending = try #require(Self.ending(path + ["--help"], in: language))
            #expect(ending.code == 0 && ending.isAnswer)
            #expect(ending.text.hasPrefix(language == .zh ? "概要：" : "OVERVIEW: "))
        }
        let columns = HelpText.columnsOfParser
        let error = try #require(Self.error(of: path + ["--help"]))
        let missing = HelpText(CurfewCommand.fullMessage(for: error, columns: columns), columns: 80).missing
        let allowed = CurfewCommand.configuration.subcommands.filter { Self.rehearsing.contains($0._commandName) }
            .map { $0.configuration.abstract }
        #expect(missing.filter { !allowed.contains($0) } == [], "\(path)")
    }

    @Test("no line of a Chinese help is wider than the page")
    func width() throws {
        let error = try #require(Self.error(of: ["account", "qualify", "--help"]))
        let help = HelpText(CurfewCommand.fullMessage(for: error, columns: HelpText.columnsOfParser), columns: 80)
            .chinese
        #expect(help.contains("资质编号。") && help.contains("退出码："))
        for line in help.split(separator: "\n") where !line.contains("curfew ") {
            #expect(TextWidth.cells(in: String(line)) <= 80, "\(line)")
        }
    }

    @Test(
        "wrong usage is 2, and says what is wrong",
        arguments: [
            (["status", "--jsn"], "错误：没有选项 --jsn。是不是 --json？"),
            (["status", "--nonsense"], "错误：没有选项 --nonsense。"), (["stattus"], "错误：多了一个“stattus”。"),
            (["explain", "--run", "a"], "错误：缺少 --user <open_id>。"),
            (["runs", "--lang"], "错误：--lang <language> 后面缺少值。"),
            (["runs", "--lang", "fr"], "错误：“fr”不能用作 --lang <language>；可以写 'zh' and 'en'。"),
            (["account", "credit", "a", "b", "--as", "x"], "错误：“b”不能用作 <score>。"),
            (["runs", "a", "b"], "错误：多了 2 个：a', 'b。"), (["runs", "--json=1"], "错误：选项 --json 后面不跟值，却写了“1”。"),
        ])
    func complaints(words: [String], said: String) throws {
        let ending = try #require(Self.ending(words, in: .zh))
        #expect(ending.code == 2 && !ending.isAnswer)
        #expect(ending.text.split(separator: "\n").first.map(String.init) == said)
    }

    @Test(
        "the help speaks what was typed, else Chinese where the shell does",
        arguments: [
            (["--help", "--lang", "zh"], ["LANG": "en_US.UTF-8"], Language.zh), (["--lang=zh"], [:], .zh),
            (["status", "--help"], ["LANG": "zh_CN.UTF-8"], .zh), (["--help"], ["LC_ALL": "C", "LANG": "zh_CN"], .en),
            (["--help"], [:], .en), (["--help", "--lang", "en"], ["LANG": "zh_CN"], .en),
            (["--", "--lang", "zh"], [:], .en),
        ])
    func language(words: [String], shell: [String: String], spoken: Language) {
        #expect(HelpLanguage.choose(arguments: words, environment: shell) == spoken)
    }

    @Test(
        "--lang before a command is the command's, and beside a help the help's",
        arguments: [
            (["--lang", "zh", "status"], ["status", "--lang", "zh"]),
            (["--lang=zh", "status"], ["status", "--lang=zh"]),
            (["--lang", "zh"], []), (["serve", "--help", "--lang", "zh"], ["serve", "--help"]),
            (["--lang", "zh", "help", "status"], ["help", "status"]),
            (["help", "status", "--lang=zh"], ["help", "status"]),
            (["status", "--lang", "zh"], ["status", "--lang", "zh"]),
            (["--lang", "fr", "status"], ["--lang", "fr", "status"]),
        ])
    func arranged(words: [String], read: [String]) {
        #expect(HelpLanguage.arranged(words) == read)
    }
}
