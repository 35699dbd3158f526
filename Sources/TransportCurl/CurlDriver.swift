import CCurl
import CCurlShim
import CampaignModel
import Foundation
import Ports
import Synchronization

/// The work of the transport's one thread.
///
/// `@unchecked` because all that is not in `shared` belongs to that thread.
final class CurlDriver: @unchecked Sendable {
    private enum Phase {
        /// Leaves to: closing.
        case open
        /// Nothing new is taken, nothing unsent is sent. Leaves to: ended.
        case closing(deadlineNanoseconds: Int64)
        /// The thread no longer touches libcurl, and nobody else may.
        case ended
    }

    private struct Shared {
        var phase = Phase.open
        var incoming: [ExchangeBatch] = []
        /// The thread was woken and has not looked yet: waking it again would be a system call for nothing.
        var isWoken = false
        var callsAtEnd: [@Sendable () -> Void] = []
    }

    let wireCount = WireCount()

    private let settings: TransportSettings
    /// Its `wake` and `turns` are for any thread.
    let pools: ConnectionPools
    private let shared = Mutex(Shared())

    // The thread's own.
    private var queue = ExchangeQueue()
    private var slots: [ExchangeSlot] = []
    private var idleSlots: [ExchangeSlot] = []
    private var lists = HeaderLists()
    private var urls = ParsedURLs()
    private var mailboxesWithEnds: [CurlMailbox] = []
    /// Over all mailboxes, not yet delivered.
    private var endsGathered = 0
    private var closingDeadline: Int64?

    /// Enough for a transaction to be worth its commit; more would leave the dispatcher idle meanwhile.
    private static let endsGatheredMax = 32

    /// libcurl's own longest wait; the thread is woken for whatever comes earlier.
    private static let pollMilliseconds: Int64 = 60_000

    init(settings: TransportSettings) throws {
        guard Self.library == CURLE_OK, let pools = ConnectionPools(connections: settings.concurrencyMax) else {
            throw TransportTrouble.libraryNotReady
        }
        self.settings = settings
        self.pools = pools
    }

    deinit {
        // Slots first: a handle must be gone before the multi handles, and one of those knew it.
        idleSlots.removeAll()
        slots.removeAll()
    }

    private static let library: CURLcode = curlshim_global_init()

    // MARK: from any thread

    /// False when the transport is closing.
    func takeOver(_ batch: ExchangeBatch) -> Bool {
        shared.withLock { shared in
            guard case .open = shared.phase else { return false }
            shared.incoming.append(batch)
            wake(&shared)
            return true
        }
    }

    func beginClosing(grace: Duration) {
        let (seconds, attoseconds) = max(.zero, min(grace, .seconds(86_400))).components
        let deadline = curlshim_monotonic_ns() + seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        shared.withLock { shared in
            switch shared.phase {
            case .open: shared.phase = .closing(deadlineNanoseconds: deadline)
            // A second call may shorten the grace, never lengthen it.
            case .closing(let earlier): shared.phase = .closing(deadlineNanoseconds: min(earlier, deadline))
            case .ended: return
            }
            wake(&shared)
        }
    }

    /// Calls once the thread has ended; at once when it already has.
    func whenEnded(_ call: @escaping @Sendable () -> Void) {
        let isEnded = shared.withLock { shared in
            if case .ended = shared.phase { return true }
            shared.callsAtEnd.append(call)
            return false
        }
        if isEnded { call() }
    }

    private func wake(_ shared: inout Shared) {
        guard !shared.isWoken else { return }
        shared.isWoken = true
        pools.wake()
    }

    // MARK: the thread

    func run() {
        curlshim_block_sigpipe()
        repeat {
            takeIncoming()
            startWaiting()
            work()
            reap()
            if isGraceOver { cutOff { _ in true } }
            deliver()
        } while !isDone
    }

    private func takeIncoming() {
        let (incoming, phase) = shared.withLock { shared in
            let incoming = shared.incoming
            if !incoming.isEmpty { shared.incoming = [] }
            shared.isWoken = false
            return (incoming, shared.phase)
        }
        if !incoming.isEmpty { queue.append(contentsOf: incoming) }
        guard case .closing(let deadline) = phase else { return }
        closingDeadline = deadline
        while let (exchange, mailbox) = queue.next() {
            end(exchange.id, of: mailbox, .notLeft(.closing))
        }
        // What is still connecting has not left, and shall not.
        cutOff { !$0.isOnTheWire }
    }

