import Answers
import CampaignModel
import Ports
import Reports
import Words

/// Progress of one run.
struct RunView: Sendable {
    struct Done: Sendable {
        var at: Speaker.When
        var who: String
        var what: String
        var detail: String
    }
    /// Digests say enough with their beginning.
    private static let detailMax = 12
    var frame: PageFrame
    var run: String
    var facts: String
    /// nil: it is over.
    var whatIf: String?
    var line: String
    var live: RunLiveView
    var acts: RunActsView
    var noActs: String?
    var done: [Done]

    init(_ report: RunReport, acts: RunActs, done rows: [AuditRow], _ visit: Visit, status: StatusReport) {
        let speaker = visit.speaker
        let summary = report.summary
        frame = PageFrame(Sentence(zh: summary.title, en: summary.title), visit, status: status)
        run = summary.run
        facts = Self.facts(of: summary, speaker)
        let isOver = RunState.allCases.first { $0.code == summary.state }?.isOver ?? true
        whatIf = isOver ? nil : "/what-if/" + PagePath.encoded(summary.run)
        line = ReportText.progressLine(summary, in: speaker.language) ?? speaker.state(summary.state)
        live = RunLiveView(report, speaker)
        self.acts = RunActsView(summary, acts, speaker)
        noActs = rows.isEmpty ? speaker.say(Catalogue.Pages.noActs) : nil
        done = rows.map { row in
            Done(
                at: speaker.when(row.at), who: row.person, what: speaker.say(Catalogue.Audit.act(row.act)),
                detail: String(row.detail.prefix(Self.detailMax)))
        }
    }

    static func facts(of summary: RunSummary, _ speaker: Speaker) -> String {
        let words = Catalogue.Report.self
        return [
            "\(speaker.say(words.account)) \(summary.account)",
            "\(Speaker.minute(summary.start)) → \(Speaker.minute(summary.validUntil))",
            "\(speaker.say(words.author)) \(summary.author)",
            "\(speaker.say(words.reviewedBy)) \(ReportText.approvers(of: summary, in: speaker.language))",
        ].joined(separator: " · ")
    }

    static func rejection(_ summary: RunSummary, _ speaker: Speaker) -> String? {
        if let change = summary.changeRejected {
            let words = Catalogue.Report.changeRejected(by: change.person, at: Speaker.minute(change.at))
            return "\(speaker.say(words)) \(change.note)"
        }
        guard summary.state == RunState.rejected.code, let rejection = summary.rejection else { return nil }
        let at = Speaker.minute(rejection.at)
        return "\(speaker.say(Catalogue.Pages.rejectedBy(rejection.person, at: at))) \(rejection.note)"
    }
}

/// The part of it that changes while it is looked at.
struct RunLiveView: Sendable {
    struct ReasonLine: Sendable {
        var count: Int
        var kind: String
        var name: String
        /// nil: the place says it all.
        var code: String?
        var href: String
    }
    struct VariantLine: Sendable {
        var name: String
        var share: String
        var figures: [Int]
    }
    var words: [String: String]
    var stateCode: String
    var state: String
    var why: String?
    var rejection: String?
    var sum: SumView?
    var rows: String?
    var recall: String?
    var hasReasons: Bool
    var reasons: [ReasonLine]
    var chart: ChartView?
    var hasVariants: Bool
    var test: String?
    var columns: [String]
    var variants: [VariantLine]

