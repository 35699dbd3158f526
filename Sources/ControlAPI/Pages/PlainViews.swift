import Answers
import CampaignModel
import Ports
import Words

/// One sentence and a way back.
struct MessageView: Sendable {
    var frame: PageFrame
    var kind: String
    var message: String
    var back: String
    var backName: String
}

struct LoginView: Sendable {
    var frame: PageFrame
    var message: String
    var isWrong: Bool
    var back: String
    var takesNames: Bool
}

/// An act that asks for the token once more: the same form again, with a place for it.
struct ProofView: Sendable {
    struct Field: Sendable {
        var name: String
        var value: String
    }
    var frame: PageFrame
    var message: String
    var isWrong: Bool
    var fields: [Field]
    var button: String
    var back: String
}

/// What stops, or what goes on, before it does.
struct StopView: Sendable {
    var frame: PageFrame
    var what: String
    var act: String
    var button: String
    var kind: String
    var isAllowed: Bool
    var why: String
    var needsProof: Bool

    init(_ status: StatusReport, _ visit: Visit) {
        let speaker = visit.speaker
        let words = Catalogue.Pages.self
        let runs = status.runs.count + (status.moreRuns ?? 0)
        let isStopped = status.stopped
        frame = PageFrame(isStopped ? words.goTitle : words.stopTitle, visit, status: status)
        what = speaker.say(
            isStopped
                ? words.whatGoes(runs: runs)
                : words.whatStops(runs: runs, open: SumLine(totalling: status.runs.map(\.sum)).open))
        act = isStopped ? "go" : "stop-all"
        button = speaker.say(isStopped ? words.goNow : words.stopNow)
        kind = isStopped ? "primary" : "danger"
        isAllowed = visit.may(isStopped ? "go" : "stopAll")
        why = speaker.say(words.goNeedsOperator)
        needsProof = isStopped && visit.needsProof("go")
    }
}

struct SessionsView: Sendable {
    struct Line: Sendable {
        var number: Int64
        var who: String
        var isThis: Bool
        var began: Speaker.When
        var seen: Speaker.When
        var agent: String
    }
    var frame: PageFrame
    var lines: [Line]

    init(_ sessions: [SessionLine], _ visit: Visit, status: StatusReport) {
        let speaker = visit.speaker
        frame = PageFrame(Catalogue.Pages.sessions, visit, status: status)
        lines = sessions.map { session in
            Line(
                number: session.id, who: session.person, isThis: session.isThis, began: speaker.when(session.began),
                seen: speaker.when(session.seen), agent: session.agent)
        }
    }
}

/// Labels of the templates. A test looks that each word that a template uses is here.
enum PageWords {
    static let all: [(String, Sentence)] = {
        let words = Catalogue.Pages.self
        return [
            ("toContent", words.toContent), ("menu", words.menu), ("stopAll", words.stopAll), ("logOut", words.logOut),
            ("liveOff", words.liveOff), ("token", words.token), ("tokenHint", words.tokenHint),
            ("orName", words.orName), ("logIn", words.logIn), ("tokenAgain", words.tokenAgain), ("back", words.back),
            ("sessionsHint", words.sessionsHint), ("since", words.since), ("lastSeen", words.lastSeen),
            ("end", words.end), ("thisOne", words.thisOne), ("needs", words.needs), ("live", words.live),
            ("accounts", words.accounts), ("difference", words.difference), ("firstVersion", words.firstVersion),
            ("findings", words.findings), ("messages", words.messages), ("forecast", words.forecast),
            ("waterfall", words.waterfall), ("perQuarter", words.perQuarter), ("review", words.review),
            ("digestLabel", words.digestLabel), ("approve", words.approve), ("approveHint", words.approveHint),
            ("note", words.note), ("reject", words.reject), ("testTo", words.testTo),
            ("testVariant", words.testVariant), ("testSend", words.testSend), ("lookAtRun", words.lookAtRun),
            ("lookAtReview", words.lookAtReview), ("progress", words.progress), ("reasons", words.reasons),
            ("whoIsIt", words.whoIsIt), ("planAndActual", words.planAndActual), ("plan", words.plan),
            ("actual", words.actual), ("quarter", words.quarter), ("variants", words.variants), ("acts", words.acts),
            ("doSomething", words.doSomething), ("people", words.people), ("until", words.until), ("more", words.more),
            ("openID", words.openID), ("find", words.find), ("rules", words.rules), ("consents", words.consents),
            ("lists", words.lists), ("contacts", words.contacts), ("events", words.events), ("deny", words.deny),
            ("undeny", words.undeny), ("erase", words.erase), ("eraseHint", words.eraseHint),
            ("openIDAgain", words.openIDAgain), ("search", words.search), ("state", words.state),
            ("allStates", words.allStates), ("show", words.show), ("title", words.title), ("account", words.account),
            ("startAt", words.startAt), ("delivered", words.delivered), ("unknownHint", words.unknownHint),
            ("choose", words.choose), ("age", words.age), ("finalFrom", words.finalFrom), ("evidence", words.evidence),
            ("wasAccepted", words.wasAccepted), ("wasNotSent", words.wasNotSent), ("auditHint", words.auditHint),
            ("byPerson", words.byPerson), ("bySubject", words.bySubject),
        ] + drop + outlook
    }()

