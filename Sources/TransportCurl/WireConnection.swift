import CCurl
import CCurlShim
import CampaignModel
import Foundation
import Ports
import Synchronization
import Wire

/// How many requests may have left and have not ended. Read from any thread.
final class WireCount: Sendable {
    private let count = Atomic<Int>(0)
    func add(_ change: Int) { count.wrappingAdd(change, ordering: .relaxed) }
    var value: Int { count.load(ordering: .relaxed) }
}

/// One connection, used for one exchange after the other, and the exchange on it. Touched by the transport's thread only.
///
/// The wall against repetition stands here: libcurl never sees a request, `leave` is called once for each connection that
/// the exchange is given, and only an exchange of which no connection has taken a byte may be given another. Over TLS a
/// call that took nothing may still have put a part of it on the wire, so there the call itself counts.
final class WireConnection {
    enum State {
        /// No socket. Leaves to: connecting.
        case empty
        /// libcurl is at work, for the exchange that waits here. Leaves to: busy, empty.
        case connecting
        /// The exchange may leave, or has left. Leaves to: idle, empty.
        case busy
        /// Open, with nothing to say. Leaves to: busy, empty.
        case idle
    }

    /// What an event on a busy connection came to.
    enum Step {
        case goesOn
        case ended(EndSight.Cause)
    }

    let number: Int
    private let easy: UnsafeMutableRawPointer
    private let multi: UnsafeMutableRawPointer
    private let set: EpollSet
    private let wireCount: WireCount

    private(set) var state = State.empty
    /// Which of the connections that this number has stood for.
    private(set) var life: UInt32 = 1
    /// Monotonic nanoseconds: when the exchange is given up, or the idle connection closed.
    private(set) var deadline = Int64.max
    private(set) var destination: Destination?
    private var socket: Int32 = -1
    /// Something happened after which nobody may be sent over it.
    private var isSpoiled = false

    // The exchange.
    private(set) var id: UInt64 = 0
    private(set) var mailbox: CurlMailbox?
    private var lastLook: (@Sendable () -> Obstacle?)?
    private(set) var hasLeft = false
    private var isCounted = false
    private var isSecondTry = false
    private var isFresh = false
    private var reply = ReplyReader()

    /// The request as it goes to the wire, head and body. It stays where it is until the exchange is over: what OpenSSL
    /// could not write must be given to it again from the same place.
    private var out: UnsafeMutableRawPointer
    private var outCapacity = 1_024
    private var outCount = 0
    private var outAt = 0
    /// The head at the beginning of `out`.
    private var head: RequestHead?
    static let outCapacityKept = 256 << 10