    init(_ report: RunReport, _ speaker: Speaker) {
        let summary = report.summary
        words = PageWords.words(in: speaker.language)
        stateCode = summary.state
        state = speaker.state(summary.state)
        why = summary.why?.text(in: speaker.language)
        rejection = RunView.rejection(summary, speaker)
        sum = SumView(of: summary, speaker)
        rows =
            summary.isPlanned
            ? report.toldRows.map { speaker.say(Catalogue.Report.rows($0)) }
            : summary.listed.map { _ in ReportText.sumLine(of: summary, in: speaker.language) }
        recall = summary.recall.map { speaker.say(Catalogue.Recall.counts($0)) }
        reasons = Self.reasons(of: summary, speaker)
        hasReasons = !reasons.isEmpty
        chart = report.forecast.flatMap { ChartView($0, speaker) }
        test = summary.test?.sentence
        columns =
            [speaker.say(ReportText.whole(of: summary.sum))]
            + (report.variants.first.map { ReportText.terms(of: $0.sum).map { speaker.say($0.name) } } ?? [])
        variants = report.variants.map { line in
            VariantLine(
                name: line.name, share: ReportText.percent(line.weight),
                figures: [line.sum.audience] + ReportText.terms(of: line.sum).map(\.count))
        }
        hasVariants = summary.sum.audience > 0 && !variants.isEmpty
    }

    /// Each with a way to the people behind it.
    private static func reasons(of summary: RunSummary, _ speaker: Speaker) -> [ReasonLine] {
        let sum = summary.sum
        func lines(_ counts: [SumLine.ReasonCount], _ kind: Sentence, _ place: String) -> [ReasonLine] {
            counts.map { count in
                ReasonLine(
                    count: count.count, kind: speaker.say(kind), name: speaker.reason(count.reason),
                    code: count.reason, href: PagePath.people(summary.run, place: place, reason: count.reason))
            }
        }
        func line(_ count: Int, _ kind: Sentence, _ place: String) -> [ReasonLine] {
            guard count > 0 else { return [] }
            let href = PagePath.people(summary.run, place: place, reason: nil)
            return [
                ReasonLine(count: count, kind: "", name: speaker.say(kind), code: nil, href: href)
            ]
        }
        return line(sum.unknown, Catalogue.Report.unknown, "unknown")
            + lines(sum.waitingBy, Catalogue.Report.waiting, "waiting")
            + lines(sum.skippedBy, Catalogue.Report.skipped, "skipped")
            + line(sum.holdout, Catalogue.Report.holdout, "holdout")
    }
}

/// People by quarter of an hour as a drawing: one path each, so that a long run is as light as a short one.
struct ChartView: Sendable {
    struct Quarter: Sendable {
        var from: String
        var planned: Int
        var actual: Int
    }
    /// As the templates' `viewBox` has it.
    private static let (width, height) = (960, 120)
    /// Of the table behind the drawing, the latest; the page stays small.
    private static let rowsMax = 64
    var label: String
    var path: String
    var actualPath: String
    var night = ""
    var hours = ""
    var hasFrame = false
    var hasWindow = false
    var first: String
    var last: String
    var quarters: [Quarter]

    /// nil: there is nothing to draw.
    init?(_ comparison: ForecastComparison, _ speaker: Speaker) {
        let all = comparison.quarters
        guard let first = all.first, let last = all.last else { return nil }
        let top = all.map { max($0.forecast, $0.actual) }.max() ?? 0
        label = speaker.say(
            Catalogue.Forecast.actualTotals(forecast: comparison.forecast.sentTotal, started: comparison.started))
        path = Self.path(all.map(\.forecast), top: top)
        actualPath = Self.path(all.map(\.actual), top: top)
        self.first = Speaker.minute(first.from)
        self.last = Speaker.minute(last.from)
        quarters = all.suffix(Self.rowsMax).map {
            Quarter(from: Speaker.minute($0.from), planned: $0.forecast, actual: $0.actual)
        }
    }

