import Answers
import CampaignModel
import Reports
import Words

/// Tests: what each variant did, what that proves, and when it is decided.
struct ExperimentsView: Sendable {
    struct Arm: Sendable {
        var name: String
        var assigned: Int
        var delivered: Int
        var conversions: Int
        var rate: String
        var lift: String
        var guardrails: String
        var isStopped: Bool
        var x: Int
        var width: Int
    }
    struct Test: Sendable {
        var title: String
        var href: String
        var stateCode: String
        var state: String
        var decide: String
        var verdict: String
        var looked: String?
        var split: String?
        var hasArms: Bool
        var arms: [Arm]
    }
    var frame: PageFrame
    var none: String?
    var tests: [Test]

    init(_ sheets: [ExperimentSheet], _ visit: Visit, status: StatusReport) {
        let speaker = visit.speaker
        let words = Catalogue.Outlook.self
        frame = PageFrame(words.experiments, visit, status: status)
        none = sheets.isEmpty ? speaker.say(words.noTests) : nil
        tests = sheets.map { sheet in
            let top = max(sheet.arms.map { $0.high ?? $0.rate }.max() ?? 0, 0.0001)
            return Test(
                title: sheet.title, href: PagePath.run(sheet.run), stateCode: sheet.state,
                state: speaker.state(sheet.state),
                decide: speaker.say(words.decideBy(Speaker.minute(sheet.decideBy), metric: sheet.metric)),
                verdict: sheet.verdict ?? speaker.say(words.notLooked),
                looked: sheet.lookedAt.map { speaker.say(words.looked(Speaker.minute($0))) },
                split: sheet.splitAssigned.map { assigned in
                    speaker.say(
                        words.split(
                            ReportText.percent(assigned), sheet.splitDelivered.map(ReportText.percent) ?? "–"))
                }, hasArms: !sheet.arms.isEmpty, arms: sheet.arms.map { Self.arm($0, top, speaker) })
        }
    }

    private static func arm(_ arm: ExperimentSheet.Arm, _ top: Double, _ speaker: Speaker) -> Arm {
        let (low, high) = (arm.low ?? arm.rate, arm.high ?? arm.rate)
        let interval = arm.low == nil ? "" : " (\(ReportText.percent(low)) – \(ReportText.percent(high)))"
        let x = Int(low / top * 1000)
        return Arm(
            name: arm.name + (arm.isControl ? " · " + speaker.say(Catalogue.Outlook.control) : ""),
            assigned: arm.assigned, delivered: arm.delivered, conversions: arm.conversions,
            rate: ReportText.percent(arm.rate) + interval, lift: arm.lift.map(ReportText.percent) ?? "–",
            guardrails: "\(arm.optedOut.map(String.init) ?? "–") / \(arm.reported.map(String.init) ?? "–")",
            isStopped: arm.isStopped, x: x, width: max(Int(high / top * 1000) - x, 4))
    }
}

struct AccountsView: Sendable {
    var frame: PageFrame
    var overview: OverviewView

    init(_ visit: Visit, status: StatusReport) {
        frame = PageFrame(Catalogue.Outlook.accounts, visit, status: status)
        overview = OverviewView(status, visit.speaker)
    }
}

/// Everything about one account, as `curfew account` tells it.
struct AccountView: Sendable {
    struct Gauge: Sendable {
        var name: String
        var figure: String
        var hasCap: Bool
        var filled: Int
        var isFull: Bool
    }
    struct Fact: Sendable {
        var name: String
        var value: String
    }
    struct Act: Sendable {
        var at: Speaker.When
        var who: String
        var what: String
        var detail: String
    }
    var frame: PageFrame
    var account: String
    var isOpen: Bool
    var state: String
    var next: Speaker.When?
    var nextLabel: String
    var gauges: [Gauge]
    var facts: [Fact]
    var historyName: String
    var none: String?
    var history: [Act]
    var mayTend: Bool

