import Answers
import CampaignModel
import Words

/// One person: the answer first, then every rule, then what is known of them, then what can be done.
struct PersonView: Sendable {
    struct Rule: Sendable {
        var kind: String
        var mark: String
        var rule: String
        var remedy: String?
        var observed: String
        var limit: String
        var changes: String
    }
    struct Running: Sendable {
        var title: String
        var href: String
        var placeCode: String
        var place: String
        var answer: String
        var allowed: Speaker.When?
        var allowedLabel: String
        var remarks: [String]
        var isChosen: Bool
        var chosenHref: String
        var ruleLabel: String
        var observedLabel: String
        var limitLabel: String
        var untilLabel: String
        var rules: [Rule]
    }
    struct Contact: Sendable {
        var at: Speaker.When
        var account: String
        var run: String
        var href: String
        var outcome: String
        var messages: String
    }
    struct Event: Sendable {
        var at: Speaker.When
        var kind: String
    }
    var frame: PageFrame
    var asked: String
    var here: String
    var trouble: String?
    var known: Bool
    var runs: [Running] = []
    var noRuns: String?
    var consents: [String] = []
    var noConsents: String?
    var lists: [String] = []
    var noLists: String?
    var contacts: [Contact] = []
    var noContacts: String?
    var hasEvents = false
    var events: [Event] = []
    var mayDeny: Bool
    var mayUndeny: Bool
    var mayErase: Bool
    var needsProof: Bool

    /// - Parameter sheet: nil: nobody was asked for, or nobody is known by the id.
    init(
        _ sheet: PersonSheet?, asked: String, run chosen: String?, trouble: Sentence?, _ visit: Visit,
        status: StatusReport
    ) {
        let speaker = visit.speaker
        frame = PageFrame(Catalogue.Pages.findPerson, visit, status: status)
        self.asked = asked
        here = PagePath.person(asked)
        self.trouble = trouble.map { speaker.say($0) }
        known = sheet != nil
        mayDeny = visit.may("deny") && sheet?.isDenied == false
        mayUndeny = visit.may("undeny") && sheet?.isDenied == true
        mayErase = visit.may("erase")
        needsProof = visit.needsProof("erase")
        guard let sheet else { return }
        let shown = chosen ?? Self.likeliest(of: sheet.runs)
        runs = sheet.runs.enumerated().map { index, running in
            Self.running(running, isChosen: shown.map { $0 == running.run.run } ?? (index == 0), asked, speaker)
        }
        noRuns = runs.isEmpty ? speaker.say(Catalogue.Pages.noRunsOfPerson) : nil
        tell(sheet, speaker)
    }

    /// Which run somebody has in mind who names none: what is being sent, then what will be, then what was.
    private static func likeliest(of runs: [PersonSheet.Running]) -> String? {
        let order: [RunState] = [.running, .paused, .scheduled, .inReview, .finished]
        return order.lazy.compactMap { state in runs.first { $0.run.state == state.code }?.run.run }.first
    }

    private mutating func tell(_ sheet: PersonSheet, _ speaker: Speaker) {
        let words = Catalogue.Pages.self
        consents = sheet.consents.map { consent in
            [
                consent.account, speaker.say(words.consent(consent.state.rawValue)),
                "\(speaker.say(words.checked)) \(Speaker.minute(consent.checked))",
                consent.expires.map { "\(speaker.say(words.expires)) \(Speaker.minute($0))" },
            ].compactMap { $0 }.joined(separator: " · ")
        }
        noConsents = consents.isEmpty ? speaker.say(words.noConsents) : nil
        lists = sheet.listings.map {
            speaker.say(
                words.listed(
                    denies: $0.denies, account: $0.account, by: $0.person, since: Speaker.minute($0.since)))
        }
        noLists = lists.isEmpty ? speaker.say(words.noLists) : nil
        contacts = sheet.contacts.map { contact in
            Contact(
                at: speaker.when(contact.started), account: contact.account, run: contact.run,
                href: PagePath.run(contact.run), outcome: Self.outcome(contact, speaker),
                messages: "\(contact.messages) \(speaker.say(Catalogue.Control.messages))")
        }
        noContacts = contacts.isEmpty ? speaker.say(words.noContacts) : nil
        events = sheet.events.map { Event(at: speaker.when($0.at), kind: $0.kind) }
        hasEvents = !events.isEmpty
    }

    static func outcome(_ line: AttemptLine, _ speaker: Speaker) -> String {
        let outcome =
            OutcomeKind.allCases.first { $0.code == line.outcome }.map { speaker.say(Catalogue.outcome($0)) }
            ?? speaker.say(Catalogue.Report.open)
        return line.reason.map { "\(outcome) (\(speaker.reason($0)))" } ?? outcome
    }

    private static func running(
        _ running: PersonSheet.Running, isChosen: Bool, _ asked: String, _ speaker: Speaker
    ) -> Running {
        let explanation = running.explanation
        return Running(
            title: running.run.title, href: PagePath.run(running.run.run), placeCode: explanation.place,
            place: speaker.say(Catalogue.Control.place(explanation.place)), answer: explanation.answer,
            allowed: speaker.when(explanation.nextAllowed), allowedLabel: speaker.say(Catalogue.Pages.nextAllowed),
            remarks: isChosen ? explanation.sharing + explanation.notKnown : [], isChosen: isChosen,
            chosenHref: PagePath.person(asked) + "&run=" + PagePath.encoded(running.run.run),
            ruleLabel: speaker.say(Catalogue.Control.rule), observedLabel: speaker.say(Catalogue.Control.observed),
            limitLabel: speaker.say(Catalogue.Control.limit), untilLabel: speaker.say(Catalogue.Control.changesAt),
            rules: isChosen ? explanation.rules.map { rule($0, speaker) } : [])
    }

    private static func rule(_ line: Explanation.Line, _ speaker: Speaker) -> Rule {
        Rule(
            kind: line.allows ? "allows" : "refuses",
            mark: line.allows ? "✓" : "✗ " + speaker.say(Catalogue.Control.no) + ":",
            // The sentence of a rule says that it refuses: one that allows is called by its code, as the commands do.
            rule: line.allows || line.sentence.isEmpty ? line.rule : line.sentence,
            remedy: line.remedy, observed: line.observed, limit: line.limit,
            changes: line.changesAt.map(Speaker.minute) ?? "")
    }
}
