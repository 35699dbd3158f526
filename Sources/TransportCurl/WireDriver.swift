import CCurl
import CCurlShim
import CampaignModel
import Foundation
import Ports
import Synchronization

/// The work of the transport's one thread: it owns all connections, gives them exchanges, and says how those ended.
///
/// `@unchecked` because all that is not in `shared` belongs to that thread.
final class WireDriver: @unchecked Sendable {
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
        /// The thread waits for longer than a glance. It is woken once: waking a thread that is up, or waking it again,
        /// would be a system call for nothing.
        var isAsleep = false
        var callsAtEnd: [@Sendable () -> Void] = []
    }

    let wireCount = WireCount()

    private let settings: TransportSettings
    /// Its `wake` is for any thread.
    private let set: EpollSet
    private let shared = Mutex(Shared())
    private let turnCount = Atomic<Int>(0)

    // The thread's own.
    private let connector: Connector
    private var connections: [WireConnection] = []
    private var queue = ExchangeQueue()
    /// Something has come into the queue, or a connection has become free, since the queue was looked at last.
    private var mayStart = false
    private var heads: RequestHeads
    /// Without a socket.
    private var empty: [WireConnection] = []
    /// Open, the longest unused first. Each has been looked at since its last exchange.
    private var idle: [WireConnection] = []
    /// Those whose exchange ended in this turn: a hang-up that came with its reply is seen in the next wait.
    private var resting: [WireConnection] = []
    /// No deadline of a connection is before it.
    private var nextDeadline = Int64.max
    private var now: Int64 = 0
    private var mailboxesWithEnds: [CurlMailbox] = []
    /// Over all mailboxes, not yet delivered.
    private var endsGathered = 0
    private let endsGatheredMax: Int
    /// How many descriptors had something to say in the last wait.
    private var told = 0
    private var closingDeadline: Int64?
    /// What was read and is being read out of. One for all: a reply is taken from it before the next is read.
    private let scratch = UnsafeMutableRawBufferPointer.allocate(
        byteCount: Connector.readBytesMax, alignment: 64)

    /// The thread's longest wait; it is woken for whatever comes earlier.
    private static let waitMillisecondsMax: Int64 = 60_000

    init(settings: TransportSettings) throws {
        guard Self.library == CURLE_OK, let set = EpollSet(), let connector = Connector(settings: settings, set: set)
        else { throw TransportTrouble.libraryNotReady }
        (self.settings, self.set, self.connector) = (settings, set, connector)
        heads = RequestHeads(userAgent: settings.userAgent)
        // Enough for a transaction to be worth its commit; more would leave the dispatcher idle meanwhile. Half as many
        // cost the dispatcher a third more at 64 on the wire.
        endsGatheredMax = max(32, settings.concurrencyMax / 4)
    }

    deinit {
        // Connections first: a handle must be gone before its multi handle.
        connections.removeAll()
        empty.removeAll()
        idle.removeAll()
        resting.removeAll()
        scratch.deallocate()
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

    /// How often the thread has waited so far.
    var turns: Int { turnCount.load(ordering: .relaxed) }

    private func wake(_ shared: inout Shared) {
        guard shared.isAsleep else { return }
        shared.isAsleep = false
        set.wake()
    }

    // MARK: the thread

    func run() {
        curlshim_block_sigpipe()
        now = curlshim_monotonic_ns()
        repeat {
            takeIncoming()
            wait()
            if now >= nextDeadline { giveUpWhatIsDue() }
            // Behind the wait, so that an idle connection that has hung up is seen before it is used.
            startWaiting()
            if !resting.isEmpty {
                idle.append(contentsOf: resting)
                resting.removeAll(keepingCapacity: true)
                mayStart = true
            }
            if isGraceOver { cutOff { _ in true } }
            deliver()
        } while !isDone
    }

    private func takeIncoming() {
        let (incoming, phase) = shared.withLock { shared in
            let incoming = shared.incoming
            if !incoming.isEmpty { shared.incoming = [] }
            return (incoming, shared.phase)
        }
        if !incoming.isEmpty {
            queue.append(contentsOf: incoming)
            mayStart = true
        }
        guard case .closing(let deadline) = phase else { return }
        closingDeadline = deadline
        while let (exchange, mailbox) = queue.next() {
            end(exchange.id, of: mailbox, .notLeft(.closing))
        }
        // What is still connecting has not left, and shall not.
        cutOff { $0.state == .connecting }
    }

    /// Waits until a connection, a deadline or a caller needs the thread, and does what sockets ask for.
    private func wait() {
        turnCount.wrappingAdd(1, ordering: .relaxed)
        var milliseconds = waitMilliseconds
        if milliseconds > 0, !fallAsleep() { milliseconds = 0 }
        told = 0
        var isWell = true
        while true {
            let found = set.wait(milliseconds: Int(milliseconds))
            if milliseconds > 0 {
                shared.withLock { $0.isAsleep = false }
                milliseconds = 0
            }
            guard let count = found else {
                isWell = false
                break
            }
            now = curlshim_monotonic_ns()
            for index in 0..<count { isWell = take(set.event(index)) && isWell }
            told += count
            // As long as there may be more, an idle connection may have hung up unseen.
            if count < EpollSet.eventsMax { break }
        }
        isWell = connector.runTimers(at: now) && isWell
        connector.forEachEnded { easy, code in
            if let connection = WireConnection.of(easy) { connected(connection, code) }
        }
        // A failure here is one of memory or of libcurl itself, and no exchange can be trusted to go on.
        if !isWell { cutOff { _ in true } }
    }

    /// False when something has come since the last look. What comes from here on ends the wait.
    private func fallAsleep() -> Bool {
        shared.withLock { shared in
            guard shared.incoming.isEmpty, isKnown(shared.phase) else { return false }
            shared.isAsleep = true
            return true
        }
    }

    private func isKnown(_ phase: Phase) -> Bool {
        guard case .closing(let deadline) = phase else { return closingDeadline == nil }
        return closingDeadline == deadline
    }

    private var waitMilliseconds: Int64 {
        // Ends that were found before the wait are not kept waiting with it, nor is what can start.
        if !mailboxesWithEnds.isEmpty || (mayStart && !queue.isEmpty) { return 0 }
        if closingDeadline != nil, isNothingUnderWay { return 0 }
        var moment = nextDeadline
        if let closingDeadline { moment = min(moment, closingDeadline) }
        if let other = connector.nextMoment { moment = min(moment, other) }
        guard moment > now else { return 0 }
        guard moment - now < Self.waitMillisecondsMax * 1_000_000 else { return Self.waitMillisecondsMax }
        // Rounded up: a wait that ends early would find nothing due and spin.
        return (moment - now + 999_999) / 1_000_000
    }

    /// False on a failure of libcurl itself.
    private func take(_ event: (whose: EpollSet.Whose, sight: EpollSet.Sight)) -> Bool {
        switch event.whose {
        case .waker: return true
        case .connector(let pool, let socket): return connector.tell(pool: pool, socket: socket, event.sight)
        case .connection(let number, let life):
            guard connections.indices.contains(number) else { return true }
            let connection = connections[number]
            // An event of a connection that is no more.
            guard connection.life == life else { return true }
            switch connection.state {
            case .empty, .connecting: return true
            case .busy: follow(connection.take(event.sight, scratch: scratch), of: connection)
            case .idle:
                guard event.sight.contains(.hungUp) || !connection.isSilent(scratch: scratch) else { return true }
                clearUnused(connection)
            }
            return true
        }
    }

    private func connected(_ connection: WireConnection, _ code: CURLcode) {
        guard connection.state == .connecting else { return }
        guard code == CURLE_OK else { return finish(connection, .notConnected(code, connection.stage)) }
        guard connection.open(scratch: scratch) else { return finish(connection, .broke) }
        follow(connection.leave(), of: connection)
    }

    private func follow(_ step: WireConnection.Step, of connection: WireConnection) {
        if case .ended(let cause) = step { finish(connection, cause) }
    }

    // MARK: starting

    private func startWaiting() {
        guard mayStart else { return }
        mayStart = false
        while let (exchange, mailbox) = queue.first {
            guard let head = heads.head(of: exchange.request) else {
                queue.removeFirst()
                end(exchange.id, of: mailbox, .notLeft(.notRenderable))
                continue
            }
            let destination = head.destination
            if let at = idle.lastIndex(where: { $0.destination?.reaches(destination) ?? false }) {
                let connection = idle.remove(at: at)
                queue.removeFirst()
                load(exchange, head, for: mailbox, on: connection)
                follow(connection.leave(), of: connection)
                continue
            }
            // One that has just been used will be there in the next turn.
            if resting.contains(where: { $0.destination?.reaches(destination) ?? false }) { return }
            guard let connection = emptyConnection() else {
                // Out of memory: with connections at work the queue waits for one of them; without, it is refused.
                if !connections.isEmpty { return }
                queue.removeFirst()
                end(exchange.id, of: mailbox, .notLeft(.connectFailed))
                continue
            }
            queue.removeFirst()
            load(exchange, head, for: mailbox, on: connection)
            connect(connection, to: destination)
        }
    }

    private func load(
        _ exchange: Exchange, _ head: RequestHead, for mailbox: CurlMailbox, on connection: WireConnection
    ) {
        let deadline = now + Int64(exchange.timeout.curlMilliseconds) * 1_000_000
        nextDeadline = min(nextDeadline, deadline)
        connection.load(exchange, head: head, for: mailbox, deadline: deadline)
    }

    private func connect(_ connection: WireConnection, to destination: Destination) {
        let left = Duration.nanoseconds(max(0, connection.deadline - now))
        guard connection.connect(to: destination, timeout: min(settings.connectTimeout, left)) else {
            return finish(connection, .notConnected(CURLE_OUT_OF_MEMORY, .connecting))
        }
    }

    /// One without a socket: unused so far, new, or for which the connection that was idle longest goes.
    private func emptyConnection() -> WireConnection? {
        if let connection = empty.popLast() { return connection }
        if connections.count < settings.concurrencyMax {
            let connection = WireConnection(connections.count, connector: connector, set: set, wireCount: wireCount)
            if let connection {
                connections.append(connection)
                return connection
            }
        }
        guard !idle.isEmpty else { return nil }
        let oldest = idle.removeFirst()
        oldest.close()
        return oldest
    }

    // MARK: ending

    /// The exchange is over, and the connection stays or goes.
    private func finish(_ connection: WireConnection, _ cause: EndSight.Cause) {
        if case .broke = cause, closingDeadline == nil, let destination = connection.destination,
            connection.takesSecondTry()
        {
            // Nothing has left: the connection had died unseen while it was idle.
            connection.close(keepsExchange: true)
            return connect(connection, to: destination)
        }
        let result: ExchangeResult =
            switch EndJudgement.judge(connection.sight(cause)) {
            case .complete: .complete(connection.takeResponse())
            case .notLeft(let obstacle): .notLeft(obstacle)
            case .lost(let loss): .lost(loss)
            }
        if let mailbox = connection.mailbox { end(connection.id, of: mailbox, result) }
        connection.unload()
        guard connection.isReusable(after: cause) else { return clear(connection) }
        let deadline = now + Int64(settings.idleConnectionAgeMax.curlMilliseconds) * 1_000_000
        nextDeadline = min(nextDeadline, deadline)
        connection.rest(until: deadline)
        resting.append(connection)
    }

    /// One without an exchange.
    private func clearUnused(_ connection: WireConnection) {
        idle.removeAll { $0 === connection }
        resting.removeAll { $0 === connection }
        clear(connection)
    }

    private func clear(_ connection: WireConnection) {
        connection.close()
        empty.append(connection)
        mayStart = true
    }

    private func giveUpWhatIsDue() {
        nextDeadline = .max
        for connection in connections {
            if connection.deadline <= now { giveUp(connection) }
            nextDeadline = min(nextDeadline, connection.deadline)
        }
    }

    private func giveUp(_ connection: WireConnection) {
        switch connection.state {
        case .empty: break
        case .connecting: finish(connection, .notConnected(CURLE_OPERATION_TIMEDOUT, connection.stage))
        case .busy: finish(connection, .timedOut)
        case .idle: clearUnused(connection)
        }
    }

    /// Ends exchanges under way without waiting for them; their connections are closed.
    private func cutOff(where isMeant: (WireConnection) -> Bool) {
        for connection in connections where isMeant(connection) {
            switch connection.state {
            case .empty, .idle: break
            case .connecting, .busy: finish(connection, .closing)
            }
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
        guard told == 0 || endsGathered >= endsGatheredMax || closingDeadline != nil else { return }
        endsGathered = 0
        for mailbox in mailboxesWithEnds { mailbox.deliverGathered() }
        mailboxesWithEnds.removeAll(keepingCapacity: true)
    }

    private var isGraceOver: Bool { closingDeadline.map { curlshim_monotonic_ns() >= $0 } ?? false }

    private var isNothingUnderWay: Bool {
        queue.isEmpty && empty.count + idle.count + resting.count == connections.count
    }

    /// True once the transport is closing and nothing is left to wait for.
    private var isDone: Bool {
        guard closingDeadline != nil, isNothingUnderWay, mailboxesWithEnds.isEmpty else { return false }
        for connection in idle + resting { clear(connection) }
        idle.removeAll()
        resting.removeAll()
        let calls = shared.withLock { shared in
            shared.phase = .ended
            let calls = shared.callsAtEnd
            shared.callsAtEnd = []
            return calls
        }
        for call in calls { call() }
        return true
    }
}
