import CampaignModel
import Ports

/// What a page about one run is drawn from: read once, then only written out.
package struct RunFigures: Sendable, Codable {
    /// A share with its definition's reference range beside it.
    package struct Rate: Sendable, Codable {
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
        package var sum: SumLine
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
    package var quarters: [Quarter]
    package var test: TestStory?

    package init(run: RunRecord, _ ledger: any LedgerReading & ExperimentLedger, in language: Language) throws {
        let campaign = try ledger.revisionRecord(run.revision).campaign
        let results = try ledger.results(of: run.id)
        let kinds = try ledger.measuredKinds(account: run.lane.account)
        let sums = try ledger.sums(ofRunByVariant: run.id)
        let all = try ledger.sum(of: run.id)
        self.run = run.name
        title = campaign.title
        account = campaign.account
        state = run.state.code
        start = run.start.iso8601
        sum = SumLine(all)
        variants = campaign.variants.enumerated().map { index, variant in
            let sum = sums[index] ?? ConservationSum()
            return Line(
                name: variant.name, sum: SumLine(sum),
                rates: Self.rates(results[index] ?? [:], kinds, reached: sum.accepted + sum.unknown, language))
        }
        let total = results.values.reduce(into: [Conversion: ResultCount]()) { total, arm in
            total.merge(arm) {
                ResultCount(people: $0.people + $1.people, events: $0.events + $1.events, amount: $0.amount + $1.amount)
            }
        }
        rates = Self.rates(total, kinds, reached: all.accepted + all.unknown, language)
        quarters = try ledger.starts(of: run.id).map { Quarter(from: $0.from.iso8601, people: $0.people) }
        test = try TestStory(run: run, campaign, ledger.looks(of: run.id), in: language)
    }

    /// - Parameter kinds: what the account ever got word of; the rest is not measured.
    private static func rates(
        _ results: [Conversion: ResultCount], _ kinds: Set<EventKind>, reached: Int, _ language: Language
    ) -> [Rate] {
        func count(_ conversion: Conversion) -> Int? {
            conversion.isMeasured(by: kinds) ? results[conversion]?.people ?? 0 : nil
        }
        func rate(_ name: Sentence, _ part: Int?, of whole: Int, _ usual: ClosedRange<Double>? = nil) -> Rate {
            Rate(
                name: name.text(in: language), value: whole > 0 ? part.map { Double($0) / Double(whole) } : nil,
                part: part, whole: whole, usualFrom: usual?.lowerBound, usualTo: usual?.upperBound)
        }
        /// What is lost between two steps; nobody at the first step loses nobody.
        func drop(_ name: Sentence, _ from: Int?, _ to: Int?) -> Rate {
            let lost = from.flatMap { from in to.map { max(from - $0, 0) } }
            return rate(name, lost, of: from ?? 0, 0.68...0.85)
        }
        return [
            rate(Catalogue.Figures.openRate, count(.opened), of: reached, 0.45...0.62),
            rate(Catalogue.Figures.replyRate, count(.replied), of: reached),
            rate(Catalogue.Figures.clickRate, count(.clicked), of: reached),
            drop(Catalogue.Figures.clickToConsult, count(.clicked), count(.consulted)),
            drop(Catalogue.Figures.consultToOrder, count(.consulted), count(.ordered)),
            rate(Catalogue.Figures.optedOut, count(.optedOut), of: reached),
            rate(Catalogue.Figures.reported, count(.reported), of: reached),
        ]
    }
}
