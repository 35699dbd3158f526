import CampaignModel
import Experiments
import Ports
import Reports
import Words

/// What the campaign did beyond what people would have done anyway: those it wrote to, beside those it held back although
/// every rule would have let them through. Each counts from their own moment, a true one or the one at which their turn
/// came, over the same window.
package struct HoldoutFigures: Sendable, Codable {
    /// With fewer, the comparison says nothing.
    package static let heldMin = 500
    package static let conversionsMin = 25

    package struct Line: Sendable, Codable {
        /// `replied` …
        package var figure: String
        package var sentPeople: Int
        package var heldPeople: Int
        package var sentRate: Double
        package var heldRate: Double
        /// nil: too small to say.
        package var lift: Double?
        package var difference: Interval?

        package var verdict: Sentence {
            Catalogue.Holdout.difference(
                low: difference?.low, high: difference?.high, people: HoldoutFigures.heldMin,
                acted: HoldoutFigures.conversionsMin)
        }
    }
    /// Everybody who was held out.
    package var held: Int
    /// Of them, who would have been written to.
    package var pretended: Int
    /// Of them, whom a rule would have left out, by its code.
    package var leftOut: [String: Int]
    /// Whom the rules let through: accepted, unknown and rejected. The rejected stay in, because nobody knows which of
    /// those held back the platform would have rejected.
    package var sent: Int
    package var lines: [Line]
    /// In fen, a person; nil: orders have no source.
    package var sentAmount: Double?
    package var heldAmount: Double?

    /// nil: nobody is held out, or nobody's turn has come.
    package init?(
        _ run: RunRecord, _ sum: ConservationSum, _ contacted: [Int: ContactedPeople]?, kinds: Set<EventKind>,
        _ results: [Int: [Conversion: ResultCount]], _ ledger: any GhostLedger
    ) throws {
        guard sum.holdout > 0 else { return nil }
        let ghosts = try ledger.ghosts(of: run.id)
        guard ghosts.sent > 0 else { return nil }
        // Of a run with a trigger the sum counts each time; what is compared here are people, each once.
        held = contacted == nil ? sum.holdout : ghosts.sent + ghosts.leftOut.values.reduce(0, +)
        pretended = ghosts.sent
        leftOut = Dictionary(uniqueKeysWithValues: ghosts.leftOut.map { ($0.key.code, $0.value) })
        let reached =
            contacted?.values.reduce(0) { $0 + $1.letThrough } ?? sum.accepted + sum.unknown + sum.rejected
        sent = reached
        let without = results[-1] ?? [:]
        let with = results.filter { $0.key >= 0 }.values
        func count(_ conversion: Conversion) -> Int { with.reduce(0) { $0 + ($1[conversion]?.people ?? 0) } }
        lines = [Conversion.opened, .replied, .consulted, .ordered].filter { $0.isMeasured(by: kinds) }.map {
            Self.line(
                $0.code, sent: ArmCount(people: reached, conversions: min(count($0), reached)),
                held: ArmCount(people: ghosts.sent, conversions: min(without[$0]?.people ?? 0, ghosts.sent)))
        }
        guard Conversion.ordered.isMeasured(by: kinds), reached > 0 else { return }
        sentAmount = Double(with.reduce(0) { $0 + ($1[.ordered]?.amount ?? 0) }) / Double(reached)
        heldAmount = Double(without[.ordered]?.amount ?? 0) / Double(ghosts.sent)
    }

    package static func line(_ figure: String, sent: ArmCount, held: ArmCount) -> Line {
        var line = Line(
            figure: figure, sentPeople: sent.conversions, heldPeople: held.conversions, sentRate: sent.rate,
            heldRate: held.rate)
        guard held.people >= heldMin, sent.people >= heldMin, held.conversions + sent.conversions >= conversionsMin
        else { return line }
        let comparison = Comparison(control: held, arm: sent)
        line.lift = comparison.lift
        line.difference = comparison.newcombe()
        return line
    }

    package func sentences(in language: Language) -> [String] {
        let words = Catalogue.Holdout.self
        var sentences = [words.sides(held: held, pretended: pretended, sent: sent)]
        sentences += lines.map {
            words.line($0.figure, sent: ($0.sentPeople, sent), held: ($0.heldPeople, pretended))
                + $0.verdict
        }
        if let sentAmount, let heldAmount { sentences.append(words.amounts(sent: sentAmount, held: heldAmount)) }
        return sentences.map { $0.text(in: language) }
    }
}

/// The house's own holdout against everybody whom its campaigns reached, over all campaigns of a span of days.
package struct HouseFigures: Sendable, Codable {
    package var from: String
    package var to: String
    package var held: Int
    package var sent: Int
    /// Orders by people; nil: orders have no source.
    package var line: HoldoutFigures.Line?
    /// In fen, a person; nil likewise.
    package var sentAmount: Double?
    package var heldAmount: Double?
    /// Part of the span was erased by age, up to here: then every figure beside it is empty.
    package var erasedUntil: String?

    package init(from: Moment, to: Moment, _ ledger: any GhostLedger) throws {
        let count = try ledger.houseHoldout(from: from, to: to)
        self.from = from.iso8601
        self.to = to.iso8601
        erasedUntil = count.erasedUntil?.iso8601
        held = count.held
        sent = count.sent
        guard count.isMeasured, count.held > 0, count.sent > 0 else { return }
        line = HoldoutFigures.line(
            Conversion.ordered.code, sent: ArmCount(people: count.sent, conversions: count.sentOrdered),
            held: ArmCount(people: count.held, conversions: count.heldOrdered))
        sentAmount = Double(count.sentAmount) / Double(count.sent)
        heldAmount = Double(count.heldAmount) / Double(count.held)
    }

    package func sentences(in language: Language) -> [String] {
        let words = Catalogue.Holdout.self
        var sentences = [words.house(held: held, sent: sent)]
        if let erasedUntil {
            sentences = [Catalogue.Aged.span(until: ReportText.words(ofMoment: erasedUntil))]
        } else if held == 0 {
            sentences = [words.nobodyHeld]
        } else if let line {
            sentences.append(
                words.line(line.figure, sent: (line.sentPeople, sent), held: (line.heldPeople, held))
                    + line.verdict)
            if let sentAmount, let heldAmount { sentences.append(words.amounts(sent: sentAmount, held: heldAmount)) }
        } else {
            sentences.append(words.noOrders)
        }
        return sentences.map { $0.text(in: language) }
    }
}
