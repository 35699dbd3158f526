import CampaignModel

/// What tells a ledger from its copies and its own past.
package protocol SealLedger: Sendable {
    func mark() throws -> LedgerMark
    /// Raises the beat when something was written since the last one; nil when nothing was. Durable before it returns.
    func beat(at now: Moment, term: Term) throws -> LedgerMark?
    /// The seal has been written: without it, this ledger is out of its place from now on.
    func confirmSeal() throws
    /// Takes a ledger in doubt into use. Whatever may have been sent in the time that it does not know is never sent
    /// again: `AcceptReceipt`. No daemon may reign meanwhile.
    func accept(_ demand: AcceptDemand) throws -> AcceptReceipt
}

/// Where the seal lies. Outside of the database, so that replacing one does not replace the other.
package protocol SealStore: Sendable {
    /// nil when there is none; throws when there is one and it cannot be read.
    func read() throws -> LedgerSeal?
    /// Whole and durable before it returns, or as it was.
    func write(_ seal: LedgerSeal) throws
    func place() throws -> SealPlace
}

package struct AcceptDemand: Sendable {
    package var now: Moment
    package var person: String
    package var seal: LedgerSeal?
    package init(now: Moment, person: String, seal: LedgerSeal?) {
        (self.now, self.person, self.seal) = (now, person, seal)
    }
}

package struct AcceptReceipt: Sendable, Equatable {
    /// The time of which nobody knows what was sent.
    package var unknownFrom: Moment
    package var unknownUntil: Moment
    /// Runs that began in or before that time and were not over: what they had not sent is not sent.
    package var runs: Int
    /// People of those runs who may have been contacted and are skipped.
    package var people: Int
    /// Accounts that send nothing until then: how much of the day they have used is not known.
    package var accounts: Int
    package var closedUntil: Moment
    /// Approved runs that had not begun: paused, because whoever cancelled or paused one meanwhile is forgotten.
    package var held: Int
    package init(
        unknownFrom: Moment, unknownUntil: Moment, runs: Int, people: Int, accounts: Int, closedUntil: Moment, held: Int
    ) {
        (self.held, self.unknownFrom, self.unknownUntil, self.runs) = (held, unknownFrom, unknownUntil, runs)
        (self.people, self.accounts, self.closedUntil) = (people, accounts, closedUntil)
    }
}
