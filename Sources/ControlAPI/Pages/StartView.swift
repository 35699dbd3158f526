import Answers
import CampaignModel
import Ports
import Reports
import Words

/// The first page.
struct StartView: Sendable {
    var frame: PageFrame
    var count: String
    var needs: NeedsView
    var overview: OverviewView
    /// What comes next in a house where nothing was ever dropped.
    struct First: Sendable {
        var text: String
        var mark: String?
        var href: String?
        var link: String
    }
    var hasFirst: Bool
    var first: [First]

    init(_ sheet: NeedsSheet, _ visit: Visit) {
        let (speaker, words) = (visit.speaker, Catalogue.Outlook.self)
        let done = speaker.say(words.done)
        hasFirst = sheet.isNew
        first = [
            First(text: speaker.say(words.firstPeople), mark: done, link: ""),
            First(
                text: speaker.say(words.firstAccounts), mark: sheet.status.lanes.isEmpty ? nil : done, link: ""),
            First(
                text: speaker.say(words.firstDrop), href: visit.may("drop") ? "/drop" : nil,
                link: speaker.say(Catalogue.Pages.dropTitle)),
            First(text: speaker.say(words.firstReview), link: ""), First(text: speaker.say(words.firstTry), link: ""),
        ]
        frame = PageFrame(Catalogue.Pages.start, visit, status: sheet.status)
        needs = NeedsView(sheet, visit.speaker)
        overview = OverviewView(sheet.status, visit.speaker)
        count = needs.count
    }
}

/// What waits for somebody, the most urgent first.
struct NeedsView: Sendable {
    struct Item: Sendable {
        /// Colours it: bad, doubt, wait.
        var kind: String
        var heading: String
        var lines: [String]
        var href: String?
        var button: String
    }
    var nothing: String?
    var items: [Item]
    /// In one sentence, for who hears the page.
    var count: String

    init(_ sheet: NeedsSheet, _ speaker: Speaker) {
        items =
            Self.closed(sheet, speaker) + Self.unknowns(sheet, speaker) + Self.standing(sheet, speaker)
            + Self.tight(sheet, speaker) + Self.untaken(sheet, speaker) + Self.reviews(sheet, speaker)
        items += sheet.inbound.map {
            Item(kind: "doubt", heading: speaker.say($0.sentence), lines: [], href: nil, button: "")
        }
        nothing = items.isEmpty && sheet.isEmpty ? speaker.say(Catalogue.Pages.nothingNeeded) : nil
        count = nothing ?? speaker.say(Catalogue.Pages.needsCount(items.count))
    }

    private static func closed(_ sheet: NeedsSheet, _ speaker: Speaker) -> [Item] {
        sheet.closed.map { lane in
            Item(
                kind: "bad", heading: speaker.say(Catalogue.Pages.accountClosed(lane.account)),
                lines: [speaker.reason(lane.state)], href: nil, button: "")
        }
    }

    private static func unknowns(_ sheet: NeedsSheet, _ speaker: Speaker) -> [Item] {
        guard sheet.status.unknown > 0 else { return [] }
        let final = sheet.unknowns.compactMap(\.finalAt).min().map(Speaker.minute)
        return [
            Item(
                kind: "doubt",
                heading: speaker.say(Catalogue.Pages.unknownUntil(sheet.status.unknown, final: final)), lines: [],
                href: "/unknown", button: speaker.say(Catalogue.Pages.settle))
        ]
    }

    private static func standing(_ sheet: NeedsSheet, _ speaker: Speaker) -> [Item] {
        sheet.standing.map { run in
            Item(
                kind: "bad", heading: run.title, lines: [run.why?.text(in: speaker.language)].compactMap { $0 },
                href: PagePath.run(run.run), button: speaker.say(Catalogue.Pages.lookAtRun))
        }
    }

    private static func tight(_ sheet: NeedsSheet, _ speaker: Speaker) -> [Item] {
        sheet.tight.map { tight in
            let change = tight.forecast.change.map {
                speaker.say(Catalogue.Forecast.change($0.kind.rawValue, ReportText.words(ofMoment: $0.value)))
            }
            return Item(
                kind: "wait",
                heading: speaker.say(Catalogue.Pages.willNotFit(tight.title, tight.forecast.leftOutTotal)),
                lines: [change].compactMap { $0 }, href: PagePath.review(tight.run),
                button: speaker.say(Catalogue.Pages.lookAtReview))
        }
    }

    /// Of the drop folder: somebody waits for what will not come by itself.
    private static func untaken(_ sheet: NeedsSheet, _ speaker: Speaker) -> [Item] {
        guard let inbox = sheet.status.inbox, inbox.untakenTotal > 0 else { return [] }
        return [
            Item(
                kind: "wait", heading: speaker.say(Catalogue.Inbox.untaken(inbox.untakenTotal)),
                lines: inbox.untaken.prefix(untakenShown).map { $0.text(in: speaker.language) }, href: nil, button: "")
        ]
    }
    private static let untakenShown = 5

