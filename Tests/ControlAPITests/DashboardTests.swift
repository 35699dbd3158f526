import Answers
import CampaignModel
import Ports
import Testing

@testable import ControlAPI

@Suite("The dashboard")
struct DashboardTests {
    @Test("the page shows lanes, the sum of every run, the rehearsal and the unknown")
    func shows() throws {
        let page = try DashboardPage().render(.sample(), in: .zh)
        for text in [
            "flagship", "outlet", "505 / 5000", "500 / 500", "双11 预热", "受众 1200", "已送达 500", "等待 410",
            "未开始 196", "演练", "有 2 人结果不明", "在途 4", "夜间免打扰时段", "2026-11-21 08:00:00", "发送中",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        let plain = try DashboardPage().render(.sample(rehearsal: false), in: .zh)
        #expect(!plain.contains("演练"))
    }

    @Test("a run in review says what the machine found and how many persons are missing, and names nobody")
    func review() throws {
        var status = StatusReport.sample()
        status.runs[0].state = "in_review"
        #expect(try DashboardPage().render(status, in: .zh).contains("机器审核还没有做完"))
        status.runs[0].approvedBy = ["review"]
        status.runs[0].review =
            MachineReview(
                people: 20, held: 0,
                findings: [
                    .init(
                        .sensitiveWord, .secondPerson, variant: "a", subject: "<b>vx", people: 3, sample: "_000secret")
                ]
            ).impersonal
        let page = try DashboardPage().render(status, in: .en)
        #expect(page.contains("1 of 2 approvals") && page.contains("[sensitive_word] variant a"))
        #expect(!page.contains("_000secret") && !page.contains("<b>vx"))
    }

    @Test("the page speaks English when asked, whatever language the desk speaks")
    func english() throws {
        let page = try DashboardPage().render(.sample(title: "Warm-up"), in: .en)
        #expect(
            page.contains("Quiet hours (22:00–08:00)") && page.contains("audience 1200") && page.contains("lang=\"en\"")
        )
        #expect(!page.contains("夜间"))
    }

    @Test(
        "a hostile title stays text",
        arguments: [
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x", "{{{now}}}",
            "</title><script>",
            // A mark on the bracket or quote makes another character of it for Swift and not for a browser.
            "<\u{0301}script>", "\"\u{0301} onmouseover=x",
        ])
    func hostile(title: String) throws {
        var status = StatusReport.sample(title: title)
        status.lanes[0].account = title
        status.runs[0].author = title
        status.runs[0].state = title
        let page = try DashboardPage().render(status, in: .zh)
        let calm = try DashboardPage().render(.sample(title: "calm"), in: .zh)
        // Whatever the title holds, the page has the same tags and the same quotes.
        for sign in ["<", ">", "\""] as [Unicode.Scalar] {
            #expect(count(sign, in: page) == count(sign, in: calm), "\(sign)")
        }
    }

    @Test("the template never prints anything unescaped")
    func noRawForm() {
        #expect(!DashboardTemplate.text.contains("{{{") && !DashboardTemplate.text.contains("{{&"))
        #expect(!DashboardTemplate.text.contains("style=") && !DashboardTemplate.text.contains("<script"))
    }

    @Test("a sum that does not hold is shouted")
    func broken() throws {
        var status = StatusReport.sample()
        status.runs[0].sum.holds = false
        #expect(try DashboardPage().render(status, in: .en).contains("The two sides differ"))
    }

    @Test("a disk that refuses and an inbox that cannot be used stand at the head, escaped")
    func troubles() throws {
        var status = StatusReport.sample()
        status.trouble = "磁盘 <full>"
        status.inbox = InboxLine()
        status.inbox?.trouble = "inbox & reports"
        let page = try DashboardPage().render(status, in: .zh)
        #expect(page.contains("role=\"alert\">磁盘 &lt;full&gt;</p>") && page.contains("inbox &amp; reports</p>"))
    }

    @Test("an empty house says what to do")
    func empty() throws {
        let status = StatusReport(
            now: "2026-11-20T22:00:00.000+08:00", rehearsal: false, stopped: true, daemon: true, lanes: [], runs: [],
            unknown: 0)
        let page = try DashboardPage().render(status, in: .zh)
        #expect(page.contains("把活动文件放进投递文件夹") && page.contains("全部发送已停止"))
    }

    private func count(_ sign: Unicode.Scalar, in text: String) -> Int { text.unicodeScalars.count { $0 == sign } }

    @Test(
        "the first language we speak wins, asking outright wins over it",
        arguments: [
            ("/", "", "zh-CN"), ("/", "en-US,en;q=0.9,zh;q=0.8", "en"), ("/", "fr, zh-TW;q=0.5", "zh-CN"),
            ("/?lang=en", "zh", "en"), ("/?lang=xx", "en", "en"),
        ])
    func language(path: String, accepted: String, shown: String) async throws {
        try await withDoor(PretendDesk()) { _, loopback in
            let reply = try await loopback.get(path, headers: accepted.isEmpty ? [] : ["Accept-Language: \(accepted)"])
            #expect(reply.status == 200)
            #expect(reply.body.contains("<html lang=\"\(shown)\">"))
        }
    }
}