    /// - Parameter frame: what bounds it; drawn behind, on an axis of the clock.
    init?(_ forecast: RunForecast, _ speaker: Speaker, frame: ForecastFrame? = nil) {
        guard let first = forecast.sent.first, let last = forecast.sent.last else { return nil }
        label = speaker.say(Catalogue.Pages.perQuarter)
        actualPath = ""
        quarters = []
        if let frame, let axis = QuarterAxis(from: first.from, to: last.from) {
            var counts = [Int](repeating: 0, count: axis.count)
            for slot in forecast.sent { if let index = axis.index(of: slot.from) { counts[index] += slot.people } }
            path = Self.path(counts, top: counts.max() ?? 0)
            night = axis.bands(frame.quiet, in: .shanghai, width: Self.width, height: Self.height)
            hours = frame.window.map { axis.bands($0, in: frame.zone, width: Self.width, height: Self.height) } ?? ""
            hasWindow = frame.window != nil
            self.first = Speaker.minute(axis.first.iso8601)
            self.last = Speaker.minute(axis.last.iso8601)
            hasFrame = true
        } else {
            let counts = forecast.sent.map(\.people)
            path = Self.path(counts, top: counts.max() ?? 0)
            self.first = Speaker.minute(first.from)
            self.last = Speaker.minute(last.from)
        }
    }

    private static func path(_ counts: [Int], top: Int) -> String {
        guard top > 0, !counts.isEmpty else { return "" }
        var path = "M0 \(height)"
        for (index, count) in counts.enumerated() {
            let (from, to) = (index * width / counts.count, (index + 1) * width / counts.count)
            let y = height - count * height / top
            path += "L\(from) \(y)H\(max(to - 1, from + 1))L\(max(to - 1, from + 1)) \(height)"
        }
        return path + "Z"
    }
}

/// What may be done to a run now, by whoever looks.
struct RunActsView: Sendable {
    struct Button: Sendable {
        var act: String
        var name: String
        var kind: String
        var run: String
        var here: String
    }
    var words: [String: String]
    var nothing: String?
    var review: String?
    var buttons: [Button]

    init(_ summary: RunSummary, _ acts: RunActs, _ speaker: Speaker) {
        words = PageWords.words(in: speaker.language)
        let named: [(String, Sentence, String)] = [
            ("pause", Catalogue.Pages.pause, ""), ("resume", Catalogue.Pages.resume, "primary"),
            ("recall", Catalogue.Pages.recall, "danger"), ("cancel", Catalogue.Pages.cancel, "danger"),
        ]
        buttons = named.filter { acts.possible.contains($0.0) }.map { act, name, kind in
            Button(
                act: act, name: speaker.say(name), kind: kind, run: summary.run, here: PagePath.run(summary.run))
        }
        review = summary.state == RunState.inReview.code ? PagePath.review(summary.run) : nil
        nothing = buttons.isEmpty && review == nil ? speaker.say(Catalogue.Pages.nothingToDo) : nil
    }
}

/// The people of a run in one place, a page at a time.
struct PeopleView: Sendable {
    struct Line: Sendable {
        var openID: String
        var href: String
        var why: String
        var at: Speaker.When?
    }
    var frame: PageFrame
    var runHref: String
    var title: String
    var kind: String
    var reasonName: String?
    var nobody: String?
    var lines: [Line]
    var more: String?

    init(_ sheet: PeopleSheet, _ question: PeopleQuestion, _ visit: Visit, status: StatusReport) {
        let speaker = visit.speaker
        frame = PageFrame(Catalogue.Pages.people, visit, status: status)
        runHref = PagePath.run(sheet.run.run)
        title = sheet.run.title
        kind = speaker.say(Catalogue.Control.place(question.place))
        reasonName = question.reason.map { speaker.reason($0) }
        nobody = sheet.lines.isEmpty ? speaker.say(Catalogue.Pages.nobodyThere) : nil
        lines = sheet.lines.map { line in
            Line(
                openID: line.openID, href: PagePath.person(line.openID),
                why: line.reason.map { speaker.reason($0) } ?? speaker.say(Catalogue.Control.place(question.place)),
                at: speaker.when(line.at))
        }
        more = sheet.next.map {
            PagePath.people(sheet.run.run, place: question.place, reason: question.reason) + "&after=" + $0
        }
    }
}
