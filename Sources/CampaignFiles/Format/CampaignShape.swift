import CampaignModel
import Words

/// The format of a campaign file as one table (the prose is in the catalogue).
extension Shape {
    static let campaign = Shape(
        name: "campaign",
        rows: [
            KeyRow("campaign", .text(.campaignID), required: true, Keys.campaign),
            KeyRow("author", name, required: true, Keys.author),
            KeyRow("account", name, required: true, Keys.account),
            KeyRow("channel", .choice(ChannelKind.inFiles.map(\.rawValue)), default: "private-message", Keys.channel),
            KeyRow("title", .text(.line(charactersMax: FileLimits.titleCharactersMax)), required: true, Keys.title),
            KeyRow("priority", .integer(1...9), default: "5", Keys.priority),
            KeyRow("audience", .mapping(audience), required: true, unless: "trigger", Keys.audience),
            KeyRow("schedule", .mapping(schedule), required: true, unless: "trigger", Keys.schedule),
            KeyRow("trigger", .mapping(trigger), Keys.trigger),
            KeyRow("until", .moment(dates: true), Keys.triggerUntil),
            KeyRow("holdout", .share(), default: "0%", Keys.holdout),
            KeyRow("fields", .anyKeys(.mapping(field), limit: FileLimits.fieldsMax, areFields: true), Keys.fields),
            KeyRow("variants", .list(.mapping(variant), 1...FileLimits.variantsMax), required: true, Keys.variants),
            KeyRow("experiment", .mapping(experiment), Keys.experiment),
        ])

    static let audience = Shape(
        name: "audience",
        rows: [
            KeyRow("source", .choice(["files", "authorized"]), default: "files", Keys.source),
            KeyRow("files", .list(.text(.audienceFile), 1...FileLimits.audienceFilesMax), Keys.files),
            KeyRow(
                "exclude", .list(.text(.audienceFile), 0...FileLimits.audienceFilesMax), default: "[]", Keys.exclude),
            KeyRow("where", .anyKeys(.oneOrMore(.text(.condition)), limit: FileLimits.conditionsMax), Keys.conditions),
            KeyRow("max", .integer(1...FileLimits.audienceRowsMax), Keys.max),
            KeyRow("order", .choice(["shuffled", "listed"]), default: "shuffled", Keys.order),
            KeyRow("strict", .boolean, default: "false", Keys.strict),
        ])

    static let schedule = Shape(
        name: "schedule",
        rows: [
            KeyRow("zone", .text(.zone), default: "Asia/Shanghai", Keys.zone),
            KeyRow("start", .moment(), required: true, Keys.start),
            KeyRow("window", .window, Keys.window),
            KeyRow("send_time", .choice(["soon", "spread", "best"]), default: "soon", Keys.sendTime),
            KeyRow("repeat", .choice(["once", "daily", "weekly", "monthly", "yearly"]), default: "once", Keys.repeats),
            KeyRow("on", .oneOrMore(.text(.weekday(ordinals: false))), Keys.on),
            KeyRow("day", .oneOrMore(.text(.dayOfMonth)), Keys.day),
            KeyRow("weekday", .oneOrMore(.text(.weekday(ordinals: true))), Keys.weekday),
            KeyRow("every", .integer(1...366), default: "1", Keys.every),
            KeyRow("until", .moment(dates: true), Keys.until),
            KeyRow("except", .list(.date, 0...FileLimits.exceptDatesMax), default: "[]", Keys.except),
            KeyRow("rrule", .text(.rule), Keys.rrule),
            KeyRow(
                "if_missed", .either([.choice(["skip", "late", "next-window"]), .mapping(late)]), default: "skip",
                Keys.ifMissed),
            KeyRow("overlap", .choice(["skip", "supersede", "queue"]), default: "skip", Keys.overlap),
            KeyRow(
                "valid_until", .text(.validity), default: "end-of-day",
                Keys.validUntil),
        ])

