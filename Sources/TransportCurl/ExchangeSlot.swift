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

/// One easy handle, used for one exchange after the other. Touched by the transport's thread only.
///
/// The wall against libcurl's own repetition stands here. On a reused connection that dies before the first byte of a
/// reply libcurl silently sends the request again. It asks `beforeRequest` each time it is about to hand a request to a
/// connection, so the second question within one exchange is the repetition, and is refused. A read callback without
/// rewind would refuse it too, but costs a second system call for each message; a fresh connection for each message
/// costs a handshake.
final class ExchangeSlot {
    private let easy: UnsafeMutableRawPointer
    private let multi: UnsafeMutableRawPointer
    private(set) var id: UInt64 = 0
    /// Set while an exchange is under way.
    private(set) var mailbox: CurlMailbox?

    private let door: UnsafeMutablePointer<curlshim_door>
    private let wireCount: WireCount
    private let book: ConnectionBook
    /// The sockets opened for the exchange under way: none when a connection is used again, several when a host has
    /// several addresses.
    private var openedSockets: [curl_socket_t] = []
    private var lastLook: (@Sendable () -> Obstacle?)?
    private var refusal: Obstacle?
    private var mayHaveLeft = false
    private var metSpoiledConnection = false
    private var reply = ReplyReader()

    /// The request's body. libcurl reads it until the transfer ends, so it has an address of its own: a pointer into an
    /// array is only promised for the duration of a closure.
    private var bodyBytes: UnsafeMutableRawPointer
    private var bodyCapacity: Int
    static let bodyCapacityKept = 256 << 10

    // What the handle is set to, so that only differences are set again.
    private var urlText = ""
    private var url: ParsedURL?
    private var headers: [HTTPHeader] = []
    private var headerList: HeaderList?
    private var timeout: Duration?
    private var unixSocket: String?
    private var forbidsReuse = false
    private var wantsFreshConnection = false

    /// - Parameter number: from 0, of all slots of `pools`.
    init?(_ number: Int, of pools: ConnectionPools, settings: TransportSettings, wireCount: WireCount) {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        self.wireCount = wireCount
        multi = pools.multi(ofSlot: number)
        book = pools.book
        door = .allocate(capacity: 1)
        bodyCapacity = 1_024
        bodyBytes = .allocate(byteCount: bodyCapacity, alignment: 16)
        let me = Unmanaged.passUnretained(self).toOpaque()
        door.initialize(to: curlshim_door(may_connect: mayConnect, opened: socketOpened, context: me))
        guard setUp(settings) else { return nil }
    }

    deinit {
        curl_easy_cleanup(easy)
        door.deallocate()
        bodyBytes.deallocate()
    }

    /// Readies the handle for the exchange. An obstacle means that it cannot be sent as it is meant.
    func begin(
        _ exchange: Exchange, for mailbox: CurlMailbox, lists: inout HeaderLists, urls: inout ParsedURLs
    ) -> Obstacle? {
        let request = exchange.request
        guard setHeaders(request.headers, lists: &lists), setURL(request.url, urls: &urls), setBody(of: request)
        else { return .notRenderable }
        if request.unixSocket != unixSocket {
            unixSocket = request.unixSocket
            curlshim_set_text(easy, CURLOPT_UNIX_SOCKET_PATH, request.unixSocket)
        }
        if exchange.timeout != timeout {
            timeout = exchange.timeout
            curlshim_set_long(easy, CURLOPT_TIMEOUT_MS, exchange.timeout.curlMilliseconds)
        }
        // A local socket has no port to know it by, and costs next to nothing to connect.
        setReuse(forbidden: request.unixSocket != nil)
        setFresh(false)
        metSpoiledConnection = false
        openedSockets.removeAll(keepingCapacity: true)
        id = exchange.id
        self.mailbox = mailbox
        lastLook = exchange.lastLook
        refusal = nil
        mayHaveLeft = false
        reply.begin(bodyBytesMax: exchange.responseBytesMax)
        return nil
    }

    /// Hands the exchange to libcurl. False when it does not take it.
    func join() -> Bool { curl_multi_add_handle(multi, easy) == CURLM_OK }

    /// Takes it back, whether it has ended or not.
    func leave() { curl_multi_remove_handle(multi, easy) }

    /// Whether the request was released to a connection.
    var isOnTheWire: Bool { mayHaveLeft }

    /// True once for an exchange that met a spoiled connection: nothing has left, so it may start again on a new one.
    func takesFreshConnection() -> Bool {
        guard metSpoiledConnection, !mayHaveLeft else { return false }
        metSpoiledConnection = false
        setFresh(true)
        return true
    }

