import Answers
import CampaignModel
import Foundation
import Ports
import Synchronization
import Testing

@testable import ControlAPI

@Suite("The pages of dropping, of what lies ahead, and of accounts")
struct LaterPagesTests {
    private static let frame = ForecastFrame(
        quiet: DayWindow(fromMinute: 22 * 60, toMinute: 8 * 60), window: DayWindow(fromMinute: 600, toMinute: 1200),
        zone: .shanghai, peopleADay: 5000)

    private static func visit() -> Visit {
        var visit = PagesTests.visit()
        visit.sheet?.deeds.formUnion(["drop", "tendAccount"])
        return visit
    }

    private static func verdict(_ text: String) -> DropSheet {
        var sheet = DropSheet(
            file: text, source: "campaign: \(text)",
            verdict: FileVerdict(
                file: text, ok: false, knowsWorld: true, next: nil,
                problems: [.init(line: 1, column: 2, severity: "error", code: text, message: text, hint: text)],
                audience: [.init(file: text, rows: 2, bad: 1, encoding: "UTF-8", told: [text])], faults: [text],
                review: MachineReview(
                    people: 2, held: 0,
                    findings: [
                        .init(.sensitiveWord, .secondPerson, variant: text, subject: text, people: 3, sample: text)
                    ]
                )))
        sheet.title = text
        sheet.author = text
        sheet.schedule = [text]
        sheet.variants = [
            .init(
                name: text, weight: 1,
                samples: [.init(kind: .first, openID: text, bubbles: [.text(text), .image(digest: text)])])
        ]
        sheet.forecast = PagesTests.forecast(text)
        sheet.frame = frame
        return sheet
    }

    /// Each page with one text in every field that a file, a person or the platform can carry.
    private func pages(_ text: String) throws -> [String: String] {
        let library = try #require(PagesTests.library)
        let (visit, status) = (Self.visit(), PagesTests.status(text))
        let bench = BenchSheet(
            person: text,
            lines: [
                .init(name: text, kind: .campaign, size: 2), .init(name: text, kind: .list, size: 3_000_000),
                .init(name: text, kind: .image, size: 4000),
            ], accounts: [text],
            untaken: [.init(file: text, code: text, Sentence(zh: text, en: text), in: .zh)])
        let entry = CalendarSheet.Entry(
            campaign: text, title: text, run: text, state: text, begins: text, ends: text, people: 1)
        let calendar = CalendarSheet(
            now: text, days: [text], before: text, after: text, quiet: text,
            rows: [.init(account: text, cap: 10, cells: [.init(entries: [entry], people: 11, competes: true)])])
        var test = ExperimentSheet(run: text, title: text, state: text, metric: text, decideBy: text)
        test.verdict = text
        test.lookedAt = text
        test.splitAssigned = 0.5
        test.arms = [
            .init(
                name: text, isControl: true, assigned: 1, delivered: 1, conversions: 1, rate: 0.5, low: 0.1, high: 0.9,
                lift: 0.1, p: 0.1, optedOut: 1, reported: nil, isStopped: true)
        ]
        let question = WhatIfQuestion(run: text, pace: text, start: text, order: text)
        let whatIf = WhatIfSheet(
            run: status.runs[0], asIs: PagesTests.forecast(text), changed: PagesTests.forecast(text), frame: Self.frame)
        let settings = SettingsSheet(
            lines: [.init(text, text)], people: [.init(name: text, roles: [text], hasToken: false)], accounts: [text])
        var target = NoticeTargetLine(
            target: text, kind: "feishu", host: text, level: "all", waiting: 1, tries: 4, failing: true, toldPages: 0,
            toldTotal: 0, failedTotal: 4)
        target.lastFailure = text
        target.failure = text
        let sent = HandedInSheet(file: text, waits: true, report: text)
        return [
            "drop": library.render(DropView(bench, visit, status: status), "drop"),
            "compose": library.render(ComposeView(bench, visit, status: status), "compose"),
            "verdict": library.render(VerdictView(Self.verdict(text), visit, status: status), "verdict"),
            "sent": library.render(SentView(sent, visit, status: status), "sent"),
            "calendar": library.render(CalendarView(calendar, visit, status: status), "calendar"),
            "experiments": library.render(ExperimentsView([test], visit, status: status), "experiments"),
            "whatif": library.render(WhatIfView(whatIf, question, visit, status: status), "whatif"),
            "settings": library.render(SettingsView(settings, [target], visit, status: status), "settings"),
            "accounts": library.render(AccountsView(visit, status: status), "accounts"),
        ]
    }

    @Test("no text from outside becomes markup on these either", arguments: PagesTests.hostile)
    func hostileText(text: String) throws {
        let (pages, calm) = (try pages(text), try self.pages("calm"))
        for (name, page) in pages.sorted(by: { $0.key < $1.key }) {
            #expect(page.utf8.count < 30_000, "\(name)")
            for sign in ["<", ">", "\"", "'"] as [Unicode.Scalar] {
                let found = page.unicodeScalars.count { $0 == sign }
                #expect(found == calm[name]?.unicodeScalars.count { $0 == sign }, "\(name): \(sign)")
            }
        }
    }

