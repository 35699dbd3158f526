import CampaignModel
import Foundation
import Glibc
import Sandbox
import Synchronization
import Wire

/// The sandbox behind a socket that answers as badly as it is told to. One thread a connection; the platform value and
/// its audit are the same as behind `curfew sandbox`.
final class FaultGateway: Sendable {
    /// How one reply travels.
    enum Manner: Sendable {
        /// As the sandbox says, that long after the request.
        case honest(afterMilliseconds: Int32)
        /// These very bytes, and then.
        case bytes([UInt8], then: Ending)
        /// These bytes, and the platform behind never sees the request.
        case turnedAway([UInt8])
        /// The same, that long after the request.
        case answer([UInt8], afterMilliseconds: Int32)
        /// One byte a second, until the caller hangs up.
        case trickle([UInt8])
        /// The head promises so many bytes and they come, as fast as they are taken.
        case flood(bodyBytes: Int)
    }

    enum Ending: Sendable {
        /// The connection stays for the next request.
        case keep
        case close
        case reset
        /// Nothing more, until the caller hangs up.
        case silence
    }

    /// - Parameters: the request, and how many were whole on this connection before it.
    typealias Conduct = @Sendable (HTTPRequest, _ before: Int) -> Manner

    private struct State {
        var platform: SandboxPlatform
        var connections: Set<Int32> = []
        var sends: [String] = []
        var isStopped = false
    }

    let port: UInt16
    private let listener: Int32
    private let now: @Sendable () -> Moment
    private let conduct: Conduct
    private let state: Mutex<State>