    /// Judges the exchange and frees the slot. Called once libcurl has let go of the handle.
    func end(code: CURLcode) -> ExchangeResult {
        var sight = EndSight(
            refusal: refusal, mayHaveLeft: mayHaveLeft, code: code, stage: .connecting, reply: .lost(.connectionLost),
            replyLoss: reply.loss, replyHasBegun: reply.hasBegun)
        if code == CURLE_OK {
            sight.reply = reply.finish()
        } else if !mayHaveLeft {
            sight.stage = stage
        }
        free()
        return EndJudgement.judge(sight)
    }

    /// Frees the slot of an exchange that the transport ends by itself.
    func free() {
        if mayHaveLeft { wireCount.add(-1) }
        mayHaveLeft = false
        mailbox = nil
        lastLook = nil
        reply.begin(bodyBytesMax: 0)
        if bodyCapacity > Self.bodyCapacityKept { makeRoom(for: 1_024) }
    }

    private var stage: EndSight.Stage {
        if curlshim_get_offset(easy, CURLINFO_NAMELOOKUP_TIME_T) == 0 { return .resolving }
        // Connected, and yet the request was never released.
        return isSecure && curlshim_get_long(easy, CURLINFO_PRIMARY_PORT) != 0 ? .securing : .connecting
    }

    private var isSecure: Bool { url?.isSecure ?? false }

    // MARK: what libcurl asks and hands over

    /// Right before libcurl hands the request to a connection, each time it means to. False refuses.
    fileprivate func mayLeave(localPort: Int32) -> Bool {
        // The repetition of a request that may have arrived.
        guard !mayHaveLeft else { return false }
        guard isConnectionClean(localPort: localPort) else {
            metSpoiledConnection = true
            return false
        }
        if let obstacle = lastLook?() {
            refusal = obstacle
            return false
        }
        mayHaveLeft = true
        wireCount.add(1)
        return true
    }

    /// A connection that is used again must have nothing to say before it is asked.
    private func isConnectionClean(localPort: Int32) -> Bool {
        if openedSockets.isEmpty {
            return !book.isSpoiled(localPort: localPort) && (!isSecure || curlshim_tls_pending(easy) == 0)
        }
        // With several addresses several sockets were tried; the one with this port has won.
        for socket in openedSockets where curlshim_local_port(socket) == localPort && localPort != 0 {
            book.note(socket: socket, localPort: localPort)
        }
        openedSockets.removeAll(keepingCapacity: true)
        return true
    }

    fileprivate func noteOpened(_ socket: curl_socket_t) { openedSockets.append(socket) }

    /// A second wall: a request that may have left needs no new connection, and a gateway in trouble no more of them.
    fileprivate var mayOpenConnection: Bool { !mayHaveLeft }

    fileprivate func take(line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard reply.take(line: line) else { return false }
        if reply.endsWithHeader { setReuse(forbidden: true) }
        return true
    }

    fileprivate func take(bodyPart: UnsafeBufferPointer<UInt8>) -> Bool { reply.take(bodyPart: bodyPart) }

    // MARK: the handle's settings

