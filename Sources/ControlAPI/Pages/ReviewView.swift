import Answers
import CampaignModel
import Ports
import Reports
import Words

/// Everything that an approval is bound to, on one page.
struct ReviewView: Sendable {
    struct Change: Sendable {
        /// Old, new, or neither.
        var kind: String
        var text: String
    }
    struct Finding: Sendable {
        var kind: String
        var text: String
    }
    var frame: PageFrame
    var run: String
    var runHref: String
    var reviewHref: String
    var version: String
    var facts: String
    var stateCode: String
    var state: String
    var reviewLine: String?
    var rejection: String?
    var isFirst: Bool
    var changes: [Change]
    var groups: [String]
    var noFindings: String?
    var findings: [Finding]
    var noSamples: String?
    var variants: [VariantView]
    var noForecast: String?
    var forecast: ForecastView?
    var digest: String
    var obstacle: String?
    var mayApprove: Bool
    var mayReject: Bool
    var mayTest: Bool
    var needsProof: Bool

    init(_ sheet: ReviewSheet, _ acts: RunActs, _ visit: Visit, status: StatusReport) {
        let speaker = visit.speaker
        let summary = sheet.report.summary
        frame = PageFrame(Sentence(zh: summary.title, en: summary.title), visit, status: status)
        run = summary.run
        runHref = PagePath.run(summary.run)
        reviewHref = PagePath.review(summary.run)
        version = speaker.say(Catalogue.Pages.version(sheet.number, file: sheet.fileName))
        facts = RunView.facts(of: summary, speaker)
        stateCode = summary.state
        state = speaker.state(summary.state)
        reviewLine = ReviewText.line(summary, in: speaker.language)
        rejection = RunView.rejection(summary, speaker)
        let change = sheet.review?.change
        isFirst = change == nil
        changes = (change?.lines(in: speaker.language) ?? []).map(Self.change)
        groups = change.map { Self.groups($0, speaker) } ?? []
        findings = (sheet.review?.findings ?? []).map { finding in
            Finding(kind: finding.weight.rawValue, text: speaker.say(Catalogue.Review.finding(finding)))
        }
        noFindings = sheet.review?.findings.isEmpty == true ? speaker.say(Catalogue.Pages.noFindings) : nil
        variants = sheet.variants.map { VariantView($0, speaker) }
        noSamples = sheet.variants.allSatisfy(\.samples.isEmpty) ? speaker.say(Catalogue.Pages.noSamples) : nil
        forecast = sheet.forecast.map { ForecastView($0, speaker) }
        noForecast = forecast == nil ? speaker.say(Catalogue.Pages.noForecast) : nil
        digest = summary.digest
        obstacle = acts.obstacle.map { speaker.say($0) }
        mayApprove = acts.possible.contains("approve")
        mayReject = acts.possible.contains("reject")
        mayTest = acts.possible.contains("test-send")
        needsProof = visit.needsProof("approve")
    }

    private static func change(_ line: String) -> Change {
        let sign = line.drop { $0 == " " }.first
        return Change(kind: sign == "-" ? "old" : sign == "+" ? "new" : "same", text: line)
    }

    private static func groups(_ change: RevisionChange, _ speaker: Speaker) -> [String] {
        [speaker.say(Catalogue.Review.since(change.since))]
            + RevisionChange.Group.allCases.compactMap { group in
                let count = change.count(of: group)
                guard count > 0 else { return nil }
                return speaker.say(Catalogue.Review.group(group, count, change.samples[group.rawValue] ?? []))
            }
    }
}

/// What people would see, as bubbles of a telephone.
struct VariantView: Sendable {
    struct Bubble: Sendable {
        var text: String?
        var image: String?
        var imageName: String?
        var card: String?
        var nothing: String?
    }
    struct Sample: Sendable {
        var caption: String
        var bubbles: [Bubble]
    }
    var name: String
    var share: String
    var samples: [Sample]

    /// - Parameter images: where they are asked for.
    init(_ variant: ReviewSheet.Variant, _ speaker: Speaker, images: String = "/images/") {
        name = variant.name
        share = speaker.say(Catalogue.Pages.share(ReportText.percent(variant.weight)))
        samples = variant.samples.map { sample in
            Sample(
                caption: speaker.say(Catalogue.Pages.sample(sample.kind.rawValue, sample.openID)),
                bubbles: sample.bubbles.map { Self.bubble($0, speaker, images) })
        }
    }

    private static func bubble(_ bubble: ReviewSheet.Bubble, _ speaker: Speaker, _ images: String) -> Bubble {
        switch bubble {
        case .text(let text): Bubble(text: text)
        case .image(let digest):
            Bubble(image: images + PagePath.encoded(digest), imageName: speaker.say(Catalogue.Pages.image))
        case .card(let sentence): Bubble(card: speaker.say(sentence))
        case .nothing(let sentence): Bubble(nothing: speaker.say(sentence))
        }
    }
}

/// The forecast in words, and who falls out of it step by step.
struct ForecastView: Sendable {
    struct Step: Sendable {
        var name: String
        var count: String
        var kind: String
        var x: Int
        var width: Int
    }
    /// A day's people against what a day may have.
    struct Day: Sendable {
        var day: String
        var figure: String
        var filled: Int
        var isFull: Bool
    }
    var lines: [String]
    var steps: [Step]
    var chart: ChartView?
    var days: [Day]
    var hasDays: Bool

    init(_ forecast: RunForecast, _ speaker: Speaker, frame: ForecastFrame? = nil) {
        lines = ForecastText.lines(forecast, in: speaker.language)
        steps = Self.steps(forecast, speaker)
        chart = ChartView(forecast, speaker, frame: frame)
        days =
            frame.map { frame in
                forecast.days.prefix(Self.daysMax).map { day in
                    Day(
                        day: day.day, figure: "\(day.people) / \(frame.peopleADay)",
                        filled: min(1000, day.people * 1000 / max(frame.peopleADay, 1)),
                        isFull: day.people >= frame.peopleADay)
                }
            } ?? []
        hasDays = !days.isEmpty
    }

    private static let daysMax = 14

    private static func steps(_ forecast: RunForecast, _ speaker: Speaker) -> [Step] {
        let words = Catalogue.Report.self
        var rest = forecast.audience
        func part(_ count: Int) -> Int { forecast.audience > 0 ? count * 1000 / forecast.audience : 0 }
        var steps = [
            Step(name: speaker.say(words.audience), count: String(rest), kind: "s-whole", x: 0, width: part(rest))
        ]
        func fall(_ name: String, _ count: Int, _ kind: String) {
            guard count > 0 else { return }
            rest -= count
            steps.append(Step(name: name, count: "− \(count)", kind: kind, x: part(rest), width: max(part(count), 2)))
        }
        fall(speaker.say(words.holdout), forecast.holdout, "s-holdout")
        for left in forecast.leftOut { fall(speaker.reason(left.reason), left.count, "s-skipped") }
        let reached = forecast.before + forecast.sentTotal
        steps.append(
            Step(
                name: speaker.say(Catalogue.Pages.reached), count: String(reached), kind: "s-accepted", x: 0,
                width: part(reached)))
        return steps
    }
}
