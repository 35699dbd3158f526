import CampaignModel
import Ports
import Synchronization

/// One service's mailbox: hands exchanges to the transport's thread and keeps their ends until they are collected.
///
/// `@unchecked` because `gathered` has no lock: it belongs to the transport's thread.
final class CurlMailbox: Mailbox, @unchecked Sendable {
    private let driver: WireDriver
    private let arrival: @Sendable () -> Void
    private let ends = Mutex<[ExchangeEnd]>([])

    /// Ends that are gathered, not yet collectable.
    private var gathered: [ExchangeEnd] = []

    init(driver: WireDriver, arrival: @escaping @Sendable () -> Void) {
        (self.driver, self.arrival) = (driver, arrival)
    }

    func submit(_ exchanges: [Exchange]) {
        guard !exchanges.isEmpty else { return }
        if driver.takeOver(ExchangeBatch(mailbox: self, exchanges: exchanges)) { return }
        deliver(exchanges.map { ExchangeEnd(id: $0.id, result: .notLeft(.closing)) })
    }

    func collect() -> [ExchangeEnd] {
        ends.withLock { ends in
            let collected = ends
            ends = []
            return collected
        }
    }

    /// On the transport's thread. True for the first end since the last delivery.
    func add(_ end: ExchangeEnd) -> Bool {
        gathered.append(end)
        return gathered.count == 1
    }

    /// On the transport's thread: one lock and one call for all ends that were gathered.
    func deliverGathered() {
        let some = gathered
        // The buffer goes with its ends: most often the owner gets it as it is.
        gathered = []
        gathered.reserveCapacity(min(some.count, 1_024))
        deliver(some)
    }

    private func deliver(_ some: [ExchangeEnd]) {
        guard !some.isEmpty else { return }
        ends.withLock { if $0.isEmpty { $0 = some } else { $0.append(contentsOf: some) } }
        arrival()
    }
}

/// What one call of `submit` handed over.
struct ExchangeBatch: Sendable {
    let mailbox: CurlMailbox
    let exchanges: [Exchange]
}

/// Exchanges that wait for a connection, first come, first served over all mailboxes. Unbounded: `submit` cannot refuse,
/// so its callers hold the bound.
struct ExchangeQueue {
    private var batches: [ExchangeBatch] = []
    private var batchAt = 0
    private var exchangeAt = 0

    var isEmpty: Bool { batchAt == batches.count }

    mutating func append(contentsOf more: [ExchangeBatch]) {
        if batchAt > 0 {
            batches.removeFirst(batchAt)
            batchAt = 0
        }
        batches.append(contentsOf: more)
    }

    /// The one whose turn it is.
    var first: (exchange: Exchange, mailbox: CurlMailbox)? {
        guard batchAt < batches.count else { return nil }
        return (batches[batchAt].exchanges[exchangeAt], batches[batchAt].mailbox)
    }

    mutating func removeFirst() {
        guard batchAt < batches.count else { return }
        exchangeAt += 1
        guard exchangeAt == batches[batchAt].exchanges.count else { return }
        exchangeAt = 0
        batchAt += 1
        guard batchAt == batches.count else { return }
        batches.removeAll(keepingCapacity: true)
        batchAt = 0
    }

    mutating func next() -> (exchange: Exchange, mailbox: CurlMailbox)? {
        defer { removeFirst() }
        return first
    }
}