    init?(_ number: Int, connector: Connector, set: EpollSet, wireCount: WireCount) {
        guard let easy = connector.newHandle() else { return nil }
        self.number = number
        self.easy = easy
        self.set = set
        self.wireCount = wireCount
        multi = connector.multi(of: number)
        out = .allocate(byteCount: outCapacity, alignment: 16)
        curlshim_set_pointer(easy, CURLOPT_PRIVATE, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit {
        close()
        curl_easy_cleanup(easy)
        out.deallocate()
    }

    static func of(_ easy: UnsafeMutableRawPointer) -> WireConnection? {
        curlshim_get_private(easy).map { Unmanaged<WireConnection>.fromOpaque($0).takeUnretainedValue() }
    }

    private var isSecure: Bool { destination?.isSecure ?? false }

    // MARK: - The exchange

    /// Takes the exchange over. It then either leaves over the connection that there is, or connects.
    func load(_ exchange: Exchange, head: RequestHead, for mailbox: CurlMailbox, deadline: Int64) {
        id = exchange.id
        self.mailbox = mailbox
        lastLook = exchange.lastLook
        self.deadline = deadline
        hasLeft = false
        isSecondTry = false
        reply.begin(bodyBytesMax: exchange.responseBytesMax)
        write(head, exchange.request.body)
    }

    private func write(_ head: RequestHead, _ body: [UInt8]) {
        // Twenty digits and two line ends.
        let countMax = head.bytes.count + body.count + 24
        if countMax > outCapacity {
            out.deallocate()
            outCapacity = countMax + countMax / 2
            out = .allocate(byteCount: outCapacity, alignment: 16)
            self.head = nil
        }
        if self.head !== head {
            head.bytes.withUnsafeBytes { out.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
            self.head = head
        }
        outAt = 0
        outCount = head.bytes.count
        guard head.method == .post else { return }
        outCount += Self.write(body.count, to: out + outCount)
        out.storeBytes(of: UInt32(0x0A0D_0A0D).littleEndian, toByteOffset: outCount, as: UInt32.self)
        outCount += 4
        body.withUnsafeBytes { source in
            if let start = source.baseAddress { (out + outCount).copyMemory(from: start, byteCount: source.count) }
        }
        outCount += body.count
    }

    /// - Returns: how many digits it wrote.
    private static func write(_ number: Int, to place: UnsafeMutableRawPointer) -> Int {
        var digits = 1
        var rest = number / 10
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        rest = number
        for at in (0..<digits).reversed() {
            place.storeBytes(of: UInt8(ascii: "0") + UInt8(rest % 10), toByteOffset: at, as: UInt8.self)
            rest /= 10
        }
        return digits
    }

    /// Hands the handle to libcurl. False when it does not take it.
    func connect(to destination: Destination, timeout: Duration) -> Bool {
        self.destination = destination
        state = .connecting
        isSpoiled = false
        isFresh = true
        let codes = [
            curlshim_set_url(easy, destination.url.handle),
            curlshim_set_text(easy, CURLOPT_UNIX_SOCKET_PATH, destination.unixSocket),
            curlshim_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, timeout.curlMilliseconds),
        ]
        return codes.allSatisfy { $0 == CURLE_OK } && curl_multi_add_handle(multi, easy) == CURLM_OK
    }

    /// libcurl has connected. False when the connection is no use: it spoke, or ended, before it was asked anything.
    func open(scratch: UnsafeMutableRawBufferPointer) -> Bool {
        state = .busy
        socket = curlshim_get_socket(easy)
        let whose = EpollSet.Whose.connection(number: number, life: life)
        guard socket >= 0, set.watch(socket, as: whose, for: [.input, .output, .edges]), isSilent(scratch: scratch)
        else { return false }
        if isSecure { curlshim_tls_read_ahead(easy) }
        return true
    }

    /// How far a connection had come that was not made.
    var stage: EndSight.Stage {
        if curlshim_get_offset(easy, CURLINFO_NAMELOOKUP_TIME_T) == 0 { return .resolving }
        return isSecure && curlshim_get_long(easy, CURLINFO_PRIMARY_PORT) != 0 ? .securing : .connecting
    }

    /// Looks a last time, and lets the request leave. Nothing but this ever writes a request's first byte.
    func leave() -> Step {
        state = .busy
        if let obstacle = lastLook?() { return .ended(.refused(obstacle)) }
        // Before the first byte: who counts what is on the wire may see it arrive.
        if !isCounted {
            isCounted = true
            wireCount.add(1)
        }
        return write()
    }

    /// True once for an exchange of which a connection that had been idle has taken nothing before it broke: it may
    /// start again on a new one.
    func takesSecondTry() -> Bool {
        guard !hasLeft, !isFresh, !isSecondTry else { return false }
        isSecondTry = true
        return true
    }

    func sight(_ cause: EndSight.Cause) -> EndSight {
        EndSight(
            cause: cause, hasLeft: hasLeft, hasLeftWhole: outAt == outCount, replyHasBegun: reply.hasBegun,
            status: reply.status)
    }

    func takeResponse() -> HTTPResponse { reply.takeResponse() }

    /// Whether another exchange may follow over this connection after the one that ended so.
    func isReusable(after cause: EndSight.Cause) -> Bool {
        guard !isSpoiled, destination?.isReusable ?? false else { return false }
        switch cause {
        // Nothing was written.
        case .refused: return true
        case .replied(.whole): return outAt == outCount && reply.keepsConnection
        default: return false
        }
    }

    /// Lets go of the exchange.
    func unload() {
        if isCounted { wireCount.add(-1) }
        isCounted = false
        mailbox = nil
        lastLook = nil
        if outCapacity > Self.outCapacityKept {
            out.deallocate()
            outCapacity = 1_024
            out = .allocate(byteCount: outCapacity, alignment: 16)
            head = nil
        }
    }

    /// The connection stays, with nothing on it.
    func rest(until deadline: Int64) {
        state = .idle
        isFresh = false
        self.deadline = deadline
    }

    /// The connection goes, whatever it is at. An exchange that is to start again on another keeps its time.
    func close(keepsExchange: Bool = false) {
        if !keepsExchange { deadline = .max }
        guard state != .empty else { return }
        if socket >= 0 { set.forget(socket) }
        socket = -1
        curl_multi_remove_handle(multi, easy)
        // What its socket still has to say is about a connection that is no more.
        life = life == 0x7FFF_FFFF ? 1 : life + 1
        state = .empty
        destination = nil
    }

    // MARK: - Bytes

    /// What an event on a busy connection comes to.
    func take(_ sight: EpollSet.Sight, scratch: UnsafeMutableRawBufferPointer) -> Step {
        // A reply before the request was whole ends the request: nothing of it is written any more.
        if sight.contains(.output), outAt < outCount, !reply.isFinal {
            if case .ended(let cause) = write() { return .ended(cause) }
        }
        guard sight.contains(.input) || sight.contains(.hungUp) else { return .goesOn }
        return read(isHungUp: sight.contains(.hungUp), scratch: scratch)
    }

    /// Whether an idle connection still has nothing to say. What it says belongs to no request, and can be the reply to
    /// none.
    func isSilent(scratch: UnsafeMutableRawBufferPointer) -> Bool {
        var count = 0
        // TLS speaks by itself, of tickets and keys, without a byte for us.
        return curl_easy_recv(easy, scratch.baseAddress, scratch.count, &count) == CURLE_AGAIN
    }

    private func write() -> Step {
        while outAt < outCount {
            var taken = 0
            let code = curl_easy_send(easy, out + outAt, outCount - outAt, &taken)
            if taken > 0 || isSecure { hasLeft = true }
            outAt += taken
            if code == CURLE_AGAIN || (code == CURLE_OK && taken == 0) { return .goesOn }
            guard code == CURLE_OK else { return hasLeft ? readWhatIsThere() : .ended(.broke) }
        }
        return .goesOn
    }

    /// The request cannot be written to its end. A gateway that refuses a request hangs up on the rest of it.
    private func readWhatIsThere() -> Step {
        isSpoiled = true
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 4_096, alignment: 16)
        defer { scratch.deallocate() }
        let step = read(isHungUp: true, scratch: scratch)
        if case .goesOn = step { return .ended(.broke) }
        return step
    }

    /// Reads until there is nothing more.
    private func read(isHungUp: Bool, scratch: UnsafeMutableRawBufferPointer) -> Step {
        if isHungUp { isSpoiled = true }
        while true {
            var count = 0
            let code = curl_easy_recv(easy, scratch.baseAddress, scratch.count, &count)
            switch code {
            case CURLE_AGAIN: return reply.end.map { .ended(.replied($0)) } ?? .goesOn
            case CURLE_OK where count > 0:
                let used = reply.end == nil ? reply.take(UnsafeRawBufferPointer(rebasing: scratch[..<count])) : 0
                // More than one reply was asked for by nobody.
                if used < count { isSpoiled = true }
                if let end = reply.end, isSpoiled || end != .whole { return .ended(.replied(end)) }
                // The usual reply: all of it in one reading that left nothing behind. Of what comes later the set will
                // tell; of what TLS has taken in already it would not.
                if let end = reply.end, !isSecure, count < scratch.count, !isHungUp { return .ended(.replied(end)) }
            case CURLE_OK:
                isSpoiled = true
                reply.takeEnd()
                return .ended(reply.end.map { .replied($0) } ?? .broke)
            default:
                isSpoiled = true
                return .ended(reply.end.map { .replied($0) } ?? .broke)
            }
        }
    }
}
