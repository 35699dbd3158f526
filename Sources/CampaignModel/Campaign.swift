/// What one campaign file asks for, checked and complete: every default is filled in, nothing is left to guess.
/// The keys of the file are in `Campaigns/README.md`.
package struct Campaign: Sendable, Equatable, Codable {
    /// `a-z 0-9 -`, unique over all authors.
    package var id: String
    /// The name of one of `people` in the configuration.
    package var author: String
    /// The name of one of the accounts in the configuration.
    package var account: String
    package var channel: ChannelKind
    /// For people.
    package var title: String
    /// 1 first … 9 last.
    package var priority: Int
    package var audience: AudienceRequest
    package var schedule: Schedule
    /// Share of the audience that is never messaged, 0 ..< 1, in steps of 0.0001.
    package var holdout: Share
    package var fields: [Field]
    /// At least one, in the order of the file; the first is the control.
    package var variants: [Variant]
    package var experiment: ExperimentRequest?
    /// How long after a contact events are credited to it; nil: `AttributionWindows.standard`.
    package var attribution: AttributionWindows?
    /// In place of a schedule: who is written to comes with what happens. `audience` names nobody then.
    package var trigger: Trigger?

    package init(
        id: String, author: String, account: String, channel: ChannelKind = .privateMessage, title: String,
        priority: Int = 5, audience: AudienceRequest, schedule: Schedule, holdout: Share = .zero,
        fields: [Field] = [], variants: [Variant], experiment: ExperimentRequest? = nil,
        attribution: AttributionWindows? = nil, trigger: Trigger? = nil
    ) {
        (self.attribution, self.trigger, self.id, self.author) = (attribution, trigger, id, author)
        (self.account, self.channel, self.title, self.priority) = (account, channel, title, priority)
        (self.audience, self.schedule, self.holdout) = (audience, schedule, holdout)
        (self.fields, self.variants, self.experiment) = (fields, variants, experiment)
    }
}

/// A share of a whole in ten-thousandths, so that weights add up exactly and a hash bucket compares without rounding.
package struct Share: Hashable, Comparable, Sendable, Codable {
    package let tenThousandths: Int
    package init(tenThousandths: Int) { self.tenThousandths = tenThousandths }
    package static let zero = Share(tenThousandths: 0)
    package static let whole = Share(tenThousandths: 10_000)
    package var fraction: Double { Double(tenThousandths) / 10_000 }
    package static func < (left: Share, right: Share) -> Bool { left.tenThousandths < right.tenThousandths }
}

/// Who is asked for. Being asked for is not consent.
package struct AudienceRequest: Sendable, Equatable, Codable {
    package enum Source: String, Sendable, Codable {
        /// From files dropped beside the campaign.
        case files
        /// Everyone who authorised the account, at the moment of planning.
        case authorized
    }
    package enum Order: String, Sendable, Codable {
        /// By a key of the run: the same people must not always be the ones a cap leaves out.
        case shuffled
        /// As in the files.
        case listed
    }
    package var source: Source
    /// File names beside the campaign file, no folders.
    package var files: [String]
    package var exclude: [String]
    /// All must hold.
    package var conditions: [Condition]
    /// The approval covers at most this many people; nil: no limit of the file's own.
    package var max: Int?
    package var order: Order
    /// A bad row refuses the file instead of being left out and reported.
    package var strict: Bool

    package init(
        source: Source, files: [String] = [], exclude: [String] = [], conditions: [Condition] = [], max: Int? = nil,
        order: Order = .shuffled, strict: Bool = false
    ) {
        (self.source, self.files, self.exclude, self.conditions) = (source, files, exclude, conditions)
        (self.max, self.order, self.strict) = (max, order, strict)
    }
}

