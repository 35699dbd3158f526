import CCurlShim
import Foundation
import Synchronization

/// The other end of the benchmark: answers every complete request on 127.0.0.1 with the same accepted message, as fast
/// as a web server with a fixed reply. Judges nothing, and is no platform: for that there is the sandbox.
///
/// One thread, level-triggered epoll, with TLS or without. Run it in a process of its own, so that its CPU is not counted as the sender's.
package final class LoopbackSink: Sendable {
    /// The port it listens on, chosen by the system when 0 was asked for.
    package let port: UInt16

    private let listener: Int32
    private let epoll: Int32
    private let stopReading: Int32
    private let stopWriting: Int32
    private let answered = Atomic<Int>(0)

    /// A request that does not fit is none of the benchmark's; its connection is closed.
    static let requestBytesMax = 1 << 20

    /// What every request is answered with.
    package static let replyBody =
        #"{"msg_id":"@sink-0001","data":{"error_code":0,"description":""},"extra":{"error_code":0,"logid":"sink"}}"#
    private static let reply = Array(
        ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(replyBody.utf8.count)\r\n\r\n"
            + replyBody).utf8)

    private let certificate: (certificate: String, key: String)?

    /// - Parameter certificate: PEM files of it and its key; with it the sink speaks TLS.
    /// - Throws: `POSIXError` when the port is taken or descriptors have run out.
    package init(port wanted: UInt16 = 0, certificate: (certificate: String, key: String)? = nil) throws {
        var port = wanted
        var pipeEnds: [Int32] = [-1, -1]
        let listener = curlshim_listen_on_loopback(&port)
        let epoll = curlshim_epoll_create()
        guard listener >= 0, epoll >= 0, pipe(&pipeEnds) == 0 else {
            let trouble = POSIXError(POSIXErrorCode(rawValue: errno) ?? .EADDRINUSE)
            for descriptor in [listener, epoll] where descriptor >= 0 { close(descriptor) }
            throw trouble
        }
        (self.listener, self.epoll) = (listener, epoll)
        (stopReading, stopWriting) = (pipeEnds[0], pipeEnds[1])
        (self.port, self.certificate) = (port, certificate)
        Self.watch(listener, in: epoll)
        Self.watch(stopReading, in: epoll)
    }

    deinit {
        for descriptor in [listener, epoll, stopReading, stopWriting] { close(descriptor) }
    }

    /// Where to post to.
    package var url: String { "http\(certificate == nil ? "" : "s")://127.0.0.1:\(port)/im/send/msg/" }

    /// How many complete requests were answered.
    package var bodies: Int { answered.load(ordering: .relaxed) }

    /// Ends `run`. From any thread.
    package func stop() {
        var byte: UInt8 = 0
        _ = write(stopWriting, &byte, 1)
    }

    /// Answers until `stop` is called. Blocks its thread.
    package func run() {
        let chunkSize = 64 << 10
        let chunk = UnsafeMutableRawPointer.allocate(byteCount: chunkSize, alignment: 16)
        var events = [curlshim_event](repeating: curlshim_event(), count: 64)
        /// What has arrived of requests that are not whole yet, by descriptor.
        var pending: [Int32: [UInt8]] = [:]
        let tls = certificate.flatMap { SinkTLS(certificate: $0.certificate, key: $0.key) }
        // Never plain text to somebody who expects TLS.
        guard certificate == nil || tls != nil else { return }
        curlshim_block_sigpipe()
        defer {
            chunk.deallocate()
            for descriptor in pending.keys.sorted() { close(descriptor) }
        }
        while true {
            let found = curlshim_epoll_wait(epoll, &events, Int32(events.count), -1)
            if found < 0 { return }
            for event in events.prefix(Int(found)) {
                let descriptor = Int32(truncatingIfNeeded: event.name)
                if descriptor == stopReading { return }
                if descriptor == listener {
                    admit(into: &pending, tls)
                } else if !serve(descriptor, tls, chunk: chunk, chunkSize: chunkSize, pending: &pending) {
                    tls?.close(descriptor)
                    close(descriptor)
                    pending[descriptor] = nil
                }
            }
        }
    }

    private static func watch(_ descriptor: Int32, in epoll: Int32) {
        _ = curlshim_epoll_watch(epoll, descriptor, Int32(curlshim_in), UInt64(descriptor))
    }

    private func admit(into pending: inout [Int32: [UInt8]], _ tls: SinkTLS?) {
        while true {
            let connection = curlshim_accept(listener)
            guard connection >= 0 else { return }
            pending[connection] = []
            tls?.open(connection)
            Self.watch(connection, in: epoll)
        }
    }

    /// Reads and answers what is there. False when the connection is over.
    private func serve(
        _ connection: Int32, _ tls: SinkTLS?, chunk: UnsafeMutableRawPointer, chunkSize: Int,
        pending: inout [Int32: [UInt8]]
    ) -> Bool {
        guard let tls else {
            let count = curlshim_receive(connection, chunk, chunkSize)
            return count == -1
                || count > 0 && take(UnsafeRawBufferPointer(start: chunk, count: count), connection, tls, &pending)
        }
        // What TLS has taken in already, the socket does not show.
        while true {
            let count = tls.receive(connection, chunk, chunkSize)
            if count == -1 { return true }
            guard count > 0, take(UnsafeRawBufferPointer(start: chunk, count: count), connection, tls, &pending) else {
                return false
            }
        }
    }

    /// One write for all requests that are whole now.
    private func take(
        _ fresh: UnsafeRawBufferPointer, _ connection: Int32, _ tls: SinkTLS?, _ pending: inout [Int32: [UInt8]]
    ) -> Bool {
        var requests = 0
        if pending[connection]?.isEmpty ?? true {
            // Nearly always: the whole request came in one piece and needs no copy.
            let used = Self.wholeRequests(in: fresh, count: &requests)
            if used < fresh.count { pending[connection] = Array(fresh[used...]) }
        } else {
            pending[connection, default: []].append(contentsOf: fresh)
            let used = pending[connection, default: []].withUnsafeBytes { Self.wholeRequests(in: $0, count: &requests) }
            pending[connection, default: []].removeFirst(used)
            if pending[connection, default: []].count > Self.requestBytesMax { return false }
        }
        return requests == 0 || answer(requests, on: connection, tls)
    }

    private func answer(_ requests: Int, on connection: Int32, _ tls: SinkTLS?) -> Bool {
        answered.wrappingAdd(requests, ordering: .relaxed)
        let replies = requests == 1 ? Self.reply : Array(repeatElement(Self.reply, count: requests).joined())
        let sent = tls?.send(connection, replies) ?? curlshim_send(connection, replies, replies.count)
        return sent == replies.count
    }

    /// How many bytes at the start are whole requests, and how many those are.
    static func wholeRequests(in bytes: UnsafeRawBufferPointer, count: inout Int) -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        var used = 0
        while let size = requestSize(start + used, bytes.count - used), size <= bytes.count - used {
            used += size
            count += 1
        }
        return used
    }

    /// Head and body together; nil while the head is not whole.
    private static func requestSize(_ start: UnsafeRawPointer, _ count: Int) -> Int? {
        var bodySize = 0
        var at = 0
        while at < count, let found = memchr(start + at, 0x0A, count - at) {
            let lineEnd = start.distance(to: UnsafeRawPointer(found))
            let length = lineEnd - at
            if length <= 1 { return lineEnd + 1 + bodySize }
            let line = (start + at).assumingMemoryBound(to: CChar.self)
            // 15 is the length of the name with its colon.
            if length > 15, strncasecmp(line, "content-length:", 15) == 0 {
                bodySize = max(0, min(strtol(line + 15, nil, 10), requestBytesMax))
            }
            at = lineEnd + 1
        }
        return nil
    }
}
