import CampaignModel

/// The durable record. It carries out; it never judges: what may start is decided by the closure handed to `start`.
///
/// Every verb takes one parameter struct that holds `now` and, where it writes, the term of the daemon's reign. A write
/// with an older term throws `LedgerError.fenced` and changes nothing. Verbs are synchronous: one transaction, one
/// moment, one pair of brackets.
package protocol Ledger: DeliveryLedger, CampaignLedger, ConsentLedger, ControlLedger, LedgerReading, AuditLedger,
    ReviewLedger, RecallLedger, AccountLedger, ExportLedger, EvidenceLedger, SealLedger, ErasureLedger,
    ExperimentLedger, GhostLedger, ReportLedger, SessionLedger, PagesLedger, TokenLedger
{}

package enum LedgerError: Error, Equatable {
    /// Another daemon has begun a reign since. This one must stop writing.
    case fenced(current: Term)
    /// The disk refused: nothing of the transaction was kept. Sending stops until it succeeds again.
    case storage(String)
    /// What was to be written breaks a rule of the tables: nothing of the transaction was kept. The disk is well, and trying
    /// the same again is no use.
    case refusedRow(String)
    case unknownRun(String)
    case unknownAccount(String)
    /// The campaign id belongs to another author.
    case campaignTaken(author: String)
    /// The act makes no sense in the run's state.
    case notPossible(state: RunState)
    /// The file was written by a newer version.
    case newerSchema(String)
    case corrupt(String)
}

extension LedgerError {
    /// Asked of a ledger whose daemon is on its way out.
    package static let closing = LedgerError.storage("the ledger is being closed")
}