/// One condition of `where`: a column and what it must be.
package struct Condition: Sendable, Equatable, Codable {
    package enum Test: Sendable, Equatable, Codable {
        case oneOf([String])
        case equals(String)
        case notEquals(String)
        case less(Double), lessOrEqual(Double), greater(Double), greaterOrEqual(Double)
        /// For `authorized_since`, `last_contacted`: the column's moment compared with this one.
        case before(Moment), after(Moment)
    }
    package var column: String
    package var test: Test
    package init(column: String, test: Test) { (self.column, self.test) = (column, test) }
}

/// When to send.
package struct Schedule: Sendable, Equatable, Codable {
    package var zone: Zone
    /// The first occurrence. Later ones repeat on the wall of `zone`, never by counting seconds.
    package var start: Moment
    /// Half-open time of day in `zone`, nil: all allowed hours. It may cross midnight; quiet hours still win.
    package var window: DayWindow?
    package var sendTime: SendTime
    /// nil: once.
    package var recurrence: Recurrence?
    package var ifMissed: MissedStart
    package var overlap: Overlap
    package var validity: Validity

    package init(
        zone: Zone = .shanghai, start: Moment, window: DayWindow? = nil, sendTime: SendTime = .soon,
        recurrence: Recurrence? = nil, ifMissed: MissedStart = .skip, overlap: Overlap = .skip,
        validity: Validity = .endOfDay
    ) {
        (self.zone, self.start, self.window, self.sendTime) = (zone, start, window, sendTime)
        (self.recurrence, self.ifMissed, self.overlap, self.validity) = (recurrence, ifMissed, overlap, validity)
    }

    package enum SendTime: String, Sendable, Codable { case soon, spread, best }
    /// The next occurrence while this one is unfinished.
    package enum Overlap: String, Sendable, Codable { case skip, supersede, queue }
    package enum MissedStart: Sendable, Equatable, Codable {
        case skip
        case late(atMost: Duration)
        case nextWindow
    }
    package enum Validity: Sendable, Equatable, Codable {
        /// 00:00 of the next day in the schedule's zone.
        case endOfDay
        /// That many days after the end of the occurrence's day.
        case days(Int)
        case until(Moment)
    }
}

/// A half-open span of the wall's day in minutes since midnight; `from > to` crosses midnight.
package struct DayWindow: Hashable, Sendable, Codable {
    package let fromMinute: Int
    package let toMinute: Int
    package init(fromMinute: Int, toMinute: Int) { (self.fromMinute, self.toMinute) = (fromMinute, toMinute) }
    /// `millisecondOfDay` in 0 ..< 86 400 000.
    package func contains(millisecondOfDay: Int64) -> Bool {
        let from = Int64(fromMinute) * 60_000
        let to = Int64(toMinute) * 60_000
        return from <= to
            ? millisecondOfDay >= from && millisecondOfDay < to
            : millisecondOfDay >= from || millisecondOfDay < to
    }
}

/// Repetition in plain words, compiled by `CampaignFiles` to what Foundation calculates.
package struct Recurrence: Sendable, Equatable, Codable {
    package enum Frequency: String, Sendable, Codable { case daily, weekly, monthly, yearly }
    /// `ordinal` 1…5 from the front, -1 last; nil every one.
    package struct Weekday: Hashable, Sendable, Codable {
        package var ordinal: Int?
        /// 1 Monday … 7 Sunday.
        package var day: Int
        package init(ordinal: Int? = nil, day: Int) { (self.ordinal, self.day) = (ordinal, day) }
    }
    package var frequency: Frequency
    package var interval: Int
    package var weekdays: [Weekday]
    /// 1…31, or -1 for the last day of the month.
    package var daysOfMonth: [Int]
    package var months: [Int]
    package var count: Int?
    /// Inclusive end: no occurrence after this moment.
    package var until: Moment?
    /// Dates in the schedule's zone that are left out, as `yyyy-mm-dd`.
    package var except: [String]

    package init(
        frequency: Frequency, interval: Int = 1, weekdays: [Weekday] = [], daysOfMonth: [Int] = [],
        months: [Int] = [], count: Int? = nil, until: Moment? = nil, except: [String] = []
    ) {
        (self.frequency, self.interval, self.weekdays, self.daysOfMonth) = (frequency, interval, weekdays, daysOfMonth)
        (self.months, self.count, self.until, self.except) = (months, count, until, except)
    }
}

