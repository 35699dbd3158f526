import CCurlShim
import Foundation
import Synchronization

/// The other end of the benchmark: answers every complete request on 127.0.0.1 with the same accepted message, as fast
/// as a web server with a fixed reply. Judges nothing, and is no platform: for that there is the sandbox.
///
/// One thread, level-triggered epoll. Run it in a process of its own, so that its CPU is not counted as the sender's.
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

    /// - Throws: `POSIXError` when the port is taken or descriptors have run out.
    package init(port wanted: UInt16 = 0) throws {
        var port = wanted
        var pipeEnds: [Int32] = [-1, -1]
        let listener = curlshim_listen_on_loopback(&port)
        let epoll = curlshim_epoll_create()
        guard listener >= 0, epoll >= 0, pipe(&pipeEnds) == 0 else {
            let trouble = POSIXError(POSIXErrorCode(rawValue: errno) ?? .EADDRINUSE)
            for descriptor in [listener, epoll] where descriptor >= 0 { close(descriptor) }
            throw trouble
        }
        self.listener = listener
        self.epoll = epoll
        (stopReading, stopWriting) = (pipeEnds[0], pipeEnds[1])
        self.port = port
        _ = curlshim_epoll_watch(epoll, listener)
        _ = curlshim_epoll_watch(epoll, stopReading)
    }

    deinit {
        for descriptor in [listener, epoll, stopReading, stopWriting] { close(descriptor) }
    }

    /// Where to post to.
    package var url: String { "http://127.0.0.1:\(port)/im/send/msg/" }

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
        var descriptors = [Int32](repeating: 0, count: 64)
        /// What has arrived of requests that are not whole yet, by descriptor.
        var pending: [Int32: [UInt8]] = [:]
        defer {
            chunk.deallocate()
            for descriptor in pending.keys.sorted() { close(descriptor) }
        }
        while true {
            let found = curlshim_epoll_wait(epoll, &descriptors, Int32(descriptors.count))
            if found < 0 { return }
            for descriptor in descriptors.prefix(Int(found)) {
                if descriptor == stopReading { return }
                if descriptor == listener {
                    admit(into: &pending)
                } else if !serve(descriptor, chunk: chunk, chunkSize: chunkSize, pending: &pending) {
                    close(descriptor)
                    pending[descriptor] = nil
                }
            }
        }
    }

    private func admit(into pending: inout [Int32: [UInt8]]) {
        while true {
            let connection = curlshim_accept(listener)
            guard connection >= 0 else { return }
            pending[connection] = []
            _ = curlshim_epoll_watch(epoll, connection)
        }
    }

    /// One read and, for all requests it completes, one write. False when the connection is over.
    private func serve(
        _ connection: Int32, chunk: UnsafeMutableRawPointer, chunkSize: Int, pending: inout [Int32: [UInt8]]
    ) -> Bool {
        let count = curlshim_receive(connection, chunk, chunkSize)
        if count == -1 { return true }
        guard count > 0 else { return false }
        let fresh = UnsafeRawBufferPointer(start: chunk, count: count)
        var requests = 0
        if pending[connection]?.isEmpty ?? true {
            // Nearly always: the whole request came in one piece and needs no copy.
            let used = Self.wholeRequests(in: fresh, count: &requests)
            if used < count { pending[connection] = Array(fresh[used...]) }
        } else {
            pending[connection, default: []].append(contentsOf: fresh)
            let used = pending[connection, default: []].withUnsafeBytes { Self.wholeRequests(in: $0, count: &requests) }
            pending[connection, default: []].removeFirst(used)
            if pending[connection, default: []].count > Self.requestBytesMax { return false }
        }
        return requests == 0 || answer(requests, on: connection)
    }

    private func answer(_ requests: Int, on connection: Int32) -> Bool {
        answered.wrappingAdd(requests, ordering: .relaxed)
        if requests == 1 { return curlshim_send(connection, Self.reply, Self.reply.count) == Self.reply.count }
        let replies = Array(repeatElement(Self.reply, count: requests).joined())
        return curlshim_send(connection, replies, replies.count) == replies.count
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