    @Test("night, the campaign's hours and the cap of each day stand behind a forecast")
    func chart() throws {
        var forecast = RunForecast(campaign: "a", run: nil, account: "flagship", at: "2026-11-20T20:00:00.000+08:00")
        forecast.sent = [
            .init(from: "2026-11-20T20:00:00.000+08:00", people: 4),
            .init(from: "2026-11-21T10:00:00.000+08:00", people: 2),
        ]
        forecast.days = [.init(day: "2026-11-20", people: 5000, messages: 10_000)]
        let view = ForecastView(forecast, Speaker(language: .zh), frame: Self.frame)
        let chart = try #require(view.chart)
        // One night lies between the two, and the axis begins two hours before the first.
        #expect(chart.night.filter { $0 == "M" }.count == 1 && chart.first == "2026-11-20 18:00")
        #expect(chart.hours.filter { $0 == "M" }.count == 2)
        #expect(view.days.map(\.figure) == ["5000 / 5000"] && view.days[0].isFull)
    }

    @Test("a calendar file has folded lines, escaped words and one event a run, however many days it takes")
    func feed() {
        let long = String(repeating: "活动", count: 40) + "; a, b\\c"
        let entry = CalendarSheet.Entry(
            campaign: "a", title: long, run: "a@20261120-2000", state: "scheduled",
            begins: "2026-11-20T20:00:00.000+08:00", ends: "2026-11-22T22:00:00.000+08:00", people: 3)
        let sheet = CalendarSheet(
            now: "2026-11-20T12:00:00.000+08:00", days: ["2026-11-20", "2026-11-21"], before: "", after: "", quiet: "",
            rows: [
                .init(
                    account: "flagship", cap: 10,
                    cells: [
                        .init(entries: [entry], people: 3, competes: false),
                        .init(entries: [entry], people: 3, competes: false),
                    ])
            ])
        let text = CalendarFeed.text(sheet, Speaker(language: .zh))
        #expect(text.components(separatedBy: "BEGIN:VEVENT").count == 2)
        #expect(text.contains("DTSTART:20261120T120000Z") && text.contains("DTEND:20261122T140000Z"))
        #expect(text.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 75 })
        #expect(text.replacing("\r\n ", with: "").contains("\\; a\\, b\\\\c"))
    }

    @Test("files come from whoever is logged in, as a form with files, and nothing else is taken for one")
    func uploads() async throws {
        try await withDoor(PretendDesk()) { _, loopback in
            let type = "multipart/form-data; boundary=b"
            let form = "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.csv\"\r\n\r\nx\r\n--b--\r\n"
            for path in ["/drop", "/compose"] {
                #expect(try await loopback.post(path, form, type: type).status == 401)
            }
            let cookie = try await loopback.logIn()
            #expect(try await loopback.form("/drop", "a=b", headers: [cookie]).status == 415)
            let cut = try await loopback.post("/drop", "--b\r\nContent-Dis", headers: [cookie], type: type)
            #expect(cut.status == 400)
            // This desk has no bench.
            #expect(try await loopback.post("/drop", form, headers: [cookie], type: type).status == 404)
            let foreign = try await loopback.post(
                "/drop", form, headers: [cookie, "Origin: https://evil.example"], type: type)
            #expect(foreign.status == 403)
        }
    }

    @Test(
        "one file that is refused takes none of the others with it, and each is named",
        arguments: ["/drop", "/compose"])
    func apart(_ path: String) async throws {
        let desk = PretendDesk()
        desk.benched.withLock { $0 = [] }
        let names = ["A.csv", "all.zip", "full.csv", "B.csv", "C.yaml"]
        let form =
            names.map {
                "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"\($0)\"\r\n\r\nx\r\n"
            }.joined() + "--b--\r\n"
        try await withDoor(desk) { _, loopback in
            let cookie = try await loopback.logIn()
            let reply = try await loopback.post(
                path, form, headers: [cookie, "Accept-Language: en"], type: "multipart/form-data; boundary=b")
            #expect(reply.status == 400)
            #expect(reply.body.contains("Kept: A.csv, B.csv, C.yaml."))
            #expect(
                reply.body.contains("all.zip is no campaign") && reply.body.contains("full.csv: Your place is full"))
        }
        #expect(desk.benched.withLock { $0 } == ["A.csv", "B.csv", "C.yaml"])
    }

    @Test("what lies in the drop folder and is not taken stands among what waits for somebody")
    func untaken() {
        var status = StatusReport.sample()
        var inbox = InboxLine()
        inbox.untaken = [.init(file: "a.zip", code: "archive", Sentence(zh: "压缩包", en: "packed"), in: .zh)]
        inbox.untakenTotal = 20
        status.inbox = inbox
        let sheet = NeedsSheet(
            status: status, reviews: [], unknowns: [], closed: [], tight: [], standing: [], inbound: [])
        let items = NeedsView(sheet, Speaker(language: .en)).items
        #expect(items.contains { $0.heading == "20 drops are not taken" && $0.lines == ["a.zip: packed"] })
    }

    @Test("a run that has not begun takes nobody for lost on its page")
    func listed() throws {
        var summary = StatusReport.sample().runs[0]
        summary.state = "scheduled"
        summary.sum = SumLine(ConservationSum())
        summary.listed = 81
        let report = RunReport(
            summary: summary, rehearsal: false, rowsRead: 82, bad: 1, duplicates: 0, excluded: 0, beyondMax: 0,
            variants: [])
        let view = RunLiveView(report, Speaker(language: .en))
        #expect(view.rows == "audience 81: each gets a place at the start" && view.sum == nil)
    }

    @Test(
        "a calendar program's password is a token; what is no such header is nobody's",
        arguments: [
            ("Basic YW55OnRva2Vu", "token"), ("basic YTpiOmM=", "b:c"), ("Basic YW55", nil), ("Basic YW55Og==", nil),
            ("Bearer token", nil), ("Basic !", nil), (nil, nil),
        ] as [(String?, String?)])
    func basic(header: String?, token: String?) { #expect(OutlookRoutes.basic(header) == token) }
}