/// A column that messages use. Without a default, a person who lacks it is skipped (`field_missing`).
package struct Field: Sendable, Equatable, Codable {
    package var name: String
    package var defaultValue: String?
    package init(name: String, defaultValue: String? = nil) { (self.name, self.defaultValue) = (name, defaultValue) }
}

/// One arm of a split: what is sent.
package struct Variant: Sendable, Equatable, Codable {
    package var name: String
    /// All variants' weights add up to `Share.whole`.
    package var weight: Share
    package var messages: [MessageTemplate]
    /// Another variant's name, for people who may not get this one's image.
    package var fallback: String?
    package init(name: String, weight: Share, messages: [MessageTemplate], fallback: String? = nil) {
        (self.name, self.weight, self.messages, self.fallback) = (name, weight, messages, fallback)
    }
    package var hasImage: Bool { messages.contains { if case .image = $0 { true } else { false } } }
}

/// One message as written, with `{{field}}` still in it.
package enum MessageTemplate: Sendable, Equatable, Codable {
    case text(String)
    /// A file beside the campaign; `digest` is the lower-case hex SHA-256 of its content once it was read.
    case image(file: String, digest: String?)
    /// `query` values may hold `{{field}}`; kept sorted by key.
    case appletCard(template: String, path: String, query: [QueryItem])
    case appletCoupon(activity: String, coupon: String)
    /// `account`: the configured account the recipient is asked to authorise.
    case authorizationCard(account: String)

    /// The name of the account that a card asks the recipient to authorise; nil: it asks for nothing.
    package var askedAccount: String? {
        switch self {
        case .authorizationCard(let account): account
        case .text, .image, .appletCard, .appletCoupon: nil
        }
    }
}

extension Campaign {
    /// Accounts that its authorisation cards ask for, by their names, sorted.
    package var cardOwners: [String] { Set(variants.flatMap(\.messages).compactMap(\.askedAccount)).sorted() }
}

package struct QueryItem: Sendable, Equatable, Codable {
    package var name: String
    package var value: String
    package init(name: String, value: String) { (self.name, self.value) = (name, value) }
}

/// The `experiment` block: checked at intake, judged by the experiment judge.
package struct ExperimentRequest: Sendable, Equatable, Codable {
    package enum Metric: String, Sendable, Codable { case opened, replied, consulted, ordered }
    package enum Inconclusive: String, Sendable, Codable { case control, leader, hold }
    package enum Method: String, Sendable, Codable {
        /// A share is written to, then one arm goes to the rest.
        case test
        /// Batch by batch, each arm's share being the chance that it is the best one.
        case bandit
    }
    package var share: Share
    package var metric: Metric
    package var wait: Duration
    package var decideBy: Moment
    package var onInconclusive: Inconclusive
    package var optedOutMax: Share?
    package var reportedMax: Share?
    /// The span of a namespace that is this test's own; nil: everybody may take part.
    package var namespace: NamespaceSlice?
    /// nil: a test. (What was written down before there was a choice has no such key.)
    package var method: Method?
    package init(
        share: Share, metric: Metric, wait: Duration, decideBy: Moment, onInconclusive: Inconclusive,
        optedOutMax: Share? = nil, reportedMax: Share? = nil, namespace: NamespaceSlice? = nil
    ) {
        (self.namespace, self.share, self.metric) = (namespace, share, metric)
        (self.wait, self.decideBy, self.onInconclusive) = (wait, decideBy, onInconclusive)
        (self.optedOutMax, self.reportedMax) = (optedOutMax, reportedMax)
    }
}
