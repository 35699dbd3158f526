import CCurl
import CCurlShim
import Synchronization

/// libcurl's multi handles, and what the one thread that works them waits with.
///
/// Several handles, because libcurl looks for an idle connection by walking over all connections to a host, those in
/// use first: with 256 of them in one handle a message costs it a tenth more than with 64 in each of four. Up to 64 on
/// the wire there is one.
///
/// All but `wake` and `turns` is for the transport's thread alone.
final class ConnectionPools {
    static let poolSize = 64

    /// Which socket belongs to which connection. Kept here because the handles close sockets to their very end.
    let book: ConnectionBook
    private let loop: UnsafeMutablePointer<curlshim_loop>
    private let pools: UnsafeMutableBufferPointer<curlshim_pool>
    private let turnCount = Atomic<Int>(0)

    /// - Parameter connections: how many exchanges there can be at once.
    init?(connections: Int) {
        let count = (connections + Self.poolSize - 1) / Self.poolSize
        let multis = (0..<count).compactMap { _ in curl_multi_init() }
        guard multis.count == count else {
            for multi in multis { curl_multi_cleanup(multi) }
            return nil
        }
        pools = .allocate(capacity: count)
        loop = .allocate(capacity: 1)
        book = ConnectionBook(loop: loop)
        _ = pools.initialize(fromContentsOf: multis.map { curlshim_pool(multi: $0, loop: loop, deadline_ns: -1) })
        // All properties are set, so what was made goes with `deinit`.
        guard curlshim_loop_open(loop, pools.baseAddress, Int32(count)) == 0 else { return nil }
        for (index, multi) in multis.enumerated() {
            // Idle connections are kept for as many exchanges as there can be; none waits for another's connection. What
            // a handle keeps after a crowded hour is looked at again when it is used again.
            curlshim_multi_set_long(
                multi, CURLMOPT_MAXCONNECTS, min(Self.poolSize, connections - index * Self.poolSize))
            curlshim_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
        }
    }

    /// Every easy handle must be gone by then.
    deinit {
        for pool in pools { curl_multi_cleanup(pool.multi) }
        curlshim_loop_close(loop)
        pools.deallocate()
        loop.deallocate()
    }

    /// The handle that the slot with this number works with, for good.
    func multi(ofSlot number: Int) -> UnsafeMutableRawPointer { pools[number / Self.poolSize].multi }

    /// From any thread.
    func wake() { curlshim_loop_wake(loop) }

    /// Waits, and lets libcurl do what is due. False on a failure of memory or of libcurl itself.
    func turn(milliseconds: Int64) -> Bool {
        turnCount.wrappingAdd(1, ordering: .relaxed)
        return curlshim_loop_turn(loop, milliseconds) == CURLM_OK
    }

    /// From any thread.
    var turns: Int { turnCount.load(ordering: .relaxed) }

    /// Whether a socket or a caller had something to say in the last turn.
    var hasMore: Bool { loop.pointee.told > 0 }

    /// Calls for each transfer that has ended since the last time.
    func forEachEnded(_ body: (_ easy: UnsafeMutableRawPointer, CURLcode) -> Void) {
        for pool in pools {
            var code = CURLE_OK
            while let easy = curlshim_next_ended(pool.multi, &code) { body(easy, code) }
        }
    }
}