    private static let outlook: [(String, Sentence)] = {
        let words = Catalogue.Outlook.self
        return [
            ("outEarlier", words.earlier), ("outLater", words.later), ("outFeed", words.feed),
            ("outFeedHint", words.feedHint), ("outWhatIf", words.whatIf), ("outWhatIfHint", words.whatIfHint),
            ("outPace", words.pace), ("outStart", words.start), ("outOrder", words.order), ("outAsk", words.ask),
            ("outArm", words.arm), ("outAssigned", words.assigned), ("outReached", words.reached),
            ("outConverted", words.converted), ("outRate", words.rate), ("outLift", words.lift),
            ("outGuardrails", words.guardrails), ("outGauges", words.gauges), ("outTend", words.tend),
            ("outNote", words.note), ("outFreeze", words.freeze), ("outAppeal", words.appeal),
            ("outReport", words.report), ("outSettingsHint", words.settingsHint), ("outKey", words.key),
            ("outValue", words.value), ("outPeople", words.peopleAndRoles), ("outAllSessions", words.allSessions),
            ("outFirst", words.firstTitle), ("outNotices", Catalogue.Notify.targets),
        ]
    }()

    private static let drop: [(String, Sentence)] = {
        let words = Catalogue.Drop.self
        return [
            ("dropChoose", words.choose), ("dropUpload", words.upload), ("dropUploadHint", words.uploadHint),
            ("dropYours", words.yours), ("dropCheck", words.check), ("dropRemove", words.remove),
            ("dropCompose", words.composeNow), ("dropInFolder", words.inFolder), ("dropFound", words.found),
            ("dropPlace", words.place), ("dropLists", words.lists), ("dropBadRows", words.badRows),
            ("dropSource", words.source), ("dropWhen", words.when), ("dropHandIn", words.handIn),
            ("dropHandInHint", words.handInHint), ("dropOther", words.otherFile), ("composeHint", words.composeHint),
            ("composeID", words.id), ("composeList", words.list), ("composeNewList", words.newList),
            ("composeStart", words.start), ("composeWindow", words.window), ("composeValid", words.validUntil),
            ("composeHoldout", words.holdout), ("composeFallback", words.fallback), ("composeText", words.text),
            ("composeTemplate", words.template), ("composePath", words.path), ("composeImage", words.image),
            ("composeNoImage", words.noImage), ("composeWeight", words.weight), ("composeWrite", words.write),
            ("dropNight", words.quietDrawn), ("dropHours", words.windowDrawn), ("dropADay", words.aDay),
        ]
    }()

    private static let zh = Dictionary(uniqueKeysWithValues: all.map { ($0.0, $0.1.zh) })
    private static let en = Dictionary(uniqueKeysWithValues: all.map { ($0.0, $0.1.en) })

    static func words(in language: Language) -> [String: String] {
        switch language {
        case .zh: zh
        case .en: en
        }
    }
}