    private static func reviews(_ sheet: NeedsSheet, _ speaker: Speaker) -> [Item] {
        sheet.reviews.map { review in
            var lines = [ReviewText.line(review.run, in: speaker.language)].compactMap { $0 }
            lines.append(speaker.say(Catalogue.Pages.mayBeBy(review.reviewers)))
            lines.append("\(speaker.say(Catalogue.Report.start)) \(Speaker.minute(review.run.start))")
            return Item(
                kind: "wait", heading: "\(speaker.say(Catalogue.Pages.waitsForReview)) · \(review.run.title)",
                lines: lines, href: PagePath.review(review.run.run), button: speaker.say(Catalogue.Pages.review))
        }
    }
}

/// The conservation sum: bar and words.
struct SumView: Sendable {
    struct Segment: Sendable {
        var code: String
        var x: Int
        var width: Int
    }
    struct Term: Sendable {
        var name: String
        var code: String
        var count: Int
        var isZero: Bool
    }
    var total: String
    var sign: String
    var segments: [Segment]
    var terms: [Term]
    var broken: String?

    static let codes = ["holdout", "accepted", "rejected", "unknown", "skipped", "waiting", "open", "pending"]

    /// nil: before its plan is written a run has no people yet, and a line of zeros would only frighten.
    init?(of run: RunSummary, _ speaker: Speaker) {
        let sum = run.sum
        guard run.isPlanned else { return nil }
        terms = zip(Self.codes, ReportText.terms(of: sum)).map { code, term in
            Term(name: speaker.say(term.name), code: code, count: term.count, isZero: term.count == 0)
        }
        total = "\(speaker.say(Catalogue.Report.audience)) \(sum.audience)"
        sign = sum.holds ? "=" : "≠"
        broken = sum.holds ? nil : speaker.say(Catalogue.Report.sumBroken)
        segments = Self.bar(terms, audience: sum.audience)
    }

    /// A thousand parts. Each edge is rounded once, so that neighbours meet.
    private static func bar(_ terms: [Term], audience: Int) -> [Segment] {
        guard audience > 0 else { return [] }
        var before = 0
        return terms.compactMap { term in
            let (from, to) = (before * 1000 / audience, (before + term.count) * 1000 / audience)
            before += term.count
            return to > from ? Segment(code: term.code, x: from, width: to - from) : nil
        }
    }
}

/// Living runs and accounts.
struct OverviewView: Sendable {
    struct Card: Sendable {
        var href: String
        var title: String
        var run: String
        var account: String
        var stateCode: String
        var state: String
        var begins: Speaker.When
        var sum: SumView?
        var why: String?
    }
    struct Lane: Sendable {
        var account: String
        var href: String
        var isOpen: Bool
        var sentence: String
        var opens: Speaker.When?
        var nextLabel: String
        var meters: [Meter]
    }
    /// A figure against its cap; `filled` in thousandths of the bar.
    struct Meter: Sendable {
        var name: String
        var figure: String
        var hasCap: Bool
        var filled: Int
        var isFull: Bool
    }
    var noRuns: String?
    var cards: [Card]
    var noLanes: String?
    var lanes: [Lane]

    init(_ status: StatusReport, _ speaker: Speaker) {
        cards = status.runs.map { Self.card($0, speaker) }
        noRuns =
            status.runs.isEmpty
            ? speaker.say(Catalogue.Pages.firstMinute)
            : status.moreRuns.map { speaker.say(Catalogue.Control.moreRuns($0)) }
        lanes = status.lanes.map { Self.lane($0, speaker) }
        noLanes = status.lanes.isEmpty ? speaker.say(Catalogue.Control.noLanes) : nil
    }

    static func card(_ run: RunSummary, _ speaker: Speaker) -> Card {
        Card(
            href: run.state == RunState.inReview.code ? PagePath.review(run.run) : PagePath.run(run.run),
            title: run.title, run: run.run, account: run.account, stateCode: run.state,
            state: speaker.state(run.state), begins: speaker.when(run.start), sum: SumView(of: run, speaker),
            why: run.why?.text(in: speaker.language))
    }

    private static func lane(_ line: StatusReport.LaneLine, _ speaker: Speaker) -> Lane {
        let isOpen = line.state == "open"
        // The desk speaks its own language; a page in another takes the catalogue's sentence for the same code.
        let known = Reason(code: line.state).map { speaker.say(Catalogue.reason($0)) } ?? line.sentence
        let open = line.pacePercent.map { Catalogue.Stand.slowed(percent: $0) } ?? Catalogue.Control.laneOpen
        return Lane(
            account: line.account, href: PagePath.account(line.account), isOpen: isOpen,
            sentence: isOpen ? speaker.say(open) : known,
            opens: isOpen ? nil : speaker.when(line.nextAllowed), nextLabel: speaker.say(Catalogue.Control.next),
            meters: [
                meter(Catalogue.Control.peopleToday, line.peopleToday, cap: line.peopleCap, speaker),
                meter(Catalogue.Control.messagesToday, line.messagesToday, cap: line.messagesCap, speaker),
            ])
    }

    private static func meter(_ name: Sentence, _ count: Int, cap: Int?, _ speaker: Speaker) -> Meter {
        guard let cap, cap > 0 else {
            return Meter(name: speaker.say(name), figure: String(count), hasCap: false, filled: 0, isFull: false)
        }
        return Meter(
            name: speaker.say(name), figure: "\(count) / \(cap)", hasCap: true,
            filled: min(max(count, 0) * 1000 / cap, 1000), isFull: count >= cap)
    }
}