    private func startWaiting() {
        while !queue.isEmpty, let slot = freeSlot() {
            guard let (exchange, mailbox) = queue.next() else { return idleSlots.append(slot) }
            if let obstacle = slot.begin(exchange, for: mailbox, lists: &lists, urls: &urls) {
                idleSlots.append(slot)
                end(exchange.id, of: mailbox, .notLeft(obstacle))
            } else if !slot.join() {
                slot.free()
                idleSlots.append(slot)
                end(exchange.id, of: mailbox, .notLeft(.connectFailed))
            }
        }
    }

    private func freeSlot() -> ExchangeSlot? {
        if let slot = idleSlots.popLast() { return slot }
        guard slots.count < settings.concurrencyMax else { return nil }
        guard let slot = ExchangeSlot(slots.count, of: pools, settings: settings, wireCount: wireCount) else {
            // Out of memory: with slots at work the queue waits for one of them; without, it is refused.
            if slots.isEmpty { refuseQueue() }
            return nil
        }
        slots.append(slot)
        return slot
    }

    private func refuseQueue() {
        while let (exchange, mailbox) = queue.next() { end(exchange.id, of: mailbox, .notLeft(.connectFailed)) }
    }

    /// Waits until a connection, a timeout or a caller needs the thread, and lets libcurl do what is due.
    private func work() {
        var milliseconds = Self.pollMilliseconds
        if let closingDeadline {
            let left = max(0, closingDeadline - curlshim_monotonic_ns())
            milliseconds = min(milliseconds, left / 1_000_000 + 1)
            if idleSlots.count == slots.count { milliseconds = 0 }
        }
        // Slots have become free for what waits: no time to wait.
        if !queue.isEmpty, !idleSlots.isEmpty { milliseconds = 0 }
        // Ends that were found before the wait are not kept waiting with it.
        if !mailboxesWithEnds.isEmpty { milliseconds = 0 }
        // A failure here is one of memory or of libcurl itself, and no exchange can be trusted to go on.
        if !pools.turn(milliseconds: milliseconds) { cutOff { _ in true } }
    }

    /// True once the transport is closing and nothing is left to wait for.
    private var isDone: Bool {
        guard closingDeadline != nil, idleSlots.count == slots.count, queue.isEmpty else { return false }
        finish()
        return true
    }

    private func reap() {
        pools.forEachEnded { easy, code in
            guard let context = curlshim_get_private(easy) else { return }
            let slot = Unmanaged<ExchangeSlot>.fromOpaque(context).takeUnretainedValue()
            slot.leave()
            guard let mailbox = slot.mailbox else { return }
            if slot.takesFreshConnection(), slot.join() { return }
            let id = slot.id
            let result = slot.end(code: code)
            idleSlots.append(slot)
            end(id, of: mailbox, result)
        }
    }

    /// Ends exchanges under way without waiting for them; their connections are closed.
    private func cutOff(where isMeant: (ExchangeSlot) -> Bool) {
        for slot in slots where isMeant(slot) {
            guard let mailbox = slot.mailbox else { continue }
            slot.leave()
            let result: ExchangeResult = slot.isOnTheWire ? .lost(.orphaned) : .notLeft(.closing)
            let id = slot.id
            slot.free()
            idleSlots.append(slot)
            end(id, of: mailbox, result)
        }
    }

    private func end(_ id: UInt64, of mailbox: CurlMailbox, _ result: ExchangeResult) {
        if mailbox.add(ExchangeEnd(id: id, result: result)) { mailboxesWithEnds.append(mailbox) }
        endsGathered += 1
    }

    /// While sockets have something to say, ends are gathered: an owner that is woken for each of them writes a
    /// transaction for each of them. Nothing is kept waiting: the next turn does not wait, and the first that finds
    /// nothing to do delivers.
    private func deliver() {
        guard !pools.hasMore || endsGathered >= Self.endsGatheredMax || closingDeadline != nil else { return }
        endsGathered = 0
        for mailbox in mailboxesWithEnds { mailbox.deliverGathered() }
        mailboxesWithEnds.removeAll(keepingCapacity: true)
    }

    private var isGraceOver: Bool { closingDeadline.map { curlshim_monotonic_ns() >= $0 } ?? false }

    private func finish() {
        let calls = shared.withLock { shared in
            shared.phase = .ended
            let calls = shared.callsAtEnd
            shared.callsAtEnd = []
            return calls
        }
        for call in calls { call() }
    }
}
