import CampaignModel
import Channels
import Logging
import Ports
import SendingRules

/// Works on what arrived: consents, echoes that settle unknown attempts, replies, opt-outs, withdrawn permissions. What
/// it does is idempotent on content, so a repeat, another order, or a kill between two steps changes nothing.
package actor EvidenceKeeper: Stepper {
    package nonisolated let name = "evidence"
    private static let arrivalsAtOnce = 200
    /// What came before its attempt had an outcome is looked at again this often.
    private static let catchUpInterval: Duration = .seconds(2)
    private static let sweepInterval: Duration = .hours(1)
    /// The platform repeats within minutes; effects know their repeats for ever.
    private static let arrivalsKept: Duration = .days(7)
    /// Rule 24: what nobody could understand may hold people's words.
    private static let setAsideKept: Duration = .days(90)

    private let setup: EngineSetup
    private let reader: EvidenceReader
    private var lastSweep: Moment?

    package init(_ setup: EngineSetup) {
        self.setup = setup
        reader = EvidenceReader(setup: setup)
    }

    package func step(at now: Moment) async throws -> Moment? {
        _ = setup.bells.evidence.take()
        let arrivals = try setup.ledger.arrivals(limit: Self.arrivalsAtOnce)
        // Each at once: what is durable is not worked on again, so an error after it must not keep it from the wire.
        react(to: try setup.reigning { try apply(arrivals, at: now) })
        let caughtUp = try setup.reigning {
            try setup.ledger.catchUp(
                CatchUpDemand(now: now, term: setup.term, unknownFinalAfter: setup.limits.unknownFinalAfter))
        }
        react(to: caughtUp)
        for step in caughtUp.refused {
            setup.logger.error("an event or echo that waited was left alone", metadata: ["why": "\(step.why)"])
        }
        try sweep(at: now)
        if arrivals.count == Self.arrivalsAtOnce { return now }
        // Whatever arrives rings; nothing else can be due while nothing waits for the wire.
        return now + (caughtUp.waiting > 0 ? Self.catchUpInterval : Self.sweepInterval)
    }

    private func apply(_ arrivals: [Arrival], at now: Moment) throws -> EvidenceResult {
        guard !arrivals.isEmpty else { return EvidenceResult() }
        let readings = arrivals.map { reader.reading(of: $0) }
        var demand = EvidenceDemand(
            now: now, term: setup.term,
            steps: zip(arrivals, readings).map { arrival, reading in
                EvidenceDemand.Step(
                    reading.evidence,
                    conclusion: .init(arrival: arrival.id, note: reading.note, keepsBody: !reading.isUnderstood))
            }, unknownFinalAfter: setup.limits.unknownFinalAfter,
            stockPerAuthorization: setup.stockPerAuthorization)
        demand.enrol = setup.enrolling
        let result = try setup.ledger.apply(demand)
        var reasons = zip(arrivals, readings).filter { !$1.isUnderstood }.map { ($0.id, $1.note) }
        reasons += result.refused.map { (arrivals[$0.place].id, $0.why) }
        for (arrival, why) in reasons {
            setup.logger.warning(
                "a callback was set aside", metadata: ["arrival": "\(arrival)", "why": "\(why)"])
        }
        return result
    }

    private func react(to result: EvidenceResult) {
        for person in result.denied { setup.board.deny(person) }
        for account in result.stopped {
            setup.board.closeAccount(account)
            setup.logger.critical(
                "the account took its permission away; nothing is sent until somebody releases it",
                metadata: ["account": "\(setup.account(account)?.record.name ?? "?")"])
        }
        if result.strayEchoes > 0 {
            setup.logger.critical(
                "the platform tells of messages that the ledger does not know",
                metadata: ["count": "\(result.strayEchoes)"])
        }
        if result.uncredited > 0 {
            setup.logger.error(
                "events hold and are in nobody's figures, which could not be written",
                metadata: ["count": "\(result.uncredited)"])
        }
        if result.settled > 0 {
            setup.logger.notice(
                "unknown attempts settled by the platform's echo", metadata: ["count": "\(result.settled)"])
            setup.bells.reports.ring()
            setup.bells.planner.ring()
        }
        if result.occasions > 0 || result.consents > 0 || !result.denied.isEmpty || !result.stopped.isEmpty {
            setup.bells.dispatcher.ring()
        }
    }

    private func sweep(at now: Moment) throws {
        if let lastSweep, now < lastSweep + Self.sweepInterval { return }
        lastSweep = now
        _ = try setup.reigning {
            try setup.ledger.sweepArrivals(
                before: now - Self.arrivalsKept, setAsideBefore: now - Self.setAsideKept, limit: 10_000,
                term: setup.term)
        }
    }
}

/// Somebody who may tell events over HTTP, proved by a key.
package struct PartnerSetup: Sendable {
    package var name: String
    package var key: Secret
    package init(name: String, key: Secret) {
        self.name = name
        self.key = key
    }
}
