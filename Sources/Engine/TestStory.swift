import Answers
import CampaignModel
import Experiments
import Ports
import Reports
import Words

/// A test as a marketer reads it: what each arm did, what that proves, and what followed. Made from the looks that the
/// ledger keeps, and from nothing else.
package struct TestStory: Sendable, Codable {
    package struct Arm: Sendable, Codable {
        package var name: String
        package var isControl: Bool
        package var assigned: Int
        package var delivered: Int
        package var conversions: Int
        package var rate: Double
        package var rateInterval: Interval?
        /// nil: not measured.
        package var optedOut: Int?
        package var reported: Int?
        package var probabilityBest: Double?
        package var expectedLoss: Double?
        /// Against the control; nil for the control, and where there are too few to say.
        package var lift: Double?
        package var difference: Interval?
        package var ratio: Interval?
        package var liftAtAnyLook: Interval?
        package var p: Double?
        package var pAdjusted: Double?
        /// More people left or complained than allowed.
        package var isStopped: Bool?
        /// A bandit's: the share that this look dealt it. nil: none was dealt.
        package var share: Double?
        /// A bandit's: by the shares of each batch as they were written down. nil: no bandit, or nothing to weigh.
        package var weightedRate: Double?
    }
    package var run: String
    package var metric: String
    package var look: Int
    package var at: String
    package var finding: String
    package var verdict: String
    package var sends: String?
    package var decided: Bool
    package var splitAssigned: Double?
    package var splitDelivered: Double?
    /// The stored finding is what the stored figures give, to the byte.
    package var recomputed: Bool
    package var arms: [Arm]

    /// The latest look; nil when none was taken.
    /// - Parameter ledger: asked for what became of a bandit's batches; nil: leave that out.
    package init?(
        run: RunRecord, _ campaign: Campaign, _ looks: [LookRecord], _ ledger: (any GhostLedger)? = nil,
        in language: Language
    ) throws {
        guard let record = looks.last, let request = campaign.experiment else { return nil }
        let seen = try Judge.value(TestLook.self, record.seen)
        let found = try Judge.value(Judgement.self, record.found)
        self.run = run.name
        metric = request.metric.rawValue
        look = record.number
        at = record.at
        finding = found.finding.rawValue
        if case .send(let arm) = found.action { sends = seen.arms[arm].name }
        decided = record.decides
        splitAssigned = found.splitAssigned
        splitDelivered = found.splitDelivered
        recomputed = try Judge.isSound(record)
        verdict = Self.verdict(seen, found, isOver: run.state.isOver).text(in: language)
        arms = Self.arms(seen, found)
        if case .batch(let shares) = found.action {
            for (index, share) in zip(arms.indices, shares) { arms[index].share = Double(share) / 10_000 }
        }
        guard request.method == .bandit, let ledger else { return }
        // The batch that the last look dealt out had not been sent when it was taken: no figure beside these knows of it.
        let rates = try Self.weighted(looks.dropLast(), ledger.batches(of: run.id, request.metric.conversion))
        for (index, rate) in zip(arms.indices, rates) { arms[index].weightedRate = rate }
    }

    /// The lucky arm of an early batch got more people later, so that a plain share flatters it. Weighted by the chance
    /// with which each person got their arm, as it was written down before they were written to, it does not.
    private static func weighted(_ looks: some Sequence<LookRecord>, _ batches: [[Int: BatchArm]]) throws -> [Double?] {
        let shares = try looks.compactMap { look -> [Int]? in
            guard case .batch(let shares) = try Judge.value(Judgement.self, look.found).action else { return nil }
            return shares
        }
        return Bandit.rates(
            zip(shares, batches).map { shares, arms in
                Bandit.Batch(
                    shares: shares.map(Share.init(tenThousandths:)),
                    arms: shares.indices.map {
                        ArmCount(people: arms[$0]?.people ?? 0, conversions: arms[$0]?.conversions ?? 0)
                    })
            })
    }

    private static func arms(_ seen: TestLook, _ found: Judgement) -> [Arm] {
        let control = seen.arms[0].count
        let comparisons = seen.arms.dropFirst().map { Comparison(control: control, arm: $0.count) }
        let tests = comparisons.map { $0.zTest?.p }
        let adjusted = Holm.adjusted(tests.map { $0 ?? 1 })
        return seen.arms.enumerated().map { index, figures in
            var arm = Arm(
                name: figures.name, isControl: index == 0, assigned: figures.assigned, delivered: figures.delivered,
                conversions: figures.conversions, rate: figures.count.rate,
                rateInterval: Comparison.wilson(figures.count), optedOut: figures.optedOut,
                reported: figures.reported)
            arm.isStopped = found.vetoed.contains(index) ? true : nil
            arm.probabilityBest = found.best.isEmpty ? nil : found.best[index]
            arm.expectedLoss = found.expectedLoss.isEmpty ? nil : found.expectedLoss[index]
            guard index > 0 else { return arm }
            let comparison = comparisons[index - 1]
            arm.lift = comparison.lift
            arm.difference = comparison.newcombe()
            arm.ratio = comparison.katz()
            arm.liftAtAnyLook = comparison.confidenceSequence()?.interval
            arm.p = tests[index - 1]
            arm.pAdjusted = tests[index - 1] == nil ? nil : adjusted[index - 1]
            return arm
        }
    }

    private static func verdict(_ seen: TestLook, _ found: Judgement, isOver: Bool) -> Sentence {
        let leader = found.leader.map { seen.arms[$0].name } ?? ""
        let finding: Sentence =
            switch found.finding {
            case .brokenSplit: Catalogue.Test.brokenSplit
            case .fewDelivered:
                Catalogue.Test.fewDelivered(
                    least: seen.arms.map(\.delivered).min() ?? 0, needed: Judgement.deliveredMin)
            case .fewConversions:
                Catalogue.Test.fewConversions(
                    least: seen.arms.map(\.conversions).min() ?? 0, needed: Judgement.conversionsMin)
            case .noClearLeader:
                Catalogue.Test.noClearLeader(leader, best: found.leader.map { found.best[$0] } ?? 0)
            case .winner: Catalogue.Test.winner(leader, best: found.leader.map { found.best[$0] } ?? 0)
            case .vetoed where found.vetoed.count == seen.arms.count: Catalogue.Test.unsafeEverywhere(leader)
            case .vetoed: Catalogue.Test.vetoed(leader)
            // The first batch is dealt before anybody has it: whoever leads then leads by chance.
            case .explores where seen.arms.allSatisfy { $0.delivered == 0 }: Catalogue.Test.nobodyYet
            case .explores: Catalogue.Test.leads(leader, best: found.leader.map { found.best[$0] } ?? 0)
            }
        let action: Sentence =
            switch found.action {
            case .wait: Catalogue.Test.looksAgain
            case .hold: Catalogue.Test.holds
            case .send(let arm): Catalogue.Test.sends(seen.arms[arm].name)
            case .batch(let shares):
                Catalogue.Test.explores(
                    zip(seen.arms, shares).map { (name: $0.name, share: Double($1) / 10_000) }, isOver: isOver)
            }
        // Whoever leads may be the one that was stopped: then what everybody else gets is something else, and this is why.
        let stopped =
            found.finding == .vetoed || found.vetoed.isEmpty
            ? [] : [Catalogue.Test.stopped(found.vetoed.map { seen.arms[$0].name })]
        let sentences = [finding] + stopped + [action]
        return Sentence(zh: sentences.map(\.zh).joined(), en: sentences.map(\.en).joined(separator: " "))
    }

    /// One sentence for lists of runs.
    static func line(
        _ run: RunRecord, _ campaign: Campaign, _ ledger: any ExperimentLedger, in language: Language
    ) throws -> TestLine? {
        guard campaign.experiment != nil,
            let story = try TestStory(run: run, campaign, ledger.looks(of: run.id), in: language)
        else { return nil }
        let holds = try story.decided && !run.state.isOver && ledger.undecided(of: run.id) != nil
        return TestLine(finding: story.finding, sentence: story.verdict, holds: holds)
    }

    /// For the report beside the file and for a terminal.
    package func lines(in language: Language) -> [String] {
        var lines = [verdict]
        for arm in arms {
            lines.append(
                Catalogue.Test.arm(
                    arm.name, isControl: arm.isControl, assigned: arm.assigned, delivered: arm.delivered,
                    conversions: arm.conversions, rate: arm.rate, metric: metric
                ).text(in: language))
            lines.append(
                "  " + Catalogue.Test.guardrails(optedOut: arm.optedOut, reported: arm.reported).text(in: language))
            if arm.isStopped == true { lines.append("  " + Catalogue.Test.armStopped.text(in: language)) }
            if let best = arm.probabilityBest, let loss = arm.expectedLoss {
                lines.append("  " + Catalogue.Test.belief(best: best, loss: loss).text(in: language))
            }
            if let rate = arm.weightedRate {
                lines.append("  " + Catalogue.Test.weighted(rate, metric: metric).text(in: language))
            }
            if let lift = arm.lift, let difference = arm.difference {
                lines.append(
                    "  "
                        + Catalogue.Test.lift(lift, from: difference.low, to: difference.high, p: arm.pAdjusted)
                        .text(in: language))
            }
        }
        return lines + notes(in: language)
    }

    /// What stands below the arms: whether the split was right, and that anybody can judge again.
    package func notes(in language: Language) -> [String] {
        (arms.contains { $0.weightedRate != nil } ? [Catalogue.Test.weightedNote.text(in: language)] : []) + [
            Catalogue.Test.split(assigned: splitAssigned, delivered: splitDelivered).text(in: language),
            Catalogue.Test.kept(look: look, at: String(ReportText.words(ofMoment: at).prefix(19)), isSound: recomputed)
                .text(in: language),
        ]
    }

    /// What can be found before anything is sent: shown in check and in the report while the run waits.
    package static func powerLines(_ campaign: Campaign, people: Int, in language: Language) -> [String] {
        guard let request = campaign.experiment, request.method != .bandit else { return [] }
        let tested = Double(people) * (1 - campaign.holdout.fraction) * request.testedFraction
        let least = campaign.variants.map { Int(tested * $0.weight.fraction) }.min() ?? 0
        var lines = [Catalogue.Test.size(least: least, needed: Judgement.deliveredMin).text(in: language)]
        for rate in [0.05, 0.22] where least > 0 {
            let power = Power(baseRate: rate, peopleAnArm: least, alpha: Judgement.plannedAlpha)
            lines.append(
                Catalogue.Test.power(rate: rate, found: power.ofLift(0.29), smallest: power.smallestLift())
                    .text(in: language))
        }
        return lines
    }
}
