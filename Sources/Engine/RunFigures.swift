import Answers
import CampaignModel
import Experiments
import Ports
import Words

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
        /// The first and the last word of the sources that could have told of it; nil: none ever did.
        package var measuredFrom: String?
        package var measuredTo: String?
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
    /// When the records of its people were erased by age, or an empty text when nobody wrote that down; nil: they are kept.
    package var erased: String?
    /// Of a campaign with several: each by itself, the oldest first; what stands beside it is their total.
    package var occurrences: [RunFigures]?

    package init(run: RunRecord, _ ledger: any LedgerReading & ExperimentLedger & GhostLedger, in language: Language)
        throws
    {
        let campaign = try ledger.revisionRecord(run.revision).campaign
        let measured = try ledger.measured(account: run.lane.account)
        let kinds = run.kinds(measured, campaign)
        let results = try ledger.results(of: run.id)
        let looks = try ledger.looks(of: run.id)
        let all = try ledger.sum(of: run.id)
        self.run = run.name
        title = campaign.title
        account = run.accountName
        state = run.state.code
        start = run.start.iso8601
        erased = run.isErased ? run.erasedAt?.iso8601 ?? "" : nil
        sum = SumLine(all)
        // The holdout's conversions belong to nobody who was written to.
        let written = results.filter { $0.key >= 0 }
        let parts = try ledger.parts(of: run.id)
        let drawing = Drawing(kinds: kinds, measured: measured, language: language)
        let total = written.values.reduce(into: [Conversion: Int]()) {
            $0.merge($1.mapValues(\.people), uniquingKeysWith: +)
        }
        let people = try ledger.contacted(by: run.id)
        rates = drawing.rates(
            total, Self.steps(parts),
            reached: people?.values.reduce(0) { $0 + $1.reached } ?? all.accepted + all.unknown)
        let amounts = written.values.compactMap { $0[.ordered]?.amount }
        orderAmount = Conversion.ordered.isMeasured(by: kinds) ? amounts.reduce(0, +) : nil
        variants = try Self.lines(
            run, campaign, written.mapValues { $0.mapValues(\.people) }, parts, looks, people, ledger, drawing)
        quarters = try ledger.starts(of: run.id).map { Quarter(from: $0.from.iso8601, people: $0.people) }
        answers = AnswerFigures(
            try ledger.responses(ResponseQuestion(account: run.lane.account, run: run.id)), kinds: kinds)
        holdout = try HoldoutFigures(run, all, people, kinds: kinds, results, ledger)
        test = try TestStory(run: run, campaign, looks, ledger, in: language)
    }

    /// Once a test is decided, its arms and the rest stand apart: the rest was written to later and has had less time to
    /// do anything, so that one line for both would make the winner look worse than it is.
    private static func lines(
        _ run: RunRecord, _ campaign: Campaign, _ people: [Int: [Conversion: Int]], _ parts: [RunPart],
        _ looks: [LookRecord], _ contacted: [Int: ContactedPeople]?, _ ledger: any LedgerReading, _ drawing: Drawing
    ) throws -> [Line] {
        let sums = try ledger.sums(ofRunByVariant: run.id)
        func reached(_ index: Int) -> Int {
            contacted.map { $0[index]?.reached ?? 0 } ?? sums[index].map { $0.accepted + $0.unknown } ?? 0
        }
        guard let look = looks.last, look.decides else {
            return campaign.variants.enumerated().map { index, variant in
                Line(
                    name: variant.name, isTest: nil, reached: reached(index),
                    rates: drawing.rates(
                        people[index] ?? [:], steps(parts.filter { $0.variant == index }), reached: reached(index)))
            }
        }
        let seen = try Judge.value(TestLook.self, look.seen).arms
        func line(_ index: Int, isTest: Bool, reached: Int) -> Line {
            let parts = parts.filter { $0.variant == index && $0.isLater != isTest }
            let people = parts.reduce(into: [Conversion: Int]()) { $0.merge($1.people, uniquingKeysWith: +) }
            return Line(
                name: campaign.variants[index].name, isTest: isTest, reached: reached,
                rates: drawing.rates(people, steps(parts), reached: reached))
        }
        let arms = campaign.variants.indices.filter { $0 < seen.count }
        return arms.map { line($0, isTest: true, reached: seen[$0].delivered) }
            + arms.compactMap { index in
                let later = reached(index) - seen[index].delivered
                return later > 0 ? line(index, isTest: false, reached: later) : nil
            }
    }

    private static func steps(_ parts: [RunPart]) -> [FunnelStep: Int] {
        parts.reduce(into: [:]) { $0.merge($1.steps, uniquingKeysWith: +) }
    }
}

extension RunRecord {
    /// What a source told of while the run could be answered: an order that somebody tells of a year later, for another
    /// campaign, does not make this one's orders measured.
    func kinds(_ measured: Measured, _ campaign: Campaign) -> Set<EventKind> {
        measured.kinds(from: began ?? start, ended: ended, campaign.attribution ?? .standard)
    }
}

/// Counts into shares.
private struct Drawing {
    let kinds: Set<EventKind>
    let measured: Measured
    let language: Language

    func rates(
        _ people: [Conversion: Int], _ steps: [FunnelStep: Int], reached: Int
    ) -> [RunFigures.Rate] {
        func count(_ conversion: Conversion) -> Int? {
            conversion.isMeasured(by: kinds) ? people[conversion] ?? 0 : nil
        }
        func rate(
            _ figure: String, _ name: Sentence, _ part: Int?, of whole: Int, _ told: [Conversion],
            _ usual: ClosedRange<Double>? = nil
        ) -> RunFigures.Rate {
            let spans = told.compactMap(measured.span)
            let isTold = spans.count == told.count
            return RunFigures.Rate(
                figure: figure, name: name.text(in: language),
                value: whole > 0 ? part.map { Double($0) / Double(whole) } : nil, part: part, whole: whole,
                usualFrom: usual?.lowerBound, usualTo: usual?.upperBound,
                measuredFrom: isTold ? spans.map(\.first).max()?.iso8601 : nil,
                measuredTo: isTold ? spans.map(\.last).min()?.iso8601 : nil)
        }
        /// Of those who were at the first step, who never came to the second; nobody at the first step loses nobody.
        func drop(_ figure: String, _ name: Sentence, _ step: FunnelStep) -> RunFigures.Rate {
            let lost = count(step.from).flatMap { from in count(step.to).map { _ in from - (steps[step] ?? 0) } }
            return rate(figure, name, lost, of: count(step.from) ?? 0, [step.from, step.to], 0.68...0.85)
        }
        func share(
            _ figure: String, _ name: Sentence, _ conversion: Conversion, _ usual: ClosedRange<Double>? = nil
        ) -> RunFigures.Rate {
            rate(figure, name, count(conversion), of: reached, [conversion], usual)
        }
        let words = Catalogue.Figures.self
        return [
            share("open_rate", words.openRate, .opened, 0.45...0.62), share("click_rate", words.clickRate, .clicked),
            share("reply_rate", words.replyRate, .replied),
            drop("click_to_consult_drop", words.clickToConsult, .clickToConsult),
            drop("consult_to_order_drop", words.consultToOrder, .consultToOrder),
            share("order_rate", words.orderRate, .ordered), share("opted_out", words.optedOut, .optedOut),
            share("reported", words.reported, .reported),
        ]
    }
}
