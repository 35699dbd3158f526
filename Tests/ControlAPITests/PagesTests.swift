import Answers
import CampaignModel
import Foundation
import Ports
import Testing

@testable import ControlAPI

@Suite("The pages")
struct PagesTests {
    static let library = try? PageLibrary()

    static func visit(_ language: Language = .zh, path: String = "/") -> Visit {
        Visit(
            identity: .session("s"),
            sheet: SessionSheet(
                id: 1, person: "review", roles: ["reviewer"],
                deeds: ["approve", "deny", "erase", "resolve", "stopAll"],
                unproved: []), speaker: Speaker(language: language), path: path, cookies: Cookies(isSecure: false),
            said: nil)
    }

    private func start(_ status: StatusReport, _ language: Language = .zh, reviews: [NeedsSheet.Review] = []) throws
        -> String
    {
        let sheet = NeedsSheet(
            status: status, reviews: reviews, unknowns: [], closed: [], tight: [], standing: [], inbound: [])
        return try #require(Self.library).render(StartView(sheet, Self.visit(language)), "start")
    }

    @Test("the first page shows accounts, the sum of every run, the rehearsal and what is unknown")
    func shows() throws {
        let page = try start(.sample())
        for text in [
            "flagship", "outlet", "505 / 5000", "500 / 500", "双11 预热", "受众 1200", "已送达 500", "等待 410",
            "未开始 196", "演练", "有 2 人结果不明", "在途 4", "夜间静默时段", "2026-11-21 08:00", "发送中",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        let plain = try start(.sample(rehearsal: false))
        #expect(!plain.contains("演练"))
    }

    @Test("whatever waits for somebody is said, with who it may be and a way there; nothing is one green sentence")
    func needs() throws {
        var status = StatusReport.sample()
        status.unknown = 0
        #expect(try start(status).contains("现在没有需要人处理的事"))
        status.runs[0].state = "in_review"
        let page = try start(
            status, .en, reviews: [.init(run: status.runs[0], missing: 1, reviewers: ["li", "wang"])])
        #expect(page.contains("May be reviewed by li, wang"))
        #expect(page.contains("href=\"/review/double-eleven-warmup%4020261120-2000\""))
        let nobody = try start(status, .en, reviews: [.init(run: status.runs[0], missing: 1, reviewers: [])])
        #expect(nobody.contains("Nobody may review it"))
    }

    @Test("a page speaks English when asked, whatever language the desk speaks")
    func english() throws {
        let page = try start(.sample(title: "Warm-up"), .en)
        #expect(
            page.contains("Quiet hours (22:00–08:00)") && page.contains("audience 1200") && page.contains("lang=\"en\"")
        )
        #expect(!page.contains("夜间"))
    }

    @Test("a sum that does not hold is shouted")
    func broken() throws {
        var status = StatusReport.sample()
        status.runs[0].sum.holds = false
        #expect(try start(status, .en).contains("The two sides differ"))
    }

    @Test("a disk that refuses and an inbox that cannot be used stand at the head, escaped")
    func troubles() throws {
        var status = StatusReport.sample()
        status.trouble = "磁盘 <full>"
        status.inbox = InboxLine()
        status.inbox?.trouble = "inbox & reports"
        let page = try start(status)
        #expect(page.contains("磁盘 &lt;full&gt;</p>") && page.contains("inbox &amp; reports</p>"))
    }

    @Test("an empty house says what to do, and that all is stopped")
    func empty() throws {
        let status = StatusReport(
            now: "2026-11-20T22:00:00.000+08:00", rehearsal: false, stopped: true, daemon: true, lanes: [], runs: [],
            unknown: 0)
        let page = try start(status)
        #expect(page.contains("把活动文件和名单放进投放文件夹") && page.contains("全部发送已停止"))
    }

    // MARK: - Everything that comes from outside

