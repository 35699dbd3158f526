import Answers
import CampaignModel
import Ports
import Reports
import Testing
import Words

@testable import CurfewCommands

@Suite("What a marketer reads")
struct ReportTextTests {
    @Test("the report reads from the title to the last figure")
    func wholeReport() {
        let text = ReportText.render(
            SampleAnswers.report(), sections: [.init(title: "样例", lines: ["朋友，双11 预热开始了"])], in: .zh)
        #expect(
            text == """
                双11 预热
                =========
                *** 演练：时间是虚拟的，消息没有发给真人 ***
                场次      d11@20261120-2000
                状态      发送中
                账号      flagship
                作者      marketing
                审核人    review
                开始      2026-11-20 20:00
                有效至    2026-11-24 00:00
                内容指纹  9f2c

                进展
                  正在发送：1200 人中 590 人已有结果，410 人在等待。
                  名单读到 1250 行 = 坏行 3 + 重复 27 + 排除 15 + 超出 max 5 + 受众 1200
                  受众 1200 = 对照 60 + 已送达 500 + 被拒收 3 + 结果不明 2 + 跳过 25 + 等待 410 + 在途 0 + 未开始 200
                  有 2 人结果不明：可能已送达，所以不会自动重发。查清后用 curfew resolve 了结。

                跳过的原因
                  20  在拒收名单里（退订或投诉），不再打扰    [denied]
                   5  名单里缺少消息要用的字段，又没有默认值  [field_missing]

                等待的原因
                  410  夜间静默时段（22:00–8:00），早上 8 点后继续  [quiet_hours]

                各版本
                  版本    占比  受众  对照  已送达  被拒收  结果不明  跳过  等待  在途  未开始
                  a        50%   600     0     250       0         0     0   350     0       0
                  b     33.34%   600     0     250       0         0     0   350     0       0

                样例
                  朋友，双11 预热开始了

                """)
    }

    @Test("the sum is printed in both languages, and a broken one says so")
    func sumLine() {
        var sum = SumLine(SampleAnswers.sum)
        #expect(
            ReportText.sumLine(sum, in: .en)
                == "audience 1200 = holdout 60 + delivered 500 + refused 3 + unknown 2 + skipped 25 + waiting 410 + on the wire 0 + pending 200"
        )
        sum.holds = false
        #expect(ReportText.sumLine(sum, in: .zh).contains("受众 1200 ≠ 对照 60"))
    }

    @Test("a hostile title neither colours the screen nor begins a line of its own")
    func hostile() {
        let text = ReportText.render(SampleAnswers.report(title: "a\u{1B}[2J\n受众 9 = 9"), in: .zh)
        #expect(!text.contains("\u{1B}"))
        #expect(!text.split(separator: "\n").contains { $0.hasPrefix("受众 9") })
    }

    @Test(
        "every reason has words in both languages, without a full stop and without its code", arguments: Reason.allCases
    )
    func reasons(reason: Reason) {
        let sentence = Catalogue.reason(reason)
        for text in [sentence.zh, sentence.en] {
            #expect(text.count > 5 && !text.hasSuffix("。") && !text.hasSuffix(".") && !text.contains("_"))
        }
        #expect(sentence.zh.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) })
        #expect(!sentence.en.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) })
    }

    @Test("two reasons never read the same, so that a report can be told apart")
    func reasonsDiffer() {
        #expect(Set(Reason.allCases.map { Catalogue.reason($0).zh }).count == Reason.allCases.count)
        #expect(Set(Reason.allCases.map { Catalogue.reason($0).en }).count == Reason.allCases.count)
    }

    @Test("what another version of the program wrote stands as it is")
    func unknownCodes() {
        #expect(ReportText.words(ofReason: "from_the_future", in: .zh) == "from_the_future")
        #expect(ReportText.words(ofState: "dreaming", in: .zh) == "dreaming")
        #expect(ReportText.words(ofMoment: "soon") == "soon")
    }

    @Test("a person reads the minute on Shanghai's wall, whatever the machine wrote")
    func minutes() {
        #expect(ReportText.words(ofMoment: "2026-11-20T21:59:50.152+08:00") == "2026-11-20 21:59")
        #expect(ReportText.words(ofMoment: "2026-11-20T13:59:50Z") == "2026-11-20 21:59")
    }
}