    /// What holds for every exchange.
    private func setUp(_ settings: TransportSettings) -> Bool {
        let me = Unmanaged.passUnretained(self).toOpaque()
        var codes = [
            curlshim_set_before_request(easy, beforeRequest, me),
            curlshim_set_door(easy, door),
            curlshim_set_closing(easy, socketIsClosing, Unmanaged.passUnretained(book).toOpaque()),
            curlshim_set_bytes_callback(easy, CURLOPT_HEADERFUNCTION, headerLineArrived),
            curlshim_set_pointer(easy, CURLOPT_HEADERDATA, me),
            curlshim_set_bytes_callback(easy, CURLOPT_WRITEFUNCTION, bodyPartArrived),
            curlshim_set_pointer(easy, CURLOPT_WRITEDATA, me),
            curlshim_set_pointer(easy, CURLOPT_PRIVATE, me),
            curlshim_allow_http_only(easy),
            curlshim_do_not_wait_for_resolver(easy),
            curlshim_set_text(easy, CURLOPT_USERAGENT, settings.userAgent),
            // An empty proxy also silences the environment's.
            curlshim_set_text(easy, CURLOPT_PROXY, ""),
        ]
        if let file = settings.authoritiesFile { codes.append(curlshim_set_text(easy, CURLOPT_CAINFO, file)) }
        let numbers: [(CURLoption, Int)] = [
            // HTTP/2 may refuse a stream and libcurl then repeats the request; it is also slower here.
            (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
            // Anything that is not HTTP would count as a reply of version 0.9.
            (CURLOPT_HTTP09_ALLOWED, 0),
            (CURLOPT_FOLLOWLOCATION, 0),
            (CURLOPT_SSL_VERIFYPEER, 1),
            (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            // No signals for timeouts: they would meet any thread.
            (CURLOPT_NOSIGNAL, 1),
            (CURLOPT_NOPROGRESS, 1),
            // Replies are a few hundred bytes; the default of 16 KiB a handle is megabytes for nothing.
            (CURLOPT_BUFFERSIZE, 4096),
            (CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeout.curlMilliseconds),
            (CURLOPT_MAXAGE_CONN, settings.idleConnectionAgeMax.curlSeconds),
        ]
        for (option, value) in numbers { codes.append(curlshim_set_long(easy, option, value)) }
        return codes.allSatisfy { $0 == CURLE_OK }
    }

    private func setHeaders(_ wanted: [HTTPHeader], lists: inout HeaderLists) -> Bool {
        if headerList != nil, wanted == headers { return true }
        guard let list = lists.list(for: wanted) else { return false }
        headers = wanted
        headerList = list
        return curlshim_set_headers(easy, list.first) == CURLE_OK
    }

    private func setURL(_ wanted: String, urls: inout ParsedURLs) -> Bool {
        if url != nil, wanted == urlText { return true }
        guard let parsed = urls.url(wanted), curlshim_set_url(easy, parsed.handle) == CURLE_OK else { return false }
        urlText = wanted
        url = parsed
        return true
    }

    private func setBody(of request: HTTPRequest) -> Bool {
        switch request.method {
        case .get:
            // A body on GET has no meaning; to drop it silently would hide a defect.
            guard request.body.isEmpty else { return false }
            return curlshim_set_long(easy, CURLOPT_HTTPGET, 1) == CURLE_OK
        case .post:
            let count = request.body.count
            if count > bodyCapacity { makeRoom(for: count) }
            request.body.withUnsafeBytes { source in
                if let start = source.baseAddress { bodyBytes.copyMemory(from: start, byteCount: count) }
            }
            guard curlshim_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(count)) == CURLE_OK else {
                return false
            }
            return curlshim_set_pointer(easy, CURLOPT_POSTFIELDS, bodyBytes) == CURLE_OK
        }
    }

    private func setReuse(forbidden: Bool) {
        guard forbidden != forbidsReuse else { return }
        forbidsReuse = forbidden
        curlshim_set_long(easy, CURLOPT_FORBID_REUSE, forbidden ? 1 : 0)
    }

    private func setFresh(_ fresh: Bool) {
        guard fresh != wantsFreshConnection else { return }
        wantsFreshConnection = fresh
        curlshim_set_long(easy, CURLOPT_FRESH_CONNECT, fresh ? 1 : 0)
    }

    /// A new buffer of at least that size; the old one's content is not kept.
    private func makeRoom(for count: Int) {
        bodyBytes.deallocate()
        bodyCapacity = max(1_024, count)
        bodyBytes = .allocate(byteCount: bodyCapacity, alignment: 16)
        curlshim_set_pointer(easy, CURLOPT_POSTFIELDS, bodyBytes)
    }
}

// MARK: libcurl's callbacks

private func slot(_ context: UnsafeMutableRawPointer?) -> Unmanaged<ExchangeSlot> {
    guard let context else { preconditionFailure("libcurl called back without the slot it was given") }
    return .fromOpaque(context)
}

private let beforeRequest: curlshim_before_request = { context, _, _, _, localPort in
    // CURL_PREREQFUNC_OK and CURL_PREREQFUNC_ABORT.
    slot(context)._withUnsafeGuaranteedRef { $0.mayLeave(localPort: localPort) } ? 0 : 1
}

private let mayConnect: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { context in
    slot(context)._withUnsafeGuaranteedRef { $0.mayOpenConnection } ? 1 : 0
}

private let socketOpened: @convention(c) (UnsafeMutableRawPointer?, curl_socket_t) -> Void = { context, socket in
    slot(context)._withUnsafeGuaranteedRef { $0.noteOpened(socket) }
}

private let headerLineArrived: curlshim_bytes_callback = { bytes, size, count, context in
    slot(context)._withUnsafeGuaranteedRef { slot in
        let taken = take(bytes, count: size * count) { slot.take(line: $0) }
        // Any other number than that of the bytes makes libcurl give up the transfer; 0 would not, for no bytes.
        return taken ? size * count : size * count + 1
    }
}

private let bodyPartArrived: curlshim_bytes_callback = { bytes, size, count, context in
    slot(context)._withUnsafeGuaranteedRef { slot in
        let taken = take(bytes, count: size * count) { slot.take(bodyPart: $0) }
        return taken ? size * count : size * count + 1
    }
}

private func take(
    _ bytes: UnsafeMutablePointer<CChar>?, count: Int, with body: (UnsafeBufferPointer<UInt8>) -> Bool
) -> Bool {
    guard let bytes, count > 0 else { return true }
    return bytes.withMemoryRebound(to: UInt8.self, capacity: count) {
        body(UnsafeBufferPointer(start: $0, count: count))
    }
}