    init(_ sheet: AccountSheet, _ visit: Visit, status: StatusReport) {
        let speaker = visit.speaker
        let words = Catalogue.Account.self
        frame = PageFrame(Sentence(zh: sheet.account, en: sheet.account), visit, status: status)
        account = sheet.account
        isOpen = sheet.state == "open"
        state =
            isOpen
            ? speaker.say(Catalogue.Control.laneOpen)
            : Reason(code: sheet.state).map { speaker.say(Catalogue.reason($0)) } ?? sheet.sentence
        next = isOpen ? nil : speaker.when(sheet.nextAllowed)
        nextLabel = speaker.say(Catalogue.Control.next)
        func gauge(_ name: Sentence, _ count: Int, _ cap: Int?) -> Gauge {
            let most = max(cap ?? 0, 1)
            return Gauge(
                name: speaker.say(name), figure: cap.map { "\(count) / \($0)" } ?? String(count), hasCap: cap != nil,
                filled: min(1000, max(0, count) * 1000 / most), isFull: cap.map { count >= $0 } ?? false)
        }
        gauges = [
            gauge(Catalogue.Control.peopleToday, sheet.peopleToday, sheet.peopleCap),
            gauge(Catalogue.Control.messagesToday, sheet.messagesToday, sheet.messagesCap),
            gauge(words.thisHour, sheet.messagesThisHour, sheet.hourlyLimit),
        ]
        facts = Self.facts(sheet, status, speaker)
        historyName = speaker.say(words.history)
        history = sheet.history.map {
            Act(
                at: speaker.when($0.at), who: $0.person, what: speaker.say(Catalogue.Audit.act($0.act)),
                detail: speaker.say(Catalogue.Audit.detail($0.detail, of: $0.act)))
        }
        none = history.isEmpty ? speaker.say(words.none) : nil
        mayTend = visit.may("tendAccount")
    }

    private static func facts(_ sheet: AccountSheet, _ status: StatusReport, _ speaker: Speaker) -> [Fact] {
        let words = Catalogue.Account.self
        var facts: [Fact] = []
        func add(_ name: Sentence, _ value: String) { facts.append(Fact(name: speaker.say(name), value: value)) }
        add(words.kind, speaker.say(words.standing(sheet.kind, sheet.role, zone: sheet.zone)))
        add(words.app, sheet.app)
        add(words.credit, "\(sheet.credit) (≥ \(sheet.creditMin))")
        add(words.complaints, "\(sheet.reports) / \(sheet.violations)")
        if let since = sheet.frozenSince {
            let until = Speaker.minute(sheet.frozenUntil ?? since)
            add(words.frozen, speaker.say(words.frozenSince(Speaker.minute(since), until: until)))
        }
        if let since = sheet.bannedSince { add(words.banned, Speaker.minute(since)) }
        for line in status.tokens ?? [] where line.account == sheet.account {
            add(Catalogue.Outlook.platformToken, line.state.rawValue + (line.code.map { " \($0)" } ?? ""))
        }
        for line in sheet.qualifications {
            add(
                words.qualifications,
                "\(line.id) · \(speaker.say(words.perDay(line.messagesPerDay))) · \(Speaker.minute(line.validFrom)) – "
                    + "\(Speaker.minute(line.validTo)) · \(speaker.say(line.isValid ? words.valid : words.notValid))")
        }
        for line in sheet.templates {
            add(words.templates, "\(line.id) · \(speaker.say(line.approved ? words.approved : words.notApproved))")
        }
        return facts
    }
}

/// The configuration in force: to read only.
struct SettingsView: Sendable {
    struct Line: Sendable {
        var key: String
        var value: String
        var prose: String
    }
    struct Person: Sendable {
        var name: String
        var roles: String
        var noToken: String?
    }
    /// Who is told what happens, with a button where the visitor may try it.
    struct Target: Sendable {
        var name: String
        var line: String
        var isFailing: Bool
        var mayTest: Bool
        var tryName: String
    }
    var frame: PageFrame
    var lines: [Line]
    var people: [Person]
    var targets: [Target]
    /// For whoever may tend them.
    var tokensName: String?

    init(_ sheet: SettingsSheet, _ notices: [NoticeTargetLine], _ visit: Visit, status: StatusReport) {
        let speaker = visit.speaker
        frame = PageFrame(Catalogue.Outlook.settings, visit, status: status)
        tokensName = visit.may("tendTokens") ? speaker.say(Catalogue.Tokens.title) : nil
        let prose = Dictionary(
            Catalogue.settingKeys.map { ($0.path, $0.prose) }, uniquingKeysWith: { first, _ in first })
        lines = sheet.lines.map { line in
            Line(key: line.key, value: line.value, prose: prose[line.key].map { speaker.say($0) } ?? "")
        }
        people = sheet.people.map {
            Person(
                name: $0.name, roles: $0.roles.joined(separator: ", "),
                noToken: $0.hasToken ? nil : speaker.say(Catalogue.Outlook.noToken))
        }
        targets = notices.map { target in
            func minute(_ text: String?) -> String? { text.flatMap { Moment(iso8601: $0) }?.minuteText() }
            return Target(
                name: target.target,
                line: speaker.say(
                    Catalogue.Notify.line(
                        target.target, kind: "\(target.kind) \(target.host)", waiting: target.waiting,
                        told: minute(target.lastTold), failed: target.failure == nil ? nil : minute(target.lastFailure),
                        why: target.failure ?? "")),
                isFailing: target.failing, mayTest: visit.may("testNotice"),
                tryName: speaker.say(Catalogue.Notify.tryNow))
        }
    }
}

extension PagePath {
    static func account(_ name: String) -> String { "/accounts/" + encoded(name) }
}