@Suite("Answers on a terminal")
struct PrinterTests {
    @Test("status lines up and says what holds the lane")
    func status() {
        let text = Printer(language: .zh).render(status: SampleAnswers.status)
        #expect(
            text == """
                现在 2026-11-20 22:00
                *** 演练：时间是虚拟的，消息没有发给真人 ***
                有 2 人结果不明：可能已送达，所以不会自动重发。查清后用 curfew resolve 了结。

                账号通道
                    账号      渠道  今日人数  今日条数  状态                                         下次可发
                  ○ flagship  私信  505/5000   500/500  夜间静默时段（22:00–8:00），早上 8 点后继续  2026-11-21 08:00

                场次
                    场次               状态    账号      开始              标题
                  ● d11@20261120-2000  发送中  flagship  2026-11-20 20:00  双11 预热
                      受众 1200 = 对照 60 + 已送达 500 + 被拒收 3 + 结果不明 2 + 跳过 25 + 等待 410 + 在途 0 + 未开始 200
                """)
    }

    @Test("colours change no letter")
    func colours() {
        let plain = Printer(language: .en).render(status: SampleAnswers.status)
        let painted = Printer(language: .en, colours: true).render(status: SampleAnswers.status)
        #expect(painted.contains("\u{1B}[") && !plain.contains("\u{1B}"))
        #expect(painted.replacing(/\u{1B}\[[0-9]+m/, with: "") == plain)
    }

    @Test(
        "colours are for terminals, and not for those who do not want them",
        arguments: [
            (true, [:], true), (false, [:], false), (true, ["NO_COLOR": "1"], false), (true, ["NO_COLOR": ""], true),
            (true, ["TERM": "dumb"], false),
        ])
    func wantsColours(isTTY: Bool, environment: [String: String], expected: Bool) {
        #expect(ClientEnvironment.wantsColours(isTTY: isTTY, environment: environment) == expected)
    }

    @Test("explain answers first, then shows every rule and what was sent")
    func explanation() {
        let attempt = AttemptLine(
            AttemptRecord(
                key: .init(
                    day: PlatformDay(number: 20_777), recipient: .init(rawValue: 1), account: .init(rawValue: 1),
                    number: 1),
                run: .init(rawValue: 1), runName: "d11@20261120-2000", accountName: "flagship", openID: "_000a",
                variant: 0,
                messages: 2, started: Moment(iso8601: "2026-11-20T20:00:00+08:00")!,
                deadline: Moment(iso8601: "2026-11-20T20:00:05+08:00")!, outcome: .refusedForNow, reason: .platformBusy,
                keepsPerson: false, messageIDs: [], logID: "log-1", settled: nil))
        let text = Printer(language: .zh).render(
            explanation: Explanation(
                run: "d11@20261120-2000", openID: "_000a", at: "2026-11-20T22:00:00.000+08:00", place: "waiting",
                answer: "等到早上 8 点。", variant: "a", assignment: "桶 12",
                rules: [
                    .init(
                        rule: "quiet_hours", allows: false, observed: "22:00", limit: "22:00–8:00",
                        changesAt: "2026-11-21T08:00:00.000+08:00", sentence: "夜间静默时段"),
                    .init(rule: "denied", allows: true, observed: "否", limit: "", changesAt: nil, sentence: ""),
                ],
                nextAllowed: "2026-11-21T08:00:00.000+08:00", attempts: [attempt], contactsToday: []))
        for piece in [
            "去处      等待", "等到早上 8 点。", "✗ quiet_hours", "✓ denied", "暂时被拒", "平台繁忙或限流", "log-1",
            "2026-11-21 08:00",
        ] {
            #expect(text.contains(piece), "\(piece)")
        }
    }

    @Test("a receipt says what is still on the wire")
    func receipt() {
        let receipt = ActReceipt(act: "pause", run: "d11", state: "paused", onTheWire: 12)
        #expect(Printer(language: .zh).render(receipt: receipt) == "已记录：暂停 d11，现在：已暂停。还有 12 个请求在途，会自己结束。")
        let quiet = ActReceipt(act: "go", run: nil, state: nil, onTheWire: 0)
        #expect(Printer(language: .en).render(receipt: quiet) == "Recorded: go.")
    }

    @Test("JSON has sorted keys and one line")
    func json() throws {
        let text = try Printer.json(ActReceipt(act: "go", run: "a/b", state: "x", onTheWire: 0))
        #expect(text == #"{"act":"go","onTheWire":0,"run":"a/b","state":"x"}"#)
    }

    @Test("a report for a spreadsheet is one figure a line, and no cell is a formula")
    func csv() {
        let lines = ReportCSV.render(SampleAnswers.report()).split(separator: "\n")
        #expect(lines.first == "run,variant,place,reason,people")
        #expect(lines.contains("d11@20261120-2000,,skipped,denied,20"))
        #expect(lines.contains("d11@20261120-2000,b,waiting,,350"))
        #expect(ReportCSV.cell("=1+1") == "'=1+1" && ReportCSV.cell("a,\"b\"") == "\"a,\"\"b\"\"\"")
    }

    struct Choice: Sendable {
        var asked: Language?
        var configured: Language?
        var shell: [String: String]
        var spoken: Language
    }

    @Test(
        "the language is the asked one, then the configured one, then the shell's",
        arguments: [
            Choice(asked: .en, configured: .zh, shell: ["LANG": "zh_CN.UTF-8"], spoken: .en),
            Choice(configured: .zh, shell: ["LANG": "en_US.UTF-8"], spoken: .zh),
            Choice(shell: ["LANG": "en_US.UTF-8"], spoken: .en),
            Choice(shell: ["LC_ALL": "zh_CN", "LANG": "en_US"], spoken: .zh),
            Choice(shell: ["LANG": "C.UTF-8"], spoken: .zh),
            Choice(shell: [:], spoken: .zh),
        ])
    func language(choice: Choice) {
        let spoken = ClientLanguage.choose(
            asked: choice.asked, configured: choice.configured, environment: choice.shell)
        #expect(spoken == choice.spoken)
    }
}
