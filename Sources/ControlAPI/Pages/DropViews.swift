import Answers
import CampaignModel
import Reports
import Words

/// What somebody has given and not handed in.
struct DropView: Sendable {
    struct Line: Sendable {
        var name: String
        var kind: String
        var size: String
        var href: String?
    }
    var frame: PageFrame
    var none: String?
    var lines: [Line]
    var hasUntaken: Bool
    var untaken: [String]

    init(_ sheet: BenchSheet, _ visit: Visit, status: StatusReport) {
        let speaker = visit.speaker
        frame = PageFrame(Catalogue.Pages.dropTitle, visit, status: status)
        lines = sheet.lines.map { line in
            Line(
                name: line.name, kind: speaker.say(Catalogue.Drop.kind(line.kind.rawValue)),
                size: Catalogue.Drop.size(line.size),
                href: line.kind == .campaign ? PagePath.dropped(line.name) : nil)
        }
        none = lines.isEmpty ? speaker.say(Catalogue.Drop.none) : nil
        untaken = sheet.untaken.map { $0.text(in: speaker.language) }
        hasUntaken = !untaken.isEmpty
    }
}

/// A file before it is handed in: the verdict, the messages, the forecast.
struct VerdictView: Sendable {
    struct Found: Sendable {
        var place: String
        var kind: String
        var code: String
        var message: String
        var hint: String?
    }
    struct List: Sendable {
        var counted: String
        var badHref: String?
        var told: [String]
    }
    struct SourceLine: Sendable {
        var number: Int
        var text: String
        var kind: String
    }
    /// Of the file itself; the whole of a long one is on the disk of whoever wrote it.
    private static let linesMax = 120
    private static let foundMax = 40

    var frame: PageFrame
    var file: String
    var verdict: String
    var isGood: Bool
    var hasFound: Bool
    var found: [Found]
    var faults: [String]
    var hasLists: Bool
    var lists: [List]
    var findings: [ReviewView.Finding]
    var schedule: [String]
    var hasSchedule: Bool
    var variants: [VariantView]
    var hasVariants: Bool
    var forecast: ForecastView?
    var source: [SourceLine]
    var mayHandIn: Bool

    init(_ sheet: DropSheet, _ visit: Visit, status: StatusReport) {
        let speaker = visit.speaker
        let words = Catalogue.Drop.self
        let title = sheet.title ?? sheet.file
        frame = PageFrame(Sentence(zh: title, en: title), visit, status: status)
        file = sheet.file
        isGood = sheet.verdict.ok
        verdict = speaker.say(isGood ? words.good : words.bad)
        found = sheet.verdict.problems.prefix(Self.foundMax).map {
            Found(
                place: "\($0.line):\($0.column)", kind: $0.severity == "error" ? "refuses" : "note", code: $0.code,
                message: $0.message, hint: $0.hint)
        }
        faults = sheet.verdict.faults
        hasFound = !found.isEmpty || !faults.isEmpty
        lists = sheet.verdict.audience.map { list in
            List(
                counted: speaker.say(
                    Catalogue.AudienceFiles.counted(
                        file: list.file, rows: list.rows, bad: list.bad, encoding: list.encoding)),
                badHref: list.bad > 0 ? "/drop/bad-rows/" + PagePath.encoded(list.file) : nil, told: list.told)
        }
        hasLists = !lists.isEmpty
        findings = (sheet.verdict.review?.findings ?? []).map { finding in
            .init(kind: finding.weight.rawValue, text: speaker.say(Catalogue.Review.finding(finding)))
        }
        schedule = sheet.schedule
        hasSchedule = !schedule.isEmpty
        variants = sheet.variants.map { VariantView($0, speaker, images: "/drop/images/") }
        hasVariants = !variants.isEmpty
        forecast = sheet.forecast.map { ForecastView($0, speaker, frame: sheet.frame) }
        let wrong = Set(sheet.verdict.problems.filter { $0.severity == "error" }.map(\.line))
        source = sheet.source.split(separator: "\n", omittingEmptySubsequences: false).prefix(Self.linesMax)
            .enumerated().map { index, text in
                SourceLine(number: index + 1, text: String(text), kind: wrong.contains(index + 1) ? "old" : "same")
            }
        mayHandIn = sheet.title != nil
    }
}

/// What became of a file that was handed in.
struct SentView: Sendable {
    var frame: PageFrame
    var file: String
    var topic: String
    var live: SentLiveView

    init(_ sheet: HandedInSheet, _ visit: Visit, status: StatusReport) {
        frame = PageFrame(Catalogue.Drop.reportTitle, visit, status: status)
        file = sheet.file
        topic = "sent:" + sheet.file
        live = SentLiveView(sheet, visit.speaker)
    }
}

struct SentLiveView: Sendable {
    var waiting: String?
    var taken: String?
    var report: String?

    init(_ sheet: HandedInSheet, _ speaker: Speaker) {
        report = sheet.report
        waiting = sheet.waits && sheet.report == nil ? speaker.say(Catalogue.Drop.waiting) : nil
        taken = sheet.waits ? nil : speaker.say(Catalogue.Drop.taken)
    }
}

/// The form that writes a campaign. It holds no rule: each field is one key of the file.
struct ComposeView: Sendable {
    static let variantsMax = 3
    struct Variant: Sendable {
        var number: Int
        var name: String
        var weight: String
        var isOpen: Bool
    }
    var frame: PageFrame
    var accounts: [String]
    var lists: [String]
    var hasLists: Bool
    var images: [String]
    var hasImages: Bool
    var variants: [Variant]

    init(_ sheet: BenchSheet, _ visit: Visit, status: StatusReport) {
        let speaker = visit.speaker
        frame = PageFrame(Catalogue.Drop.composeTitle, visit, status: status)
        accounts = sheet.accounts
        lists = sheet.lines.filter { $0.kind == .list }.map(\.name)
        images = sheet.lines.filter { $0.kind == .image }.map(\.name)
        hasLists = !lists.isEmpty
        hasImages = !images.isEmpty
        variants = (1...Self.variantsMax).map { number in
            let name = String(UnicodeScalar(UInt8(0x60 + number)))
            return Variant(
                number: number, name: speaker.say(Catalogue.Drop.variant(name)), weight: number == 1 ? "100" : "",
                isOpen: number == 1)
        }
    }
}

extension PagePath {
    static func dropped(_ file: String) -> String { "/drop/files/" + encoded(file) }
}
