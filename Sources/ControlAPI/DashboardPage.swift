import Answers
import CampaignModel
import Mustache
import Ports
import Reports
import Words

/// The one page: how the lanes stand, what each run has come to, and that nobody is lost. It only reads.
struct DashboardPage: Sendable {
    private let template: MustacheTemplate

    /// - Throws: only when the template itself is broken, which the first test of this room would show.
    init() throws {
        MustacheContentTypes.register(StrictHTML(), named: StrictHTML.name)
        template = try MustacheTemplate(string: DashboardTemplate.text)
    }

    func render(_ status: StatusReport, in language: Language) -> String {
        template.render(DashboardView(status, in: language))
    }
}

/// Escaping scalar by scalar. The library's own goes by character, and a quote that wears a combining mark is another
/// character to Swift and still a quote to a browser.
package struct StrictHTML: MustacheContentType {
    package static let name = "CURFEW_HTML"

    package func escapeText(_ text: String) -> String { Self.escaped(text) }

    /// Fit for an element's text and for an attribute in quotes.
    package static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// What the template shows, in words and already in one language.
struct DashboardView {
    struct Lane {
        var account: String
        var isOpen: Bool
        var sentence: String
        var next: String?
        var meters: [Meter]
    }
    /// A figure against its cap; `filled` in thousandths of the bar.
    struct Meter {
        var name: String
        var figure: String
        var hasCap: Bool
        var filled: Int
        var isFull: Bool
    }
    struct Run {
        var title: String
        var name: String
        var state: String
        var stateCode: String
        var facts: String
        /// What the reviews still need; nil once they are through.
        var review: String?
        var bar: [Segment]
        var audience: Int
        var terms: [Term]
        var broken: Bool
        var reasons: [ReasonLine]
    }
    struct Segment {
        var code: String
        var x: Int
        var width: Int
    }
    struct Term {
        var name: String
        var code: String
        var count: Int
        var plus: Bool
        var isZero: Bool
    }
    struct ReasonLine {
        var code: String
        var count: Int
        var kind: String
        var words: String
    }

    var lang: String
    var otherLang: String
    var otherLanguage: String
    var heading: String
    var nowLabel: String
    var now: String
    var rehearsal: String?
    var stopped: String?
    /// Why nothing can be written, or the inbox not be used.
    var troubles: [String]
    /// What to do about unknown attempts; nil when there are none.
    var unknown: String?
    var lanesLabel: String
    var lanes: [Lane]
    var noLanes: String?
    var nextLabel: String
    var runsLabel: String
    var runs: [Run]
    var noRuns: String?
    var audienceLabel: String
    var sumBroken: String
    var readOnly: String

    init(_ status: StatusReport, in language: Language) {
        func word(_ sentence: Sentence) -> String { sentence.text(in: language) }
        lang = language == .zh ? "zh-CN" : "en"
        otherLang = language == .zh ? Language.en.rawValue : Language.zh.rawValue
        otherLanguage = word(Catalogue.Control.otherLanguage)
        heading = word(Catalogue.Control.dashboard)
        nowLabel = word(Catalogue.Control.now)
        now = ReportText.words(ofMoment: status.now)
        rehearsal = status.rehearsal ? word(Catalogue.Report.rehearsal) : nil
        stopped = status.stopped ? word(Catalogue.Control.stopped) : nil
        troubles = [status.trouble, status.inbox?.trouble].compactMap { $0 }
        unknown = status.unknown > 0 ? word(Catalogue.Report.unknownNote(status.unknown)) : nil
        lanesLabel = word(Catalogue.Control.lanes)
        lanes = status.lanes.map { Self.lane($0, in: language) }
        noLanes = status.lanes.isEmpty ? word(Catalogue.Control.noLanes) : nil
        nextLabel = word(Catalogue.Control.next)
        runsLabel = word(Catalogue.Control.runs)
        runs = status.runs.map { Self.run($0, in: language) }
        noRuns =
            status.runs.isEmpty
            ? word(Catalogue.Control.noRuns) : status.moreRuns.map { word(Catalogue.Control.moreRuns($0)) }
        audienceLabel = word(Catalogue.Report.audience)
        sumBroken = word(Catalogue.Report.sumBroken)
        readOnly = word(Catalogue.Control.readOnly)
    }
}

// MARK: - Parts

extension DashboardView {
    private static func lane(_ line: StatusReport.LaneLine, in language: Language) -> Lane {
        let isOpen = line.state == "open"
        // The desk speaks its own language; a page in another takes the catalogue's sentence for the same code.
        let known = Reason(code: line.state).map { Catalogue.reason($0).text(in: language) }
        let meters = [
            meter(Catalogue.Control.peopleToday, line.peopleToday, cap: line.peopleCap, in: language),
            meter(Catalogue.Control.messagesToday, line.messagesToday, cap: line.messagesCap, in: language),
        ]
        return Lane(
            account: line.account, isOpen: isOpen,
            sentence: isOpen ? open(line, in: language) : known ?? line.sentence,
            next: isOpen ? nil : line.nextAllowed.map(ReportText.words(ofMoment:)), meters: meters)
    }

    private static func open(_ line: StatusReport.LaneLine, in language: Language) -> String {
        (line.pacePercent.map { Catalogue.Stand.slowed(percent: $0) } ?? Catalogue.Control.laneOpen).text(in: language)
    }

    private static func meter(_ name: Sentence, _ count: Int, cap: Int?, in language: Language) -> Meter {
        guard let cap, cap > 0 else {
            return Meter(name: name.text(in: language), figure: String(count), hasCap: false, filled: 0, isFull: false)
        }
        return Meter(
            name: name.text(in: language), figure: "\(count) / \(cap)", hasCap: true,
            filled: min(max(count, 0) * 1000 / cap, 1000), isFull: count >= cap)
    }

    private static func run(_ summary: RunSummary, in language: Language) -> Run {
        let sum = summary.sum
        let codes = ["holdout", "accepted", "rejected", "unknown", "skipped", "waiting", "open", "pending"]
        let terms = zip(codes, ReportText.terms(of: sum)).enumerated().map { index, pair in
            Term(
                name: pair.1.name.text(in: language), code: pair.0, count: pair.1.count, plus: index > 0,
                isZero: pair.1.count == 0)
        }
        return Run(
            title: summary.title, name: summary.run, state: ReportText.words(ofState: summary.state, in: language),
            stateCode: summary.state, facts: facts(of: summary, in: language),
            review: ReviewText.line(summary, in: language), bar: bar(terms, audience: sum.audience),
            audience: sum.audience, terms: terms, broken: !sum.holds,
            reasons: reasons(sum.skippedBy, Catalogue.Report.skipped, in: language)
                + reasons(sum.waitingBy, Catalogue.Report.waiting, in: language))
    }

    private static func facts(of summary: RunSummary, in language: Language) -> String {
        let words = Catalogue.Report.self
        let approvers = summary.approvedBy.joined(separator: ", ")
        return [
            "\(words.account.text(in: language)) \(summary.account)",
            "\(ReportText.words(ofMoment: summary.start)) → \(ReportText.words(ofMoment: summary.validUntil))",
            "\(words.author.text(in: language)) \(summary.author)",
            "\(words.reviewedBy.text(in: language)) \(approvers.isEmpty ? words.nobodyYet.text(in: language) : approvers)",
        ].joined(separator: " · ")
    }

    /// The sum as one bar of a thousand parts. Each edge is rounded once, so that neighbours meet.
    private static func bar(_ terms: [Term], audience: Int) -> [Segment] {
        guard audience > 0 else { return [] }
        var before = 0
        return terms.compactMap { term in
            let (from, to) = (before * 1000 / audience, (before + term.count) * 1000 / audience)
            before += term.count
            return to > from ? Segment(code: term.code, x: from, width: to - from) : nil
        }
    }

    private static func reasons(_ lines: [SumLine.ReasonCount], _ kind: Sentence, in language: Language) -> [ReasonLine]
    {
        lines.map { line in
            ReasonLine(
                code: line.reason, count: line.count, kind: kind.text(in: language),
                words: ReportText.words(ofReason: line.reason, in: language))
        }
    }
}