    static let hostile = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x", "{{{now}}}",
        "</title><script>", "</textarea><script>", "</pre><b>",
        // A mark on the bracket or quote makes another character of it for Swift and not for a browser.
        "<\u{0301}script>", "\"\u{0301} onmouseover=x",
    ]

    /// Each page with one text in every field that a file, a list, a person or the platform can carry.
    private func pages(with text: String) throws -> [String: String] {
        let library = try #require(Self.library)
        let visit = Self.visit()
        let status = Self.status(text)
        let run = status.runs[0]
        var report = RunReport(
            summary: run, rehearsal: true, rowsRead: 1200, bad: 0, duplicates: 0, excluded: 0, beyondMax: 0,
            variants: [.init(name: text, weight: 1, sum: run.sum)])
        let forecast = Self.forecast(text)
        report.forecast = ForecastComparison(
            forecast: forecast, quarters: [.init(from: text, forecast: 2, actual: 1)], started: 1)
        var change = RevisionChange(since: 1, lines: [Sentence(zh: "- " + text, en: text)])
        change.add(text, to: .new)
        let review = MachineReview(
            people: 2, held: 0,
            findings: [.init(.sensitiveWord, .secondPerson, variant: text, subject: text, people: 3, sample: text)],
            change: change)
        let bubbles: [ReviewSheet.Bubble] = [
            .text(text), .image(digest: text), .card(Sentence(zh: text, en: text)),
            .nothing(Sentence(zh: text, en: text)),
        ]
        let sheet = ReviewSheet(
            report: report, number: 1, fileName: text, review: review,
            variants: [.init(name: text, weight: 1, samples: [.init(kind: .first, openID: text, bubbles: bubbles)])],
            forecast: forecast)
        let acts = RunActs(
            possible: ["approve", "reject", "pause", "test-send"], obstacle: Sentence(zh: text, en: text))
        let row = AuditRow(seq: 1, at: text, person: text, act: text, subject: text, detail: text, digest: "")
        let people = PeopleSheet(run: run, lines: [.init(openID: text, reason: text, at: text)], next: text)
        let question = PeopleQuestion(run: text, place: "skipped", reason: text, after: nil)
        let needs = NeedsSheet(
            status: status, reviews: [.init(run: run, missing: 1, reviewers: [text])], unknowns: [],
            closed: [status.lanes[0]], tight: [.init(run: text, title: text, forecast: forecast)], standing: [run],
            inbound: [RevisionNote(Sentence(zh: text, en: text))])
        var said = visit
        said.said = text
        said.path = "/person?id=" + text
        return [
            "start": library.render(StartView(needs, said), "start"),
            "run": library.render(RunView(report, acts: acts, done: [row], visit, status: status), "run"),
            "review": library.render(ReviewView(sheet, acts, visit, status: status), "review"),
            "people": library.render(PeopleView(people, question, visit, status: status), "people"),
            "person": library.render(
                PersonView(
                    Self.person(text, run), asked: text, run: nil, trouble: Sentence(zh: text, en: text), visit,
                    status: status), "person"),
            "audit": library.render(
                AuditView([row], person: "", subject: "", visit, status: status), "audit"),
            "campaigns": library.render(
                CampaignsView(
                    CampaignsSheet(runs: [run], next: text), CampaignsQuestion(text: text, state: text, after: nil),
                    visit,
                    status: status), "campaigns"),
            "sessions": library.render(
                SessionsView(
                    [.init(id: 1, person: text, began: text, seen: text, agent: text, isThis: true)], visit,
                    status: status), "sessions"),
        ]
    }

    static func status(_ text: String) -> StatusReport {
        var status = StatusReport.sample(title: text)
        status.lanes[0].account = text
        status.lanes[0].state = text
        status.lanes[0].sentence = text
        status.runs[0].author = text
        status.runs[0].run = text
        status.runs[0].state = "rejected"
        status.runs[0].account = text
        status.runs[0].digest = text
        status.runs[0].approvedBy = [text]
        status.runs[0].rejection = Rejection(person: text, at: text, note: text)
        status.runs[0].why = WhyLine(.accountRemoved, Sentence(zh: text, en: text), in: .en)
        return status
    }

    static func forecast(_ text: String) -> RunForecast {
        var forecast = RunForecast(campaign: text, run: text, account: text, at: text)
        forecast.audience = 10
        forecast.sentTotal = 8
        forecast.leftOut = [.init(reason: text, count: 2)]
        forecast.sent = [.init(from: text, people: 8)]
        (forecast.first, forecast.last) = (text, text)
        forecast.days = [.init(day: text, people: 8, messages: 8)]
        forecast.fits = false
        forecast.change = .init(kind: .fewerPeople, value: text)
        return forecast
    }

    private static func person(_ text: String, _ run: RunSummary) -> PersonSheet {
        let rule = Explanation.Line(
            rule: text, allows: false, observed: text, limit: text, changesAt: text, sentence: text, remedy: text)
        var explanation = Explanation(
            run: text, openID: text, at: text, place: text, answer: text, variant: text, assignment: text,
            rules: [rule], nextAllowed: text, attempts: [], contactsToday: [])
        explanation.notKnown = [text]
        return PersonSheet(
            openID: text, consents: [.init(account: text, state: .authorized, expires: text, checked: text)],
            listings: [.init(denies: true, account: text, since: text, person: text)],
            events: [.init(kind: text, at: text)], contacts: [], runs: [.init(run: run, explanation: explanation)])
    }

    @Test("no text from outside becomes markup, on any page and in any field", arguments: hostile)
    func hostileText(text: String) throws {
        let pages = try pages(with: text)
        let calm = try self.pages(with: "calm")
        for (name, page) in pages.sorted(by: { $0.key < $1.key }) {
            // Whatever the text holds, the page has the same tags and the same quotes.
            for sign in ["<", ">", "\"", "'"] as [Unicode.Scalar] {
                let (found, wanted) = (count(sign, in: page), count(sign, in: calm[name] ?? ""))
                #expect(found == wanted, "\(name): \(sign)")
            }
        }
    }

    @Test("no template prints anything unescaped, carries a style or a script of its own, or reloads by itself")
    func noRawForm() {
        for (name, text) in PageLibrary.templates {
            #expect(!text.contains("{{{") && !text.contains("{{&"), "\(name)")
            #expect(!text.contains("style=") && !text.contains("http-equiv") && !text.contains(" on"), "\(name)")
            #expect(name == "head" || !text.contains("<script"), "\(name)")
        }
    }

    @Test("every word that a template uses is in the catalogue, in both languages, and none is there for nothing")
    func words() {
        let known = Set(PageWords.all.map(\.0))
        let used = Set(
            PageLibrary.templates.values.flatMap { text in
                text.matches(of: /words\.([A-Za-z]+)/).map { String($0.output.1) }
            })
        #expect(used.subtracting(known).isEmpty && known.subtracting(used).isEmpty)
        for (name, sentence) in PageWords.all { #expect(!sentence.zh.isEmpty && !sentence.en.isEmpty, "\(name)") }
    }

    @Test("pages are small", arguments: [Language.zh, .en])
    func small(language: Language) throws {
        var status = StatusReport.sample()
        status.runs = Array(repeating: status.runs[0], count: 8)
        #expect(try start(status, language).utf8.count < 30_000)
        #expect(LiveModule.text.split(separator: "\n", omittingEmptySubsequences: false).count <= 200)
        #expect(PageStyle.sheet.utf8.count < 30_000)
    }

    private func count(_ sign: Unicode.Scalar, in text: String) -> Int { text.unicodeScalars.count { $0 == sign } }

    @Test(
        "the first language we speak wins, what was chosen before wins over it, and asking outright over both",
        arguments: [
            ("/", "", "", "zh-CN"), ("/", "en-US,en;q=0.9,zh;q=0.8", "", "en"), ("/", "fr, zh-TW;q=0.5", "", "zh-CN"),
            ("/?lang=en", "zh", "", "en"), ("/?lang=xx", "en", "", "en"), ("/", "en", "zh", "zh-CN"),
            ("/?lang=en", "zh", "zh", "en"),
        ])
    func language(path: String, accepted: String, chosen: String, shown: String) async throws {
        try await withDoor(PretendDesk()) { _, loopback in
            let cookie = try await loopback.logIn() + (chosen.isEmpty ? "" : "; curfew_language=\(chosen)")
            let accept = accepted.isEmpty ? [] : ["Accept-Language: \(accepted)"]
            let reply = try await loopback.get(path, headers: accept + [cookie])
            #expect(reply.status == 200)
            #expect(reply.body.contains("<html lang=\"\(shown)\">"))
        }
    }
}
