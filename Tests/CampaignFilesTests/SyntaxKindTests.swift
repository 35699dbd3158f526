import CampaignModel
import Testing

@testable import CampaignFiles

/// A parser's own words are for programmers: what is said is what was typed and where.
@Suite("A file that is no YAML, in words")
struct SyntaxKindTests {
    struct Broken: Sendable, CustomTestStringConvertible {
        var yaml: String
        var line: Int
        var said: String
        var testDescription: String { said }
    }

    private static let broken = [
        Broken(yaml: "campaign: a\nfiles: [a.csv\ntitle: b\n", line: 3, said: "方括号里缺逗号，或没有用 ] 关上"),
        Broken(yaml: "audience: {files: a.csv\nmax: 3\n", line: 2, said: "花括号里缺逗号，或没有用 } 关上"),
        Broken(yaml: "title: \"never closed\nmax: 3\n", line: 1, said: "引号没有关上"),
        Broken(yaml: "title: @all\n", line: 1, said: "值以 @、`、% 或 Tab 之类的符号开头，要加引号"),
        Broken(yaml: "a: 1\ntitle: b: c\n", line: 2, said: "一行里多了一个“: ”，或上一行的值没写完"),
        Broken(yaml: "a: 1\n  b: 2\n", line: 2, said: "一行里多了一个“: ”，或上一行的值没写完"),
        Broken(yaml: "a:\n    b: 1\n  c: 2\n", line: 3, said: "这一行的缩进和上面的不一致"),
        Broken(yaml: "a: 1\ntitle\nmax: 3\n", line: 3, said: "键后面缺冒号和空格"),
        Broken(yaml: "title: \"a\\qb\"\n", line: 1, said: "双引号里的反斜杠写法不对；改用单引号"),
        Broken(yaml: "title: | x\n  a\n", line: 1, said: "| 或 > 后面只能换行"),
        Broken(yaml: "a: [1, 2}\n", line: 1, said: "方括号里缺逗号，或没有用 ] 关上"),
        Broken(
            yaml: "a: 1\ntext: {{nickname}},hello\nmax: 3\n", line: 2,
            said: "以 {、[ 或 ! 开头的文字要整句加引号，例如 \"{{nickname}},hello\""),
        Broken(yaml: "title: [双11]开抢\nmax: 3\n", line: 1, said: "以 {、[ 或 ! 开头的文字要整句加引号，例如 \"[双11]开抢\""),
        Broken(yaml: "title: !开抢\nmax: 3\n", line: 1, said: "以 {、[ 或 ! 开头的文字要整句加引号，例如 \"!开抢\""),
        Broken(yaml: "%YAML x\na: 1\n", line: 1, said: "以 ! 或 % 开头的写法这里不用"),
    ]

    @Test("each kind is named in both languages, with its line", arguments: broken)
    func kinds(_ broken: Broken) throws {
        let moment = try #require(Moment(iso8601: "2026-11-01", defaultZone: .shanghai))
        let reading = CampaignReader.parse(
            bytes: Array(broken.yaml.utf8), fileName: "x.yaml",
            context: FileContext(authors: [], accounts: [], now: moment))
        let problem = try #require(reading.problems.first { $0.code == "bad_syntax" })
        #expect(problem.line == broken.line)
        let whole = broken.said.hasPrefix("以 {") ? "\(broken.said)。" : "这里不是有效的 YAML：\(broken.said)。"
        #expect(problem.message.zh == whole)
        for word in ["expected", "while", "context", "token", "scalar"] {
            #expect(!problem.message.en.contains(word))
        }
    }
}
