import Answers
import CampaignModel
import Experiments
import Ports

extension RunFigures {
    /// What a name stands for: a run, or a campaign with several occurrences, which are shown together and each.
    package init(
        named name: String, _ ledger: any LedgerReading & ExperimentLedger & GhostLedger, in language: Language
    ) throws {
        let runs = try ledger.occurrences(of: name)
        guard runs.count > 1 else {
            guard let run = try runs.first ?? ledger.run(named: name) else { throw LedgerError.unknownRun(name) }
            self = try RunFigures(run: run, ledger, in: language)
            return
        }
        let each = try runs.map { try RunFigures(run: $0, ledger, in: language) }
        self = Self.total(of: each, campaign: name, in: language)
    }

    /// Shares are of the people whom the occurrences reached in which the figure was measured; nothing else is added up
    /// that cannot be: a test is of its own occurrence, and so is a holdout.
    static func total(of each: [RunFigures], campaign: String, in language: Language) -> RunFigures {
        var total = each[each.count - 1]
        total.run = campaign
        total.start = each[0].start
        total.sum = SumLine(totalling: each.map(\.sum))
        total.rates = merged(each.map(\.rates))
        total.variants = lines(of: each.flatMap(\.variants))
        let amounts = each.compactMap(\.orderAmount)
        total.orderAmount = amounts.isEmpty ? nil : amounts.reduce(0, +)
        total.answers = AnswerFigures(totalling: each.map(\.answers))
        total.quarters = quarters(of: each.flatMap(\.quarters))
        total.holdout = nil
        total.test = nil
        total.erased = each.contains { $0.erased == nil } ? nil : each.last?.erased
        total.occurrences = each
        return total
    }

    private static func merged(_ lists: [[Rate]]) -> [Rate] {
        guard var rates = lists.first else { return [] }
        for index in rates.indices {
            let measured = lists.map { $0[index] }.filter { $0.part != nil }
            rates[index].part = measured.isEmpty ? nil : measured.reduce(0) { $0 + ($1.part ?? 0) }
            rates[index].whole = (measured.isEmpty ? lists.map { $0[index] } : measured).reduce(0) { $0 + $1.whole }
            rates[index].value = rates[index].part.flatMap { part in
                rates[index].whole > 0 ? Double(part) / Double(rates[index].whole) : nil
            }
            rates[index].measuredFrom = measured.compactMap(\.measuredFrom).min()
            rates[index].measuredTo = measured.compactMap(\.measuredTo).max()
        }
        return rates
    }

    /// The same arm of several occurrences, in the order in which arms were first seen.
    private static func lines(of all: [Line]) -> [Line] {
        var lines: [Line] = []
        for line in all where !lines.contains(where: { $0.name == line.name && $0.isTest == line.isTest }) {
            let same = all.filter { $0.name == line.name && $0.isTest == line.isTest }
            var sum = line
            sum.reached = same.reduce(0) { $0 + $1.reached }
            sum.rates = merged(same.map(\.rates))
            lines.append(sum)
        }
        return lines
    }

    private static func quarters(of all: [Quarter]) -> [Quarter] {
        Dictionary(all.map { ($0.from, $0.people) }, uniquingKeysWith: +).sorted { $0.key < $1.key }
            .map { Quarter(from: $0.key, people: $0.value) }
    }
}

extension AnswerFigures {
    init(totalling each: [AnswerFigures]) {
        let measured = each.filter { $0.answered != nil }
        let answered = measured.reduce(0) { $0 + ($1.answered ?? 0) }
        let waited = measured.reduce(0.0) { $0 + ($1.meanMinutes ?? 0) * Double($1.answered ?? 0) }
        self = each[0]
        questions = each.reduce(0) { $0 + $1.questions }
        self.answered = measured.isEmpty ? nil : answered
        meanMinutes = answered > 0 ? waited / Double(answered) : nil
    }
}
