import CCurl
import CCurlShim
import Foundation
import Wire

/// The yardstick of `make bench`: the loop of libcurl's own examples, `curl_multi_perform` and `curl_multi_poll` over one
/// multi handle with everything put in again as soon as it ends. Posts given bodies over a number of connections with
/// none of the transport's bookkeeping: no ledger, no queue, no last look, no reading of replies, and libcurl free to
/// repeat what it likes. Never to be used for a message.
package struct PlainCurlLoop {
    package struct Figures: Sendable {
        package let requests: Int
        /// Those that did not end with status 200. A comparison with failures in it means nothing.
        package let failures: Int
        package let elapsed: Duration
        package var requestsPerSecond: Double { Double(requests) / (elapsed / .seconds(1)) }
    }

    private let url: String
    private let headers: [HTTPHeader]
    private let connections: Int
    private let authoritiesFile: String?

    package init(url: String, headers: [HTTPHeader], connections: Int = 64, authoritiesFile: String? = nil) {
        precondition(connections > 0, "a loop without connections would never end")
        (self.url, self.headers, self.connections, self.authoritiesFile) = (url, headers, connections, authoritiesFile)
    }

    /// Posts `requests` bodies, taking the given ones in turn. Blocks its thread.
    package func run(bodies: [[UInt8]], requests: Int) throws -> Figures {
        precondition(!bodies.isEmpty, "there must be something to post")
        guard curlshim_global_init() == CURLE_OK, let multi = curl_multi_init(), let list = PlainHeaders(headers) else {
            throw TransportTrouble.libraryNotReady
        }
        curlshim_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connections)
        let laid = LaidOutBodies(bodies)
        let handles = (0..<connections).compactMap { _ in handle(list) }
        defer {
            for handle in handles { curl_easy_cleanup(handle) }
            curl_multi_cleanup(multi)
        }
        guard handles.count == connections else { throw TransportTrouble.libraryNotReady }
        return withExtendedLifetime((list, laid)) { post(laid, requests: requests, over: handles, of: multi) }
    }

    private func post(
        _ bodies: LaidOutBodies, requests: Int, over handles: [UnsafeMutableRawPointer],
        of multi: UnsafeMutableRawPointer
    ) -> Figures {
        let start = curlshim_monotonic_ns()
        var begun = 0
        var ended = 0
        var failures = 0
        func begin(_ handle: UnsafeMutableRawPointer) {
            let body = bodies.body(begun)
            begun += 1
            curlshim_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            curlshim_set_pointer(handle, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: body.baseAddress))
            curl_multi_add_handle(multi, handle)
        }
        for handle in handles.prefix(requests) { begin(handle) }
        var code = CURLE_OK
        var running: Int32 = 0
        while ended < requests {
            guard curl_multi_perform(multi, &running) == CURLM_OK else { break }
            let begunBefore = begun
            while let handle = curlshim_next_ended(multi, &code) {
                ended += 1
                if code != CURLE_OK || curlshim_get_long(handle, CURLINFO_RESPONSE_CODE) != 200 { failures += 1 }
                curl_multi_remove_handle(multi, handle)
                if begun < requests { begin(handle) }
            }
            if begun == begunBefore, ended < requests { curl_multi_poll(multi, nil, 0, 1_000, nil) }
        }
        let elapsed = Duration.nanoseconds(curlshim_monotonic_ns() - start)
        return Figures(requests: ended, failures: failures + requests - ended, elapsed: elapsed)
    }

    private func handle(_ list: PlainHeaders) -> UnsafeMutableRawPointer? {
        guard let easy = curl_easy_init() else { return nil }
        curlshim_set_text(easy, CURLOPT_URL, url)
        curlshim_set_headers(easy, list.first)
        curlshim_set_bytes_callback(easy, CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
        curlshim_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        curlshim_set_long(easy, CURLOPT_NOSIGNAL, 1)
        curlshim_set_text(easy, CURLOPT_PROXY, "")
        if let authoritiesFile { curlshim_set_text(easy, CURLOPT_CAINFO, authoritiesFile) }
        return easy
    }
}

/// All bodies in one piece of memory with an address that stays, laid out before the clock starts.
private final class LaidOutBodies {
    private let bytes: UnsafeMutableRawBufferPointer
    private var ranges: [Range<Int>] = []

    init(_ bodies: [[UInt8]]) {
        bytes = .allocate(byteCount: max(1, bodies.reduce(0) { $0 + $1.count }), alignment: 16)
        var at = 0
        for body in bodies {
            body.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: bytes[at...]).copyMemory(from: $0) }
            ranges.append(at..<at + body.count)
            at += body.count
        }
    }

    deinit { bytes.deallocate() }

    func body(_ number: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[ranges[number % ranges.count]])
    }
}

/// A request's header as libcurl wants it: a linked list of lines that must stay while a transfer uses it.
private final class PlainHeaders {
    let first: UnsafeMutablePointer<curl_slist>?

    init?(_ headers: [HTTPHeader]) {
        var list: UnsafeMutablePointer<curl_slist>?
        // With Expect it would hold the body back.
        for line in headers.map({ "\($0.name): \($0.value)" }) + ["Expect:"] {
            guard let longer = curl_slist_append(list, line) else {
                curl_slist_free_all(list)
                return nil
            }
            list = longer
        }
        first = list
    }

    deinit { curl_slist_free_all(first) }
}