    static let trigger = Shape(
        name: "trigger",
        rows: [
            KeyRow("on", .choice(TriggerWords.on.map(\.code)), required: true, Keys.triggerOn),
            KeyRow(
                "keywords",
                .list(.text(.line(charactersMax: FileLimits.keywordCharactersMax)), 1...FileLimits.keywordsMax),
                Keys.triggerKeywords),
            KeyRow("where", .mapping(triggerWhere), Keys.triggerWhere),
            KeyRow(
                "right", .choice(Trigger.Right.allCases.map(\.rawValue)),
                default: "entered enter, replied reply, proactive", Keys.triggerRight),
            KeyRow("after", .text(.delay), default: "0s", Keys.triggerAfter),
            KeyRow(
                "unless", .list(.choice(TriggerWords.unless.map(\.code)), 1...TriggerWords.unless.count),
                Keys.triggerUnless),
            KeyRow("again", .text(.again), default: "never, reply every", Keys.triggerAgain),
            KeyRow("fresh", .duration, default: "enter 20s, reply 10m, proactive 12h", Keys.triggerFresh),
        ])
    static let triggerWhere = Shape(rows: [
        KeyRow("entered_from", .oneOrMore(.text(.scene)), Keys.triggerEnteredFrom),
        KeyRow("first_time", .boolean, Keys.triggerFirstTime),
    ])

    static let late = Shape(rows: [KeyRow("late", .mapping(atMost), required: true, Keys.late)])
    static let atMost = Shape(rows: [KeyRow("at_most", .duration, default: "30m", Keys.atMost)])

    static let field = Shape(rows: [
        KeyRow("default", .text(.fallback(charactersMax: FileLimits.textCharactersMax)), Keys.fieldDefault)
    ])

    static let variant = Shape(rows: [
        KeyRow("name", .text(.campaignID), required: true, Keys.variantName),
        KeyRow("weight", .weight, Keys.weight),
        KeyRow("messages", .list(.mapping(message), messagesPerContact), required: true, Keys.messages),
        KeyRow("fallback", .text(.campaignID), Keys.fallback),
    ])

    static let message = Shape(
        rows: [
            KeyRow("text", .text(.message(charactersMax: FileLimits.textCharactersMax)), Keys.text),
            KeyRow("image", .text(.imageFile), Keys.image),
            KeyRow("applet_card", .mapping(appletCard), Keys.appletCard),
            KeyRow("applet_coupon", .mapping(appletCoupon), Keys.appletCoupon),
            KeyRow("authorization_card", .mapping(authorizationCard), Keys.authorizationCard),
        ], exactlyOne: true)

    static let appletCard = Shape(rows: [
        KeyRow("template", opaque, required: true, Keys.template),
        KeyRow("path", opaque, required: true, Keys.path),
        KeyRow("query", .anyKeys(.text(queryValue), limit: FileLimits.queryItemsMax), Keys.query),
    ])
    static let appletCoupon = Shape(rows: [
        KeyRow("activity", .text(.couponNumber), required: true, Keys.activity),
        KeyRow("coupon", .text(.couponNumber), required: true, Keys.coupon),
    ])
    static let authorizationCard = Shape(rows: [KeyRow("account", name, required: true, Keys.cardAccount)])

    static let experiment = Shape(rows: [
        KeyRow("method", .choice(["test", "bandit"]), default: "test", Keys.method),
        KeyRow("share", .share(some: true), default: "20%", Keys.share),
        KeyRow("metric", .choice(["opened", "replied", "consulted", "ordered"]), required: true, Keys.metric),
        KeyRow("wait", .duration, default: "opened 1h, replied 2h, consulted 2h, ordered 12h", Keys.wait),
        KeyRow("decide_by", .moment(), required: true, Keys.decideBy),
        KeyRow("on_inconclusive", .choice(["control", "leader", "hold"]), required: true, Keys.onInconclusive),
        KeyRow("guardrails", .mapping(guardrails), Keys.guardrails),
        KeyRow("namespace", .mapping(namespace), Keys.namespace),
    ])
    static let namespace = Shape(rows: [
        KeyRow("name", name, required: true, Keys.namespaceName),
        KeyRow("from", .share(), default: "0%", Keys.namespaceFrom),
        KeyRow("to", .bound, default: "100%", Keys.namespaceTo),
    ])
    static let guardrails = Shape(rows: [
        KeyRow("opted_out", .share(), Keys.optedOut),
        KeyRow("reported", .share(), Keys.reported),
    ])

    /// A control file: files can only make things stop.
    static let control = Shape(rows: [
        KeyRow("do", .choice(ControlOrder.allCases.map(\.rawValue)), required: true, Keys.control)
    ])

    private static let name = ValueKind.text(.line(charactersMax: FileLimits.identifierCharactersMax))
    private static let opaque = ValueKind.text(.opaque(charactersMax: 512))
    static let queryValue = TextForm.parameter(charactersMax: 1000)
    private typealias Keys = Catalogue.FileKeys
}
