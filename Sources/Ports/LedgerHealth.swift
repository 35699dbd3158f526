/// What a ledger knows about the disk under it. A protocol of its own: only a ledger that lives on one has it.
package protocol LedgerHealth: Sendable {
    /// Why writes are refused for now, in the store's own words; nil while they succeed. Nothing is started meanwhile, and
    /// what comes back from the wire is kept until it can be written.
    var storageTrouble: String? { get }
}
