import CampaignModel
import Engine
import Foundation
import LedgerSQLite
import Logging
import Ports

/// Looks for contradictions in the ledger: before the first byte where that takes no time, beside the work where a million
/// deliveries would keep everybody waiting for seconds after a crash. Whatever it finds stops all sending for good.
///
/// A crash cannot make a contradiction, because every change is one transaction; it takes a defect or rot. That is why
/// waiting for the whole walk before each start was refused.
actor Examiner: Stepper {
    nonisolated let name = "examiner"

    /// Up to so many attempts the walk is over in a blink.
    private static let attemptsAtOnceMax = 50_000

    private let setup: EngineSetup
    private let ledger: LedgerSQLite
    private var isDone = false

    init(_ setup: EngineSetup, ledger: LedgerSQLite) { (self.setup, self.ledger) = (setup, ledger) }

    /// - Returns: nil when the ledger is small and was walked through already.
    static func start(_ setup: EngineSetup, ledger: LedgerSQLite) throws -> Examiner? {
        guard try ledger.attemptCount(atMost: attemptsAtOnceMax) < attemptsAtOnceMax else {
            return Examiner(setup, ledger: ledger)
        }
        try stop(setup, for: ledger.violations())
        return nil
    }

    func step(at now: Moment) async throws -> Moment? {
        guard !isDone else { return nil }
        // A stop ends the walk; the next daemon begins it anew.
        let found = try ledger.violations()
        isDone = true
        try Self.stop(setup, for: found)
        return nil
    }

    private static func stop(_ setup: EngineSetup, for violations: [String]) throws {
        guard !violations.isEmpty else { return }
        setup.board.stopAll(true)
        for violation in violations.prefix(20) {
            setup.logger.critical("the ledger contradicts itself", metadata: ["where": "\(violation)"])
        }
        _ = try setup.ledger.setStop(true, person: "curfew", at: setup.clock.now(), term: setup.term)
    }
}
