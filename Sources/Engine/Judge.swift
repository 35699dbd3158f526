import CampaignModel
import Experiments
import Foundation
import Logging
import Ports

/// Looks at the tests of running campaigns when their wait is over, writes each look down with all it saw, and sends the
/// rest what the look says. It decides nothing itself: `Judgement` does, from the look alone.
package actor Judge: Stepper {
    package nonisolated let name = "judge"
    /// Between two looks after the planned one. They are paid for by a stricter boundary, so there is no hurry.
    private static let lookInterval: Duration = .minutes(15)
    /// While the test share is still being served.
    private static let servingInterval: Duration = .minutes(1)

    private let setup: EngineSetup
    private var nextWake: Moment?
    /// When the wait of a served test ends: known once, so that a ledger of millions is not asked every minute.
    private var due: [RunID: Moment] = [:]
    /// Runs without a test, tests that were decided, or whose rest is gone: there is nothing more to look at.
    private var over: Set<RunID> = []

    package init(_ setup: EngineSetup) { self.setup = setup }

    package func step(at now: Moment) async throws -> Moment? {
        nextWake = nil
        for run in try setup.ledger.liveRuns() where run.isPlanned && !run.isTest && !over.contains(run.id) {
            let campaign = try setup.ledger.revision(run.revision).campaign
            guard let request = campaign.experiment else {
                over.insert(run.id)
                continue
            }
            if run.state == .running {
                if let due = due[run.id], now < min(due, request.decideBy) {
                    wake(at: min(due, request.decideBy))
                    continue
                }
                due[run.id] = nil
                try setup.reigning { try consider(run, campaign, request, at: now) }
            }
            // A share is served, or a pause ends, without anybody ringing here; a plan rings.
            if due[run.id] == nil, !over.contains(run.id) { wake(at: now + Self.servingInterval) }
        }
        return nextWake
    }

    private func wake(at moment: Moment) { nextWake = nextWake.map { min($0, moment) } ?? moment }

    private func consider(
        _ run: RunRecord, _ campaign: Campaign, _ request: ExperimentRequest, at now: Moment
    ) throws {
        let looks = try setup.ledger.looks(of: run.id)
        // Sent, or held: a person decides now, and nothing of it moves by itself.
        guard !looks.contains(where: \.decides), let test = try setup.ledger.openTest(of: run.id) else {
            over.insert(run.id)
            return
        }
        let isLast = now >= request.decideBy
        if request.method == .bandit { return try explore(run, campaign, request, test, looks.count, isLast, at: now) }
        if !isLast {
            guard let last = test.lastStart else { return wake(at: request.decideBy) }
            let waited = last + request.wait
            due[run.id] = waited
            guard now >= waited else { return wake(at: min(waited, request.decideBy)) }
        }
        let look = TestLook(
            kind: try looks.contains(where: { try Self.spent($0) }) ? .later : .planned, isLast: isLast,
            arms: Self.figures(of: test, campaign, request.metric), onInconclusive: request.onInconclusive,
            optedOutMax: request.optedOutMax, reportedMax: request.reportedMax)
        let judgement = Judgement(of: look)
        if case .wait = judgement.action {
            due[run.id] = now + Self.lookInterval
            wake(at: min(now + Self.lookInterval, request.decideBy))
        }
        let seen = try Self.text(look)
        // A look that sees what the last one saw finds what that found.
        if case .wait = judgement.action, try looks.last.map({ try Self.arms(of: $0) }) == look.arms { return }
        try record(judgement, seen: seen, run, campaign, at: now)
    }

    /// The next batch once the last one is served and had time to answer; its shares follow from all that was seen.
    private func explore(
        _ run: RunRecord, _ campaign: Campaign, _ request: ExperimentRequest, _ test: OpenTest, _ batches: Int,
        _ isLast: Bool, at now: Moment
    ) throws {
        if !isLast {
            guard test.isServed else { return wake(at: request.decideBy) }
            if let waited = test.lastStart.map({ $0 + Self.batchWait(request) }), now < waited {
                due[run.id] = waited
                return wake(at: min(waited, request.decideBy))
            }
        }
        let look = TestLook(
            kind: .batch, isLast: isLast, arms: Self.figures(of: test, campaign, request.metric),
            onInconclusive: request.onInconclusive, optedOutMax: request.optedOutMax, reportedMax: request.reportedMax)
        try record(Judgement(of: look), seen: Self.text(look), run, campaign, batch: batches + 1, at: now)
    }

    /// From the last start of a bandit's batch to the next batch.
    static func batchWait(_ request: ExperimentRequest) -> Duration { max(request.wait, lookInterval) }

    private func record(
        _ judgement: Judgement, seen: String, _ run: RunRecord, _ campaign: Campaign, batch: Int = 0, at now: Moment
    ) throws {
        var demand = LookDemand(
            now: now, term: setup.term, run: run.id, seen: seen, found: try Self.text(judgement), decides: true,
            sends: nil)
        var arm: Int?
        switch judgement.action {
        case .wait: demand.decides = false
        case .hold: break
        case .send(let chosen):
            demand.sends = chosen
            arm = chosen
        case .batch(let shares):
            demand.decides = false
            let draw = Bandit.assignment(
                campaign: campaign.id, batch: batch, shares: shares.map(Share.init(tenThousandths:)))
            demand.batch = .init(people: Bandit.batchPeople) { draw.arm(of: $0) }
        }
        try setup.ledger.record(demand)
        let level: Logger.Level = judgement.finding == .brokenSplit ? .critical : .notice
        setup.logger.log(
            level: level, "test looked at",
            metadata: [
                "run": "\(run.name)", "finding": "\(judgement.finding.rawValue)",
                "sends": "\(arm.map { campaign.variants[$0].name } ?? "-")",
            ])
        setup.bells.finisher.ring()
        setup.bells.dispatcher.ring()
        setup.bells.reports.ring()
    }

    /// The planned look is spent by the first one that could have called a winner.
    private static func spent(_ look: LookRecord) throws -> Bool {
        switch try Self.value(Judgement.self, look.found).finding {
        case .brokenSplit, .fewDelivered, .fewConversions: false
        case .noClearLeader, .winner, .vetoed, .explores: true
        }
    }

    private static func arms(of look: LookRecord) throws -> [ArmFigures] { try value(TestLook.self, look.seen).arms }

    package static func figures(
        of test: OpenTest, _ campaign: Campaign, _ metric: ExperimentRequest.Metric
    ) -> [ArmFigures] {
        let counted = metric.conversion
        return campaign.variants.enumerated().map { index, variant in
            let arm = test.arms[index] ?? .init()
            return ArmFigures(
                name: variant.name, weight: variant.weight, assigned: arm.assigned, delivered: arm.delivered,
                conversions: arm.people[counted] ?? 0, optedOut: arm.people[.optedOut],
                reported: arm.people[.reported])
        }
    }

    // MARK: - Rows

    package static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    package static func value<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    /// Whether the row's finding is what its figures give, to the byte.
    package static func isSound(_ look: LookRecord) throws -> Bool {
        try text(Judgement(of: value(TestLook.self, look.seen))) == look.found
    }
}

extension ExperimentRequest.Metric {
    var conversion: Conversion {
        switch self {
        case .opened: .opened
        case .replied: .replied
        case .consulted: .consulted
        case .ordered: .ordered
        }
    }
}
