import CampaignModel
import Experiments
import Ports

/// What people did towards one account, day by day and hour by hour, and when they are lively. Made of counts that are
/// kept as events come.
package struct AccountFigures: Sendable, Codable {
    package struct Row: Sendable, Codable {
        /// `2026-11-20`, and 0 … 23 on Shanghai's wall; nil: the whole day.
        package var day: String
        package var hour: Int?
        package var opened: Int
        package var clicked: Int
        package var replied: Int
        package var consulted: Int
        package var ordered: Int
        package var optedOut: Int
    }
    package var account: String
    package var from: String
    package var to: String
    package var days: [Row]
    package var hours: [Row]
    /// Signs of life by quarter of an hour since midnight, 96 of them.
    package var quarters: [Int]
    /// `20:15`; nil: too few signs.
    package var bestQuarter: String?
    package var answers: AnswerFigures

    package init(
        _ account: AccountRecord, from: Moment, to: Moment, _ ledger: any LedgerReading
    ) throws {
        self.account = account.name
        self.from = from.iso8601
        self.to = to.iso8601
        var hours = BestHours()
        var byDay: [PlatformDay: [EventKind: Int]] = [:]
        var byHour: [PlatformDay: [Int: [EventKind: Int]]] = [:]
        let counts = try ledger.activity(ActivityQuestion(account: account.id, kinds: [], from: from, to: to))
        for count in counts {
            byDay[count.day, default: [:]][count.kind, default: 0] += count.events
            byHour[count.day, default: [:]][count.slot / 4, default: [:]][count.kind, default: 0] += count.events
            if count.kind.isSignOfLife { hours.add(slot: count.slot, count.events) }
        }
        days = byDay.sorted { $0.key < $1.key }.map { Self.row($0.key, nil, $0.value) }
        self.hours = byHour.sorted { $0.key < $1.key }.flatMap { day, hours in
            hours.sorted { $0.key < $1.key }.map { Self.row(day, $0.key, $0.value) }
        }
        quarters = hours.slots
        bestQuarter = hours.best.map(Self.clock)
        answers = AnswerFigures(
            try ledger.responses(ResponseQuestion(account: account.id, from: from, to: to)),
            kinds: try ledger.measured(account: account.id).kinds(from: from, to: to + AnswerLimit.longest))
    }

    private static func row(_ day: PlatformDay, _ hour: Int?, _ kinds: [EventKind: Int]) -> Row {
        Row(
            day: day.description, hour: hour,
            opened: (kinds[.entered] ?? 0) + (kinds[.clicked] ?? 0) + (kinds[.replied] ?? 0),
            clicked: kinds[.clicked] ?? 0, replied: kinds[.replied] ?? 0, consulted: kinds[.consulted] ?? 0,
            ordered: kinds[.ordered] ?? 0, optedOut: kinds[.optedOut] ?? 0)
    }

    /// `20:15`.
    package static func clock(_ slot: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        return "\(two(slot / 4)):\(two(slot % 4 * 15))"
    }
}

/// How quickly staff answer, beside what is usual.
package struct AnswerFigures: Sendable, Codable {
    package static let usualMinutes = 3.8

    /// nil: staff's answers have no source, or nobody was answered.
    package var meanMinutes: Double?
    package var questions: Int
    package var answered: Int?
    package var usualMinutes: Double

    /// - Parameter kinds: what a source told of in the time asked about.
    init(_ times: ResponseCount, kinds: Set<EventKind>) {
        let isMeasured = kinds.contains(.answered)
        questions = times.questions
        answered = isMeasured ? times.answered : nil
        meanMinutes = isMeasured ? times.meanMinutes : nil
        usualMinutes = Self.usualMinutes
    }
}
