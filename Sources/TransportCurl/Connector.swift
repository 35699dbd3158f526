import CCurl
import CCurlShim

/// libcurl's part: names, addresses, certificates and TLS, on handles that only connect. It never sees a request, so
/// nothing of it can repeat one. A handle must stay in its multi handle for as long as its connection lives: taking it
/// out is how a connection is closed.
///
/// Several multi handles, because each call for a connection walks over all that its multi handle has.
///
/// For the transport's thread alone.
final class Connector {
    static let poolSize = 64
    /// As much as one reading of a connection gives at most.
    static let readBytesMax = 16 << 10

    private let pools: [ConnectorPool]
    private let sessions: UnsafeMutableRawPointer?
    private let settings: TransportSettings

    init?(settings: TransportSettings, set: EpollSet) {
        let count = (settings.concurrencyMax + Self.poolSize - 1) / Self.poolSize
        pools = (0..<count).compactMap { ConnectorPool(number: $0, set: set) }
        // Without it, connections pay whole handshakes.
        sessions = curlshim_share_tls_sessions()
        self.settings = settings
        guard pools.count == count else { return nil }
    }

    /// Every easy handle must be gone by then.
    deinit {
        if let sessions { curl_share_cleanup(sessions) }
    }

    /// The multi handle of the connection with this number, for good.
    func multi(of number: Int) -> UnsafeMutableRawPointer { pools[number / Self.poolSize].multi }

    /// A handle that only connects, or nil without memory.
    func newHandle() -> UnsafeMutableRawPointer? {
        guard let easy = curl_easy_init() else { return nil }
        var codes = [
            curlshim_keep_sockets_from_children(easy),
            curlshim_allow_http_only(easy),
            curlshim_do_not_wait_for_resolver(easy),
            // An empty proxy also silences the environment's.
            curlshim_set_text(easy, CURLOPT_PROXY, ""),
        ]
        if let sessions { codes.append(curlshim_set_share(easy, sessions)) }
        if let file = settings.authoritiesFile { codes.append(curlshim_set_text(easy, CURLOPT_CAINFO, file)) }
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_CONNECT_ONLY, 1),
            // Also for those that only connect: otherwise a server is offered HTTP/2, and takes it.
            (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
            (CURLOPT_SSL_VERIFYPEER, 1),
            (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            // No signals for timeouts: they would meet any thread.
            (CURLOPT_NOSIGNAL, 1),
            (CURLOPT_NOPROGRESS, 1),
            // Nothing is read into its own buffer, and yet it never hands over more at once than would fit.
            (CURLOPT_BUFFERSIZE, Self.readBytesMax),
        ]
        for (option, value) in numbers { codes.append(curlshim_set_long(easy, option, value)) }
        guard codes.allSatisfy({ $0 == CURLE_OK }) else {
            curl_easy_cleanup(easy)
            return nil
        }
        return easy
    }

    // MARK: - Turns

    /// The next moment at which libcurl has something to do by itself.
    var nextMoment: Int64? {
        var next: Int64?
        for pool in pools {
            if let moment = pool.moment { next = min(next ?? moment, moment) }
        }
        return next
    }

    /// Tells libcurl of a socket. False on a failure of memory or of libcurl itself.
    func tell(pool number: Int, socket: Int32, _ sight: EpollSet.Sight) -> Bool {
        guard pools.indices.contains(number) else { return true }
        var mask: Int32 = 0
        var running: Int32 = 0
        if sight.contains(.input) { mask |= CURL_CSELECT_IN }
        if sight.contains(.output) { mask |= CURL_CSELECT_OUT }
        if sight.contains(.hungUp) { mask |= CURL_CSELECT_ERR }
        return curl_multi_socket_action(pools[number].multi, socket, mask, &running) == CURLM_OK
    }

    /// Lets libcurl do what is due. False as above.
    func runTimers(at now: Int64) -> Bool {
        var isWell = true
        for pool in pools {
            guard let moment = pool.moment, moment <= now else { continue }
            pool.moment = nil
            var running: Int32 = 0
            // The number that stands for "no socket, but the time".
            isWell = curl_multi_socket_action(pool.multi, CURL_SOCKET_BAD, 0, &running) == CURLM_OK && isWell
        }
        return isWell
    }

    /// Calls for each handle that has connected, or failed to, since the last time.
    func forEachEnded(_ body: (_ easy: UnsafeMutableRawPointer, CURLcode) -> Void) {
        for pool in pools {
            var code = CURLE_OK
            while let easy = curlshim_next_ended(pool.multi, &code) { body(easy, code) }
        }
    }
}

/// One multi handle, and what it waits for.
private final class ConnectorPool {
    let multi: UnsafeMutableRawPointer
    let number: Int
    let set: EpollSet
    /// Monotonic nanoseconds; nil: libcurl waits for nothing but its sockets.
    var moment: Int64?

    init?(number: Int, set: EpollSet) {
        guard let multi = curl_multi_init() else { return nil }
        self.multi = multi
        self.number = number
        self.set = set
        let me = Unmanaged.passUnretained(self).toOpaque()
        // Above what there can ever be: libcurl closes connections of its own choice when it has more.
        curlshim_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 4 * Connector.poolSize)
        curlshim_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
        guard curlshim_multi_set_callbacks(multi, socketChanged, timerChanged, me) == CURLM_OK else { return nil }
    }

    deinit { curl_multi_cleanup(multi) }
}

// MARK: - libcurl's callbacks

private let socketChanged: curl_socket_callback = { _, socket, what, context, _ in
    guard let context else { return 0 }
    let pool = Unmanaged<ConnectorPool>.fromOpaque(context).takeUnretainedValue()
    var wanted: EpollSet.Sight = []
    if what == CURL_POLL_IN || what == CURL_POLL_INOUT { wanted.insert(.input) }
    if what == CURL_POLL_OUT || what == CURL_POLL_INOUT { wanted.insert(.output) }
    if wanted.isEmpty {
        // It may be closed already, and has then left the set by itself.
        pool.set.forget(socket)
    } else {
        // Refused for want of memory it ends with its time: told of it, libcurl would give up the whole multi
        // handle, and every connection with it.
        pool.set.watch(socket, as: .connector(pool: pool.number, socket: socket), for: wanted)
    }
    return 0
}

private let timerChanged: curl_multi_timer_callback = { _, milliseconds, context in
    guard let context else { return 0 }
    let pool = Unmanaged<ConnectorPool>.fromOpaque(context).takeUnretainedValue()
    pool.moment = milliseconds < 0 ? nil : curlshim_monotonic_ns() + Int64(milliseconds) * 1_000_000
    return 0
}
