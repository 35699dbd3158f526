import CampaignModel
import Experiments
import Ports

/// What a page about one run is drawn from: read once, then only written out.
package struct RunFigures: Sendable, Codable {
    /// A share with its definition's reference range beside it.
    package struct Rate: Sendable, Codable {
        /// Stable, for scripts.
        package var figure: String
        package var name: String
        /// nil: not measured, or nobody to measure.
        package var value: Double?
        package var part: Int?
        package var whole: Int
        package var usualFrom: Double?
        package var usualTo: Double?
    }
    package struct Line: Sendable, Codable {
        package var name: String
        /// Whether the line is of the test share alone, or of those who got the winner afterwards; nil: no such thing.
        package var isTest: Bool?
        package var reached: Int
        package var rates: [Rate]
    }
    package struct Quarter: Sendable, Codable {
        package var from: String
        package var people: Int
    }
    package var run: String
    package var title: String
    package var account: String
    package var state: String
    package var start: String
    package var sum: SumLine
    package var variants: [Line]
    package var rates: [Rate]
    /// In fen; nil: orders have no source.
    package var orderAmount: Int64?
    package var answers: AnswerFigures
    package var quarters: [Quarter]
    package var holdout: HoldoutFigures?
    package var test: TestStory?

    package init(run: RunRecord, _ ledger: any LedgerReading & ExperimentLedger & GhostLedger, in language: Language)
        throws
    {
        let campaign = try ledger.revisionRecord(run.revision).campaign
        let kinds = try ledger.measuredKinds(account: run.lane.account)
        let results = try ledger.results(of: run.id)
        let looks = try ledger.looks(of: run.id)
        let all = try ledger.sum(of: run.id)
        self.run = run.name
        title = campaign.title
        account = campaign.account
        state = run.state.code
        start = run.start.iso8601
        sum = SumLine(all)
        // The holdout's conversions belong to nobody who was written to.
        let written = results.filter { $0.key >= 0 }
        let people = written.mapValues { $0.mapValues(\.people) }
        let drawing = Drawing(kinds: kinds, language: language)
        let total = people.values.reduce(into: [Conversion: Int]()) { $0.merge($1, uniquingKeysWith: +) }
        rates = drawing.rates(total, reached: all.accepted + all.unknown)
        let amounts = written.values.compactMap { $0[.ordered]?.amount }
        orderAmount = Conversion.ordered.isMeasured(by: kinds) ? amounts.reduce(0, +) : nil
        variants = try Self.lines(run, campaign, people, looks.last, ledger, drawing)
        quarters = try ledger.starts(of: run.id).map { Quarter(from: $0.from.iso8601, people: $0.people) }
        answers = AnswerFigures(try Self.conversations(run, ledger), kinds: kinds)
        holdout = try HoldoutFigures(run, all, kinds: kinds, results, ledger)
        test = try TestStory(run: run, campaign, looks, ledger, in: language)
    }

    /// Once a test is decided, its arms and the rest stand apart: the rest was written to later and has had less time to
    /// do anything, so that one line for both would make the winner look worse than it is.
    private static func lines(
        _ run: RunRecord, _ campaign: Campaign, _ people: [Int: [Conversion: Int]], _ look: LookRecord?,
        _ ledger: any LedgerReading & ExperimentLedger, _ drawing: Drawing
    ) throws -> [Line] {
        let sums = try ledger.sums(ofRunByVariant: run.id)
        func reached(_ index: Int) -> Int { sums[index].map { $0.accepted + $0.unknown } ?? 0 }
        guard let look, look.decides, let at = Moment(iso8601: look.at) else {
            return campaign.variants.enumerated().map { index, variant in
                Line(
                    name: variant.name, isTest: nil, reached: reached(index),
                    rates: drawing.rates(people[index] ?? [:], reached: reached(index)))
            }
        }
        let tested = try ledger.results(of: run.id, startedBefore: at)
        let seen = try Judge.value(TestLook.self, look.seen).arms
        var lines: [Line] = []
        for (index, variant) in campaign.variants.enumerated() where index < seen.count {
            lines.append(
                Line(
                    name: variant.name, isTest: true, reached: seen[index].delivered,
                    rates: drawing.rates(tested[index] ?? [:], reached: seen[index].delivered)))
        }
        for (index, variant) in campaign.variants.enumerated() where index < seen.count {
            let later = reached(index) - seen[index].delivered
            guard later > 0 else { continue }
            let rest = (people[index] ?? [:]).map { ($0.key, max($0.value - (tested[index]?[$0.key] ?? 0), 0)) }
            lines.append(
                Line(
                    name: variant.name, isTest: false, reached: later,
                    rates: drawing.rates(Dictionary(uniqueKeysWithValues: rest), reached: later)))
        }
        return lines
    }

    /// What was said from the run's beginning on between the account and those whose reply is credited to it.
    private static func conversations(_ run: RunRecord, _ ledger: any LedgerReading) throws -> [EventRecord] {
        let credited = try ledger.events(
            EventQuestion(run: run.id, kinds: [.replied], limit: AnswerFigures.eventsMax))
        guard let first = credited.first?.at, let last = credited.last?.at else { return [] }
        let people = Set(credited.compactMap(\.recipient))
        let answers = try ledger.events(
            EventQuestion(
                account: run.lane.account, kinds: [.answered], from: first, to: last + .days(1),
                limit: AnswerFigures.eventsMax)
        ).filter { $0.recipient.map(people.contains) ?? false }
        return (credited + answers).sorted { $0.at < $1.at }
    }
}

/// Counts into shares.
private struct Drawing {
    let kinds: Set<EventKind>
    let language: Language

    func rates(_ people: [Conversion: Int], reached: Int) -> [RunFigures.Rate] {
        func count(_ conversion: Conversion) -> Int? {
            conversion.isMeasured(by: kinds) ? people[conversion] ?? 0 : nil
        }
        func rate(
            _ figure: String, _ name: Sentence, _ part: Int?, of whole: Int, _ usual: ClosedRange<Double>? = nil
        ) -> RunFigures.Rate {
            RunFigures.Rate(
                figure: figure, name: name.text(in: language),
                value: whole > 0 ? part.map { Double($0) / Double(whole) } : nil, part: part, whole: whole,
                usualFrom: usual?.lowerBound, usualTo: usual?.upperBound)
        }
        /// What is lost between two steps; nobody at the first step loses nobody.
        func drop(_ figure: String, _ name: Sentence, _ from: Conversion, _ to: Conversion) -> RunFigures.Rate {
            let lost = count(from).flatMap { from in count(to).map { max(from - $0, 0) } }
            return rate(figure, name, lost, of: count(from) ?? 0, 0.68...0.85)
        }
        let words = Catalogue.Figures.self
        return [
            rate("open_rate", words.openRate, count(.opened), of: reached, 0.45...0.62),
            rate("click_rate", words.clickRate, count(.clicked), of: reached),
            rate("reply_rate", words.replyRate, count(.replied), of: reached),
            drop("click_to_consult_drop", words.clickToConsult, .clicked, .consulted),
            drop("consult_to_order_drop", words.consultToOrder, .consulted, .ordered),
            rate("order_rate", words.orderRate, count(.ordered), of: reached),
            rate("opted_out", words.optedOut, count(.optedOut), of: reached),
            rate("reported", words.reported, count(.reported), of: reached),
        ]
    }
}
