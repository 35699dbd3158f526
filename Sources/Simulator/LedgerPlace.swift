import Ports

/// Where the simulated daemon finds its ledger: handed in from outside, so that any ledger can be simulated.
package protocol LedgerPlace: Sendable {
    /// Opens the ledger as a starting daemon does, through its recovery. Called again after each crash.
    func open() throws -> any Ledger
    /// Lets go of a ledger that `open` gave.
    func close(_ ledger: any Ledger) throws
    /// Runs a statement behind the ledger's back: how planted faults touch rows. Never called without a mutation.
    func damage(_ sql: String) throws
}
