import Answers
import CampaignModel
import Ports
import Words

/// All runs, ended ones too: searched and filtered, a page at a time.
struct CampaignsView: Sendable {
    struct State: Sendable {
        var code: String
        var name: String
        var isChosen: Bool
    }
    struct Line: Sendable {
        var href: String
        var title: String
        var run: String
        var stateCode: String
        var state: String
        var account: String
        var begins: Speaker.When
        var figures: String
    }
    var frame: PageFrame
    var query: String
    var states: [State]
    var none: String?
    var lines: [Line]
    var more: String?

    init(_ sheet: CampaignsSheet, _ question: CampaignsQuestion, _ visit: Visit, status: StatusReport) {
        let speaker = visit.speaker
        frame = PageFrame(Catalogue.Pages.campaigns, visit, status: status)
        query = question.text
        states = RunState.allCases.map {
            State(code: $0.code, name: speaker.say(Catalogue.runState($0)), isChosen: $0.code == question.state)
        }
        lines = sheet.runs.map { run in
            let card = OverviewView.card(run, speaker)
            return Line(
                href: card.href, title: run.title, run: run.run, stateCode: run.state, state: card.state,
                account: run.account, begins: card.begins,
                figures: "\(run.sum.accepted) / \(run.isPlanned ? run.sum.audience : run.listed ?? 0)")
        }
        none = lines.isEmpty ? speaker.say(Catalogue.Pages.noneFound) : nil
        more = sheet.next.map {
            "/campaigns?q=\(PagePath.encoded(question.text))&state=\(PagePath.encoded(question.state))&after=\($0)"
        }
    }
}

/// Attempts without an answer, the oldest first.
struct UnknownView: Sendable {
    struct Line: Sendable {
        var key: String
        var openID: String
        var href: String
        var run: String
        var runHref: String
        var age: String
        var final: Speaker.When?
        var logID: String
        var isOpen: Bool
        var isFinal: Bool
    }
    static let linesMax = 100
    var frame: PageFrame
    var none: String?
    var runLabel: String
    var maySettle: Bool
    var lines: [Line]

    init(_ unknowns: [AttemptLine], _ visit: Visit, status: StatusReport) {
        let speaker = visit.speaker
        let maySettle = visit.may("resolve")
        frame = PageFrame(Catalogue.Pages.unknown, visit, status: status)
        none = unknowns.isEmpty ? speaker.say(Catalogue.Control.noUnknowns) : nil
        runLabel = speaker.say(Catalogue.Report.run)
        self.maySettle = maySettle
        lines = unknowns.prefix(Self.linesMax).map { line in
            Line(
                key: line.run + " " + line.openID, openID: line.openID, href: PagePath.person(line.openID),
                run: line.run, runHref: PagePath.run(line.run),
                age: speaker.say(Catalogue.Pages.hours((line.ageSeconds ?? 0) / 3600)),
                final: speaker.when(line.finalAt), logID: line.logID, isOpen: maySettle && !line.isFinal,
                isFinal: maySettle && line.isFinal)
        }
    }
}

/// Who did what, the newest first.
struct AuditView: Sendable {
    struct Line: Sendable {
        var at: Speaker.When
        var who: String
        var what: String
        var about: String
        var detail: String
    }
    static let rowsMax = 200
    private static let detailMax = 60
    var frame: PageFrame
    var person: String
    var subject: String
    var none: String?
    var whenLabel: String
    var whoLabel: String
    var actLabel: String
    var subjectLabel: String
    var detailLabel: String
    var lines: [Line]

    init(_ rows: [AuditRow], person: String, subject: String, _ visit: Visit, status: StatusReport) {
        let speaker = visit.speaker
        frame = PageFrame(Catalogue.Pages.audit, visit, status: status)
        (self.person, self.subject) = (person, subject)
        let words = Catalogue.Audit.self
        whenLabel = speaker.say(words.when)
        whoLabel = speaker.say(words.who)
        actLabel = speaker.say(words.act)
        subjectLabel = speaker.say(words.subject)
        detailLabel = speaker.say(words.detail)
        lines = rows.filter { row in
            (person.isEmpty || row.person == person) && (subject.isEmpty || row.subject.contains(subject))
        }.map { row in
            Line(
                at: speaker.when(row.at), who: row.person, what: speaker.say(words.act(row.act)),
                about: speaker.say(words.subject(row.subject)),
                detail: String(speaker.say(words.detail(row.detail, of: row.act)).prefix(Self.detailMax)))
        }
        none = lines.isEmpty ? speaker.say(words.empty) : nil
    }
}
