import CCurl
import CCurlShim
import Foundation
import Wire

/// The other yardstick of `make bench`: libcurl connects, and one edge-triggered loop writes requests and looks for the
/// ends of replies, with none of the transport's bookkeeping and next to none of its strictness. What is possible, beside
/// what the transport reaches. Never to be used for a message.
package struct ConnectOnlyLoop {
    private final class Place {
        let easy: UnsafeMutableRawPointer
        var out: [UInt8] = []
        var outAt = 0
        var seen: [UInt8] = []
        init(_ easy: UnsafeMutableRawPointer) { self.easy = easy }
    }

    private let request: HTTPRequest
    private let settings: TransportSettings

    package init(url: String, headers: [HTTPHeader], connections: Int = 64, authoritiesFile: String? = nil) {
        request = HTTPRequest(method: .post, url: url, headers: headers)
        settings = TransportSettings(concurrencyMax: connections, authoritiesFile: authoritiesFile)
    }

    /// Posts `requests` bodies, taking the given ones in turn. Blocks its thread.
    package func run(bodies: [[UInt8]], requests: Int) throws -> PlainCurlLoop.Figures {
        precondition(!bodies.isEmpty, "there must be something to post")
        var heads = RequestHeads(userAgent: settings.userAgent)
        guard curlshim_global_init() == CURLE_OK, let head = heads.head(of: request), let set = EpollSet(),
            let connector = Connector(settings: settings, set: set)
        else { throw TransportTrouble.libraryNotReady }
        let places = (0..<settings.concurrencyMax).compactMap { _ in connector.newHandle().map { Place($0) } }
        guard places.count == settings.concurrencyMax else { throw TransportTrouble.libraryNotReady }
        defer {
            for (number, place) in places.enumerated() {
                curl_multi_remove_handle(connector.multi(of: number), place.easy)
                curl_easy_cleanup(place.easy)
            }
        }
        let started = curlshim_monotonic_ns()
        for (number, place) in places.enumerated() {
            curlshim_set_url(place.easy, head.destination.url.handle)
            curl_multi_add_handle(connector.multi(of: number), place.easy)
        }
        var round = Round(bodies: bodies, requests: requests, head: head, isSecure: head.destination.isSecure)
        while round.ended < requests {
            guard turn(&round, over: places, connector, set) else { break }
        }
        let elapsed = Duration.nanoseconds(curlshim_monotonic_ns() - started)
        return PlainCurlLoop.Figures(
            requests: round.ended, failures: round.failures + requests - round.ended, elapsed: elapsed)
    }

    /// False when it can go on no more.
    private func turn(_ round: inout Round, over places: [Place], _ connector: Connector, _ set: EpollSet) -> Bool {
        guard let count = set.wait(milliseconds: connector.nextMoment == nil ? 1_000 : 1) else { return false }
        for index in 0..<count {
            let event = set.event(index)
            switch event.whose {
            case .waker: break
            case .connector(let pool, let socket):
                guard connector.tell(pool: pool, socket: socket, event.sight) else { return false }
            case .connection(let number, _):
                guard round.take(event.sight, at: places[number]) else { return false }
            }
        }
        guard connector.runTimers(at: curlshim_monotonic_ns()) else { return false }
        var isWell = true
        connector.forEachEnded { easy, code in
            guard code == CURLE_OK, let number = places.firstIndex(where: { $0.easy == easy }) else {
                isWell = false
                return
            }
            let whose = EpollSet.Whose.connection(number: number, life: 1)
            set.watch(curlshim_get_socket(easy), as: whose, for: [.input, .output, .edges])
            isWell = round.begin(at: places[number]) && isWell
        }
        return isWell
    }

    private struct Round {
        let bodies: [[UInt8]]
        let requests: Int
        let head: RequestHead
        let isSecure: Bool
        var begun = 0
        var ended = 0
        var failures = 0
        private let scratch = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Connector.readBytesMax, alignment: 64)
        private static let headEnd = Array("\r\n\r\n".utf8)
        private static let lengthName = Array("content-length:".utf8CString.dropLast())

        init(bodies: [[UInt8]], requests: Int, head: RequestHead, isSecure: Bool) {
            (self.bodies, self.requests, self.head, self.isSecure) = (bodies, requests, head, isSecure)
        }

        mutating func begin(at place: Place) -> Bool {
            guard begun < requests else { return true }
            let body = bodies[begun % bodies.count]
            begun += 1
            place.out.removeAll(keepingCapacity: true)
            place.out.append(contentsOf: head.bytes)
            place.out.append(contentsOf: String(body.count).utf8)
            place.out.append(contentsOf: Self.headEnd)
            place.out.append(contentsOf: body)
            place.outAt = 0
            place.seen.removeAll(keepingCapacity: true)
            return write(place)
        }

        private func write(_ place: Place) -> Bool {
            place.out.withUnsafeBytes { out in
                while place.outAt < out.count {
                    var taken = 0
                    let code = curl_easy_send(
                        place.easy, out.baseAddress! + place.outAt, out.count - place.outAt, &taken)
                    place.outAt += taken
                    if code == CURLE_AGAIN { return true }
                    guard code == CURLE_OK else { return false }
                }
                return true
            }
        }

        mutating func take(_ sight: EpollSet.Sight, at place: Place) -> Bool {
            if place.outAt < place.out.count { return write(place) }
            while true {
                var count = 0
                let code = curl_easy_recv(place.easy, scratch.baseAddress, scratch.count, &count)
                if code == CURLE_AGAIN { return true }
                // A connection that ends is the end of the measurement, unless all is done.
                guard code == CURLE_OK, count > 0 else { return ended >= requests }
                place.seen.append(contentsOf: UnsafeRawBufferPointer(rebasing: scratch[..<count]))
                guard Self.isWhole(place.seen) else { continue }
                ended += 1
                if !place.seen.dropFirst(9).starts(with: Array("200".utf8)) { failures += 1 }
                guard begin(at: place) else { return false }
                if !isSecure, count < scratch.count { return true }
            }
        }

        private static func isWhole(_ seen: [UInt8]) -> Bool {
            seen.withUnsafeBytes { seen in
                guard let start = seen.baseAddress else { return false }
                var at = 0
                var length = 0
                while at < seen.count, let found = memchr(start + at, 0x0A, seen.count - at) {
                    let next = start.distance(to: UnsafeRawPointer(found)) + 1
                    // The line that ends the header is empty but for its return.
                    if next - at <= 2 { return seen.count - next >= length }
                    let line = (start + at).assumingMemoryBound(to: CChar.self)
                    if next - at > lengthName.count, strncasecmp(line, lengthName, lengthName.count) == 0 {
                        length = strtol(line + lengthName.count, nil, 10)
                    }
                    at = next
                }
                return false
            }
        }
    }
}