    init(
        _ platform: SandboxPlatform, now: @escaping @Sendable () -> Moment,
        conduct: @escaping Conduct = { _, _ in .honest(afterMilliseconds: 0) }
    ) throws {
        state = Mutex(State(platform: platform))
        (self.now, self.conduct) = (now, conduct)
        (listener, port) = try FaultSocket.listen()
        Thread { [self] in admit() }.start()
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var audit: SandboxAudit { state.withLock { $0.platform.audit } }
    var robots: [String: SandboxRobots.Story] { state.withLock { $0.platform.robots.stories } }
    var contacts: [SandboxContact] { state.withLock { $0.platform.contacts } }
    /// The bodies of all whole requests to the send call, in the order of arrival.
    var sends: [String] { state.withLock { $0.sends } }

    var sendCount: Int { state.withLock { $0.sends.count } }

    func stop() {
        state.withLock { state in
            state.isStopped = true
            for connection in state.connections.sorted() { shutdown(connection, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func admit() {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            FaultSocket.keepFromChildren(descriptor)
            let isTaken = state.withLock { state in
                guard !state.isStopped else { return false }
                state.connections.insert(descriptor)
                return true
            }
            guard isTaken else {
                close(descriptor)
                break
            }
            Thread { [self] in
                serve(FaultSocket(descriptor))
                // Out of the set before its number can belong to another.
                _ = state.withLock { $0.connections.remove(descriptor) }
                close(descriptor)
            }.start()
        }
        close(listener)
    }

    private func serve(_ socket: FaultSocket) {
        var count = 0
        while let request = socket.readRequest() {
            if request.path == "/im/send/msg/" {
                state.withLock { $0.sends.append(String(decoding: request.body, as: UTF8.self)) }
            }
            let manner = conduct(request, count)
            switch manner {
            case .turnedAway(let bytes): guard socket.write(bytes) else { return }
            case .answer(let bytes, let milliseconds):
                if socket.waitForHangUp(atMostMilliseconds: milliseconds) || !socket.write(bytes) { return }
            case .honest, .bytes, .trickle, .flood:
                let answer = state.withLock { $0.platform.answer(request, at: now()) }
                guard carryOut(manner, answer, socket) else { return }
            }
            count += 1
        }
    }

    /// False when the connection is over.
    private func carryOut(_ manner: Manner, _ answer: SandboxAnswer, _ socket: FaultSocket) -> Bool {
        switch manner {
        case .honest(let milliseconds): return honest(answer, milliseconds, socket)
        case .bytes(let bytes, let ending):
            guard socket.write(bytes) else { return false }
            switch ending {
            case .keep: return true
            case .close: return false
            case .reset:
                socket.endWithReset()
                return false
            case .silence:
                socket.waitForHangUp(atMostMilliseconds: .max)
                return false
            }
        case .turnedAway, .answer: return true
        case .trickle(let bytes):
            for byte in bytes {
                if !socket.write([byte]) || socket.waitForHangUp(atMostMilliseconds: 1000) { return false }
            }
            return true
        case .flood(let bodyBytes):
            _ = socket.write(Array("HTTP/1.1 200 OK\r\nContent-Length: \(bodyBytes)\r\n\r\n".utf8))
            let part = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20)
            var left = bodyBytes
            while left > 0, socket.write(part) { left -= part.count }
            return false
        }
    }

    private func honest(_ answer: SandboxAnswer, _ milliseconds: Int32, _ socket: FaultSocket) -> Bool {
        let wait = milliseconds + Int32(clamping: answer.delay.wholeMilliseconds)
        if wait > 0, socket.waitForHangUp(atMostMilliseconds: wait) { return false }
        let reply = FaultSocket.bytes(of: answer.response)
        switch answer.fault {
        case .none: return socket.write(reply)
        case .dropBeforeReply: return false
        case .resetConnection:
            socket.endWithReset()
            return false
        case .cutReply(let afterBytes):
            _ = socket.write(Array(reply.dropLast(answer.response.body.count - afterBytes)))
            return false
        }
    }
}

/// One accepted connection.
final class FaultSocket {
    private let descriptor: Int32
    private var unread: [UInt8] = []
    /// MSG_NOSIGNAL, which reaches Swift or not depending on which module read the system's header first.
    private static let noSignal: Int32 = 0x4000
    private static let headEnd = Array("\r\n\r\n".utf8)

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    static func listen() throws -> (Int32, UInt16) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isUp = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && Glibc.listen(listener, 64) == 0
                    && getsockname(listener, $0, &size) == 0
            }
        }
        guard isUp else { throw POSIXError(.EADDRINUSE) }
        keepFromChildren(listener)
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    /// A socket that a child keeps open would make the parent's stop be no stop.
    static func keepFromChildren(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }

    /// One whole request; nil when the caller hung up first.
    func readRequest() -> HTTPRequest? {
        while true {
            if let end = unread.firstRange(of: Self.headEnd) {
                let lines = String(decoding: unread[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
                let headers = lines.dropFirst().compactMap { line -> HTTPHeader? in
                    let parts = line.split(separator: ":", maxSplits: 1)
                    guard parts.count == 2 else { return nil }
                    return HTTPHeader(String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces))
                }
                let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
                if unread.count >= end.upperBound + length {
                    let body = Array(unread[end.upperBound..<(end.upperBound + length)])
                    unread.removeFirst(end.upperBound + length)
                    let words = lines[0].split(separator: " ")
                    return HTTPRequest(
                        method: words.first == "POST" ? .post : .get,
                        url: "http://sandbox" + (words.count > 1 ? String(words[1]) : "/"), headers: headers, body: body
                    )
                }
            }
            guard receive() else { return nil }
        }
    }

    private func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let got = recv(descriptor, &buffer, buffer.count, 0)
        guard got > 0 else { return false }
        unread += buffer[..<got]
        return true
    }

    /// True when the caller hung up within the time. What it sends meanwhile is kept.
    @discardableResult
    func waitForHangUp(atMostMilliseconds limit: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            guard poll(&entry, 1, limit == .max ? -1 : limit) > 0 else { return false }
            guard receive() else { return true }
        }
    }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var at = 0
        while at < bytes.count {
            let sent = bytes[at...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Self.noSignal) }
            guard sent > 0 else { return false }
            at += sent
        }
        return true
    }

    /// The close that follows sends a reset instead of an orderly end.
    func endWithReset() {
        var lingering = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
    }

    static func bytes(of response: HTTPResponse) -> [UInt8] {
        var head = "HTTP/1.1 \(response.status) Said\r\nContent-Length: \(response.body.count)\r\n"
        for header in response.headers { head += "\(header.name): \(header.value)\r\n" }
        return Array((head + "\r\n").utf8) + response.body
    }
}
